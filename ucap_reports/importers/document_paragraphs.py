"""The paragraphs of a Word file with their text, and their pairs in two editions of the file."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.lines_to_blocks import TextLine
from ucap_reports.importers.word_package import WORD, WordPackage, value
from ucap_reports.importers.word_paragraphs import ALTERNATIVES, Paragraphs
from ucap_reports.problems import Location
from ucap_reports.text.alignment import closest_pairs
from ucap_reports.text.inline_cleanup import Piece
from ucap_reports.text.rich_text import Run
from ucap_reports.text.word_changes import word_tokens

_IN_PLACE, _ELSEWHERE, _ALIKE = 0.55, 0.05, 0.4
"""How close paragraphs with different words are in the same cell and in different ones, and what equal words add.

Equal paragraphs have 1, so that a deleted row is one, but exchanged words of two cells are not a deleted cell.
"""
_MOST_COMPARED = 250_000
"""The pairs of paragraphs that are compared; summaries have some thousand. Else those at the same place are pairs."""
_BARE_HOST = re.compile(r"(https?://[^/]+)/")


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
        """The text between two places, as a line."""
        return replace(self.line, pieces=tuple(_part(self.line.pieces, start, end)))


def paragraphs_of(package: WordPackage, parts: Mapping[str, etree._Element]) -> list[DocumentParagraph]:
    """All paragraphs of the parts of a file that have text."""
    reader, found = Paragraphs(package, exact=True, with_languages=False), []
    for name, root in parts.items():
        holders = _HolderPaths()
        for element in root.iter(f"{WORD}p"):
            if next(element.iterancestors(f"{ALTERNATIVES}Fallback"), None) is not None:
                continue  # it repeats the text of the Choice
            line = reader.line(element, Location(package.path), name)
            line = replace(line, pieces=tuple(map(_plain, line.pieces)))
            text = "".join(each.text if isinstance(each, Run) else "\n" for each in line.pieces)
            style = value(element.find(f"{WORD}pPr"), "pStyle")
            holder = holders.path(element.getparent())
            is_beside = name != package.main or style in package.second_styles
            found.append(DocumentParagraph(line, text, holder, (style, line.level), name == package.main, is_beside))
    return found


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
            base, numbers = self.path(parent), Counter[str]()
            for child in parent.iterchildren(etree.Element):
                tag = str(child.tag)
                numbers[tag] += 1
                self._paths[child] = f"{base}/{etree.QName(tag).localname}[{numbers[tag]}]"
        return self._paths[holder]


def _plain(piece: Piece) -> Piece:
    """Return the piece without what programs change on saving: the slash after the name of a host, and the line under a
    link, which all links have.
    """
    if not isinstance(piece, Run) or piece.link is None:
        return piece
    match = _BARE_HOST.fullmatch(piece.link)
    return replace(piece, link=match[1] if match else piece.link, underline=False)


def _part(pieces: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    for piece in pieces:
        if isinstance(piece, Run):
            yield replace(piece, text=piece.text[max(start, 0) : max(end, 0)])
        elif start <= 0 < end:
            yield piece
        length = len(piece.text) if isinstance(piece, Run) else 1
        start, end = start - length, end - length


def paired_paragraphs(old: Sequence[DocumentParagraph], new: Sequence[DocumentParagraph]) -> dict[int, int]:
    """The place in the old edition of each paragraph of the new one, which may have other words; in the same order."""
    start = _equal(old, new)
    end = _equal(old[start:][::-1], new[start:][::-1])
    pairs = {place: place for place in range(start)}
    pairs |= {len(new) - place: len(old) - place for place in range(1, end + 1)}
    firsts, seconds = (list(enumerate(map(_counted, each[start : len(each) - end]), start)) for each in (old, new))
    if len(firsts) * len(seconds) > _MOST_COMPARED:
        return pairs | {start + place: start + place for place in range(min(len(firsts), len(seconds)))}
    # From the end to the start: of alignments that are equally close, the one with the earliest pairs counts.
    found = closest_pairs(seconds[::-1], firsts[::-1], lambda after, before: _closeness(before[1], after[1]), 0)
    return pairs | {after[0]: before[0] for after, before in found if after and before}


_Counted = tuple[DocumentParagraph, Counter[str]]


def _equal(old: Sequence[DocumentParagraph], new: Sequence[DocumentParagraph]) -> int:
    """How many paragraphs at the beginning have the same words."""
    return len(list(takewhile(lambda pair: pair[0].text == pair[1].text, zip(old, new, strict=False))))


def _counted(paragraph: DocumentParagraph) -> _Counted:
    return paragraph, Counter(token for token in word_tokens(paragraph.text) if not token.isspace())


def _closeness(old: _Counted, new: _Counted) -> float:
    """How close two paragraphs are, from 0 to 1; an empty one of the old edition is no other's."""
    (before, first), (after, second) = old, new
    if before.text == after.text or not first:
        return float(bool(first))
    shared = 2 * (first & second).total() / ((first.total() + second.total()) or 1)
    return (_IN_PLACE if before.holder == after.holder else _ELSEWHERE) + _ALIKE * shared
