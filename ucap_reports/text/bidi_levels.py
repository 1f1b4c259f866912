"""Which way each character runs: the Unicode Bidirectional Algorithm (UAX #9, Unicode 16) over one paragraph.

`levels` gives each character its embedding level, even from left to right and odd from right to left; `visual_order`
tells in which order what has these levels stands on a line. Rules are named as the annex names them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from unicodedata import bidirectional

from msgspec import Struct

from ucap_reports.text.bidi_neutrals import ISOLATES, resolved

_MAX_DEPTH = 125
_EMBEDDINGS = {"LRE": None, "RLE": None, "LRO": "L", "RLO": "R"}
_REMOVED = frozenset({*_EMBEDDINGS, "PDF", "BN"})
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\u2068\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LEFT_STRONG = frozenset({"L"})
_RIGHT_STRONG = frozenset({"R", "AL"})


def runs_from_the_right(text: str) -> bool:
    """Whether anything in the text may run from right to left."""
    return not text.isascii() and _FROM_THE_RIGHT.search(text) is not None


def paragraph_level(text: str, *, right_to_left: bool) -> int:
    """The level of a paragraph in a document of that direction: its own, unless all of it runs the other way."""
    kinds = {bidirectional(character) for character in text}
    own, other = (_RIGHT_STRONG, _LEFT_STRONG) if right_to_left else (_LEFT_STRONG, _RIGHT_STRONG)
    return int(right_to_left) ^ int(bool(kinds & other) and not kinds & own)


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character of a paragraph whose own is `base` (0 or 1). What only says a direction
    has that of the character before it.
    """
    paragraph = _BidiParagraph(text, base)
    paragraph.resolve()
    return paragraph.levels


def visual_order(levels: Sequence[int]) -> list[int]:
    """The places of what has these levels on a line, from left to right (L2)."""
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
    """The text in parts that run in one direction, each with its embedding level."""
    for level, group in groupby(zip(levels, text, strict=False), itemgetter(0)):
        yield level, "".join(character for _, character in group)


class _DirectionStatus(Struct, frozen=True):
    """An entry of the directional status stack (X1)."""

    level: int
    override: str | None = None
    is_isolate: bool = False


class _BidiParagraph:
    """A paragraph whose levels are being found; `kinds` are the bidirectional classes as rules change them."""

    def __init__(self, text: str, base: int) -> None:
        self._text = text
        self._base = base
        self.kinds = [bidirectional(character) or "L" for character in text]
        self._original = tuple(self.kinds)
        self.levels = [base] * len(text)
        self._match = _isolate_pairs(self.kinds)

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
        """X1 to X8."""
        stack = _Stack(self._base)
        for place, kind in enumerate(self._original):
            if kind in _EMBEDDINGS:
                stack.embed(kind)
                continue
            if kind == "PDF":
                stack.leave_embedding()
                continue
            if kind == "PDI":
                stack.leave_isolate()
            top = stack.top
            self.levels[place] = self._base if kind == "B" else top.level
            if top.override is not None and kind not in {"B", "BN"}:
                self.kinds[place] = top.override
            if kind in ISOLATES:
                stack.isolate(self._is_right(place, kind))

    def _is_right(self, place: int, kind: str) -> bool:
        """Whether an isolate runs from the right; FSI by its first strong character (X5c)."""
        if kind != "FSI":
            return kind == "RLI"
        inside = iter(range(place + 1, self._match.get(place, len(self._original))))
        for each in inside:
            if self._original[each] in {"L", "R", "AL"}:
                return self._original[each] != "L"
            if self._original[each] in ISOLATES:
                end = self._match.get(each, len(self._original))
                while next(inside, end) < end:
                    pass
        return False

    def _sequences(self) -> Iterator[list[int]]:
        """Isolating run sequences (BD13), without what X9 removes."""
        runs: list[list[int]] = []
        for place in (place for place, kind in enumerate(self._original) if kind not in _REMOVED):
            if runs and self.levels[runs[-1][-1]] == self.levels[place]:
                runs[-1].append(place)
            else:
                runs.append([place])
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
        before = next(
            (place for place in range(sequence[0] - 1, -1, -1) if self._original[place] not in _REMOVED), None
        )
        rest = range(sequence[-1] + 1, len(self._original))
        after = next((place for place in rest if self._original[place] not in _REMOVED), None)
        if self._original[sequence[-1]] in ISOLATES:
            after = None
        found = (self._base if place is None else self.levels[place] for place in (before, after))
        start, end = ("R" if max(level, other) % 2 else "L" for other in found)
        return start, end


class _Stack:
    """The directional status stack with its counts of what it had no room for."""

    def __init__(self, base: int) -> None:
        self._stack = [_DirectionStatus(base)]
        self._lost_isolates = self._lost_embeddings = self._isolates = 0

    @property
    def top(self) -> _DirectionStatus:
        return self._stack[-1]

    def embed(self, kind: str) -> None:
        """X2 to X5."""
        level = self._next(kind in {"RLE", "RLO"})
        if level <= _MAX_DEPTH and not self._lost_isolates and not self._lost_embeddings:
            self._stack.append(_DirectionStatus(level, _EMBEDDINGS[kind]))
        elif not self._lost_isolates:
            self._lost_embeddings += 1

    def isolate(self, is_right: bool) -> None:  # noqa: FBT001 - the direction is all there is to say
        """X5a to X5c."""
        level = self._next(is_right)
        if level <= _MAX_DEPTH and not self._lost_isolates and not self._lost_embeddings:
            self._isolates += 1
            self._stack.append(_DirectionStatus(level, None, is_isolate=True))
        else:
            self._lost_isolates += 1

    def leave_isolate(self) -> None:
        """X6a."""
        if self._lost_isolates:
            self._lost_isolates -= 1
        elif self._isolates:
            self._lost_embeddings = 0
            while not self._stack.pop().is_isolate:
                pass
            self._isolates -= 1

    def leave_embedding(self) -> None:
        """X7."""
        if self._lost_isolates:
            return
        if self._lost_embeddings:
            self._lost_embeddings -= 1
        elif not self.top.is_isolate and len(self._stack) > 1:
            self._stack.pop()

    def _next(self, is_right: bool) -> int:  # noqa: FBT001 - as above
        """The least level above the top of that direction."""
        level = self.top.level + 1
        return level if level % 2 == is_right else level + 1


def _isolate_pairs(kinds: Sequence[str]) -> dict[int, int]:
    """Where each isolate that ends has its end (BD9)."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for place, kind in enumerate(kinds):
        if kind in ISOLATES:
            waiting.append(place)
        elif kind == "PDI" and waiting:
            pairs[waiting.pop()] = place
    return pairs
