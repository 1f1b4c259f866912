"""Two writers of one file: neither the editor nor a command loses what another program writes at the same time.

Everything that changes files of a project holds their locks from reading them to writing them, or reads them again
while it has the locks, and refuses what has changed.
"""

import ast
import errno
import itertools
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from tests.drawings import LOGO
from tests.edited_words import WordEdit
from tests.photos import photograph, saved
from tests.selected_cases import every
from tests.stages import ROOT
from ucap_reports.batch.output_overwriting_and_pruning import write_signed
from ucap_reports.batch.undo_history import FileChange, UndoHistory, record_changes
from ucap_reports.cli.command_output_and_exit_codes import Exit
from ucap_reports.editor.file_import import FileImport, ImportChoice
from ucap_reports.editor.office_settings_editing import OfficeEditing
from ucap_reports.editor.plan_editing import PlanEditing
from ucap_reports.editor.reply_review import ReplyReview, ReviewChoice
from ucap_reports.editor.translation_editing import TranslationEditing
from ucap_reports.editor.undoable_changes import DigestConflict
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage import atomic_files
from ucap_reports.storage.atomic_files import HELD, locked, take
from ucap_reports.storage.project_folder import project_at

ROME, PARIS = "plans/rome.yaml", "plans/paris.yaml"
ROME_IN_FRENCH, PARIS_IN_FRENCH = "translations/fr/rome.po", "translations/fr/paris.po"
SETTINGS, PACK, NEW_PACK = "ucap.yaml", "templates/office/pack.yaml", "templates/ours/pack.yaml"
TEXT = """\
updated: 2019-04-30
language: en
template: office
cities: [{name: Rome, country: Italy}]
focus: Clean air.
"""
THEIRS = "theirs-mark"
"""What the other program writes."""
BINARY = {".xlsx", ".docx", ".pdf"}
SECONDS = 60
Operation = Callable[[], Any]
Start = Callable[[Path], Operation]
"""A function that prepares a project, and returns what changes its files."""


def project_with_all_files(root: Path) -> None:
    write_plan(root, "rome.yaml", TEXT)
    for name, text in {
        SETTINGS: "contact: {office: Ours}\ntemplate: office\n",
        PACK: "extends: iuc-asia\n",
        "new.csv": "id,City,Country\nparis,Paris,France\n",
        "known.csv": "id,City,Country,Key focus\nrome,Rome,Italy,Trams.\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    ucap(root, "translate", "fr", "rome")
    with_french(root, "cities[0].name", "Rome-en-français")


def with_french(root: Path, field: str, text: str) -> Any:
    editing = PlanEditing(project_at(root))
    translations = TranslationEditing(editing.project, editing.changes)
    shown = translations.translation("rome", "fr")
    return translations.change("rome", "fr", shown["digest"], [{"op": "set", "path": field, "value": text}])


def write_theirs(path: Path) -> None:
    """Write a file as another program does: with other words, a comment, or as a new file."""
    text = path.read_text(encoding="utf-8") if path.exists() and path.suffix not in BINARY else ""
    if path.suffix == ".po":
        text = text.replace("Rome-en-français", THEIRS) if text else THEIRS
    else:
        text += f"# {THEIRS}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def has_theirs(root: Path) -> bool:
    """Return whether a file of the project has what the other program has written, or `ucap undo` restores it."""
    paths = [path for path in root.rglob("*") if path.is_file()]
    return any(THEIRS.encode() in path.read_bytes() for path in paths)


def contents(root: Path, files: Sequence[str]) -> list[bytes | None]:
    """Return the content of each of these files of a project; None for one that does not exist."""
    paths = [root / file for file in files]
    return [path.read_bytes() if path.exists() else None for path in paths]


# Everything that changes files of a project


def editor(change: Callable[[PlanEditing], Any], *before: Callable[[PlanEditing], Any]) -> Start:
    """Return the start of a change of the editor, which has made those `before`."""

    def start(root: Path) -> Operation:
        editing = PlanEditing(project_at(root))
        for earlier in before:
            earlier(editing)
        return lambda: change(editing)

    return start


def command(*words: str, before: tuple[tuple[str, ...], ...] = ()) -> Start:
    def start(root: Path) -> Operation:
        for earlier in before:
            assert ucap(root, *earlier).code == 0
        return lambda: ucap(root, *words)

    return start


def with_focus(editing: PlanEditing) -> Any:
    change = {"op": "set", "path": "focus", "was": "Clean air.", "value": "Clean water."}
    return editing.change("rome", editing.plan("rome")["digest"], [change])


def with_setting(path: str, value: Any) -> Callable[[PlanEditing], Any]:
    def change(editing: PlanEditing) -> Any:
        office = OfficeEditing(editing.project, editing.changes)
        return office.change(office.office()["digest"], [{"op": "set", "path": path, "value": value}])

    return change


def with_file(name: str, *, is_update: bool) -> Callable[[PlanEditing], Any]:
    def change(editing: PlanEditing) -> Any:
        choice = ImportChoice(name, (editing.project.root / name).read_bytes())
        imports = FileImport(editing.project, editing.changes)
        return imports.update(choice) if is_update else imports.write(choice)

    return change


def answered_document(root: Path) -> Path:
    ucap(root, "build", "rome", "--format", "docx", "--no-index")
    edited = WordEdit(root / "out" / "rome.docx")
    edited.replace("Clean air.", "Clean water.")
    return edited.save(root / "reply.docx")


def review_in_editor(root: Path) -> Operation:
    document = answered_document(root)
    editing = PlanEditing(project_at(root))
    review = ReplyReview(editing.project, editing.changes)
    review.add(document.name, document.read_bytes())
    merged = review.merge(ReviewChoice())
    return lambda: review.write(merged)


def review_command(root: Path) -> Operation:
    document = answered_document(root)
    return lambda: ucap(root, "review", document.name, "--apply")


def sign(root: Path) -> Operation:
    path = root / "letter.pdf"
    path.write_bytes(b"%PDF")
    return lambda: write_signed(project_at(root), path, path.name, b"%PDF signed", b"%PDF")


def sign_document(root: Path) -> Operation:
    ucap(root, "build", "rome", "--format", "pdf", "--no-index")
    path = root / "out" / "rome.pdf"
    before = path.read_bytes()
    return lambda: write_signed(project_at(root), path, "out/rome.pdf", before + b"signed", before)


UPDATE = ("import", "known.csv", "--update")
SHEET = ("translate", "fr", "rome", "--format", "xlsx")
WRITE_PATHS: dict[str, tuple[Start, tuple[str, ...]]] = {
    "editor: edit": (editor(with_focus), (ROME,)),
    "editor: new": (editor(lambda editing: editing.create("paris")), (PARIS,)),
    "editor: duplicate": (editor(lambda editing: editing.create("paris", "rome")), (PARIS, PARIS_IN_FRENCH)),
    "editor: rename": (
        editor(lambda editing: editing.rename_plan("rome", "paris")),
        (ROME, PARIS, ROME_IN_FRENCH, PARIS_IN_FRENCH),
    ),
    "editor: delete": (editor(lambda editing: editing.delete("rome")), (ROME, ROME_IN_FRENCH)),
    "editor: picture": (
        editor(lambda editing: editing.add_picture("a.png", saved(photograph((90, 60)), "png"))),
        ("plans/pictures/a.png",),
    ),
    "editor: import": (editor(with_file("new.csv", is_update=False)), (PARIS,)),
    "editor: update": (editor(with_file("known.csv", is_update=True)), (ROME,)),
    "editor: create by update": (editor(with_file("new.csv", is_update=True)), (PARIS,)),
    "editor: review": (review_in_editor, (ROME,)),
    "editor: translate": (lambda root: lambda: with_french(root, "focus", "L’air."), (ROME_IN_FRENCH,)),
    "editor: settings": (editor(with_setting("language", "de")), (SETTINGS,)),
    "editor: pack": (editor(with_setting("pack.title", "Ours")), (PACK,)),
    "editor: new pack": (
        editor(lambda editing: OfficeEditing(editing.project, editing.changes).create_pack("ours")),
        (SETTINGS, NEW_PACK),
    ),
    "editor: logo": (
        editor(lambda editing: OfficeEditing(editing.project, editing.changes).add_logo("a.svg", LOGO)),
        ("templates/office/images/a.svg",),
    ),
    "editor: undo": (editor(lambda editing: editing.changes.undo(), with_focus), (ROME,)),
    "editor: redo": (
        editor(lambda editing: editing.changes.redo(), with_focus, lambda editing: editing.changes.undo()),
        (ROME,),
    ),
    "editor: undo of rename": (
        editor(lambda editing: editing.changes.undo(), lambda editing: editing.rename_plan("rome", "paris")),
        (ROME, PARIS, ROME_IN_FRENCH, PARIS_IN_FRENCH),
    ),
    "editor: undo of delete": (
        editor(lambda editing: editing.changes.undo(), lambda editing: editing.delete("rome")),
        (ROME, ROME_IN_FRENCH),
    ),
    "editor: undo of new": (
        editor(lambda editing: editing.changes.undo(), lambda editing: editing.create("paris")),
        (PARIS,),
    ),
    "fmt": (command("fmt"), (ROME,)),
    "import": (command("import", "new.csv"), (PARIS,)),
    "import --force": (command("import", "known.csv", "--force"), (ROME,)),
    "import --update": (command(*UPDATE), (ROME,)),
    "review --apply": (review_command, (ROME,)),
    "translate": (
        command("translate", "fr", "rome", before=(UPDATE,)),
        (ROME_IN_FRENCH,),
    ),
    "translate --format xlsx": (command(*SHEET), ("translations/fr/rome.xlsx",)),
    "export": (command("export", "all.xlsx"), ("all.xlsx",)),
    "export again": (
        command("export", "all.xlsx", before=(("export", "all.xlsx"), UPDATE)),
        ("all.xlsx",),
    ),
    "form": (command("form", "rome"), ("rome-form.docx",)),
    "schema": (command("schema", "--out", "schema.json"), ("schema.json",)),
    "template word": (command("template", "word", "office"), ("office.docx",)),
    "sign": (sign, ("letter.pdf",)),
    "sign a document": (sign_document, ("out/rome.pdf",)),
    "undo": (command("undo", before=(("fmt",),)), (ROME,)),
    "undo of import": (command("undo", before=(("import", "new.csv"),)), (PARIS,)),
    "new": (command("new", "paris"), (PARIS,)),
    "template new": (command("template", "new", "ours"), (NEW_PACK,)),
}
CASES = [(name, file) for name, (_, files) in WRITE_PATHS.items() for file in files]
LOCKED = [(name, file) for name, file in CASES if not file.startswith("out/")]
"""Without those that are in the folder of the documents, which has a lock of its own."""


class Waiting:
    """Whether something waits for a lock that is held."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._event = threading.Event()
        wait_for = atomic_files._wait_for

        def wait(file: int) -> None:
            try:
                take(file)
            except HELD:
                self._event.set()
                wait_for(file)

        monkeypatch.setattr(atomic_files, "_wait_for", wait)

    def seen_before(self, other: threading.Thread) -> bool:
        """Return whether it waits before the thread has ended."""
        while other.is_alive():
            if self._event.wait(0.01):
                return True
        return self._event.is_set()


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "file"), every(6, LOCKED))
def test_writer_waits_for_the_lock_of_its_file_and_keeps_what_was_written_meanwhile(
    name: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_with_all_files(tmp_path)
    operation = WRITE_PATHS[name][0](tmp_path)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with suppress(ProblemsFound, DigestConflict):
                operation()
        except BaseException as error:  # noqa: BLE001 - of the thread, for the assertion below
            failures.append(error)

    waiting = Waiting(monkeypatch)
    thread = threading.Thread(target=run)
    with locked(tmp_path / file):
        thread.start()
        is_waiting = waiting.seen_before(thread)
        write_theirs(tmp_path / file)
    thread.join(SECONDS)

    assert (is_waiting, thread.is_alive(), failures) == (True, False, [])
    assert has_theirs(tmp_path)


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "file"), every(6, CASES, start=3))
def test_writer_keeps_what_a_program_without_locks_has_written_after_it_has_read(
    name: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_with_all_files(tmp_path)
    operation = WRITE_PATHS[name][0](tmp_path)
    write = atomic_files._Part.write
    is_written = False

    def write_late(part: Any) -> None:
        nonlocal is_written
        write(part)
        if not is_written:
            is_written = True
            write_theirs(tmp_path / file)

    before = (tmp_path / file).exists()
    with monkeypatch.context() as patched:
        patched.setattr(atomic_files._Part, "write", write_late)
        with suppress(ProblemsFound, DigestConflict):
            operation()

    # A file may be removed without writing another one: nothing can be written between comparing and removing it.
    assert has_theirs(tmp_path) or (not is_written and before)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", every(5, WRITE_PATHS))
def test_writers_change_their_files(name: str, tmp_path: Path) -> None:
    """Otherwise, the tests above would find nothing."""
    start, files = WRITE_PATHS[name]
    project_with_all_files(tmp_path)
    operation = start(tmp_path)
    before = contents(tmp_path, files)
    operation()
    after = contents(tmp_path, files)

    assert [index for index, content in enumerate(before) if content == after[index]] == []


# Undo


def three_plans(root: Path) -> dict[str, bytes]:
    """Write three plans that `ucap fmt` changes, format them, and return what they were before."""
    for name in ("oslo", "paris", "rome"):
        write_plan(root, f"{name}.yaml", TEXT.replace("template: office\n", "").replace("Rome", name.capitalize()))
    before = plan_contents(root)
    assert ucap(root, "fmt").code == 0
    assert all(content != before[name] for name, content in plan_contents(root).items())
    return before


def plan_contents(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "plans").glob("*.yaml"))}


@pytest.mark.parametrize("renamed", range(3))
def test_undo_that_was_killed_is_completed_by_the_next_one(
    renamed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = three_plans(tmp_path)

    replace, count = os.replace, 0

    def replace_until_killed(old: str, new: str, **folders: int) -> None:
        nonlocal count
        if count == renamed:
            raise KeyboardInterrupt
        count += 1
        replace(old, new, **folders)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace_until_killed)
        assert ucap(tmp_path, "undo").code == Exit.INTERRUPTED
    assert sum(content == before[name] for name, content in plan_contents(tmp_path).items()) == renamed

    run = ucap(tmp_path, "undo", "--json")

    assert (run.code, run.codes, plan_contents(tmp_path)) == (0, [], before)
    assert ucap(tmp_path, "undo", "--json").codes == ["undo-nothing"]


def test_undo_on_a_full_disk_restores_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    three_plans(tmp_path)
    formatted = plan_contents(tmp_path)
    write = atomic_files._Part.write

    def write_on_full_disk(part: Any) -> None:
        if part.file.path.name == "rome.yaml":  # the last one
            raise OSError(errno.ENOSPC, "No space left on device")
        write(part)

    with monkeypatch.context() as patched:
        patched.setattr(atomic_files._Part, "write", write_on_full_disk)
        assert ucap(tmp_path, "undo", "--json").codes == ["file-not-written"]
    assert plan_contents(tmp_path) == formatted

    assert ucap(tmp_path, "undo").code == 0


def test_two_undo_at_once_undo_two_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_at(tmp_path)
    states = [b"# first\n", b"# second\n", b"# third\n"]
    write_plan(tmp_path, "rome.yaml", states[2].decode())
    for before, after in itertools.pairwise(states):
        record_changes(project, "edit", [FileChange(ROME, before, after)])
    restored: list[Any] = []
    waiting = Waiting(monkeypatch)
    second = threading.Thread(target=lambda: restored.append(UndoHistory(project).undo_last()))
    first = UndoHistory(project)
    last = first.last()
    assert last is not None
    with first.locked([ROME]):
        second.start()  # it has seen the change that the first one undoes
        assert waiting.seen_before(second)
        first.undo(last)
    second.join(SECONDS)

    assert [undone.entry.number for undone in restored] == [1]
    assert (tmp_path / ROME).read_bytes() == states[0]
    assert first.last() is None


# The rule


def test_block_of_locks_in_another_one_is_refused(tmp_path: Path) -> None:
    """It would wait for itself if both files had the same lock."""
    with locked(tmp_path / "a"), pytest.raises(RuntimeError), locked(tmp_path / "b"):
        pass
    with locked(tmp_path / "a", tmp_path / "b"):
        pass


def test_lock_is_the_same_by_whatever_path_a_project_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "link").symlink_to("project")
    waiting = Waiting(monkeypatch)

    def lock() -> None:
        with locked(tmp_path / "link" / "a"):
            pass

    thread = threading.Thread(target=lock)
    with locked(tmp_path / "project" / "a"):
        thread.start()
        assert waiting.seen_before(thread)
    thread.join(SECONDS)


WRITERS = {
    "batch/build_project.py": "documents, in the folder that a build has locked",
    "batch/index_page.py": "documents, in the folder that a build has locked",
    "batch/manifest.py": "documents, in the folder that a build has locked",
    "batch/output_overwriting_and_pruning.py": "documents, in the folder that a build has locked",
    "batch/web_site_building.py": "documents, in the folder that a build has locked",
    "batch/write_and_check_plans.py": "documents, in the folder that a build has locked",
    "batch/undo_history.py": "`write_changes`, and the history, whose lock is held",
    "batch/workbook_and_form_exchange.py": "import --update",
    "cli/command_output_and_exit_codes.py": "the methods of a session, whose callers are among the writers above",
    "cli/edit_fmt_and_undo_commands.py": "fmt",
    "cli/import_export_and_form_commands.py": "the schema of new plans",
    "editor/plan_editing.py": "copies of deleted plans, with names that no file has",
    "storage/atomic_files.py": "the functions themselves",
}
"""The modules that write files, with the files."""


def test_files_are_written_by_known_modules() -> None:
    """A further one needs a case in `WRITE_PATHS`, if it writes files of a project."""
    functions = {"write_files", "write_edited", "write_missing", "write_unless_refused"}
    folder = ROOT / "ucap_reports"
    writers = set()
    for path in folder.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if not any(function in source for function in functions):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
                writers.add(path.relative_to(folder).as_posix())
    assert writers == set(WRITERS)
