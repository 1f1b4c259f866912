"""Plans per second of complete builds, in turns with Typst, which builds the PDFs of the same plans.

    .venv/bin/python -m benchmarks.batch [--plans 1000] [--jobs 2] [--turns 3] [--before 259dd407] [--record]

The product runs `ucap build`, including the start of the process: each plan is read, validated and composed, and both
documents are built, hashed and written. Typst only builds the PDFs, in warm processes, from prepared data, and discards
them. Therefore the product writes to a folder in memory where there is one (`/dev/shm` on Linux), and once more to the
disk, there in turns with an earlier commit if one is named. The last lines are the times of a build with the index, of
one without changes, and of one with one changed plan.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.compare import extracted
from benchmarks.content import summary_data
from benchmarks.peers.fonts import write_fonts
from benchmarks.plans import plan_text
from benchmarks.projects import build, cores, memory, write_plans
from benchmarks.records import add_option, write_record
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.template.pack_opening import PackFolder, open_pack

PACKS = Path(__file__).parent.parent / "templates"
WARM_UP = 20
"""Other documents that Typst builds before the measurement."""
Run = Callable[[], float]
"""Builds all documents and returns the seconds that it took."""


def main() -> None:
    """Measure and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=1000, help="number of plans (1000)")
    parser.add_argument("--jobs", type=int, default=cores(), help="worker processes of the product (cores)")
    parser.add_argument("--turns", type=int, default=3, help="runs of each tool (3)")
    parser.add_argument("--before", help="an earlier commit of this clone, which builds on the disk, too")
    add_option(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory(dir=memory()) as name_in_memory:
        project = Path(name_in_memory, "project")
        on_disk = Path(name, "project")
        write_plans(project, options.plans)
        write_plans(on_disk, options.plans)
        runs: dict[str, Run] = {
            f"ours, whole builds, {options.jobs} workers": lambda: whole(project, options.jobs, "--no-index"),
            "the same on the disk": lambda: whole(on_disk, options.jobs, "--no-index"),
            "the same with the index": lambda: whole(project, options.jobs),
        }
        runs |= typst_runs(Path(name), options.plans)
        if options.before:
            runs |= earlier_run(options.before, Path(name), options.plans, options.jobs)
        turns = [{title: run() for title, run in runs.items()} for _ in range(options.turns)]
        print(f"{'plans':44}{'plans/s':>9}{'slowest':>9}{'fastest':>9}{'times Typst':>13}")
        rates = {title: [options.plans / turn[title] for turn in turns] for title in runs}
        for title, found in rates.items():
            print(f"{title:44}{median(found):9.0f}{min(found):9.0f}{max(found):9.0f}{times(title, rates):>13}")
        unchanged = print_changes(project, options.jobs, options.plans)
        if options.record:
            write_record("batch", options.record, figures(turns, rates, unchanged))


def figures(turns: list[dict[str, float]], rates: dict[str, list[float]], unchanged: float) -> dict[str, str]:
    """Return the figures for the documentation; those of Typst only if it is installed."""
    whole_builds, on_disk, with_index, *others = rates
    typst_titles = [title for title in others if title.startswith("Typst")]
    found = {
        "plans": f"{turns[0][whole_builds] * rates[whole_builds][0]:,.0f}",
        "rate": f"{median(rates[whole_builds]):.0f} plans per second",
        "disk": f"{median(turn[on_disk] / turn[whole_builds] for turn in turns):.2f} times",
        "index": f"{median(turn[with_index] / turn[whole_builds] for turn in turns):.2f} times",
        "unchanged": f"{unchanged:.2f} s",
    }
    for name, title in zip(("one", "two"), typst_titles, strict=False):
        found[f"typst-{name}"] = f"{median(rates[title]):.0f} PDFs per second"
        found[f"ratio-{name}"] = f"{median(turn[title] / turn[whole_builds] for turn in turns):.2f} times"
        found[f"disk-ratio-{name}"] = f"{median(turn[title] / turn[on_disk] for turn in turns):.2f} times"
    if others[len(typst_titles) :]:
        earlier = others[-1]
        found["disk-ratio-before"] = f"{median(turn[earlier] / turn[on_disk] for turn in turns):.2f} times"
        if typst_titles:
            typst_ratio = median(turn[typst_titles[-1]] / turn[earlier] for turn in turns)
            found["disk-ratio-two-before"] = f"{typst_ratio:.2f} times"
    return found


def times(title: str, rates: dict[str, list[float]]) -> str:
    """Return the median of the ratios to a single Typst process in each turn; empty without Typst."""
    peer = next((found for name, found in rates.items() if name.endswith("one process")), None)
    if peer is None:
        return ""
    return f"{median(ours / theirs for ours, theirs in zip(rates[title], peer, strict=True)):.2f}"


def earlier_run(revision: str, folder: Path, plans: int, jobs: int) -> dict[str, Run]:
    """Return the build on the disk by an earlier commit. Ends the program if this clone does not have it."""
    checkout = folder / "before"
    commit = extracted(revision, checkout)
    if commit is None:
        sys.exit(f"{revision} is not in this clone")
    project = folder / "project-before"
    write_plans(project, plans)
    whole(project, jobs, "--no-index", checkout=checkout)  # fills its caches
    return {f"on the disk at {commit}": lambda: whole(project, jobs, "--no-index", checkout=checkout)}


def whole(project: Path, jobs: int, *words: str, checkout: Path | None = None) -> float:
    """Return the seconds of a first build of all plans, with the code of another checkout if one is given.

    The folder of the last one is only renamed: after a file system has deleted thousands of files, it is slow for a few
    seconds.
    """
    if (project / "out").exists():
        (project / "out").rename(project / f"out-{time.monotonic_ns()}")
    return build(project, "--jobs", str(jobs), *words, checkout=checkout).seconds


def print_changes(project: Path, jobs: int, plans: int) -> float:
    """Print the seconds of a build without changes, which are returned, and of one with one changed plan."""
    whole(project, jobs)
    unchanged = build(project, "--jobs", str(jobs)).seconds
    print(f"no changes: {unchanged:.2f} s")
    (project / "plans" / "plan-00001.yaml").write_text(plan_text(plans + 1), encoding="utf-8")
    print(f"one plan changed: {build(project, '--jobs', str(jobs)).seconds:.2f} s")
    return unchanged


def typst_runs(folder: Path, plans: int) -> dict[str, Run]:
    """Typst in one process and, for comparison with the workers, in two; empty if it is not installed."""
    if find_spec("typst") is None:
        print("Typst is not installed, skipped (benchmarks/requirements.txt)")
        return {}
    pack = open_pack("iuc-asia", [PackFolder(PACKS, "templates")])
    for kind, numbers in (("data", range(plans)), ("warm", range(plans, plans + WARM_UP))):
        (folder / kind).mkdir()
        for number in numbers:
            plan = parse_plan(Source(f"plans/plan-{number:05}.yaml", plan_text(number)))
            data = json.dumps(summary_data(compose_summary(plan, pack)))
            (folder / kind / f"{number:05}.json").write_text(data, encoding="utf-8")
    write_fonts(folder / "fonts")
    words = {1: "one process", 2: "two processes"}
    return {f"Typst, PDF/UA-1 alone, {word}": partial(typst, folder, count) for count, word in words.items()}


def typst(folder: Path, processes: int) -> float:
    """Return the seconds for all PDFs in that many processes, measured once all are warm.

    The processes are new, because Typst caches its results.
    """
    module = [sys.executable, "-m", "benchmarks.peers.typst_many", str(folder)]
    with ExitStack() as stack:
        typists = [
            stack.enter_context(
                subprocess.Popen([*module, str(part), str(processes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
            for part in range(processes)
        ]
        for process in typists:
            wait_for(process)
        began = time.perf_counter()
        for process in typists:
            assert process.stdin is not None  # noqa: S101 - it is a pipe
            process.stdin.close()
        for process in typists:
            wait_for(process)
        return time.perf_counter() - began


def wait_for(process: "subprocess.Popen[bytes]") -> None:
    """Wait for the line that a process prints when it is ready. Raises RuntimeError if the process ends without it."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    if not process.stdout.readline():
        raise RuntimeError("Typst ended too early")


if __name__ == "__main__":
    main()
