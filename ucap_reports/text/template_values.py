"""Values that templates print beside texts: custom facts by name; and items and translations that are made when a
template uses them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Generic, TypeVar

from msgspec import Struct

from ucap_reports.text.rich_text import RichText

_NO_TEXT = RichText()
Item = TypeVar("Item")
Value = TypeVar("Value")


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

    def __getitem__(self, index: int) -> Item:
        return self._make(self.keys[index])


class LazyTranslations(dict[str, Callable[[], Value | None]]):
    """Functions that return a value in a language, by language tag, so that only those that a template uses are called.

    In templates, a language that it does not have is empty and not an error.
    """

    def of(self, language: object) -> Value | None:
        """Return the value in a language; None if there is none."""
        make = self.get(language) if isinstance(language, str) else None
        return make() if make else None
