"""Pictures as PDF objects: a JPEG is embedded as it is, a PNG is encoded again, with its transparency as a mask; SVG
drawings and the emblem of the European Union are forms of vector graphics (ISO 32000-1, 8.10).
"""

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from ucap_reports.page.page_tree import Picture
from ucap_reports.pdf.file.canvas import PictureObject
from ucap_reports.pdf.file.pdf_objects import SMALL, compressed_stream, stream
from ucap_reports.pictures.picture_preparation import DAMAGED, JPEG, PictureError, open_to_decode
from ucap_reports.template.figure_geometry import BLUE, GOLD, PROPORTION, Corners, stars
from ucap_reports.template.lengths_and_colours import colour_operands

if TYPE_CHECKING:
    from PIL.Image import Image

_SPACES = {"L": b"/DeviceGray", "RGB": b"/DeviceRGB"}


def picture_object(picture: Picture) -> PictureObject:
    """Return the object of a picture of the page tree. Raises PictureError if it cannot be decoded."""
    if not picture.content:
        return emblem_object()
    if picture.is_drawn:
        return drawing_object(picture.content)
    return image_object(picture.content)


@lru_cache(maxsize=64)
def drawing_object(content: bytes) -> PictureObject:
    """Return the object of an SVG file: a form that shows the box of the drawing in the unit square.

    Raises PictureError with everything in it that cannot be drawn.
    """
    from ucap_reports.page import svg_drawing  # noqa: PLC0415 - few packs have a drawing

    drawing = svg_drawing.read_drawing(content)
    bounds = svg_drawing.operands(*drawing.box, digits=9)
    matrix = svg_drawing.unit_square_matrix(drawing)
    entries = f"/Type/XObject/Subtype/Form/BBox[{bounds}]/Matrix[{matrix}]/Resources<<>>".encode("ascii")
    form = compressed_stream(svg_drawing.shape_operators(drawing).encode("ascii"), entries, SMALL)
    return PictureObject(f"Drawing-{sha256(content).hexdigest()[:12]}", form)


@lru_cache(maxsize=64)
def image_object(content: bytes) -> PictureObject:
    """Return the object of a PNG or JPEG file. Raises PictureError if it cannot be decoded."""
    name = f"Image-{sha256(content).hexdigest()[:12]}"
    image = open_to_decode(content)
    try:
        image.load()
    except DAMAGED as error:
        raise PictureError("damaged") from error
    if content.startswith(JPEG) and image.mode in _SPACES:
        return PictureObject(name, stream(content, _entries(image) + b"/Filter/DCTDecode"))
    if image.has_transparency_data:
        complete = image.convert("RGBA")
        return PictureObject(name, _samples(complete.convert("RGB")), _samples(complete.getchannel("A")))
    return PictureObject(name, _samples(image.convert("L" if image.mode in {"1", "L"} else "RGB")))


def _entries(image: "Image") -> bytes:
    return b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%b" % (
        *image.size,
        _SPACES[image.mode],
    )


def _samples(image: "Image") -> bytes:
    return compressed_stream(image.tobytes(), _entries(image), SMALL)


@lru_cache(maxsize=1)
def emblem_object() -> PictureObject:
    """Return the emblem of the European Union, which must be shown 1.5 times as wide as high."""
    squeeze = f"{1 / PROPORTION:.6f} 0 0 1 0 0 cm"
    field = f"{colour_operands(BLUE)} rg 0 0 {PROPORTION} 1 re f"
    gold = "\n".join(_path(star) for star in stars())
    content = f"{squeeze}\n{field}\n{colour_operands(GOLD)} rg\n{gold}\nf"
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>"
    return PictureObject("Emblem", compressed_stream(content.encode("ascii"), entries, SMALL))


def _path(corners: Corners) -> str:
    """Return the path around the corners."""
    points = [f"{x:.5f} {y:.5f}" for x, y in corners]
    return f"{points[0]} m {' l '.join(points[1:])} l h"
