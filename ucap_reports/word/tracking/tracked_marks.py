"""The elements of tracked changes (ISO/IEC 29500-1, 17.13.5)."""

from collections.abc import Iterable, Iterator
from itertools import count

from lxml import etree

from ucap_reports.word.file.element_names import qualified
from ucap_reports.word.file.word_xml import new, properties_of, put

INSERTED, DELETED = "w:ins", "w:del"
_FIRST_ID = 100_000
"""Identifiers above those of the marks in the templates."""


class TrackedMarks:
    """Creates the elements of changes by one author, each with an identifier of its own."""

    def __init__(self, author: str) -> None:
        self._author = author
        self._numbers: Iterator[int] = count(_FIRST_ID)

    def mark(self, name: str) -> etree._Element:
        """An empty element with the author."""
        element = new(name)
        element.set(qualified("w:id"), str(next(self._numbers)))
        element.set(qualified("w:author"), self._author)
        return element

    def around(self, name: str, runs: Iterable[etree._Element]) -> etree._Element:
        """The runs as inserted or deleted ones."""
        element = self.mark(name)
        element.extend(list(runs))
        return element

    def end_of(self, paragraph: etree._Element, name: str) -> None:
        """Mark the end of a paragraph as inserted or deleted."""
        properties_of(properties_of(paragraph, "w:pPr"), "w:rPr").insert(0, self.mark(name))

    def row(self, row: etree._Element, name: str) -> None:
        """Mark a row of a table as inserted or deleted."""
        properties = properties_of(row, "w:trPr")
        if not len(properties):  # the schema requires another property before the mark
            put(properties, '<w:cantSplit w:val="off"/>')
        properties.append(self.mark(name))
