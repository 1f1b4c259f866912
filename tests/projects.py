"""Projects of many small plans, and `ucap build` as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from tests.command import write_plan
from ucap_reports.batch.manifest import Records
from ucap_reports.cli.command_output_and_exit_codes import Exit

UCAP = (
    *(sys.executable, "-c"),
    """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("ucap_reports", run_name="__main__", alter_sys=True)
""",
)
"""`python -m ucap_reports`, which reacts to Ctrl-C even if the tests were started by `nohup` or in the background."""
START_SECONDS = 60
"""The time that a process may take to begin its work, on the slowest machine."""


def small_project(folder: Path, count: int, city: str = "Rome") -> Path:
    """A project with `count` small plans, each with a city of its own."""
    (folder / "plans").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        text = f"cities: [{{name: {city} {number}, country: Italy}}, {{name: 天津 {number}, country: China}}]\n"
        write_plan(folder, f"plan-{number:04}.yaml", text)
    return folder


def begin(project: Path, *words: str) -> "subprocess.Popen[str]":
    """`ucap build` as a process that leads a group of its own, as a terminal starts it."""
    return subprocess.Popen(
        [*UCAP, "build", *words],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def digests(out: Path) -> dict[str, str]:
    """The digest of each document in a folder, by its file name."""
    paths = [path for path in sorted(out.glob("*")) if path.suffix in {".pdf", ".docx"} and path.is_file()]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}


def unknown_documents(out: Path) -> list[str]:
    """The documents in a folder that the next build would not recognise as its own."""
    records = Records(out, "out")
    assert records.problems == (), "a manifest is complete, or missing"
    plans = ((plan, records.get(plan)) for plan in records)
    known = {
        (f"{plan}.{each.value}", digest)
        for plan, record in plans
        if record is not None
        for each, document in record.documents.items()
        for digest in (document.sha256, document.replaces)
    }
    return [name for name, digest in digests(out).items() if (name, digest) not in known]


def parts(folder: Path) -> list[str]:
    """The temporary files that are left in a folder."""
    return [path.name for path in folder.rglob("*.part")]


def until(seen: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait until something is seen, as long as the process runs, up to a limit."""
    for _ in range(START_SECONDS * 100):
        if seen() or ended_within(0.01, process):
            return


def interrupt_during_work(project: Path, *words: str) -> None:
    """Interrupt a build at the terminal while it works: it says so, and leaves neither parts nor unknown documents."""
    out = project / "out"
    process = begin(project, "--no-index", *words)
    until(lambda: len(digests(out)) > 8, process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()

    assert process.returncode == Exit.INTERRUPTED, f"{process.returncode}: {err}"
    assert err.endswith("interrupted\n")
    assert "Traceback" not in err
    assert parts(project) == []
    assert unknown_documents(out) == []


def ended_within(seconds: float, process: "subprocess.Popen[str]") -> bool:
    """Whether the process ends within so many seconds."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
