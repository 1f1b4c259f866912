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
from ucap_reports.pictures.picture_preparation_and_quality import DAMAGED, JPEG, PictureError, open_to_decode
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, colour_operands
from ucap_reports.template.pack import Pack
from ucap_reports.template.picture_bar_tile_and_emblem_look import (
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
from ucap_reports.template.theme_and_line_spacing import Style
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
        box = Box(x, y, x + self.width, y + self.height)
        canvas.figure(self.drawing, box, self.node)


def laid_picture(block: PictureBlock, width: float, node: TagNode, lay_caption: LayCaption) -> tuple[Body, float]:
    """Return the picture with its caption in a box of that width, and the printed width of the picture."""
    style = block.style
    edge = edges(style)
    available = width - edge.left - edge.right
    style_size = (style.width or 0.0, style.height or 0.0)
    picture_width, picture_height = printed_size(block.facts, style_size, available)
    alt = block.facts.alt
    figure_node = TagNode("Figure", node, alt=alt, language=language_of(alt))
    drawing = image_object(block.facts.image.content)
    figure = Figure(drawing, figure_node, picture_width, picture_height)
    indent = (available - picture_width) * SHARE_BEFORE[style.align]
    picture = FlowItem(figure, picture_height, block.line, indent=indent)
    caption = lay_caption(block.blocks, available, TagNode("Caption", figure_node))
    stack = (picture, *caption)
    box_style = replace(style, height=None)  # the height of the style is that of the picture
    return boxed(box_style, width, [(stack, edge.left)]), picture_width


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
        box = Box(x, y, x + self.width, y + self.height)
        canvas.figure(self.drawing, box, self.node, turns=True)
        for label in self.labels:
            label.part.draw(canvas, x + label.x, y + label.y)


def laid_chart(block: ChartBlock, width: float, node: TagNode, pack: Pack, language: str) -> ChartFigure:
    """Return a chart of that width; its alternative text has all of its data."""
    from ucap_reports.page.chart_drawing import draw_chart  # noqa: PLC0415 - few pages have a chart

    data = block.data
    text_style = block.text
    coloured = replace(text_style, colour=block.style.colour)
    chart = draw_chart(block.kind, data, coloured, width, language, height=block.style.height)
    figure = TagNode("Figure", node, alt=data.alt, language=language_of(data.title))
    labels = []
    for label in chart.labels:
        is_bold = label.bold or text_style.bold
        style = replace(text_style, bold=is_bold, align=label.align)
        # The width of a label is an estimate: with twice of it, a label that is wider stays on one line.
        lines = paragraph_lines(pack, (Run(label.text),), style, 2 * label.width, language)
        line = all_lines(lines, TagNode("P", figure), language)
        x = label.x
        if label.align == "center":
            x -= label.width / 2  # half of the added width is on each side
        labels.append(PlacedLabel(line, x, label.y))
    shapes = Picture(chart.svg, chart.width, chart.height, is_drawn=True)
    return ChartFigure(picture_object(shapes), figure, chart.width, chart.height, tuple(labels))


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
        box = Box(x, y, x + self.width, y + self.height)
        canvas.coloured(box, self.colour, self.node)
        top = y + self.padding
        for text in self.texts:
            text.draw(canvas, x + self.padding, top)
            top += text.height


def shape_drawing(block: Drawing, available: float, node: TagNode, pack: Pack, language: str) -> ColouredBox:
    """Return the drawing of a shape in a place of that width, below that node of the tag tree."""
    shape = block.shape
    style = block.style
    if isinstance(shape, Bar):
        figure = TagNode("Figure", node, alt=shape.alt)
        height = style.height or BAR_HEIGHT
        return ColouredBox(figure, drawing_width(block, available), height, style.colour)
    figure = TagNode("Figure", node, alt=shape.alt, language=shape.language)
    return _tile(shape, style, figure, pack, language)


def _tile(tile: Tile, style: Style, figure: TagNode, pack: Pack, language: str) -> ColouredBox:
    """Return a tile with its number and its title, each of which is a paragraph below the node of the figure."""
    look = tile_look(tile, style.width or TILE_SIDE)
    text_width = look.side - 2 * look.padding
    body_style = pack.theme.style("body")
    tile_style = replace(body_style, font=style.font, colour=look.ink)
    tile_language = tile.language or language
    paragraphs: list[LineRange] = []
    for text in look.texts(tile):
        text_style = replace(tile_style, size=text.size, leading=text.leading, bold=text.is_bold)
        lines = paragraph_lines(pack, (Run(text.text),), text_style, text_width, tile_language)
        paragraph_node = TagNode("P", figure)
        paragraphs.append(all_lines(lines, paragraph_node, tile_language))
    return ColouredBox(figure, look.side, look.side, look.background, look.padding, tuple(paragraphs))


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
        with_alpha = image.convert("RGBA")
        colours = _samples(with_alpha.convert("RGB"))
        mask = _samples(with_alpha.getchannel("A"))
        return PictureObject(name, colours, mask)
    mode = "L" if image.mode in {"1", "L"} else "RGB"
    return PictureObject(name, _samples(image.convert(mode)))


def _entries(image: "Image") -> bytes:
    """Return the entries of the dictionary of a picture: its size and its colour space."""
    return b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%b" % (
        *image.size,
        _SPACES[image.mode],
    )


def _samples(image: "Image") -> bytes:
    """Return the pixels of a picture, or of its transparency, as an object."""
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
