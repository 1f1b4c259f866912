"""Documents of plans whose file was deleted."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.index_page.index_entry import THUMBNAILS, thumbnail_name
from ucap_reports.batch.manifest import PlanRecord
from ucap_reports.batch.records import Records
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.storage.atomic_files import disk_problem, regular_digest
from ucap_reports.storage.project_folder import Project


class DeletedPlan(Struct, frozen=True):
    """A plan without its file, the documents that are left of it, and the edited ones among them."""

    plan: str
    record: PlanRecord
    documents: tuple[Path, ...]
    edited: tuple[Path, ...]


def deleted_plans(project: Project, records: Records, plans: Collection[str], out: Path) -> tuple[DeletedPlan, ...]:
    """The plans that have a record, are not among the ids `plans`, and whose file does not exist any more."""
    found = ((plan, records.get(plan)) for plan in records if plan not in plans)
    return tuple(
        _deleted(plan, record, out) for plan, record in found if record and not (project.root / record.source).exists()
    )


def _deleted(plan: str, record: PlanRecord, out: Path) -> DeletedPlan:
    ours: list[Path] = []
    edited: list[Path] = []
    for format_, document in record.documents.items():
        path = out / f"{plan}.{format_.value}"
        digest = regular_digest(path)
        if digest is not None:
            (ours if digest in (document.sha256, document.replaces) else edited).append(path)
    return DeletedPlan(plan, record, tuple(ours), tuple(edited))


def deletion_warnings(deleted: Sequence[DeletedPlan], project: Project, *, prune: bool) -> tuple[Problem, ...]:
    """A warning for each plan that names the documents left of it: with `prune`, those that were edited."""
    if prune:
        hint = "edited documents are not removed: move or delete them"
    else:
        hint = "`ucap build --prune` removes the documents of deleted plans"
    return tuple(
        Problem.warning(
            "plan-gone",
            f"the plan was deleted, but {' and '.join(map(project.shown, left))} still exists",
            hint,
            Location(each.record.source),
        )
        for each in deleted
        if (left := each.edited if prune else each.documents + each.edited)
    )


def remove_documents(deleted: Sequence[DeletedPlan], records: Records, project: Project, out: Path) -> Iterator[Path]:
    """Remove the documents and pictures of deleted plans that are as they were written; yields each document's path.

    Raises ProblemsFound when the disk refuses.
    """
    for each in deleted:
        for path in each.documents:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise ProblemsFound([disk_problem(error, project.shown(path))]) from error
            yield path
    forget_plans([each for each in deleted if not each.edited], records, out)


def forget_plans(deleted: Sequence[DeletedPlan], records: Records, out: Path) -> None:
    """Remove the records of plans of which no document is left, and their pictures."""
    for each in deleted:
        picture = out / THUMBNAILS / thumbnail_name(each.plan)
        if each.record.picture and regular_digest(picture) == each.record.picture:
            picture.unlink(missing_ok=True)
        records.remove(each.plan)
