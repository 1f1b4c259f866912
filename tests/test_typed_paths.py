"""A path that a person types is relative to the current folder; defaults are relative to the project."""

from pathlib import Path

import pytest

from tests.command import ucap, write_plan

PLAN = "cities: [{name: Rome, country: Italy}, {name: Tianjin, country: China}]\nobjectives: Green roofs.\n"
COMMANDS = {
    "build": (("build", "--format", "docx"), "--out", "made", "made/rome.docx", "out/rome.docx"),
    "book": (("book", "--format", "docx"), "--out", "made.docx", "made.docx", "out/book.docx"),
    "import": (("import", "new.txt"), "--into", "made", "made/new.yaml", "plans/new.yaml"),
}
"""The command, its option, the path that is typed, its file in the current folder, and by default in the project."""


@pytest.fixture
def subfolder(tmp_path: Path) -> Path:
    """A folder in a project with a plan."""
    write_plan(tmp_path, "rome.yaml", PLAN)
    (tmp_path / "ucap.yaml").write_text("language: en\n")
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "new.txt").write_text("Cities: Rome (Italy), Tianjin (China)\nObjectives: Green roofs.\n")
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_a_typed_path_is_relative_to_the_current_folder(name: str, subfolder: Path) -> None:
    words, option, typed, made, default = COMMANDS[name]
    run = ucap(subfolder, *words, option, typed)
    assert (run.code, run.err) == (0, run.err)
    assert (subfolder / made).is_file()
    assert not (subfolder.parent / default).exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_default_path_is_relative_to_the_project(name: str, subfolder: Path) -> None:
    words, _, _, _, default = COMMANDS[name]
    assert ucap(subfolder, *words).code == 0
    assert (subfolder.parent / default).is_file()
    assert [path.name for path in subfolder.iterdir()] == ["new.txt"]
