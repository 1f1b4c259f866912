"""Warnings about content that a template never prints."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from ucap_reports.check.sample_summaries import SamplePiece, Samples
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.pack import NAMES_FIELD

PLACES = {
    "summary.columns": "{% for name in summary.columns %}{{ name }}{% endfor %}",
    "row.label": "{% for row in summary.rows %}{{ row.label }}{% endfor %}",
    "row.cells": "{% for row in summary.rows %}{% for cell in row.cells %}{{ cell }}{% endfor %}{% endfor %}",
    "summary.programme_label": "{% for label in summary.programme_label %}{{ label.text }}{% endfor %}",
}
"""How a template prints lists."""


class Shown(Struct, frozen=True):
    """What a template printed of a summary: the summary's pieces by their words, and the printed texts.

    `turned` is whether the table of the summary is transposed.
    """

    pieces: Mapping[str, SamplePiece]
    texts: Iterable[str]
    turned: bool = False


def shown(samples: Samples, full: Iterable[str], turned: Iterable[str] | None) -> Iterator[Shown]:
    """The pieces that a template should print, and the texts that it printed, of the full and the turned summary.

    The facts of a city can be printed from `summary.cities` instead of the table.
    """
    printed = "\n".join(full).casefold()
    facts = {field for field, words in samples.facts.items() if all(word in printed for word in words)}
    pieces = {word: piece for word, piece in samples.pieces.items() if _field(piece) not in facts}
    yield Shown(pieces, [printed])
    in_table = [word for word, piece in samples.pieces.items() if _field(piece) in samples.facts]
    if turned is not None and any(word in printed for word in in_table):
        yield Shown(samples.turned_pieces, turned, turned=True)


def _field(piece: SamplePiece) -> str:
    """The row that a piece is in; empty for one that is not in the table."""
    if piece.name in {"summary.columns", "summary.column_label"}:
        return NAMES_FIELD
    return piece.item if piece.name in {"row.label", "row.cells"} else ""


def never_shown(attempts: Iterable[Shown], path: str) -> Iterator[Problem]:
    """A warning `content-not-shown` for each name whose pieces are not all printed, for its first attempt only."""
    reported: set[str] = set()
    for attempt in attempts:
        printed = "\n".join(attempt.texts).casefold()
        missing = [piece for word, piece in attempt.pieces.items() if word not in printed]
        for name in dict.fromkeys(piece.name for piece in missing if piece.name not in reported):
            reported.add(name)
            hint = f"print it as in {PLACES.get(name, f'{{{{ {name} }}}}')}"
            items = [piece.item for piece in missing if piece.name == name]
            if len(items) < sum(piece.name == name for piece in attempt.pieces.values()):
                unprinted = ", ".join(dict.fromkeys(items))
                yield problem("content-not-shown", Location(path), form="part", hint=hint, name=name, items=unprinted)
            else:
                yield problem(
                    "content-not-shown",
                    Location(path),
                    form="turned" if attempt.turned else "all",
                    hint=hint,
                    name=name,
                )
