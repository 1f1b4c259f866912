"""Fonts opened with HarfBuzz, at one weight.

HarfBuzz checks each table before it reads it and limits the work for each glyph, because browsers use it for fonts
from any web site. What it cannot read, it reads as empty; so what a document needs is checked here.
"""

from functools import lru_cache
from struct import error as StructError  # noqa: N812 - the name of an exception
from struct import unpack_from
from typing import NamedTuple

import uharfbuzz as harfbuzz

from ucap_reports.fonts.font_files import FontSource

_RESTRICTED = 0x0002  # OS/2 fsType: embedding is not allowed
_USAGE = 0xF
_SIZES = range(16, 16_385)
"""Units per em that OpenType allows."""
_REQUIRED = ("OS/2", "cmap", "head", "hhea", "hmtx", "maxp", "post")
_OUTLINES = ("glyf", "CFF ", "CFF2")
_FORMATS = (b"\0\1\0\0", b"OTTO", b"true")
"""The first bytes of single fonts. Collections and compressed fonts are not supported."""
_RECORDS, _RECORD = 12, 16
"""The places of the records of tables in a font file (OpenType 1.9, table directory)."""


class OpenFont(NamedTuple):
    """A font file (`face`), and its glyphs at one weight (`font`)."""

    face: harfbuzz.Face
    font: harfbuzz.Font


@lru_cache(maxsize=16)
def open_font(source: FontSource) -> OpenFont:
    """Open the font of a source at its weight.

    Raises ProblemsFound (`font-unusable`) if it is damaged, incomplete, or must not be embedded.
    """
    if source.path is None:
        try:
            _check_tables(source.content)
        except (StructError, ValueError) as error:
            raise source.unusable("reading", error) from error
        face = harfbuzz.Face(source.content)
    else:
        face = harfbuzz.Face(harfbuzz.Blob.from_file_path(str(source.path)))
    try:
        embedding = table(face, "OS/2", ">8xH")[0] & _USAGE
        (units_per_em,) = table(face, "head", ">18xH")
    except StructError as error:
        raise source.unusable("reading", error) from error
    if embedding == _RESTRICTED:
        raise source.unusable("restricted")
    if units_per_em not in _SIZES or face.glyph_count == 0:
        raise source.unusable("reading", f"{face.glyph_count} glyphs, {units_per_em} units per em")
    font = harfbuzz.Font(face)
    font.set_variations({"wght": source.weight})
    return OpenFont(face, font)


@lru_cache(maxsize=16)
def covered_characters(source: FontSource) -> frozenset[int]:
    """Return the code points for which a font itself has a glyph.

    Raises ProblemsFound (`font-unusable`) like `open_font`.
    """
    return frozenset(open_font(source).face.unicodes)


def table(face: harfbuzz.Face, tag: str, layout: str) -> tuple[int, ...]:
    """Read values from the start of a table, in the layout of `struct`. Raises struct.error if it is too short."""
    values: tuple[int, ...] = unpack_from(layout, face.reference_table(tag).data)
    return values


def _check_tables(content: bytes) -> None:
    """Raise ValueError or struct.error unless the file has all tables that a document needs, and all of each."""
    if content[:4] not in _FORMATS:
        raise ValueError("not a TrueType or OpenType font")
    (count,) = unpack_from(">4xH", content)
    tags = set()
    for place in range(_RECORDS, _RECORDS + count * _RECORD, _RECORD):
        tag, offset, length = unpack_from(">4s4xII", content, place)
        if offset + length > len(content):
            raise ValueError("the file is incomplete")
        tags.add(tag.decode("latin-1"))
    missing = [tag for tag in _REQUIRED if tag not in tags]
    if not tags.intersection(_OUTLINES):
        missing.append("glyf")
    if missing:
        raise ValueError(f"the font has no table {', '.join(missing)}")
