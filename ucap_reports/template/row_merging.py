"""The rows of a pack: those of the pack that it extends, with the changes in its own `rows`.

A list has all rows in their order. An entry inherits what it does not set, so it may name its field alone: `- region`.
A mapping changes some rows and keeps the others: `region: {when_unknown: omit}`, `visits: hide`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from ucap_reports.plan.fields import CITIES
from ucap_reports.plan.validation import Located, described
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.pack import EXTRA, RowRule
from ucap_reports.template.pack_validation import ROW_FIELDS, nearest_or_all

HIDE = "hide"
"""The change that leaves a row out."""


class RowEntry(Struct, frozen=True):
    """An entry of `rows` in a file: its field, or "" if it is invalid, its settings, and their place.

    The field is `named` as a key or alone, and not as one of the settings.
    """

    field: str
    settings: Any
    loc: Loc
    named: bool = True

    def field_location(self, layer: Located) -> Location:
        """The place of the name of the field."""
        return layer.location(self.loc if self.named else (*self.loc, "field"), key=self.named)

    def has(self, loc: Loc) -> bool:
        """Whether it has the setting at `loc`, or is not a row."""
        return not loc or not isinstance(self.settings, dict) or loc[0] in self.settings


def merge_rows(
    rows: list[Any] | dict[str, Any],
    below: Sequence[Any],
    layer: Located,
    problems: list[Problem],
    *,
    of_project: bool = False,
) -> list[Any]:
    """The `rows` of a layer merged over the rows of the layers below; those of a project change only rows that the pack
    has. Errors in entries that are not rows then are added to `problems`.
    """
    lower = {row["field"]: row for row in reversed(below) if field_of(row)}
    entries = [each for each in row_entries(rows) if each.field in lower or not of_project]
    merged = [(entry.field, _merged(entry, lower.get(entry.field), layer, problems)) for entry in entries]
    seen: set[str] = set()
    for entry in entries:
        if entry.field and entry.field in seen:
            problems.append(problem("row-twice", entry.field_location(layer), field=entry.field))
        seen.add(entry.field)
    if isinstance(rows, dict):
        changes = dict(merged)
        kept = [(field_of(row), changes.pop(field_of(row), row)) for row in below]
        merged = [*kept, *changes.items()]
    elif of_project and CITIES not in dict(merged):
        merged = [(CITIES, lower[CITIES]), *merged]
    return [row for _, row in merged if row is not None]


def field_of(row: Any) -> str:
    """The field of a merged row; empty if it is invalid."""
    field = row.get("field") if isinstance(row, dict) else None
    return field if isinstance(field, str) else ""


def _merged(entry: RowEntry, lower: Any, layer: Located, problems: list[Problem]) -> Any:
    """The row of an entry, with what it inherits from `lower`; None if the row is hidden or the entry no row."""
    if not entry.field:
        return entry.settings
    found = list(_problems(entry, lower, layer))
    problems += found
    if not isinstance(entry.settings, dict) or (found and "label" not in entry.settings):
        return None
    inherited = lower or {}
    if "label" in entry.settings:  # an inherited short label would be that of the inherited label
        inherited = {name: value for name, value in inherited.items() if name != "short_label"}
    return {**inherited, **entry.settings, "field": entry.field}


def _problems(entry: RowEntry, lower: Any, layer: Located) -> Iterator[Problem]:
    """The errors of an entry that changes a row."""
    place = entry.field_location(layer)
    if not isinstance(entry.settings, dict) and entry.settings != HIDE:
        place = layer.location(entry.loc)
        yield problem("row-change-invalid", place, field=entry.field, given=described(entry.settings))
    elif lower is None and entry.field not in ROW_FIELDS and not entry.field.startswith(EXTRA):
        yield problem("row-field-unknown", place, hint=nearest_or_all(entry.field, ROW_FIELDS), name=entry.field)
    elif lower is None and entry.named and "label" not in entry.settings and entry.settings != HIDE:
        yield problem("row-label-missing", place, field=entry.field)


def row_entries(rows: Any) -> Iterator[RowEntry]:
    """The entries of `rows` as a file has them; none if it is neither a list nor a mapping."""
    if isinstance(rows, dict):
        for name, settings in rows.items():
            yield RowEntry(name, settings, ("rows", name))
    for place, entry in enumerate(rows if isinstance(rows, list) else ()):
        loc: Loc = ("rows", place)
        match entry:
            case str():
                yield RowEntry(entry, {}, loc)
            case {"field": str(field)}:
                yield RowEntry(field, entry, loc, named=False)
            case dict() if len(entry) == 1 and not entry.keys() & RowRule.model_fields.keys():
                (field,) = entry
                yield RowEntry(field, entry[field], (*loc, field))
            case _:
                yield RowEntry("", entry, loc)
