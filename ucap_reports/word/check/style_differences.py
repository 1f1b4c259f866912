"""The differences between a Word style and the theme, in a designer's words."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ucap_reports.word.file.effective_styles import OFF, StyleSheet
from ucap_reports.word.file.word_measures import TWENTIETHS, points


class _Property(NamedTuple):
    """A property of a style: its element, its attribute, and a function that shows its value."""

    path: str
    attribute: str
    show: Callable[[str | None], str]


def _switch(value: str | None) -> str:
    return "no" if value is None or value in OFF else "yes"


def _underline(value: str | None) -> str:
    return "no" if value in (None, "none") else "yes"


def _colour(value: str | None) -> str:
    return "automatic" if value in (None, "auto") else f"#{str(value).upper()}"


def _twips(value: str | None) -> str:
    return _points(value or "0", TWENTIETHS)


def _points(value: str | None, parts: int) -> str:
    length = points(value, parts)
    return "not set" if length is None else f"{length:g} pt"


def _align(value: str | None) -> str:
    return {None: "start", "left": "start", "right": "end"}.get(value, str(value))


def _named(value: str | None) -> str:
    return value or "not set"


PROPERTIES: Mapping[str, _Property] = {
    "font": _Property("w:rPr/w:rFonts", "w:ascii", _named),
    "size": _Property("w:rPr/w:sz", "w:val", lambda value: _points(value, 2)),
    "colour": _Property("w:rPr/w:color", "w:val", _colour),
    "bold": _Property("w:rPr/w:b", "w:val", _switch),
    "italic": _Property("w:rPr/w:i", "w:val", _switch),
    "underline": _Property("w:rPr/w:u", "w:val", _underline),
    "align": _Property("w:pPr/w:jc", "w:val", _align),
    "space before": _Property("w:pPr/w:spacing", "w:before", _twips),
    "space after": _Property("w:pPr/w:spacing", "w:after", _twips),
    "leading": _Property("w:pPr/w:spacing", "w:line", _twips),
}
"""The properties of a Word style that the theme sets."""


def differences(own: StyleSheet, wanted: StyleSheet, identifier: str) -> list[str]:
    """The properties of a style that differ between two style sheets, such as "size 20 pt (theme: 17 pt)"."""
    found: list[str] = []
    for name, (path, attribute, show) in PROPERTIES.items():
        is_, should = (show(sheet.value(identifier, path, attribute)) for sheet in (own, wanted))
        if is_ != should:
            found.append(f"{name} {is_} (theme: {should})")
    return found
