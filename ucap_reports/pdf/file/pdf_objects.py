"""PDF objects as bytes, their numbers, and the file of them."""

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from io import BytesIO
from itertools import accumulate, chain, compress
from math import ceil
from operator import not_

import deflate
import msgspec

from ucap_reports.storage.bounded_and_compressed_values import kept_values

_HEADER = b"%%PDF-%b\n%%\xe2\xe3\xcf\xd3\n"
"""The version, and bytes that show tools for text that this is a binary file (ISO 32000-1, 7.5.2)."""
FAST, SMALL = 1, 6
"""Levels of libdeflate. The fast one takes less than half as long, and files are 3 % larger. It is for what only one
document contains; pictures are compressed once for many.
"""
_LEAST_COMPRESSED = 512
"""Bytes of a stream that is compressed: compressing a smaller one saves about a hundred, and takes nearly as long."""

_WORD_JOINER, _BYTE_ORDER_MARK = "\u2060", "\ufeff"
_STREAM_END = b"\nendstream"
_FREE, _STREAM, _COMPRESSED = range(3)
"""Kinds of rows in the table of objects (ISO 32000-1, table 18)."""
_KIND, _PLACE = 48, 16
"""The bits after the kind and after the place in a row."""
_MAX_TOGETHER = 5000
"""Objects that are compressed together: a reader decompresses all of them to read one."""
_LAST_GENERATION = 65535
_MOST_LENGTHS, _MOST_REFERENCES = 4096, 4096
"""Written lengths in the cache: those of several documents, which have most of them in common. And references to
objects, which have the same numbers in all documents.
"""


class PdfFile:
    """The objects of a file by their numbers, for a version of PDF."""

    def __init__(self, version: str = "1.7") -> None:
        self._version = version.encode("ascii")
        self.objects: list[bytes] = []
        """The content of each object, by its number less one. The elements of the tag tree are so many that they are
        set here, without a call for each.
        """

    def reserve(self) -> int:
        """Return the number of an object whose content comes later, so that others can refer to it."""
        self.objects.append(b"null")
        return len(self.objects)

    def put(self, number: int, content: bytes) -> None:
        """Set the content of a reserved object."""
        self.objects[number - 1] = content

    def add(self, content: bytes) -> int:
        """Add an object and return its number."""
        self.objects.append(content)
        return len(self.objects)

    def content(self, catalog: int, information: int | None = None) -> bytes:
        """Return the complete file (ISO 32000-1, 7.5.7 and 7.5.8); its identifier is a digest of its objects.

        All objects that are not streams are compressed together, those of long books in several parts, and so is the
        table of the places of all objects. The objects are forgotten while they are written, because those of long
        books need much memory.
        """
        contents = self.objects
        end = -len(_STREAM_END)
        is_stream = [content[end:] == _STREAM_END for content in contents]
        is_other = list(map(not_, is_stream))
        numbers = range(1, len(contents) + 1)
        others = array("L", compress(numbers, is_other))
        other_contents = list(compress(contents, is_other))
        container_count = max(1, ceil(len(others) / _MAX_TOGETHER))
        first_container = len(contents) + 1
        table = first_container + container_count
        rows = _ObjectTable(table + 1)
        file = BytesIO()
        file.write(_HEADER % self._version)
        for number in compress(numbers, is_stream):
            rows.put_stream(number, file.tell())
            file.write(_numbered(number, contents[number - 1]))
            contents[number - 1] = b""
        contents.clear()
        for container in range(first_container, table):
            together = others[:_MAX_TOGETHER]
            rows.put_compressed(together, container)
            rows.put_stream(container, file.tell())
            object_stream = _object_stream(together, other_contents[:_MAX_TOGETHER])
            file.write(_numbered(container, object_stream))
            del others[:_MAX_TOGETHER]
            del other_contents[:_MAX_TOGETHER]
        table_offset = file.tell()
        rows.put_stream(table, table_offset)
        with file.getbuffer() as written:
            identifier = blake2b(written, digest_size=16).hexdigest()
        entries = f"/Type/XRef/Size {table + 1}/W[1 4 2]/Root {catalog} 0 R"
        if information is not None:
            entries += f"/Info {information} 0 R"
        entries += f"/ID[<{identifier}><{identifier}>]"
        file.write(_numbered(table, compressed_stream(rows.written(), entries.encode("ascii"))))
        file.write(b"startxref\n%d\n%%%%EOF\n" % table_offset)
        return file.getvalue()


class _ObjectTable:
    """The table of the places of all objects (ISO 32000-1, 7.5.8). A row is a number of seven bytes: one for the kind,
    four for the place, which is the offset of a stream or the stream that has the object, and two for its index there.
    """

    def __init__(self, count: int) -> None:
        self._rows = array("Q", [_FREE << _KIND | _LAST_GENERATION]) * count

    def put_stream(self, number: int, offset: int) -> None:
        """Set the row of a stream."""
        self._rows[number] = _STREAM << _KIND | offset << _PLACE

    def put_compressed(self, numbers: Iterable[int], container: int) -> None:
        """Set the rows of objects that are compressed together in a stream with that number, in this order."""
        rows = self._rows
        first_row = _COMPRESSED << _KIND | container << _PLACE
        for row, number in enumerate(numbers, first_row):
            rows[number] = row

    def written(self) -> bytes:
        """Return the rows, the highest byte of each first."""
        if sys.byteorder == "little":
            self._rows.byteswap()
        rows = bytearray(self._rows.tobytes())
        del rows[:: self._rows.itemsize]  # the eighth byte of each number
        return bytes(rows)


def dictionary(entries: Mapping[str, str]) -> bytes:
    """Return a dictionary object of finished values."""
    written = "".join([f"/{name} {value}" for name, value in entries.items()])
    return f"<<{written}>>".encode("ascii")


@kept_values(_MOST_REFERENCES)
def reference(number: int) -> str:
    """Return a reference to an object. To write one takes longer than to look it up."""
    return f"{number} 0 R"


def references(numbers: Iterable[int]) -> str:
    """Return an array object of references to these objects."""
    written = " ".join(map(reference, numbers))
    return f"[{written}]"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object; `entries` are those of its dictionary without Length."""
    return b"<<%b/Length %d>>\nstream\n%b%b" % (entries, len(content), content, _STREAM_END)


def compressed_stream(content: bytes, entries: bytes = b"", level: int = FAST) -> bytes:
    """Return a stream object, compressed if it is worth the time.

    `entries` are those of its dictionary without Length and Filter.
    """
    if len(content) < _LEAST_COMPRESSED:
        return stream(content, entries)
    compressed = bytes(deflate.zlib_compress(content, level))
    return stream(compressed, entries + b"/Filter/FlateDecode")


@kept_values(_MOST_LENGTHS)
def points(length: float) -> str:
    """Return a length in points with two decimals.

    Documents have hundreds of lengths, most of which others have too, and to write one takes longer than to look it up.
    """
    return f"{length + 0.0:.2f}"  # -0.0, which is equal to 0.0, becomes the same


def word_joined(text: str) -> str:
    """Return a text with a word joiner for each byte order mark: inside of text they mean the same, and only the former
    is allowed by PDF/UA-1 (7.21.7).
    """
    return text.replace(_BYTE_ORDER_MARK, _WORD_JOINER)


def actual_text(text: str) -> str:
    """Return the PDF string object of a text that readers copy instead of that of the glyphs (14.9.4)."""
    return text_string(word_joined(text))


def text_string(text: str) -> str:
    """Return the text as a PDF string object: in ASCII where possible, otherwise in UTF-16."""
    if text.isascii() and text.isprintable():
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"({escaped})"
    hexadecimal = string_bytes(text).hex().upper()
    return f"<{hexadecimal}>"


def string_bytes(text: str) -> bytes:
    """Return the bytes of the PDF string of a text, by which the names of a name tree are in order (7.9.6)."""
    if text.isascii() and text.isprintable():
        return text.encode("ascii")
    return b"\xfe\xff" + text.encode("utf-16-be")


def _numbered(number: int, content: bytes) -> bytes:
    """Return an object as it is in the file."""
    return b"%d 0 obj\n%b\nendobj\n" % (number, content)


def _object_stream(numbers: Iterable[int], objects: Sequence[bytes]) -> bytes:
    """Return objects that are not streams, with their numbers, as one compressed stream (ISO 32000-1, 7.5.7).

    It begins with the number and the offset of each object.
    """
    sizes = [len(content) + 1 for content in objects]  # with a line break
    offsets = accumulate(sizes, initial=0)
    pairs = zip(numbers, offsets, strict=False)  # the last offset is the end, which no object has
    numbers_and_offsets = list(chain.from_iterable(pairs))
    # Numbers are written as JSON several times as fast as with the format of bytes.
    header = msgspec.json.encode(numbers_and_offsets)[1:-1].replace(b",", b" ")
    first_offset = len(header) + 1
    entries = b"/Type/ObjStm/N %d/First %d" % (len(objects), first_offset)
    content = b"\n".join([header, *objects])
    return compressed_stream(content, entries)
