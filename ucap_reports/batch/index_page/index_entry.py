"""The entries of the index."""

from datetime import date

from msgspec import Struct

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


class IndexEntry(Struct, frozen=True):
    """The entry of a plan: text as it is published, `files` in the order of their links."""

    id: str
    title: str
    cities: tuple[str, ...]
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 codes, each once."""
    themes: tuple[str, ...] = ()
    sdgs: tuple[int, ...] = ()
    files: tuple[PublishedFile, ...] = ()
    thumbnail: str | None = None
    """The file name of the picture of the first page, in the folder `THUMBNAILS` beside the index."""
    updated: date | None = None
    language: str = "en"
    """The language of title and themes (BCP 47)."""


def thumbnail_name(name: str) -> str:
    """The file name of the picture of a PDF, by the name of the PDF without its format."""
    return f"{name}.jpg"
