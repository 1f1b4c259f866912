"""Pictures, drawings, charts, bars and tiles: how each is placed on a page, and its PDF object.

Each is a figure with an alternative text; pictures of the plan have captions, and the text of a tile or of a chart's
labels is part of the figure.

A JPEG is embedded as it is, a PNG is encoded again, with its transparency as a mask; SVG drawings, charts and the
emblem of the European Union are forms of vector graphics (ISO 32000-1, 8.10).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import drawing_width, edges
from ucap_reports.page.page_tree import Block, ChartBlock, Drawing, Picture, PictureBlock
from ucap_reports.pdf.file.canvas import Box, Canvas, PictureObject
from ucap_reports.pdf.file.pdf_objects import SMALL, compressed_stream, stream
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.flow_items import Body, FlowItem, Unsplittable
from ucap_reports.pdf.layout.page_breaks_and_columns import boxed
from ucap_reports.pdf.text.line_filling import SHARE_BEFORE, paragraph_lines
from ucap_reports.pdf.text.text_drawing import LineRange, all_lines
from ucap_reports.pictures.picture_preparation import DAMAGED, JPEG, PictureError, open_to_decode
from ucap_reports.template.figure_sizes_and_colours import (
    BAR_HEIGHT,
    BLUE,
    GOLD,
    PROPORTION,
    TILE_SIDE,
    Corners,
    printed_size,
    stars,
    tile_look,
)
from ucap_reports.template.lengths_and_colours import Colour, colour_operands
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, Tile
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.rich_text import Run

if TYPE_CHECKING:
    from PIL.Image import Image

LayCaption = Callable[[Sequence[Block], float, TagNode], Sequence[FlowItem]]
"""Lays out the blocks of a caption in a width, below a node."""


class Figure(Unsplittable, frozen=True):
    """A picture and its size."""

    drawing: PictureObject
    node: TagNode
    width: float
    height: float

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the picture."""
        canvas.figure(self.drawing, Box(x, y, x + self.width, y + self.height), self.node)


def laid_picture(block: PictureBlock, width: float, node: TagNode, lay_caption: LayCaption) -> tuple[Body, float]:
    """Return the picture with its caption in a box of that width, and the printed width of the picture."""
    style = block.style
    edge = edges(style)
    available = width - edge.left - edge.right
    own, height = printed_size(block.facts, (style.width or 0.0, style.height or 0.0), available)
    alt = block.facts.alt
    element = TagNode("Figure", node, alt=alt, language=language_of(alt))
    figure = Figure(image_object(block.facts.image.content), element, own, height)
    item = FlowItem(figure, height, block.line, indent=(available - own) * SHARE_BEFORE[style.align])
    stack = (item, *lay_caption(block.blocks, available, TagNode("Caption", element)))
    return boxed(replace(style, height=None), width, [(stack, edge.left)]), own


class PlacedLabel(Struct, frozen=True):
    """A label of a chart, and its place from the top left of the chart."""

    part: LineRange
    x: float
    y: float


class ChartFigure(Unsplittable, frozen=True):
    """The shapes of a chart with their labels."""

    drawing: PictureObject
    node: TagNode
    width: float
    height: float
    labels: tuple[PlacedLabel, ...]

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the shapes and the labels, from right to left in text of that direction."""
        canvas.figure(self.drawing, Box(x, y, x + self.width, y + self.height), self.node, turns=True)
        for label in self.labels:
            label.part.draw(canvas, x + label.x, y + label.y)


def laid_chart(block: ChartBlock, width: float, node: TagNode, pack: Pack, language: str) -> ChartFigure:
    """Return a chart of that width; its alternative text has all of its data."""
    from ucap_reports.page.chart_drawing import draw_chart  # noqa: PLC0415 - few pages have a chart

    coloured = replace(block.text, colour=block.style.colour)
    drawn = draw_chart(block.kind, block.data, coloured, width, language, height=block.style.height)
    figure = TagNode("Figure", node, alt=block.data.alt, language=language_of(block.data.title))
    labels = []
    for label in drawn.labels:
        style = replace(block.text, bold=label.bold or block.text.bold, align=label.align)
        # Its width is an estimate: it stays on one line if it is wider.
        beside = label.width / 2 if label.align == "center" else 0
        lines = paragraph_lines(pack, (Run(label.text),), style, 2 * label.width, language)
        text = all_lines(lines, TagNode("P", figure), language)
        labels.append(PlacedLabel(text, label.x - beside, label.y))
    picture = Picture(drawn.svg, drawn.width, drawn.height, is_drawn=True)
    return ChartFigure(picture_object(picture), figure, drawn.width, drawn.height, tuple(labels))


class ColouredBox(Unsplittable, frozen=True):
    """A box of one colour, and the lines of text in it, one below the other, `padding` from its edges."""

    node: TagNode
    width: float
    height: float
    colour: Colour
    padding: float = 0
    texts: tuple[LineRange, ...] = ()

    def draw(self, canvas: Canvas, x: float, y: float) -> None:
        """Draw the box and its lines."""
        canvas.coloured(Box(x, y, x + self.width, y + self.height), self.colour, self.node)
        top = y + self.padding
        for part in self.texts:
            part.draw(canvas, x + self.padding, top)
            top += part.height


def shape_drawing(block: Drawing, available: float, node: TagNode, pack: Pack, language: str) -> ColouredBox:
    """Return the drawing of a shape in a place of that width, below that node of the tag tree."""
    shape = block.shape
    style = block.style
    figure = TagNode("Figure", node, alt=shape.alt, language=shape.language if isinstance(shape, Tile) else None)
    if isinstance(shape, Bar):
        return ColouredBox(figure, drawing_width(block, available), style.height or BAR_HEIGHT, style.colour)
    return _tile(shape, style, figure, pack, language)


def _tile(tile: Tile, style: Style, figure: TagNode, pack: Pack, language: str) -> ColouredBox:
    look = tile_look(tile, style.width or TILE_SIDE)
    plain = replace(pack.theme.style("body"), font=style.font, colour=look.ink)
    spoken = tile.language or language
    ranges: list[LineRange] = []
    for text in look.texts(tile):
        text_style = replace(plain, size=text.size, leading=text.leading, bold=text.is_bold)
        lines = paragraph_lines(pack, (Run(text.text),), text_style, look.side - 2 * look.padding, spoken)
        ranges.append(all_lines(lines, TagNode("P", figure), spoken))
    return ColouredBox(figure, look.side, look.side, look.background, look.padding, tuple(ranges))


# PDF objects
_SPACES = {"L": b"/DeviceGray", "RGB": b"/DeviceRGB"}
"""The colour spaces of the modes of pictures."""


def picture_object(picture: Picture) -> PictureObject:
    """Return the object of a picture of the page tree. Raises PictureError if it cannot be decoded."""
    if not picture.content:
        return emblem_object()
    if picture.is_drawn:
        return drawing_object(picture.content)
    return image_object(picture.content)


@lru_cache(maxsize=64)
def drawing_object(content: bytes) -> PictureObject:
    """Return the object of an SVG file: a form that shows the box of the drawing in the unit square.

    Raises PictureError with everything in it that cannot be drawn.
    """
    from ucap_reports.page import svg_drawing  # noqa: PLC0415 - few packs have a drawing

    drawing = svg_drawing.read_drawing(content)
    bounds = svg_drawing.operands(*drawing.box, digits=9)
    matrix = svg_drawing.unit_square_matrix(drawing)
    entries = f"/Type/XObject/Subtype/Form/BBox[{bounds}]/Matrix[{matrix}]/Resources<<>>".encode("ascii")
    form = compressed_stream(svg_drawing.shape_operators(drawing).encode("ascii"), entries, SMALL)
    return PictureObject(f"Drawing-{sha256(content).hexdigest()[:12]}", form)


@lru_cache(maxsize=64)
def image_object(content: bytes) -> PictureObject:
    """Return the object of a PNG or JPEG file. Raises PictureError if it cannot be decoded."""
    name = f"Image-{sha256(content).hexdigest()[:12]}"
    image = open_to_decode(content)
    try:
        image.load()
    except DAMAGED as error:
        raise PictureError("damaged") from error
    if content.startswith(JPEG) and image.mode in _SPACES:
        return PictureObject(name, stream(content, _entries(image) + b"/Filter/DCTDecode"))
    if image.has_transparency_data:
        complete = image.convert("RGBA")
        return PictureObject(name, _samples(complete.convert("RGB")), _samples(complete.getchannel("A")))
    return PictureObject(name, _samples(image.convert("L" if image.mode in {"1", "L"} else "RGB")))


def _entries(image: "Image") -> bytes:
    return b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%b" % (
        *image.size,
        _SPACES[image.mode],
    )


def _samples(image: "Image") -> bytes:
    return compressed_stream(image.tobytes(), _entries(image), SMALL)


@lru_cache(maxsize=1)
def emblem_object() -> PictureObject:
    """Return the emblem of the European Union, which must be shown 1.5 times as wide as high."""
    squeeze = f"{1 / PROPORTION:.6f} 0 0 1 0 0 cm"
    field = f"{colour_operands(BLUE)} rg 0 0 {PROPORTION} 1 re f"
    gold = "\n".join(_path(star) for star in stars())
    content = f"{squeeze}\n{field}\n{colour_operands(GOLD)} rg\n{gold}\nf"
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>"
    return PictureObject("Emblem", compressed_stream(content.encode("ascii"), entries, SMALL))


def _path(corners: Corners) -> str:
    """Return the path around the corners."""
    points = [f"{x:.5f} {y:.5f}" for x, y in corners]
    return f"{points[0]} m {' l '.join(points[1:])} l h"
