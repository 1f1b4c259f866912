"""Generated plans that differ like real ones, so that no line, paragraph or page is repeated between documents.

Plan 0 is the example. The others have the same length but other cities, numbers and word order, and a few new words,
some with accents and some in Chinese.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

EXAMPLE = Path(__file__).parent.parent / "plans" / "tianjin-rome.yaml"
PROSE = {"period", "text", "when", "focus", "challenges", "objectives", "activities", "results"}
"""Fields whose words may change; the others contain names that must be valid."""
NAMES = (
    "Málaga, Zürich, Łódź, Besançon, Århus, Plzeň, Győr, Brașov, Šibenik, Düsseldorf, Évora, Κόρινθος, Пловдив, "
    "Đà Nẵng, Mannheim, Lisbon, Zhengzhou, Longyan, Wuhan, Shantou, São Paulo, Bogotá"
)
CITIES = NAMES.split(", ")
PARTS = "tian jin shan ró ma lis bôn gen çon port ün ćev ska đa ném zha"
SYLLABLES = PARTS.split()
CHINESE = "城市合作项目规划创新环境保护经济贸易智慧交通教育文化能源"
NEW_WORDS = 0.125
"""The share of words that are unique to a plan: one in eight, as in a hundred summaries of one programme."""
NEW_CHINESE_WORDS = 0.005
"""The share of words that are Chinese: two or three per document."""


def plan_text(number: int) -> str:
    """Return the text of plan `number`, the same on each run."""
    if number == 0:
        return EXAMPLE.read_text(encoding="utf-8")
    chance = random.Random(number)  # noqa: S311 - variety, not secrecy
    first, second = chance.sample(CITIES, 2)
    tree = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    tree = _changed(tree, lambda text: text.replace("Tianjin", first).replace("Rome", second))
    for field in sorted(PROSE & tree.keys()):
        tree[field] = _changed(tree[field], lambda text: _reworded(text, chance))
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """Return the tree with `change` applied to all its texts."""
    match value:
        case str():
            return change(value)
        case list():
            return [_changed(item, change) for item in value]
        case dict():
            return {key: _changed(item, change) for key, item in value.items()}
        case _:
            return value


def _reworded(text: str, chance: random.Random) -> str:
    return "\n".join(_reworded_line(line, chance) for line in text.split("\n"))


def _reworded_line(line: str, chance: random.Random) -> str:
    """Return the line with its plain words shuffled and its numbers changed; markup stays in place."""
    words = line.split(" ")
    plain = [place for place, word in enumerate(words) if word.isalpha()][1:]
    fresh = [_fresh_word(words[place], chance) for place in plain]
    chance.shuffle(fresh)
    for place, word in zip(plain, fresh, strict=True):
        words[place] = word
    return " ".join(str(chance.randrange(10, 99)) if word.isdecimal() else word for word in words)


def _fresh_word(word: str, chance: random.Random) -> str:
    """Return the word itself in most cases, otherwise a new one."""
    die = chance.random()
    if die < NEW_CHINESE_WORDS:
        return "".join(chance.choices(CHINESE, k=4))
    return "".join(chance.choices(SYLLABLES, k=3)) if die < NEW_WORDS else word
