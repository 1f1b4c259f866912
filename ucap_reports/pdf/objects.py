"""PDF objects as bytes, in ReportLab's document: the document numbers and writes them, nothing else."""

from typing import Any

import deflate
from reportlab.pdfbase import pdfdoc

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""The version, and bytes that tell tools for text that this is none (7.5.2)."""
_LEVEL = 6
"""Of libdeflate: 9 takes twice as long for a hundredth less."""


class RawObject(pdfdoc.PDFObject):
    """An indirect object whose bytes are its whole content. They may be set until the document is written, so that
    objects can refer to each other; `number` is what they refer by.
    """

    __RefOnly__ = 1

    def __init__(self, document: pdfdoc.PDFDocument, content: bytes = b"") -> None:
        self.content = content
        self.number: int = document.objectcounter + 1
        document.objectcounter = self.number
        name = self.__InternalName__ = f"R{self.number}"
        document.idToObject[name] = self
        document.numberToId[self.number] = name
        document.idToObjectNumberAndVersion[name] = (self.number, 0)

    def format(self, document: pdfdoc.PDFDocument) -> bytes:  # noqa: ARG002 - ReportLab's signature
        """What ReportLab writes between `obj` and `endobj`."""
        return self.content


class PdfFile(pdfdoc.PDFDocument):
    """ReportLab's document, which writes objects that are bytes already as they are."""

    def format(self) -> bytes:
        """The whole file (ISO 32000-1, 7.5)."""
        file: Any = self  # the stubs leave out most of it
        root, info = (file.Reference(each).format(self).decode("ascii") for each in (file.Catalog, file.info))
        written = [_HEADER]
        offsets = []
        offset = len(_HEADER)
        number = 0
        while (number := number + 1) in self.numberToId:
            item = self.idToObject[self.numberToId[number]]
            content = item.content if isinstance(item, RawObject) else pdfdoc.format(item, self, toplevel=1)
            entry = b"%d 0 obj\n%b\nendobj\n" % (number, content)
            written.append(entry)
            offsets.append(offset)
            offset += len(entry)
        written.append(_cross_references(offsets))
        identifier = file.signature.hexdigest()
        trailer = f"<</Size {number}/Root {root}/Info {info}/ID[<{identifier}><{identifier}>]>>"
        written.append(f"trailer\n{trailer}\nstartxref\n{offset}\n%%EOF\n".encode("ascii"))
        return b"".join(written)


def _cross_references(offsets: list[int]) -> bytes:
    entries = "".join([f"{offset:010} 00000 n \n" for offset in offsets])
    return f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{entries}".encode("ascii")


def new_document() -> PdfFile:
    """An empty document that depends on no clock."""
    return PdfFile(invariant=1)


def add_object(document: pdfdoc.PDFDocument, content: bytes) -> int:
    """Put a finished object into the document and tell its number."""
    return RawObject(document, content).number


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object as it is; `entries` are those of its dictionary beside Length."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def compressed_stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object, compressed; `entries` are those of its dictionary beside Length and Filter."""
    return stream(bytes(deflate.zlib_compress(content, _LEVEL)), entries + b"/Filter/FlateDecode")


def text_string(text: str) -> str:
    """The text as a PDF string object: ASCII as it is, anything else as UTF-16."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    return "<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper() + ">"
