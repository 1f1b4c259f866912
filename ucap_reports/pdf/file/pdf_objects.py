"""PDF objects as bytes, their numbers, and the file of them."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import accumulate

import deflate
from reportlab.pdfbase.pdfdoc import DummyDoc, PDFArray, PDFDictionary

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""The version, and bytes that show tools for text that this is a binary file (ISO 32000-1, 7.5.2)."""
_LEVEL = 4
"""Of libdeflate: level 6 takes a sixth longer to save three hundredths."""


class PdfFile:
    """The objects of a file by their numbers."""

    def __init__(self) -> None:
        self._contents: list[bytes] = []

    def reserve(self) -> int:
        """The number of an object whose content comes later, so that others can refer to it."""
        return self.add(b"null")

    def put(self, number: int, content: bytes) -> None:
        """Set the content of a reserved object."""
        self._contents[number - 1] = content

    def add(self, content: bytes) -> int:
        """Add an object and return its number."""
        self._contents.append(content)
        return len(self._contents)

    def content(self, catalog: int, information: int) -> bytes:
        """The complete file (ISO 32000-1, 7.5); its identifier is a digest of its objects."""
        objects = [b"%d 0 obj\n%b\nendobj\n" % entry for entry in enumerate(self._contents, 1)]
        written = [_HEADER, *objects]
        offsets = list(accumulate(map(len, written)))
        table = f"xref\n0 {len(offsets)}\n0000000000 65535 f \n"
        table += "%010d 00000 n \n" * len(objects) % tuple(offsets[:-1])
        identifier = sha256(b"".join(written)).hexdigest()[:32]
        root = f"/Root {catalog} 0 R/Info {information} 0 R"
        trailer = f"<</Size {len(offsets)}{root}/ID[<{identifier}><{identifier}>]>>"
        end = f"{table}trailer\n{trailer}\nstartxref\n{offsets[-1]}\n%%EOF\n"
        return b"".join([*written, end.encode("ascii")])


def dictionary(entries: Mapping[str, str | bytes]) -> bytes:
    """A dictionary object of finished values, written by ReportLab."""
    content: bytes = PDFDictionary(dict(entries)).format(DummyDoc())
    return content


def references(numbers: Iterable[int]) -> bytes:
    """An array object of references to these objects, written by ReportLab."""
    content: bytes = PDFArray([f"{number} 0 R" for number in numbers]).format(DummyDoc())
    return content


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object; `entries` are those of its dictionary without Length."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def compressed_stream(content: bytes, entries: bytes = b"", before: str = "") -> bytes:
    """A stream object, compressed; `entries` are those of its dictionary without Length and Filter, `before` is the
    filter of an encoding that the content already has.
    """
    filters = f"[/FlateDecode{before}]" if before else "/FlateDecode"
    return stream(bytes(deflate.zlib_compress(content, _LEVEL)), entries + f"/Filter{filters}".encode("ascii"))


def text_string(text: str) -> str:
    """The text as a PDF string object: in ASCII where possible, otherwise in UTF-16."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    return "<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper() + ">"
