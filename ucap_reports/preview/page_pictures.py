"""Pages of PDFs as pictures. The name of a picture is a digest, so that only changed pages are sent again."""

from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
from msgspec import Struct

RATIOS = (1.0, 1.5, 2.0, 3.0)
"""The supported ratios of screen pixels to CSS pixels."""
CSS_PIXELS = 96 / 72
"""A point in CSS pixels."""
COMPRESSION = 1
"""Of PNG, 0 to 9. Higher levels take twice as long and do not make pages of text smaller."""


class PagePicture(Struct, frozen=True):
    """A page of a PDF: `width` and `height` are in CSS pixels, `name` is a digest of its pixels."""

    name: str
    width: float
    height: float
    ratio: float
    pdf: bytes
    page: int
    """The number of the page in the PDF, from 0."""


@lru_cache(maxsize=16)
def pictures(pdf: bytes, ratio: float) -> tuple[PagePicture, ...]:
    """A picture of each page, with `ratio` screen pixels for each CSS pixel. Not safe in threads."""
    with pdfium.PdfDocument(pdf) as document:
        return tuple(_picture(page, pdf, number, ratio) for number, page in enumerate(document))


def png(picture: PagePicture) -> bytes:
    """The picture as a PNG, which keeps colours exactly."""
    content = BytesIO()
    with pdfium.PdfDocument(picture.pdf) as document:
        image = _rendered(document[picture.page], picture.ratio).to_pil()
    image.save(content, "PNG", compress_level=COMPRESSION)
    return content.getvalue()


def _picture(page: Any, pdf: bytes, number: int, ratio: float) -> PagePicture:
    image = _rendered(page, ratio)
    digest = sha256(f"{image.width} {image.height} ".encode())
    digest.update(image.buffer)
    width, height = page.get_width() * CSS_PIXELS, page.get_height() * CSS_PIXELS
    return PagePicture(digest.hexdigest()[:32], width, height, ratio, pdf, number)


def _rendered(page: Any, ratio: float) -> Any:
    return page.render(scale=ratio * CSS_PIXELS)
