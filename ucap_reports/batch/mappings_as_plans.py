"""Plans that programs give to `render` as mappings: everything that a mapping may contain is checked here, once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from typing import Any

import msgspec

from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.source.yaml_tree import Loc, field_name
from ucap_reports.storage.decoding import character_name, too_large, unprintable
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES, MAX_YAML_DEPTH, MAX_YAML_NODES

_MAX_DIGITS = 40
"""The largest number of digits of a number, as in plan files."""


def mapping_text(fields: Mapping[Any, Any], path: str) -> str:
    """Return the fields of a plan as JSON, which is YAML; `path` is the plan's name in problems.

    A plan has text, numbers, booleans, dates, None, lists, tuples and mappings whose keys are text. NaN, which is in
    empty cells of pandas, is unknown. Raises ProblemsFound with all other values, and for values that contain
    themselves, or are too many or too deeply nested.
    """
    reader = _MappingReader(path)
    plain = reader.read(fields, ())
    raise_found(reader.problems)
    return msgspec.json.encode(plain).decode()


class _MappingReader:
    """Makes plain values, and collects what is wrong with them."""

    def __init__(self, path: str) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._count = 0
        self._characters = 0
        self._open: set[int] = set()
        """The identities of the lists and mappings around the current value."""

    def read(self, value: Any, loc: Loc) -> Any:
        """Return the value as text, number, boolean, None, list or dict; None if it is refused."""
        self._count += 1
        if self._count > MAX_YAML_NODES:
            raise ProblemsFound([*self.problems, problem("yaml-size", self._place(()), limit=MAX_YAML_NODES)])
        match value:
            case None | bool():
                return value
            case Enum():
                return self.read(value.value, loc)
            case str():
                return self._text(str.__str__(value), loc)
            case Integral() | Real() | Decimal():
                return self._number(value, loc)
            case date():
                return value.isoformat() if value == value else None  # noqa: PLR0124 - pandas.NaT is not equal to itself
            case Mapping() | list() | tuple():
                return self._collection(value, loc)
            case _:
                self.problems.append(
                    problem("value-unusable", self._place(loc), form="type", type=type(value).__name__)
                )
                return None

    def _text(self, text: str, loc: Loc) -> str | None:
        self._characters += len(text)
        if self._characters > MAX_TEXT_FILE_BYTES:
            raise too_large(self._path)
        character = unprintable(text)
        if character is None:
            return text
        self.problems.append(problem("control-character", self._place(loc), character=character_name(character)))
        return None

    def _number(self, number: Any, loc: Loc) -> Any:
        """Return a number, or as text one whose decimals matter; None for NaN."""
        if isinstance(number, Decimal):
            is_nan = number.is_nan()  # comparing a signalling NaN is an error
        else:
            is_nan = number != number  # noqa: PLR0124 - NaN alone is not equal to itself
        if is_nan:
            return None
        if not -(10**_MAX_DIGITS) < number < 10**_MAX_DIGITS:
            self.problems.append(problem("value-unusable", self._place(loc), form="number", digits=_MAX_DIGITS))
            return None
        if isinstance(number, Integral):
            return int(number)
        return str(number) if isinstance(number, Decimal) else float(number)

    def _collection(self, value: Any, loc: Loc) -> Any:
        if id(value) in self._open:
            self.problems.append(problem("value-unusable", self._place(loc), form="cycle"))
            return None
        if len(loc) > MAX_YAML_DEPTH:
            self.problems.append(problem("yaml-depth", self._place(loc), limit=MAX_YAML_DEPTH))
            return None
        self._open.add(id(value))
        try:
            if isinstance(value, Mapping):
                return self._mapping(value, loc)
            return [self.read(item, (*loc, index)) for index, item in enumerate(value)]
        finally:
            self._open.remove(id(value))

    def _mapping(self, mapping: Mapping[Any, Any], loc: Loc) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, value in mapping.items():
            if not isinstance(key, str):
                self.problems.append(problem("yaml-key", self._place(loc), key=f"of the type {type(key).__name__}"))
                continue
            name = self._text(str.__str__(key), loc)
            if name is not None:
                fields[name] = self.read(value, (*loc, name))
        return fields

    def _place(self, loc: Loc) -> Location:
        return Location(self._path, field=field_name(loc) or None)
