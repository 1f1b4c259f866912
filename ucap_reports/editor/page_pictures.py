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
    """A page of a PDF as a PNG, which keeps colours exactly: `width` and `height` are in CSS pixels, `name` is a digest
    of the content.
    """

    name: str
    width: float
    height: float
    content: bytes


@lru_cache(maxsize=16)
def pictures(pdf: bytes, ratio: float) -> tuple[PagePicture, ...]:
    """A picture of each page, with `ratio` screen pixels for each CSS pixel. Not safe in threads."""
    with pdfium.PdfDocument(pdf) as document:
        return tuple(_picture(page, ratio) for page in document)


def _picture(page: Any, ratio: float) -> PagePicture:
    file = BytesIO()
    page.render(scale=ratio * CSS_PIXELS).to_pil().save(file, "PNG", compress_level=COMPRESSION)
    content = file.getvalue()
    width, height = page.get_width() * CSS_PIXELS, page.get_height() * CSS_PIXELS
    return PagePicture(sha256(content).hexdigest()[:32], width, height, content)
