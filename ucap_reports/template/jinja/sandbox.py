"""The sandbox that runs untrusted templates: their budget, the names and filters that they may use, what they print."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import date
from functools import cache, wraps
from inspect import currentframe
from math import isfinite
from traceback import walk_stack, walk_tb
from types import FrameType, NoneType, UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from jinja2 import nodes, pass_context, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.filters import FILTERS, do_replace, sync_do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext, Undefined, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.pictures.document_pictures import PictureFacts
from ucap_reports.problems import Location, Problem, did_you_mean, problem, shortened
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.text.language_tags import LANGUAGE, foreign_text, language_of, like
from ucap_reports.text.links import link_address
from ucap_reports.text.marked_text import TextWithMarks, divided, joined, marks_of
from ucap_reports.text.rich_text import Paragraph, RichText, Run
from ucap_reports.text.template_values import (
    NO_BAR,
    Bar,
    CustomFact,
    FactsByName,
    LazyItems,
    LazyTranslations,
    Shape,
    Tile,
    bar_of,
)

# The state of one rendering: how values are printed, the remaining budget, and the problems so far
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
        message, details = f'{problem.message} in "{tag}"', {**problem.details, "tag": tag}
        return replace(problem, message=message, details=details, location=location)


class Rendering(Struct):
    """The state of one rendering. A problem that occurs repeatedly, as in a loop, is kept once."""

    locations: SourceLocations
    place: Place
    text: WriteText
    shape: DrawShape
    names: tuple[str, ...] = ()
    """The names that the template may use beside `summary`, for hints."""
    placing: bool = False
    """True while code of a format runs, whose errors are not the template's."""
    left: int = BUDGET
    """What may still be spent."""
    _problems: dict[Problem, int] = field(default_factory=dict)

    def spend(self, characters: int) -> None:
        """Take from the budget. Raises BudgetExceededError if too little is left."""
        self.left -= characters
        if self.left < 0:
            raise BudgetExceededError

    def report(self, problem: Problem, line: int | None = None) -> None:
        """Keep a problem at the given line, or else at the tag that is being rendered, and continue.

        That tag is in the innermost template whose compiled code is on the call stack; without one, it is in line 1.
        """
        line = line or next(_template_lines(walk_stack(currentframe())), 1)
        self._problems.setdefault(self.locations.placed(line, problem), line)

    def report_error(self, error: Exception) -> None:
        """Keep the problem that stopped a rendering. An unknown name has been reported already."""
        line = [1, *_template_lines(walk_tb(error.__traceback__))][-1]  # the innermost one in the traceback
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
        if (template := frame.f_globals.get("__jinja_template__")) is not None:
            yield template.get_corresponding_lineno(code_line)


# Names that templates may use of a value: a closed list for each type
Kind = Any
"""A type annotation, such as `tuple[Row, ...]`; None if nothing is known about the value."""
_TEXT_METHODS = (
    "capitalize", "casefold", "endswith", "lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "split",
    "splitlines", "startswith", "strip", "title", "upper",
)  # fmt: skip
"""Text methods whose result is not longer than the text."""
_DATE_NAMES = ("year", "month", "day", "isoformat")
_LOOP_NAMES = (
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "cycle", "changed",
    "depth", "depth0",
)  # fmt: skip
_MOST_LISTED = 20
"""The largest number of names in a hint."""


@cache
def public_names(kind: type) -> Mapping[str, Kind]:
    """Return the names that a template may use of values of a type, with their kinds: fields and properties of the
    product's own values, and harmless methods of text.
    """
    if issubclass(kind, Struct):
        hints = get_type_hints(kind)
        for base in reversed(kind.__mro__):
            for name, member in vars(base).items():
                if isinstance(member, property):
                    hints[name] = get_type_hints(member.fget)["return"]
        return {name: _without_none(hint) for name, hint in hints.items() if name[0] != "_"}
    for known, names in ((str, _TEXT_METHODS), (date, _DATE_NAMES), (LoopContext, _LOOP_NAMES)):
        if issubclass(kind, known):
            return dict.fromkeys(names)
    return {}


def _without_none(kind: Kind) -> Kind:
    origin: Any = get_origin(kind)
    others = [arg for arg in get_args(kind) if arg is not NoneType]
    if origin not in (Union, UnionType):
        return kind
    return others[0] if len(others) == 1 else None


class Unknown(Undefined):
    """The value of an unknown name: it reports a problem when it is created, and then behaves as nothing.

    Jinja also creates unnamed ones, such as the item before the first; these report nothing.
    """

    __slots__ = ()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # Jinja's own arguments
        if self._undefined_name is not None:
            name = str(self._undefined_name)
            rendering = RENDERING.get()
            if self._undefined_hint:
                rendering.report(problem("name-unknown", form="argument", name=name))
            else:
                rendering.report(unknown_name(name, ("summary", "loop", *rendering.names)))


def unknown_name(name: str, known: tuple[str, ...] = ("summary", "loop")) -> Problem:
    """Return the problem that no variable has this name."""
    if name == "loop":
        return problem("name-unknown", form="loop", name=name)
    return problem("name-unknown", form="variable", hint=did_you_mean(name, known), name=name)


def undeclared(name: str, declared: Iterable[str]) -> Problem:
    """Return the problem that no custom field or column has this name."""
    known, shown = sorted(declared), shortened(name)
    listed = f"choose one of {', '.join(known)}" if 0 < len(known) <= _MOST_LISTED else "declare it in ucap.yaml"
    return problem("name-unknown", form="field", hint=did_you_mean(shown, known) or listed, name=shown)


def missing_name(kind: type, name: str) -> Problem:
    """Return the problem that values of this type have no such name, or do not show it to templates."""
    known = sorted(public_names(kind))
    listed = f"choose one of {', '.join(known)}" if 0 < len(known) <= _MOST_LISTED else None
    if name.startswith("_") or hasattr(kind, name):
        return problem("tag-forbidden", form="name", hint=listed, name=name)
    return problem("name-unknown", form="field", hint=did_you_mean(name, known) or listed, name=name)


def _missing_value(value: object, name: object) -> Undefined:
    """Return an undefined value for a name or item that `value` does not have; the problem is reported."""
    if isinstance(value, Undefined):
        return value
    if isinstance(name, str):
        unknown = missing_name(type(value), name)
    else:
        unknown = problem("name-unknown", form="item", name=str(name)[:_MOST_LISTED])
    RENDERING.get().report(unknown)
    return Unknown()


def _missing_fact(facts: FactsByName, name: object) -> Undefined:
    """Return an undefined value for a custom field that is not declared; the problem is reported."""
    RENDERING.get().report(undeclared(str(name), facts))
    return Unknown()


# The environment
_LONGEST_RANGE = 1_000
_LARGEST_NUMBER = 10**15
_CALCULATIONS = frozenset({"+", "-", "*", "/", "//", "%"})
_BY_NAME = (LazyTranslations, FactsByName)
_WITH_ITEMS = (list, tuple, str, dict, range, LazyItems)


class _PrintingCode(CodeGenerator):
    """Generates the code of templates, in which each printed value is passed to `Sandbox.printed` with its kind.

    Jinja's own code would escape the result again.
    """

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - named after the node
        """Write the code for text of the template and for printed values."""
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self.start_write(frame)
                self.write(repr(child.data))
            else:
                value, kind = _without_kind(child)
                self.start_write(frame, child)
                self.write("environment.printed(")
                self.visit(value, frame)
                self.write(f", {kind!r})")
            self.end_write(frame)


def _without_kind(value: nodes.Expr) -> tuple[nodes.Expr, str]:
    """Return a printed value without the filter for its kind, and the kind; empty without one."""
    if isinstance(value, nodes.Filter) and value.node is not None and value.name.startswith(KIND):
        return value.node, value.name.removeprefix(KIND)
    return value, ""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without names other than `summary` and `range`, and without unlimited calculations."""

    code_generator_class = _PrintingCode
    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)
    intercepted_unops = frozenset(ImmutableSandboxedEnvironment.default_unop_table)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the attribute, if templates may use it; otherwise undefined, with a problem reported."""
        kind: Any = type(obj)
        if attribute in public_names(kind):
            return getattr(obj, attribute)
        if isinstance(obj, _BY_NAME):
            return self.getitem(obj, attribute)
        return _missing_value(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return the item of a sequence or mapping, or the attribute of any other value. A mapping by language has
        nothing for a language that it does not have, which is no problem: templates test it.
        """
        if isinstance(obj, LazyTranslations):
            translation = obj.of(argument)
            return Unknown() if translation is None else translation
        if isinstance(obj, FactsByName):
            return obj[argument] if argument in obj else _missing_fact(obj, argument)
        if isinstance(obj, _WITH_ITEMS):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return _missing_value(obj, argument)
        return self.getattr(obj, str(argument))

    def printed(self, value: object, kind: str) -> str:
        """Return the markup of a printed value: escaped text, or the format's markup of rich text or a shape.

        `kind` is that of its tag, empty without one. A value that is markup already comes from a macro or a set block
        of the template, where it was escaped.
        """
        rendering = RENDERING.get()
        rendering.placing = True
        markup = ""
        match value:
            case Markup():
                markup = value
            case str():
                markup = rendering.text(value, kind)
            case RichText() | PictureFacts():
                markup = rendering.place(value, kind)
            case CustomFact():
                markup = rendering.place(value.content, kind)
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
        rendering.spend(len(markup))
        return markup

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return the result of a macro or of a harmless method; templates reach no other callables."""
        if isinstance(called, Undefined):
            return "" if "caller" in kwargs else called  # a call block prints its result unseen
        spend(TURN)
        _weigh(*args, *kwargs.values())
        result = super().call(context, called, *args, **kwargs)
        text = getattr(called, "__self__", None)
        if not isinstance(text, TextWithMarks):
            return result
        if isinstance(result, str):
            return _still_tagged(result, text)
        return divided(text, result) if isinstance(result, list | tuple) else result

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
        if operator not in _CALCULATIONS or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f'"{operator}" cannot be used with these values')
        result = super().call_binop(context, operator, left, right)
        if abs(result) > _LARGEST_NUMBER:
            raise SecurityError(f"numbers are limited to {_LARGEST_NUMBER:,}")
        return result

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """Return the result of a sign before a number; an unknown value stays unknown."""
        if arg is None or isinstance(arg, Undefined):
            return arg
        return super().call_unop(context, operator, arg)


@cache
def sandbox(kinds: tuple[str, ...]) -> Sandbox:
    """Return the environment for tags of these kinds, shared by all threads: it does not change after this."""
    environment = Sandbox(autoescape=True, undefined=Unknown, keep_trailing_newline=True)
    environment.globals.clear()
    environment.globals["range"] = _bounded_range
    environment.filters.clear()
    environment.filters.update(_filters(kinds))
    return environment


def _bounded_range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > _LONGEST_RANGE:
        raise OverflowError(f"a range has at most {_LONGEST_RANGE} numbers")
    return numbers


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


# Filters: Jinja's for text and lists, charged for their text, and those of the product
_TEXT_FILTERS = ("capitalize", "lower", "title", "trim", "upper")
_LIST_FILTERS = (
    "batch", "count", "d", "default", "first", "last", "length", "list", "map", "reject", "rejectattr", "reverse",
    "select", "selectattr",
)  # fmt: skip
_MOST_DECIMALS = 6
EACH = " each"
"""The filter around the list of each loop; a template cannot write a name that begins with a space."""
ENTER = " enter"
"""The filter at the start of each macro."""
JOINED = " joined"
"""The filter that replaces `a ~ b`."""
MADE = " made"
"""The filter around each list and dictionary in a template."""
KIND = "kind_"
"""The beginning of the names of filters for the kinds of printed values."""
_MOST_MADE = 1_000
"""The largest number of items in a list, including those of nested lists each time that they occur.

Otherwise a list that contains the previous list twice, forty times over, could be neither compared nor printed.
"""
WIDEST = 14_400
"""The largest width of a picture in points."""


def _filters(kinds: Iterable[str]) -> Mapping[str, Callable[..., Any]]:
    """Return all filters by name, including one for each of `kinds`, which are replaced where a value is printed."""
    return (
        {name: _charged(_for_text(name)) for name in _TEXT_FILTERS}
        | {name: _charged(FILTERS[name]) for name in _LIST_FILTERS}
        | {"join": _join, "replace": _replace, "e": _as_it_is, "escape": _as_it_is}
        | {"link": _link, "language": _language, "number": _number, "date": _date, "bar": _bar, "tile": _tile}
        | {"max": _extreme(max), "min": _extreme(min), "width": _width}
        | {EACH: _each, ENTER: _enter, JOINED: _joined, MADE: _made}
        | {f"{KIND}{kind}": _as_it_is for kind in kinds}
    )


def _charged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter, at the cost of its texts. It fails outside a rendering, so that Jinja does not evaluate it
    early. Its result can be used twice.
    """

    @wraps(function)
    def charged(*args: Any, **kwargs: Any) -> Any:
        spend(sum(len(argument) for argument in args if isinstance(argument, str)))
        result = function(*args, **kwargs)
        return list(result) if isinstance(result, Iterator) else result

    return charged


def _for_text(name: str) -> Callable[..., Any]:
    """Jinja's filter of that name, for text only: it would convert other values to Python notation. The text keeps its
    language.
    """
    function = FILTERS[name]

    @wraps(function)
    def for_text(value: object, *args: Any) -> Any:
        result = function(_text(value, name), *args)
        return _still_tagged(result, value) if isinstance(value, str) else result

    return for_text


def _still_tagged(result: str, text: str) -> str:
    """Return what a filter has made of a text, with the language of the text; with its marks only if they are still
    at the same characters.
    """
    return like(result, text) if len(result) == len(text) else foreign_text(result, language_of(text))


def _text(value: object, name: str) -> Any:
    if isinstance(value, str | int | Undefined) and not isinstance(value, bool):
        return value
    raise TypeError(f'"{name}" is for plain text')


def _words(value: object, name: str) -> str:
    """Return the plain text of a value with its marks, unescaped if it comes from a set block."""
    if not isinstance(value, Markup):
        text = _text(value, name)
        return text if isinstance(text, str) else str(text)
    if "<" in value:
        raise TypeError(f'"{name}" is for plain text')
    return value.unescape()


@pass_eval_context
def _join(context: EvalContext, value: Iterable[object], between: str = "", attribute: str | None = None) -> str:
    if attribute is not None:
        value = [context.environment.getitem(item, attribute) for item in value]
    items = [_text(item, "join") for item in value]
    spend(sum(len(between) + len(str(item)) for item in items))
    text = sync_do_join(context, items, between)
    return text if isinstance(text, Markup) else _with_marks_of(text, between, items)


@pass_eval_context
def _replace(context: EvalContext, value: str, old: str, new: str, count: int | None = None) -> str:
    spend((len(str(value)) + 1) * (len(str(new)) + 1))
    result = do_replace(context, _text(value, "replace"), old, new, count)
    return _still_tagged(result, value) if marks_of(value) else result


def _link(value: Any, address: Any = None) -> RichText | Undefined:
    """Return the text as a link to `address` or, without one, to the mail or web address in the text."""
    if isinstance(value, Undefined):
        return value
    text = _words(value, "link")
    written = str(address or text)
    target = link_address(written)
    if text and target is None:
        RENDERING.get().report(problem("link-invalid", address=written))
    return RichText((Paragraph((Run(text, link=target),)),)) if text else RichText()


def _language(value: Any, tag: Any) -> RichText | Undefined:
    """Return the text, marked as being in the language of a BCP 47 tag, unless it has a language of its own."""
    if isinstance(value, Undefined) or isinstance(tag, Undefined):
        return value if isinstance(value, Undefined) else tag
    if not LANGUAGE.fullmatch(str(tag)):
        RENDERING.get().report(problem("language-invalid", tag=str(tag)))
    text = _words(value, "language")
    language = language_of(value) or str(tag)
    return RichText((Paragraph((Run(text, language=language),)),)) if text else RichText()


def _width(value: Any, width: Any) -> PictureFacts | Undefined:
    """Return the picture, to be printed as wide as a length such as "60 mm"."""
    if isinstance(value, Undefined) or isinstance(width, Undefined):
        return value if isinstance(value, Undefined) else width
    if not isinstance(value, PictureFacts):
        raise TypeError('"width" is for pictures')
    length = Length.parse(str(width))
    if not 1 <= length <= WIDEST:
        raise ValueError(f"a picture is 1 to {WIDEST:,} pt wide")
    return replace(value, width=length)


@pass_context
def _number(context: Context, value: Any, decimals: int | None = None) -> Any:
    """Return a number as the pack prints populations or, with a number of decimals, with all its digits."""
    if value is None or isinstance(value, Undefined):
        return value
    formats, number = _formats(context), _numeric(value)
    if decimals is None:
        return formats.figure(number)
    if decimals not in range(_MOST_DECIMALS + 1):
        raise ValueError(f"a number has at most {_MOST_DECIMALS} decimals")
    return formats.number(round(number, decimals), decimals)


@pass_context
def _date(context: Context, value: Any) -> Any:
    """Return a date in words."""
    if value is None or isinstance(value, Undefined):
        return value
    if not isinstance(value, date):
        raise TypeError('"date" is for dates')
    return _formats(context).date(value)


@pass_context
def _bar(context: Context, value: Any, largest: Any, label: object = "") -> Bar | Undefined:
    """Return a bar as long as the number is of `largest`; its alternative text has the label and the number."""
    if isinstance(value, Undefined) or isinstance(largest, Undefined):
        return value if isinstance(value, Undefined) else largest
    if value is None or largest is None:
        return NO_BAR
    return bar_of(_numeric(value), _numeric(largest), _formats(context).figure(value), _words(label, "bar"))


def _tile(value: Any) -> Any:
    """Return the tile of a goal."""
    if value is None or isinstance(value, Undefined):
        return value
    number, title = (getattr(value, name, None) for name in ("number", "title"))
    if not isinstance(number, int) or not isinstance(title, str):
        raise TypeError('"tile" is for goals')
    return Tile(number, str(title), language_of(title))


def _formats(context: Context) -> Any:
    return context.parent["summary"].formats


def _numeric(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError("it is not a number")
    return value


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the filter for the largest or smallest number of a list, without those that are unknown;
    none if all are.
    """

    @pass_context
    def extreme(_context: Context, values: Iterable[Any]) -> Any:
        return function((_numeric(value) for value in values if value is not None), default=None)

    return extreme


def _as_it_is(value: object) -> object:
    """Return the value: all printed text is escaped anyway, and has the kind of its tag."""
    return value


@pass_context
def _each(_context: Context, value: Iterable[object], characters: int) -> Iterable[object]:
    """Return the items of a loop whose body prints `characters` by itself."""
    if isinstance(value, LazyItems):
        spend(len(value) * (characters + TURN))
        return value
    items = tuple(value)
    spend(len(items) * (characters + TURN))
    return items


@pass_context
def _enter(_context: Context, characters: int) -> None:
    """Take the cost of a macro that prints `characters` by itself."""
    spend(characters + TURN)


@pass_context
def _joined(_context: Context, parts: list[object]) -> str:
    texts = [_text(part, "~") for part in parts]
    spend(sum(len(str(text)) for text in texts))
    text = markup_join(texts)
    return text if isinstance(text, Markup) else _with_marks_of(text, "", texts)


def _with_marks_of(text: str, between: str, parts: Sequence[object]) -> str:
    """Return the text of parts that Jinja has joined, with their marks."""
    if not any(isinstance(part, TextWithMarks) for part in parts):
        return text
    return joined(between, [part if isinstance(part, str) else str(part) for part in parts])


@pass_context
def _made(_context: Context, value: object) -> object:
    _weigh(value)
    return value


def _weigh(*values: object) -> None:
    """Check the size of values. Raises SecurityError for lists with too many items."""
    unweighed = list(values)
    remaining = _MOST_MADE
    while unweighed:
        value = unweighed.pop()
        if isinstance(value, list | tuple | dict):
            remaining -= len(value)
            if remaining < 0:
                raise SecurityError(f"lists are limited to {_MOST_MADE:,} items")
            unweighed += value
            if isinstance(value, dict):
                unweighed += value.values()
