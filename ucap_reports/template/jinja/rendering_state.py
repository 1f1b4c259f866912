"""The state of one rendering of a template: how values are printed, the remaining budget, and the problems so far.

What a template may cost is `BUDGET`. Where a problem is reported is decided by `Rendering.report`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from inspect import currentframe
from traceback import walk_stack, walk_tb
from types import FrameType
from typing import Self

from jinja2.exceptions import SecurityError, UndefinedError
from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.text.bars_tiles_charts_and_facts import Shape
from ucap_reports.text.rich_text import RichText

BUDGET = 16_000_000
"""The limit of one rendering: a printed character costs 1, a loop iteration or a call `TURN` more."""
TURN = 1_000
Printable = RichText | PictureFacts
Place = Callable[[Printable, str], str]
"""The markup of rich text or a picture; the second argument is the kind of its tag, empty without one."""
WriteText = Callable[[str, str], str]
"""The markup of a plain text; the second argument is the kind of its tag."""
DrawShape = Callable[[Shape, str], str]
"""The markup of a shape; the second argument is the kind of its tag."""


class BudgetExceededError(Exception):
    """A template exceeds its budget."""


class SourceLocations(Struct, frozen=True):
    """The place of each line of a template for its author, and the tag as the author wrote it, or "" for templates
    whose author knows their lines. Lines after the last one have its place.
    """

    lines: tuple[tuple[Location, str], ...]

    @classmethod
    def at(cls, location: Location, quoted: str = "") -> Self:
        """Return the places of a template that is one tag."""
        return cls(((location, quoted),))

    def placed(self, line: int, problem: Problem) -> Problem:
        """Return the problem at a line of the template, with the tag there quoted in its message and its details."""
        location, tag = self.lines[min(line, len(self.lines)) - 1]
        if not tag:
            return problem.at(location)
        message = f'{problem.message} in "{tag}"'
        details = {**problem.details, "tag": tag}
        return replace(problem, message=message, details=details, location=location)


class Rendering(Struct):
    """The state of one rendering. A problem that occurs repeatedly, as in a loop, is kept once."""

    locations: SourceLocations
    place: Place
    text: WriteText
    shape: DrawShape
    names: tuple[str, ...] = ()
    """The names that the template may use beside `summary`, for hints."""
    is_placing: bool = False
    """True while code of a format runs, whose errors are not the template's."""
    remaining: int = BUDGET
    """What may still be spent."""
    _problems: dict[Problem, int] = field(default_factory=dict)
    """The problems, each with the line of the template in which it occurred first."""

    def spend(self, characters: int) -> None:
        """Take from the budget. Raises BudgetExceededError if too little is left."""
        self.remaining -= characters
        if self.remaining < 0:
            raise BudgetExceededError

    def report(self, problem: Problem, line: int | None = None) -> None:
        """Keep a problem at the given line, or else at the tag that is being rendered, and continue.

        That tag is in the innermost template whose compiled code is on the call stack; without one, it is in line 1.
        """
        if line is None:
            lines = _template_lines(walk_stack(currentframe()))  # the innermost one is first
            line = next(lines, 1)
        self._problems.setdefault(self.locations.placed(line, problem), line)

    def report_error(self, error: Exception) -> None:
        """Keep the problem that stopped a rendering. An unknown name has been reported already."""
        lines = list(_template_lines(walk_tb(error.__traceback__)))
        line = lines[-1] if lines else 1  # the innermost one is last in a traceback
        match error:
            case UndefinedError() if self.problems:
                pass
            case SecurityError():
                self.report(problem("tag-forbidden", form="reason", reason=str(error)), line)
            case BudgetExceededError():
                self.report(problem("template-output-limit", form="limit"), line)
            case RecursionError():
                self.report(problem("template-output-limit", form="recursion"), line)
            case _:
                self.report(problem("tag-failed", reason=str(error)), line)

    @property
    def problems(self) -> list[Problem]:
        """All problems in the order of the template."""
        return sorted(self._problems, key=self._problems.__getitem__)


RENDERING: ContextVar[Rendering] = ContextVar("RENDERING")
"""The rendering of this thread or task; unset while a template is compiled."""


def spend(characters: int) -> None:
    """Take from the budget of the current rendering."""
    RENDERING.get().spend(characters)


def _template_lines(steps: Iterable[tuple[FrameType, int]]) -> Iterator[int]:
    """Yield the lines of templates whose compiled code is among the steps of a call stack."""
    for frame, code_line in steps:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            yield template.get_corresponding_lineno(code_line)
