"""A summary: everything that readers see, as finished text that is independent of formats.

Templates get these values under the name `summary`. Missing values are empty texts, never None, so that templates can
test them: `{% if summary.contact.phone %}`.
"""

from datetime import date

from msgspec import Struct, field

from ucap_reports.text.foreign_text import ByLanguage
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import RichText

UNDATED = date(2000, 1, 1)
"""The date of documents without one: a fixed date, so that the same content gives the same bytes."""


class Row(Struct, frozen=True):
    """A row of the fact table: one cell for each column or, if `shared`, one cell across all columns."""

    key: str
    label: RichText
    cells: tuple[RichText, ...]
    shared: bool


class Contact(Struct, frozen=True):
    """The contact for readers; `lead` is the line before it. Only `address` may have several lines.

    False if it is empty.
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
    """The properties of the documents, which are not on their pages."""

    author: str
    subject: str
    keywords: tuple[str, ...] = ()
    undated: date = UNDATED
    """The date of the documents if the content has none."""


class Version(Struct, frozen=True):
    """Another document of the same plan: its file beside this one, and the text of the link to it."""

    file_name: str
    text: str
    language: str
    media_type: str


class Summary(Struct, frozen=True):
    """A plan in the form of its pack: all that the renderers get and print.

    `columns` has the heads of the columns after `column_label` (such as "City:"); every row that is not shared has
    `column_count` cells. `updated` is the date of the content; without one, `updated_text` is empty.
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
    status: str = "final"
    """"draft" or "final"."""
    continued: str = ""
    """The text after the label of a row that continues on another page, such as "(continued)"."""
    label_language: str = "en"
    """The language of the pack's words: the row labels, the contact's lead, and `continued`."""
    column_language: str = "en"
    """The language of `columns`: the document's, or the pack's if the table has a row for each city."""
    translations: ByLanguage["Summary"] = field(default_factory=ByLanguage)
    """The summaries of the plan in its other languages, by language tag."""

    versions: tuple[Version, ...] = ()
    """The other documents of the plan, to which web pages link."""

    @property
    def direction(self) -> str:
        """The direction of the text, as HTML names it: `ltr` or `rtl`."""
        return "rtl" if is_right_to_left(self.language) else "ltr"

    @property
    def table_rows(self) -> tuple[Row, ...]:
        """The rows up to the last one with a cell for each column, which a web page needs a table for."""
        return self.rows[: self._table_end]

    @property
    def section_rows(self) -> tuple[Row, ...]:
        """The rows after `table_rows`, each with one cell: sections of a web page, with the labels as headings."""
        return self.rows[self._table_end :]

    @property
    def _table_end(self) -> int:
        return max((place for place, row in enumerate(self.rows, 1) if not row.shared), default=0)

    @property
    def column_count(self) -> int:
        """The number of columns without that of the labels."""
        return len(self.columns)
