"""Where a line may break: the Unicode Line Breaking Algorithm (UAX #14, Unicode 16) over one word at a time.

The rules stand below as the annex prints them. Each is read once into a regular expression over the string of the
characters' classes, one letter a class. Five rules are not among them: LB1 (resolving classes) is done in the table,
LB9 and LB10 (combining marks) and LB30a (flags, which are pairs) in `_bases`; LB31 (break everywhere else) remains.
"""
# ruff: noqa: RUF001 - the multiplication sign is how the annex writes "no break here"

import re
from array import array
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path
from sys import byteorder
from typing import NamedTuple

CLASSES = tuple(
    "BK CR LF NL SP ZW ZWJ CM WJ GL BA HY HYPHEN NS BB B2 CB CL CP EX SY IS OP QU QU_PI QU_PF IN NU PR PO"  # noqa: SIM905 - as one reads them
    " AL HL ID EB EM JL JV JT H2 H3 AK AP AS VF VI RI DOTTED".split()
)
WIDE = 128
"""Added to the class of characters whose East_Asian_Width is fullwidth, wide or halfwidth."""
_LETTERS = 0x100
"""Where the letters of the class string begin, outside of what a regular expression could take for syntax."""
_JOINERS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\N{ZERO WIDTH JOINER}")
"""What makes one character of those beside it: the joiner, and the signs that kill a vowel (UAX #29, GB9c)."""
_DATA = Path(__file__).with_name("line_breaks.bin")

_ON_CHARACTERS = """
    LB4   BK ÷
    LB5   CR × LF
    LB5   ( CR | LF | NL ) ÷
    LB6   × ( BK | CR | LF | NL )
    LB7   × ( SP | ZW )
    LB8   ZW SP* ÷
    LB8a  ZWJ ×
"""
_ON_BASES = """
    LB11  × WJ
    LB11  WJ ×
    LB12  GL ×
    LB12a ~( SP | BA | HY | HYPHEN ) × GL
    LB13  × ( CL | CP | EX | SY )
    LB14  OP SP* ×
    LB15a sot QU_PI SP* ×
    LB15a ( BK | CR | LF | NL | OP | QU | QU_PI | QU_PF | GL | SP | ZW ) QU_PI SP* ×
    LB15b × QU_PF ( SP | GL | WJ | CL | QU | QU_PI | QU_PF | CP | EX | IS | SY | BK | CR | LF | NL | ZW | eot )
    LB15c SP ÷ IS NU
    LB15d × IS
    LB16  ( CL | CP ) SP* × NS
    LB17  B2 SP* × B2
    LB18  SP ÷
    LB19  × ( QU | QU_PF )
    LB19  ( QU | QU_PI ) ×
    LB19a ~EA × ( QU | QU_PI | QU_PF )
    LB19a × ( QU | QU_PI | QU_PF ) ( ~EA | eot )
    LB19a ( QU | QU_PI | QU_PF ) × ~EA
    LB19a sot ( QU | QU_PI | QU_PF ) ×
    LB19a ~EA ( QU | QU_PI | QU_PF ) ×
    LB20  ÷ CB
    LB20  CB ÷
    LB20a sot ( HY | HYPHEN ) × ( AL | DOTTED )
    LB20a ( BK | CR | LF | NL | SP | ZW | CB | GL ) ( HY | HYPHEN ) × ( AL | DOTTED )
    LB21  × ( BA | HYPHEN | HY | NS )
    LB21  BB ×
    LB21a HL ( HY | HYPHEN | BA ) × ~HL
    LB21b SY × HL
    LB22  × IN
    LB23  ( AL | DOTTED | HL ) × NU
    LB23  NU × ( AL | DOTTED | HL )
    LB23a PR × ( ID | EB | EM )
    LB23a ( ID | EB | EM ) × PO
    LB24  ( PR | PO ) × ( AL | DOTTED | HL )
    LB24  ( AL | DOTTED | HL ) × ( PR | PO )
    LB25  NU ( SY | IS )* ( CL | CP ) × ( PO | PR )
    LB25  NU ( SY | IS )* × ( PO | PR | NU )
    LB25  ( PO | PR ) × OP NU
    LB25  ( PO | PR ) × OP IS NU
    LB25  ( PO | PR | HY | IS ) × NU
    LB26  JL × ( JL | JV | H2 | H3 )
    LB26  ( JV | H2 ) × ( JV | JT )
    LB26  ( JT | H3 ) × JT
    LB27  ( JL | JV | JT | H2 | H3 ) × PO
    LB27  PR × ( JL | JV | JT | H2 | H3 )
    LB28  ( AL | DOTTED | HL ) × ( AL | DOTTED | HL )
    LB28a AP × ( AK | DOTTED | AS )
    LB28a ( AK | DOTTED | AS ) × ( VF | VI )
    LB28a ( AK | DOTTED | AS ) VI × ( AK | DOTTED )
    LB28a ( AK | DOTTED | AS ) × ( AK | DOTTED | AS ) VF
    LB29  IS × ( AL | DOTTED | HL )
    LB30  ( AL | DOTTED | HL | NU ) × OP-EA
    LB30  CP-EA × ( AL | DOTTED | HL | NU )
    LB30b EB × EM
"""
"""DOTTED and HYPHEN are the characters U+25CC (of class AL) and U+2010 (of class BA), QU_PI and QU_PF the quotation
marks of those general categories, EA what is wide, sot and eot the ends of the text."""
_IN_LONG_WORDS = """
    LB26  JL × ( JL | JV | H2 | H3 )
    LB26  ( JV | H2 ) × ( JV | JT )
    LB26  ( JT | H3 ) × JT
    LB28a AP × ( AK | DOTTED | AS )
    LB28a ( AK | DOTTED | AS ) × ( VF | VI )
    LB28a ( AK | DOTTED | AS ) VI × ( AK | DOTTED )
    LB30b EB × EM
    LB13  × ( CL | CP | EX | SY | IS | NS | QU_PF )
"""
"""What holds even where a word too long for its line is split: characters that are one to their reader stay together,
and no line begins with closing punctuation."""


_PLAIN = re.compile(r"[(“\"']?[0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1ea0-\u1ef9'’]+[.,;:!?)”\"]* *")
"""Words that have no break in them, as most do: letters (AL), digits and quotes, and what may end a word."""
_MAIL_ADDRESS = re.compile(r"[(<“\"']?[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+[.,;:!?)>”\"']* *", re.ASCII)


class _BreakRule(NamedTuple):
    """`pattern` matches at each place where the rule begins; its group 1 ends where the rule decides. Where a text
    lacks all letters of one of the sets of `needs`, it matches nowhere.
    """

    pattern: str
    breaks: bool
    needs: tuple[frozenset[str], ...]


def _letters(name: str) -> str:
    """The letters that a name in a rule stands for, as the inside of a regular expression's set."""
    if name == "EA":
        return f"{chr(_LETTERS + WIDE)}-{chr(_LETTERS + 2 * WIDE - 1)}"
    narrow = _LETTERS + CLASSES.index(name.removesuffix("-EA"))
    return chr(narrow) if name.endswith("-EA") else chr(narrow) + chr(narrow + WIDE)


def _set(names: str, inverted: str = "") -> str:
    return f"[{inverted}{''.join(_letters(name) for name in names.split(' | '))}]"


def _pattern(side: str) -> str:
    """One side of a rule as a regular expression."""
    side = re.sub(r"~\( (.+?) \)|~(\w+)", lambda found: _set(found[1] or found[2], "^"), side)
    side = side.replace("sot", "^").replace("eot", "$").replace("( ", "(?:")
    return re.sub(r"[A-Z][A-Z0-9_]+(-EA)?", lambda found: _set(found[0]), side).replace(" ", "")


def _needed(side: str) -> frozenset[str]:
    """Letters of which a text has one where this side of a rule matches; none where that cannot be told."""
    first = re.match(r"(?:sot )?(?:\( ([^~)]+) \)|([A-Z][\w-]*))(?!\*)", side)
    names = (first[1] or first[2]).split(" | ") if first else ["eot"]
    return frozenset() if "eot" in names or "EA" in names else frozenset("".join(map(_letters, names)))


@cache
def _rules(text: str) -> tuple[_BreakRule, ...]:
    """The rules of a text, read when they are first needed: a summary may never need those of long words."""
    read = []
    for line in text.strip().splitlines():
        before, sign, after = re.split(r" ?([×÷]) ?", line.split(maxsplit=1)[1])
        needs = tuple(filter(None, (_needed(before), _needed(after))))
        read.append(_BreakRule(f"(?=({_pattern(before) or '.'})(?={_pattern(after)}))", sign == "÷", needs))
    return tuple(read)


@lru_cache(maxsize=1024)
def _applicable(text: str, letters: frozenset[str]) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """The rules of a text that may say something of class strings of these letters: few, so that few are compiled."""
    rules = [rule for rule in _rules(text) if not any(need.isdisjoint(letters) for need in rule.needs)]
    return tuple((_compiled(rule.pattern), rule.breaks) for rule in rules)


_compiled = cache(re.compile)


@cache
def _base() -> re.Pattern[str]:
    """A character with the combining marks that belong to it, or a flag."""
    marks = _set("CM | ZWJ") + "*"
    flag = f"{_set('RI')}{marks}"
    marked = _set("BK | CR | LF | NL | SP | ZW", "^") + marks
    return re.compile(f"{flag}{flag}|{marked}|.")


@cache
def _open_end() -> re.Pattern[str]:
    """What keeps hold of the next word over a space."""
    return re.compile(f"{_set('OP | QU_PI')}{_set('CM | ZWJ')}*{_set('SP')}*$")


@lru_cache(maxsize=1)
def _table() -> tuple["array[int]", bytes]:
    content = _DATA.read_bytes()
    numbers = array("I", content[: 4 * (1 + int.from_bytes(content[:4], "little"))])
    if byteorder == "big":
        numbers.byteswap()
    return numbers[1:], content[4 * len(numbers) :]


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    starts, classes = _table()
    return chr(_LETTERS + classes[bisect_right(starts, ord(character)) - 1])


def _bases(letters: str) -> tuple[list[int], str]:
    """Where each base character of a class string begins, and its letter (LB9, LB10, LB30a)."""
    starts = [found.start() for found in _base().finditer(letters)]
    mark = _set("CM | ZWJ")
    return starts, re.sub(mark, _letters("AL")[0], "".join(letters[start] for start in starts))


def _decide(rules: str, letters: str, decided: dict[int, bool]) -> None:
    """Add what each rule says of the positions that no earlier rule has decided."""
    for find, breaks in _applicable(rules, frozenset(letters)):
        for found in find.finditer(letters):
            decided.setdefault(found.end(1), breaks)


def is_unbroken(word: str) -> bool:
    """Whether a word, spaces after it or not, is one of the usual ones, in which no line begins, and which forbids no
    break after itself; others may be such too.
    """
    return _PLAIN.fullmatch(word) is not None


@lru_cache(maxsize=8192)
def break_offsets(text: str) -> tuple[int, ...]:
    """Before which characters of `text` a line may begin, its own start and end not among them."""
    if is_unbroken(text):
        return ()
    letters = "".join(map(_letter, text))
    by_character: dict[int, bool] = {}
    _decide(_ON_CHARACTERS, letters, by_character)
    starts, base_letters = _bases(letters)
    by_base = {base: by_character[start] for base, start in enumerate(starts) if start in by_character}
    _decide(_ON_BASES, base_letters, by_base)
    return tuple(start for base, start in enumerate(starts) if base and by_base.get(base, True))


def word_offsets(text: str) -> tuple[int, ...]:
    """Before which characters of a word, spaces after it or not, a line may begin where the word fits on one: as in
    `break_offsets`, but not inside of a mail address, whose hyphen would be taken for one that the break has brought.
    """
    return () if _MAIL_ADDRESS.fullmatch(text) else break_offsets(text)


@lru_cache(maxsize=1024)
def long_word_offsets(text: str) -> tuple[int, ...]:
    """Before which characters a word too long for its line may be split: never before closing punctuation."""
    starts, base_letters = _bases("".join(map(_letter, text)))
    decided: dict[int, bool] = {}
    _decide(_IN_LONG_WORDS, base_letters, decided)
    may_split = {start for base, start in enumerate(starts) if decided.get(base, True)}
    return tuple(offset for offset in letter_offsets(text) if offset in may_split)


@lru_cache(maxsize=1024)
def letter_offsets(text: str) -> tuple[int, ...]:
    """Where each but the first of those begins that a reader sees as one character."""
    starts, _ = _bases("".join(map(_letter, text)))
    return tuple(start for start in starts[1:] if text[start - 1] not in _JOINERS)


@lru_cache(maxsize=8192)
def clings_to_next(word: str) -> bool:
    """Whether the word, spaces after it or not, may forbid a break before whatever follows: it ends in an opener."""
    return not is_unbroken(word) and _open_end().search("".join(map(_letter, word))) is not None


@lru_cache(maxsize=8192)
def clings_to_previous(word: str) -> bool:
    """Whether the word may forbid a break before itself even after a space: it begins with closing punctuation."""
    return not word[:1].isalnum() and re.match(_set(_CLINGING), _letter(word[0])) is not None


_CLINGING = "ZW | WJ | CL | CP | EX | SY | IS | NS | B2 | QU | QU_PF"
