"""The sizes of the pictures of plans, and how many are beside each other; the sizes and colours of bars, tiles of goals
and the European emblem: all are the same in all formats.
"""

from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from math import ceil, cos, inf, pi, sin
from unicodedata import east_asian_width

from msgspec import Struct

from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.plan.countries_goals_and_partnerships import GOAL_COLOURS, GOAL_TITLES
from ucap_reports.template.lengths_colours_and_paper_sizes import LEAST_CONTRAST, TOLERANCE, Colour, Length, contrast
from ucap_reports.template.theme_and_line_spacing import SMALLEST_TEXT, Theme
from ucap_reports.text.bars_tiles_charts_and_facts import Tile

# Pictures
PHOTO, CAPTION = "photo", "caption"
"""The styles of a picture and of its caption and credit."""
USUAL_WIDTH = Length.mm(80)
"""The width of pictures to which neither the template nor the theme gives one."""
PICTURES_IN_ROW = 3
"""The most pictures beside each other in a row of `summary.picture_rows`."""


def picture_box(theme: Theme) -> tuple[float, float]:
    """Return the width and the height that the theme sets for pictures; 0 if it sets none."""
    style = theme.styles.get(PHOTO)
    if style is None:
        return 0.0, 0.0
    return float(style.width or 0), float(style.height or 0)


def usual_width(theme: Theme) -> Length:
    """Return the width of pictures to which a template gives no width."""
    width, _ = picture_box(theme)
    return Length(width or USUAL_WIDTH)


def printed_size(picture: PictureFacts, box: tuple[float, float], available: float = inf) -> tuple[Length, Length]:
    """Return the width and height of a picture in points.

    It is as wide as the template says, or else as the `box` of the theme or 80 mm, and never wider than `available`;
    a picture that would be higher than the box is smaller.
    """
    image = picture.image
    box_width, box_height = box
    width = min(picture.width or box_width or USUAL_WIDTH, available)
    max_height = box_height or inf
    scale = min(width / image.width, max_height / image.height)
    return Length(image.width * scale), Length(image.height * scale)


def rows_of_pictures(pictures: Sequence[PictureFacts]) -> tuple[tuple[PictureFacts, ...], ...]:
    """Return the pictures in rows of up to three of nearly the same length, the longer ones first."""
    row_count = ceil(len(pictures) / PICTURES_IN_ROW)
    rows = []
    start = 0
    for index in range(row_count):
        length = len(pictures) // row_count
        if index < len(pictures) % row_count:
            length += 1
        rows.append(tuple(pictures[start : start + length]))
        start += length
    return tuple(rows)


# Bars
BAR_HEIGHT = Length.mm(4)
"""The height of bars whose style does not set it."""
_LEAST_BAR = Length(1)
"""The length of the shortest bars, which would be invisible otherwise."""


def bar_length(share: float, available: float) -> Length:
    """Return the length of a bar whose full length is `available`."""
    return Length(max(share * available, _LEAST_BAR))


# Tiles of goals
TILE_COLOURS = {number: Colour(digits) for number, digits in GOAL_COLOURS.items()}
"""The official colours of the goals."""
_WHITE, _BLACK = Colour("FFFFFF"), Colour("000000")
_LEAST_SIDE_WITH_TEXT = Length.mm(10)
"""The side from which a tile has text in it; a smaller one is a field of colour beside text."""
TILE_SIDE = Length.mm(17)
"""The side of tiles whose style does not set it."""
_PADDING, _NUMBER, _TITLE, _LEADING = 0.055, 0.23, 0.135, 1.15
"""The padding and the text sizes of a tile, relative to its side, and the leading relative to the text size."""
_NUMBER_ALONE = 0.45
"""The size of the number in a tile without a title, relative to its side."""
_NARROW_LETTERS, _WIDE_LETTERS = frozenset("fijlrtIJ.,:;'()/-"), frozenset("mwMW")
_NARROW, _USUAL, _CAPITAL, _WIDE, _IDEOGRAPH = 0.32, 0.56, 0.72, 0.9, 1.0
"""The widths of characters relative to the text size, which are rather overestimated."""
_SMALLER = 0.95


class TileText(Struct, frozen=True):
    """A text in a tile, with its size in points."""

    text: str
    size: Length
    is_bold: bool

    @property
    def leading(self) -> Length:
        """The height of its lines."""
        return Length(self.size * _LEADING)


class TileLook(Struct, frozen=True):
    """The look of a tile, in points: the number is at the top, and the title below it.

    A tile that is too small for its title has a larger number alone, and the smallest ones have no text. The
    alternative text always has both.
    """

    side: Length
    padding: Length
    background: Colour
    ink: Colour
    number_size: Length | None
    title_size: Length | None

    def texts(self, tile: Tile) -> list[TileText]:
        """Return the texts in the tile, below each other."""
        texts = []
        if self.number_size is not None:
            texts.append(TileText(str(tile.number), self.number_size, is_bold=True))
        if self.title_size is not None:
            texts.append(TileText(tile.title, self.title_size, is_bold=False))
        return texts


@cache
def tile_colours(number: int) -> tuple[Colour, Colour]:
    """Return the background of a goal's tile, which is its unaltered official colour, and white or black as the text
    colour, one of which is readable on any colour.
    """
    background = TILE_COLOURS[number]
    is_white_readable = contrast(background, _WHITE) >= LEAST_CONTRAST
    return background, _WHITE if is_white_readable else _BLACK


@lru_cache(maxsize=512)
def tile_look(tile: Tile, side: Length) -> TileLook:
    """Return the look of a tile with that side.

    Tiles beside each other are alike: a tile has its title if those of all goals in its language fit, and all of them
    have the same size, which is never below that of the smallest text.
    """
    padding = Length(side * _PADDING)
    colours = tile_colours(tile.number)
    if side < _LEAST_SIDE_WITH_TEXT:
        return TileLook(side, padding, *colours, None, None)
    title_size = _title_size({tile.title, *_titles_beside(tile)}, side)
    number = _NUMBER_ALONE if title_size is None else _NUMBER
    return TileLook(side, padding, *colours, Length(side * number), title_size)


def _titles_beside(tile: Tile) -> Collection[str]:
    """Return the titles of all goals in the language of a tile; none if it has a wording of its own."""
    for titles in GOAL_TITLES.values():
        if titles[tile.number] == tile.title:
            return titles.values()
    return ()


def _title_size(titles: Collection[str], side: Length) -> Length | None:
    """Return the size in which titles fit in tiles with that side; None if it would be too small to be read."""
    size = max(side * _TITLE, SMALLEST_TEXT)
    while not all(_fits(title, size, side) for title in titles):
        if size == SMALLEST_TEXT:
            return None
        size = max(size * _SMALLER, SMALLEST_TEXT)
    return Length(size)


def _fits(title: str, size: float, side: Length) -> bool:
    """Return whether a title of that size fits in a tile below its number, by the estimated widths of its words."""
    width = side * (1 - 2 * _PADDING)
    height = width - side * _NUMBER * _LEADING
    lines = 1
    used = 0.0
    for word in title.split():
        needed = size * sum(map(_character_width, word))
        is_breakable = any(map(_is_ideograph, word))
        if needed > width + TOLERANCE and not is_breakable:
            return False
        if used and used + needed > width + TOLERANCE:
            lines += 1
            used = 0.0
        if is_breakable:
            lines += int((used + needed) / width)
        used = (used + needed) % width + size * _NARROW
    return lines * size * _LEADING <= height + TOLERANCE


def _character_width(character: str) -> float:
    """Return the estimated width of a character, relative to the size of the text."""
    if _is_ideograph(character):
        return _IDEOGRAPH
    if character in _NARROW_LETTERS:
        return _NARROW
    if character in _WIDE_LETTERS:
        return _WIDE
    return _CAPITAL if character.isupper() else _USUAL


def _is_ideograph(character: str) -> bool:
    """Return whether a character is as wide as it is high; a line may end beside it."""
    return east_asian_width(character) in "FW"


# The European emblem (Council of Europe, graphical specification): twelve upright stars are on a circle in a rectangle
# of 3:2. The unit of its lengths is the height of the rectangle; the origin is its lower left corner.
PROPORTION = 1.5
"""Width divided by height."""
BLUE, GOLD = Colour("003399"), Colour("FFCC00")
ALTERNATIVE_TEXT = "European Union flag"
_STARS = 12
_CIRCLE = 1 / 3
_STAR = 1 / 18
_INNER = 0.381966
"""The inner radius of a five-pointed star divided by its outer radius: (3 - √5) / 2."""
Corners = tuple[tuple[float, float], ...]


def stars() -> tuple[Corners, ...]:
    """Return the ten corners of each star, beginning with the top."""
    corners_of_stars = []
    for angle in _angles(_STARS):
        x = PROPORTION / 2 + _CIRCLE * sin(angle)
        y = 0.5 + _CIRCLE * cos(angle)
        corners_of_stars.append(_star(x, y))
    return tuple(corners_of_stars)


def _star(x: float, y: float) -> Corners:
    """Return the corners of a star around that point: an outer and an inner one in turn."""
    radii = (_STAR, _STAR * _INNER) * 5
    corners = []
    for radius, angle in zip(radii, _angles(len(radii)), strict=True):
        corners.append((x + radius * sin(angle), y + radius * cos(angle)))
    return tuple(corners)


def _angles(count: int) -> list[float]:
    """Return angles that divide a circle, in radians."""
    return [2 * pi * number / count for number in range(count)]
