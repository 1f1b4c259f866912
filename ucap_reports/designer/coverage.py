"""Content that a template never shows."""

from collections.abc import Iterable, Iterator, Mapping

from ucap_reports.designer.markers import Piece
from ucap_reports.problems import Location, Problem

PLACES = {
    "summary.columns": "{% for name in summary.columns %}{{ name }}{% endfor %}",
    "row.label": "{% for row in summary.rows %}{{ row.label }}{% endfor %}",
    "row.cells": "{% for row in summary.rows %}{% for cell in row.cells %}{{ cell }}{% endfor %}{% endfor %}",
    "summary.programme_label": "{% for label in summary.programme_label %}{{ label.text }}{% endfor %}",
}
"""How a template shows what there is several times of."""


def never_shown(pieces: Mapping[str, Piece], texts: Iterable[str], template: str, path: str) -> Iterator[Problem]:
    """A warning `content-not-shown` for each name of which not all pieces are among the texts that the `template`, as
    messages call it, has made.
    """
    shown = "\n".join(texts).casefold()
    by_name: dict[str, list[Piece]] = {}
    missing: dict[str, list[Piece]] = {}
    for word, piece in pieces.items():
        by_name.setdefault(piece.name, []).append(piece)
        if word not in shown:
            missing.setdefault(piece.name, []).append(piece)
    for name, lost in missing.items():
        items = ", ".join(dict.fromkeys(piece.item for piece in lost))
        message = f"the {template} never shows {name}"
        if len(lost) < len(by_name[name]):
            message = f"the {template} shows {name} only in part, without that of {items}"
        hint = f"place it as in {PLACES.get(name, f'{{{{ {name} }}}}')}"
        yield Problem.warning("content-not-shown", message, hint, Location(path))
