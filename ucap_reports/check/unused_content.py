"""Warnings about content that a template never prints."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ucap_reports.check.sample_summaries import SamplePiece, Samples
from ucap_reports.page.required_content import PROGRAMME_LABELS
from ucap_reports.plan.fields import CITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.problems import Location, Problem, problem

PLACES = {
    "summary.columns": "{% for name in summary.columns %}{{ name }}{% endfor %}",
    "row.label": "{% for row in summary.rows %}{{ row.label }}{% endfor %}",
    "row.cells": "{% for row in summary.rows %}{% for cell in row.cells %}{{ cell }}{% endfor %}{% endfor %}",
    "summary.programme_label": PROGRAMME_LABELS,
}
"""How a template prints lists."""


def _printed_facts() -> Mapping[str, Sequence[str]]:
    """The rows of the table with facts of a city, and the attributes of `summary.cities` with the same texts."""
    facts = {CITIES: [BUILT_IN.of_type(FieldType.NAMES).template_text]}
    for key, row in BUILT_IN.rows.items():
        texts = [field.template_text for field in BUILT_IN.printed_by(key)]
        if row.is_of_city and all(texts):
            facts[key] = texts
    return facts


FACTS = _printed_facts()


def never_shown(samples: Samples, full: Iterable[str], turned: Iterable[str] | None, path: str) -> Iterator[Problem]:
    """A warning `content-not-shown` for each name whose pieces are not all in the texts that a template printed.

    Facts of cities may be printed from `summary.cities` instead of the table. The turned summary, with a transposed
    table, is for templates that print the table.
    """
    printed = "\n".join(full).casefold()
    values = {row: [getattr(city, name) for city in samples.full.cities for name in FACTS[row]] for row in FACTS}
    facts = {row for row, words in values.items() if all(word in printed for word in words)}
    pieces = {word: piece for word, piece in samples.pieces.items() if _row(piece) not in facts}
    missing = list(_missing(pieces, printed, "all", path))
    yield from missing
    has_table = any(word in printed for word, piece in samples.pieces.items() if _row(piece) in FACTS)
    if turned is not None and has_table:
        reported = {each.details["name"] for each in missing}
        pieces = {word: piece for word, piece in samples.turned_pieces.items() if piece.name not in reported}
        yield from _missing(pieces, "\n".join(turned).casefold(), "turned", path)


def _row(piece: SamplePiece) -> str:
    """The row that a piece is in; empty for one that is not in the table."""
    if piece.name in {"summary.columns", "summary.column_label"}:
        return CITIES
    return piece.item if piece.name in {"row.label", "row.cells"} else ""


def _missing(pieces: Mapping[str, SamplePiece], printed: str, form: str, path: str) -> Iterator[Problem]:
    """A warning for each name with pieces that are not printed; `form` is that of the warning if none of them is."""
    missing = [piece for word, piece in pieces.items() if word not in printed]
    for name in dict.fromkeys(piece.name for piece in missing):
        items = [piece.item for piece in missing if piece.name == name]
        is_part = len(items) < sum(piece.name == name for piece in pieces.values())
        details = {"items": ", ".join(dict.fromkeys(items))} if is_part else {}
        hint = f"print it as in {PLACES.get(name, f'{{{{ {name} }}}}')}"
        form_of_name = "part" if is_part else form
        yield problem("content-not-shown", Location(path), form=form_of_name, hint=hint, name=name, **details)
