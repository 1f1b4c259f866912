"""Files that the editor imports: what was found in them and how it is read, and the plans that are made of it.

Nothing is kept between a preview and the import: the page sends the file again, with the fields that were chosen.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from msgspec import Struct

from ucap_reports.batch.plan_exchange import import_labels, update_from_file
from ucap_reports.editor.undoable_changes import UndoableChanges
from ucap_reports.importers.field_labels import Labels
from ucap_reports.importers.import_file import WORKBOOKS, MappedLabel, import_content
from ucap_reports.importers.plan_draft import ImportedPlan, left_over_texts
from ucap_reports.importers.spreadsheets import open_workbook
from ucap_reports.importers.tables import (
    IGNORE,
    NO_MAP,
    ColumnMap,
    read_columns,
    target_of,
)
from ucap_reports.importers.workbook_update import is_plan_workbook
from ucap_reports.plan.fields import CITIES, Field
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import Location, ProblemsFound, problem, problem_record
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import loc_of, value_at
from ucap_reports.storage.decoding import Source, decode_source, encoded_like, read_content
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS, Project
from ucap_reports.summary.summary import BETWEEN

_TABLES = (*WORKBOOKS, ".csv", ".tsv")
_SAMPLE = 160
"""Characters of a value that is shown as an example."""
_MOST_COLUMNS = 300


class ImportChoice(Struct, frozen=True):
    """A file to import: its name and content, the fields that were chosen for its columns, and the plans to make."""

    name: str
    content: bytes
    columns: Mapping[str, str] = {}
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
        columns = _column_map(choice.columns, labels)
        mapping: list[MappedLabel] = []
        imported = import_content(choice.content, choice.name, labels, columns, mapping)
        values = [_values_of(plan) for plan in imported.plans]
        first = values[0] if values else {}
        return {
            "kind": "table" if _is_table(choice.name) else "document",
            "plans": [self._plan_record(plan, own) for plan, own in zip(imported.plans, values, strict=True)],
            "mapping": [_mapping_record(label, first) for label in mapping[:_MOST_COLUMNS]],
            "fields": _field_choices(labels),
            "leftover": _leftovers(imported.plans),
            "problems": [problem_record(one) for one in (*warnings, *imported.problems)],
            "changes": [],
            "conflicts": [],
        }

    def write(self, choice: ImportChoice) -> dict[str, Any]:
        """Write the plans of a file that were chosen, none if one of them exists. Raises ProblemsFound."""
        labels, _ = import_labels(self._project)
        if _is_plan_workbook(choice):
            return self.update(choice)
        imported = import_content(choice.content, choice.name, labels, _column_map(choice.columns, labels))
        plans = [plan for plan in imported.plans if choice.plans is None or plan.id in choice.plans]
        names = [f"{PLANS}/{plan.id}{PLAN_ENDING}" for plan in plans]
        existing = [problem("plan-exists", Location(name), form="import") for name in names if self._project.has(name)]
        if existing:
            raise ProblemsFound(existing)
        if not plans:
            raise ProblemsFound([problem("import-empty", Location(choice.name), form="plans")])
        self._changes.write(
            "import", {name: (None, plan.text.encode()) for name, plan in zip(names, plans, strict=True)}
        )
        return {"created": [plan.id for plan in plans], "changed": []}

    def update(self, choice: ImportChoice) -> dict[str, Any]:
        """Change the plans of the project by the cells of a table, and create new ones. Raises ProblemsFound."""
        labels, _ = import_labels(self._project)
        update = update_from_file(
            self._project, choice.content, choice.name, labels, _column_map(choice.columns, labels)
        )
        files: dict[str, tuple[bytes | None, bytes | None]] = {}
        for plan in update.plans:
            name, before = plan.after.path, None
            if plan.before is not None:
                before = read_content(self._project.root / name, name, within=self._project.safe_folder)
                if decode_source(before, name).text != plan.before.text:
                    raise ProblemsFound([problem("file-changed", Location(name))])
            elif self._project.has(name):
                raise ProblemsFound([problem("plan-exists", Location(name), form="import")])
            files[name] = before, encoded_like(plan.after.text, before or b"")
        self._changes.write("import", files)
        created = set(update.created)
        return {"created": sorted(created), "changed": [plan.id for plan in update.plans if plan.id not in created]}

    def _update_preview(self, choice: ImportChoice, labels: Labels) -> dict[str, Any]:
        """Return what a workbook of `ucap export` changes in the plans of the project."""
        update = update_from_file(self._project, choice.content, choice.name, labels)
        return {
            "kind": "workbook",
            "plans": [
                {"id": plan, "title": plan, "exists": False, "text": "", "problems": []} for plan in update.created
            ],
            "mapping": [],
            "fields": [],
            "leftover": [],
            "problems": [problem_record(one) for one in update.problems],
            "changes": [
                {"plan": change.plan, "field": change.field, "old": _shown(change.old), "new": _shown(change.new)}
                for change in update.changes
            ],
            "conflicts": [
                {
                    "plan": conflict.plan,
                    "field": conflict.field,
                    "now": _shown(conflict.now),
                    "value": _shown(conflict.value),
                }
                for conflict in update.conflicts
            ],
        }

    def _plan_record(self, plan: ImportedPlan, values: Mapping[str, Any]) -> dict[str, Any]:
        cities = values.get(CITIES)
        names = (
            [_shown(city.get("name")) for city in cities if isinstance(city, dict)] if isinstance(cities, list) else []
        )
        return {
            "id": plan.id,
            "title": BETWEEN.join(name for name in names if name) or plan.id,
            "exists": self._project.has(f"{PLANS}/{plan.id}{PLAN_ENDING}"),
            "text": plan.text,
            "problems": [problem_record(one) for one in plan.problems],
        }


def _is_table(name: str) -> bool:
    return PurePath(name).suffix.lower() in _TABLES


def _is_plan_workbook(choice: ImportChoice) -> bool:
    is_workbook = PurePath(choice.name).suffix.lower() in WORKBOOKS
    return is_workbook and is_plan_workbook(open_workbook(choice.content, choice.name))


def _column_map(columns: Mapping[str, str], labels: Labels) -> ColumnMap:
    """Return the fields that were chosen for columns as a map file has them. Raises ProblemsFound."""
    if not columns:
        return NO_MAP
    text = json.dumps({"columns": dict(columns)}, ensure_ascii=False)
    return read_columns(Source("columns.yaml", text), labels.known)


def _values_of(plan: ImportedPlan) -> dict[str, Any]:
    """Return the values of a plan that was made of a file."""
    values = parse_tolerantly(Source(f"{plan.id}{PLAN_ENDING}", plan.text)).value
    return values if isinstance(values, dict) else {}


def _mapping_record(label: MappedLabel, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a column or label of a file with its field, or a proposal, and how it is read in the first plan."""
    return {
        "source": label.source,
        "field": label.field,
        "sample": label.sample[:_SAMPLE],
        "certain": label.certain,
        "read": _read(values, label.field) if label.certain else "",
    }


def _read(values: Mapping[str, Any], field: str | None) -> str:
    """Return the value of a field of the first plan as one line; of a field of cities, those of all cities."""
    if field is None or field == IGNORE:
        return ""
    if "[" in field:
        return _shown(value_at(values, loc_of(field)))[:_SAMPLE]
    name = field.rpartition(".")[2]
    cities = values.get(CITIES)
    is_of_cities = BUILT_IN.is_of_city(field) or field.startswith(CITIES)
    if is_of_cities and isinstance(cities, list):
        samples = [_shown(city.get(name)) for city in cities if isinstance(city, dict)]
        return "; ".join(text for text in samples if text)[:_SAMPLE]
    return _shown(value_at(values, loc_of(field)))[:_SAMPLE]


def _shown(value: Any) -> str:
    """Return a value of a plan as one line."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return ": ".join(text for text in map(_shown, value.values()) if text)
    return " ".join(str(getattr(value, "text", value)).split())


def _field_choices(labels: Labels) -> list[dict[str, str]]:
    """Return the fields that a column can be imported as, in the order of the form."""
    fields = {known.key: known for known in (*labels.known.importable, *labels.known.others)}
    return [
        {"field": key, "path": known.path, "label": _label(known)}
        for key, known in fields.items()
        if target_of(key, labels.known) is not None
    ]


def _label(field: Field) -> str:
    """Return a label of a custom field, or the words of its name."""
    label = next(iter(field.labels.values()), "")
    return label.rstrip(":") or field.name.replace("_", " ").capitalize()


def _leftovers(plans: Sequence[ImportedPlan]) -> list[str]:
    """Return what has no field, once: the comments at the end of the plans. What is above a table is in each plan."""
    return list(dict.fromkeys(line for plan in plans for line in left_over_texts(plan.text)))
