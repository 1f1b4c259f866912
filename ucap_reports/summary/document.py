"""A finished document: bytes with a name."""

from enum import StrEnum

from msgspec import Struct


class Format(StrEnum):
    """The formats of documents; the value is the ending of the file name."""

    PDF = "pdf"
    DOCX = "docx"


class Document(Struct, frozen=True):
    """A file to write: `name` is the plan's id, `pages` is None for Word files, whose pages depend on the reader."""

    name: str
    format: Format
    content: bytes
    pages: int | None = None

    @property
    def file_name(self) -> str:
        """The name of the file, such as `tianjin-rome.pdf`."""
        return f"{self.name}.{self.format.value}"
