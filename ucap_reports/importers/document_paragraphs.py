"""The paragraphs of a Word file with their text, and their pairs in two editions of the file."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.lines_to_blocks import TextLine
from ucap_reports.importers.word_package import WORD, WordPackage, value
from ucap_reports.importers.word_paragraphs import ALTERNATIVES, Paragraphs
from ucap_reports.plan.comparison.list_changes import paired_items
from ucap_reports.problems import Location
from ucap_reports.text.inline_cleanup import Piece
from ucap_reports.text.rich_text import Run

_BARE_HOST = re.compile(r"(https?://[^/]+)/")


class DocumentParagraph(Struct, frozen=True):
    """A paragraph of a Word file. Those of one `holder` are in the same cell; `style` has its style and list level."""

    line: TextLine
    text: str
    holder: str
    style: tuple[str | None, int | None]

    def part(self, start: int, end: int) -> TextLine:
        """The text between two places, as a line."""
        return replace(self.line, pieces=tuple(_part(self.line.pieces, start, end)))


def paragraphs_of(package: WordPackage, root: etree._Element) -> list[DocumentParagraph]:
    """All paragraphs of the text `root` of a file."""
    reader, tree = Paragraphs(package, exact=True), root.getroottree()
    found = []
    for element in root.iter(f"{WORD}p"):
        if next(element.iterancestors(f"{ALTERNATIVES}Fallback"), None) is not None:  # repeats the text of the Choice
            continue
        line = reader.line(element, Location(package.path), package.main)
        line = replace(line, pieces=tuple(map(_plain, line.pieces)))
        text = "".join(each.text if isinstance(each, Run) else "\n" for each in line.pieces)
        style = value(element.find(f"{WORD}pPr"), "pStyle"), line.level
        found.append(DocumentParagraph(line, text, tree.getpath(element).rpartition("/")[0], style))
    return found


def _plain(piece: Piece) -> Piece:
    """The piece without what programs change on saving: its language, and the slash after a host name."""
    if not isinstance(piece, Run):
        return piece
    match = _BARE_HOST.fullmatch(piece.link or "")
    return replace(piece, language=None, link=match[1] if match else piece.link)


def _part(pieces: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    for piece in pieces:
        if isinstance(piece, Run):
            yield replace(piece, text=piece.text[max(start, 0) : max(end, 0)])
        elif start <= 0 < end:
            yield piece
        length = len(piece.text) if isinstance(piece, Run) else 1
        start, end = start - length, end - length


def paired_texts(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """The place in the old edition of each text of the new one, which may have other words; new texts are left out."""
    pairs: dict[int, int] = {}
    for _, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if last - first == end - start:
            pairs |= zip(range(start, end), range(first, last), strict=True)
            continue
        for pair in paired_items(old[first:last], new[start:end], str):
            if pair.old is not None and pair.new is not None:
                pairs[start + pair.new] = first + pair.old
    return pairs
