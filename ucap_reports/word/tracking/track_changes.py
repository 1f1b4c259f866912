"""Two editions of a Word file as one file with tracked changes: their paragraphs and tables, merged."""

import re
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from ucap_reports.text.text_comparison import aligned, similarity
from ucap_reports.word.file.element_names import CELL, PARAGRAPH, ROW, TABLE, qualified
from ucap_reports.word.file.word_xml import read_finished, to_bytes
from ucap_reports.word.file.zip_package import compressed, read_package, write_package
from ucap_reports.word.tracking.tracked_runs import DELETED, INSERTED, TrackedMarks, mark_runs, merge_words, words_of

_BODY_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")


def track_changes(old: bytes, new: bytes, office: str = "") -> bytes:
    """Return the new edition of a Word file, with its differences from the old one as changes tracked by the office.

    Accepting all of them gives the words of the new edition, rejecting all those of the old one. Both files are
    documents that the product has made. The same files give the same bytes.
    """
    before, package, marks = read_package(old), read_package(new), TrackedMarks(office)
    for name in sorted(package):
        if _BODY_PARTS.fullmatch(name) and name in before and before[name] != package[name]:
            roots = read_finished(before[name]), read_finished(package[name])
            first, second = (next(root.iter(qualified("w:body")), root) for root in roots)
            merge_blocks(first, second, marks)
            package[name] = to_bytes(roots[1])
    return write_package(compressed(name, content) for name, content in package.items())


_BLOCKS = (PARAGRAPH, TABLE)
_Pair = tuple[Any, Any]
"""An element of the old edition and one of the new, None for one that the edition does not have."""
_Merge = Callable[[Any, Any, TrackedMarks], None]


def merge_blocks(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    """Change the new edition of a body or cell, so that it has the blocks of the old one as well, deleted."""
    before, now = ([child for child in each if child.tag in _BLOCKS] for each in (old, after))
    _mark_ends(_merge_pairs(after, _pairs(before, now), _merge_block, marks), marks)


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


def block_text(block: etree._Element) -> str:
    """The words of a paragraph or of a table."""
    return "\n".join(words_of(each) for each in block.iter(PARAGRAPH))


def _pairs(old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[_Pair]:
    """The blocks in pairs. If neither of the last paragraphs has a partner, they are a pair: no cell is without one."""
    found: list[_Pair] = list(aligned(old, new, _block_key, _closeness))
    if old and new and old[-1].tag == new[-1].tag == PARAGRAPH:
        alone = [(old[-1], None), (None, new[-1])]
        if all(each in found for each in alone):
            return [*(each for each in found if each not in alone), (old[-1], new[-1])]
    return found


def _block_key(block: etree._Element) -> tuple[str, str]:
    return str(block.tag), block_text(block)


def _closeness(old: etree._Element, new: etree._Element) -> float:
    if old.tag != new.tag:
        return 0.0
    return 1.0 if old.tag == TABLE else similarity(block_text(old), block_text(new))


def _merge_block(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    if after.tag == PARAGRAPH:
        if words_of(old) != words_of(after):
            merge_words(old, after, marks)
    elif block_text(old) != block_text(after) or _widths(old) != _widths(after):
        _merge_pairs(after, aligned(old.findall(ROW), after.findall(ROW), _row_key, _row_closeness), _merge_row, marks)


def _widths(table: etree._Element) -> list[int]:
    return [len(row.findall(CELL)) for row in table.findall(ROW)]


def _merge_row(old: etree._Element, after: etree._Element, marks: TrackedMarks) -> None:
    for cell, other in zip(old.findall(CELL), after.findall(CELL), strict=True):
        merge_blocks(cell, other, marks)


def _row_key(row: etree._Element) -> tuple[int, str]:
    return len(row.findall(CELL)), block_text(row)


def _row_closeness(old: etree._Element, new: etree._Element) -> float:
    """Rows with the same label are one; those with other numbers of cells are never one."""
    cells, others = old.findall(CELL), new.findall(CELL)
    if len(cells) != len(others) or not cells:
        return 0.0
    return 1.0 if block_text(cells[0]) == block_text(others[0]) else similarity(block_text(old), block_text(new))


def _with_all_marked(block: etree._Element, name: str, marks: TrackedMarks) -> etree._Element:
    """A block or row with all its words and rows inserted or deleted."""
    for row in block.iter(ROW):
        marks.row(row, name)
    for paragraph in block.iter(PARAGRAPH):
        mark_runs(paragraph, name, marks)
    return block


def _put_after(parent: etree._Element, place: etree._Element | None, element: etree._Element) -> None:
    """Insert an element after another one, or before the first block or row."""
    first = next((child for child in parent if child.tag in (*_BLOCKS, ROW)), None)
    if place is not None:
        place.addnext(element)
    elif first is not None:
        first.addprevious(element)
    else:
        parent.append(element)


def _mark_ends(blocks: Sequence[tuple[str, etree._Element]], marks: TrackedMarks) -> None:
    """Mark the ends of inserted and deleted paragraphs.

    After the last paragraph that both editions have, the end of the one before is marked: the last end of a cell can be
    neither deleted nor rejected.
    """
    names = [name if block.tag == PARAGRAPH else "" for name, block in blocks]
    kept = max((place for place, name in enumerate(names) if not name), default=-1)
    trailing = range(kept, len(names)) if 0 <= kept < len(names) - 1 and blocks[kept][1].tag == PARAGRAPH else range(0)
    for place in trailing[:-1]:
        names[place] = names[place + 1]
    if trailing:
        names[-1] = ""
    for name, (_, block) in zip(names, blocks, strict=True):
        if name and block.tag == PARAGRAPH:
            marks.end_of(block, name)
