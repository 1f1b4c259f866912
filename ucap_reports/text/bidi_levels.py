"""The Unicode Bidirectional Algorithm (UAX #9, Unicode 16) for one paragraph, with the names of its rules.

`levels` gives each character its embedding level, even for left to right and odd for right to left; `visual_order` is
the order of characters with these levels on a line. Embeddings and overrides are isolates here: what is in them has no
effect on the text around them.
"""
# ruff: noqa: RUF001 - the data are brackets of many scripts and quotation marks

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from unicodedata import bidirectional

from msgspec import Struct, field

_ADDRESS = re.compile(
    r"""(?<![\w.+-])(?:
        (?:https?://|www\.)[\w/\#%=&~-]+(?:[.,:;?!@+]+[\w/\#%=&~-]+)*   # a web address
        |[\w.+-]+@[\w-]+(?:\.[\w-]+)+                                  # an email address
        |(?:\+|\(\+)\d+\)?(?:[\ ().\-/\u00a0]+\d+)*                     # an international phone number
        |\d{2,4}(?:[\ .\-/\u00a0]\d{2,4}){2,4}(?!\w)                    # any other phone number
    )""",
    re.ASCII | re.VERBOSE,
)
"""Texts that are written from left to right in all scripts."""
_LEFT_TO_RIGHT_ISOLATE, _END_OF_ISOLATE = "\u2066", "\u2069"
_MAX_DEPTH = 60
"""The maximum depth of nested segments, each of which adds up to two levels; the standard has at most 125 levels."""
_ENDS = {**dict.fromkeys(("LRI", "RLI", "FSI"), "PDI"), **dict.fromkeys(("LRE", "RLE", "LRO", "RLO"), "PDF")}
"""Controls of direction with those that end them, by their bidirectional classes."""
_OVERRIDES = frozenset({"LRO", "RLO"})
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\u2068\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LEFT_STRONG = frozenset({"L"})
_RIGHT_STRONG = frozenset({"R", "AL"})
_MAX_OPENERS = 63
_CODES = {"L": "L", "R": "R", "AL": "A", "EN": "e", "AN": "a", "ES": "s", "ET": "t", "CS": "c", "NSM": "n"}
"""A letter for each strong or weak class, so that regular expressions can match sequences; others are neutral, "o"."""
_STRONG = {"L": "L", "R": "R", "e": "R", "a": "R"}
"""The directions that classes have for neutral characters beside them (N0, N1)."""
_PAIRS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋〈〉❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦏⦎⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽⸢⸣⸤⸥⸦⸧⸨⸩"
    "〈〉《》「」『』【】〔〕〖〗〘〙〚〛"
)
"""Opening brackets, each followed by its closing one (BidiBrackets.txt)."""
_CLOSING = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
MIRRORED = _CLOSING | _OPENING | dict(zip("<>«»‹›≤≥≪≫", "><»«›‹≥≤≫≪", strict=True))
"""Characters with their mirror images, which right-to-left text has (the frequent ones of BidiMirroring.txt)."""


def runs_from_the_right(text: str) -> bool:
    """Whether the text may have characters that are written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def paragraph_level(text: str, *, right_to_left: bool) -> int:
    """The level of a paragraph: that of its document, unless all its text has the other direction."""
    kinds = {bidirectional(character) for character in text}
    own, other = (_RIGHT_STRONG, _LEFT_STRONG) if right_to_left else (_LEFT_STRONG, _RIGHT_STRONG)
    return int(right_to_left) ^ int(bool(kinds & other) and not kinds & own)


def printed_levels(text: str, base: int) -> list[int]:
    """Return the embedding level of each character of a paragraph with the level `base`, with phone numbers, email and
    web addresses isolated from the text around them (UAX #9, HL3): otherwise the groups of digits of a phone number
    are reversed.
    """
    addresses = left_to_right_parts(text)
    if not addresses:
        return levels(text, base)
    parts: list[str] = []
    place = 0
    for start, end in addresses:
        parts += (text[place:start], _LEFT_TO_RIGHT_ISOLATE, text[start:end], _END_OF_ISOLATE)
        place = end
    found = levels("".join([*parts, text[place:]]), base)
    for number, (start, end) in reversed(list(enumerate(addresses))):
        del found[end + 2 * number + 1]
        del found[start + 2 * number]
    return found


def left_to_right_parts(text: str) -> list[tuple[int, int]]:
    """Return the start and the end of each phone number, email and web address in a text."""
    return [address.span() for address in _ADDRESS.finditer(text)]


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character of a paragraph with the level `base` (0 or 1)."""
    kinds = [bidirectional(character) or "L" for character in text]
    found = [base] * len(text)
    for segment in _segments(kinds):
        segment.level = segment.inner_level(segment.outer.level) if segment.outer else base
        characters = [text[place] for place in segment.places]
        for place, level in zip(segment.places, _resolved(characters, segment.kinds, segment.level), strict=True):
            found[place] = level
    for place, kind in enumerate(kinds):
        if kind == "BN" and place:
            found[place] = found[place - 1]
        elif kind in {"B", "S"}:
            found[place] = base  # L1
    return found


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


class _Segment(Struct):
    """The text between two controls of direction, without that between further ones in it. The paragraph is the first
    segment, without an `outer` one.
    """

    opening: str = ""
    """The bidirectional class of the control before it."""
    outer: "_Segment | None" = None
    depth: int = 0
    level: int = 0
    places: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    """The bidirectional class of the character at each place."""

    def inner_level(self, outer: int) -> int:
        """The next level after `outer` in the direction of the segment; after FSI, that of its first letter."""
        first = next((kind for kind in self.kinds if kind in _LEFT_STRONG | _RIGHT_STRONG), "L")
        is_right = (first if self.opening == "FSI" else self.opening[0]) != "L"
        return outer + 1 if outer % 2 != is_right else outer + 2


def _segments(kinds: Sequence[str]) -> list[_Segment]:
    """The segments of a paragraph, each after the one around it."""
    found = [current := _Segment()]
    for place, kind in enumerate(kinds):
        current = _after_end(current, kind)
        if kind != "BN":
            current.places.append(place)
            current.kinds.append(current.opening[0] if current.opening in _OVERRIDES else kind)
        if kind in _ENDS and current.depth < _MAX_DEPTH:
            found.append(current := _Segment(kind, current, current.depth + 1))
    return found


def _after_end(segment: _Segment, kind: str) -> _Segment:
    """The segment that continues after a control that ends the innermost one of its kind; any other ends none."""
    ended: _Segment | None = segment
    while ended is not None and ended.outer is not None:
        if _ENDS[ended.opening] == kind:
            return ended.outer
        ended = ended.outer
    return segment


def _resolved(text: Sequence[str], kinds: Sequence[str], level: int) -> list[int]:
    """The levels of a text in a segment of that level: its characters and their bidirectional classes."""
    own = "R" if level % 2 else "L"
    codes = _without_weak("".join(_CODES.get(kind, "o") for kind in kinds), own)
    codes = _with_brackets(codes, text, kinds, own)
    codes = re.sub("o+", lambda run: _neutral(run, own), codes)
    steps = {"L": level % 2, "R": 1 - level % 2}
    return [level + steps.get(code, 1 if level % 2 else 2) for code in codes]


def _without_weak(codes: str, own: str) -> str:
    """The classes after the rules W1 to W7."""
    codes = re.sub("(^|[^n])(n+)", lambda run: run[1] + (run[1] or own) * len(run[2]), codes)  # W1
    codes = re.sub("A[^LRA]*", lambda run: run[0].replace("e", "a"), codes).replace("A", "R")  # W2, W3
    codes = re.sub("(?<=e)[sc](?=e)", "e", codes)  # W4
    codes = re.sub("(?<=a)c(?=a)", "a", codes)
    codes = re.sub("(?<!t)t+(?=e)|(?<=e)t+", lambda run: "e" * len(run[0]), codes)  # W5
    codes = re.sub("[stc]", "o", codes)  # W6
    return re.sub("(^|L)[^LR]*", lambda run: run[0].replace("e", "L") if (run[1] or own) == "L" else run[0], codes)


def _neutral(run: re.Match[str], own: str) -> str:
    """N1 and N2."""
    before = _STRONG[run.string[run.start() - 1]] if run.start() else own
    after = _STRONG[run.string[run.end()]] if run.end() < len(run.string) else own
    return (before if before == after else own) * len(run[0])


def _with_brackets(codes: str, text: Sequence[str], kinds: Sequence[str], own: str) -> str:
    """N0."""
    found = list(codes)
    for opening, closing in sorted(_bracket_pairs(codes, text)):
        inside = {_STRONG[code] for code in found[opening + 1 : closing] if code in _STRONG}
        if not inside:
            continue
        before = next((_STRONG[code] for code in reversed(found[:opening]) if code in _STRONG), own)
        direction = own if own in inside else before
        for place in (opening, closing):
            found[place] = direction
            for after in range(place + 1, len(found)):
                if kinds[after] != "NSM":
                    break
                found[after] = direction
    return "".join(found)


def _bracket_pairs(codes: str, text: Sequence[str]) -> list[tuple[int, int]]:
    """BD16."""
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for place in (found.start() for found in re.finditer("o", codes)):
        if text[place] in _CLOSING:
            if len(waiting) == _MAX_OPENERS:
                return []
            waiting.append((text[place], place))
        elif opening := _OPENING.get(text[place]):
            for number in reversed(range(len(waiting))):
                if waiting[number][0] == opening:
                    pairs.append((waiting[number][1], place))
                    del waiting[number:]
                    break
    return pairs
