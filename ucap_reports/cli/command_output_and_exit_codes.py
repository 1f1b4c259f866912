"""The output of a command, problems on stderr, results on stdout or one JSON report; and its exit code."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from msgspec.structs import asdict

from ucap_reports.cli.command_line import Arguments, write_bytes, write_text
from ucap_reports.cli.terminal_colours_and_excerpts import TerminalColour, may_have_colours, painted, problem_text
from ucap_reports.problems import Problem, Severity, by_severity, problem_record
from ucap_reports.problems.control_characters import visible, visible_lines
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.atomic_files import (
    NewFile,
    WriteStatus,
    make_folder,
    write_edited,
    write_missing,
    write_unless_refused,
)

if TYPE_CHECKING:  # not imported at run time: most commands change no plan and read no PO file
    from ucap_reports.batch.undo_history import FileChange
    from ucap_reports.plan.po_files import Completeness


class Exit(IntEnum):
    """Exit codes, the same for all commands."""

    DONE = 0
    ERRORS = 1
    """Errors, or a document could not be built."""
    USAGE_ERROR = 2
    WARNINGS = 3
    """Warnings under --strict."""
    INTERRUPTED = 130


_STATUS_COLOURS = {
    "written": TerminalColour.GREEN,
    "removed": TerminalColour.YELLOW,
    "edited": TerminalColour.RED,
    "failed": TerminalColour.RED,
}


class Session:
    """The output of a command. `excerpts` finds the lines that problems are about."""

    def __init__(self, arguments: Arguments) -> None:
        self.arguments = arguments
        self.excerpts = SourceExcerpts()
        self.json: dict[str, Any] = {}
        """What the command adds to its JSON report."""
        self.write: Callable[[str, TextIO], None] = write_line
        """Writes a line; a progress bar replaces it while it is on the terminal."""
        self.groups = False
        """Whether only the first warning of each code is shown, with the number of the others."""
        self.shows_all = "ucap check"
        """The command or option that shows all warnings."""
        self._kept: list[Problem] = []
        """The problems of the JSON report; otherwise those that are shown at the end."""
        self._reported: set[int] = set()
        """The hashes of all problems: those of ten thousand plans would take too much memory."""
        self.changes: list[FileChange] = []
        """The files of the user that the command changed, which `ucap undo` can restore."""
        self._kinds: Counter[tuple[Severity, str]] = Counter()

    def report(self, problems: Iterable[Problem]) -> None:
        """Report problems, each once: errors at once, what is grouped and infos when the command is done."""
        for problem in problems:
            identity = hash(problem)
            if identity in self._reported:
                continue
            self._reported.add(identity)
            self._kinds[problem.severity, problem.code] += 1
            is_grouped = self.groups and problem.severity is not Severity.ERROR
            if self.arguments.json or (problem.severity is Severity.INFO and not is_grouped):
                self._kept.append(problem)
            elif not is_grouped:
                self._show(problem)
            elif self._kinds[problem.severity, problem.code] == 1:
                self._kept.append(problem)

    def result(self, status: str, text: str) -> None:
        """Print the status of a file on a line of its own."""
        if self.arguments.json or self.arguments.quiet:
            return
        ink = _STATUS_COLOURS.get(status)
        shown = painted(f"{status:9}", ink, colour=self.colour(sys.stdout))
        self.write(f"{shown} {visible(text)}", sys.stdout)

    def save(self, file: NewFile, refuse: Callable[[bytes], None]) -> dict[str, str]:
        """Write a file, with its folder, and report it; returns its record in the JSON report.

        Raises ProblemsFound if `refuse` does for the content that it would replace.
        """
        _make_folder_of(file)
        status = write_unless_refused(file, refuse)
        return self._saved(file, status)

    def save_replacing(self, file: NewFile, before: bytes | None) -> dict[str, str]:
        """Like `save`, but raise ProblemsFound if the file is not as it was `before`, when it was read."""
        _make_folder_of(file)
        status = write_edited(file, before)
        return self._saved(file, status)

    def save_edited(self, file: NewFile, before: bytes | None) -> dict[str, str]:
        """Like `save_replacing`, for a file of the project whose change `ucap undo` can restore."""
        from ucap_reports.batch.undo_history import FileChange  # noqa: PLC0415 - most commands change no plan

        record = self.save_replacing(file, before)
        self.changes.append(FileChange(file.shown, before, file.content))
        return record

    def _saved(self, file: NewFile, status: WriteStatus) -> dict[str, str]:
        self.result(status, file.shown)
        return {"path": file.shown, "status": status.value}

    def create(self, files: Sequence[NewFile]) -> Sequence[WriteStatus]:
        """Write those of the files that do not exist, and report all of them; returns the status of each."""
        statuses = write_missing(files)
        for file, status in zip(files, statuses, strict=True):
            self.json["files"].append({"path": file.shown, "status": status.value})
            self.result(status, file.shown)
        return statuses

    def completeness(self, complete: "Completeness") -> dict[str, Any]:
        """Print how complete a translation is on a line of its own; returns its record in the JSON report."""
        counts = [f"{complete.translated} of {complete.total} translated"]
        if complete.outdated:
            counts.append(f"{complete.outdated} outdated")
        if complete.missing:
            counts.append(f"{complete.missing} missing")
        self.result(f"{complete.percent}%", f"{complete.plan} {complete.language}: {', '.join(counts)}")
        return {**asdict(complete), "translated": complete.translated, "percent": complete.percent}

    def data(self, text: str) -> None:
        """Print a file or a script, unless the JSON report has it: as it is in UTF-8, but filtered on a terminal."""
        if self.arguments.json:
            return
        if sys.stdout.isatty():
            write_text(visible_lines(text))
        elif isinstance(sys.stdout, TextIOWrapper):  # its own encoding is that of terminals: code page 1252 on Windows
            write_bytes(text.encode(), sys.stdout)
        else:
            write_text(text)

    def text(self, text: str) -> None:
        """Print text for people, which contains texts from others, unless the JSON report has it."""
        if not self.arguments.json:
            write_text(visible_lines(text))

    def painted(self, text: str) -> None:
        """Print text whose parts were filtered before they were painted, unless the JSON report has it."""
        if not self.arguments.json:
            write_text(text)

    def note(self, text: str) -> None:
        """Print a remark on stderr, unless the output is for a program or to be quiet."""
        if not self.arguments.quiet and not self.arguments.json:
            self.write(visible_lines(text), sys.stderr)

    def conclude(self, totals: str) -> None:
        """Show the problems that were kept for the end, then the totals of the command."""
        shown = len(self._kept)
        self._show_kept()
        if self.groups and shown < self.count(Severity.WARNING) + self.count(Severity.INFO):
            self.note(f"`{self.shows_all}` shows all warnings and infos.")
        self.note(totals)

    def count(self, severity: Severity) -> int:
        """Return the number of different problems of that severity."""
        total = 0
        for (severity_of_kind, _), number in self._kinds.items():
            if severity_of_kind is severity:
                total += number
        return total

    def problem_counts(self, none: str = "no problems") -> str:
        """Return the numbers of errors, warnings and infos in words."""
        counts = []
        for severity in Severity:
            number = self.count(severity)
            if number:
                counts.append(counted(number, severity.value))
        return joined_with_and(counts) if counts else none

    def finish(self, failure: Exit | None = None) -> Exit:
        """Return the exit code: `failure`, or that of the problems. With --json, the report is printed."""
        code = self._exit_code() if failure is None else failure
        if self.arguments.json:
            problems = [problem_record(problem) for problem in self._kept]
            report = {"command": self.arguments.command, "ok": code is Exit.DONE, **self.json, "problems": problems}
            write_line(json.dumps(report, indent=2))
        else:
            self._show_kept()
        return code

    def _exit_code(self) -> Exit:
        """Return the exit code of a command that was done."""
        if self.count(Severity.ERROR):
            return Exit.ERRORS
        if self.arguments.strict and self.count(Severity.WARNING):
            return Exit.WARNINGS
        return Exit.DONE

    def colour(self, stream: TextIO) -> bool:
        """Return whether a stream gets colours."""
        return not self.arguments.no_color and may_have_colours(stream)

    def _show_kept(self) -> None:
        if self.arguments.json:
            return
        for problem in by_severity(self._kept):
            more = 0
            if self.groups:
                more = self._kinds[problem.severity, problem.code] - 1
            self._show(problem, more)
        self._kept.clear()

    def _show(self, problem: Problem, more: int = 0) -> None:
        line = None
        if problem.severity is not Severity.INFO:
            line = self.excerpts.line(problem.location)
        text = problem_text(problem, line, colour=self.colour(sys.stderr), more=more)
        self.write(text, sys.stderr)


def _make_folder_of(file: NewFile) -> None:
    shown = Path(file.shown).parent.as_posix()
    make_folder(file.path.parent, shown, file.within)


def counted(number: int, one: str) -> str:
    """Return the number with its noun, such as "1 plan" or "2 plans"."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def joined_with_and(parts: Sequence[str]) -> str:
    """Return the parts with commas and "and"."""
    *firsts, last = parts
    return f"{', '.join(firsts)} and {last}" if firsts else last


def write_line(text: str, stream: TextIO | None = None) -> None:
    """Write the text and a line end, at once."""
    write_text(f"{text}\n", stream)
