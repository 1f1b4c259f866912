"""Builds that the editor starts: the same as `ucap build`."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from ucap_reports.batch.build_project import build_plans
from ucap_reports.batch.build_request import BuildRequest
from ucap_reports.batch.events import PlanReport, Remark
from ucap_reports.batch.project_settings import project_settings
from ucap_reports.problems import Problem, Severity, problem, problem_record, raise_found
from ucap_reports.storage.project_folder import OUT, Project
from ucap_reports.summary.document import parse_formats


class BuildChoice(Struct, forbid_unknown_fields=True):
    """What to build: the ids of plans and the names of formats; none means all, or those of the project."""

    plans: list[str] = []
    formats: list[str] = []


def build_documents(project: Project, choice: BuildChoice) -> dict[str, Any]:
    """Build documents into `out/`, and return their records, as `ucap build --json` prints them.

    Raises ProblemsFound for unknown plans or formats, and if nothing can be built.
    """
    settings = project_settings(project)
    paths = _selected(project, choice.plans)
    options = settings.options(parse_formats(choice.formats))
    request = BuildRequest(options, settings)
    documents: list[Any] = []
    problems: dict[Problem, None] = {}
    with closing(build_plans(project, paths, request, project.path(OUT))) as events:
        for event in events:
            if isinstance(event, PlanReport):
                documents += [to_builtins(document) for document in event.documents]
            if isinstance(event, PlanReport | Remark):
                problems |= dict.fromkeys(event.problems)
    return {
        "ok": not any(found.severity is Severity.ERROR for found in problems),
        "documents": documents,
        "problems": [problem_record(found) for found in problems],
    }


def _selected(project: Project, ids: Sequence[str]) -> Sequence[Path]:
    """Return the files of plans by their ids, or of all plans; an id is never read as a path."""
    paths = {path.stem: path for path in project.plan_paths()}
    unknown = [plan for plan in ids if plan not in paths]
    raise_found([problem("plan-unknown", form="name", name=plan) for plan in unknown])
    return [paths[plan] for plan in ids] if ids else list(paths.values())
