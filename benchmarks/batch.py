"""How long whole builds take, and how much memory, as there are more plans: from the files of plans to all documents.

    .venv/bin/python -m benchmarks.batch [--counts 200 2000] [--jobs 2]

Each figure is of a process of its own: the build itself, the same again with nothing changed, the index made for it,
and the most memory that the process that leads the build ever had.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.plans import plan_text


@dataclass(frozen=True)
class Taken:
    """What one run of `ucap build` took."""

    seconds: float
    megabytes: float


def write_plans(project: Path, count: int) -> None:
    """A project of so many plans, none like another."""
    (project / "plans").mkdir(parents=True)
    for number in range(count):
        (project / "plans" / f"plan-{number:05}.yaml").write_text(plan_text(number), encoding="utf-8")


def build(project: Path, *words: str) -> Taken:
    """Run `ucap build` there. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", "ucap_reports", "build", "--quiet", *words]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Taken(time.perf_counter() - began, usage.ru_maxrss / 1024)


def row(project: Path, count: int, jobs: int) -> str:
    """The figures of a project of so many plans."""
    write_plans(project, count)
    whole = build(project, "--no-index", "--jobs", str(jobs))
    index = build(project, "--jobs", str(jobs))
    unchanged = build(project, "--jobs", str(jobs))
    named = build(project, "plan-00000", "--force", "--jobs", str(jobs))
    return (
        f"{count:7}{whole.seconds:10.2f}{count / whole.seconds:10.0f}{whole.megabytes:9.0f}"
        f"{index.seconds:10.2f}{unchanged.seconds:11.2f}{named.seconds:10.2f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[200, 2000], help="plans of each project (200 2000)")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="worker processes (cores)")
    options = parser.parse_args()
    print(f"with {options.jobs} workers")
    print("  plans   build s   plans/s       MB   index s unchanged s one plan s")
    for count in options.counts:
        with tempfile.TemporaryDirectory() as folder:
            print(row(Path(folder), count, options.jobs), flush=True)


if __name__ == "__main__":
    main()
