"""A page that is being drawn, mirrored for text from right to left.

Everything on a page is either marked content of a node of the tag tree or an artifact (PDF/UA-1, 7.1): text cannot be
drawn without saying which. Lengths are points; x grows from the page's left, y from its top.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from math import cos, inf, radians, sin
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.fonts.font_faces import Face
from ucap_reports.pdf.file.pdf_objects import compressed_stream, points
from ucap_reports.pdf.file.tag_tree import TaggedContent, TagNode
from ucap_reports.template.lengths_colours_and_paper_sizes import TOLERANCE, Colour, Length, colour_operands
from ucap_reports.template.theme_and_line_spacing import Bleed

_ASCII = bytes(range(0x20, 0x7F))
"""Letters, digits and other signs of ASCII."""
_LONG_TEXT = 1000
"""Characters from which on a text is searched for those of ASCII."""


class Artifact(Enum):
    """Content that is not part of the text; the value is its operand (ISO 32000-1, 14.8.2.2)."""

    HEADER = "<</Type/Pagination/Subtype/Header>> BDC"
    FOOTER = "<</Type/Pagination/Subtype/Footer>> BDC"
    WATERMARK = "<</Type/Pagination/Subtype/Watermark>> BDC"
    REPEATED = "<</Type/Pagination>> BDC"
    """Text that is already on an earlier page: header rows, and labels of rows that continue."""


class Box(Struct, frozen=True, gc=False):
    """A rectangle on the page; `top` and `bottom` are measured from the page's top."""

    left: float
    top: float
    right: float
    bottom: float


class PictureObject(NamedTuple):
    """A picture as a PDF object (an XObject) that fills the unit square; `mask` is another for its transparency."""

    name: str
    content: bytes
    mask: bytes = b""


class Link(Struct, frozen=True, gc=False):
    """A rectangle, from the page's left, that opens an address. `text` are its words."""

    box: Box
    address: str
    text: str


class Outline(Struct, frozen=True, gc=False):
    """A bookmark to an item; `level` counts from 1, `node` is the item in the tag tree."""

    level: int
    text: str
    node: TagNode
    anchor: str = ""
    """The identifier to which links of a book lead."""
    label_languages: tuple[str, ...] = ()
    """The languages of the programme label on the pages of a chapter."""


class Bookmark(Struct, frozen=True, gc=False):
    """A bookmark and its target: the index of the page, and a height above its bottom edge."""

    outline: Outline
    page: int
    top: float


class Used:
    """The resources of a document's pages: the characters of each face, and drawings by their names in content
    streams.
    """

    def __init__(self) -> None:
        self.texts: defaultdict[Face, list[str]] = defaultdict(list)
        """What each face has drawn since the characters were looked at, piece by piece."""
        self._characters: defaultdict[Face, set[str]] = defaultdict(set)
        self.drawings: dict[str, PictureObject] = {}

    @property
    def characters(self) -> Mapping[Face, set[str]]:
        """The characters that each face has drawn. They are found in all texts at once, which takes less time than to
        find them in each text.
        """
        self.forget_texts()
        return self._characters

    def forget_texts(self) -> None:
        """Keep only the characters of what was drawn so far, because there are many pages."""
        for face, texts in self.texts.items():
            self._characters[face] |= _characters("".join(texts))
        self.texts.clear()

    def add(self, other: "Used") -> None:
        """Add the resources of another page."""
        for face, characters in other.characters.items():
            self._characters[face] |= characters
        self.drawings |= other.drawings


def _characters(text: str) -> set[str]:
    """Return the different characters of a text.

    Most of them are ASCII. To search a long text for each of those takes less time than to look at all its characters.
    """
    if len(text) < _LONG_TEXT:
        return set(text)
    encoded = text.encode()
    characters = {chr(code) for code in _ASCII if code in encoded}
    characters.update(encoded.translate(None, _ASCII).decode())
    return characters


class Canvas:
    """One page: `index` is its place in the document from 0, `used` collects its resources. A right-to-left page is
    mirrored: x grows from the page's right.
    """

    def __init__(self, index: int, size: tuple[Length, Length], used: Used, *, right_to_left: bool = False) -> None:
        self.index = index
        self.width, self.height = size
        self.frame = Box(0, 0, *size)
        """The place of the text on the page; x grows from the page's right if the page is mirrored."""
        self._mirrors = [float(self.width)] if right_to_left else []
        """Twice the centre of each area that is mirrored, the page first."""
        self.is_mirrored = right_to_left
        """Whether x does not grow from the page's left in what is drawn now."""
        self.used = used
        self.marked = 0
        """The number of its marked contents."""
        self.links: list[Link] = []
        self.bookmarks: list[Bookmark] = []
        """The bookmarks to items of this page."""
        self._clear()
        self._finished: list[bytes] = []
        self.draws_artifact = False
        """Whether everything drawn now is an artifact."""

    def _clear(self) -> None:
        self._behind: list[str] = []
        self._backgrounds: list[str] = []
        self._rules: list[str] = []
        self.content: list[str] = []
        """What is drawn between rules and underlines. Text objects whose show operators are all inside of marks from
        `mark` are added here, without a call for each.
        """
        self._strokes: list[str] = []

    def left(self, x: float, width: float) -> float:
        """Return the distance from the page's left of a box of that width that begins at x."""
        for total in reversed(self._mirrors):
            x = total - x - width
        return x

    @contextmanager
    def mirrored(self, x: float, width: float) -> Iterator[None]:
        """Mirror everything that is drawn inside of the context within an area, whose text has the other direction."""
        self._mirrors.append(2 * x + width)
        self.is_mirrored = True
        frame, self.frame = self.frame, replace(self.frame, left=-inf, right=inf)
        yield
        self.frame = frame
        self._mirrors.pop()
        self.is_mirrored = bool(self._mirrors)

    def _placed(self, box: Box) -> Box:
        """Return the box on the page."""
        if not self.is_mirrored:
            return box
        left = self.left(box.left, box.right - box.left)
        return replace(box, left=left, right=left + box.right - box.left)

    def bleeding(self, box: Box, sides: Bleed) -> Box:
        """Return the box, extended to the edge of the page on those of the sides where only a margin is beside it."""
        frame = self.frame
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        if sides.left and left < frame.left + TOLERANCE:
            left = 0
        if sides.top and top < frame.top + TOLERANCE:
            top = 0
        if sides.right and right > frame.right - TOLERANCE:
            right = self.width
        if sides.bottom and bottom > frame.bottom - TOLERANCE:
            bottom = self.height
        return Box(left, top, right, bottom)

    @contextmanager
    def artifact(self, kind: Artifact) -> Iterator[None]:
        """Make everything that is drawn inside of the context one artifact of that kind."""
        self.draws_artifact = True
        self.content.append(f"/Artifact {kind.value}")
        yield
        self.content.append("EMC")
        self.draws_artifact = False

    def figure(self, drawing: PictureObject, box: Box, node: TagNode, *, turns: bool = False) -> None:
        """Draw a picture into the box and set the box of its node. One that `turns` is mirrored on a mirrored page."""
        self.used.drawings[drawing.name] = drawing
        left, bottom, right, top = self._set_box(box, node)
        start = left
        width = right - left
        if turns and len(self._mirrors) % 2:  # what is mirrored twice is as it was
            start = right
            width = left - right
        matrix = f"{width:.3f} 0 0 {top - bottom:.3f} {start:.2f} {bottom:.2f} cm"
        self.show(f"q {matrix} /{drawing.name} Do Q", node)
        node.kids.sort(key=lambda kid: isinstance(kid, TagNode))  # the picture, then its caption

    def coloured(self, box: Box, colour: Colour, node: TagNode) -> None:
        """Fill the box as content of a node, and set the box of the node."""
        left, bottom, right, top = self._set_box(box, node)
        rectangle = f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re"
        self.show(f"q {colour_operands(colour)} rg {rectangle} f Q", node)

    def _set_box(self, box: Box, node: TagNode) -> tuple[float, float, float, float]:
        """Set the box of a figure's node; return its left, bottom, right and top as PDF measures them."""
        box = self._placed(box)
        left, right = box.left, box.right
        bottom = self.height - box.bottom
        top = self.height - box.top
        node.attributes = f"<</O/Layout/Placement/Block/BBox[{left:.2f} {bottom:.2f} {right:.2f} {top:.2f}]>>"
        return left, bottom, right, top

    @contextmanager
    def rotated(self, degrees: float) -> Iterator[None]:
        """Turn everything that is drawn inside of the context counter-clockwise around the centre of the page."""
        cosine = cos(radians(degrees))
        sine = sin(radians(degrees))
        centre_x = self.width / 2
        centre_y = self.height / 2
        # The rotation around the origin would displace the centre: what is drawn is moved back.
        right = centre_x - cosine * centre_x + sine * centre_y
        up = centre_y - sine * centre_x - cosine * centre_y
        self.content.append(f"q {cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} {right:.2f} {up:.2f} cm")
        yield
        self.content.append("Q")

    def mark(self, node: TagNode) -> str:
        """Return the operator that begins marked content of the node. Call it in reading order."""
        mcid = self.marked
        self.marked += 1
        node.kids.append(TaggedContent(self.index, mcid))
        return f"/{node.tag} <</MCID {mcid}>> BDC"

    def link(self, link: Link, node: TagNode) -> None:
        """Add a link, whose element is the node."""
        node.kids.append(TaggedContent(self.index, len(self.links), is_annotation=True))
        self.links.append(link)

    def show(self, operators: str, node: TagNode) -> None:
        """Draw content of the node, or of the artifact that is being drawn."""
        if not self.draws_artifact:
            operators = f"{self.mark(node)}\n{operators}\nEMC"
        self.content.append(operators)

    def fill(self, box: Box, colour: Colour) -> None:
        """Draw a background, under everything else."""
        self._decorate(self._backgrounds, self._placed(box), colour_operands(colour))

    def rule(self, box: Box, colour: Colour) -> None:
        """Draw a line of a table or a box, over all backgrounds."""
        self._decorate(self._rules, self._placed(box), colour_operands(colour))

    def underline(self, box: Box, colour: str) -> None:
        """Draw a line under text, in a box from the page's left; the colour as operands of `rg`."""
        self._decorate(self._strokes, box, colour)

    def repeated(self) -> tuple[str, Used]:
        """Return what other pages need to `repeat` this one, in any thread: what was drawn, and its resources."""
        self.used.forget_texts()
        return self.operators(), self.used

    def repeat(self, operators: str, used: Used, *, behind: bool = False) -> None:
        """Draw the artifacts of another page of this size, `behind` everything else or in their turn."""
        if operators:
            layer = self._behind if behind else self.content
            layer.append(operators)
        self.used.add(used)

    def finish(self) -> None:
        """Compress what was drawn so far, because there are many pages. What is drawn later is over it."""
        self._finished.append(compressed_stream(self.operators().encode("latin-1")))
        self._clear()
        self.used.forget_texts()

    def taken_streams(self) -> list[bytes]:
        """Return the content streams of the page as objects, and forget them."""
        streams = [*self._finished, compressed_stream(self.operators().encode("latin-1"))]
        self._finished = []
        self._clear()
        return streams

    def operators(self) -> str:
        """Return what was drawn since the page began or was finished: what is behind, backgrounds and rules, then the
        text, then its underlines.
        """
        under = _artifact([*self._backgrounds, *self._rules])
        over = _artifact(self._strokes)
        return "\n".join([*self._behind, *under, *self.content, *over])

    def _decorate(self, layer: list[str], box: Box, colour: str) -> None:
        """Fill a box with a colour in that layer; in the content if an artifact is drawn, of which it is a part."""
        if self.draws_artifact:
            layer = self.content
        width = box.right - box.left
        height = box.bottom - box.top
        bottom = self.height - box.bottom
        layer.append(f"{colour} rg {points(box.left)} {points(bottom)} {points(width)} {points(height)} re f")


def _artifact(decoration: list[str]) -> list[str]:
    """Return the operators of lines and backgrounds as an artifact; none without any."""
    return ["/Artifact BMC", *decoration, "EMC"] if decoration else []
