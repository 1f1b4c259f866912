"""The history of a project's files: each change that a command or the editor made, with the files before and after it.

A change is a folder in `plans/.history/`, named by its number, with the files in `before/` and `after/` and a list of
them in `change.json`. The folder is ignored by git. The last 50 changes are kept, also those that could not be undone
since their files were edited later: they can be restored by hand.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.atomic_files import (
    NewFile,
    disk_refusals,
    locked,
    make_folder,
    refuse_changed,
    refuse_unsafe,
    write_files,
)
from ucap_reports.storage.project_folder import (
    PACK_IMAGES,
    PACK_SETTINGS,
    PLANS,
    SETTINGS_FILE,
    TEMPLATES,
    TRANSLATIONS,
    Project,
)
from ucap_reports.storage.reading_limits import MIB
from ucap_reports.storage.safe_folder import SafeFolder

MAX_HISTORY_BYTES = 256 * MIB
"""bytes of all files of a change that `ucap undo` restores"""
FOLDER = ".history"
LIMIT = 50
"""Changes that are kept."""
_CHANGE = "change.json"
_NUMBER = LazyPattern(r"[0-9]{6}")
_LAST_NUMBER = 999_999
_EDITABLE = (PLANS, TRANSLATIONS)
"""Where the files of changes are: a history that came with a project cannot lead to any other file."""
_PARTS_OF_PACK = 2
"""Parts of the path of the folder of a pack."""
_PARTS_OF_PICTURE = 2
"""Parts of the path of a picture in the folder of its pack."""
_NOT_IN_NAMES = LazyPattern(r"[:\\\0]")


class FileChange(Struct, frozen=True):
    """A file before and after a change; None where it did not exist. `path` is relative to the project."""

    path: str
    before: bytes | None
    after: bytes | None


class HistoryEntry(Struct, frozen=True):
    """A change: the command that made it, and its files. Changes with one `visit` to a field are one entry."""

    number: int
    command: str
    files: tuple[FileChange, ...]
    visit: str = ""
    is_passed: bool = False
    """Whether it was undone as far as its files had not been edited since."""


class Restored(Struct, frozen=True):
    """What undoing a change did: the files that are as they were before it, and those that were edited since."""

    entry: HistoryEntry
    restored: tuple[str, ...]
    removed: tuple[str, ...]
    """Those of the restored files that did not exist before."""
    kept: tuple[str, ...]


class UndoHistory:
    """The history of a project. For one thread at a time.

    Its methods that change it are called while it is locked (`locked`), except `undo_last`, which locks it.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._folder = project.plans / FOLDER
        self._safe_folder = project.safe_folder

    @contextmanager
    def locked(self, paths: Iterable[str]) -> Iterator[None]:
        """Keep other commands from changing these files of the project, and its history, during the block."""
        files = [self._project.root / path for path in paths]
        with locked(self._folder, *files):
            yield

    def record(self, command: str, files: Sequence[FileChange], visit: str = "") -> HistoryEntry | None:
        """Add a change that was made. One with the visit of the last entry is added to it.

        Raises ProblemsFound when the disk refuses. Returns None if no file changed.
        """
        files = tuple(file for file in files if file.before != file.after)
        if not files:
            return None
        numbers = self._numbers()
        last = self._read(numbers[-1]) if numbers and visit else None
        if last is not None and last.visit == visit and last.command == command and not last.is_passed:
            joined = _joined(last.files, files)
            if joined is not None:
                entry = HistoryEntry(last.number, command, joined, visit)
                self._write(entry)
                return entry
        surplus = max(0, len(numbers) + 1 - LIMIT)
        for number in numbers[:surplus]:
            self._remove(number)
        numbers = numbers[surplus:]
        if numbers and numbers[-1] == _LAST_NUMBER:
            numbers = self._renumber(numbers)
        last_number = numbers[-1] if numbers else 0
        number = self._reserve(last_number + 1)
        entry = HistoryEntry(number, command, files, visit)
        self._write(entry)
        return entry

    def _reserve(self, number: int) -> int:
        """Return the first number from this one on that no other process has, and create its folder."""
        shown = f"{PLANS}/{FOLDER}"
        make_folder(self._folder, shown, self._safe_folder)
        with disk_refusals(shown, is_writing=True), self._safe_folder.open_folder(self._folder) as folder:
            while not folder.create_folder(f"{number:06}"):
                number += 1
        return number

    def last(self) -> HistoryEntry | None:
        """Return the last change that was not undone; None if there is none that can be read.

        A change without a record, as a killed command leaves it, is passed over: see `unreadable_after`.
        """
        for number in reversed(self._numbers()[-LIMIT:]):
            entry = self._read(number)
            if entry is not None and not entry.is_passed:
                return entry
        return None

    def unreadable_after(self, entry: HistoryEntry | None) -> list[Problem]:
        """Return a warning for each change after this one, or of all without one, that cannot be read."""
        warnings = []
        for number in self._numbers()[-LIMIT:]:
            is_after = entry is None or number > entry.number
            if is_after and self._read(number) is None:
                warnings.append(problem("undo-unreadable", Location(f"{PLANS}/{FOLDER}/{number:06}")))
        return warnings

    def undo_last(self) -> Restored | None:
        """Undo the last change that was not undone; None if there is none that can be read. See `undo`.

        Of two commands that undo at once, each undoes a change of its own.
        """
        entry = self.last()
        while entry is not None:
            with self.locked(file.path for file in entry.files):
                last = self.last()
                if last == entry:
                    return self.undo(entry)
            entry = last
        return None

    def undo(self, entry: HistoryEntry) -> Restored:
        """Restore the files of a change, and remove it from the history. A file that was edited since is kept, and so
        is its content before the change. A file that has this content already, as a killed command leaves it, is
        restored.

        Raises ProblemsFound when the disk refuses; if a file is a link or behind one, none is restored.
        """
        changes = []
        restored = []
        kept = []
        for file in entry.files:
            if self.has_content(file.path, file.before):
                restored.append(file)
            elif self.has_content(file.path, file.after):
                restored.append(file)
                changes.append(FileChange(file.path, file.after, file.before))
            else:
                kept.append(file.path)
        write_changes(self._project, changes)
        if kept:
            self._write_record(replace(entry, is_passed=True))
        else:
            self.forget(entry)
        paths = tuple(file.path for file in restored)
        removed = tuple(file.path for file in restored if file.before is None)
        return Restored(entry, paths, removed, tuple(kept))

    def has_made(self, path: str, digest: str) -> bool:
        """Return whether one of the changes, which was not undone, has given a file the content with this SHA-256."""
        for number in self._numbers()[-LIMIT:]:
            entry = self._read(number)
            if entry is None or entry.is_passed:
                continue
            for file in entry.files:
                if file.path == path and file.after is not None and sha256(file.after).hexdigest() == digest:
                    return True
        return False

    def forget(self, entry: HistoryEntry) -> None:
        """Remove a change from the history, without changing its files.

        Another one may have its number: it was made after this one had been undone elsewhere.
        """
        if self._read(entry.number) in (entry, None):
            self._remove(entry.number)

    def current(self, path: str) -> bytes | None:
        """Return the content of a file of the project; None if it does not exist or cannot be read."""
        with suppress(OSError):
            return self._safe_folder.read_file(self._project.root / path)
        return None

    def has_content(self, path: str, content: bytes | None) -> bool:
        """Return whether a file of the project has this content; None if it does not exist.

        A file that cannot be read has another content: it must not be overwritten like one that does not exist. A link
        has none: `refuse_links` refuses it.
        """
        present = self.current(path)
        return present == content and (present is not None or not self._project.is_taken(path))

    def _numbers(self) -> list[int]:
        with suppress(OSError):
            names = [entry.name for entry in self._safe_folder.entries(self._folder)]
            return sorted(int(name) for name in names if _NUMBER.fullmatch(name))
        return []

    def _renumber(self, numbers: Sequence[int]) -> list[int]:
        """Rename the changes to the numbers from 1, and return these. Raises ProblemsFound when the disk refuses."""
        new_numbers = list(range(1, len(numbers) + 1))
        shown = f"{PLANS}/{FOLDER}"
        with disk_refusals(shown, is_writing=True), self._safe_folder.open_folder(self._folder) as folder:
            for old_number, new_number in zip(numbers, new_numbers, strict=True):
                if old_number != new_number:
                    folder.replace(f"{old_number:06}", f"{new_number:06}")
        return new_numbers

    def _read(self, number: int) -> HistoryEntry | None:
        folder = self._folder / f"{number:06}"
        try:
            content = self._safe_folder.read_file(folder / _CHANGE, MAX_HISTORY_BYTES)
            record: Mapping[str, Any] = msgspec.json.decode(content, type=dict[str, Any])
            files = []
            unread = MAX_HISTORY_BYTES
            for index, path in enumerate(record["files"]):
                if not _is_editable(path):
                    return None
                name = f"{index}-{_name(path)}"
                before = _content(folder / "before" / name, self._safe_folder, unread)
                after = _content(folder / "after" / name, self._safe_folder, unread)
                unread -= len(before or b"") + len(after or b"")
                if unread <= 0:
                    return None
                files.append(FileChange(path, before, after))
            is_passed = record.get("passed") is True
            return HistoryEntry(number, str(record["command"]), tuple(files), str(record["visit"]), is_passed)
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            return None

    def _write(self, entry: HistoryEntry) -> None:
        folder = self._folder / f"{entry.number:06}"
        shown = f"{PLANS}/{FOLDER}"
        safe_folder = self._safe_folder
        make_folder(self._folder, shown, safe_folder)
        new = [NewFile(self._folder / ".gitignore", b"*\n", f"{shown}/.gitignore", safe_folder)]
        for index, file in enumerate(entry.files):
            for side, content in (("before", file.before), ("after", file.after)):
                if content is not None:
                    make_folder(folder / side, shown, safe_folder)
                    path = folder / side / f"{index}-{_name(file.path)}"
                    new.append(NewFile(path, content, shown, safe_folder))
        write_files(new)
        self._write_record(entry)

    def _write_record(self, entry: HistoryEntry) -> None:
        """Write what a change is, after its files: without it, the change is passed over."""
        folder = self._folder / f"{entry.number:06}"
        shown = f"{PLANS}/{FOLDER}"
        record: dict[str, Any] = {"command": entry.command, "visit": entry.visit}
        record["files"] = [file.path for file in entry.files]
        if entry.is_passed:
            record["passed"] = True
        make_folder(folder, shown, self._safe_folder)
        content = json.dumps(record, indent=2).encode()
        write_files([NewFile(folder / _CHANGE, content, shown, self._safe_folder)])

    def _remove(self, number: int) -> None:
        self._safe_folder.remove_folder(self._folder / f"{number:06}")


def record_changes(project: Project, command: str, files: Sequence[FileChange]) -> None:
    """Add what a command has changed to the history of a project; files outside of its plans are left out.

    Raises ProblemsFound when the disk refuses.
    """
    own_files = [file for file in files if _is_editable(file.path)]
    if own_files:
        history = UndoHistory(project)
        with history.locked(()):
            history.record(command, own_files)


def refuse_links(project: Project, paths: Iterable[str]) -> None:
    """Raise ProblemsFound if one of the files of the project cannot be written because of a link, pipe or device.

    Called before the first of several files is written, so that a change is made as a whole or not at all.
    """
    for path in paths:
        refuse_unsafe(project.root / path, path, project.safe_folder)


def write_changes(project: Project, changes: Sequence[FileChange]) -> None:
    """Write and remove the files of a change, whose locks are held.

    All new contents are complete on the disk before the first file is replaced, and files are removed at last, so that
    nothing is lost whenever this ends. Raises ProblemsFound, and changes no file, if one of them is not as it was
    before, if it is a link, or if the disk is full.
    """
    refuse_links(project, [change.path for change in changes])
    written: list[NewFile] = []
    removed: list[str] = []
    for change in changes:
        target = project.root / change.path
        if change.after is None:
            removed.append(change.path)
        else:
            make_folder(target.parent, str(PurePosixPath(change.path).parent), project.safe_folder)
            written.append(NewFile(target, change.after, change.path, project.safe_folder))

    def refuse_edited() -> None:
        for change in changes:
            file = NewFile(project.root / change.path, b"", change.path, project.safe_folder)
            refuse_changed(file, change.before)

    write_files(written, before=refuse_edited)
    for path in removed:
        with disk_refusals(path, is_writing=True):
            project.safe_folder.remove_file(project.root / path)


def kept_files(restored: Restored) -> list[Problem]:
    """Return a warning for each file that was edited since the change that was undone."""
    folder = f"{PLANS}/{FOLDER}/{restored.entry.number:06}/before"
    created = {file.path for file in restored.entry.files if file.before is None}
    warnings = []
    for path in restored.kept:
        form = "created" if path in created else "changed"
        warnings.append(problem("undo-edited", Location(path), form=form, folder=folder))
    return warnings


def _joined(first: Sequence[FileChange], second: Sequence[FileChange]) -> tuple[FileChange, ...] | None:
    """Return two changes of the same files as one; None if the second did not begin where the first ended."""
    before = {file.path: file for file in first}
    joined = []
    for file in second:
        known = before.get(file.path)
        if known is None or known.after != file.before:
            return None
        joined.append(FileChange(file.path, known.before, file.after))
    return tuple(joined) if len(joined) == len(before) else None


def _is_editable(path: Any) -> bool:
    """Return whether a path in a history is one that this product changes.

    These are the settings, the `pack.yaml` and the pictures of each pack, and the files below `plans/` and
    `translations/`, without those in folders such as `.git` and the history itself.
    """
    if not isinstance(path, str):
        return False
    parts = PurePosixPath(path).parts
    if not parts:
        return False
    for part in parts:
        if part == "/" or part.startswith(".") or _NOT_IN_NAMES.search(part):
            return False
    if parts[0] == SETTINGS_FILE:
        return len(parts) == 1
    if parts[0] == TEMPLATES:
        in_pack = parts[_PARTS_OF_PACK:]
        is_picture = len(in_pack) == _PARTS_OF_PICTURE and in_pack[0] == PACK_IMAGES
        return is_picture or in_pack == (PACK_SETTINGS,)
    return parts[0] in _EDITABLE and len(parts) > 1


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _content(path: Path, safe_folder: SafeFolder, limit: int) -> bytes | None:
    try:
        return safe_folder.read_file(path, limit)
    except FileNotFoundError:
        return None
