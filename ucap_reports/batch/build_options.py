"""The options that documents are built with."""

from datetime import date

from msgspec import Struct

from ucap_reports.summary.document import DEFAULT_FORMATS, DEFAULT_STANDARD, Format, PdfStandard
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE

BOOK = "book"
"""The name of the files of a book, unless another one is given."""
DEFAULT_PACK = "iuc-asia"
"""The pack of plans that name none, unless the project names another."""


class LinkedFile(Struct, frozen=True):
    """A file to which a web page links; `language` is None for another format of the same document."""

    file_name: str
    language: str | None = None


class DocumentOptions(Struct, frozen=True):
    """Options of a document: `template` is a pack instead of the plan's own, `language` that of the translation or, if
    there is none, of the row labels.
    """

    template: str | None = None
    language: str | None = None
    undated: date | None = None
    """The date of documents whose plan has none; None leaves it out."""
    default_pack: str = DEFAULT_PACK
    """The pack of plans that name none."""
    pdf_standard: PdfStandard = DEFAULT_STANDARD
    default_language: str = DEFAULT_LANGUAGE
    """The language of plans that name none."""


class BuildOptions(DocumentOptions, frozen=True):
    """Options of the documents of a plan."""

    formats: tuple[Format, ...] = DEFAULT_FORMATS
    is_version: bool = False
    """Whether the language is one of those that plan or project name, so that a missing translation is a warning."""
    linked: tuple[LinkedFile, ...] | None = None
    """The files to which the web page links; None for those of the formats."""
    knows_all_fields: bool = True
    """Whether the project has no errors that may keep custom fields from being known."""
    is_check: bool = False
    """Only the problems are needed."""
    needs_thumbnail: bool = False
    """Whether the index needs a thumbnail of the PDF."""
    thumbnail_pdf: str | None = None
    """The SHA-256 of a PDF whose thumbnail the index has already, in hex."""
