"""Texts from others on the terminal and in logs: all go through one filter."""

import ast
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

import pytest

from tests.command import Run, ucap, write_plan
from tests.edited_words import WordEdit
from tests.signing import write_key
from tests.stages import ROOT
from tests.tools import require
from ucap_reports.cli.command_line import Arguments
from ucap_reports.cli.command_output_and_exit_codes import Session
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.problems.control_characters import OBEYED

XML_SAFE = "\u009b2J\u202eevil\u2066\u200b\u2028"
"""A control sequence (ECMA-48, CSI), direction marks and invisible characters that XML can contain."""
BIDI = "\u202eevil\u2066\u200b"
"""What plans and PO files can contain: they must not have control characters."""
HOSTILE = f"\x1b]0;title\x07\x1b[2J{XML_SAFE}"
PLAN = "cities: [{name: Rome, country: Italy}]\nupdated: 2019-04-30\nresults: Less traffic.\n"


def escaped(text: str) -> str:
    """Return a quoted YAML scalar with the text."""
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


def review(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "build", "--format", "docx", "--no-index")
    edited = WordEdit(folder / "out" / "rome.docx")
    edited.replace("Less traffic", f"More {XML_SAFE} traffic", XML_SAFE, "2026-11-20T10:00:00Z")
    edited.save(folder / "edited.docx")
    return ucap(folder, "review", "edited.docx")


def pack_title(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "template", "new", "ours", "--extends", "iuc-asia")
    (folder / "templates" / "ours" / "pack.yaml").write_text(f"extends: iuc-asia\ntitle: {escaped(BIDI)}\n")
    return ucap(folder, "template", "list")


def city(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", f"cities: [{{name: {escaped(BIDI)}, country: Italy}}]\n")
    return ucap(folder, "list")


def field(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", f"{PLAN}{escaped(BIDI)}: 1\n")
    return ucap(folder, "check")


def country(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", f"cities: [{{name: Rome, country: {escaped(BIDI)}}}]\n")
    return ucap(folder, "build")


def settings(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", PLAN)
    (folder / "ucap.yaml").write_text(f"{escaped(BIDI)}: 1\n", encoding="utf-8")
    return ucap(folder, "check")


def plan_file(folder: Path) -> Run:
    write_plan(folder, f"{HOSTILE}.yaml", PLAN)
    return ucap(folder, "build", "--format", "pdf")


def imported_file(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", PLAN)
    (folder / f"{HOSTILE}.docx").write_bytes(b"no Word file")
    return ucap(folder, "import", f"{HOSTILE}.docx")


def translation(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "translate", "fr")
    path = folder / "translations" / "fr" / "rome.po"
    entry = f'\nmsgctxt "{BIDI}"\nmsgid "{BIDI}"\nmsgstr "{BIDI}"\n'
    (folder / "x.po").write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    return ucap(folder, "translate", "fr", "--import", "x.po")


def revision(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", PLAN)
    subprocess.run([require("git"), "init", "-q"], cwd=folder, check=True)
    return ucap(folder, "diff", HOSTILE)


def signer(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", PLAN)
    ucap(folder, "build", "--format", "pdf", "--no-index")
    write_key(folder / "key.p12", None, owner=HOSTILE, bits=192)
    assert ucap(folder, "sign", "out/rome.pdf", "--key", "key.p12").code == 0
    return ucap(folder, "check", "out/rome.pdf")


def option(folder: Path) -> Run:
    write_plan(folder, "rome.yaml", PLAN)
    return ucap(folder, "list", "--where", f"{HOSTILE}=x")


def command(folder: Path) -> Run:
    return ucap(folder, HOSTILE)


SOURCES: Mapping[str, Callable[[Path], Run]] = {
    "the author and the text of a tracked change": review,
    "the title of a pack": pack_title,
    "the name of a city": city,
    "a field of a plan": field,
    "a value in a plan": country,
    "a setting": settings,
    "the name of a plan's file": plan_file,
    "the name of an imported file": imported_file,
    "an entry of a PO file": translation,
    "a revision, and what git says of it": revision,
    "the name in a certificate": signer,
    "an option": option,
    "a command": command,
}


@pytest.mark.parametrize("source", SOURCES)
def test_text_from_others_is_printed_without_what_a_terminal_obeys(tmp_path: Path, source: str) -> None:
    run = SOURCES[source](tmp_path)
    printed = run.out + run.err
    assert "\\u202e" in printed, "the text is printed, in its visible form"
    assert obeyed(printed) == set()


def obeyed(text: str) -> set[str]:
    """Return the characters that a terminal would obey or hide, except line ends."""
    return {character for character in text if unicodedata.category(character) in OBEYED} - {"\n"}


def test_a_problem_as_text_has_nothing_that_a_terminal_obeys() -> None:
    problem = Problem("x", Severity.ERROR, HOSTILE, HOSTILE, Location(HOSTILE, 1, 2, place=HOSTILE))
    assert obeyed(str(problem)) == set()
    assert obeyed(str(ProblemsFound([problem]))) == set()
    assert str(problem).count("\n") == 1


class Terminal(StringIO):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "is_exact"), [(StringIO, True), (Terminal, False)])
def test_a_file_is_printed_as_it_is_except_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stream: type[StringIO], *, is_exact: bool
) -> None:
    output = stream()
    monkeypatch.setattr(sys, "stdout", output)
    Session(Arguments(json=False)).data(f"a{HOSTILE}\tb\nc\n")
    assert (output.getvalue() == f"a{HOSTILE}\tb\nc\n") is is_exact
    assert (obeyed(output.getvalue()) == set()) is not is_exact
    assert output.getvalue().endswith("b\nc\n")


def test_remarks_and_totals_are_filtered(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session(Arguments(json=False, quiet=False))
    session.note(HOSTILE)
    session.conclude(HOSTILE)
    assert obeyed(capsys.readouterr().err) == set()


def test_only_the_output_of_commands_writes_to_the_terminal() -> None:
    """So that no text can go around the filter. What is painted has been filtered before."""
    writers = {"write_line", "write_text", "painted", "print", "write"}
    allowed = {
        "command_output_and_exit_codes": {"write_line", "write_text", "painted", "write"},
        "progress_bar": {"write_line"},  # what the output of commands has filtered
        "terminal_colours_and_excerpts": {"painted"},
        "explain_command": {"painted"},
        "diff_command": {"painted"},
        "command_line": {"write_text", "write"},  # the help, the version, and the function that writes
        "__init__": {"write_line", "write"},  # a problem, and "interrupted"
    }
    modules = sorted((ROOT / "ucap_reports" / "cli").glob("*.py"))
    assert allowed.keys() <= {path.stem for path in modules}
    for path in modules:
        called = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called.add(ast.unparse(node.func).rpartition(".")[2])
        assert called & writers <= allowed.get(path.stem, set()), path.name


@pytest.mark.skipif(os.name != "posix", reason="other systems do not allow such names")
def test_completion_leaves_out_names_that_a_terminal_obeys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ucap_reports.cli.completion_command import _project_words  # noqa: PLC0415 - its library may not be installed

    write_plan(tmp_path, f"{HOSTILE}.yaml", PLAN)
    write_plan(tmp_path, "rome.yaml", PLAN)
    assert list(_project_words("plans", tmp_path)) == ["rome"]
