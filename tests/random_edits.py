"""Random edits of built Word files as people make them, tracked or not."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from random import Random

from lxml import etree

from tests.edited_words import WordEdit
from ucap_reports.word.file.package_parts import HYPERLINK
from ucap_reports.word.file.word_xml import COMPATIBILITY, qualified, read_finished, to_bytes

P, R, T, CELL, ROW, LINK = (qualified(f"w:{name}") for name in ("p", "r", "t", "tc", "tr", "hyperlink"))
HYPHEN = qualified("w:noBreakHyphen")
FALLBACK = f"{{{COMPATIBILITY}}}Fallback"
"""The element that repeats a text box for old programs."""
RELATED = "word/_rels/document.xml.rels"
MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml")
DATE = "2026-11-20T10:00:00Z"
NEW_WORDS = ("Aardvark", "Wombats and okapis", "12 quokkas", "水源")
"""Words that no document has."""


def words_of(element: etree._Element) -> str:
    """The words of an element, without those that are deleted."""
    return "".join(map(text_of, element.iter(T, HYPHEN)))


def text_of(element: etree._Element) -> str:
    """The text of a `w:t`, or the hyphen that no line breaks."""
    return "-" if element.tag == HYPHEN else element.text or ""


class RandomEdit(WordEdit):
    """A Word file with one random edit. `author` is empty for an edit that is not tracked."""

    def __init__(self, path: Path, chance: Random, author: str = "") -> None:
        super().__init__(path)
        self._chance, self._author = chance, author

    def save_one(self, path: Path) -> tuple[str, str]:
        """Write the file with one random edit; returns the kind of the edit, and the words that were edited."""
        kind = self._chance.choice(sorted(KINDS))
        tag, number, edit = KINDS[kind]
        found = self._some(tag, number)
        if not found:  # such as a file without links
            return self.save_one(path)
        words = " / ".join(map(words_of, found))
        edit(self, *found)
        self.save(path)
        return kind, words

    def _some(self, tag: str, number: int) -> Sequence[etree._Element]:
        """So many elements with different words, none in another; none if there are not so many."""
        left = [each for each in self.root.iter(tag) if _runs(each) and words_of(each).strip()]
        left = [each for each in left if next(each.iterancestors(FALLBACK), None) is None]
        found: list[etree._Element] = []
        while left and len(found) < number:
            found.append(one := self._chance.choice(left))
            left = [each for each in left if words_of(each) != words_of(one) and not _are_nested(each, one)]
        return found if len(found) == number else []

    def words(self, paragraph: etree._Element) -> None:
        """Change, insert or delete words of a run."""
        run = self._chance.choice(_runs(paragraph))
        words = words_of(run).split(" ")
        start = self._chance.randrange(len(words))
        end = start + self._chance.randint(0, 3)
        new = [self._chance.choice(NEW_WORDS)] * self._chance.randint(0, 1)
        self._set_words(run, " ".join([*words[:start], *new, *words[end:]]))

    def _set_words(self, run: etree._Element, new: str) -> None:
        if not self._author:
            self._set(run, new)
            return
        for words, mark in ((words_of(run), "w:del"), (new, "w:ins")):
            if words:
                copy = self._copy(run, words, deleted=mark == "w:del")
                run.addprevious(self._marked(copy, mark, self._author, DATE))
        self._parent(run).remove(run)

    def bold(self, paragraph: etree._Element) -> None:
        """Make a run bold."""
        run = self._chance.choice(_runs(paragraph))
        before = run.find(qualified("w:rPr"))
        after = etree.Element(qualified("w:rPr"))
        etree.SubElement(after, qualified("w:b"))
        if before is not None:
            run.remove(before)
        if self._author:
            change = self._mark("w:rPrChange", self._author, DATE)
            change.append(etree.Element(qualified("w:rPr")) if before is None else before)
            after.append(change)
        run.insert(0, after)

    def delete_paragraphs(self, *paragraphs: etree._Element, mark: str = "w:del") -> None:
        """Delete paragraphs; the only one of a cell stays, without words."""
        for paragraph in paragraphs:
            is_alone = len(self._parent(paragraph).findall(P)) == 1
            if self._author or is_alone:
                self._delete_words(paragraph, mark)
            else:
                self._parent(paragraph).remove(paragraph)
            if self._author:
                self._mark_end(paragraph, mark, self._author, DATE)

    def _delete_words(self, holder: etree._Element, mark: str = "w:del") -> None:
        for run in _runs(holder):
            if self._author and mark == "w:moveFrom":
                self._wrap(run, mark)
            else:
                self._set_words(run, "")

    def _wrap(self, run: etree._Element, mark: str) -> None:
        """Put a run into an element of tracked changes."""
        element = self._mark(mark, self._author, DATE)
        run.addprevious(element)
        element.append(run)

    def _insert(self, paragraphs: Iterable[etree._Element], beside: etree._Element, mark: str = "w:ins") -> None:
        """Insert copies of paragraphs before another one."""
        for copy in map(deepcopy, paragraphs):
            if self._author:
                for run in _runs(copy):
                    self._wrap(run, mark)
                self._mark_end(copy, mark, self._author, DATE)
            beside.addprevious(copy)

    def duplicate(self, paragraph: etree._Element) -> None:
        """Repeat a paragraph."""
        self._insert([paragraph], paragraph)

    def move(self, paragraph: etree._Element, before: etree._Element) -> None:
        """Move a paragraph before another one, or before the one above it."""
        above = paragraph.getprevious()
        is_near = above is not None and above.tag == P and words_of(above) and self._chance.randint(0, 1)
        self._insert([paragraph], above if is_near and above is not None else before, "w:moveTo")
        self.delete_paragraphs(paragraph, mark="w:moveFrom")

    def exchange(self, one: etree._Element, other: etree._Element) -> None:
        """Exchange two paragraphs."""
        self._insert([one], other)
        self._insert([other], one)
        self.delete_paragraphs(one, other)

    def exchange_cells(self, one: etree._Element, other: etree._Element) -> None:
        """Exchange the content of two cells."""
        copy = deepcopy(one)
        self.copy_cell(other, one)
        self.copy_cell(copy, other)

    def copy_cell(self, source: etree._Element, target: etree._Element) -> None:
        """Copy the content of a cell over that of another one."""
        old, new = (
            [each for each in cell.iter(P) if _runs(each) and next(each.iterancestors(P, FALLBACK), None) is None]
            for cell in (target, source)
        )
        self._insert(new, old[-1])
        self.delete_paragraphs(*old)

    def drag_cell(self, source: etree._Element, target: etree._Element) -> None:
        """Drag the content of a cell into another one."""
        self.copy_cell(source, target)
        self._delete_words(source)

    def empty_cell(self, cell: etree._Element) -> None:
        """Empty a cell."""
        self._delete_words(cell)

    def delete_row(self, row: etree._Element) -> None:
        """Delete a row."""
        if not self._author:
            self._parent(row).remove(row)
            return
        self._delete_words(row)
        properties = row.find(qualified("w:trPr"))
        if properties is None:
            properties = etree.Element(qualified("w:trPr"))
            row.insert(int(row[0].tag == qualified("w:tblPrEx")), properties)
        properties.append(self._mark("w:del", self._author, DATE))

    def duplicate_row(self, row: etree._Element) -> None:
        """Repeat a row."""
        row.addnext(deepcopy(row))

    def move_row(self, row: etree._Element, before: etree._Element) -> None:
        """Move a row before another one."""
        before.addprevious(row)

    def link_target(self, link: etree._Element) -> None:
        """Change the target of a link."""
        new = f'<Relationship Id="rIdNew" Type="{HYPERLINK}" Target="https://okapi.example/a" TargetMode="External"/>'
        end = b"</Relationships>"
        self._parts[RELATED] = self._package[RELATED].replace(end, new.encode() + end)
        link.set(qualified("r:id"), "rIdNew")

    def link_words(self, link: etree._Element) -> None:
        """Change the words of a link."""
        run = self._chance.choice(_runs(link))
        self._set_words(run, f"{words_of(run)} okapi")

    def margin_words(self, _: etree._Element) -> None:
        """Change the words of a header or footer."""
        name = self._chance.choice([each for each in self._package if MARGIN.fullmatch(each)])
        root = read_finished(self._package[name])
        found = [each for each in root.iter(T) if any(map(str.isalpha, each.text or ""))]
        for text in found[:1]:
            text.text = f"{text.text} okapi"
        self._parts[name] = to_bytes(root)


def _runs(holder: etree._Element) -> list[etree._Element]:
    """The runs with words of their own, not only those of a text box."""
    return [each for each in holder.iter(R) if any(child.tag == T and child.text for child in each)]


def _are_nested(one: etree._Element, other: etree._Element) -> bool:
    return one in other.iterancestors() or other in one.iterancestors()


KINDS: Mapping[str, tuple[str, int, Callable[..., None]]] = {
    "words": (P, 1, RandomEdit.words),
    "bold": (P, 1, RandomEdit.bold),
    "delete": (P, 1, RandomEdit.delete_paragraphs),
    "duplicate": (P, 1, RandomEdit.duplicate),
    "move": (P, 2, RandomEdit.move),
    "exchange": (P, 2, RandomEdit.exchange),
    "exchange cells": (CELL, 2, RandomEdit.exchange_cells),
    "copy cell": (CELL, 2, RandomEdit.copy_cell),
    "drag cell": (CELL, 2, RandomEdit.drag_cell),
    "empty cell": (CELL, 1, RandomEdit.empty_cell),
    "delete row": (ROW, 1, RandomEdit.delete_row),
    "duplicate row": (ROW, 1, RandomEdit.duplicate_row),
    "move row": (ROW, 2, RandomEdit.move_row),
    "link target": (LINK, 1, RandomEdit.link_target),
    "link words": (LINK, 1, RandomEdit.link_words),
    "margin words": (P, 1, RandomEdit.margin_words),
}
"""The edits, each with the elements that it is of, and their number."""
