"""Several replies to a plan: changes of different fields are merged, others are conflicts, in any order."""

from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import pytest
import yaml

from tests.command import Run, ucap, write_plan
from tests.edited_words import WordEdit
from tests.photos import write_pictures
from tests.selected_cases import every, mostly_long
from tests.stages import EXAMPLE, SHIPPED_PACKS
from tests.test_review_packs import EDITS, PLAN
from tests.tracked import paragraphs
from tests.translations import po_entries, po_path, translated_project
from tests.word_templates import docx, paragraph
from ucap_reports.batch import replies
from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.replies import ReplyFile, ReplyOptions, apply_replies, compare_replies, preferring
from ucap_reports.cli import review_command
from ucap_reports.editor import reply_review
from ucap_reports.editor.reply_review import ConflictChoice, EditedChange, ReplyReview, ReviewChoice
from ucap_reports.editor.undoable_changes import UndoableChanges
from ucap_reports.importers.word_review import CONFLICT
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import Project

pytestmark = pytest.mark.no_cover

TEXT = EXAMPLE.read_text(encoding="utf-8")
LI, ANNA = "Li Wei", "Anna Rossi"


@pytest.fixture(scope="module")
def built_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("example")
    write_plan(project, "tianjin-rome.yaml", TEXT)
    ucap(project, "build", "--format", "docx", "--no-index")
    return project


@pytest.fixture
def project(built_example: Path, tmp_path: Path) -> Path:
    """A project with the example and its Word file."""
    return copytree(built_example, tmp_path, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def built_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a plan, its pictures and its Word file."""
    project = tmp_path_factory.mktemp("pictures")
    write_pictures(project, PLAN)
    ucap(project, "build", "--format", "docx", "--no-index")
    return project


def plan_text(project: Path, name: str = "tianjin-rome") -> str:
    return (project / "plans" / f"{name}.yaml").read_text(encoding="utf-8")


def reply(project: Path, name: str, *edits: tuple[str, str], author: str = "", built: str = "tianjin-rome") -> str:
    """Write a reply with these edits, tracked if there is an author; returns its name."""
    edit = WordEdit(project / "out" / f"{built}.docx")
    for old, new in edits:
        edit.replace(old, new, author)
    edit.save(project / name)
    return name


def review(project: Path, *words: str) -> Run:
    return ucap(project, "review", *words, "--json")


def applied(run: Run) -> set[tuple[str, str, bool]]:
    return {(change["file"], change["field"], change["applied"]) for change in run.report["changes"]}


@pytest.mark.parametrize("author", every(2, ["", LI], start=1))
def test_two_replies_are_merged_in_either_order_and_one_after_the_other(project: Path, author: str) -> None:
    reply(project, "a.docx", ("Lazio", "Latium"), ("10th China", "11th China"), author=author)
    reply(project, "b.docx", ("and vice-versa.", "and back."), ("paid a study visit", "paid two visits"), author="")
    expected = TEXT.replace("region: Lazio", "region: Latium").replace("10th China", "11th China")
    expected = expected.replace("and vice-versa.", "and back.").replace("paid a study visit", "paid two visits")

    texts = []
    for commands in (
        [("a.docx", "b.docx")],
        [("b.docx", "a.docx")],
        [("a.docx",), ("b.docx",)],
        [("b.docx",), ("a.docx",)],
    ):
        write_plan(project, "tianjin-rome.yaml", TEXT)
        for files in commands:
            run = review(project, *files, "--apply")
            assert (run.code, run.report["conflicts"]) == (0, [])
            assert all(change["applied"] for change in run.report["changes"])
        texts.append(plan_text(project))

    assert texts == [expected] * 4


@pytest.mark.parametrize("encoding", every(2, ["utf-8-sig", "utf-16"], start=1))
def test_a_plan_keeps_its_encoding_when_a_reply_is_applied(project: Path, encoding: str) -> None:
    reply(project, "a.docx", ("Lazio", "Latium"))
    path = project / "plans" / "tianjin-rome.yaml"
    path.write_bytes(TEXT.encode(encoding))

    run = review(project, "a.docx", "--apply")

    assert run.code == 0
    assert path.read_bytes() == TEXT.replace("region: Lazio", "region: Latium").encode(encoding)


def test_different_words_for_a_field_are_a_conflict_and_neither_is_applied(project: Path) -> None:
    reply(project, "a.docx", ("and vice-versa.", "and back."), ("Lazio", "Latium"))
    reply(project, "b.docx", ("and vice-versa.", "and forth."), author=ANNA)

    run = review(project, "a.docx", "b.docx", "--apply")

    (conflict,) = run.report["conflicts"]
    assert (run.code, run.codes) == (1, ["review-conflict"])
    assert (conflict["plan"], conflict["field"]) == ("tianjin-rome", "challenges")
    assert conflict["now"].endswith("and vice-versa.")
    assert [(value["file"], value["value"][-10:]) for value in conflict["values"]] == [
        ("a.docx", " and back."),
        ("b.docx", "and forth."),
    ]
    assert applied(run) == {
        ("a.docx", "challenges", False),
        ("a.docx", "cities[1].region", True),
        ("b.docx", "challenges", False),
    }
    assert plan_text(project) == TEXT.replace("region: Lazio", "region: Latium")


def test_review_builds_the_word_file_of_each_text_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def counted(source: Source, *arguments: Any) -> Produced:
        built.append(source.text)
        return produce(source, *arguments)

    monkeypatch.setattr(replies, "produce", counted)
    reply(project, "a.docx", ("Lazio", "Latium"))
    reply(project, "b.docx", ("and vice-versa.", "and back."))

    assert review(project, "a.docx", "b.docx", "--apply").code == 0
    assert sorted(built) == sorted({TEXT, plan_text(project)})


def test_changes_are_not_called_applied_if_the_plan_cannot_be_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile(*arguments: Any, **options: Any) -> Any:
        result = apply_replies(*arguments, **options)
        (project / "plans/tianjin-rome.yaml").write_text(f"{TEXT}# later\n", encoding="utf-8")
        return result

    monkeypatch.setattr(review_command, "apply_replies", changed_meanwhile)
    reply(project, "a.docx", ("Smart city construction", "Smart cities"))

    run = review(project, "a.docx", "--apply")

    assert run.codes == ["file-changed"]
    assert [(change["applied"], change["reason"]) for change in run.report["changes"]] == [
        (False, run.report["problems"][0]["message"])
    ]
    assert run.report["files"] == []


def test_conflicts_are_listed_without_applying(project: Path) -> None:
    reply(project, "a.docx", ("and vice-versa.", "and back."))
    reply(project, "b.docx", ("and vice-versa.", "and forth."))

    run = review(project, "a.docx", "b.docx")

    assert (run.code, [each["field"] for each in run.report["conflicts"]]) == (1, ["challenges"])
    assert plan_text(project) == TEXT


@pytest.mark.parametrize(("preferred", "words"), [("a.docx", "and back."), ("./b.docx", "and forth.")])
def test_the_preferred_file_decides_conflicts(project: Path, preferred: str, words: str) -> None:
    reply(project, "a.docx", ("and vice-versa.", "and back."))
    reply(project, "b.docx", ("and vice-versa.", "and forth."))

    run = review(project, "a.docx", "b.docx", "--apply", "--prefer", preferred)

    assert (run.code, run.report["conflicts"]) == (0, [])
    assert plan_text(project) == TEXT.replace("and vice-versa.", words)


def test_a_file_to_prefer_must_be_among_the_files(project: Path) -> None:
    run = review(project, "out/tianjin-rome.docx", "--prefer", "other.docx")
    assert (run.code, run.codes) == (2, ["usage-invalid"])


def test_the_same_words_of_two_replies_are_no_conflict(project: Path) -> None:
    for name in ("a.docx", "b.docx"):
        reply(project, name, ("and vice-versa.", "and back."))

    run = review(project, "a.docx", "b.docx", "--apply")

    assert (run.code, run.report["conflicts"]) == (0, [])
    assert plan_text(project) == TEXT.replace("and vice-versa.", "and back.")


def test_a_plan_that_has_changed_in_the_same_field_is_a_conflict(project: Path) -> None:
    reply(project, "a.docx", ("Lazio", "Latium"))
    newer = TEXT.replace("region: Lazio", "region: Umbria")
    write_plan(project, "tianjin-rome.yaml", newer)

    run = review(project, "a.docx", "--apply")

    assert run.report["conflicts"] == [
        {
            "plan": "tianjin-rome",
            "field": "cities[1].region",
            "now": "Umbria",
            "values": [{"file": "a.docx", "value": "Latium"}],
        }
    ]
    assert (run.code, plan_text(project)) == (1, newer)
    assert review(project, "a.docx", "--apply", "--prefer", "a.docx").code == 0
    assert plan_text(project) == TEXT.replace("region: Lazio", "region: Latium")


def test_review_lists_only_what_the_plan_does_not_have_yet(project: Path) -> None:
    """A file that was applied before has no changes left, even if the plan has changed elsewhere."""
    name = reply(project, "answer.docx", ("Lazio", "Latium"), ("Smart city construction", "Smart cities"))
    assert review(project, name, "--apply").code == 0
    text = plan_text(project).replace("  - Aerospace\n", "  - Ports\n  - Aerospace\n", 1)
    write_plan(project, "tianjin-rome.yaml", text.replace("Latium", "Region of Latium"))

    run = review(project, name)
    shown = in_editor(project, name).review()

    assert [change["field"] for change in run.report["changes"]] == ["cities[1].region"]
    assert {change["field"]: change["made"] for change in shown["changes"]} == {
        "cities[1].region": False,
        "themes[2]": True,
    }


def inserted(project: Path, name: str, after: str, text: str) -> None:
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edit.insert_after(after, text, LI)
    edit.save(project / name)


def test_items_at_different_places_of_a_list_are_all_inserted(project: Path) -> None:
    inserted(project, "a.docx", "Energy conservation and", "Water")
    inserted(project, "b.docx", "Economy and trade", "Tourism")

    assert review(project, "a.docx", "b.docx", "--apply").code == 0

    themes = yaml.safe_load(plan_text(project))["themes"]
    assert themes[2:] == ["Water", "Smart city construction", "Economy and trade", "Tourism"]


def test_different_items_at_the_same_place_of_a_list_are_a_conflict(project: Path) -> None:
    inserted(project, "a.docx", "Economy and trade", "Water")
    inserted(project, "b.docx", "Economy and trade", "Tourism")

    run = review(project, "b.docx", "a.docx", "--apply")

    (conflict,) = run.report["conflicts"]
    assert (conflict["field"], conflict["now"]) == ("themes[4]", "")
    assert conflict["values"] == [{"file": "a.docx", "value": "Water"}, {"file": "b.docx", "value": "Tourism"}]
    assert plan_text(project) == TEXT


def test_a_decision_can_keep_both_insertions(project: Path) -> None:
    inserted(project, "a.docx", "Economy and trade", "Water")
    inserted(project, "b.docx", "Economy and trade", "Tourism")
    files = [ReplyFile(name, (project / name).read_bytes()) for name in ("a.docx", "b.docx")]
    comparison = compare_replies(Project(project), files, ReplyOptions())
    assert [conflict.is_insertion for conflict in comparison.conflicts] == [True]

    result = apply_replies(comparison, decide=lambda _: ["b.docx", "a.docx"])

    assert result.conflicts == ()
    themes = yaml.safe_load(result.files[0].content)["themes"]
    assert themes[4:] == ["Tourism", "Water"]
    assert plan_text(project) == TEXT


def test_only_chosen_changes_are_applied(project: Path) -> None:
    reply(project, "a.docx", ("Lazio", "Latium"), ("10th China", "11th China"), ("paid a study visit", "paid visits"))
    comparison = compare_replies(
        Project(project), [ReplyFile("a.docx", (project / "a.docx").read_bytes())], ReplyOptions()
    )

    result = apply_replies(comparison, lambda change: change.field == "activities[4].text", preferring(None))

    assert result.files[0].content.decode() == TEXT.replace("10th China", "11th China")
    assert [change.field for change in result.changes if change.applied] == ["activities[4].text"]


def test_an_item_that_one_reply_changes_and_another_removes_is_a_conflict(project: Path) -> None:
    reply(project, "a.docx", ("paid a study visit", "paid two visits"))
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edit.delete("paid a study visit", ANNA)
    edit.save(project / "b.docx")

    run = review(project, "a.docx", "b.docx", "--apply")

    assert run.code == 1
    assert len(run.report["conflicts"]) == 1
    assert plan_text(project) == TEXT


def test_a_removal_in_conflict_keeps_the_change_of_the_item_that_has_its_index_now(project: Path) -> None:
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edit.delete("Smart city construction", ANNA)
    edit.replace("Economy and trade", "Economy and tourism", ANNA)
    edit.save(project / "a.docx")
    reply(project, "b.docx", ("Smart city construction", "Smart city buildings"))

    run = review(project, "a.docx", "b.docx", "--apply")

    assert [conflict["field"] for conflict in run.report["conflicts"]] == ["themes[2]"]
    assert plan_text(project) == TEXT.replace("Economy and trade", "Economy and tourism")
    results = [(change["file"], change["new"], change["applied"]) for change in run.report["changes"]]
    assert ("a.docx", "", False) in results
    assert ("a.docx", "Economy and tourism", True) in results
    assert ("b.docx", "Smart city buildings", False) in results


def test_replies_to_different_plans_are_applied_to_their_plans(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_plan(tmp_path, f"{name}.yaml", TEXT)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    reply(tmp_path, "a.docx", ("Lazio", "Latium"), built="one")
    reply(tmp_path, "b.docx", ("Lazio", "Umbria"), built="two")

    assert review(tmp_path, "a.docx", "b.docx", "--apply").code == 0

    assert plan_text(tmp_path, "one") == TEXT.replace("region: Lazio", "region: Latium")
    assert plan_text(tmp_path, "two") == TEXT.replace("region: Lazio", "region: Umbria")


def test_replies_in_different_packs_are_merged(project: Path) -> None:
    ucap(project, "build", "--format", "docx", "--no-index", "--template", "glance")
    reply(project, "a.docx", ("and vice-versa.", "and back."), built="tianjin-rome.glance")
    reply(project, "b.docx", ("Lazio", "Latium"), ("13.6 Mio", "13.8 Mio"))

    run = review(project, "a.docx", "b.docx", "--apply")

    assert (run.code, run.report["conflicts"]) == (0, [])
    changed = TEXT.replace("region: Lazio", "region: Latium").replace("13.6 Mio", "13.8 Mio")
    assert plan_text(project) == changed.replace("and vice-versa.", "and back.")


def test_two_replies_in_another_language_conflict_in_the_translation(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    before = po_entries(po_path(tmp_path, "fr"))["challenges"].text
    for name, words in (("a.docx", "et inversement."), ("b.docx", "et retour.")):
        reply(tmp_path, name, ("et vice versa.", words), built="tianjin-rome.fr")

    run = review(tmp_path, "a.docx", "b.docx", "--apply")

    assert (run.code, [each["field"] for each in run.report["conflicts"]]) == (1, ["challenges"])
    assert po_entries(po_path(tmp_path, "fr"))["challenges"].text == before
    assert plan.read_text(encoding="utf-8").startswith("#")


def test_a_change_that_loses_a_conflict_has_a_reason(project: Path) -> None:
    reply(project, "a.docx", ("and vice-versa.", "and back."))
    reply(project, "b.docx", ("and vice-versa.", "and forth."))

    run = review(project, "a.docx", "b.docx", "--apply", "--prefer", "b.docx")

    results = {change["file"]: (change["applied"], change["reason"]) for change in run.report["changes"]}
    assert results == {"a.docx": (False, CONFLICT), "b.docx": (True, "")}


def in_editor(project: Path, *names: str) -> ReplyReview:
    """A review of these files in the editor."""
    opened = Project(project)
    shown = ReplyReview(opened, UndoableChanges(opened))
    for name in names:
        shown.add(name, (project / name).read_bytes())
    return shown


def apply(shown: ReplyReview, choice: ReviewChoice) -> Mapping[str, Any]:
    """Write the chosen changes as the editor does, and return the report."""
    merged = shown.merge(choice)
    shown.write(merged)
    shown.forget(merged)
    return merged.report


def test_editor_keeps_what_was_saved_after_replies_were_merged(project: Path) -> None:
    shown = in_editor(project, reply(project, "a.docx", ("Lazio", "Latium")))
    merged = shown.merge(ReviewChoice())
    saved = TEXT.replace("region: Lazio", "region: Umbria")
    write_plan(project, "tianjin-rome.yaml", saved)

    with pytest.raises(ProblemsFound) as refused:
        shown.write(merged)

    assert [problem.code for problem in refused.value.problems] == ["file-changed"]
    assert plan_text(project) == saved


@pytest.mark.parametrize("is_plan", every(2, [True, False]))
def test_editor_applies_no_other_review_than_the_one_that_was_shown(project: Path, *, is_plan: bool) -> None:
    """The numbers of changes would be those of others, or the plan would have other words in a conflict."""
    reply(project, "a.docx", ("and vice-versa.", "and back."))
    reply(project, "b.docx", ("and vice-versa.", "and forth."))
    shown = in_editor(project, "a.docx", "b.docx")
    digest = shown.review()["digest"]
    conflict = ConflictChoice("tianjin-rome", "challenges", files=["a.docx"])
    if is_plan:
        write_plan(project, "tianjin-rome.yaml", plan_text(project).replace("and vice-versa.", "and the reverse."))
    else:
        shown.add("b.docx", (project / reply(project, "c.docx", ("Lazio", "Latium"))).read_bytes())

    with pytest.raises(ProblemsFound) as refused:
        shown.merge(ReviewChoice(conflicts=[conflict], digest=digest))

    assert [problem.code for problem in refused.value.problems] == ["review-changed"]
    assert shown.merge(ReviewChoice(conflicts=[conflict], digest=shown.review()["digest"])).files


def test_editor_keeps_replies_that_were_added_while_others_were_written(project: Path) -> None:
    shown = in_editor(project, reply(project, "a.docx", ("Lazio", "Latium")))
    merged = shown.merge(ReviewChoice())
    shown.add("b.docx", (project / reply(project, "b.docx", ("and vice-versa.", "and back."))).read_bytes())

    shown.forget(merged)

    assert [file["name"] for file in shown.review()["files"]] == ["b.docx"]


def test_editor_writes_other_words_instead_of_those_in_conflict(project: Path) -> None:
    reply(project, "a.docx", ("and vice-versa.", "and back."), ("Lazio", "Latium"))
    reply(project, "b.docx", ("and vice-versa.", "and forth."))
    shown = in_editor(project, "a.docx", "b.docx")

    written = "Internationalisation for both."
    apply(shown, ReviewChoice(conflicts=[ConflictChoice("tianjin-rome", "challenges", text=written)]))

    after = yaml.safe_load(plan_text(project))
    assert (after["challenges"], after["cities"][1]["region"]) == (written, "Latium")


@pytest.mark.parametrize(
    ("files", "added"),
    every(
        4,
        [
            (["a.docx", "b.docx"], ["Water", "Tourism"]),
            (["b.docx", "a.docx"], ["Tourism", "Water"]),
            (["b.docx"], ["Tourism"]),
            ([], []),
        ],
    ),
)
def test_editor_keeps_the_insertions_that_are_chosen(project: Path, files: list[str], added: list[str]) -> None:
    inserted(project, "a.docx", "Economy and trade", "Water")
    inserted(project, "b.docx", "Economy and trade", "Tourism")
    before = yaml.safe_load(plan_text(project))["themes"]
    shown = in_editor(project, "a.docx", "b.docx")
    (conflict,) = shown.review()["conflicts"]
    assert conflict["insertion"]

    choice = ConflictChoice("tianjin-rome", conflict["field"], files=files)
    result = apply(shown, ReviewChoice(conflicts=[choice]))

    assert (result["conflicts"], yaml.safe_load(plan_text(project))["themes"]) == ([], [*before, *added])
    assert {change["file"]: change["applied"] for change in result["changes"]} == {
        name: name in files for name in ("a.docx", "b.docx")
    }


@pytest.mark.parametrize("is_inserted", every(2, [True, False]))
def test_editor_writes_other_words_into_the_item_that_was_edited(project: Path, *, is_inserted: bool) -> None:
    """An insertion before it moves the item; without it, another item is at the place that the reply names."""
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edit.insert_after("Energy conservation", "Water", LI)
    edit.replace("Economy and trade", "Economy and fair trade", LI)
    edit.save(project / "a.docx")
    before = yaml.safe_load(plan_text(project))["themes"]
    shown = in_editor(project, "a.docx")
    numbers = {change["new"]: change["number"] for change in shown.review()["changes"]}

    edits = [EditedChange(numbers["Economy and fair trade"], "Trade")]
    apply(shown, ReviewChoice(edits=edits, reject=[] if is_inserted else [numbers["Water"]]))

    first, second, third, _ = before
    added = ["Water"] if is_inserted else []
    assert yaml.safe_load(plan_text(project))["themes"] == [first, second, *added, third, "Trade"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("et vice versa.", "et retour.", "challenges"), ("centre britannique", "centre anglais", "activities[1].text")],
)
def test_editor_writes_other_words_into_a_translation(tmp_path: Path, old: str, new: str, field: str) -> None:
    translated_project(tmp_path)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    reply(tmp_path, "a.docx", (old, new), built="tianjin-rome.fr")
    shown = in_editor(tmp_path, "a.docx")
    (change,) = shown.review()["changes"]
    assert (change["field"], change["editable"]) == (field, True)

    apply(shown, ReviewChoice(edits=[EditedChange(0, "Tout autre chose.")]))

    assert po_entries(po_path(tmp_path, "fr"))[field].text == "Tout autre chose."


def test_a_later_change_of_the_same_words_by_another_author_is_no_conflict(project: Path) -> None:
    """The plan already has what the first author has written."""
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edit.replace("Lazio", "Latium", LI, "2026-11-20T10:00:00Z")
    edit.replace("Latium", "Umbria", ANNA, "2026-11-21T10:00:00Z")
    edit.save(project / "a.docx")
    write_plan(project, "tianjin-rome.yaml", TEXT.replace("region: Lazio", "region: Latium"))

    run = review(project, "a.docx", "--apply")

    assert (run.code, run.report["conflicts"]) == (0, [])
    assert plan_text(project) == TEXT.replace("region: Lazio", "region: Umbria")


def test_the_old_date_is_mentioned_after_changes_were_applied(project: Path) -> None:
    reply(project, "a.docx", ("Lazio", "Latium"))
    write_plan(project, "tianjin-rome.yaml", f"{TEXT}\nupdated: 2019-04-30\n")

    assert "review-date-kept" not in review(project, "a.docx").codes
    assert review(project, "a.docx", "--apply").codes == ["review-date-kept"]
    assert review(project, "a.docx", "--apply").codes == []


@pytest.mark.parametrize("pack", mostly_long(SHIPPED_PACKS, {"bilingual"}))
def test_the_pack_of_a_file_without_properties_is_found_by_its_labels(tmp_path: Path, pack: str) -> None:
    """Only untracked words are changed, and nothing else is: other packs have other labels and other values."""
    path = write_pictures(tmp_path, f"{PLAN}template: {pack}\n")
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edit = WordEdit(tmp_path / "out" / f"{path.stem}.docx")
    printed = "\n".join(paragraphs(edit.root))
    edits = [one for one in EDITS if one[0] in printed]
    for old, new, _ in edits:
        edit.replace(old, new)
    edit.save(tmp_path / "edited.docx", bare=True)
    path.write_text(PLAN, encoding="utf-8")

    run = review(tmp_path, "edited.docx", "--plan", "rome", "--apply")

    assert sorted((each["field"], each["applied"]) for each in run.report["changes"]) == sorted(
        (field, True) for _, _, field in edits
    )


def test_options_say_what_a_file_without_properties_was(project: Path) -> None:
    ucap(project, "build", "--format", "docx", "--no-index", "--template", "glance", "--language", "zh")
    edit = WordEdit(next((project / "out").glob("*glance*.docx")))
    edit.replace("and vice-versa.", "and back.")
    edit.save(project / "edited.docx", bare=True)

    named = review(project, "edited.docx", "--plan", "tianjin-rome", "--template", "glance", "--language", "zh")
    found = review(project, "edited.docx", "--plan", "tianjin-rome")

    for run in (named, found):
        assert [each["field"] for each in run.report["changes"]] == ["challenges"]


def test_the_language_of_a_file_may_be_named_in_capital_letters(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    before = plan.read_bytes()
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edit = WordEdit(tmp_path / "out" / "tianjin-rome.fr.docx")
    edit.replace("et vice versa.", "et inversement.")
    edit.save(tmp_path / "edited.docx", bare=True)

    options = ("--plan", "tianjin-rome", "--template", "iuc-asia", "--language", "FR", "--apply")
    run = review(tmp_path, "edited.docx", *options)

    assert applied(run) == {("edited.docx", "challenges", True)}
    assert plan.read_bytes() == before
    assert "inversement" in po_entries(po_path(tmp_path, "fr"))["challenges"].text


WRONG_PACKS = {
    "settings": ("pack.yaml", b"extends: iuc-asia\ntheme: {colours: {blue: nonsense}}\n"),
    "template": ("summary.docx", docx(paragraph("{{ summary.nothing }}"))),
}


@pytest.mark.parametrize("sample", every(2, WRONG_PACKS))
def test_packs_with_errors_do_not_prevent_finding_the_pack_of_a_file(project: Path, sample: str) -> None:
    name, content = WRONG_PACKS[sample]
    pack = project / "templates" / "a-copy"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    (pack / name).write_bytes(content)
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edit.replace("and vice-versa.", "and back.")
    edit.save(project / "edited.docx", bare=True)

    run = review(project, "edited.docx", "--plan", "tianjin-rome")

    assert (run.code, run.codes) == (0, [])
    assert [change["field"] for change in run.report["changes"]] == ["challenges"]
    named = review(project, "edited.docx", "--plan", "tianjin-rome", "--template", "a-copy", "--language", "en")
    assert (named.code, named.report["changes"]) == (1, [])


def random_reply(project: Path, name: str, chance: Random) -> dict[str, str]:
    """A reply with up to twelve of the edits, in words of its own; returns the words by their fields."""
    edit = WordEdit(project / "out" / "rome.docx")
    author = chance.choice(["", LI, ANNA])
    made = {}
    for old, new, field in chance.sample(EDITS, chance.randint(1, 12)):
        words = chance.choice([new, f"{new} ({name})"])
        if field.endswith("area_km2"):
            words = new
        edit.replace(old, words, author)
        made[field] = words
    edit.save(project / name)
    return made


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_random_pairs_of_replies_lose_nothing_and_list_all_conflicts(
    built_pictures: Path, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - not for secrets
    copytree(built_pictures, tmp_path, dirs_exist_ok=True)
    plan = tmp_path / "plans" / "rome.yaml"
    made = {name: random_reply(tmp_path, name, chance) for name in ("a.docx", "b.docx")}
    both = made["a.docx"].keys() & made["b.docx"].keys()
    expected = {field for field in both if made["a.docx"][field] != made["b.docx"][field]}

    results = []
    for names in permutations(made):
        plan.write_text(PLAN, encoding="utf-8")
        run = review(tmp_path, *names, "--apply")
        results.append((plan_text(tmp_path, "rome"), run.report["conflicts"]))
        assert run.code == (1 if expected else 0)
        assert {each["field"] for each in run.report["conflicts"]} == expected
        for change in run.report["changes"]:
            assert change["applied"] is (change["field"] not in expected)
    assert results[0] == results[1]
    for name, fields in made.items():
        for field, words in fields.items():
            is_open = field in expected
            assert (words in results[0][0]) is not is_open, (name, field)


@pytest.mark.parametrize("name", ["a.pdf", "a.odt", "plans/tianjin-rome.yaml"])
def test_a_reply_of_another_kind_is_named_as_such(project: Path, name: str) -> None:
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_bytes(b"%PDF-1.7\n")
    run = review(project, name)
    assert (run.code, run.codes) == (1, ["import-kind"])


def test_a_comparison_of_several_plans_is_not_reviewed(project: Path) -> None:
    copytree(project / "plans", project / "old")
    (plan,) = (project / "plans").glob("*.yaml")
    plan.write_text(plan.read_text(encoding="utf-8").replace("Economy and trade", "Economy"), encoding="utf-8")
    ucap(project, "diff", "old", "plans", "--docx", "all.docx")

    run = review(project, "all.docx")

    assert run.codes == ["review-plan-unknown"]
    assert "a comparison of several plans" in run.report["problems"][0]["hint"]


@pytest.mark.parametrize(("limit", "value", "words"), [("MOST_FILES", 1, "1 files"), ("MOST_BYTES", 10, "together")])
def test_editor_says_which_limit_of_a_review_is_reached(
    project: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, words: str
) -> None:
    monkeypatch.setattr(reply_review, limit, value)

    with pytest.raises(ProblemsFound) as found:
        in_editor(project, reply(project, "a.docx"), reply(project, "b.docx"))

    (full,) = found.value.problems
    assert (full.code, words in full.message) == ("review-full", True)
