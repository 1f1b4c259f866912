"""What is removed from a Word template when it is opened: hidden text, tracked changes, and traces of editing.

Changes are accepted. Finished documents must not contain hidden text, but tags in it work. Documents that come back are
read without deleted text, too (`accept_revisions`, `remove_deleted`).
"""

from collections.abc import Iterator

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.word_tags import WordTagKind, cut_out, find_word_tags, pieces_of, run_of
from ucap_reports.word.file.allowed_content import allowlist
from ucap_reports.word.file.word_styles import StyleSheet
from ucap_reports.word.file.word_xml import (
    BOOKMARKS,
    CELL,
    NAMESPACES,
    OFF,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    ROW,
    RUN,
    RUN_FORMAT,
    TABLE,
    TEXT,
    VALUE,
    WORD,
    WORD_2010,
    WORD_2012,
    ElementLocator,
    qualified,
    remove,
    value_at,
)

_INSERTED = tuple(qualified(f"w:{name}") for name in ("ins", "moveTo"))
_DELETED = tuple(qualified(f"w:{name}") for name in ("del", "moveFrom"))
_RANGES = ("bookmark", "commentRange", "moveFromRange", "moveToRange", "perm")
_RANGE_ENDS = (
    *[qualified(f"w:{name}Start") for name in _RANGES],
    *[qualified(f"w:{name}End") for name in _RANGES],
)
"""Elements that can be between paragraphs, and are no text."""
_LAST_EDITED = "_GoBack"
"""The bookmark that Word sets at the last change, often in the middle of a tag."""
_UNWRAPPED = (*_INSERTED, *(qualified(f"w:{name}") for name in ("smartTag", "customXml")))
"""Elements that are replaced by their children."""


def remove_hidden_text(root: etree._Element, sheet: StyleSheet, locator: ElementLocator) -> Iterator[Problem]:
    """Remove the hidden runs of a part, except for statements and comments in them. Yields warnings."""
    styles = {name for name in sheet.styles if sheet.value(name, "w:rPr/w:vanish") not in (None, *OFF)}
    paragraphs = {paragraph for paragraph in root.iter(PARAGRAPH) if value_at(paragraph, "w:pPr/w:pStyle") in styles}
    affected: dict[etree._Element, None] = {}
    """The paragraphs with hidden runs, in order."""
    for run in root.iter(RUN):
        holder = _hidden_in(run, styles, paragraphs)
        if holder is not None:
            affected[holder] = None
    locator.of(root)  # counts now, before paragraphs of text boxes are removed
    for paragraph in affected:
        kept = _tag_runs(paragraph)
        removed = []
        for run in paragraph.iter(RUN):
            if run not in kept and _hidden_in(run, styles, paragraphs) is paragraph:
                removed.append(run)
        for run in removed:
            remove(run)
        if any(map(_is_visible, removed)):
            yield problem("content-left-out", locator.location(paragraph), content="hidden text")


def _hidden_in(run: etree._Element, styles: set[str], paragraphs: set[etree._Element]) -> etree._Element | None:
    """Return the paragraph of a run with the property `vanish` of its own, or from a style of its own or of its
    paragraph; None for one that is not hidden.
    """
    paragraph = next(run.iterancestors(PARAGRAPH), None)
    own = run.find("w:rPr/w:vanish", NAMESPACES)
    if own is not None:
        is_hidden = own.get(VALUE) not in OFF
    else:
        is_hidden = value_at(run, "w:rPr/w:rStyle") in styles or paragraph in paragraphs
    return paragraph if is_hidden else None


def _tag_runs(paragraph: etree._Element) -> set[etree._Element]:
    """Return the runs of the statements and comments in a paragraph, which have nothing else afterwards."""
    pieces = pieces_of(paragraph)
    tags = find_word_tags("".join(piece.text for piece in pieces)).complete
    runs: set[etree._Element] = set()
    for tag in reversed(tags):
        if tag.kind is not WordTagKind.PRINT:
            runs.update(map(run_of, cut_out(pieces, tag.start, tag.end)))
    return runs


def _is_visible(run: etree._Element) -> bool:
    """Return whether the content of a run would be visible if it were not hidden."""
    for child in run:
        is_blank = child.tag == TEXT and not (child.text or "").strip()
        if child.tag != RUN_FORMAT and not is_blank:
            return True
    return False


def remove_last_edited(root: etree._Element) -> None:
    """Remove the bookmark at the last change."""
    start, end = BOOKMARKS
    for bookmark in list(root.iter(start)):
        if bookmark.get(qualified("w:name")) == _LAST_EDITED:
            number = bookmark.get(qualified("w:id"))
            for mark in list(root.iter(start, end)):  # its end, and the bookmark itself
                if mark.get(qualified("w:id")) == number:
                    remove(mark)


def unwrap_rows_and_cells(root: etree._Element) -> None:
    """Replace content controls around rows and cells by what is in them, so that a table has only rows of cells."""
    for control in list(root.iter(qualified("w:sdt"))):
        parent = control.getparent()
        content = control.find(qualified("w:sdtContent"))
        if parent is None or parent.tag not in (TABLE, ROW):
            continue
        if content is not None:
            for element in list(content):
                control.addprevious(element)
        remove(control)


def accept_revisions(root: etree._Element) -> bool:
    """Accept the tracked changes of a part, and remove revision identifiers and spelling marks.

    Returns whether there were tracked changes.
    """
    changed = [qualified(f"w:{name}") for name in allowlist().changes]
    editing = [qualified(f"w:{name}") for name in allowlist().editing]
    is_tracked = next(root.iter(*_INSERTED, *_DELETED, *changed), None) is not None
    etree.strip_elements(root, *editing)
    remove_deleted(root)
    etree.strip_elements(root, *_DELETED, *changed, f"{{{WORD_2012}}}dataBinding")
    etree.strip_tags(root, *_UNWRAPPED)
    for element in root.iter(etree.Element):
        for name in list(element.attrib):
            if _is_of_editing(str(name)):
                del element.attrib[name]
    return is_tracked


def remove_deleted(root: etree._Element) -> None:
    """Remove deleted rows and cells, with the tables and rows of which nothing is left, and join paragraphs whose end
    is deleted with the next ones. Deleted text stays.
    """
    for properties in list(root.iter(qualified("w:trPr"), qualified("w:tcPr"))):
        mark = "w:del" if properties.tag == qualified("w:trPr") else "w:cellDel"
        row_or_cell = properties.getparent()
        if row_or_cell is None or properties.find(qualified(mark)) is None:
            continue
        parent = row_or_cell.getparent()
        table = next(row_or_cell.iterancestors(TABLE), None)
        remove(row_or_cell)
        if parent is not None and parent.tag == ROW and next(parent.iter(CELL), None) is None:
            remove(parent)
        if table is not None and next(table.iter(ROW), None) is None:
            remove(table)
    for deleted in reversed(list(root.iter(*_DELETED))):  # so that the content of each paragraph is moved once
        around = list(deleted.iterancestors(PARAGRAPH_FORMAT, PARAGRAPH))
        if len(around) > 1 and around[0].tag == PARAGRAPH_FORMAT:  # the end of a paragraph is in its properties
            _join_with_next(around[1])


def _join_with_next(paragraph: etree._Element) -> None:
    """Move the content of a paragraph whose end is deleted, and the ends of ranges after it, to the start of the next
    one.
    """
    moved = [child for child in paragraph if child.tag != PARAGRAPH_FORMAT]
    following = paragraph.getnext()
    while following is not None and following.tag in _RANGE_ENDS:
        moved.append(following)
        following = following.getnext()
    if following is not None and following.tag == PARAGRAPH:
        index = 0 if following.find(PARAGRAPH_FORMAT) is None else 1
        for element in reversed(moved):
            following.insert(index, element)
        remove(paragraph)
    elif following is not None and following.tag == TABLE and all(element.tag in _DELETED for element in moved):
        before = paragraph.getprevious()
        if before is None or before.tag != TABLE:  # without the paragraph, the two tables would become one
            remove(paragraph)


def _is_of_editing(name: str) -> bool:
    """Return whether an attribute is a revision identifier, or an identifier of a paragraph, which a loop would
    repeat.
    """
    return name.startswith(f"{{{WORD}}}rsid") or name in (f"{{{WORD_2010}}}paraId", f"{{{WORD_2010}}}textId")
