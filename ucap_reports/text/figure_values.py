"""Bars and tiles of goals as templates print them, in any format, with their alternative texts."""

from msgspec import Struct


class Bar(Struct, frozen=True):
    """A bar: `share` is its part of the full length, from 0 (it is not printed) to 1; `alt` is its alternative text."""

    share: float
    alt: str


NO_BAR = Bar(0, "")
"""What is printed for an unknown number: nothing."""


class Tile(Struct, frozen=True):
    """A coloured square with the number of a goal and its title; `language` is that of the title if it is not the
    document's.
    """

    number: int
    title: str
    language: str | None = None

    @property
    def alt(self) -> str:
        """Its alternative text."""
        return f"SDG {self.number}: {self.title}"


Shape = Bar | Tile


def bar_of(value: float | None, largest: float | None, text: str, label: str = "") -> Bar:
    """Return the bar of a number, which is printed as `text`; as long as `value` is of `largest`, and never longer.

    No bar is printed for an unknown number, or if either number is 0 or less.
    """
    if value is None or largest is None or value <= 0 or largest <= 0:
        return NO_BAR
    return Bar(min(value / largest, 1), f"{label}: {text}" if label else text)
