"""The fields of a table's columns, from a map file for tables whose headers do not name them."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import Struct
from pydantic import BeforeValidator, Field, field_validator

from ucap_reports.importers.field_labels import CITY_FIELDS, FIELDS, ID
from ucap_reports.plan.plan_model import MAX_CITIES
from ucap_reports.plan.validation import validate
from ucap_reports.plan.validation_errors import refusal
from ucap_reports.problems import did_you_mean, problem
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.template.borders import Strict
from ucap_reports.template.pack import EXTRA, NAMES_FIELD

IGNORE = "ignore"
_CITY = re.compile(r"cities\[(\d{1,2})\]\.(\w+)")
_TARGETS = {*FIELDS, ID, "topics", "place"}
MAX_PATTERN = 200


class FieldTarget(Struct, frozen=True):
    """A field: of the plan, or of the city of that number from 0 (None where a cell may hold several cities)."""

    field: str
    city: int | None = None


def target_of(text: str) -> FieldTarget | None:
    """The target that a text such as `themes`, `contact.email` or `cities[1].country` names."""
    if match := _CITY.fullmatch(text):
        city, field = int(match[1]), match[2]
        return FieldTarget(field, city) if field in CITY_FIELDS and city < MAX_CITIES else None
    if text in _TARGETS or text.startswith(EXTRA):
        return FieldTarget("name" if text == NAMES_FIELD else text)
    return None


class Use(Strict):
    """What becomes of a column: its field, and where only a part of a cell is meant, how it is found."""

    field: str
    find: str | None = None
    """A regular expression: its first group, or else all that it finds, is the value."""
    values: dict[str, str] | None = None
    """The value for each text of the cell; other texts are none."""
    figure: bool = False
    """Whether the value is a number whose thousands are to be grouped by commas."""

    @property
    def target(self) -> FieldTarget:
        """The field."""
        return target_of(self.field) or FieldTarget(self.field)

    @field_validator("field")
    @classmethod
    def _known(cls, name: str) -> str:
        if name != IGNORE and target_of(name) is None:
            known = [*sorted(_TARGETS), *(f"cities[0].{field}" for field in CITY_FIELDS), IGNORE]
            hint = did_you_mean(name, known) or "write a field of the plan, such as themes or cities[0].name"
            raise refusal(problem("field-unknown", name=name, hint=hint))
        return name

    @field_validator("find")
    @classmethod
    def _pattern(cls, pattern: str | None) -> str | None:
        if len(pattern or "") > MAX_PATTERN:
            raise refusal(problem("pattern-invalid", form="length", limit=MAX_PATTERN))
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise refusal(problem("pattern-invalid", form="syntax", reason=error)) from None
        return pattern


def _as_uses(value: Any) -> Any:
    """One use, or the name of a field alone, as a list of uses."""
    listed = value if isinstance(value, list) else [value]
    return [{"field": each} if isinstance(each, str) else each for each in listed]


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


_Uses = Annotated[tuple[Use, ...], BeforeValidator(_as_uses)]
_Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class ColumnMap(Strict):
    """What a map says: the columns by their headers, which rows are meant, and what separates several values."""

    columns: dict[str, _Uses]
    only: dict[str, _Texts] = Field(default_factory=dict)
    """Only rows whose cells have one of these texts."""
    without: dict[str, _Texts] = Field(default_factory=dict)
    """No rows whose cells have one of these texts."""
    separator: str | None = None


def read_columns(source: Source) -> ColumnMap:
    """The map of a file; raises ProblemsFound with everything that is wrong with it."""
    return validate(ColumnMap, parse(source))


def values_of(use: Use, text: str) -> Iterator[str]:
    """The values that a use takes from a cell."""
    if use.find is not None:
        matches = re.finditer(use.find, text)
        found = [match[1] if match.re.groups else match[0] for match in matches]
    else:
        found = [text]
    for value in found:
        each = (value or "").strip() if use.values is None else use.values.get(value.strip(), "")
        if each:
            yield _figure(each) if use.figure else each


def _figure(text: str) -> str:
    """A figure with its thousands grouped by commas, its decimals as they stand."""
    whole, point, decimals = re.sub(r"[\s,'\u2019\u00a0\u202f]", "", text).partition(".")
    return f"{int(whole):,}{point}{decimals}" if whole.isdecimal() else text
