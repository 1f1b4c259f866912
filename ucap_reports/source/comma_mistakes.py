"""Commas in brackets that split a text without quotes, as in `[Budget €25,50, Roads]` and `{text: Roads, parks}`: which
commas are recognised as such a mistake, the text that was meant, and the problem.
"""

from msgspec.structs import replace

from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.problems import Problem, problem, shortened
from ucap_reports.source.yaml_tree import YamlNode, without_quotes
from ucap_reports.storage.decoding import Source, locate

_NUMERALS = "0123456789"
_UNITS = RarePattern(r" ?(?:[$£¥€%]|(?:EUR|USD|km²|km)(?!\w))")
_FIELD_WITHOUT_SPACE = RarePattern(r"(?P<name>[a-z]\w{0,40}):(?P<value>[^\s,:/{}\[\]][^,{}\[\]\n]{0,80})")
"""A field in braces whose colon is part of a text, because no space follows it."""
_MOST_DIGITS = 40
"""The number of characters of an amount that are searched on both sides of a comma."""
_GROUP = 3
"""The number of digits of a group."""


def is_split_amount(text: str, before: YamlNode, after: YamlNode) -> bool:
    """Return whether two scalars are the parts of an amount that a comma in brackets has split: three digits follow
    the comma, as in 40,000, there is a sign or a unit, as in €25,50 and 414,9 km², or words are on both sides.

    `text` is that of the file, as for the functions below.
    """
    if before.children or after.children or text[before.end : after.start] != ",":
        return False
    left = text[max(before.start, before.end - _MOST_DIGITS) : before.end]
    right = text[after.start : min(after.end, after.start + _MOST_DIGITS)]
    lead, rest = left.rstrip(_NUMERALS), right.lstrip(_NUMERALS)
    whole, decimals = len(left) - len(lead), len(right) - len(rest)
    if not whole or not decimals:
        return False
    has_unit = lead.rstrip()[-1:] in set("$£¥€") or _UNITS.match(rest) is not None
    is_between_words = decimals < _GROUP and lead[-1:] == " " and rest[:1] == " "  # "Reduce by 1,5 degrees"
    return has_unit or (whole <= _GROUP and (is_between_words or decimals == _GROUP))


def is_rest_of_text(text: str, before: YamlNode, key: YamlNode, value: YamlNode) -> bool:
    """Return whether a field in braces is what follows a comma in the value before it.

    It has no colon and no value then, and the value before it is text without quotes, or a number.
    """
    if text[before.end : key.start].strip() != "," or key.children or value.value is not None:
        return False
    if before.children or before.value is None or text[before.start] in "\"'[{*":
        return False
    return not text[key.end : value.end].strip() and text[key.start] not in "\"'[{?"


def joined(text: str, parts: YamlNode) -> YamlNode:
    """Return the text from the start to the end of its parts."""
    return replace(parts, value=" ".join(text[parts.start : parts.end].split()))


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
