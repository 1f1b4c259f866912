"""Weak and neutral characters: the direction that each takes from those around it (UAX #9, W1 to I2)."""
# ruff: noqa: RUF001 - brackets of many scripts, and quotation marks, are what this is about

from collections.abc import Sequence

ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_MAX_OPENERS = 63
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "PDI", *ISOLATES})
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}
"""What counts as strong for neutrals beside it (N0, N1)."""
_PAIRS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋〈〉❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦏⦎⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽⸢⸣⸤⸥⸦⸧⸨⸩"
    "〈〉《》「」『』【】〔〕〖〗〘〙〚〛"
)
"""Opening brackets, each with the one that closes it (BidiBrackets.txt)."""
_CLOSING = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_CANONICAL = {"\u2329": "\u3008", "\u232a": "\u3009"}
MIRRORED = _CLOSING | _OPENING | dict(zip("<>«»‹›≤≥≪≫", "><»«›‹≥≤≫≪", strict=True))
"""What stands for a character that faces the other way where text runs from the right (BidiMirroring.txt, the most)."""
_OPENS = {opening: _CANONICAL.get(opening, opening) for opening in _CLOSING}
_CLOSES = {closing: _CANONICAL.get(opening, opening) for closing, opening in _OPENING.items()}


def resolved(text: Sequence[str], kinds: Sequence[str], level: int, start: str, end: str) -> list[int]:
    """The levels of an isolating run sequence that has one level so far: its characters, their bidirectional classes,
    and the directions before and after it, L or R.
    """
    odd = level % 2
    sequence = _Sequence(text, kinds, "R" if odd else "L", start, end)
    sequence.resolve()
    steps = {"L": odd, "R": 1 - odd}
    return [level + steps.get(kind, 1 if odd else 2) for kind in sequence.kinds]


class _Sequence:
    """An isolating run sequence being resolved: `own` is its direction, `start` and `end` those around it."""

    def __init__(self, text: Sequence[str], kinds: Sequence[str], own: str, start: str, end: str) -> None:
        self._text = text
        self._original = kinds
        self.kinds = list(kinds)
        self._own, self._start, self._end = own, start, end

    def resolve(self) -> None:
        """W1 to N2."""
        self._weak()
        self._brackets()
        self._neutral()

    def _weak(self) -> None:
        kinds = self.kinds
        before, strong = self._start, self._start
        for place, kind in enumerate(kinds):
            if kind == "NSM":  # W1
                kind = "ON" if before in ISOLATES or before == "PDI" else before  # noqa: PLW2901 - the rules rewrite it
            before = kind
            if kind in {"L", "R", "AL"}:
                strong = kind
            if kind == "EN" and strong == "AL":  # W2
                kind = "AN"  # noqa: PLW2901 - as above
            kinds[place] = kind
        kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
        for place in range(1, len(kinds) - 1):  # W4
            left, kind, right = kinds[place - 1 : place + 2]
            if left == right and ((kind == "ES" and left == "EN") or (kind == "CS" and left in {"EN", "AN"})):
                kinds[place] = left
        self._terminators()
        strong = self._start
        for place, kind in enumerate(kinds):  # W7
            if kind in {"L", "R"}:
                strong = kind
            elif kind == "EN" and strong == "L":
                kinds[place] = "L"

    def _terminators(self) -> None:
        """W5 and W6."""
        kinds, place = self.kinds, 0
        while place < len(kinds):
            end = place
            while end < len(kinds) and kinds[end] == "ET":
                end += 1
            if end > place:
                beside = {kinds[place - 1] if place else "", kinds[end] if end < len(kinds) else ""}
                kinds[place:end] = ["EN" if "EN" in beside else "ON"] * (end - place)
            place = end + 1
        kinds[:] = ["ON" if kind in {"ES", "CS"} else kind for kind in kinds]

    def _brackets(self) -> None:
        """N0."""
        for opening, closing in self._bracket_pairs():
            inside = {_STRONG[kind] for kind in self.kinds[opening + 1 : closing] if kind in _STRONG}
            if not inside:
                continue
            direction = self._own
            if self._own not in inside:
                context = (_STRONG[kind] for kind in reversed(self.kinds[:opening]) if kind in _STRONG)
                before = next(context, self._start)
                direction = before if before != self._own else self._own
            for place in (opening, closing):
                self.kinds[place] = direction
                self._mark_after(place, direction)

    def _mark_after(self, place: int, direction: str) -> None:
        """Marks on a bracket go with it."""
        for after in range(place + 1, len(self.kinds)):
            if self._original[after] != "NSM":
                return
            self.kinds[after] = direction

    def _bracket_pairs(self) -> list[tuple[int, int]]:
        """BD16."""
        pairs: list[tuple[int, int]] = []
        waiting: list[tuple[str, int]] = []
        for place, (kind, character) in enumerate(zip(self.kinds, self._text, strict=True)):
            if kind != "ON":
                continue
            if opening := _OPENS.get(character):
                if len(waiting) == _MAX_OPENERS:
                    return []
                waiting.append((opening, place))
            elif closed := _CLOSES.get(character):
                for number in range(len(waiting) - 1, -1, -1):
                    if waiting[number][0] == closed:
                        pairs.append((waiting[number][1], place))
                        del waiting[number:]
                        break
        return sorted(pairs)

    def _neutral(self) -> None:
        """N1 and N2."""
        kinds, place = self.kinds, 0
        while place < len(kinds):
            end = place
            while end < len(kinds) and kinds[end] in _NEUTRAL:
                end += 1
            if end > place:
                before = _STRONG[kinds[place - 1]] if place else self._start
                after = _STRONG[kinds[end]] if end < len(kinds) else self._end
                kinds[place:end] = [before if before == after else self._own] * (end - place)
            place = end + 1
