"""`ucap book`: one document over many plans, which is built only if something that it is made from has changed.

The plans of a book are read and composed here, also for a web site (`web_site_building`).
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_one_plan import embedded_plan, produce
from ucap_reports.batch.build_request_and_report import (
    BuildRequest,
    BuildStarted,
    BuildState,
    Event,
    Produced,
    Remark,
    open_build,
)
from ucap_reports.batch.document_names_and_thumbnails import BOOK, SITE_INDEX
from ucap_reports.batch.index_page import index_events
from ucap_reports.batch.manifest import PlanCard
from ucap_reports.batch.output_folder_locking_and_ownership import check_output_folder, output_folder
from ucap_reports.batch.pack_store import templates_digest
from ucap_reports.batch.rebuild_reasons import Pending, depends_on_content, untouched_report, with_reasons
from ucap_reports.batch.worker_pool import RENDERING, Job, internal_fault
from ucap_reports.batch.write_and_check_plans import PlanWriter, read_job
from ucap_reports.check.printed_content import missing_in_book
from ucap_reports.html.render_html import render_book_html
from ucap_reports.page.read_book import try_book
from ucap_reports.plan.plan_ids import is_reserved
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found, reported
from ucap_reports.storage.bounded_and_compressed_values import compressed, decompressed
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLANS, Project
from ucap_reports.summary.compose_book import (
    BookContent,
    BookEntry,
    BookRequest,
    BookSummary,
    Grouping,
    book_entry,
    book_summary,
    compose_book,
)
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, Document, Format
from ucap_reports.summary.pack_and_book_words import languages_of_books
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_checks import book_page_problem
from ucap_reports.text.language_tags import lookup

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
    untranslated: dict[Problem, None] = {}
    """The warnings about labels that are printed in another language than that of the book, each once."""

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
    plan_ids = {path.stem for path in (*paths, *project.plan_paths())}
    if order.name in plan_ids or (is_reserved(order.name) and order.name != BOOK):
        raise ProblemsFound([problem("book-name-taken", name=order.name)])
    if request.dry_run:
        check_output_folder(project, out)
        yield from _run(open_build(project, request, out), paths, order)
        return
    with output_folder(project, out) as safe_out:
        yield from _run(open_build(project, request, out, safe_out), paths, order)


def _run(build: BuildState, paths: Sequence[Path], order: BookOrder) -> Generator[Event, None, None]:
    yield Remark((*build.request.settings.problems, *build.records.problems))
    digest = book_digest(build, paths, order)
    record = build.records.get(order.name)
    if record is not None and not record.is_book:  # of a plan outside `plans/`, or that was deleted
        raise ProblemsFound([problem("book-name-taken", name=order.name)])
    pending = Pending(build.project.plans, PLANS, order.name, build.request.options, is_book=True)
    pending = with_reasons(pending, build, record, digest, "")
    if not pending.reasons or (build.request.dry_run and not depends_on_content(pending, build)):
        yield untouched_report(build, pending)
        return
    job = Job(Source(PLANS, ""), replace(pending.options, formats=tuple(pending.reasons)), digest=digest)
    if build.request.dry_run:
        yield PlanWriter(build, pending, job, _produced(build, paths, pending, order)).planned()
        return
    yield BuildStarted(1)
    try:
        produced = _produced(build, paths, pending, order)
        yield PlanWriter(build, pending, job, produced).write()
        if build.request.index and build.records.get(SITE_INDEX) is None:  # a site has an index of its own
            yield from (event for event in index_events(build) if isinstance(event, Remark))
    finally:
        build.records.save()


def _produced(build: BuildState, paths: Sequence[Path], pending: Pending, order: BookOrder) -> Produced:
    """Return the documents of a book that are pending, or its errors."""
    problems: list[Problem] = []
    options = build.request.options
    name = options.pack_of(None)
    documents: Sequence[Document] = ()
    pack: Pack | None = None
    title = order.title
    with reported(problems.extend):
        pack = build.packs.open(name)
        book_pack = book_pack_of(pack)
        plans = read_book_plans(build, paths, pack, problems)
        if not problems:
            content = book_content(build, plans, pack, order)
            title = content.book.title
            documents = _documents(content, book_pack, pending, plans, problems)
            problems += plans.untranslated
    card = PlanCard(id=order.name, title=title, cities=())
    return Produced(
        tuple(problems),
        card=card,
        documents=tuple(documents),
        pack=name,
        pack_digest=build.packs.digest(name),
        digests=document_digests(documents),
    )


def document_digests(documents: Iterable[Document]) -> tuple[str, ...]:
    """Return the digests of the contents of documents."""
    return tuple(sha256(document.content).hexdigest() for document in documents)


def _documents(
    content: BookContent, pack: Pack, pending: Pending, plans: BookPlans, problems: list[Problem]
) -> Sequence[Document]:
    """Return the documents that are pending; warnings about their look are added to `problems`.

    Raises ProblemsFound with the errors of the template and of the documents.
    """
    sample = _sample(content)
    errors, warnings = try_book(sample, pack)
    raise_found(errors)
    problems += warnings
    problems += missing_in_book(sample, pack)
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
            from ucap_reports.pdf.render_book_pdf import render_book_pdf  # noqa: PLC0415 - not needed for other formats

            return render_book_pdf(content, pack, files)
        case Format.DOCX:
            from ucap_reports.word.writer.write_word import render_book_word  # noqa: PLC0415 - as above

            return render_book_word(content, pack)
        case Format.HTML:
            return render_book_html(content, pack)
        case _:
            assert_never(format_)


# The content: the plans as they are read, and what the pages are made from


def book_digest(build: BuildState, paths: Sequence[Path], order: BookOrder) -> str:
    """Return the digest of everything that a book is made from, beside the product and its pack."""
    changes = build.request.settings.pack
    changes_of_pack = repr(changes.value) if changes else ""
    digest = sha256(templates_digest(build.project, changes_of_pack).encode())
    wanted = repr((order.title, order.grouping, order.is_site, order.base_url))
    digest.update(wanted.encode(errors="surrogateescape"))
    for path in paths:
        job = read_job(path, build.project, build.request.options, build.translations)
        plan = f"\0{path.stem}\0{job.digest}\0{job.files.digest}"
        digest.update(plan.encode(errors="surrogateescape"))
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


_UNTRANSLATED = {"label-untranslated", "labels-missing"}
"""The codes about labels in another language than that of the document, which differs from that of the plan alone."""


def read_book_plans(build: BuildState, paths: Sequence[Path], pack: Pack, problems: list[Problem]) -> BookPlans:
    """Return the plans; their errors are added to `problems`."""
    plans = BookPlans()
    options = replace(build.request.options, formats=(), template=pack.name)
    for path in paths:
        job = read_job(path, build.project, options, build.translations)
        produced = _of_plan(build, job)
        problems += produced.errors
        if produced.plan is None or produced.summary is None or produced.card is None or problems:
            continue
        summary = book_summary(produced.summary, produced.plan, pack, options.language_of(None))
        plans.entries.append(book_entry(summary, produced.plan))
        untranslated = [warning for warning in produced.problems if warning.code in _UNTRANSLATED]
        plans.untranslated |= dict.fromkeys(untranslated)
        plans.cards[summary.id] = produced.card
        plans.summaries[summary.id] = compressed(summary)
        if options.pdf_standard.has_attachments:
            plans.files.append(embedded_plan(job.source, build.packs, options, produced.plan.id))
    plans.untranslated |= dict.fromkeys(_missing_words(options.language_of(None)))
    return plans


def _missing_words(language: str) -> Iterator[Problem]:
    """Yield a warning if the product has no words of books in a language."""
    languages = languages_of_books()
    if lookup(language, languages) is None:
        yield problem("book-words-missing", language=language, known=", ".join(languages))


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
    language = options.language_of(None)
    request = BookRequest(order.title, order.grouping, language, order.is_site, options.undated)
    return compose_book(plans.entries, plans.load, pack, request, order.name)
