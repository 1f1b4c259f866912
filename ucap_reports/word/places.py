"""Where a paragraph stands, as a problem tells it: in which part, table, row and cell, and as which paragraph there."""

from lxml import etree

from ucap_reports.word.wordml import qualified

SEPARATOR = " \u203a "
"""Between the steps of a place, as in body › table 1 › row 3."""  # noqa: RUF001 - a docstring shows it as it is printed
PARAGRAPH, ROW, CELL = qualified("w:p"), qualified("w:tr"), qualified("w:tc")
NOTE_TYPE = qualified("w:type")
"""What only the notes have that hold no text but a separating line."""
NAMED = {
    PARAGRAPH: "paragraph",
    qualified("w:tbl"): "table",
    ROW: "row",
    CELL: "cell",
    qualified("w:txbxContent"): "text box",
    qualified("w:footnote"): "footnote",
    qualified("w:endnote"): "endnote",
}
"""The elements that a place names; each is counted among those of its kind in what holds it."""


def place_of(element: etree._Element, part: str) -> str:
    """The place of an element in its part, which is called `part` (body, header 1, footnotes)."""
    named = [ancestor for ancestor in (element, *element.iterancestors()) if ancestor.tag in NAMED]
    steps = [f"{NAMED[str(each.tag)]} {_number(each)}" for each in reversed(named)]
    return SEPARATOR.join([part, *steps])


def _number(element: etree._Element) -> int:
    """Counted from 1 among the elements of its kind that the same named element holds, directly or not."""
    holder, repeated = _holder(element), _is_repeated(element)
    number = 0
    for other in holder.iter(str(element.tag)):
        if _holder(other) is holder and _is_repeated(other) == repeated and other.get(NOTE_TYPE) is None:
            number += 1
        if other is element:
            break
    return number


def _holder(element: etree._Element) -> etree._Element:
    """The nearest named element around it, or the part's root; a text box is counted in its paragraph."""
    around = list(element.iterancestors())
    return next((each for each in around if each.tag in NAMED), around[-1] if around else element)


def _is_repeated(element: etree._Element) -> bool:
    """Whether it stands in the older form of a drawing, which repeats for old readers what the newer form holds."""
    return any(etree.QName(ancestor).localname == "Fallback" for ancestor in element.iterancestors())
