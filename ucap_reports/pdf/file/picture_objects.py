"""Pictures as PDF objects: a JPEG is embedded as it is, a PNG is encoded again, with its transparency as a mask."""

from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING
from warnings import catch_warnings

from msgspec import Struct

from ucap_reports.pdf.file.canvas import PictureObject
from ucap_reports.pdf.file.pdf_objects import compressed_stream, stream

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 16_000_000
"""More than a full page at 400 dpi."""
MOST_SCANS = 100
"""Of a progressive JPEG; real ones have about ten."""
_SCANS_A_DECODING = 16
"""Scans of a JPEG that take as long as decoding a PNG of its size."""
_JPEG, _START_OF_SCAN = b"\xff\xd8", b"\xff\xda"
_SPACES = {"L": b"/DeviceGray", "RGB": b"/DeviceRGB"}


class PictureError(Exception):
    """A picture cannot be used; `form` is the wording of `image-invalid` in the catalogue."""

    def __init__(self, form: str, most: int = 0) -> None:
        self.form, self.most = form, most
        super().__init__(form)


class Picture(Struct, frozen=True):
    """A picture that fills the unit square, and its size in pixels."""

    drawing: PictureObject
    width: int
    height: int


def picture_work(content: bytes) -> int:
    """The work of decoding a picture, counted in pixels before it is decoded. Raises PictureError."""
    scans = content.count(_START_OF_SCAN) if content.startswith(_JPEG) else 0
    image = _open(content)
    if scans > MOST_SCANS:
        raise PictureError("scans", MOST_SCANS)
    return image.width * image.height * (_SCANS_A_DECODING + scans) // _SCANS_A_DECODING


@lru_cache(maxsize=64)
def read_picture(content: bytes) -> Picture:
    """The picture of a PNG or JPEG file. Raises PictureError if it cannot be decoded."""
    name = f"Image-{sha256(content).hexdigest()[:12]}"
    image = _open(content)
    try:
        image.load()
    except (OSError, SyntaxError) as error:  # Pillow's exceptions for a damaged picture
        raise PictureError("damaged") from error
    if content.startswith(_JPEG) and image.mode in _SPACES:
        drawing = PictureObject(name, stream(content, _entries(image) + b"/Filter/DCTDecode"))
    elif image.has_transparency_data:
        complete = image.convert("RGBA")
        drawing = PictureObject(name, _samples(complete.convert("RGB")), _samples(complete.getchannel("A")))
    else:
        drawing = PictureObject(name, _samples(image.convert("L" if image.mode in {"1", "L"} else "RGB")))
    return Picture(drawing, *image.size)


def _open(content: bytes) -> "Image":
    """The picture, of which only the beginning is read."""
    from PIL import Image  # noqa: PLC0415 - takes 20 ms, and most pages have no picture

    try:
        with catch_warnings(action="ignore"):
            image = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
    except Image.DecompressionBombError:
        raise PictureError("pixels", MOST_PIXELS) from None
    except (OSError, SyntaxError) as error:
        raise PictureError("damaged") from error
    if image.width * image.height > MOST_PIXELS:
        raise PictureError("pixels", MOST_PIXELS)
    return image


def _entries(image: "Image") -> bytes:
    return b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%b" % (
        *image.size,
        _SPACES[image.mode],
    )


def _samples(image: "Image") -> bytes:
    return compressed_stream(image.tobytes(), _entries(image))
