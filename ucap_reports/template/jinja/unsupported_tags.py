"""Hints about tags and filters that Jinja has and templates do not have."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec import toml


@cache
def _hints() -> Mapping[str, Mapping[str, str]]:
    return toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=dict[str, dict[str, str]])


def instead_of(kind: str, word: str) -> str | None:
    """The hint for an unsupported statement, its end, or a filter; `kind` is `tags` or `filters`."""
    hints = _hints()[kind]
    return hints.get(word) or hints.get(word.removeprefix("end"))
