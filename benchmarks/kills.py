"""Kill random child processes of builds at random moments, and report how the builds end. Linux only.

    .venv/bin/python -m benchmarks.kills [--builds 50] [--plans 120] [--start 0] [--record]

The children of a build are its workers, the fork server and the resource tracker of multiprocessing. A build must
complete all documents or end with an error, and leave no temporary and no unknown files; otherwise the exit code is 1.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from msgspec import Struct

from benchmarks.records import add_option, write_record
from tests.projects import begin, digests, ended_within, parts, small_project, unknown_documents, until
from tests.test_faults import children
from tests.test_worker_pool import kill_one_of

MOST_KILLS = 6
PATIENCE = 120
"""Seconds after which a build is taken for hung."""


class Ended(Struct, frozen=True):
    """The outcome of a build, its kills, and the seconds that it took in all and after the last kill."""

    outcome: str
    kills: int
    seconds: float
    after: float


def main() -> None:
    """Run the builds, and print how they ended."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--builds", type=int, default=50)
    parser.add_argument("--plans", type=int, default=120, help="of each build")
    parser.add_argument("--start", type=int, default=0, help="the number of the first build, which decides its kills")
    add_option(parser)
    options = parser.parse_args()
    usual = killed_build(options.plans, 0, 0)
    found = [
        killed_build(options.plans, number, usual.seconds)
        for number in range(options.start, options.start + options.builds)
    ]
    outcomes = Counter(each.outcome for each in found)
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()), end="")
    print(f" of {options.builds} builds with {sum(each.kills for each in found)} kills")
    print(f"at most {max(each.after for each in found):.1f} s after the last kill; {usual.seconds:.1f} s without kills")
    if options.record:
        figures = {
            "builds": f"{options.builds} builds with {sum(each.kills for each in found)} kills",
            "outcomes": ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()),
            "after": f"{max(each.after for each in found):.1f} s",
        }
        write_record("kills", options.record, figures)
    sys.exit(not outcomes.keys() <= {"completed", "ended with an error"})


def killed_build(plans: int, number: int, seconds: float) -> Ended:
    """Run a build, and kill children of it within so many seconds; none if that is 0."""
    chance = random.Random(number)  # noqa: S311 - moments, not secrets
    with tempfile.TemporaryDirectory() as folder:
        project = small_project(Path(folder), plans)
        began = last = time.monotonic()
        process = begin(project, "--no-index", "--jobs", "2")
        until(lambda: bool(children(process.pid)), process)
        moments = sorted(chance.uniform(0, seconds) for _ in range(chance.randint(1, MOST_KILLS) if seconds else 0))
        kills = 0
        for moment in moments:
            if ended_within(max(began + moment - time.monotonic(), 0), process):
                break
            kills += kill_one_of(children(process.pid), chance)
            last = time.monotonic()
        try:
            _, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return Ended("hung", kills, PATIENCE, PATIENCE)
        ended = time.monotonic()
        return Ended(outcome_of(project, process.returncode, err, 2 * plans), kills, ended - began, ended - last)


def outcome_of(project: Path, code: int, err: str, documents: int) -> str:
    """How a build ended."""
    built = len(digests(project / "out"))
    if "Traceback" in err or parts(project) or unknown_documents(project / "out"):
        return "left something behind"
    if code == 0:
        return "completed" if built == documents else "lost documents"
    return "ended with an error" if code == 1 else f"ended with code {code}"


if __name__ == "__main__":
    main()
