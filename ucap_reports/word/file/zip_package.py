"""Word files as packages: read within bounds, and written so that the same content gives the same bytes."""

import struct
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import deflate
from msgspec import Struct

MOST_ENTRIES = 2_000
MOST_BYTES = 64 * 1024 * 1024
"""More parts, and more bytes of them together, than any template has."""
LEVEL = 6
"""Of libdeflate: 9 takes half as long again for a hundredth less."""
CONTENT_TYPES = "[Content_Types].xml"
_DAY_ONE = (1 << 5) | 1
"""1980-01-01 in a zip archive's own notation, as Word itself writes it."""
_VERSION = 20
_UTF8 = 0x800
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


class BrokenPackageError(Exception):
    """The bytes are no package that can be read; the message says why."""


class ZipMember(Struct, frozen=True):
    """A part as it stands in the archive: its bytes `stored` by `method`, and the size and checksum of its content."""

    name: str
    stored: bytes
    method: int
    size: int
    checksum: int


class ZipPackage(Struct, frozen=True):
    """A Word file's parts by name, as content and as they stand in the archive."""

    parts: Mapping[str, bytes]
    entries: Mapping[str, ZipMember]


def read_package(content: bytes) -> ZipPackage:
    """The package of a file's bytes. Raises BrokenPackageError where it is none, or one too large to be a template."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_BYTES:
                raise BrokenPackageError("it holds more than any template needs")
            if len({info.filename for info in infos}) < len(infos):
                raise BrokenPackageError("it holds a part twice")
            if any(_leads_out(info.filename) for info in infos):
                raise BrokenPackageError("it holds a part whose name leads out of it")
            parts = {info.filename: archive.read(info) for info in infos}
            entries = {info.filename: _entry(info, content, parts[info.filename]) for info in infos}
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error, struct.error):
        raise BrokenPackageError("it is not a zip archive that can be read") from None
    return ZipPackage(parts, entries)


def _leads_out(name: str) -> bool:
    """Whether who unpacks the archive would write elsewhere (ISO/IEC 29500-2, 6.2.2: no part has such a name)."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _entry(info: ZipInfo, archive: bytes, content: bytes) -> ZipMember:
    """The part as it lies in the archive, or compressed anew where it lies there in an unusual way."""
    if info.compress_type not in (ZIP_DEFLATED, ZIP_STORED):
        return compressed(info.filename, content)
    name_length, extra_length = struct.unpack_from("<HH", archive, info.header_offset + 26)
    start = info.header_offset + 30 + name_length + extra_length
    stored = archive[start : start + info.compress_size]
    return ZipMember(info.filename, stored, info.compress_type, info.file_size, info.CRC)


def compressed(name: str, content: bytes) -> ZipMember:
    """The part of that name and content."""
    return ZipMember(
        name, bytes(deflate.deflate_compress(content, LEVEL)), ZIP_DEFLATED, len(content), zlib.crc32(content)
    )


def write_package(entries: Iterable[ZipMember]) -> bytes:
    """The file of those parts: the content types first, the others by name, all dated to the archive's first day."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in sorted(entries, key=lambda each: (each.name != CONTENT_TYPES, each.name)):
        name = entry.name.encode()
        common = struct.pack(
            "<HHHHHIIIHH",
            *(_VERSION, 0 if name.isascii() else _UTF8, entry.method, 0, _DAY_ONE),
            *(entry.checksum, len(entry.stored), entry.size, len(name), 0),
        )
        pieces += (_LOCAL, common, name, entry.stored)
        directory.append(
            _CENTRAL + struct.pack("<H", _VERSION) + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name,
        )
        offset += len(_LOCAL) + len(common) + len(name) + len(entry.stored)
    central = b"".join(directory)
    count = len(directory)
    end = _END + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), offset, 0)
    return b"".join([*pieces, central, end])
