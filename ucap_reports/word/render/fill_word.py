"""A Word template compiled once, and filled in for each summary."""

from collections.abc import Mapping
from functools import lru_cache
from html import escape

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.compiled_template import Attempt, CompiledTemplate
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.file.allowed_fields import finished_problems
from ucap_reports.word.file.document_properties import core_properties, in_language
from ucap_reports.word.file.package_parts import HYPERLINK, Links, relationships_of
from ucap_reports.word.file.zip_package import ZipMember, compressed, write_package
from ucap_reports.word.render.list_numbering import Numbering, Numbers
from ucap_reports.word.render.rich_text_runs import (
    Surroundings,
    ValuePlace,
    plain_paragraph,
    plain_runs,
    rich_paragraphs,
    rich_runs,
)
from ucap_reports.word.render.right_to_left import turned_back
from ucap_reports.word.render.table_grid import PICTURES, SpanError, resolve

SMALL = 8_000
"""Parts of so many bytes are kept for the next document."""
_RELATIONSHIPS_END = b"</Relationships>"


class PlacedTag(Struct, frozen=True):
    """A tag as its author wrote it, and where it stands."""

    written: str
    location: Location


class PartTags(Struct, frozen=True):
    """The tags of a part, by the lines of its Jinja source that belong to them."""

    by_line: Mapping[int, PlacedTag]

    def locate(self, line: int) -> Location:
        """Where the tag of that line stands in Word."""
        tag = self.by_line.get(line)
        return tag.location if tag else Location()

    def quote(self, line: int) -> str:
        """The tag of that line as its author wrote it."""
        tag = self.by_line.get(line)
        return tag.written if tag else ""


class TextTemplate(Struct, frozen=True):
    """A part with tags, the `number`th: its name and place, its template, the site of each value by its kind, the
    statements about cells by their number, and its relationships.
    """

    name: str
    location: Location
    number: int
    template: CompiledTemplate
    sites: Mapping[str, ValuePlace]
    directives: tuple[PlacedTag, ...]
    relationships: bytes


class WordTemplate(Struct, frozen=True, eq=False):
    """A compiled template: parts with tags, parts that are the same in every document, and parts that only differ by
    its language.
    """

    texts: tuple[TextTemplate, ...]
    fixed: tuple[ZipMember, ...]
    open: Mapping[str, str]
    numbering_name: str
    numbering: Numbering
    core_name: str
    alignments: Mapping[str, str]
    """How the text of each paragraph style is aligned."""
    warnings: tuple[Problem, ...] = ()
    """What documents leave out of the template."""
    _by_language: dict[str, tuple[ZipMember, ...]] = field(default_factory=dict)

    def entries_in(self, language: str) -> tuple[ZipMember, ...]:
        """The parts that are the same in every document in that language."""
        if language not in self._by_language:
            parts = ((name, in_language(part, language)) for name, part in self.open.items())
            own = compressed(self.numbering_name, self.numbering_in(language).part)
            self._by_language[language] = (*self.fixed, own, *(compressed(name, part) for name, part in parts))
        return self._by_language[language]

    def numbering_in(self, language: str) -> Numbering:
        """The lists of documents in that language."""
        return self.numbering.turned() if is_right_to_left(language) else self.numbering


def fill_word(template: WordTemplate, summary: Summary) -> bytes:
    """The Word file of a summary. Raises ProblemsFound with the problems of all parts."""
    problems: list[Problem] = []
    numbers = Numbers(template.numbering_in(summary.language))
    parts: dict[str, bytes] = {template.core_name: core_properties(summary)}
    for text in template.texts:
        try:
            parts |= _fill_text(text, summary, numbers, template.alignments)
        except ProblemsFound as found:
            problems += found.problems
    if problems:
        raise ProblemsFound(problems)
    if (numbering := numbers.part()) is not None:
        parts[template.numbering_name] = numbering
    entries = {entry.name: entry for entry in template.entries_in(summary.language)}
    entries |= {name: _packed(name, part) for name, part in parts.items()}
    return write_package(entries.values())


def _packed(name: str, part: bytes) -> ZipMember:
    """The part, compressed; small ones, such as headers and footers, are often the same from document to document."""
    return _packed_before(name, part) if len(part) <= SMALL else compressed(name, part)


@lru_cache(maxsize=64)
def _packed_before(name: str, part: bytes) -> ZipMember:
    return compressed(name, part)


def _fill_text(
    text: TextTemplate, summary: Summary, numbers: Numbers, alignments: Mapping[str, str]
) -> dict[str, bytes]:
    """A part of one document, with its relationships where it has hyperlinks of its own."""
    links, turned = Links({}), is_right_to_left(summary.language)
    filled = attempt_text(text, summary, Surroundings(links.relate, numbers.number, turned))
    if filled.problems:
        raise ProblemsFound(filled.problems)
    part = (filled.text or "").encode()
    if problems := list(finished_problems(part, text.location)):
        raise ProblemsFound(problems)
    parts = {text.name: turned_back(part, alignments) if turned else part}
    if links.addresses:
        parts[relationships_of(text.name)] = _with_links(text.relationships, links)
    return parts


def attempt_text(text: TextTemplate, summary: Summary, around: Surroundings) -> Attempt:
    """The XML of a part as far as it can be filled in, and all that is wrong."""

    def plain(value: str, kind: str) -> str:
        site = text.sites.get(kind)
        try:
            if site is None:
                return escape(value)
            return (plain_runs if site.paragraph is None else plain_paragraph)(value, site, around)
        except ValueError as error:
            raise _forbidden(error) from None

    def place(value: RichText, kind: str) -> str:
        site = text.sites.get(kind)
        try:
            if site is None:
                return escape(value.text)
            return rich_runs(value, site, around) if site.paragraph is None else rich_paragraphs(value, site, around)
        except ValueError as error:
            raise _forbidden(error) from None

    filled = text.template.attempt(summary, place, plain)
    if filled.text is None:
        return filled
    turned = is_right_to_left(summary.language)
    try:
        return replace(filled, text=resolve(filled.text, text.number * PICTURES, right_to_left=turned))
    except SpanError as error:
        return Attempt(None, (*filled.problems, _span_problem(error, text.directives[error.tag])))


def _with_links(relationships: bytes, links: Links) -> bytes:
    added = "".join(
        f'<Relationship Id="{identifier}" Type="{HYPERLINK}" Target="{escape(address)}" TargetMode="External"/>'
        for address, identifier in links.addresses.items()
    )
    return relationships.replace(_RELATIONSHIPS_END, added.encode() + _RELATIONSHIPS_END)


def _span_problem(error: SpanError, tag: PlacedTag) -> Problem:
    message = f'{error} in "{tag.written}"'
    return Problem.error("span-invalid", message, "a cell spans 1 to 63 columns", tag.location)


def _forbidden(error: ValueError) -> ProblemsFound:
    message = f"the summary has the character {error}, which no Word file can hold"
    return ProblemsFound([Problem.error("character-forbidden", message, "take it out of the plan", Location())])
