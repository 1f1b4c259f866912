"""The sent edition: what a Word file printed when it was built, recorded in its properties; how a build records it, and
how a review reads it.

A reply is compared with it, whatever has happened to the plan since. It is in custom properties, because these survive
LibreOffice as docx, odt, doc and rtf, unlike other parts of the file. Built files record their markup
(`RecordedMarkup`), whose paragraphs are read when a reply is reviewed: the values of the summary have marks beside
their texts, with which the writer makes a main part that is only recorded, with the other parts that have text. Forms,
annotated copies, and files of older versions record the paragraphs themselves (`SentEdition`).

A file that is read may come from a stranger: its size is limited when it is unpacked, its markup is read as that of any
Word file, and only fields that a document can print count.
"""

import zlib
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from deflate import zlib_compress
from lxml import etree
from msgspec import Meta, Struct
from msgspec.structs import replace

from ucap_reports.importers.word_package import (
    DOCUMENT,
    LISTS,
    NOTES,
    STYLES,
    WORD,
    WordPackage,
    is_read_style,
    margin_names,
)
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.plan.field_descriptions import CITIES, NAME, QUANTITIES, FieldType
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.reading_limits import MIB
from ucap_reports.summary.document_titles import BETWEEN
from ucap_reports.summary.numbers_dates_and_names import Formats
from ucap_reports.summary.summary_model import CityFacts, Row, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.field_marks import Marks, joined, marked_text
from ucap_reports.text.language_tags import plain_text
from ucap_reports.text.markdown import Piece, text_of_pieces
from ucap_reports.text.rich_text import Break, DataTable, Inline, Marker, Paragraph, RichText, Run, Script
from ucap_reports.word.file.document_properties import with_properties
from ucap_reports.word.file.package_parts import IDENTITY, relationships_of
from ucap_reports.word.file.word_styles import StyleSheet
from ucap_reports.word.file.word_xml import read_finished, to_bytes
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

if TYPE_CHECKING:  # not imported at run time: a build reads no Word file
    from ucap_reports.importers.paragraph_identity import DocumentParagraph

MAX_SENT_PIECES = 8_000
"""properties with what a Word file printed when it was built"""
MAX_SENT_BYTES = 8 * MIB
"""bytes of what it printed, unpacked; summaries with two pages have 40 kB"""
MAX_SENT_PATH = 200
"""characters of the path of a field that it printed"""
MAX_SENT_OBJECTS = 150_000
"""The paragraphs, runs and spans of an edition: each takes fifty times the memory of its shortest form in the file."""
MAX_SENT_VALUES = 30_000
"""values and paragraphs of values that it printed"""
MAX_SENT_ITEMS = 1_000
"""items of a list of the plan that it printed"""
PROPERTY = "ucap-sent-"
"""The beginning of the names of the properties, before their numbers."""
PIECE = 250
"""Characters of a property: Word cuts texts at 255."""
_LEVEL = 6
"""The level of libdeflate: level 1 takes half as long and 7 % more space; level 9 saves another 2 %."""
CONTACT_FIELDS = BUILT_IN.inside(BUILT_IN.of_type(FieldType.CONTACT).path)
_INDEX = LazyPattern(r"\[([0-9]{1,9})\]")
TOTAL = "total of "
"""The beginning of what marks the total of a column, which is no field."""


class FieldOccurrence(NamedTuple):
    """A field at one of the places where a document prints it; `number` counts these places from 0."""

    field: str
    number: int


class SentRun(Struct, frozen=True, omit_defaults=True):
    """A piece of text, or a line break if it has none."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    script: Script = Script.NORMAL
    link: str | None = None


class SentSpan(Struct, frozen=True, array_like=True):
    """The part of a paragraph that is text of a field; `number` is that of its `FieldOccurrence`."""

    start: int
    end: int
    field: str
    number: int


class SentParagraph(Struct, frozen=True, omit_defaults=True):
    """A paragraph with the fields in it; see `DocumentParagraph` and `TextLine`."""

    runs: tuple[SentRun, ...] = ()
    holder: str = ""
    style: str | None = None
    level: int | None = None
    marker: str = Marker.BULLET.name
    start: int = 1
    list_key: str = ""
    under: int | None = None
    is_in_margin: bool = False
    is_beside: bool = False
    fields: tuple[SentSpan, ...] = ()


class PrintedSpan(Struct, frozen=True):
    """The part of a paragraph that is text of a field."""

    start: int
    end: int
    occurrence: FieldOccurrence


class SentEdition(Struct, frozen=True, dict=True):
    """What a document printed: its paragraphs with their fields.

    `revisions` are the dates and authors of tracked changes that were in the file when it was sent.
    """

    pack: str
    language: str
    formats: Formats
    paragraphs: tuple[SentParagraph, ...]
    revisions: tuple[tuple[str, str], ...] = ()

    @cached_property
    def document(self) -> "Sequence[DocumentParagraph]":
        """The paragraphs as those of a file that is read."""
        return [_read_paragraph(paragraph) for paragraph in self.paragraphs]

    def spans(self, places: Collection[str]) -> Sequence[tuple[PrintedSpan, ...]]:
        """Return the fields in each paragraph; only those at these places, such as `cities[].name`."""
        spans = []
        for paragraph, read in zip(self.paragraphs, self.document, strict=True):
            spans.append(tuple(_valid_spans(paragraph.fields, len(read.text), places)))
        return spans


class MarkedField(NamedTuple):
    """The field that a mark is for, and the number of the paragraph in its value."""

    path: Annotated[str, Meta(max_length=MAX_SENT_PATH)]
    paragraph: int


class RecordedMarkup(Struct, frozen=True):
    """What a Word file records when it is built: its parts with text, with marks beside the values in the main part.

    A value begins with a mark whose digits are the index of its field in `fields`, and ends with a mark without digits.
    Beside the parts with text, `parts` has those that are needed to read paragraphs: links, lists, and the names of
    styles.
    """

    pack: str
    language: str
    formats: Formats
    parts: Mapping[str, bytes]
    fields: tuple[MarkedField, ...]

    def edition(self) -> SentEdition:
        """Return the paragraphs with their fields. Raises ProblemsFound as for a Word file that is damaged."""
        from ucap_reports.importers.paragraph_identity import paragraphs_of  # noqa: PLC0415 - as above

        package = WordPackage(self.parts, "")
        marks = _MarkReader(self.fields)
        paragraphs = []
        for paragraph in paragraphs_of(package, package.texts()):
            paragraphs.append(_sent_paragraph(paragraph, marks))
        return SentEdition(self.pack, self.language, self.formats, tuple(paragraphs))


NO_EDITION = SentEdition("", "", Formats(), ())
"""The edition of a file that printed nothing."""


def edition_properties(edition: SentEdition | RecordedMarkup) -> Mapping[str, str]:
    """Return the properties that contain an edition, by name."""
    if isinstance(edition, RecordedMarkup):
        content = msgspec.msgpack.encode(edition, enc_hook=plain_text)
    else:
        content = msgspec.json.encode(edition, enc_hook=plain_text)
    packed = bytes(zlib_compress(content, _LEVEL))
    text = b64encode(packed).decode()
    properties: dict[str, str] = {}
    for number, start in enumerate(range(0, len(text), PIECE)):
        properties[f"{PROPERTY}{number}"] = text[start : start + PIECE]
    return properties


def with_edition(content: bytes, edition: SentEdition) -> bytes:
    """Return a document of the product with another sent edition."""
    package = read_package(content)
    root = read_finished(package[IDENTITY])
    for element in list(root):
        if element.get("name", "").startswith(PROPERTY):
            root.remove(element)
    package[IDENTITY] = with_properties(root, edition_properties(edition))
    return write_package(compressed(name, part) for name, part in package.items())


def read_edition(properties: Mapping[str, str]) -> SentEdition | None:
    """Return the edition in the properties of a file; None if there is none, or it is damaged or too large."""
    pieces: list[str] = []
    while f"{PROPERTY}{len(pieces)}" in properties:
        pieces.append(properties[f"{PROPERTY}{len(pieces)}"])
    if not pieces or len(pieces) > MAX_SENT_PIECES:
        return None
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(b64decode("".join(pieces), validate=True), MAX_SENT_BYTES)
        if not unpacking.eof:
            return None
        if content.startswith(b"{"):  # as MessagePack with the fields of a struct never does
            if content.count(b"{") > MAX_SENT_OBJECTS:
                return None
            edition = msgspec.json.decode(content, type=SentEdition)
        else:
            edition = msgspec.msgpack.decode(content, type=RecordedMarkup).edition()
    except (Error, zlib.error, ValueError, RecursionError, ProblemsFound):
        return None
    values = sum(len(paragraph.fields) for paragraph in edition.paragraphs)
    if values > MAX_SENT_VALUES:
        return None
    return edition


def sent_spans(edition: SentEdition, pack: Pack) -> Sequence[tuple[PrintedSpan, ...]]:
    """Return the fields in each paragraph of an edition that documents of the pack can print."""
    return edition.spans(_printable_places(pack))


def _printable_places(pack: Pack) -> frozenset[str]:
    """Return the places of the fields that documents of a pack can print, and of rows that print several of them, with
    `[]` after each list that has their items, as in `cities[].name`.
    """
    paths = {f"{CITIES}.{NAME}", *TITLES.values(), *(field.path for field in CONTACT_FIELDS)}
    paths |= {f"{CITIES}.{name}" for name in CITY_TEXTS.values()}
    lists = {CITIES}
    for field in pack.fields.all:
        is_list = field.type is FieldType.PICTURES
        is_picture = field.type is FieldType.PICTURE and not field.is_private
        if is_list:
            lists.add(field.path)
        if is_list or is_picture:
            paths |= {f"{field.path}.{name}" for name in PICTURE_TEXTS.values()}
    rows_of_pack = {rule.field for rule in pack.settings.rows}
    for key, row in pack.fields.rows.items():
        if key in rows_of_pack or not row.is_private:
            paths.add(row.path)
    places = {_place(path, lists) for path in paths}
    for table in pack.fields.custom:
        table_place = _place(table.path, lists)
        for column in table.columns:
            name = column.path.removeprefix(f"{table.path}.")
            places |= {f"{table_place}[].{name}", f"{TOTAL}{table_place}.{name}"}
    return frozenset(places)


def _place(path: str, lists: Collection[str]) -> str:
    """Return the place of a field, with `[]` after each of these lists that it is in."""
    owner, dot, name = path.rpartition(".")
    if not dot:
        return path
    items = "[]" if owner in lists else ""
    return f"{_place(owner, lists)}{items}.{name}"


def _read_paragraph(sent: SentParagraph) -> "DocumentParagraph":
    from ucap_reports.importers.paragraph_identity import DocumentParagraph  # noqa: PLC0415 - as above
    from ucap_reports.importers.parsed_cells_and_lists import DEEPEST, TextLine  # noqa: PLC0415 - as above

    pieces: list[Piece] = []
    for run in sent.runs:
        if run.text:
            pieces.append(Run(run.text, run.bold, run.italic, run.underline, run.script, run.link))
        else:
            pieces.append(Break())
    level = _valid_level(sent.level, DEEPEST)
    under = _valid_level(sent.under, DEEPEST)
    marker = Marker.__members__.get(sent.marker, Marker.BULLET)
    return DocumentParagraph(
        TextLine(tuple(pieces), level, marker, sent.start, sent.list_key, under),
        text_of_pieces(pieces),
        holder=sent.holder,
        style=(sent.style, level),
        is_in_body=not sent.is_in_margin,
        is_beside=sent.is_beside or sent.is_in_margin,
    )


def _valid_level(level: int | None, deepest: int) -> int | None:
    """Return the nearest level that lists of plans have: a stranger may have written any number."""
    if level is None:
        return None
    return min(max(level, 0), deepest)


def _valid_spans(fields: Iterable[SentSpan], length: int, places: Collection[str]) -> Iterable[PrintedSpan]:
    """Yield the spans that follow each other inside a text, and whose fields a document can print."""
    last_end = 0
    for span in fields:
        is_in_text = last_end <= span.start <= span.end <= length
        is_printable = _INDEX.sub("[]", span.field) in places
        has_large_index = any(int(index) >= MAX_SENT_ITEMS for index in _INDEX.findall(span.field))
        if is_in_text and is_printable and not has_large_index and span.number >= 0:
            last_end = span.end
            occurrence = FieldOccurrence(span.field, span.number)
            yield PrintedSpan(span.start, span.end, occurrence)


def _template_texts(owner: str, *types: FieldType) -> dict[str, str]:
    """Return the attributes with texts that templates print, with the names of their fields, which are of these
    types.
    """
    texts = {}
    for field in BUILT_IN.inside(owner):
        if field.template_text and field.type in types:
            texts[field.template_text] = field.name
    return texts


TITLES = _template_texts("", FieldType.TITLE, FieldType.LINE)
CITY_TEXTS = _template_texts(CITIES, FieldType.NAMES, FieldType.LINE, FieldType.LINES, FieldType.COUNTRIES, *QUANTITIES)
PICTURE_TEXTS = _template_texts(BUILT_IN.of_type(FieldType.PICTURES).path, FieldType.TEXT)


# The marks in recorded markup

MARK_START = "\u206a"
MARK_END = "\u206b"
MARK_DIGITS = "\u206c\u206d\u206e\u206f"
"""Deprecated format characters, which no text needs, and which have no width and no direction (Unicode, 23.3). They are
below U+FFFF, so that a marked text does not need four bytes a character.
"""
_MAX_DIGITS = 16
_MARK = LazyPattern(f"{MARK_START}([{MARK_DIGITS}]{{0,{_MAX_DIGITS}}}){MARK_END}")
_NUMBER = str.maketrans(MARK_DIGITS, "0123")


class _MarkReader:
    """Reads the marks of a document in the order of its paragraphs."""

    def __init__(self, fields: Sequence[MarkedField]) -> None:
        self._fields = fields
        self._occurrences: dict[str, tuple[int, int]] = {}
        """How often each value was printed before, and the number of its last paragraph."""

    def spans(self, text: str) -> tuple[SentSpan, ...]:
        """Return the values in the text of the next paragraph, with their places in the text without marks."""
        spans: list[SentSpan] = []
        opened: MarkedField | None = None
        """The field of the mark before the value, if one has begun."""
        start = 0
        length_of_marks = 0
        for mark in _MARK.finditer(text):
            offset = mark.start() - length_of_marks  # in the text without marks
            length_of_marks += len(mark[0])
            digits = mark[1]
            if opened is not None and not digits:
                spans.append(SentSpan(start, offset, opened.path, self._occurrence(opened)))
            opened = self._field(digits) if digits else None
            start = offset
        return tuple(spans)

    def _field(self, digits: str) -> MarkedField | None:
        """Return the field of a mark, which a document from a stranger may not have."""
        index = int(digits.translate(_NUMBER), len(MARK_DIGITS))
        return self._fields[index] if index < len(self._fields) else None

    def _occurrence(self, marked: MarkedField) -> int:
        """Return how often the value of a field was printed before this paragraph of it; it is printed again if its
        paragraph is not after the last.
        """
        number, last_paragraph = self._occurrences.get(marked.path, (0, -1))
        if marked.paragraph <= last_paragraph:
            number += 1
        self._occurrences[marked.path] = number, marked.paragraph
        return number


def _sent_paragraph(paragraph: "DocumentParagraph", marks: _MarkReader) -> SentParagraph:
    """Return a paragraph of recorded markup: without marks, with the fields that they say."""
    line = paragraph.line
    pieces = line.pieces
    fields: tuple[SentSpan, ...] = ()
    if MARK_START in paragraph.text:
        fields = marks.spans(paragraph.text)
        pieces = tuple([_without_marks(piece) for piece in pieces])
    return SentParagraph(
        runs=tuple(_sent_runs(pieces)),
        holder=paragraph.holder,
        style=paragraph.style[0],
        level=line.level,
        marker=line.marker.name,
        start=line.start,
        list_key=line.list_key,
        under=line.under,
        is_in_margin=not paragraph.is_in_body,
        is_beside=paragraph.is_beside,
        fields=fields,
    )


def _sent_runs(pieces: Iterable[Piece]) -> list[SentRun]:
    """Return the pieces of a paragraph; those in one style as one."""
    runs: list[SentRun] = []
    printed = [piece for piece in pieces if not isinstance(piece, Run) or piece.text]
    for style, group in groupby(printed, _style):
        if style is None:
            runs += [SentRun() for _ in group]
        else:
            runs.append(replace(style, text=text_of_pieces(group)))
    return runs


def _style(piece: Piece) -> SentRun | None:
    """Return the style of a piece as a run without text; None for a line break."""
    if not isinstance(piece, Run):
        return None
    return SentRun("", piece.bold, piece.italic, piece.underline, piece.script, piece.link)


def _without_marks(piece: Piece) -> Piece:
    if not isinstance(piece, Run) or MARK_START not in piece.text:
        return piece
    return replace(piece, text=_MARK.sub("", piece.text))


# Recording, while a Word file is built

_VALUE_END = MARK_START + MARK_END
"""The mark after a value, which has no digits."""
_LOOK_OF_TEXT = ("tcPr", "tblPr", "tblGrid", "sectPr")
"""Elements of parts with text that say only what it looks like, which no review compares."""
_LOOK_OF_LISTS = ("rPr",)
_RELATIONSHIP, _EXTERNAL = b"<Relationship ", b'TargetMode="External"'
_READ_OF_STYLES = {f"{WORD}{name}" for name in ("name", "aliases", "basedOn", "pPr")}
"""What is read of a style to compare paragraphs."""


class SummaryRecorder:
    """Records a summary, which a Word file prints, as its sent edition."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._marks = _FieldMarks()

    def marked(self) -> Summary:
        """Return the summary with marks beside its values, as `EditionRecorder` in `document_properties` says."""
        self._marks = _FieldMarks()  # a document that is written again counts its marks from the first
        return self._marks.marked(self._summary)

    def properties(self, parts: Mapping[str, bytes], main: str, marked: bytes) -> Mapping[str, str]:
        """Return the properties with the sent edition, as `EditionRecorder` in `document_properties` says."""
        recorded = _recorded_parts(parts, main)
        for part in recorded.values():
            if MARK_START in part.decode():  # a search in bytes takes thrice as long
                return {}  # a text has such characters itself, so that its marks would be ambiguous
        recorded[DOCUMENT] = _without_look(marked)
        summary = self._summary
        markup = RecordedMarkup(
            pack=summary.metadata.pack,
            language=summary.language,
            formats=summary.formats,
            parts=recorded,
            fields=tuple(self._marks.fields),
        )
        return edition_properties(markup)


def _recorded_parts(parts: Mapping[str, bytes], main: str) -> dict[str, bytes]:
    """Return the parts of a document with text, and what is needed to read their paragraphs."""
    recorded = {DOCUMENT: parts[main]}
    recorded |= _recorded_links(parts, main, DOCUMENT)
    for name in (*margin_names(parts), *NOTES):
        if name in parts:
            recorded[name] = _without_look(parts[name])
            recorded |= _recorded_links(parts, name, name)
    if LISTS in parts:
        recorded[LISTS] = _without(parts[LISTS], *_LOOK_OF_LISTS)
    if STYLES in parts:
        recorded[STYLES] = _names_and_lists(parts[STYLES])
    return recorded


def _recorded_links(parts: Mapping[str, bytes], name: str, recorded_name: str) -> dict[str, bytes]:
    """Return the part with the links of the text in a part, without its relationships to other parts, such as pictures;
    nothing if it has no links.
    """
    content = parts.get(relationships_of(name), b"")
    start, *relationships = content.split(_RELATIONSHIP)
    links: list[bytes] = []
    for relationship in relationships:
        if _EXTERNAL in relationship:
            attributes, end, _ = relationship.partition(b"/>")
            links.append(_RELATIONSHIP + attributes + end)
    if not links:
        return {}
    return {relationships_of(recorded_name): b"".join([start, *links, b"</Relationships>"])}


def _without_look(part: bytes) -> bytes:
    """Return a part with text without what it looks like, and without its pictures, unless these may have text."""
    text = _without(part, *_LOOK_OF_TEXT)
    return text if b"txbxContent" in text else _without(text, "drawing")


def _without(part: bytes, *names: str) -> bytes:
    """Return a part without the elements with these names; those with attributes stay.

    They are searched in the bytes, because all documents are recorded while they are built: a parser takes ten times
    as long.
    """
    for name in names:
        end = f"</w:{name}>".encode()
        first, *others = part.split(f"<w:{name}>".encode())
        kept = [first]
        for other in others:
            _, end_of_element, after = other.partition(end)
            if not end_of_element:  # it contains another one, such as the properties before a tracked change
                return part
            kept.append(after)
        part = b"".join(kept)
    return part


@lru_cache(maxsize=8)
def _names_and_lists(styles: bytes) -> bytes:
    """Return a part with styles, which all documents of a pack in a language share, without what they look like.

    It has only the styles whose names are read, or that put paragraphs into a list, and those that these are based on:
    of others, a review compares no more than the identifiers.
    """
    root = read_finished(styles)
    sheet = StyleSheet(root)
    read: set[etree._Element] = set()
    for identifier, name in sheet.names.items():
        if is_read_style(name) or sheet.list_place(identifier) is not None:
            read.update(sheet.chain(identifier))
    for element in list(root):
        if element not in read:
            root.remove(element)
            continue
        for setting in list(element):
            if setting.tag not in _READ_OF_STYLES:
                element.remove(setting)
        for properties in element.iterchildren(f"{WORD}pPr"):
            for setting in list(properties):
                if setting.tag != f"{WORD}numPr":
                    properties.remove(setting)
    return to_bytes(root)


# The marks of the values


class _MarkedRichText(RichText, frozen=True):
    """Rich text whose plain text has the marks of its runs, too. Like a marked text, it is equal to that without
    marks.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RichText) and RichText(self.blocks) == RichText(other.blocks)

    def __hash__(self) -> int:
        return hash(RichText(self.blocks))

    @property
    def text(self) -> str:
        """The words without list markers, one line per paragraph."""
        return joined("\n", [_marked_words(paragraph) for paragraph in self.paragraphs()])


def _marked_words(paragraph: Paragraph) -> str:
    """Return the words of a paragraph with the marks of its runs; all inlines without text are breaks."""
    return joined("", [inline.text if isinstance(inline, Run) else "\n" for inline in paragraph.inlines])


class _FieldMarks:
    """Marks the values of a summary as marked texts, which are equal to their texts.

    Composed texts, such as the facts of a group of cities, have no marks.
    """

    def __init__(self) -> None:
        self.fields: list[MarkedField] = []
        """The field of each mark, which has its index."""

    def marked(self, summary: Summary) -> Summary:
        """Return the summary with all its values marked."""
        rows = tuple(map(self._row, summary.rows))
        columns = summary.columns
        cities = summary.cities
        names: Sequence[str] = [row.label.text for row in rows if row.is_city]
        if not names:  # the cities are columns
            has_facts_in_columns = any(not row.shared for row in rows)
            if has_facts_in_columns or len(columns) == len(cities):  # otherwise the columns are about no city
                columns = tuple(self._text(f"{CITIES}[{index}].{NAME}", name) for index, name in enumerate(columns))
            names = columns
        all_names = joined(BETWEEN, names)
        contact = summary.contact
        contact_texts: dict[str, str] = {}
        for field in CONTACT_FIELDS:
            contact_texts[field.name] = self._text(field.path, getattr(contact, field.name))
        has_groups = len(names) != len(cities)  # each with one name for several cities
        if not has_groups:
            cities = tuple(self._city(index, city) for index, city in enumerate(cities))
        pictures = tuple(map(self._picture, summary.pictures))
        titles: dict[str, str] = {}
        for attribute, path in TITLES.items():
            titles[attribute] = self._text(path, getattr(summary, attribute))
        return replace(
            summary,
            rows=rows,
            columns=columns,
            names=_marked_if_equal(all_names, summary.names),
            all_names=_marked_if_equal(all_names, summary.all_names),
            cities=cities,
            pictures=pictures,
            contact=replace(contact, **contact_texts),
            **titles,
        )

    def _mark(self, path: str, paragraph: int = 0) -> str:
        digits = _digits(len(self.fields))
        self.fields.append(MarkedField(path, paragraph))
        return f"{MARK_START}{digits}{MARK_END}"

    def _text(self, path: str, text: str) -> str:
        """Return the text between its marks; an empty text stays empty, because templates test for that."""
        if not text:
            return ""
        return marked_text(text, ((0, self._mark(path)), (len(text), _VALUE_END)))

    def _rich(self, fields: Sequence[str], rich: RichText) -> RichText:
        """Return the rich text with its paragraphs marked; with several fields, each must have one paragraph."""
        if isinstance(rich, DataTable):
            return self._table(fields, rich)
        count = len(list(rich.paragraphs()))
        if len(fields) == 1:
            marks = [self._mark(fields[0], index) for index in range(count)]
        elif len(fields) == count:
            marks = [self._mark(path) for path in fields]
        else:
            return rich
        remaining_marks = iter(marks)

        def marked(paragraph: Paragraph) -> Paragraph:  # called once for each paragraph, in their order
            return replace(paragraph, inlines=_marked_inlines(next(remaining_marks), paragraph.inlines))

        return _MarkedRichText(rich.with_paragraphs(marked).blocks)

    def _table(self, fields: Sequence[str], table: DataTable) -> DataTable:
        """Return the table of a field with the cells of its rows marked, and its totals, which follow from these.

        A table of several fields stays as it is.
        """
        if len(fields) != 1:
            return table
        path = fields[0]
        rows = []
        for index, cells in zip(table.places, table.rows, strict=True):
            marked_cells = []
            for name, cell in zip(table.names, cells, strict=True):
                marked_cells.append(self._rich([f"{path}[{index}].{name}"], cell))
            rows.append(tuple(marked_cells))
        totals = []
        for name, total in zip(table.names, table.totals, strict=False):  # most tables have no totals
            totals.append(self._rich([f"{TOTAL}{path}.{name}"], total))
        return replace(table, rows=tuple(rows), totals=tuple(totals))

    def _row(self, row: Row) -> Row:
        """Return a row with its cells marked that print fields, and its label if that is the name of a city."""
        cells = list(row.cells)
        for index, fields in enumerate(row.fields):
            cells[index] = self._rich(fields, cells[index])
        label = row.label
        if row.is_city:
            index_of_city = row.key.rpartition(".")[2]
            label = self._rich([f"{CITIES}[{index_of_city}].{NAME}"], label)
        return replace(row, cells=tuple(cells), label=label)

    def _city(self, index: int, city: CityFacts) -> CityFacts:
        texts = {}
        for attribute, name in CITY_TEXTS.items():
            texts[attribute] = self._text(f"{CITIES}[{index}].{name}", getattr(city, attribute))
        return replace(city, picture=self._picture(city.picture), **texts)

    def _picture(self, picture: PictureFacts) -> PictureFacts:
        texts = {}
        for attribute, name in PICTURE_TEXTS.items():
            texts[attribute] = self._rich([f"{picture.field}.{name}"], getattr(picture, attribute))
        return replace(picture, **texts)


@lru_cache(maxsize=1024)
def _digits(number: int) -> str:
    """Return a number in digits of marks; all documents need the same, and few have more than those that are kept."""
    higher, last = divmod(number, len(MARK_DIGITS))
    last_digit = MARK_DIGITS[last]
    return _digits(higher) + last_digit if higher else last_digit


def _marked_if_equal(marked: str, text: str) -> str:
    """Return the marked text, which is equal to its plain text, in the place of a text if both are the same."""
    return marked if marked == text else text


def _marked_inlines(start_mark: str, inlines: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return inlines with this mark at the start of the first run, and the mark after a value at the end of the last;
    inlines without a run have no text, and stay as they are.
    """
    runs = [(index, inline) for index, inline in enumerate(inlines) if isinstance(inline, Run)]
    if not runs:
        return tuple(inlines)
    first, first_run = runs[0]
    last, last_run = runs[-1]
    start = (0, start_mark)
    end = (len(last_run.text), _VALUE_END)
    marked = list(inlines)
    if first == last:
        marked[first] = _marked_run(first_run, (start, end))
    else:
        marked[first] = _marked_run(first_run, (start,))
        marked[last] = _marked_run(last_run, (end,))
    return tuple(marked)


def _marked_run(run: Run, marks: Marks) -> Run:
    return replace(run, text=marked_text(run.text, marks))
