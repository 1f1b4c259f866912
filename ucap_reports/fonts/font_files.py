"""Font files before they are prepared."""

import struct
import sys
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import Location, ProblemsFound, problem

PREPARATION = 3
"""Raised with each change of what `glyph_outlines` draws or of how it is cached, so that older caches are ignored."""

REGULAR, BOLD = 400, 700
"""Places on the weight axis."""
_HEAD_SIZE = 54
_BEGINNING = 4096  # bytes: the directory of a font with 250 tables; real fonts have about twenty
_TABLE_RECORD = struct.Struct(">4s4xII")


class FontSource(Struct, frozen=True):
    """A font file on disk (`path`) or in a pack (`content`), and the face to make of it.

    `name` is the PostScript name of the face, unique in a document. `weight` is the place on the weight axis (400
    regular, 700 bold) where the font has one.
    """

    name: str
    weight: int = REGULAR
    path: Path | None = None
    content: bytes = b""
    shaped: bool = False
    """Whether its text is shaped: then the face has all glyphs of the font, including those without a character."""
    thickened: bool = False
    """Whether the face is made bold by thicker strokes, because its font is not."""
    file: str | None = None
    """How problems name the file of a pack."""

    @property
    def usual(self) -> "FontSource":
        """The face that a thickened one is drawn from."""
        name = self.name.replace("-BoldItalic", "-Italic").replace("-Bold", "-Regular")
        return replace(self, name=name, weight=REGULAR, thickened=False)

    def read(self) -> bytes:
        """The content of the file."""
        return self.content if self.path is None else self.path.read_bytes()

    def digest(self) -> str:
        """Sixteen hex digits that change with the font, the face, and the code that prepares it."""
        font = sha256(self.content).digest() if self.path is None else _fingerprint(self.path)
        settings = f"{PREPARATION} {sys.byteorder} {self.weight} {self.shaped} {self.thickened}"
        return sha256(b"\0".join((settings.encode(), _font_tools(), font))).hexdigest()[:16]

    def is_variable(self) -> bool:
        """Whether the font has variation axes."""
        return any(tag == b"fvar" for tag, _, _ in _table_records(self.read()))

    def unusable(self, form: str, reason: object = "") -> ProblemsFound:
        """The error `font-unusable` about this font; `form` is the wording of the catalogue."""
        return ProblemsFound(
            [problem("font-unusable", Location(self.file), form=form, name=self.name, reason=str(reason))]
        )


def _table_records(font: bytes) -> list[tuple[bytes, int, int]]:
    """Tag, offset and length of each table (OpenType 1.9, table directory); empty if this is not a font."""
    count = int.from_bytes(font[4:6], "big")
    directory = font[12 : 12 + count * _TABLE_RECORD.size]
    return list(_TABLE_RECORD.iter_unpack(directory)) if len(directory) == count * _TABLE_RECORD.size else []


def _fingerprint(path: Path) -> bytes:
    """The file's size and its `head` table, whose checkSumAdjustment is a checksum of the complete font: as good as
    the content, without reading ten megabytes.
    """
    with path.open("rb") as file:
        for tag, offset, _ in _table_records(file.read(_BEGINNING)):
            if tag == b"head":
                file.seek(offset)
                return file.read(_HEAD_SIZE) + str(path.stat().st_size).encode()
    return sha256(path.read_bytes()).digest()


@cache
def _font_tools() -> bytes:
    """The file of fontTools that contains its version, read without the import, which takes 80 ms."""
    specification = find_spec("fontTools")
    return Path(specification.origin).read_bytes() if specification and specification.origin else b""
