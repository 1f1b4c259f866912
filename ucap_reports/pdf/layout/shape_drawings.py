"""Draws bars and tiles: coloured boxes, each a figure with an alternative text; the text of a tile is part of it."""

from msgspec.structs import replace

from ucap_reports.pdf.file.canvas import Box, Canvas
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.flow_items import Unsplittable
from ucap_reports.pdf.template.page_tree import Drawing
from ucap_reports.pdf.text.line_filling import paragraph_lines
from ucap_reports.pdf.text.text_drawing import LineRange, all_lines
from ucap_reports.template.goal_tiles import BAR_HEIGHT, TILE_SIDE, bar_length, tile_look
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.rich_text import Run
from ucap_reports.text.shapes import Bar, Tile


class ColouredBox(Unsplittable, frozen=True):
    """A box of one colour, and the lines on it, one below the other, `padding` from its edges."""

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


def shape_drawing(block: Drawing, room: float, node: TagNode, pack: Pack, language: str) -> ColouredBox:
    """The drawing of a shape in a place of that width, below that node of the tag tree."""
    shape, style = block.shape, block.style
    figure = TagNode("Figure", node, alt=shape.alt, language=shape.language if isinstance(shape, Tile) else None)
    if isinstance(shape, Bar):
        length = block.width or bar_length(shape.share, room)
        return ColouredBox(figure, length, style.height or BAR_HEIGHT, style.colour)
    return _tile(shape, style, figure, pack, language)


def _tile(tile: Tile, style: Style, figure: TagNode, pack: Pack, language: str) -> ColouredBox:
    look = tile_look(tile, style.width or TILE_SIDE)
    plain = replace(pack.theme.style("body"), font=style.font, colour=look.ink)
    sizes = zip((look.number_size, look.title_size), look.leadings, (str(tile.number), tile.title), strict=True)
    texts: list[LineRange] = []
    for size, leading, text in sizes:
        own = replace(plain, size=size, leading=leading, bold=not texts)
        lines = paragraph_lines(pack, (Run(text),), own, look.side - 2 * look.padding, tile.language or language)
        texts.append(all_lines(lines, TagNode("P", figure), tile.language or language))
    return ColouredBox(figure, look.side, look.side, look.background, look.padding, tuple(texts))
