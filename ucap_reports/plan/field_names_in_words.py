"""Names of fields in words, as messages and translators read them: "the text of the third activity"."""

from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.source.yaml_tree import loc_of

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
"""The endings of larger ordinals by their last digit; others have "th"."""


def spoken_name(field: str) -> str:
    """Return a field as people count it, such as "the text of the third activity" for `activities[2].text`."""
    parts: list[str] = []
    loc = loc_of(field)
    for index, part in enumerate(loc):
        if isinstance(part, str):
            parts.append(part)
        elif parts:
            name = parts.pop()
            known = BUILT_IN.at(loc[:index])
            item = known.item if known is not None and known.item else f"item of {name}"
            parts.append(f"{ordinal(part + 1)} {item}")
    if not any(" " in part for part in parts):
        return f"`{field}`"
    return " of ".join(f"the {part}" for part in reversed(parts))


def ordinal(number: int) -> str:
    """Return a number as a word that counts, such as "third" or "21st"."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    is_teen = number // 10 % 10 == 1
    ending = "th" if is_teen else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"
