"""The fields that a plan may have, with their descriptions in canonical order, and their names in messages."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from ucap_reports.plan.fields import CITIES, Field, FieldType, described
from ucap_reports.plan.plan_model import BESIDE_FILE, PlanFile
from ucap_reports.plan.validation import models_in
from ucap_reports.source.yaml_tree import Loc, loc_of

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class KnownFields(Struct, frozen=True, dict=True):
    """The fields of plan files, each before those that are in it, and what is named like them."""

    fields: tuple[Field, ...]
    others: tuple[Field, ...] = BESIDE_FILE

    def inside(self, owner: str = "") -> tuple[Field, ...]:
        """Return the fields in the field with that path; by default those of the plan itself."""
        return self._by_owner.get(owner, ())

    def at(self, loc: Loc) -> Field | None:
        """Return the field at a place of a plan, such as `("cities", 0, "population")`, or the field with that item."""
        return self.of_path(".".join(step for step in loc if isinstance(step, str)))

    def of_path(self, path: str) -> Field | None:
        """Return the field or row with that path."""
        return self._by_path.get(path)

    def of_key(self, key: str) -> Field | None:
        """Return the field or row that rows, labels and imports call `key`."""
        return self._by_key.get(key)

    def of_type(self, type_: FieldType) -> Field:
        """Return the first field of that type, which may be the only one. Raises LookupError if there is none."""
        return self._by_type[type_]

    @property
    def all(self) -> tuple[Field, ...]:
        """The fields of plan files, then the others."""
        return (*self.fields, *self.others)

    @cached_property
    def custom(self) -> tuple[Field, ...]:
        """The custom fields, without the columns of tables."""
        return tuple(known for known in self.fields if known.is_custom and not known.is_column)

    @property
    def has_custom(self) -> bool:
        """Whether there are custom fields."""
        return bool(self.custom)

    @property
    def importable(self) -> tuple[Field, ...]:
        """The fields that an imported file can have a value of: those of a plan, its contact and its cities."""
        contact = self.of_type(FieldType.CONTACT)
        own = tuple(known for known in self.inside() if known.type is not FieldType.CONTACT)
        return (*own, *self.inside(contact.path), *self.inside(CITIES))

    def is_of_city(self, key: str | None) -> bool:
        """Return whether rows, labels and imports call a field or row of cities `key`."""
        known = self._by_key.get(key or "")
        return known is not None and known.is_of_city

    @cached_property
    def rows(self) -> Mapping[str, Field]:
        """The rows that the fact table can have, by key: one for a field, or one for several."""
        return {known.key: known for known in self.all if known.has_row}

    def printed_by(self, key: str) -> tuple[Field, ...]:
        """Return the fields that a row prints: one, several, or none of those that are known."""
        row = self.rows.get(key)
        if row is None:
            return ()
        if not row.parts:
            return (row,)
        return tuple(self._by_path[part] for part in row.parts)

    @cached_property
    def _by_owner(self) -> Mapping[str, tuple[Field, ...]]:
        by_owner: dict[str, tuple[Field, ...]] = {}
        for known in self.fields:
            by_owner[known.owner] = (*by_owner.get(known.owner, ()), known)
        return by_owner

    @cached_property
    def _by_path(self) -> Mapping[str, Field]:
        return {known.path: known for known in self.all}

    @cached_property
    def _by_type(self) -> Mapping[FieldType, Field]:
        return {known.type: known for known in reversed(self.all)}

    @cached_property
    def _by_key(self) -> Mapping[str, Field]:
        return {known.key: known for known in self.all}


def _fields_of(model: type[BaseModel], owner: str = "") -> Iterator[Field]:
    """Yield the descriptions of a model with their paths, each before those of the fields in it."""
    for name, description in described(model).items():
        path = f"{owner}.{name}" if owner else name
        yield replace(description, path=path)
        for inner in models_in(model.model_fields[name].annotation):
            yield from _fields_of(inner, path)


BUILT_IN = KnownFields(tuple(_fields_of(PlanFile)))
"""The fields of all plans."""


def spoken_name(field: str) -> str:
    """Return a field as people count it, such as "the text of the third activity" for `activities[2].text`."""
    parts: list[str] = []
    loc = loc_of(field)
    for index, part in enumerate(loc):
        if isinstance(part, str):
            parts.append(part)
        elif parts:
            name = parts.pop()
            known = BUILT_IN.at(loc[:index])
            item = known.item if known is not None and known.item else f"item of {name}"
            parts.append(f"{ordinal(part + 1)} {item}")
    if not any(" " in part for part in parts):
        return f"`{field}`"
    return " of ".join(f"the {part}" for part in reversed(parts))


def ordinal(number: int) -> str:
    """Return a number as a word that counts, such as "third" or "21st"."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    endings = {1: "st", 2: "nd", 3: "rd"}
    is_teen = number // 10 % 10 == 1
    return f"{number}{'th' if is_teen else endings.get(number % 10, 'th')}"
