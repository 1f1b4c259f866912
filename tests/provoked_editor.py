"""Problems of the editor that no example in the catalogue can have."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from ucap_reports.batch.undo_history import FileChange, UndoHistory
from ucap_reports.editor import tokens_port_and_origin
from ucap_reports.editor.shortcut import Desktop, install_shortcut
from ucap_reports.editor.tokens_port_and_origin import Access
from ucap_reports.importers.pasted_text import pasted_text
from ucap_reports.plan.writing.value_edits import ValueChange, edited_plan
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import project_at

TEXT = "cities: [{name: Rome, country: Italy}]\n"


def _refused(text: str, change: ValueChange) -> set[str]:
    with pytest.raises(ProblemsFound) as found:
        edited_plan(Source("plans/rome.yaml", text), change)
    return {problem.code for problem in found.value.problems}


def plan_not_editable(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    """A change in a file with aliases."""
    return _refused("cities: &all [{name: Rome}]\nthemes: *all\n", ValueChange("set", ("title",), "x"))


def plan_place_unknown(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    """A change of an item that the list does not have."""
    return _refused(TEXT, ValueChange("set", ("cities", 7), "x"))


def plan_outside(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A plan beside the folder `plans`."""
    write_plan(folder, "rome.yaml", TEXT)
    (folder / "paris.yaml").write_text(TEXT, encoding="utf-8")
    return set(ucap(folder, "edit", "./paris.yaml", "--json").codes)


def undo_edited(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A file that was edited after the change that is undone."""
    write_plan(folder, "rome.yaml", "edited")
    UndoHistory(project_at(folder)).record("edit", [FileChange("plans/rome.yaml", b"before", b"after")])
    return set(ucap(folder, "undo", "--json").codes)


def shortcut_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Windows, where PowerShell fails."""
    failed: subprocess.CompletedProcess[bytes] = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(ProblemsFound) as found:
        install_shortcut(folder, Desktop("win32", folder, {}, "python.exe"))
    return {problem.code for problem in found.value.problems}


def editor_mode(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """An editor that is running can change plans."""
    write_plan(folder, "rome.yaml", TEXT)
    monkeypatch.setattr(tokens_port_and_origin, "known_access", lambda _: Access(1, "token"))
    monkeypatch.setattr(tokens_port_and_origin, "is_running", lambda *_: True)
    return set(ucap(folder, "edit", "--read-only", "--no-open", "--json").codes)


def text_too_deep(_: Path, __: pytest.MonkeyPatch) -> set[str]:
    """Pasted text in more elements than libxml2 reads."""
    with pytest.raises(ProblemsFound) as found:
        pasted_text("<div>" * 300 + "words")
    return {problem.code for problem in found.value.problems}


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "editor-mode": editor_mode,
    "plan-not-editable": plan_not_editable,
    "plan-place-unknown": plan_place_unknown,
    "plan-outside": plan_outside,
    "shortcut-not-made": shortcut_refused,
    "text-too-deep": text_too_deep,
    "undo-edited": undo_edited,
}
