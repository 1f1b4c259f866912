"""What disappears from a document because its tags print nothing: paragraphs and rows with short names, and separators.

In the XML of a filled template, marks surround the rows and paragraphs with short names, the values in these
paragraphs, and the text between the values. Each mark is between two equal characters that XML cannot represent, so
that no value contains them. A paragraph that is a value alone has no marks: it is not written if it has nothing to
show.

The XML is in pieces: the values, and the XML of the template between them, whose pieces are the same in all documents
and therefore divided at their marks only once. The start tag of a text or a drawing and what is in it are in one piece.

Whether a row has something to show is decided by `_is_row_printed`; which text stays around the values of a paragraph,
by `_staying_parts`. Which text is a label, a separator or a bracket is decided when a template is compiled, by
`text_parts` of `compile/repetition_by_example.py`.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct, field

from ucap_reports.storage.bounded_and_compressed_values import kept_values
from ucap_reports.template.picture_bar_tile_and_emblem_look import ALTERNATIVE_TEXT
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
"""The character at both ends of a mark."""
_ENDS = frozenset((ROW_END, PARAGRAPH_END, VALUE_END, TEXT_END))
_TEXT = re.compile(rf"<w:t(?: [^<>]*)?>\s*(?:{VALUE_MARK}\s*)*[^\s<{MARK_BEGIN}]")
"""Text that is not only white space."""
_FIGURE = re.compile(r"<w:(?:drawing|pict|object|sym|instrText|fldSimple)\b")
"""A drawing or a field. Text has its own pattern, since Python finds patterns with a fixed beginning much faster."""
_TEXT_END_TAG = "</w:t>"
_DRAWING, _DRAWING_END = "<w:drawing>", "</w:drawing>"
_EMBLEM = f'descr="{ALTERNATIVE_TEXT}"'


def example_mark(kind: str) -> str:
    """Return the mark of a kind, such as ROW or ROW_END."""
    return f"{_AROUND}{kind}{_AROUND}"


class _Marked(Struct):
    """The pieces of XML between a mark and its end mark.

    A paragraph has `parts` with marks of their own: values, and the text around them. Their pieces are among its own.
    """

    kind: str
    start: int = 0
    """The index of the first piece among those of what the marks are in."""
    pieces: list[str] = field(default_factory=list)
    parts: "list[_Marked]" = field(default_factory=list)


def without_unprinted_parts(pieces: Iterable[str]) -> list[str]:
    """Return the pieces of XML without marks, and without the paragraphs, rows and separators that have nothing to
    show.
    """
    opened = _Marked("")
    """The innermost part that has begun and not ended; first, the XML as a whole."""
    around: list[_Marked] = []
    """The parts around it, the inner ones last."""
    written = opened.pieces
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
    first, *parts = piece.split(_AROUND)  # marks and XML by turns
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
    values = [index for index, part in enumerate(parts) if part.kind == VALUE]
    printed = [index for index in values if _is_printed(parts[index])]
    if not printed and paragraph.kind == PARAGRAPH:
        return []
    if printed == values:
        return paragraph.pieces  # nothing disappears
    staying = _staying_parts(paragraph, values, printed)
    pieces: list[str] = []
    end_before = 0  # of the part before
    for index, part in enumerate(parts):
        pieces += paragraph.pieces[end_before : part.start]
        if index in staying:
            pieces += part.pieces
        end_before = part.start + len(part.pieces)
    return pieces + paragraph.pieces[end_before:]


def _staying_parts(paragraph: _Marked, values: Sequence[int], printed: Sequence[int]) -> set[int]:
    """Return the indexes of the parts that stay in a paragraph some of whose values are not printed.

    From "Phone: … · Email: (…) · …", the label and the brackets of an e-mail address that is not printed disappear with
    it, and one of the two separators. `values` and `printed` are the indexes of all values and of the printed ones
    among the parts.
    """
    parts = paragraph.parts
    separated = _values_before_separators(parts, printed)
    lead_stays = True
    tail_stays = True
    if printed:
        lead_stays = not _is_label_of_outermost(parts, values[0], printed[0], PREFIX)
        tail_stays = not _is_label_of_outermost(parts, values[-1], printed[-1], SUFFIX)
    staying: set[int] = set()
    following_values = iter(values)
    value_before: int | None = None
    value_after = next(following_values, None)
    for index, part in enumerate(parts):
        kind = part.kind.removesuffix(WORDED)
        if kind == VALUE:
            # In a kept paragraph, empty values stay, too: one that is alone in it prints the paragraph itself.
            stays = index in printed or paragraph.kind == KEPT_PARAGRAPH
            value_before = index
            value_after = next(following_values, None)
        elif kind == PREFIX:
            stays = value_after in printed
        elif kind == SUFFIX:
            stays = value_before in printed
        elif kind == SEPARATOR:
            stays = value_before in separated
        elif kind == LEAD:
            stays = lead_stays
        else:  # TAIL
            stays = tail_stays
        if stays:
            staying.add(index)
    return staying


def _values_before_separators(parts: Sequence[_Marked], printed: Sequence[int]) -> set[int]:
    """Return the values after which a separator stays: one between each two printed values."""
    separated: set[int] = set()
    for first, second in pairwise(printed):
        separated.add(_value_before_separator(parts, first, second))
    return separated


def _value_before_separator(parts: Sequence[_Marked], first: int, second: int) -> int:
    """Return the value after which the separator between two printed values is.

    Between the two there are only values that are not printed, each with a separator before and after it. The first of
    these separators that is more than a space stays: of "A B · C" without B, it is the one after B. If all are spaces,
    it is the first one.
    """
    value_before = first
    for index in range(first, second):
        part = parts[index]
        if part.kind == VALUE:
            value_before = index
        elif part.kind == SEPARATOR and _is_printed(part):
            return value_before
    return first


def _is_label_of_outermost(parts: Sequence[_Marked], outermost: int, printed: int, kind: str) -> bool:
    """Return whether the text before the first value, or after the last one, is the label of this outermost value
    alone.

    It is, as "Phone: " in "Phone: … · Email: …", if another value is the outermost of the printed ones and this has a
    label of its own. Otherwise, as in "Contact: …, …", the text is about all values. `kind` is that of the labels:
    PREFIX before the first value, SUFFIX after the last one.
    """
    return printed != outermost and _has_words(parts, printed, kind)


def _has_words(parts: Sequence[_Marked], value: int, kind: str) -> bool:
    """Return whether a value has a prefix or suffix with words."""
    step = -1 if kind == PREFIX else 1
    index = value + step
    while 0 <= index < len(parts) and parts[index].kind.removesuffix(WORDED) == kind:
        if parts[index].kind == kind + WORDED:
            return True
        index += step
    return False
