"""An edited Word file: its identity, its comments, its editions with tracked changes accepted or rejected, and the pack
and the language that it was built with.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from itertools import chain

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.field_labels import folded_label
from ucap_reports.importers.paragraph_identity import DocumentParagraph, paragraphs_of
from ucap_reports.importers.sent_edition import read_edition, with_edition
from ucap_reports.importers.word_package import WORD, WordPackage
from ucap_reports.importers.word_paragraphs import Paragraphs
from ucap_reports.storage.reading_limits import MAX_EDITION_PARAGRAPHS, MAX_EDITIONS
from ucap_reports.template.pack import Pack
from ucap_reports.word.compile.template_opening import accept_revisions
from ucap_reports.word.file.word_xml import remove

_OPPOSITES = {"ins": "del", "moveTo": "moveFrom", "cellIns": "cellDel"}
_BOTH_WAYS = _OPPOSITES | {other: name for name, other in _OPPOSITES.items()}
_UNDONE = {f"{WORD}{name}": f"{WORD}{other}" for name, other in _BOTH_WAYS.items()}
"""Tracked changes with those that undo them."""
_TRACKED = (*_UNDONE, f"{WORD}rPrChange", f"{WORD}pPrChange")
_OBJECT_NAMES = ("drawing", "pict", "object", "ruby", "footnoteReference", "endnoteReference")
_OBJECTS = [f"{WORD}{name}" for name in _OBJECT_NAMES]
"""Elements beside the text whose number a review compares."""
_NUMBERING = f"{WORD}numPr"
_DATE, _AUTHOR = f"{WORD}date", f"{WORD}author"
_RESTORED = {f"{WORD}delText": f"{WORD}t", f"{WORD}delInstrText": f"{WORD}instrText"}
_KEPT = (f"{WORD}rPr", f"{WORD}sectPr", *_UNDONE)
"""Properties of paragraphs and of their ends that a change of formatting does not have."""


class Revision(Struct, frozen=True, order=True):
    """Tracked changes of one author at one time; `date` is as Word writes it, empty if it is unknown."""

    date: str
    author: str


class ReviewComment(Struct, frozen=True):
    """A comment, and the words of the paragraph that it is about."""

    author: str
    date: str
    text: str
    about: str


def _revision(element: etree._Element) -> Revision:
    return Revision(element.get(_DATE, ""), element.get(_AUTHOR, ""))


def _reject(element: etree._Element) -> None:
    """Make of a tracked change one whose acceptance restores what was before it."""
    parent = element.getparent()
    if parent is not None and parent.tag == _NUMBERING:  # a paragraph that became an item
        remove(parent)
    elif element.tag in _UNDONE:
        element.tag = _UNDONE[element.tag]
        for text in element.iter(*_RESTORED):
            text.tag = _RESTORED[text.tag]
    elif parent is not None:
        # A change of formatting: it is in the new properties, and its only child has those from before it.
        for child in list(parent):
            if child.tag not in (*_KEPT, element.tag):
                parent.remove(child)
        if len(element):
            former = [child for child in element[0] if child.tag not in _KEPT]
            for index, child in enumerate(former):
                parent.insert(index, child)


class EditedDocument:
    """A Word file that may have tracked changes. Raises ProblemsFound if one of its parts is damaged."""

    def __init__(self, package: WordPackage) -> None:
        self._package = package
        self._parts = self._package.texts()
        self.identity = self._package.identity
        self.sent = read_edition(self._package.custom_properties)
        """What the file printed when it was built; None if it does not say so."""
        paragraphs = sum(1 for root in self._parts.values() for _ in root.iter(f"{WORD}p"))
        self._join_revisions(min(MAX_EDITIONS, MAX_EDITION_PARAGRAPHS // (paragraphs or 1)))
        self.revisions = tuple(sorted(self._revisions()))
        """The revisions in the order of their dates. If there are too many, those of a day, a month or an author are
        one, or all of them.
        """

    def was_sent(self, revision: Revision) -> bool:
        """Return whether a revision was in the file when it was sent."""
        return self.sent is not None and (revision.date, revision.author) in self.sent.revisions

    def _join_revisions(self, limit: int) -> None:
        """Shorten dates and authors until there are no more than `limit` revisions: those of each author on one day are
        one, then those in one month, then all of the author, and then all.
        """
        for attribute, length in ((_DATE, len("2026-01-31")), (_DATE, len("2026-01")), (_DATE, 0), (_AUTHOR, 0)):
            if len(self._revisions()) <= limit:
                return
            for change in self._tracked():
                change.set(attribute, change.get(attribute, "")[:length])

    def _tracked(self) -> Iterator[etree._Element]:
        return chain.from_iterable(root.iter(*_TRACKED) for root in self._parts.values())

    def _revisions(self) -> Collection[Revision]:
        return set(map(_revision, self._tracked()))

    @property
    def objects(self) -> Counter[str]:
        """The number of pictures and other objects beside the text, by the names of their elements."""
        return Counter(element.tag for root in self._parts.values() for element in root.iter(*_OBJECTS))

    def edition(self, accepted: Collection[Revision]) -> Sequence[DocumentParagraph]:
        """Return the paragraphs with these revisions accepted and all others rejected."""
        parts = {name: deepcopy(root) for name, root in self._parts.items()}
        for root in parts.values():
            for element in list(root.iter(*_TRACKED)):
                if _revision(element) not in accepted:
                    _reject(element)
            accept_revisions(root)
        return paragraphs_of(self._package, parts)

    def comments(self) -> Iterator["ReviewComment"]:
        """Yield the comments in the order of the text, with a line for each of their paragraphs."""
        reader = Paragraphs(self._package, exact=True, text_alone=True)
        root = self._package.archive.xml(self._package.part_of("comments", "word/comments.xml"))
        texts = {element.get(f"{WORD}id", ""): element for element in root.iter(f"{WORD}comment")}
        for start in self._package.document.iter(f"{WORD}commentRangeStart", f"{WORD}commentReference"):
            comment = texts.pop(start.get(f"{WORD}id", ""), None)
            if comment is not None:
                paragraph = next(start.iterancestors(f"{WORD}p"), None)
                about = "" if paragraph is None else " ".join(reader.text(paragraph).split())
                text = "\n".join(map(reader.text, comment.iter(f"{WORD}p"))).strip()
                date, author = comment.get(f"{WORD}date", ""), comment.get(f"{WORD}author", "")
                yield ReviewComment(author, date, text, about)


def with_revisions(content: bytes) -> bytes:
    """Return a document of the product whose sent edition says that its tracked changes were in it when it was sent."""
    document = EditedDocument(WordPackage(content, ""))
    if document.sent is None:
        return content
    revisions = tuple((revision.date, revision.author) for revision in document.revisions)
    return with_edition(content, replace(document.sent, revisions=revisions))


# The pack and the language that a file was built with

_COLON = re.compile("[:\uff1a]")
_MIN_LABELS = 2
"""A single label is a word that any document may have."""
PackLanguage = tuple[str, str]
"""The name of a pack, and a language of its labels."""


def detected_packs(texts: Collection[str], packs: Sequence[Pack], language: str = "") -> Sequence[PackLanguage]:
    """Return the packs and languages with the most labels that paragraphs of a file consist of or begin with.

    Several are returned if packs have the same labels; none, if the file does not have the labels of any. With a
    `language`, only labels in that language are looked for.
    """
    beginnings = set()
    for text in texts:
        beginnings |= {folded_label(text), folded_label(_COLON.split(text, maxsplit=1)[0])}
    counts: dict[PackLanguage, int] = {}
    for pack in packs:
        for tag, labels in _labels(pack):
            if not language or tag.lower() == language.lower():
                counts[pack.name, tag] = len(labels & beginnings)
    highest = max(counts.values(), default=0)
    if highest < _MIN_LABELS:
        return []
    return [pack_language for pack_language, count in counts.items() if count == highest]


def _labels(pack: Pack) -> Iterator[tuple[str, set[str]]]:
    """Yield the folded labels of a pack in each of its languages."""
    settings = pack.settings
    for tag, labels in pack.labels.items():
        texts = [label.text for label in labels.values()]
        if tag:
            wording = settings.wording.get(tag)
            texts += wording.short_labels.values() if wording else ()
        else:
            texts += [rule.short_label for rule in settings.rows if rule.short_label]
        folded = {folded_label(text) for text in texts}
        yield tag or settings.language, folded - {""}
