"""What floats on pages: the watermark of drafts, and the table at the foot of the last page, such as the contact panel.

The watermark is a shape behind the text, in each header, as Word itself inserts it.

LibreOffice moves tracked changes of captions by one character if pictures in cells of a table come before a floating
table (seen in 25.2.3): "The lake in autumn" came back as "Thelake in autumn". In documents with such pictures, the foot
is therefore below the text, where it does not float.
"""

import posixpath
from pathlib import Path
from unicodedata import east_asian_width

from ucap_reports.word.file.office_package import OFFICE, new_relationship
from ucap_reports.word.file.word_xml import DECLARATION, WORD, escaped, one_line

IDENTIFIER = "ucapDraft"
"""The identifier of the relationship to the header that only drafts have."""
_HEADER_NAME = "ucap-draft.xml"
_HEADER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
LARGEST, WIDEST = 120, 480
"""The size of the text, and the width of the shape, in points."""
_WIDE, _NARROW = 1.0, 0.72
"""The widths of characters relative to the size of the text."""
_HIGH, _CAPITALS = 0.95, 0.73
"""The heights of ideographs and of capitals, which fill the height of the shape, relative to that size."""
_XML = one_line(Path(__file__).with_name("draft_watermark.xml"))
"""A paragraph with text in a shape (ISO/IEC 29500-4, 19.1.2.20), whose definition each part with such a shape needs."""


def watermark_xml(text: str, part: int) -> str:
    """Return the paragraph of a header with the watermark; `part` distinguishes the headers. Empty without a text."""
    if not text:
        return ""
    wide = any(east_asian_width(character) in "FW" for character in text)
    units = sum(_WIDE if east_asian_width(character) in "FW" else _NARROW for character in text)
    size = min(LARGEST, WIDEST / units)
    height = size * (_HIGH if wide else _CAPITALS)
    font = "Microsoft YaHei" if wide else "Arial"
    width, shape = size * units, 2049 + part
    return _XML.format(part=part, shape=shape, width=width, height=height, font=font, text=escaped(text))


def draft_header(name: str, part: bytes, watermark: str) -> dict[str, tuple[bytes, str]]:
    """Return the header with nothing but the watermark that the main part of a draft refers to if the template has
    none, and its type, by its name.
    """
    if not _has_draft_header(part, watermark):
        return {}
    header = f'{DECLARATION}<w:hdr xmlns:w="{WORD}">{watermark_xml(watermark, 0)}</w:hdr>'.encode()
    return {posixpath.join(posixpath.dirname(name), _HEADER_NAME): (header, _HEADER_TYPE)}


def header_relationships(part: bytes, watermark: str) -> list[str]:
    """Return the relationship to that header, if a part refers to it."""
    if not _has_draft_header(part, watermark):
        return []
    return [new_relationship(IDENTIFIER, f"{OFFICE}/header", _HEADER_NAME)]


def _has_draft_header(part: bytes, watermark: str) -> bool:
    return bool(watermark) and f'"{IDENTIFIER}"'.encode() in part


# The foot of the last page
AT_FOOT = (
    '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin"'
    ' w:tblpXSpec="center" w:tblpYSpec="bottom"/>'
)
"""The position of a table at the bottom margin (ECMA-376, 17.4.57)."""


def with_foot_below_text(part: bytes) -> bytes:
    """Return the XML of a filled part with the table at the foot of the page below the text instead."""
    return part.replace(AT_FOOT.encode(), b"")
