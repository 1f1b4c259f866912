"""Language tags (BCP 47): their form, which of them match each other, and the direction of their text."""

import re
from collections.abc import Container
from functools import lru_cache

DEFAULT_LANGUAGE = "en"
"""The language of plans that name none, unless the project has another."""
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""The form of a tag, such as `zh-CN`."""
REGIONAL = {"zh": "zh-CN"}
"""Full tags for languages whose primary tag does not determine the characters."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_TRADITIONAL = ("hant", "tw", "hk", "mo")


def primary(tag: str) -> str:
    """The language alone, without script and region."""
    return tag.partition("-")[0].lower()


@lru_cache(maxsize=256)
def is_right_to_left(tag: str) -> bool:
    """Whether the language is written from right to left."""
    return primary(tag) in RIGHT_TO_LEFT


def is_traditional(tag: str) -> bool:
    """Whether the tag is of Chinese in traditional characters."""
    first, *others = tag.lower().split("-")
    return first == "zh" and any(part in _TRADITIONAL for part in others)


@lru_cache(maxsize=256)
def is_readable_as(tag: str, other: str) -> bool:
    """Whether text in the one language is written and pronounced as text in the other."""
    return primary(tag) == primary(other) and is_traditional(tag) == is_traditional(other)


def lookup(tag: str, known: Container[str]) -> str | None:
    """The best match among the known tags: the tag itself, or shortened from its end (RFC 4647, section 3.4)."""
    while tag and tag not in known:
        tag = tag.rpartition("-")[0]
    return tag or None
