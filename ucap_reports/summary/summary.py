"""A summary: everything a reader will see, as finished text that knows no format.

Templates see these very values under the one name `summary`. What is absent is an empty text, never None,
so that a template's `{% if summary.contact.phone %}` says what it means.
"""

from datetime import date

from msgspec import Struct

from ucap_reports.text.rich_text import RichText

UNDATED = date(2000, 1, 1)
"""The date of documents whose content has none: a fixed one, so that the same content gives the same bytes."""


class Row(Struct, frozen=True):
    """A row of the fact table: one cell for each column or, where `shared`, one cell over all columns."""

    key: str
    label: RichText
    cells: tuple[RichText, ...]
    shared: bool


class Contact(Struct, frozen=True):
    """Whom a reader asks; `lead` is the line before it. Everything is one line of text, but `address` may have more.
    False where there is nothing of it.
    """

    lead: str = ""
    office: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return self != NO_CONTACT


NO_CONTACT = Contact()


class LabelText(Struct, frozen=True):
    """The programme label in one language (BCP 47)."""

    language: str
    text: str


class Metadata(Struct, frozen=True):
    """What the documents say of themselves, in their properties and nowhere on the page."""

    author: str
    subject: str
    keywords: tuple[str, ...] = ()
    undated: date = UNDATED
    """The date of the documents where the content has none."""


class Summary(Struct, frozen=True):
    """A plan as its pack presents it: what both renderers print, and all that they are given of a plan.

    `columns` heads the columns beside `column_label` (such as "City:"); every unshared row has `column_count` cells.
    `updated` is the date of the content; without one `updated_text` is empty.
    """

    id: str
    title: str
    language: str
    column_label: RichText
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    contact: Contact
    programme_label: tuple[LabelText, ...]
    metadata: Metadata
    updated: date | None = None
    updated_text: str = ""
    continued: str = ""
    """What is printed after a row's label where the row goes on on another page, such as "(continued)"."""
    label_language: str = "en"
    """The language of what the pack says: of the row labels, of the contact's lead, of `continued`."""

    column_language: str = "en"
    """The language of `columns`: the document's, unless they are the pack's words over a table that is turned."""

    @property
    def column_count(self) -> int:
        """How many columns the table has beside the labels."""
        return len(self.columns)
