"""Problems of edited Word files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.edited_words import WordEdit
from ucap_reports.importers.review_changes import apply_changes

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


def changed_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A plan that is saved while the changes are applied."""
    edit = edited(folder)
    edit.replace("Less", "No", "Li Wei")
    edit.save(folder / "x.docx")

    def saving(*words: Any) -> Any:
        write_plan(folder, "rome.yaml", f"{PLAN}period: 2019\n")
        return apply_changes(*words)

    monkeypatch.setattr("ucap_reports.cli.review_command.apply_changes", saving)
    return set(ucap(folder, "review", "x.docx", "--apply", "--json").codes)


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "review-plan-unknown": plan_unknown,
    "review-not-applied": not_applied,
    "file-changed": changed_meanwhile,
}
