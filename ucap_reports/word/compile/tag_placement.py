"""Tag placement: tags replace the row, the cell or the paragraph that their prefix names.

A paragraph that contains only statements is replaced too, with or without the prefix `p`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.word_tags import Block, Scope, Snippet, TagMark, WordTag, WordTagKind, snippet
from ucap_reports.word.file.word_styles import Gaps
from ucap_reports.word.file.word_xml import (
    BOOKMARKS,
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    RUN,
    RUN_FORMAT,
    TEXT,
    bare,
    children_xml,
    properties_xml,
    qualified,
    remove,
    to_text,
    value_at,
)
from ucap_reports.word.render import table_grid
from ucap_reports.word.render.rich_text_and_lists import ValuePlace

_NAMES = {Scope.PARAGRAPH: "paragraph", Scope.CELL: "table cell", Scope.ROW: "table row"}
"""The names in messages of the elements that tags replace."""
_SECTION = f"{PARAGRAPH_FORMAT}/{qualified('w:sectPr')}"
Marks = Mapping[Any, TagMark]
"""The marks of a part by their nodes; lxml has no public name for their class."""
_FOOTNOTE = qualified("w:footnoteReference")
_VISIBLE = (_FOOTNOTE, *(qualified(f"w:{name}") for name in ("drawing", "pict", "object", "sym")))


def join_paragraphs(marks: Iterable[TagMark]) -> None:
    """Join the paragraphs at whose ends `{%-` and `-%}` are with the paragraph before or after them."""
    for mark in marks:
        paragraph = mark.element.getparent()
        if paragraph is None or paragraph.tag != PARAGRAPH or mark.tag.scope is not Scope.TEXT:
            continue
        before, after = paragraph.getprevious(), paragraph.getnext()
        is_last = mark.element.getnext() is None
        if mark.tag.joins_after and is_last and after is not None and after.tag == PARAGRAPH:
            _move_content(after, paragraph)
        is_first = all(sibling.tag == PARAGRAPH_FORMAT for sibling in mark.element.itersiblings(preceding=True))
        if mark.tag.joins_before and is_first and before is not None and before.tag == PARAGRAPH:
            _move_content(paragraph, before)


def place_tags(
    marks: Sequence[TagMark], blocks: Sequence[Block], gaps_in: Callable[[str | None], Gaps], problems: list[Problem]
) -> dict[TagMark, ValuePlace]:
    """Put every mark in the place of the element that it replaces, and return the places of the values that are whole
    paragraphs; `gaps_in` returns the spaces in a paragraph of the style with an identifier.

    Tags outside of their element, and those that would remove other content, go to `problems`.
    """
    by_node = {mark.element: mark for mark in marks}
    value_places: dict[TagMark, ValuePlace] = {}
    for element, replacing in _replaced(by_node, blocks, problems).items():
        lost = _other_content(element, replacing, by_node)
        if lost:
            scope = Scope(etree.QName(element).localname)  # the prefix of a tag is the name of its element
            name = _NAMES[scope]
            tag = replacing[0].tag.written
            problems.append(problem("tag-swallows", replacing[0].location, tag=tag, element=name, lost=lost))
            continue
        properties = children_xml(element.find(PARAGRAPH_FORMAT))
        gaps = gaps_in(value_at(element, "w:pPr/w:pStyle"))
        for mark in replacing:
            if mark.tag.kind is WordTagKind.PRINT:
                is_text = mark.tag.scope is Scope.TEXT
                before = _spaces_before(mark) if is_text else ""
                value_places[mark] = ValuePlace(mark.run_properties, properties, gaps, is_text, before)
        # Only the tags and the bookmarks stay, where the element was.
        nodes = {mark.element for mark in replacing}
        for node in list(element.iter(etree.ProcessingInstruction, *BOOKMARKS)):
            if node in nodes or node.tag in BOOKMARKS:
                element.addprevious(node)
        if element.tag == PARAGRAPH and _ends_section(element):  # the section needs its last paragraph
            for child in [node for node in element if node.tag != PARAGRAPH_FORMAT]:
                element.remove(child)
        else:
            remove(element)
    return value_places


def _replaced(marks: Marks, blocks: Sequence[Block], problems: list[Problem]) -> dict[etree._Element, list[TagMark]]:
    """Return the elements that are replaced, in document order, with the marks that replace them."""
    bare_paragraphs = _bare_paragraphs(marks, blocks)
    replaced: dict[etree._Element, list[TagMark]] = {}
    for mark in marks.values():
        scope = mark.tag.scope
        if scope is Scope.RUN:
            continue
        if scope is Scope.TEXT:
            paragraph = next(mark.element.iterancestors(PARAGRAPH))
            if paragraph in bare_paragraphs or is_whole_paragraph(mark, paragraph, marks):
                replaced.setdefault(paragraph, []).append(mark)
            continue
        if mark.tag.kind is WordTagKind.PRINT and scope in (Scope.CELL, Scope.ROW):
            problems.append(problem("tag-misplaced", mark.location, form="value", tag=mark.tag.written))
            continue
        element = next(mark.element.iterancestors(qualified(f"w:{scope}")), None)
        if element is None:
            problems.append(problem("tag-misplaced", mark.location, tag=mark.tag.written, element=_NAMES[scope]))
        else:
            replaced.setdefault(element, []).append(mark)
    return replaced


def is_whole_paragraph(mark: TagMark, paragraph: etree._Element, marks: Marks) -> bool:
    """Return whether a paragraph is the value of a tag alone, which is then printed as paragraphs of its own."""
    if mark.tag.scope is not Scope.TEXT or mark.tag.kind is not WordTagKind.PRINT or _ends_section(paragraph):
        return False
    return _only_marks(paragraph, marks) == [mark]


def _bare_paragraphs(marks: Marks, blocks: Sequence[Block]) -> set[etree._Element]:
    """Return the paragraphs of statements and comments whose blocks are completely in such paragraphs."""
    paragraphs = {mark: next(mark.element.iterancestors(PARAGRAPH)) for mark in marks.values()}
    bare_paragraphs: set[etree._Element] = set()
    for paragraph in dict.fromkeys(paragraphs.values()):
        own_marks = _only_marks(paragraph, marks)
        if own_marks and all(_prints_nothing(mark.tag) for mark in own_marks):
            bare_paragraphs.add(paragraph)
    # A block that has a statement among words keeps the paragraphs of its other statements. Another block may have a
    # statement in one of these paragraphs, so that it keeps its own as well: repeat until no paragraph is added.
    while True:
        kept: set[etree._Element] = set()
        for block in blocks:
            in_line = [mark for mark in block if mark.tag.scope in (Scope.TEXT, Scope.RUN)]
            if any(paragraphs[mark] not in bare_paragraphs for mark in in_line):
                kept.update(paragraphs[mark] for mark in block)
        if bare_paragraphs.isdisjoint(kept):
            return bare_paragraphs
        bare_paragraphs -= kept


def _prints_nothing(tag: WordTag) -> bool:
    """Return whether a tag is a statement or a comment without a prefix."""
    return tag.kind is not WordTagKind.PRINT and tag.scope is Scope.TEXT


def _ends_section(paragraph: etree._Element) -> bool:
    return paragraph.find(_SECTION) is not None


def _only_marks(paragraph: etree._Element, marks: Marks) -> list[TagMark]:
    """Return the marks of a paragraph that contains only marks, spaces and bookmarks; none for other paragraphs."""
    own_marks: list[TagMark] = []
    for child in paragraph:
        if child in marks:
            own_marks.append(marks[child])
        elif child.tag not in (PARAGRAPH_FORMAT, *BOOKMARKS) and not _is_blank_run(child):
            return []
    return own_marks


def _is_blank_run(element: etree._Element) -> bool:
    return element.tag == RUN and all(
        child.tag == RUN_FORMAT or (child.tag == TEXT and not (child.text or "").strip()) for child in element
    )


def _spaces_before(mark: TagMark) -> str:
    """Return the XML of the runs before a value that is alone in its paragraph: they have only spaces."""
    spaces = ""
    for run in mark.element.itersiblings(RUN, preceding=True):  # the nearest first
        if any(child.text for child in run):
            spaces = bare(to_text(run)) + spaces
    return spaces


def _other_content(replaced: etree._Element, replacing: Sequence[TagMark], marks: Marks) -> str:
    """Return the content of an element that would be lost with it, as text."""
    lost: list[str] = []
    for element in replaced.iter():
        if element in marks:
            mark = marks[element]
            if mark not in replacing:
                lost.append(mark.tag.written)
        elif element.tag == TEXT:
            lost.append((element.text or "").strip())
        elif element.tag in _VISIBLE:
            lost.append("a footnote" if element.tag == _FOOTNOTE else "a picture")
    return " ".join(text for text in lost if text)


def _move_content(source: etree._Element, target: etree._Element) -> None:
    """Move the content of a paragraph to the end of another one, and remove the paragraph."""
    target.extend([child for child in source if child.tag != PARAGRAPH_FORMAT])
    remove(source)


# Containers that must not be left without a paragraph
_CONTROL_CONTENT = qualified("w:sdtContent")
_CONTAINERS = (
    _CONTROL_CONTENT,
    *(qualified(f"w:{name}") for name in ("tc", "hdr", "ftr", "footnote", "endnote", "txbxContent")),
)
"""Elements that must end with a paragraph, among them content controls around paragraphs."""


def close_containers(
    root: etree._Element, value_places: Mapping[TagMark, ValuePlace], emptied: Mapping[etree._Element, str]
) -> Iterator[Snippet]:
    """Yield marks at the ends of cells and other containers that could be left without a paragraph.

    The added paragraph has the properties of one that may disappear (`emptied`, by container, as XML), or of the last
    value in the container that is a whole paragraph (`value_places`).
    """
    by_node = {mark.element: place.paragraph or {} for mark, place in value_places.items()}
    for container in list(root.iter(*_CONTAINERS)):
        nodes = list(container.iterchildren(etree.ProcessingInstruction))
        if nodes and not _is_in_line(container):
            properties = emptied.get(container, "")
            values = [by_node[node] for node in nodes if node in by_node]
            if not properties and values:
                properties = properties_xml("w:pPr", values[-1])
            paragraph = f"<w:p>{properties}</w:p>" if properties else "<w:p/>"
            # Bookmarks may be after the last paragraph.
            last = next(child for child in reversed(container) if child.tag not in BOOKMARKS)
            yield snippet(last.addnext, table_grid.grid_mark(table_grid.PARAGRAPH_MARK, paragraph))


def _is_in_line(container: etree._Element) -> bool:
    """Return whether a container is a content control around a part of a line."""
    if container.tag != _CONTROL_CONTENT:
        return False
    for around in container.iterancestors(PARAGRAPH, *_CONTAINERS):
        if around.tag != _CONTROL_CONTENT:
            return around.tag == PARAGRAPH
    return False
