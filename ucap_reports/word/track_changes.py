"""Two editions of a Word file as one file with tracked changes: their paragraphs and tables, merged."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import count, groupby, islice
from typing import Any

from lxml import etree
from msgspec import Struct

from ucap_reports.text.text_comparison import MIN_CLOSENESS, aligned, similarity, token_changes, word_tokens
from ucap_reports.word.file.office_package import compressed, read_package, write_package
from ucap_reports.word.file.word_xml import (
    CELL,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    ROW,
    RUN,
    RUN_FORMAT,
    TABLE,
    TEXT,
    VALUE,
    XML_SPACE,
    add,
    new,
    own,
    properties_of,
    put,
    qualified,
    read_finished,
    to_bytes,
    whole,
)

_BODY_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")

_STYLES, _NUMBERING = "word/styles.xml", "word/numbering.xml"
_STYLE, _STYLE_ID = qualified("w:style"), qualified("w:styleId")
_STYLE_USES = tuple(qualified(f"w:{name}") for name in ("pStyle", "rStyle", "tblStyle"))
_STYLE_LINKS = tuple(qualified(f"w:{name}") for name in ("basedOn", "next", "link"))
_LIST, _LIST_ID, _LIST_NUMBER = qualified("w:num"), qualified("w:numId"), qualified("w:numId")
_DEFINITION, _DEFINITION_ID = qualified("w:abstractNum"), qualified("w:abstractNumId")
_DEFINITION_REFERENCE = qualified("w:abstractNumId")

_BLOCKS = (PARAGRAPH, TABLE)
_Pair = tuple[Any, Any]
"""An element of the old edition and one of the new, None for one that the edition does not have."""

INSERTED, DELETED = "w:ins", "w:del"
NO_OFFICE = "ucap diff"
"""The author of the changes if the document names no office."""
_FIRST_ID = 100_000
"""Identifiers above those of the marks in the templates."""
_AROUND_RUNS = (qualified("w:hyperlink"), qualified("w:dir"))
"""Elements of a paragraph around runs: links, and text with a direction of its own."""
_BREAK = qualified("w:br")
_DELETED_SIGNS = frozenset(
    (_BREAK, *(qualified(f"w:{name}") for name in ("tab", "cr", "noBreakHyphen", "softHyphen", "sym")))
)
"""Elements that deleted text has, too: they are characters."""


def track_changes(old: bytes, new: bytes, office: str = "") -> bytes:
    """Return the new edition of a Word file, with its differences from the old one as changes tracked by the office.

    Accepting all of them gives the words of the new edition, rejecting all those of the old one. Both files are
    documents that the product has made. The same files give the same bytes.
    """
    before, package, marks = read_package(old), read_package(new), TrackedMarks(office)
    look = _OldLook(before, package)
    for name in sorted(package):
        if _BODY_PARTS.fullmatch(name) and name in before and before[name] != package[name]:
            roots = read_finished(before[name]), read_finished(package[name])
            look.renumber_lists(roots[0])
            first, second = (next(root.iter(qualified("w:body")), root) for root in roots)
            _merge_blocks(first, second, marks)
            look.add_to(package, roots[1])
            package[name] = to_bytes(roots[1])
    return write_package(compressed(name, content) for name, content in package.items())


class TrackedMarks:
    """Creates the elements of changes, each with an identifier of its own."""

    def __init__(self, author: str) -> None:
        self._author = author or NO_OFFICE
        self._numbers = count(_FIRST_ID)

    def mark(self, name: str) -> etree._Element:
        """Return an empty element with the author."""
        element = new(name)
        element.set(qualified("w:id"), str(next(self._numbers)))
        element.set(qualified("w:author"), self._author)
        return element

    def around(self, name: str, runs: Iterable[etree._Element]) -> etree._Element:
        """Return the runs as inserted or deleted ones."""
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


class _OldLook:
    """The styles and lists of the old edition, which its deleted paragraphs have in the new one."""

    def __init__(self, before: Mapping[str, bytes], package: Mapping[str, bytes]) -> None:
        self._has_parts = all(name in edition for name in (_STYLES, _NUMBERING) for edition in (before, package))
        if not self._has_parts:
            return
        self._styles = {style.get(_STYLE_ID): style for style in read_finished(before[_STYLES]).iter(_STYLE)}
        numbering = read_finished(before[_NUMBERING])
        self._definitions = {element.get(_DEFINITION_ID): element for element in numbering.iter(_DEFINITION)}
        self._lists = {element.get(_LIST_ID): element for element in numbering.iter(_LIST)}
        of_new = read_finished(package[_NUMBERING])
        self._kept = {number for number, _, _ in _lists_in(numbering) & _lists_in(of_new)}
        self._first_list = 1 + max((whole(element.get(_LIST_ID)) for element in of_new.iter(_LIST)), default=0)
        self._new_numbers: dict[str, str] = {}
        """The numbers in the new edition of the lists that only the old one has."""

    def renumber_lists(self, root: etree._Element) -> None:
        """Give the lists of a part of the old edition that the new one does not have other numbers than its own."""
        if not self._has_parts:
            return
        for number in root.iter(_LIST_NUMBER):
            old_number = number.get(VALUE, "")
            if old_number in self._lists and old_number not in self._kept:
                following = str(self._first_list + len(self._new_numbers))
                number.set(VALUE, self._new_numbers.setdefault(old_number, following))

    def add_to(self, package: dict[str, bytes], root: etree._Element) -> None:
        """Add the styles and lists that a merged part of the new edition uses, and that the new edition does not
        have.
        """
        if not self._has_parts:
            return
        self._add_lists(package, root)
        self._add_styles(package, root)

    def _add_lists(self, package: dict[str, bytes], root: etree._Element) -> None:
        numbering = read_finished(package[_NUMBERING])
        known = {element.get(_LIST_ID) for element in numbering.iter(_LIST)}
        used = {element.get(VALUE) for element in root.iter(_LIST_NUMBER)} - known
        definitions: dict[str | None, str] = {}
        for old_number, number in self._new_numbers.items():
            if number not in used:
                continue
            added = deepcopy(self._lists[old_number])
            added.set(_LIST_ID, number)
            (reference,) = added.iter(_DEFINITION_REFERENCE)
            old_definition = reference.get(VALUE)
            if old_definition not in definitions:
                numbers = [whole(element.get(_DEFINITION_ID)) for element in numbering.iter(_DEFINITION)]
                definitions[old_definition] = str(1 + max(numbers, default=-1))
                definition = deepcopy(self._definitions[old_definition])
                definition.set(_DEFINITION_ID, definitions[old_definition])
                add(numbering, definition, "abstractNum")
            reference.set(VALUE, definitions[old_definition])
            add(numbering, added, "num")
        if definitions:
            package[_NUMBERING] = to_bytes(numbering)

    def _add_styles(self, package: dict[str, bytes], root: etree._Element) -> None:
        styles = read_finished(package[_STYLES])
        known = {style.get(_STYLE_ID) for style in styles.iter(_STYLE)}
        wanted = [element.get(VALUE) for element in root.iter(*_STYLE_USES)]
        is_changed = False
        for identifier in wanted:  # each style that is added may want others
            if identifier not in known and identifier in self._styles:
                known.add(identifier)
                style = deepcopy(self._styles[identifier])
                styles.append(style)
                wanted += [element.get(VALUE) for element in style.iter(*_STYLE_LINKS)]
                is_changed = True
        if is_changed:
            package[_STYLES] = to_bytes(styles)


def _lists_in(numbering: etree._Element) -> set[tuple[str | None, bytes, bytes]]:
    """Return the number of each list, with its own XML and that of its definition."""
    definitions = {element.get(_DEFINITION_ID): etree.tostring(element) for element in numbering.iter(_DEFINITION)}
    lists = set()
    for element in numbering.iter(_LIST):
        (reference,) = element.iter(_DEFINITION_REFERENCE)
        lists.add((element.get(_LIST_ID), etree.tostring(element), definitions.get(reference.get(VALUE), b"")))
    return lists


_Merge = Callable[[Any, Any, TrackedMarks], None]


def _merge_blocks(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    """Change the new edition of a body or cell, so that it has the blocks of the old one as well, deleted."""
    before = [child for child in old if child.tag in _BLOCKS]
    now = [child for child in after if child.tag in _BLOCKS]
    _mark_ends(_merge_pairs(after, _pairs(before, now), _merge_block, marks), marks)


def _block_text(block: etree._Element) -> str:
    """Return the words of a paragraph or of a table."""
    return "\n".join(words_of(element) for element in block.iter(PARAGRAPH))


def words_of(paragraph: etree._Element) -> str:
    """Return the words of a paragraph, with signs for what is not text."""
    return "".join(token.text for token in _tokens(paragraph))


def _merge_words(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    """Change the new edition of a paragraph, so that it has the words of the old one as well, deleted."""
    parts = list(_parts(list(_tokens(old)), list(_tokens(after))))
    content: list[etree._Element] = []
    for tokens, name in parts:
        content += _marked(tokens, name, marks)
    _set_content(after, content)


def _mark_runs(paragraph: etree._Element, name: str, marks: TrackedMarks) -> None:
    """Mark all words of a paragraph as inserted or deleted."""
    _set_content(paragraph, list(_marked(list(_tokens(paragraph)), name, marks)))


def _mark_ends(blocks: Sequence[tuple[str, etree._Element]], marks: TrackedMarks) -> None:
    """Mark the ends of inserted and deleted paragraphs.

    After the last paragraph that both editions have, the end of the one before is marked: the last end of a cell can be
    neither deleted nor rejected.
    """
    names = [name if block.tag == PARAGRAPH else "" for name, block in blocks]
    kept = max((index for index, name in enumerate(names) if not name), default=-1)
    trailing = range(kept, len(names)) if 0 <= kept < len(names) - 1 and blocks[kept][1].tag == PARAGRAPH else range(0)
    for index in trailing[:-1]:
        names[index] = names[index + 1]
    if trailing:
        names[-1] = ""
    for name, (_, block) in zip(names, blocks, strict=True):
        if name and block.tag == PARAGRAPH:
            marks.end_of(block, name)


def _merge_pairs(
    after: etree._Element, pairs: Iterable[_Pair], merge: _Merge, marks: TrackedMarks
) -> list[tuple[str, etree._Element]]:
    """Change the new edition of a text or table, so that it has the deleted ones of the pairs as well, and `merge`
    those that both editions have. Returns all of them, with the names of their marks.
    """
    done: list[tuple[str, etree._Element]] = []
    for first, second in pairs:
        if first is not None and second is not None:
            merge(first, second, marks)
            done.append(("", second))
        elif second is not None:
            done.append((INSERTED, _with_all_marked(second, INSERTED, marks)))
        elif first is not None:
            deleted = _with_all_marked(deepcopy(first), DELETED, marks)
            _put_after(after, done[-1][1] if done else None, deleted)
            done.append((DELETED, deleted))
    return done


def _with_all_marked(block: etree._Element, name: str, marks: TrackedMarks) -> etree._Element:
    """Return a block or row with all its words and rows inserted or deleted."""
    for row in block.iter(ROW):
        marks.row(row, name)
    for paragraph in block.iter(PARAGRAPH):
        _mark_runs(paragraph, name, marks)
    return block


def _put_after(parent: etree._Element, before: etree._Element | None, element: etree._Element) -> None:
    """Insert an element after another one, or before the first block or row."""
    first = next((child for child in parent if child.tag in (*_BLOCKS, ROW)), None)
    if before is not None:
        before.addnext(element)
    elif first is not None:
        first.addprevious(element)
    else:
        parent.append(element)


def _pairs(old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[_Pair]:
    """Return the blocks in pairs. If neither of the last paragraphs has a partner, they are a pair: no cell is without
    one.
    """
    pairs: list[_Pair] = list(aligned(old, new, _block_key, _closeness, _block_text))
    if old and new and old[-1].tag == new[-1].tag == PARAGRAPH:
        deleted, inserted = (old[-1], None), (None, new[-1])
        if deleted in pairs and inserted in pairs:
            pairs.remove(deleted)
            pairs.remove(inserted)
            pairs.append((old[-1], new[-1]))
    return pairs


def _block_key(block: etree._Element) -> tuple[str, str]:
    return str(block.tag), _block_text(block)


def _closeness(old: etree._Element, new: etree._Element) -> float:
    if old.tag != new.tag:
        return 0.0
    return 1.0 if old.tag == TABLE else similarity(_block_text(old), _block_text(new), MIN_CLOSENESS)


def _merge_block(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    if after.tag == PARAGRAPH:
        if words_of(old) != words_of(after):
            _merge_words(old, after, marks)
    elif _block_text(old) != _block_text(after) or _widths(old) != _widths(after):
        rows = aligned(old.findall(ROW), after.findall(ROW), _row_key, _row_closeness, _block_text)
        _merge_pairs(after, rows, _merge_row, marks)


def _widths(table: etree._Element) -> list[int]:
    return [len(row.findall(CELL)) for row in table.findall(ROW)]


def _row_key(row: etree._Element) -> tuple[int, str]:
    return len(row.findall(CELL)), _block_text(row)


def _row_closeness(old: etree._Element, new: etree._Element) -> float:
    """Rows with the same label are one; those with other numbers of cells are never one."""
    cells, others = old.findall(CELL), new.findall(CELL)
    if len(cells) != len(others) or not cells:
        return 0.0
    return (
        1.0
        if _block_text(cells[0]) == _block_text(others[0])
        else similarity(_block_text(old), _block_text(new), MIN_CLOSENESS)
    )


def _merge_row(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    for cell, other in zip(old.findall(CELL), after.findall(CELL), strict=True):
        _merge_blocks(cell, other, marks)


class _Token(Struct, frozen=True, eq=False):
    """A word, or an element of a run such as a line break; its run's properties, and the elements of the paragraph that
    it is in, such as a link, the outer ones first.
    """

    text: str
    element: etree._Element | None
    properties: Sequence[etree._Element] = ()
    around: tuple[etree._Element, ...] = ()


def _tokens(paragraph: etree._Element) -> Iterator[_Token]:
    """Yield the tokens of the runs in a paragraph, without those of text boxes in it."""
    for run in own(paragraph, RUN):
        yield from _run_tokens(run, tuple(reversed(list(run.iterancestors(*_AROUND_RUNS)))))


def _run_tokens(run: etree._Element, around: tuple[etree._Element, ...]) -> Iterator[_Token]:
    properties = run.findall(RUN_FORMAT)
    for child in run.iterchildren(etree.Element):
        if child.tag == TEXT:
            for word in word_tokens(child.text or ""):
                yield _Token(word, None, properties, around)
        elif child.tag != RUN_FORMAT:
            sign = "\n" if child.tag == _BREAK else f"\0{etree.QName(child).localname}{child.text or ''}"
            yield _Token(sign, child, properties, around)


def _parts(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[tuple[Sequence[_Token], str]]:
    """Yield the tokens of both editions: those of both with no name, the others with that of their mark."""
    olds, news = iter(old), iter(new)
    for equal, first, second in token_changes([token.text for token in old], [token.text for token in new]):
        before, after = list(islice(olds, len(first))), list(islice(news, len(second)))
        if equal:
            yield after, ""
        else:
            yield before, DELETED
            yield after, INSERTED


def _set_content(paragraph: etree._Element, content: Sequence[etree._Element]) -> None:
    for child in [child for child in paragraph if child.tag != PARAGRAPH_FORMAT]:
        paragraph.remove(child)
    paragraph.extend(content)


def _marked(tokens: Sequence[_Token], name: str, marks: TrackedMarks) -> Iterator[etree._Element]:
    """Yield the tokens as runs in the elements around them, inserted or deleted; deleted ones have no such elements and
    no pictures.
    """
    if name == DELETED:
        words = [token for token in tokens if token.element is None or token.element.tag in _DELETED_SIGNS]
        if words:
            yield marks.around(DELETED, _runs(words, deleted=True))
        return
    for around, group in groupby(tokens, lambda token: token.around):
        content = list(_runs(group, deleted=False))
        if name == INSERTED:
            content = [marks.around(INSERTED, content)]
        for element in reversed(around):
            copy = etree.Element(element.tag, {str(key): str(value) for key, value in element.attrib.items()})
            copy.extend(content)
            content = [copy]
        yield from content


def _runs(tokens: Iterable[_Token], *, deleted: bool) -> Iterator[etree._Element]:
    """Yield the tokens as runs, adjacent words with the same properties in one."""
    for _, group in groupby(tokens, lambda token: ([*map(etree.tostring, token.properties)], token.element)):
        first, *others = group
        run = new("w:r")
        run.extend(map(deepcopy, first.properties))
        if first.element is not None:
            run.append(deepcopy(first.element))
        else:
            text = etree.SubElement(run, qualified("w:delText") if deleted else TEXT)
            text.text = "".join(token.text for token in (first, *others))
            text.set(XML_SPACE, "preserve")
        yield run
