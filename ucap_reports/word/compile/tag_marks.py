"""Tags taken out of Word's runs: a mark in the tree replaces each of them, however Word has split it into runs.

Statements form blocks, which must begin and end in the same place. Jinja source replaces the marks in the XML of the
tree.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import partial

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.template.jinja.jinja_templates import instead_of
from ucap_reports.template.jinja.sandbox import SourceLocations
from ucap_reports.word.compile.tag_lexer import MOST_TAGS, Scope, Tags, WordTag, WordTagKind, find_word_tags
from ucap_reports.word.file.element_locator import ElementLocator
from ucap_reports.word.file.word_xml import (
    DECLARATION,
    PARAGRAPH,
    RUN,
    RUN_FORMAT,
    TEXT,
    XML_SPACE,
    children_xml,
    insert,
    qualified,
    remove,
    to_text,
)
from ucap_reports.word.render.table_grid import NUMBER, grid_mark

MARK = "ucap"
"""The target of the processing instructions for tags, and for what is known only when a summary is filled in."""
_CHARACTERS = {
    qualified("w:tab"): "\t",
    qualified("w:br"): "\n",
    qualified("w:cr"): "\n",
    qualified("w:noBreakHyphen"): "-",
    qualified("w:softHyphen"): "\u00ad",
}
"""Elements of runs that are characters."""

NUMBERED = "ucap-number"
"""The placeholder for the number of a picture, which a loop may repeat."""
_NODE = re.compile(rf"<\?{MARK} (\d+)\?>")
"""A mark in the XML of a part, with the index of its snippet."""
_BRACE = re.compile(r"\{(?=[{%#]|\Z)")
"""A brace that Jinja would read as the start of a tag; also the last one of a text, since a tag may come after it."""

CLOSING: Mapping[str, str] = {"for": "endfor", "if": "endif", "with": "endwith"}
"""The statements that open a block, with those that close it."""
CONTINUING: Mapping[str, tuple[str, ...]] = {"else": ("if", "for"), "elif": ("if",)}
"""The statements that continue a block, with the blocks that they may continue."""
DIRECTIVES = ("colspan", "cellbg", "hm", "vm")
"""Statements about their table cell: its span, its colour, and whether it is merged with the cells that a loop puts
beside it (`hm`) or below it (`vm`).
"""
ALONE = ("set", *DIRECTIVES)
"""Statements without a block."""
KNOWN = (*CLOSING, *CLOSING.values(), *CONTINUING, *ALONE)


def mark_element(content: str) -> etree._Element:
    """Return the processing instruction of a mark, with that content."""
    return etree.ProcessingInstruction(MARK, content)


class TagMark(Struct, frozen=True, eq=False):
    """A tag in the tree: the `element` that replaces it, and the properties of the run in which it begins."""

    tag: WordTag
    element: etree._Element
    location: Location
    run_properties: Mapping[str, str]

    @property
    def statement(self) -> str:
        """The keyword of a statement; empty for other tags."""
        return self.tag.keyword if self.tag.kind is WordTagKind.STATEMENT else ""

    @property
    def argument(self) -> str:
        """The text after the keyword of a statement."""
        return self.tag.content.removeprefix(self.statement).strip()

    @property
    def locations(self) -> SourceLocations:
        """The tag for problems, without the tree."""
        return SourceLocations.at(self.location, self.tag.written)


Block = tuple[TagMark, ...]
"""The statements of one block in order, from the opening to the closing one."""


class RunText(Struct, frozen=True):
    """An element of a run, and its text from `start` to `end` in the text of the paragraph."""

    element: etree._Element
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.text)


def mark_tags(root: etree._Element, locator: ElementLocator) -> tuple[Sequence[TagMark], Sequence[Problem]]:
    """Replace the tags of a part by marks. Returns these in document order, and errors for incomplete tags, or for too
    many.
    """
    problems: list[Problem] = []
    tags_of_part: list[tuple[WordTag, list[RunText], Location]] = []
    for paragraph in root.iter(PARAGRAPH):
        pieces = pieces_of(paragraph)
        text = "".join(piece.text for piece in pieces)
        tags = find_word_tags(text) if "{" in text or "}" in text else Tags()
        if tags == Tags():
            continue
        location = locator.location(paragraph)
        problems += _incomplete(tags, location)
        for tag in tags.complete:
            tags_of_part.append((tag, pieces, location))
        if len(tags_of_part) + len(problems) > MOST_TAGS:
            return [], [problem("tags-too-many", location, limit=MOST_TAGS)]
    marks = []
    for tag, pieces, location in reversed(tags_of_part):  # the pieces before a tag stay valid when it is cut out
        marks.append(_isolate(tag, pieces, location))
    marks.reverse()
    return marks, problems


def pieces_of(paragraph: etree._Element) -> list[RunText]:
    """Return the text of a paragraph in order, without that of text boxes in it, which have their own paragraphs."""
    pieces: list[RunText] = []
    start = 0
    for element in _own_descendants(paragraph):
        if element.tag == TEXT:
            text = element.text or ""
        else:
            text = _CHARACTERS.get(str(element.tag), "")
        if text:
            pieces.append(RunText(element, text, start))
            start += len(text)
    return pieces


def cut_out(pieces: Sequence[RunText], start: int, end: int) -> list[etree._Element]:
    """Return the elements of the text between two offsets, in runs of their own. The pieces before it stay valid."""
    touched = [piece for piece in pieces if piece.start < end and piece.end > start]
    last = touched[-1]
    length = len(last.element.text or "")
    if last.start + length > end:  # otherwise it ends there, or its rest was cut off already, for a later tag
        cut_run(last, end)
    return [cut_run(touched[0], start), *(piece.element for piece in touched[1:])]


def cut_run(piece: RunText, offset: int) -> etree._Element:
    """Split the run of a piece so that one begins at an offset of the paragraph's text; returns its first element."""
    element = piece.element
    run = run_of(element)
    index = offset - piece.start
    if index:
        text = element.text or ""
        second_part = deepcopy(element)
        set_text(element, text[:index])
        set_text(second_part, text[index:])
        element.addnext(second_part)
        element = second_part
    if any(sibling.tag != RUN_FORMAT for sibling in element.itersiblings(preceding=True)):
        tail = run.makeelement(RUN)
        tail.extend([deepcopy(properties) for properties in run.findall(RUN_FORMAT)])
        tail.extend([element, *element.itersiblings()])
        run.addnext(tail)
    return element


def run_of(element: etree._Element) -> etree._Element:
    """Return the run that contains a piece of text."""
    run = element.getparent()
    if run is None:
        raise AssertionError("text is in a run")
    return run


def set_text(element: etree._Element, text: str) -> None:
    """Set the text of a `w:t`; an element of one character, such as a tab, stays. Without text, remove the element."""
    if not text:
        remove(element)
    elif element.tag == TEXT:
        element.text = text
        element.set(XML_SPACE, "preserve")


class Snippet(Struct, frozen=True, eq=False):
    """The source that replaces `element`, and the mark of its tag, if any.

    Each tag of the source begins its content on a new line, so that a line belongs to one tag at most.
    """

    element: etree._Element
    source: str
    mark: TagMark | None = None


def snippet(put: Callable[[etree._Element], None], source: str, mark: TagMark | None = None) -> Snippet:
    """Return the source at a new mark, which `put` puts into the tree."""
    made = Snippet(mark_element(""), source, mark)
    put(made.element)
    return made


def property_snippet(properties: etree._Element, name: str, source: str, mark: TagMark | None = None) -> Snippet:
    """Return the source at a new mark in the place of the child of `properties` with that name."""
    return snippet(partial(insert, properties, name=name), source, mark)


def part_source(root: etree._Element, snippets: Sequence[Snippet]) -> tuple[str, Sequence[TagMark | None]]:
    """Return the Jinja source of a part, its XML with the snippets in place of nodes, and the tag of each of
    its lines.
    """
    for index, inserted in enumerate(snippets):
        inserted.element.text = str(index)
    for properties in root.iter(qualified("wp:docPr")):
        properties.set("id", NUMBERED)
    written: list[str] = []
    marks_of_lines: list[TagMark | None] = [None]  # of the first line; each line break adds that of the next one
    xml = DECLARATION + to_text(root)
    end = 0
    for node in _NODE.finditer(xml):
        before = literal(xml[end : node.start()])
        inserted = snippets[int(node[1])]
        marks_of_lines += [None] * before.count("\n")
        marks_of_lines += [inserted.mark] * inserted.source.count("\n")
        written += (before, inserted.source)
        end = node.end()
    ending = literal(xml[end:])
    marks_of_lines += [None] * ending.count("\n")
    written.append(ending)
    return "".join(written), marks_of_lines


def literal(xml: str) -> str:
    """Return the XML as plain text in Jinja: braces in it do not begin tags. The placeholder of the numbers of pictures
    becomes the expression that numbers them.
    """
    return _BRACE.sub("{{ '{' }}", xml).replace(f'"{NUMBERED}"', f'"{grid_mark(NUMBER)}"')


def find_blocks(marks: Iterable[TagMark], problems: list[Problem]) -> list[Block]:
    """Return the blocks of a part; statements that are unknown or have no counterpart go to `problems`."""
    blocks: list[Block] = []
    open_blocks: list[list[TagMark]] = []
    for mark in marks:
        word = mark.tag.keyword
        if mark.tag.kind is not WordTagKind.STATEMENT or word in ALONE:
            continue
        if word in CLOSING:
            open_blocks.append([mark])
        elif word in CONTINUING and open_blocks and open_blocks[-1][0].statement in CONTINUING[word]:
            open_blocks[-1].append(mark)
        elif open_blocks and word == CLOSING[open_blocks[-1][0].statement]:
            blocks.append((*open_blocks.pop(), mark))
        else:
            problems.append(_stray(mark))
    for opening, *_ in open_blocks:
        closing = f"{{% {CLOSING[opening.statement]} %}}"
        tag = opening.tag.written
        problems.append(problem("tag-unclosed", opening.location, form="block", tag=tag, closing=closing))
    return blocks


def check_places(blocks: Sequence[Block], problems: list[Problem]) -> None:
    """Report each block whose statements are in different places: what is between them could not be repeated."""
    for opening, *others in blocks:
        for mark in others:
            if not _is_beside(opening.element, mark.element):
                tag = mark.tag.written
                problems.append(
                    problem("tag-misplaced", mark.location, form="block", tag=tag, opening=opening.tag.written)
                )
                break


def _incomplete(tags: Tags, location: Location) -> Iterator[Problem]:
    for written in tags.unclosed:
        closing = next(kind.closing for kind in WordTagKind if written.startswith(kind.value[0]))
        yield problem("tag-unclosed", location, tag=written, opening=written[:2], closing=closing)
    for written in tags.unopened:
        yield problem("tag-unopened", location, tag=written, closing=written[-2:])


def _isolate(tag: WordTag, pieces: list[RunText], location: Location) -> TagMark:
    """Replace a tag by a mark. Call it for the last tag of a paragraph first: the pieces before it stay valid."""
    elements = cut_out(pieces, tag.start, tag.end)
    first = run_of(elements[0])
    properties = children_xml(first.find(RUN_FORMAT))
    mark = mark_element("")
    first.addprevious(mark)
    for element in elements:
        run = run_of(element)
        run.remove(element)
        if all(child.tag == RUN_FORMAT for child in run):
            remove(run)
    return TagMark(tag, mark, location, properties)


def _own_descendants(element: etree._Element) -> Iterator[etree._Element]:
    for child in element.iterchildren(etree.Element):
        if child.tag == RUN:
            yield from child.iterchildren(etree.Element)
        elif child.tag != PARAGRAPH:
            yield from _own_descendants(child)


def _stray(mark: TagMark) -> Problem:
    word = mark.tag.keyword
    written = mark.tag.written
    if word not in KNOWN:
        hint = _prefix_hint(mark) or instead_of("tags", word) or did_you_mean(word, KNOWN)
        return problem("tag-unknown", mark.location, hint=hint, name=word, tag=written, known=", ".join(KNOWN))
    openings = CONTINUING.get(word) or tuple(opening for opening, closing in CLOSING.items() if closing == word)
    wanted = " or ".join(f"{{% {opening} … %}}" for opening in openings)
    return problem("tag-unmatched", mark.location, tag=written, openings=wanted)


def _prefix_hint(mark: TagMark) -> str | None:
    """Return how to write a statement whose prefix has a space before it, or none after it."""
    for scope in Scope:
        prefix = scope.value
        content = mark.tag.content.removeprefix(prefix).lstrip()
        words = content.split(maxsplit=1)
        is_known = bool(words) and words[0] in KNOWN
        if prefix and content != mark.tag.content and is_known:
            return f"write {{%{prefix} {content} %}}: the prefix directly follows the braces, with a space after it"
    return None


def _is_beside(one: etree._Element, other: etree._Element) -> bool:
    """Return whether two marks have the same parent, or are in two paragraphs with the same parent."""
    first = one.getparent()
    second = other.getparent()
    if first is None or second is None or first is second:
        return first is second
    return first.tag == second.tag == PARAGRAPH and first.getparent() is second.getparent()
