"""Opens PNG and JPEG files within limits that are checked before anything is decoded."""

from io import BytesIO
from typing import TYPE_CHECKING
from warnings import catch_warnings

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 16_000_000
"""More than a full page at 400 dpi."""
MOST_SCANS = 100
"""The maximum for a progressive JPEG; real ones have about ten."""
_SCANS_A_DECODING = 16
"""Scans of a JPEG that take as long as decoding a PNG of its size."""
JPEG, _START_OF_SCAN = b"\xff\xd8", b"\xff\xda"
DAMAGED = (OSError, SyntaxError, ValueError, EOFError)
"""Pillow's exceptions for a damaged picture."""


class PictureError(Exception):
    """A picture cannot be used; `form` is the wording of `image-invalid` and `picture-invalid` in the catalogue.

    `contents` are the parts of a drawing that cannot be drawn.
    """

    def __init__(self, form: str, most: int = 0, contents: tuple[str, ...] = ("",)) -> None:
        self.form, self.most, self.contents = form, most, contents
        super().__init__(form)


def picture_work(content: bytes, most: int = MOST_PIXELS) -> int:
    """The work of decoding a picture, counted in pixels before it is decoded. Raises PictureError."""
    scans = content.count(_START_OF_SCAN) if content.startswith(JPEG) else 0
    image = open_picture(content, most)
    if scans > MOST_SCANS:
        raise PictureError("scans", MOST_SCANS)
    return image.width * image.height * (_SCANS_A_DECODING + scans) // _SCANS_A_DECODING


def open_picture(content: bytes, most: int = MOST_PIXELS) -> "Image":
    """The picture; only its header is read. Raises PictureError if it has more than `most` pixels or is invalid."""
    from PIL import Image  # noqa: PLC0415 - takes 20 ms, and most documents have no picture

    try:
        with catch_warnings(action="ignore"):
            image = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
    except Image.DecompressionBombError:
        raise PictureError("pixels", most) from None
    except DAMAGED as error:
        raise PictureError("damaged") from error
    if image.mode == "P" and image.palette is None:
        raise PictureError("damaged")
    if image.width * image.height > most:
        raise PictureError("pixels", most)
    return image
