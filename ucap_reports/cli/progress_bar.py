"""A bar on the terminal while there is much to do; without a terminal there is none, and nothing of it is imported."""

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from ucap_reports.cli.text_or_json_output import Session, write_line

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

WORTH_A_BAR = 20
"""Steps that take longer than anybody likes to wait without a sign."""


class Progress:
    """Shows how far a command is, under all that it says meanwhile; a context, at whose end the bar is gone."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bar: Bar | None = None

    def begin(self, name: str, steps: int) -> None:
        """So many steps of that name are to come; the bar of those before is gone."""
        self.end()
        arguments = self._session.arguments
        seen = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not (arguments.quiet or arguments.json)
        if seen and steps >= WORTH_A_BAR:
            self._bar = _new_bar(colour=self._session.colour(sys.stderr))
            self._bar.add_task(name, total=steps)
            self._bar.start()
            self._session.write = self._write

    def step(self) -> None:
        """One of them is done."""
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0])

    def end(self) -> None:
        """No more steps are to come."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
            self._session.write = write_line

    def _write(self, text: str, stream: TextIO) -> None:
        """A line above the bar, as it is; what goes into a file or a pipe passes the terminal by."""
        if self._bar is not None and stream.isatty():
            self._bar.console.out(text, highlight=False)
        else:
            write_line(text, stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()


def _new_bar(*, colour: bool) -> "Bar":
    from rich.console import Console  # noqa: PLC0415 - 34 ms that only a terminal with work to show waits for
    from rich.progress import (  # noqa: PLC0415 - as above
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(file=sys.stderr, no_color=not colour)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
