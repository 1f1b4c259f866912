"""Font files opened with HarfBuzz at one weight: what is checked in fonts of strangers, and what the licence of a font
allows: whether documents may contain it.

HarfBuzz checks each table before it reads it and limits the work for each glyph, because browsers use it for fonts
from any web site. What it cannot read, it reads as empty; so what a document needs is checked here. Without the checks
of characters and variations, which web browsers have too, a damaged font would write a document without some of its
letters, or at another weight.

A small font can also describe more than a reader can draw: the fonts that HarfBuzz makes have no subroutines and no
variations, but a glyph can still consist of others, twice each, and so on. So the work of drawing is limited too.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from struct import error as StructError  # noqa: N812 - the name of an exception
from struct import iter_unpack, unpack_from
from typing import NamedTuple

import uharfbuzz as harfbuzz

from ucap_reports.fonts.font_sources import FontSource

_SIZES = range(16, 16_385)
"""Units per em that OpenType allows."""


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
        is_allowed = may_be_embedded(face)
        (units_per_em,) = table(face, "head", ">18xH")
    except StructError as error:
        raise source.unusable("reading", error) from error
    if not is_allowed:
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


# Checks of fonts of strangers
_REQUIRED = ("OS/2", "cmap", "head", "hhea", "hmtx", "maxp", "post")
_OUTLINES = ("glyf", "CFF ", "CFF2")
_FORMATS = (b"\0\1\0\0", b"OTTO", b"true")
"""The first bytes of single fonts. Collections and compressed fonts are not supported."""
_RECORDS, _RECORD = 12, 16
"""The places of the records of tables in a font file (OpenType 1.9, table directory)."""
_GROUPED = frozenset({12, 13})
"""The formats of a table of characters that consist of groups of them (OpenType 1.9, cmap)."""
_MAX_GROUPS = 0x110000
_LONG_OFFSETS = 0x0001
_COUNT = 0x0FFF
"""The bits of the number of variations of a glyph that are not flags (OpenType 1.9, gvar)."""
_VARIATION = 4
"""The bytes of the shortest description of a variation."""
MAX_WORK = 20_000
MAX_WORK_OF_A_GLYPH = 2_000
"""Points and components of the glyphs, or bytes of CFF char strings. Glyphs of Chinese fonts take 300 on average and
up to 700, those of Latin fonts 30.
"""
_WORDS = 0x0001
_SCALE = 0x0008
_MORE = 0x0020
_SCALES = 0x0040
_MATRIX = 0x0080
"""Flags of a component (OpenType 1.9, glyf)."""
_COMPONENTS = 10
"""The offset of the components or the contours in the description of a glyph."""


class WorkLimitError(Exception):
    """A font needs more work than any real one."""


def check_work(font: harfbuzz.Face, count: int) -> None:
    """Raise WorkLimitError if drawing the glyphs of a font takes more work than for real ones; `count` is how many of
    them are drawn.
    """
    limit = MAX_WORK + MAX_WORK_OF_A_GLYPH * count
    work = 0
    for amount in _amounts(font, limit):
        work += amount
        if work > limit:
            raise WorkLimitError("its glyphs have too many parts, or contain themselves")


def check_characters_and_variations(font: harfbuzz.Face) -> None:
    """Raise ValueError or struct.error if the tables of characters or of variations contradict themselves."""
    _check_characters(font)
    _check_variations(font)


def _check_characters(font: harfbuzz.Face) -> None:
    """Raise ValueError or struct.error if groups of characters overlap, or are not in order."""
    content = font.reference_table("cmap").data
    (count,) = unpack_from(">2xH", content)
    offsets = {unpack_from(">4xI", content, 4 + 8 * number)[0] for number in range(count)}
    all_groups = 0
    for offset in sorted(offsets):
        (kind,) = unpack_from(">H", content, offset)
        if kind not in _GROUPED:
            continue
        (groups,) = unpack_from(">12xI", content, offset)
        all_groups += groups
        start = offset + 16
        end = start + 12 * groups
        if all_groups > _MAX_GROUPS or end > len(content):
            raise ValueError("the table of characters is incomplete")
        _check_groups(content[start:end])


def _check_variations(font: harfbuzz.Face) -> None:
    """Raise ValueError or struct.error if a glyph has more variations than are described."""
    content = font.reference_table("gvar").data
    if not content:
        return
    glyphs, flags, start = unpack_from(">12xHHI", content)
    count_of_starts = glyphs + 1
    is_long = flags & _LONG_OFFSETS
    size = 4 if is_long else 2
    starts = _offsets(content[20 : 20 + count_of_starts * size], is_long=bool(is_long))
    if len(starts) != count_of_starts or start + starts[-1] > len(content):
        raise ValueError("the table of variations is incomplete")
    for glyph_start, glyph_end in pairwise(starts):
        if glyph_start != glyph_end:
            count, body = unpack_from(">HH", content, start + glyph_start)
            if max(body, 4 + _VARIATION * (count & _COUNT)) > glyph_end - glyph_start:
                raise ValueError("a glyph has more variations than are described")


def _check_tables(content: bytes) -> None:
    """Raise ValueError or struct.error unless the file has all tables that a document needs, and all of each."""
    if content[:4] not in _FORMATS:
        raise ValueError("not a TrueType or OpenType font")
    (count,) = unpack_from(">4xH", content)
    tags = set()
    for record in range(_RECORDS, _RECORDS + count * _RECORD, _RECORD):
        tag, offset, length = unpack_from(">4s4xII", content, record)
        if offset + length > len(content):
            raise ValueError("the file is incomplete")
        tags.add(tag.decode("latin-1"))
    missing = [tag for tag in _REQUIRED if tag not in tags]
    if not tags.intersection(_OUTLINES):
        missing.append("glyf")
    if missing:
        raise ValueError(f"the font has no table {', '.join(missing)}")


def _check_groups(groups: bytes) -> None:
    """Raise ValueError if groups of characters overlap, or are not in order."""
    end = -1
    for first, last, _ in iter_unpack(">III", groups):
        if not end < first <= last:
            raise ValueError("the groups of characters overlap")
        end = last


def _amounts(font: harfbuzz.Face, limit: int) -> Iterator[int]:
    """Yield the work for each glyph of a font."""
    if "CFF " in font.table_tags:
        yield len(font.reference_table("CFF ").data)
        return
    outlines = font.reference_table("glyf").data
    known: dict[int, int] = {}
    offsets = _glyph_offsets(font)
    for glyph in range(font.glyph_count):
        yield _work(glyph, outlines, offsets, known, limit)


def _glyph_offsets(font: harfbuzz.Face) -> list[int]:
    """Return where each glyph begins in the table of outlines, and where the last one ends."""
    (is_long,) = table(font, "head", ">50xh")
    return _offsets(font.reference_table("loca").data, is_long=bool(is_long))


def _offsets(written: bytes, *, is_long: bool) -> list[int]:
    """Return offsets as fonts write them: long ones in four bytes, others divided by two in two bytes."""
    if is_long:
        return [offset for (offset,) in iter_unpack(">I", written)]
    return [2 * offset for (offset,) in iter_unpack(">H", written)]


def _work(glyph: int, outlines: bytes, offsets: list[int], known: dict[int, int], limit: int) -> int:
    """Return the points and components of a glyph and of its components."""
    if glyph not in known:
        known[glyph] = limit + 1  # for a glyph that contains itself
        outline = outlines[offsets[glyph] : offsets[glyph + 1]]
        contours = unpack_from(">h", outline)[0] if outline else 0
        if contours < 0:
            work = 0
            for component in _components(outline):
                work += 1 + _work(component, outlines, offsets, known, limit)
        elif contours > 0:
            work = unpack_from(">H", outline, _COMPONENTS + 2 * (contours - 1))[0] + 1
        else:
            work = 0
        known[glyph] = work
    return known[glyph]


def _components(outline: bytes) -> Iterator[int]:
    """Yield the glyphs that a glyph consists of, as often as it contains them."""
    offset = _COMPONENTS
    flags = _MORE
    while flags & _MORE:
        flags, glyph = unpack_from(">HH", outline, offset)
        yield glyph
        offset += 8 if flags & _WORDS else 6
        if flags & _MATRIX:
            offset += 8
        elif flags & _SCALES:
            offset += 4
        elif flags & _SCALE:
            offset += 2


# What the licence of a font allows, as its field fsType says (OpenType 1.9, OS/2): whether documents may contain it,
# and whether web pages may, from which anybody can install it
_USAGE = 0x0F
"""The bits of a font that only some documents may contain, or none; without any it may be installed."""
_RESTRICTED = 0x02
"""The value of these bits of a font that no document may contain."""
_NO_SUBSETS = 0x0300
"""The bits of a font of which parts, or the outlines, must not be embedded."""


def may_be_embedded(font: harfbuzz.Face) -> bool:
    """Return whether documents may contain the font. Raises struct.error if its table OS/2 is too short."""
    return _rights(font) & _USAGE != _RESTRICTED


def may_be_in_web_pages(font: harfbuzz.Face) -> bool:
    """Return whether web pages may contain parts of the font. Raises struct.error if its table OS/2 is too short."""
    return not _rights(font) & (_USAGE | _NO_SUBSETS)


def _rights(font: harfbuzz.Face) -> int:
    """Return the field fsType of a font."""
    rights: int = unpack_from(">8xH", font.reference_table("OS/2").data)[0]
    return rights
