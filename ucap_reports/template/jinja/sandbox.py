"""The environment that runs templates nobody has to trust."""

import operator
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from ucap_reports.template.jinja.allowed_names import PUBLIC_NAMES, Unknown, missing_name
from ucap_reports.template.jinja.render_budget import RENDERING, TURN, Rendering, spend
from ucap_reports.template.jinja.template_filters import Kinded, filters, weigh
from ucap_reports.text.rich_text import RichText

LONGEST_RANGE = 1_000
LARGEST_NUMBER = 10**15
CALCULATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without what a template has no need of: names beside `summary` and `range`, and calculation of size."""

    intercepted_binops = frozenset({*CALCULATIONS, "**"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What `obj` shows to templates under that name; nothing, and a problem kept, where it shows none."""
        if attribute in PUBLIC_NAMES[type(obj)]:
            return getattr(obj, attribute)
        return missing_name(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The item of a sequence or mapping, or else the attribute of that name."""
        if isinstance(obj, list | tuple | str | dict | range):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return missing_name(obj, argument)
        return self.getattr(obj, str(argument))

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The result of a macro or of one of the harmless methods, the only things that can be reached and called."""
        if isinstance(called, Undefined):
            return "" if "caller" in kwargs else called  # a call block writes what it gets without looking at it
        spend(TURN)
        weigh(*args, *kwargs.values())
        return super().call(context, called, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 - Jinja's interface
        """Numbers calculated and texts joined, so far as the result stays of a size that a page could need."""
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            return left if isinstance(left, Undefined) else right
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            spend(len(left) + len(right))
            return left + right
        if operator not in CALCULATIONS or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f'"{operator}" is for numbers, in templates')
        result = CALCULATIONS[operator](left, right)
        if abs(result) > LARGEST_NUMBER:
            raise SecurityError("the number grows too large")
        return result


@cache
def sandbox(kinds: tuple[str, ...]) -> Sandbox:
    """The environment whose tags can be of these kinds."""
    environment = Sandbox(autoescape=True, undefined=Unknown, finalize=_printed, keep_trailing_newline=True)
    environment.globals.clear()
    environment.globals["range"] = _bounded_range
    environment.filters.clear()
    environment.filters.update(filters(kinds))
    return environment


def _bounded_range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > LONGEST_RANGE:
        raise OverflowError(f"a range has at most {LONGEST_RANGE} numbers")
    return numbers


def _printed(value: object) -> str:
    """The markup of a value that a tag prints: escaped text, or what the format makes of rich text.

    What is markup already comes from a macro or a set block of the template, where its values have been escaped.
    """
    rendering = RENDERING.get()
    kind = ""
    if isinstance(value, Kinded):
        value, kind = value
    markup = value if isinstance(value, Markup) else Markup(_markup(rendering, value, kind))  # noqa: S704 - _markup escapes
    rendering.spend(len(markup))
    return markup


def _markup(rendering: Rendering, value: object, kind: str) -> str:
    rendering.placing = True
    markup = ""
    match value:
        case str():
            markup = rendering.text(value, kind)
        case RichText():
            markup = rendering.place(value, kind)
        case bool():
            _report_not_text(rendering, "a yes or no", "ask for it in a condition, as in {% if row.shared %}")
        case int() | float():
            markup = rendering.text(str(value), kind)
        case date():
            markup = rendering.text(value.isoformat(), kind)
        case Undefined():
            pass
        case tuple() | list():
            _report_not_text(rendering, "a list", "go through it with {% for … in … %}")
        case None:
            _report_not_text(rendering, "nothing", "ask in a condition whether there is something")
        case _:
            names = ", ".join(sorted(PUBLIC_NAMES[type(value)]))
            what, hint = (
                (f"a {type(value).__name__}", f"print one of its parts: {names}") if names else ("a function", "")
            )
            _report_not_text(rendering, what, hint or "call it, with brackets behind its name")
    rendering.placing = False
    return markup


def _report_not_text(rendering: Rendering, what: str, hint: str) -> None:
    rendering.report("value-not-text", f"this is {what}, not text", hint)
