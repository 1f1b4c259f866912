"""What an author writes where nothing is known: N/A, a dash, or nothing."""

from typing import Any

_UNKNOWN = {"", "n/a", "-", "\u2013", "\u2014"}


def is_unknown(value: Any) -> bool:
    """Whether a field says that nothing is known: absent, empty, N/A or a dash."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _UNKNOWN)
