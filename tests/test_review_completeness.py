"""A reviewed file is overwritten by the next build only if the plan has everything that is in it."""

import os
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.command import ucap, write_plan
from tests.edited_words import WordEdit
from tests.selected_cases import every
from tests.translations import po_path
from tests.word_templates import docx
from ucap_reports.batch.output_folder_locking_and_ownership import output_folder
from ucap_reports.batch.replies import apply_replies
from ucap_reports.importers.word_package import WordPackage
from ucap_reports.importers.word_review import MAX_EDITION_RUNS, MAX_EDITIONS, EditedDocument
from ucap_reports.storage.project_folder import Project
from ucap_reports.word.file.word_xml import qualified, read_finished

pytestmark = pytest.mark.no_cover

PLAN = """\
cities: [{name: Rome, country: Italy}]
objectives: Less traffic in four districts.
challenges: Noise in the old town.
"""
LI, ANNA = "Li Wei", "Anna Rossi"
RUBY = b"""<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:ruby><w:rubyPr/>\
<w:rt><w:r><w:t>x</w:t></w:r></w:rt><w:rubyBase><w:r><w:t> y</w:t></w:r></w:rubyBase></w:ruby></w:r>"""
COMMENTS = b"""<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">\
<w:comment w:id="0" w:author="Anna"><w:p><w:r><w:t>Is it?</w:t></w:r></w:p></w:comment></w:comments>"""


@pytest.fixture
def edited(tmp_path: Path) -> WordEdit:
    """The built file with a tracked change."""
    write_plan(tmp_path, "rome.yaml", PLAN)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    found = WordEdit(tmp_path / "out" / "rome.docx")
    found.replace("four", "five", LI)
    return found


def next_build(edited: WordEdit, *words: str) -> list[str]:
    """The codes of a build after the changes were applied."""
    project = edited.path.parent.parent
    run = ucap(project, "review", "out/rome.docx", "--apply", *words, "--json")
    assert [each["applied"] for each in run.report["changes"]].count(True) > 0
    return [each for each in ucap(project, "build", "--no-index", "--json").codes if each == "document-edited"]


def test_a_file_of_which_all_is_applied_is_overwritten(edited: WordEdit) -> None:
    edited.save()
    assert next_build(edited, "--only-author", LI) == []


def test_a_file_with_changes_of_another_author_is_kept(edited: WordEdit) -> None:
    edited.replace("Noise", "Smoke", ANNA)
    edited.save()
    assert next_build(edited, "--only-author", LI) == ["document-edited"]


def test_a_file_with_a_change_that_no_field_can_have_is_kept(edited: WordEdit) -> None:
    edited.replace("Key challenges", "Problems", LI)
    edited.save()
    assert next_build(edited) == ["document-edited"]


def test_a_file_with_comments_is_kept(edited: WordEdit) -> None:
    edited.comment("Noise", 0)
    edited.save(comments=COMMENTS)
    assert next_build(edited) == ["document-edited"]


def test_a_file_with_a_picture_is_kept(edited: WordEdit) -> None:
    edited.save()
    document = Document(str(edited.path))
    document.paragraphs[-1].add_run().add_picture(str(Path(__file__).parent / "goldens" / "plain-en.png"))
    document.save(str(edited.path))
    assert next_build(edited) == ["document-edited"]


def test_a_file_with_ruby_text_is_kept(edited: WordEdit) -> None:
    edited.paragraph("Noise").append(read_finished(RUBY))
    edited.save()
    assert next_build(edited) == ["document-edited"]


def test_a_file_is_known_by_any_form_of_its_path(edited: WordEdit) -> None:
    edited.save()
    project = edited.path.parent.parent
    ucap(project / "plans", "review", "../out/rome.docx", "--apply")
    assert "document-edited" not in ucap(project, "build", "--no-index", "--json").codes


def test_a_file_with_untracked_changes_is_kept_after_those_of_one_author_were_applied(edited: WordEdit) -> None:
    edited.replace("Noise", "Smoke")
    edited.save()
    assert next_build(edited, "--only-author", LI) == ["document-edited"]


MERGED = PLAN.replace("four", "five")
PERIOD = "period: 2019\n"


def apply_and_build(edited: WordEdit, *texts: str, is_undone: bool = False, has_name: bool = True) -> str:
    """Return the status of the Word file in a build after the reply was applied, perhaps undone, and the plan was saved
    with each of the texts.
    """
    project = edited.path.parent.parent
    content = edited.save(bare=not has_name).read_bytes()
    plan = project / "plans" / "rome.yaml"
    run = ucap(project, "review", "out/rome.docx", "--apply", "--plan", "rome", "--json")
    assert [change["applied"] for change in run.report["changes"]] == [True]
    assert plan.read_text(encoding="utf-8") == MERGED
    if is_undone:
        ucap(project, "undo")
        assert plan.read_text(encoding="utf-8") == PLAN
    for text in texts:
        plan.write_text(text, encoding="utf-8")
    build = ("build", "--format", "docx", "--no-index", "--json")
    (planned,) = ucap(project, *build, "--dry-run").report["documents"]
    run = ucap(project, *build)
    (document,) = run.report["documents"]
    status = str(document["status"])
    assert (edited.path.read_bytes() == content) is (status == "edited")
    assert ("document-edited" in run.codes) is (status == "edited")
    if texts in ((), (PLAN,)):  # without other changes, a dry run knows it as well
        assert planned["status"] == status
    return status


@pytest.mark.parametrize("has_name", [True, False])
@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([], id="no other change"),
        pytest.param([PLAN + PERIOD], id="another field", marks=pytest.mark.long),
        pytest.param([PLAN.replace("four", "six")], id="other words in the same place", marks=pytest.mark.long),
    ],
)
def test_a_build_keeps_a_reply_that_was_undone(edited: WordEdit, texts: list[str], *, has_name: bool) -> None:
    assert apply_and_build(edited, *texts, is_undone=True, has_name=has_name) == "edited"


@pytest.mark.parametrize("texts", every(3, [[PLAN], [PLAN + PERIOD], [MERGED + PERIOD, PLAN + PERIOD]]))
def test_a_build_keeps_a_reply_whose_changes_somebody_took_out_of_the_plan(edited: WordEdit, texts: list[str]) -> None:
    assert apply_and_build(edited, *texts) == "edited"


@pytest.mark.parametrize("has_name", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MERGED, id="no other change"),
        pytest.param(MERGED + PERIOD, id="another field", marks=pytest.mark.long),
        pytest.param(
            MERGED.replace("five districts", "five quarters"),
            id="better words in the same place",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_build_replaces_a_reply_whose_changes_were_edited_in_the_plan(
    edited: WordEdit, text: str, *, has_name: bool
) -> None:
    assert apply_and_build(edited, text, has_name=has_name) == "written"


def test_a_build_replaces_a_reply_that_was_undone_and_applied_again(edited: WordEdit) -> None:
    assert apply_and_build(edited, is_undone=True) == "edited"
    assert apply_and_build(edited) == "written"


def test_prune_keeps_a_reply_whose_plan_was_deleted(edited: WordEdit) -> None:
    project = edited.path.parent.parent
    write_plan(project, "paris.yaml", PLAN)
    content = edited.save().read_bytes()
    ucap(project, "review", "out/rome.docx", "--apply")
    (project / "plans" / "rome.yaml").unlink()

    run = ucap(project, "build", "--no-index", "--prune", "--json")

    assert "plan-deleted" in run.codes
    assert edited.path.read_bytes() == content


def test_a_build_keeps_a_reply_that_was_taken_out_of_the_translation(tmp_path: Path) -> None:
    write_plan(tmp_path, "rome.yaml", f"{PLAN}languages: [fr]\n")
    ucap(tmp_path, "translate", "fr")
    path = po_path(tmp_path, "fr", "rome")
    text = path.read_text(encoding="utf-8").replace('town."\nmsgstr ""', 'town."\nmsgstr "Le bruit."')
    path.write_text(text, encoding="utf-8")
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edit = WordEdit(tmp_path / "out" / "rome.fr.docx")
    edit.replace("Le bruit", "La fumée", LI)
    content = edit.save().read_bytes()
    ucap(tmp_path, "review", "out/rome.fr.docx", "--apply")
    ucap(tmp_path, "undo")
    write_plan(tmp_path, "rome.yaml", f"{PLAN}languages: [fr]\n{PERIOD}")

    run = ucap(tmp_path, "build", "--format", "docx", "--no-index", "--json")

    assert [document["status"] for document in run.report["documents"]] == ["written", "edited"]
    assert edit.path.read_bytes() == content


@pytest.mark.parametrize("out", ["deliveries", "../elsewhere"])
def test_review_makes_documents_of_any_output_folder_known(tmp_path: Path, out: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    write_plan(project, "rome.yaml", PLAN)
    build = ("build", "--format", "docx", "--no-index", "--out", out, "--json")
    ucap(project, *build)
    edit = WordEdit(project / out / "rome.docx")
    edit.replace("four", "five", LI)
    edit.save()
    assert "document-edited" in ucap(project, *build).codes

    ucap(project, "review", f"{out}/rome.docx", "--apply")

    assert [document["status"] for document in ucap(project, *build).report["documents"]] == ["written"]


def test_review_lists_applied_changes_while_a_build_is_running(edited: WordEdit) -> None:
    edited.save()
    project = edited.path.parent.parent
    with output_folder(Project(project), project / "out"):
        run = ucap(project, "review", "out/rome.docx", "--apply", "--json")
    assert [change["applied"] for change in run.report["changes"]] == [True]
    assert run.code == 1
    assert "build-running" in run.codes


def test_review_of_a_copy_leaves_no_files_in_its_folder(edited: WordEdit, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    edited.save().rename(inbox / "rome.docx")
    ucap(tmp_path, "review", "inbox/rome.docx", "--apply")
    assert [path.name for path in inbox.iterdir()] == ["rome.docx"]


def test_a_plan_that_was_saved_meanwhile_is_not_overwritten(edited: WordEdit, monkeypatch: pytest.MonkeyPatch) -> None:
    edited.save()
    plan = edited.path.parent.parent / "plans" / "rome.yaml"

    def saving(*words: Any, **options: Any) -> Any:
        plan.write_text(f"{PLAN}period: 2019\n", encoding="utf-8")
        return apply_replies(*words, **options)

    monkeypatch.setattr("ucap_reports.cli.review_command.apply_replies", saving)
    run = ucap(edited.path.parent.parent, "review", "out/rome.docx", "--apply", "--json")

    assert (run.code, run.codes) == (1, ["file-changed"])
    assert plan.read_text(encoding="utf-8") == f"{PLAN}period: 2019\n"


@pytest.mark.parametrize("encoding", every(2, ["utf-8-sig", "utf-16"], start=1))
def test_a_translation_in_any_encoding_is_reviewed(tmp_path: Path, encoding: str) -> None:
    write_plan(tmp_path, "rome.yaml", f"{PLAN}languages: [fr]\n")
    ucap(tmp_path, "translate", "fr")
    path = po_path(tmp_path, "fr", "rome")
    text = path.read_text(encoding="utf-8").replace('town."\nmsgstr ""', 'town."\nmsgstr "Le bruit."')
    path.write_bytes(text.encode(encoding))
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edit = WordEdit(tmp_path / "out" / "rome.fr.docx")
    edit.replace("Le bruit", "La fumée", LI)
    edit.save()

    run = ucap(tmp_path, "review", "out/rome.fr.docx", "--apply", "--json")

    assert [(each["field"], each["applied"]) for each in run.report["changes"]] == [("challenges", True)]
    assert 'msgstr "La fumée."' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("authors", [1, 150])
def test_many_revisions_are_grouped(edited: WordEdit, authors: int) -> None:
    for number in range(150):
        date = f"2026-{number // 28 + 1:02}-{number % 28 + 1:02}T10:{number % 60:02}:00Z"
        edited.insert_after("Noise", f"Word {number}.", f"Author {number % authors}", date)
    document = EditedDocument(WordPackage(edited.save().read_bytes(), os.fspath(edited.path)))

    assert len(document.revisions) <= MAX_EDITIONS
    assert len([each for each in document.edition(document.revisions) if each.text.startswith("Word ")]) == 150
    assert edited.root.tag == qualified("w:document")


def test_revisions_of_a_file_with_many_runs_are_fewer() -> None:
    """Each edition has all runs, so that 97 of them would take minutes."""
    insertion = '<w:ins w:id="1" w:author="Author {}"><w:r><w:t>w </w:t></w:r></w:ins>'
    count = MAX_EDITION_RUNS // 40
    insertions = "".join(insertion.format(number % 97) for number in range(count))
    document = EditedDocument(WordPackage(docx(f"<w:p>{insertions}</w:p>"), "x.docx"))

    assert len(document.revisions) <= MAX_EDITION_RUNS // count
