"""`ucap book --split`: a static web site of an index and a page for each plan; with a base URL, a feed and a sitemap.

Each page is built only if something that it is made from has changed. A site is not written into a folder that has
documents of plans, and files of other programs are kept.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from html import escape
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.book_building import (
    BookOrder,
    BookPlans,
    book_content,
    book_digest,
    book_pack_of,
    document_digests,
    read_book_plans,
)
from ucap_reports.batch.build_request_and_report import (
    BuildRequest,
    BuildStarted,
    BuildState,
    Event,
    Listed,
    PlanReport,
    Produced,
    Remark,
    Removed,
    open_build,
)
from ucap_reports.batch.document_names_and_thumbnails import SITE_INDEX
from ucap_reports.batch.index_page import is_foreign
from ucap_reports.batch.links_between_documents import LinkedFile
from ucap_reports.batch.manifest import PlanCard, Reason
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.batch.output_folder_locking_and_ownership import check_output_folder, output_folder
from ucap_reports.batch.output_overwriting_and_pruning import documents_of, plan_gone
from ucap_reports.batch.rebuild_reasons import Pending, depends_on_content, taken_name, untouched_report, with_reasons
from ucap_reports.batch.worker_pool import RENDERING, Job
from ucap_reports.batch.write_and_check_plans import PlanWriter, read_job
from ucap_reports.html.render_html import render_book_html, render_html
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found, reported
from ucap_reports.storage.atomic_files import NewFile, disk_refusals, write_files
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLANS, Project
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.summary.compose_book import BookContent, BookEntry, BookSummary
from ucap_reports.summary.document_formats_and_pdf_standards import MEDIA_TYPES, Document, Format
from ucap_reports.summary.pack_and_book_words import book_words
from ucap_reports.summary.summary_model import Version
from ucap_reports.template.pack import Pack

FEED, SITEMAP = "feed.xml", "sitemap.xml"
_FEED_TYPE = "application/atom+xml"
_OWN_FEED = "<generator>ucap book</generator>"
_OWN_SITEMAP = "<!-- Written by ucap book -->"
"""What each feed and each sitemap that was written here contains, and no other one."""
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
        yield from _Site(open_build(project, request, out), paths, order).run()
        return
    with output_folder(project, out) as safe_out:
        yield from _Site(open_build(project, request, out, safe_out), paths, order).run()


def _refuse_folder_of_documents(build: BuildState) -> None:
    """Raise ProblemsFound if the folder has documents of plans, which pages of a web site would replace or remove."""
    for name in build.records:
        record = build.records.get(name)
        if record is not None and not record.is_book:
            folder = Location(build.project.shown(build.out))
            raise ProblemsFound([problem("site-folder-taken", folder, name=name)])


class _Site(Struct, frozen=True):
    """A site that is being built."""

    build: BuildState
    paths: Sequence[Path]
    order: BookOrder

    def run(self) -> Generator[Event, None, None]:
        """Build what has changed."""
        build = self.build
        _refuse_folder_of_documents(build)
        yield Remark((*build.request.settings.problems, *build.records.problems))
        index_digest = book_digest(build, self.paths, self.order)
        index = self._pending_index(index_digest)
        page_digests = {path.stem: self._page_digest(path) for path in self.paths}
        pages = [self._pending_page(path, page_digests[path.stem]) for path in self.paths]
        to_build = [pending for pending in (index, *pages) if pending.reasons]
        refused = [taken_name(pending, build) for pending in to_build]
        raise_found([taken for taken in refused if taken is not None])
        is_known = not any(depends_on_content(pending, build) for pending in to_build)
        if not to_build or (build.request.dry_run and is_known):
            for pending in (index, *pages):
                yield untouched_report(build, pending)
            return
        if build.request.dry_run:
            yield from self._write(index, index_digest, pages, page_digests)
            return
        yield BuildStarted(len(to_build))
        try:
            is_complete = yield from self._write(index, index_digest, pages, page_digests)
            if is_complete:  # otherwise the old index still links to the other pages
                yield from self._remove_others(page_digests)
        finally:
            build.records.save()

    def _write(
        self, index: Pending, index_digest: str, pages: Sequence[Pending], digests: Mapping[str, str]
    ) -> Generator[Event, None, bool]:
        """Yield the reports on the pages, and return whether they could be made: none is if a plan has an error.

        A dry run writes nothing.
        """
        build = self.build
        problems: list[Problem] = []
        name = build.request.options.pack_of(None)
        with reported(problems.extend):
            pack = build.packs.open(name)
            book_pack = book_pack_of(pack)
            plans = read_book_plans(build, self.paths, pack, problems)
        if problems:
            failed = replace(index, reasons=index.reasons or {Format.HTML: Reason.PLAN})
            yield self._written(failed, index_digest, Produced(tuple(problems)))
            return False
        content = book_content(build, plans, pack, replace(self.order, name=SITE_INDEX))
        if self.order.base_url:
            feed = Version(FEED, "Feed", content.book.language, _FEED_TYPE)
            content = replace(content, summary=replace(content.summary, versions=(feed,)))
        for pending in (index, *pages):
            if not pending.reasons:
                yield untouched_report(build, pending)
            elif pending is index:
                page = self._index_page(plans, book_pack, content)
                yield self._written(pending, index_digest, page)
            else:
                page = self._page(plans.load(pending.name), plans.cards[pending.name], pack, content)
                yield self._written(pending, digests[pending.name], page)
        if build.request.dry_run:
            return True
        if self.order.base_url:
            yield from self._listings(content, plans)
            if not any(entry.updated for entry in plans.entries):
                yield Remark((problem("feed-empty", Location(build.shown(FEED))),))
        else:
            yield from self._remove_listings()
        return True

    def _index_page(self, plans: BookPlans, book_pack: Pack, content: BookContent) -> Produced:
        """Return the index, with the warnings about labels of all plans."""
        book = content.book
        card = PlanCard(id=SITE_INDEX, title=book.title, cities=(), language=book.language)
        page = _attempted_page(lambda: render_book_html(content, book_pack, plans.titles), card)
        problems = (*page.problems, *plans.untranslated)
        return replace(page, problems=problems)

    def _page(self, summary: BookSummary, card: PlanCard, pack: Pack, content: BookContent) -> Produced:
        """Return the page of a plan, which links to the index."""
        words = book_words(content.book.language)
        index = Version(f"{SITE_INDEX}.html", words.back, words.language, MEDIA_TYPES[Format.HTML])
        summary_with_link = replace(summary, versions=(index,))
        return _attempted_page(lambda: render_html(summary_with_link, pack), card)

    def _written(self, pending: Pending, digest: str, produced: Produced) -> PlanReport:
        """Write a page, and return the report on it; `digest` is that of what it is made from."""
        build = self.build
        pack_name = build.request.options.pack_of(None)
        pack_digest = build.packs.digest(pack_name)
        produced = replace(produced, pack=pack_name, pack_digest=pack_digest)
        source = Source(pending.shown, "")
        job = Job(source, pending.options, digest=digest)
        writer = PlanWriter(build, pending, job, produced)
        return writer.planned() if build.request.dry_run else writer.write()

    def _pending_index(self, digest: str) -> Pending:
        """Return the index as it is to be built; also if the feed or the sitemap beside it is missing."""
        build = self.build
        pending = Pending(build.project.plans, PLANS, SITE_INDEX, self._options(()), is_book=True)
        pending = with_reasons(pending, build, build.records.get(SITE_INDEX), digest, "")
        if pending.reasons or not self.order.base_url:
            return pending
        for name in (FEED, SITEMAP):
            if build.digest(build.out / name) is None:
                return replace(pending, reasons={Format.HTML: Reason.MISSING})
        return pending

    def _page_digest(self, path: Path) -> str:
        """Return the digest of what the page of a plan is made from."""
        build = self.build
        job = read_job(path, build.project, build.request.options, build.translations)
        return sha256(f"{job.digest} {job.files.digest}".encode()).hexdigest()

    def _pending_page(self, path: Path, digest: str) -> Pending:
        """Return the page of a plan as it is to be built."""
        build = self.build
        name = path.stem
        index = LinkedFile(f"{SITE_INDEX}.html")
        options = self._options((index,))
        pending = Pending(path, build.project.shown(path), name, options, is_book=True)
        return with_reasons(pending, build, build.records.get(name), digest, "")

    def _options(self, linked: tuple[LinkedFile, ...]) -> BuildOptions:
        """Return the options of a page that links to these files."""
        return replace(self.build.request.options, formats=(Format.HTML,), linked=linked)

    def _listings(self, content: BookContent, plans: BookPlans) -> Iterator[Listed | Remark]:
        """Write the feed and the sitemap. A file of that name that something else wrote is kept."""
        build = self.build
        for name, text, mark in (
            (FEED, _feed(content, plans, self.order.base_url), _OWN_FEED),
            (SITEMAP, _sitemap(plans, self.order.base_url), _OWN_SITEMAP),
        ):
            path = build.out / name
            if is_foreign(path, mark.encode(), build):
                yield Remark((problem("index-foreign", Location(build.shown(name)), form="site"),))
                continue
            file = NewFile(path, text.encode(), build.shown(name), build.safe_out)
            (status,) = write_files([file])
            yield Listed(file.shown, status)

    def _remove_listings(self) -> Iterator[Removed]:
        """Remove the feed and the sitemap of a site that has no address any more: they would list old pages."""
        build = self.build
        for name, mark in ((FEED, _OWN_FEED), (SITEMAP, _OWN_SITEMAP)):
            path = build.out / name
            if build.kind(path) is FileKind.FILE and not is_foreign(path, mark.encode(), build):
                with disk_refusals(build.shown(name)):
                    build.safe_out.remove_file(path)
                yield Removed(build.shown(name))

    def _remove_others(self, names: Iterable[str]) -> Iterator[Event]:
        """Remove the pages of plans that are not in the site any more, unless they were edited. Books are kept, and so
        are pages of other projects.
        """
        build = self.build
        kept = {SITE_INDEX, *names}
        other_names = [name for name in build.records if name not in kept]
        for name in other_names:
            record = build.records.get(name)
            if record is None or record.source == PLANS or record.project not in build.own_marks:
                continue
            edited: list[str] = []
            for path, is_as_built in documents_of(name, record, build.project, build.out):
                shown = build.shown(path.name)
                if not is_as_built:
                    edited.append(shown)
                    continue
                with disk_refusals(shown):
                    build.safe_out.remove_file(path)
                yield Removed(shown)
            if edited:
                yield Remark((plan_gone("edited", record, edited),))
            build.records.remove(name)


def _attempted_page(render: Callable[[], Document], card: PlanCard) -> Produced:
    """Return a page, or its errors."""
    problems: list[Problem] = []
    documents: tuple[Document, ...] = ()
    with reported(problems.extend), RENDERING:
        documents = (render(),)
        problems += documents[0].warnings
    return Produced(tuple(problems), card=card, documents=documents, digests=document_digests(documents))


def _feed(content: BookContent, plans: BookPlans, base_url: str) -> str:
    """Return the plans with a date as an Atom feed (RFC 4287), the newest first."""
    book = content.book
    dated = [entry for entry in plans.entries if entry.updated]
    dated.sort(key=lambda entry: (entry.updated, entry.id))
    newest = dated[-1].updated if dated else None
    entries = [_feed_entry(entry, base_url) for entry in reversed(dated)]
    author = content.summary.contact.office or book.programme or book.title
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{book.language}">'
        f"<title>{escape(book.title)}</title><id>{escape(base_url)}</id>"
        f'<link href="{escape(base_url)}"/><link rel="self" href="{escape(base_url)}{FEED}"/>'
        f"<updated>{_timestamp(newest)}</updated>{_OWN_FEED}<author><name>{escape(author)}</name></author>\n"
        + "\n".join(entries)
        + "</feed>\n"
    )


def _feed_entry(entry: BookEntry, base_url: str) -> str:
    """Return a plan in the feed."""
    address = _address(base_url, entry.id)
    themes = escape(", ".join(entry.themes))
    return (
        f"<entry><title>{escape(entry.heading)}</title><id>{address}</id>"
        f'<link href="{address}"/><updated>{_timestamp(entry.updated)}</updated>'
        f"<summary>{themes}</summary></entry>"
    )


def _sitemap(plans: BookPlans, base_url: str) -> str:
    """Return the addresses of all pages for search engines (sitemaps.org)."""
    urls = [f"<url><loc>{escape(base_url)}</loc></url>"]
    for entry in plans.entries:
        changed = f"<lastmod>{entry.updated.isoformat()}</lastmod>" if entry.updated else ""
        urls.append(f"<url><loc>{_address(base_url, entry.id)}</loc>{changed}</url>")
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{_OWN_SITEMAP}\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(urls)
        + "\n</urlset>\n"
    )


def _address(base_url: str, plan: str) -> str:
    return escape(f"{base_url}{plan}.{Format.HTML.value}")


def _timestamp(day: date | None) -> str:
    return f"{(day or _UNDATED).isoformat()}T00:00:00Z"
