"""What disappears from a document because its tags print nothing: paragraphs and rows with short names, and separators.

In the XML of a filled template, marks surround the rows and paragraphs with short names, the values in these
paragraphs, and the text between the values. Each mark is between two equal characters that XML cannot represent, so
that no value contains them. A paragraph that is a value alone has no marks: it is not written if it has nothing to
show.
"""

import re
from itertools import pairwise

from msgspec import Struct, field

from ucap_reports.template.figure_geometry import ALTERNATIVE_TEXT
from ucap_reports.word.render.rich_text_runs import MARK_BEGIN, VALUE_MARK

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
_AROUND_BYTE = _AROUND.encode()
_ENDS = frozenset(mark.encode() for mark in (ROW_END, PARAGRAPH_END, VALUE_END, TEXT_END))
_TEXT = re.compile(rf"<w:t(?: [^<>]*)?>\s*(?:{VALUE_MARK}\s*)*[^\s<{MARK_BEGIN}]")
"""Text that is not only white space."""
_FIGURE = re.compile(r"<w:(?:drawing|pict|object|sym|instrText|fldSimple)\b")
"""A drawing or a field. Text has its own pattern, since Python finds patterns with a fixed beginning much faster."""
_DRAWING = b"<w:drawing>"
_EMBLEM = f'descr="{ALTERNATIVE_TEXT}"'.encode()


def example_mark(kind: str) -> str:
    """Return the mark of that kind."""
    return f"{_AROUND}{kind}{_AROUND}"


class _MarkedXml(Struct, gc=False):
    """A piece of XML in a paragraph; `kind` is empty for what is always printed."""

    kind: str
    xml: bytes


class _OpenMark(Struct):
    """What is between a mark and its end mark."""

    kind: str
    parts: list[_MarkedXml] = field(default_factory=list)

    @property
    def xml(self) -> bytes:
        if len(self.parts) == 1:
            return self.parts[0].xml
        return b"".join([part.xml for part in self.parts])


def without_unprinted_parts(marked: bytes) -> bytes:
    """Return the XML without marks, and without the paragraphs, rows and separators that have nothing to show."""
    first, *pieces = marked.split(_AROUND_BYTE)  # text, and before each further text a mark
    if not pieces:
        return marked
    frames = [_OpenMark("", [_MarkedXml("", first)])]
    for mark, xml in zip(pieces[::2], pieces[1::2], strict=True):
        if mark in _ENDS:
            frame = frames.pop()
            frames[-1].parts.append(_closed(frame))
        else:
            frames.append(_OpenMark(mark.decode()))
        if xml:
            frames[-1].parts.append(_MarkedXml("", xml))
    return frames[0].xml


def _closed(frame: _OpenMark) -> _MarkedXml:
    """Return what is left of a row or paragraph, or the complete value or text."""
    if frame.kind == ROW:
        xml = frame.xml
        return _MarkedXml("", xml if _is_printed(_without_emblem(xml)) else b"")
    if frame.kind in (PARAGRAPH, KEPT_PARAGRAPH):
        return _MarkedXml("", _paragraph_xml(frame))
    return _MarkedXml(frame.kind, frame.xml)


def _without_emblem(xml: bytes) -> bytes:
    """Return the XML of a row without the emblem, which is printed only beside the programme label or a contact."""
    first, *drawings = xml.split(_DRAWING)
    if not drawings:
        return xml
    kept = [first]
    for drawing in drawings:
        content, _, after = drawing.partition(b"</w:drawing>")
        kept.append(after if _EMBLEM in content else _DRAWING + drawing)
    return b"".join(kept)


def is_visible(xml: str) -> bool:
    """Return whether XML has text, a drawing or a field."""
    return bool(xml) and (_TEXT.search(xml) is not None or _FIGURE.search(xml) is not None)


def _is_printed(xml: bytes) -> bool:
    return is_visible(xml.decode())


def _paragraph_xml(paragraph: _OpenMark) -> bytes:
    """Return a paragraph with its printed values, with what belongs to them, and one separator between two of them."""
    parts = paragraph.parts
    values = [number for number, part in enumerate(parts) if part.kind == VALUE]
    printed = [number for number in values if _is_printed(parts[number].xml)]
    if not printed and paragraph.kind == PARAGRAPH:
        return b""
    if printed == values:
        return paragraph.xml  # nothing disappears
    separators = {_separator(parts, values, first, second) for first, second in pairwise(printed)}
    kept: list[bytes] = []
    for number, part in enumerate(parts):
        before = [value for value in values if value < number]
        after = [value for value in values if value > number]
        kind = part.kind.removesuffix(WORDED)
        stays = True
        if kind == VALUE:
            stays = number in printed or paragraph.kind == KEPT_PARAGRAPH  # a paragraph with it alone is in it
        elif kind == PREFIX:
            stays = after[0] in printed
        elif kind == SUFFIX:
            stays = before[-1] in printed
        elif kind == SEPARATOR:
            stays = before[-1] in separators
        elif kind == LEAD:
            # It is the label of the first value if the value that is printed first has a label, too.
            stays = not printed or printed[0] == values[0] or not _has_words(parts, printed[0], PREFIX)
        elif kind == TAIL:
            stays = not printed or printed[-1] == values[-1] or not _has_words(parts, printed[-1], SUFFIX)
        if stays:
            kept.append(part.xml)
    return b"".join(kept)


def _separator(parts: list[_MarkedXml], values: list[int], first: int, second: int) -> int:
    """Return the value after which the separator between two printed values is: the first that is more than a space."""
    for number in range(first, second):
        if parts[number].kind == SEPARATOR and _is_printed(parts[number].xml):
            return max(value for value in values if value < number)
    return first


def _has_words(parts: list[_MarkedXml], value: int, kind: str) -> bool:
    """Return whether a value has a prefix or suffix with words."""
    step = -1 if kind == PREFIX else 1
    number = value + step
    while 0 <= number < len(parts) and parts[number].kind.removesuffix(WORDED) in (kind, ""):
        if parts[number].kind == kind + WORDED:
            return True
        number += step
    return False
