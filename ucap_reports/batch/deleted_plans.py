"""Documents of plans whose file was deleted, and of languages that their plan no longer names."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.document_names import plan_of
from ucap_reports.batch.events import Remark, Removed
from ucap_reports.batch.manifest import PlanRecord
from ucap_reports.problems import Location, problem
from ucap_reports.storage.atomic_files import disk_refusals, regular_digest


def remove_deleted(build: BuildState, languages: Mapping[str, set[str | None]]) -> Iterator[Removed | Remark]:
    """Remove the records of plans and versions that do not exist any more and have no documents, and warn about the
    documents of others; if the build prunes, remove those that were not edited first. `languages` are those of each
    plan of the build by its id.

    Raises ProblemsFound when the disk refuses.
    """
    prune, dry_run = build.request.prune, build.request.dry_run
    for name in build.records:
        record = None if name in languages else build.records.get(name)
        if record is None or _is_kept(record, languages.get(plan_of(name)), build):
            continue
        language, paths = record.inputs.options.language, dict(_documents(name, record, build.out))
        for path in [path for path, is_ours in paths.items() if is_ours and prune]:
            if not dry_run:
                with disk_refusals(build.shown(path.name)):
                    path.unlink(missing_ok=True)
            del paths[path]
            yield Removed(build.shown(path.name))
        if paths:
            form = "edited" if prune else "language" if plan_of(name) in languages else "left"
            details = {"documents": " and ".join(build.shown(path.name) for path in paths), "language": language or ""}
            yield Remark((problem("plan-gone", Location(record.source), form=form, **details),))
        elif not dry_run:
            picture = build.thumbnail(name)
            if record.picture and regular_digest(picture) == record.picture:
                picture.unlink(missing_ok=True)
            build.records.remove(name)


def _is_kept(record: PlanRecord, languages: set[str | None] | None, build: BuildState) -> bool:
    """Whether its plan exists and, if it is of a version, has its language. A build in one language drops none."""
    if languages is None:
        return (build.project.root / record.source).exists()
    is_named = record.inputs.options.language in languages or build.request.options.language is not None
    return is_named or not record.is_version


def _documents(name: str, record: PlanRecord, out: Path) -> Iterator[tuple[Path, bool]]:
    """The documents that exist, each with whether it was not edited."""
    for format_, document in record.documents.items():
        path = out / f"{name}.{format_.value}"
        if (digest := regular_digest(path)) is not None:
            yield path, digest in (document.sha256, document.replaces)
