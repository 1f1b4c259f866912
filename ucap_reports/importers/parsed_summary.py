"""What a file to import says, independent of its kind."""

from datetime import date

from msgspec import Struct

from ucap_reports.problems import Location, Problem
from ucap_reports.text.rich_text import RichText

PLACE_STEP = " \u203a "
"""Between the steps of a place in a file, as between sheet and cell."""


class ParsedCell(Struct, frozen=True):
    """Content with its location; `number` is its value where the file has a number there, not text.

    In a table, `merged` is the first of the merged cells that it is one of (row and column from 0).
    """

    content: RichText
    location: Location
    number: int | float | None = None
    merged: tuple[int, int] | None = None
    note: str = ""
    is_heading: bool = False
    """Whether it is in a heading style, or bold with a colon, as labels are."""

    @property
    def text(self) -> str:
        """The words on one line; non-breaking spaces stay."""
        return " ".join(line.strip(" \t") for line in self.content.text.split("\n")).strip(" \t\n")


class ParsedRow(Struct, frozen=True):
    """A label with the cells beside it."""

    label: ParsedCell
    cells: tuple[ParsedCell, ...]


class ParsedTable(Struct, frozen=True):
    """A table of a field of plans: the names of its columns, None for one that has no field, the words above each, and
    the rows.
    """

    field: str
    columns: tuple[str | None, ...]
    headings: tuple[ParsedCell, ...]
    rows: tuple[tuple[ParsedCell, ...], ...]


PICTURE = "picture"
"""The name of an aside that may have no words."""


class Leftover(Struct, frozen=True):
    """Something in the file that has no field: its name there, its words, and its location."""

    name: str
    text: str
    location: Location


class FileProperties(Struct, frozen=True):
    """The properties of a file. `pack` is the pack it was built with, `exact` whether nobody has edited it since,
    so that its list items and paragraphs can be relied on; another program may have converted it.
    """

    language: str | None = None
    updated: date | None = None
    author: str = ""
    pack: str = ""
    exact: bool = False


class ParsedSummary(Struct, frozen=True):
    """A summary as parsed from a file: rows of a fact table, and groups of lines around it."""

    path: str
    rows: tuple[ParsedRow, ...]
    around: tuple[tuple[ParsedCell, ...], ...] = ()
    margins: tuple[ParsedCell, ...] = ()
    """The lines of headers and footers."""
    asides: tuple[Leftover, ...] = ()
    """What is beside the text, such as footnotes and pictures."""
    problems: tuple[Problem, ...] = ()
    properties: FileProperties = FileProperties()
    tables: tuple[ParsedTable, ...] = ()
    kept: tuple[Leftover, ...] = ()
    """The rows of tables that belong to no field; there is a problem for each table."""
