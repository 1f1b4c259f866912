"""Right-to-left documents: their left-to-right paragraphs, which keep their direction and their side."""

from collections.abc import Mapping

from lxml import etree

from ucap_reports.text.bidi_levels import paragraph_level
from ucap_reports.word.file.effective_styles import StyleSheet
from ucap_reports.word.file.element_names import NAMESPACES, PARAGRAPH, TEXT
from ucap_reports.word.file.word_xml import own, properties_of, put, read_finished, to_bytes, value_at

_OPPOSITE = {"left": "right", "start": "right", "right": "left", "end": "left"}
"""In right-to-left paragraphs, `left` and `right` mean the beginning and the end (ISO/IEC 29500-4, ST_Jc)."""
_PLACED = ("w:pPr/w:numPr", "w:pPr/w:ind", "w:pPr/w:bidi", "w:r/w:tab")
"""Elements for the position or direction of a paragraph."""


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
    for paragraph in root.iter(PARAGRAPH):
        if any(paragraph.find(path, NAMESPACES) is not None for path in _PLACED):
            continue
        text = "".join(each.text or "" for each in own(paragraph, TEXT))
        if paragraph_level(text, right_to_left=True) == 0:
            style = value_at(paragraph, "w:pPr/w:pStyle") or ""
            aligned = value_at(paragraph, "w:pPr/w:jc") or alignments.get(style, "left")
            aligned = _OPPOSITE.get(aligned, aligned)
            put(properties_of(paragraph, "w:pPr"), f'<w:bidi w:val="0"/><w:jc w:val="{aligned}"/>')
    return to_bytes(root)
