"""Imports files in memory, for the tests of importing."""

from functools import cache
from pathlib import Path

from tests.stages import shipped_pack
from ucap_reports.importers.column_map_file import NO_MAP, read_columns
from ucap_reports.importers.draft_and_kept_comments import Imported, ImportedPlan
from ucap_reports.importers.import_file import import_content
from ucap_reports.importers.label_recognition import Labels
from ucap_reports.plan.plan_model import Plan, parse_plan
from ucap_reports.problems import ProblemsFound, Severity
from ucap_reports.storage.decoding import Source

PACKS = ("iuc-asia", "iuc-americas", "iuc-japan", "plain", "bilingual", "modern")
DATA = Path(__file__).parent / "data" / "import"


@cache
def labels() -> Labels:
    """The labels of all shipped packs."""
    return Labels(tuple(shipped_pack(name) for name in PACKS))


def imported(content: str | bytes, name: str, columns: str | None = None) -> Imported:
    """The plans and problems of a file of that name and content."""
    given = NO_MAP if columns is None else read_columns(Source("map.yaml", columns))
    return import_content(content.encode() if isinstance(content, str) else content, name, labels(), given)


def one_plan(content: str | bytes, name: str, columns: str | None = None) -> ImportedPlan:
    """The only plan of a file, with the problems of both, which are warnings: errors are for files without a plan."""
    found = imported(content, name, columns)
    (plan,) = found.plans
    problems = (*found.problems, *plan.problems)
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    return ImportedPlan(plan.id, plan.text, problems)


def read(plan: ImportedPlan) -> Plan:
    """The imported plan, read as a plan."""
    return parse_plan(Source(f"plans/{plan.id}.yaml", plan.text))


def codes(plan: ImportedPlan | Imported) -> list[str]:
    """The codes of the problems."""
    return [problem.code for problem in plan.problems]


def refused(content: str | bytes, name: str, columns: str | None = None) -> list[str]:
    """The codes of the errors for which a file is refused."""
    try:
        found = imported(content, name, columns)
    except ProblemsFound as wrong:
        return [problem.code for problem in wrong.problems]
    return [problem.code for problem in found.problems if not found.plans]
