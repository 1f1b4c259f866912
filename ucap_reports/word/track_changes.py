"""Two editions of a Word file as one file with tracked changes: their paragraphs and tables, merged."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import count, groupby
from typing import Any

from lxml import etree
from msgspec import Struct

from ucap_reports.text.text_comparison import MIN_CLOSENESS, aligned, similarity, token_changes, word_tokens
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
from ucap_reports.word.file.zip_package import compressed, read_package, write_package

_BODY_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")

_STYLES = "word/styles.xml"
_NUMBERING = "word/numbering.xml"
_STYLE = qualified("w:style")
_STYLE_ID = qualified("w:styleId")
_STYLE_USES = tuple(qualified(f"w:{name}") for name in ("pStyle", "rStyle", "tblStyle"))
_STYLE_LINKS = tuple(qualified(f"w:{name}") for name in ("basedOn", "next", "link"))
_LIST = qualified("w:num")
_LIST_ID = qualified("w:numId")
"""The attribute of a list with its number."""
_LIST_NUMBER = qualified("w:numId")
"""The element of a paragraph with the number of its list."""
_DEFINITION = qualified("w:abstractNum")
_DEFINITION_ID = qualified("w:abstractNumId")
"""The attribute of a definition of lists with its identifier."""
_DEFINITION_REFERENCE = qualified("w:abstractNumId")
"""The element of a list with the identifier of its definition."""

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
_DELETED_TEXT = qualified("w:delText")
_DELETED_SIGNS = tuple(qualified(f"w:{name}") for name in ("br", "tab", "cr", "noBreakHyphen", "softHyphen", "sym"))
"""Elements that deleted text has, too: they are characters."""


def track_changes(old: bytes, new: bytes, office: str = "") -> bytes:
    """Return the new edition of a Word file, with its differences from the old one as changes tracked by the office.

    Accepting all of them gives the words of the new edition, rejecting all those of the old one. Both files are
    documents that the product has made. The same files give the same bytes.
    """
    old_parts = read_package(old)
    parts = read_package(new)
    marks = TrackedMarks(office)
    look = _OldLook(old_parts, parts)
    for name in sorted(parts):
        is_changed = name in old_parts and old_parts[name] != parts[name]
        if not is_changed or not _BODY_PARTS.fullmatch(name):
            continue
        old_root = read_finished(old_parts[name])
        root = read_finished(parts[name])
        look.renumber_lists(old_root)
        _merge_blocks(_holder_of_blocks(old_root), _holder_of_blocks(root), marks)
        look.add_to(parts, root)
        parts[name] = to_bytes(root)
    return write_package(compressed(name, content) for name, content in parts.items())


def _holder_of_blocks(root: etree._Element) -> etree._Element:
    """Return the body of the main part; the root itself of a header or footer."""
    return next(root.iter(qualified("w:body")), root)


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
        properties = properties_of(paragraph, "w:pPr")
        properties_of_end = properties_of(properties, "w:rPr")
        properties_of_end.insert(0, self.mark(name))

    def row(self, row: etree._Element, name: str) -> None:
        """Mark a row of a table as inserted or deleted."""
        properties = properties_of(row, "w:trPr")
        if not len(properties):  # the schema requires another property before the mark
            put(properties, '<w:cantSplit w:val="off"/>')
        properties.append(self.mark(name))


class _OldLook:
    """The styles and lists of the old edition, which its deleted paragraphs have in the new one."""

    def __init__(self, old_parts: Mapping[str, bytes], parts: Mapping[str, bytes]) -> None:
        self._has_parts = all(name in old_parts and name in parts for name in (_STYLES, _NUMBERING))
        """Whether both editions have styles and lists."""
        if not self._has_parts:
            return
        old_styles = read_finished(old_parts[_STYLES])
        old_numbering = read_finished(old_parts[_NUMBERING])
        numbering = read_finished(parts[_NUMBERING])
        self._styles = {style.get(_STYLE_ID): style for style in old_styles.iter(_STYLE)}
        old_definitions = old_numbering.iter(_DEFINITION)
        self._definitions = {definition.get(_DEFINITION_ID): definition for definition in old_definitions}
        self._lists = {old_list.get(_LIST_ID): old_list for old_list in old_numbering.iter(_LIST)}
        lists_of_both = _lists_in(old_numbering) & _lists_in(numbering)
        self._kept_numbers = {number for number, _, _ in lists_of_both}
        """The numbers of the lists that are the same in both editions."""
        numbers = [whole(new_list.get(_LIST_ID)) for new_list in numbering.iter(_LIST)]
        self._first_new_number = 1 + max(numbers, default=0)
        self._new_numbers: dict[str, str] = {}
        """The numbers in the new edition of the lists that only the old one has."""

    def renumber_lists(self, root: etree._Element) -> None:
        """Give the lists of a part of the old edition that the new one does not have other numbers than its own."""
        if not self._has_parts:
            return
        for number in root.iter(_LIST_NUMBER):
            old_number = number.get(VALUE, "")
            if old_number not in self._lists or old_number in self._kept_numbers:
                continue
            if old_number not in self._new_numbers:
                self._new_numbers[old_number] = str(self._first_new_number + len(self._new_numbers))
            number.set(VALUE, self._new_numbers[old_number])

    def add_to(self, parts: dict[str, bytes], root: etree._Element) -> None:
        """Add the styles and lists that a merged part of the new edition uses, and that the new edition does not
        have.
        """
        if not self._has_parts:
            return
        self._add_lists(parts, root)
        self._add_styles(parts, root)

    def _add_lists(self, parts: dict[str, bytes], root: etree._Element) -> None:
        """Add the lists, and their definitions, once each."""
        numbering = read_finished(parts[_NUMBERING])
        known = {known_list.get(_LIST_ID) for known_list in numbering.iter(_LIST)}
        missing = {number.get(VALUE) for number in root.iter(_LIST_NUMBER)} - known
        new_definitions: dict[str | None, str] = {}
        """The identifiers of the added definitions, by those that they have in the old edition."""
        for old_number, number in self._new_numbers.items():
            if number not in missing:
                continue
            added_list = deepcopy(self._lists[old_number])
            added_list.set(_LIST_ID, number)
            (reference,) = added_list.iter(_DEFINITION_REFERENCE)
            old_definition = reference.get(VALUE)
            if old_definition not in new_definitions:
                new_definitions[old_definition] = self._add_definition(numbering, old_definition)
            reference.set(VALUE, new_definitions[old_definition])
            add(numbering, added_list, "num")
        if new_definitions:
            parts[_NUMBERING] = to_bytes(numbering)

    def _add_definition(self, numbering: etree._Element, old_identifier: str | None) -> str:
        """Add a definition of lists of the old edition; return its new identifier."""
        identifiers = [whole(definition.get(_DEFINITION_ID)) for definition in numbering.iter(_DEFINITION)]
        identifier = str(1 + max(identifiers, default=-1))
        definition = deepcopy(self._definitions[old_identifier])
        definition.set(_DEFINITION_ID, identifier)
        add(numbering, definition, "abstractNum")
        return identifier

    def _add_styles(self, parts: dict[str, bytes], root: etree._Element) -> None:
        """Add the styles, and those that they are based on or linked to."""
        styles = read_finished(parts[_STYLES])
        known = {style.get(_STYLE_ID) for style in styles.iter(_STYLE)}
        wanted = deque([use.get(VALUE) for use in root.iter(*_STYLE_USES)])
        is_changed = False
        while wanted:
            identifier = wanted.popleft()
            if identifier in known or identifier not in self._styles:
                continue
            known.add(identifier)
            style = deepcopy(self._styles[identifier])
            styles.append(style)
            wanted.extend([link.get(VALUE) for link in style.iter(*_STYLE_LINKS)])
            is_changed = True
        if is_changed:
            parts[_STYLES] = to_bytes(styles)


def _lists_in(numbering: etree._Element) -> set[tuple[str | None, bytes, bytes]]:
    """Return the number of each list, with its own XML and that of its definition."""
    definitions = {}
    for definition in numbering.iter(_DEFINITION):
        definitions[definition.get(_DEFINITION_ID)] = etree.tostring(definition)
    lists = set()
    for known_list in numbering.iter(_LIST):
        (reference,) = known_list.iter(_DEFINITION_REFERENCE)
        definition_xml = definitions.get(reference.get(VALUE), b"")
        lists.add((known_list.get(_LIST_ID), etree.tostring(known_list), definition_xml))
    return lists


_Merge = Callable[[Any, Any, TrackedMarks], None]
"""Changes the new edition (the second element) of a block or row, so that it has what only the old one has, deleted."""
_MarkedElement = tuple[str, Any]
"""A block or row, after the name of its mark; the name is empty if both editions have the element."""


def _merge_blocks(old: etree._Element, current: etree._Element, marks: TrackedMarks) -> None:
    """Change the new edition of a body or cell, so that it has the blocks of the old one as well, deleted."""
    old_blocks = [child for child in old if child.tag in _BLOCKS]
    current_blocks = [child for child in current if child.tag in _BLOCKS]
    blocks = _merge_pairs(current, _pairs(old_blocks, current_blocks), _merge_block, marks)
    _mark_ends(blocks, marks)


def _block_text(block: etree._Element) -> str:
    """Return the words of a paragraph or of a table."""
    return "\n".join(words_of(element) for element in block.iter(PARAGRAPH))


def words_of(paragraph: etree._Element) -> str:
    """Return the words of a paragraph, with signs for what is not text."""
    return "".join(token.text for token in _tokens(paragraph))


def _merge_words(old: etree._Element, current: etree._Element, marks: TrackedMarks) -> None:
    """Change the new edition of a paragraph, so that it has the words of the old one as well, deleted."""
    old_tokens = list(_tokens(old))
    current_tokens = list(_tokens(current))
    content: list[etree._Element] = []
    for tokens, name in _parts(old_tokens, current_tokens):
        content += _marked(tokens, name, marks)
    _set_content(current, content)


def _mark_runs(paragraph: etree._Element, name: str, marks: TrackedMarks) -> None:
    """Mark all words of a paragraph as inserted or deleted."""
    tokens = list(_tokens(paragraph))
    _set_content(paragraph, list(_marked(tokens, name, marks)))


def _mark_ends(blocks: Sequence[_MarkedElement], marks: TrackedMarks) -> None:
    """Mark the ends of inserted and deleted paragraphs.

    After the last paragraph that both editions have, the end of the one before is marked: the last end of a cell can be
    neither deleted nor rejected.
    """
    names: list[str] = []
    last_kept = -1
    """The index of the last table, or paragraph that both editions have; all paragraphs after it are marked."""
    for index, (name, block) in enumerate(blocks):
        is_marked = bool(name) and block.tag == PARAGRAPH
        names.append(name if is_marked else "")
        if not is_marked:
            last_kept = index
    if last_kept >= 0 and blocks[last_kept][1].tag == PARAGRAPH:
        # The names move up by one block, so that the end of the last kept paragraph is marked, and that of the last
        # paragraph of all is not.
        del names[last_kept]
        names.append("")
    for name, (_, block) in zip(names, blocks, strict=True):
        if name and block.tag == PARAGRAPH:
            marks.end_of(block, name)


def _merge_pairs(
    current: etree._Element, pairs: Iterable[_Pair], merge: _Merge, marks: TrackedMarks
) -> list[_MarkedElement]:
    """Change the new edition of a text or table, so that it has the deleted ones of the pairs as well, and `merge`
    those that both editions have. Return all of them in order.
    """
    merged: list[_MarkedElement] = []
    for old_element, element in pairs:
        if old_element is not None and element is not None:
            merge(old_element, element, marks)
            merged.append(("", element))
        elif element is not None:
            _mark_all(element, INSERTED, marks)
            merged.append((INSERTED, element))
        elif old_element is not None:
            deleted = deepcopy(old_element)
            _mark_all(deleted, DELETED, marks)
            if merged:
                _, preceding = merged[-1]
                preceding.addnext(deleted)
            else:
                _put_first(current, deleted)
            merged.append((DELETED, deleted))
    return merged


def _mark_all(element: etree._Element, name: str, marks: TrackedMarks) -> None:
    """Mark all words and rows of a block or row as inserted or deleted."""
    for row in element.iter(ROW):
        marks.row(row, name)
    for paragraph in element.iter(PARAGRAPH):
        _mark_runs(paragraph, name, marks)


def _put_first(parent: etree._Element, element: etree._Element) -> None:
    """Insert an element before the first block or row, which has the properties of the parent before it."""
    for child in parent:
        if child.tag in (*_BLOCKS, ROW):
            child.addprevious(element)
            return
    parent.append(element)


def _pairs(old: Sequence[etree._Element], current: Sequence[etree._Element]) -> list[_Pair]:
    """Return the blocks in pairs. If neither of the last paragraphs has a partner, they are a pair: no cell is without
    one.
    """
    pairs: list[_Pair] = list(aligned(old, current, _block_key, _closeness, _block_text))
    if old and current and old[-1].tag == current[-1].tag == PARAGRAPH:
        deleted = (old[-1], None)
        inserted = (None, current[-1])
        if deleted in pairs and inserted in pairs:
            pairs.remove(deleted)
            pairs.remove(inserted)
            pairs.append((old[-1], current[-1]))
    return pairs


def _block_key(block: etree._Element) -> tuple[str, str]:
    return str(block.tag), _block_text(block)


def _closeness(old: etree._Element, current: etree._Element) -> float:
    """Return how similar two blocks are: two tables are always the same one, changed."""
    if old.tag != current.tag:
        return 0.0
    if old.tag == TABLE:
        return 1.0
    return similarity(_block_text(old), _block_text(current), MIN_CLOSENESS)


def _merge_block(old: etree._Element, current: etree._Element, marks: TrackedMarks) -> None:
    if current.tag == PARAGRAPH:
        if words_of(old) != words_of(current):
            _merge_words(old, current, marks)
        return
    has_other_words = _block_text(old) != _block_text(current)
    if has_other_words or _numbers_of_cells(old) != _numbers_of_cells(current):
        rows = aligned(old.findall(ROW), current.findall(ROW), _row_key, _row_closeness, _block_text)
        _merge_pairs(current, rows, _merge_row, marks)


def _numbers_of_cells(table: etree._Element) -> list[int]:
    """Return how many cells each row of a table has."""
    return [len(row.findall(CELL)) for row in table.findall(ROW)]


def _row_key(row: etree._Element) -> tuple[int, str]:
    return len(row.findall(CELL)), _block_text(row)


def _row_closeness(old: etree._Element, current: etree._Element) -> float:
    """Return how similar two rows are: those with the same label are one, those with other numbers of cells never."""
    old_cells = old.findall(CELL)
    cells = current.findall(CELL)
    if len(old_cells) != len(cells) or not old_cells:
        return 0.0
    if _block_text(old_cells[0]) == _block_text(cells[0]):
        return 1.0
    return similarity(_block_text(old), _block_text(current), MIN_CLOSENESS)


def _merge_row(old: etree._Element, current: etree._Element, marks: TrackedMarks) -> None:
    for old_cell, cell in zip(old.findall(CELL), current.findall(CELL), strict=True):
        _merge_blocks(old_cell, cell, marks)


class _Token(Struct, frozen=True, eq=False):
    """A word, or an element of a run such as a line break."""

    text: str
    """The word, or a sign for the element."""
    element: etree._Element | None
    properties: Sequence[etree._Element] = ()
    """The properties of its run."""
    around: tuple[etree._Element, ...] = ()
    """The elements of the paragraph that its run is in, such as a link, the outer ones first."""


def _tokens(paragraph: etree._Element) -> Iterator[_Token]:
    """Yield the tokens of the runs in a paragraph, without those of text boxes in it."""
    for run in own(paragraph, RUN):
        inner_first = list(run.iterancestors(*_AROUND_RUNS))
        yield from _run_tokens(run, tuple(reversed(inner_first)))


def _run_tokens(run: etree._Element, around: tuple[etree._Element, ...]) -> Iterator[_Token]:
    properties = run.findall(RUN_FORMAT)
    for child in run.iterchildren(etree.Element):
        if child.tag == TEXT:
            for word in word_tokens(child.text or ""):
                yield _Token(word, None, properties, around)
        elif child.tag == _BREAK:
            yield _Token("\n", child, properties, around)
        elif child.tag != RUN_FORMAT:
            sign = f"\0{etree.QName(child).localname}{child.text or ''}"
            yield _Token(sign, child, properties, around)


def _parts(old: Sequence[_Token], current: Sequence[_Token]) -> Iterator[tuple[Sequence[_Token], str]]:
    """Yield the tokens of both editions: those of both with no name, the others with that of their mark."""
    old_texts = [token.text for token in old]
    current_texts = [token.text for token in current]
    old_start = current_start = 0
    for is_equal, old_part, current_part in token_changes(old_texts, current_texts):
        old_end = old_start + len(old_part)
        current_end = current_start + len(current_part)
        if is_equal:
            yield current[current_start:current_end], ""
        else:
            yield old[old_start:old_end], DELETED
            yield current[current_start:current_end], INSERTED
        old_start = old_end
        current_start = current_end


def _set_content(paragraph: etree._Element, content: Sequence[etree._Element]) -> None:
    """Replace all of a paragraph but its properties."""
    for child in list(paragraph):
        if child.tag != PARAGRAPH_FORMAT:
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
            attributes = {str(name): str(value) for name, value in element.attrib.items()}
            copy = etree.Element(element.tag, attributes)
            copy.extend(content)
            content = [copy]
        yield from content


def _runs(tokens: Iterable[_Token], *, deleted: bool) -> Iterator[etree._Element]:
    """Yield the tokens as runs, adjacent words with the same properties in one."""
    for _, group in groupby(tokens, _run_key):
        tokens_of_run = list(group)
        first = tokens_of_run[0]
        run = new("w:r")
        run.extend(map(deepcopy, first.properties))
        if first.element is not None:
            run.append(deepcopy(first.element))
        else:
            text = etree.SubElement(run, _DELETED_TEXT if deleted else TEXT)
            text.text = "".join(token.text for token in tokens_of_run)
            text.set(XML_SPACE, "preserve")
        yield run


def _run_key(token: _Token) -> tuple[list[bytes], etree._Element | None]:
    """Return what is the same for words that can be in one run: their properties, and that they are no element."""
    return [etree.tostring(element) for element in token.properties], token.element
