"""One run of a command as its user sees it: problems and progress on stderr, results on stdout, or one JSON report."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, TextIO

from ucap_reports.cli.argument_parser import Arguments, UsageError
from ucap_reports.cli.problem_display import TerminalColour, painted, problem_line, problem_text
from ucap_reports.problems import Problem, ProblemsFound, Severity, problem_record
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.project_folder import Project, find_project


class Exit(IntEnum):
    """Exit codes, the same for all commands."""

    DONE = 0
    ERRORS = 1
    """Errors, or a document could not be built."""
    USAGE_ERROR = 2
    WARNINGS = 3
    """Warnings, where --strict asks for none."""
    INTERRUPTED = 130


MANY = 20
"""Warnings that are told with all that is known of them, where a command is about many plans."""
SHORTENED = "Further warnings in a line each; `ucap check PLAN` tells what to do about them."


class Session:
    """What a command says while it runs. `lines` finds the lines that problems are about."""

    def __init__(self, arguments: Arguments) -> None:
        self.arguments = arguments
        self.lines = SourceExcerpts()
        self.report: dict[str, Any] = {}
        """What a command adds to its JSON report beside its name and its problems."""
        self.write: Callable[[str, TextIO], None] = write_line
        """How a line is written; whoever draws on the terminal takes its place."""
        self.shortens = False
        """Whether warnings are told in a line each once there are many; errors never are."""
        self._problems: list[Problem] = []
        """Those of the JSON report."""
        self._reported: set[int] = set()
        """The hashes of all that were told: ten thousand plans have more problems than are worth keeping."""
        self._counts: Counter[Severity] = Counter()

    def tell(self, problems: Iterable[Problem]) -> None:
        """Show problems, each once, however many plans share it; with --json the report has them, and nothing else."""
        for problem in problems:
            if (known := hash(problem)) in self._reported:
                continue
            self._reported.add(known)
            self._counts[problem.severity] += 1
            if self.arguments.json:
                self._problems.append(problem)
            else:
                self._show(problem)

    def result(self, text: str, ink: TerminalColour | None = None) -> None:
        """Say one thing that was made; `ink` colours its first word."""
        if self.arguments.json or self.arguments.quiet:
            return
        first, space, rest = text.partition(" ")
        shown = painted(first, ink, colour=self.colour(sys.stdout)) if ink else first
        self.write(f"{shown}{space}{rest}", sys.stdout)

    def data(self, text: str) -> None:
        """Print what was asked for, as it is."""
        write_text(text, sys.stdout)

    def note(self, text: str) -> None:
        """Say how it went, for people only."""
        if not self.arguments.quiet and not self.arguments.json:
            self.write(text, sys.stderr)

    def count(self, severity: Severity) -> int:
        """How many different problems of that severity were told."""
        return self._counts[severity]

    def finish(self, failure: Exit | None = None) -> Exit:
        """The exit code that follows from what was told, or `failure`; with --json the report is printed."""
        code = self._code() if failure is None else failure
        if self.arguments.json:
            records = [problem_record(problem) for problem in self._problems]
            report = {"command": self.arguments.command, "ok": code is Exit.DONE, **self.report, "problems": records}
            write_line(json.dumps(report, indent=2), sys.stdout)
        return code

    def _show(self, problem: Problem) -> None:
        colour = self.colour(sys.stderr)
        if self.shortens and problem.severity is Severity.WARNING and self._counts[Severity.WARNING] > MANY:
            if self._counts[Severity.WARNING] == MANY + 1:
                self.note(SHORTENED)
            text = problem_line(problem, colour=colour)
        else:
            text = problem_text(problem, self.lines.line(problem.location), colour=colour)
        self.write(text, sys.stderr)

    def _code(self) -> Exit:
        if self.count(Severity.ERROR):
            return Exit.ERRORS
        return Exit.WARNINGS if self.arguments.strict and self.count(Severity.WARNING) else Exit.DONE

    def colour(self, stream: TextIO) -> bool:
        """Whether the stream is a terminal whose user wants colours (https://no-color.org)."""
        unwanted = self.arguments.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not unwanted and stream.isatty()


def open_project(arguments: Arguments) -> Project:
    """The project that was named, or the nearest; UsageError when there is none."""
    try:
        return find_project(arguments.root, Path.cwd())
    except ProblemsFound as found:
        raise UsageError(found.problems) from found


def counted(number: int, one: str) -> str:
    """The number with its noun, such as "1 plan" or "2 plans"."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def joined_with_and(parts: Sequence[str]) -> str:
    """The parts with commas and "and"."""
    *firsts, last = parts
    return f"{', '.join(firsts)} and {last}" if firsts else last


def problem_counts(session: Session) -> str:
    """How many errors and warnings were told."""
    found = [counted(session.count(severity), severity.value) for severity in reported(session)]
    return joined_with_and(found) if found else "no problems"


def reported(session: Session) -> list[Severity]:
    """The kinds of problems that were told."""
    return [severity for severity in Severity if session.count(severity)]


def write_line(text: str, stream: TextIO) -> None:
    """Write the text and a line end, at once."""
    write_text(f"{text}\n", stream)


def write_text(text: str, stream: TextIO) -> None:
    """Write the text at once, so that a disk that refuses it can be told."""
    stream.write(text)
    stream.flush()
