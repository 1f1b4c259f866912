"""Opens PNG and JPEG files within limits that are checked before anything is decoded, for all readers."""

import re
from io import BytesIO
from typing import TYPE_CHECKING
from warnings import catch_warnings

from ucap_reports.storage.reading_limits import MAX_DECODED_PIXELS, MAX_JPEG_SCANS, MAX_PACK_PICTURE_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

_SCANS_A_DECODING = 16
"""Scans of a JPEG that take as long as decoding a PNG of its size."""
JPEG, _START_OF_SCAN = b"\xff\xd8", 0xDA
_JPEG_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])(..)", re.DOTALL)
"""A marker before a segment, with the length of this (ITU-T T.81, B.1.1); others are in the data of a scan."""
DAMAGED = (OSError, SyntaxError, ValueError, EOFError)
"""Pillow's exceptions for a damaged picture."""


class PictureError(Exception):
    """A picture cannot be used; `form` is the wording of `image-invalid` and `picture-invalid` in the catalogue.

    `contents` are the parts of a drawing that cannot be drawn.
    """

    def __init__(self, form: str, limit: int = 0, contents: tuple[str, ...] = ("",)) -> None:
        self.form, self.limit, self.contents = form, limit, contents
        super().__init__(form)


def picture_work(content: bytes, limit: int = MAX_PACK_PICTURE_PIXELS) -> int:
    """Return the work of decoding a picture, counted in pixels before it is decoded. Raises PictureError."""
    image = open_to_decode(content, limit)
    return image.width * image.height * (_SCANS_A_DECODING + _scans(content)) // _SCANS_A_DECODING


def open_to_decode(content: bytes, limit: int = MAX_PACK_PICTURE_PIXELS) -> "Image":
    """Open a picture that can be decoded within the limits; only its header is read. Raises PictureError."""
    image = open_picture(content, limit)
    scans = _scans(content)
    if scans > MAX_JPEG_SCANS:
        raise PictureError("scans", MAX_JPEG_SCANS)
    if scans != 1 and image.width * image.height > MAX_DECODED_PIXELS:
        raise PictureError("decoded", MAX_DECODED_PIXELS)
    return image


def open_picture(content: bytes, limit: int = MAX_PACK_PICTURE_PIXELS) -> "Image":
    """Return the picture; only its header is read. Raises PictureError if it has more than `limit` pixels or is
    invalid.
    """
    from PIL import Image  # noqa: PLC0415 - takes 20 ms, and most documents have no picture

    try:
        with catch_warnings(action="ignore"):
            image = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
    except Image.DecompressionBombError:
        raise PictureError("pixels", limit) from None
    except DAMAGED as error:
        raise PictureError("damaged") from error
    if image.mode == "P" and image.palette is None:
        raise PictureError("damaged")
    if image.width * image.height > limit:
        raise PictureError("pixels", limit)
    return image


def _scans(content: bytes) -> int:
    """Return the number of scans of a JPEG, at most one more than allowed, without those of thumbnails in its metadata.

    Return 0 for a PNG.
    """
    if not content.startswith(JPEG):
        return 0
    scans = 0
    position = len(JPEG)
    while scans <= MAX_JPEG_SCANS:
        marker = _JPEG_MARKER.search(content, position)
        if marker is None:
            return scans
        if marker[1][0] == _START_OF_SCAN:
            scans += 1
        position = marker.end(1) + max(int.from_bytes(marker[2]), len(marker[2]))
    return scans
