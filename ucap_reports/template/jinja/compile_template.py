"""Templates compiled: read, looked at, and made into code that can be kept."""

import marshal
from collections.abc import Callable, Sequence
from types import CodeType

from jinja2.exceptions import TemplateSyntaxError

from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.template.jinja.compiled_template import CompiledTemplate, Fault
from ucap_reports.template.jinja.jinja_errors import jinja_syntax_problem
from ucap_reports.template.jinja.render_budget import SourcePlaces, unquoted
from ucap_reports.template.jinja.sandbox import Sandbox, sandbox
from ucap_reports.template.jinja.template_security import bounded, compiled, security_faults


def compile_template(
    text: str, locate: Callable[[int], Location], kinds: Sequence[str] = (), quote: Callable[[int], str] = unquoted
) -> CompiledTemplate:
    """The template of `text`, in whose place `locate` and `quote` know each of its lines (from 1).

    For each of `kinds` there is a filter: `{{ (value)|kind_p }}` is printed with kind `p`.
    Raises ProblemsFound: `tag-syntax` for the first tag that cannot be read, or `tag-forbidden` and
    `filter-unknown` for all that there are.
    """
    places = SourcePlaces.of(text, locate, quote)
    code, unknown = _made(text, sandbox(tuple(kinds)), places)
    return CompiledTemplate(marshal.dumps(code), tuple(kinds), places, tuple(unknown))


def _made(text: str, environment: Sandbox, places: SourcePlaces) -> tuple[CodeType, Sequence[Fault]]:
    """The code of a template, and its unknown names. Raises ProblemsFound as `compile_template` does."""
    try:
        tree = environment.parse(text)
        if found := security_faults(tree, environment):
            raise ProblemsFound(places.problem(*fault) for fault in found)
        return compiled(bounded(tree, environment), environment)
    except TemplateSyntaxError as error:
        raise ProblemsFound([jinja_syntax_problem(places, error)]) from None
    except (RecursionError, SyntaxError, MemoryError):
        # Python's own limits, met by the code that Jinja makes of a template
        raise ProblemsFound([places.problem(1, "tag-syntax", "the template is nested too deeply")]) from None
