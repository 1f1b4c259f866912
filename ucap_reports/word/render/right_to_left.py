"""Right-to-left documents: their left-to-right paragraphs, which keep their direction and their side."""

from collections.abc import Mapping

from lxml import etree

from ucap_reports.text.bidi_levels import paragraph_level
from ucap_reports.word.file.effective_styles import StyleSheet
from ucap_reports.word.file.word_xml import (
    PARAGRAPH_PROPERTIES,
    properties_of,
    put,
    qualified,
    read_finished,
    to_bytes,
)

_PARAGRAPH, _TEXT = qualified("w:p"), qualified("w:t")
_OPPOSITE = {"left": "right", "start": "right", "right": "left", "end": "left"}
"""In right-to-left paragraphs, `left` and `right` mean the beginning and the end (ISO/IEC 29500-4, ST_Jc)."""
_PLACED = ("w:numPr", "w:ind", "w:bidi")
"""Properties for the position or direction of a paragraph."""


def alignments_of(styles: etree._Element) -> dict[str, str]:
    """The alignment of each paragraph style by its identifier; that of the default style with an empty one."""
    sheet = StyleSheet(styles)
    found = {name: sheet.value(name, "w:pPr/w:jc") or "left" for name in sheet.styles}
    return found | {"": found.get(sheet.defaults.get("paragraph", ""), "left")}


def with_directions(part: bytes, alignments: Mapping[str, str]) -> bytes:
    """A part of a right-to-left document whose left-to-right paragraphs say so, without which "Country:" would begin
    with its colon. They stay at their side.
    """
    root = read_finished(part)
    for paragraph in root.iter(_PARAGRAPH):
        properties = paragraph.find(qualified("w:pPr"))
        if _has_place(properties) or paragraph.find(f"{qualified('w:r')}/{qualified('w:tab')}") is not None:
            continue
        if paragraph_level(_text_of(paragraph), right_to_left=True) == 0:
            properties = properties_of(paragraph, "w:pPr")
            aligned = _alignment(properties, alignments)
            aligned = _OPPOSITE.get(aligned, aligned)
            put(properties, f'<w:bidi w:val="0"/><w:jc w:val="{aligned}"/>', PARAGRAPH_PROPERTIES)
    return to_bytes(root)


def _has_place(properties: etree._Element | None) -> bool:
    return properties is not None and any(properties.find(qualified(name)) is not None for name in _PLACED)


def _text_of(paragraph: etree._Element) -> str:
    """The text of a paragraph, without that of text boxes in it."""
    texts = (text for text in paragraph.iter(_TEXT) if next(text.iterancestors(_PARAGRAPH)) is paragraph)
    return "".join(text.text or "" for text in texts)


def _alignment(properties: etree._Element, alignments: Mapping[str, str]) -> str:
    own, style = properties.find(qualified("w:jc")), properties.find(qualified("w:pStyle"))
    if own is not None:
        return str(own.get(qualified("w:val")))
    return alignments.get("" if style is None else str(style.get(qualified("w:val"))), "left")
