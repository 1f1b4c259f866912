"""The progress bar of a long build on a terminal, and the output elsewhere."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.projects import small_project
from ucap_reports.cli.command_line import Arguments
from ucap_reports.cli.command_output_and_exit_codes import Session, write_line
from ucap_reports.cli.progress_bar import Progress

pty = pytest.importorskip("pty", reason="this system has no such terminals")
PLANS = 30
STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
"""Sequences that move the cursor or change colours."""


def on_a_terminal(project: Path, *words: str, **variables: str) -> str:
    """The output of `ucap build` on a terminal of 60 columns."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "60", "PYTHONUNBUFFERED": "1"} | variables
    command = [sys.executable, "-m", "ucap_reports", "build", *words]
    with subprocess.Popen(command, cwd=project, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        received = b""
        while True:
            try:
                some = os.read(ours, 4096)
            except OSError:  # Linux raises it when the other side is closed
                some = b""
            if not some:
                break
            received += some
    os.close(ours)
    return received.decode()


def test_a_terminal_has_a_bar_below_the_lines_until_the_end(tmp_path: Path) -> None:
    small_project(tmp_path, PLANS)

    seen = on_a_terminal(tmp_path, "--verbose")

    assert "building plans" in seen
    assert f"{PLANS}/{PLANS}" in seen
    text = STEERING.sub("", seen)
    assert all(f"written   out/plan-{number:04}.pdf (1 page)" in text for number in range(PLANS))
    last = seen.splitlines()[-1]
    assert f"{2 * PLANS} documents: {2 * PLANS} written" in last


def test_lines_above_the_bar_are_not_wrapped_and_not_markup(tmp_path: Path) -> None:
    small_project(tmp_path, PLANS)
    name = "[bold]No such [country]:smile: " * 6
    write_plan(tmp_path, "plan-0003.yaml", f"cities: [{{name: Rome, country: '{name}'}}]\n")

    text = STEERING.sub("", on_a_terminal(tmp_path, "--no-index"))

    assert "error[country-unknown]: " in text
    assert f'"{name[:31]}' in text, "the message"
    assert name[:62] in text, "the line of the file, which is longer than the terminal"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("arguments", "steps", "name", "has_bar"),
    [
        (Arguments(), 20, "xterm", True),
        (Arguments(), 19, "xterm", False),
        (Arguments(), 20, "dumb", False),
        (Arguments(quiet=True), 20, "xterm", False),
        (Arguments(json=True), 20, "xterm", False),
    ],
)
def test_there_is_a_bar_of_many_steps_on_a_terminal_that_can_show_it(
    arguments: Arguments, steps: int, name: str, monkeypatch: pytest.MonkeyPatch, *, has_bar: bool
) -> None:
    monkeypatch.setenv("TERM", name)
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    session = Session(arguments)
    progress = Progress(session)

    progress.begin("building plans", steps)
    assert (session.write is not write_line) == has_bar
    progress.step()
    progress.close()

    assert session.write is write_line
    assert (f"1/{steps}" in shown.getvalue()) == has_bar


@pytest.mark.long
def test_few_plans_and_dumb_terminals_have_no_bar(tmp_path: Path) -> None:
    small_project(tmp_path, 2)
    assert "building plans" not in on_a_terminal(tmp_path)
    small_project(tmp_path, PLANS)
    assert "building plans" not in on_a_terminal(tmp_path, TERM="dumb")
    assert "building plans" not in on_a_terminal(tmp_path, "--quiet", "--force")


def test_without_a_terminal_there_are_only_plain_lines(tmp_path: Path) -> None:
    small_project(tmp_path, PLANS)

    run = ucap(tmp_path, "build", "--verbose")

    assert "\x1b" not in run.out + run.err
    assert "building plans" not in run.err
    assert run.out.count("written   out/plan-") == 2 * PLANS


def test_the_totals_name_the_reasons_why_plans_were_not_built(tmp_path: Path) -> None:
    small_project(tmp_path, 4)
    ucap(tmp_path, "build")
    for number in (1, 2):
        write_plan(tmp_path, f"plan-000{number}.yaml", "cities: [{name: Rome, country: Itly}]\n")
    write_plan(tmp_path, "new.yaml", "cities: [{name: Rome, country: Italy}]\n")

    lines = ucap(tmp_path, "build").err.splitlines()

    assert lines[-2].startswith("10 documents: 2 written, 4 unchanged and 4 failed; 2 errors")
    assert lines[-1] == "Not built because of country-unknown (2)."


def test_the_totals_name_each_reason_why_a_plan_was_not_built(tmp_path: Path) -> None:
    write_plan(tmp_path, "one.yaml", "cities: [{name: Rome, country: Itly}, {name: Nice, country: Frnce}]\nnmae: x\n")
    write_plan(tmp_path, "two.yaml", "cities: [{name: Rome, country: Itly}]\n")

    lines = ucap(tmp_path, "build").err.splitlines()

    assert lines[-1] == "Not built because of country-unknown (2) and field-unknown (1)."


def test_a_dry_run_says_what_it_would_build_and_the_reason(tmp_path: Path) -> None:
    small_project(tmp_path, 1)
    run = ucap(tmp_path, "build", "--dry-run")

    assert run.out == "build     out/plan-0000.pdf (new)\nbuild     out/plan-0000.docx (new)\n"
    assert run.err == "2 documents: 2 to be built.\n", "the problems of a plan that was not read are not known"
    assert not (tmp_path / "out").exists()
