"""A build from beginning to end: decide, make, tidy up, list; told step by step to whoever wants to show it."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ucap_reports.batch.deciding import Decider, Due, unchanged
from ucap_reports.batch.gone import GonePlan, forget_traceless, gone_cautions, gone_plans, remove_gone
from ucap_reports.batch.ledger import Ledger
from ucap_reports.batch.lock import locked
from ucap_reports.batch.manifest import load_manifest
from ucap_reports.batch.records import PlanRecord
from ucap_reports.batch.report import Begun, Built, Event, Listed, PlanReport, Remark, Removed, Stage
from ucap_reports.batch.request import Request
from ucap_reports.batch.schema import renew_schema
from ucap_reports.batch.shelf import KnownPacks, Shelf
from ucap_reports.document import Format
from ucap_reports.files import Status, clear_parts, make_folder
from ucap_reports.order import Order
from ucap_reports.problems import ProblemsFound, Severity
from ucap_reports.project import Project
from ucap_reports.tools import tools_digest

if TYPE_CHECKING:  # who finds everything unchanged waits for none of what makes documents
    from ucap_reports.batch.tasks import Bench
    from ucap_reports.batch.workforce import Workforce


def build_plans(project: Project, paths: Sequence[Path], request: Request, out: Path) -> Generator[Event, None, None]:
    """Build plans into the folder `out`, telling what happens as soon as it does; a plan that fails stops no other.

    Raises ProblemsFound when nothing can be built at all: there can be no such folder, another build is at it, no
    scheduler answers, SOURCE_DATE_EPOCH is no date. Ended at whatever moment, it leaves every file whole.
    """
    request = request.dated()
    if request.dry_run:
        yield from _Build(project, request, out).foretell(paths)
        return
    shown = project.shown(out)
    make_folder(out, shown)
    with locked(out, shown):
        clear_parts(out)
        yield from _Build(project, request, out).run(paths)


class _Build:
    """One build of one folder."""

    def __init__(self, project: Project, request: Request, out: Path) -> None:
        self._project = project
        self._request = request
        self._out = out
        self._shown = project.shown(out)
        manifest, self._problems = load_manifest(out, self._shown)
        self._ledger = Ledger(manifest, out, self._shown)
        self._shelf = Shelf(project)
        self._packs = KnownPacks(self._shelf, project, manifest.templates, manifest.packs)
        self._tools = tools_digest()
        self._workers: Workforce | None = None

    def foretell(self, paths: Sequence[Path]) -> Iterator[Event]:
        """What would be done, without doing it."""
        yield Remark(self._problems)
        for due in self._decide(paths):
            yield self._untouched(due)
        gone = self._gone(paths)
        if not self._request.prune:
            yield Remark(gone_cautions(gone, self._project.shown))
            return
        for each in gone:
            yield from (Removed(self._project.shown(path)) for path in each.files)

    def run(self, paths: Sequence[Path]) -> Iterator[Event]:
        """Do it."""
        yield Remark(self._problems)
        dues = self._decide(paths)
        work = {due.plan: due.reasons for due in dues if due.reasons}
        yield Begun(Stage.PLANS, len(work))
        self._ledger.begin(work)
        try:
            with ExitStack() as stack:
                yield from self._make(dues, stack)
                yield from self._tidy(paths)
                yield from self._list(stack)
            yield from self._note()
            self._ledger.save()
        except BaseException:  # whatever ends the build, what it has done is written down
            with suppress(ProblemsFound):
                self._ledger.save()
            raise

    def _decide(self, paths: Sequence[Path]) -> list[Due]:
        request = self._request
        decider = Decider(self._out, request.order, self._tools, request.force, self._packs.digest)
        return [decider.due(path, self._project.shown(path), self._ledger.record(path.stem)) for path in paths]

    def _make(self, dues: Sequence[Due], stack: ExitStack) -> Iterator[Event]:
        """Reports on all plans in their order, made or unchanged."""
        pending = [due for due in dues if due.reasons]
        made: Iterator[PlanReport] = iter(())
        if pending:
            from ucap_reports.batch.production import Production  # noqa: PLC0415 - see above

            production = Production(self._project, self._out, self._request.order, self._tools, self._ledger)
            made = stack.enter_context(closing(production.reports(pending, self._workforce(stack))))
        for due in dues:
            yield next(made) if due.reasons else self._untouched(due)

    def _tidy(self, paths: Sequence[Path]) -> Iterator[Event]:
        """What is left of plans that are gone: removed, or told."""
        gone = self._gone(paths)
        if self._request.prune:
            for path in remove_gone(gone, self._ledger, self._out, self._project.shown):
                yield Removed(self._project.shown(path))
        else:
            forget_traceless(gone, self._ledger, self._out)
            yield Remark(gone_cautions(gone, self._project.shown))

    def _gone(self, paths: Sequence[Path]) -> tuple[GonePlan, ...]:
        """The plans that are gone. Who names plans asks for nothing about others, unless it is to prune them."""
        if not (self._request.everything or self._request.prune):
            return ()
        return gone_plans(self._project, self._ledger, {path.stem for path in paths}, self._out)

    def _list(self, stack: ExitStack) -> Iterator[Event]:
        """The index and its pictures, always of everything that is in the folder."""
        if not self._request.index:
            return
        from ucap_reports.batch.gallery import INDEX, Gallery  # noqa: PLC0415 - see above

        gallery = Gallery(self._project, self._out, self._tools, self._ledger)
        gallery.clear()
        if due := gallery.pictures_due():
            yield Begun(Stage.PICTURES, len(due))
            yield from gallery.draw(due, self._workforce(stack))
        if (status := gallery.write()) is not None:
            yield Listed(self._project.shown(self._out / INDEX), status)

    def _note(self) -> Iterator[Event]:
        """What the next build need not find out again. An old schema is a caution, since documents need none."""
        self._ledger.set_packs(*self._packs.confirmed(self._ledger.packs))
        try:
            self._ledger.set_schema(renew_schema(self._project, self._ledger.manifest.schema, self._tools))
        except ProblemsFound as found:
            yield Remark(tuple(replace(problem, severity=Severity.WARNING) for problem in found.problems))

    def _workforce(self, stack: ExitStack) -> "Workforce":
        """Those who work for this build, until the stack ends."""
        if self._workers is None:
            from ucap_reports.batch.tasks import Bench  # noqa: PLC0415 - see above
            from ucap_reports.batch.workforce import Workforce  # noqa: PLC0415 - see above

            order, tools = self._request.order, self._tools
            here = Bench(self._shelf.open, order, tools)
            elsewhere = partial(_bench_elsewhere, self._shelf, order, tools)
            self._workers = stack.enter_context(Workforce(self._request.crew, here, elsewhere))
        return self._workers

    def _untouched(self, due: Due) -> PlanReport:
        """The report on a plan that nothing is done for: with what was found when its documents were made."""
        record, formats = self._ledger.record(due.plan), self._request.order.formats
        built = tuple(self._as_it_is(due, each, record) for each in formats)
        return PlanReport(due.plan, built, record.problems_of(formats) if record and not due.reasons else ())

    def _as_it_is(self, due: Due, format_: Format, record: PlanRecord | None) -> Built:
        shown = self._project.shown(self._out / f"{due.plan}.{format_.value}")
        if record is None or format_ in due.reasons:
            return Built(due.plan, format_, shown, Status.WRITTEN, reason=due.reasons[format_])
        return unchanged(due.plan, format_, shown, record.documents[format_])


def _bench_elsewhere(shelf: Shelf, order: Order, tools: str) -> "Bench":
    """What workers without a disk need: every pack, as it is."""
    from ucap_reports.batch.tasks import Bench, SentPacks  # noqa: PLC0415 - see above

    return Bench(SentPacks(shelf.open_all()), order, tools)
