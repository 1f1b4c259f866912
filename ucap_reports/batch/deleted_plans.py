"""Documents of plans, or of versions in other languages, that do not exist any more."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ucap_reports.batch.document_names import plan_of
from ucap_reports.batch.manifest import PlanRecord
from ucap_reports.batch.output_folder import Records
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.atomic_files import disk_refusals, regular_digest
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import SafeFolder


def deleted_plan_warnings(project: Project, out: Path) -> Iterator[Problem]:
    """Return a warning about the documents of each deleted plan in the folder `out`; nothing is written."""
    safe_folder = project.safe_output(out)
    records = Records(out, project.shown(out), safe_folder)
    plan_ids = {path.stem for path in project.plan_paths()}
    for name in records:
        record = records.get(name)
        if record is None or plan_of(name) in plan_ids or project.has(record.source):
            continue
        paths = [path for path, _ in documents_of(name, record, out, safe_folder)]
        if paths:
            yield plan_gone("left", record, [project.shown(path) for path in paths])


def documents_of_plan(project: Project, out: Path, plan_id: str) -> list[str]:
    """Return the names of the documents of a plan in the folder `out`, in all languages and packs, that exist."""
    safe_folder = project.safe_output(out)
    records = Records(out, project.shown(out), safe_folder)
    documents = []
    for name in records:
        record = records.get(name)
        if record is not None and plan_of(name) == plan_id:
            documents += [project.shown(path) for path, _ in documents_of(name, record, out, safe_folder)]
    return documents


def documents_of(name: str, record: PlanRecord, out: Path, safe_folder: SafeFolder) -> Iterator[tuple[Path, bool]]:
    """Return the documents of a record that exist, each with whether it was not edited."""
    for format_, document in record.documents.items():
        path = out / f"{name}.{format_.value}"
        with disk_refusals(path.parent.as_posix(), is_writing=True):
            digest = regular_digest(path, safe_folder)
        if digest is not None:
            yield path, digest in (document.sha256, document.replaces)


def plan_gone(form: str, record: PlanRecord, documents: Iterable[str]) -> Problem:
    """Return the warning about documents that remain: of a deleted plan or a dropped language, or edited ones."""
    language = record.inputs.options.language or ""
    return problem(
        "plan-deleted", Location(record.source), form=form, documents=" and ".join(documents), language=language
    )
