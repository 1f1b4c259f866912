"""What the marks in a template's tree become in the Jinja source of its part."""

import re
from collections.abc import Sequence

from lxml import etree
from msgspec import Struct

from ucap_reports.word.compile.tag_marks import MARK, TagMark
from ucap_reports.word.file.word_xml import DECLARATION, qualified, to_text
from ucap_reports.word.render.fill_word import PartTags, PlacedTag
from ucap_reports.word.render.table_grid import NUMBER, PICTURES, grid_mark

NUMBERED = "ucap-number"
"""What stands in the tree for the number of a picture, which a loop may repeat."""
_NODE = re.compile(rf"<\?{MARK} (\d+)\?>")
_BRACE = re.compile(r"\{(?=[{%#]|\Z)")


class Snippet(Struct, frozen=True, eq=False):
    """The source that comes in the place of `node`, and the mark of the tag that it was made from, if any.

    Each tag of the source begins its content on a new line, so that a line belongs to no more than one of them.
    """

    node: etree._Element
    source: str
    mark: TagMark | None = None


class PartSource(Struct, frozen=True):
    """A part as a Jinja template, with its tags."""

    text: str
    tags: PartTags


def number_pictures(root: etree._Element, part: int) -> None:
    """Let the pictures of a part that is filled in with nothing be numbered apart from those of the others."""
    for number, properties in enumerate(root.iter(qualified("wp:docPr")), start=1):
        properties.set("id", str(part * PICTURES + number))


def part_source(root: etree._Element, snippets: Sequence[Snippet]) -> PartSource:
    """The Jinja source of a part: its XML, with each snippet in the place of its node."""
    for number, snippet in enumerate(snippets):
        snippet.node.text = str(number)
    for properties in root.iter(qualified("wp:docPr")):
        properties.set("id", NUMBERED)
    pieces = _NODE.split(DECLARATION + to_text(root))
    written: list[str] = []
    tags: dict[int, PlacedTag] = {}
    line = 1
    for place, piece in enumerate(pieces):
        source, tag = (snippets[int(piece)].source, snippets[int(piece)].mark) if place % 2 else (literal(piece), None)
        breaks = source.count("\n")
        if tag is not None:
            tags |= dict.fromkeys(range(line + 1, line + breaks + 1), tag.as_written)
        line += breaks
        written.append(source)
    return PartSource("".join(written), PartTags(tags))


def literal(xml: str) -> str:
    """The XML as Jinja's plain text: no brace in it begins a tag."""
    return _BRACE.sub("{{ '{' }}", xml).replace(f'"{NUMBERED}"', f'"{grid_mark(NUMBER)}"')
