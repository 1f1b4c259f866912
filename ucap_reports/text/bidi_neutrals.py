"""The levels of weak and neutral characters (UAX #9, rules W1 to I2)."""
# ruff: noqa: RUF001 - the data are brackets of many scripts and quotation marks

import re
from collections.abc import Sequence

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


def resolved(text: Sequence[str], kinds: Sequence[str], level: int) -> list[int]:
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
    codes = re.sub("t+(?=e)|(?<=e)t+", lambda run: "e" * len(run[0]), codes)  # W5
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
