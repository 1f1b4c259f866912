"""Edits of Word files as people make them: with tracked changes, without, and with comments."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from lxml import etree

from tests.tools import office_file
from ucap_reports.word.file.document_properties import with_properties
from ucap_reports.word.file.package_parts import IDENTITY
from ucap_reports.word.file.word_xml import XML_SPACE, new, qualified, read_finished, to_bytes
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

DOCUMENT = "word/document.xml"


class WordEdit:
    """A Word file that is edited."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._package = read_package(path.read_bytes())
        self.root = read_finished(self._package[DOCUMENT])
        self._number = 1000
        self._parts: dict[str, bytes] = {}

    def save(
        self, path: Path | None = None, *, office: bool = False, bare: bool = False, comments: bytes = b""
    ) -> Path:
        """Write the file: as an office suite saves it, if `office`; without its identity, if `bare`."""
        changed = {**self._parts, DOCUMENT: to_bytes(self.root), **({IDENTITY: b"<Properties/>"} if bare else {})}
        changed |= {"word/comments.xml": comments} if comments else {}
        target, parts = path or self.path, self._package | changed
        content = write_package(compressed(name, part) for name, part in parts.items())
        target.write_bytes(office_file(content) if office else content)
        return target

    def replace(self, old: str, new_words: str, author: str = "", date: str = "2026-11-20T10:00:00Z") -> None:
        """Replace words that are once in the file, tracked if there is an author; words may be added or removed too."""
        runs = [each for each in self.root.iter(qualified("w:r")) if old in self._text(each)]
        (run,) = [each for each in runs if each.find(f".//{qualified('w:r')}") is None]  # not around a shape with text
        before, _, after = self._text(run).partition(old)
        if not author:
            self._set(run, f"{before}{new_words}{after}")
            return
        for words, mark in ((before, ""), (old, "w:del"), (new_words, "w:ins"), (after, "")):
            if words:
                run.addprevious(self._marked(self._copy(run, words, deleted=mark == "w:del"), mark, author, date))
        self._parent(run).remove(run)

    def comment(self, words: str, number: int) -> None:
        """Refer to a comment at the start of the paragraph with these words."""
        reference = new("w:commentRangeStart")
        reference.set(qualified("w:id"), str(number))
        self.paragraph(words).insert(1, reference)

    def set_properties(self, texts: Mapping[str, str]) -> None:
        """Replace the custom properties with the sent edition."""
        self.remove_properties("ucap-sent-")
        self._parts[IDENTITY] = with_properties(read_finished(self._parts[IDENTITY]), texts)

    def remove_properties(self, beginning: str) -> None:
        """Remove the custom properties whose names begin so."""
        root = read_finished(self._parts.get(IDENTITY, self._package[IDENTITY]))
        for one in list(root):
            if one.get("name", "").startswith(beginning):
                root.remove(one)
        self._parts[IDENTITY] = to_bytes(root)

    def paragraph(self, words: str) -> etree._Element:
        """The paragraph with these words."""
        (found,) = [each for each in self.root.iter(qualified("w:p")) if words in self._text(each)]
        return found

    def insert_after(self, words: str, text: str, author: str, date: str = "2026-11-20T10:00:00Z") -> None:
        """Insert a paragraph after the one with these words, tracked."""
        place = self.paragraph(words)
        place.addnext(self._inserted(place, text, author, date))

    def insert_before(self, words: str, text: str, author: str, date: str = "2026-11-20T10:00:00Z") -> None:
        """Insert a paragraph before the one with these words, tracked if there is an author."""
        place = self.paragraph(words)
        place.addprevious(self._inserted(place, text, author, date))

    def _inserted(self, beside: etree._Element, text: str, author: str, date: str) -> etree._Element:
        inserted = deepcopy(beside)
        runs = [each for each in inserted if each.tag != qualified("w:pPr")]
        run = self._copy(next(each for each in beside.iter(qualified("w:r"))), text)
        for each in runs:
            inserted.remove(each)
        inserted.append(self._marked(run, "w:ins" if author else "", author, date))
        if author:
            self._mark_end(inserted, "w:ins", author, date)
        return inserted

    def delete(self, words: str, author: str, date: str = "2026-11-20T10:00:00Z") -> None:
        """Delete the paragraph with these words, tracked."""
        paragraph = self.paragraph(words)
        for run in list(paragraph.iter(qualified("w:r"))):
            deleted = self._copy(run, self._text(run), deleted=True)
            run.addprevious(self._marked(deleted, "w:del", author, date))
            self._parent(run).remove(run)
        self._mark_end(paragraph, "w:del", author, date)

    def _mark_end(self, paragraph: etree._Element, mark: str, author: str, date: str) -> None:
        properties = paragraph.find(qualified("w:pPr"))
        assert properties is not None
        runs = properties.find(qualified("w:rPr"))
        if runs is None:
            runs = etree.SubElement(properties, qualified("w:rPr"))
        runs.insert(0, self._mark(mark, author, date))

    def _mark(self, mark: str, author: str, date: str) -> etree._Element:
        element = new(mark)
        self._number += 1
        for name, value in (("id", str(self._number)), ("author", author), ("date", date)):
            element.set(qualified(f"w:{name}"), value)
        return element

    def _marked(self, run: etree._Element, mark: str, author: str, date: str) -> etree._Element:
        if not mark:
            return run
        element = self._mark(mark, author, date)
        element.append(run)
        return element

    def _copy(self, run: etree._Element, words: str, *, deleted: bool = False) -> etree._Element:
        copy = deepcopy(run)
        self._set(copy, words)
        for text in copy.iter(qualified("w:t")):
            text.tag = qualified("w:delText") if deleted else text.tag
        return copy

    @staticmethod
    def _set(run: etree._Element, words: str) -> None:
        first, *others = list(run.iter(qualified("w:t"), qualified("w:noBreakHyphen")))
        first.text = words
        first.set(XML_SPACE, "preserve")
        for each in others:
            run.remove(each)

    @staticmethod
    def _text(element: etree._Element) -> str:
        texts = element.iter(qualified("w:t"), qualified("w:noBreakHyphen"))
        return "".join("-" if each.tag == qualified("w:noBreakHyphen") else each.text or "" for each in texts)

    @staticmethod
    def _parent(element: etree._Element) -> etree._Element:
        parent = element.getparent()
        assert parent is not None
        return parent
