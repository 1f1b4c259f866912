"""The index of a folder of documents, made from the records alone: no plan is read for it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.events import Stepped
from ucap_reports.batch.index_page.index_entry import INDEX, THUMBNAILS, IndexEntry, PublishedFile, thumbnail_name
from ucap_reports.batch.index_page.render_index import render_index
from ucap_reports.batch.manifest import Made, PlanRecord
from ucap_reports.batch.records import Records
from ucap_reports.storage.atomic_files import (
    NewFile,
    WriteStatus,
    clear_parts,
    make_folder,
    read_regular,
    regular_digest,
    write_files,
)
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Format

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed starts no workers
    from ucap_reports.batch.workers import Workers


class Listing(Struct, frozen=True):
    """A plan as the index lists it, and the digest of the PDF whose picture is due, if it is."""

    entry: IndexEntry
    picture_of: str | None = None


class IndexWriter:
    """The index of the folder `out` and its pictures."""

    def __init__(self, project: Project, out: Path, tools: str, records: Records) -> None:
        self._project = project
        self._out = out
        self.path = out / INDEX
        self._tools = tools
        self._records = records
        found = ((plan, records.get(plan)) for plan in records)
        listings = ((plan, self._listing(plan, record)) for plan, record in found if record is not None)
        self._listings = {plan: listing for plan, listing in listings if listing.entry.files}

    def clear(self) -> None:
        """Remove what is left of pictures that were being written when a build was ended."""
        clear_parts(self._out / THUMBNAILS)

    def pictures_due(self) -> Mapping[str, str]:
        """By plan, the digest of each PDF that the index has no picture of yet."""
        return {plan: each.picture_of for plan, each in self._listings.items() if each.picture_of is not None}

    def draw(self, due: Mapping[str, str], workers: "Workers") -> Iterator[Stepped]:
        """Draw the pictures that are due, telling of each. Raises ProblemsFound when the disk refuses."""
        from ucap_reports.batch.jobs import Bench  # noqa: PLC0415 - see above

        make_folder(self._out / THUMBNAILS, self._project.shown(self._out / THUMBNAILS))
        pictures = workers.each(Bench.picture, self._pdfs(due), len(due))
        for (plan, digest), picture in zip(due.items(), pictures, strict=True):
            if isinstance(picture, bytes):
                self._place(plan, digest, picture)
            yield Stepped()

    def write(self) -> WriteStatus | None:
        """Write the page, unless it is there and says the same; None where there is nothing to list and never was."""
        entries = tuple(each.entry for each in self._listings.values())
        if not entries and not self.path.exists():
            return None
        of = self._digest(entries)
        known = self._records.settings.index
        if known is not None and known.of == of and regular_digest(self.path) == known.sha256:
            return WriteStatus.UNCHANGED
        content = render_index(entries).encode(errors="surrogateescape")
        (status,) = write_files([NewFile(self.path, content, self._project.shown(self.path))])
        self._records.set(index=Made(sha256(content).hexdigest(), of))
        return status

    def _digest(self, entries: Iterable[IndexEntry]) -> str:
        """Of all that the page is made of."""
        whole = sha256(self._tools.encode("ascii"))
        for entry in entries:
            whole.update(repr(entry).encode(errors="surrogateescape"))
        return whole.hexdigest()

    def _listing(self, plan: str, record: PlanRecord) -> Listing:
        picture = self._out / THUMBNAILS / thumbnail_name(plan)
        has_picture = picture.is_file()
        pdf = record.documents.get(Format.PDF)
        is_due = pdf is not None and (record.pictured != pdf.sha256 or not has_picture)
        entry = IndexEntry(
            id=plan,
            title=record.card.title,
            cities=record.card.cities,
            countries=record.card.countries,
            themes=record.card.themes,
            sdgs=record.card.sdgs,
            files=tuple(self._published(plan, record)),
            thumbnail=picture.name if has_picture else None,
            updated=record.card.updated,
            language=record.card.language,
        )
        is_published = any(each.format is Format.PDF for each in entry.files)
        return Listing(entry, pdf.sha256 if pdf is not None and is_due and is_published else None)

    def _published(self, plan: str, record: PlanRecord) -> Iterator[PublishedFile]:
        """The plan's documents that are there."""
        for each in Format:
            document = record.documents.get(each)
            name = f"{plan}.{each.value}"
            with suppress(OSError):
                if document is not None:
                    yield PublishedFile(each, name, (self._out / name).stat().st_size, document.pages)

    def _pdfs(self, due: Mapping[str, str]) -> Iterator[bytes]:
        """The PDFs to be pictured; nothing in place of one that is not as recorded it."""
        for plan, digest in due.items():
            try:
                content = read_regular(self._out / f"{plan}.{Format.PDF.value}")
            except OSError:
                content = b""
            yield content if sha256(content).hexdigest() == digest else b""

    def _place(self, plan: str, pdf: str, picture: bytes) -> None:
        """Write a plan's new picture, which shows the PDF with that digest."""
        path = self._out / THUMBNAILS / thumbnail_name(plan)
        record = self._records.get(plan)
        if record is None:
            return
        record = replace(record, pictured=None, picture=sha256(picture).hexdigest())
        write_files([NewFile(path, picture, self._project.shown(path))], lambda: self._records.put(plan, record))
        self._records.put(plan, replace(record, pictured=pdf))
        self._listings[plan] = Listing(replace(self._listings[plan].entry, thumbnail=path.name))
