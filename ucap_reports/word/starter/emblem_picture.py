"""The emblem of the European Union as a PNG for Word templates."""

import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise

from ucap_reports.template.emblem_geometry import BLUE, GOLD, PROPORTION, Corners, stars

HEIGHT = 480
"""Rows of pixels: 1,000 to the inch at the emblem's usual 12 mm."""
LINES = 8
"""Lines for each row of pixels, for smooth edges."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3


def emblem_png() -> bytes:
    """The emblem as a PNG of 256 colours, from its blue to its gold."""
    width = round(HEIGHT * PROPORTION)
    cover = [[0.0] * width for _ in range(HEIGHT)]
    for star in stars():
        _draw(star, cover)
    rows = (bytes([0, *(round(255 * min(each, 1.0)) for each in row)]) for row in cover)
    header = struct.pack(">IIBBBBB", width, HEIGHT, 8, _PALETTE, 0, 0, 0)
    palette = b"".join(_mixed(share / 255) for share in range(256))
    pixels = zlib.compress(b"".join(rows), 9)
    chunks = (b"IHDR", header), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b"")
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _draw(corners: Corners, cover: Sequence[list[float]]) -> None:
    """Add the share of each pixel that the shape covers."""
    points = [(x * HEIGHT, (1 - y) * HEIGHT) for x, y in (*corners, corners[0])]
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    for line in range(int(top * LINES), int(bottom * LINES) + 1):
        height = (line + 0.5) / LINES
        crossings = sorted(
            x + (height - y) * (next_x - x) / (next_y - y)
            for (x, y), (next_x, next_y) in pairwise(points)
            if (y <= height) != (next_y <= height)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=True):
            _fill(cover[line // LINES], left, right)


def _fill(row: list[float], left: float, right: float) -> None:
    for column in range(int(left), int(right) + 1):
        row[column] += max(0.0, min(right, column + 1) - max(left, column)) / LINES


def _mixed(share: float) -> bytes:
    """A mixture of gold, by that share, and blue."""
    colours = zip(BLUE.rgb, GOLD.rgb, strict=True)
    return bytes(round(255 * (blue + (gold - blue) * share)) for blue, gold in colours)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
