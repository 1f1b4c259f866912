"""Fonts in the document: the characters that it draws, and the PDF objects of their fonts (ISO 32000-1, 9.7).

Each face becomes a Type 0 font whose codes are those of the face, the same in every document: text can be written
before all characters of the document are known. The font program has only the glyphs that the document needs, at other
places: for TrueType fonts, a map leads from codes to places; for CFF fonts, which have no such map, the encoding does.
"""

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from ucap_reports.fonts.font_faces import Face
from ucap_reports.fonts.font_subset import font_program
from ucap_reports.pdf.file.pdf_objects import PdfFile, compressed_stream, word_joined
from ucap_reports.text.bounded_cache import BoundedCache

_TO_UNICODE = Path(__file__).with_name("to_unicode.cmap").read_text(encoding="ascii")
_GLYPH_CODES = Path(__file__).with_name("glyph_codes.cmap").read_text(encoding="ascii")
_MOST_RANGES = 100  # in one section of a CMap (Adobe Technical Note 5014)
_MOST_CODES = 5_000
"""Characters in the cache of a face, so that a long batch does not fill the memory."""
_MOST_SUBSETS = 64
"""Subsets in the cache: those of text are different in nearly every document, those of a few signs are the same."""
_DEFAULT_WIDTH = "1000"
_SYMBOLIC, _FIXED_PITCH, _ITALIC = 4, 1, 64
_SYSTEM = b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
_ENCODING = b"/Type/CMap/CMapName/UCAP-Glyph-Codes/CIDSystemInfo" + _SYSTEM


class EmbeddedFont(NamedTuple):
    """The objects of a face in a document, without the numbers by which they refer to each other. `glyph_map` is the
    encoding if `is_cff`.
    """

    name: bytes
    is_cff: bool
    program: bytes
    glyph_map: bytes
    to_unicode: bytes
    descriptor: bytes
    widths: bytes


def embed_fonts(document: PdfFile, characters: Mapping[Face, Iterable[str]]) -> dict[str, str]:
    """Add the faces with these characters to the document; return the references to their fonts by name."""
    return {
        face.name: f"{_add_font(document, embedded_font(face, characters[face]))} 0 R"
        for face in sorted(characters, key=lambda face: face.name)
    }


def _add_font(document: PdfFile, font: EmbeddedFont) -> int:
    """Add a font and its objects; return the number of the Type 0 font."""
    program = document.add(font.program)
    glyph_map = document.add(font.glyph_map)
    to_unicode = document.add(font.to_unicode)
    key = b"FontFile3" if font.is_cff else b"FontFile2"
    descriptor = document.add(font.descriptor + b"/%b %d 0 R>>" % (key, program))
    kind = b"CIDFontType0" if font.is_cff else b"CIDFontType2/CIDToGIDMap %d 0 R" % glyph_map
    descendant = document.add(
        b"<</Type/Font/Subtype/%b/BaseFont/%b/CIDSystemInfo%b/FontDescriptor %d 0 R/DW %b/W[%b]>>"
        % (kind, font.name, _SYSTEM, descriptor, _DEFAULT_WIDTH.encode(), font.widths),
    )
    encoding = b" %d 0 R" % glyph_map if font.is_cff else b"/Identity-H"
    return document.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding%b/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (font.name, encoding, descendant, to_unicode),
    )


def embedded_font(face: Face, characters: Iterable[str]) -> EmbeddedFont:
    """Return the face with these characters."""
    codes = map(_written(face).codes.__getitem__, characters)
    return _embed(face, tuple(sorted(set(codes))))


class _CodeText(NamedTuple):
    """The text of a code in hexadecimal UTF-16. `common` is what it shares with the others of its range: in a range,
    only the last byte of codes and texts changes.
    """

    code: int
    text: str
    common: tuple[int, int, str]


class _WrittenFace:
    """A face as it is written to documents: the codes of its characters, and the widths and texts of codes."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self.codes = BoundedCache(self._code, _MOST_CODES)
        self.widths = BoundedCache(self._width, _MOST_CODES)
        self.texts = BoundedCache(self._text, _MOST_CODES)

    def _code(self, character: str) -> int:
        return self._face.index.code(ord(character))

    def _width(self, code: int) -> str:
        return str(self._face.advance(code))

    def _text(self, code: int) -> _CodeText:
        text = word_joined(self._face.index.text(code)).encode("utf-16-be").hex().upper()
        distance = int(text, 16) - code
        high_byte = code >> 8
        text_without_last_byte = text[:-2]
        return _CodeText(code, text, (distance, high_byte, text_without_last_byte))


_COMMON = attrgetter("common")
_written = lru_cache(maxsize=64)(_WrittenFace)
"""The written form of a face, which all documents share."""


@lru_cache(maxsize=_MOST_SUBSETS)
def _embed(face: Face, codes: tuple[int, ...]) -> EmbeddedFont:
    program = font_program(face, codes)
    name = f"{_tag(codes)}+{face.name}".encode("ascii")
    if program.is_cff:
        entries = b"/Subtype/CIDFontType0C"
        glyph_map = compressed_stream(_encoding(codes, program.places), _ENCODING)
        identifiers = program.places
    else:
        entries = b"/Length1 %d" % len(program.content)
        glyph_map = compressed_stream(_glyph_map(codes, program.places))
        identifiers = codes
    return EmbeddedFont(
        name=name,
        is_cff=program.is_cff,
        program=compressed_stream(program.content, entries),
        glyph_map=glyph_map,
        to_unicode=compressed_stream(_to_unicode(face, codes)),
        descriptor=_descriptor(face, name),
        widths=_widths(face, codes, identifiers),
    )


def _tag(codes: Sequence[int]) -> str:
    """Return six capital letters that identify the subset of a face with these codes (9.6.4)."""
    digest = blake2b(_big_endian(array("H", codes)), digest_size=6).digest()
    return "".join([chr(ord("A") + byte % 26) for byte in digest])


def _glyph_map(codes: Sequence[int], places: Sequence[int]) -> bytes:
    """Return the map from codes to the places of their glyphs in the program, two bytes each (9.7.4.3)."""
    glyphs = array("H", bytes(2 * (max(codes, default=0) + 1)))
    for code, place in zip(codes, places, strict=True):
        glyphs[code] = place
    return _big_endian(glyphs)


def _big_endian(numbers: "array[int]") -> bytes:
    """Return numbers of two bytes, the same on all systems. The array is not used afterwards."""
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers.tobytes()


def _encoding(codes: Sequence[int], glyphs: Sequence[int]) -> bytes:
    """Return the CMap from codes to the places of their glyphs in the program (9.7.5). In a range, only the last byte
    of codes changes.
    """
    pairs = list(zip(codes, glyphs, strict=True))
    ranges = []
    for _, run in groupby(pairs, lambda pair: (pair[1] - pair[0], pair[0] >> 8)):
        (first_code, first_glyph), *others = run
        last_code = others[-1][0] if others else first_code
        ranges.append(f"<{first_code:04X}> <{last_code:04X}> {first_glyph}")
    return _cmap(_GLYPH_CODES, ranges, "cidrange")


def _widths(face: Face, codes: Sequence[int], identifiers: Sequence[int]) -> bytes:
    """Return the body of the W array (9.7.4.3): each run of consecutive identifiers with the widths of its glyphs."""
    width_of = dict(zip(identifiers, map(_written(face).widths.__getitem__, codes), strict=True))
    runs: list[tuple[int, list[str]]] = []
    widths: list[str] = []
    following = -1
    for identifier in sorted(width_of):
        if identifier != following:
            widths = []
            runs.append((identifier, widths))
        widths.append(width_of[identifier])
        following = identifier + 1
    written = [f"{first}[{' '.join(widths)}]" for first, widths in runs if set(widths) != {_DEFAULT_WIDTH}]
    return "".join(written).encode("ascii")


def _descriptor(face: Face, name: bytes) -> bytes:
    """Return the font descriptor (9.8), open at its end for the font program."""
    measures = face.index.metrics
    box = " ".join(str(face.thousandths(edge)) for edge in measures.box)
    flags = _SYMBOLIC
    if measures.fixed_pitch:
        flags |= _FIXED_PITCH
    if measures.italic:
        flags |= _ITALIC
    ascent = face.thousandths(measures.ascent)
    descent = face.thousandths(measures.descent)
    cap_height = face.thousandths(measures.cap_height)
    entries = f"/Ascent {ascent}/Descent {descent}/CapHeight {cap_height}"
    stem = 50 + (measures.weight / 65) ** 2  # fonts do not contain it: the usual estimate from the weight
    angle = f"{measures.italic_angle / 100:g}"
    return (
        b"<</Type/FontDescriptor/FontName/%b" % name
        + f"/Flags {flags}/FontBBox[{box}]/ItalicAngle {angle}{entries}/StemV {stem:.0f}".encode("ascii")
    )


def _to_unicode(face: Face, codes: tuple[int, ...]) -> bytes:
    """Return the CMap from codes to their text (9.10.3), in ranges of consecutive codes and characters.

    A range may include codes between its ends whose glyphs are not in the font program.
    """
    ranges = []
    for _, run in groupby(map(_written(face).texts.__getitem__, codes), _COMMON):
        first, *others = run
        last = others[-1] if others else first
        ranges.append(f"<{first.code:04X}> <{last.code:04X}> <{first.text}>")
    return _cmap(_TO_UNICODE, ranges, "bfrange")


def _cmap(form: str, ranges: Sequence[str], kind: str) -> bytes:
    """Return a CMap of these ranges."""
    sections = [ranges[start : start + _MOST_RANGES] for start in range(0, len(ranges), _MOST_RANGES)]
    lines = [f"{len(section)} begin{kind}\n" + "\n".join(section) + f"\nend{kind}" for section in sections]
    return form.format(ranges="\n".join(lines)).encode("ascii")
