"""What a build knows and does not publish: the texts of warnings, and the names of picture files.

The folder of documents is published or sent to others, and warnings quote comments of plans. So these notes are not in
its manifest but in the user's cache, in one file for each folder of documents. They may vanish at any time; then a plan
with warnings is due again.
"""

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Raw, Struct, to_builtins
from msgspec.json import decode

from ucap_reports.batch.manifest import Inputs, PlanRecord, WarningRecord
from ucap_reports.problems import Problem
from ucap_reports.storage.user_cache import user_cache

_KIND = ".notes"
_MOST_FOLDERS = 1000
"""Folders of documents whose notes are kept."""


class PlanNotes(Struct, frozen=True):
    """The notes about the documents of a plan or a variant that were built from these inputs."""

    inputs: Inputs
    problems: tuple[Problem, ...] = ()
    """The warnings of all builds with these inputs."""
    pictures: tuple[str, ...] = ()
    """The names of the picture files of the plan."""


class BuildNotes:
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
    for problem in problems:
        where = problem.location
        records.append(WarningRecord(problem.code, problem.severity, where.path, where.line, where.field))
    return tuple(records)
