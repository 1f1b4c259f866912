"""A build from start to end: find what has changed, build it, clean up, list it; reported step by step."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.batch.build_request import BuildRequest
from ucap_reports.batch.changes import Changes, Due, edited_problem, untouched
from ucap_reports.batch.deleted_plans import (
    DeletedPlan,
    deleted_plans,
    deletion_warnings,
    forget_plans,
    remove_documents,
)
from ucap_reports.batch.events import Begun, Built, Event, Listed, PlanReport, Remark, Removed, Stage
from ucap_reports.batch.manifest import PlanRecord
from ucap_reports.batch.output_folder import check_output_folder, output_folder
from ucap_reports.batch.pack_store import KnownPacks, PackStore
from ucap_reports.batch.plan_schema import renew_schema
from ucap_reports.batch.records import Records
from ucap_reports.problems import Problem, ProblemsFound, Severity
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.version_fingerprint import product_fingerprint
from ucap_reports.summary.document import Format

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed needs nothing that makes documents
    from ucap_reports.batch.jobs import Bench
    from ucap_reports.batch.workers import Workers


def build_plans(
    project: Project, paths: Sequence[Path], request: BuildRequest, out: Path
) -> Generator[Event, None, None]:
    """Build plans into the folder `out`, yielding events as they happen; a plan that fails stops no other.

    Raises ProblemsFound when nothing can be built at all: the folder cannot be used or another build is writing to it,
    no scheduler answers, SOURCE_DATE_EPOCH is no date. Whenever it is ended, every file is complete.
    """
    request = request.dated()
    if request.dry_run:
        check_output_folder(project, out)
        yield from _Build(project, request, out).foretell(paths)
        return
    with output_folder(project, out):
        yield from _Build(project, request, out).run(paths)


class _Build:
    """One build of one folder."""

    def __init__(self, project: Project, request: BuildRequest, out: Path) -> None:
        self._project = project
        self._request = request
        self._out = out
        self._records = Records(out, project.shown(out))
        self._store = PackStore(project)
        settings = self._records.settings
        self._packs = KnownPacks(self._store, project, settings.templates, settings.packs)
        self._tools = product_fingerprint()
        self._workers: Workers | None = None

    def foretell(self, paths: Sequence[Path]) -> Iterator[Event]:
        """What would be done, without doing it."""
        yield Remark(self._records.problems)
        for due in self._find_due(paths):
            yield self._untouched(due)
        deleted, prune = self._deleted(paths), self._request.prune
        for each in deleted if prune else ():
            yield from (Removed(self._project.shown(path)) for path in each.documents)
        yield Remark(deletion_warnings(deleted, self._project, prune=prune))

    def run(self, paths: Sequence[Path]) -> Iterator[Event]:
        """Do it."""
        yield Remark(self._records.problems)
        dues = self._find_due(paths)
        yield Begun(Stage.PLANS, sum(bool(due.reasons) for due in dues))
        try:
            with ExitStack() as stack:
                yield from self._make(dues, stack)
                yield from self._clean_up(paths)
                yield from self._list(stack)
            yield from self._note()
            self._records.save()
        except BaseException:  # whatever ends the build, what it has done is recorded
            with suppress(ProblemsFound):
                self._records.save()
            raise

    def _find_due(self, paths: Sequence[Path]) -> list[Due]:
        request = self._request
        changes = Changes(
            self._out, request.options, self._tools, request.force, request.overwrite_edited, self._packs.digest
        )
        return [changes.due(path, self._project.shown(path), self._records.get(path.stem)) for path in paths]

    def _make(self, dues: Sequence[Due], stack: ExitStack) -> Iterator[Event]:
        """Reports on all plans in their order, built or unchanged."""
        pending = [due for due in dues if due.reasons]
        made: Iterator[PlanReport] = iter(())
        if pending:
            from ucap_reports.batch.production import Production  # noqa: PLC0415 - see above

            production = Production(self._project, self._out, self._request, self._tools, self._records)
            made = stack.enter_context(closing(production.reports(pending, self._pool(stack))))
        for due in dues:
            yield next(made) if due.reasons else self._untouched(due)

    def _clean_up(self, paths: Sequence[Path]) -> Iterator[Event]:
        """Remove what is left of deleted plans, or warn about it."""
        deleted, prune = self._deleted(paths), self._request.prune
        if prune:
            for path in remove_documents(deleted, self._records, self._project, self._out):
                yield Removed(self._project.shown(path))
        else:
            forget_plans([each for each in deleted if not each.documents + each.edited], self._records, self._out)
        yield Remark(deletion_warnings(deleted, self._project, prune=prune))

    def _deleted(self, paths: Sequence[Path]) -> tuple[DeletedPlan, ...]:
        """The plans that were deleted. A build of named plans does not look for others, unless it is to prune them."""
        if not (self._request.everything or self._request.prune):
            return ()
        return deleted_plans(self._project, self._records, {path.stem for path in paths}, self._out)

    def _list(self, stack: ExitStack) -> Iterator[Event]:
        """The index and its pictures, always of everything that is in the folder."""
        if not self._request.index:
            return
        from ucap_reports.batch.index_writer import IndexWriter  # noqa: PLC0415 - see above

        index = IndexWriter(self._project, self._out, self._tools, self._records)
        index.clear()
        if due := index.pictures_due():
            yield Begun(Stage.PICTURES, len(due))
            yield from index.draw(due, self._pool(stack))
        if (status := index.write()) is not None:
            yield Listed(self._project.shown(index.path), status)

    def _note(self) -> Iterator[Event]:
        """Record what the next build need not find out again. An old schema is a warning, since documents need none."""
        templates, packs = self._packs.confirmed(self._records.packs)
        self._records.set(templates=templates, packs=packs)
        try:
            self._records.set(schema=renew_schema(self._project, self._records.settings.schema, self._tools))
        except ProblemsFound as found:
            yield Remark(tuple(replace(problem, severity=Severity.WARNING) for problem in found.problems))

    def _pool(self, stack: ExitStack) -> "Workers":
        """The workers of this build, until the stack ends."""
        if self._workers is None:
            from ucap_reports.batch.jobs import Bench  # noqa: PLC0415 - see above
            from ucap_reports.batch.workers import Workers  # noqa: PLC0415 - see above

            options, tools = self._request.options, self._tools
            here = Bench(self._store.open, options, tools)
            elsewhere = partial(_bench_elsewhere, self._store, options, tools)
            self._workers = stack.enter_context(Workers(self._request.crew, here, elsewhere))
        return self._workers

    def _untouched(self, due: Due) -> PlanReport:
        """The report on a plan for which nothing is done, with the problems that were found when it was built."""
        record, formats = self._records.get(due.plan), self._request.options.formats
        built = tuple(self._as_it_is(due, each, record) for each in formats)
        problems: tuple[Problem, ...] = ()
        if record is not None and not due.reasons:
            problems = record.problems_of(formats)
            self._records.settle(due.plan, record, {*formats} - due.edited)
        edited = [edited_problem(each.path) for each in built if each.status is WriteStatus.EDITED]
        return PlanReport(due.plan, built, (*problems, *edited))

    def _as_it_is(self, due: Due, format_: Format, record: PlanRecord | None) -> Built:
        shown = self._project.shown(self._out / f"{due.plan}.{format_.value}")
        if record is None or format_ in due.reasons:
            return Built(due.plan, format_, shown, WriteStatus.WRITTEN, reason=due.reasons[format_])
        return untouched(due, format_, shown, record)


def _bench_elsewhere(store: PackStore, options: BuildOptions, tools: str) -> "Bench":
    """What workers need that read no disk: every pack as it is now."""
    from ucap_reports.batch.jobs import Bench, SentPacks  # noqa: PLC0415 - see above

    return Bench(SentPacks(store.open_all()), options, tools)
