"""Three summaries to try a pack's templates on: one that has everything, each piece a word of its own, the same with a
turned table, and one that has nothing that can be absent.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.summary.summary import Contact, LabelText, Metadata, Row, Summary
from ucap_reports.template.pack import EXTRA, NAMES_FIELD, SHARED_FIELDS, Pack, RowRule, WhenUnknown
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run

COLUMNS = 3
DAY = date(2001, 2, 3)
FURTHER_LANGUAGES = ("en", "fr")
"""For packs with fewer languages than it takes to see whether all labels are shown."""


class SamplePiece(Struct, frozen=True):
    """A piece of content: the name a template has for it, and which of several it is."""

    name: str
    item: str = ""


class SampleSummary(Struct, frozen=True):
    """A summary that has everything, and the words by which its pieces are found again."""

    summary: Summary
    pieces: Mapping[str, SamplePiece]


class _SampleWords(Struct):
    """Words that no one of them is part of another."""

    pieces: dict[str, SamplePiece] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new(self, name: str, item: str = "") -> str:
        """A word for that piece."""
        word = f"q{next(self.numbers)}q"
        self.pieces[word] = SamplePiece(name, item)
        return word


def full_summary(pack: Pack) -> SampleSummary:
    """The summary in the pack's form that has everything."""
    words = _SampleWords()
    settings = pack.settings
    languages = tuple(dict.fromkeys([*settings.label_languages, *FURTHER_LANGUAGES]))[:COLUMNS]
    summary = Summary(
        id="example",
        title=words.new("summary.title"),
        language="en",
        column_label=RichText.plain(words.new("summary.column_label")),
        columns=tuple(words.new("summary.columns", f"column {number}") for number in range(1, COLUMNS + 1)),
        rows=tuple(_row(rule, words) for rule in settings.rows if rule.field != NAMES_FIELD),
        contact=_contact(words),
        programme_label=tuple(LabelText(each, words.new("summary.programme_label", each)) for each in languages),
        metadata=Metadata("Office", "Cities", ("theme",)),
        updated=DAY,
        updated_text=DAY.isoformat(),
        continued=settings.continued,
    )
    return SampleSummary(summary, words.pieces)


def turned_summary(usual: SampleSummary, pack: Pack) -> SampleSummary:
    """The same with one city more than the pack has columns, so that each has a row, and each fact a column; the words
    are those that the table does not share with the usual one.
    """
    full, most = usual.summary, pack.settings.max_columns
    width = min(sum(not row.shared for row in full.rows), most)
    if width == 0:
        return SampleSummary(full, {})
    words = _SampleWords(numbers=count(len(usual.pieces) + 1))
    columns = tuple(words.new("summary.columns", f"column {number}") for number in range(1, width + 1))
    cities = tuple(_turned_row(place, width, words) for place in range(most + 1))
    rows = (*cities, *(row for row in full.rows if row.shared))
    return SampleSummary(replace(full, columns=columns, rows=rows), words.pieces)


def _turned_row(place: int, width: int, words: _SampleWords) -> Row:
    """A city's row."""
    item = f"city {place + 1}"
    label = RichText.plain(words.new("row.label", item))
    cells = tuple(RichText.plain(words.new("row.cells", item)) for _ in range(width))
    return Row(f"{NAMES_FIELD}.{place}", label, cells, shared=False)


def bare_summary(pack: Pack) -> Summary:
    """The summary in the pack's form of one city of which nothing is known."""
    settings = pack.settings
    unknown = RichText.plain(settings.unknown)
    rules = [rule for rule in settings.rows if rule.field != NAMES_FIELD and rule.when_unknown is WhenUnknown.SHOW]
    labels = (LabelText(each, settings.programme_label[each].text) for each in settings.label_languages)
    return Summary(
        id="example",
        title=settings.title,
        language="en",
        column_label=pack.label(NAMES_FIELD),
        columns=("City",),
        rows=tuple(Row(rule.field, pack.label(rule.field), (unknown,), _is_shared(rule)) for rule in rules),
        contact=Contact(),
        programme_label=tuple(labels),
        metadata=Metadata("", ""),
    )


def _is_shared(rule: RowRule) -> bool:
    return rule.field in SHARED_FIELDS or rule.field.startswith(EXTRA)


def _row(rule: RowRule, words: _SampleWords) -> Row:
    label = RichText.plain(words.new("row.label", rule.field))
    shared = _is_shared(rule)
    cells = tuple(_cell(rule.field, words, rich=shared) for _ in range(1 if shared else COLUMNS))
    return Row(rule.field, label, cells, shared)


def _cell(key: str, words: _SampleWords, *, rich: bool) -> RichText:
    """A paragraph and, in a cell that can have everything, a list of two levels."""

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
