"""`list`: the plans with their cities, completeness, date and status; with all fields in CSV and as linked data."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ucap_reports.batch.open_data import custom_columns, linked_data, plan_table
from ucap_reports.batch.opened_project import opened_project
from ucap_reports.batch.plan_conditions import FIELDS, plans_where
from ucap_reports.batch.plan_list import ListedPlan, list_plans
from ucap_reports.cli.command_line import Arguments, UsageError, usage_errors
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.selected_plans import named_plans, open_project
from ucap_reports.cli.terminal import width
from ucap_reports.problems import problem
from ucap_reports.problems.problem import visible

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
MOST_CUSTOM = 6
"""Custom fields in the table."""


def run_list(arguments: Arguments, session: Session) -> None:
    """Print the plans; the errors of each are reported beside the valid facts."""
    wanted = {"--json": arguments.json, "--csv": arguments.csv, "--json-ld": arguments.json_ld}
    forms = [name for name, is_wanted in wanted.items() if is_wanted]
    if len(forms) > 1:
        raise UsageError([problem("usage-invalid", form="two-forms", first=forms[0], second=forms[1])])
    project = open_project(arguments, session)
    opened = opened_project(project)
    paths = named_plans(project, arguments.plans, session)
    with usage_errors():
        plans = plans_where(arguments.where or (), list_plans(opened, paths), opened)
    for plan in plans:
        session.report(plan.errors)
    session.json["plans"] = [_record(plan) | _custom_record(plan) for plan in plans]
    rows = [{name: _text(value) for name, value in _record(plan).items()} for plan in plans]
    if arguments.csv:
        facts = {name: [row[name] for row in rows] for name in COLUMNS}
        session.data(plan_table(opened, [plan.path for plan in plans], facts).content)
    elif arguments.json_ld:
        data = linked_data(opened, [plan.path for plan in plans])
        session.report(data.problems)
        session.data(json.dumps(data.content, ensure_ascii=False, indent=2) + "\n")
    else:
        custom = custom_columns(opened, [plan.path for plan in plans])
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
    widths = [max(width(cell) for cell in column) for column in zip(*table, strict=True)]
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
    return shown if column in COLUMNS else _cut(shown, CUSTOM_WIDTH)


def _cut(shown: str, largest_width: int) -> str:
    while width(shown) > largest_width:
        shown = f"{shown[:-2]}…"
    return shown


def _padded(cell: str, column_width: int) -> str:
    return cell + " " * (column_width - width(cell))
