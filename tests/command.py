"""The command `ucap`, run in this process in a given folder."""

import json
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ucap_reports.cli import main


@dataclass(frozen=True)
class Run:
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The parsed JSON report on standard output."""
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def codes(self) -> list[str]:
        """The codes of the problems in the JSON report."""
        return [problem["code"] for problem in self.report["problems"]]


def ucap(folder: Path, *words: str) -> Run:
    """Run `ucap` with these arguments in a folder."""
    out, err = StringIO(), StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as left:  # argparse exits after --help
            code = int(left.code or 0)
    return Run(code, out.getvalue(), err.getvalue())


def write_plan(folder: Path, name: str, text: str) -> Path:
    """Write a plan file to `plans/` in a folder."""
    path = folder / "plans" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
