"""Office files as ZIP archives: read with limits, and written so that the same parts give the same bytes.

All readers of Word files and workbooks open them with `ZipParts`. What the parts are is in `package_parts.py`.
"""

import lzma
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, BadZipFile, LargeZipFile, ZipFile

import deflate
from msgspec import Struct

from ucap_reports.storage.reading_limits import MIB

MAX_TEMPLATE_PARTS = 2_000
"""parts"""
MAX_TEMPLATE_BYTES = 64 * MIB
"""bytes of all parts together"""
MAX_TEMPLATE_ELEMENTS = 25_000
"""XML elements; templates have about a thousand"""
CONTENT_TYPES = "[Content_Types].xml"
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Byte order marks, white space, and the zero bytes of UTF-16."""


class BrokenPackageError(Exception):
    """The bytes are not a readable package; the message is the reason, such as "a part is in it twice"."""


class PackageSizeError(Exception):
    """The package or a part is larger than is allowed."""


class ZipParts:
    """The parts of an archive, whose number and size are checked before any is unpacked."""

    def __init__(self, content: bytes, max_parts: int, max_bytes: int) -> None:
        """Open an archive.

        Raises BrokenPackageError if it is damaged or has two parts with the same name, and PackageSizeError.
        """
        with _damage_reported():
            self._zip = ZipFile(BytesIO(content))
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(infos) > max_parts or sum(info.file_size for info in infos) > max_bytes:
            raise PackageSizeError
        self._infos = {info.filename: info for info in infos}
        if len(self._infos) < len(infos):  # programs may read different ones
            raise BrokenPackageError("it has two parts with the same name")

    @property
    def names(self) -> list[str]:
        """The names of the parts, as they are in the archive."""
        return list(self._infos)

    def read(self, name: str, max_bytes: int | None = None) -> bytes:
        """Return the content of a part. Raises BrokenPackageError if it is damaged, and PackageSizeError."""
        with _damage_reported(), self._zip.open(self._infos[name]) as part:
            content = part.read() if max_bytes is None else part.read(max_bytes + 1)
        if max_bytes is not None and len(content) > max_bytes:
            raise PackageSizeError
        return content


@contextmanager
def _damage_reported() -> Iterator[None]:
    """Raise BrokenPackageError for everything that the standard library raises for damaged or encrypted archives."""
    try:
        yield
    except (
        BadZipFile,
        LargeZipFile,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ):
        raise BrokenPackageError("it is not a valid ZIP archive") from None


def read_package(content: bytes) -> dict[str, bytes]:
    """Return the parts of a Word file by name.

    Raises BrokenPackageError if it cannot be read, or is too large for a template.
    """
    try:
        package = ZipParts(content, MAX_TEMPLATE_PARTS, MAX_TEMPLATE_BYTES)
    except PackageSizeError:
        raise BrokenPackageError("it has more parts or bytes than a template needs") from None
    if any(_leads_out(name) for name in package.names):
        raise BrokenPackageError("the name of a part is a path outside the file")
    parts = {name: package.read(name) for name in package.names}
    if sum(map(_elements, parts.values())) > MAX_TEMPLATE_ELEMENTS:
        raise BrokenPackageError(f"it has more than {MAX_TEMPLATE_ELEMENTS:,} elements")
    return parts


def _elements(content: bytes) -> int:
    """Return the number of elements and comments in a part, counted without parsing it; 0 if it is not XML."""
    if not content[:16].lstrip(_BEFORE_XML).startswith(b"<"):
        return 0
    return content.count(b"<") - content.count(b"</")


def _leads_out(name: str) -> bool:
    """Return whether unpacking the part could write to another folder (ISO/IEC 29500-2, 6.2.2, forbids such names)."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


# Writing
_LEVEL = 1
"""The level of libdeflate: level 6 takes 50 % longer and saves 3 %."""
_LARGEST_KEPT = 8_192
"""The bytes of a part whose compressed bytes are kept: headers and footers are often equal in many documents."""
_DAY_ONE = (1 << 5) | 1
"""1980-01-01 in the format of ZIP archives, the date that Word writes."""
_VERSION = 20
"""The version of the ZIP format that compressed parts need: 2.0."""
_UTF8 = 0x800
"""The flag of a part whose name is in UTF-8."""
_HEADER = b"PK\x03\x04"
"""The beginning of the header of a part, which is before its bytes (APPNOTE.TXT 4.3.7)."""
_ENTRY = b"PK\x01\x02" + _VERSION.to_bytes(2, "little")
"""The beginning of the entry of a part in the directory of the archive (4.3.12), with the version that wrote it."""
_SHARED_FIELDS = struct.Struct("<HHHHHIIIHH")
"""What the header of a part and its entry have in common, up to the length of an extra field."""
_END_OF_ENTRY = struct.Struct("<10xI")
"""What only the entry has after these fields: no comment, no attributes, and the offset of the header."""
_END_OF_DIRECTORY = struct.Struct("<4sHHHHIIH")
"""What is at the end of the archive (4.3.16): where the directory is, and how many entries it has."""


class ZipMember(Struct, frozen=True):
    """A part in the archive: its compressed bytes (`stored`), and what both of its headers have (`fields`)."""

    name: str
    stored: bytes
    fields: bytes


def compressed(name: str, content: bytes) -> ZipMember:
    """Return a part with this name and content."""
    if len(content) <= _LARGEST_KEPT:
        stored, checksum = _kept_compressed(content)
    else:
        stored, checksum = _compressed(content)
    flags = 0 if name.isascii() else _UTF8
    midnight = 0
    no_extra_field = 0
    fields = _SHARED_FIELDS.pack(
        _VERSION,
        flags,
        ZIP_DEFLATED,
        midnight,
        _DAY_ONE,
        checksum,
        len(stored),
        len(content),
        len(name.encode()),
        no_extra_field,
    )
    return ZipMember(name, stored, fields)


def _compressed(content: bytes) -> tuple[bytes, int]:
    """Return the compressed bytes, and the checksum of the content."""
    return bytes(deflate.deflate_compress(content, _LEVEL)), deflate.crc32(content)


_kept_compressed = lru_cache(maxsize=16)(_compressed)


def write_package(members: Iterable[ZipMember]) -> bytes:
    """Return the file with these parts: the content types first, the others by name, all with the same date."""
    by_name = {member.name: member for member in members}
    names = sorted(by_name)
    if CONTENT_TYPES in by_name:
        names.remove(CONTENT_TYPES)
        names.insert(0, CONTENT_TYPES)
    pieces: list[bytes] = []
    entries: list[bytes] = []
    offset = 0
    for name in names:
        member = by_name[name]
        encoded_name = name.encode()
        header = b"".join((_HEADER, member.fields, encoded_name))
        pieces += (header, member.stored)
        entries += (_ENTRY, member.fields, _END_OF_ENTRY.pack(offset), encoded_name)
        offset += len(header) + len(member.stored)
    directory = b"".join(entries)
    count = len(names)
    # The zeros are the numbers of its only disk and of that where the directory begins, and the length of a comment.
    end = _END_OF_DIRECTORY.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
    return b"".join([*pieces, directory, end])


def is_own_package(content: bytes) -> bool:
    """Return whether the product has written a Word file that no program has changed since: others write other bytes
    for the same parts.
    """
    try:
        parts = read_package(content)
    except BrokenPackageError:
        return False
    return write_package(compressed(name, part) for name, part in parts.items()) == content
