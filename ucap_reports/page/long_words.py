"""Words that are wider than their place and have no point where they may be hyphenated, so that they would be cut.

They are searched on the page, above the writers of the formats, because a document with such words is set in a smaller
scale in all of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import (
    block_width,
    column_widths,
    inner_width,
    side_by_side_widths,
    text_column_width,
)
from ucap_reports.page.height_estimates import item_width
from ucap_reports.page.measured_lines import WORD_PART, LineMeasure
from ucap_reports.page.page_tree import Block, Division, Items, PageTree, Table, TableRow, TextBlock
from ucap_reports.template.lengths_and_colours import TOLERANCE
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.hyphenation import hyphenation_points
from ucap_reports.text.rich_text import Run

_AROUND_WORDS = "-\"'.,:;!?()[]\u00ab\u00bb\u2018-\u201e\u2026"


class _TextPlace(Struct, frozen=True):
    """The place of a block: its width in points, and the language of its text."""

    width: float
    language: str


class _RunLine(Struct, frozen=True):
    """The lines of a run: their width in points, and how its text is measured and hyphenated."""

    width: float
    style: Style
    bold: bool
    language: str
    measure: LineMeasure

    def cuts(self, word: str) -> bool:
        """Return whether a word is wider than a line, and has no points where it can be hyphenated so that it fits."""
        if self._fits(word):
            return False
        edges = (0, *hyphenation_points(word, self.language, names=True), len(word))
        *parts, last_part = [word[start:end] for start, end in pairwise(edges)]
        if not self._fits(last_part):
            return True
        return not all(self._fits(f"{part}-") for part in parts)

    def _fits(self, word: str) -> bool:
        return self.measure.unbroken_width(word, self.style, bold=self.bold) <= self.width + TOLERANCE


def words_to_cut(tree: PageTree, pack: Pack) -> tuple[str, ...]:
    """Return the words of the body that are wider than their lines and cannot be hyphenated, each once."""
    measure = LineMeasure(pack)
    words: dict[str, None] = {}
    for text, place in _texts(tree.body, _TextPlace(pack.theme.text_width, tree.language)):
        style = text.style
        width = inner_width(style, place.width)
        for inline in text.content:
            if isinstance(inline, Run):
                line = _RunLine(width, style, style.bold or inline.bold, inline.language or place.language, measure)
                words |= dict.fromkeys(_wider_words(inline.text, line))
    return tuple(words)


def _wider_words(text: str, line: _RunLine) -> Iterator[str]:
    """Yield the words of a text that a line cuts. Addresses, numbers and rows of dots are cut anywhere."""
    for part in WORD_PART.findall(text):
        word = part.strip(_AROUND_WORDS)
        if word.isalpha() and line.cuts(word):
            yield part


def _texts(blocks: Iterable[Block], place: _TextPlace) -> Iterator[tuple[TextBlock, _TextPlace]]:
    """Yield the paragraphs of blocks below each other, each with its place."""
    for block in blocks:
        yield from _texts_in(block, replace(place, width=block_width(block, place.width)))


def _texts_in(block: Block, place: _TextPlace) -> Iterator[tuple[TextBlock, _TextPlace]]:
    match block:
        case TextBlock():
            yield block, replace(place, language=block.language or place.language)
        case Items():
            for item in block.items:
                yield from _texts(item, replace(place, width=item_width(block, place.width)))
        case Table():
            widths = column_widths(block, place.width)
            for row in (*block.head, *block.body):
                yield from _texts_of_row(row, widths, place)
        case Division():
            yield from _texts_of_box(block, replace(place, width=inner_width(block.style, place.width)))
        case _:
            pass  # captions of pictures have the width of the picture, and labels of charts are shortened


def _texts_of_row(row: TableRow, widths: Sequence[float], place: _TextPlace) -> Iterator[tuple[TextBlock, _TextPlace]]:
    column = 0  # the first of the columns that the cell spans
    for cell in row.cells:
        width = inner_width(cell.style, sum(widths[column : column + cell.span]))
        yield from _texts(cell.blocks, _TextPlace(width, cell.language or place.language))
        column += cell.span


def _texts_of_box(box: Division, place: _TextPlace) -> Iterator[tuple[TextBlock, _TextPlace]]:
    if box.count:  # text columns, through which the content flows
        yield from _texts(box.blocks, replace(place, width=text_column_width(box, place.width)))
    elif box.style.layout == "columns":  # each block is a column
        for block, width in zip(box.blocks, side_by_side_widths(box, place.width), strict=True):
            yield from _texts_in(block, replace(place, width=width))
    else:
        yield from _texts(box.blocks, place)
