"""The work that a font causes, counted before it is done: a small file can describe more than there is time to read."""

from functools import cached_property, partial
from itertools import pairwise
from struct import iter_unpack, unpack_from
from typing import Any

from fontTools.misc.psCharStrings import T2OutlineExtractor

MOST_WORK, MOST_WORK_OF_A_GLYPH = 20_000, 2_000
"""Points and components of the glyphs, or tokens of CFF char strings. Glyphs of Chinese fonts take 300 on average and
up to 700, those of Latin fonts 30.
"""
MOST_CHARACTERS = 1_000_000
"""For all tables of characters: more than Unicode has in use."""
_VARIATIONS_A_DRAWING = 8
"""Variations of a glyph that take as long as drawing it."""


class WorkLimitError(Exception):
    """A font needs more work than any real one."""


class WorkLimit:
    """The work that is left for drawing this number of glyphs of a font."""

    def __init__(self, font: Any, glyphs: int) -> None:
        self._font = font
        self._left = MOST_WORK + MOST_WORK_OF_A_GLYPH * glyphs
        self._known: dict[str, int] = {}

    def count(self, amount: int) -> None:
        """Subtract some work. Raises WorkLimitError when none is left."""
        self._left -= amount
        if self._left < 0:
            raise WorkLimitError("its glyphs have too many parts, or contain themselves")

    def count_glyph(self, name: str, glyph_set: Any) -> None:
        """Count the work of drawing a glyph: at once for TrueType outlines, with each char string for CFF."""
        if "glyf" in self._font:
            self.count(self._work(name))
        else:
            glyph_set.charStrings[name].outlineExtractor = partial(_CountingExtractor, self)

    def _work(self, name: str) -> int:
        """The points and components of a glyph and of its components, each glyph counted once."""
        if name not in self._known:
            self._known[name] = self._left + 1  # for a glyph that contains itself
            table = self._font["glyf"]
            glyph = table[name]
            parts = glyph.getComponentNames(table)
            points = glyph.endPtsOfContours[-1] + 1 if glyph.numberOfContours > 0 else len(parts)
            variations = self._variations[self._font.getGlyphID(name)] if self._variations else 0
            own = points * (_VARIATIONS_A_DRAWING + variations) // _VARIATIONS_A_DRAWING
            self._known[name] = own + sum(map(self._work, parts))
        return self._known[name]

    @cached_property
    def _variations(self) -> list[int]:
        """The number of variations of each glyph (OpenType 1.9, gvar); empty for a font without any."""
        if "gvar" not in self._font:
            return []
        data = self._font.reader["gvar"]
        count, flags, start = unpack_from(">HHI", data, 12)
        offsets = unpack_from(f">{count + 1}{'I' if flags & 1 else 'H'}", data, 20)
        places = [start + offset * (1 if flags & 1 else 2) for offset in offsets]
        return [unpack_from(">H", data, place)[0] & 0x0FFF if end > place else 0 for place, end in pairwise(places)]


class _CountingExtractor(T2OutlineExtractor):  # type: ignore[misc]  # fontTools has no types
    """Counts the tokens of each char string and subroutine before they are executed."""

    def __init__(self, limit: WorkLimit, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._limit = limit

    def execute(self, charString: Any, **options: Any) -> None:  # noqa: N803 - the name in fontTools
        """Execute a char string or subroutine."""
        self._limit.count(len(charString.bytecode or charString.program))
        super().execute(charString, **options)


def check_characters(font: Any) -> None:
    """Raise WorkLimitError if the ranges of the font's `cmap` have too many characters (OpenType 1.9, cmap)."""
    data = font.reader["cmap"]
    (tables,) = unpack_from(">H", data, 2)
    found = 0
    for offset in {unpack_from(">4xI", data, 4 + 8 * table)[0] for table in range(tables)}:
        (form,) = unpack_from(">H", data, offset)
        if form == 4:  # noqa: PLR2004 - formats have numbers
            (size,) = unpack_from(">H", data, offset + 6)
            ends, starts = (unpack_from(f">{size // 2}H", data, offset + place) for place in (14, 16 + size))
            found += sum(end - start + 1 for start, end in zip(starts, ends, strict=True) if end >= start)
        elif form in {12, 13}:
            (groups,) = unpack_from(">I", data, offset + 12)
            ranges = iter_unpack(">II4x", data[offset + 16 : offset + 16 + 12 * groups])
            found += sum(end - start + 1 for start, end in ranges if end >= start)
    if found > MOST_CHARACTERS:
        raise WorkLimitError(f"its tables have more than {MOST_CHARACTERS:,} characters")
