"""The command line: help, usage errors, global options and exit codes."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.refusals import refuse_opening
from ucap_reports import __version__
from ucap_reports.cli.command_line import COMMANDS, command_helps
from ucap_reports.cli.command_output_and_exit_codes import Exit

PROBLEM_KEYS = {"code", "severity", "message", "hint", "path", "line", "column", "field", "place", "details"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "tianjin-rome.yaml", "cities: [{name: Tianjin}, {name: Rome}]\n")
    return tmp_path


def test_the_help_lists_every_command(tmp_path: Path) -> None:
    run = ucap(tmp_path, "--help")

    assert (run.code, run.err) == (0, "")
    helps = command_helps()
    assert {*helps} == {"ucap", "ucap template", *(command.name for command in COMMANDS)}
    assert all(f"  {helps[command.name].usage} " in run.out for command in COMMANDS)


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_the_help_of_a_command_has_its_options_and_examples(tmp_path: Path, name: str) -> None:
    run = ucap(tmp_path, *name.split(), "--help")

    assert (run.code, run.err) == (0, "")
    for text in (f"usage: ucap {name}", "--root", "--json", "--quiet", "--no-color", f"examples:\n  ucap {name}"):
        assert text in run.out


@pytest.mark.parametrize("words", [(), ("template",), ("--quiet",)])
def test_without_a_command_the_help_is_on_stderr_and_it_is_a_usage_error(tmp_path: Path, words: tuple[str]) -> None:
    run = ucap(tmp_path, *words)

    assert (run.code, run.out) == (2, "")
    assert "commands:" in run.err


@pytest.mark.parametrize("words", [(), ("build",), ("template",), ("template", "check")])
def test_help_of_a_command_is_its_help_option(tmp_path: Path, words: tuple[str, ...]) -> None:
    run = ucap(tmp_path, "help", *words)

    assert (run.code, run.err) == (0, "")
    assert run.out == ucap(tmp_path, *words, "--help").out


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    assert ucap(tmp_path, "--version").out == f"ucap {__version__}\n"


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (["biuld"], "command-unknown", 'did you mean "build"?'),
        (["frobnicate"], "command-unknown", "`ucap --help`"),
        (["help", "biuld"], "command-unknown", 'did you mean "build"?'),
        (["reply.docx"], "command-unknown", "did you mean `ucap import reply.docx` or `ucap review reply.docx`?"),
        (["final version.docx"], "command-unknown", "`ucap review 'final version.docx'`"),
        (["plans/rome.yaml"], "command-unknown", "`ucap check plans/rome.yaml` or `ucap build plans/rome.yaml`"),
        (["pairings.XLSX"], "command-unknown", "did you mean `ucap import pairings.XLSX`?"),
        (["template", "chek"], "command-unknown", 'did you mean "check"?'),
        (["--rot", "x", "build"], "option-unknown", 'did you mean "--root"?'),
        (["--strict", "build"], "option-unknown", "`ucap --help`"),
        (["build", "--fromat", "pdf"], "option-unknown", 'did you mean "--format"?'),
        (["build", "--strickt"], "option-unknown", 'did you mean "--strict"?'),
        (["build", "--jsno=1"], "option-unknown", 'did you mean "--json"?'),
        (["sign", "x.pdf", "--kye", "office.p12"], "option-unknown", 'did you mean "--key"?'),
        (["new", "--contcat", "x"], "option-unknown", "`ucap new --help`"),
        (["build", "--draft"], "option-unknown", "`ucap build --help`"),
        (["build", "--format", "pfd"], "format-unknown", 'did you mean "pdf"?'),
        (["build", "--format", "pdf,odt"], "format-unknown", "pdf, docx, html"),
        (["build", "--language", "!"], "language-unknown", "pt-BR"),
        (["build", "--jobs", "0"], "jobs-invalid", "--jobs 4"),
        (["build", "--jobs", "9" * 5000], "jobs-invalid", "--jobs 4"),
        (["build", "--out"], "usage-invalid", "`ucap build --help`"),
        (["build", "--root"], "usage-invalid", "`ucap --help`"),
        (["build", "tianjin-roma"], "plan-unknown", 'did you mean "tianjin-rome"?'),
        (["check", "plans/tianjin-roma.yaml"], "plan-unknown", 'did you mean "tianjin-rome"?'),
        (["build", "--template", "iuc-aisa"], "pack-unknown", 'did you mean "iuc-asia"?'),
        (["build", "--root", "nowhere"], "project-missing", "`ucap init nowhere`"),
        (["new"], "usage-invalid", "`ucap new --help`"),
        (["new", "one", "two"], "usage-invalid", "`ucap new --help`"),
        (["new", "Tianjin Málaga"], "id-invalid", 'write it as "tianjin-malaga"'),
        (["new", "book"], "id-invalid", 'write it as "book-plan"'),
        (["init", "a", "--root", "b"], "usage-invalid", "use one of them"),
        (["schema", "surplus"], "usage-invalid", "`ucap schema --help`"),
        (["explain", "updated-mising"], "code-unknown", 'did you mean "updated-missing"?'),
        (["completion", "cmd"], "usage-invalid", "`ucap completion --help`"),
    ],
)
def test_a_usage_error_has_a_hint_and_writes_nothing(project: Path, words: list[str], code: str, hint: str) -> None:
    before = sorted(project.rglob("*"))

    run = ucap(project, *words)

    assert (run.code, run.out) == (Exit.USAGE_ERROR, "")
    assert run.err.startswith(f"error[{code}]")
    assert hint in run.err
    assert sorted(project.rglob("*")) == before


def test_words_after_two_dashes_are_names_of_files(project: Path) -> None:
    (project / "--json").write_text("no plan", encoding="utf-8")

    run = ucap(project, "import", "--json", "--", "--json")

    assert [(problem["code"], problem["path"]) for problem in run.report["problems"]] == [("import-kind", "./--json")]
    assert ucap(project, "check", "--", "tianjin-rome").code == 0


@pytest.mark.parametrize(("command", "missing"), [("translate", "TAG"), ("export", "FILE.xlsx"), ("diff", "OLD")])
def test_only_arguments_that_are_required_are_reported_as_missing(project: Path, command: str, missing: str) -> None:
    assert ucap(project, command).err.startswith(
        f"error[usage-invalid]: the following arguments are required: {missing}\n"
    )


@pytest.mark.parametrize("words", [["check"], ["build"], ["new", "x"]])
def test_without_a_project_the_hint_names_init(tmp_path: Path, words: list[str]) -> None:
    run = ucap(tmp_path, *words)

    assert run.code == Exit.USAGE_ERROR
    assert "`ucap init`" in run.err


def test_a_usage_error_has_a_json_report(project: Path) -> None:
    run = ucap(project, "build", "tianjin-roma", "--json")

    assert (run.report["command"], run.report["ok"], run.report["documents"]) == ("build", False, [])
    (problem,) = run.report["problems"]
    assert problem.keys() == PROBLEM_KEYS
    assert problem["code"] == "plan-unknown"
    assert ucap(project, "build", "--fromat", "--json").codes == ["option-unknown"]
    assert ucap(project, "--json").codes == ["command-missing"]


@pytest.mark.parametrize(
    ("words", "lists"),
    [
        ("build --pdf-standard ua-3", ["documents"]),
        ("build --format odt", ["documents"]),
        ("build --fromat pdf", ["documents"]),
        ("book --group-by city", ["documents"]),
        ("list --where city", ["plans"]),
        ("import", ["plans"]),
        ("import x.csv --columns nope.yaml", ["plans"]),
        ("import x.csv --columns nope.yaml --update", ["plans", "changes", "conflicts", "created", "missing"]),
        ("import x.csv --columns nope.yaml --dry-run", ["plans", "mapping"]),
        ("diff nope --docx changes", ["plans", "documents"]),
        ("build nope --prune", ["documents", "removed"]),
        ("book nope --split", ["documents", "removed"]),
        ("init --language Deutsch!", ["files"]),
        ("review", ["changes", "comments", "conflicts", "files"]),
        ("translate", ["files", "translations"]),
        ("template check nope", ["packs", "repeats"]),
    ],
)
def test_the_report_of_a_usage_error_has_the_lists_of_the_command(project: Path, words: str, lists: list[str]) -> None:
    run = ucap(project, *words.split(), "--json")

    assert run.code == Exit.USAGE_ERROR
    assert run.report.keys() == {"command", "ok", "problems", *lists}
    assert all(run.report[name] == [] for name in lists)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("explain nope", "entry"),
        ("explain --cod", "entry"),
        ("template show nope", "pack"),
        ("template show", "pack"),
        ("form nope", "plan"),
        ("schema --setings", "schema"),
        ("completion nosh", "script"),
        ("edit nope", "address"),
        ("undo nope", "change"),
    ],
)
def test_the_report_of_a_usage_error_has_null_for_a_single_value(project: Path, words: str, value: str) -> None:
    run = ucap(project, *words.split(), "--json")

    assert run.code == Exit.USAGE_ERROR
    assert run.report[value] is None


def test_options_and_names_may_be_in_any_order(project: Path) -> None:
    write_plan(project, "longyan.yaml", "cities: [{name: Longyan}]\n")

    run = ucap(project, "check", "tianjin-rome", "--json", "longyan", "--strict")

    assert {problem["path"] for problem in run.report["problems"]} == {"plans/tianjin-rome.yaml", "plans/longyan.yaml"}


@pytest.mark.parametrize("command", ["check tianjin-rome", "template list"])
def test_global_options_may_be_before_and_after_the_command(project: Path, tmp_path: Path, command: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    after = ucap(elsewhere, *command.split(), "--json", "--root", str(project))

    assert after.report["command"] == command.removesuffix(" tianjin-rome")
    assert ucap(elsewhere, "--json", f"--root={project}", *command.split()) == after
    assert ucap(elsewhere, "--root", str(project), *command.split(), "--json") == after


def test_formats_are_listed_or_repeated(project: Path) -> None:
    for words in (["--format", "docx,pdf"], ["--format", "pdf", "--format", "docx"], []):
        run = ucap(project, "build", *words, "--json", "--dry-run")
        assert [document["format"] for document in run.report["documents"]] == ["pdf", "docx"]


def test_an_interruption_has_its_own_exit_code(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ucap_reports.batch.write_and_check_plans.read_content", interrupt)
    run = ucap(project, "build")

    assert run.code == 130
    assert run.err.endswith("interrupted\n")


def test_a_disk_error_is_a_problem_without_a_traceback(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_opening(monkeypatch, lambda path: path.name == "plans")
    run = ucap(project, "check", "--json")

    assert (run.code, run.codes) == (1, ["file-not-accessible"])
    assert run.report["problems"][0]["path"] == "plans"


def test_a_reader_that_closes_the_pipe_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        command = [sys.executable, "-m", "ucap_reports", "schema"]
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, cwd=tmp_path, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_without_chinese_gets_escapes(tmp_path: Path) -> None:
    write_plan(tmp_path, "x.yaml", "citys: 天津\n")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "ucap_reports", "check"]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment, text=True, check=False)

    assert done.returncode == 1
    assert "plans/x.yaml:1:1: error[" in done.stderr
    assert "\\u5929\\u6d25" in done.stderr
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
def test_colours_are_for_terminals_whose_user_does_not_refuse_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    variables: dict[str, str],
    coloured: bool,  # noqa: FBT001 - the expected result, given by name above
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tests.command.StringIO", Terminal)

    run = ucap(tmp_path, "build", *words)

    assert ("\x1b[" in run.err) is coloured


@pytest.mark.parametrize(
    "words",
    [
        ("build", "--out", ""),
        ("build", "--out="),
        ("book", "-o", ""),
        ("build", "--root", ""),
        ("import", "plans.csv", "--into", ""),
        ("schema", "--out", ""),
        ("init", ""),
    ],
)
def test_empty_name_of_a_folder_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    """It would mean the current folder, which a script with a variable that is not set does not mean."""
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")
    before = sorted(tmp_path.rglob("*"))

    run = ucap(tmp_path, *words, "--json")

    assert (run.code, run.codes) == (Exit.USAGE_ERROR, ["usage-invalid"])
    assert sorted(tmp_path.rglob("*")) == before
