"""Projects of many plans, and `ucap build` run in them as a process of its own that is watched."""

import os
import subprocess
import sys
import time
from pathlib import Path

from msgspec import Struct

from benchmarks.plans import plan_text

LOOK_SECONDS = 0.05


class Taken(Struct, frozen=True):
    """What a run took: the most memory that the leading process had, and any one of its workers, in megabytes."""

    seconds: float
    leader: float
    worker: float


def write_plans(project: Path, count: int) -> None:
    """A project of so many plans, none like another."""
    (project / "plans").mkdir(parents=True)
    for number in range(count):
        (project / "plans" / f"plan-{number:05}.yaml").write_text(plan_text(number), encoding="utf-8")


def build(project: Path, *words: str) -> Taken:
    """Run `ucap build` there. Raises CalledProcessError when it fails. Memory is known on Linux alone."""
    command = [sys.executable, "-m", "ucap_reports", "build", "--quiet", *words]
    peaks: dict[int, float] = {}
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while True:
            looked = {number: _peak(number) for number in (process.pid, *_descendants(process.pid))}
            peaks |= {number: megabytes for number, megabytes in looked.items() if megabytes}
            try:
                process.wait(LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break
    seconds = time.perf_counter() - began
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    leader = peaks.pop(process.pid, 0.0)
    return Taken(seconds, leader, max(peaks.values(), default=0.0))


def _peak(process: int) -> float:
    """The most memory that the process has had so far, in megabytes (VmHWM, man 5 proc_pid_status)."""
    lines = (line.split() for line in _text(process, "status").splitlines() if line.startswith("VmHWM:"))
    return next((int(words[1]) / 1024 for words in lines), 0.0)


def _descendants(process: int) -> list[int]:
    """All processes that the process has begun, and that they have begun: workers, and two that Python needs."""
    found = [int(text) for text in _text(process, f"task/{process}/children").split()]
    return [*found, *(each for child in found for each in _descendants(child))]


def _text(process: int, name: str) -> str:
    """A file that the system has of a process; nothing of one that has ended, and on other systems than Linux."""
    try:
        return Path("/proc", str(process), name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def cores() -> int:
    """How many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
