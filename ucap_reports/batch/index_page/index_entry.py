"""The entries of the index, and the facts of a plan that lists of documents need."""

from datetime import date
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
