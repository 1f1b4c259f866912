"""Prepared faces: the index at once, the outlines when they are asked for, both from the cache where it has them."""

import struct
from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.font_metrics import FontIndex
from ucap_reports.storage.user_cache import UserCache, user_cache

_PART = 1024
"""Glyphs of one cache file. A Chinese font has some thirty such parts, a Latin one three."""

_COUNT = struct.Struct("<H")


class Outlines(Struct, eq=False):
    """The outlines of one face by glyph id, each an entry of a `glyf` table that refers to no other glyph.

    They are drawn when first asked for (0.2 ms each) and kept: the whole of a Chinese font would take twelve seconds.
    What is drawn does not depend on when, so documents do not depend on what was built before them.
    """

    source: FontSource
    index: FontIndex
    name: str
    cache: UserCache
    _parts: dict[int, dict[int, bytes]] = field(default_factory=dict)

    def get(self, glyphs: Iterable[int]) -> dict[int, bytes]:
        """The outlines of these glyph ids, in ascending order."""
        found: dict[int, bytes] = {}
        by_part: dict[int, list[int]] = {}
        for glyph in sorted(glyphs):
            by_part.setdefault(glyph // _PART, []).append(glyph)
        for part, wanted in by_part.items():
            drawn = self._part(part, wanted)
            found |= {glyph: drawn[glyph] for glyph in wanted}
        return found

    def _part(self, part: int, wanted: list[int]) -> dict[int, bytes]:
        """A part with at least the outlines that are wanted of it."""
        known = self._parts.get(part, {})
        if not known.keys() >= set(wanted):
            known = known | self._stored(part)
            if missing := [glyph for glyph in wanted if glyph not in known]:
                known = known | self._draw(missing)
                self.cache.store(self._file_name(part), encode_outlines(known))
            self._parts[part] = known
        return known

    def _draw(self, glyphs: list[int]) -> dict[int, bytes]:
        from ucap_reports.fonts.glyph_outlines import draw_outlines  # noqa: PLC0415 - fontTools takes 80 ms, a warm run needs none of it

        characters = [self.index.characters[glyph - 1] for glyph in glyphs]
        return dict(zip(glyphs, draw_outlines(self.source, characters), strict=True))

    def _stored(self, part: int) -> dict[int, bytes]:
        content = self.cache.load(self._file_name(part))
        return {} if content is None else decode_outlines(content)

    def _file_name(self, part: int) -> str:
        return f"{self.name}.{part}.outlines"


class Face(Struct, frozen=True, eq=False):
    """One prepared face, ready to measure with and to embed: its glyph ids are those of its index."""

    name: str
    index: FontIndex
    outlines: Outlines

    def covers(self, text: str) -> bool:
        """Whether the face has every character of the text."""
        return all(self.index.glyph(ord(character)) for character in text)

    def advance(self, glyph: int) -> int:
        """How far the pen moves over the glyph, in 1/1000 em: the very number that the PDF gives as its width."""
        return self.thousandths(self.index.advances[glyph])

    def thousandths(self, units: int) -> int:
        """Font units in 1/1000 em, a half rounded up."""
        per_em = self.index.metrics.units_per_em
        return (units * 2000 + per_em) // (2 * per_em)


@lru_cache(maxsize=64)
def open_face(source: FontSource) -> Face:
    """The prepared face of a source, kept in the user's cache and for as long as the process runs.

    Raises FontUnusable for a font that is damaged or must not be embedded.
    """
    return load_face(source, user_cache())


def load_face(source: FontSource, cache: UserCache) -> Face:
    """The prepared face of a source, from that cache where it can be had there."""
    name = f"{source.name}-{source.digest()}"
    index = _thickened_index(source, cache) if source.thickened else _usual_index(source, name, cache)
    return Face(source.name, index, Outlines(source, index, name, cache))


def _usual_index(source: FontSource, name: str, cache: UserCache) -> FontIndex:
    return _cached(cache, f"{name}.index", lambda: _prepare_index(source))


def _thickened_index(source: FontSource, cache: UserCache) -> FontIndex:
    """That of the usual face: letters drawn thicker are as wide as they were."""
    usual = source.usual
    index = _usual_index(usual, f"{usual.name}-{usual.digest()}", cache)
    return replace(index, metrics=replace(index.metrics, weight=source.weight))


def _cached(cache: UserCache, name: str, prepare: Callable[[], FontIndex]) -> FontIndex:
    content = cache.load(name)
    if content is not None:
        return FontIndex.decode(content)
    index = prepare()
    cache.store(name, index.encode())
    return index


def _prepare_index(source: FontSource) -> FontIndex:
    from ucap_reports.fonts.glyph_outlines import prepare_index  # noqa: PLC0415 - fontTools takes 80 ms to import

    return prepare_index(source)


def encode_outlines(outlines: dict[int, bytes]) -> bytes:
    """Outlines as bytes: how many, their glyph ids, their lengths, and then they themselves."""
    count = len(outlines)
    if not count:
        return _COUNT.pack(0)
    lengths = map(len, outlines.values())
    return _COUNT.pack(count) + struct.pack(f"<{count}H{count}I", *outlines, *lengths) + b"".join(outlines.values())


def decode_outlines(content: bytes) -> dict[int, bytes]:
    """The outlines that `encode_outlines` made these bytes of."""
    (count,) = _COUNT.unpack_from(content)
    layout = struct.Struct(f"<{count}H{count}I")
    numbers = layout.unpack_from(content, _COUNT.size)
    outlines: dict[int, bytes] = {}
    start = _COUNT.size + layout.size
    for glyph, length in zip(numbers[:count], numbers[count:], strict=True):
        outlines[glyph] = content[start : start + length]
        start += length
    return outlines
