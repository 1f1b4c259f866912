"""A build from start to end: find what changed, build it, remove what was deleted, update the index."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ucap_reports.batch.build_records import Records
from ucap_reports.batch.build_request import BuildRequest
from ucap_reports.batch.changes import Changes, Due, edited_problems
from ucap_reports.batch.deleted_plans import DeletedPlan, deleted_plans, deletion_warnings, remove_deleted
from ucap_reports.batch.document_names import plan_of
from ucap_reports.batch.events import Begun, Event, Listed, PlanReport, Remark, Removed, Stage
from ucap_reports.batch.output_folder import check_output_folder, output_folder
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.plan_schema import renew_schema
from ucap_reports.batch.translation_files import TranslationFiles
from ucap_reports.problems import Problem, ProblemsFound, Severity, problem
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.version_fingerprint import product_fingerprint

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed needs nothing that makes documents
    from ucap_reports.batch.work_distribution import Workers
    from ucap_reports.batch.worker_jobs import Bench


def build_plans(
    project: Project, paths: Sequence[Path], request: BuildRequest, out: Path
) -> Generator[Event, None, None]:
    """Build plans into the folder `out`, yielding events as they happen. A plan that fails does not stop the others.

    Raises ProblemsFound when nothing can be built: the folder cannot be used or another build is writing to it, the
    scheduler does not answer, SOURCE_DATE_EPOCH is invalid. Whenever the generator is closed, every file is complete.
    """
    request = request.dated()
    if request.options.template:
        _check_name(request.options.template)
    if request.dry_run:
        check_output_folder(project, out)
        yield from _Build(project, request, out).preview(paths)
        return
    with output_folder(project, out):
        yield from _Build(project, request, out).run(paths)


def _check_name(pack: str) -> None:
    """Raise ProblemsFound if the variants in a pack would have the names of those in a language."""
    from ucap_reports.plan.name_hints import names_language  # noqa: PLC0415 - see above

    if names_language(pack):
        raise ProblemsFound([problem("pack-name-invalid", form="language", name=pack)])


class _Build:
    """One build into one folder."""

    def __init__(self, project: Project, request: BuildRequest, out: Path) -> None:
        self._project = project
        self._request = request
        self._out = out
        self._records = Records(out, project.shown(out))
        known = self._records.settings
        self._packs = PackStore(project, request.settings.pack, known.templates, known.packs)
        self._tools = product_fingerprint()
        self._workers: Workers | None = None

    def preview(self, paths: Sequence[Path]) -> Iterator[Event]:
        """The events of a dry run."""
        yield Remark((*self._request.settings.problems, *self._records.problems))
        for due in self._find_due(paths):
            yield self._untouched(due)
        deleted, prune = self._deleted(paths), self._request.prune
        for each in deleted if prune else ():
            yield from (Removed(self._project.shown(path)) for path in each.documents)
        yield Remark(deletion_warnings(deleted, self._project, prune=prune))

    def run(self, paths: Sequence[Path]) -> Iterator[Event]:
        """Build, and record what was built, however the build ends."""
        yield Remark((*self._request.settings.problems, *self._records.problems))
        dues = self._find_due(paths)
        yield Begun(Stage.PLANS, sum(bool(due.reasons) for due in dues))
        try:
            with ExitStack() as stack:
                yield from self._reports(dues, stack)
                yield from self._clean_up(paths)
                yield from self._update_index(stack)
            yield from self._update_settings()
            self._records.save()
        except BaseException:
            with suppress(ProblemsFound):
                self._records.save()
            raise

    def _find_due(self, paths: Sequence[Path]) -> list[Due]:
        translations = TranslationFiles(self._project, self._request.settings.languages)
        changes = Changes(
            self._project, self._out, self._request, self._tools, self._records, self._packs, translations
        )
        return [due for path in paths for due in changes.dues(path)]

    def _reports(self, dues: Sequence[Due], stack: ExitStack) -> Iterator[Event]:
        """The reports on all plans in their order, built or unchanged."""
        pending = [due for due in dues if due.reasons]
        built: Iterator[PlanReport] = iter(())
        if pending:
            from ucap_reports.batch.build_due_plans import Production  # noqa: PLC0415 - see above

            production = Production(self._project, self._out, self._request, self._tools, self._records)
            built = stack.enter_context(closing(production.reports(pending, self._pool(stack))))
        for due in dues:
            yield next(built) if due.reasons else self._untouched(due)

    def _untouched(self, due: Due) -> PlanReport:
        """The report on a plan that is not built, with the problems that were found when it was."""
        record = self._records.get(due.name)
        built = [  # what is due is not built in a dry run
            due.built(each, WriteStatus.WRITTEN, None) if each in due.reasons else due.built(each, None, record)
            for each in due.options.formats
        ]
        problems: tuple[Problem, ...] = ()
        if record is not None and not due.reasons:
            problems = record.problems_of(due.options.formats)
            self._records.settle(due.name, record, {*due.options.formats} - due.edited)
        return PlanReport(due.plan, tuple(built), (*problems, *edited_problems(built, self._out)))

    def _clean_up(self, paths: Sequence[Path]) -> Iterator[Event]:
        """Remove the documents and records of deleted plans, or warn about the documents."""
        deleted, prune = self._deleted(paths), self._request.prune
        for path in remove_deleted(deleted, self._records, self._project, self._out, prune=prune):
            yield Removed(self._project.shown(path))
        yield Remark(deletion_warnings(deleted, self._project, prune=prune))

    def _deleted(self, paths: Sequence[Path]) -> tuple[DeletedPlan, ...]:
        """The plans that were deleted; none in a build of some plans, unless it prunes."""
        if not (self._request.everything or self._request.prune):
            return ()
        existing = {path.stem for path in paths}
        names = [name for name in self._records if plan_of(name) not in existing]
        return deleted_plans(names, self._records, self._project, self._out)

    def _update_index(self, stack: ExitStack) -> Iterator[Event]:
        """Update the index of all documents in the folder, and its pictures."""
        if not self._request.index:
            return
        from ucap_reports.batch.index_writer import IndexWriter  # noqa: PLC0415 - see above

        index = IndexWriter(self._project, self._out, self._tools, self._records, self._request.settings)
        if due := index.pictures_due():
            yield Begun(Stage.PICTURES, len(due))
            yield from index.draw(due, self._pool(stack))
        if (status := index.write()) is not None:
            yield Listed(self._project.shown(index.path), status)

    def _update_settings(self) -> Iterator[Event]:
        """Record the state of packs and schema. A schema that cannot be written is a warning: no document needs it."""
        templates, packs = self._packs.confirmed(self._records.packs)
        self._records.set(templates=templates, packs=packs)
        try:
            self._records.set(schema=renew_schema(self._project, self._records.settings.schema, self._tools))
        except ProblemsFound as found:
            yield Remark(tuple(replace(problem, severity=Severity.WARNING) for problem in found.problems))

    def _pool(self, stack: ExitStack) -> "Workers":
        """The workers of this build, until the stack ends."""
        if self._workers is None:
            from ucap_reports.batch.work_distribution import Workers  # noqa: PLC0415 - see above
            from ucap_reports.batch.worker_jobs import Bench  # noqa: PLC0415 - see above

            here, elsewhere = Bench(self._packs.open, self._tools), partial(_bench_with_packs, self._packs, self._tools)
            self._workers = stack.enter_context(Workers(self._request.crew, here, elsewhere))
        return self._workers


def _bench_with_packs(packs: PackStore, tools: str) -> "Bench":
    """What workers need that do not read the disk: every pack as it is now."""
    from ucap_reports.batch.worker_jobs import Bench, SentPacks  # noqa: PLC0415 - see above

    return Bench(SentPacks(packs.open_all()), tools)
