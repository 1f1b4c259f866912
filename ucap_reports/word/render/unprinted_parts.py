"""What disappears from a document because its tags print nothing: paragraphs and rows with short names, and separators.

In the XML of a filled template, marks surround the rows and paragraphs with short names, the values in these
paragraphs, and the text between the values. Each mark is between two equal characters that XML cannot represent, so
that no value contains them. A paragraph that is a value alone has no marks: it is not written if it has nothing to
show.

The XML is in pieces: the values, and the XML of the template between them, whose pieces are the same in all documents
and therefore divided at their marks only once. The start tag of a text or a drawing and what is in it are in one piece.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct, field

from ucap_reports.template.figure_sizes_and_colours import ALTERNATIVE_TEXT
from ucap_reports.text.bounded_cache import kept_values
from ucap_reports.word.render.rich_text_and_lists import MARK_BEGIN, TEXT_START, VALUE_MARK

ROW, ROW_END = "R", "r"
PARAGRAPH, KEPT_PARAGRAPH, PARAGRAPH_END = "P", "K", "p"
"""A paragraph that disappears if its tags print nothing, and one that stays: it has a picture, a field or a section."""
VALUE, VALUE_END = "V", "v"
TEXT_END = "t"
LEAD, PREFIX, SEPARATOR, SUFFIX, TAIL = "LEAD", "PREFIX", "SEPARATOR", "SUFFIX", "TAIL"
"""The parts of the text around the values: before the first one and after the last one, between two of them, and what
belongs to the value after it or before it, such as "Email: " or a bracket.
"""
WORDED = ":w"
"""The end of the mark of a prefix or suffix that has words, and not only a bracket."""
_AROUND = "\x02"
_ENDS = frozenset((ROW_END, PARAGRAPH_END, VALUE_END, TEXT_END))
_TEXT = re.compile(rf"<w:t(?: [^<>]*)?>\s*(?:{VALUE_MARK}\s*)*[^\s<{MARK_BEGIN}]")
"""Text that is not only white space."""
_FIGURE = re.compile(r"<w:(?:drawing|pict|object|sym|instrText|fldSimple)\b")
"""A drawing or a field. Text has its own pattern, since Python finds patterns with a fixed beginning much faster."""
_TEXT_END_TAG = "</w:t>"
_DRAWING, _DRAWING_END = "<w:drawing>", "</w:drawing>"
_EMBLEM = f'descr="{ALTERNATIVE_TEXT}"'


def example_mark(kind: str) -> str:
    """Return the mark of that kind."""
    return f"{_AROUND}{kind}{_AROUND}"


class _Marked(Struct):
    """The pieces of XML between a mark and its end mark.

    A paragraph has `parts` with marks of their own: values, and the text around them. They `start` after so many of its
    pieces.
    """

    kind: str
    start: int = 0
    pieces: list[str] = field(default_factory=list)
    parts: "list[_Marked]" = field(default_factory=list)


def without_unprinted_parts(pieces: Iterable[str]) -> list[str]:
    """Return the pieces of XML without marks, and without the paragraphs, rows and separators that have nothing to
    show.
    """
    opened = _Marked("")
    written = opened.pieces
    around: list[_Marked] = []
    for piece in pieces:
        if _AROUND not in piece:
            written.append(piece)
            continue
        first, marks = _divided(piece)
        if first:
            written.append(first)
        for mark, xml in marks:
            if mark in _ENDS:
                closed = opened
                opened = around.pop()
                written = opened.pieces
                if closed.kind == ROW:
                    if _is_row_printed(closed.pieces):
                        written += closed.pieces
                elif closed.kind in (PARAGRAPH, KEPT_PARAGRAPH):
                    written += _paragraph_pieces(closed)
                else:
                    written += closed.pieces
                    opened.parts.append(closed)
            else:
                around.append(opened)
                opened = _Marked(mark, len(written))
                written = opened.pieces
            if xml:
                written.append(xml)
    return written


@kept_values(512)
def _divided(piece: str) -> tuple[str, Sequence[tuple[str, str]]]:
    """Return the XML before the first mark of a piece, and each mark with the XML after it."""
    first, *parts = piece.split(_AROUND)
    return first, tuple(zip(parts[::2], parts[1::2], strict=True))


def _is_row_printed(pieces: Sequence[str]) -> bool:
    """Return whether a row has something to show. Most have text, which is found faster than that they have none."""
    for piece in pieces:
        if _TEXT_END_TAG in piece and _has_text(piece):
            return True
    return any(_FIGURE.search(_without_emblem(piece)) is not None for piece in pieces)


def _without_emblem(xml: str) -> str:
    """Return the XML of a row without the emblem, which is printed only beside the programme label or a contact."""
    if _EMBLEM not in xml:
        return xml
    first, *drawings = xml.split(_DRAWING)
    kept = [first]
    for drawing in drawings:
        content, _, after = drawing.partition(_DRAWING_END)
        kept.append(after if _EMBLEM in content else _DRAWING + drawing)
    return "".join(kept)


def is_visible(xml: str) -> bool:
    """Return whether XML has text, a drawing or a field."""
    return bool(xml) and (_has_text(xml) or _FIGURE.search(xml) is not None)


def _has_text(xml: str) -> bool:
    """Return whether XML has text that is not only white space."""
    start = xml.find(TEXT_START)
    if start >= 0:
        # Most texts begin with a letter, which is found faster without the regular expression.
        start += len(TEXT_START)
        if xml[start : start + 1].isalnum():
            return True
    return _TEXT.search(xml) is not None


def _is_printed(marked: _Marked) -> bool:
    return any(map(is_visible, marked.pieces))


def _paragraph_pieces(paragraph: _Marked) -> list[str]:
    """Return a paragraph with its printed values, with what belongs to them, and one separator between two of them."""
    parts = paragraph.parts
    values = [number for number, part in enumerate(parts) if part.kind == VALUE]
    printed = [number for number in values if _is_printed(parts[number])]
    if not printed and paragraph.kind == PARAGRAPH:
        return []
    if printed == values:
        return paragraph.pieces  # nothing disappears
    separators = {_separator(parts, values, first, second) for first, second in pairwise(printed)}
    kept: list[str] = []
    end = 0
    values_before = 0
    for number, part in enumerate(parts):
        kept += paragraph.pieces[end : part.start]
        end = part.start + len(part.pieces)
        kind = part.kind.removesuffix(WORDED)
        stays = True
        if kind == VALUE:
            stays = number in printed or paragraph.kind == KEPT_PARAGRAPH  # a paragraph with it alone is in it
            values_before += 1
        elif kind == PREFIX:
            stays = values[values_before] in printed
        elif kind == SUFFIX:
            stays = values[values_before - 1] in printed
        elif kind == SEPARATOR:
            stays = values[values_before - 1] in separators
        elif kind == LEAD:
            # It is the label of the first value if the value that is printed first has a label, too.
            stays = not printed or printed[0] == values[0] or not _has_words(parts, printed[0], PREFIX)
        elif kind == TAIL:
            stays = not printed or printed[-1] == values[-1] or not _has_words(parts, printed[-1], SUFFIX)
        if stays:
            kept += part.pieces
    return kept + paragraph.pieces[end:]


def _separator(parts: list[_Marked], values: list[int], first: int, second: int) -> int:
    """Return the value after which the separator between two printed values is: the first that is more than a space."""
    for number in range(first, second):
        if parts[number].kind == SEPARATOR and _is_printed(parts[number]):
            return max(value for value in values if value < number)
    return first


def _has_words(parts: list[_Marked], value: int, kind: str) -> bool:
    """Return whether a value has a prefix or suffix with words."""
    step = -1 if kind == PREFIX else 1
    number = value + step
    while 0 <= number < len(parts) and parts[number].kind.removesuffix(WORDED) == kind:
        if parts[number].kind == kind + WORDED:
            return True
        number += step
    return False
