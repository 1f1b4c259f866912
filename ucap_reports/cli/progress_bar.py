"""The progress of a command: a bar below its other output on a terminal."""

import os
import sys
from typing import TYPE_CHECKING, TextIO

from ucap_reports.cli.command_output_and_exit_codes import Session, write_line

if TYPE_CHECKING:  # not imported at run time: a bar is for terminals alone
    from rich.progress import Progress as Bar

_FEWEST_STEPS = 20
"""Fewer steps are done before a bar would help."""


class Progress:
    """The progress of a command, below its other output. To be closed at the end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bar: Bar | None = None

    def begin(self, name: str, steps: int) -> None:
        """Show a bar with this number of steps."""
        arguments = self._session.arguments
        if arguments.quiet or arguments.json or steps < _FEWEST_STEPS:
            return
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            return
        self._bar = _new_bar(colour=self._session.colour(sys.stderr))
        self._bar.add_task(name, total=steps)
        self._bar.start()
        self._session.write = self._write

    def step(self) -> None:
        """Count one step as done."""
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0])

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
            self._session.write = write_line

    def _write(self, text: str, stream: TextIO) -> None:
        """Write a line above the bar, or into the file or pipe that the stream is."""
        if self._bar is not None and stream.isatty():
            self._bar.console.out(text, highlight=False)
        else:
            write_line(text, stream)


def _new_bar(*, colour: bool) -> "Bar":
    from rich.console import Console  # noqa: PLC0415 - 34 ms, for terminals alone
    from rich.progress import MofNCompleteColumn, Progress  # noqa: PLC0415 - as above

    console = Console(file=sys.stderr, no_color=not colour)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
