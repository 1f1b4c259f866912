"""`list`: the plans with their cities, completeness, date and status; with all fields in CSV and as linked data."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject
from ucap_reports.batch.options_settings_and_source_date import pack_name
from ucap_reports.batch.where_conditions_and_plan_facts import FIELDS, ListedPlan, list_plans, plans_where
from ucap_reports.cli.command_line import Arguments, refuse_two_forms, usage_errors
from ucap_reports.cli.command_output_and_exit_codes import Session, counted
from ucap_reports.cli.project_plans_and_packs import named_plans, open_project, opened_with_errors_reported
from ucap_reports.cli.terminal_colours_and_excerpts import width
from ucap_reports.importers.workbook_sheets_and_cells import FORMULA_STARTS, PlanSheet, joint_fields, plan_sheets
from ucap_reports.plan.field_descriptions import FieldType, KnownFields
from ucap_reports.plan.plan_model import BUILT_IN, read_plan
from ucap_reports.problems import Problem, reported
from ucap_reports.problems.control_characters import visible
from ucap_reports.source.yaml_tree import Tree

COLUMNS = {
    "id": "id",
    "cities": "city",
    "countries": "country",
    "languages": "language",
    "completeness": "completeness",
    "updated": "updated",
    "status": "status",
}
"""The columns with the facts that they show."""
LISTS = {"cities", "countries", "languages"}
CITIES_WIDTH, CUSTOM_WIDTH = 40, 24
"""The largest widths of the names of cities and of a custom field in the table."""
_SHORT = frozenset({FieldType.LINE, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.CHOICE})
"""The types of the custom fields that have columns: their values are usually a few words."""
MOST_CUSTOM = 6
"""Custom fields in the table."""


def run_list(arguments: Arguments, session: Session) -> None:
    """Print the plans; the errors of each are reported beside the valid facts."""
    refuse_two_forms({"--json": arguments.json, "--csv": arguments.csv, "--json-ld": arguments.json_ld})
    project = open_project(arguments, session)
    opened = opened_with_errors_reported(project, session)
    paths = named_plans(project, arguments.plans, session)
    with usage_errors():
        plans = plans_where(arguments.where or (), list_plans(opened, paths), opened)
    for plan in plans:
        session.report([*plan.errors, *plan.pack_errors])
    listed_paths = [plan.path for plan in plans]
    rows = []
    for plan in plans:
        record = _record(plan)
        session.json["plans"].append(record | _custom_record(plan))
        rows.append({name: _text(value) for name, value in record.items()})
    if arguments.csv:
        session.data(_plan_table(opened, listed_paths, rows).content)
    elif arguments.json_ld:
        data = _linked_data(opened, listed_paths)
        session.report(data.problems)
        session.data(json.dumps(data.content, ensure_ascii=False, indent=2) + "\n")
    else:
        custom = _custom_columns(opened, listed_paths)
        shown = list(custom)[:MOST_CUSTOM]
        for row in rows:
            row |= {name: custom[name].get(row["id"], "") for name in shown}
        session.text(_table(rows, [*COLUMNS, *shown]))
    session.conclude(f"{counted(len(plans), 'plan')}.")


def _record(plan: ListedPlan) -> dict[str, Any]:
    """Return the plan in the form of the JSON report."""
    record: dict[str, Any] = {}
    for name, fact in COLUMNS.items():
        if name in LISTS:
            record[name] = list(plan.facts.get(fact, ()))
        else:
            record[name] = plan.first(fact)
    percent = plan.first("completeness")
    record["id"] = plan.path.stem
    record["completeness"] = int(percent) if percent else None
    return record


def _custom_record(plan: ListedPlan) -> dict[str, Any]:
    """Return the values of custom fields in the JSON report; nothing if there are none."""
    custom = {name: list(values) for name, values in plan.facts.items() if name not in FIELDS and values}
    return {"custom": custom} if custom else {}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


def _table(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> str:
    """Return the rows with aligned columns; long texts are cut."""
    if not rows:
        return ""
    table = [list(columns)]
    for row in rows:
        table.append([_cell(column, text) for column, text in row.items()])
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    lines = []
    for cells in table:
        padded = [_padded(cell, column_width) for cell, column_width in zip(cells, widths, strict=True)]
        lines.append("  ".join(padded).rstrip())
    return "".join(f"{line}\n" for line in lines)


def _cell(column: str, text: str) -> str:
    shown = visible(text)
    if column == "completeness" and text:
        return f"{text}%"
    if column == "cities":
        return _cut(shown, CITIES_WIDTH)
    if column in COLUMNS:
        return shown
    return _cut(shown, CUSTOM_WIDTH)


def _cut(shown: str, largest_width: int) -> str:
    while width(shown) > largest_width:
        shown = f"{shown[:-2]}…"
    return shown


def _padded(cell: str, column_width: int) -> str:
    return cell + " " * (column_width - width(cell))


# Open data: all fields as a table in CSV, and as linked data in the vocabulary of schema.org

BETWEEN_ENTRIES = " | "
"""Between the values of the entries of a list, such as the populations of cities; an unknown one is empty."""


class _OpenedPlan(Struct, frozen=True):
    """A plan file: its id, its values, and the fields that it may have."""

    id: str
    tree: Tree
    known: KnownFields


class OpenData(Struct, frozen=True):
    """Data about plans, and the problems of those that are not in it."""

    content: Any
    problems: tuple[Problem, ...] = ()


def _linked_data(opened: OpenedProject, paths: Sequence[Path]) -> OpenData:
    """Return the plans as a JSON-LD graph of schema.org `Report`s. Plans with errors are left out and reported."""
    from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary  # noqa: PLC0415 - imports lxml; other lists need none
    from ucap_reports.summary.schema_org import CONTEXT, report_record  # noqa: PLC0415 - as above

    settings = opened.settings
    problems: list[Problem] = []
    reports = []
    for plan in _read_plans(opened, paths, problems):
        with reported(problems.extend):
            pack = opened.packs.open(pack_name(plan.tree.value, settings.template))
            valid_plan = read_plan(plan.tree, plan.known, settings.language)
            reports.append(report_record(compose_summary(valid_plan, pack)))
    return OpenData({"@context": CONTEXT, "@graph": reports}, tuple(problems))


def _plan_table(opened: OpenedProject, paths: Sequence[Path], facts: Sequence[Mapping[str, str]]) -> OpenData:
    """Return a table in CSV with a row for each plan and a column for each field.

    The values of cities and of other entries are in one cell, in the order of the plan. A cell that a spreadsheet would
    run as a formula begins with an apostrophe (OWASP, CSV injection).

    Args:
        opened: The project.
        paths: The files of the plans.
        facts: The texts of the first columns (`COLUMNS`) of each plan.
    """
    problems: list[Problem] = []
    plans = {plan.id: plan for plan in _read_plans(opened, paths, problems)}
    sheets = plan_sheets(joint_fields([plan.known for plan in plans.values()] or [BUILT_IN]))
    columns = list(COLUMNS)
    for sheet in sheets:
        columns += [name for name in _column_names(sheet) if name not in columns]
    content = StringIO()
    writer = csv.DictWriter(content, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for path, facts_of_plan in zip(paths, facts, strict=True):
        row = dict(facts_of_plan)
        if path.stem in plans:
            for sheet in sheets:
                row = _columns_of_plan(sheet, plans[path.stem]) | row
        writer.writerow({name: _without_formula(text) for name, text in row.items()})
    return OpenData(content.getvalue(), tuple(problems))


def _custom_columns(opened: OpenedProject, paths: Sequence[Path]) -> Mapping[str, Mapping[str, str]]:
    """Return the custom fields with short values that plans have, by name: the texts of each by the id of the plan.

    They have the names and texts of the columns of `_plan_table`. Problems of the plans are not reported.
    """
    plans = _read_plans(opened, paths, [])
    known = joint_fields([plan.known for plan in plans] or [BUILT_IN])
    short = [field.path for field in known.custom if field.type in _SHORT]
    columns: dict[str, dict[str, str]] = {name: {} for name in short}
    for plan in plans:
        for sheet in plan_sheets(known):
            for name, text in _columns_of_plan(sheet, plan).items():
                if name in columns and text:
                    columns[name][plan.id] = text
    return {name: texts for name, texts in columns.items() if texts}


def _without_formula(cell: str) -> str:
    """Return the cell with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _read_plans(opened: OpenedProject, paths: Sequence[Path], problems: list[Problem]) -> list[_OpenedPlan]:
    """Return the plans that can be read; the problems of others are added to `problems`."""
    plans = []
    for path in paths:
        with reported(problems.extend):
            tree = opened.read_tree(path)
            plans.append(_OpenedPlan(path.stem, tree, opened.fields_of(tree.value)))
    return plans


def _column_names(sheet: PlanSheet) -> list[str]:
    """Return the names of the columns of a sheet in a table with a row for each plan."""
    prefix = "" if sheet.owner is None else f"{sheet.owner.name}."
    return [f"{prefix}{column.name}" for column in sheet.columns]


def _columns_of_plan(sheet: PlanSheet, plan: _OpenedPlan) -> dict[str, str]:
    """Return the columns of a plan that a sheet of a workbook has, the entries of a list in one cell."""
    rows = sheet.rows(plan.tree.value)
    cells = {}
    for name, column in zip(_column_names(sheet), sheet.columns, strict=True):
        texts = [row[column.name].text for row in rows]
        cells[name] = BETWEEN_ENTRIES.join(texts) if any(texts) else ""
    return cells
