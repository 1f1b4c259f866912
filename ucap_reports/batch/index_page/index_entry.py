"""The entries of the index, the facts of a plan that lists of documents need, and small pictures of first pages."""

from datetime import date
from io import BytesIO
from typing import Annotated

from msgspec import Meta, Struct

from ucap_reports.summary.document import Format

INDEX = "index.html"
THUMBNAILS = "thumbnails"
"""The folder of the pictures, beside the index."""


class PublishedFile(Struct, frozen=True):
    """A document beside the index: `size` is in bytes, `pages` is None for Word, which has no fixed pages.

    `version` is empty for the plan's own documents, and otherwise the pack and the language of the variant.
    """

    format: Format
    file_name: str
    size: int
    pages: int | None = None
    version: str = ""


class VersionNames(Struct, frozen=True):
    """The names of the cities in the language of a version."""

    language: str
    cities: tuple[str, ...]


class PlanCard(Struct, frozen=True):
    """The facts of a plan that lists of documents need."""

    id: str
    title: str
    cities: tuple[str, ...]
    countries: tuple[str, ...] = ()
    """ISO 3166 codes, each once."""
    themes: tuple[str, ...] = ()
    sdgs: tuple[Annotated[int, Meta(ge=1, le=17)], ...] = ()
    language: str = "en"
    """The language of title and themes (BCP 47)."""
    updated: date | None = None
    status: str = "final"
    languages: tuple[str, ...] | None = None
    """The languages of further versions, if the plan names some."""


class IndexEntry(PlanCard, frozen=True):
    """The entry of a plan: its facts as they are published, and `files` in the order of their links."""

    files: tuple[PublishedFile, ...] = ()
    versions: tuple[VersionNames, ...] = ()
    """The versions in other languages."""
    thumbnail: str | None = None
    """The file name of the picture of the first page, in the folder `THUMBNAILS` beside the index."""


def thumbnail_name(name: str) -> str:
    """Return the file name of the picture of a PDF, by the name of the PDF without its format."""
    return f"{name}.jpg"


# Small pictures of the first pages of documents

_WIDTH = 240
"""In pixels: twice the width in the index, for screens with a high resolution."""
_QUALITY = 60
"""JPEG quality, 0 to 100. A dense page has 12 kB, written in 0.2 ms; WebP saves a third and takes ten times as long."""


def thumbnail(pdf: bytes) -> bytes:
    """Return a JPEG of the PDF's first page, 240 pixels wide: the same bytes for the same PDF.

    Raises PdfiumError (of pypdfium2) if it is not a PDF.
    """
    import pypdfium2 as pdfium  # noqa: PLC0415 - takes 30 ms to import

    picture = BytesIO()
    with pdfium.PdfDocument(pdf) as document:
        page = document[0]
        scale = (_WIDTH - 0.01) / page.get_width()  # PDFium rounds up
        page.render(scale=scale).to_pil().save(picture, "JPEG", quality=_QUALITY)
    return picture.getvalue()
