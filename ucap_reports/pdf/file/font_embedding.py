"""Fonts in the document: the characters that it draws, and the PDF objects of their fonts (ISO 32000-1, 9.7).

Each face becomes a Type 0 font whose codes are the face's glyph ids, the same in every document: text can be written
before all characters of the document are known. The font program has only the glyphs that the document needs.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from ucap_reports.fonts.prepared_faces import Face
from ucap_reports.pdf.file.font_program import font_program
from ucap_reports.pdf.file.pdf_objects import PdfFile, compressed_stream

_SMALL_FACE = 8192
"""Characters up to which a face is embedded by blocks: the same blocks occur in many documents, and are cached for all
of them. Larger faces, such as Chinese ones, are embedded by the character."""

_BLOCK = 32
_FIRST_BLOCK_END = 0x80 // _BLOCK

_MOST_MAPPINGS = 100  # in one bfchar section (Adobe Technical Note 5014)
_LONGEST_RUN = 128
_DEFAULT_WIDTH = 1000
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
        b"/FontDescriptor %d 0 R/CIDToGIDMap %d 0 R/DW %d/W[%b]>>"
        % (font.name, descriptor, glyph_map, _DEFAULT_WIDTH, font.widths),
    )
    return document.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (font.name, descendant, to_unicode),
    )


def embedded_font(face: Face, characters: Iterable[str]) -> EmbeddedFont:
    """The face with these characters; in a small face with all others of their blocks."""
    if len(face.index.characters) > _SMALL_FACE:
        return _embed(face, tuple(sorted({face.index.glyph(ord(character)) for character in characters})))
    return _embed_blocks(face, tuple(sorted({_block(ord(character)) for character in characters})))


def _block(character: int) -> int:
    """The block of a character: Basic Latin, or 32 code points after it."""
    block = character // _BLOCK
    return 0 if block < _FIRST_BLOCK_END else block


@lru_cache(maxsize=256)
def _embed_blocks(face: Face, blocks: tuple[int, ...]) -> EmbeddedFont:
    wanted = set(blocks)
    glyphs = (glyph for glyph, character in enumerate(face.index.characters, 1) if _block(character) in wanted)
    return _embed(face, tuple(glyphs))


@lru_cache(maxsize=256)
def _embed(face: Face, glyphs: tuple[int, ...]) -> EmbeddedFont:
    program = font_program(face, glyphs)
    name = f"{_tag(program)}+{face.name}".encode("ascii")
    return EmbeddedFont(
        name=name,
        program=compressed_stream(program, b"/Length1 %d" % len(program)),
        glyph_map=compressed_stream(_glyph_map(glyphs), before="/RunLengthDecode"),
        to_unicode=compressed_stream(_to_unicode(face, glyphs)),
        descriptor=_descriptor(face, name),
        widths=_widths(face, glyphs),
    )


def _tag(program: bytes) -> str:
    """Six capital letters that identify this subset of its face (9.6.4)."""
    return "".join(chr(ord("A") + byte % 26) for byte in sha256(program).digest()[:6])


def _glyph_map(glyphs: tuple[int, ...]) -> bytes:
    """The map from the face's glyph ids to the places of the glyphs in the program, two bytes each, run-length encoded
    (7.4.5): for a Chinese font it has sixty thousand bytes, almost all of them zero.
    """
    runs: list[bytes] = []
    end = 0
    for place, glyph in enumerate(glyphs, 1):
        whole, rest = divmod(2 * (glyph - end), _LONGEST_RUN)
        runs += [_run(_LONGEST_RUN) * whole, _run(rest), b"\1", place.to_bytes(2, "big")]
        end = glyph + 1
    return b"".join([*runs, b"\x80"])


def _run(zeros: int) -> bytes:
    """A run of zero bytes."""
    return bytes((257 - zeros, 0)) if zeros else b""


def _widths(face: Face, glyphs: tuple[int, ...]) -> bytes:
    """The body of the W array (9.7.4.3): each run of consecutive glyph ids with the widths of its glyphs."""
    runs = []
    for _, run in groupby(enumerate(glyphs), lambda numbered: numbered[1] - numbered[0]):
        members = [glyph for _, glyph in run]
        widths = [face.advance(glyph) for glyph in members]
        if set(widths) != {_DEFAULT_WIDTH}:
            runs.append(f"{members[0]}[{' '.join(map(str, widths))}]")
    return "".join(runs).encode("ascii")


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
    """The CMap from glyph ids to their text (9.10.3)."""
    mappings = [_mapping(face, glyph) for glyph in glyphs]
    sections = [mappings[start : start + _MOST_MAPPINGS] for start in range(0, len(mappings), _MOST_MAPPINGS)]
    body = "\n".join(f"{len(section)} beginbfchar\n" + "\n".join(section) + "\nendbfchar" for section in sections)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


@lru_cache(maxsize=16_384)
def _mapping(face: Face, glyph: int) -> str:
    return f"<{glyph:04X}> <{_utf_16(face.index.text(glyph))}>"


def _utf_16(text: str) -> str:
    """The text in hexadecimal UTF-16. A byte order mark becomes a word joiner, which means the same inside of text and
    is allowed by PDF/UA-1 (7.21.7).
    """
    return text.replace(_BYTE_ORDER_MARK, _WORD_JOINER).encode("utf-16-be").hex().upper()
