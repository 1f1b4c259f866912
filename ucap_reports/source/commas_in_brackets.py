"""Commas in brackets that split a text without quotes, as in `[Budget €25,50, Roads]` and `{text: Roads, parks}`: which
commas are recognised as such a mistake, and the text that was meant.
"""

import re

from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Problem, problem, shortened
from ucap_reports.source.currencies_and_multiples import (
    AMBIGUOUS,
    MULTIPLES,
    SYMBOLS,
    is_unread_multiple,
    names_currency,
)
from ucap_reports.source.yaml_tree import YamlNode, without_quotes
from ucap_reports.storage.decoding import Source, locate

_NUMERALS = "0123456789"
_UNITS = LazyPattern(
    r"""
    \s?
    (?: [%\u2030\u066a\uff05]                                   # per cent, per mille, and the signs of other scripts
    | (?:
        [kcmdnµμ]?m[²³23]? | ha | sqm | qm | qkm | sq              # lengths and areas
        | [kmMGTPµμ]?g | [kMGT]?t | [mch]?[lL]                  # masses and volumes
        | [kMG]?t?CO[2₂] (?:-? (?:e(?:q|quiv\w*)? | Äq\w*))?     # greenhouse gases: MtCO2e
        | [kMGTP]?W(?:h|p|el|th)? | [kMGT][VABJ] | [kMGT]?Hz    # power, energy and data
        | d[bB] | ppm | ppb | pp | min | h | °[CF]?
        | (?i:
            per[ ]?cent | percentage | pour[ ]cent | prozent | procent\w* | prosent\w* | por[ ]cien?to | per[ ]cento
            | hectares? | hekt[ae]r\w* | ton(?:s|nes?|nen)? | m[eè]tres? | meters? | kilomet(?:re|er)s?
            | kilogram(?:me)?s? | lit(?:re|er)s? | acres? | miles? | square
            | degrees? | grad | minutes? | hours? | days? | weeks? | months? | years? | times
            | euros? | cents? | (?:US[ ])?dollars? | (?:Swiss[ ])?francs? | franken | pounds? | yuan | renminbi | yen
        )
      ) (?!\w)
    )
    """,
    re.VERBOSE,
)
"""What is directly after an amount: a percent sign, a unit, or the name of a currency."""
_SIGNS = tuple(symbol for symbol in (*SYMBOLS, *AMBIGUOUS) if not symbol[-1].isalpha())
"""Symbols of currencies that are recognised without a space between them and other signs."""
_WORDS_AFTER = LazyPattern(r"\s?(\S+)(?:\s(\S+))?")
"""Up to two words after a number, of which the second may be a currency after a word such as million."""
_SIGNS_AFTER = ".;:)"
_GOAL = LazyPattern(
    r"\b(?:SDGs?|Goals?|ODD|ODS|Ziele?|Objectifs?|Objetivos?|Obiettiv[io]|Doel(?:en)?|Cel) $", re.IGNORECASE
)
"""What is before the numbers of goals, between which is a comma: goals 11,13."""
_FIELD_WITHOUT_SPACE = LazyPattern(r"(?P<name>[a-z]\w{0,40}):(?P<value>[^\s,:/{}\[\]][^,{}\[\]\n]{0,80})")
"""A field in braces whose colon is part of a text, because no space follows it."""
_RANGE = LazyPattern(
    r"""
    [0-9]+
    (?: \s? [-~\u2010-\u2015] \s? | \s (?:to|and|or|bis|und|oder|à|et|ou|a|e|y|o|tot|en|till) \s )
    [0-9]+
    """,
    re.VERBOSE,
)
"""What is between the commas of a range: 5-3 in 2,5-3,5."""
_LETTER_OF_THOUSANDS = "T"
"""The German letter before a currency: 40 TEUR."""
_CODE_LENGTH = 3
_ORDINAL = LazyPattern(r"(?:st|nd|rd|th|er|ère|e|ème)\b")
_MOST_DECIMALS = 2
_MOST_DIGITS = 40
"""The number of characters of an amount that are searched on both sides of a comma."""
_FIRST_WIDE = "\u1100"
"""The first of the letters of Korean, after which those of Chinese and Japanese are."""
_GROUP = 3
"""The number of digits of a group."""


def is_split_amount(text: str, before: YamlNode, after: YamlNode) -> bool:
    """Return whether two scalars are the parts of an amount that a comma in brackets has split: three digits follow
    the comma, as in 40,000, there is a sign, a unit or a word such as million, as in €25,50, 414,9 km² and 2,5 million,
    or words are on both sides. Numbers alone are items of a list, such as goals: [7,11].

    `text` is that of the file, as for the functions below.
    """
    if not _has_only_comma_between(text, before, after):
        return False
    before_comma = text[max(before.start, before.end - _MOST_DIGITS) : before.end]
    after_comma = _start_of(text, after)
    lead = before_comma.rstrip(_NUMERALS)
    trail = after_comma.lstrip(_NUMERALS)
    digits_before = len(before_comma) - len(lead)
    digits_after = len(after_comma) - len(trail)
    if not digits_before or not digits_after:
        return False
    if _UNITS.match(trail) or _has_currency(lead, trail):
        return True
    if digits_before > _GROUP:
        return False
    if digits_after == _GROUP:  # "40,000"
        return True
    if _has_multiple(trail):
        return True
    is_between_words = digits_after < _GROUP and lead.endswith(" ") and trail.startswith(" ")
    return is_between_words and _GOAL.search(lead) is None  # "Reduce by 1,5 degrees"


def is_start_of_range(text: str, before: YamlNode, after: YamlNode) -> bool:
    """Return whether two scalars are the start of a range whose numbers commas have split: `2` and `5-3`, from
    `[2,5-3,5 million CHF]`. It is known that the scalar after them, here `5 million CHF`, belongs to the second one.
    """
    if not _has_only_comma_between(text, before, after):
        return False
    ends_with_digit = text[before.end - 1] in _NUMERALS
    second, _, _ = _start_of(text, after).partition(",")
    return ends_with_digit and _RANGE.fullmatch(second) is not None


def may_be_split_number(text: str, before: YamlNode, after: YamlNode) -> bool:
    """Return whether two items of a list may be meant as one number, although they are no amount that is recognised:
    `[2,5]` and `[2,5 Trees]`, without a space after the comma.
    """
    if not _has_only_comma_between(text, before, after):
        return False
    if text[before.end - 1] not in _NUMERALS or text[after.start] not in _NUMERALS:
        return False
    after_comma = _start_of(text, after)
    trail = after_comma.lstrip(_NUMERALS)
    return len(after_comma) - len(trail) <= _MOST_DECIMALS and _ORDINAL.match(trail) is None


def _has_only_comma_between(text: str, before: YamlNode, after: YamlNode) -> bool:
    """Return whether two nodes are scalars with a comma between them and no space."""
    return not before.children and not after.children and text[before.end : after.start] == ","


def _start_of(text: str, scalar: YamlNode) -> str:
    """Return the text of a scalar, as far as it is searched for an amount."""
    return text[scalar.start : min(scalar.end, scalar.start + _MOST_DIGITS)]


def _has_currency(lead: str, trail: str) -> bool:
    """Return whether the text before an amount ends with a currency, or that after it begins with one."""
    words_before = lead.split()
    if words_before and (words_before[-1].endswith(_SIGNS) or names_currency(words_before[-1])):
        return True
    after = _WORDS_AFTER.match(trail)
    if after is None:
        return False
    first = after[1].rstrip(_SIGNS_AFTER)
    second = (after[2] or "").rstrip(_SIGNS_AFTER)
    if first.startswith(_SIGNS) or names_currency(first) or second in SYMBOLS or second in AMBIGUOUS:
        return True
    if _is_multiple_of_currency(first):
        return True
    return _is_multiple(first) and names_currency(second)  # no code after another word: "1,2 for ALL"


def _is_multiple_of_currency(word: str) -> bool:
    """Return whether a word is a multiple and a currency without a space between them, as in k€, Mio€ and TEUR."""
    for sign in _SIGNS:
        if word.endswith(sign):
            return _multiplies_currency(word.removesuffix(sign))
    return names_currency(word[-_CODE_LENGTH:]) and _multiplies_currency(word[:-_CODE_LENGTH])


def _multiplies_currency(word: str) -> bool:
    return word == _LETTER_OF_THOUSANDS or _is_multiple(word.rstrip(_SIGNS_AFTER))


def _has_multiple(trail: str) -> bool:
    """Return whether the text after a number begins with a word such as million."""
    after = _WORDS_AFTER.match(trail)
    return after is not None and _is_multiple(after[1].rstrip(_SIGNS_AFTER))


def _is_multiple(word: str) -> bool:
    """Return whether a word multiplies a number, also with others behind it where no spaces are between words."""
    if not word:
        return False
    if word.lower() in MULTIPLES or (len(word) > 1 and is_unread_multiple(word)):
        return True
    return word >= _FIRST_WIDE and word[0] in MULTIPLES


def is_rest_of_text(text: str, before: YamlNode, key: YamlNode, value: YamlNode) -> bool:
    """Return whether a field in braces is what follows a comma in the value before it.

    It has no colon and no value then, and the value before it is text without quotes, or a number.
    """
    if text[before.end : key.start].strip() != ",":
        return False
    if before.children or before.value is None or text[before.start] in "\"'[{*":
        return False
    if key.children or text.startswith(('"', "'", "[", "{", "?"), key.start):
        return False
    has_colon_or_value = value.value is not None or bool(text[key.end : value.end].strip())
    return not has_colon_or_value


def joined(text: str, parts: YamlNode) -> YamlNode:
    """Return the text from the start to the end of its parts."""
    words = text[parts.start : parts.end].split()
    return replace(parts, value=" ".join(words))


def is_bare_number(amount: YamlNode) -> bool:
    """Return whether a joined amount has only digits and commas."""
    return not str(amount.value).strip(f"{_NUMERALS},")


def comma_problem(source: Source, parts: YamlNode, offset: int, form: str) -> Problem:
    """Return the problem of a comma in brackets that has split a text, here joined; its second part is at the offset.

    `form` is that of `yaml-comma`: an `amount`, a `number` or a `text`.
    """
    field = _FIELD_WITHOUT_SPACE.match(source.text, offset)
    if field is not None:
        location = locate(source, field.start("value"))
        return problem("yaml-colon", location, name=field["name"], value=shortened(field["value"]))
    shown = shortened(without_quotes(str(parts.value)))
    quoted = f"'{shown}'" if '"' in shown else f'"{shown}"'
    return problem("yaml-comma", locate(source, offset), form=form, text=quoted)
