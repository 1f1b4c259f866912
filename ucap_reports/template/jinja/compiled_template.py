"""Compiled templates, rendered for each summary, with every problem at its author's own line."""

import marshal
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from jinja2.environment import Template
from jinja2.exceptions import SecurityError, UndefinedError
from markupsafe import escape
from msgspec import Struct

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.template.jinja.render_budget import (
    RENDERING,
    Place,
    Rendering,
    SourcePlaces,
    SpentError,
    WriteText,
    failing_line,
)
from ucap_reports.template.jinja.sandbox import sandbox

MOST_RUNNABLE = 128
"""How many templates are ready to run: a pack has up to a dozen."""


def _escaped(text: str, _kind: str) -> str:
    return escape(text)


class Fault(NamedTuple):
    """Something wrong at a line of the template."""

    line: int
    code: str
    message: str
    hint: str | None


class Attempt(Struct, frozen=True):
    """What came of filling a template: its text, unless something stopped it, and all that is wrong."""

    text: str | None
    problems: tuple[Problem, ...]


class CompiledTemplate(Struct, frozen=True):
    """A template that is ready for any number of summaries, in any number of threads."""

    code: bytes
    """What Jinja made of it, as `marshal` writes it: so the template can be kept, and sent to other processes."""
    kinds: tuple[str, ...]
    places: SourcePlaces
    unknown: tuple[Fault, ...]

    def render(self, summary: object, place: Place, text: WriteText = _escaped) -> str:
        """The template filled: `place` makes markup of rich text, `text` of plain text (escaped for XML by itself).

        Raises ProblemsFound with all of it: `name-unknown`, `value-not-text`, `tag-forbidden`, `tag-failed`,
        `template-endless`, and what `place` found.
        """
        filled = self.attempt(summary, place, text)
        if filled.problems:
            raise ProblemsFound(filled.problems)
        return filled.text or ""

    def attempt(self, summary: object, place: Place, text: WriteText = _escaped) -> Attempt:
        """The template filled as far as it can be, with everything that `render` would raise."""
        rendering = Rendering(self.places, place, text)
        token = RENDERING.set(rendering)
        try:
            return self._attempted(rendering, summary)
        finally:
            RENDERING.reset(token)

    def _attempted(self, rendering: Rendering, summary: object) -> Attempt:
        for line, code, message, hint in self.unknown:
            rendering.report(code, message, hint, line)
        problems: Sequence[Problem] = ()
        pieces: list[str] | None = None
        try:
            template = _runnable(self.code, self.kinds)
            pieces = list(template.root_render_func(template.new_context({"summary": summary})))
        except ProblemsFound as found:
            problems = found.problems
        except Exception as error:  # whatever a template can provoke
            if rendering.placing:
                raise
            _report(rendering, error)
        return Attempt(None if pieces is None else "".join(pieces), (*rendering.problems, *problems))


@lru_cache(maxsize=MOST_RUNNABLE)
def _runnable(code: bytes, kinds: tuple[str, ...]) -> Template:
    environment = sandbox(kinds)
    return Template.from_code(environment, marshal.loads(code), environment.make_globals(None))  # noqa: S302 - our own


def _report(rendering: Rendering, error: Exception) -> None:
    """Keep the problem that stopped a rendering; an unknown name that stopped it has been kept already."""
    line = failing_line(error)
    match error:
        case UndefinedError() if rendering.problems:
            pass
        case SecurityError():
            rendering.report("tag-forbidden", str(error), line=line)
        case SpentError():
            hint = "a summary's rows, columns and labels are all there is to go through"
            rendering.report("template-endless", "the template goes on without end", hint, line)
        case RecursionError():
            rendering.report("template-endless", "the template calls itself without end", line=line)
        case _:
            rendering.report("tag-failed", f"this tag fails: {error}", line=line)
