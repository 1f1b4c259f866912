"""Random edits of built Word files as people make them, tracked or not: each seed gives one edit."""

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from random import Random

from lxml import etree

from tests.edited_words import WordEdit
from ucap_reports.word.file.allowed_content import HYPERLINK as LINK
from ucap_reports.word.file.element_names import qualified
from ucap_reports.word.file.word_xml import read_finished, to_bytes

P, R, T, CELL, ROW = (qualified(f"w:{name}") for name in ("p", "r", "t", "tc", "tr"))
RELATED = "word/_rels/document.xml.rels"
MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml")
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
NEW_WORDS = ("Aardvark", "Wombats and okapis", "12 quokkas", "\u6c34\u6e90")
"""Words that no document has."""


def words_of(element: etree._Element) -> str:
    """The words of an element, also of those that are deleted."""
    return "".join(each.text or "" for each in element.iter(T))


class RandomEdit(WordEdit):
    """A Word file with one random edit. `author` is empty for an edit that is not tracked."""

    def __init__(self, path: Path, chance: Random, author: str = "") -> None:
        super().__init__(path)
        self._chance, self._author = chance, author

    def save_one(self, path: Path) -> tuple[str, str]:
        """Write the file with one random edit; returns the kind of the edit, and what was edited."""
        kind = self._chance.choice(sorted(KINDS))
        done = KINDS[kind](self)
        if not done:  # a file without links
            return self.save_one(path)
        self.save(path)
        return kind, done

    def _all(self, tag: str) -> list[etree._Element]:
        """The elements with words that are no alternatives of others."""
        found = (each for each in self.root.iter(tag) if words_of(each).strip() and self._runs(each))
        return [each for each in found if next(each.iterancestors(FALLBACK), None) is None]

    def _two(self, tag: str) -> Sequence[etree._Element]:
        """Two elements, neither in the other."""
        found = self._all(tag)
        first = self._chance.choice(found)
        apart = [each for each in found if not {first, each} & {*first.iterancestors(), *each.iterancestors()}]
        apart = [each for each in apart if each is not first and words_of(each) != words_of(first)]
        return (first, self._chance.choice(apart)) if apart else ()

    def _runs(self, holder: etree._Element) -> list[etree._Element]:
        return [each for each in holder.iter(R) if any(child.tag == T and child.text for child in each)]

    def _set_words(self, run: etree._Element, new: str) -> None:
        """Give a run other words."""
        if not self._author:
            self._set(run, new)
            return
        for words, mark in ((words_of(run), "w:del"), (new, "w:ins")):
            if words:
                copy = self._copy(run, words, deleted=mark == "w:del")
                run.addprevious(self._marked(copy, mark, self._author, DATE))
        self._parent(run).remove(run)

    def _say(self, holder: etree._Element, words: str) -> None:
        """Give a cell or a paragraph these words in its first run, none in the others."""
        for place, run in enumerate(self._runs(holder)):
            self._set_words(run, "" if place else words)

    def words(self) -> str:
        """Change, insert or delete words of a run."""
        run = self._chance.choice(self._runs(self._chance.choice(self._all(P))))
        words = words_of(run).split(" ")
        start = self._chance.randrange(len(words))
        end = start + self._chance.randint(0, 3)
        new = self._chance.choice([[], [self._chance.choice(NEW_WORDS)]])
        changed = " ".join([*words[:start], *new, *words[end:]])
        return self._done(f"{' '.join(words)} > {changed}", lambda: self._set_words(run, changed))

    def _done(self, what: str, change: Callable[[], object]) -> str:
        change()
        return what

    def delete_paragraph(self) -> str:
        """Delete a paragraph."""
        paragraph = self._chance.choice(self._all(P))
        return self._done(words_of(paragraph), lambda: self._remove(paragraph))

    def _remove(self, paragraph: etree._Element) -> None:
        if self._author:
            self._delete_content(paragraph)
            self._mark_end(paragraph, "w:del", self._author, DATE)
        elif len(self._parent(paragraph).findall(P)) > 1:
            self._parent(paragraph).remove(paragraph)
        else:
            self._say(paragraph, "")

    def _delete_content(self, holder: etree._Element) -> None:
        for run in self._runs(holder):
            self._set_words(run, "")

    def _insert(self, paragraph: etree._Element, beside: etree._Element) -> None:
        """Insert a copy of a paragraph before another one."""
        copy = deepcopy(paragraph)
        if self._author:
            for run in self._runs(copy):
                run.addprevious(mark := self._mark("w:ins", self._author, DATE))
                mark.append(run)
            self._mark_end(copy, "w:ins", self._author, DATE)
        beside.addprevious(copy)

    def duplicate_paragraph(self) -> str:
        """Repeat a paragraph below itself."""
        paragraph = self._chance.choice(self._all(P))
        return self._done(words_of(paragraph), lambda: self._insert(paragraph, paragraph))

    def move_paragraph(self) -> str:
        """Move a paragraph before another one."""
        pair = self._two(P)
        return self._moved(*pair) if pair else ""

    def move_near(self) -> str:
        """Move a paragraph among those beside it."""
        beside = [each for each in self._all(P) if each.getnext() is not None and each.getnext() in self._all(P)]
        if not beside:
            return ""
        first = self._chance.choice(beside)
        return self._moved(self._all(P)[self._all(P).index(first) + 1], first)

    def _moved(self, paragraph: etree._Element, before: etree._Element) -> str:
        what = f"{words_of(paragraph)} > before {words_of(before)}"
        self._insert(paragraph, before)
        return self._done(what, lambda: self._remove(paragraph))

    def exchange_paragraphs(self) -> str:
        """Exchange two paragraphs."""
        pair = self._two(P)
        if not pair:
            return ""
        for paragraph, other in (pair, pair[::-1]):
            self._insert(paragraph, other)
        for paragraph in pair:
            self._remove(paragraph)
        return " <> ".join(map(words_of, pair))

    def exchange_cells(self) -> str:
        """Exchange the content of two cells."""
        pair = self._two(CELL)
        if not pair:
            return ""
        copies = [deepcopy(each) for each in pair]
        self._overwrite(pair[0], copies[1])
        self._overwrite(pair[1], copies[0])
        return " <> ".join(map(words_of, copies))

    def drag_cell(self) -> str:
        """Drag the content of a cell into another one."""
        pair = self._two(CELL)
        if not pair:
            return ""
        copies = [deepcopy(each) for each in pair]
        self._overwrite(pair[1], copies[0])
        self._delete_content(pair[0])
        return " > ".join(map(words_of, copies))

    def _overwrite(self, cell: etree._Element, other: etree._Element) -> None:
        """Give a cell the paragraphs of another one."""
        paragraphs = [each for each in cell.iter(P) if words_of(each).strip()]
        last = paragraphs[-1] if paragraphs else next(cell.iter(P))
        for paragraph in other.iter(P):
            if words_of(paragraph).strip() and next(paragraph.iterancestors(P, FALLBACK), None) is None:
                self._insert(paragraph, last)
        for paragraph in paragraphs:
            self._remove(paragraph)

    def empty_cell(self) -> str:
        """Empty a cell."""
        cell = self._chance.choice(self._all(CELL))
        return self._done(words_of(cell), lambda: self._delete_content(cell))

    def delete_row(self) -> str:
        """Delete a row."""
        row = self._chance.choice(self._all(ROW))
        return self._done(words_of(row), lambda: self._remove_row(row))

    def _remove_row(self, row: etree._Element) -> None:
        if not self._author:
            self._parent(row).remove(row)
            return
        self._delete_content(row)
        properties = row.find(qualified("w:trPr"))
        if properties is None:
            properties = row.makeelement(qualified("w:trPr"))
            first = next(place for place, each in enumerate(row) if each.tag != qualified("w:tblPrEx"))
            row.insert(first, properties)
        properties.append(self._mark("w:del", self._author, DATE))

    def duplicate_row(self) -> str:
        """Repeat a row."""
        row = self._chance.choice(self._all(ROW))
        return self._done(words_of(row), lambda: row.addnext(deepcopy(row)))

    def move_row(self) -> str:
        """Move a row before another one."""
        pair = self._two(ROW)
        return (
            self._done(f"{words_of(pair[0])} > {words_of(pair[1])}", lambda: pair[1].addprevious(pair[0]))
            if pair
            else ""
        )

    def link_target(self) -> str:
        """Change the target of a link."""
        links = [each for each in self.root.iter(qualified("w:hyperlink")) if each.get(qualified("r:id"))]
        if not links:
            return ""
        link = self._chance.choice(links)
        return self._done(words_of(link), lambda: self._retarget(link))

    def _retarget(self, link: etree._Element) -> None:
        relationship = (
            f'<Relationship Id="rIdNew" Type="{LINK}" Target="https://okapi.example/a" TargetMode="External"/>'
        )
        rels = self._package.parts[RELATED].replace(b"</Relationships>", f"{relationship}</Relationships>".encode())
        self._parts[RELATED] = rels
        link.set(qualified("r:id"), "rIdNew")

    def margin_words(self) -> str:
        """Change words of a header or footer."""
        found = [name for name, part in self._package.parts.items() if MARGIN.fullmatch(name) and b"<w:t" in part]
        name = self._chance.choice(found)
        root = read_finished(self._package.parts[name])
        run = self._chance.choice([each for each in root.iter(T) if any(map(str.isalpha, each.text or ""))])
        run.text = f"{run.text} okapi"
        self._parts[name] = to_bytes(root)
        return f"{name}: {run.text}"

    def link_words(self) -> str:
        """Change the words of a link."""
        links = [run for each in self.root.iter(qualified("w:hyperlink")) for run in self._runs(each)]
        if not links:
            return ""
        run = self._chance.choice(links)
        return self._done(words_of(run), lambda: self._set_words(run, f"{words_of(run)} okapi"))


KINDS = {
    each.__name__: each
    for each in (
        RandomEdit.words,
        RandomEdit.delete_paragraph,
        RandomEdit.duplicate_paragraph,
        RandomEdit.move_paragraph,
        RandomEdit.move_near,
        RandomEdit.exchange_paragraphs,
        RandomEdit.exchange_cells,
        RandomEdit.drag_cell,
        RandomEdit.empty_cell,
        RandomEdit.delete_row,
        RandomEdit.duplicate_row,
        RandomEdit.move_row,
        RandomEdit.link_target,
        RandomEdit.link_words,
        RandomEdit.margin_words,
    )
}
DATE = "2026-11-20T10:00:00Z"
