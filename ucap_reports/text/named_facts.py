"""Custom facts for templates, by name: `summary.custom.budget`."""

from datetime import date

from msgspec import Struct

from ucap_reports.text.rich_text import RichText

NO_TEXT = RichText()


class CustomFact(Struct, frozen=True):
    """A custom field as templates have it: its label, its text as it is printed, and its value for bars and charts.

    False in a condition if it is unknown. Where it is printed, its rich text is.
    """

    label: str = ""
    content: RichText = NO_TEXT
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
