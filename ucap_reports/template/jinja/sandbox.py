"""The sandbox that runs untrusted templates: the names that they may use of values, and the problems of other names;
the environment, which limits calculations and prints values; and which tags, filters and tests are refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from math import inf
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from msgspec import Struct, toml

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.problems import Problem, did_you_mean, problem, shortened
from ucap_reports.storage.bounded_and_compressed_values import kept_values
from ucap_reports.template.jinja.rendering_state import RENDERING, TURN, Rendering, spend
from ucap_reports.template.jinja.template_filters import KIND, still_tagged, template_filters, weigh
from ucap_reports.text.bars_tiles_charts_and_facts import (
    Bar,
    CustomFact,
    FactsByName,
    LazyItems,
    LazyTranslations,
    Tile,
)
from ucap_reports.text.field_marks import TextWithMarks, divided, joined
from ucap_reports.text.rich_text import RichText

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


@kept_values(1024)
def public_names(kind: type) -> Mapping[str, Kind]:
    """Return the names that a template may use of values of a type, with their kinds: fields and properties of the
    product's own values, and harmless methods of text.
    """
    if issubclass(kind, Struct):
        kinds = get_type_hints(kind)
        for base in reversed(kind.__mro__):  # those of the class itself replace those of its bases
            for name, member in vars(base).items():
                if isinstance(member, property):
                    kinds[name] = get_type_hints(member.fget)["return"]
        return {name: _without_none(hint) for name, hint in kinds.items() if name[0] != "_"}
    for known, names in ((str, _TEXT_METHODS), (date, _DATE_NAMES), (LoopContext, _LOOP_NAMES)):
        if issubclass(kind, known):
            return dict.fromkeys(names)
    return {}


def _without_none(kind: Kind) -> Kind:
    """Return the kind of an optional value without None; None for a value that may have one of several kinds."""
    origin: Any = get_origin(kind)
    if origin not in (Union, UnionType):
        return kind
    kinds = [member for member in get_args(kind) if member is not NoneType]
    return kinds[0] if len(kinds) == 1 else None


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
    known = sorted(declared)
    shown = shortened(name)
    hint = did_you_mean(shown, known) or _choices(known) or "declare it in ucap.yaml"
    return problem("name-unknown", form="field", hint=hint, name=shown)


def missing_name(kind: type, name: str) -> Problem:
    """Return the problem that values of this type have no such name, or do not show it to templates."""
    known = sorted(public_names(kind))
    if name.startswith("_") or hasattr(kind, name):
        return problem("tag-forbidden", form="name", hint=_choices(known), name=name)
    hint = did_you_mean(name, known) or _choices(known)
    return problem("name-unknown", form="field", hint=hint, name=name)


def _choices(names: Sequence[str]) -> str | None:
    """Return the hint that lists the known names; None if there are none, or too many."""
    if not 0 < len(names) <= _MOST_LISTED:
        return None
    return f"choose one of {', '.join(names)}"


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

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802 - named after the node
        """Write the code for an item, or for a slice, which Jinja's own code makes without the environment."""
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self.write("environment.sliced(")
        self.visit(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("])")


def _without_kind(value: nodes.Expr) -> tuple[nodes.Expr, str]:
    """Return a printed value without the filter for its kind, and the kind; empty without one."""
    if isinstance(value, nodes.Filter) and value.node is not None and value.name.startswith(KIND):
        return value.node, value.name.removeprefix(KIND)
    return value, ""


_COST_OF_ITEM = 100
"""Characters of the budget for an item of a divided text, which takes more memory than its characters."""


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

    def sliced(self, part: Any) -> Any:
        """Return a slice of a text or a list, which takes from the budget."""
        spend(len(part))
        return part

    def printed(self, value: object, kind: str) -> str:
        """Return the markup of a printed value: escaped text, or the format's markup of rich text or a shape.

        `kind` is that of its tag, empty without one. A value that is markup already comes from a macro or a set block
        of the template, where it was escaped.
        """
        rendering = RENDERING.get()
        rendering.is_placing = True
        # Most values are one of these; a test for a class that a value does not have takes several times as long.
        if type(value) is RichText:
            markup = rendering.place(value, kind)
        elif type(value) is str:
            markup = rendering.text(value, kind)
        else:
            markup = _rare_markup(rendering, value, kind)
        rendering.is_placing = False
        rendering.spend(len(markup))
        return markup

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return the result of a macro or of a harmless method; templates reach no other callables."""
        if isinstance(called, Undefined):
            return "" if "caller" in kwargs else called  # a call block prints its result unseen
        spend(TURN)
        weigh(*args, *kwargs.values())
        text = getattr(called, "__self__", None)
        if isinstance(text, str):  # a method, whose result is not longer than the text
            spend(len(text))
        result = super().call(context, called, *args, **kwargs)
        if isinstance(result, list):
            spend(_COST_OF_ITEM * len(result))
        if not isinstance(text, TextWithMarks):
            return result
        if isinstance(result, str):
            return still_tagged(result, text)
        if isinstance(result, list | tuple):
            return divided(text, result)
        return result

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
        are_numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator not in _CALCULATIONS or not are_numbers:
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
    environment.filters.update(template_filters(kinds))
    return environment


def _rare_markup(rendering: Rendering, value: object, kind: str) -> str:
    """Return the markup of a printed value that is not exactly rich text or a text."""
    match value:
        case Markup():
            return value
        case str():
            return rendering.text(value, kind)
        case int() | float() if not isinstance(value, bool):
            return rendering.text(str(value), kind)
        case date():
            return rendering.text(value.isoformat(), kind)
        case Undefined() | None:
            return ""
        case RichText() | PictureFacts():
            return rendering.place(value, kind)
        case CustomFact():
            return rendering.place(value.content, kind)
        case Bar() | Tile():
            return rendering.shape(value, kind)
        case _:
            rendering.report(_not_text(value))
            return ""


def _bounded_range(*bounds: int) -> range:
    """Return a range. Raises OverflowError for a long one."""
    numbers = range(*bounds)
    if len(numbers) > _LONGEST_RANGE:
        raise OverflowError(f"a range has at most {_LONGEST_RANGE} numbers")
    return numbers


def _not_text(value: object) -> Problem:
    """Return the problem that a printed value is no text."""
    value_type: Any = type(value)
    names = ", ".join(sorted(public_names(value_type)))
    if isinstance(value, bool):
        kind = "a boolean"
        hint = "use it in a condition: {% if … %}"
    elif isinstance(value, tuple | list | LazyItems):
        kind = "a list"
        hint = "print its items: {% for … in … %}"
    elif isinstance(value, Mapping):
        known = ", ".join(map(str, value)) or "there are none"
        kind = "values by name"
        hint = f"print one of them, with a point before its name: {known}"
    elif names:
        kind = f"a {value_type.__name__}"
        hint = f"print one of its fields: {names}"
    else:
        kind = "a function"
        hint = "call it, with brackets after its name"
    return problem("value-not-text", hint=hint, kind=kind)


# Tags, filters and tests that are refused
_FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.FilterBlock: "filter",
    nodes.EvalContextModifier: "autoescape",
    nodes.AssignBlock: "set … | filter",
    nodes.For: "for … recursive",
}
"""Tags that read other files, disable escaping, filter markup as text, or recurse."""
_NOT_XML = LazyPattern("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot contain (XML 1.0, 2.2)."""


def refused_parts(tree: nodes.Template, environment: Sandbox) -> list[tuple[int, Problem]]:
    """Return each invalid constant, forbidden tag, and forbidden or unknown filter or test, with its line."""
    kinds: tuple[type[Any], ...] = (nodes.Const, nodes.Filter, nodes.Test, *_FORBIDDEN)
    faults = []
    for node in tree.find_all(kinds):
        fault = _fault(node, environment)
        if fault is not None:
            faults.append((node.lineno, fault))
    return sorted(faults, key=lambda line_and_fault: line_and_fault[0])


def _fault(node: nodes.Node, environment: Sandbox) -> Problem | None:
    """Return the problem of a part of a template; None if it is allowed."""
    match node:
        case nodes.Const():
            return _constant_fault(node.value)
        case nodes.Filter():
            return _filter_fault(node.name, environment)
        case nodes.Test():
            if node.name in environment.tests:
                return None
            return problem("test-unknown", hint=did_you_mean(node.name, environment.tests), name=node.name)
        case nodes.AssignBlock(filter=None) | nodes.For(recursive=False):  # only the other forms are forbidden
            return None
        case _:
            name = next(name for kind, name in _FORBIDDEN.items() if isinstance(node, kind))
            return problem("tag-forbidden", form="tag", hint=instead_of("tags", name), name=name)


def _constant_fault(value: object) -> Problem | None:
    """Return the problem of a text with a character that XML cannot contain, or of a number that is too large."""
    if isinstance(value, str):
        character = _NOT_XML.search(value)
        if character is not None:
            return problem("tag-syntax", form="character", character=f"U+{ord(character[0]):04X}")
    elif value == inf:
        return problem("tag-syntax", form="number")
    return None


def _filter_fault(name: str, environment: Sandbox) -> Problem | None:
    """Return the problem of a filter that templates cannot use."""
    known = {known_name for known_name in environment.filters if known_name.isidentifier()}
    if name in known:
        return None
    if name in FILTERS:
        return problem("tag-forbidden", form="filter", hint=instead_of("filters", name), name=name)
    return problem("filter-unknown", hint=did_you_mean(name, known), name=name)


def instead_of(kind: str, word: str) -> str | None:
    """Return the hint for an unsupported statement, its end, or a filter; `kind` is `tags` or `filters`."""
    hints = _hints()[kind]
    return hints.get(word) or hints.get(word.removeprefix("end"))


@cache
def _hints() -> Mapping[str, Mapping[str, str]]:
    """Return the hints for unsupported tags and filters."""
    content = Path(__file__).with_name("unsupported_tags.toml").read_bytes()
    return toml.decode(content, type=dict[str, dict[str, str]])
