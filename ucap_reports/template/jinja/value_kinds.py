"""The kinds of a template's values, from the type annotations of the summary."""

from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2.runtime import LoopContext
from msgspec import Struct

from ucap_reports.template.jinja.allowed_names import TEXT_METHODS, public_names
from ucap_reports.text.foreign_text import ByLanguage

Kind = Any
"""A type annotation, such as `tuple[Row, ...]`; None if nothing is known about the value."""
LISTING_METHODS = frozenset({"split", "splitlines"})
LOOP = LoopContext


def class_of(kind: Kind) -> type | None:
    """The class of values of that kind, if it is known."""
    origin: Any = get_origin(kind)
    found = kind if origin is None else origin
    return found if isinstance(found, type) else None


def item_of(kind: Kind) -> Kind:
    """The kind of the items of a list."""
    if kind is str:
        return str
    arguments = get_args(kind)
    return _plain(arguments[0]) if class_of(kind) in (tuple, list) and arguments else None


def shown_by(kind: Kind, name: str) -> Kind:
    """The kind of a field, a method result, or a value of a mapping, None for one of an unknown kind.

    Raises KeyError if no value of the kind has the name.
    """
    found: Any = class_of(kind)
    if found is not None and issubclass(found, ByLanguage):
        return _plain(get_args(kind)[0]) if get_args(kind) else None
    if found is not None and name not in public_names(found):
        raise KeyError(name)
    return None if found is None else _members(found).get(name)


@cache
def _members(found: type) -> dict[str, Kind]:
    """The kinds of the fields and methods of a class, as far as they are known."""
    if found is str:
        return {name: list[str] if name in LISTING_METHODS else str for name in TEXT_METHODS}
    if not issubclass(found, Struct):
        return {}
    hints = {name: _plain(hint) for name, hint in get_type_hints(found).items()}
    properties = {name: value for name, value in vars(found).items() if isinstance(value, property)}
    return hints | {name: _plain(get_type_hints(value.fget).get("return")) for name, value in properties.items()}


def _plain(kind: Kind) -> Kind:
    """The kind without `None`."""
    origin: Any = get_origin(kind)
    if origin in (Union, UnionType):
        others = [each for each in get_args(kind) if each is not NoneType]
        return others[0] if len(others) == 1 else None
    return kind
