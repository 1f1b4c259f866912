"""Places in Word files as problems name them: the part, table, row and cell, and the paragraph there."""

from collections import Counter

from lxml import etree

from ucap_reports.problems import Location
from ucap_reports.word.file.word_xml import CELL, COMPATIBILITY, PARAGRAPH, ROW, TABLE, qualified

SEPARATOR = " \u203a "
"""Between the steps of a place, as in body › table 1 › row 3."""  # noqa: RUF001 - a docstring shows it as it is printed
NOTE_TYPE = qualified("w:type")
"""An attribute of notes that contain the line above the notes, not text."""
_FALLBACK = f"{{{COMPATIBILITY}}}Fallback"
NAMED = {
    PARAGRAPH: "paragraph",
    TABLE: "table",
    ROW: "row",
    CELL: "cell",
    qualified("w:txbxContent"): "text box",
    qualified("w:footnote"): "footnote",
    qualified("w:endnote"): "endnote",
}
"""The elements that places name, each with its number among the elements of its kind in the one around it."""


class ElementLocator:
    """The places of the elements of one part; `part` is its name in them: body, header 1, footnotes. `path` is that of
    the template.

    The elements are counted when the first place is read: later changes of the tree do not change the numbers.
    """

    def __init__(self, root: etree._Element, part: str, path: str = "") -> None:
        self._root = root
        self._part = part
        self._path = path
        self._numbers: dict[etree._Element, int] = {}

    def of(self, element: etree._Element) -> str:
        """Return the place of an element."""
        if not self._numbers:
            self._count()
        named = [around for around in (element, *element.iterancestors()) if around in self._numbers]
        steps = [f"{NAMED[str(around.tag)]} {self._numbers[around]}" for around in reversed(named)]
        return SEPARATOR.join([self._part, *steps])

    def location(self, element: etree._Element) -> Location:
        """Return the place of an element as that of a problem."""
        return Location(self._path, place=self.of(element))

    def _count(self) -> None:
        """Number the elements, from 1 for each kind in the element around them.

        A drawing's fallback repeats its elements for old readers, and is counted separately.
        """
        counts: Counter[tuple[object, ...]] = Counter()
        for element in self._root.iter(*NAMED):
            is_repeated = any(True for _ in element.iterancestors(_FALLBACK))
            key = next(element.iterancestors(*NAMED), None), element.tag, is_repeated
            counts[key] += element.get(NOTE_TYPE) is None
            self._numbers[element] = counts[key]
