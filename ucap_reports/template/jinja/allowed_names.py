"""The names that a template may use of a value: a closed list for each type."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2.runtime import LoopContext, Undefined
from msgspec import Struct

from ucap_reports.problems import Problem, did_you_mean, problem, shortened
from ucap_reports.template.jinja.render_budget import RENDERING
from ucap_reports.text.template_values import FactsByName

Kind = Any
"""A type annotation, such as `tuple[Row, ...]`; None if nothing is known about the value."""
TEXT_METHODS = (
    "capitalize", "casefold", "endswith", "lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "split",
    "splitlines", "startswith", "strip", "title", "upper",
)  # fmt: skip
"""Text methods whose result is not longer than the text."""
DATE_NAMES = ("year", "month", "day", "isoformat")
LOOP_NAMES = (
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "cycle", "changed",
    "depth", "depth0",
)  # fmt: skip
MOST_LISTED = 20
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
    for known, names in ((str, TEXT_METHODS), (date, DATE_NAMES), (LoopContext, LOOP_NAMES)):
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


def missing_value(value: object, name: object) -> Undefined:
    """Return an undefined value for a name or item that `value` does not have; the problem is reported."""
    if isinstance(value, Undefined):
        return value
    if isinstance(name, str):
        unknown = missing_name(type(value), name)
    else:
        unknown = problem("name-unknown", form="item", name=str(name)[:MOST_LISTED])
    RENDERING.get().report(unknown)
    return Unknown()


def missing_fact(facts: FactsByName, name: object) -> Undefined:
    """Return an undefined value for a custom field that is not declared; the problem is reported."""
    RENDERING.get().report(undeclared(str(name), facts))
    return Unknown()


def undeclared(name: str, declared: Iterable[str]) -> Problem:
    """Return the problem that no custom field or column has this name."""
    known, shown = sorted(declared), shortened(name)
    listed = f"choose one of {', '.join(known)}" if 0 < len(known) <= MOST_LISTED else "declare it in ucap.yaml"
    return problem("name-unknown", form="field", hint=did_you_mean(shown, known) or listed, name=shown)


def missing_name(kind: type, name: str) -> Problem:
    """Return the problem that values of this type have no such name, or do not show it to templates."""
    known = sorted(public_names(kind))
    listed = f"choose one of {', '.join(known)}" if 0 < len(known) <= MOST_LISTED else None
    if name.startswith("_") or hasattr(kind, name):
        return problem("tag-forbidden", form="name", hint=listed, name=name)
    return problem("name-unknown", form="field", hint=did_you_mean(name, known) or listed, name=name)
