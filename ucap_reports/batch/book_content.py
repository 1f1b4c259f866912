"""The content of a book: the plans as they are read, and what its pages are made from."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_options import BOOK
from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.check_plans import read_job
from ucap_reports.batch.index_page.index_entry import PlanCard
from ucap_reports.batch.pack_store import templates_digest
from ucap_reports.batch.pipeline import Produced, embedded_plan, produce
from ucap_reports.batch.worker_jobs import Job, internal_fault
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.packed_values import packed, unpacked
from ucap_reports.summary.book import (
    BookContent,
    BookEntry,
    BookRequest,
    BookSummary,
    Grouping,
    book_entry,
    book_summary,
    compose_book,
)
from ucap_reports.summary.document import Attachment, PdfStandard
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_validation import book_page_problem


class BookOrder(Struct, frozen=True):
    """What book is to be built: its title, what its chapters are, the name of its files, and whether it is a site, in
    which each plan has a page of its own.
    """

    title: str = ""
    grouping: Grouping = Grouping.COUNTRY
    name: str = BOOK
    is_site: bool = False
    base_url: str = ""
    """The address of a site on the web, which ends with a slash; empty if it has none."""


class BookPlans(Struct):
    """The plans of a book: what is kept of each, its summary in a compressed form, and its file for PDFs."""

    entries: list[BookEntry] = []
    cards: dict[str, PlanCard] = {}
    """What the manifest records of each plan, by its id."""
    summaries: dict[str, bytes] = {}
    files: list[Attachment] = []

    @property
    def titles(self) -> dict[str, str]:
        """The names of the cities of each plan by its id."""
        return {entry.id: str(entry.heading) for entry in self.entries}

    def load(self, plan: str) -> BookSummary:
        """Return the summary of a plan."""
        summary: BookSummary = unpacked(self.summaries[plan])
        return summary


def book_digest(build: BuildState, paths: Sequence[Path], order: BookOrder) -> str:
    """Return the digest of everything that a book is made from, beside the product and its pack."""
    changes = build.request.settings.pack
    digest = sha256(templates_digest(build.project, repr(changes.value) if changes else "").encode())
    digest.update(repr((order.title, order.grouping, order.is_site, order.base_url)).encode(errors="surrogateescape"))
    for path in paths:
        job = read_job(path, build.project, build.request.options, build.translations)
        digest.update(f"\0{path.stem}\0{job.digest}\0{job.files.digest}".encode(errors="surrogateescape"))
    return digest.hexdigest()


def book_pack_of(pack: Pack) -> Pack:
    """Return the pack of books. Raises ProblemsFound if the pack has no template of books."""
    book_pack = pack.for_book
    if book_pack is None:
        raise ProblemsFound([problem("book-template-missing", Location(pack.settings_path), pack=pack.name)])
    if (fault := book_page_problem(pack.settings, pack.settings_path)) is not None:
        raise ProblemsFound([fault])
    return book_pack


def read_plans(build: BuildState, paths: Sequence[Path], pack: Pack, problems: list[Problem]) -> BookPlans:
    """Return the plans; their errors are added to `problems`."""
    plans = BookPlans()
    options = replace(build.request.options, formats=(), template=pack.name)
    for path in paths:
        job = read_job(path, build.project, options, build.translations)
        produced = _of_plan(build, job)
        problems += produced.errors
        if produced.plan is None or produced.summary is None or produced.card is None or problems:
            continue
        summary = book_summary(produced.summary, produced.plan, pack, options.language or options.default_language)
        plans.entries.append(book_entry(summary, produced.plan))
        plans.cards[summary.id] = produced.card
        plans.summaries[summary.id] = packed(summary)
        if options.pdf_standard is PdfStandard.UA_2:
            plans.files.append(embedded_plan(job.source, build.packs, options, produced.plan.id))
    return plans


def _of_plan(build: BuildState, job: Job) -> Produced:
    if job.problems:
        return Produced(job.problems)
    try:
        return produce(job.source, build.packs.open, job.options, job.files)
    except Exception as error:  # noqa: BLE001 - a bug that one plan provokes must not hide the errors of others
        return Produced((internal_fault(error, job.source.path),))


def book_content(build: BuildState, plans: BookPlans, pack: Pack, order: BookOrder) -> BookContent:
    """Return all that the template of a book prints."""
    options = build.request.options
    language = options.language or options.default_language
    request = BookRequest(order.title, order.grouping, language, order.is_site)
    return compose_book(plans.entries, plans.load, pack, request, order.name)
