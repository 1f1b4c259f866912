"""The folder of the documents: checked, created, and locked while a build writes to it, with its records and notes.

Each record is on the disk before its documents get their names.

Notes are what a build knows and does not publish: the texts of warnings, and the names of picture files. The folder of
documents is published or sent to others, and warnings quote comments of plans. So these notes are not in its manifest
but in the user's cache, in one file for each folder of documents. They may vanish at any time; then a plan with
warnings is pending again.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import BinaryIO

from msgspec import Raw, Struct, to_builtins
from msgspec.json import decode

from ucap_reports.batch import manifest
from ucap_reports.batch.index_page.index_entry import INDEX, THUMBNAILS
from ucap_reports.batch.manifest import JOURNAL, MANIFEST, Inputs, PlanRecord, WarningRecord
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found
from ucap_reports.storage.atomic_files import (
    HELD,
    NewFile,
    clear_parts,
    disk_refusals,
    flush_folder,
    make_folder,
    take,
    write_files,
)
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import APPEND, FileKind, SafeFolder
from ucap_reports.storage.user_cache import user_cache
from ucap_reports.summary.document import Format

LOCK = ".lock"
"""The file that is locked, by the operating system, which unlocks it when a build is killed.

It is never removed: then two builds could lock two files of that name.
"""
_KIND = ".notes"
_MOST_FOLDERS = 1000
"""Folders of documents whose notes are kept."""


@contextmanager
def output_folder(project: Project, out: Path) -> Iterator[None]:
    """Create the folder and lock it. Raises ProblemsFound if another build uses it, or it cannot be used."""
    check_output_folder(project, out)
    shown, safe_folder = project.shown(out), project.safe_output(out)
    make_folder(out, shown, safe_folder)
    with ExitStack() as held:
        with disk_refusals(shown):
            lock = held.enter_context(os.fdopen(safe_folder.open_file(out / LOCK, APPEND), "ab"))
            _lock(lock.fileno(), shown)
        clear_parts(out, within=safe_folder)
        clear_parts(out / THUMBNAILS, within=safe_folder)
        yield


def _lock(file: int, shown: str) -> None:
    try:
        take(file)
    except HELD:
        raise ProblemsFound([problem("build-running", Location(shown))]) from None


def check_output_folder(project: Project, out: Path) -> None:
    """Raise ProblemsFound (`output-unsafe`) if a link or a pipe would lead a build out of its folder.

    A folder outside the project may itself be a link.
    """
    safe_folder = project.safe_output(out)

    def unsafe(paths: Iterable[Path]) -> Iterator[Problem]:
        for path in paths:
            if safe_folder.kind(path) in (FileKind.LINK, FileKind.OTHER):
                yield problem("output-unsafe", Location(project.shown(path)))

    # From the outermost folder inwards: nothing is looked for below an unsafe one.
    for folder in reversed((out, *out.parents)):
        if folder != safe_folder.base and safe_folder.contains(folder):
            raise_found(list(unsafe([folder])))
    raise_found(list(unsafe(out / name for name in (THUMBNAILS, MANIFEST, JOURNAL, INDEX, LOCK))))


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
        written, self.problems = manifest.load_manifest(folder, shown, self._safe_folder)
        self._folder = folder
        self._shown = shown
        self._plans = {**written, **_journal(folder, self._safe_folder)}
        self._notes = _BuildNotes(folder)
        self._stream: BinaryIO | None = None
        self._lock = RLock()

    def __iter__(self) -> Iterator[str]:
        """Return the names of all records, sorted."""
        return iter(sorted(self._plans))

    def get(self, name: str) -> manifest.PlanRecord | None:
        """Return the record with that name; None if there is no valid one."""
        line = self._plans.get(name)
        return None if line is None else manifest.decode_record(line)

    def notes(self, name: str, record: manifest.PlanRecord | None) -> PlanNotes | None:
        """Return the notes about the documents with that name and record; None if there are none."""
        return None if record is None else self._notes.get(name, record)

    def add_notes(self, name: str, notes: PlanNotes) -> None:
        """Add notes about documents; in the cache when the build ends. Safe in threads."""
        with self._lock:
            self._notes.put(name, notes)

    def put(self, name: str, record: manifest.PlanRecord) -> None:
        """Add a record, on the disk as well. Raises OSError when the disk refuses. Safe in threads."""
        encoded = manifest.encode_record(record)
        with self._lock:
            if self._stream is None:
                descriptor = self._safe_folder.open_file(self._folder / manifest.JOURNAL, APPEND)
                self._stream = os.fdopen(descriptor, "ab")
            self._stream.write(manifest.encode_line(name, encoded) + b"\n")
            self._stream.flush()
            self._plans[name] = encoded

    def settle(self, name: str, record: manifest.PlanRecord, formats: Iterable[Format]) -> None:
        """Record that the documents of these formats have their names; on the disk when the build ends."""
        self._plans[name] = manifest.encode_record(record.settled(formats))

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
                content = manifest.encode_manifest(self._plans)
                path, shown = self._folder / manifest.MANIFEST, f"{self._shown}/{manifest.MANIFEST}"
                write_files([NewFile(path, content, shown, self._safe_folder)])
            finally:
                if self._stream is not None:
                    self._stream.close()
                    self._stream = None
            with suppress(OSError):
                self._safe_folder.remove_file(self._folder / manifest.JOURNAL)


def _journal(folder: Path, safe_folder: SafeFolder) -> dict[str, bytes]:
    """Return the records in the journal. Its last line may be cut off; then its documents do not have
    their names yet.
    """
    try:
        lines = safe_folder.read_file(folder / manifest.JOURNAL).split(b"\n")
    except OSError:
        return {}
    records: dict[str, bytes] = {}
    for line in lines[:-1]:
        for name, record in manifest.decode_lines(line).items():
            if manifest.decode_record(record):
                records[name] = record
    return records


class _BuildNotes:
    """The notes about the documents in a folder, by the name of the documents."""

    def __init__(self, folder: Path) -> None:
        path = os.fsencode(folder.resolve())
        self._name = sha256(path).hexdigest() + _KIND
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
        self._lines[name] = json.dumps(to_builtins(notes)).encode("ascii")

    def save(self, names: set[str]) -> None:
        """Write the notes of these names to the cache."""
        parts = [
            json.dumps(name).encode("ascii") + b": " + self._lines[name] for name in sorted(names & set(self._lines))
        ]
        cache = user_cache()
        cache.store(self._name, b"{" + b",\n".join(parts) + b"}")
        cache.trim(_KIND, _MOST_FOLDERS)


def warning_records(problems: tuple[Problem, ...]) -> tuple[WarningRecord, ...]:
    """Return what the manifest contains of warnings."""
    records = []
    for warning in problems:
        where = warning.location
        records.append(WarningRecord(warning.code, warning.severity, where.path, where.line, where.field))
    return tuple(records)
