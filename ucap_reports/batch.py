"""Many plans, one after the other: read, produced, and written so that each file is the old or the new one, whole."""

import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from ucap_reports.document import Document, Format
from ucap_reports.files import NewFile, Status, disk_problem, make_folder, write_files
from ucap_reports.pack import Pack
from ucap_reports.packs import PackFolder, open_pack
from ucap_reports.problems import Location, Problem, ProblemsFound, Severity
from ucap_reports.produce import Order, Produced, produce
from ucap_reports.project import TEMPLATES, Project, find_project
from ucap_reports.summary import UNDATED
from ucap_reports.textfile import read_source

SOURCE_DATE = "SOURCE_DATE_EPOCH"
OUT = "out"
"""The folder of the documents, in the project."""


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one document. `path` is how messages name it; pages and digest are None where it failed."""

    plan: str
    format: Format
    path: str
    status: Status
    pages: int | None = None
    """None for Word, too, which has pages only in the program that shows it."""
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What became of one plan: its documents, if they were to be built, and all that is wrong with it."""

    plan: str
    documents: tuple[Built, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What became of a whole build."""

    plans: tuple[PlanReport, ...]
    problems: tuple[Problem, ...]
    """Those of all plans, each once, and those that no plan has."""

    @property
    def documents(self) -> tuple[Built, ...]:
        """The documents of all plans."""
        return tuple(document for plan in self.plans for document in plan.documents)

    @property
    def ok(self) -> bool:
        """Whether every plan was built; warnings are no matter."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)


def build(
    root: Path | None = None,
    plans: Sequence[str] = (),
    *,
    formats: Sequence[Format] = tuple(Format),
    template: str | None = None,
    language: str | None = None,
    out: str = OUT,
) -> BuildReport:
    """Build plans, named by id or path, or all: what `ucap build` does. `out` is relative to the project.

    `root` is the project, unless it is the nearest folder that has a `plans/`. Raises ProblemsFound when there is no
    such project or plan, or the folder cannot be written to; what is wrong with a plan is in the report.
    """
    here = Path.cwd()
    project = find_project(root, here)
    paths = project.find_plans(plans, here) if plans else project.plan_paths()
    order = Order(tuple(dict.fromkeys(formats)), template, language)
    reports = tuple(build_plans(project, paths, order, project.path(out)))
    problems = [problem for report in reports for problem in report.problems]
    return BuildReport(reports, tuple(dict.fromkeys([*problems, *(() if plans else project.misnamed())])))


def build_plans(project: Project, paths: Sequence[Path], order: Order, out: Path) -> Iterator[PlanReport]:
    """Build each plan into the folder `out` and report on it at once; a plan that fails stops no other.

    Raises ProblemsFound when there can be no such folder, or SOURCE_DATE_EPOCH is no date.
    """
    order = replace(order, undated=source_date())
    make_folder(out, project.shown(out))
    for path, produced in _produce_each(project, paths, order):
        problems = produced.problems
        documents = None
        if not produced.failed:
            try:
                documents = _write(project, path.stem, produced.documents, out)
            except ProblemsFound as found:
                problems += found.problems
        yield PlanReport(path.stem, documents or _failed(project, path.stem, order, out), problems)


def source_date() -> date:
    """The date of documents without one: that of SOURCE_DATE_EPOCH, seconds since 1970 as other build tools read it."""
    written = os.environ.get(SOURCE_DATE)
    if not written:
        return UNDATED
    try:
        return datetime.fromtimestamp(int(written), UTC).date()
    except (ValueError, OverflowError, OSError):
        message = f'{SOURCE_DATE} in the environment is "{written}"'
        hint = "it is a number of seconds since 1 January 1970"
        raise ProblemsFound([Problem.error("source-date-invalid", message, hint)]) from None


def check_plans(project: Project, paths: Sequence[Path]) -> Iterator[PlanReport]:
    """All problems of each plan and of its pack. Documents are made, so that pages are counted, but not written."""
    for path, produced in _produce_each(project, paths, Order()):
        yield PlanReport(path.stem, (), produced.problems)


def pack_opener(project: Project) -> Callable[[str], Pack]:
    """What opens packs by name, each once."""
    folders = [PackFolder(folder, TEMPLATES) for folder in project.pack_folders]
    opened: dict[str, Pack | ProblemsFound] = {}

    def opener(name: str) -> Pack:
        if name not in opened:
            try:
                opened[name] = open_pack(name, folders)
            except ProblemsFound as found:
                opened[name] = found
        pack = opened[name]
        if isinstance(pack, ProblemsFound):
            raise ProblemsFound(pack.problems)
        return pack

    return opener


def _produce_each(project: Project, paths: Sequence[Path], order: Order) -> Iterator[tuple[Path, Produced]]:
    opener = pack_opener(project)
    for path in paths:
        shown = project.shown(path)
        try:
            yield path, produce(read_source(path, shown), opener, order)
        except ProblemsFound as found:
            yield path, Produced(found.problems)
        except OSError as error:
            yield path, Produced((disk_problem(error),))
        except Exception as error:  # noqa: BLE001 - a fault of ours in one plan must not stop the others
            yield path, Produced((_fault(error, shown),))


def _fault(error: Exception, shown: str) -> Problem:
    """The problem that a fault of the product is to the reader, with what its makers need to know."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    message = f"a fault of ucap, not of this plan: {type(error).__name__} at {where}: {error}"
    return Problem.error("internal-fault", message, "please report it, with the plan", Location(shown))


def _write(project: Project, plan: str, documents: Sequence[Document], out: Path) -> tuple[Built, ...]:
    files = [NewFile(path := out / each.file_name, each.content, project.shown(path)) for each in documents]
    return tuple(
        Built(plan, each.format, file.shown, status, each.pages, sha256(each.content).hexdigest())
        for each, file, status in zip(documents, files, write_files(files), strict=True)
    )


def _failed(project: Project, plan: str, order: Order, out: Path) -> tuple[Built, ...]:
    names = [(each, project.shown(out / f"{plan}.{each.value}")) for each in order.formats]
    return tuple(Built(plan, each, name, Status.FAILED) for each, name in names)
