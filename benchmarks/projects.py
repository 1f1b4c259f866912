"""Projects with many plans, and `ucap build` as a child process whose memory is measured."""

import os
import subprocess
import sys
import time
from pathlib import Path

from msgspec import Struct

from benchmarks.plans import plan_text

LOOK_SECONDS = 0.05


class Taken(Struct, frozen=True):
    """Time of a run, and the peak memory of the main process and of the largest worker in megabytes."""

    seconds: float
    leader: float
    worker: float


def write_plans(project: Path, count: int) -> None:
    """Write a project with `count` different plans."""
    (project / "plans").mkdir(parents=True)
    for number in range(count):
        (project / "plans" / f"plan-{number:05}.yaml").write_text(plan_text(number), encoding="utf-8")


def build(project: Path, *words: str, checkout: Path | None = None) -> Taken:
    """Run `ucap build` in the project, with the code of another checkout if one is given.

    Memory is measured on Linux only. Raises CalledProcessError if the build fails.
    """
    environment = dict(os.environ)
    if checkout is not None:
        environment["PYTHONPATH"] = str(checkout)
        # In a cache of its own: a version removes the files of others.
        environment["UCAP_CACHE_DIR"] = str(checkout / "cache")
    command = [sys.executable, "-m", "ucap_reports", "build", "--quiet", *words]
    peaks: dict[int, float] = {}
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=project, env=environment, stdout=quiet, stderr=quiet) as process:
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
    """Return the peak memory of the process so far, in megabytes (VmHWM, man 5 proc_pid_status)."""
    lines = (line.split() for line in _text(process, "status").splitlines() if line.startswith("VmHWM:"))
    return next((int(words[1]) / 1024 for words in lines), 0.0)


def _descendants(process: int) -> list[int]:
    """All descendants of the process: workers, and two processes that Python needs."""
    found = [int(text) for text in _text(process, f"task/{process}/children").split()]
    return [*found, *(each for child in found for each in _descendants(child))]


def _text(process: int, name: str) -> str:
    """Return a file of a process in /proc; empty if the process has ended, and on systems other than Linux."""
    try:
        return Path("/proc", str(process), name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def cores() -> int:
    """Return the number of processors that this process can use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> str | None:
    """Return the folder of a file system in memory; None without one, as on systems other than Linux.

    A disk takes very different times for new files: ext4 passes over the inodes of all files that were deleted within
    the last minutes, which a benchmark does by the thousand.
    """
    folder = Path("/dev/shm")  # noqa: S108 - what is made there is in folders of its own
    return str(folder) if folder.is_dir() else None
