"""Pages of PDFs as pictures, each named by what it shows, so that only those that changed are sent again."""

from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
from msgspec import Struct

RATIOS = (1.0, 1.5, 2.0, 3.0)
"""Pixels of the screen by pixels of CSS that pictures are made for."""
CSS_PIXELS = 96 / 72
"""A point in CSS pixels."""
COMPRESSION = 1
"""Of PNG, 0 to 9. Higher levels take twice as long and save nothing on pages of text."""


class PagePicture(Struct, frozen=True):
    """A page as it is shown: `width` and `height` are in CSS pixels, `name` is a digest of its pixels."""

    name: str
    width: float
    height: float
    ratio: float
    pdf: bytes
    page: int
    """Its place in the PDF, from 0."""


@lru_cache(maxsize=16)
def pictures(pdf: bytes, ratio: float) -> tuple[PagePicture, ...]:
    """A picture of each page, for a screen with `ratio` pixels for each of CSS. For one thread at a time."""
    with pdfium.PdfDocument(pdf) as document:
        return tuple(_picture(page, pdf, number, ratio) for number, page in enumerate(document))


def png(picture: PagePicture) -> bytes:
    """The picture as a PNG: lossless, so that a colour is the one that was asked for."""
    content = BytesIO()
    with pdfium.PdfDocument(picture.pdf) as document:
        image = _drawn(document[picture.page], picture.ratio).to_pil()
    image.save(content, "PNG", compress_level=COMPRESSION)
    return content.getvalue()


def _picture(page: Any, pdf: bytes, number: int, ratio: float) -> PagePicture:
    drawn = _drawn(page, ratio)
    digest = sha256(f"{drawn.width} {drawn.height} ".encode())
    digest.update(drawn.buffer)
    width, height = page.get_width() * CSS_PIXELS, page.get_height() * CSS_PIXELS
    return PagePicture(digest.hexdigest()[:32], width, height, ratio, pdf, number)


def _drawn(page: Any, ratio: float) -> Any:
    return page.render(scale=ratio * CSS_PIXELS)
