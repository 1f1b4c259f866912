"""Names of fields in messages, as people count: JSON reports and translations have their paths."""

from ucap_reports.source.yaml_tree import loc_of

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ITEMS = {
    "cities": "city",
    "activities": "activity",
    "focus": "entry of focus",
    "themes": "theme",
    "sdgs": "goal",
    "urban_agenda": "partnership",
    "pictures": "picture",
    "visits": "visit",
    "details": "detail",
    "sources": "source",
    "name": "name",
    "region": "region",
    "country": "country",
}
"""One item of a list by the name of its field."""


def spoken_name(field: str) -> str:
    """Return a field as people count it, such as "the text of the third activity" for `activities[2].text`."""
    parts: list[str] = []
    for part in loc_of(field):
        if isinstance(part, str):
            parts.append(part)
        elif parts:
            name = parts.pop()
            parts.append(f"{ordinal(part + 1)} {_ITEMS.get(name, f'item of {name}')}")
    if not any(" " in part for part in parts):
        return f"`{field}`"
    return " of ".join(f"the {part}" for part in reversed(parts))


def ordinal(number: int) -> str:
    """Return a number as a word that counts, such as "third" or "21st"."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    endings = {1: "st", 2: "nd", 3: "rd"}
    is_teen = number // 10 % 10 == 1
    return f"{number}{'th' if is_teen else endings.get(number % 10, 'th')}"
