"""Where a paragraph stands, as a problem tells it: in which part, table, row and cell, and as which paragraph there."""

from collections import Counter

from lxml import etree

from ucap_reports.word.file.word_xml import qualified

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


class ElementPlaces:
    """The places of the elements of one part, which is called `part` (body, header 1, footnotes).

    All are counted at once, as the tree is when the first one is asked for.
    """

    def __init__(self, root: etree._Element, part: str) -> None:
        self._root = root
        self._part = part
        self._numbers: dict[etree._Element, int] = {}

    def of(self, element: etree._Element) -> str:
        """The place of an element."""
        if not self._numbers:
            self._count(self._root, Counter(), is_repeated=False)
        named = [each for each in (element, *element.iterancestors()) if each in self._numbers]
        steps = [f"{NAMED[str(each.tag)]} {self._numbers[each]}" for each in reversed(named)]
        return SEPARATOR.join([self._part, *steps])

    def _count(self, element: etree._Element, counts: Counter[tuple[str, bool]], *, is_repeated: bool) -> None:
        """Number what the element holds: from 1 among the elements of its kind that the same named element holds,
        directly or not, of which `counts` are those before it. What a drawing's older form repeats for old readers is
        counted by itself.
        """
        for child in element.iterchildren(etree.Element):
            tag = str(child.tag)
            repeated = is_repeated or etree.QName(child).localname == "Fallback"
            if tag in NAMED:
                counts[tag, repeated] += child.get(NOTE_TYPE) is None
                self._numbers[child] = counts[tag, repeated]
                self._count(child, Counter(), is_repeated=repeated)
            else:
                self._count(child, counts, is_repeated=repeated)
