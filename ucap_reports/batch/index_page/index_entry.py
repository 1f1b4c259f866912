"""The entries of the index."""

from msgspec import Struct

from ucap_reports.batch.plan_card import PlanCard
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


class IndexEntry(PlanCard, frozen=True):
    """The entry of a plan: its facts as they are published, and `files` in the order of their links."""

    files: tuple[PublishedFile, ...] = ()
    versions: tuple[VersionNames, ...] = ()
    """The versions in other languages."""
    thumbnail: str | None = None
    """The file name of the picture of the first page, in the folder `THUMBNAILS` beside the index."""


def thumbnail_name(name: str) -> str:
    """The file name of the picture of a PDF, by the name of the PDF without its format."""
    return f"{name}.jpg"
