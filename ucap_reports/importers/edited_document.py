"""An edited Word file: its identity, its comments, and its editions with tracked changes accepted or rejected."""

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from functools import cached_property

from lxml import etree
from msgspec import Struct

from ucap_reports.importers.word_package import WORD, DocumentIdentity, WordPackage
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.word.compile.revision_cleanup import accept_revisions
from ucap_reports.word.file.package_parts import IDENTITY, relationships_of
from ucap_reports.word.file.zip_package import BrokenPackageError, ZipPackage, compressed, read_package, write_package

_PROPERTIES = ("docProps/core.xml", IDENTITY)
_OPPOSITES = {"ins": "del", "moveTo": "moveFrom", "cellIns": "cellDel"}
_UNDONE = {f"{WORD}{name}": f"{WORD}{other}" for pair in _OPPOSITES.items() for name, other in (pair, pair[::-1])}
"""Tracked changes with those that undo them."""
_FORMATTED = (f"{WORD}rPrChange", f"{WORD}pPrChange")
_TRACKED = (*_UNDONE, *_FORMATTED)
_PARAGRAPH = f"{WORD}p"
_BARE_HOST = re.compile(rb"(Target=\"https?://[^/\"]+)/(\")")
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
        self.main = self._package.main
        try:
            self._zip = read_package(content)
        except BrokenPackageError as error:
            raise ProblemsFound([problem("review-unreadable", Location(path), reason=str(error))]) from None

    @property
    def identity(self) -> DocumentIdentity:
        """What the file was built from."""
        return self._package.identity

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """The revisions in the order of their dates."""
        found = {_revision(each) for each in self._package.document.iter(*_TRACKED)}
        return tuple(sorted(found))

    def edition(self, accepted: Collection[Revision]) -> bytes:
        """The file with these revisions accepted and all others rejected."""
        root = deepcopy(self._package.document)
        for element in list(root.iter(*_TRACKED)):
            if _revision(element) not in accepted:
                _reject(element)
        accept_revisions(root)
        return self._written(root, self._zip)

    def like(self, content: bytes) -> bytes:
        """Another file with the properties of this one, so that both are read in the same way."""
        package = read_package(content)
        own = {name: part for name, part in self._zip.entries.items() if name in _PROPERTIES}
        entries = {name: part for name, part in package.entries.items() if name not in _PROPERTIES} | own
        return self._written(WordPackage(content, "").document, ZipPackage(package.parts, entries))

    def _written(self, root: etree._Element, package: ZipPackage) -> bytes:
        """A file with this text, without what programs change when they save it: languages, slashes of addresses."""
        for language in list(root.iter(f"{WORD}lang")):
            if (parent := language.getparent()) is not None:
                parent.remove(language)
        parts = {self.main: etree.tostring(root)}
        relationships = relationships_of(self.main)
        if relationships in package.parts:
            parts[relationships] = _BARE_HOST.sub(rb"\1\2", package.parts[relationships])
        changed = {name: compressed(name, part) for name, part in parts.items()}
        return write_package({**package.entries, **changed}.values())

    def comments(self) -> Iterator["ReviewComment"]:
        """The comments in the order of the text."""
        root = self._package.part(f"{self.main.rpartition('/')[0]}/comments.xml")
        texts = {each.get(f"{WORD}id", ""): each for each in root.iter(f"{WORD}comment")}
        for start in self._package.document.iter(f"{WORD}commentRangeStart", f"{WORD}commentReference"):
            comment = texts.pop(start.get(f"{WORD}id", ""), None)
            if comment is not None:
                paragraph = next(start.iterancestors(_PARAGRAPH), None)
                date, author = comment.get(f"{WORD}date", ""), comment.get(f"{WORD}author", "")
                yield ReviewComment(author, date, _text(comment), "" if paragraph is None else _text(paragraph))


class ReviewComment(Struct, frozen=True):
    """A comment, and the words of the paragraph that it is about."""

    author: str
    date: str
    text: str
    about: str


def words_of_document(content: bytes, path: str) -> tuple[str, ...]:
    """The words of all paragraphs of a file without tracked changes."""
    document = WordPackage(content, path).document
    return tuple(filter(None, map(_text, document.iter(_PARAGRAPH))))


def _text(element: etree._Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{WORD}t")).strip()


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
