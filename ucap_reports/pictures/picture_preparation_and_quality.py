"""Pictures of plans and packs, which are checked before they are used, and prepared for documents; and warnings about
those with few pixels for their size, or with many bytes.

They are decoded within limits; in documents they are upright, in sRGB or grey, small, and without metadata.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings

from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.storage.reading_limits import MAX_PICTURE_PIXELS
from ucap_reports.text.rich_text import RichText

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PACK_PICTURE_PIXELS = 16_000_000
"""pixels of a picture of a pack: more than a full page at 400 dpi"""
MAX_DECODED_PIXELS = 25_000_000
"""pixels of pictures that are decoded completely: A4 at 500 dpi"""
MAX_JPEG_SCANS = 100
"""scans of a progressive JPEG; real ones have about ten"""
MAX_BYTES = 1_000_000
"""The maximum for a picture in a document."""
_LARGEST = (3000, 3000)
"""More than a page is wide at 300 dpi; larger JPEGs are decoded in a half, a quarter or an eighth of their size."""
_QUALITY = 90
_DEPTH = {"I;16": 1 / 256, "I;16B": 1 / 256, "I;16L": 1 / 256, "I": 1 / 256}
"""The modes of grey pictures with 16 bits, and the factor to 8 bits."""
_ORIENTATION = 0x112
"""The tag of metadata that says how a picture is to be turned (Exif 3.0, 4.6.5)."""
_SCANS_A_DECODING = 16
"""Scans of a JPEG that take as long as decoding a PNG of its size."""
JPEG, _START_OF_SCAN = b"\xff\xd8", 0xDA
_JPEG_MARKER = LazyPattern(rb"\xff([^\x00\x01\xd0-\xd8\xff])(..)", re.DOTALL)
"""A marker before a segment, with the length of this (ITU-T T.81, B.1.1); others are in the data of a scan."""
DAMAGED = (OSError, SyntaxError, ValueError, EOFError)
"""Pillow's exceptions for a damaged picture."""


class PreparedPicture(Struct, frozen=True):
    """A PNG or JPEG file, in grey or sRGB with 8 bits, without metadata, and its size in pixels."""

    content: bytes = b""
    width: int = 0
    height: int = 0

    @property
    def media_type(self) -> str:
        """The media type of the content."""
        return "image/jpeg" if self.content.startswith(JPEG) else "image/png"


class PictureFacts(Struct, frozen=True):
    """A picture of the plan. `field` is its place in the plan, such as "pictures[0]"; `image` has its size in pixels.

    `width` is the printed width in points that the template's filter of that name gives it; 0 without one. False if
    there is no picture.
    """

    alt: str = ""
    caption: RichText = RichText()
    credit: RichText = RichText()
    field: str = ""
    image: PreparedPicture = PreparedPicture()
    width: float = 0

    def __bool__(self) -> bool:
        return bool(self.field)

    @property
    def text(self) -> str:
        """What is printed where only text is possible."""
        return self.alt


NO_PICTURE = PictureFacts()


class PictureError(Exception):
    """A picture cannot be used; `form` is the wording of `image-invalid` and `picture-invalid` in the catalogue.

    `contents` are the parts of a drawing that cannot be drawn.
    """

    def __init__(self, form: str, limit: int = 0, contents: tuple[str, ...] = ("",)) -> None:
        self.form = form
        self.limit = limit
        self.contents = contents
        super().__init__(form)


def prepare_picture(content: bytes) -> PreparedPicture:
    """Return the picture of a PNG or JPEG file as documents contain it. Raises PictureError."""
    return cached_artifact("picture", (content,), PreparedPicture, lambda: _prepared(content))


# Decoding, of PNG and JPEG files, for all readers
def picture_work(content: bytes, limit: int = MAX_PACK_PICTURE_PIXELS) -> int:
    """Return the work of decoding a picture, counted in pixels before it is decoded. Raises PictureError."""
    image = open_to_decode(content, limit)
    pixels = image.width * image.height
    return pixels * (_SCANS_A_DECODING + _scans(content)) // _SCANS_A_DECODING


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


# Preparation
def plain_picture(content: bytes) -> PreparedPicture:
    """Return a picture as all formats show it alike: upright, in grey or sRGB with 8 bits. Its file is the same if it
    is so already. Raises PictureError if it cannot be decoded.
    """
    image = open_to_decode(content)
    try:
        image.load()
    except DAMAGED as error:
        raise PictureError("damaged") from error
    is_turned = _is_turned(image)
    if not is_turned and image.mode not in _DEPTH and not _has_other_colours(image.info):
        return PreparedPicture(content, *image.size)
    if is_turned:
        _turn_upright(image)
    image = _in_plain_colours(image)
    written = _written(image, is_photograph=content.startswith(JPEG))
    return PreparedPicture(written, *image.size)


def _is_turned(image: "Image") -> bool:
    """Return whether the metadata of a picture say that it is not upright."""
    with suppress(Exception):  # Pillow raises many kinds of them for damaged metadata
        return image.getexif().get(_ORIENTATION, 1) in range(2, 9)
    return False


def _turn_upright(image: "Image") -> None:
    """Turn a picture as its metadata say."""
    from PIL import ImageOps  # noqa: PLC0415 - see open_to_decode

    with suppress(Exception):  # Pillow raises many kinds of them for damaged metadata
        ImageOps.exif_transpose(image, in_place=True)


def _prepared(content: bytes) -> PreparedPicture:
    """Return a picture that is upright, in plain colours, and small enough for documents."""
    image = open_to_decode(content, MAX_PICTURE_PIXELS)
    try:
        image.draft(None, _LARGEST)
        image.load()
    except DAMAGED as error:
        raise PictureError("damaged") from error
    if image.width * image.height > MAX_DECODED_PIXELS:  # before steps that copy it
        image.thumbnail(_LARGEST)
    _turn_upright(image)
    image = _in_plain_colours(image)
    image.thumbnail(_LARGEST)
    is_photograph = content.startswith(JPEG)
    written = _written(image, is_photograph=is_photograph)
    if len(written) > MAX_BYTES and image.mode != "RGBA":
        is_photograph = True
        written = _written(image, is_photograph=True)
    while len(written) > MAX_BYTES:
        scale = min((MAX_BYTES / len(written)) ** 0.5, 0.95)
        width = max(1, int(image.width * scale))
        height = max(1, int(image.height * scale))
        image = image.resize((width, height), reducing_gap=3)
        written = _written(image, is_photograph=is_photograph)
    return PreparedPicture(written, *image.size)


def _in_plain_colours(image: "Image") -> "Image":
    """Return the picture in the mode L, RGB or RGBA, in sRGB, transparent only where pixels are."""
    if image.mode in _DEPTH:
        factor = _DEPTH[image.mode]
        return image.point(lambda value: value * factor).convert("L")
    if image.has_transparency_data:
        with_alpha = _in_srgb(_in_mode(image, "RGBA"), image.info, "RGBA")
        is_opaque = with_alpha.getchannel("A").getextrema() == (255, 255)
        return with_alpha.convert("RGB") if is_opaque else with_alpha
    if image.mode in {"1", "L"}:
        return _in_mode(image, "L")
    in_own_colours = image if image.mode == "CMYK" else _in_mode(image, "RGB")
    return _in_mode(_in_srgb(in_own_colours, image.info, "RGB"), "RGB")


def _in_mode(image: "Image", mode: str) -> "Image":
    """Return the picture in a mode; the same one if it has it."""
    return image if image.mode == mode else image.convert(mode)


def _in_srgb(image: "Image", metadata: Any, mode: str) -> "Image":
    """Return the picture converted from the colour profile in its metadata; as it is without a usable one."""
    if not _has_other_colours(metadata):
        return image
    from PIL import ImageCms  # noqa: PLC0415 - few pictures have a profile of another colour space

    with suppress(ImageCms.PyCMSError, *DAMAGED):
        profile = ImageCms.ImageCmsProfile(BytesIO(metadata["icc_profile"]))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, profile, srgb, outputMode=mode) or image
    return image


def _has_other_colours(metadata: Any) -> bool:
    """Return whether the metadata of a picture have a usable colour profile other than sRGB."""
    profile = metadata.get("icc_profile")
    if not profile:
        return False
    from PIL import ImageCms  # noqa: PLC0415 - few pictures have a profile

    with suppress(ImageCms.PyCMSError, *DAMAGED):
        opened_profile = ImageCms.ImageCmsProfile(BytesIO(profile))
        return "sRGB" not in ImageCms.getProfileDescription(opened_profile)
    return False


def _written(image: "Image", *, is_photograph: bool) -> bytes:
    """Return the file of a picture. A JPEG that was not changed keeps its compression."""
    image.info.clear()
    content = BytesIO()
    if is_photograph and image.mode != "RGBA":
        quality = "keep" if image.format == "JPEG" else _QUALITY
        image.save(content, "JPEG", quality=quality)
    else:
        image.save(content, "PNG")
    return content.getvalue()


# Quality
_LEAST_PRINT_RESOLUTION = 150
"""The minimum number of pixels per inch in print, for pictures of plans."""
_LEAST_SCREEN_RESOLUTION = 72
"""Pixels per inch below which a picture looks coarse, even on a screen, for pictures of packs."""
_MAX_PICTURE_BYTES = 2_000_000
"""More than a photograph needs on a page."""
_POINTS_PER_INCH = 72
_MILLIMETRES_PER_INCH = 25.4


def print_warnings(pixels: int, points: float, location: Location) -> Iterator[Problem]:
    """Yield a warning for a picture of a plan with few pixels for its printed width in points."""
    inches = points / _POINTS_PER_INCH
    needed = ceil(inches * _LEAST_PRINT_RESOLUTION)
    if needed > pixels:
        width = f"{inches * _MILLIMETRES_PER_INCH:.0f}"
        resolution = f"{pixels / inches:.0f}"
        yield problem("picture-resolution-low", location, resolution=resolution, width=width, pixels=needed)


def quality_warnings(
    name: str, pixels: float | None, points: float, size: int, location: Location
) -> Iterator[Problem]:
    """Yield a warning for a picture with few pixels for its width in points, or with many bytes.

    `pixels` is its width in pixels; None for a drawing.
    """
    if pixels is not None:
        resolution = pixels / (points / _POINTS_PER_INCH)
        if resolution < _LEAST_SCREEN_RESOLUTION:
            yield problem("image-resolution-low", location, name=name, resolution=f"{resolution:.0f}")
    if size > _MAX_PICTURE_BYTES:
        yield problem("image-heavy", location, name=name, megabytes=f"{size / 1_000_000:.1f}")
