"""PDF objects as bytes, in ReportLab's document: the document numbers and writes them, nothing else."""

from hashlib import sha256
from itertools import accumulate
from typing import Any

import deflate
from reportlab.pdfbase import pdfdoc

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""The version, and bytes that tell tools for text that this is none (7.5.2)."""
_LEVEL = 4
"""Of libdeflate: 6 takes a sixth longer for 3 hundredths less."""


class PdfFile(pdfdoc.PDFDocument):
    """ReportLab's document, most of whose objects are finished bytes."""

    def __init__(self) -> None:
        super().__init__(invariant=1)  # it depends on no clock
        self._contents: dict[int, bytes] = {}

    def reserve(self) -> int:
        """The number of an object that is put into the document later, so that others can refer to it."""
        self.objectcounter: int = self.objectcounter + 1
        return self.objectcounter

    def put(self, number: int, content: bytes) -> None:
        """Give a reserved object its content."""
        self._contents[number] = content

    def add(self, content: bytes) -> int:
        """Put an object into the document and tell its number."""
        number = self.reserve()
        self._contents[number] = content
        return number

    def format(self) -> bytes:
        """The whole file (ISO 32000-1, 7.5), its identifier made of all that is in it."""
        file: Any = self  # the stubs leave out most of it
        root, info = (file.Reference(each).format(self).decode("ascii") for each in (file.Catalog, file.info))
        self._finish()
        written = [_HEADER, *[b"%d 0 obj\n%b\nendobj\n" % entry for entry in sorted(self._contents.items())]]
        offsets = list(accumulate(map(len, written)))
        references = f"xref\n0 {len(offsets)}\n0000000000 65535 f \n"
        references += "%010d 00000 n \n" * (len(offsets) - 1) % tuple(offsets[:-1])
        identifier = sha256(b"".join(written)).hexdigest()[:32]
        trailer = f"<</Size {len(offsets)}/Root {root}/Info {info}/ID[<{identifier}><{identifier}>]>>"
        end = f"{references}trailer\n{trailer}\nstartxref\n{offsets[-1]}\n%%EOF\n"
        return b"".join([*written, end.encode("ascii")])

    def _finish(self) -> None:
        """Write ReportLab's own objects, which may bring others with them."""
        while open_objects := sorted(self.numberToId.keys() - self._contents.keys()):
            for number in open_objects:
                self._contents[number] = pdfdoc.format(self.idToObject[self.numberToId[number]], self, toplevel=1)


class RawObject(pdfdoc.PDFObject):
    """An object that ReportLab refers to by itself; its bytes are set before the document is written."""

    __RefOnly__ = 1

    def __init__(self, document: PdfFile) -> None:
        self.content = b""
        self.number = document.reserve()
        name = self.__InternalName__ = f"R{self.number}"
        document.idToObject[name] = self
        document.numberToId[self.number] = name
        document.idToObjectNumberAndVersion[name] = (self.number, 0)

    def format(self, document: pdfdoc.PDFDocument) -> bytes:  # noqa: ARG002 - ReportLab's signature
        """What ReportLab writes between `obj` and `endobj`."""
        return self.content


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object as it is; `entries` are those of its dictionary beside Length."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def compressed_stream(content: bytes, entries: bytes = b"", before: str = "") -> bytes:
    """A stream object, compressed; `entries` are those of its dictionary beside Length and Filter, `before` is the
    filter that undoes what was done before.
    """
    filters = f"[/FlateDecode{before}]" if before else "/FlateDecode"
    return stream(bytes(deflate.zlib_compress(content, _LEVEL)), entries + f"/Filter{filters}".encode("ascii"))


def text_string(text: str) -> str:
    """The text as a PDF string object: ASCII as it is, anything else as UTF-16."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    return "<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper() + ">"
