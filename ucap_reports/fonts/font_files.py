"""A font file as it came, before it is prepared."""

import struct
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

PREPARATION = 2
"""Raised whenever `glyph_outlines` would draw anything differently, so that what older releases cached is not used."""

REGULAR, BOLD = 400, 700
"""Places on the weight axis."""
_HEAD_SIZE = 54
_BEGINNING = 4096  # bytes: the directory of a font with 250 tables; real ones have about twenty
_TABLE_RECORD = struct.Struct(">4s4xII")


class FontUnusable(Exception):  # noqa: N818 - it says what is wrong with a font, it is not an error of ours
    """A font that cannot be read, or that its maker does not allow in documents."""


class FontSource(Struct, frozen=True):
    """A font file of the disk (`path`) or of a pack (`content`), and which face to make of it.

    `name` is the face's PostScript name; no two faces of a document may share it. `weight` is the place on the
    weight axis (400 regular, 700 bold) where the font has one.
    """

    name: str
    weight: int = 400
    path: Path | None = None
    content: bytes = b""
    shaped: bool = False
    """Whether its text is shaped: then the face has all glyphs of the font, those too that no character has."""
    thickened: bool = False
    """Whether the face is bold by being drawn so, since its font is not."""

    @property
    def usual(self) -> "FontSource":
        """The face that a thickened one is drawn from."""
        name = self.name.replace("-BoldItalic", "-Italic").replace("-Bold", "-Regular")
        return replace(self, name=name, weight=REGULAR, thickened=False)

    def read(self) -> bytes:
        """The whole file."""
        return self.content if self.path is None else self.path.read_bytes()

    def digest(self) -> str:
        """Sixteen hex digits that change with the font, the weight, and the code that prepares it."""
        font = sha256(self.content).digest() if self.path is None else _fingerprint(self.path)
        parts = (
            str(PREPARATION).encode(),
            _font_tools(),
            str(self.weight).encode(),
            font,
            b"shaped" * self.shaped + b"thickened" * self.thickened,
        )
        return sha256(b"\0".join(parts)).hexdigest()[:16]

    def table_names(self) -> frozenset[bytes]:
        """The tags of the file's tables, such as `fvar`, without reading more than its beginning."""
        return frozenset(tag for tag, _, _ in _table_records(self.read()))


def _table_records(font: bytes) -> list[tuple[bytes, int, int]]:
    """Tag, offset and length of each table (OpenType 1.9, table directory); empty for what is no font."""
    count = int.from_bytes(font[4:6], "big")
    directory = font[12 : 12 + count * _TABLE_RECORD.size]
    return list(_TABLE_RECORD.iter_unpack(directory)) if len(directory) == count * _TABLE_RECORD.size else []


def _fingerprint(path: Path) -> bytes:
    """The file's size and its `head` table, whose checkSumAdjustment is a checksum of the whole font:
    as good as reading all of it, and ten megabytes cheaper.
    """
    with path.open("rb") as file:
        for tag, offset, _ in _table_records(file.read(_BEGINNING)):
            if tag == b"head":
                file.seek(offset)
                return file.read(_HEAD_SIZE) + str(path.stat().st_size).encode()
    return sha256(path.read_bytes()).digest()


@cache
def _font_tools() -> bytes:
    """The file of fontTools that holds its version, read without importing it: that takes 80 ms."""
    specification = find_spec("fontTools")
    return Path(specification.origin).read_bytes() if specification and specification.origin else b""
