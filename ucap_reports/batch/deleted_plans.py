"""Documents of plans whose file was deleted, and of languages that their plan no longer names."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from ucap_reports.batch.build_records import Records
from ucap_reports.batch.document_names import plan_of
from ucap_reports.batch.index_page.index_entry import THUMBNAILS, thumbnail_name
from ucap_reports.batch.manifest import PlanRecord
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.atomic_files import disk_problem, regular_digest
from ucap_reports.storage.project_folder import Project


class DeletedPlan(Struct, frozen=True):
    """The record of a plan or a variant without its plan file, or of a version in a language that the plan no longer
    names; its unchanged documents, and its edited ones.
    """

    name: str
    record: PlanRecord
    documents: tuple[Path, ...]
    edited: tuple[Path, ...]


def deleted_plans(
    records: Records, languages: Mapping[str, Collection[str | None]], project: Project, out: Path, *, versions: bool
) -> tuple[DeletedPlan, ...]:
    """The records whose plan file does not exist any more and, with `versions`, those in languages that their plan no
    longer has. `languages` are those of each plan of the build by its id.
    """
    names = [name for name in records if name not in languages]  # a plan's own documents are not decoded
    found = ((name, record) for name in names if (record := records.get(name)))
    return tuple(
        _deleted(name, record, out)
        for name, record in found
        if (
            versions and _is_dropped(record, languages[plan])
            if (plan := plan_of(name)) in languages
            else _is_gone(record, project)
        )
    )


def _is_dropped(record: PlanRecord, languages: Collection[str | None]) -> bool:
    return record.is_version and record.inputs.language not in languages


def _is_gone(record: PlanRecord, project: Project) -> bool:
    return not (project.root / record.source).exists()


def _deleted(name: str, record: PlanRecord, out: Path) -> DeletedPlan:
    ours: list[Path] = []
    edited: list[Path] = []
    for format_, document in record.documents.items():
        path = out / f"{name}.{format_.value}"
        digest = regular_digest(path)
        if digest is not None:
            (ours if digest in (document.sha256, document.replaces) else edited).append(path)
    return DeletedPlan(name, record, tuple(ours), tuple(edited))


def deletion_warnings(deleted: Sequence[DeletedPlan], project: Project, *, prune: bool) -> tuple[Problem, ...]:
    """A warning for each deleted plan that names its documents: with `prune`, those that were edited."""
    return tuple(
        problem(
            "plan-gone",
            Location(each.record.source),
            form=_form(each, project, prune=prune),
            language=each.record.inputs.language or "",
            documents=" and ".join(map(project.shown, left)),
        )
        for each in deleted
        if (left := each.edited if prune else each.documents + each.edited)
    )


def _form(deleted: DeletedPlan, project: Project, *, prune: bool) -> Literal["left", "edited", "language"]:
    if prune:
        return "edited"
    return "left" if _is_gone(deleted.record, project) else "language"


def remove_deleted(
    deleted: Sequence[DeletedPlan], records: Records, project: Project, out: Path, *, prune: bool
) -> Iterator[Path]:
    """Remove the records of deleted plans without documents, and their pictures. With `prune`, remove documents that
    were not edited first, and yield their paths.

    Raises ProblemsFound when the disk refuses.
    """
    for each in deleted:
        for path in each.documents if prune else ():
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise ProblemsFound([disk_problem(error, project.shown(path))]) from error
            yield path
        if not (each.edited if prune else each.documents + each.edited):
            picture = out / THUMBNAILS / thumbnail_name(each.name)
            if each.record.picture and regular_digest(picture) == each.record.picture:
                picture.unlink(missing_ok=True)
            records.remove(each.name)
