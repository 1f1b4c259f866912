"""Images of a pack as PDF objects. A JPEG is put in as it is; a PNG is put in anew, its transparency beside it."""

from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from PIL import Image

from ucap_reports.pdf.file.canvas import PictureObject
from ucap_reports.pdf.file.pdf_objects import compressed_stream, stream

_JPEG = b"\xff\xd8"
_SPACES = {"L": b"/DeviceGray", "RGB": b"/DeviceRGB"}


@lru_cache(maxsize=64)
def picture(content: bytes) -> PictureObject:
    """The image of a PNG or JPEG file as a drawing that fills the unit square."""
    name = f"Image-{sha256(content).hexdigest()[:12]}"
    with Image.open(BytesIO(content)) as image:
        image.load()
        if content.startswith(_JPEG) and image.mode in _SPACES:
            return PictureObject(name, stream(content, _entries(image) + b"/Filter/DCTDecode"))
        if image.has_transparency_data:
            whole = image.convert("RGBA")
            opaque, transparency = whole.convert("RGB"), whole.getchannel("A")
            return PictureObject(name, _samples(opaque), _samples(transparency))
        return PictureObject(name, _samples(image.convert("L" if image.mode in {"1", "L"} else "RGB")))


def _entries(image: Image.Image) -> bytes:
    return b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%b" % (
        *image.size,
        _SPACES[image.mode],
    )


def _samples(image: Image.Image) -> bytes:
    return compressed_stream(image.tobytes(), _entries(image))
