"""What the templates of a pack print: what they must print, and what they never show.

To see this, they are filled with sample summaries: a full one, the same with a transposed table, and a bare one.
"""

from base64 import b64decode
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import fields, replace

from ucap_reports.page.fill_and_read_page import fill_page, read_page
from ucap_reports.page.page_tree import (
    ContentsBlock,
    PageLabel,
    PageNumber,
    PageTree,
    all_blocks,
    tree_paragraphs,
    tree_texts,
)
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts, PreparedPicture
from ucap_reports.plan.field_descriptions import CITIES, FIGURES, FieldType
from ucap_reports.plan.plan_model import BUILT_IN, parse_plan
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary, logo_of
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.summary.languages_of_texts import foreign_summary
from ucap_reports.summary.summary_model import CityFacts, Contact, GoalFacts, LabelText, Metadata, Row, Summary
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.pack_settings_and_number_format import RequiredPart, RowRule
from ucap_reports.template.programme_label import all_languages
from ucap_reports.template.theme_and_line_spacing import Scale
from ucap_reports.text.bars_tiles_charts_and_facts import CustomFact, FactsByName, LazyItems, LazyTranslations
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run

if TYPE_CHECKING:  # not imported at run time: plans are built without books, and most Word templates are in the cache
    from ucap_reports.check.word_template_check import WordTrial
    from ucap_reports.summary.compose_book import BookContent, BookSummary

_PROGRAMME_LABELS = "{% for label in summary.programme_label %}{{ label.text }}{% endfor %}"
"""How a template prints the programme label."""
NAMES = {RequiredPart.CONTACT: "summary.contact.", RequiredPart.PROGRAMME_LABEL: "summary.programme_label"}
"""The beginnings of the names of what a template prints in tags."""
_WORD_PAGE_NUMBER = "a page number (Insert, Page Number)"
_PLACES = {
    "summary.columns": "{% for name in summary.columns %}{{ name }}{% endfor %}",
    "row.label": "{% for row in summary.rows %}{{ row.label }}{% endfor %}",
    "row.cells": "{% for row in summary.rows %}{% for cell in row.cells %}{{ cell }}{% endfor %}{% endfor %}",
    "summary.programme_label": _PROGRAMME_LABELS,
}
"""How a template prints lists."""
LOGO = '<img class="logo" src="{{ summary.logo.file }}" alt="{{ summary.logo.alt }}"/>'
"""How a page template prints the logo of the pack."""
_PAGE_NUMBER = "<page-number/>"
_WORD = LazyPattern(r"\w+")
_SAMPLE_LINK = "https://www.example.org"
_TAGS = {RequiredPart.CONTACT: "{{ summary.contact.email }}", RequiredPart.PROGRAMME_LABEL: _PROGRAMME_LABELS}


class SamplePiece(Struct, frozen=True):
    """A piece of content: its name in templates, which of several pieces of that name it is, and the rows of the table
    with the same content, for a piece that is not in the table.
    """

    name: str
    item: str = ""
    rows: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """The row that the piece is in; empty for one that is not in the table."""
        if self.name in {"summary.columns", "summary.column_label"}:
            return CITIES
        return self.item if self.name in {"row.label", "row.cells"} else ""


class Samples(Struct, frozen=True):
    """The full, bare and turned summaries.

    `pieces` and `turned_pieces` are those of the full and the turned summary by their words; the turned ones are only
    those that differ. Templates need not print `optional` pieces.
    """

    full: Summary
    bare: Summary
    turned: Summary
    pieces: Mapping[str, SamplePiece]
    turned_pieces: Mapping[str, SamplePiece]
    optional: Mapping[str, SamplePiece]

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers and parts of dates that templates print of values."""
        day = f"{_DAY:%Y %m %d} {_DAY.day} {_DAY.month} {_DAY:%B}"
        parts_of_day = _WORD.findall(day.casefold())
        numbers_of_cities = [str(number) for number in range(1, _COLUMNS + 1)]
        return frozenset([*parts_of_day, *numbers_of_cities, str(_GOAL)])

    @property
    def words(self) -> frozenset[str]:
        """The words of all pieces."""
        return frozenset([*self.pieces, *self.turned_pieces, *self.optional])

    @property
    def summaries(self) -> tuple[Summary, Summary, Summary]:
        """The full, the bare and the turned one."""
        return self.full, self.bare, self.turned


# Sample summaries: each text of the full ones is a unique word

_COLUMNS = 3
_DAY = date(2001, 2, 3)
_GOAL = 11
PIXEL = PreparedPicture(
    b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="), 1, 1
)
"""A grey PNG."""
_FURTHER_LANGUAGES = ("en", "fr")
"""Languages of programme labels that are added, so that every summary has several labels."""
_SECOND_LANGUAGE = "zh"
"""The language of the translation of a summary."""


class _SampleWords(Struct):
    """A source of words none of which is part of another; they begin with `letter`."""

    letter: str
    pieces: dict[str, SamplePiece] = field(default_factory=dict)

    def new(self, name: str, item: str = "", rows: tuple[str, ...] = ()) -> str:
        """Return the word of a new piece."""
        word = f"{self.letter}{len(self.pieces)}q"
        self.pieces[word] = SamplePiece(name, item, rows)
        return word


def sample_summaries(pack: Pack) -> Samples:
    """Return the sample summaries in the form of the pack."""
    words = _SampleWords("q")
    turned_words = _SampleWords("t")
    optional = _SampleWords("o")
    full = _full_summary(pack, words, optional)
    turned = _transposed_summary(full, pack, turned_words)
    return Samples(
        full=replace(full, translations=_sample_translations(full, pack)),
        bare=_bare_summary(pack),
        turned=replace(turned, translations=_sample_translations(turned, pack)),
        pieces=words.pieces,
        turned_pieces=turned_words.pieces,
        optional=optional.pieces,
    )


def _sample_translations(summary: Summary, pack: Pack) -> LazyTranslations[Summary]:
    """Return the same summary as its translation into each language of the pack."""
    other = foreign_summary(replace(summary, language=_SECOND_LANGUAGE))
    languages = (_SECOND_LANGUAGE, *sorted(pack.settings.labels))
    return LazyTranslations({language: lambda: other for language in languages})


def _full_summary(pack: Pack, words: _SampleWords, optional: _SampleWords) -> Summary:
    """Return the summary that has everything."""
    settings = pack.settings
    title = words.new("summary.title")
    column_label = words.new("summary.column_label")
    columns = tuple(words.new("summary.columns", f"column {number}") for number in range(1, _COLUMNS + 1))
    rows = tuple(_sample_row(rule, words, pack) for rule in settings.rows if rule.field != CITIES)
    contact = Contact()
    if RequiredPart.CONTACT not in settings.leaves_out:
        contact = _sample_contact(words)
    programme_label: list[LabelText] = []
    if RequiredPart.PROGRAMME_LABEL not in settings.leaves_out:
        languages = dict.fromkeys([*all_languages(settings.label_languages), *_FURTHER_LANGUAGES])
        for language in list(languages)[:_COLUMNS]:
            text = words.new("summary.programme_label", language)
            programme_label.append(LabelText(language, text))
    return Summary(
        id="example",
        title=title,
        language="en",
        column_label=RichText.plain(column_label),
        columns=columns,
        rows=rows,
        custom=_custom_facts(pack, optional),
        contact=contact,
        programme_label=tuple(programme_label),
        metadata=Metadata("Office", "Cities", ("theme",)),
        updated=_DAY,
        updated_text=optional.new("summary.updated_text"),
        as_of=optional.new("summary.as_of"),
        status_text=optional.new("summary.status_text"),
        continued=settings.continued,
        period=optional.new("summary.period", rows=("period",)),
        names=optional.new("summary.names", rows=(CITIES,)),
        cities=tuple(_sample_city(number, pack, optional) for number in range(1, _COLUMNS + 1)),
        pictures=(_sample_picture(optional),),
        logo=logo_of(pack),
        goals=(GoalFacts(_GOAL, "Sustainable cities and communities", "#FD9D24"),),
    )


def _sample_picture(words: _SampleWords) -> PictureFacts:
    caption = RichText.plain(words.new("picture.caption"))
    credit = RichText.plain(words.new("picture.credit"))
    return PictureFacts("Picture", caption, credit, "pictures[0]", PIXEL)


def _sample_city(number: int, pack: Pack, words: _SampleWords) -> CityFacts:
    """Return the facts of a city, with texts that are in the table too."""
    texts: dict[str, str] = {}
    for attribute in fields(CityFacts):
        if attribute.type is str and attribute.name != "country_code":
            rows = [row for row, names in _FACTS.items() if attribute.name in names]
            texts[attribute.name] = words.new(f"city.{attribute.name}", rows=tuple(rows))
    custom = _custom_facts(pack, words, CITIES)
    city = CityFacts("", country_code="IT", population=number, area_km2=number, custom=custom)
    return replace(city, **texts)


def _transposed_summary(full: Summary, pack: Pack, words: _SampleWords) -> Summary:
    """Return the full summary with one city more than the pack has columns, so that cities are rows and facts are
    columns.
    """
    max_columns = pack.settings.max_columns
    width = min(sum(not row.shared for row in full.rows), max_columns)
    if width == 0:
        return full
    columns = tuple(words.new("summary.columns", f"column {number}") for number in range(1, width + 1))
    cities = [_transposed_row(index, width, words) for index in range(max_columns + 1)]
    shared_rows = [row for row in full.rows if row.shared]
    return replace(full, columns=columns, rows=(*cities, *shared_rows))


def _transposed_row(index: int, width: int, words: _SampleWords) -> Row:
    """Return the row of a city."""
    item = f"city {index + 1}"
    label = RichText.plain(words.new("row.label", item))
    cells = tuple(RichText.plain(words.new("row.cells", item)) for _ in range(width))
    return Row(f"{CITIES}.{index}", label, cells, shared=False)


def _bare_summary(pack: Pack) -> Summary:
    """Return the summary of one city without any facts, in the generous scale."""
    plan = parse_plan(Source("example.yaml", "cities: [{name: City}]"))
    return replace(compose_summary(plan, pack), contact=Contact(), scale=Scale.GENEROUS)


def _custom_facts(pack: Pack, words: _SampleWords, owner: str = "") -> FactsByName:
    """Return the custom fields of the plan or of a city, with texts that are in the table too."""
    holder = "city" if owner else "summary"
    facts = FactsByName()
    for known in pack.fields.custom:
        if known.owner == owner:
            value = 1 if known.type in FIGURES else known.name
            text = words.new(f"{holder}.custom.{known.name}", rows=(known.key,))
            facts[known.name] = CustomFact(known.name, RichText.plain(text), value)
    return facts


def _sample_row(rule: RowRule, words: _SampleWords, pack: Pack) -> Row:
    """Return a row: with a cell for each column or, if its field is of the plan, with one that all columns share."""
    label = RichText.plain(words.new("row.label", rule.field))
    shared = not pack.fields.is_of_city(rule.field)
    count = 1 if shared else _COLUMNS
    cells = tuple(_sample_cell(rule.field, words, rich=shared) for _ in range(count))
    return Row(rule.field, label, cells, shared)


def _sample_cell(key: str, words: _SampleWords, *, rich: bool) -> RichText:
    """Return a paragraph and, in a rich cell, one that is a link, and a list of two levels."""

    def paragraph(link: str | None = None) -> Paragraph:
        return Paragraph((Run(words.new("row.cells", key), link=link),))

    if not rich:
        return RichText((paragraph(),))
    linked = paragraph(_SAMPLE_LINK)
    inner_list = ItemList(Marker.BULLET, (ListItem((paragraph(),)),))
    first = paragraph()
    item = ListItem((paragraph(), inner_list))
    return RichText((first, linked, ItemList(Marker.BULLET, (item,))))


def _sample_contact(words: _SampleWords) -> Contact:
    return Contact(
        lead=words.new("summary.contact.lead"),
        office=words.new("summary.contact.office"),
        email=f"{words.new('summary.contact.email')}@example.org",
        phone=words.new("summary.contact.phone"),
        website=f"www.{words.new('summary.contact.website')}.example.org",
        address="\n".join(words.new("summary.contact.address", f"line {number}") for number in (1, 2)),
    )


@lru_cache(maxsize=64)
def required_content_problems(pack: Pack, format_: Format) -> tuple[Problem, ...]:
    """Return an error for each part that the template of a format does not print, or that the pack leaves out.

    There is no error for a template with errors, which are reported when it is filled.
    """
    is_word = _has_word_template(pack, format_)
    template = _template(pack, format_)

    def make() -> _PrintedContent:
        try:
            return _PrintedContent(_filled_word_parts(pack) if is_word else _filled_page_parts(pack))
        except ProblemsFound:
            return _PrintedContent(None)

    printed = cached_artifact("printed", (pack.digest, template.path), _PrintedContent, make).parts
    return () if printed is None else tuple(content_problems(printed, pack, format_))


def content_problems(printed: Collection[RequiredPart], pack: Pack, format_: Format) -> Iterator[Problem]:
    """Yield an error for each part that the template of a format does not print, or that the pack leaves out.

    `printed` are the parts that the template prints of a summary with everything.
    """
    page_number = _WORD_PAGE_NUMBER if _has_word_template(pack, format_) else _PAGE_NUMBER
    where = Location(_template(pack, format_).path)
    omitted = pack.settings.leaves_out
    for part in RequiredPart:
        if part not in printed and part not in omitted:
            hint = _printing_hint(part, page_number)
            yield problem("content-required", where, form=part.value, hint=hint, name=part.value)
        elif part in printed and part in omitted:
            yield problem("left-out-printed", where, form=part.value, name=part.value)


def _has_word_template(pack: Pack, format_: Format) -> bool:
    """Return whether documents of a format are made from the Word template of a pack."""
    return format_ is Format.DOCX and pack.word_template is not None


def _template(pack: Pack, format_: Format) -> PackFile:
    """Return the template of a format: the page template, except for Word files of packs with a Word template."""
    if format_ is Format.DOCX and pack.word_template is not None:
        return pack.word_template
    return pack.page_template


def missing_in_book(content: "BookContent", pack: Pack) -> Iterator[Problem]:
    """Yield a warning for each part that the template of books does not print, unless the pack leaves it out.

    `content` is that of a book, and `pack` the pack of books with the template, which must have no errors.
    """
    from ucap_reports.page.read_book import BookPages, complete_tree  # noqa: PLC0415 - plans are built without it

    sample = sample_summaries(pack).full
    summary = replace(content.summary, contact=sample.contact, programme_label=sample.programme_label)
    words = _BookSample()
    tree = complete_tree(BookPages(words.in_place_of_values(replace(content, summary=summary)), pack))
    printed = parts_on_page(tree, summary)
    where = Location(pack.page_template.path)
    # A book may print what its plans leave out: its contents need page numbers.
    for part in RequiredPart:
        if part not in printed and part not in pack.settings.leaves_out:
            hint = _printing_hint(part)
            yield problem("book-part-missing", where, form=part.value, hint=hint, name=part.value)
    texts = "\n".join(tree_texts(tree)).casefold()
    missing = [] if words.title in texts else ["title"]
    if not any(isinstance(block, ContentsBlock) for block in all_blocks(tree.body)):
        missing.append("contents")
    missing += words.kinds_of_plans_missing_in(texts)
    for name in missing:
        yield problem("book-part-missing", where, form=name, hint=f"print {_OF_BOOKS[name]}", name=name)


_PLANS_IN_CHAPTERS = """
{%% for group in groups %%}{%% for summary in group.%s %%}…{%% endfor %%}{%% endfor %%}
""".strip()
_OF_BOOKS = {
    "title": "{{ book.title }}",
    "contents": "<contents/>",
    "summaries": f"the rows of each, as in {_PLANS_IN_CHAPTERS % 'summaries'}",
    "cards": f"the `card` of each, as in {_PLANS_IN_CHAPTERS % 'cards'}",
    "wide_cards": f"the `card` of each, as in {_PLANS_IN_CHAPTERS % 'wide_cards'}",
}
"""How a template of books prints what only books have. The last three are the kinds of plans in a chapter."""
_KINDS_OF_PLANS = ("summaries", "cards", "wide_cards")


class _BookSample(Struct):
    """Unique words in place of the values of a book, by which it is seen which plans a template prints: their names
    are also in the contents and in the index.
    """

    title: str = "q0q"
    plans: dict[str, str] = field(default_factory=dict)
    """The word of each plan by its id."""
    kinds: dict[str, str] = field(default_factory=dict)
    """The kind of each plan that has values by its id."""

    def in_place_of_values(self, content: "BookContent") -> "BookContent":
        """Return the content of a book with the words."""
        for group in content.groups:
            for kind in _KINDS_OF_PLANS:
                for summary in getattr(group, kind):
                    self.plans[summary.id] = f"q{len(self.plans) + 1}q"
                    if _has_values(summary):
                        self.kinds[summary.id] = kind
        groups = []
        for group in content.groups:
            plans = {kind: self._with_words(getattr(group, kind)) for kind in _KINDS_OF_PLANS}
            groups.append(replace(group, **plans))
        return replace(
            content,
            book=replace(content.book, title=self.title),
            summary=replace(content.summary, title=self.title),
            groups=tuple(groups),
            summaries=self._with_words(content.summaries),
        )

    def _with_words(self, plans: "LazyItems[BookSummary]") -> "LazyItems[BookSummary]":
        """Return plans of which each value in the table, and each fact on the card, is the word of the plan."""
        return plans.mapped(lambda summary: _with_word(summary, self.plans[summary.id]))

    def kinds_of_plans_missing_in(self, texts: str) -> Iterator[str]:
        """Yield each kind of plans of which one is not printed."""
        missing = {kind for plan, kind in self.kinds.items() if self.plans[plan] not in texts}
        for kind in _KINDS_OF_PLANS:
            if kind in missing:
                yield kind


def _has_values(summary: "BookSummary") -> bool:
    """Return whether a plan has anything that a template prints beside the names of its cities."""
    card = summary.card
    if card.is_printed:
        return bool(card.facts or card.themes) or any(city.facts for city in card.cities)
    return bool(summary.rows)


def _with_word(summary: "BookSummary", word: str) -> "BookSummary":
    """Return a plan of a book with a word in the place of each of its values, which tells whether any is printed."""
    text = RichText.plain(word)
    rows = [replace(row, cells=tuple([text for _ in row.cells])) for row in summary.rows]
    card = summary.card
    cities = [replace(city, facts=word if city.facts else "") for city in card.cities]
    facts = [replace(fact, content=text) for fact in card.facts]
    card = replace(card, cities=tuple(cities), facts=tuple(facts), themes=word if card.themes else "")
    return replace(summary, rows=tuple(rows), card=card)


def never_shown(samples: Samples, full: Iterable[str], turned: Iterable[str] | None, path: str) -> Iterator[Problem]:
    """Yield a warning `content-not-shown` for each name whose pieces are not all in the texts that a template printed.

    Facts of cities may be printed from `summary.cities` instead of the table. The turned summary, with a transposed
    table, is for templates that print the table.
    """
    printed = "\n".join(full).casefold()
    printed_facts = {row for row in _FACTS if _prints_facts(printed, row, samples.full.cities)}
    has_table = False
    pieces: dict[str, SamplePiece] = {}
    for word, piece in samples.pieces.items():
        if piece.row in _FACTS and word in printed:
            has_table = True
        if piece.row not in printed_facts:
            pieces[word] = piece
    missing = list(_missing(pieces, printed, "all", path))
    yield from missing
    if turned is None or not has_table:
        return
    reported = {warning.details["name"] for warning in missing}
    not_reported = {word: piece for word, piece in samples.turned_pieces.items() if piece.name not in reported}
    yield from _missing(not_reported, "\n".join(turned).casefold(), "turned", path)


class _PrintedContent(Struct, frozen=True):
    """What a template prints; None if it cannot be filled."""

    parts: frozenset[RequiredPart] | None


def _filled_page_parts(pack: Pack) -> frozenset[RequiredPart]:
    """Fill the page template; return the parts that it prints. Raises ProblemsFound."""
    summary = sample_summaries(pack).full
    tree = read_page(fill_page(pack.page_template, summary), pack)
    return parts_on_page(tree, summary)


def _filled_word_parts(pack: Pack) -> frozenset[RequiredPart]:
    """Fill the Word template; return the parts that it prints. Raises ProblemsFound."""
    from ucap_reports.check.word_template_check import try_word_template  # noqa: PLC0415 - most packs are in the cache

    samples = sample_summaries(pack)
    [trial] = try_word_template(pack, [samples.full], samples.words)
    raise_found(trial.problems)
    return parts_in_word(trial, samples.full)


def _printed_facts() -> Mapping[str, Sequence[str]]:
    """Return the rows of the table with facts of a city, and the attributes of `summary.cities` with the same texts."""
    facts = {CITIES: [BUILT_IN.of_type(FieldType.NAMES).template_text]}
    for key, row in BUILT_IN.rows.items():
        texts = [field.template_text for field in BUILT_IN.printed_by(key)]
        if row.is_of_city and all(texts):
            facts[key] = texts
    return facts


_FACTS = _printed_facts()


def _missing(pieces: Mapping[str, SamplePiece], printed: str, form: str, path: str) -> Iterator[Problem]:
    """Yield a warning for each name with pieces that are not printed; `form` is that of the warning if
    none of them is.
    """
    counts = Counter(piece.name for piece in pieces.values())
    missing: dict[str, list[str]] = {}
    for word, piece in pieces.items():
        if word not in printed:
            missing.setdefault(piece.name, []).append(piece.item)
    for name, items in missing.items():
        tag = f"{{{{ {name} }}}}"
        example = _PLACES.get(name, tag)
        hint = f"print it as in {example}"
        if len(items) < counts[name]:
            shown = ", ".join(dict.fromkeys(items))
            yield problem("content-not-shown", Location(path), form="part", hint=hint, name=name, items=shown)
        else:
            yield problem("content-not-shown", Location(path), form=form, hint=hint, name=name)


def _prints_facts(printed: str, row: str, cities: Iterable[CityFacts]) -> bool:
    """Return whether the texts of a row of the table with facts are printed from `summary.cities`."""
    for city in cities:
        if any(getattr(city, name) not in printed for name in _FACTS[row]):
            return False
    return True


def parts_on_page(tree: PageTree, summary: Summary) -> frozenset[RequiredPart]:
    """Return the parts of a summary that a page, or the pages of a book, print."""
    printed = _parts_with_values(tree_texts(tree), summary)
    for paragraph in tree_paragraphs((*tree.headers, *tree.footers)):
        for inline in paragraph.content:
            if isinstance(inline, PageLabel):  # in the languages of the chapters of a book
                printed.add(RequiredPart.PROGRAMME_LABEL)
            elif type(inline) is PageNumber:  # not the names of the chapters of a page
                printed.add(RequiredPart.PAGE_NUMBER)
    return frozenset(printed)


def parts_in_word(trial: "WordTrial", summary: Summary) -> frozenset[RequiredPart]:
    """Return the parts of a summary that a Word template prints on the first page or on later ones, given the trial
    with the summary.
    """
    pages = (trial.first_page, trial.later_pages)
    printed = _parts_with_values(chain.from_iterable(page.texts for page in pages), summary)
    if any(page.has_number for page in pages):
        printed.add(RequiredPart.PAGE_NUMBER)
    return frozenset(printed)


def _parts_with_values(texts: Iterable[str], summary: Summary) -> set[RequiredPart]:
    """Return the parts of which one of the values is in these texts. The line before the contact is none of them."""
    printed = "\n".join(texts).casefold()
    contact_values = [getattr(summary.contact, name) for name in Contact.__struct_fields__ if name != "lead"]
    label_values = [label.text for label in summary.programme_label]
    parts: set[RequiredPart] = set()
    if _has_line_of(contact_values, printed):
        parts.add(RequiredPart.CONTACT)
    if _has_line_of(label_values, printed):
        parts.add(RequiredPart.PROGRAMME_LABEL)
    return parts


def _has_line_of(texts: Iterable[str], printed: str) -> bool:
    """Return whether a line of one of these texts is printed, in capitals or small letters."""
    for line in chain.from_iterable(text.splitlines() for text in texts):
        words = line.strip().casefold()
        if words and words in printed:
            return True
    return False


def _printing_hint(part: RequiredPart, page_number: str = _PAGE_NUMBER) -> str:
    """Return how to print a part that must be printed, or to leave it out on purpose."""
    example = _TAGS.get(part, page_number)
    return f"print {example}, or write `leaves_out: [{part.value}]` in pack.yaml"
