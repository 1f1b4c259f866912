"""Where a line may break: the Unicode Line Breaking Algorithm (UAX #14, Unicode 16) for one word at a time.

The rules are in line_breaking_rules.txt. Each becomes a regular expression over the string of the characters' classes,
one letter a class. Five rules are not in the file: LB1 (resolving classes) is in the table, LB9 and LB10 (combining
marks) and LB30a (flags, which are pairs) are in `_bases`; LB31 (break everywhere else) is what remains. The algorithm
leaves Thai to a dictionary: its words are in `thai_words`. The language of a text matters only for dividing words with
hyphens (`hyphenation`), which `line_filling` does.
"""
# ruff: noqa: RUF001 - the multiplication sign is the annex's "no break here"

import re
import struct
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from ucap_reports.text.hyphenation_and_thai_words import REPETITIONS, has_thai, may_begin_with, thai_word_offsets
from ucap_reports.text.unbreakable_words import IN_KATAKANA, SHORT_ADDRESS

CLASSES = tuple(
    "BK CR LF NL SP ZW ZWJ CM WJ GL BA HY HYPHEN NS BB B2 CB CL CP EX SY IS OP QU QU_PI QU_PF IN NU PR PO"  # noqa: SIM905 - easier to read
    " AL HL ID EB EM JL JV JT H2 H3 AK AP AS VF VI RI DOTTED".split()
)
WIDE = 64
"""Added to the class of characters whose East_Asian_Width is fullwidth, wide or halfwidth."""
_LETTERS = 0x80
"""The first letter of a class string; none is syntax of regular expressions. All are below 256: `re` compiles sets of
other letters ten times slower.
"""
_JOINERS = frozenset(
    "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6"
    "\N{ZERO WIDTH JOINER}\N{ARABIC LETTER LAM}"
)
"""Characters that join those after them: the joiner, the viramas and the coeng of Khmer (UAX #29, GB9c), and lam, which
joins an alef.
"""
_DATA = Path(__file__).with_name("line_breaks.bin")
_RULES = Path(__file__).with_name("line_breaking_rules.txt")
_PLAIN = re.compile(r"[(“\"']?[0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1ea0-\u1ef9'’]+[.,;:!?)”\"]* *")
"""Words without a break, as most are: letters (AL), digits and quotes, and punctuation at the end."""
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = "\u4e00", "\u9fff"
"""Of the Chinese characters (ID), between which a line may always break."""
_LETTER_AND_HYPHEN = re.compile(r"(?<!\w)[^\W\d_]-$")


class _BreakRule(NamedTuple):
    """`pattern` matches at each place where the rule begins; its group 1 ends where the rule decides. It never matches
    in a text that has no letter of one of the sets of `needs`.
    """

    pattern: str
    breaks: bool
    needs: tuple[frozenset[str], ...]

    def may_apply(self, letters: frozenset[str]) -> bool:
        """Return whether the rule may match in a text of these letters."""
        return not any(need.isdisjoint(letters) for need in self.needs)


def _letters(name: str) -> str:
    """Return the letters of a name in a rule, as the inside of a regular expression's set.

    `EA` are all wide characters, and a name that ends in `-EA` is a class without its wide ones.
    """
    if name == "EA":
        first = chr(_LETTERS + WIDE)
        last = chr(_LETTERS + 2 * WIDE - 1)
        return f"{first}-{last}"
    narrow = _LETTERS + CLASSES.index(name.removesuffix("-EA"))
    if name.endswith("-EA"):
        return chr(narrow)
    return chr(narrow) + chr(narrow + WIDE)


def _set(names: str, inverted: str = "") -> str:
    """Return a regular expression for a character of these classes; with "^" as `inverted`, for any other one."""
    letters = "".join([_letters(name) for name in names.split(" | ")])
    return f"[{inverted}{letters}]"


def _pattern(side: str) -> str:
    """Return one side of a rule as a regular expression.

    `AL` is a character of a class, `~AL` and `~( AL | HL )` are one of any other class, `sot` and `eot` are the start
    and the end of the text, and the rest has the meaning that it has in regular expressions: `( AL | eot )`, `CM*`.
    """
    side = re.sub(r"~\( (.+?) \)|~(\w+)", lambda names: _set(names[1] or names[2], "^"), side)
    side = side.replace("sot", "^")
    side = side.replace("eot", "$")
    side = side.replace("( ", "(?:")
    side = re.sub(r"[A-Z][A-Z0-9_]+(-EA)?", lambda name: _set(name[0]), side)
    return side.replace(" ", "")


def _needed(side: str) -> frozenset[str]:
    """Return letters of which a text has at least one where this side of a rule matches; empty if this is not known."""
    first = re.match(r"(?:sot )?(?:\( ([^~)]+) \)|([A-Z][\w-]*))(?!\*)", side)
    if first is None:
        return frozenset()
    names = (first[1] or first[2]).split(" | ")
    if "eot" in names or "EA" in names:
        return frozenset()
    return frozenset("".join(map(_letters, names)))


@cache
def _rules(section: str) -> tuple[_BreakRule, ...]:
    """Return the rules of a section of the file, read when they are first needed."""
    rules = []
    _, _, from_section = _RULES.read_text(encoding="utf-8").partition(f"[{section}]\n")
    section_text, _, _ = from_section.partition("\n\n")
    for line in section_text.splitlines():
        _number, rule = line.split(maxsplit=1)
        before, sign, after = re.split(r" ?([×÷]) ?", rule)
        pattern_before = _pattern(before) or "."
        pattern = f"(?=({pattern_before})(?={_pattern(after)}))"
        needs = tuple(filter(None, (_needed(before), _needed(after))))
        rules.append(_BreakRule(pattern, sign == "÷", needs))
    return tuple(rules)


@lru_cache(maxsize=1024)
def _applicable(section: str, letters: frozenset[str]) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Return the rules that may apply to class strings of these letters: few, so that few are compiled."""
    rules = [rule for rule in _rules(section) if rule.may_apply(letters)]
    return tuple([(_compiled(rule.pattern), rule.breaks) for rule in rules])


_compiled = cache(re.compile)


@cache
def _base() -> re.Pattern[str]:
    """Return a character with its combining marks, or a flag."""
    marks = _set("CM | ZWJ") + "*"
    flag = f"{_set('RI')}{marks}"
    marked = _set("BK | CR | LF | NL | SP | ZW", "^") + marks
    return re.compile(f"{flag}{flag}|{marked}|.")


@cache
def _mark() -> re.Pattern[str]:
    """Return a combining mark."""
    return re.compile(_set("CM | ZWJ"))


@cache
def _open_end() -> re.Pattern[str]:
    """Return opening punctuation at the end of a text, which forbids a break even after a space."""
    return re.compile(f"{_set('OP | QU_PI')}{_set('CM | ZWJ')}*{_set('SP')}*$")


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[int, ...], bytes]:
    """Return the first character of each range of characters in one class, and the classes of the ranges."""
    content = _DATA.read_bytes()
    count = int.from_bytes(content[:4], "little")
    starts = struct.unpack_from(f"<{count}I", content, 4)
    classes = content[4 + 4 * count :]
    return starts, classes


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    """Return the letter of the class of a character."""
    starts, classes = _table()
    index = bisect_right(starts, ord(character)) - 1
    return chr(_LETTERS + classes[index])


def _bases(letters: str) -> tuple[list[int], str]:
    """Return the start of each base character of a class string, and the letters of all (LB9, LB10, LB30a)."""
    starts = [match.start() for match in _base().finditer(letters)]
    base_letters = "".join([letters[start] for start in starts])
    alphabetic = _letters("AL")[0]
    return starts, _mark().sub(alphabetic, base_letters)


def _decide(section: str, letters: str, decided: dict[int, bool]) -> None:
    """Add the decision of each rule about positions that no earlier rule has decided."""
    for find, breaks in _applicable(section, frozenset(letters)):
        for match in find.finditer(letters):
            decided.setdefault(match.end(1), breaks)


def is_unbroken(word: str) -> bool:
    """Return whether a word, with or without spaces after it, is a usual one: it has no break and allows one after
    itself. False does not say that it has breaks.
    """
    return _PLAIN.fullmatch(word) is not None


@lru_cache(maxsize=8192)
def break_offsets(text: str) -> tuple[int, ...]:
    """Return the offsets in `text` where a line may begin, without its start and end."""
    if is_unbroken(text):
        return ()
    word = text.rstrip(" ")
    if word and min(word) >= _FIRST_IDEOGRAPH and max(word) <= _LAST_IDEOGRAPH:
        return tuple(range(1, len(word)))
    letters = "".join(map(_letter, text))
    by_character: dict[int, bool] = {}
    _decide("characters", letters, by_character)
    starts, base_letters = _bases(letters)
    by_base = {base: by_character[start] for base, start in enumerate(starts) if start in by_character}
    _decide("bases", base_letters, by_base)
    offsets = [start for base, start in enumerate(starts) if base and by_base.get(base, True)]
    if has_thai(text):
        offsets = sorted({*offsets, *thai_word_offsets(text)})
    return tuple([offset for offset in offsets if text[offset] not in REPETITIONS])


def word_offsets(text: str) -> tuple[int, ...]:
    """Return the offsets in a word, with or without spaces after it, where a line may begin if the word fits on one:
    those of `break_offsets`, but none in an email address or a web address without a path, whose hyphen would look like
    that of a break, none after a single letter, as in U-CAP, and none in a word in Katakana.
    """
    offsets = break_offsets(text)
    if not offsets or SHORT_ADDRESS.fullmatch(text):
        return ()
    if not text.isascii():
        offsets = tuple([offset for offset in offsets if not IN_KATAKANA.match(text, offset)])
    if "-" not in text:
        return offsets
    kept = []
    for offset in offsets:
        start = max(offset - 3, 0)  # the letter, the hyphen, and a character before the letter
        if _LETTER_AND_HYPHEN.search(text, start, offset) is None:
            kept.append(offset)
    return tuple(kept)


@lru_cache(maxsize=1024)
def long_word_offsets(text: str) -> tuple[int, ...]:
    """Return the offsets where a word that is too long for its line may be split: never before closing punctuation."""
    starts, base_letters = _bases("".join(map(_letter, text)))
    decided: dict[int, bool] = {}
    _decide("long words", base_letters, decided)
    may_split = {start for base, start in enumerate(starts) if decided.get(base, True)}
    return tuple([offset for offset in letter_offsets(text) if offset in may_split])


@lru_cache(maxsize=1024)
def letter_offsets(text: str) -> tuple[int, ...]:
    """Return the offset of each character as a reader sees it, without the first."""
    starts, _ = _bases("".join(map(_letter, text)))
    offsets = []
    for start in starts[1:]:
        if text[start - 1] not in _JOINERS and may_begin_with(text, start):
            offsets.append(start)
    return tuple(offsets)


@lru_cache(maxsize=8192)
def clings_to_next(word: str) -> bool:
    """Return whether the word, with or without spaces after it, may forbid a break after itself: it ends in an
    opener.
    """
    if is_unbroken(word):
        return False
    letters = "".join(map(_letter, word))
    return _open_end().search(letters) is not None


def clings_to_previous(word: str) -> bool:
    """Return whether the word may forbid a break before itself: it begins with closing punctuation, or with the sign
    that repeats a word.
    """
    first = word[:1]
    if first in REPETITIONS:
        return True
    return not first.isalnum() and _clinging().match(_letter(first)) is not None


@cache
def _clinging() -> re.Pattern[str]:
    """Return a character before which a break may be forbidden."""
    return re.compile(_set("ZW | WJ | CL | CP | EX | SY | IS | NS | B2 | QU | QU_PF"))
