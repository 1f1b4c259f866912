"""Hints about tags and filters that Jinja has and templates do not have."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _hints() -> Mapping[str, Mapping[str, str]]:
    text = files("ucap_reports.template.jinja").joinpath("unsupported_tags.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def instead_of(kind: str, word: str) -> str | None:
    """The hint for an unsupported statement, its end, or a filter; `kind` is `tags` or `filters`."""
    hints = _hints()[kind]
    return hints.get(word) or hints.get(word.removeprefix("end"))
