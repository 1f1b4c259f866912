"""Tag placement: tags replace the row, the cell or the paragraph that their prefix names.

A paragraph that contains only statements is replaced too, with or without the prefix `p`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lxml import etree

from ucap_reports.problems import Problem, problem
from ucap_reports.word.compile.tag_lexer import Scope, WordTag, WordTagKind
from ucap_reports.word.compile.tag_marks import Block, TagMark
from ucap_reports.word.file.word_xml import (
    PARAGRAPH,
    PARAGRAPH_FORMAT,
    RUN,
    RUN_FORMAT,
    TEXT,
    bare,
    children_xml,
    qualified,
    remove,
    to_text,
    value_at,
)
from ucap_reports.word.render.rich_text_runs import Gaps, ValuePlace

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
        if mark.tag.joins_after and mark.element.getnext() is None and after is not None and after.tag == PARAGRAPH:
            _move_content(after, paragraph)
        first = all(itersibling.tag == PARAGRAPH_FORMAT for itersibling in mark.element.itersiblings(preceding=True))
        if mark.tag.joins_before and first and before is not None and before.tag == PARAGRAPH:
            _move_content(paragraph, before)


def place_tags(
    marks: Sequence[TagMark], blocks: Sequence[Block], gaps_in: Callable[[str | None], Gaps], problems: list[Problem]
) -> dict[TagMark, ValuePlace]:
    """Put every mark in the place of the element that it replaces, and return the places of the values that are whole
    paragraphs; `gaps_in` returns the spaces in a paragraph of the style with an identifier.

    Tags outside of their element, and those that would remove other content, go to `problems`.
    """
    by_node = {mark.element: mark for mark in marks}
    whole: dict[TagMark, ValuePlace] = {}
    for element, replacing in _replaced(by_node, blocks, problems).items():
        lost = _other_content(element, replacing, by_node)
        if lost:
            name, tag = _NAMES[Scope(etree.QName(element).localname)], replacing[0].tag.written
            problems.append(problem("tag-swallows", replacing[0].location, tag=tag, element=name, lost=lost))
            continue
        properties, gaps = children_xml(element.find(PARAGRAPH_FORMAT)), gaps_in(value_at(element, "w:pPr/w:pStyle"))
        for mark in replacing:
            if mark.tag.kind is WordTagKind.PRINT:
                is_text = mark.tag.scope is Scope.TEXT
                before = _spaces_before(mark) if is_text else ""
                whole[mark] = ValuePlace(mark.run_properties, properties, gaps, is_text, before)
            element.addprevious(mark.element)
        if element.tag == PARAGRAPH and _ends_section(element):  # the section needs its last paragraph
            for child in [node for node in element if node.tag != PARAGRAPH_FORMAT]:
                element.remove(child)
        else:
            remove(element)
    return whole


def _replaced(marks: Marks, blocks: Sequence[Block], problems: list[Problem]) -> dict[etree._Element, list[TagMark]]:
    """Return the elements that are replaced, in document order, with the marks that replace them."""
    bare_paragraphs = _bare_paragraphs(marks, blocks)
    replaced: dict[etree._Element, list[TagMark]] = {}
    for mark in marks.values():
        scope, element = mark.tag.scope, None
        if scope is Scope.TEXT:
            paragraph = next(mark.element.iterancestors(PARAGRAPH))
            is_value = mark.tag.kind is WordTagKind.PRINT and not _ends_section(paragraph)
            if paragraph in bare_paragraphs or (is_value and _only_marks(paragraph, marks) == [mark]):
                element = paragraph
        elif scope is not Scope.RUN:
            element = next(mark.element.iterancestors(qualified(f"w:{scope}")), None)
            if mark.tag.kind is WordTagKind.PRINT and scope is not Scope.PARAGRAPH:
                problems.append(problem("tag-misplaced", mark.location, form="value", tag=mark.tag.written))
                continue
            if element is None:
                problems.append(problem("tag-misplaced", mark.location, tag=mark.tag.written, element=_NAMES[scope]))
        if element is not None:
            replaced.setdefault(element, []).append(mark)
    return replaced


def _bare_paragraphs(marks: Marks, blocks: Sequence[Block]) -> set[etree._Element]:
    """Return the paragraphs of statements and comments whose blocks are completely in such paragraphs."""
    paragraphs = {mark: next(mark.element.iterancestors(PARAGRAPH)) for mark in marks.values()}
    bare: set[etree._Element] = set()
    for paragraph in dict.fromkeys(paragraphs.values()):
        own_marks = _only_marks(paragraph, marks)
        if own_marks and all(_prints_nothing(mark.tag) for mark in own_marks):
            bare.add(paragraph)
    # A block that has a statement among words keeps the paragraphs of its others, and so do the blocks in these.
    while True:
        kept: set[etree._Element] = set()
        for block in blocks:
            is_in_words = [mark.tag.scope in (Scope.TEXT, Scope.RUN) and paragraphs[mark] not in bare for mark in block]
            if any(is_in_words):
                kept.update(paragraphs[mark] for mark in block)
        if bare.isdisjoint(kept):
            return bare
        bare -= kept


def _prints_nothing(tag: WordTag) -> bool:
    """Return whether a tag is a statement or a comment without a prefix."""
    return tag.kind is not WordTagKind.PRINT and tag.scope is Scope.TEXT


def _ends_section(paragraph: etree._Element) -> bool:
    return paragraph.find(_SECTION) is not None


def _only_marks(paragraph: etree._Element, marks: Marks) -> list[TagMark]:
    """Return the marks of a paragraph that contains only marks and spaces; none for other paragraphs."""
    own_marks: list[TagMark] = []
    for child in paragraph:
        if child in marks:
            own_marks.append(marks[child])
        elif child.tag != PARAGRAPH_FORMAT and not _is_blank_run(child):
            return []
    return own_marks


def _is_blank_run(element: etree._Element) -> bool:
    return element.tag == RUN and all(
        child.tag == RUN_FORMAT or (child.tag == TEXT and not (child.text or "").strip()) for child in element
    )


def _spaces_before(mark: TagMark) -> str:
    """Return the runs of spaces before a value."""
    runs = [
        itersibling
        for itersibling in mark.element.itersiblings(RUN, preceding=True)
        if any(child.text for child in itersibling)
    ]
    return "".join(bare(to_text(run)) for run in reversed(runs))


def _other_content(replaced: etree._Element, replacing: Sequence[TagMark], marks: Marks) -> str:
    """Return the content of an element that would be lost with it, as text."""
    lost: list[str] = []
    for element in replaced.iter():
        if element in marks:
            lost += [] if marks[element] in replacing else [marks[element].tag.written]
        elif element.tag == TEXT:
            lost.append((element.text or "").strip())
        elif element.tag in _VISIBLE:
            lost.append("a footnote" if element.tag == _FOOTNOTE else "a picture")
    return " ".join(text for text in lost if text)


def _move_content(source: etree._Element, target: etree._Element) -> None:
    """Move the content of a paragraph to the end of another one, and remove the paragraph."""
    target.extend([child for child in source if child.tag != PARAGRAPH_FORMAT])
    remove(source)
