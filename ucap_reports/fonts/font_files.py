"""Font files before they are prepared."""

from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.version_fingerprint import product_fingerprint

REGULAR, BOLD = 400, 700
"""Places on the weight axis."""
_HEADER, _RECORD = 12, 16
"""The bytes before the records of the tables, and those of one record (OpenType 1.9, table directory)."""


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

    def read(self) -> bytes:
        """The content of the file."""
        return self.content if self.path is None else self.path.read_bytes()

    def digest(self) -> str:
        """Sixteen hex digits that change with the font, the face, and the code that prepares it.

        Fonts on disk are in packages, which are in the fingerprint of the product.
        """
        font = sha256(self.content).hexdigest() if self.path is None else self.path.name
        face = f"{product_fingerprint()} {font} {self.weight} {self.shaped} {self.thickened}"
        return sha256(face.encode()).hexdigest()[:16]

    def is_variable(self) -> bool:
        """Whether the font has variation axes."""
        font = self.read()
        return b"fvar" in font[_HEADER : _HEADER + _RECORD * int.from_bytes(font[4:6], "big")]

    def unusable(self, form: str, reason: object = "") -> ProblemsFound:
        """The error `font-unusable` about this font; `form` is the wording of the catalogue."""
        return ProblemsFound(
            [problem("font-unusable", Location(self.file), form=form, name=self.name, reason=str(reason))]
        )
