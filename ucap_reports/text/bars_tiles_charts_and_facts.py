"""What templates print beside texts, in any format.

First bars, tiles of goals and charts: their data and their alternative texts, the length of a bar (`bar_of`) and the
ends of the axis of a chart (`ChartData.value_range`). Then custom facts by name, and items and translations that are
made when a template uses them. How charts are drawn is in `page/chart_drawing.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from ucap_reports.text.capitals_punctuation_and_plain_letters import colon, comma, semicolon
from ucap_reports.text.rich_text import RichText


# Bars and tiles
class Bar(Struct, frozen=True):
    """A bar: `share` is its part of the full length, from 0 (it is not printed) to 1; `alt` is its alternative text."""

    share: float
    alt: str


NO_BAR = Bar(0, "")
"""What is printed for an unknown number: nothing."""


class Tile(Struct, frozen=True):
    """A coloured square with the number of a goal and its title; `language` is that of the title if it is not that of
    the document, `document`.
    """

    number: int
    title: str
    language: str | None = None
    document: str = "en"

    @property
    def alt(self) -> str:
        """Its alternative text."""
        return f"SDG {self.number}{colon(self.language or self.document)}{self.title}"


Shape = Bar | Tile


def bar_of(value: float | None, largest: float | None, text: str, label: str = "", language: str = "en") -> Bar:
    """Return the bar of a number: the full length for `largest` and all larger numbers, a part of it for others, and no
    bar for an unknown number, or if either number is 0 or less.

    The alternative text is the label, the colon of `language`, which is that of the document, and `text`, which is the
    number as it is printed.
    """
    if value is None or largest is None or value <= 0 or largest <= 0:
        return NO_BAR
    share = min(value / largest, 1)
    alt = f"{label}{colon(language)}{text}" if label else text
    return Bar(share, alt)


# Charts
_PATTERNS = ("solid", "up", "empty", "horizontal", "down", "cross")
"""The patterns of series, in order: they are distinct in black and white."""


class ChartKind(StrEnum):
    """How the values are shown."""

    BAR = "bar"
    """A bar for each value, with those of one category below each other."""
    STACKED = "stacked"
    """A bar for each category, which consists of its values."""
    LINE = "line"
    """A line for each series."""
    SHARE = "share"
    """One bar that consists of the values of the first series, with their shares of the total."""


def pattern_of(index: int) -> str:
    """Return the pattern of a series."""
    return _PATTERNS[index % len(_PATTERNS)]


class ChartSeries(Struct, frozen=True):
    """Values by category, None for unknown ones, and how they are printed; `name` is empty for the only series."""

    name: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    shares: tuple[str, ...] = ()
    """The shares of the total in percent as they are printed, empty for unknown ones; only of a chart of shares."""


class ChartData(Struct, frozen=True):
    """The data of a chart. Each series has as many values as there are categories; `language` is that of its texts."""

    title: str
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    language: str = "en"

    @property
    def alt(self) -> str:
        """All of the data as text, for readers who cannot see the chart."""
        colon_sign = colon(self.language)
        parts = []
        for index, category in enumerate(self.categories):
            values = []
            for series in self.series:
                text = series.texts[index]
                if text and series.name:
                    values.append(f"{series.name} {text}")
                elif text:  # not that of an unknown value
                    values.append(text)
            written_values = comma(self.language).join(values)
            parts.append(f"{category}{colon_sign}{written_values}")
        text = semicolon(self.language).join(parts)
        if not self.title:
            return text
        return f"{self.title}{colon_sign}{text}"

    def value_range(self, *, is_stacked: bool = False) -> tuple[float, float]:
        """Return the ends of the axis: the lowest and the highest value, or 0 if all values are on one side of it.

        Those of stacks are sums: bars of negative numbers run against the others. An axis of zeros ends at 1.
        """
        lowest: float = 0
        highest: float = 0
        values_of_series = [series.values for series in self.series]
        for values_of_category in zip(*values_of_series, strict=True):
            negative = [value for value in values_of_category if value is not None and value < 0]
            positive = [value for value in values_of_category if value is not None and value > 0]
            if is_stacked:
                negative = [sum(negative)]
                positive = [sum(positive)]
            lowest = min([lowest, *negative])
            highest = max([highest, *positive])
        if lowest == highest:
            highest = 1
        return lowest, highest


# Custom facts
_NO_TEXT = RichText()


class CustomFact(Struct, frozen=True):
    """A custom field as templates have it: its label, its text as it is printed, and its value for bars and charts.

    False in a condition if it is unknown. Where it is printed, its rich text is.
    """

    label: str = ""
    content: RichText = _NO_TEXT
    """The rich text as it is printed."""
    value: float | str | date | None = None
    """The number of a number or an amount, the date, the key of a choice, or the text of anything else."""
    rows: "tuple[FactsByName, ...]" = ()
    """The rows of a table, each with its cells by the names of their columns."""

    @property
    def text(self) -> str:
        """The text as it is printed, without formatting."""
        return self.content.text

    def __bool__(self) -> bool:
        return bool(self.content)


class FactsByName(dict[str, CustomFact]):
    """Custom facts by name. In templates, a name that no field has is an error."""


# Items and translations that are made when they are used
Item = TypeVar("Item")
Value = TypeVar("Value")


class LazyItems(Generic[Item]):
    """The items that a function makes of keys, such as ids, in their order."""

    def __init__(self, keys: Sequence[str], make: Callable[[str], Item]) -> None:
        self.keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[Item]:
        return (self._make(key) for key in self.keys)

    def first(self, count: int) -> "LazyItems[Item]":
        """Return the first items alone."""
        return LazyItems(self.keys[:count], self._make)

    def mapped(self, change: Callable[[Item], Item]) -> "LazyItems[Item]":
        """Return the items as a function changes them, which is called for each as it is made."""
        return LazyItems(self.keys, lambda key: change(self._make(key)))

    def __getitem__(self, index: int) -> Item:
        return self._make(self.keys[index])


class LazyTranslations(dict[str, Callable[[], Value | None]]):
    """Functions that return a value in a language, by language tag, so that only those that a template uses are called.

    In templates, a language that it does not have is empty and not an error.
    """

    def of(self, language: object) -> Value | None:
        """Return the value in a language; None if there is none."""
        if not isinstance(language, str) or language not in self:
            return None
        return self[language]()
