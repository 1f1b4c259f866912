"""Files that the editor imports: what was found in them and how it is read, and the plans that are made of it.

Nothing is kept between a preview and the import: the page sends the file again, with the fields that were chosen.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, get_args

from msgspec import Struct, to_builtins

from ucap_reports.batch.workbook_and_form_exchange import (
    file_changes,
    import_labels,
    labels_for_update,
    update_from_file,
)
from ucap_reports.editor.undoable_changes import UndoableChanges
from ucap_reports.importers.column_map_file import IGNORE, NO_MAP, ColumnMap, read_columns, target_of
from ucap_reports.importers.draft_and_kept_comments import Imported, ImportedPlan, left_over_texts
from ucap_reports.importers.import_file import WORKBOOKS, MappedLabel, import_content
from ucap_reports.importers.import_updates import PlansUpdate
from ucap_reports.importers.label_recognition import Labels
from ucap_reports.importers.workbook_merge import is_plan_workbook
from ucap_reports.importers.workbook_reading import open_workbook
from ucap_reports.plan.custom_field_values import choice_key
from ucap_reports.plan.field_descriptions import CITIES, Field, FieldType
from ucap_reports.plan.field_values import Status
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, problem_record, raise_found, shortened
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import loc_of, value_or_none
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS, Project
from ucap_reports.summary.document_titles import BETWEEN
from ucap_reports.text.capitals_punctuation_and_plain_letters import without_colon

_TABLES = (*WORKBOOKS, ".csv", ".tsv")
_SAMPLE = 160
"""Characters of a value that is shown as an example."""
_MOST_COLUMNS = 300
_STATUSES: tuple[str, ...] = get_args(get_args(Status)[0])
_CITIES_OF_CHOICES = 4
"""The cities of which each field can be chosen for a column."""


class ColumnChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """The field of a column, and the value for each text in it; other texts have none."""

    field: str
    values: Mapping[str, str]


class ImportChoice(Struct, frozen=True):
    """A file to import: its name and content, the fields that were chosen for its columns, and the plans to make."""

    name: str
    content: bytes
    columns: Mapping[str, "str | ColumnChoice"] = {}
    plans: tuple[str, ...] | None = None
    """The ids of the plans to import; all without it."""


class FileImport:
    """Imports into a project. For one thread."""

    def __init__(self, project: Project, changes: UndoableChanges) -> None:
        self._project = project
        self._changes = changes

    def preview(self, choice: ImportChoice) -> dict[str, Any]:
        """Return what a file contains and how it is read. Writes nothing. Raises ProblemsFound."""
        labels, warnings = import_labels(self._project)
        if _is_plan_workbook(choice):
            return self._update_preview(choice, labels)
        if _is_table(choice.name):
            labels = labels_for_update(self._project, labels)
        columns = _column_map(choice.columns, labels)
        mapping: list[MappedLabel] = []
        texts: dict[str, tuple[str, ...]] = {}
        try:
            imported = import_content(choice.content, choice.name, labels, columns, mapping, texts=texts)
        except ProblemsFound as error:
            if not mapping:
                raise
            imported = Imported((), error.problems)  # the fields of the columns can be chosen
        values = [_values_of(plan) for plan in imported.plans]
        update = self._table_update(choice, imported.plans, labels, columns)
        created = set(update.created)
        others = _problems_of_update(update, imported)
        records = []
        for label in mapping[:_MOST_COLUMNS]:
            words = texts.get(label.source, ())
            is_chosen = label.source in choice.columns
            records.append(_mapping_record(label, words, values, labels, is_chosen=is_chosen))
        plans = []
        for plan, values_of_plan in zip(imported.plans, values, strict=True):
            plans.append(self._plan_record(plan, values_of_plan, created))
        return {
            "kind": "table" if _is_table(choice.name) else "document",
            "plans": plans,
            "mapping": records,
            "fields": _field_choices(labels),
            "leftover": _leftovers(imported.plans),
            "problems": [problem_record(fault) for fault in (*warnings, *imported.problems, *others)],
            "changes": _change_records(update),
            "conflicts": [],
        }

    def _table_update(
        self, choice: ImportChoice, plans: Sequence[ImportedPlan], labels: Labels, columns: ColumnMap
    ) -> PlansUpdate:
        """Return what a table would change in the plans of the project; nothing for other files."""
        if not plans or not _is_table(choice.name):
            ids = tuple(plan.id for plan in plans)
            return PlansUpdate(created=ids)
        return update_from_file(self._project, choice.content, choice.name, labels, columns)

    def write(self, choice: ImportChoice) -> dict[str, Any]:
        """Write the plans of a file that were chosen, none if one of them exists. Raises ProblemsFound."""
        labels, _ = import_labels(self._project)
        if _is_plan_workbook(choice):
            return self.update(choice)
        imported = import_content(choice.content, choice.name, labels, _column_map(choice.columns, labels))
        plans = [plan for plan in imported.plans if choice.plans is None or plan.id in choice.plans]
        files: dict[str, tuple[bytes | None, bytes | None]] = {}
        for plan in plans:
            files[f"{PLANS}/{plan.id}{PLAN_ENDING}"] = (None, plan.text.encode())
        with self._changes.locked(files):
            existing = [name for name in files if self._project.has(name)]
            raise_found([problem("plan-exists", Location(name), form="import") for name in existing])
            if not plans:
                raise ProblemsFound([problem("import-empty", Location(choice.name), form="plans")])
            self._changes.write("import", files)
        return {"created": [plan.id for plan in plans], "changed": []}

    def update(self, choice: ImportChoice) -> dict[str, Any]:
        """Change the plans of the project by the cells of a table, and create the new ones that were chosen.

        Raises ProblemsFound.
        """
        labels, _ = import_labels(self._project)
        columns = _column_map(choice.columns, labels)
        update = update_from_file(self._project, choice.content, choice.name, labels, columns)
        created = []
        changed = []
        chosen = []
        for plan in update.plans:
            if plan.id not in update.created:
                changed.append(plan.id)
            elif choice.plans is None or plan.id in choice.plans:
                created.append(plan.id)
            else:
                continue
            chosen.append(plan)
        with self._changes.locked(plan.after.path for plan in chosen):
            files = {}
            for written in file_changes(self._project, chosen):
                files[written.path] = (written.before, written.after)
            self._changes.write("import", files)
        return {"created": sorted(created), "changed": changed}

    def _update_preview(self, choice: ImportChoice, labels: Labels) -> dict[str, Any]:
        """Return what a workbook of `ucap export` changes in the plans of the project."""
        update = update_from_file(self._project, choice.content, choice.name, labels)
        plans = []
        for plan_id in update.created:
            plans.append({"id": plan_id, "title": plan_id, "exists": False, "text": "", "problems": []})
        conflicts = []
        for conflict in update.conflicts:
            values = {"now": _shown(conflict.now), "value": _shown(conflict.value)}
            conflicts.append({"plan": conflict.plan, "field": conflict.field, **values})
        return {
            "kind": "workbook",
            "plans": plans,
            "mapping": [],
            "fields": [],
            "leftover": [],
            "problems": [problem_record(fault) for fault in update.problems],
            "changes": _change_records(update),
            "conflicts": conflicts,
        }

    def _plan_record(self, plan: ImportedPlan, values: Mapping[str, Any], created: Container[str]) -> dict[str, Any]:
        return {
            "id": plan.id,
            "title": _title(values) or plan.id,
            "exists": plan.id not in created or self._project.has(f"{PLANS}/{plan.id}{PLAN_ENDING}"),
            "text": plan.text,
            "facts": _facts(values),
            "leftover": left_over_texts(plan.text),
            "problems": [problem_record(fault) for fault in plan.problems],
        }


def _problems_of_update(update: PlansUpdate, imported: Imported) -> Iterator[Problem]:
    """Yield the problems that an update adds to those of the file and its plans, whose hints are for new plans."""
    known = [*imported.problems]
    for plan in imported.plans:
        known += plan.problems
    known_without_hints = {_without_hint(fault) for fault in known}
    for fault in update.problems:
        if _without_hint(fault) not in known_without_hints:
            yield fault


def _without_hint(fault: Problem) -> tuple[str, Location, str]:
    return fault.code, fault.location, fault.message


def _is_table(name: str) -> bool:
    return PurePath(name).suffix.lower() in _TABLES


def _is_plan_workbook(choice: ImportChoice) -> bool:
    if PurePath(choice.name).suffix.lower() not in WORKBOOKS:
        return False
    workbook = open_workbook(choice.content, choice.name)
    return is_plan_workbook(workbook, choice.name)


def _change_records(update: PlansUpdate) -> list[dict[str, str]]:
    titles = {plan.id: _title(_values_in(plan.after)) for plan in update.plans}
    records = []
    for change in update.changes:
        title = titles.get(change.plan) or change.plan
        values = {"old": _shown(change.old), "new": _shown(change.new)}
        records.append({"plan": change.plan, "title": title, "field": change.field, **values})
    return records


def _title(values: Mapping[str, Any]) -> str:
    """Return the names of the cities of a plan; empty for a plan without any."""
    names = [_shown(city.get("name")) for city in _cities(values).values()]
    return BETWEEN.join(filter(None, names))


def _facts(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the fields of a plan with their values as one line; those of cities by city."""
    facts: dict[str, Any] = {}
    for name, value in values.items():
        if name != CITIES:
            facts[name] = value
            continue
        for index, city in _cities(values).items():
            for name_in_city, value_of_city in city.items():
                facts[f"{CITIES}[{index}].{name_in_city}"] = value_of_city
    return [{"field": field, "value": _shown(value)} for field, value in facts.items()]


def _cities(values: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the cities of a plan, which may have errors, by their indices."""
    cities = values.get(CITIES)
    if not isinstance(cities, list):
        return {}
    return {index: city for index, city in enumerate(cities) if isinstance(city, dict)}


def _column_map(columns: Mapping[str, str | ColumnChoice], labels: Labels) -> ColumnMap:
    """Return the fields that were chosen for columns as a map file has them. Raises ProblemsFound."""
    if not columns:
        return NO_MAP
    text = json.dumps({"columns": to_builtins(columns)}, ensure_ascii=False)
    return read_columns(Source("columns.yaml", text), labels.known)


def _values_of(plan: ImportedPlan) -> dict[str, Any]:
    """Return the values of a plan that was made of a file."""
    return _values_in(Source(f"{plan.id}{PLAN_ENDING}", plan.text))


def _values_in(source: Source) -> dict[str, Any]:
    values = parse_tolerantly(source).value
    return values if isinstance(values, dict) else {}


def _mapping_record(
    label: MappedLabel, words: Sequence[str], values: Sequence[Mapping[str, Any]], labels: Labels, *, is_chosen: bool
) -> dict[str, Any]:
    """Return a column or label of a file with its field, or a proposal, and how it is read in the first plan.

    A field that no plan has a value of, although it has a column, is not certain unless it was chosen. `choices` are
    the values of a field that has only these, `texts` are the words of the column, and `meanings` are the values of
    those words that are read without being chosen.
    """
    field = labels.known.of_key(label.field or "") if label.certain else None
    choices = _choices(field) if field is not None else {}
    read = [_read(plan, label.field) for plan in values]
    if field is not None and field.parts:  # such as the goals and the topics
        read = [_read_parts(plan, field.parts) for plan in values]
    if field is not None and _has_no_value(label, field):
        read = [shortened(label.sample, _SAMPLE)] * len(values)
    is_read = label.field == IGNORE or not values or any(read)
    is_certain = label.certain and (is_read or is_chosen)
    is_proposal = not label.certain
    return {
        "source": label.source,
        "field": label.field if is_certain or is_proposal else None,
        "sample": shortened(label.sample, _SAMPLE),
        "certain": is_certain,
        "read": read[0] if is_certain and values else "",
        "texts": list(words) if choices else [],
        "meanings": {} if field is None else _meanings(field, words, choices),
        "choices": [{"value": value, "label": text} for value, text in choices.items()],
    }


def _has_no_value(label: MappedLabel, field: Field) -> bool:
    """Return whether a label is read although it gives no plan a value: a name of the plan, or words for "unknown"."""
    if field.type is FieldType.ID:
        return True
    words = label.sample.replace("|", ";").split(";")
    return all(is_unknown(word.strip()) for word in words)


def _meanings(field: Field, words: Iterable[str], choices: Mapping[str, str]) -> dict[str, str]:
    """Return the choice that each word is read as: its name, or its label in any language."""
    meanings = {}
    for word in words:
        choice = choice_key(field, word)
        if choice in choices:
            meanings[word] = choice
    return meanings


def _choices(field: Field) -> Mapping[str, str]:
    """Return the values that a field can have with their labels; none for other fields."""
    if field.type is FieldType.STATUS:
        return {status: status.capitalize() for status in _STATUSES}
    return {name: next(iter(labels.values()), name) for name, labels in field.choices.items()}


def _read(values: Mapping[str, Any], field: str | None) -> str:
    """Return the value of a field of a plan as one line; of a field of cities, those of all cities."""
    if field is None or field == IGNORE:
        return ""
    names_one_city = "[" in field
    is_of_cities = BUILT_IN.is_of_city(field) or field.startswith(CITIES)
    if is_of_cities and not names_one_city and isinstance(values.get(CITIES), list):
        _, _, name = field.rpartition(".")
        texts = [_shown(city.get(name)) for city in _cities(values).values()]
        text = "; ".join(filter(None, texts))
    else:
        text = _shown(value_or_none(values, loc_of(field)))
    return shortened(text, _SAMPLE)


def _read_parts(values: Mapping[str, Any], fields: Iterable[str]) -> str:
    """Return the values of several fields of a plan as one line."""
    texts = [_read(values, field) for field in fields]
    return shortened("; ".join(filter(None, texts)), _SAMPLE)


def _shown(value: Any) -> str:
    """Return a value of a plan as one line."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        texts = map(_shown, value.values())
        return ": ".join(filter(None, texts))
    words = str(getattr(value, "text", value)).split()
    return " ".join(words)


def _field_choices(labels: Labels) -> list[dict[str, Any]]:
    """Return the fields that a column can be imported as: those of each of the first cities, then all others."""
    known = labels.known
    fields = {field.key: field for field in (*known.importable, *known.others)}
    candidates: list[tuple[str, Field, int | None]] = []
    for index in range(_CITIES_OF_CHOICES):
        for field in known.inside(CITIES):
            if field.key in fields:
                candidates.append((f"{CITIES}[{index}].{field.name}", field, index + 1))
    for key, field in fields.items():
        candidates.append((key, field, None))
    choices: list[dict[str, Any]] = []
    for key, field, city in candidates:
        if target_of(key, known) is not None:
            choices.append({"field": key, "path": field.path, "label": _label(field), "city": city})
    return choices


def _label(field: Field) -> str:
    """Return a label of a custom field, or the words of its name."""
    label = next(iter(field.labels.values()), "")
    return without_colon(label) or field.name.replace("_", " ").capitalize()


def _leftovers(plans: Sequence[ImportedPlan]) -> list[str]:
    """Return what has no field, once: the comments at the end of the plans. What is above a table is in each plan."""
    lines: dict[str, None] = {}
    for plan in plans:
        lines |= dict.fromkeys(left_over_texts(plan.text))
    return list(lines)
