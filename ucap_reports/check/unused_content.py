"""Content that a template never shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ucap_reports.check.sample_summaries import SamplePiece
from ucap_reports.problems import Location, Problem

PLACES = {
    "summary.columns": "{% for name in summary.columns %}{{ name }}{% endfor %}",
    "row.label": "{% for row in summary.rows %}{{ row.label }}{% endfor %}",
    "row.cells": "{% for row in summary.rows %}{% for cell in row.cells %}{{ cell }}{% endfor %}{% endfor %}",
    "summary.programme_label": "{% for label in summary.programme_label %}{{ label.text }}{% endfor %}",
}
"""How a template shows what there is several times of."""


class Shown(Struct, frozen=True):
    """What a template has made of a summary: the summary's pieces by their words, and the texts. `of` is what messages
    say the summary is of, where it is not the usual one.
    """

    pieces: Mapping[str, SamplePiece]
    texts: Iterable[str]
    of: str = ""


def never_shown(tries: Iterable[Shown], template: str, path: str) -> Iterator[Problem]:
    """A warning `content-not-shown` for each name of which not all pieces are among the texts that the `template`, as
    messages call it, has made; for each of them once, in the first of the tries.
    """
    told: set[str] = set()
    for tried in tries:
        by_name: dict[str, list[SamplePiece]] = {}
        missing: dict[str, list[SamplePiece]] = {}
        shown = "\n".join(tried.texts).casefold()
        for word, piece in tried.pieces.items():
            by_name.setdefault(piece.name, []).append(piece)
            if word not in shown:
                missing.setdefault(piece.name, []).append(piece)
        for name in (name for name in missing if name not in told):
            told.add(name)
            hint = f"place it as in {PLACES.get(name, f'{{{{ {name} }}}}')}"
            message = f"the {template} {_lost(name, missing[name], by_name[name])}{tried.of}"
            yield Problem.warning("content-not-shown", message, hint, Location(path))


def _lost(name: str, lost: Sequence[SamplePiece], pieces: Sequence[SamplePiece]) -> str:
    """What a template does with the pieces of a name."""
    if len(lost) == len(pieces):
        return f"never shows {name}"
    return f"shows {name} only in part, without that of {', '.join(dict.fromkeys(piece.item for piece in lost))}"
