"""Pictures of the page tree: the bytes of their files and their size, in no format of a document."""

from functools import lru_cache

from msgspec import Struct

from ucap_reports.pictures.decoding_limits import DAMAGED, PictureError, open_to_decode
from ucap_reports.template.figure_geometry import PROPORTION


class Picture(Struct, frozen=True):
    """A PNG, JPEG or SVG file, and its size in pixels, which for a drawing are only a unit of length.

    `content` is empty for the emblem of the European Union, which each format draws itself.
    """

    content: bytes
    width: float
    height: float
    is_drawn: bool = False


EMBLEM = Picture(b"", PROPORTION, 1, is_drawn=True)


@lru_cache(maxsize=64)
def read_picture(content: bytes) -> Picture:
    """Return the picture of a PNG or JPEG file. Raises PictureError if it cannot be decoded."""
    image = open_to_decode(content)
    try:
        image.load()
    except DAMAGED as error:
        raise PictureError("damaged") from error
    return Picture(content, *image.size)


def read_svg(content: bytes) -> Picture:
    """Return the picture of an SVG file. Raises PictureError with everything in it that cannot be drawn."""
    from ucap_reports.page.svg_drawing import read_drawing  # noqa: PLC0415 - few packs have a drawing

    drawing = read_drawing(content)
    return Picture(content, drawing.width, drawing.height, is_drawn=True)
