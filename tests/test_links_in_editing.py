"""Links in a project that a stranger made: none is followed by the editor, `ucap undo` and the history of changes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.editors import Editor, edited, setting
from tests.hostile_packs import png
from tests.selected_cases import mostly_long
from tests.test_odd_folders import listing
from ucap_reports import ProblemsFound
from ucap_reports.batch.undo_history import FileChange, UndoHistory, write_changes
from ucap_reports.editor.office_settings_editing import OfficeEditing
from ucap_reports.editor.plan_editing import PlanEditing
from ucap_reports.editor.translation_editing import TranslationEditing
from ucap_reports.problems import Problem
from ucap_reports.storage.project_folder import project_at

pytestmark = pytest.mark.no_cover

SECRET = "focus: c2VjcmV0\n"  # noqa: S105 - a word to search for, in a file that could be a plan
TEXT = "cities: [{name: Rome, country: Italy}]\nfocus: Clean air.\n"
CHANGED = "cities: [{name: Rome, country: Italy}]\nfocus: Clean water.\n"
LINK_CODES = {"file-outside", "output-unsafe", "picture-outside"}
PICTURE = png(2, 2)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a plan, its translation and the history of a change, beside a folder with files of the user."""
    root = tmp_path / "project"
    root.mkdir()
    write_plan(root, "rome.yaml", TEXT)
    (root / "translations" / "zh").mkdir(parents=True)
    (root / "translations" / "zh" / "rome.po").write_text('msgid ""\nmsgstr ""\n', encoding="utf-8")
    UndoHistory(project_at(root)).record("edit", [FileChange("plans/rome.yaml", CHANGED.encode(), TEXT.encode())])
    outside = tmp_path / "outside"
    for folder in ("folder", "empty"):
        (outside / folder).mkdir(parents=True)
    for name in ("file", "folder/rome.yaml", "folder/0-rome.yaml", "folder/x.png"):
        (outside / name).write_text(SECRET, encoding="utf-8")
    change = {"command": "edit", "visit": "", "files": ["plans/rome.yaml"]}
    (outside / "folder" / "change.json").write_text(json.dumps(change), encoding="utf-8")
    return root


def put_link(project: Path, name: str, target: str) -> Path:
    """Put a link to something outside in the place of a file or a folder; return the folder outside."""
    path, outside = project / name, project.parent / "outside"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.rename(project.parent / "replaced")
    path.symlink_to(outside / target)
    return outside


def all_text(folder: Path) -> bytes:
    """Return what is in all files of a folder, without what is behind links."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and within(path, folder))


def within(path: Path, folder: Path) -> bool:
    """Return whether a path leads to a file that is really in the folder."""
    return path.resolve().is_relative_to(folder.resolve())


def test_undo_without_links_restores_the_plan(project: Path) -> None:
    assert ucap(project, "undo").code == 0
    assert (project / "plans" / "rome.yaml").read_text(encoding="utf-8") == CHANGED


HISTORY_LINKS = [
    ("plans/.history", "folder"),
    ("plans/.history", "empty"),
    ("plans/.history/000001", "folder"),
    ("plans/.history/000001/change.json", "folder/change.json"),
    ("plans/.history/000001/before", "folder"),
    ("plans/.history/000001/after", "folder"),
    ("plans/.history/000001/before/0-rome.yaml", "file"),
    ("plans/.history/000001/after/0-rome.yaml", "file"),
    ("plans/rome.yaml", "file"),
    ("plans", "folder"),
]
"""Paths in the project that are links, and the targets outside to which they lead."""


@pytest.mark.parametrize(("name", "target"), HISTORY_LINKS)
def test_undo_follows_no_link(project: Path, name: str, target: str) -> None:
    outside = put_link(project, name, target)
    before = listing(outside), listing(project.parent / "replaced")

    run = ucap(project, "undo", "--json")

    assert run.report["files"] == []
    assert {"undo-nothing", "undo-edited", *LINK_CODES} & set(run.codes)
    assert (listing(outside), listing(project.parent / "replaced")) == before
    assert (project / name).is_symlink()
    assert SECRET.encode() not in all_text(project) + run.out.encode() + run.err.encode()


@pytest.mark.parametrize("name", ["plans/rome.yaml", "translations/zh", "translations/zh/rome.po", "plans/pictures"])
def test_undo_of_a_deletion_writes_through_no_link(project: Path, name: str) -> None:
    paths = ("plans/pictures/x.png", "plans/rome.yaml", "translations/zh/rome.po")
    UndoHistory(project_at(project)).record("delete", [FileChange(path, b"old", None) for path in paths])
    (project / "plans" / "rome.yaml").unlink()
    (project / "translations" / "zh" / "rome.po").unlink()
    outside = put_link(project, name, "empty" if Path(name).suffix == "" else "nothing")
    before = listing(outside)

    run = ucap(project, "undo", "--json")

    assert (run.code, run.codes) == (1, ["output-unsafe"])
    assert listing(outside) == before
    assert not (project / "plans" / "rome.yaml").exists(), "the other files are not restored, either"
    (project / name).unlink()
    assert ucap(project, "undo", "--json").code == 0, "the change is still in the history"
    assert (project / "plans" / "rome.yaml").read_bytes() == b"old"


@pytest.mark.parametrize("path", ["plans/a\0b", "plans/\ud800", f"plans/{'x' * 300}", "plans", "plans/.", ""])
def test_undo_refuses_a_history_with_names_that_no_file_has(project: Path, path: str) -> None:
    change = project / "plans" / ".history" / "000001" / "change.json"
    change.write_text(json.dumps({"command": "edit", "visit": "", "files": [path]}), encoding="utf-8")

    run = ucap(project, "undo", "--json")

    assert run.code == 1
    assert run.codes == ["undo-unreadable", "undo-nothing"]


def changed(editing: PlanEditing) -> object:
    digest = editing.plan("rome")["digest"]
    change = {"op": "set", "path": "focus", "was": "Clean air.", "value": "Clean soil."}
    return editing.change("rome", digest, [change])


def undone(editing: PlanEditing) -> object:
    changed(editing)
    return editing.changes.undo()


ACTIONS: dict[str, Callable[[PlanEditing], object]] = {
    "plans": lambda editing: editing.plans(),
    "plan": lambda editing: editing.plan("rome"),
    "change": changed,
    "undo": undone,
    "create": lambda editing: editing.create("siena"),
    "duplicate": lambda editing: editing.create("siena", "rome"),
    "picture": lambda editing: editing.add_picture("x.png", PICTURE),
    "rename": lambda editing: editing.rename_plan("rome", "siena"),
    "delete": lambda editing: editing.delete("rome"),
    "office": lambda editing: OfficeEditing(editing.project, editing.changes).create_pack("siena"),
    "translation": lambda editing: TranslationEditing(editing.project, editing.changes).translation("rome", "zh"),
}
EDITOR_LINKS = [
    *HISTORY_LINKS,
    ("plans/.history/000002", "folder"),
    ("plans/.history/000002/before", "folder"),
    ("plans/.history/.gitignore", "file"),
    ("plans/.deleted", "folder"),
    ("plans/.deleted/rome.yaml", "file"),
    ("plans/.deleted/.gitignore", "file"),
    ("plans/pictures", "folder"),
    ("plans/pictures/x.png", "folder/x.png"),
    ("plans/pictures/x.png", "nothing"),
    ("plans/siena.yaml", "file"),
    ("plans/siena.yaml", "nothing"),
    ("translations", "folder"),
    ("translations/zh", "folder"),
    ("translations/zh/rome.po", "file"),
]


ACTIONS_AND_LINKS = [(action, *link) for link in EDITOR_LINKS for action in ACTIONS]
FEW_LINKS = [("plans/.history", "folder"), ("plans/.history/000002", "folder"), ("plans", "folder")]
"""Links for the action that takes long, as it checks a pack, and of the folder of plans writes only the history."""
QUICK = [
    case
    for index, case in enumerate(ACTIONS_AND_LINKS)
    if (case[1:] in FEW_LINKS if case[0] == "office" else (index % len(ACTIONS) + index // len(ACTIONS)) % 2 == 0)
]
"""Each link with every second action, which is another one for the next link."""


@pytest.mark.parametrize("action_and_link", mostly_long(ACTIONS_AND_LINKS, QUICK), ids="-".join)
def test_editor_follows_no_link(project: Path, action_and_link: tuple[str, str, str]) -> None:
    action, name, target = action_and_link
    outside = put_link(project, name, target)
    before = listing(outside), listing(project.parent / "replaced")
    history = listing(project / "plans" / ".history") if within(project / "plans" / ".history", project) else {}
    editing = PlanEditing(project_at(project))
    problems: tuple[Problem, ...] = ()
    answer: object = None

    try:
        answer = ACTIONS[action](editing)
    except ProblemsFound as found:
        problems = found.problems

    if problems:
        assert {problem.code for problem in problems} & {*LINK_CODES, "plan-unknown", "plan-exists"}
    if problems and action != "undo" and history:
        assert listing(project / "plans" / ".history") == history, "a change that failed is not in the history"
    assert (listing(outside), listing(project.parent / "replaced")) == before
    assert SECRET.strip() not in f"{answer!r}{problems!r}"
    assert SECRET.encode() not in all_text(project)


def test_undo_in_the_editor_can_be_repeated_after_it_was_refused(project: Path) -> None:
    editing = PlanEditing(project_at(project))
    changed(editing)
    plan, moved = project / "plans" / "rome.yaml", project.parent / "outside" / "moved.yaml"
    editing.delete("rome")
    plan.symlink_to(moved)

    with pytest.raises(ProblemsFound):
        editing.changes.undo()
    assert not moved.exists()
    plan.unlink()
    editing.changes.undo()

    assert "Clean soil." in plan.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"new", None])
def test_write_changes_refuses_a_link_to_a_folder_on_the_way(project: Path, content: bytes | None) -> None:
    outside = put_link(project, "plans", "folder")
    before = listing(outside)
    with pytest.raises(ProblemsFound):
        write_changes(project_at(project), [FileChange("plans/rome.yaml", b"old", content)])
    assert listing(outside) == before


# The server


@pytest.fixture
def editor(project: Path) -> Iterator[Editor]:
    with edited(project) as editor:
        yield editor


@pytest.mark.long
def test_server_answers_nothing_that_is_behind_links(editor: Editor) -> None:
    """Each link is put into the project of the running editor, and all of its routes are asked."""
    project = editor.project
    outside = project.parent / "outside"
    before = listing(outside)
    body: dict[str, Any] = {"plans": [], "formats": ["docx"]}
    requests = [
        ("/api/plans", "GET", None),
        ("/api/plans/rome", "GET", None),
        ("/api/plans/siena", "GET", None),
        ("/api/plans/rome/thumbnail", "GET", None),
        ("/api/plans/rome/documents/docx", "GET", None),
        ("/api/plans/siena/documents/docx", "GET", None),
        ("/api/fields?plan=rome", "GET", None),
        ("/api/plans", "POST", {"id": "siena", "from": "rome"}),
        ("/api/plans/rome/rename", "POST", {"id": "siena"}),
        ("/api/plans/rome", "DELETE", None),
        ("/api/translations", "GET", None),
        ("/api/plans/rome/translations", "GET", None),
        ("/api/plans/rome/translations/zh", "GET", None),
        ("/api/build", "GET", None),
        ("/api/documents/rome.docx", "GET", None),
        ("/api/office", "GET", None),
        ("/api/office", "POST", {"name": "siena"}),
        ("/api/undo", "POST", None),
        ("/api/build", "POST", body),
    ]
    for name, target in (
        ("plans/rome.yaml", "folder/rome.yaml"),
        ("plans/siena.yaml", "file"),
        ("plans/.history", "folder"),
        ("plans/.deleted", "folder"),
        ("plans/pictures", "folder"),
        ("translations", "folder"),
        ("out", "empty"),
        ("ucap.yaml", "file"),
    ):
        put_link(project, name, target)
        for address, method, sent in requests:
            answer = editor.ask(address, method, sent)
            assert answer.status < 500, (name, address, answer.content)
            assert b"c2VjcmV0" not in answer.content, (name, address)
        assert listing(outside) == before, name
        (project / name).unlink()
        if (project.parent / "replaced").exists():
            (project.parent / "replaced").rename(project / name)
        write_plan(project, "rome.yaml", TEXT)
        (project / "plans" / "siena.yaml").unlink(missing_ok=True)
    assert editor.change(setting("focus", "Clean air.", "Clean soil."), plan="rome").status == 200


@pytest.mark.parametrize(("name", "target"), [("images", "folder"), ("images/x.png", "nothing"), ("images", "nothing")])
def test_logo_is_stored_through_no_link(project: Path, name: str, target: str) -> None:
    pack = project / "templates" / "office"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    (project / "ucap.yaml").write_text("template: office\n", encoding="utf-8")
    outside = put_link(project, f"templates/office/{name}", target)
    before = listing(outside)
    editing = PlanEditing(project_at(project))

    with pytest.raises(ProblemsFound) as found:
        OfficeEditing(editing.project, editing.changes).add_logo("x.png", PICTURE)

    assert {problem.code for problem in found.value.problems} <= LINK_CODES
    assert listing(outside) == before
