"""Plans that are no longer there, and the documents that are still there of them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.ledger import Ledger
from ucap_reports.document import Format
from ucap_reports.files import disk_problem
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.project import Project

Shown = Callable[[Path], str]
"""How messages name a path."""


class GonePlan(Struct, frozen=True):
    """A plan that is gone: its file as messages name it, and those of its documents that are there."""

    plan: str
    source: str
    files: tuple[Path, ...]


def gone_plans(project: Project, ledger: Ledger, plans: Collection[str], out: Path) -> tuple[GonePlan, ...]:
    """The plans that the ledger knows, that are not among the ids `plans`, and whose file is not there any more."""
    gone: list[GonePlan] = []
    for plan in ledger:
        if plan in plans or (record := ledger.record(plan)) is None or (project.root / record.source).exists():
            continue
        files = (out / f"{plan}.{each.value}" for each in Format if each in record.documents)
        gone.append(GonePlan(plan, record.source, tuple(path for path in files if path.exists())))
    return tuple(gone)


def gone_cautions(gone: Sequence[GonePlan], shown: Shown) -> tuple[Problem, ...]:
    """A warning for each plan of which documents are left, that names them."""
    return tuple(
        Problem.warning(
            "plan-gone",
            f"the plan is gone, but there still is {' and '.join(map(shown, each.files))}",
            "`ucap build --prune` removes documents of plans that are gone",
            Location(each.source),
        )
        for each in gone
        if each.files
    )


def remove_gone(gone: Sequence[GonePlan], ledger: Ledger, out: Path, shown: Shown) -> Iterator[Path]:
    """Remove the documents of plans that are gone, with their pictures; gives the path of each document.

    Raises ProblemsFound when the disk refuses.
    """
    from ucap_reports.index import THUMBNAILS, thumbnail_name  # noqa: PLC0415 - most builds remove nothing

    ledger.begin({each.plan: tuple(Format) for each in gone})
    for each in gone:
        # The picture goes first: as long as a document is there, it is known that both are to go.
        for path in (out / THUMBNAILS / thumbnail_name(each.plan), *each.files):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise ProblemsFound([disk_problem(error, shown(path))]) from error
        yield from each.files
        ledger.forget(each.plan)


def forget_traceless(gone: Sequence[GonePlan], ledger: Ledger, out: Path) -> None:
    """Nothing need be known of plans of which no document is left; their pictures go as well."""
    traceless = [each.plan for each in gone if not each.files]
    if not traceless:
        return
    from ucap_reports.index import THUMBNAILS, thumbnail_name  # noqa: PLC0415 - most builds forget nothing

    for plan in traceless:
        with suppress(OSError):
            (out / THUMBNAILS / thumbnail_name(plan)).unlink(missing_ok=True)
        ledger.forget(plan)
