"""Which rows the fact table has, in which order, with which labels, and which of them a pack or a project hides.

`merge_rows`: the rows of a pack are those of the pack that it extends, with the changes in its own `rows`. A list has
all rows in their order. An entry inherits what it does not set, so it may name its field alone: `- region`. A mapping
changes some rows and keeps the others: `region: {when_unknown: omit}`, `visits: hide`.

`with_rows_of_fields`: a custom field that no pack places has a row after the one that prints the field which it
follows, or at the end.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.plan.custom_field_declarations import DECLARATIONS, end_of_followers, insert_in_order
from ucap_reports.plan.field_descriptions import CITIES
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.undeclared_field_hints import extra_row_hint
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, reported
from ucap_reports.source.model_validation import Located, described
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.pack_settings_and_number_format import PackSettings, RowRule
from ucap_reports.template.pack_settings_checks import ROW_FIELDS, nearest_or_all
from ucap_reports.text.markdown import parse_inline
from ucap_reports.text.rich_text import RichText

_OF_LABEL = frozenset({"short_label", "keep_unit"})
"""The settings of a row that belong to its label."""
HIDE = "hide"
"""The change that omits a row."""
_IN_LABELS = LazyPattern(r"[A-Z :\uff1a]|[^\x00-\x7f]")
"""What labels have, and wrong words for a change, such as `omit`, have not."""


class RowEntry(Struct, frozen=True):
    """An entry of `rows` in a file: its field, or "" if it is invalid, its settings, and their place.

    The field is `named` as a key or alone, and not as one of the settings.
    """

    field: str
    settings: Any
    loc: Loc
    named: bool = True

    def field_location(self, layer: Located) -> Location:
        """Return the place of the name of the field."""
        if self.named:
            return layer.location(self.loc, key=True)
        return layer.location((*self.loc, "field"))

    def has(self, loc: Loc) -> bool:
        """Return whether it has the setting at `loc`, or is not a row."""
        return not loc or not isinstance(self.settings, dict) or loc[0] in self.settings


def merge_rows(
    rows: list[Any] | dict[str, Any],
    below: Sequence[Any],
    layer: Located,
    problems: list[Problem],
    own_rows: Mapping[str, Any] = MappingProxyType({}),
    *,
    of_project: bool = False,
) -> list[Any]:
    """Return the `rows` of a layer merged over the rows of the layers below; those of a project change only rows that
    the pack has. Errors in entries that are not rows then are added to `problems`.

    `own_rows` are the rows of custom fields by key, from which entries inherit, too.
    """
    lower = dict(own_rows)
    for row in reversed(below):  # of several rows of a field, the first one counts
        if field_of(row):
            lower[field_of(row)] = row
    entries = [entry for entry in row_entries(rows) if entry.field in lower or not of_project]
    merged: list[tuple[str, Any]] = []
    """The rows by their fields; None for those that are omitted."""
    for entry in entries:
        merged.append((entry.field, _merged(entry, lower.get(entry.field), layer, problems)))
    seen: set[str] = set()
    for entry in entries:
        if entry.field and entry.field in seen:
            problems.append(problem("row-duplicate", entry.field_location(layer), field=entry.field))
        seen.add(entry.field)
    if isinstance(rows, dict):
        changes = dict(merged)
        merged = []
        for row in below:
            field = field_of(row)
            merged.append((field, changes.pop(field, row)))
        merged += changes.items()
    elif of_project and CITIES not in dict(merged):
        merged.insert(0, (CITIES, lower[CITIES]))
    return [row for _, row in merged if row is not None]


def field_of(row: Any) -> str:
    """Return the field of a merged row; empty if it is invalid."""
    field = row.get("field") if isinstance(row, dict) else None
    return field if isinstance(field, str) else ""


def _merged(entry: RowEntry, lower: Any, layer: Located, problems: list[Problem]) -> Any:
    """Return the row of an entry, with what it inherits from `lower`; None if it is omitted, or the entry is no row."""
    if not entry.field:
        return entry.settings
    errors = list(_problems(entry, lower, layer))
    problems += errors
    if not isinstance(entry.settings, dict) or (errors and "label" not in entry.settings):
        return None
    inherited = {name: value for name, value in (lower or {}).items() if name != "after"}
    if "label" in entry.settings:  # what is inherited would be for the inherited label
        inherited = {name: value for name, value in inherited.items() if name not in _OF_LABEL}
    return {**inherited, **entry.settings, "field": entry.field}


def _problems(entry: RowEntry, lower: Any, layer: Located) -> Iterator[Problem]:
    """Yield the errors of an entry that changes a row."""
    is_hidden = entry.settings == HIDE
    if not isinstance(entry.settings, dict) and not is_hidden:
        text = entry.settings if isinstance(entry.settings, str) else ""
        is_label = _IN_LABELS.search(text) is not None and '"' not in text and text.casefold() != HIDE
        form = "label" if is_label else "settings"
        given = described(entry.settings)
        where = layer.location(entry.loc)
        yield problem("row-change-invalid", where, form=form, field=entry.field, given=given, text=text)
        return
    is_new_row = lower is None
    if not is_new_row:
        return
    where = entry.field_location(layer)
    if entry.field not in ROW_FIELDS:
        hint = extra_row_hint(entry.field, BUILT_IN) or nearest_or_all(entry.field, ROW_FIELDS)
        yield problem("row-field-unknown", where, hint=hint, name=entry.field)
    elif entry.named and "label" not in entry.settings and not is_hidden:
        yield problem("row-label-missing", where, form="inherited", field=entry.field)


def unused_rows(rows: Any, known: Collection[str], layer: Located) -> Iterator[Problem]:
    """Yield a warning about each entry in `rows` of a project whose field is not among the `known` ones, those of
    the rows of all packs, and custom fields. An entry for a row that only the pack in use does not have is ignored.
    """
    for entry in row_entries(rows):
        if entry.field not in known:
            hint = extra_row_hint(entry.field, BUILT_IN) or nearest_or_all(entry.field, known)
            location = layer.location(entry.loc, key=entry.named)
            yield problem("row-unused", location, hint=hint, name=entry.field)


def row_entries(rows: Any) -> Iterator[RowEntry]:
    """Yield the entries of `rows` as a file has them; none if it is neither a list nor a mapping."""
    if isinstance(rows, dict):
        for name, settings in rows.items():
            yield RowEntry(name, settings, ("rows", name))
    for index, entry in enumerate(rows if isinstance(rows, list) else ()):
        loc: Loc = ("rows", index)
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


def rows_of_fields(declarations: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the row of each custom field as `rows` has it, by key, from declarations that may be invalid.

    Its label is the one in the pack's language, or else that in the project's, or the first.
    """
    rows: dict[str, Any] = {}
    for path, declaration in declarations.items():
        label = declaration.get("label") if isinstance(declaration, dict) else None
        if isinstance(label, dict):
            texts = (label.get(language), label.get(""), *label.values())
            written = [text for text in texts if isinstance(text, str) and text.strip()]
            label = written[0] if written else None
        if isinstance(label, str):
            after = declaration.get("after")
            rows[path] = {"field": path, "label": label, "after": after if isinstance(after, str) else ""}
    return rows


def omitted_rows(layers: Iterable[Any]) -> set[str]:
    """Return the fields whose rows packs omit; `layers` are their settings, the nearest first."""
    decided: dict[str, bool] = {}
    for layer in layers:
        for entry in row_entries(layer.get("rows")):
            decided.setdefault(entry.field, entry.settings == HIDE)
    return {field for field, is_omitted in decided.items() if is_omitted}


def with_rows_of_fields(rows: Sequence[Any], own_rows: Mapping[str, Any], placed: Collection[str]) -> list[Any]:
    """Return the rows with those of custom fields that no pack has `placed`: after the row that prints the field which
    each follows, or at the end.
    """
    ordered = list(rows)
    with_row = {*map(field_of, rows), *placed}
    new = [row for path, row in own_rows.items() if path not in with_row]

    def insert(row: Mapping[str, Any], index: int | None) -> None:
        if index is not None:
            end = end_of_followers(index, len(ordered), lambda position: follows(ordered[position], row["after"]))
        elif row["field"].startswith(f"{CITIES}."):
            end = _end_of_cities(ordered, own_rows)
        else:
            end = len(ordered)
        ordered.insert(end, {"field": row["field"], "label": row["label"]})

    def follows(row: Any, key: str) -> bool:
        return bool(own_rows.get(field_of(row), {}).get("after") == key)

    insert_in_order(new, lambda row: _index_of(row["after"], ordered), insert)
    return ordered


def _end_of_cities(rows: Sequence[Any], own_rows: Mapping[str, Any]) -> int:
    """Return the place behind the last row with a cell for each city."""
    end = 0
    for index, row in enumerate(rows, 1):
        field = field_of(row)
        is_own = field in own_rows and field.startswith(f"{CITIES}.")
        if field == CITIES or is_own or BUILT_IN.is_of_city(field):
            end = index
    return end


def _index_of(key: str, rows: Sequence[Any]) -> int | None:
    """Return the index of the row that prints a field."""
    for index, row in enumerate(rows):
        field = field_of(row)
        if field == key or key in [printed.key for printed in BUILT_IN.printed_by(field)]:
            return index
    return None


# The labels as rich text


def labels_of_fields(
    settings: PackSettings, tree: Located, problems: list[Problem]
) -> Mapping[str, Mapping[str, RichText]]:
    """Return the labels of custom fields as rich text, by field and language; their errors are added to `problems`."""
    labels: dict[str, dict[str, RichText]] = {}
    for path, declaration in settings.fields.items():
        labels[path] = {}
        for language, text in declaration.label.items():
            loc: Loc = (DECLARATIONS, path, "label")
            if language:
                loc = (*loc, language)
            with reported(problems.extend):
                labels[path][language] = parse_inline(text, tree.location(loc))
    return labels


def labels_of_rows(
    settings: PackSettings, tree: Located, problems: list[Problem]
) -> Mapping[str, Mapping[str, RichText]]:
    """Return the row labels as rich text, by language and field; their errors are added to `problems`.

    Those of the pack's own language are under "". Labels in `labels` for this language replace those in `rows`, so that
    a pack can rename one row of the pack that it extends.
    """
    reader = _RowLabelReader(tree, problems)
    own_labels: dict[str, RichText] = {}
    for index, rule in enumerate(settings.rows):
        own_labels[rule.field] = reader.label(rule.field, rule.label, ("rows", index, "label"))
        if rule.short_label is not None:
            reader.report_empty(rule.field, rule.short_label, ("rows", index, "short_label"))
    labels: dict[str, dict[str, RichText]] = {}
    for language, texts in settings.labels.items():
        labels[language] = {}
        for field, text in texts.items():
            labels[language][field] = reader.label(field, text, ("labels", language, field))
    for language, wording in settings.wording.items():
        for field, text in wording.short_labels.items():
            reader.report_empty(field, text, ("wording", language, "short_labels", field))
    return {"": own_labels | labels.get(settings.language, {}), **labels}


class _RowLabelReader:
    """Reads row labels. One that prints nothing is an error: a reader would not know what the row is about."""

    def __init__(self, tree: Located, problems: list[Problem]) -> None:
        self._tree = tree
        self._problems = problems

    def label(self, field: str, text: str, path: Loc) -> RichText:
        """Return the label of a field, which is at `path` in the settings; empty if it has an error."""
        try:
            label = _parsed_label(text)
        except ProblemsFound:  # only errors need the place, which takes longer to find than most labels to read
            with reported(self._problems.extend):
                return parse_inline(text, self._tree.location(path))
            return RichText()
        self.report_empty(field, label.text, path)
        return label

    def report_empty(self, field: str, text: str, path: Loc) -> None:
        """Report a label that prints nothing."""
        if not text.strip():
            where = self._tree.location(path)
            self._problems.append(problem("row-label-missing", where, form="empty", field=field))


@lru_cache(maxsize=4096)
def _parsed_label(text: str) -> RichText:
    """Return a label, parsed once: packs inherit hundreds of labels. Raises ProblemsFound without its place."""
    return parse_inline(text)
