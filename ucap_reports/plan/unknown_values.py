"""The values that mean "unknown": N/A, a dash, or nothing."""

from typing import Any

_UNKNOWN = {"", "n/a", "-", "\u2013", "\u2014"}


def is_unknown(value: Any) -> bool:
    """Whether the value of a field means "unknown"."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _UNKNOWN)
