"""The sent edition: what a Word file printed when it was built, recorded in its properties.

A reply is compared with it, whatever has happened to the plan since. It is in custom properties, because these survive
LibreOffice as docx, odt, doc and rtf, unlike other parts of the file. A file that is read may come from a stranger: its
size is limited when it is unpacked, and only fields that a document can print count.
"""

import re
import zlib
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import count, takewhile

import msgspec
from deflate import zlib_compress
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.document_paragraphs import DocumentParagraph, paired_paragraphs, paragraphs_of
from ucap_reports.importers.field_marks import FieldMarks, PrintedSpan, printable_paths, without_marks
from ucap_reports.importers.lines_to_blocks import DEEPEST, TextLine
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.source.yaml_tree import loc_of
from ucap_reports.storage.reading_limits import MAX_SENT_BYTES, MAX_SENT_ITEMS, MAX_SENT_PIECES
from ucap_reports.summary.formats import Formats
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.rich_text import Break, Marker, Run, Script
from ucap_reports.text.typed_text import Piece
from ucap_reports.word.file.document_properties import with_properties
from ucap_reports.word.file.package_parts import IDENTITY
from ucap_reports.word.file.word_xml import read_finished
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

PROPERTY = "ucap-sent-"
"""The beginning of the names of the properties, before their numbers."""
PIECE = 250
"""Characters of a property: Word cuts texts at 255."""
LEVEL = 9
_TEXT = re.compile(rb"<w:t(?: [^<>]*)?>([^<]*)")


class SentRun(Struct, frozen=True, omit_defaults=True):
    """A piece of text, or a line break if it has none."""

    text: str = ""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    script: Script = Script.NORMAL
    link: str | None = None


class SentSpan(Struct, frozen=True, array_like=True):
    """The part of a paragraph that is text of a field, at the place where the field is printed, counted from 0."""

    start: int
    end: int
    field: str
    printing: int


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
    def document(self) -> Sequence[DocumentParagraph]:
        """The paragraphs as those of a file that is read."""
        return [_read_paragraph(paragraph) for paragraph in self.paragraphs]

    def spans(self, paths: Collection[str]) -> Sequence[tuple[PrintedSpan, ...]]:
        """Return the fields in each paragraph; only those whose paths are among `paths`."""
        spans = []
        for paragraph, read in zip(self.paragraphs, self.document, strict=True):
            spans.append(tuple(_valid_spans(paragraph.fields, len(read.text), paths)))
        return spans


NO_EDITION = SentEdition("", "", Formats(), ())
"""The edition of a file that printed nothing."""


class SummaryRecorder:
    """Records a summary, which a Word file prints, as its sent edition."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._marks = FieldMarks()
        self.marked = self._marks.marked(summary)

    def properties(self, parts: Mapping[str, bytes], main: str, marked: bytes) -> Mapping[str, str]:
        """Return the properties with the sent edition; see `EditionRecorder`."""
        package = WordPackage.of_parts({**parts, main: marked}, main)
        paragraphs, spans = self._unmarked(paragraphs_of(package, package.texts()))
        if _words(parts[main]) != without_marks(_words(marked)):  # the template has decided by a value
            built = WordPackage.of_parts(parts, main)
            printed = paragraphs_of(built, built.texts())
            pairs = paired_paragraphs(paragraphs, printed)
            marked_spans, spans = spans, []
            for index, paragraph in enumerate(printed):
                pair = pairs.get(index)
                is_same = pair is not None and paragraphs[pair].text == paragraph.text
                spans.append(marked_spans[pair] if pair is not None and is_same else ())
            paragraphs = printed
        sent = [_sent_paragraph(*pair) for pair in zip(paragraphs, spans, strict=True)]
        summary = self._summary
        return edition_properties(SentEdition(summary.metadata.pack, summary.language, summary.formats, tuple(sent)))

    def _unmarked(
        self, marked: Iterable[DocumentParagraph]
    ) -> tuple[list[DocumentParagraph], list[tuple[PrintedSpan, ...]]]:
        """Return the paragraphs without marks, and the fields in each."""
        paragraphs, spans = [], []
        for paragraph in marked:
            text, found = self._marks.spans(paragraph.text)
            if text != paragraph.text:
                pieces = [_without_marks(piece) for piece in paragraph.line.pieces]
                line = replace(paragraph.line, pieces=tuple(pieces))
                paragraph = replace(paragraph, line=line, text=text)  # noqa: PLW2901 - the same one, unmarked
            paragraphs.append(paragraph)
            spans.append(found)
        return paragraphs, spans


def _words(part: bytes) -> str:
    """Return the words of a part that the product has written, as XML."""
    return b"".join(_TEXT.findall(part)).decode()


def _without_marks(piece: Piece) -> Piece:
    if not isinstance(piece, Run):
        return piece
    text = without_marks(piece.text)
    return piece if text == piece.text else replace(piece, text=text)


def edition_properties(edition: SentEdition) -> Mapping[str, str]:
    """Return the properties that contain an edition, by name."""
    packed = b64encode(bytes(zlib_compress(msgspec.json.encode(edition), LEVEL))).decode()
    pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
    return {f"{PROPERTY}{number}": piece for number, piece in enumerate(pieces)}


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
    names = takewhile(lambda name: name in properties, (f"{PROPERTY}{number}" for number in count()))
    pieces = [properties[name] for name in names]
    if not pieces or len(pieces) > MAX_SENT_PIECES:
        return None
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(b64decode("".join(pieces), validate=True), MAX_SENT_BYTES)
        if not unpacking.eof:
            return None
        return msgspec.json.decode(content, type=SentEdition)
    except (Error, zlib.error, ValueError, RecursionError):
        return None


def _sent_paragraph(paragraph: DocumentParagraph, spans: Iterable[PrintedSpan]) -> SentParagraph:
    line, (style, _) = paragraph.line, paragraph.style
    fields = [SentSpan(span.start, span.end, *span.printing) for span in spans]
    return SentParagraph(
        tuple(_sent_runs(line.pieces)),
        paragraph.holder,
        style,
        line.level,
        line.marker.name,
        line.start,
        line.list_key,
        line.under,
        not paragraph.is_in_body,
        paragraph.is_beside,
        tuple(fields),
    )


def _sent_runs(pieces: Iterable[Piece]) -> Iterable[SentRun]:
    """Return the pieces of a paragraph; those in one style as one."""
    runs: list[SentRun] = []
    for piece in pieces:
        if not isinstance(piece, Run):
            runs.append(SentRun())
        elif piece.text:
            run = SentRun(piece.text, piece.bold, piece.italic, piece.underline, piece.script, piece.link)
            if runs and runs[-1].text and replace(runs[-1], text=run.text) == run:
                run = replace(run, text=runs.pop().text + run.text)
            runs.append(run)
    return runs


def _read_paragraph(sent: SentParagraph) -> DocumentParagraph:
    pieces: list[Piece] = []
    for run in sent.runs:
        if run.text:
            pieces.append(Run(run.text, run.bold, run.italic, run.underline, run.script, run.link))
        else:
            pieces.append(Break())
    text = "".join(piece.text if isinstance(piece, Run) else "\n" for piece in pieces)
    level = None if sent.level is None else min(max(sent.level, 0), DEEPEST)
    under = None if sent.under is None else min(max(sent.under, 0), DEEPEST)
    marker = Marker.__members__.get(sent.marker, Marker.BULLET)
    line = TextLine(tuple(pieces), level, marker, sent.start, sent.list_key, under)
    is_beside = sent.is_beside or sent.is_in_margin
    return DocumentParagraph(line, text, sent.holder, (sent.style, level), not sent.is_in_margin, is_beside)


def _valid_spans(fields: Iterable[SentSpan], length: int, paths: Collection[str]) -> Iterable[PrintedSpan]:
    """Yield the spans that follow each other inside a text, and whose fields a document can print."""
    end = 0
    for span in fields:
        loc = loc_of(span.field)
        path = ".".join(step for step in loc if isinstance(step, str))
        is_long = any(isinstance(step, int) and step >= MAX_SENT_ITEMS for step in loc)
        if path in paths and not is_long and end <= span.start <= span.end <= length and span.printing >= 0:
            end = span.end
            yield PrintedSpan(span.start, span.end, (span.field, span.printing))


def sent_spans(edition: SentEdition, pack: Pack) -> Sequence[tuple[PrintedSpan, ...]]:
    """Return the fields in each paragraph of an edition that documents of the pack can print."""
    return edition.spans(printable_paths(pack))
