"""The Jinja environment that runs untrusted templates."""

from datetime import date
from functools import cache
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from ucap_reports.pictures.document_pictures import PictureFacts
from ucap_reports.problems import Problem, problem
from ucap_reports.template.jinja.allowed_names import Unknown, missing_fact, missing_value, public_names
from ucap_reports.template.jinja.render_budget import RENDERING, TURN, Rendering, spend
from ucap_reports.template.jinja.template_filters import ValueOfKind, filters, still_tagged, weigh
from ucap_reports.text.marked_text import TextWithMarks, joined
from ucap_reports.text.rich_text import RichText
from ucap_reports.text.shapes import Bar, Tile
from ucap_reports.text.template_values import CustomFact, FactsByName, LazyItems, LazyTranslations

LONGEST_RANGE = 1_000
LARGEST_NUMBER = 10**15
CALCULATIONS = frozenset({"+", "-", "*", "/", "//", "%"})


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without names other than `summary` and `range`, and without unlimited calculations."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)
    intercepted_unops = frozenset(ImmutableSandboxedEnvironment.default_unop_table)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the attribute, if templates may use it; otherwise undefined, with a problem reported."""
        kind: Any = type(obj)
        if isinstance(obj, LazyTranslations | FactsByName):
            return self.getitem(obj, attribute)
        if attribute in public_names(kind):
            return getattr(obj, attribute)
        return missing_value(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return the item of a sequence or mapping, or the attribute of any other value. A mapping by language has
        nothing for a language that it does not have, which is no problem: templates test it.
        """
        if isinstance(obj, LazyTranslations):
            translation = obj.of(argument)
            return Unknown() if translation is None else translation
        if isinstance(obj, FactsByName):
            return obj[argument] if argument in obj else missing_fact(obj, argument)
        if isinstance(obj, list | tuple | str | dict | range | LazyItems):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return missing_value(obj, argument)
        return self.getattr(obj, str(argument))

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return the result of a macro or of a harmless method; templates reach no other callables."""
        if isinstance(called, Undefined):
            return "" if "caller" in kwargs else called  # a call block prints its result unseen
        spend(TURN)
        weigh(*args, *kwargs.values())
        result = super().call(context, called, *args, **kwargs)
        text = getattr(called, "__self__", None)
        return still_tagged(result, text) if isinstance(text, TextWithMarks) and isinstance(result, str) else result

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return the result of an operation on numbers or texts, if it is of a size that a page could need.

        With an unknown value, the result is unknown: another plan may know it, and the template is the same for both.
        """
        for value in (left, right):
            if value is None or isinstance(value, Undefined):
                return value
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            spend(len(left) + len(right))
            return joined("", (left, right))
        if operator not in CALCULATIONS or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f'"{operator}" cannot be used with these values')
        result = super().call_binop(context, operator, left, right)
        if abs(result) > LARGEST_NUMBER:
            raise SecurityError(f"numbers are limited to {LARGEST_NUMBER:,}")
        return result

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """Return the result of a sign before a number; an unknown value stays unknown."""
        if arg is None or isinstance(arg, Undefined):
            return arg
        return super().call_unop(context, operator, arg)


@cache
def sandbox(kinds: tuple[str, ...]) -> Sandbox:
    """Return the environment for tags of these kinds, shared by all threads: it does not change after this."""
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
    """Return the markup of a printed value: escaped text, or the format's markup of rich text or a shape.

    A value that is markup already comes from a macro or a set block of the template, where it was escaped.
    """
    rendering = RENDERING.get()
    kind = ""
    if isinstance(value, ValueOfKind):
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
        case CustomFact():
            markup = rendering.place(value.content, kind)
        case RichText() | PictureFacts():
            markup = rendering.place(value, kind)
        case Bar() | Tile():
            markup = rendering.shape(value, kind)
        case int() | float() if not isinstance(value, bool):
            markup = rendering.text(str(value), kind)
        case date():
            markup = rendering.text(value.isoformat(), kind)
        case Undefined() | None:
            pass
        case _:
            rendering.report(_not_text(value))
    rendering.placing = False
    return markup


def _not_text(value: object) -> Problem:
    value_type: Any = type(value)
    names = ", ".join(sorted(public_names(value_type)))
    kind, hint = "a function", "call it, with brackets after its name"
    if isinstance(value, bool):
        kind, hint = "a boolean", "use it in a condition: {% if … %}"
    elif isinstance(value, tuple | list):
        kind, hint = "a list", "print its items: {% for … in … %}"
    elif names:
        kind, hint = f"a {value_type.__name__}", f"print one of its fields: {names}"
    return problem("value-not-text", hint=hint, kind=kind)
