"""Prepared faces: an index with the measures that layout needs, and outlines that are drawn when they are first needed.

Both are cached between runs.
"""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct, field, msgpack

from ucap_reports.fonts.font_files import FontSource
from ucap_reports.storage.user_cache import LIMIT, UserCache, user_cache

FIRST_SHAPE = 0xF0000
"""Glyph n of a shaped font is the private "character" FIRST_SHAPE + n of its face, which no text contains."""


class Metrics(Struct, frozen=True):
    """The measures of a face in font units, as a PDF font descriptor needs them (ISO 32000-1, table 122).

    `box` is left, bottom, right, top; `italic_angle` is in hundredths of a degree, negative when it leans right.
    """

    units_per_em: int
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]
    italic_angle: int
    italic: bool
    fixed_pitch: bool
    weight: int


class FontIndex(Struct, frozen=True):
    """The characters of a face in order. Glyph 0 is the empty .notdef, glyph n is that of `characters[n - 1]` alone;
    `advances[n]` is its width in font units. A shaped face ends with all glyphs of its font in order, `meanings` has
    the text of each.
    """

    metrics: Metrics
    characters: tuple[int, ...]
    advances: tuple[int, ...]
    meanings: tuple[str, ...] = ()

    def text(self, glyph: int) -> str:
        """The text of a glyph id."""
        character = self.characters[glyph - 1]
        return self.meanings[character - FIRST_SHAPE] if self.meanings and character >= FIRST_SHAPE else chr(character)

    def glyph(self, character: int) -> int:
        """The glyph id of a code point; 0 when the face has none."""
        place = bisect_left(self.characters, character)
        return place + 1 if place < len(self.characters) and self.characters[place] == character else 0


class Outlines(Struct, eq=False):
    """The outlines of one face by glyph id, each an entry of a `glyf` table that refers to no other glyph.

    An outline is drawn when it is first needed (0.2 ms): all of a Chinese font would take twelve seconds. The result
    does not depend on the time, so documents do not depend on what was built before.
    """

    source: FontSource
    index: FontIndex
    name: str
    cache: UserCache
    _known: dict[int, bytes] = field(default_factory=dict)

    def get(self, glyphs: Iterable[int]) -> dict[int, bytes]:
        """The outlines of these glyph ids, in ascending order."""
        needed, file = sorted(glyphs), f"{self.name}.outlines"
        if not self._known and (content := self.cache.load(file)) is not None:
            self._known = msgpack.decode(content, type=dict[int, bytes])
        if missing := [glyph for glyph in needed if glyph not in self._known]:
            self._known = self._known | self._draw(missing)
            self.cache.store(file, msgpack.encode(self._known))
            self.cache.trim(".outlines", LIMIT)
        return {glyph: self._known[glyph] for glyph in needed}

    def _draw(self, glyphs: list[int]) -> dict[int, bytes]:
        from ucap_reports.fonts.glyph_outlines import draw_outlines  # noqa: PLC0415 - fontTools takes 80 ms, a warm run needs none of it

        characters = [self.index.characters[glyph - 1] for glyph in glyphs]
        return dict(zip(glyphs, draw_outlines(self.source, characters), strict=True))


class Face(Struct, frozen=True, eq=False):
    """A prepared face to measure with and to embed. Its glyph ids are those of its index."""

    name: str
    index: FontIndex
    outlines: Outlines

    def covers(self, text: str) -> bool:
        """Whether the face has every character of the text."""
        return all(self.index.glyph(ord(character)) for character in text)

    def advance(self, glyph: int) -> int:
        """The width of the glyph in 1/1000 em: the same number as in the PDF."""
        return self.thousandths(self.index.advances[glyph])

    def thousandths(self, units: int) -> int:
        """Font units in 1/1000 em, a half rounded up."""
        per_em = self.index.metrics.units_per_em
        return (units * 2000 + per_em) // (2 * per_em)


@lru_cache(maxsize=64)
def open_face(source: FontSource) -> Face:
    """The prepared face of a source, from the user's cache where possible.

    Raises ProblemsFound (`font-unusable`) for a font that is damaged or does not allow embedding.
    """
    return load_face(source, user_cache())


def load_face(source: FontSource, cache: UserCache) -> Face:
    """The prepared face of a source, from the cache where possible."""
    name = f"{source.name}-{source.digest()}"
    if (content := cache.load(f"{name}.index")) is not None:
        index = msgpack.decode(content, type=FontIndex)
    else:
        from ucap_reports.fonts.glyph_outlines import prepare_index  # noqa: PLC0415 - fontTools takes 80 ms to import

        index = prepare_index(source)
        cache.store(f"{name}.index", msgpack.encode(index))
        cache.trim(".index", LIMIT)
    return Face(source.name, index, Outlines(source, index, name, cache))
