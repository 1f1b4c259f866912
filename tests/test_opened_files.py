"""Only `storage.safe_folder` opens, lists or changes files below a project: read from the source, and seen in runs."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.command import write_plan
from tests.hostile_packs import png
from tests.modules import nodes, trees

pytestmark = pytest.mark.no_cover

FUNCTIONS = {"os", "shutil", "tempfile", "io"}
"""The modules whose functions use files by their paths."""
HARMLESS = {"abspath", "close", "dup2", "environ", "fsdecode", "fsencode", "fspath", "fstat", "fsync", "fchmod"}
HARMLESS |= {"fdopen", "geteuid", "getpid", "join", "normcase", "normpath", "realpath", "samestat", "strerror", "get"}
HARMLESS |= {
    "BytesIO",
    "StringIO",
    "setdefault",
    "register_at_fork",
    "cpu_count",
    "process_cpu_count",
    "sched_getaffinity",
}
"""Functions of these modules that open nothing, or an open file, and `realpath`, which only compares paths."""
METHODS = {"exists", "glob", "is_dir", "is_file", "is_symlink", "iterdir", "lstat", "open", "read_bytes", "read_text"}
METHODS |= {
    "rglob",
    "samefile",
    "stat",
    "touch",
    "unlink",
    "walk",
    "write_bytes",
    "write_text",
    "mkdir",
    "rmdir",
    "chmod",
}
METHODS |= {"hardlink_to", "symlink_to", "rename", "readlink"}
"""Methods of a path that use the file."""
ALLOWED = {
    "__main__": "the null device",
    "cli.command_line": "the null device",
    "cli.completion_command": "the names of files that a person is typing",
    "cli.init_new_and_schema_commands": "files of the package",
    "editor.shortcut": "shortcuts in the home folder",
    "fonts.font_sources": "fonts of installed packages",
    "importers.workbook_writing": "the folder of temporary files, which is only named",
    "pdf.file.write_pdf": "files of the package",
    "problems.problem_and_catalogue": "files of the package",
    "storage.artifact_cache": "files of the package",
    "storage.git_revisions": "the program git",
    "storage.installation": "files of the package, and of the environment of Python",
    "storage.safe_folder": "everything below a project",
    "storage.user_cache": "the cache, which is in no project",
    "summary.document_formats_and_pdf_standards": "`Document.save`, whose path the calling program gives",
    "word.file.word_xml": "files of the package",
    "word.file.zip_package": "entries of an archive in memory",
}
"""The modules that open something, and what."""


def module_of(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def opening_calls(calls: Iterable[ast.Call]) -> Iterator[str]:
    """Yield the calls that use a file by its path, without those of files of the package."""
    for call in calls:
        match call.func:
            case ast.Name(id="open"):
                yield ast.unparse(call)
            case ast.Attribute(attr=name, value=ast.Name(id=module)) if module in FUNCTIONS:
                if name not in HARMLESS:
                    yield ast.unparse(call)
            case ast.Attribute(attr=name, value=value) if name in METHODS:
                if is_path_call(name, call) and not is_of_package(value):
                    yield ast.unparse(call)
            case _:
                pass


def is_path_call(name: str, call: ast.Call) -> bool:
    """Whether a call may be one of a path: other objects have methods with these names, but other arguments."""
    if name == "open":
        return all(isinstance(argument, ast.Constant) for argument in call.args)
    if name == "read_text":
        return not call.args
    return name != "write_text" or any(keyword.arg == "encoding" for keyword in call.keywords)


def is_of_package(value: ast.expr) -> bool:
    """Whether a path is one of the package: made from `__file__` or `files(…)`, or a constant."""
    names = [node.id for node in ast.walk(value) if isinstance(node, ast.Name)]
    return bool({"__file__", "files"} & {*names}) or (bool(names) and all(name.isupper() for name in names))


def test_only_the_named_modules_open_files() -> None:
    opening = {module_of(path): calls for path in trees() if (calls := [*opening_calls(nodes(path, ast.Call))])}
    assert {name: calls for name, calls in opening.items() if name not in ALLOWED} == {}
    assert opening.keys() == ALLOWED.keys(), "the list has no module that opens nothing"


@pytest.mark.parametrize(
    "call",
    [
        *("path.read_bytes()", "Path(x).open('rb')", "open(x)", "os.listdir(x)", "os.stat(x)", "shutil.copy(x, y)"),
        *("sorted(folder.glob('*'))", "path.exists()", "path.read_text(encoding='utf-8')", "tempfile.mkdtemp()"),
        *("(project.root / x).is_file()", "path.write_text(x, encoding='utf-8')", "os.open(x, 0)", "path.unlink()"),
    ],
)
def test_search_for_calls_finds_each_way_to_open_a_file(call: str) -> None:
    assert list(opening_calls(calls_in(call)))


def calls_in(source: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


CALLS_WITHIN = """
def read(path):
    return read_content(path, path.name)
"""


def within_missing(calls: Iterable[ast.Call]) -> Iterator[str]:
    """Yield the calls that open a file without saying below which folder no link is followed."""
    position = {"read_source": 3, "read_content": 4, "NewFile": 4, "make_folder": 3, "regular_digest": 2, "Records": 3}
    position |= {"clear_parts": 3, "flush_folder": 2, "named_pictures": 3, "pictures_of": 3}
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id in position:
            has_keyword = any(keyword.arg == "within" for keyword in call.keywords)
            if not has_keyword and len(call.args) < position[call.func.id]:
                yield ast.unparse(call)


def test_each_call_says_below_which_folder_no_link_is_followed() -> None:
    """The default is the folder of the file itself, which is too little for the files of a project."""
    assert list(within_missing(calls_in(CALLS_WITHIN)))
    found = {module_of(path): calls for path in trees() if (calls := [*within_missing(nodes(path, ast.Call))])}
    assert found == {
        "batch.render_plans_and_mappings": ["pictures_of(source, Path(pictures))", "pictures_of(source, None)"],
        "cli.init_new_and_schema_commands": ["make_folder(project.root, str(named))"],
    }


HOOK = """
import os, sys
root = {root!r}
opened = []
def hook(event, words):
    if event in ("open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.chmod", "os.link"):
        for path in words[:2] if event == "os.rename" else words[:1]:
            if isinstance(path, (str, bytes)) and os.path.abspath(os.fsdecode(path)).startswith(root + os.sep):
                opened.append((event, os.fsdecode(path)))
sys.addaudithook(hook)
from ucap_reports.cli import main
for words in {commands!r}:
    code = main([*words.split(), "--root", root, "--quiet"])
    assert code in (0, 1), (words, code)
import json
print(json.dumps(opened))
"""
"""Runs commands outside the project, and prints the paths below it by which a file or a folder was opened."""
COMMANDS = (
    *("check", "build --format pdf,docx,html --jobs 1", "build --force --prune --jobs 1", "list", "fmt --check", "fmt"),
    *("translate zh", "translate zh --status", "translate zh --format xlsx", "new siena", "template new other"),
    *("template check", "template list", "template show own", "build --language zh --jobs 2"),
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens files by their paths")
def test_nothing_below_a_project_is_opened_by_its_path(tmp_path: Path) -> None:
    """Each file is opened relative to the open folder that it is in, so no path of it is seen by the system."""
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    project.mkdir()
    elsewhere.mkdir()
    write_plan(project, "rome.yaml", "cities: [{name: Rome, country: Italy, picture: {file: a.png, alt: A}}]\n")
    for name, content in {
        "ucap.yaml": b"template: own\nlanguages: [zh]\n",
        "plans/pictures/a.png": png(2, 2),
        "plans/plan.schema.json": b"{}",
        "templates/own/pack.yaml": b"extends: iuc-asia\n",
        "templates/own/images/a.png": png(2, 2),
    }.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(content)

    script = HOOK.format(root=str(project), commands=COMMANDS)
    run = subprocess.run([sys.executable, "-c", script], cwd=elsewhere, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == []
    assert (project / "out" / "rome.zh.html").exists(), run.stderr
