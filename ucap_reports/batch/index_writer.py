"""The index of a folder of documents, made from the records only: no plan is read for it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from ucap_reports.batch.build_request import BuildState
from ucap_reports.batch.document_names import plan_of, version_of
from ucap_reports.batch.events import Stepped
from ucap_reports.batch.index_page.index_entry import (
    INDEX,
    THUMBNAILS,
    IndexEntry,
    PublishedFile,
    VersionNames,
    thumbnail_name,
)
from ucap_reports.batch.index_page.render_index import TITLE, render_index
from ucap_reports.batch.manifest import Made, PlanRecord
from ucap_reports.batch.plan_card import DRAFT
from ucap_reports.storage.atomic_files import (
    NewFile,
    WriteStatus,
    make_folder,
    read_regular,
    regular_digest,
    write_files,
)
from ucap_reports.storage.project_folder import PLANS
from ucap_reports.summary.document import Format

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed starts no workers
    from ucap_reports.batch.work_distribution import Workers


class IndexWriter:
    """The index of the folder `out` and its pictures: an entry for each plan, with its variants as versions.

    Drafts are left out, unless the settings of the project include them.
    """

    def __init__(self, build: BuildState) -> None:
        self._build = build
        self._out = build.out
        self.path = build.out / INDEX
        self._settings = build.request.settings
        self._records = records = build.records
        self._entries: dict[str, IndexEntry] = {}
        self.due: dict[str, str] = {}
        """The digest of each PDF without an up-to-date picture, by its name."""
        versions: dict[str, list[str]] = {}
        for name in records:
            versions.setdefault(plan_of(name), []).append(name)
        for plan, names in versions.items():
            found = {name: record for name in names if (record := records.get(name)) and self._is_listed(record)}
            self._add_entry(plan, found)

    def draw(self, workers: "Workers") -> Iterator[Stepped]:
        """Draw and write the pictures that are due. Raises ProblemsFound when the disk refuses."""
        from ucap_reports.batch.worker_jobs import Bench  # noqa: PLC0415 - see above

        make_folder(self._out / THUMBNAILS, self._build.shown(THUMBNAILS))
        pictures = workers.each(Bench.picture, self._pdfs(), len(self.due))
        for (name, digest), picture in zip(self.due.items(), pictures, strict=True):
            if isinstance(picture, bytes):
                self._write_picture(name, digest, picture)
            yield Stepped()

    def write(self) -> WriteStatus | None:
        """Write the page if it changed; returns its status, or None if there is nothing to list and no page."""
        if not self._entries and not self.path.exists():
            return None
        title = self._settings.index_title or TITLE
        digest = sha256(f"{self._build.tools} {title}".encode())
        for entry in self._entries.values():
            digest.update(repr(entry).encode(errors="surrogateescape"))
        known, of = self._records.settings.index, digest.hexdigest()
        if known is not None and known.of == of and regular_digest(self.path) == known.sha256:
            return WriteStatus.UNCHANGED
        content = render_index(self._entries.values(), title).encode(errors="surrogateescape")
        (status,) = write_files([NewFile(self.path, content, self._build.shown(INDEX))])
        self._records.set(index=Made(sha256(content).hexdigest(), of))
        return status

    def _add_entry(self, plan: str, versions: Mapping[str, PlanRecord]) -> None:
        """Add the entry of a plan, given the records of its versions, its own first."""
        files = tuple(file for name, record in versions.items() for file in self._published(name, record))
        if not files:
            return
        card, *others = (record.card for record in versions.values())
        names = dict.fromkeys(
            VersionNames(each.language, each.cities) for each in others if each.language != card.language
        )
        thumbnail = None
        if pdf := next((file for file in files if file.format is Format.PDF), None):
            name = pdf.file_name.removesuffix(f".{Format.PDF.value}")
            thumbnail = self._thumbnail(name, versions[name])
        self._entries[plan] = IndexEntry(**asdict(card), files=files, versions=tuple(names), thumbnail=thumbnail)

    def _is_listed(self, record: PlanRecord) -> bool:
        """Whether the index lists a version: drafts, and plans that are not in `plans/`, only if it lists drafts."""
        is_final = record.card.status != DRAFT and record.source.rpartition("/")[0] == PLANS
        return is_final or self._settings.index_drafts

    def _published(self, name: str, record: PlanRecord) -> Iterator[PublishedFile]:
        """The documents of a version that exist."""
        for each in Format:
            document, file_name = record.documents.get(each), f"{name}.{each.value}"
            with suppress(OSError):
                if document is not None:
                    size = (self._out / file_name).stat().st_size
                    yield PublishedFile(each, file_name, size, document.pages, version_of(name))

    def _thumbnail(self, name: str, record: PlanRecord) -> str | None:
        """The picture of a PDF, if there is one. If it is missing or out of date, it is due."""
        picture, pdf = thumbnail_name(name), record.documents[Format.PDF].sha256
        exists = (self._out / THUMBNAILS / picture).is_file()
        if record.pictured != pdf or not exists:
            self.due[name] = pdf
        return picture if exists else None

    def _pdfs(self) -> Iterator[bytes]:
        """The content of each PDF; empty for one that is not the recorded one."""
        for name, digest in self.due.items():
            try:
                content = read_regular(self._out / f"{name}.{Format.PDF.value}")
            except OSError:
                content = b""
            yield content if sha256(content).hexdigest() == digest else b""

    def _write_picture(self, name: str, pdf: str, picture: bytes) -> None:
        """Write a new picture of the PDF with that digest."""
        shown, record = f"{THUMBNAILS}/{thumbnail_name(name)}", self._records.get(name)
        if record is None:
            return
        record = replace(record, pictured=None, picture=sha256(picture).hexdigest())
        new = NewFile(self._out / shown, picture, self._build.shown(shown))
        write_files([new], lambda: self._records.put(name, record))
        self._records.put(name, replace(record, pictured=pdf))
        plan = plan_of(name)
        self._entries[plan] = replace(self._entries[plan], thumbnail=new.path.name)
