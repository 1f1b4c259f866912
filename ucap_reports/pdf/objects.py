"""PDF objects as bytes, in ReportLab's document: the document numbers and writes them, nothing else."""

import zlib

from reportlab.pdfbase import pdfdoc

PDF_VERSION = (1, 7)
_LEVEL = 6
"""Of zlib: 9 takes three times as long for a hundredth less."""


class RawObject(pdfdoc.PDFObject):
    """An indirect object whose bytes are its whole content. They may be set until the document is written, so that
    objects can refer to each other; `number` is what they refer by.
    """

    __RefOnly__ = 1

    def __init__(self, document: pdfdoc.PDFDocument, content: bytes = b"") -> None:
        self.content = content
        name = document.Reference(self).name  # type: ignore[no-untyped-call]  # ReportLab has no types
        self.number: int = document.idToObjectNumberAndVersion[name][0]

    def format(self, document: pdfdoc.PDFDocument) -> bytes:  # noqa: ARG002 - ReportLab's signature
        """What ReportLab writes between `obj` and `endobj`."""
        return self.content


def new_document() -> pdfdoc.PDFDocument:
    """An empty document that depends on no clock."""
    return pdfdoc.PDFDocument(invariant=1, pdfVersion=PDF_VERSION)


def add_object(document: pdfdoc.PDFDocument, content: bytes) -> int:
    """Put a finished object into the document and tell its number."""
    return RawObject(document, content).number


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object as it is; `entries` are those of its dictionary beside Length."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def compressed_stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object, compressed; `entries` are those of its dictionary beside Length and Filter."""
    return stream(zlib.compress(content, _LEVEL), entries + b"/Filter/FlateDecode")


def text_string(text: str) -> str:
    """The text as a PDF string object: ASCII as it is, anything else as UTF-16."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    return "<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper() + ">"
