"""Bars and tiles of goals as DrawingML shapes in the line of their tag (ISO/IEC 29500-1, 20.4; [MS-ODRAWXML], wps)."""

from pathlib import Path

from msgspec import Struct

from ucap_reports.template.goal_tiles import BAR_HEIGHT, TILE_SIDE, TileLook, bar_length, tile_look
from ucap_reports.template.lengths_and_colours import Colour, Length
from ucap_reports.template.picture_size import picture_box
from ucap_reports.template.theme import Theme
from ucap_reports.text.shapes import Shape, Tile
from ucap_reports.word.compile.theme_styles import half_points
from ucap_reports.word.file.word_languages import language_xml
from ucap_reports.word.file.word_xml import escaped, one_line
from ucap_reports.word.render.rich_text_runs import ValuePlace
from ucap_reports.word.render.table_grid import NUMBER, grid_mark

FULL_LENGTH = Length.mm(60)
"""The full length of bars whose style has no width."""
_XML, _TILE_TEXT = (one_line(Path(__file__).with_name(name)) for name in ("shape.xml", "tile_text.xml"))
"""The run with a shape, and the content of a tile."""


class DrawingSizes(Struct, frozen=True):
    """The sizes of pictures and shapes, in points: the width and height that the theme sets for pictures, 0 if it sets
    none, the width of the text, the full length and height of bars, and the side of tiles; and the colour of bars.
    """

    box: tuple[float, float]
    text_width: float
    length: float
    height: float
    side: float
    colour: Colour

    @classmethod
    def of(cls, theme: Theme) -> "DrawingSizes":
        """Those of the theme's styles `photo`, `bar` and `goal`, as plain numbers, which can be cached."""
        body = theme.style("body")
        bar, goal = (theme.styles.get(name, body) for name in ("bar", "goal"))
        length, height, side = bar.width or FULL_LENGTH, bar.height or BAR_HEIGHT, goal.width or TILE_SIDE
        lengths = float(theme.text_width), float(length), float(height), float(side)
        return cls(picture_box(theme), *lengths, bar.colour)


def shape_xml(shape: Shape, sizes: DrawingSizes, site: ValuePlace) -> str:
    """A shape as a run or, if it is a whole paragraph, as a paragraph; empty for an unknown number.

    Raises ValueError for a character that XML cannot represent.
    """
    run = _shape_run(shape, sizes)
    if site.paragraph is None or not run:
        return run
    return f"<w:p>{site.paragraph_properties()}{site.before}{run}</w:p>"


def _shape_run(shape: Shape, sizes: DrawingSizes) -> str:
    if isinstance(shape, Tile):
        look = tile_look(shape, Length(sizes.side))
        return _run(shape.alt, (look.side, look.side), look.background, _tile_text(shape, look))
    if not shape.share:
        return ""
    size = bar_length(shape.share, sizes.length), Length(sizes.height)
    return _run(shape.alt, size, sizes.colour, "<wps:bodyPr/>")


def _run(alt: str, size: tuple[Length, Length], colour: Colour, body: str) -> str:
    width, height = (length.emu for length in size)
    quoted = escaped(alt).replace('"', "&quot;")
    text_box = ' txBox="1"' if "w:txbxContent" in body else ""
    extent = f'cx="{width}" cy="{height}"'
    return _XML.format(
        size=extent, number=grid_mark(NUMBER), alt=quoted, attributes=text_box, colour=colour.hex, body=body
    )


def _tile_text(tile: Tile, look: TileLook) -> str:
    """The number and, below it, the title."""
    number_leading, title_leading = (leading.twips for leading in look.leadings)
    return _TILE_TEXT.format(
        number=tile.number,
        title=escaped(tile.title),
        ink=look.ink.hex,
        number_size=half_points(look.number_size),
        title_size=half_points(look.title_size),
        number_leading=number_leading,
        title_leading=title_leading,
        language=language_xml(tile.language) if tile.language else "",
        inset=look.padding.emu,
    )
