"""Fonts in the document: the characters that it draws, and the PDF objects of their fonts (ISO 32000-1, 9.7).

Each face becomes a Type 0 font whose codes are those of the face, the same in every document: text can be written
before all characters of the document are known. The font program has only the glyphs that the document needs, at other
places: for TrueType fonts, a map leads from codes to places; for CFF fonts, which have no such map, the encoding does.
"""

import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from ucap_reports.fonts.font_faces import Face
from ucap_reports.fonts.font_subset import font_program
from ucap_reports.pdf.file.pdf_objects import PdfFile, compressed_stream, word_joined
from ucap_reports.problems import NOWHERE, Location, ProblemsFound, problem
from ucap_reports.storage.bounded_and_compressed_values import BoundedCache

_TO_UNICODE = Path(__file__).with_name("to_unicode.cmap").read_text(encoding="ascii")
_GLYPH_CODES = Path(__file__).with_name("glyph_codes.cmap").read_text(encoding="ascii")
MOST_CHARACTERS = 5_000
"""Different characters of a document, counted for each font; Chinese books have about three thousand."""
_MOST_RANGES = 100  # in one section of a CMap (Adobe Technical Note 5014)
_MOST_CODES = 5_000
"""Characters in the cache of a face, so that a long batch does not fill the memory."""
_BLOCK_BITS, _MOST_BLOCKS = 4, 512
"""The bits in which the codes of a block differ, and the blocks in the cache of a face."""
_MOST_SUBSETS, _MOST_MAPS = 64, 256
"""Subsets in the cache: those of text are different in nearly every document, those of a few signs are the same. And
maps to Unicode, which many documents share.
"""
_DEFAULT_WIDTH = "1000"
_LAST_ASCII = 0x7E
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


def embed_fonts(
    document: PdfFile, characters: Mapping[Face, Collection[str]], where: Location = NOWHERE
) -> dict[str, str]:
    """Add the faces with these different characters to the document; return the references to their fonts by name.

    Raises ProblemsFound for too many characters, with that location, and for fonts that cannot be used.
    """
    if sum(map(len, characters.values())) > MOST_CHARACTERS:
        raise ProblemsFound([problem("characters-too-many", where, limit=MOST_CHARACTERS)])
    references = {}
    for face in sorted(characters, key=attrgetter("name")):
        number = _add_font(document, embedded_font(face, characters[face]))
        references[face.name] = f"{number} 0 R"
    return references


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
    code_of = _written(face).codes.__getitem__
    codes = set(map(code_of, characters))
    return _embed(face, tuple(sorted(codes)))


class _UnicodeRange(Struct, frozen=True, gc=False):
    """Consecutive codes with consecutive texts, as they are written: the ends of the range, and the text of the first
    code in UTF-16, each in hexadecimal between angle brackets. In a range, only the last byte of codes and texts
    changes. `common` is what its codes have in common with those of other ranges that it can be joined with, because
    the codes between them have the same in common.
    """

    first: str
    last: str
    text: str
    common: tuple[int, int, str]


class _WrittenFace:
    """A face as it is written to documents. `texts` are those of blocks of codes: a document that uses one code of a
    block has the texts of all of them, so that documents share them.
    """

    def __init__(self, face: Face) -> None:
        self._face = face
        self.codes = BoundedCache(self._code, _MOST_CODES)
        self.width_entries = BoundedCache(self._width_entry, _MOST_CODES)
        self.texts = BoundedCache(self._texts, _MOST_BLOCKS)
        self.measures = _measures(face)
        """The entries of the font descriptor (9.8) that are the same in all documents."""
        self.ascii_count = bisect_right(face.index.characters, _LAST_ASCII)
        """The number of codes of ASCII characters, which are the first ones."""

    @cached_property
    def ascii_widths(self) -> str:
        """The entry of the W array for all ASCII characters, of which most documents use nearly all."""
        codes = range(1, self.ascii_count + 1)
        return _widths_of_identifiers(self._face, codes, codes)

    def _code(self, character: str) -> int:
        return self._face.index.code(ord(character))

    def _width_entry(self, code: int) -> str:
        return _widths_of_identifiers(self._face, (code,), (code,))

    def _texts(self, block: int) -> list[_UnicodeRange]:
        """Return the ranges of the codes of a block. There is no code 0, and the last block may have fewer codes."""
        first = max(block << _BLOCK_BITS, 1)
        end = min((block + 1) << _BLOCK_BITS, len(self._face.index.characters) + 1)
        return _joined([_unicode_range(self._face, code) for code in range(first, end)])


_written = lru_cache(maxsize=64)(_WrittenFace)
"""The written form of a face, which all documents share."""


@lru_cache(maxsize=_MOST_SUBSETS)
def _embed(face: Face, codes: tuple[int, ...]) -> EmbeddedFont:
    program = font_program(face, codes)
    name = f"{_tag(codes)}+{face.name}".encode("ascii")
    if program.is_cff:
        entries = b"/Subtype/CIDFontType0C"
        glyph_map = compressed_stream(_encoding(codes, program.places), _ENCODING)
        widths = _widths_of_identifiers(face, codes, program.places)
    else:
        entries = b"/Length1 %d" % len(program.content)
        glyph_map = compressed_stream(_glyph_map(codes, program.places))
        widths = _widths(face, codes)
    return EmbeddedFont(
        name=name,
        is_cff=program.is_cff,
        program=compressed_stream(program.content, entries),
        glyph_map=glyph_map,
        to_unicode=_to_unicode(face, codes),
        descriptor=b"<</Type/FontDescriptor/FontName/%b%b" % (name, _written(face).measures),
        widths=widths.encode("ascii"),
    )


def _tag(codes: Sequence[int]) -> str:
    """Return six capital letters that identify the subset of a face with these codes (9.6.4)."""
    digest = blake2b(struct.pack(f">{len(codes)}H", *codes), digest_size=6).digest()
    return "".join([chr(ord("A") + byte % 26) for byte in digest])


def _glyph_map(codes: Sequence[int], places: Sequence[int]) -> bytes:
    """Return the map from codes to the places of their glyphs in the program, two bytes each (9.7.4.3)."""
    glyphs = array("H", bytes(2 * (max(codes, default=0) + 1)))
    for code, place in zip(codes, places, strict=True):
        glyphs[code] = place
    if sys.byteorder == "little":
        glyphs.byteswap()
    return glyphs.tobytes()


def _encoding(codes: Sequence[int], glyphs: Sequence[int]) -> bytes:
    """Return the CMap from codes to the places of their glyphs in the program (9.7.5). In a range, only the last byte
    of codes changes.
    """
    pairs = zip(codes, glyphs, strict=True)
    ranges = []
    for _, group in groupby(pairs, _common_in_range):
        pairs_in_range = list(group)
        first_code, first_glyph = pairs_in_range[0]
        last_code, _ = pairs_in_range[-1]
        ranges.append(f"<{first_code:04X}> <{last_code:04X}> {first_glyph}")
    return _cmap(_GLYPH_CODES, ranges, "cidrange")


def _common_in_range(pair: tuple[int, int]) -> tuple[int, int]:
    """Return what a code and its glyph have in common with the others in a range: the distance between the two, and all
    of the code but the last byte.
    """
    code, glyph = pair
    return glyph - code, code >> 8


def _widths(face: Face, codes: Sequence[int]) -> str:
    """Return the body of the W array of a TrueType font (9.7.4.3), whose identifiers are the codes."""
    written = _written(face)
    ascii_end = bisect_right(codes, written.ascii_count)
    entries = list(map(written.width_entries.__getitem__, codes[ascii_end:]))
    if ascii_end:
        entries.insert(0, written.ascii_widths)
    return "".join(entries)


def _widths_of_identifiers(face: Face, codes: Iterable[int], identifiers: Iterable[int]) -> str:
    """Return the body of a W array with other identifiers: each run of consecutive ones with the widths of its
    glyphs.
    """
    width_of = {identifier: str(face.advance(code)) for identifier, code in zip(identifiers, codes, strict=True)}
    runs: list[tuple[int, list[str]]] = []
    widths: list[str] = []
    following = -1
    for identifier in sorted(width_of):
        if identifier != following:
            widths = []
            runs.append((identifier, widths))
        widths.append(width_of[identifier])
        following = identifier + 1
    entries = []
    for first, widths in runs:
        if set(widths) != {_DEFAULT_WIDTH}:  # which no entry needs
            entries.append(f"{first}[{' '.join(widths)}]")
    return "".join(entries)


def _measures(face: Face) -> bytes:
    """Return the entries of the font descriptor for the measures of a face."""
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
    return f"/Flags {flags}/FontBBox[{box}]/ItalicAngle {angle}{entries}/StemV {stem:.0f}".encode("ascii")


def _to_unicode(face: Face, codes: Iterable[int]) -> bytes:
    """Return the stream of the CMap from codes to their text (9.10.3), which has complete blocks of codes, and what is
    between them where this makes fewer ranges.
    """
    blocks = {code >> _BLOCK_BITS for code in codes}
    return _unicode_map(face, tuple(sorted(blocks)))


@lru_cache(maxsize=_MOST_MAPS)
def _unicode_map(face: Face, blocks: tuple[int, ...]) -> bytes:
    texts = _written(face).texts
    ranges_of_blocks = chain.from_iterable([texts[block] for block in blocks])
    written = [f"{part.first} {part.last} {part.text}" for part in _joined(ranges_of_blocks)]
    return compressed_stream(_cmap(_TO_UNICODE, written, "bfrange"))


def _joined(ranges: Iterable[_UnicodeRange]) -> list[_UnicodeRange]:
    """Return ranges in order, of which those that have the same in common are one range."""
    joined: list[_UnicodeRange] = []
    for part in ranges:
        before = joined[-1] if joined else None
        if before is not None and before.common == part.common:
            joined[-1] = _UnicodeRange(before.first, part.last, before.text, before.common)
        else:
            joined.append(part)
    return joined


def _unicode_range(face: Face, code: int) -> _UnicodeRange:
    """Return the range of a single code."""
    text = word_joined(face.index.text(code)).encode("utf-16-be").hex().upper()
    distance = int(text, 16) - code
    high_byte = code >> 8
    text_without_last_byte = text[:-2]
    written_code = f"<{code:04X}>"
    return _UnicodeRange(written_code, written_code, f"<{text}>", (distance, high_byte, text_without_last_byte))


def _cmap(form: str, ranges: Sequence[str], kind: str) -> bytes:
    """Return a CMap of these ranges."""
    lines = []
    for start in range(0, len(ranges), _MOST_RANGES):
        section = ranges[start : start + _MOST_RANGES]
        lines.append(f"{len(section)} begin{kind}")
        lines += section
        lines.append(f"end{kind}")
    return form.format(ranges="\n".join(lines)).encode("ascii")
