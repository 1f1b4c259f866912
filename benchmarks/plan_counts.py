"""What benchmarks by number of plans have in common: their options, and a row of a table for each number."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from benchmarks.records import add_option


class Row(Protocol):
    """The measurements for a number of plans."""

    def text(self) -> str:
        """Return the measurements as a line of the table."""


RowOfCount = TypeVar("RowOfCount", bound=Row)


def parser_with_counts(description: str | None, counts: Sequence[int]) -> argparse.ArgumentParser:
    """Return a parser with the options `--counts`, by default these numbers of plans, and `--record`."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=counts, help="numbers of plans")
    add_option(parser)
    return parser


def rows_by_count(head: str, counts: Sequence[int], measured: Callable[[Path, int], RowOfCount]) -> list[RowOfCount]:
    """Measure each number of plans in an empty folder, and print the table line by line."""
    print(head)
    rows: list[RowOfCount] = []
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            row = measured(Path(folder), count)
        print(row.text(), flush=True)
        rows.append(row)
    return rows
