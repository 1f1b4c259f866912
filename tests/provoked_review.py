"""Problems of edited Word files."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.edited_words import WordEdit

PLAN = "cities: [{name: Rome, country: Italy}]\nresults: Less traffic.\n"


def edited(folder: Path) -> WordEdit:
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "build", "--format", "docx", "--no-index")
    return WordEdit(folder / "out" / "rome.docx")


def plan_unknown(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A file that has lost its properties."""
    edited(folder).save(folder / "x.docx", bare=True)
    return set(ucap(folder, "review", "x.docx", "--json").codes)


def not_applied(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A label that was edited."""
    edit = edited(folder)
    edit.replace("Expected results and benefits:", "Results:", "Li Wei")
    edit.save(folder / "x.docx")
    return set(ucap(folder, "review", "x.docx", "--apply", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "review-plan-unknown": plan_unknown,
    "review-not-applied": not_applied,
}
