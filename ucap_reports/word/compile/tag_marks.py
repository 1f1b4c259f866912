"""Tags taken out of Word's runs: a mark in the tree replaces each of them, however Word has split it into runs.
Jinja source replaces the marks in the XML of the tree.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import partial

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.word.compile.tag_lexer import MOST_TAGS, Tags, WordTag, WordTagKind, find_word_tags
from ucap_reports.word.file.element_names import PARAGRAPH, RUN, RUN_FORMAT, TEXT, XML_SPACE, qualified
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_xml import DECLARATION, children_xml, insert, remove, to_text
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


class TagMark(Struct, frozen=True, eq=False):
    """A tag in the tree: the `node` that replaces it, and the properties of the run in which it begins."""

    tag: WordTag
    node: etree._Element
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
    def places(self) -> SourcePlaces:
        """The tag for problems, without the tree."""
        return SourcePlaces.at(self.location, self.tag.written)


class RunText(Struct, frozen=True):
    """An element of a run, and its text from `start` to `end` in the text of the paragraph."""

    element: etree._Element
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.text)


def mark_tags(root: etree._Element, places: ElementPlaces) -> tuple[Sequence[TagMark], Sequence[Problem]]:
    """Replace the tags of a part by marks. Returns these in document order, and errors for incomplete tags, or for too
    many.
    """
    problems: list[Problem] = []
    found: list[tuple[WordTag, list[RunText], Location]] = []
    for paragraph in root.iter(PARAGRAPH):
        pieces = pieces_of(paragraph)
        text = "".join(piece.text for piece in pieces)
        tags = find_word_tags(text) if "{" in text or "}" in text else Tags()
        if tags != Tags():
            location = places.location(paragraph)
            problems += _incomplete(tags, location)
            found += [(tag, pieces, location) for tag in tags.found]
            if len(found) + len(problems) > MOST_TAGS:
                return [], [problem("tags-too-many", location, limit=MOST_TAGS)]
    return [_isolate(*each) for each in reversed(found)][::-1], problems


def node(content: str) -> etree._Element:
    """A mark with that content."""
    return etree.ProcessingInstruction(MARK, content)


def _incomplete(tags: Tags, location: Location) -> Iterator[Problem]:
    for written in tags.unclosed:
        closing = next(kind.closing for kind in WordTagKind if written.startswith(kind.value[0]))
        yield problem("tag-unclosed", location, tag=written, opening=written[:2], closing=closing)
    for written in tags.unopened:
        yield problem("tag-unopened", location, tag=written, closing=written[-2:])


def pieces_of(paragraph: etree._Element) -> list[RunText]:
    """The text of a paragraph in order, without that of text boxes in it, which have their own paragraphs."""
    pieces: list[RunText] = []
    start = 0
    for element in _own_descendants(paragraph):
        text = (element.text or "") if element.tag == TEXT else _CHARACTERS.get(str(element.tag), "")
        if text:
            pieces.append(RunText(element, text, start))
            start += len(text)
    return pieces


def _own_descendants(element: etree._Element) -> Iterator[etree._Element]:
    for child in element.iterchildren(etree.Element):
        if child.tag == RUN:
            yield from child.iterchildren(etree.Element)
        elif child.tag != PARAGRAPH:
            yield from _own_descendants(child)


def cut_out(pieces: Sequence[RunText], start: int, end: int) -> list[etree._Element]:
    """The elements of the text between two offsets, in runs of their own. The pieces before it stay valid."""
    touched = [piece for piece in pieces if piece.start < end and piece.end > start]
    last = touched[-1]
    if len(last.element.text or "") > end - last.start:  # its text was longer before it was cut at a later offset
        cut_run(last, end)
    return [cut_run(touched[0], start), *(piece.element for piece in touched[1:])]


def cut_run(piece: RunText, offset: int) -> etree._Element:
    """Split the run of a piece so that one begins at an offset of the paragraph's text; returns its first element."""
    element, run = piece.element, run_of(piece.element)
    if inside := offset - piece.start:
        rest, text = deepcopy(element), element.text or ""
        set_text(element, text[:inside])
        set_text(rest, text[inside:])
        element.addnext(rest)
        element = rest
    if any(each.tag != RUN_FORMAT for each in element.itersiblings(preceding=True)):
        tail = run.makeelement(RUN)
        tail.extend([deepcopy(properties) for properties in run.findall(RUN_FORMAT)])
        tail.extend([element, *element.itersiblings()])
        run.addnext(tail)
    return element


def _isolate(tag: WordTag, pieces: list[RunText], location: Location) -> TagMark:
    """Replace a tag by a mark. The last tag of a paragraph is first, so that the pieces before it stay valid."""
    elements = cut_out(pieces, tag.start, tag.end)
    first = run_of(elements[0])
    mark, properties = node(""), children_xml(first.find(RUN_FORMAT))
    first.addprevious(mark)
    for element in elements:
        run = run_of(element)
        run.remove(element)
        if all(child.tag == RUN_FORMAT for child in run):
            remove(run)
    return TagMark(tag, mark, location, properties)


def run_of(element: etree._Element) -> etree._Element:
    """The run that contains a piece of text."""
    run = element.getparent()
    if run is None:
        raise AssertionError("text is in a run")
    return run


def set_text(element: etree._Element, text: str) -> None:
    """Set the text of an element; remove the element if nothing is left, or if it is a character."""
    if not text:
        remove(element)
    elif element.tag == TEXT:
        element.text = text
        element.set(XML_SPACE, "preserve")


NUMBERED = "ucap-number"
"""The placeholder for the number of a picture, which a loop may repeat."""
_NODE = re.compile(rf"<\?{MARK} (\d+)\?>")
_BRACE = re.compile(r"\{(?=[{%#]|\Z)")


class Snippet(Struct, frozen=True, eq=False):
    """The source that replaces `node`, and the mark of its tag, if any.

    Each tag of the source begins its content on a new line, so that a line belongs to one tag at most.
    """

    node: etree._Element
    source: str
    mark: TagMark | None = None


def snippet(place: Callable[[etree._Element], None], source: str, mark: TagMark | None = None) -> Snippet:
    """Source at a new node, which `place` puts into the tree."""
    made = Snippet(node(""), source, mark)
    place(made.node)
    return made


def property_snippet(properties: etree._Element, name: str, source: str, mark: TagMark | None = None) -> Snippet:
    """Source in the place of the child of `properties` with that name."""
    return snippet(partial(insert, properties, name=name), source, mark)


def part_source(root: etree._Element, snippets: Sequence[Snippet]) -> tuple[str, Sequence[TagMark | None]]:
    """The Jinja source of a part, its XML with the snippets in place of nodes, and the tag of each of its lines."""
    for number, snippet in enumerate(snippets):
        snippet.node.text = str(number)
    for properties in root.iter(qualified("wp:docPr")):
        properties.set("id", NUMBERED)
    written: list[str] = []
    of_lines: list[TagMark | None] = [None]
    for place, piece in enumerate(_NODE.split(DECLARATION + to_text(root))):
        source, mark = (snippets[int(piece)].source, snippets[int(piece)].mark) if place % 2 else (literal(piece), None)
        of_lines += [mark] * source.count("\n")
        written.append(source)
    return "".join(written), of_lines


def literal(xml: str) -> str:
    """The XML as plain text in Jinja: braces in it do not begin tags."""
    return _BRACE.sub("{{ '{' }}", xml).replace(f'"{NUMBERED}"', f'"{grid_mark(NUMBER)}"')
