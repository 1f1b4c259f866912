"""`ucap book`: one document over many plans, built only if something it is made from has changed."""

from collections.abc import Generator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_and_check_plans import PlanWriter, read_job
from ucap_reports.batch.build_project import build_state
from ucap_reports.batch.build_request import BuildRequest, BuildStarted, Event, Remark
from ucap_reports.batch.document_options import BOOK
from ucap_reports.batch.index_page import write_index
from ucap_reports.batch.manifest import PlanCard
from ucap_reports.batch.opened_project import templates_digest
from ucap_reports.batch.output_folder import BuildState, check_output_folder, output_folder
from ucap_reports.batch.pending_documents import Pending, plan_report, with_reasons
from ucap_reports.batch.produce_documents import Produced, embedded_plan, produce
from ucap_reports.batch.workers import RENDERING, Job, internal_fault
from ucap_reports.page.read_book import try_book
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found, reported
from ucap_reports.storage.atomic_files import WriteStatus
from ucap_reports.storage.compressed_values import compressed, decompressed
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLANS, RESERVED_ID, Project
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
from ucap_reports.summary.document import Attachment, Document, Format, PdfStandard
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_validation import book_page_problem

_TRIED = 3
"""The plans of each kind with which a template is tried before the book is made."""
_RENDERED = (Format.DOCX, Format.HTML, Format.PDF)
"""The order in which formats are rendered: PDF last, because it leaves the most memory in use."""


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
        summary: BookSummary = decompressed(self.summaries[plan])
        return summary


def build_book(
    project: Project, paths: Sequence[Path], request: BuildRequest, out: Path, order: BookOrder
) -> Generator[Event, None, None]:
    """Build a book of plans into the folder `out`, yielding events as they happen.

    Raises ProblemsFound when nothing can be built: the folder cannot be used, another build is writing to it, or a plan
    has the name of the book.
    """
    if order.name in {path.stem for path in paths} or (RESERVED_ID.fullmatch(order.name) and order.name != BOOK):
        raise ProblemsFound([problem("book-name-taken", name=order.name)])
    if request.dry_run:
        check_output_folder(project, out)
        yield from _run(build_state(project, request, out), paths, order)
        return
    with output_folder(project, out):
        yield from _run(build_state(project, request, out), paths, order)


def _run(build: BuildState, paths: Sequence[Path], order: BookOrder) -> Generator[Event, None, None]:
    yield Remark((*build.request.settings.problems, *build.records.problems))
    digest = book_digest(build, paths, order)
    record = build.records.get(order.name)
    pending = Pending(build.project.plans, PLANS, order.name, build.request.options, is_book=True)
    pending = with_reasons(pending, build, record, digest, "")
    if not pending.reasons or build.request.dry_run:
        yield plan_report(pending, build, dict.fromkeys(pending.reasons, WriteStatus.WRITTEN), record)
        return
    yield BuildStarted(1)
    try:
        produced = _produced(build, paths, pending, order)
        job = Job(Source(PLANS, ""), replace(pending.options, formats=tuple(pending.reasons)), digest=digest)
        yield PlanWriter(build, pending, job, produced).write()
        if build.request.index:
            write_index(build)
    finally:
        build.records.save()


def _produced(build: BuildState, paths: Sequence[Path], pending: Pending, order: BookOrder) -> Produced:
    """Return the documents of a book that are pending, or its errors."""
    problems: list[Problem] = []
    options = build.request.options
    name = options.template or options.default_pack
    documents: Sequence[Document] = ()
    pack: Pack | None = None
    title = order.title
    with reported(problems.extend):
        pack = build.packs.open(name)
        book_pack = book_pack_of(pack)
        plans = read_plans(build, paths, pack, problems)
        if not problems:
            content = book_content(build, plans, pack, order)
            title = content.book.title
            documents = _documents(content, book_pack, pending, plans, problems)
    card = PlanCard(id=order.name, title=title, cities=())
    return Produced(
        tuple(problems),
        card=card,
        documents=tuple(documents),
        pack=name,
        pack_digest=build.packs.digest(name),
        digests=tuple(sha256(document.content).hexdigest() for document in documents),
    )


def _documents(
    content: BookContent, pack: Pack, pending: Pending, plans: BookPlans, problems: list[Problem]
) -> Sequence[Document]:
    """Return the documents that are pending; warnings about their look are added to `problems`.

    Raises ProblemsFound with the errors of the template and of the documents.
    """
    errors, warnings = try_book(_sample(content), pack)
    raise_found(errors)
    problems += warnings
    documents: dict[Format, Document] = {}
    with RENDERING:
        for format_ in _RENDERED:
            if format_ in pending.reasons:
                documents[format_] = _render(content, pack, format_, plans.files)
    return [documents[format_] for format_ in pending.reasons]


def _sample(content: BookContent) -> BookContent:
    """Return a small book with the first plans of the first chapters."""
    groups = []
    for group in content.groups[:_TRIED]:
        kinds = {name: getattr(group, name).first(_TRIED) for name in ("summaries", "cards", "wide_cards")}
        groups.append(replace(group, **kinds))
    book = replace(
        content.book,
        cities=content.book.cities[:_TRIED],
        themes=content.book.themes[:_TRIED],
        sources=content.book.sources[:_TRIED],
    )
    return replace(content, book=book, groups=tuple(groups), summaries=content.summaries.first(_TRIED))


def _render(content: BookContent, pack: Pack, format_: Format, files: Sequence[Attachment]) -> Document:
    match format_:
        case Format.PDF:
            from ucap_reports.pdf.render_pdf import render_book_pdf  # noqa: PLC0415 - not needed for other formats

            return render_book_pdf(content, pack, files)
        case Format.DOCX:
            from ucap_reports.word.writer.write_word import render_book_word  # noqa: PLC0415 - as above

            return render_book_word(content, pack)
        case Format.HTML:
            from ucap_reports.html.render_html import render_book_html  # noqa: PLC0415 - as above

            return render_book_html(content, pack)
        case _:
            assert_never(format_)


# The content: the plans as they are read, and what the pages are made from


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
    fault = book_page_problem(pack.settings, pack.settings_path)
    if fault is not None:
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
        plans.summaries[summary.id] = compressed(summary)
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
