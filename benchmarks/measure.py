"""Measuring tools in turns (A, B, A, B), so that other load on the machine affects all of them."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from ucap_reports.__main__ import MANY_OBJECTS

Make = Callable[[int], bytes]
"""Builds document `number` of the series."""


@dataclass(frozen=True)
class Peer:
    """One tool, with the milliseconds that each document took."""

    name: str
    make: Make
    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    @property
    def typical(self) -> float:
        """The median of the milliseconds per document."""
        return median(self.milliseconds)


def measure(peers: Sequence[Peer], documents: int, warm_up: int, turn: int = 10) -> None:
    """Measure each tool with the same documents, `turn` documents at a time. All tools use the garbage collection
    threshold of the command `ucap`.
    """
    gc.set_threshold(MANY_OBJECTS)
    for peer in peers:
        for number in range(warm_up):
            peer.make(number)
    for start in range(warm_up, warm_up + documents, turn):
        for peer in peers:
            gc.collect()
            for number in range(start, min(start + turn, warm_up + documents)):
                began = time.perf_counter()
                content = peer.make(number)
                peer.milliseconds.append((time.perf_counter() - began) * 1000)
                peer.sizes.append(len(content))


def table(title: str, peers: Sequence[Peer]) -> str:
    """Return the results as lines of text, with the ratio of each time to the first tool's."""
    lines = [f"{title:34}{'median ms':>10}{'slowest ms':>12}{'KB':>7}{'times ours':>12}"]
    for peer in peers:
        slowest, size = max(peer.milliseconds), median(peer.sizes) / 1000
        times = peer.typical / peers[0].typical
        lines.append(f"{peer.name:34}{peer.typical:10.2f}{slowest:12.2f}{size:7.1f}{times:12.1f}")
    return "\n".join(lines)
