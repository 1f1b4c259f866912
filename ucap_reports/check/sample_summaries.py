"""Sample summaries for checking a pack's templates: a full one, the same with a transposed table, and a bare one.

Each text of the full summaries is a unique word.
"""

from base64 import b64decode
from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.pictures.document_pictures import PictureFacts, PreparedPicture
from ucap_reports.plan.fields import CITIES, FIGURES
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary import compose_summary, logo_of
from ucap_reports.summary.summary import (
    CityFacts,
    Contact,
    GoalFacts,
    LabelText,
    Metadata,
    Row,
    Summary,
    foreign_summary,
)
from ucap_reports.template.labels_by_country import all_languages
from ucap_reports.template.pack import Pack, RequiredPart, RowRule
from ucap_reports.template.scales import Scale
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.text.template_values import CustomFact, FactsByName, LazyTranslations

COLUMNS = 3
DAY = date(2001, 2, 3)
PIXEL = PreparedPicture(
    b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="), 1, 1
)
"""A grey PNG."""
FURTHER_LANGUAGES = ("en", "fr")
"""Languages of programme labels that are added, so that every summary has several labels."""
SECOND_LANGUAGE = "zh"
"""The language of the translation of a summary."""


class SamplePiece(Struct, frozen=True):
    """A piece of content: its name in templates, and which of several pieces of that name it is."""

    name: str
    item: str = ""


class Samples(Struct, frozen=True):
    """The full, bare and turned summaries.

    `pieces` and `turned_pieces` are those of the full and the turned summary by their words; the turned ones are only
    those that differ.
    """

    full: Summary
    bare: Summary
    turned: Summary
    pieces: Mapping[str, SamplePiece]
    turned_pieces: Mapping[str, SamplePiece]

    @property
    def summaries(self) -> tuple[Summary, Summary, Summary]:
        """The full, the bare and the turned one."""
        return self.full, self.bare, self.turned


class _SampleWords(Struct):
    """A source of words none of which is part of another; they begin with `letter`."""

    letter: str
    pieces: dict[str, SamplePiece] = field(default_factory=dict)

    def new(self, name: str, item: str = "") -> str:
        """Return the word of a new piece."""
        word = f"{self.letter}{len(self.pieces)}q"
        self.pieces[word] = SamplePiece(name, item)
        return word


def sample_summaries(pack: Pack) -> Samples:
    """Return the sample summaries in the form of the pack."""
    words, turned_words = _SampleWords("q"), _SampleWords("t")
    full = _full(pack, words)
    turned = _turned(full, pack, turned_words)
    full = replace(full, translations=_translations(full, pack))
    turned = replace(turned, translations=_translations(turned, pack))
    return Samples(full, _bare(pack), turned, words.pieces, turned_words.pieces)


def _translations(summary: Summary, pack: Pack) -> LazyTranslations[Summary]:
    """Return the same summary as its translation into each language of the pack."""
    other = foreign_summary(replace(summary, language=SECOND_LANGUAGE))
    return LazyTranslations({language: lambda: other for language in (SECOND_LANGUAGE, *sorted(pack.settings.labels))})


def _full(pack: Pack, words: _SampleWords) -> Summary:
    """Return the summary that has everything."""
    settings = pack.settings
    has_label = RequiredPart.PROGRAMME_LABEL not in settings.leaves_out
    possible_languages = dict.fromkeys([*all_languages(settings.label_languages), *FURTHER_LANGUAGES])
    languages = tuple(possible_languages)[: COLUMNS * has_label]
    return Summary(
        id="example",
        title=words.new("summary.title"),
        language="en",
        column_label=RichText.plain(words.new("summary.column_label")),
        columns=tuple(words.new("summary.columns", f"column {number}") for number in range(1, COLUMNS + 1)),
        rows=tuple(_row(rule, words, pack) for rule in settings.rows if rule.field != CITIES),
        custom=_custom(pack),
        contact=Contact() if RequiredPart.CONTACT in settings.leaves_out else _contact(words),
        programme_label=tuple(
            LabelText(language, words.new("summary.programme_label", language)) for language in languages
        ),
        metadata=Metadata("Office", "Cities", ("theme",)),
        updated=DAY,
        updated_text=DAY.isoformat(),
        continued=settings.continued,
        period="2001",
        cities=tuple(_city(number, pack) for number in range(1, COLUMNS + 1)),
        pictures=(PictureFacts("Picture", RichText.plain("Caption"), RichText.plain("Credit"), "pictures[0]", PIXEL),),
        logo=logo_of(pack),
        goals=(GoalFacts(11, "Sustainable cities and communities", "#FD9D24"),),
    )


def _city(number: int, pack: Pack) -> CityFacts:
    """Return the facts of a city, with texts that are in the table too."""
    return CityFacts(
        f"x{number}name",
        f"x{number}region",
        f"x{number}country",
        "IT",
        number,
        f"x{number}people",
        number,
        f"x{number}area",
        custom=_custom(pack, CITIES),
    )


def _turned(full: Summary, pack: Pack, words: _SampleWords) -> Summary:
    """Return the full summary with one city more than the pack has columns, so that cities are rows and facts are
    columns.
    """
    max_columns = pack.settings.max_columns
    width = min(sum(not row.shared for row in full.rows), max_columns)
    if width == 0:
        return full
    columns = tuple(words.new("summary.columns", f"column {number}") for number in range(1, width + 1))
    cities = tuple(_turned_row(index, width, words) for index in range(max_columns + 1))
    return replace(full, columns=columns, rows=(*cities, *(row for row in full.rows if row.shared)))


def _turned_row(index: int, width: int, words: _SampleWords) -> Row:
    """Return the row of a city."""
    item = f"city {index + 1}"
    label = RichText.plain(words.new("row.label", item))
    cells = tuple(RichText.plain(words.new("row.cells", item)) for _ in range(width))
    return Row(f"{CITIES}.{index}", label, cells, shared=False)


def _bare(pack: Pack) -> Summary:
    """Return the summary of one city without any facts, in the generous scale."""
    plan = parse_plan(Source("example.yaml", "cities: [{name: City}]"))
    return replace(compose_summary(plan, pack), contact=Contact(), scale=Scale.GENEROUS)


def _custom(pack: Pack, owner: str = "") -> FactsByName:
    """Return the custom fields of the plan or of a city, with texts that are in the table too."""
    facts = FactsByName()
    for known in pack.fields.custom:
        if known.owner == owner:
            value = 1 if known.type in FIGURES else known.name
            facts[known.name] = CustomFact(known.name, RichText.plain(f"x{known.name}"), value)
    return facts


def _row(rule: RowRule, words: _SampleWords, pack: Pack) -> Row:
    label = RichText.plain(words.new("row.label", rule.field))
    shared = not pack.fields.is_of_city(rule.field)
    cells = tuple(_cell(rule.field, words, rich=shared) for _ in range(1 if shared else COLUMNS))
    return Row(rule.field, label, cells, shared)


def _cell(key: str, words: _SampleWords, *, rich: bool) -> RichText:
    """Return a paragraph and, in a rich cell, a list of two levels."""

    def paragraph() -> Paragraph:
        return Paragraph((Run(words.new("row.cells", key)),))

    if not rich:
        return RichText((paragraph(),))
    inner = ItemList(Marker.BULLET, (ListItem((paragraph(),)),))
    return RichText((paragraph(), ItemList(Marker.BULLET, (ListItem((paragraph(), inner)),))))


def _contact(words: _SampleWords) -> Contact:
    return Contact(
        lead=words.new("summary.contact.lead"),
        office=words.new("summary.contact.office"),
        email=f"{words.new('summary.contact.email')}@example.org",
        phone=words.new("summary.contact.phone"),
        website=f"www.{words.new('summary.contact.website')}.example.org",
        address="\n".join(words.new("summary.contact.address", f"line {number}") for number in (1, 2)),
    )
