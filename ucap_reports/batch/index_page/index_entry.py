"""What the index says of a plan."""

from datetime import date

from msgspec import Struct

from ucap_reports.summary.document import Format

INDEX = "index.html"
THUMBNAILS = "thumbnails"
"""The folder of the pictures, beside the index."""


class PublishedFile(Struct, frozen=True):
    """A document that lies beside the index: `size` is in bytes, `pages` is None where the format has none (Word)."""

    format: Format
    file_name: str
    size: int
    pages: int | None = None


class IndexEntry(Struct, frozen=True):
    """A plan's summary as the index lists it: text as it is published, `files` in the order of their links."""

    id: str
    title: str
    cities: tuple[str, ...]
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 codes, each once."""
    themes: tuple[str, ...] = ()
    sdgs: tuple[int, ...] = ()
    files: tuple[PublishedFile, ...] = ()
    thumbnail: str | None = None
    """The file name of the picture of page one, in the folder `THUMBNAILS` beside the index."""
    updated: date | None = None
    language: str = "en"
    """The language of title and themes (BCP 47)."""


def thumbnail_name(plan: str) -> str:
    """The file name of the picture of a plan's first page."""
    return f"{plan}.jpg"
