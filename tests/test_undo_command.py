"""`ucap undo`: what it restores, and what it keeps."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.edited_words import WordEdit
from tests.selected_cases import every
from ucap_reports.batch.undo_history import FOLDER, LIMIT, MAX_HISTORY_BYTES, FileChange, UndoHistory, record_changes
from ucap_reports.editor.undoable_changes import NothingToUndo, UndoableChanges
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, write_edited
from ucap_reports.storage.project_folder import Project, project_at
from ucap_reports.storage.reading_limits import MAX_FILE_BYTES

TEXT = "updated: 2019-04-30\ncities: [{name: Rome, country: Italy}]\nfocus: Clean air.\n"
NEXT = "cities: [{name: Rome, country: Italy}]\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write_plan(tmp_path, "rome.yaml", TEXT)
    return project_at(tmp_path)


def text(project: Project, plan: str = "rome") -> str:
    return (project.plans / f"{plan}.yaml").read_text(encoding="utf-8")


def test_undo_restores_what_fmt_changed(project: Project) -> None:
    write_plan(project.root, "paris.yaml", TEXT.replace("Rome", "Paris"))
    ucap(project.root, "fmt")
    assert text(project) != TEXT

    run = ucap(project.root, "undo", "--json")

    assert (run.code, run.report["change"]) == (0, "fmt")
    assert [file["path"] for file in run.report["files"]] == ["plans/paris.yaml", "plans/rome.yaml"]
    assert (text(project), text(project, "paris")) == (TEXT, TEXT.replace("Rome", "Paris"))
    assert ucap(project.root, "undo", "--json").codes == ["undo-nothing"]


@pytest.mark.parametrize("reader", every(2, ["closed pipe", "full disk"]))
def test_plans_are_formatted_and_can_be_restored_when_nobody_reads_the_output(project: Project, reader: str) -> None:
    texts = {f"p{number}": TEXT.replace("air", f"air {number}") for number in range(4)}
    for plan, before in texts.items():
        write_plan(project.root, f"{plan}.yaml", before)
    command = [sys.executable, "-m", "ucap_reports", "fmt"]
    if reader == "full disk":
        output = os.open("/dev/full", os.O_WRONLY)
    else:
        read, output = os.pipe()
        os.close(read)
    with os.fdopen(output, "wb") as unread:
        done = subprocess.run(command, stdout=unread, stderr=subprocess.PIPE, cwd=project.root, check=False)

    formatted = [plan for plan, before in texts.items() if text(project, plan) != before]
    assert (done.returncode, formatted) == ((0, [*texts]) if reader == "closed pipe" else (1, ["p0"]))
    ucap(project.root, "undo")
    assert {plan: text(project, plan) for plan in texts} == texts


def test_plans_that_an_update_has_written_before_the_disk_refused_can_be_restored(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(project.root, "paris.yaml", TEXT.replace("Rome", "Paris"))
    table = "City,Country,Key focus\nParis,Italy,Trams.\nRome,Italy,Trams.\n"
    (project.root / "table.csv").write_text(table, encoding="utf-8")

    def write(file: NewFile, before: bytes | None) -> WriteStatus:
        if file.path.stem == "rome":
            raise ProblemsFound([problem("file-changed")])
        return write_edited(file, before)

    monkeypatch.setattr("ucap_reports.batch.workbook_and_form_exchange.write_edited", write)
    run = ucap(project.root, "import", "table.csv", "--update", "--json")
    assert (run.codes, "Trams." in text(project, "paris")) == (["file-changed"], True)

    ucap(project.root, "undo")

    assert text(project, "paris") == TEXT.replace("Rome", "Paris")


def test_undo_restores_what_review_changed(project: Project) -> None:
    ucap(project.root, "build", "--format", "docx", "--no-index")
    edited = WordEdit(project.root / "out" / "rome.docx")
    edited.replace("Clean air.", "Clean water.")
    edited.save(project.root / "edited.docx")
    ucap(project.root, "review", "edited.docx", "--apply")
    assert "Clean water." in text(project)

    ucap(project.root, "undo")

    assert text(project) == TEXT


def test_undo_removes_and_restores_what_import_wrote(project: Project) -> None:
    table = project.root / "table.csv"
    table.write_text("id,City,Country\nrome,Roma,Italy\nparis,Paris,France\n", encoding="utf-8")
    run = ucap(project.root, "import", "table.csv", "--force", "--json")
    written = [file["path"] for file in run.report["files"]] if "files" in run.report else []
    changed = {path.name: path.read_bytes() for path in project.plans.glob("*.yaml")}
    assert changed != {"rome.yaml": TEXT.encode()}, written

    out = ucap(project.root, "undo").out

    assert {path.name: path.read_bytes() for path in project.plans.glob("*.yaml")} == {"rome.yaml": TEXT.encode()}
    assert out.splitlines() == ["restored  plans/rome.yaml", "removed   plans/paris.yaml"]


def test_undo_keeps_and_names_a_file_that_was_edited_since(project: Project) -> None:
    ucap(project.root, "fmt")
    write_plan(project.root, "rome.yaml", NEXT)

    run = ucap(project.root, "undo", "--json")

    assert (run.codes, run.report["files"]) == (["undo-edited"], [])
    assert text(project) == NEXT


def test_undo_keeps_what_an_edited_file_was_before_and_goes_on_with_the_change_before(project: Project) -> None:
    history = UndoHistory(project)
    history.record("edit", [FileChange("plans/rome.yaml", TEXT.encode(), NEXT.encode())])
    history.record("fmt", [FileChange("plans/rome.yaml", b"# before\n", b"# after\n")])
    write_plan(project.root, "rome.yaml", NEXT)

    (warning,) = ucap(project.root, "undo", "--json").report["problems"]
    folder = warning["hint"].rpartition(" ")[2]

    assert [path.read_bytes() for path in (project.root / folder).iterdir()] == [b"# before\n"]
    assert ucap(project.root, "undo").code == 0
    assert text(project) == TEXT
    assert ucap(project.root, "undo", "--json").codes == ["undo-nothing"]


def test_undo_names_a_new_file_that_was_edited_since(project: Project) -> None:
    record_changes(project, "import", [FileChange("plans/rome.yaml", None, NEXT.encode())])

    (warning,) = ucap(project.root, "undo", "--json").report["problems"]

    assert (warning["code"], warning["hint"]) == ("undo-edited", "delete it by hand if it is not needed")


def test_undo_keeps_a_file_that_cannot_be_read(project: Project) -> None:
    path = project.plans / "rome.yaml"
    record_changes(project, "delete", [FileChange("plans/rome.yaml", path.read_bytes(), None)])
    path.write_bytes(b"")
    os.truncate(path, MAX_FILE_BYTES + 1)

    run = ucap(project.root, "undo", "--json")

    assert run.codes == ["undo-edited"]
    assert path.stat().st_size == MAX_FILE_BYTES + 1


def test_history_keeps_the_last_changes_and_is_ignored_by_git(project: Project) -> None:
    history = UndoHistory(project)
    for number in range(LIMIT + 5):
        history.record("edit", [FileChange("plans/rome.yaml", f"{number}".encode(), f"{number + 1}".encode())])

    assert (project.plans / FOLDER / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert len([path for path in (project.plans / FOLDER).iterdir() if path.is_dir()]) == 50
    assert history.last() == UndoHistory(project).last()


def test_editor_undoes_more_changes_than_the_history_keeps(project: Project) -> None:
    changes = UndoableChanges(project)
    for number in range(LIMIT + 5):
        before = changes.current("plans/rome.yaml")
        changes.write("edit", {"plans/rome.yaml": (before, f"{NEXT}period: {number}\n".encode())})
    for _ in range(LIMIT):
        changes.undo()
    assert (changes.can_undo, text(project)) == (True, f"{NEXT}period: 4\n")
    for _ in range(5):
        changes.undo()
    assert (changes.can_undo, text(project)) == (False, TEXT)


@pytest.mark.parametrize(
    "path",
    [
        *("../x.yaml", "/etc/passwd", "plans/../../x", "README.md", ".git/config", "plans/.git/hooks/x", "C:/x", 7),
        *("templates/a/b/c", "templates/a/images/../x", "templates/a/images/b/c"),
    ],
)
def test_history_that_came_with_a_project_changes_no_other_file(project: Project, path: object) -> None:
    history = UndoHistory(project)
    history.record("edit", [FileChange("plans/rome.yaml", b"old", TEXT.encode())])
    change = project.plans / FOLDER / "000001" / "change.json"
    change.write_text(change.read_text(encoding="utf-8").replace('"plans/rome.yaml"', f"{path!r}".replace("'", '"')))

    run = ucap(project.root, "undo", "--json")

    assert run.codes == ["undo-unreadable", "undo-nothing"]
    assert text(project) == TEXT


@pytest.mark.parametrize("name", every(3, ["999999", "999999999", "1000000000000", "0000001", "000001.bak"]))
def test_history_with_the_highest_number_records_and_restores_later_changes(project: Project, name: str) -> None:
    (project.plans / FOLDER / name).mkdir(parents=True)
    history = UndoHistory(project)
    for number in range(LIMIT + 5):
        history.record("edit", [FileChange("plans/rome.yaml", f"{number}".encode(), f"{number + 1}".encode())])
    ucap(project.root, "fmt")
    assert text(project) != TEXT

    assert ucap(project.root, "undo", "--json").codes == []

    assert text(project) == TEXT
    last = history.last()
    assert last is not None
    assert last.files[0].after == f"{LIMIT + 5}".encode()
    assert len([path for path in (project.plans / FOLDER).iterdir() if path.is_dir()]) <= LIMIT


def test_changes_of_two_processes_at_once_have_numbers_of_their_own(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = UndoHistory(project), UndoHistory(project)
    monkeypatch.setattr(second, "_numbers", list)  # it has listed the history before the first one has added a change
    entries = [
        history.record("edit", [FileChange(f"plans/{name}.yaml", b"", name.encode())])
        for history, name in ((first, "rome"), (second, "paris"))
    ]
    assert [entry.number for entry in entries if entry] == [1, 2]
    assert first.last() == entries[1]
    ucap(project.root, "undo")
    assert first.last() == entries[0]


def test_undo_passes_over_a_change_without_a_record_and_names_it(project: Project) -> None:
    ucap(project.root, "fmt")
    (project.plans / FOLDER / "000002" / "before").mkdir(parents=True)

    run = ucap(project.root, "undo", "--json")

    assert (run.code, run.codes) == (0, ["undo-unreadable"])
    assert run.report["problems"][0]["path"] == "plans/.history/000002"

    assert text(project) == TEXT


def test_undo_reads_no_change_larger_than_the_limit(project: Project) -> None:
    ucap(project.root, "fmt")
    with (project.plans / FOLDER / "000001" / "before" / "0-rome.yaml").open("r+b") as file:
        file.truncate(MAX_HISTORY_BYTES + 1)

    assert ucap(project.root, "undo", "--json").codes == ["undo-unreadable", "undo-nothing"]


@pytest.mark.parametrize(
    "record", [b'{"command": "\xff", "visit": "", "files": []}', b'{"files": ' + b"[" * 100_000, b"[]"]
)
def test_undo_passes_over_a_damaged_record_and_names_it(project: Project, record: bytes) -> None:
    ucap(project.root, "fmt")
    folder = project.plans / FOLDER / "000002"
    folder.mkdir()
    (folder / "change.json").write_bytes(record)

    assert ucap(project.root, "undo", "--json").codes == ["undo-unreadable"]

    assert text(project) == TEXT


def test_editor_forgets_no_change_of_a_command_that_has_the_number_of_its_own(project: Project) -> None:
    changes = UndoableChanges(project)
    changes.write("edit", {"plans/rome.yaml": (TEXT.encode(), NEXT.encode())})
    ucap(project.root, "undo")
    ucap(project.root, "fmt")
    formatted = text(project)
    assert formatted != TEXT

    with pytest.raises(NothingToUndo):
        changes.undo()

    assert ucap(project.root, "undo", "--json").report["change"] == "fmt"
    assert text(project) == TEXT


def test_undo_restores_the_changes_of_the_editor_in_their_order(project: Project) -> None:
    """A logo is a file of a pack, which a pack without it does not have."""
    changes = UndoableChanges(project)
    changes.write("edit", {"plans/rome.yaml": (TEXT.encode(), NEXT.encode())})
    changes.add_file("office", "templates/our-city/images", "logo", ".svg", b"<svg/>")

    first, second = (ucap(project.root, "undo", "--json").report for _ in range(2))

    assert [file["path"] for file in first["files"]] == ["templates/our-city/images/logo.svg"]
    assert not (project.root / "templates" / "our-city" / "images" / "logo.svg").exists()
    assert ([file["path"] for file in second["files"]], text(project)) == (["plans/rome.yaml"], TEXT)
