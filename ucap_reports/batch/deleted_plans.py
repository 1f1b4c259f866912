"""Documents of plans whose file was deleted."""

from collections.abc import Collection, Iterator
from pathlib import Path

from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.document_names import plan_of
from ucap_reports.batch.events import Remark, Removed
from ucap_reports.batch.index_page.index_entry import THUMBNAILS, thumbnail_name
from ucap_reports.batch.manifest import PlanRecord
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.atomic_files import disk_problem, regular_digest


def remove_deleted(build: BuildState, existing: Collection[str]) -> Iterator[Removed | Remark]:
    """Remove the records of plans that do not exist any more and have no documents, and warn about the documents of
    others; if the build prunes, remove those that were not edited first. `existing` are ids of plans.

    Raises ProblemsFound when the disk refuses.
    """
    prune, dry_run = build.request.prune, build.request.dry_run
    for name in build.records:
        record = None if plan_of(name) in existing else build.records.get(name)
        if record is None or (build.project.root / record.source).exists():
            continue
        paths = dict(_documents(name, record, build.out))
        for path in [path for path, is_ours in paths.items() if is_ours and prune]:
            if not dry_run:
                _remove(path, build)
            del paths[path]
            yield Removed(build.shown(path.name))
        if paths:
            form, left = "edited" if prune else "left", " and ".join(build.shown(path.name) for path in paths)
            yield Remark((problem("plan-gone", Location(record.source), form=form, documents=left),))
        elif not dry_run:
            picture = build.out / THUMBNAILS / thumbnail_name(name)
            if record.picture and regular_digest(picture) == record.picture:
                picture.unlink(missing_ok=True)
            build.records.remove(name)


def _documents(name: str, record: PlanRecord, out: Path) -> Iterator[tuple[Path, bool]]:
    """The documents that exist, each with whether it was not edited."""
    for format_, document in record.documents.items():
        path = out / f"{name}.{format_.value}"
        if (digest := regular_digest(path)) is not None:
            yield path, digest in (document.sha256, document.replaces)


def _remove(path: Path, build: BuildState) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ProblemsFound([disk_problem(error, build.shown(path.name))]) from error
