"""The index of a folder of documents, made from the records only: no plan is read for it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256

from msgspec.structs import asdict

from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.document_names import plan_of, version_of
from ucap_reports.batch.index_page.index_entry import INDEX, IndexEntry, PublishedFile, VersionNames, thumbnail_name
from ucap_reports.batch.manifest import IndexRecord, PlanRecord
from ucap_reports.storage.atomic_files import NewFile, WriteStatus, regular_digest, write_files
from ucap_reports.summary.document import Format


def write_index(build: BuildState) -> WriteStatus | None:
    """Write the page if it changed; returns its status, or None if there is nothing to list and no page.

    It has an entry for each plan, with its variants as versions. Drafts are left out, unless the settings of the
    project include them.
    """
    path, title, entries = build.out / INDEX, build.request.settings.index_title, list(_entries(build))
    if not entries and not path.exists():
        return None
    digest = sha256(f"{build.tools} {title}".encode())
    for entry in entries:
        digest.update(repr(entry).encode(errors="surrogateescape"))
    known, of = build.records.index, digest.hexdigest()
    if known is not None and known.of == of and regular_digest(path) == known.sha256:
        return WriteStatus.UNCHANGED
    from ucap_reports.batch.index_page.render_index import TITLE, render_index  # noqa: PLC0415 - imports Jinja

    content = render_index(entries, title or TITLE).encode(errors="surrogateescape")
    (status,) = write_files([NewFile(path, content, build.shown(INDEX))])
    build.records.index = IndexRecord(sha256(content).hexdigest(), of)
    return status


def _entries(build: BuildState) -> Iterator[IndexEntry]:
    """The entries of the plans that have documents."""
    versions: dict[str, list[str]] = {}
    for name in build.records:
        versions.setdefault(plan_of(name), []).append(name)
    lists = build.request.settings.lists
    for names in versions.values():
        found = {name: record for name in names if (record := build.records.get(name))}
        records = {name: each for name, each in found.items() if lists(each.source, each.card.status)}
        if files := tuple(file for name, each in records.items() for file in _published(build, name, each)):
            yield _entry(build, records, files)


def _entry(build: BuildState, records: Mapping[str, PlanRecord], files: tuple[PublishedFile, ...]) -> IndexEntry:
    """The entry of a plan, given the records of its versions, its own first."""
    card, *others = (record.card for record in records.values())
    names = dict.fromkeys(VersionNames(each.language, each.cities) for each in others if each.language != card.language)
    thumbnail = None
    if pdf := next((file for file in files if file.format is Format.PDF), None):
        name = pdf.file_name.removesuffix(f".{Format.PDF.value}")
        thumbnail = thumbnail_name(name) if records[name].picture and build.has_thumbnail(name) else None
    return IndexEntry(**asdict(card), files=files, versions=tuple(names), thumbnail=thumbnail)


def _published(build: BuildState, name: str, record: PlanRecord) -> Iterator[PublishedFile]:
    """The documents of a version that exist."""
    for each in Format:
        document, file_name = record.documents.get(each), f"{name}.{each.value}"
        with suppress(OSError):
            if document is not None:
                size = (build.out / file_name).stat().st_size
                yield PublishedFile(each, file_name, size, document.pages, version_of(name))
