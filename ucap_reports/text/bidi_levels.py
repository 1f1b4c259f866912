"""The Unicode Bidirectional Algorithm (UAX #9, Unicode 16) for one paragraph, with the names of its rules.

`levels` gives each character its embedding level, even for left to right and odd for right to left; `visual_order` is
the order of characters with these levels on a line.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from unicodedata import bidirectional

from ucap_reports.text.bidi_neutrals import resolved

_MAX_DEPTH = 125
_ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_EMBEDDINGS = {"LRE": None, "RLE": None, "LRO": "L", "RLO": "R"}
_REMOVED = frozenset({*_EMBEDDINGS, "PDF", "BN"})
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\u2068\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LEFT_STRONG = frozenset({"L"})
_RIGHT_STRONG = frozenset({"R", "AL"})


def runs_from_the_right(text: str) -> bool:
    """Whether the text may have characters that are written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def paragraph_level(text: str, *, right_to_left: bool) -> int:
    """The level of a paragraph: that of its document, unless all its text has the other direction."""
    kinds = {bidirectional(character) for character in text}
    own, other = (_RIGHT_STRONG, _LEFT_STRONG) if right_to_left else (_LEFT_STRONG, _RIGHT_STRONG)
    return int(right_to_left) ^ int(bool(kinds & other) and not kinds & own)


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character of a paragraph with the level `base` (0 or 1).

    Characters that only set a direction have the level of the character before them.
    """
    paragraph = _BidiParagraph(text, base)
    paragraph.resolve()
    return paragraph.levels


def visual_order(levels: Sequence[int]) -> list[int]:
    """The places of characters with these levels on a line, from left to right (L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = max(end, start + 1)
    return order


def parts_by_level(text: str, levels: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The parts of the text with one direction, each with its embedding level."""
    for level, group in groupby(zip(levels, text, strict=False), itemgetter(0)):
        yield level, "".join(character for _, character in group)


class _BidiParagraph:
    """A paragraph while its levels are found; `kinds` are the bidirectional classes, which the rules change."""

    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self.kinds = [bidirectional(character) or "L" for character in text]
        self._original = tuple(self.kinds)
        self._kept = [place for place, kind in enumerate(self._original) if kind not in _REMOVED]  # X9
        self.levels = [base] * len(text)
        self._match = _isolate_pairs(self.kinds)
        self._stack: list[tuple[int, str | None, bool]] = [(base, None, False)]
        """The directional status: levels, overrides, and whether they are of isolates."""
        self._lost_isolates = self._lost_embeddings = 0

    def resolve(self) -> None:
        """Find all levels."""
        self._explicit()
        for places, (start, end) in [(places, self._ends(places)) for places in self._sequences()]:
            text, kinds = [self._text[place] for place in places], [self.kinds[place] for place in places]
            found = resolved(text, kinds, self.levels[places[0]], start, end)
            for place, level in zip(places, found, strict=True):
                self.levels[place] = level
        for place, kind in enumerate(self._original):
            if kind in _REMOVED:
                self.levels[place] = self.levels[place - 1] if place else self._base
            elif kind in {"B", "S"}:
                self.levels[place] = self._base  # L1

    def _explicit(self) -> None:
        """X1 to X8: the levels that embeddings and isolates give."""
        for place, kind in enumerate(self._original):
            self._close(kind)
            level, override, _ = self._stack[-1]
            if kind not in _REMOVED:
                self.levels[place] = self._base if kind == "B" else level
                self.kinds[place] = kind if override is None or kind == "B" else override
            if kind in _EMBEDDINGS or kind in _ISOLATES:
                self._open(kind, level + 1 if level % 2 != self._is_right(place, kind) else level + 2)

    def _open(self, kind: str, level: int) -> None:
        """X2 to X5c."""
        if level <= _MAX_DEPTH and not self._lost_isolates and not self._lost_embeddings:
            self._stack.append((level, _EMBEDDINGS.get(kind), kind in _ISOLATES))
        elif kind in _ISOLATES:
            self._lost_isolates += 1
        elif not self._lost_isolates:
            self._lost_embeddings += 1

    def _close(self, kind: str) -> None:
        """X6a and X7."""
        if kind == "PDI" and self._lost_isolates:
            self._lost_isolates -= 1
        elif kind == "PDI" and any(is_isolate for _, _, is_isolate in self._stack):
            self._lost_embeddings = 0
            while not self._stack.pop()[2]:
                pass
        elif kind == "PDF" and not self._lost_isolates:
            if self._lost_embeddings:
                self._lost_embeddings -= 1
            elif not self._stack[-1][2] and len(self._stack) > 1:
                self._stack.pop()

    def _is_right(self, place: int, kind: str) -> bool:
        """Whether an embedding or isolate is from right to left; FSI by its first strong character (X5c)."""
        if kind != "FSI":
            return kind.startswith("R")
        depth = 0
        for each in self._original[place + 1 : self._match.get(place)]:
            depth += (each in _ISOLATES) - (each == "PDI")
            if not depth and each in {"L", "R", "AL"}:
                return each != "L"
        return False

    def _sequences(self) -> Iterator[list[int]]:
        """Isolating run sequences (BD13)."""
        runs = [list(run) for _, run in groupby(self._kept, lambda place: self.levels[place])]
        by_start = {run[0]: run for run in runs}
        ends = set(self._match.values())
        for run in runs:
            if run[0] in ends and self._original[run[0]] == "PDI":
                continue
            sequence = list(run)
            while (after := self._match.get(sequence[-1])) is not None and after in by_start:
                sequence += by_start[after]
            yield sequence

    def _ends(self, sequence: list[int]) -> tuple[str, str]:
        """The directions before and after a sequence (X10)."""
        level = self.levels[sequence[0]]
        first, last = bisect_left(self._kept, sequence[0]), bisect_left(self._kept, sequence[-1])
        before = self.levels[self._kept[first - 1]] if first else self._base
        has_next = last + 1 < len(self._kept) and self._original[sequence[-1]] not in _ISOLATES
        after = self.levels[self._kept[last + 1]] if has_next else self._base
        start, end = ("R" if max(level, other) % 2 else "L" for other in (before, after))
        return start, end


def _isolate_pairs(kinds: Sequence[str]) -> dict[int, int]:
    """The places of isolates with those of their ends (BD9)."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for place, kind in enumerate(kinds):
        if kind in _ISOLATES:
            waiting.append(place)
        elif kind == "PDI" and waiting:
            pairs[waiting.pop()] = place
    return pairs
