"""Pictures of plans as documents contain them (upright, in sRGB or grey, small, without metadata) and as templates use
them, and warnings about pictures of templates with too few pixels or too many bytes.
"""

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ucap_reports.pictures.decoding_limits import DAMAGED, JPEG, PictureError, open_to_decode
from ucap_reports.storage.reading_limits import MAX_DECODED_PIXELS, MAX_PICTURE_PIXELS
from ucap_reports.storage.user_cache import cached_artifact

if TYPE_CHECKING:
    from PIL.Image import Image
from collections.abc import Iterator

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.text.rich_text import RichText

MAX_BYTES = 1_000_000
"""The maximum for a picture in a document."""
_LARGEST = (3000, 3000)
"""More than a page is wide at 300 dpi; larger JPEGs are decoded in a half, a quarter or an eighth of their size."""
_QUALITY = 90
_DEPTH = {"I;16": 1 / 256, "I;16B": 1 / 256, "I;16L": 1 / 256, "I": 1 / 256}
"""The modes of grey pictures with 16 bits, and the factor to 8 bits."""

LEAST_SCREEN_RESOLUTION = 72
"""Pixels to the inch below which a picture looks coarse, even on a screen."""
MAX_PICTURE_BYTES = 2_000_000
"""More than a photograph needs on a page."""


class PreparedPicture(Struct, frozen=True):
    """A PNG or JPEG file, in grey or sRGB with 8 bits, without metadata, and its size in pixels."""

    content: bytes = b""
    width: int = 0
    height: int = 0

    @property
    def media_type(self) -> str:
        """The media type of the content."""
        return "image/jpeg" if self.content.startswith(JPEG) else "image/png"


def prepare_picture(content: bytes) -> PreparedPicture:
    """Return the picture of a PNG or JPEG file as documents contain it. Raises PictureError."""
    return cached_artifact("picture", (content,), PreparedPicture, lambda: _prepared(content))


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


def quality_warnings(
    name: str, pixels: float | None, points: float, size: int, location: Location
) -> Iterator[Problem]:
    """Yield a warning for a picture with few pixels for its width in points, or with many bytes.

    `pixels` is its width in pixels; None for a drawing.
    """
    if pixels is not None:
        resolution = pixels / (points / 72)
        if resolution < LEAST_SCREEN_RESOLUTION:
            yield problem("image-resolution-low", location, name=name, resolution=f"{resolution:.0f}")
    if size > MAX_PICTURE_BYTES:
        yield problem("image-heavy", location, name=name, megabytes=f"{size / 1_000_000:.1f}")


def _prepared(content: bytes) -> PreparedPicture:
    from PIL import ImageOps  # noqa: PLC0415 - see open_to_decode

    image = open_to_decode(content, MAX_PICTURE_PIXELS)
    try:
        image.draft(None, _LARGEST)
        image.load()
    except DAMAGED as error:
        raise PictureError("damaged") from error
    if image.width * image.height > MAX_DECODED_PIXELS:  # before steps that copy it
        image.thumbnail(_LARGEST)
    with suppress(Exception):  # Pillow raises many kinds of them for damaged metadata
        ImageOps.exif_transpose(image, in_place=True)
    image = _in_plain_colours(image)
    image.thumbnail(_LARGEST)
    is_photograph = content.startswith(JPEG)
    written = _written(image, is_photograph=is_photograph)
    if len(written) > MAX_BYTES and image.mode != "RGBA":
        is_photograph = True
        written = _written(image, is_photograph=True)
    while len(written) > MAX_BYTES:
        share = min((MAX_BYTES / len(written)) ** 0.5, 0.95)
        image = image.resize((max(1, int(image.width * share)), max(1, int(image.height * share))), reducing_gap=3)
        written = _written(image, is_photograph=is_photograph)
    return PreparedPicture(written, *image.size)


def _in_plain_colours(image: "Image") -> "Image":
    """Return the picture in the mode L, RGB or RGBA, in sRGB, transparent only where pixels are."""
    if image.mode in _DEPTH:
        return image.point(lambda value: value * _DEPTH[image.mode]).convert("L")
    if image.has_transparency_data:
        image = _in_srgb(image if image.mode == "RGBA" else image.convert("RGBA"), image.info, "RGBA")
        return image if image.getchannel("A").getextrema() != (255, 255) else image.convert("RGB")
    if image.mode in {"1", "L"}:
        return image if image.mode == "L" else image.convert("L")
    own = image if image.mode in {"RGB", "CMYK"} else image.convert("RGB")
    converted = _in_srgb(own, image.info, "RGB")
    return converted if converted.mode == "RGB" else converted.convert("RGB")


def _in_srgb(image: "Image", metadata: Any, mode: str) -> "Image":
    """Return the picture converted from the colour profile in its metadata; as it is without a usable one."""
    profile = metadata.get("icc_profile")
    if not profile:
        return image
    from PIL import ImageCms  # noqa: PLC0415 - few pictures have a profile of another colour space

    with suppress(ImageCms.PyCMSError, *DAMAGED):
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" not in ImageCms.getProfileDescription(own):
            return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    return image


def _written(image: "Image", *, is_photograph: bool) -> bytes:
    """Return the file of a picture. A JPEG that was not changed keeps its compression."""
    image.info.clear()
    content = BytesIO()
    if is_photograph and image.mode != "RGBA":
        image.save(content, "JPEG", quality="keep" if image.format == "JPEG" else _QUALITY)
    else:
        image.save(content, "PNG")
    return content.getvalue()
