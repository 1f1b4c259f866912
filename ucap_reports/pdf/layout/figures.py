"""Figures: pictures, with captions if they are of the plan, and coloured boxes for bars and tiles.

Each has an alternative text; the text of a tile is part of it.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import drawing_width, edges
from ucap_reports.page.page_tree import Block, ChartBlock, Drawing, Picture, PictureBlock
from ucap_reports.pdf.file.canvas import Box, Canvas, PictureObject
from ucap_reports.pdf.file.picture_objects import image_object, picture_object
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.flow_items import Body, FlowItem, Unsplittable, boxed
from ucap_reports.pdf.text.line_filling import SHARE_BEFORE, paragraph_lines
from ucap_reports.pdf.text.text_drawing import LineRange, all_lines
from ucap_reports.template.figure_geometry import BAR_HEIGHT, TILE_SIDE, tile_look
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.pack import Pack
from ucap_reports.template.picture_size import printed_size
from ucap_reports.template.theme import Style
from ucap_reports.text.bars_tiles_and_charts import Bar, Tile
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.rich_text import Run

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
