"""Projects with custom fields and tables, for the tests of both: what commands do with them."""

from pathlib import Path

from tests.command import Run, ucap, write_plan
from tests.edited_words import WordEdit
from ucap_reports.batch.opened_project_and_settings_file import opened_project
from ucap_reports.batch.where_conditions_and_plan_facts import selected_paths
from ucap_reports.plan.field_descriptions import KnownFields
from ucap_reports.plan.plan_model import Plan, parse_plan
from ucap_reports.plan.writing.markdown_and_public_plan import plan_values, public_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import Project

NAME = "hanoi-toulouse"
"""The id of the plan."""
HEAD = "cities: [{name: Rome, country: Italy}]\nupdated: 2019-04-30\n"
"""The lines of a plan without other fields."""


def write_project(folder: Path, settings: str, plan: str) -> Path:
    """Write a project with these settings and this plan, and return its folder."""
    (folder / "ucap.yaml").write_text(settings, encoding="utf-8")
    write_plan(folder, f"{NAME}.yaml", plan)
    return folder


def plan_file(project: Path) -> Path:
    return project / "plans" / f"{NAME}.yaml"


def declared(folder: Path, declarations: str, plan: str = "") -> Run:
    """The report on a plan with these fields, from its third line on, in a project with these declarations.

    Its documents are web pages, which are built in a tenth of the time of Word files.
    """
    settings = f"fields:\n{declarations.rstrip()}\nformats: [html]\n"
    (folder / "ucap.yaml").write_text(settings, encoding="utf-8")
    write_plan(folder, "a.yaml", f"{HEAD}{plan}")
    return ucap(folder, "check", "--json")


def problems(run: Run) -> list[tuple[str, str | None, int | None]]:
    """The code, the field and the line of each problem that is not an info."""
    found = [problem for problem in run.report["problems"] if problem["severity"] != "info"]
    return [(problem["code"], problem["field"], problem["line"]) for problem in found]


def reviewed(project: Path, *edits: tuple[str, str]) -> dict[str, tuple[bool, str]]:
    """Build the Word file, replace texts in it, and apply the changes: whether they were, and the reason, by field."""
    ucap(project, "build", "--format", "docx", "--no-index", "--jobs", "1")
    edit = WordEdit(project / "out" / f"{NAME}.docx")
    for old, new in edits:
        edit.replace(old, new, "Anna")
    edit.save()
    changes = ucap(project, "review", f"out/{NAME}.docx", "--apply", "--json").report["changes"]
    return {change["field"]: (change["applied"], change["reason"]) for change in changes}


def is_selected(project: Path, condition: str) -> bool:
    """Return whether the only plan of a project fulfils a condition of `--where`. Raises ProblemsFound."""
    opened = opened_project(Project(project))
    return bool(selected_paths(opened, opened.project.plan_paths(), [condition]))


def changed_fields(project: Path, before: str) -> list[str]:
    """The fields that `ucap diff` names, of the plan as it was before and now."""
    (project / "old").mkdir()
    (project / "old" / f"{NAME}.yaml").write_text(before, encoding="utf-8")
    (plan,) = ucap(project, "diff", "old", "plans", "--json").report["plans"]
    return [change["field"] for change in plan["changes"]]


def translation(project: Path, name: str) -> tuple[Path, str, list[str]]:
    """Create the German translation: its file, its text, and the places of its texts whose names begin so."""
    ucap(project, "translate", "de")
    path = project / "translations" / "de" / f"{NAME}.po"
    text = path.read_text(encoding="utf-8")
    contexts = [line.partition('"')[2].rstrip('"') for line in text.splitlines() if line.startswith("msgctxt")]
    return path, text, [context for context in contexts if context.startswith(name)]


def written_and_read(plan: Plan, fields: KnownFields) -> Plan:
    """The plan after it was written in its public form and read again."""
    return parse_plan(Source(f"plans/{NAME}.yaml", public_plan(plan_values(plan), fields)), fields)
