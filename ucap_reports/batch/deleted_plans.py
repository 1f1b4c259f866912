"""Documents of plans, or of versions in other languages, that do not exist any more: warned about, and removed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ucap_reports.batch.build_report import Remark, Removed
from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.document_names import plan_of
from ucap_reports.batch.manifest import PlanRecord, Records
from ucap_reports.batch.overwrite_protection import is_edited
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.atomic_files import disk_refusals, regular_digest
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import SafeFolder


def deleted_plan_warnings(project: Project, out: Path) -> Iterator[Problem]:
    """Yield a warning about the documents of each deleted plan in the folder `out`; nothing is written."""
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


def remove_deleted(build: BuildState, languages: Mapping[str, set[str | None]]) -> Iterator[Removed | Remark]:
    """Remove the records of plans and versions that do not exist any more and have no documents, and warn about the
    documents of others; if the build prunes, remove those that were not edited first. `languages` are those of each
    plan of the build by its id.

    Raises ProblemsFound when the disk refuses.
    """
    prune, dry_run = build.request.prune, build.request.dry_run
    others: set[str] = set()
    with suppress(ProblemsFound):  # a plan can be built even if the folder of the others cannot be listed
        others = {path.stem for path in build.project.plan_paths()} - languages.keys()
    for name in build.records:
        record = None if name in languages or plan_of(name) in others else build.records.get(name)
        if record is None or _is_kept(record, languages.get(plan_of(name)), build):
            continue
        paths = []
        for path, is_ours in list(documents_of(name, record, build.out, build.safe_out)):
            if not is_ours or not prune:
                paths.append(path)
                continue
            if not dry_run:
                with disk_refusals(build.shown(path.name)):
                    build.safe_out.remove_file(path)
            yield Removed(build.shown(path.name))
        if paths:
            if prune:
                form = "edited"
            elif plan_of(name) in languages:
                form = "language"
            else:
                form = "left"
            yield Remark((plan_gone(form, record, [build.shown(path.name) for path in paths]),))
        elif not dry_run:
            thumbnail = build.thumbnail(name)
            if record.thumbnail and build.digest(thumbnail) == record.thumbnail:
                build.safe_out.remove_file(thumbnail)
            build.records.remove(name)


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
    """Yield the documents of a record that exist, each with whether it is as it was built."""
    for format_, document in record.documents.items():
        path = out / f"{name}.{format_.value}"
        with disk_refusals(path.parent.as_posix(), is_writing=True):
            digest = regular_digest(path, safe_folder)
        if digest is not None:
            yield path, not is_edited(digest, document)


def plan_gone(form: str, record: PlanRecord, documents: Iterable[str]) -> Problem:
    """Return the warning about documents that remain: of a deleted plan or a dropped language, or edited ones."""
    language = record.inputs.options.language or ""
    return problem(
        "plan-deleted", Location(record.source), form=form, documents=" and ".join(documents), language=language
    )


def _is_kept(record: PlanRecord, languages: set[str | None] | None, build: BuildState) -> bool:
    """Return whether its plan exists and, if it is of a version, has its language. A build in one
    language drops none.
    """
    if languages is None:
        return build.project.has(record.source)
    is_named = record.inputs.options.language in languages or build.request.options.language is not None
    return is_named or not record.is_version
