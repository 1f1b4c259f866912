"""The records of a build while it runs: each is on the disk before its documents get their names."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import BinaryIO

from ucap_reports.batch import manifest
from ucap_reports.storage.atomic_files import NewFile, flush_folder, read_regular, regular_only, write_files
from ucap_reports.summary.document import Format

JOURNAL = ".manifest.journal"
"""Records that are newer than the manifest. The file exists while a build runs, and after one was killed."""


class Records:
    """The records of a folder by the name of the documents: those of its manifest, updated from its journal.

    `problems` warn about a manifest that cannot be used. `shown` is the folder's name in messages.
    """

    def __init__(self, folder: Path, shown: str) -> None:
        written, self.problems = manifest.load_manifest(folder, shown)
        self.index = written.index
        self._folder = folder
        self._shown = shown
        self._plans = {**written.plans, **_journal(folder)}
        self._stream: BinaryIO | None = None
        self._lock = RLock()

    def __iter__(self) -> Iterator[str]:
        """The names of all records, sorted."""
        return iter(sorted(self._plans))

    def get(self, name: str) -> manifest.PlanRecord | None:
        """The record with that name; None if there is no valid one."""
        line = self._plans.get(name)
        return None if line is None else manifest.decode_record(line)

    def put(self, name: str, record: manifest.PlanRecord) -> None:
        """Add a record, on the disk as well. Raises OSError when the disk refuses. Safe in threads."""
        encoded = manifest.encode_record(record)
        with self._lock:
            if self._stream is None:
                path = self._folder / JOURNAL
                self._stream = open(path, "ab", opener=regular_only)  # noqa: SIM115 - open until the build ends
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
        flush_folder(self._folder)
        with self._lock:
            try:
                content = manifest.encode_manifest(manifest.Manifest(self._plans, self.index))
                write_files([NewFile(self._folder / manifest.MANIFEST, content, f"{self._shown}/{manifest.MANIFEST}")])
            finally:
                if self._stream is not None:
                    self._stream.close()
                    self._stream = None
            with suppress(OSError):
                (self._folder / JOURNAL).unlink(missing_ok=True)


def _journal(folder: Path) -> dict[str, bytes]:
    """The records in the journal. Its last line may be cut off; then its documents do not have their names yet."""
    try:
        lines = read_regular(folder / JOURNAL).split(b"\n")
    except OSError:
        return {}
    found = (manifest.decode_line(line) for line in lines[:-1])
    return dict(each for each in found if each and manifest.decode_record(each[1]))
