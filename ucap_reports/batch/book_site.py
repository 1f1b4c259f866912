"""`ucap book --split`: a static web site of an index and a page for each plan; with a base URL, a feed and a sitemap.

The pages of plans are those of `ucap build`, with a link to the index. Each has a record in the manifest of the folder,
so that unchanged pages are not rebuilt, edited ones are kept, and those of plans that left the book are removed.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from html import escape
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.book_building import BookOrder, BookPlans, book_content, book_digest, book_pack_of, read_plans
from ucap_reports.batch.build_and_check_plans import PlanWriter, read_job
from ucap_reports.batch.build_project import build_state
from ucap_reports.batch.build_request import BuildRequest, BuildStarted, Event, Listed, PlanReport, Remark, Removed
from ucap_reports.batch.deleted_plans import documents_of, plan_gone
from ucap_reports.batch.document_options import BuildOptions, LinkedFile
from ucap_reports.batch.manifest import PlanCard, Reason
from ucap_reports.batch.output_folder import BuildState, check_output_folder, output_folder
from ucap_reports.batch.pending_documents import Pending, plan_report, with_reasons
from ucap_reports.batch.produce_documents import Produced
from ucap_reports.batch.workers import RENDERING, Job
from ucap_reports.html.render_html import render_book_html, render_html
from ucap_reports.problems import Location, Problem, problem, reported
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, disk_refusals, write_files
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLANS, Project
from ucap_reports.summary.book import BookContent, BookSummary
from ucap_reports.summary.document import MEDIA_TYPES, Document, Format
from ucap_reports.summary.pack_words import book_words
from ucap_reports.summary.summary import Version
from ucap_reports.template.pack import Pack

INDEX = "index"
"""The name of the index page."""
FEED, SITEMAP = "feed.xml", "sitemap.xml"
_FEED_TYPE = "application/atom+xml"
_UNDATED = date(1970, 1, 1)
"""The date of a feed in which no plan has one: Atom needs a date (RFC 4287, 4.1.1)."""


def build_site(
    project: Project, paths: Sequence[Path], request: BuildRequest, out: Path, order: BookOrder
) -> Generator[Event, None, None]:
    """Build a static site of plans into the folder `out`, yielding events as they happen.

    Raises ProblemsFound when nothing can be built: the folder cannot be used, or another build is writing to it.
    """
    if request.dry_run:
        check_output_folder(project, out)
        yield from _Site(build_state(project, request, out), paths, order).run()
        return
    with output_folder(project, out):
        yield from _Site(build_state(project, request, out), paths, order).run()


class _Site(Struct, frozen=True):
    """A site that is being built."""

    build: BuildState
    paths: Sequence[Path]
    order: BookOrder

    def run(self) -> Generator[Event, None, None]:
        """Build what has changed."""
        build = self.build
        yield Remark((*build.request.settings.problems, *build.records.problems))
        index_digest = book_digest(build, self.paths, self.order)
        index = self._pending_index(index_digest)
        page_digests = {path.stem: self._page_digest(path) for path in self.paths}
        pages = [self._pending_page(path, page_digests[path.stem]) for path in self.paths]
        to_build = [pending for pending in (index, *pages) if pending.reasons]
        if build.request.dry_run or not to_build:
            for pending in (index, *pages):
                status = dict.fromkeys(pending.reasons, WriteStatus.WRITTEN)
                yield plan_report(pending, build, status, build.records.get(pending.name))
            return
        yield BuildStarted(len(to_build))
        try:
            yield from self._write(index, index_digest, pages, page_digests)
            yield from self._remove_others(page_digests)
        finally:
            build.records.save()

    def _write(
        self, index: Pending, index_digest: str, pages: Sequence[Pending], digests: Mapping[str, str]
    ) -> Iterator[Event]:
        """Yield the reports on the pages; without the index if a plan has an error."""
        build = self.build
        problems: list[Problem] = []
        name = build.request.options.template or build.request.options.default_pack
        with reported(problems.extend):
            pack = build.packs.open(name)
            book_pack = book_pack_of(pack)
            plans = read_plans(build, self.paths, pack, problems)
        if problems:
            failed = replace(index, reasons=index.reasons or {Format.HTML: Reason.PLAN})
            yield self._written(failed, index_digest, Produced(tuple(problems)))
            return
        content = book_content(build, plans, pack, replace(self.order, name=INDEX))
        if self.order.base_url:
            feed = Version(FEED, "Feed", content.book.language, _FEED_TYPE)
            content = replace(content, summary=replace(content.summary, versions=(feed,)))
        for pending in (index, *pages):
            if not pending.reasons:
                yield plan_report(pending, build, {}, build.records.get(pending.name))
            elif pending is index:
                with RENDERING:
                    produced = _attempted(lambda: render_book_html(content, book_pack, plans.titles), _card(content))
                yield self._written(pending, index_digest, produced)
            else:
                page = self._page(plans.load(pending.name), plans.cards[pending.name], pack, content)
                yield self._written(pending, digests[pending.name], page)
        if self.order.base_url:
            yield from self._listings(content, plans)
            if not any(entry.updated for entry in plans.entries):
                yield Remark((problem("feed-empty", Location(build.shown(FEED))),))

    def _page(self, summary: BookSummary, card: PlanCard, pack: Pack, content: BookContent) -> Produced:
        """Return the page of a plan, which links to the index."""
        words = book_words(content.book.language)
        version = Version(f"{INDEX}.html", words.back, words.language, MEDIA_TYPES[Format.HTML])
        with RENDERING:
            return _attempted(lambda: render_html(replace(summary, versions=(version,)), pack), card)

    def _written(self, pending: Pending, digest: str, produced: Produced) -> PlanReport:
        build = self.build
        name = build.request.options.template or build.request.options.default_pack
        produced = replace(produced, pack=name, pack_digest=build.packs.digest(name))
        return PlanWriter(
            build, pending, Job(Source(pending.shown, ""), pending.options, digest=digest), produced
        ).write()

    def _pending_index(self, digest: str) -> Pending:
        build = self.build
        pending = Pending(build.project.plans, PLANS, INDEX, self._options(()), is_book=True)
        pending = with_reasons(pending, build, build.records.get(INDEX), digest, "")
        names = (FEED, SITEMAP) if self.order.base_url else ()
        if not pending.reasons and any(build.digest(build.out / name) is None for name in names):
            pending = replace(pending, reasons={Format.HTML: Reason.MISSING})
        return pending

    def _page_digest(self, path: Path) -> str:
        build = self.build
        job = read_job(path, build.project, build.request.options, build.translations)
        return sha256(f"{job.digest} {job.files.digest}".encode()).hexdigest()

    def _pending_page(self, path: Path, digest: str) -> Pending:
        build = self.build
        pending = Pending(
            path, build.project.shown(path), path.stem, self._options((LinkedFile(f"{INDEX}.html"),)), is_book=True
        )
        return with_reasons(pending, build, build.records.get(path.stem), digest, "")

    def _options(self, linked: tuple[LinkedFile, ...]) -> BuildOptions:
        return replace(self.build.request.options, formats=(Format.HTML,), linked=linked)

    def _listings(self, content: BookContent, plans: BookPlans) -> Iterator[Listed]:
        """Write the feed and the sitemap."""
        build = self.build
        for name, text in (
            (FEED, _feed(content, plans, self.order.base_url)),
            (SITEMAP, _sitemap(plans, self.order.base_url)),
        ):
            file = NewFile(build.out / name, text.encode(), build.shown(name), build.safe_out)
            yield Listed(file.shown, write_files([file])[0])

    def _remove_others(self, names: Iterable[str]) -> Iterator[Event]:
        """Remove the pages of plans that are not in the site any more, unless they were edited."""
        build = self.build
        kept = {INDEX, *names}
        for name in [name for name in build.records if name not in kept]:
            record = build.records.get(name)
            if record is None:
                continue
            paths = dict(documents_of(name, record, build.out, build.safe_out))
            for path in [path for path, is_ours in paths.items() if is_ours]:
                with disk_refusals(build.shown(path.name)):
                    build.safe_out.remove_file(path)
                del paths[path]
                yield Removed(build.shown(path.name))
            if paths:
                yield Remark((plan_gone("edited", record, [build.shown(path.name) for path in paths]),))
            build.records.remove(name)


def _attempted(render: Callable[[], Document], card: PlanCard) -> Produced:
    """Return a page, or its errors."""
    problems: list[Problem] = []
    documents: tuple[Document, ...] = ()
    with reported(problems.extend):
        documents = (render(),)
        problems += documents[0].warnings
    digests = tuple(sha256(document.content).hexdigest() for document in documents)
    return Produced(tuple(problems), card=card, documents=documents, digests=digests)


def _card(content: BookContent) -> PlanCard:
    return PlanCard(id=INDEX, title=content.book.title, cities=(), language=content.book.language)


def _feed(content: BookContent, plans: BookPlans, base_url: str) -> str:
    """Return the plans with a date as an Atom feed (RFC 4287), the newest first."""
    book = content.book
    dated = sorted((entry for entry in plans.entries if entry.updated), key=lambda entry: (entry.updated, entry.id))
    entries = [
        f"<entry><title>{escape(entry.heading)}</title><id>{_address(base_url, entry.id)}</id>"
        f'<link href="{_address(base_url, entry.id)}"/><updated>{_timestamp(entry.updated)}</updated>'
        f"<summary>{escape(', '.join(entry.themes))}</summary></entry>"
        for entry in reversed(dated)
    ]
    newest = dated[-1].updated if dated else None
    author = content.summary.contact.office or book.programme or book.title
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{book.language}">'
        f"<title>{escape(book.title)}</title><id>{escape(base_url)}</id>"
        f'<link href="{escape(base_url)}"/><link rel="self" href="{escape(base_url)}{FEED}"/>'
        f"<updated>{_timestamp(newest)}</updated><author><name>{escape(author)}</name></author>\n"
        + "\n".join(entries)
        + "</feed>\n"
    )


def _sitemap(plans: BookPlans, base_url: str) -> str:
    """Return the addresses of all pages for search engines (sitemaps.org)."""
    urls = [f"<url><loc>{escape(base_url)}</loc></url>"]
    for entry in plans.entries:
        changed = f"<lastmod>{entry.updated.isoformat()}</lastmod>" if entry.updated else ""
        urls.append(f"<url><loc>{_address(base_url, entry.id)}</loc>{changed}</url>")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(urls)
        + "\n</urlset>\n"
    )


def _address(base_url: str, plan: str) -> str:
    return escape(f"{base_url}{plan}.{Format.HTML.value}")


def _timestamp(day: date | None) -> str:
    return f"{(day or _UNDATED).isoformat()}T00:00:00Z"
