"""The differences between a Word style and the theme, in a designer's words."""

from collections.abc import Callable, Mapping

from ucap_reports.word.file.effective_styles import OFF, StyleSheet
from ucap_reports.word.file.word_measures import TWENTIETHS, points


def _switch(value: str | None) -> str:
    return "no" if value in (None, "none", *OFF) else "yes"


def _colour(value: str | None) -> str:
    return "automatic" if value in (None, "auto") else f"#{str(value).upper()}"


def _points(value: str | None, parts: int = TWENTIETHS) -> str:
    length = points(value, parts)
    return "not set" if length is None else f"{length:g} pt"


def _space(value: str | None) -> str:
    return _points(value or "0")


def _align(value: str | None) -> str:
    return {None: "start", "left": "start", "right": "end"}.get(value, str(value))


PROPERTIES: Mapping[str, tuple[str, str, Callable[[str | None], str]]] = {
    "font": ("w:rPr/w:rFonts", "w:ascii", lambda value: value or "not set"),
    "size": ("w:rPr/w:sz", "w:val", lambda value: _points(value, 2)),
    "colour": ("w:rPr/w:color", "w:val", _colour),
    "bold": ("w:rPr/w:b", "w:val", _switch),
    "italic": ("w:rPr/w:i", "w:val", _switch),
    "underline": ("w:rPr/w:u", "w:val", _switch),
    "align": ("w:pPr/w:jc", "w:val", _align),
    "space before": ("w:pPr/w:spacing", "w:before", _space),
    "space after": ("w:pPr/w:spacing", "w:after", _space),
    "leading": ("w:pPr/w:spacing", "w:line", _space),
}
"""The properties of a Word style that the theme sets: its element, its attribute, and a function that shows it."""


def differences(own: StyleSheet, wanted: StyleSheet, identifier: str) -> list[str]:
    """The properties of a style that differ between two style sheets, such as "size 20 pt (theme: 17 pt)"."""
    found: list[str] = []
    for name, (path, attribute, show) in PROPERTIES.items():
        is_, should = (show(sheet.value(identifier, path, attribute)) for sheet in (own, wanted))
        if is_ != should:
            found.append(f"{name} {is_} (theme: {should})")
    return found
