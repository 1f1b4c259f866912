"""The cards of a book: what is printed of a plan of which little is known.

Several of them are on one page. A plan is a card if its facts are so few that they fit a card with the height that the
pack allows (`book.cards`, in lines of text), in one column or in two, and if it has no pictures and tables, nor a row
for each city.
"""

from collections.abc import Sequence
from datetime import date
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.patterns.wide_characters import width_in_characters
from ucap_reports.plan.field_descriptions import QUANTITIES, FieldType
from ucap_reports.plan.numbers_and_amounts import SQUARE_KILOMETRES, names_area_unit
from ucap_reports.plan.plan_model import Plan
from ucap_reports.summary.comparable_city_numbers import with_comparable_cities
from ucap_reports.summary.fact_table_and_values import printed_cell
from ucap_reports.summary.numbers_dates_and_names import date_text
from ucap_reports.summary.pack_and_book_words import BookWords, PackWords, filled, words_of
from ucap_reports.summary.summary_model import Row, Summary
from ucap_reports.text.capitals_punctuation_and_plain_letters import colon, comma, without_colon
from ucap_reports.text.language_tags import foreign_text, is_readable_as, language_of
from ucap_reports.text.rich_text import DataTable, Paragraph, RichText

_USUAL_LINES = 15
"""Lines up to which a plan is a card, unless the pack sets another number; six such cards are on a page of A4."""
_COLUMNS = 2
"""The columns of cards on a page. A wide card takes both, and has room for as many cities beside each other."""
_THEME_LINES = 3
"""Lines of themes that a card in one column has room for."""
_CARD_WIDTH = 47
_WIDE_CARD_WIDTH = 105
"""Narrow characters in a line of a card, in one column and in two."""
_CITY_LINES = 1.3
"""The height of the name of a city, in lines of text."""
_FACT_GAP = 0.4
"""The space above a fact, in lines of text."""
_LONGEST_STATUS = 60
"""Characters of a fact in the last line of a card."""
_BETWEEN_FACTS = "\N{NO-BREAK SPACE}\N{MIDDLE DOT} "
"""No line begins with the dot."""


class CardCity(Struct, frozen=True):
    """A city, or a group of cities, on a card: its name, and in one line what is known about it."""

    name: str
    facts: str


class CardFact(Struct, frozen=True):
    """A fact on a card, such as the objectives, with its label."""

    label: RichText
    content: RichText

    @property
    def is_paragraph(self) -> bool:
        """Whether its content is one paragraph, which can begin with the label."""
        return len(self.content.blocks) == 1 and isinstance(self.content.blocks[0], Paragraph)


class BookCard(Struct, frozen=True):
    """The card of a plan: what is printed on it, and whether the plan is printed as a card."""

    is_printed: bool = False
    is_wide: bool = False
    """Whether it takes both columns."""
    can_be_wide: bool = False
    """Whether it may take both columns, as it does if it is the only one of its chapter."""
    cities: tuple[CardCity, ...] = ()
    themes: str = ""
    themes_label: str = ""
    facts: tuple[CardFact, ...] = ()
    status: str = ""
    """The last line, such as "Pairing signed 16 November 2018"."""


def book_card(summary: Summary, plan: Plan, own_contact: RichText, words: PackWords, own: BookWords) -> BookCard:
    """Return the texts of the card of a plan, and whether the plan is printed as one.

    `own_contact` is the contact of the plan in one line, if it is not that of the book. The date of the agreement and
    the numbers of the cities are those of the plan, written in the language of the words around them.
    """
    if any(row.is_city for row in summary.rows):
        return BookCard()
    status: list[str] = []
    facts: list[CardFact] = []
    if summary.status_text:
        status.append(words.draft)
    themes = ""
    for row in summary.rows:
        if not row.shared or row.unknown:
            continue
        text = row.cells[0].text
        field = words.pack.fields.of_key(row.key)
        if field is not None and field.type is FieldType.THEMES:
            themes = _BETWEEN_FACTS.join(text.splitlines())
        elif row.key == "signed" and _is_short(text):
            if isinstance(plan.signed, date) and not is_readable_as(own.language, words.wanted):
                text = date_text(plan.signed, own.language)
            status.append(filled(own.signed, date=text))
        elif row.key == "period" and _is_short(text):
            status.append(filled(own.period, period=text))
        else:
            facts.append(CardFact(_short_label(row, words), row.cells[0]))
    language = language_of(summary.title)
    if own_contact:
        facts.append(CardFact(RichText.plain(own.contact), own_contact))
    rows = _rows_with_figures(summary, plan, words, own)
    cities = []
    for index, name in enumerate(summary.columns):
        facts_of_city = _city_facts(rows, index, words, own)
        cities.append(CardCity(name, foreign_text(facts_of_city, language)))
    limit = words.pack.settings.book.cards
    if limit is None:
        limit = _USUAL_LINES
    is_narrow = _fits_column(cities, themes, facts, limit)
    can_be_wide = _fits_two_columns(cities, themes, facts, limit)
    is_wide = not is_narrow and can_be_wide
    has_tables = any(isinstance(fact.content, DataTable) for fact in facts)
    has_more = bool(summary.all_pictures) or has_tables
    themes_label = own.themes if _BETWEEN_FACTS in themes else own.theme
    return BookCard(
        is_printed=(is_narrow or is_wide) and not has_more,
        is_wide=is_wide,
        can_be_wide=can_be_wide,
        cities=tuple(cities),
        themes=foreign_text(themes, language),
        themes_label=themes_label,
        facts=tuple(facts),
        status=_BETWEEN_FACTS.join(status) or own.city_pairing,
    )


def _fits_column(cities: Sequence[CardCity], themes: str, facts: Sequence[CardFact], limit: float) -> bool:
    """Return whether all facts fit a card in one column, with its cities below each other."""
    theme_lines = _lines(themes, _CARD_WIDTH)
    if theme_lines > _THEME_LINES:
        return False
    city_lines = sum([_CITY_LINES + _lines(city.facts, _CARD_WIDTH) for city in cities])
    fact_lines = sum([_rich_lines(fact, _CARD_WIDTH) for fact in facts])
    return city_lines + theme_lines + fact_lines <= limit


def _fits_two_columns(cities: Sequence[CardCity], themes: str, facts: Sequence[CardFact], limit: float) -> bool:
    """Return whether all facts fit a card that takes both columns, with its cities beside each other.

    It must not take more of the page than a card in one column may: it is half as high.
    """
    if len(cities) > _COLUMNS:
        return False
    tallest_city = max([_CITY_LINES + _lines(city.facts, _CARD_WIDTH) for city in cities], default=0)
    theme_lines = _lines(themes, _WIDE_CARD_WIDTH)
    fact_lines = sum([_rich_lines(fact, _WIDE_CARD_WIDTH) for fact in facts])
    return tallest_city + theme_lines + fact_lines <= limit / _COLUMNS


def _is_short(text: str) -> bool:
    """Return whether a fact is short enough for the last line of a card."""
    return len(text) <= _LONGEST_STATUS and "\n" not in text


def _short_label(row: Row, words: PackWords) -> RichText:
    """Return the label of a fact, tagged with its language if the book has another one."""
    short = without_colon(str(words.short_label(row.key)))
    if is_readable_as(words.language, words.wanted):
        return RichText.plain(short)
    return RichText.plain(foreign_text(short, words.language))


def _rows_with_figures(summary: Summary, plan: Plan, words: PackWords, own: BookWords) -> Sequence[Row]:
    """Return the rows of the cities with their numbers in the language of the words of the book."""
    rows = [row for row in summary.rows if not row.shared]
    if is_readable_as(own.language, words.wanted):
        return rows
    pack = words.pack
    own_words = words_of(pack, words.document, own.language)
    cities = with_comparable_cities(plan, pack.fields.custom).cities
    printed = []
    for row in rows:
        field = pack.fields.of_key(row.key)
        if field is None or field.type not in QUANTITIES:
            printed.append(row)
        else:
            cells = tuple([printed_cell(field, city, own_words) for city in cities])
            printed.append(replace(row, cells=cells))
    return printed


def _city_facts(rows: Sequence[Row], index: int, words: PackWords, own: BookWords) -> str:
    """Return the known facts of a column of the table in one line."""
    region_names: list[str] = []
    figures: list[str] = []
    others: list[str] = []
    known = words.pack.fields
    between = comma(words.document)
    for row in rows:
        if index in row.unknown:
            continue
        text = row.cells[index].text.replace("\n", between)
        field = known.of_key(row.key)
        field_type = field.type if field is not None else None
        match field_type:
            case FieldType.COUNTRIES | FieldType.PLACE:
                region_names.append(text)
            case FieldType.LINES if field is not None and field.plural:  # the regions, not the dates of visits
                region_names.insert(0, text)
            case FieldType.POPULATION:
                ends_in_word = text[-1:].isalpha()
                pattern = own.inhabitants_in_words if ends_in_word else own.inhabitants
                figures.append(filled(pattern, number=text))
            case FieldType.AREA:
                figures.append(text if names_area_unit(text) else f"{text} {SQUARE_KILOMETRES}")
            case _:
                label = _short_label(row, words).text
                others.append(f"{label}{colon(words.document)}{text}")
    facts = [*figures, *others]
    if any(region_names):
        facts.insert(0, between.join(region_names))
    return _BETWEEN_FACTS.join(facts)


def _lines(text: str, width: int) -> int:
    """Return the estimated number of lines of a text; 0 for an empty one."""
    return ceil(width_in_characters(text) / width)


def _rich_lines(fact: CardFact, width: int) -> float:
    """Return the estimated number of lines of a fact; its label is in its first one."""
    paragraphs = [paragraph.text for paragraph in fact.content.paragraphs()] or [""]
    paragraphs[0] = f"{fact.label.text}  {paragraphs[0]}"
    return sum([_lines(text, width) for text in paragraphs]) + _FACT_GAP
