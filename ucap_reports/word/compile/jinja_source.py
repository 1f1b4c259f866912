"""The Jinja source of a part, made from the marks in its tree."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from lxml import etree
from msgspec import Struct

from ucap_reports.word.compile.tag_marks import MARK, TagMark, node
from ucap_reports.word.file.element_names import qualified
from ucap_reports.word.file.word_xml import DECLARATION, insert, to_text
from ucap_reports.word.render.table_grid import NUMBER, grid_mark

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


def part_source(root: etree._Element, snippets: Sequence[Snippet]) -> tuple[str, Mapping[int, TagMark]]:
    """The Jinja source of a part, and its tags by lines: its XML, with each snippet in the place of its node."""
    for number, snippet in enumerate(snippets):
        snippet.node.text = str(number)
    for properties in root.iter(qualified("wp:docPr")):
        properties.set("id", NUMBERED)
    written: list[str] = []
    tags: dict[int, TagMark] = {}
    line = 1
    for place, piece in enumerate(_NODE.split(DECLARATION + to_text(root))):
        source, mark = (snippets[int(piece)].source, snippets[int(piece)].mark) if place % 2 else (literal(piece), None)
        breaks = source.count("\n")
        if mark is not None:
            tags |= dict.fromkeys(range(line + 1, line + breaks + 1), mark)
        line += breaks
        written.append(source)
    return "".join(written), tags


def literal(xml: str) -> str:
    """The XML as plain text in Jinja: braces in it do not begin tags."""
    return _BRACE.sub("{{ '{' }}", xml).replace(f'"{NUMBERED}"', f'"{grid_mark(NUMBER)}"')
