"""Text that the PDF prints otherwise than its readers expect, because a font or what shapes it is not installed."""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from ucap_reports.fonts.font_families import Family, can_shape, families_covering, install_hint, missing_families
from ucap_reports.problems import Location, Problem
from ucap_reports.summary.summary import Summary

_MARKS_HINT = 'install what places them with pip install "ucap-reports[he]"'


class _Spoken(NamedTuple):
    language: str
    text: str


def font_warnings(summary: Summary, path: str) -> Iterator[Problem]:
    """A warning for each language that is printed in another's forms, and one where marks are not put in their places;
    `path` is the plan's.
    """
    told: set[str] = set()
    marks_told = can_shape()
    for spoken in _texts(summary):
        if spoken.text.isascii():
            continue
        for family in missing_families(spoken.language):
            if family.name not in told and _is_printed_otherwise(spoken.text, family):
                told.add(family.name)
                message = f'text in "{spoken.language}" is printed in the forms of another language'
                yield Problem.warning("language-font-missing", message, install_hint(family), Location(path))
        if not marks_told and _has_loose_marks(spoken.text):
            marks_told = True
            message = f"vowel points or accents are not printed at their places, as in {_sample(spoken.text)}"
            yield Problem.warning("marks-misplaced", message, _MARKS_HINT, Location(path))


def _texts(summary: Summary) -> Iterator[_Spoken]:
    """All that is printed, each text with its language."""
    own = summary.language
    rich = [summary.column_label, *(row.label for row in summary.rows)]
    rich += [cell for row in summary.rows for cell in row.cells]
    contact = summary.contact
    for text in (summary.title, contact.office, contact.address):
        yield _Spoken(own, text)
    yield from (_Spoken(summary.column_language, head) for head in summary.columns)
    yield _Spoken(summary.label_language, contact.lead)
    for each in rich:
        for run in each.runs():
            yield _Spoken(run.language or own, run.text)
    for label in summary.programme_label:
        yield _Spoken(label.language, label.text)


def _is_printed_otherwise(text: str, family: Family) -> bool:
    """Whether the text has a character that the family is there for and that others have too: one that none has is an
    error of its own.
    """
    letters = (letter for letter in text if unicodedata.name(letter, "").startswith(family.scripts))
    first = next(letters, None)
    return first is not None and bool(families_covering(first))


def _has_loose_marks(text: str) -> bool:
    return any(map(unicodedata.combining, unicodedata.normalize("NFC", text))) and not _is_shaped(text)


def _is_shaped(text: str) -> bool:
    """Whether it is in a script that is never printed unshaped."""
    return any(unicodedata.name(letter, "").startswith(("ARABIC", "DEVANAGARI")) for letter in text)


def _sample(text: str) -> str:
    """The first word with such a mark."""
    composed = unicodedata.normalize("NFC", text)
    return next(f'"{word}"' for word in composed.split() if any(map(unicodedata.combining, word)))
