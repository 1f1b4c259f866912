"""Processor time and memory of `ucap book` by number of plans, beside those of `ucap build` in one process.

    .venv/bin/python -m benchmarks.book [--counts 50 500 5000] [--formats pdf,docx] [--record]

Both commands write the same formats of the same plans for the first time. Processor time depends less on the load of
the machine than time on the clock. The limits are a ratio of 1.2 and 500 MB for 5,000 plans. Works on Linux and macOS.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from benchmarks.plan_counts import parser_with_counts, rows_by_count
from benchmarks.projects import write_plans
from benchmarks.records import write_record

_KILOBYTE = 1024 if sys.platform == "darwin" else 1
"""The unit of the peak memory of a child process, in kilobytes (getrusage(2))."""


class Run(Struct, frozen=True):
    """What a command took: seconds of processor time, and the peak of its memory in megabytes."""

    seconds: float
    megabytes: float


class Row(Struct, frozen=True):
    """The measurements for a number of plans."""

    plans: int
    book: Run
    build: Run

    @property
    def ratio(self) -> float:
        """The processor time of the book, as a multiple of that of the documents."""
        return self.book.seconds / self.build.seconds

    def text(self) -> str:
        """Return the measurements as a line of the table."""
        book, build = self.book, self.build
        return (
            f"{self.plans:8,}{book.seconds:9.1f}{build.seconds:9.1f}{self.ratio:8.2f}{book.megabytes:9.0f}"
            f"{build.megabytes:10.0f}"
        )


HEAD = "   plans   book s  build s   ratio  book MB  build MB"


def main() -> None:
    """Measure, print the results and record them."""
    parser = parser_with_counts(__doc__, [50, 500, 5000])
    parser.add_argument("--formats", default="pdf,docx", help="the formats of both commands (pdf,docx)")
    options = parser.parse_args()
    rows = rows_by_count(HEAD, options.counts, partial(measured, formats=options.formats))
    if options.record:
        write_record("book", options.record, {"table": table(rows), "plans": f"{rows[-1].plans:,}"})


def measured(project: Path, count: int, formats: str) -> Row:
    """Return the measurements of a new project with that many plans."""
    write_plans(project, count)
    book = run(project, "book", "--format", formats, "--out", "book/book")
    build = run(project, "build", "--format", formats, "--out", "out", "--no-index", "--jobs", "1")
    return Row(count, book, build)


def run(project: Path, *words: str) -> Run:
    """Run a command in the project. Raises CalledProcessError if it fails."""
    command = [sys.executable, "-m", "ucap_reports", *words, "--quiet"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024 / _KILOBYTE)


def table(rows: Sequence[Row]) -> str:
    """Return the rows of a table in Markdown."""
    lines = []
    for row in rows:
        book, build = row.book, row.build
        lines.append(
            f"| {row.plans:,} | {book.seconds:.1f} s | {build.seconds:.1f} s | {row.ratio:.2f} | "
            f"{book.megabytes:.0f} MB | {build.megabytes:.0f} MB |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
