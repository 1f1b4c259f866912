"""The work that the font of a document causes in each reader: a small font can describe more than one can draw.

HarfBuzz limits its own work, and the fonts that it makes have no subroutines and no variations. But a glyph can still
consist of others, twice each, and so on.
"""

from collections.abc import Iterator
from struct import iter_unpack, unpack_from

import uharfbuzz as harfbuzz

from ucap_reports.fonts.open_fonts import table

MOST_WORK, MOST_WORK_OF_A_GLYPH = 20_000, 2_000
"""Points and components of the glyphs, or bytes of CFF char strings. Glyphs of Chinese fonts take 300 on average and
up to 700, those of Latin fonts 30.
"""
_WORDS, _SCALE, _MORE, _SCALES, _MATRIX = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080
"""Flags of a component (OpenType 1.9, glyf)."""
_COMPONENTS = 10
"""The place of the components or the contours in the description of a glyph."""


class WorkLimitError(Exception):
    """A font needs more work than any real one."""


def check_work(font: harfbuzz.Face, count: int) -> None:
    """Raise WorkLimitError if drawing the glyphs of a font takes more work than for real ones; `count` is how many of
    them are drawn.
    """
    limit = MOST_WORK + MOST_WORK_OF_A_GLYPH * count
    work = 0
    for amount in _amounts(font, limit):
        work += amount
        if work > limit:
            raise WorkLimitError("its glyphs have too many parts, or contain themselves")


def _amounts(font: harfbuzz.Face, limit: int) -> Iterator[int]:
    """The work for each glyph of a font."""
    if "CFF " in font.table_tags:
        yield len(font.reference_table("CFF ").data)
        return
    outlines = font.reference_table("glyf").data
    known: dict[int, int] = {}
    places = _places(font)
    for glyph in range(font.glyph_count):
        yield _work(glyph, outlines, places, known, limit)


def _work(glyph: int, outlines: bytes, places: list[int], known: dict[int, int], limit: int) -> int:
    """The points and components of a glyph and of its components."""
    if glyph not in known:
        known[glyph] = limit + 1  # for a glyph that contains itself
        outline = outlines[places[glyph] : places[glyph + 1]]
        contours = unpack_from(">h", outline)[0] if outline else 0
        if contours < 0:
            work = 0
            for component in _components(outline):
                work += 1 + _work(component, outlines, places, known, limit)
        elif contours > 0:
            work = unpack_from(">H", outline, _COMPONENTS + 2 * (contours - 1))[0] + 1
        else:
            work = 0
        known[glyph] = work
    return known[glyph]


def _places(font: harfbuzz.Face) -> list[int]:
    """Where each glyph begins in the table of outlines, and where the last one ends."""
    (is_long,) = table(font, "head", ">50xh")
    offsets = font.reference_table("loca").data
    if is_long:
        return [offset for (offset,) in iter_unpack(">I", offsets)]
    return [2 * offset for (offset,) in iter_unpack(">H", offsets)]


def _components(outline: bytes) -> Iterator[int]:
    """The glyphs that a glyph consists of, as often as it contains them."""
    place = _COMPONENTS
    flags = _MORE
    while flags & _MORE:
        flags, glyph = unpack_from(">HH", outline, place)
        yield glyph
        place += 8 if flags & _WORDS else 6
        if flags & _MATRIX:
            place += 8
        elif flags & _SCALES:
            place += 4
        elif flags & _SCALE:
            place += 2
