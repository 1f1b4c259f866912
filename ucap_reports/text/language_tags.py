"""Language tags (BCP 47): which are near enough to stand for each other, and which way their text runs."""

from collections.abc import Container

REGIONAL = {"zh": "zh-CN"}
"""Languages whose bare tag does not say which characters are meant."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_TRADITIONAL = ("hant", "tw", "hk", "mo")


def primary(tag: str) -> str:
    """The language alone, without script and region."""
    return tag.partition("-")[0].lower()


def is_right_to_left(tag: str) -> bool:
    """Whether the language's lines begin at the right."""
    return primary(tag) in RIGHT_TO_LEFT


def is_traditional(tag: str) -> bool:
    """Whether the tag is of Chinese in traditional characters."""
    first, *others = tag.lower().split("-")
    return first == "zh" and any(part in _TRADITIONAL for part in others)


def is_readable_as(tag: str, other: str) -> bool:
    """Whether text in the one language is pronounced, and written, as that in the other."""
    return primary(tag) == primary(other) and is_traditional(tag) == is_traditional(other)


def lookup(tag: str, known: Container[str]) -> str | None:
    """The nearest of the tags that are known: the tag itself, or shortened from its end (RFC 4647, 3.4)."""
    parts = tag.split("-")
    for end in range(len(parts), 0, -1):
        if (shorter := "-".join(parts[:end])) in known:
            return shorter
    return None
