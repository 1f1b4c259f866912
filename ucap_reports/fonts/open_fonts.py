"""Fonts opened with HarfBuzz at one weight: what is checked in fonts of strangers, what the licence of a font allows,
and the index of a face, with its characters, its measures and the text of its glyphs.

HarfBuzz checks each table before it reads it and limits the work for each glyph, because browsers use it for fonts
from any web site. What it cannot read, it reads as empty; so what a document needs is checked here. Without the checks
of characters and variations, which web browsers have too, a damaged font would write a document without some of its
letters, or at another weight.

A small font can also describe more than a reader can draw: the fonts that HarfBuzz makes have no subroutines and no
variations, but a glyph can still consist of others, twice each, and so on. So the work of drawing is limited too.
"""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from struct import error as StructError  # noqa: N812 - the name of an exception
from struct import iter_unpack, unpack_from
from typing import Any, NamedTuple
from unicodedata import bidirectional, category, normalize

import uharfbuzz as harfbuzz

from ucap_reports.fonts.font_sources import FIRST_SHAPE, FontIndex, FontSource, Metrics

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


# The index of a face
INVISIBLE = frozenset(
    {0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF}
    | set(range(0x200B, 0x2010))
    | set(range(0x2028, 0x202F))
    | set(range(0x2060, 0x2070))
    | set(range(0xFE00, 0xFE10))
)
"""Characters that every face has without width and ink, even if the font draws something: soft hyphen, joiners, marks
of direction, selectors (Unicode's Default_Ignorable_Code_Point), line and paragraph separators."""
SPACES = dict(zip(range(0x2000, 0x2007), (500, 1000, 500, 1000, 333, 250, 167), strict=True))
SPACES |= {0x2009: 200, 0x200A: 100, 0x202F: 200, 0x205F: 222, 0x3000: 1000}
"""Widths in 1/1000 em of the spaces that have a defined width (Unicode, table 6-2), for fonts that lack them."""
_AS_WIDE_AS = {0x2007: 0x30, 0x2008: 0x2E}
"""Blanks with the width of another character (a figure space has that of a digit), for fonts that lack them."""
_AS_DRAWN_AS = {0x09: 0x20, 0xA0: 0x20, 0x2010: 0x2D, 0x2011: 0x2D}
"""Characters that look like another, for fonts that lack them."""
_NOT_TEXT = frozenset({"Cc", "Cs", "Co"})  # categories: control, surrogate, private use
_MAX_CHARACTERS = 0xFFFE  # codes have sixteen bits, and 0 is no character
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_SINGLE, _MULTIPLE, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 2, 3, 4, 7
_FORMS = frozenset({*range(0xFB1D, 0xFE00), *range(0xFE70, 0xFEFD)})
"""Characters that are forms and ligatures of Hebrew and Arabic letters."""
_NO_TEXT = frozenset({"Cc", "Co"})
_PASSES = 4
"""More passes than fonts need from a letter to the last of its forms."""
_Substitution = tuple[tuple[str, ...], str]
"""The names of glyphs that are replaced, and of one that replaces them."""


def prepare_index(source: FontSource) -> FontIndex:
    """Read the characters and measures of a face. Raises ProblemsFound if the file is damaged or forbids embedding."""
    opened = open_font(source)
    try:
        if source.path is None:
            _check_characters(opened.face)
            _check_variations(opened.face)
        metrics = _metrics(opened, source.weight)
        glyphs = _glyphs(opened)
        meanings: tuple[str, ...] = ()
        if source.shaped:
            glyphs |= {FIRST_SHAPE + glyph: glyph for glyph in range(opened.face.glyph_count)}
            meanings = _glyph_meanings(source.read())
    except Exception as error:  # fontTools raises any exception for a damaged font
        raise source.unusable("reading", error) from error
    characters = tuple(sorted(glyphs))
    drawn = tuple([glyphs[character] for character in characters])
    advances = tuple([opened.font.get_glyph_h_advance(glyph) for glyph in drawn])
    return FontIndex(metrics, characters, drawn, advances, _blanks(opened, glyphs), meanings)


def _metrics(opened: OpenFont, weight: int) -> Metrics:
    face = opened.face
    units_per_em, left, bottom, right, top, style = table(face, "head", ">18xH16x4hH")
    ascent, descent = table(face, "hhea", ">4xhh")
    angle, is_monospaced = table(face, "post", ">4xi4xI")
    return Metrics(
        units_per_em=units_per_em,
        ascent=ascent,
        descent=descent,
        cap_height=_cap_height(opened) or round(units_per_em * 0.7),
        box=(left, bottom, right, top),
        italic_angle=round(angle * 100 / 0x10000),
        italic=bool(angle or style & 2),
        fixed_pitch=bool(is_monospaced),
        weight=weight,
    )


def _cap_height(opened: OpenFont) -> int:
    """Return the height of capitals; 0 if the font does not contain it (OpenType 1.9, OS/2 before version 2)."""
    (version,) = table(opened.face, "OS/2", ">H")
    return table(opened.face, "OS/2", ">88xh")[0] if version > 1 else 0


def _glyphs(opened: OpenFont) -> dict[int, int]:
    """Return the glyph of each character: those of the font, and those that look like another."""
    codes = opened.face.unicodes
    if len(codes) > _MAX_CHARACTERS:
        raise ValueError(f"more than {_MAX_CHARACTERS} characters")
    glyphs = {}
    for code in codes:
        glyph = opened.font.get_nominal_glyph(code) if _is_text(code) else None
        if glyph:
            glyphs[code] = glyph
    for code, model in _AS_DRAWN_AS.items():
        if model in glyphs:
            glyphs.setdefault(code, glyphs[model])
    return glyphs


def _is_text(code: int) -> bool:
    """Return whether the character is text with a glyph, not a control or a noncharacter. A private character is not:
    PDF/A-2 (6.2.11.7.3) requires an explanation of each.
    """
    is_noncharacter = code & 0xFFFE == 0xFFFE or code in range(0xFDD0, 0xFDF0)  # noqa: PLR2004 - the last two of a plane
    return not is_noncharacter and code not in INVISIBLE and category(chr(code)) not in _NOT_TEXT


def _blanks(opened: OpenFont, glyphs: dict[int, int]) -> dict[int, int]:
    """Return the widths of characters without a glyph, in font units."""
    per_thousandth = opened.face.upem / 1000
    widths = {code: round(width * per_thousandth) for code, width in SPACES.items()}
    for code, model in _AS_WIDE_AS.items():
        if model in glyphs:
            widths[code] = opened.font.get_glyph_h_advance(glyphs[model])
    blanks = {code: width for code, width in widths.items() if code not in glyphs}
    return blanks | dict.fromkeys(sorted(INVISIBLE), 0)


def _glyph_meanings(content: bytes) -> tuple[str, ...]:
    """Return the text of each glyph in the font's order: the letter of a form, the letters of a ligature.

    Text of a right-to-left script is reversed, because readers of PDF reverse the complete line.
    """
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - takes 80 ms, and only shaped fonts need it

    font = TTFont(BytesIO(content), lazy=True)
    known: dict[str, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        character = chr(code)
        if category(character) not in _NO_TEXT:
            text = normalize("NFKC", character) if code in _FORMS else character
            known.setdefault(name, text)
    substitutions = list(_substitutions(font))
    for _ in range(_PASSES):
        for replaced, name in substitutions:
            if name not in known and all(part in known for part in replaced):
                known[name] = "".join([known[part] for part in replaced])
    meanings = [known.get(name, _UNKNOWN) for name in font.getGlyphOrder()]
    return tuple(map(_left_to_right, meanings))


def _substitutions(font: Any) -> Iterator[_Substitution]:
    """Yield the substitutions of the font's lookups (OpenType 1.9, GSUB); contextual ones refer to simple ones."""
    if "GSUB" not in font:
        return
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            if subtable.LookupType == _EXTENSION:
                yield from _of_table(subtable.ExtSubTable)
            else:
                yield from _of_table(subtable)


def _of_table(table: Any) -> Iterator[_Substitution]:
    """Yield the substitutions of a table of a lookup."""
    if table.LookupType == _SINGLE:
        for replaced, name in table.mapping.items():
            yield (replaced,), name
    elif table.LookupType == _MULTIPLE:
        for replaced, names in table.mapping.items():
            if names:
                yield (replaced,), names[0]
    elif table.LookupType == _ALTERNATE:
        for replaced, names in table.alternates.items():
            for name in names:
                yield (replaced,), name
    elif table.LookupType == _LIGATURE:
        for first, ligatures in table.ligatures.items():
            for ligature in ligatures:
                yield (first, *ligature.Component), ligature.LigGlyph


def _left_to_right(text: str) -> str:
    """Return the text of a glyph in the order in which it is drawn."""
    is_from_the_right = any(bidirectional(character) in {"R", "AL"} for character in text)
    if is_from_the_right or category(text[0]) == "Mn":
        return text[::-1]
    return text
