"""Documents and their formats, and the standards of PDF files: which of them contain the plan that they print."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field

from ucap_reports.problems import Problem, ProblemsFound, did_you_mean, problem


class Format(StrEnum):
    """The formats of documents; the value is the ending of the file."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"


DEFAULT_FORMATS = (Format.PDF, Format.DOCX)
"""The formats that are built unless others are chosen."""
FORMAT_NAMES = {Format.PDF: "PDF", Format.DOCX: "Word", Format.HTML: "Web page"}
"""The names of the formats for readers."""
MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.HTML: "text/html",
}
"""The media types of the formats (RFC 6838)."""


class PdfStandard(StrEnum):
    """The standards that a PDF conforms to."""

    UA_1 = "ua-1+a-2a"
    """PDF/UA-1 and PDF/A-2a."""
    UA_2 = "ua-2+a-4f"
    """PDF 2.0: PDF/UA-2, WTPDF and PDF/A-4f, with the plan embedded."""

    @property
    def has_attachments(self) -> bool:
        """Whether PDFs contain their plan: PDF/A-2 (6.8) only allows attachments that conform to it themselves."""
        return self is PdfStandard.UA_2


DEFAULT_STANDARD = PdfStandard.UA_1
DRAFT = "draft"
"""The status of drafts."""


def parse_standard(name: str) -> PdfStandard:
    """Return the standard of that name. Raises ProblemsFound."""
    if name.lower() in tuple(PdfStandard):  # Python 3.11 has no `in` for the values of an enum
        return PdfStandard(name.lower())
    hint = did_you_mean(name, PdfStandard) or f"available standards: {' and '.join(PdfStandard)}"
    raise ProblemsFound([problem("pdf-standard-unknown", hint=hint, name=name)])


def parse_formats(formats: str | Iterable[str]) -> tuple[Format, ...]:
    """Return the formats of names such as "pdf", "pdf,docx" or ["pdf", "docx"], each once. Raises ProblemsFound."""
    names = formats.split(",") if isinstance(formats, str) else formats
    return tuple(dict.fromkeys(_format(name.strip().lower()) for name in names))


def _format(name: str) -> Format:
    if name in tuple(Format):
        return Format(name)
    hint = did_you_mean(name, Format) or f"available formats: {', '.join(Format)}"
    raise ProblemsFound([problem("format-unknown", hint=hint, name=name)])


class Attachment(Struct, frozen=True):
    """A file that is embedded in a PDF: `kind` is its media type, `description` is for readers."""

    name: str
    kind: str
    description: str
    content: bytes


class Document(Struct, frozen=True):
    """A document: `content` is the bytes of its file, `name` the id of its plan.

    `pages` is None for Word files and web pages, which have pages only in the program that shows them.
    """

    name: str
    format: Format
    content: bytes
    pages: int | None = None
    pictures: Mapping[str, float] = field(default_factory=dict)
    """The widths of the plan's pictures in it, by their fields in the plan, in points."""
    warnings: tuple[Problem, ...] = ()
    """Problems of the layout, such as words that are wider than their columns."""

    @property
    def file_name(self) -> str:
        """The name of its file, such as `tianjin-rome.pdf`."""
        return f"{self.name}.{self.format.value}"

    def save(self, path: str | Path) -> Path:
        """Write the document and return the path of its file.

        Args:
            path: The file, or an existing folder, in which the file gets the document's `file_name`.

        Raises:
            OSError: If the file cannot be written.
        """
        target = Path(path)
        if target.is_dir():
            target /= self.file_name
        target.write_bytes(self.content)
        return target
