"""An edited Word file: its identity, its comments, and its editions with tracked changes accepted or rejected."""

from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from functools import cached_property

from lxml import etree
from msgspec import Struct

from ucap_reports.importers.document_paragraphs import DocumentParagraph, paragraphs_of
from ucap_reports.importers.word_package import WORD, WordPackage
from ucap_reports.word.compile.revision_cleanup import accept_revisions
from ucap_reports.word.file.word_xml import text_of

_OPPOSITES = {"ins": "del", "moveTo": "moveFrom", "cellIns": "cellDel"}
_UNDONE = {f"{WORD}{name}": f"{WORD}{other}" for pair in _OPPOSITES.items() for name, other in (pair, pair[::-1])}
"""Tracked changes with those that undo them."""
_TRACKED = (*_UNDONE, f"{WORD}rPrChange", f"{WORD}pPrChange")
_RESTORED = {f"{WORD}delText": f"{WORD}t", f"{WORD}delInstrText": f"{WORD}instrText"}
_KEPT = (f"{WORD}rPr", f"{WORD}sectPr")
"""Properties of paragraphs that a change of formatting does not have."""


class Revision(Struct, frozen=True, order=True):
    """Tracked changes of one author at one time; `date` is as Word writes it, empty if it is unknown."""

    date: str
    author: str


class EditedDocument:
    """A Word file that may have tracked changes. Raises ProblemsFound for one that cannot be read."""

    def __init__(self, content: bytes, path: str) -> None:
        self._package = WordPackage(content, path)
        self._parts = self._package.texts()
        self.identity = self._package.identity

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """The revisions in the order of their dates."""
        found = {_revision(each) for root in self._parts.values() for each in root.iter(*_TRACKED)}
        return tuple(sorted(found))

    def edition(self, accepted: Collection[Revision]) -> Sequence[DocumentParagraph]:
        """The paragraphs with these revisions accepted and all others rejected."""
        parts = {name: deepcopy(root) for name, root in self._parts.items()}
        for root in parts.values():
            for element in list(root.iter(*_TRACKED)):
                if _revision(element) not in accepted:
                    _reject(element)
            accept_revisions(root)
        return paragraphs_of(self._package, parts)

    def comments(self) -> Iterator["ReviewComment"]:
        """The comments in the order of the text."""
        root = self._package.archive.xml(f"{self._package.main.rpartition('/')[0]}/comments.xml")
        texts = {each.get(f"{WORD}id", ""): each for each in root.iter(f"{WORD}comment")}
        for start in self._package.document.iter(f"{WORD}commentRangeStart", f"{WORD}commentReference"):
            comment = texts.pop(start.get(f"{WORD}id", ""), None)
            if comment is not None:
                paragraph = next(start.iterancestors(f"{WORD}p"), None)
                about = "" if paragraph is None else text_of(paragraph).strip()
                date, author = comment.get(f"{WORD}date", ""), comment.get(f"{WORD}author", "")
                yield ReviewComment(author, date, text_of(comment).strip(), about)


class ReviewComment(Struct, frozen=True):
    """A comment, and the words of the paragraph that it is about."""

    author: str
    date: str
    text: str
    about: str


def _revision(element: etree._Element) -> Revision:
    return Revision(element.get(f"{WORD}date", ""), element.get(f"{WORD}author", ""))


def _reject(element: etree._Element) -> None:
    """Make of a tracked change one whose acceptance restores what was before it."""
    parent = element.getparent()
    if element.tag in _UNDONE:
        element.tag = _UNDONE[element.tag]
        for text in element.iter(*_RESTORED):
            text.tag = _RESTORED[text.tag]
    elif parent is not None:
        for child in [child for child in parent if child.tag not in (*_KEPT, element.tag)]:
            parent.remove(child)
        for place, child in enumerate(list(element[0]) if len(element) else []):
            parent.insert(place, child)
