"""Problems of edited Word files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.edited_words import WordEdit
from ucap_reports.batch.replies import apply_replies
from ucap_reports.editor import reply_review
from ucap_reports.editor.reply_review import ReplyReview, ReviewChoice
from ucap_reports.editor.undoable_changes import UndoableChanges
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.project_folder import Project
from ucap_reports.word.file.word_xml import qualified

PLAN = "cities: [{name: Rome, country: Italy}]\nresults: Less traffic.\n"


def edited(folder: Path) -> WordEdit:
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "build", "--format", "docx", "--no-index")
    return WordEdit(folder / "out" / "rome.docx")


def plan_unknown(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A file that has lost its properties."""
    edited(folder).save(folder / "x.docx", bare=True)
    return set(ucap(folder, "review", "x.docx", "--json").codes)


def of_book(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A book of the plans."""
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "book", "--format", "docx")
    return set(ucap(folder, "review", "out/book.docx", "--plan", "rome", "--json").codes)


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

    def saving(*words: Any, **options: Any) -> Any:
        write_plan(folder, "rome.yaml", f"{PLAN}period: 2019\n")
        return apply_replies(*words, **options)

    monkeypatch.setattr("ucap_reports.cli.review_command.apply_replies", saving)
    return set(ucap(folder, "review", "x.docx", "--apply", "--json").codes)


def conflict(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """Two files with different words for the results."""
    for name, words in (("a.docx", "More"), ("b.docx", "No")):
        edit = edited(folder)
        edit.replace("Less", words, "Li Wei")
        edit.save(folder / name)
    return set(ucap(folder, "review", "a.docx", "b.docx", "--json").codes)


def pack_unknown(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A file without properties and labels."""
    edit = edited(folder)
    for text in edit.root.iter(qualified("w:t")):
        text.text = "Words"
    edit.save(folder / "x.docx", bare=True)
    return set(ucap(folder, "review", "x.docx", "--plan", "rome", "--json").codes)


def date_kept(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """A change of a plan with a date."""
    edit = edited(folder)
    write_plan(folder, "rome.yaml", f"{PLAN}updated: 2019-04-30\n")
    edit.replace("Less", "No", "Li Wei")
    edit.save(folder / "x.docx")
    return set(ucap(folder, "review", "x.docx", "--apply", "--json").codes)


def changed_in_another_window(folder: Path, _: pytest.MonkeyPatch) -> set[str]:
    """Changes of a file that is not in the review."""
    write_plan(folder, "rome.yaml", PLAN)
    review = ReplyReview(Project(folder), UndoableChanges(Project(folder)))
    with pytest.raises(ProblemsFound) as found:
        review.merge(ReviewChoice(files=["x.docx"]))
    return {problem.code for problem in found.value.problems}


def too_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """More files than a review may have."""
    edited(folder).save(folder / "x.docx")
    monkeypatch.setattr(reply_review, "MOST_FILES", 0)
    review = ReplyReview(Project(folder), UndoableChanges(Project(folder)))
    with pytest.raises(ProblemsFound) as found:
        review.add("x.docx", (folder / "x.docx").read_bytes())
    return {problem.code for problem in found.value.problems}


PROVOKED: Mapping[str, Callable[[Path, pytest.MonkeyPatch], set[str]]] = {
    "review-changed": changed_in_another_window,
    "review-full": too_many,
    "review-plan-unknown": plan_unknown,
    "review-of-book": of_book,
    "review-not-applied": not_applied,
    "file-changed": changed_meanwhile,
    "review-conflict": conflict,
    "review-pack-unknown": pack_unknown,
    "review-date-kept": date_kept,
}
