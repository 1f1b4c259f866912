"""Tags put where they work: in place of the row, the cell or the paragraph that they take with them.

A paragraph that holds nothing but statements goes with them, whether they have the prefix `p` or not.
"""

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Problem
from ucap_reports.word.compile.docxtpl_tags import Scope, WordTagKind
from ucap_reports.word.compile.statement_blocks import Block
from ucap_reports.word.compile.tag_marks import PARAGRAPH, RUN, TEXT, TagMark
from ucap_reports.word.file.word_xml import children_xml, qualified

NAMES = {
    qualified("w:p"): ("paragraph", Scope.PARAGRAPH),
    qualified("w:tc"): ("table cell", Scope.CELL),
    qualified("w:tr"): ("table row", Scope.ROW),
}
TAKEN = {scope: tag for tag, (_, scope) in NAMES.items()}
_PROPERTIES, _RUN_PROPERTIES = qualified("w:pPr"), qualified("w:rPr")
_VISIBLE = tuple(qualified(f"w:{name}") for name in ("drawing", "pict", "object", "sym", "footnoteReference"))


class Whole(Struct, frozen=True):
    """A paragraph that is nothing but one value, which makes paragraphs of its own with these properties.

    `kept` where an empty value leaves an empty paragraph, as any other paragraph with nothing in it stays.
    """

    paragraph_properties: Mapping[str, str]
    kept: bool


class _TagTarget(Struct, frozen=True, eq=False):
    """An element, and the marks that take it with them."""

    element: etree._Element
    marks: list[TagMark]


def join_paragraphs(marks: Iterable[TagMark]) -> None:
    """Join the paragraphs that `{%-` and `-%}` at their ends ask to be one with the one before or after."""
    for mark in marks:
        paragraph = mark.node.getparent()
        if paragraph is None or paragraph.tag != PARAGRAPH or mark.tag.scope is not Scope.TEXT:
            continue
        before, after = paragraph.getprevious(), paragraph.getnext()
        if mark.tag.joins_after and mark.node.getnext() is None and after is not None and after.tag == PARAGRAPH:
            _move_content(after, paragraph)
        first = all(each.tag == _PROPERTIES for each in mark.node.itersiblings(preceding=True))
        if mark.tag.joins_before and first and before is not None and before.tag == PARAGRAPH:
            _move_content(paragraph, before)


def place_tags(marks: Sequence[TagMark], blocks: Sequence[Block], problems: list[Problem]) -> dict[TagMark, Whole]:
    """Put every mark where it works in the tree, and return the values that are whole paragraphs.

    What stands outside all that it wants to take, or would take something else with it, goes to `problems`.
    """
    by_node = {mark.node: mark for mark in marks}
    whole: dict[TagMark, Whole] = {}
    for target in _targets(marks, blocks, by_node, problems):
        lost = _swallowed(target, by_node)
        if lost:
            problems.append(_swallows(target, lost))
            continue
        properties = children_xml(target.element.find(_PROPERTIES))
        for mark in target.marks:
            target.element.addprevious(mark.node)
            if mark.tag.kind is WordTagKind.PRINT:
                whole[mark] = Whole(properties, kept=mark.tag.scope is Scope.TEXT)
        _take_away(target.element)
    return whole


def _targets(
    marks: Sequence[TagMark],
    blocks: Sequence[Block],
    by_node: Mapping[etree._Element, TagMark],
    problems: list[Problem],
) -> list[_TagTarget]:
    """What the marks take with them, each once, in document order."""
    bare = _bare_paragraphs(marks, blocks, by_node)
    targets: dict[etree._Element, _TagTarget] = {}
    for mark in marks:
        element: etree._Element | None
        match mark.tag.scope:
            case Scope.TEXT:
                paragraph = next(mark.node.iterancestors(PARAGRAPH))
                element = paragraph if paragraph in bare or _is_alone(mark, paragraph, by_node) else None
            case Scope.RUN:
                element = None
            case Scope.PARAGRAPH | Scope.CELL | Scope.ROW as scope:
                element = next(mark.node.iterancestors(TAKEN[scope]), None)
                if element is None or (mark.tag.kind is WordTagKind.PRINT and scope is not Scope.PARAGRAPH):
                    problems.append(_misplaced(mark))
                    element = None
        if element is not None:
            targets.setdefault(element, _TagTarget(element, [])).marks.append(mark)
    return list(targets.values())


def _bare_paragraphs(
    marks: Sequence[TagMark],
    blocks: Sequence[Block],
    by_node: Mapping[etree._Element, TagMark],
) -> set[etree._Element]:
    """The paragraphs of nothing but statements and comments whose blocks stand wholly in such paragraphs."""
    places = {mark: next(mark.node.iterancestors(PARAGRAPH)) for mark in marks}
    bare: set[etree._Element] = set()
    for paragraph in dict.fromkeys(places.values()):
        held = _only_marks(paragraph, by_node)
        if held and all(_may_go(mark) for mark in held):
            bare.add(paragraph)
    while True:
        torn = {
            places[mark]
            for block in blocks
            if any(mark.tag.scope in (Scope.TEXT, Scope.RUN) and places[mark] not in bare for mark in block)
            for mark in block
        }
        if not torn & bare:
            return bare
        bare -= torn


def _may_go(mark: TagMark) -> bool:
    return mark.tag.kind is not WordTagKind.PRINT and mark.tag.scope is Scope.TEXT


def _is_alone(mark: TagMark, paragraph: etree._Element, by_node: Mapping[etree._Element, TagMark]) -> bool:
    """Whether its paragraph is nothing but this value, in the body of a text or of a table cell."""
    holds_section = paragraph.find(f"{_PROPERTIES}/{qualified('w:sectPr')}") is not None
    return mark.tag.kind is WordTagKind.PRINT and not holds_section and _only_marks(paragraph, by_node) == [mark]


def _only_marks(paragraph: etree._Element, by_node: Mapping[etree._Element, TagMark]) -> list[TagMark]:
    """The marks of a paragraph that holds nothing else; none where it holds anything else."""
    held: list[TagMark] = []
    for child in paragraph:
        if child in by_node:
            held.append(by_node[child])
        elif child.tag != _PROPERTIES and not _is_blank_run(child):
            return []
    return held


def _is_blank_run(element: etree._Element) -> bool:
    return element.tag == RUN and all(
        child.tag == _RUN_PROPERTIES or (child.tag == TEXT and not (child.text or "").strip()) for child in element
    )


def _swallowed(target: _TagTarget, by_node: Mapping[etree._Element, TagMark]) -> str:
    """What else the target holds and would be lost with it, as text."""
    lost: list[str] = []
    for element in target.element.iter():
        if element in by_node:
            mark = by_node[element]
            lost += [] if mark in target.marks else [mark.tag.written]
        elif element.tag == TEXT:
            lost.append((element.text or "").strip())
        elif element.tag in _VISIBLE:
            lost.append("a picture" if element.tag != qualified("w:footnoteReference") else "a footnote")
    return " ".join(text for text in lost if text)


def _swallows(target: _TagTarget, lost: str) -> Problem:
    mark = target.marks[0]
    name, _ = NAMES[str(target.element.tag)]
    message = f'"{mark.tag.written}" takes its {name} with it, and there "{lost}" would be lost'
    return Problem.error("tag-swallows", message, f"put the tag in a {name} of its own", mark.location)


def _misplaced(mark: TagMark) -> Problem:
    written, scope = mark.tag.written, mark.tag.scope
    if mark.tag.kind is WordTagKind.PRINT:
        message, hint = f'a value cannot stand for a whole row or cell in "{written}"', "use p, r or no prefix"
    else:
        name = NAMES[TAKEN[scope]][0]
        message, hint = f'"{written}" stands in no {name}', "move it into the table, or use the prefix p"
    return Problem.error("tag-misplaced", message, hint, mark.location)


def _move_content(source: etree._Element, target: etree._Element) -> None:
    """All but the properties of a paragraph moved to the end of another, which stays alone."""
    target.extend([child for child in source if child.tag != _PROPERTIES])
    _remove(source)


def _take_away(element: etree._Element) -> None:
    """Remove a target; a paragraph that ends a section stays for the sake of the section, with nothing in it."""
    if element.tag == PARAGRAPH and element.find(f"{_PROPERTIES}/{qualified('w:sectPr')}") is not None:
        for child in list(element):
            if child.tag != _PROPERTIES:
                element.remove(child)
    else:
        _remove(element)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
