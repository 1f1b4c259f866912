"""How the names of a group of cities are joined."""

from collections.abc import Sequence


def joined_names(names: Sequence[str]) -> str:
    """The names of a group as they head its column."""
    return ", ".join(names)
