import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from ucap_reports import __version__
from ucap_reports.cli.command_list import COMMANDS
from ucap_reports.cli.text_or_json_output import Exit

PROBLEM_KEYS = {"code", "severity", "message", "hint", "path", "line", "column", "field", "place"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "tianjin-rome.yaml", "cities: [{name: Tianjin}, {name: Rome}]\n")
    return tmp_path


def test_the_help_names_every_command(tmp_path: Path) -> None:
    run = ucap(tmp_path, "--help")

    assert (run.code, run.err) == (0, "")
    assert all(f"  {command.use} " in run.out for command in COMMANDS)


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_each_command_explains_its_options_with_examples(tmp_path: Path, name: str) -> None:
    run = ucap(tmp_path, *name.split(), "--help")

    assert (run.code, run.err) == (0, "")
    for text in (f"usage: ucap {name}", "--root", "--json", "--quiet", "--no-color", f"examples:\n  ucap {name}"):
        assert text in run.out


def test_without_a_command_the_help_is_told_and_it_is_wrong_use(tmp_path: Path) -> None:
    run = ucap(tmp_path)

    assert (run.code, run.out) == (2, "")
    assert "commands:" in run.err


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    assert ucap(tmp_path, "--version").out == f"ucap {__version__}\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["biuld"], 'did you mean "build"?'),
        (["frobnicate"], "`ucap --help` lists the commands"),
        (["--root", "x", "build"], "ucap build --root"),
        (["build", "--fromat", "pdf"], '"--format"'),
        (["build", "--strickt"], 'did you mean "--strict"?'),
        (["build", "--jsno=1"], 'did you mean "--json"?'),
        (["build", "--format", "pfd"], 'did you mean "pdf"?'),
        (["build", "--format", "odt"], "there are pdf and docx"),
        (["build", "--language", "!"], "write it as en, zh or pt-BR"),
        (["build", "--out"], "`ucap build --help`"),
        (["build", "tianjin-roma"], 'did you mean "tianjin-rome"?'),
        (["check", "plans/tianjin-roma.yaml"], 'did you mean "tianjin-rome"?'),
        (["build", "--template", "iuc-aisa"], 'did you mean "iuc-asia"?'),
        (["build", "--root", "nowhere"], "`ucap init nowhere`"),
        (["new"], "`ucap new --help`"),
        (["new", "one", "two"], "two"),
        (["new", "Tianjin Málaga"], 'write it as "tianjin-malaga"'),
        (["init", "a", "--root", "b"], "give one of them"),
        (["schema", "surplus"], "surplus"),
    ],
)
def test_wrong_use_is_told_with_what_to_do_and_nothing_is_made(project: Path, words: list[str], told: str) -> None:
    before = sorted(project.rglob("*"))

    run = ucap(project, *words)

    assert (run.code, run.out) == (Exit.USAGE_ERROR, "")
    assert run.err.startswith("error[")
    assert told in run.err
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("words", [["check"], ["build"], ["new", "x"]])
def test_without_a_project_the_way_to_one_is_told(tmp_path: Path, words: list[str]) -> None:
    run = ucap(tmp_path, *words)

    assert run.code == Exit.USAGE_ERROR
    assert "`ucap init`" in run.err


def test_wrong_use_has_a_report_too(project: Path) -> None:
    run = ucap(project, "build", "tianjin-roma", "--json")

    assert (run.report["command"], run.report["ok"], run.report["documents"]) == ("build", False, [])
    (problem,) = run.report["problems"]
    assert problem.keys() == PROBLEM_KEYS
    assert problem["code"] == "plan-unknown"
    assert ucap(project, "build", "--fromat", "--json").codes == ["option-unknown"]


def test_options_and_names_come_in_any_order(project: Path) -> None:
    write_plan(project, "longyan.yaml", "cities: [{name: Longyan}]\n")

    run = ucap(project, "check", "tianjin-rome", "--json", "longyan", "--strict")

    assert {problem["path"] for problem in run.report["problems"]} == {"plans/tianjin-rome.yaml", "plans/longyan.yaml"}


def test_an_interruption_ends_with_its_own_exit_code(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ucap_reports.batch.production.read_content", interrupt)
    run = ucap(project, "build")

    assert run.code == 130
    assert run.err.endswith("interrupted\n")


def test_a_disk_that_refuses_is_told_without_a_traceback(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "plans")

    monkeypatch.setattr("ucap_reports.storage.project_folder._visible", refuse)
    run = ucap(project, "check", "--json")

    assert (run.code, run.codes) == (1, ["disk-refused"])


def test_a_reader_that_closes_early_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        command = [sys.executable, "-m", "ucap_reports", "schema"]
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, cwd=tmp_path, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_without_chinese_is_no_reason_to_fail(tmp_path: Path) -> None:
    write_plan(tmp_path, "x.yaml", "citys: 天津\n")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "ucap_reports", "check"]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment, text=True, check=False)

    assert done.returncode == 1
    assert "plans/x.yaml:1:1: error[" in done.stderr
    assert "Traceback" not in done.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("words", "variables", "coloured"),
    [
        ([], {}, True),
        (["--no-color"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, True),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_terminals_have_colours_unless_their_user_wants_none(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    variables: dict[str, str],
    coloured: bool,  # noqa: FBT001 - what is expected, given by name above
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tests.command.StringIO", Terminal)

    run = ucap(tmp_path, "build", *words)

    assert ("\x1b[" in run.err) is coloured


@pytest.mark.skipif(os.name != "posix", reason="the shell of POSIX closes the streams")
@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-"])
def test_who_closes_the_streams_gets_the_exit_code_alone(project: Path, streams: str) -> None:
    command = f'"{sys.executable}" -m ucap_reports check --json {streams}'
    done = subprocess.run(["sh", "-c", command], cwd=project, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk is always full here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "words",
    ["--help", "--version", "template --help", "build --help", "template list", "schema --json", "check --json"],
)
def test_what_a_full_disk_does_not_take_is_told_once(project: Path, words: str, unbuffered: str) -> None:
    command = [sys.executable, "-m", "ucap_reports", *words.split()]
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, cwd=project, env=environment, text=True, check=False
        )

    assert done.returncode == Exit.ERRORS
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error[disk-refused]", "  hint"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk is always full here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", ["", "template", "biuld", "check"])
def test_where_nothing_can_be_told_the_exit_code_says_that_it_failed(
    tmp_path: Path, words: str, unbuffered: str
) -> None:
    command = [sys.executable, "-m", "ucap_reports", *words.split()]
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=full, cwd=tmp_path, env=environment, check=False)

    assert done.returncode == Exit.ERRORS
