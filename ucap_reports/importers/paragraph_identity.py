"""Which paragraphs of two editions of a Word file are the same: all paragraphs of a file, and their pairs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.parsed_cells_and_lists import TextLine
from ucap_reports.importers.word_package import WORD, WordPackage
from ucap_reports.importers.word_paragraphs import ALTERNATIVES, Paragraphs, paragraph_properties
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location
from ucap_reports.text.markdown import Piece, text_of_pieces
from ucap_reports.text.rich_text import Run
from ucap_reports.text.text_comparison import closest_pairs, word_tokens

_IN_PLACE, _ELSEWHERE, _ALIKE = 0.55, 0.05, 0.4
"""How close paragraphs with different words are in the same cell and in different ones, and what shared words add.

Equal paragraphs have 1. So two paragraphs in their cells without a common word (1.1) are closer than one equal pair:
words that were exchanged between two cells are two edits. One equal pair is closer than one paragraph in its cell
(at most 0.95): a deleted row is one deletion.
"""
_MAX_COMPARED = 250_000
"""The pairs of paragraphs that are compared; summaries have some thousand. Else those at the same place are pairs."""
_BARE_HOST = LazyPattern(r"(https?://[^/]+)/")


class DocumentParagraph(Struct, frozen=True):
    """A paragraph of a Word file. Those of one `holder` are in the same cell; `style` has its style and list level.

    `is_in_body` is whether it is not in a margin or a note; `is_beside`, whether no field is printed in it, since it is
    not in the body or in the second language of the document: it follows from the plan and other files.
    """

    line: TextLine
    text: str
    holder: str
    style: tuple[str | None, int | None]
    is_in_body: bool
    is_beside: bool

    def part(self, start: int, end: int) -> TextLine:
        """Return the text between two places, as a line."""
        return replace(self.line, pieces=tuple(_part(self.line.pieces, start, end)))


class PlacedLine(Struct, frozen=True):
    """A paragraph of a Word file as a line, with its style, and the path of the element that holds it."""

    line: TextLine
    style: str | None
    holder: str
    is_in_body: bool

    def is_beside(self, package: WordPackage) -> bool:
        """Return whether no field is printed in it; see `DocumentParagraph`."""
        return not self.is_in_body or self.style in package.second_styles


def paragraphs_of(package: WordPackage, parts: Mapping[str, etree._Element]) -> list[DocumentParagraph]:
    """Return all paragraphs of the parts of a file, also empty ones, without the alternatives that repeat another."""
    paragraphs = []
    for placed in placed_lines(package, parts, Paragraphs(package, exact=True, text_alone=True)):
        line = placed.line
        pieces = tuple([plain_piece(piece) for piece in line.pieces])
        if pieces != line.pieces:
            line = replace(line, pieces=pieces)
        style = placed.style, line.level
        is_beside = placed.is_beside(package)
        paragraphs.append(
            DocumentParagraph(line, text_of_pieces(pieces), placed.holder, style, placed.is_in_body, is_beside)
        )
    return paragraphs


def placed_lines(package: WordPackage, parts: Mapping[str, etree._Element], reader: Paragraphs) -> Iterator[PlacedLine]:
    """Yield the paragraphs of `paragraphs_of` as the reader reads them, which counts the items of lists."""
    location = Location(package.path)
    for name, root in parts.items():
        holders = _HolderPaths()
        repeated: set[etree._Element] = set()
        for fallback in root.iter(f"{ALTERNATIVES}Fallback"):  # it repeats the text of the Choice
            repeated.update(fallback.iter(f"{WORD}p"))
        is_in_body = name == package.main
        for paragraph in root.iter(f"{WORD}p"):
            if paragraph not in repeated:
                properties = paragraph_properties(paragraph)
                line = reader.line(paragraph, location, name, properties)
                holder = holders.path(paragraph.getparent())
                yield PlacedLine(line, properties.style, holder, is_in_body)


def paired_paragraphs(old: Sequence[DocumentParagraph], new: Sequence[DocumentParagraph]) -> dict[int, int]:
    """Return the index in the old edition of each paragraph of the new one that it has, perhaps with other words.

    Paragraphs that were moved have no pair. The keys are indexes in the new edition.
    """
    start = _equal_at_start(old, new)
    old_after_start, new_after_start = old[start:], new[start:]
    end = _equal_at_start(old_after_start[::-1], new_after_start[::-1])
    pairs = {index: index for index in range(start)}
    for distance in range(1, end + 1):
        pairs[len(new) - distance] = len(old) - distance
    old_words = [_ParagraphWords(index, old[index]) for index in range(start, len(old) - end)]
    new_words = [_ParagraphWords(index, new[index]) for index in range(start, len(new) - end)]
    if len(old_words) * len(new_words) > _MAX_COMPARED:
        for before, after in zip(old_words, new_words, strict=False):
            pairs[after.index] = before.index
        return pairs
    # From the end to the start: of alignments that are equally close, the one with the earliest pairs counts.
    old_words.reverse()
    new_words.reverse()
    aligned = closest_pairs(new_words, old_words, lambda after, before: before.closeness(after), min_closeness=0)
    for paired_after, paired_before in aligned:
        if paired_after is not None and paired_before is not None:
            pairs[paired_after.index] = paired_before.index
    return pairs


def _part(pieces: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    """Yield what the pieces have between two places in their text, in which a break is one character."""
    offset = 0
    for piece in pieces:
        if isinstance(piece, Run):
            yield replace(piece, text=piece.text[max(start - offset, 0) : max(end - offset, 0)])
            offset += len(piece.text)
        else:
            if start <= offset < end:
                yield piece
            offset += 1


class _HolderPaths:
    """The paths of elements with paragraphs, such as cells, each counted among those of its kind.

    lxml's `getpath` counts the siblings of each element again.
    """

    def __init__(self) -> None:
        self._paths: dict[etree._Element, str] = {}

    def path(self, holder: etree._Element | None) -> str:
        """Return the path of an element; that of the root is empty."""
        parent = None if holder is None else holder.getparent()
        if holder is None or parent is None:
            return ""
        if holder not in self._paths:
            base = self.path(parent)
            numbers: dict[str, int] = {}
            for child in parent:  # a filter of `iterchildren` takes longer than the few comments
                tag = child.tag
                if not isinstance(tag, str):
                    continue
                number = numbers.get(tag, 0) + 1
                numbers[tag] = number
                self._paths[child] = f"{base}/{_local_name(tag)}[{number}]"
        return self._paths[holder]


@lru_cache(maxsize=256)
def _local_name(tag: str) -> str:
    """Return the name of an element without its namespace; parts that are written have some dozens of names."""
    return etree.QName(tag).localname


def plain_piece(piece: Piece) -> Piece:
    """Return the piece without what programs change on saving: the slash after the name of a host, and the line under a
    link, which all links have.
    """
    if not isinstance(piece, Run) or piece.link is None:
        return piece
    host = _BARE_HOST.fullmatch(piece.link)
    link = host[1] if host else piece.link
    return replace(piece, link=link, underline=False)


def _equal_at_start(old: Sequence[DocumentParagraph], new: Sequence[DocumentParagraph]) -> int:
    """Return how many paragraphs at the beginning have the same text."""
    count = 0
    for before, after in zip(old, new, strict=False):
        if before.text != after.text:
            break
        count += 1
    return count


class _ParagraphWords:
    """A paragraph of the old or new edition with its index there, and how often it has each word."""

    def __init__(self, index: int, paragraph: DocumentParagraph) -> None:
        self.index = index
        self.paragraph = paragraph
        self.words = Counter(token for token in word_tokens(paragraph.text) if not token.isspace())

    def closeness(self, new: "_ParagraphWords") -> float:
        """Return how close a paragraph of the old edition is to one of the new edition, from 0 to 1.

        An empty one is close to none.
        """
        if not self.words:
            return 0.0
        if self.paragraph.text == new.paragraph.text:
            return 1.0
        count = self.words.total() + new.words.total()
        shared = 2 * (self.words & new.words).total() / count
        is_in_same_cell = self.paragraph.holder == new.paragraph.holder
        base = _IN_PLACE if is_in_same_cell else _ELSEWHERE
        return base + _ALIKE * shared
