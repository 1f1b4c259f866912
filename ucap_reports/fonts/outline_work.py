"""The work of drawing glyphs, counted before it is done: glyphs can refer to each other until no time is enough."""

from functools import partial
from typing import Any

from fontTools.misc.psCharStrings import T2OutlineExtractor

MOST_WORK, MOST_WORK_OF_A_GLYPH = 20_000, 2_000
"""Points and components of the glyphs, or tokens of CFF char strings. Glyphs of Chinese fonts take 300 on average and
up to 700, those of Latin fonts 30.
"""


class WorkLimitError(Exception):
    """The glyphs of a font need more work than the limit."""

    def __init__(self) -> None:
        super().__init__("its glyphs have too many parts, or contain themselves")


class WorkLimit:
    """The work that is left for drawing so many glyphs of a font."""

    def __init__(self, font: Any, glyphs: int) -> None:
        self._font = font
        self._left = MOST_WORK + MOST_WORK_OF_A_GLYPH * glyphs
        self._known: dict[str, int] = {}

    def count(self, amount: int) -> None:
        """Subtract some work. Raises WorkLimitError when none is left."""
        self._left -= amount
        if self._left < 0:
            raise WorkLimitError

    def count_glyph(self, name: str, glyph_set: Any) -> None:
        """Count what drawing a glyph takes: at once for TrueType outlines, during each char string for CFF."""
        if "glyf" in self._font:
            self.count(self._points(name))
        else:
            glyph_set.charStrings[name].outlineExtractor = partial(_CountingExtractor, self)

    def _points(self, name: str) -> int:
        """The points and components of a glyph and of its components, each glyph counted once."""
        if name not in self._known:
            self._known[name] = self._left + 1  # for a glyph that contains itself
            table = self._font["glyf"]
            glyph = table[name]
            if glyph.isComposite():
                parts = glyph.getComponentNames(table)
                self._known[name] = sum(1 + self._points(part) for part in parts)
            else:
                self._known[name] = glyph.endPtsOfContours[-1] + 1 if glyph.numberOfContours > 0 else 0
        return self._known[name]


class _CountingExtractor(T2OutlineExtractor):  # type: ignore[misc]  # fontTools has no types
    """Counts the tokens of each char string and subroutine before they are executed."""

    def __init__(self, limit: WorkLimit, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._limit = limit

    def execute(self, charString: Any, **options: Any) -> None:  # noqa: N803 - the name in fontTools
        """Execute a char string or subroutine."""
        self._limit.count(len(charString.bytecode or charString.program))
        super().execute(charString, **options)
