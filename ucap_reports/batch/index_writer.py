"""The index of a folder of documents, made from the records only: no plan is read for it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256

from msgspec.structs import asdict

from ucap_reports.batch.document_options import BOOK
from ucap_reports.batch.index_page.index_entry import INDEX, IndexEntry, PublishedFile, VersionNames, thumbnail_name
from ucap_reports.batch.manifest import PlanRecord
from ucap_reports.batch.output_folder import BuildState
from ucap_reports.batch.plan_files import plan_of, version_of
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, write_files
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.summary.document import Format


def write_index(build: BuildState) -> WriteStatus | None:
    """Write the page if it changed; returns its status, or None if there is nothing to list and no page.

    It has an entry for each plan, with its variants as versions. Drafts are left out, unless the settings of the
    project include them.
    """
    path, entries, title = build.out / INDEX, list(_entries(build)), build.request.settings.index_title or ""
    book = tuple(_book(build))
    if not entries and build.kind(path) is FileKind.MISSING:
        return None
    made_from = sha256()
    for entry in entries:
        made_from.update(repr(entry).encode(errors="surrogateescape"))
    made_from.update(repr(book).encode(errors="surrogateescape"))
    content = cache(partial(_content, entries, title, book))
    digest = cached_artifact("index", (title, made_from.digest()), str, lambda: sha256(content()).hexdigest())
    if build.digest(path) == digest:
        return WriteStatus.UNCHANGED
    return write_files([NewFile(path, content(), build.shown(INDEX), build.safe_out)])[0]


def _content(entries: Sequence[IndexEntry], title: str, book: Sequence[PublishedFile]) -> bytes:
    from ucap_reports.batch.index_page.render_index import TITLE, render_index  # noqa: PLC0415 - imports Jinja

    return render_index(entries, title or TITLE, book=book).encode(errors="surrogateescape")


def _book(build: BuildState) -> Iterator[PublishedFile]:
    """Yield the files of the book of all plans, which has the usual name."""
    record = build.records.get(BOOK)
    if record is not None and record.is_book:
        yield from _published(build, BOOK, record)


def _entries(build: BuildState) -> Iterator[IndexEntry]:
    """Yield the entries of the plans that have documents."""
    versions: dict[str, list[str]] = {}
    for name in build.records:
        versions.setdefault(plan_of(name), []).append(name)
    lists = build.request.settings.lists
    for names in versions.values():
        records: dict[str, PlanRecord] = {}
        files: list[PublishedFile] = []
        for name in names:
            record = build.records.get(name)
            if record is not None and not record.is_book and lists(record.source, record.card.status):
                records[name] = record
                files += _published(build, name, record)
        if files:
            yield _entry(build, records, tuple(files))


def _entry(build: BuildState, records: Mapping[str, PlanRecord], files: tuple[PublishedFile, ...]) -> IndexEntry:
    """Return the entry of a plan, given the records of its versions, its own first."""
    card, *others = [record.card for record in records.values()]
    names: dict[VersionNames, None] = {}
    for other in others:
        if other.language != card.language:
            names[VersionNames(other.language, other.cities)] = None
    thumbnail = None
    pdf = next((file for file in files if file.format is Format.PDF), None)
    if pdf is not None:
        name = pdf.file_name.removesuffix(f".{Format.PDF.value}")
        if records[name].thumbnail and build.has_thumbnail(name):
            thumbnail = thumbnail_name(name)
    return IndexEntry(**asdict(card), files=files, versions=tuple(names), thumbnail=thumbnail)


def _published(build: BuildState, name: str, record: PlanRecord) -> Iterator[PublishedFile]:
    """Yield the documents of a version that exist."""
    for format_ in Format:
        document, file_name = record.documents.get(format_), f"{name}.{format_.value}"
        status = build.status(build.out / file_name)
        if document is not None and status is not None:
            yield PublishedFile(format_, file_name, status.st_size, document.pages, version_of(name))
