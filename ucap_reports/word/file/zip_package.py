"""Office files as ZIP packages: read with limits, and written so that the same content gives the same bytes.

All readers of Word files and workbooks open them with `ZipParts`.
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

from ucap_reports.storage.reading_limits import MAX_TEMPLATE_BYTES, MAX_TEMPLATE_ELEMENTS, MAX_TEMPLATE_PARTS

_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Byte order marks, white space, and the zero bytes of UTF-16."""
LEVEL = 6
"""The level of libdeflate: level 9 takes 50 % longer and saves 1 %."""
CONTENT_TYPES = "[Content_Types].xml"
_DAY_ONE = (1 << 5) | 1
"""1980-01-01 in the format of ZIP archives, the date that Word writes."""
_VERSION = 20
_UTF8 = 0x800
_deflated = lru_cache(maxsize=16)(deflate.deflate_compress)
"""Cached, since headers and footers are often equal in one document and the next."""
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


class BrokenPackageError(Exception):
    """The bytes are not a readable package; the message is the reason, such as "a part is in it twice"."""


class PackageSizeError(Exception):
    """The package or a part is larger than is allowed."""


class ZipMember(Struct, frozen=True):
    """A part in the archive: its compressed bytes (`stored`), and the size and checksum of its content."""

    name: str
    stored: bytes
    size: int
    checksum: int


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
    is_xml = content[:16].lstrip(_BEFORE_XML).startswith(b"<")
    return content.count(b"<") - content.count(b"</") if is_xml else 0


def _leads_out(name: str) -> bool:
    """Return whether unpacking the part could write to another folder (ISO/IEC 29500-2, 6.2.2, forbids such names)."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def compressed(name: str, content: bytes) -> ZipMember:
    """Return a part with this name and content."""
    return ZipMember(name, bytes(_deflated(content, LEVEL)), len(content), zlib.crc32(content))


def write_package(members: Iterable[ZipMember]) -> bytes:
    """Return the file with these parts: the content types first, the others by name, all with the same date."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for member in sorted(members, key=lambda member: (member.name != CONTENT_TYPES, member.name)):
        name = member.name.encode()
        common = struct.pack(
            "<HHHHHIIIHH",
            *(_VERSION, 0 if name.isascii() else _UTF8, ZIP_DEFLATED, 0, _DAY_ONE),
            *(member.checksum, len(member.stored), member.size, len(name), 0),
        )
        pieces += (_LOCAL, common, name, member.stored)
        directory.append(
            _CENTRAL + struct.pack("<H", _VERSION) + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name,
        )
        offset += len(_LOCAL) + len(common) + len(name) + len(member.stored)
    central = b"".join(directory)
    count = len(directory)
    end = _END + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), offset, 0)
    return b"".join([*pieces, central, end])
