"""Figures for the documentation, each written by the command that measures it (docs/explanation/figures.toml).

A benchmark with `--record` replaces its record: the command, the commit that it measured, the date, and its figures as
the pages print them. `python -m docs.make_figures` inserts them into the pages.
"""

import argparse
import json
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

ROOT = Path(__file__).parent.parent
FIGURES = ROOT / "docs" / "explanation" / "figures.toml"
PRODUCT = ("ucap_reports", "templates")
"""The folders that are measured. A record names the last commit that changed them."""
HEAD = """\
# The figures of the generated pages of the docs. Each record is written by its command with --record.
# `python -m docs.make_figures` inserts them into the pages.
"""


class Record(Struct, frozen=True):
    """What a command measured: the commit of the product, the date, and the figures by name."""

    command: str
    commit: str
    date: date
    figures: Mapping[str, str]


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add `--record`, whose value is the measured commit. The command ends with an error at once if the product has
    changes that are not committed.
    """
    parser.add_argument("--record", action=_Recording, nargs=0, default="", help="write the figures to the docs")


class _Recording(argparse.Action):
    """Sets the option before the measurement, during which another commit may be checked out."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        _values: str | Sequence[Any] | None,
        _option: str | None = None,
    ) -> None:
        if _git("status", "--porcelain", "--", *PRODUCT):
            parser.error(f"commit the changes of {' and '.join(PRODUCT)} first: a record names the measured commit")
        setattr(namespace, self.dest, _git("log", "-1", "--abbrev=8", "--format=%h", "--", *PRODUCT))


def write_record(name: str, commit: str, figures: Mapping[str, str], path: Path = FIGURES) -> None:
    """Replace the record of this name, measured by the command that runs now."""
    words = [word for word in sys.argv[1:] if word != "--record"]
    command = shlex.join(["python", "-m", f"benchmarks.{name}", *words, "--record"])
    records = read_records(path) if path.exists() else {}
    records[name] = Record(command, commit, date.today(), figures)  # noqa: DTZ011 - the day of the person who measures
    path.write_text(toml(records), encoding="utf-8")


def read_records(path: Path = FIGURES) -> dict[str, Record]:
    """Return the records by the name of their benchmark."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Record(**table) for name, table in tables.items()}


def toml(records: Mapping[str, Record]) -> str:
    """Return the records as TOML, by name. A figure with several lines, such as the rows of a table, keeps them."""
    lines = [HEAD]
    for name, record in sorted(records.items()):
        lines += [f"[{name}]", f"command = {json.dumps(record.command)}", f"commit = {json.dumps(record.commit)}"]
        lines += [f"date = {record.date}", "", f"[{name}.figures]"]
        for key, figure in record.figures.items():
            lines.append(f"{key} = {_string(figure)}")
        lines.append("")
    return "\n".join(lines)


def _string(figure: str) -> str:
    if "\n" in figure:
        return f"'''\n{figure}'''"
    return json.dumps(figure, ensure_ascii=False)


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True).stdout.strip()
