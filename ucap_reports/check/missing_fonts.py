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
    contact = summary.contact
    for text in (summary.title, contact.office, contact.address):
        yield summary.language, text
    for name in summary.columns:
        yield summary.column_language, name
    yield summary.label_language, contact.lead
    rich_texts = [summary.column_label]
    rich_texts += [row.label for row in summary.rows]
    for row in summary.rows:
        rich_texts += row.cells
    for rich in rich_texts:
        for run in rich.runs():
            yield run.language or summary.language, run.text
    for label in summary.programme_label:
        yield label.language, label.text


def _is_printed_in_other_forms(text: str, family: Family) -> bool:
    """Return whether other fonts have a character of the family's scripts; one that no font has is an
    error of its own.
    """
    letters = (letter for letter in text if unicodedata.name(letter, "").startswith(family.scripts))
    first = next(letters, None)
    return first is not None and bool(families_covering(first))
