"""Generate performance.md and reliability.md from their .in files and the measured figures: python -m docs.make_figures

In an .in file, `{{ warm.pdf }}` is a figure of a record in figures.toml, `{{ warm }}` the command, commit and date of
the record, and `{{ target.warm-pdf }}` a target or limit. A test fails if a page is out of date.
"""

import re
from pathlib import Path

from benchmarks.records import Record, read_records

FOLDER = Path(__file__).with_name("explanation")
PAGES = ("performance.md", "reliability.md")
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
        if figure is None:
            return source(records[record])
        return records[record].figures[figure]

    return PLACEHOLDER.sub(shown, (FOLDER / f"{name}.in").read_text(encoding="utf-8"))


def source(record: Record) -> str:
    """The command of a record, and which code it measured when."""
    return f"`{record.command.removesuffix(' --record')}`, {record.date}, commit {record.commit}"


if __name__ == "__main__":
    for each in PAGES:
        (FOLDER / each).write_text(page(each), encoding="utf-8")
