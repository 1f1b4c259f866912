"""Time and memory by number of plans, as a table and as two plots for benchmarks/README.md.

    .venv/bin/python -m benchmarks.growth [--counts 10 100 1000 10000] [--jobs 2] [--plots docs/explanation] [--record]

For each number of plans: the first build without and with its index, and a build without changes. Memory is the peak of
the main process and of its largest worker.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import Struct

from benchmarks.plan_counts import parser_with_counts, rows_by_count
from benchmarks.plot import Curve, Plot
from benchmarks.projects import Taken, build, cores, write_plans
from benchmarks.records import write_record


class Row(Struct, frozen=True):
    """The measurements for a number of plans."""

    plans: int
    first: Taken
    index: Taken
    unchanged: Taken

    def text(self) -> str:
        """Return the measurements as a line of the table."""
        first, index, unchanged = self.first, self.index, self.unchanged
        return (
            f"{self.plans:8,}{first.seconds:9.2f}{self.plans / first.seconds:9.0f}{first.leader:11.0f}"
            f"{first.worker:11.0f}{index.seconds:9.2f}{index.leader:11.0f}{unchanged.seconds:13.2f}"
            f"{unchanged.leader:11.0f}"
        )


HEAD = "   plans  first s  plans/s  leader MB  worker MB  index s  leader MB  unchanged s  leader MB"


def main() -> None:
    """Measure, print the results and draw the plots."""
    parser = parser_with_counts(__doc__, [10, 100, 1000, 10_000])
    parser.add_argument("--jobs", type=int, default=cores(), help="worker processes (cores)")
    parser.add_argument("--plots", type=Path, help="the folder for growth-time.svg and growth-memory.svg")
    options = parser.parse_args()
    rows = rows_by_count(HEAD, options.counts, partial(measured, jobs=options.jobs))
    if options.record:
        largest = rows[-1]
        figures = {"plans": f"{largest.plans:,}", "first": f"{largest.first.seconds:.0f} s"}
        write_record("growth", options.record, figures | {"index": f"{largest.index.seconds:.0f} s"})
    if options.plots:
        for name, plot in (("time", time_plot(rows, options.jobs)), ("memory", memory_plot(rows, options.jobs))):
            if not plot.curves:
                print(f"growth-{name}.svg is unchanged: no measurements to draw")
                continue
            (options.plots / f"growth-{name}.svg").write_text(plot.svg(), encoding="utf-8")


def measured(project: Path, count: int, jobs: int) -> Row:
    """Return the measurements of a new project with that many plans."""
    write_plans(project, count)
    orders: tuple[list[str], ...] = (["--no-index", "--out", "alone"], [], [])
    first, index, unchanged = (build(project, *words, "--jobs", str(jobs)) for words in orders)
    return Row(count, first, index, unchanged)


def time_plot(rows: list[Row], jobs: int) -> Plot:
    """Seconds by number of plans."""
    curves = (
        curve("first build", rows, lambda row: row.first.seconds),
        curve("first build with index", rows, lambda row: row.index.seconds),
        curve("no changes", rows, lambda row: row.unchanged.seconds),
    )
    return plot(f"Seconds by number of plans, {jobs} workers", "s", curves)


def memory_plot(rows: list[Row], jobs: int) -> Plot:
    """Megabytes by number of plans."""
    curves = (
        curve("main process, first build", rows, lambda row: row.first.leader),
        curve("largest worker", rows, lambda row: row.first.worker),
        curve("main process, no changes", rows, lambda row: row.unchanged.leader),
    )
    return plot(f"Peak memory in MB by number of plans, {jobs} workers", "MB", curves)


def curve(name: str, rows: list[Row], value: Callable[[Row], float]) -> Curve:
    """One measurement by number of plans, without the points that have no value, such as workers in small builds."""
    return Curve(name, tuple((row.plans, value(row)) for row in rows if value(row)))


def plot(title: str, unit: str, curves: tuple[Curve, ...]) -> Plot:
    """Return the plot of the curves that have points, with a text alternative."""
    drawn = tuple(each for each in curves if each.points)
    said = (
        f"{each.name}: " + ", ".join(f"{value:.3g} {unit} at {plans:,}" for plans, value in each.points)
        for each in drawn
    )
    return Plot(title, "; ".join(said), "plans", drawn)


if __name__ == "__main__":
    main()
