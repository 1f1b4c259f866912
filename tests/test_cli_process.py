"""The command as a process: outputs that are closed or full, and what `main` leaves as it was."""

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.selected_cases import crossed, every
from ucap_reports.cli.command_output_and_exit_codes import Exit

pytestmark = pytest.mark.no_cover


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "tianjin-rome.yaml", "cities: [{name: Tianjin}, {name: Rome}]\n")
    return tmp_path


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize("streams", every(3, [">&-", "2>&-", ">&- 2>&-"]))
def test_with_closed_outputs_there_is_still_an_exit_code(project: Path, streams: str) -> None:
    command = f'"{sys.executable}" -m ucap_reports check --json {streams}'
    done = subprocess.run(["sh", "-c", command], cwd=project, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize(
    ("words", "unbuffered"),
    every(
        5,
        product(
            [
                "--help",
                "--version",
                "template --help",
                "build --help",
                "template list",
                "schema --json",
                "check --json",
            ],
            ["", "1"],
        ),
    ),
)
def test_output_on_a_full_disk_is_one_error(project: Path, words: str, unbuffered: str) -> None:
    command = [sys.executable, "-m", "ucap_reports", *words.split()]
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, cwd=project, env=environment, text=True, check=False
        )

    assert done.returncode == Exit.ERRORS
    codes = [line.partition(":")[0] for line in done.stderr.splitlines() if not line.startswith("  ")]
    assert codes == ["error[file-not-accessible]"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize(("words", "unbuffered"), crossed(["", "template", "biuld", "check"], ["", "1"]))
def test_with_both_outputs_on_a_full_disk_the_exit_code_is_that_of_errors(
    tmp_path: Path, words: str, unbuffered: str
) -> None:
    command = [sys.executable, "-m", "ucap_reports", *words.split()]
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=full, cwd=tmp_path, env=environment, check=False)

    assert done.returncode == Exit.ERRORS


@pytest.mark.parametrize("words", every(3, ["schema", "list --csv", "list --json-ld"]))
def test_files_on_standard_output_are_utf_8_in_each_locale(project: Path, words: str) -> None:
    write_plan(project, "tianjin-rome.yaml", "cities: [{name: Tiānjīn 天津}, {name: Rome}]\n")
    (project / "ucap.yaml").write_text('fields: {size: {type: line, label: "天津"}}\n', encoding="utf-8")
    command = [sys.executable, "-m", "ucap_reports", *words.split()]
    outputs = []
    for encoding in ("utf-8", "cp1252"):
        environment = os.environ | {"PYTHONIOENCODING": encoding}
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=True)
        outputs.append(done.stdout.decode("utf-8"))

    assert outputs[0] == outputs[1]
    assert "天津" in outputs[0]


def test_main_changes_nothing_in_a_program_that_calls_it(project: Path) -> None:
    code = """
import gc, os, sys
from ucap_reports.cli import main
def state(): return gc.get_threshold(), gc.get_freeze_count(), dict(os.environ), sys.stdout.errors, sys.stderr.errors
before = state()
assert main(["check"]) == 0 == main(["--help"])
assert state() == before
"""
    subprocess.run([sys.executable, "-c", code], cwd=project, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("before", "last"),
    [
        ("", ""),
        ("import threading; threading.Thread(target=threading.main_thread().join).start()", "freed"),
        pytest.param("import multiprocessing", "freed", marks=pytest.mark.long),
        # A daemon thread does work that was given up, in which Python could crash while it ends.
        ("import multiprocessing, threading; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", ""),
    ],
)
def test_python_ends_only_threads_and_workers_in_order(project: Path, before: str, last: str) -> None:
    """Nothing else needs it, and freeing all objects takes 12 ms."""
    code = f"""
import atexit, runpy, sys, time
{before}
atexit.register(print, "freed")
sys.argv[1:] = ["check"]
runpy.run_module("ucap_reports", run_name="__main__", alter_sys=True)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=project, check=True, capture_output=True, text=True)
    assert "1 plan checked" in done.stderr
    assert done.stdout.strip() == last


def completions(folder: Path, line: str) -> list[str]:
    """The words with which a shell completes the command line."""
    variables = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_SUPPRESS_SPACE": "1"}
    environment = os.environ | variables | {"COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_TYPE": "9"}
    out = folder.parent / "completions"
    environment["_ARGCOMPLETE_STDOUT_FILENAME"] = str(out)
    subprocess.run([sys.executable, "-m", "ucap_reports"], cwd=folder, env=environment, check=True)
    return out.read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize(
    ("line", "words"),
    every(
        2,
        [
            ("ucap template ch", ["check"]),
            ("ucap bu", ["build"]),
            ("ucap build --dr", ["--dry-run"]),
            ("ucap --root . bu", ["build"]),
            ("ucap check --json t", ["tianjin-rome"]),
            ("ucap build t", ["tianjin-rome"]),
            ("ucap build --template iuc-as", ["iuc-asia"]),
            ("ucap build --root nowhere t", [""]),
            ("ucap explain command-m", ["command-missing"]),
            ("ucap import nowhere/", [""]),
            ("ucap import plans/", ["plans/tianjin-rome.yaml"]),
            ("ucap import pl", ["plans/"]),
        ],
    ),
)
def test_a_shell_completes_commands_options_plans_packs_and_codes(project: Path, line: str, words: list[str]) -> None:
    assert completions(project, line) == words


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_completion_script_calls_the_command(tmp_path: Path, shell: str) -> None:
    run = ucap(tmp_path, "completion", shell)

    assert (run.code, run.err) == (0, "")
    assert "_ARGCOMPLETE" in run.out
    assert ucap(tmp_path, "completion", shell, "--json").report["script"] == run.out
