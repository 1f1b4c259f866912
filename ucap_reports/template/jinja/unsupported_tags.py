"""Hints about tags and filters that Jinja has and templates do not have."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _hints() -> Mapping[str, Mapping[str, str]]:
    text = files("ucap_reports.template.jinja").joinpath("unsupported_tags.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def instead_of_tag(word: str) -> str | None:
    """The hint for an unsupported statement, or for its end."""
    tags = _hints()["tags"]
    return tags.get(word) or tags.get(word.removeprefix("end"))


def instead_of_filter(name: str) -> str | None:
    """The hint for an unsupported filter."""
    return _hints()["filters"].get(name)
