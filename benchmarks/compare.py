"""Instructions and time of warm documents, alone and all of a plan, beside those of the commit before, in turns.

    .venv/bin/python -m benchmarks.compare [--before HEAD~1] [--seconds 110] [--record]

Both commits render the same plans with the same libraries. Instructions are counted with valgrind, at the same time for
both commits, because they vary by less than a hundredth on a busy machine too; without valgrind they are skipped. Times
vary with the load of the machine, so their ratio is the median
of the ratios of all turns. A clone without the earlier commit only has the figures of this one.
"""

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from statistics import median

from benchmarks.plans import plan_text
from benchmarks.records import add_option, write_record

ROOT = Path(__file__).parent.parent
PROCESS = Path(__file__).with_name("warm_process.py")
MEASURED = ("ucap_reports", "templates")
"""The folders of the earlier commit that are measured; plans and libraries are those of this checkout."""
FORMATS = {"pdf": "PDF", "word": "Word file", "web": "web page", "all": "plan in all formats"}
"""What is measured: a document from its summary, and the three documents of a plan from its file."""
WARM_UP, COUNTED, TURNS, DOCUMENTS_PER_TURN = 10, 4, 10, 3
"""Documents: before the measurement (as in warm_process.py), whose instructions are counted, and in each turn."""
MEASURED_PLANS = TURNS * DOCUMENTS_PER_TURN
START = {"all": WARM_UP + MEASURED_PLANS}
"""The first plan of a format that needs plans of its own: those that were built before are in caches."""
PLANS = WARM_UP + 2 * MEASURED_PLANS
TOTAL = re.compile(r"^totals: (\d+)$", re.MULTILINE)
"""The number of instructions in a file of callgrind."""
Pair = tuple[float, ...]
"""A value for each checkout: for the commit before, if there is one, and for this one."""
Counts = Mapping[str, Sequence[Pair]]
"""The values of each format."""


@dataclass(frozen=True)
class Deadline:
    """When nothing more is started, on the clock `time.monotonic`."""

    turns: float
    counting: float


class MeasurementError(Exception):
    """A checkout cannot be measured; the message is the reason."""


class WarmProcess:
    """A process with the code of a checkout. `wrapper` is a command that runs it, such as valgrind."""

    def __init__(self, checkout: Path, plans: Path, wrapper: Sequence[str] = ()) -> None:
        environment = os.environ | {"PYTHONPATH": str(checkout), "PYTHONHASHSEED": "0"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed below
        self._process = subprocess.Popen(
            [*wrapper, sys.executable, str(PROCESS), str(plans), str(checkout)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=plans,
            env=environment,
        )
        self.id = self._process.pid

    def wait_until_ready(self) -> None:
        """Wait until everything is loaded. Raises MeasurementError if the process ends before."""
        self._answer()

    def render(self, name: str, start: int, end: int) -> list[float]:
        """Render these documents in a format, and return the milliseconds of each."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(f"{name} {start} {end}\n")
        self._process.stdin.flush()
        return [float(word) for word in self._answer().split()]

    def _answer(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        line: str = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            lines = self._errors.read().strip().splitlines() or ["no output"]
            raise MeasurementError(lines[-1])
        return line

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()


@contextmanager
def processes(checkouts: Sequence[Path], plans: Path, wrapper: Sequence[str] = ()) -> Iterator[list[WarmProcess]]:
    """Start a process for each checkout at the same time, and wait until all are ready."""
    with ExitStack() as stack:
        started = []
        for checkout in checkouts:
            process = WarmProcess(checkout, plans, wrapper)
            stack.callback(process.end)
            started.append(process)
        for process in started:
            process.wait_until_ready()
        yield started


def main() -> None:
    """Measure and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", default="HEAD~1", help="the earlier commit (HEAD~1)")
    parser.add_argument(
        "--seconds",
        type=float,
        default=110,
        help="start no other turn after half of this time, and count no instructions after all of it (110)",
    )
    add_option(parser)
    options = parser.parse_args()
    began = time.monotonic()
    deadline = Deadline(turns=began + options.seconds / 2, counting=began + options.seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plans = folder / "plans"
        plans.mkdir()
        for number in range(PLANS):
            (plans / f"plan-{number:02}.yaml").write_text(plan_text(number), encoding="utf-8")
        checkouts = [ROOT]
        commit = extracted(options.before, folder / "before")
        if commit is None:
            print(f"{options.before} is not in this clone: only this commit is measured")
        else:
            checkouts.insert(0, folder / "before")
        try:
            counted = print_figures(checkouts, plans, commit, deadline)
        except MeasurementError as error:
            if commit is None:
                raise
            print(f"{commit} cannot be measured ({error}): only this commit is measured")
            counted = print_figures([ROOT], plans, None, deadline)
    if options.record and not counted:
        parser.error("no instructions were counted, so there is nothing to record: allow more --seconds")
    if options.record:
        write_record(
            "compare", options.record, {name: f"{turns[0][-1]:.0f} million" for name, turns in counted.items()}
        )


def extracted(revision: str, folder: Path) -> str | None:
    """Write the code of a commit to a folder; return its short identifier, or None if this clone does not have it."""
    git = ["git", "-C", str(ROOT)]
    parsing = [*git, "rev-parse", "--verify", "--short", f"{revision}^{{commit}}"]
    parsed = subprocess.run(parsing, capture_output=True, check=False)
    if parsed.returncode:
        return None
    commit = parsed.stdout.decode().strip()
    archive = subprocess.run([*git, "archive", commit, *MEASURED], capture_output=True, check=False)
    if archive.returncode:
        return None
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as opened:
        opened.extractall(folder, filter="data")
    return commit


def print_figures(checkouts: Sequence[Path], plans: Path, commit: str | None, deadline: Deadline) -> Counts:
    """Measure each format and print two tables: milliseconds, and instructions unless there is no valgrind.

    Returns the instructions. Raises MeasurementError if a checkout cannot be measured.
    """
    print(table("milliseconds", commit, measured_times(checkouts, plans, deadline.turns)), flush=True)
    if shutil.which("valgrind") is None or shutil.which("callgrind_control") is None:
        print("valgrind is not installed: instructions are not counted")
    elif time.monotonic() > deadline.counting:
        print("the time is over: instructions are not counted")
    else:
        counted = counted_instructions(checkouts, plans)
        print(table("million instructions", commit, counted), flush=True)
        return counted
    return {}


def measured_times(checkouts: Sequence[Path], plans: Path, deadline: float) -> Mapping[str, list[Pair]]:
    """Return the median milliseconds of the documents of each turn, by format."""
    turns: dict[str, list[Pair]] = {name: [] for name in FORMATS}
    with processes(checkouts, plans) as started:
        for turn in range(TURNS):
            for name in FORMATS:
                start = START.get(name, WARM_UP) + turn * DOCUMENTS_PER_TURN
                times = [median(process.render(name, start, start + DOCUMENTS_PER_TURN)) for process in started]
                turns[name].append(tuple(times))
            if time.monotonic() > deadline:
                break
    return turns


def counted_instructions(checkouts: Sequence[Path], plans: Path) -> Mapping[str, list[Pair]]:
    """Return the millions of instructions per document, by format, counted only while documents are rendered."""
    counts = plans.parent / "callgrind"
    wrapper = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={counts}.%p", "--quiet"]
    counted: dict[str, list[Pair]] = {}
    with processes(checkouts, plans, wrapper) as started, ThreadPoolExecutor(len(started)) as pool:
        for name in FORMATS:
            values = pool.map(instructions, started, repeat(name), repeat(counts))
            counted[name] = [tuple(values)]
    return counted


def instructions(process: WarmProcess, name: str, counts: Path) -> float:
    """Return the millions of instructions per document; the first one is rendered before, and not counted."""
    process.render(name, 0, 1)
    control(process, "--instr=on")
    start = START.get(name, WARM_UP)
    process.render(name, start, start + COUNTED)
    control(process, f"--dump={name}")
    control(process, "--instr=off")
    files = sorted(counts.parent.glob(f"{counts.name}.{process.id}.*"), key=lambda path: int(path.suffix[1:]))
    if not files or (match := TOTAL.search(files[-1].read_text(encoding="utf-8"))) is None:
        raise MeasurementError("valgrind wrote no counts")
    return int(match[1]) / COUNTED / 1e6


def control(process: WarmProcess, option: str) -> None:
    """Send a command to callgrind. Raises MeasurementError if it fails."""
    result = subprocess.run(["callgrind_control", option, str(process.id)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise MeasurementError(f"callgrind_control {option}: {result.stderr.strip() or result.stdout.strip()}")


def table(unit: str, commit: str | None, found: Mapping[str, Sequence[Pair]]) -> str:
    """Return the median of each format's values in all turns, and the median of their ratios."""
    heads = [f"at {commit}", "now", "ratio"] if commit else ["now"]
    lines = [f"{unit:24}" + "".join(f"{head:>12}" for head in heads)]
    for name, turns in found.items():
        values = [median(column) for column in zip(*turns, strict=True)]
        line = f"{FORMATS[name]:24}" + "".join(f"{value:12.2f}" for value in values)
        if commit:
            line += f"{median(now / before for before, now in turns):12.3f}"
        lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    main()
