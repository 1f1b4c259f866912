"""Generate the pages with figures from their .in files and the records of the benchmarks: python -m docs.make_figures

In an .in file, `{{ warm.pdf }}` is a figure of a record in figures.toml, `{{ warm }}` the command, commit and date of
the record, `{{ target.warm-pdf }}` a target or limit, and `{{ reading-limits }}` the table of all limits of readers. A
test fails if a page is out of date.
"""

import ast
import re
from itertools import pairwise
from pathlib import Path

from benchmarks.records import Record, read_records
from ucap_reports.storage import reading_limits

ROOT = Path(__file__).parent.parent
PAGES = (
    "docs/explanation/performance.md",
    "docs/explanation/reliability.md",
    "docs/explanation/packages.md",
    "docs/explanation/tried.md",
    "benchmarks/README.md",
)
"""The generated pages; the source of each is beside it, with `.in` after its name."""
PLACEHOLDER = re.compile(r"\{\{ ([\w-]+)(?:\.([\w-]+))? \}\}")
TARGETS = {
    "cold": "2 times",
    "editor": "0.5 s",
    "exponent": "n^1.2",
    "hostile-memory": "500 MB",
    "hostile-seconds": "5 s",
    "index": "1.3 times",
    "unchanged": "1 s",
    "warm-pdf": "1/2.5",
    "warm-word": "1/10",
    "whole-builds": "1.4 times",
}
"""What the product promises, or aims at."""


def page(name: str) -> str:
    """The text of a page, with its figures. Raises KeyError for a figure that no record has."""
    records = read_records()

    def shown(match: re.Match[str]) -> str:
        record, figure = match[1], match[2]
        if record == "target":
            return TARGETS[figure]
        if record == "reading-limits":
            return limits_table()
        if figure is None:
            return source(records[record])
        return records[record].figures[figure]

    return PLACEHOLDER.sub(shown, (ROOT / f"{name}.in").read_text(encoding="utf-8"))


def source(record: Record) -> str:
    """The command of a record, and which code it measured when."""
    return f"`{record.command.removesuffix(' --record')}`, {record.date}, commit {record.commit}"


def limits_table() -> str:
    """The limits in `reading_limits`, in a row for each group, whose name is the comment before it."""
    source_text = Path(reading_limits.__file__).read_text(encoding="utf-8")
    lines = source_text.splitlines()
    groups: dict[str, list[str]] = {}
    group = ""
    for statement, described in pairwise(ast.parse(source_text).body):
        if not isinstance(statement, ast.Assign) or not isinstance(described, ast.Expr):
            continue
        if lines[statement.lineno - 2].startswith("# "):
            group = lines[statement.lineno - 2].removeprefix("# ")
        (name,) = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        text = re.split(r"[;:]|, since ", ast.literal_eval(described.value))[0]
        groups.setdefault(group, []).append(limit_text(getattr(reading_limits, name), text))
    rows = [f"| {name} | {'; '.join(limits)} |" for name, limits in groups.items()]
    return "\n".join(["| what is read | limits |", "|---|---|", *rows])


def limit_text(value: int, text: str) -> str:
    """A limit as a person writes it: bytes in MiB, if they are a multiple of one."""
    if text.startswith("bytes") and value % reading_limits.MIB == 0:
        return f"{value // reading_limits.MIB} MiB{text.removeprefix('bytes')}"
    return f"{value:,} {text}"


if __name__ == "__main__":
    for name in PAGES:
        (ROOT / name).write_text(page(name), encoding="utf-8")
