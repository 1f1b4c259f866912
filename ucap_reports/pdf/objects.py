"""PDF objects as bytes, in ReportLab's document: the document numbers and writes them, nothing else."""

import zlib

from reportlab.pdfbase import pdfdoc

PDF_VERSION = (1, 7)
COMPRESSION = 6
"""zlib's level: 9 takes three times as long for a hundredth less."""


class RawObject(pdfdoc.PDFObject):  # type: ignore[misc] - ReportLab's stubs give its objects no type
    """An indirect object whose bytes are its whole content; they may be set until the document is written."""

    __RefOnly__ = 1

    def __init__(self, content: bytes = b"") -> None:
        self.content = content

    def format(self, document: pdfdoc.PDFDocument) -> bytes:  # noqa: ARG002 - ReportLab's signature
        """What ReportLab writes between `obj` and `endobj`."""
        return self.content


def new_document() -> pdfdoc.PDFDocument:
    """An empty document that depends on no clock."""
    return pdfdoc.PDFDocument(invariant=1, pdfVersion=PDF_VERSION)


def add(document: pdfdoc.PDFDocument, item: RawObject) -> int:
    """Give the object a place in the document and tell its number."""
    number: int = document.idToObjectNumberAndVersion[document.Reference(item).name][0]
    return number


def add_object(document: pdfdoc.PDFDocument, content: bytes) -> int:
    """Put a finished object into the document and tell its number."""
    return add(document, RawObject(content))


def stream(content: bytes, entries: bytes = b"", *, compress: bool = True) -> bytes:
    """A stream object; `entries` are those of its dictionary beside Length and Filter."""
    if compress:
        content = zlib.compress(content, COMPRESSION)
        entries += b"/Filter/FlateDecode"
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def text_string(text: str) -> str:
    """The text as a PDF string object: ASCII as it is, anything else as UTF-16."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    return "<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper() + ">"
