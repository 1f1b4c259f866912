"""Pictures of the page tree: the bytes of their files and their size, in no format of a document."""

from functools import lru_cache

from msgspec import Struct

from ucap_reports.pictures.picture_preparation import JPEG, PictureError, picture_work, plain_picture
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


MOST_PICTURE_WORK = 64_000_000
"""Pixels of all pictures of a page; they take about two seconds."""
WORK_OF_DRAWING = 250
"""Pixels that take as long as a character of a drawing."""
PNG = b"\x89PNG\r\n\x1a\n"


def ending_of_picture(content: bytes) -> str:
    """Return the ending of the name of a file that page templates can print, by its content: .png, .jpg or .svg.

    Raises PictureError if they cannot print it.
    """
    is_drawing = not content.startswith((PNG, JPEG))
    decoded_picture(content, is_drawing=is_drawing, work=work_of_picture(content, is_drawing=is_drawing))
    if is_drawing:
        return ".svg"
    return ".jpg" if content.startswith(JPEG) else ".png"


def decoded_picture(content: bytes, *, is_drawing: bool, work: int) -> Picture:
    """Return a picture of a page, where decoding it and those before it takes `work`.

    Raises PictureError if it cannot be decoded, or if this takes too long.
    """
    if work > MOST_PICTURE_WORK:
        raise PictureError("total", MOST_PICTURE_WORK)
    return _read_svg(content) if is_drawing else read_picture(content)


def work_of_picture(content: bytes, *, is_drawing: bool) -> int:
    """Return the work of decoding a picture, counted in pixels. Raises PictureError."""
    return len(content) * WORK_OF_DRAWING if is_drawing else picture_work(content)


@lru_cache(maxsize=64)
def read_picture(content: bytes) -> Picture:
    """Return the picture of a PNG or JPEG file. Raises PictureError if it cannot be decoded."""
    plain = plain_picture(content)
    return Picture(plain.content, plain.width, plain.height)


def _read_svg(content: bytes) -> Picture:
    """Return the picture of an SVG file. Raises PictureError with everything in it that cannot be drawn."""
    from ucap_reports.page.svg_drawing import read_drawing  # noqa: PLC0415 - few packs have a drawing

    drawing = read_drawing(content)
    return Picture(content, drawing.width, drawing.height, is_drawn=True)
