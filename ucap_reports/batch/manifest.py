"""`manifest.json`: what each document in a folder was built from, so that the next build writes only what has changed.

The file is JSON with one line for each plan and each variant. It is input like any other: a file that was cut off,
edited or written by another program is not used, and neither is a record with an invalid value. While a build runs,
a journal beside it has the newer records: each is on the disk before its documents get their names.

Notes are what a build knows and does not publish: the texts of warnings, and the names of picture files. The folder of
documents is published or sent to others, and warnings quote comments of plans. So these notes are not in its manifest
but in the user's cache, in one file for each folder of documents. They may vanish at any time; then a plan with
warnings is pending again.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Annotated, Any, BinaryIO

from msgspec import Meta, Raw, Struct, field, to_builtins
from msgspec.json import decode
from msgspec.structs import replace

from ucap_reports.batch.document_names_and_thumbnails import NAME
from ucap_reports.batch.options_settings_and_source_date import DocumentOptions
from ucap_reports.problems import Location, Problem, Severity, problem
from ucap_reports.storage.atomic_files import NewFile, flush_folder, write_files
from ucap_reports.storage.safe_folder import APPEND, SafeFolder
from ucap_reports.storage.user_cache import user_cache
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.text.language_tags import plain_text

MANIFEST = "manifest.json"
JOURNAL = ".manifest.journal"
"""Records that are newer than the manifest. The file exists while a build runs, and after one was killed."""
FORMAT = 3
"""Changes whenever an older version cannot read the manifests of this one, or this one the older ones."""
_PLANS = b'"plans": {\n'
_END = b"\n}}\n"
_START = b'{"format": '
_VERSION = re.compile(rb'"format"\s*:\s*[0-9]+\s*,\s*"(?:sha256|plans)"')
"""The first keys of a manifest, also as other programs write them."""
SEARCHED = 4096
"""Bytes in which they are searched."""
_NOTES = ".notes"
_MOST_FOLDERS = 1000
"""Folders of documents whose notes are kept."""
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 in hex."""


class Reason(StrEnum):
    """Why a document is pending."""

    NEW = "new"
    PLAN = "plan changed"
    OPTIONS = "options changed"
    FILES = "translation or picture changed"
    PACK = "template pack or project settings changed"
    VERSION = "version changed"
    """Of the product or of a library that affects documents."""
    UNFINISHED = "an earlier build was interrupted"
    UNNOTED = "warnings not recorded"
    """The text of the warnings of the last build is not in the user's cache."""
    NO_THUMBNAIL = "thumbnail missing"
    MISSING = "document missing"
    EDITED = "document edited"
    FORCED = "forced"


class Inputs(Struct, frozen=True):
    """Everything that a document is built from.

    `options` has `template` and `language` if they differ from what the plan says, `default_pack` if it is the pack of
    the document.
    """

    plan: Digest
    options: DocumentOptions
    pack: str
    """The pack's name."""
    pack_digest: str
    """The digest of the pack with all that it extends, and of what the settings of the project change in it."""
    tools: str
    """The `product_fingerprint`."""
    files: str = ""
    """The digest of the plan's translations and pictures; empty if it has none."""


class MergedReply(Struct, frozen=True, omit_defaults=True):
    """An edited Word file that was reviewed, and of which a plan or its translation got everything."""

    sha256: Digest
    """The digest of the edited file."""
    merged: Digest
    """The digest of the plan, or of the translation, with its changes."""
    plan: str
    """The id of the plan; a file may have lost it, as well as its pack and its language."""
    template: str | None = None
    """The pack, unless it is that of the plan."""
    language: str | None = None
    """The language, unless it is that of the plan."""


class DocumentRecord(Struct, frozen=True, omit_defaults=True):
    """A document: the digest of its content, recorded before the file gets its name.

    After an interruption the file may still be the one that this document `replaces`.
    """

    sha256: Digest
    pages: int | None = None
    outdated: Reason | None = None
    """Why it is out of date, if its plan has been built in other formats since."""
    replaces: Digest | None = None
    links: tuple[str, ...] = ()
    """The files to which a web page links."""
    unsigned: Digest | None = None
    """The digest before it was signed; None if it was not."""
    reply: MergedReply | None = None
    """The edited form of the document that the next build may replace, as long as the plan has its changes."""


class WarningRecord(Struct, frozen=True, omit_defaults=True):
    """A warning without its text, which may quote a comment of the plan. The text is in `PlanNotes`."""

    code: str
    severity: Severity
    path: str | None = None
    line: int | None = None
    field: str | None = None


class PlanCard(Struct, frozen=True):
    """The facts of a plan that lists of documents need."""

    id: str
    title: str
    cities: tuple[str, ...]
    countries: tuple[str, ...] = ()
    """ISO 3166 codes, each once."""
    themes: tuple[str, ...] = ()
    sdgs: tuple[Annotated[int, Meta(ge=1, le=17)], ...] = ()
    language: str = "en"
    """The language of title and themes (BCP 47)."""
    updated: date | None = None
    status: str = "final"
    languages: tuple[str, ...] | None = None
    """The languages of further versions, if the plan names some."""


class PlanRecord(Struct, frozen=True, omit_defaults=True):
    """The last build of a plan or of a variant. `inputs` are those of its card and its problems.

    The file is published with the documents, so a record contains nothing that is private.
    """

    source: str
    """The plan's file in messages."""
    inputs: Inputs
    card: PlanCard
    problems: tuple[WarningRecord, ...] = ()
    """The warnings of all builds with these inputs."""
    documents: Mapping[Format, DocumentRecord] = field(default_factory=dict)
    thumbnail_pdf: Digest | None = field(default=None, name="pictured")
    """The digest of the PDF whose first page the thumbnail in the index shows."""
    thumbnail: Digest | None = field(default=None, name="picture")
    """The digest of that thumbnail; None if there is none, for example because the PDF cannot be drawn."""
    is_version: bool = False
    """Whether its language was one of those that plan or project name."""

    is_book: bool = False
    """Whether the documents are a book of many plans."""
    project: str = ""
    """The `project_mark` of the project that built it."""

    @property
    def has_current_thumbnail(self) -> bool:
        """Whether the thumbnail in the index shows the current PDF."""
        pdf = self.documents.get(Format.PDF)
        return pdf is not None and pdf.sha256 == self.thumbnail_pdf

    def is_settled(self, formats: Iterable[Format]) -> bool:
        """Return whether none of the documents of these formats replaces another one."""
        return not any(self.documents[format_].replaces for format_ in formats)

    def settled(self, formats: Iterable[Format]) -> "PlanRecord":
        """Return the same record, after the documents of these formats got their names."""
        settled = {format_: replace(self.documents[format_], replaces=None) for format_ in formats}
        return self.with_documents(settled)

    def with_documents(self, changed: Mapping[Format, DocumentRecord]) -> "PlanRecord":
        """Return the same record with some documents replaced."""
        return replace(self, documents={**self.documents, **changed})


class PlanNotes(Struct, frozen=True):
    """The notes about the documents of a plan or a variant that were built from these inputs."""

    inputs: Inputs
    problems: tuple[Problem, ...] = ()
    """The warnings of all builds with these inputs."""
    pictures: tuple[str, ...] = ()
    """The names of the picture files of the plan."""


class Records:
    """The records of a folder by the name of the documents: those of its manifest, updated from its journal.

    `problems` warn about a manifest that cannot be used. `shown` is the folder's name in messages. Its files are opened
    without following links below `within`, by default itself.
    """

    def __init__(self, folder: Path, shown: str, within: SafeFolder | None = None) -> None:
        self._safe_folder = within or SafeFolder(folder)
        written, self.problems = _load_manifest(folder, shown, self._safe_folder)
        self._folder = folder
        self._shown = shown
        self._plans = {**written, **_journal(folder, self._safe_folder)}
        self._notes = _BuildNotes(folder)
        self._stream: BinaryIO | None = None
        self._lock = RLock()

    def __iter__(self) -> Iterator[str]:
        """Return the names of all records, sorted."""
        return iter(sorted(self._plans))

    def get(self, name: str) -> PlanRecord | None:
        """Return the record with that name; None if there is no valid one."""
        line = self._plans.get(name)
        return None if line is None else decode_record(line)

    def notes(self, name: str, record: PlanRecord | None) -> PlanNotes | None:
        """Return the notes about the documents with that name and record; None if there are none."""
        return None if record is None else self._notes.get(name, record)

    def add_notes(self, name: str, notes: PlanNotes) -> None:
        """Add notes about documents; in the cache when the build ends. Safe in threads."""
        with self._lock:
            self._notes.put(name, notes)

    def put(self, name: str, record: PlanRecord) -> None:
        """Add a record, on the disk as well. Raises OSError when the disk refuses. Safe in threads."""
        encoded = encode_record(record)
        with self._lock:
            if self._stream is None:
                descriptor = self._safe_folder.open_file(self._folder / JOURNAL, APPEND)
                self._stream = os.fdopen(descriptor, "ab")
                self._stream.write(b"\n")  # ends a line that a build which was killed, or a full disk, cut off
            self._stream.write(encode_line(name, encoded) + b"\n")
            self._stream.flush()
            self._plans[name] = encoded

    def settle(self, name: str, record: PlanRecord, formats: Iterable[Format]) -> None:
        """Record that the documents of these formats have their names; on the disk when the build ends."""
        self._plans[name] = encode_record(record.settled(formats))

    def remove(self, name: str) -> None:
        """Remove a record; on the disk when the build ends."""
        self._plans.pop(name, None)

    def save(self) -> None:
        """Write the manifest after flushing the documents' names, and remove the journal.

        Raises ProblemsFound when the disk refuses.
        """
        flush_folder(self._folder, self._safe_folder)
        with self._lock:
            try:
                self._notes.save(set(self._plans))
                content = encode_manifest(self._plans)
                shown = f"{self._shown}/{MANIFEST}"
                write_files([NewFile(self._folder / MANIFEST, content, shown, self._safe_folder)])
            finally:
                if self._stream is not None:
                    self._stream.close()
                    self._stream = None
            with suppress(OSError):
                self._safe_folder.remove_file(self._folder / JOURNAL)


def warning_records(problems: tuple[Problem, ...]) -> tuple[WarningRecord, ...]:
    """Return what the manifest contains of warnings."""
    records = []
    for warning in problems:
        where = warning.location
        records.append(WarningRecord(warning.code, warning.severity, where.path, where.line, where.field))
    return tuple(records)


# The lines of the manifest and of its journal


def encode_record(value: Any) -> bytes:
    """Return a record, or other values, as JSON in ASCII on one line. File names that are not Unicode are escaped."""
    return json.dumps(to_builtins(value, enc_hook=plain_text)).encode("ascii")


def decode_record(line: bytes) -> PlanRecord | None:
    """Return the record that `encode_record` wrote; None for anything else."""
    with suppress(ValueError, RecursionError):
        return decode(line, type=PlanRecord)
    return None


def encode_line(name: str, record: bytes) -> bytes:
    """Return the line of a record, without its end."""
    return encode_record(name) + b": " + record


def decode_lines(lines: bytes) -> dict[str, bytes]:
    """Return the encoded records in lines by name, without those whose name cannot be that of documents of a plan."""
    with suppress(ValueError, RecursionError):
        records = decode(b"{" + lines + b"}", type=dict[str, Raw])
        return {name: bytes(record) for name, record in records.items() if NAME.fullmatch(name)}
    return {}


def encode_manifest(records: Mapping[str, bytes]) -> bytes:
    """Return the content of the file, given an encoded `PlanRecord` for each name of documents."""
    lines = [encode_line(name, record) for name, record in sorted(records.items())]
    joined_lines = b",\n".join(lines)
    body = _PLANS + joined_lines + _END
    return _head(body) + body


def decode_manifest(content: bytes) -> Mapping[str, bytes] | None:
    """Return the encoded records in the content that `encode_manifest` wrote; None for any other content."""
    end = content.find(b"\n") + 1
    if content[:end] != _head(memoryview(content)[end:]):
        return None
    return decode_lines(content[end:].removeprefix(_PLANS).removesuffix(_END))


def _head(body: bytes | memoryview) -> bytes:
    """Return the first line, by which a file that was cut off, edited or written by another version is recognised."""
    return f'{{"format": {FORMAT}, "sha256": "{sha256(body).hexdigest()}",\n'.encode()


def is_manifest(content: bytes) -> bool:
    """Return whether content is or was a manifest of any version, and not that of another program.

    It may have been cut off, or be damaged by an editor, a program that formats JSON, or a merge of two versions.
    """
    is_start = content.startswith(_START) or _START.startswith(content)
    return is_start or _VERSION.search(content[:SEARCHED]) is not None


def _load_manifest(
    folder: Path, shown: str, safe_folder: SafeFolder
) -> tuple[Mapping[str, bytes], tuple[Problem, ...]]:
    """Return the encoded records in the manifest of a folder, with a warning if there is a manifest that cannot be
    used.
    """
    with suppress(OSError):
        try:
            records = decode_manifest(safe_folder.read_file(folder / MANIFEST))
        except FileNotFoundError:
            return {}, ()
        if records is not None:
            return records, ()
    return {}, (problem("manifest-unknown", Location(f"{shown}/{MANIFEST}")),)


def _journal(folder: Path, safe_folder: SafeFolder) -> dict[str, bytes]:
    """Return the records in the journal. Its last line may be cut off; then its documents do not have
    their names yet.
    """
    try:
        lines = safe_folder.read_file(folder / JOURNAL).split(b"\n")
    except OSError:
        return {}
    records: dict[str, bytes] = {}
    for line in lines[:-1]:
        for name, record in decode_lines(line).items():
            if decode_record(record):
                records[name] = record
    return records


# Notes


class _BuildNotes:
    """The notes about the documents in a folder, by the name of the documents."""

    def __init__(self, folder: Path) -> None:
        path = os.fsencode(folder.resolve())
        self._name = sha256(path).hexdigest() + _NOTES
        content = user_cache().load(self._name)
        self._lines: dict[str, bytes] = {}
        if content is not None:
            with suppress(ValueError, RecursionError):
                stored = decode(content, type=dict[str, Raw])
                self._lines = {name: bytes(line) for name, line in stored.items()}

    def get(self, name: str, record: PlanRecord) -> PlanNotes | None:
        """Return the notes that belong to a record; None if there are none."""
        with suppress(KeyError, ValueError, RecursionError):
            notes = decode(self._lines[name], type=PlanNotes)
            if notes.inputs == record.inputs and warning_records(notes.problems) == record.problems:
                return notes
        return None

    def put(self, name: str, notes: PlanNotes) -> None:
        """Add or replace notes; in the cache after `save`."""
        self._lines[name] = encode_record(notes)

    def save(self, names: set[str]) -> None:
        """Write the notes of these names to the cache."""
        kept = sorted(names & self._lines.keys())
        lines = [encode_line(name, self._lines[name]) for name in kept]
        cache = user_cache()
        cache.store(self._name, b"{" + b",\n".join(lines) + b"}")
        cache.trim(_NOTES, _MOST_FOLDERS)
