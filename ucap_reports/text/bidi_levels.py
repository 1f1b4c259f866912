"""The direction of text: the Unicode Bidirectional Algorithm (UAX #9, Unicode 16) for one paragraph, with the names of
its rules, and what of a paragraph has a direction of its own.

The direction of a paragraph is decided by `paragraph_level`, and which parts of it are isolated, such as phone numbers
and web addresses, by `isolated_parts`. With these parts, `printed_levels` gives each character its embedding level,
even for left to right and odd for right to left. `visual_order` is the order of characters with these levels on a line.

`levels` is the algorithm itself: it cuts the paragraph into segments at its controls of direction (`_segments`), and
gives the characters of each segment their levels (`_resolved`). Unlike in the standard, embeddings and overrides are
isolates here: what is in them has no effect on the text around them.
"""
# ruff: noqa: RUF001 - the data are brackets of many scripts and quotation marks

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from unicodedata import bidirectional

from msgspec import Struct, field

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Inline, Run

_OF_ADDRESS = r"[\w/#%=&~\u00c0-\u058f\u0900-\u1fff\u3040-\ud7ff-]"
"""A character of a web address beside punctuation; letters of its path may be any that are written from the left."""
_START_OF_WEB_ADDRESS = r"(?:https?://|www\.|(?:[a-z0-9-]+\.)+[a-z]{2,}(?=/))"
"""`https://`, `www.`, or the name of a server before a slash, such as `example.org` in `example.org/cities`."""
_REST_OF_WEB_ADDRESS = rf"(?:[.,:;?!@+]*(?:{_OF_ADDRESS}|\({_OF_ADDRESS}+\)))+"
"""Punctuation is a part of the address if one of its characters is after it, brackets if the address has both."""
_WEB_ADDRESS = _START_OF_WEB_ADDRESS + _REST_OF_WEB_ADDRESS
_EMAIL_ADDRESS = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_INTERNATIONAL_PHONE_NUMBER = r"(?:\+|\(\+)\d+\)?(?:[ ().\-/\u00a0]+\d+)*"
"""Such as `+39 06 1234-567` or `(+39) 06/1234567`."""
_OTHER_PHONE_NUMBER = r"\d{2,4}(?:[ .\-/\u00a0]\d{2,4}){2,4}(?!\w)"
"""Three to five groups of two to four digits, such as `06 1234 567`."""
_COUNT = r"(?<=: )\d{1,9}(?= [\u0590-\u08ff])"
"""A number after a colon and before a word from right to left, such as the 5 in "Summary: 5 مدن"."""
_ADDRESS = LazyPattern(
    rf"(?<![\w.+-])(?:{_WEB_ADDRESS}|{_EMAIL_ADDRESS}"
    rf"|(?P<numbers>{_INTERNATIONAL_PHONE_NUMBER}|{_OTHER_PHONE_NUMBER}|{_COUNT}))",
    re.ASCII,
)
"""Texts that are written from left to right in all scripts; `numbers` are isolated in any paragraph."""
_LEFT_TO_RIGHT_ISOLATE, _RIGHT_TO_LEFT_ISOLATE, _END_OF_ISOLATE = "\u2066", "\u2067", "\u2069"
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\u2068\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LATIN_TEXT = re.compile("[\0-\u058f\u2010-\u2027]*")
"""Text of characters before the Hebrew ones, with the dashes and quotation marks of books. Python reads it several
times faster than it searches for one of many ranges.
"""
_LEFT_STRONG = frozenset({"L"})
_RIGHT_STRONG = frozenset({"R", "AL"})
_PAIRS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦏⦎⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜"
    "〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
    "\u2329\u232a"  # escaped, since Unicode normalization makes other brackets of them
)
"""Opening brackets, each followed by its closing one (BidiBrackets.txt)."""
_CANONICAL = {"\u2329": "\u3008", "\u232a": "\u3009"}
"""Brackets that form pairs with others (BD16), and those that they are canonically equivalent to."""
_CLOSING = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
MIRRORED = _CLOSING | _OPENING | dict(zip("<>«»‹›≤≥≪≫", "><»«›‹≥≤≫≪", strict=True))
"""Characters with their mirror images, which right-to-left text has (the frequent ones of BidiMirroring.txt)."""


def runs_from_the_right(text: str) -> bool:
    """Return whether the text may have characters that are written from right to left."""
    if text.isascii() or _LATIN_TEXT.fullmatch(text) is not None:
        return False
    return _RIGHT_TO_LEFT.search(text) is not None


def paragraph_level(text: str, *, right_to_left: bool) -> int:
    """Return the level of a paragraph: that of its document, unless all its text has the other direction.

    A phone number has no letter, but a direction: LibreOffice ignores those of runs, and would reverse its groups.
    """
    kinds = {bidirectional(character) for character in text}
    has_left = bool(kinds & _LEFT_STRONG)
    has_right = bool(kinds & _RIGHT_STRONG)
    if not right_to_left:
        return 1 if has_right and not has_left else 0
    if has_right:
        return 1
    return 0 if has_left or left_to_right_parts(text) else 1


class IsolatedPart(Struct, frozen=True):
    """A part of a paragraph with a direction of its own, which has no effect on the text around it (UAX #9, HL3)."""

    start: int
    end: int
    right_to_left: bool

    def level(self, outer: int) -> int:
        """Return the embedding level of its text in text of the level `outer`."""
        return _inner_level(outer, right_to_left=self.right_to_left)


def paragraph_text(content: Sequence[Inline]) -> str:
    """Return the text of a paragraph, with one character for each line break."""
    texts = []
    for inline in content:
        texts.append(inline.text if isinstance(inline, Run) else "\N{LINE SEPARATOR}")
    return "".join(texts)


def isolated_parts(content: Sequence[Inline], base: int) -> list[IsolatedPart]:
    """Return the parts of a paragraph with the level `base` that are isolated from the text around them.

    These are phone numbers, and counts after a colon: otherwise the groups of digits of a phone number are reversed,
    and the count in "Summary: 5 مدن" is beside the English word. In text from right to left, they are email and web
    addresses as well, whose punctuation would be displaced. Others are parts in languages of the other direction than
    the paragraph, as web pages have elements with a direction for them.
    """
    parts = []
    for start, end in left_to_right_parts(paragraph_text(content), base):
        parts.append(IsolatedPart(start, end, right_to_left=False))
    return parts + _parts_of_other_direction(content, right_to_left=base % 2 == 1)


def printed_levels(text: str, base: int, isolated: Sequence[IsolatedPart] = ()) -> list[int]:
    """Return the embedding level of each character of a paragraph with the level `base` and `isolated` parts."""
    if not isolated:
        return levels(text, base)
    pieces: list[str] = []
    control_offsets: list[int] = []
    """The offsets of the isolating controls in the text with them."""
    piece_start = 0
    for offset, control in _isolating_controls(isolated):
        pieces += (text[piece_start:offset], control)
        control_offsets.append(offset + len(control_offsets))  # each control before it moves it by one character
        piece_start = offset
    pieces.append(text[piece_start:])
    levels_with_controls = levels("".join(pieces), base)
    for control_offset in reversed(control_offsets):
        del levels_with_controls[control_offset]
    return levels_with_controls


def _isolating_controls(isolated: Sequence[IsolatedPart]) -> list[tuple[int, str]]:
    """Return the controls that begin and end these parts, with their offsets in the text, in order.

    At one offset, parts end before others begin, and the longest one begins first.
    """
    ends_part = 0  # is sorted before
    begins_part = 1
    sortable = []
    for part in isolated:
        control = _RIGHT_TO_LEFT_ISOLATE if part.right_to_left else _LEFT_TO_RIGHT_ISOLATE
        sortable.append((part.start, begins_part, -part.end, control))
        sortable.append((part.end, ends_part, 0, _END_OF_ISOLATE))
    return [(offset, control) for offset, _, _, control in sorted(sortable)]


def _parts_of_other_direction(content: Sequence[Inline], *, right_to_left: bool) -> list[IsolatedPart]:
    """Return each part of a paragraph in a language that has the other direction."""
    parts: list[IsolatedPart] = []
    offset = 0
    language_of_part: str | None = None
    """The language of the part that ends at the offset; None if none ends there."""
    for inline in content:
        length = 1
        language = None
        if isinstance(inline, Run):
            length = len(inline.text)
            language = inline.language
        end = offset + length
        has_other_direction = language is not None and is_right_to_left(language) is not right_to_left
        if has_other_direction and end > offset:
            start = offset
            if language == language_of_part:  # such as words in bold beside others: both are one part
                start = parts.pop().start
            parts.append(IsolatedPart(start, end, right_to_left=not right_to_left))
            language_of_part = language
        else:
            language_of_part = None
        offset = end
    return parts


def left_to_right_parts(text: str, base: int = 1) -> list[tuple[int, int]]:
    """Return the start and the end of each part of a paragraph with the level `base` that is isolated, since it is
    written from left to right: phone numbers, counts after a colon and, in text from right to left, email and web
    addresses.
    """
    parts = []
    for address in _ADDRESS.finditer(text):
        if base % 2 == 1 or address["numbers"]:
            parts.append(address.span())
    return parts


def levels(text: str, base: int) -> list[int]:
    """Return the embedding level of each character of a paragraph with the level `base` (0 or 1)."""
    kinds = [bidirectional(character) or "L" for character in text]
    text_levels = [base] * len(text)
    for segment in _segments(kinds):  # the level of the one around it is known: it comes before
        if segment.outer is None:  # the paragraph itself
            segment.level = base
        else:
            segment.level = segment.inner_level(segment.outer.level)
        characters = [text[offset] for offset in segment.offsets]
        resolved = _resolved(characters, segment.kinds, segment.level)
        for offset, level in zip(segment.offsets, resolved, strict=True):
            text_levels[offset] = level
    for offset, kind in enumerate(kinds):
        if kind == "BN" and offset > 0:  # invisible characters are in no segment
            text_levels[offset] = text_levels[offset - 1]
        elif kind in {"B", "S"}:
            text_levels[offset] = base  # L1
    return text_levels


def visual_order(levels: Sequence[int]) -> list[int]:
    """Return the indices of characters with these levels on a line, from left to right (L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end + 1  # the character at the end has a lower level
    return order


def parts_by_level(text: str, levels: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the parts of the text with one direction, each with its embedding level.

    `levels` may be those of a longer text that begins with this one.
    """
    for level, group in groupby(zip(levels, text, strict=False), itemgetter(0)):
        yield level, "".join([character for _, character in group])


# Segments: what is between two controls of direction (X1 to X8)
_MAX_DEPTH = 60
"""The maximum depth of nested segments, each of which adds up to two levels; the standard has at most 125 levels."""
_ISOLATE_END = "PDI"
_EMBEDDING_END = "PDF"
_ENDS = {
    **dict.fromkeys(("LRI", "RLI", "FSI"), _ISOLATE_END),
    **dict.fromkeys(("LRE", "RLE", "LRO", "RLO"), _EMBEDDING_END),
}
"""Controls of direction with those that end them, by their bidirectional classes."""
_OVERRIDES = {"LRO": "L", "RLO": "R"}
"""The class that all characters have after an override."""
_RIGHT_OPENINGS = frozenset({"RLI", "RLE", "RLO"})


class _Segment(Struct):
    """The text between two controls of direction, without that between further ones in it. The paragraph is the first
    segment, without an `outer` one.
    """

    opening: str = ""
    """The bidirectional class of the control before it."""
    outer: "_Segment | None" = None
    depth: int = 0
    level: int = 0
    offsets: list[int] = field(default_factory=list)
    """The offsets of its characters in the paragraph."""
    kinds: list[str] = field(default_factory=list)
    """The bidirectional class of the character at each offset."""

    def inner_level(self, outer: int) -> int:
        """Return the next level after `outer` in the direction of the segment (X2 to X5c)."""
        is_right = self.opening in _RIGHT_OPENINGS
        if self.opening == "FSI":  # the direction of its first strong character; from left to right without one
            for kind in self.kinds:
                if kind in _LEFT_STRONG or kind in _RIGHT_STRONG:
                    is_right = kind in _RIGHT_STRONG
                    break
        return _inner_level(outer, right_to_left=is_right)


def _inner_level(outer: int, *, right_to_left: bool) -> int:
    """Return the next level after `outer` in that direction."""
    outer_is_right = outer % 2 == 1
    steps = 2 if right_to_left == outer_is_right else 1  # levels of one direction are all even or all odd
    return outer + steps


def _segments(kinds: Sequence[str]) -> list[_Segment]:
    """Return the segments of a paragraph, each after the one around it, from the bidirectional classes of its
    characters.
    """
    current = _Segment()
    segments = [current]
    for offset, kind in enumerate(kinds):
        current = _after_end(current, kind)
        # The controls that begin and end a segment are characters of the one around it.
        if kind != "BN":
            current.offsets.append(offset)
            current.kinds.append(_OVERRIDES.get(current.opening, kind))
        if kind in _ENDS and current.depth < _MAX_DEPTH:
            current = _Segment(kind, current, current.depth + 1)
            segments.append(current)
    return segments


def _after_end(segment: _Segment, kind: str) -> _Segment:
    """Return the segment that a character of that class is in: the one around the segment that the character ends, or
    else the same segment.

    The end of an isolate ends the embeddings in it; the end of an embedding ends no isolate around it (X6a, X7).
    """
    if segment.outer is None:  # the paragraph
        return segment
    if kind == _EMBEDDING_END:
        if _ENDS[segment.opening] == kind:
            return segment.outer
    elif kind == _ISOLATE_END:
        ended = segment
        while ended.outer is not None:
            if _ENDS[ended.opening] == kind:
                return ended.outer
            ended = ended.outer  # an embedding in the isolate
    return segment


# The levels of a segment (W1 to I2), by a letter for the class of each character
_MAX_OPENERS = 63
"""The maximum number of brackets that are open at one place (BD16); in text with more, none are paired."""
_CODES = {"L": "L", "R": "R", "AL": "A", "EN": "e", "AN": "a", "ES": "s", "ET": "t", "CS": "c", "NSM": "n"}
"""A letter for each strong or weak class, so that regular expressions can match sequences; others are neutral, "o".
After the weak classes are resolved, there are only "L", "R", "e", "a" and "o"; after the neutral ones, no "o" either.
"""
_STRONG = {"L": "L", "R": "R", "e": "R", "a": "R"}
"""The directions that classes have for neutral characters beside them (N0, N1)."""
_LEFT_STEPS = {"L": 0, "R": 1, "e": 2, "a": 2}
"""How much higher than its segment's level a class is in text from left to right, whose level is even (I1)."""
_RIGHT_STEPS = {"L": 1, "R": 0, "e": 1, "a": 1}
"""The same in text from right to left, whose level is odd (I2)."""


def _resolved(text: Sequence[str], kinds: Sequence[str], level: int) -> list[int]:
    """Return the levels of the characters `text` in a segment of that level; `kinds` are their bidirectional classes.

    `own` is the direction of the segment, here and below.
    """
    own = "R" if level % 2 else "L"
    codes = "".join([_CODES.get(kind, "o") for kind in kinds])
    codes = _without_weak(codes, own)
    codes = _with_brackets(codes, text, kinds, own)
    codes = re.sub("o+", lambda run: _neutral(run, own), codes)  # N1, N2
    steps = _RIGHT_STEPS if own == "R" else _LEFT_STEPS
    return [level + steps[code] for code in codes]  # I1, I2


def _without_weak(codes: str, own: str) -> str:
    """Return the classes after the rules W1 to W7."""

    def marks_resolved(run: re.Match[str]) -> str:
        """Return a character and the marks on it; those at the start of a segment have its direction."""
        before, marks = run.groups()
        kind = before or own
        return before + kind * len(marks)

    def digits_resolved(run: re.Match[str]) -> str:
        """Return what follows a strong class or the start of a segment, with digits that have the direction of it."""
        direction = run[1] or own
        if direction == "L":
            return run[0].replace("e", "L")
        return run[0]

    # W1: marks have the class of what they are on.
    codes = re.sub("(^|[^n])(n+)", marks_resolved, codes)
    # W2, W3: digits after an Arabic letter are Arabic, and the letter is one from right to left.
    codes = re.sub("A[^LRA]*", lambda run: run[0].replace("e", "a"), codes)
    codes = codes.replace("A", "R")
    # W4: one separator between two digits of a kind is a part of the number; a plus or minus only in a European one.
    codes = re.sub("(?<=e)[sc](?=e)", "e", codes)
    codes = re.sub("(?<=a)c(?=a)", "a", codes)
    # W5: so are the signs beside a number.
    codes = re.sub("(?<!t)t+(?=e)|(?<=e)t+", lambda run: "e" * len(run[0]), codes)
    # W6: all other separators and signs are neutral.
    codes = re.sub("[stc]", "o", codes)
    # W7: digits in text from left to right have its direction. No match begins with "R", so digits after it stay.
    return re.sub("(^|L)[^LR]*", digits_resolved, codes)


def _with_brackets(codes: str, text: Sequence[str], kinds: Sequence[str], own: str) -> str:
    """Return the classes after the rule N0: both brackets of a pair have the direction of the segment if the text
    between them has it somewhere, or else that of the text before them; marks on a bracket have its direction.
    """
    resolved = list(codes)
    for opening, closing in sorted(_bracket_pairs(codes, text)):
        enclosed = {_STRONG[code] for code in resolved[opening + 1 : closing] if code in _STRONG}
        if not enclosed:
            continue
        direction = own if own in enclosed else _last_strong(resolved[:opening], own)
        for bracket in (opening, closing):
            resolved[bracket] = direction
            for offset in range(bracket + 1, len(resolved)):
                if kinds[offset] != "NSM":
                    break
                resolved[offset] = direction
    return "".join(resolved)


def _bracket_pairs(codes: str, text: Sequence[str]) -> list[tuple[int, int]]:
    """Return the offsets of opening brackets with those of their closing ones (BD16); none in text with too many open
    ones.
    """
    pairs: list[tuple[int, int]] = []
    unclosed: list[tuple[str, int]] = []
    """The opening brackets without a closing one so far, with their offsets."""
    for neutral in re.finditer("o", codes):
        offset = neutral.start()
        character = _CANONICAL.get(text[offset], text[offset])
        if character in _CLOSING:
            if len(unclosed) == _MAX_OPENERS:
                return []
            unclosed.append((character, offset))
        elif character in _OPENING:
            for index in reversed(range(len(unclosed))):
                opening, opening_offset = unclosed[index]
                if opening == _OPENING[character]:
                    pairs.append((opening_offset, offset))
                    del unclosed[index:]  # brackets opened inside of the pair stay without a closing one
                    break
    return pairs


def _last_strong(codes: Sequence[str], own: str) -> str:
    """Return the direction of the last strong class; that of the segment without one."""
    for code in reversed(codes):
        if code in _STRONG:
            return _STRONG[code]
    return own


def _neutral(run: re.Match[str], own: str) -> str:
    """Return the classes of neutral characters: the direction of the text on both sides (N1), or else that of the
    segment (N2). Where the segment begins or ends, its own direction is on that side.
    """
    codes = run.string
    start, end = run.span()
    before = _STRONG[codes[start - 1]] if start > 0 else own
    after = _STRONG[codes[end]] if end < len(codes) else own
    direction = before if before == after else own
    return direction * (end - start)
