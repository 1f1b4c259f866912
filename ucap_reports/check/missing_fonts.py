"""Warnings about text that the PDF cannot print as readers expect, because a font is not installed."""

import unicodedata
from collections.abc import Iterator
from functools import cache

from ucap_reports.fonts.font_families import Family, families_covering, install_hint, missing_families
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.summary.summary import Summary


def font_warnings(summary: Summary, path: str) -> Iterator[Problem]:
    """Return a warning for each language without its font; `path` is the plan's."""
    reported: set[str] = set()
    missing = cache(missing_families)
    for language, text in _texts(summary):
        if text.isascii():
            continue
        for family in missing(language):
            if family.name not in reported and _is_printed_in_other_forms(text, family):
                reported.add(family.name)
                hint = install_hint(family)
                yield problem("language-font-missing", Location(path), language=language, hint=hint)


def _texts(summary: Summary) -> Iterator[tuple[str, str]]:
    """Yield all printed texts, each after its language."""
    own, contact = summary.language, summary.contact
    yield from ((own, text) for text in (summary.title, contact.office, contact.address))
    yield from ((summary.column_language, head) for head in summary.columns)
    yield summary.label_language, contact.lead
    cells = [cell for row in summary.rows for cell in row.cells]
    for rich in (summary.column_label, *(row.label for row in summary.rows), *cells):
        yield from ((run.language or own, run.text) for run in rich.runs())
    yield from ((label.language, label.text) for label in summary.programme_label)


def _is_printed_in_other_forms(text: str, family: Family) -> bool:
    """Return whether other fonts have a character of the family's scripts; one that no font has is an
    error of its own.
    """
    letters = (letter for letter in text if unicodedata.name(letter, "").startswith(family.scripts))
    first = next(letters, None)
    return first is not None and bool(families_covering(first))
