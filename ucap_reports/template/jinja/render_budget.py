"""What one rendering keeps: how it prints, what it may still spend, and every problem it has met."""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from types import FrameType, TracebackType
from typing import Self

from msgspec import Struct

from ucap_reports.problems import Location, Problem, Severity
from ucap_reports.text.rich_text import RichText

BUDGET = 16_000_000
"""The most that one rendering may spend: a character it writes costs 1, a turn of a loop or a call `TURN` more."""
TURN = 1_000

Place = Callable[[RichText, str], str]
"""The markup of a rich value; the text is the kind of its tag, empty without one."""
WriteText = Callable[[str, str], str]
"""The markup of a plain text, and the kind of its tag."""


def unquoted(_line: int) -> str:
    """No tag: what a template says whose author knows its lines."""
    return ""


class SpentError(Exception):
    """The template goes on for too long."""


class SourcePlaces(Struct, frozen=True):
    """The place of each line of a template for its author, and the tag as the author wrote it."""

    lines: tuple[tuple[Location, str], ...]

    @classmethod
    def at(cls, location: Location, quoted: str = "") -> Self:
        """The places of a template that is one tag."""
        return cls(((location, quoted),))

    @classmethod
    def of(cls, text: str, locate: Callable[[int], Location], quote: Callable[[int], str] = unquoted) -> Self:
        """The places of the lines of a text; `locate` and `quote` get the number of a line, from 1."""
        return cls(tuple((locate(line), quote(line)) for line in range(1, text.count("\n") + 2)))

    def problem(self, line: int, code: str, message: str, hint: str | None = None) -> Problem:
        """The error at a line of the template, with its tag quoted where there is one."""
        location, tag = self.lines[min(line, len(self.lines)) - 1]
        quoted = f'{message} in "{tag}"' if tag else message
        return Problem(code, Severity.ERROR, quoted, hint, location, {"tag": tag})


class Rendering:
    """The state of one rendering. Problems met more than once, as in a loop, are kept once."""

    __slots__ = ("_left", "_places", "_problems", "place", "placing", "text")

    def __init__(self, places: SourcePlaces, place: Place, text: WriteText) -> None:
        self.place = place
        self.text = text
        self.placing = False
        """True while a format's own code runs, whose errors are no fault of the template."""
        self._places = places
        self._left = BUDGET
        self._problems: dict[Problem, int] = {}

    def spend(self, characters: int) -> None:
        """Take from the budget; SpentError where there is not so much left."""
        self._left -= characters
        if self._left < 0:
            raise SpentError

    def report(self, code: str, message: str, hint: str | None = None, line: int | None = None) -> None:
        """Keep a problem and go on; at the tag that is being rendered unless another line is given."""
        line = line or running_line()
        self._problems.setdefault(self._places.problem(line, code, message, hint), line)

    @property
    def problems(self) -> list[Problem]:
        """All problems met, in the order of the template."""
        return sorted(self._problems, key=self._problems.__getitem__)


RENDERING: ContextVar[Rendering] = ContextVar("RENDERING")
"""The rendering of this thread or task; there is none while a template is compiled."""


def spend(characters: int) -> None:
    """Take from the budget of the rendering that is going on."""
    RENDERING.get().spend(characters)


def running_line() -> int:
    """The line of the template whose compiled code called, directly or not; 1 where none did."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the way to a running template's line, as in jinja2.debug
    while frame is not None:
        if (line := _template_line(frame, frame.f_lineno)) is not None:
            return line
        frame = frame.f_back
    return 1


def failing_line(error: BaseException) -> int:
    """The innermost line of the template through which the error came."""
    line = 1
    step: TracebackType | None = error.__traceback__
    while step is not None:
        line = _template_line(step.tb_frame, step.tb_lineno) or line
        step = step.tb_next
    return line


def _template_line(frame: FrameType, code_line: int) -> int | None:
    template = frame.f_globals.get("__jinja_template__")
    return None if template is None else int(template.get_corresponding_lineno(code_line))
