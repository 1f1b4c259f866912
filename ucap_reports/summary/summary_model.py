"""A summary: everything that readers see, as finished text that is independent of formats.

Templates get these values under the name `summary`. Missing values are empty texts, never None, so that templates can
test them: `{% if summary.contact.phone %}`.
"""

import re
from collections.abc import Sequence
from datetime import date

from msgspec import Struct, field

from ucap_reports.pictures.picture_preparation_and_quality import NO_PICTURE, PictureFacts
from ucap_reports.summary.document_titles import BETWEEN, full_title, running_title, watermark
from ucap_reports.summary.numbers_dates_and_names import Formats
from ucap_reports.template.picture_bar_tile_and_emblem_look import rows_of_pictures
from ucap_reports.template.theme_and_line_spacing import Scale
from ucap_reports.text.bars_tiles_charts_and_facts import FactsByName, LazyTranslations
from ucap_reports.text.language_tags import is_right_to_left, language_of
from ucap_reports.text.links import phone_address
from ucap_reports.text.rich_text import (
    DataTable,
    ForeignParagraph,
    ItemList,
    Marker,
    Paragraph,
    RichText,
    Run,
)

_WIDEST_NAME = 30
"""Characters of the longest word of city names in large text, divided by the number of columns."""
_MAX_LARGE_NAMES = 3
"""The number of columns that are wide enough for large text."""

_WORD_END = re.compile(r"[\s/\u2013-]+")
CITY_ROW = "cities."
"""The beginning of the key of a row about one city."""


class Row(Struct, frozen=True):
    """A row of the fact table: one cell for each column or, if `shared`, one cell across all columns."""

    key: str
    label: RichText
    cells: tuple[RichText, ...]
    shared: bool
    fields: tuple[tuple[str, ...], ...] = ()
    """The fields of the plan that each cell shows, such as `cities[0].population`."""
    unknown: tuple[int, ...] = ()
    """The indexes of the cells without a value, which have the text of the pack for unknown facts."""

    @property
    def lines(self) -> tuple[RichText, ...]:
        """The items of the lists and the paragraphs in the cell of a shared row; no lines for other rows."""
        lines: list[RichText] = []
        for block in self.cells[0].blocks if self.shared and self.cells else ():
            if isinstance(block, Paragraph):
                lines.append(RichText((block,)))
            else:
                lines += [RichText(item.blocks) for item in block.items]
        return tuple(lines)

    @property
    def timeline(self) -> tuple[RichText, ...]:
        """The items of the bullet list in the cell from the first one on that begins with a date, which is underlined.

        None without a date, or if there is more in the cell than a list.
        """
        if len(self.cells) != 1 or len(self.cells[0].blocks) != 1:
            return ()
        (block,) = self.cells[0].blocks
        if not isinstance(block, ItemList) or block.marker is not Marker.BULLET:
            return ()
        lines = self.lines
        for index, line in enumerate(lines):
            if begins_with_date(line):
                return lines[index:]
        return ()

    @property
    def is_city(self) -> bool:
        """Whether it is about one city, in a table with a row for each city."""
        key = self.key
        return key.startswith(CITY_ROW) and key.removeprefix(CITY_ROW).isdecimal()


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

    @property
    def phone_link(self) -> str:
        """The address of a link to the phone number (RFC 3966); empty if there is also other text."""
        return phone_address(self.phone) or ""

    def __bool__(self) -> bool:
        return self != _NO_CONTACT


_NO_CONTACT = Contact()


class Logo(Struct, frozen=True):
    """The logo of the pack: the path of its file in the pack, and its alternative text. False if there is none."""

    file: str = ""
    alt: str = ""

    def __bool__(self) -> bool:
        return bool(self.file)


class LabelText(Struct, frozen=True):
    """The programme label in one language (BCP 47)."""

    language: str
    text: str


class CityFacts(Struct, frozen=True):
    """One city. Unknown texts and pictures are empty, unknown numbers None; `country_code` is that of ISO 3166-1."""

    name: str
    region: str = ""
    country: str = ""
    country_code: str = ""
    population: float | None = None
    population_text: str = ""
    area_km2: float | None = None
    area_text: str = ""
    picture: PictureFacts = NO_PICTURE
    custom: FactsByName = field(default_factory=FactsByName)
    """The custom fields of the city, by name; those of a group are unknown for each of its cities."""


class GoalFacts(Struct, frozen=True):
    """A Sustainable Development Goal: its number, its official title, and its official colour, such as "#FD9D24"."""

    number: int
    title: str
    colour: str


class Metadata(Struct, frozen=True):
    """The properties of the documents, which are not on their pages."""

    author: str
    subject: str
    keywords: tuple[str, ...] = ()
    undated: date | None = None
    """The date of the documents if the content has none; None if they have no date then."""
    pack: str = ""
    """The template pack's name."""
    plan_digest: str = ""
    """The digest of what the document shows of the plan, by which an edited document is compared with it; empty for a
    book of several plans.
    """
    is_book: bool = False


class Version(Struct, frozen=True):
    """Another document of the same plan: its file beside this one, and the text of the link to it."""

    file_name: str
    text: str
    language: str
    media_type: str


class Summary(Struct, frozen=True):
    """A plan in the form of its pack: all that the renderers get and print.

    `columns` has the labels of the columns after `column_label` (such as "City:"); every row that is not shared has
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
    status_text: str = ""
    """The text that marks a draft, such as "Draft"; empty for others."""
    continued: str = ""
    """The text after the label of a row that continues on another page, such as "(continued)"."""
    formats: Formats = Formats()
    """How the filters `number` and `date` and the alternative texts of shapes write values."""
    label_language: str = "en"
    """The language of the pack's words: the row labels, the contact's lead, and `continued`."""
    column_language: str = "en"
    """The language of `columns`: the document's, or the pack's if the table has a row for each city."""
    period: str = ""
    """The period of cooperation."""
    cities: tuple[CityFacts, ...] = ()
    """Each city, also within a group."""
    goals: tuple[GoalFacts, ...] = ()
    pictures: tuple[PictureFacts, ...] = ()
    """The pictures of the plan, without those of its cities."""
    scale: Scale = Scale.COMPACT
    """The scale of the theme's text."""
    names: str = ""
    """The names of the cities in one line or, if they are too many for a title, their number in words."""
    all_names: str = ""
    """The names of all cities in one line."""
    as_of: str = ""
    """The date of the content as a sentence, such as "As of 30 April 2019"; empty without a date."""
    custom: FactsByName = field(default_factory=FactsByName)
    """The custom fields of the plan, by name."""
    translations: LazyTranslations["Summary"] = field(default_factory=LazyTranslations)
    """The summaries of the plan in its other languages, by language tag; those that the plan or project names first."""

    logo: Logo = Logo()
    """The logo of the pack, for page templates."""
    versions: tuple[Version, ...] = ()
    """The other documents of the plan, to which web pages link."""

    @property
    def translation(self) -> "Summary | None":
        """The first of `translations`; None without one."""
        for language in self.translations:
            translation = self.translations.of(language)
            if translation:
                return translation
        return None

    @property
    def direction(self) -> str:
        """The direction of the text, as HTML names it: `ltr` or `rtl`."""
        return "rtl" if is_right_to_left(self.language) else "ltr"

    @property
    def table_rows(self) -> tuple[Row, ...]:
        """The rows up to the last one with a cell for each column, which a web page needs a table for."""
        return tuple([row for row in self.rows[: self._table_end] if not _is_data(row)])

    @property
    def section_rows(self) -> tuple[Row, ...]:
        """The rows after `table_rows`, each with one cell: sections of a web page, with the labels as headings."""
        tables = [row for row in self.rows[: self._table_end] if _is_data(row)]
        return (*tables, *self.rows[self._table_end :])

    @property
    def _table_end(self) -> int:
        """The number of rows up to the last one with a cell for each column."""
        return max([number for number, row in enumerate(self.rows, 1) if not row.shared], default=0)

    @property
    def column_count(self) -> int:
        """The number of columns without that of the labels."""
        return len(self.columns)

    @property
    def full_title(self) -> str:
        """The title with the names of the cities, unless it has them, and whether it is a draft."""
        cities = [city.name for city in self.cities]
        if not cities:
            cities = (self.all_names or self.names).split(BETWEEN)
        return full_title(self.title, self.language, cities=cities, names=self.names, draft=self.status_text)

    @property
    def watermark(self) -> str:
        """The text behind each page of a draft; empty for others."""
        return watermark(self.status, self.status_text, self.label_language)

    @property
    def running_title(self) -> str:
        """The full title, or the names alone if it is too long for a page header."""
        return running_title(self.full_title, self.title, self.names)

    @property
    def all_pictures(self) -> tuple[PictureFacts, ...]:
        """The pictures of the cities, then the others; the plan decides on their order (`PlanFile.all_pictures`)."""
        of_cities = [city.picture for city in self.cities if city.picture]
        return (*of_cities, *self.pictures)

    @property
    def picture_rows(self) -> tuple[tuple[PictureFacts, ...], ...]:
        """All pictures in rows of up to three, the longer ones first."""
        return rows_of_pictures(self.all_pictures)

    @property
    def heads(self) -> tuple[RichText, ...]:
        """`columns` in their language; those above numbers are aligned like the numbers."""
        rows = [row.cells for row in self.rows if not row.shared]
        is_foreign = language_of(self.title) == self.language  # in a document in another language
        heads = []
        for index, text in enumerate(self.columns):
            run = Run(text, language=language_of(text) or self.column_language)
            paragraph = Paragraph((run,), _has_figures(rows, index))
            if is_foreign:
                paragraph = ForeignParagraph(paragraph.inlines, paragraph.figure, language=self.language)
            heads.append(RichText((paragraph,)))
        return tuple(heads)

    @property
    def large_names(self) -> bool:
        """Whether the columns are those of cities whose names fit in large text."""
        if not 1 <= self.column_count <= _MAX_LARGE_NAMES:
            return False
        widest = _WIDEST_NAME / self.column_count
        for name in self.columns:
            if len(name) > widest and max(map(len, _WORD_END.split(name))) > widest:
                return False
        for row in self.rows:
            if row.is_city:
                return False
        return True


def begins_with_date(line: RichText) -> bool:
    """Return whether a line is an activity with a date: underlined words, which may be any, such as "In spring".

    Word also underlines links. Importers read activities back by the same rule.
    """
    first = next(line.runs(), None)
    return first is not None and first.underline and not first.link


def _is_data(row: Row) -> bool:
    """Return whether a row is a table of the plan, which is a section of its own."""
    return any(isinstance(cell, DataTable) for cell in row.cells)


def _has_figures(rows: Sequence[Sequence[RichText]], column: int) -> bool:
    """Return whether all cells in a column are numbers."""
    for cells in rows:
        if not _is_figure(cells[column]):
            return False
    return bool(rows)


def _is_figure(cell: RichText) -> bool:
    """Return whether a cell is a number."""
    for paragraph in cell.paragraphs():
        if not paragraph.figure:
            return False
    return bool(cell)


def document_date(summary: Summary) -> date | None:
    """Return the date in the properties of a document: that of the content, or else the one for documents
    whose content has none; None if it has no date.
    """
    return summary.updated or summary.metadata.undated
