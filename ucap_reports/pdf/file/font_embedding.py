"""Fonts in the document: the characters that it draws, and the PDF objects of their fonts (ISO 32000-1, 9.7).

Each face becomes a Type 0 font whose codes are the face's glyph ids, the same in every document: text can be written
before all characters of the document are known. The font program has only the glyphs that the document needs.
"""

import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ucap_reports.fonts.prepared_faces import Face
from ucap_reports.pdf.file.font_program import font_program
from ucap_reports.pdf.file.pdf_objects import PdfFile, compressed_stream

_CMAP = Path(__file__).with_name("to_unicode.cmap").read_text(encoding="ascii")
_MOST_RANGES = 100  # in one bfrange section (Adobe Technical Note 5014)
_LONGEST_RUN = 128
_DEFAULT_WIDTH = "1000"
_SYMBOLIC, _FIXED_PITCH, _ITALIC = 4, 1, 64
_WORD_JOINER, _BYTE_ORDER_MARK = "\u2060", "\ufeff"


class EmbeddedFont(NamedTuple):
    """The objects of a face in a document, without the numbers by which they refer to each other."""

    name: bytes
    program: bytes
    glyph_map: bytes
    to_unicode: bytes
    descriptor: bytes
    widths: bytes


def embed_fonts(document: PdfFile, texts: Mapping[Face, Collection[str]]) -> dict[str, str]:
    """Add the faces of these texts to the document; return the references to their fonts by name."""
    return {
        face.name: f"{_add_font(document, embedded_font(face, frozenset().union(*texts[face])))} 0 R"
        for face in sorted(texts, key=lambda face: face.name)
    }


def _add_font(document: PdfFile, font: EmbeddedFont) -> int:
    """Add a font and its objects; return the number of the Type 0 font."""
    program, glyph_map, to_unicode = (
        document.add(content) for content in (font.program, font.glyph_map, font.to_unicode)
    )
    descriptor = document.add(font.descriptor + b"/FontFile2 %d 0 R>>" % program)
    descendant = document.add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %d 0 R/CIDToGIDMap %d 0 R/DW %b/W[%b]>>"
        % (font.name, descriptor, glyph_map, _DEFAULT_WIDTH.encode(), font.widths),
    )
    return document.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (font.name, descendant, to_unicode),
    )


def embedded_font(face: Face, characters: Iterable[str]) -> EmbeddedFont:
    """The face with these characters."""
    return _embed(face, tuple(sorted({_glyph(face, character) for character in characters})))


@lru_cache(maxsize=16_384)
def _glyph(face: Face, character: str) -> int:
    return face.index.glyph(ord(character))


@lru_cache(maxsize=256)
def _embed(face: Face, glyphs: tuple[int, ...]) -> EmbeddedFont:
    program = font_program(face, glyphs)
    name = f"{_tag(program)}+{face.name}".encode("ascii")
    runs = [[glyph for _, glyph in run] for _, run in groupby(enumerate(glyphs), lambda each: each[1] - each[0])]
    return EmbeddedFont(
        name=name,
        program=compressed_stream(program, b"/Length1 %d" % len(program)),
        glyph_map=compressed_stream(_glyph_map(runs), before="/RunLengthDecode"),
        to_unicode=compressed_stream(_to_unicode(face, glyphs)),
        descriptor=_descriptor(face, name),
        widths=_widths(face, runs),
    )


def _tag(program: bytes) -> str:
    """Six capital letters that identify this subset of its face (9.6.4)."""
    return "".join([chr(ord("A") + byte % 26) for byte in blake2b(program, digest_size=6).digest()])


def _glyph_map(runs: Iterable[Sequence[int]]) -> bytes:
    """The map from the face's glyph ids to the places of the glyphs in the program, two bytes each, run-length encoded
    (7.4.5): for a Chinese font it has sixty thousand bytes, almost all of them zero. `runs` are consecutive glyph ids.
    """
    parts: list[bytes] = []
    end, place = 0, 1
    for run in runs:
        whole, rest = divmod(2 * (run[0] - end), _LONGEST_RUN)
        parts += [_zeros(_LONGEST_RUN) * whole, _zeros(rest)]
        for start in range(0, len(run), _LONGEST_RUN // 2):
            count = min(len(run) - start, _LONGEST_RUN // 2)
            parts.append(struct.pack(f">B{count}H", 2 * count - 1, *range(place, place + count)))
            place += count
        end = run[-1] + 1
    return b"".join([*parts, b"\x80"])


def _zeros(count: int) -> bytes:
    """A run of zero bytes."""
    return bytes((257 - count, 0)) if count else b""


def _widths(face: Face, runs: Iterable[Sequence[int]]) -> bytes:
    """The body of the W array (9.7.4.3): each run of consecutive glyph ids with the widths of its glyphs."""
    written = [(run[0], [_width(face, glyph) for glyph in run]) for run in runs]
    return "".join(
        [f"{first}[{' '.join(widths)}]" for first, widths in written if set(widths) != {_DEFAULT_WIDTH}]
    ).encode("ascii")


@lru_cache(maxsize=16_384)
def _width(face: Face, glyph: int) -> str:
    return str(face.advance(glyph))


def _descriptor(face: Face, name: bytes) -> bytes:
    """The font descriptor (9.8), open at its end for the font program."""
    measures = face.index.metrics
    box = " ".join(str(face.thousandths(edge)) for edge in measures.box)
    flags = _SYMBOLIC | _FIXED_PITCH * measures.fixed_pitch | _ITALIC * measures.italic
    vertical = (face.thousandths(height) for height in (measures.ascent, measures.descent, measures.cap_height))
    stem = 50 + (measures.weight / 65) ** 2  # fonts do not contain it: the usual estimate from the weight
    entries = "/Ascent {}/Descent {}/CapHeight {}".format(*vertical)
    angle = f"{measures.italic_angle / 100:g}"
    return (
        b"<</Type/FontDescriptor/FontName/%b" % name
        + f"/Flags {flags}/FontBBox[{box}]/ItalicAngle {angle}{entries}/StemV {stem:.0f}".encode("ascii")
    )


def _to_unicode(face: Face, glyphs: tuple[int, ...]) -> bytes:
    """The CMap from glyph ids to their text (9.10.3), in ranges of consecutive glyphs and characters.

    A range may include glyphs between its ends that are not in the font program.
    """
    runs = [list(run) for _, run in groupby(glyphs, lambda glyph: _mapping(face, glyph)[1])]
    ranges = [f"<{run[0]:04X}> <{run[-1]:04X}> <{_mapping(face, run[0])[0]}>" for run in runs]
    sections = [ranges[start : start + _MOST_RANGES] for start in range(0, len(ranges), _MOST_RANGES)]
    body = "\n".join(f"{len(section)} beginbfrange\n" + "\n".join(section) + "\nendbfrange" for section in sections)
    return _CMAP.format(ranges=body).encode("ascii")


@lru_cache(maxsize=16_384)
def _mapping(face: Face, glyph: int) -> tuple[str, tuple[int, int, str]]:
    """The text of a glyph in hexadecimal UTF-16, and what it shares with the others of its range: in a range, only the
    last byte of codes and texts changes.

    A byte order mark becomes a word joiner, which means the same inside of text and is allowed by PDF/UA-1 (7.21.7).
    """
    text = face.index.text(glyph).replace(_BYTE_ORDER_MARK, _WORD_JOINER).encode("utf-16-be").hex().upper()
    return text, (int(text, 16) - glyph, glyph >> 8, text[:-2])
