"""The index of a folder of documents, made of what the ledger knows: no plan is read for it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.ledger import Ledger
from ucap_reports.batch.manifest import Made
from ucap_reports.batch.records import PlanRecord
from ucap_reports.batch.report import Stepped
from ucap_reports.document import Format
from ucap_reports.files import NewFile, Status, clear_parts, make_folder, write_files
from ucap_reports.index import THUMBNAILS, Entry, PublishedFile, render_index, thumbnail_name
from ucap_reports.project import Project

if TYPE_CHECKING:  # who finds everything unchanged waits for none of what makes documents
    from ucap_reports.batch.workforce import Workforce

INDEX = "index.html"


class Listing(Struct, frozen=True):
    """A plan as the index lists it, and the digest of the PDF whose picture is due, if it is."""

    entry: Entry
    picture_of: str | None = None


class Gallery:
    """The index of the folder `out` and its pictures."""

    def __init__(self, project: Project, out: Path, tools: str, ledger: Ledger) -> None:
        self._project = project
        self._out = out
        self._tools = tools
        self._ledger = ledger
        found = ((plan, self._ledger.record(plan)) for plan in ledger)
        listings = ((plan, self._listing(plan, record)) for plan, record in found if record is not None)
        self._listings = {plan: listing for plan, listing in listings if listing.entry.files}

    def clear(self) -> None:
        """Remove what is left of pictures that were being written when a build was ended."""
        clear_parts(self._out / THUMBNAILS)

    def pictures_due(self) -> Mapping[str, str]:
        """By plan, the digest of each PDF that the index has no picture of yet."""
        return {plan: each.picture_of for plan, each in self._listings.items() if each.picture_of is not None}

    def draw(self, due: Mapping[str, str], workforce: "Workforce") -> Iterator[Stepped]:
        """Draw the pictures that are due, telling of each. Raises ProblemsFound when the disk refuses."""
        from ucap_reports.batch.tasks import Bench  # noqa: PLC0415 - see above

        make_folder(self._out / THUMBNAILS, self._project.shown(self._out / THUMBNAILS))
        self._ledger.begin_pictures(due)
        pictures = workforce.each(Bench.picture, self._pdfs(due), len(due))
        for (plan, digest), picture in zip(due.items(), pictures, strict=True):
            if isinstance(picture, bytes):
                self._hang(plan, digest, picture)
            yield Stepped()

    def write(self) -> Status | None:
        """Write the page, unless it is there and says the same; None where there is nothing to list and never was."""
        path = self._out / INDEX
        entries = tuple(each.entry for each in self._listings.values())
        if not entries and not path.exists():
            return None
        of = self._digest(entries)
        known = self._ledger.manifest.index
        if known is not None and known.of == of and _digest_of(path) == known.sha256:
            return Status.UNCHANGED
        content = render_index(entries).encode(errors="surrogateescape")
        (status,) = write_files([NewFile(path, content, self._project.shown(path))])
        self._ledger.set_index(Made(sha256(content).hexdigest(), of))
        return status

    def _digest(self, entries: Iterable[Entry]) -> str:
        """Of all that the page is made of."""
        whole = sha256(self._tools.encode("ascii"))
        for entry in entries:
            whole.update(repr(entry).encode(errors="surrogateescape"))
        return whole.hexdigest()

    def _listing(self, plan: str, record: PlanRecord) -> Listing:
        picture = self._out / THUMBNAILS / thumbnail_name(plan)
        has_picture = picture.is_file()
        pdf = record.documents.get(Format.PDF)
        is_due = pdf is not None and pdf.inputs is not None and (record.pictured != pdf.sha256 or not has_picture)
        entry = Entry(
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
        """The PDFs to be pictured; nothing in place of one that is not as the ledger knows it."""
        for plan, digest in due.items():
            try:
                content = (self._out / f"{plan}.{Format.PDF.value}").read_bytes()
            except OSError:
                content = b""
            yield content if sha256(content).hexdigest() == digest else b""

    def _hang(self, plan: str, digest: str, picture: bytes) -> None:
        """Put a plan's new picture in its place."""
        path = self._out / THUMBNAILS / thumbnail_name(plan)
        write_files([NewFile(path, picture, self._project.shown(path))])
        self._ledger.set_pictured(plan, digest)
        self._listings[plan] = Listing(replace(self._listings[plan].entry, thumbnail=path.name))


def _digest_of(path: Path) -> str | None:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
