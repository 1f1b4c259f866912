"""A finished document: bytes with a name."""

from enum import StrEnum

from msgspec import Struct


class Format(StrEnum):
    """The formats a summary is published in; the value is the file's ending."""

    PDF = "pdf"
    DOCX = "docx"


class Document(Struct, frozen=True):
    """One file to write: `name` is the plan's id, `pages` is None where the format has none before layout (Word)."""

    name: str
    format: Format
    content: bytes
    pages: int | None = None

    @property
    def file_name(self) -> str:
        """The name it is written under, such as `tianjin-rome.pdf`."""
        return f"{self.name}.{self.format.value}"
