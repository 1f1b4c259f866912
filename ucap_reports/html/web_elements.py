"""The elements of web pages, from web_elements.toml: what each may contain, and its attributes."""

from pathlib import Path
from typing import Any

from msgspec import toml

_TABLES: dict[str, Any] = toml.decode(Path(__file__).with_suffix(".toml").read_bytes())


def _names(text: str) -> frozenset[str]:
    """The names in a text, with the elements of a group instead of its name."""
    groups = _TABLES["groups"]
    return frozenset[str]().union(*(_names(groups[each]) if each in groups else {each} for each in text.split()))


def _by_name(table: str) -> dict[str, frozenset[str]]:
    """A table by the names in its keys."""
    return {name: _names(text) for names, text in _TABLES[table].items() for name in sorted(_names(names))}


HEADINGS, VOID, EMPTY = _names("HEADINGS"), _names("VOID"), _names("EMPTY")
"""Headings, elements without an end tag, and elements without content."""
CONTENT = _by_name("content")
"""Every element, with the elements that it may contain."""
ANYWHERE, ANY_PREFIX = _names(_TABLES["anywhere"]), ("aria-", "data-")
"""The attributes of every element, and the beginnings of others."""
ATTRIBUTES = _by_name("attributes")
"""The attributes that elements have in addition to those of `ANYWHERE`."""
VALUES = {name: tuple(values.split()) for name, values in _TABLES["values"].items()}
"""The values of attributes that have a fixed set of values, by attribute, or by element and attribute."""
