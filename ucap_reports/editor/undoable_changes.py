"""The changes that the editor makes to the files of a project, so that they can be undone and redone in their order.

Each change is also in the history of the project (`plans/.history`), from which `ucap undo` restores it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from ucap_reports.batch.plan_translations import PO_ENDING
from ucap_reports.batch.undo_history import FileChange, HistoryEntry, UndoHistory, refuse_links, write_changes
from ucap_reports.plan.writing.editor_change_merge import Conflict, ConflictsFound, merged_plan, value_differences
from ucap_reports.plan.writing.value_edits import json_value
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.storage.atomic_files import make_folder
from ucap_reports.storage.decoding import decode_source, encoded_like, too_large
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS, Project
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES

RENAME = "rename"
"""The command of changes that move files: each pair of files is an old name and a new one."""
MOST_BYTES = 128 << 20
"""The largest number of bytes of all changes that can be undone: those of pictures would fill the memory. Thousands of
changes of plans fit. The earliest changes are forgotten first.
"""
FileContents = Mapping[str, tuple[bytes | None, bytes | None]]
"""The content of each file before and after a change; None where it does not exist."""


class DigestConflict(Exception):  # noqa: N818 - named like ConflictsFound
    """Raised where a file was changed since it was shown, at the places of `conflicts`, and nothing was changed."""

    def __init__(self, conflicts: Sequence[Conflict], digest: str, values: Any) -> None:
        super().__init__("the file has changed")
        self.conflicts = tuple(conflicts)
        self.digest = digest
        self.values = values


class NothingToUndo(Exception):  # noqa: N818 - an answer, not an error
    """Raised where there is no change to undo or redo."""


class UndoableChanges:
    """The changes of a project since the editor was started. For one thread.

    No change replaces what a command or another program writes at the same time: each is made while the locks of its
    files are held (`locked`), and only if these are as they were when they were read.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._history = UndoHistory(project)
        self._locked: frozenset[str] | None = None
        """The files whose locks are held; None outside of a block of `locked`."""
        self._done: list[HistoryEntry] = []
        self._undone: list[HistoryEntry] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._undone)

    def current(self, name: str) -> bytes | None:
        """Return the content of a file of the project; None if it does not exist or cannot be read."""
        return self._history.current(name)

    @contextmanager
    def locked(self, names: Iterable[str]) -> Iterator[None]:
        """Hold the locks of files while the block reads them and then calls `write`, so that no command changes them in
        between.

        A block inside it may lock the same files, or some of them.
        """
        wanted = frozenset(names)
        if self._locked is not None and wanted <= self._locked:
            yield
            return
        with self._history.locked(wanted):
            self._locked = wanted
            try:
                yield
            finally:
                self._locked = None

    def add_file(self, command: str, folder: str, stem: str, ending: str, content: bytes) -> str:
        """Write a new file into a folder, and return its name, which has a number if another file has it already.

        A file with the same content is not written again. Raises ProblemsFound if the folder is a link.
        """
        # Refused before a name is chosen: all names in a link would seem to be taken, without end.
        make_folder(self._project.root / folder, folder, self._project.safe_folder)
        number = 1
        name = f"{stem}{ending}"
        while True:
            path = f"{folder}/{name}"
            with self.locked([path]):
                if not self._project.is_taken(path):
                    self.write(command, {path: (None, content)})
                    return name
                if self.current(path) == content:
                    return name
            number += 1
            name = f"{stem}-{number}{ending}"

    def write(self, command: str, files: FileContents, visit: str = "") -> None:
        """Write the files of a change, after it is in the history. A change that links prevent is not.

        Changes with the same `visit`, such as that of a field, are one step to undo. Raises ProblemsFound, and writes
        nothing, for a text that would be too large to be read again, and for a file that is not as it was before.
        """
        for name, (_, after) in files.items():
            is_text = name.endswith((PLAN_ENDING, PO_ENDING))
            if is_text and after is not None and len(after) > MAX_TEXT_FILE_BYTES:
                raise too_large(name)
        with self.locked(files):
            entry = self._made(command, _file_changes(files), visit)
        if entry is None:
            return
        last = self._done[-1] if self._done else None
        if visit and last is not None and last.visit == visit and last.number == entry.number:
            self._done.pop()  # it is part of the entry now
        self._done.append(entry)
        self._undone.clear()
        self._forget_earliest()

    def _made(self, command: str, changes: Sequence[FileChange], visit: str = "") -> HistoryEntry | None:
        """Make a change after it is in the history, and return its entry; None if it changes nothing."""
        self._refuse_edited(changes)
        entry = self._history.record(command, changes, visit)
        write_changes(self._project, changes)
        return entry

    def _refuse_edited(self, changes: Sequence[FileChange]) -> None:
        """Raise ProblemsFound if one of the files is a link, or not as it was before."""
        refuse_links(self._project, [change.path for change in changes])
        for change in changes:
            if not self._history.has_content(change.path, change.before):
                raise ProblemsFound([problem("file-changed", Location(change.path))])

    def _forget_earliest(self) -> None:
        """Forget the earliest changes beyond `MOST_BYTES`, but never the last one."""
        size = 0
        for index in reversed(range(len(self._done))):
            for file in self._done[index].files:
                size += len(file.before or b"") + len(file.after or b"")
            if size > MOST_BYTES:
                first_kept = min(index + 1, len(self._done) - 1)
                del self._done[:first_kept]
                return

    def undo(self) -> dict[str, Any]:
        """Undo the last change since the editor was started. Raises NothingToUndo, DigestConflict or ProblemsFound.

        Changes that were undone elsewhere, as by `ucap undo`, are passed over; they can be made again.
        """
        return self._restore(self._done, self._undone, is_undo=True)

    def redo(self) -> dict[str, Any]:
        """Make the last change that was undone again. Raises NothingToUndo, DigestConflict or ProblemsFound."""
        return self._restore(self._undone, self._done, is_undo=False)

    def _restore(self, source: list[HistoryEntry], target: list[HistoryEntry], *, is_undo: bool) -> dict[str, Any]:
        """Undo the last change of `source`, or make it again, and move it to `target`. Those after it that were undone
        or made elsewhere are moved, too.
        """
        while source:
            entry = source[-1]
            with self.locked(file.path for file in entry.files):
                contents = self._contents_of_step(source, is_undo=is_undo)
                restored = entry
                if contents is not None:
                    restored = self._write_restored(entry, contents, is_undo=is_undo)
            source.pop()  # only now: a change that the disk refused can be undone later
            target.append(restored)
            if contents is not None:
                return self._restored_record(entry, contents)
        raise NothingToUndo

    def _write_restored(self, entry: HistoryEntry, contents: FileContents, *, is_undo: bool) -> HistoryEntry:
        """Write the contents of a change that is undone or made again, and return its entry: a new one if it is made
        again, because the history forgets what is undone.
        """
        changes = _file_changes(contents)
        if not is_undo:
            return self._made(entry.command, changes) or entry
        write_changes(self._project, changes)
        self._history.forget(entry)
        return entry

    def _restored_record(self, entry: HistoryEntry, contents: FileContents) -> dict[str, Any]:
        existing = {name: states for name, states in contents.items() if states[1] is not None}
        return {
            "command": entry.command,
            "files": list(contents),
            "plans": _plan_ids(contents),
            "existing": _plan_ids(existing),
            "undo": self.can_undo,
            "redo": self.can_redo,
        }

    def _contents_of_step(self, source: list[HistoryEntry], *, is_undo: bool) -> FileContents | None:
        """Return the contents of the files of the last change of `source`; None if it is undone or made already."""
        try:
            contents = self._contents(source[-1], is_undo=is_undo)
        except (DigestConflict, ProblemsFound):
            source.pop()  # what was written since stays, and the changes before can still be undone
            raise
        if any(now != wanted for now, wanted in contents.values()):
            return contents
        return None

    def _contents(self, entry: HistoryEntry, *, is_undo: bool) -> dict[str, tuple[bytes | None, bytes | None]]:
        """Return each file of a change as it is now, and as it is to be after the change is undone or made again."""
        if entry.command == RENAME:
            return self._contents_of_rename(entry, is_undo=is_undo)
        contents: dict[str, tuple[bytes | None, bytes | None]] = {}
        for file in entry.files:
            if is_undo:
                contents[file.path] = self._restored(file.path, file.after, file.before)
            else:
                contents[file.path] = self._restored(file.path, file.before, file.after)
        return contents

    def _contents_of_rename(
        self, entry: HistoryEntry, *, is_undo: bool
    ) -> dict[str, tuple[bytes | None, bytes | None]]:
        """Return the same of files that were renamed, with what was written into them since. The entry has each file
        twice: with its old name, and with its new one.
        """
        contents: dict[str, tuple[bytes | None, bytes | None]] = {}
        for old, new in zip(entry.files[::2], entry.files[1::2], strict=True):
            if is_undo:
                origin = new.path
                target = old.path
                content_at_target = old.before
            else:
                origin = old.path
                target = new.path
                content_at_target = new.after
            moved = self.current(origin)
            if moved is None and self._history.has_content(target, content_at_target):  # it was moved elsewhere
                contents |= {origin: (None, None), target: (old.before, old.before)}
                continue
            if moved is None or not self._history.has_content(target, None):
                raise DigestConflict([Conflict((), None, None)], "", None)
            before_and_after = {origin: (moved, None), target: (None, moved)}
            contents[old.path] = before_and_after[old.path]
            contents[new.path] = before_and_after[new.path]
        return contents

    def _restored(self, name: str, old: bytes | None, new: bytes | None) -> tuple[bytes | None, bytes | None]:
        """Return a file as it is now, and as it is to be: `old` becomes `new`, and later changes of it are kept."""
        now = self.current(name)
        is_unchanged = self._history.has_content(name, old)
        is_restored_already = self._history.has_content(name, new)
        if is_unchanged or is_restored_already:
            return now, new
        if now is None or old is None or new is None or not name.endswith(PLAN_ENDING):
            raise DigestConflict([Conflict((), None, None)], content_digest(now or b""), None)
        current = decode_source(now, name)
        before = decode_source(old, name)
        wanted = decode_source(new, name)
        changes = value_differences(parse_tolerantly(before).value, parse_tolerantly(wanted).value)
        try:
            text = merged_plan(current, changes, before).text
        except ConflictsFound as error:
            values = json_value(parse_tolerantly(current).value)
            raise DigestConflict(error.conflicts, content_digest(now), values) from error
        return now, encoded_like(text, now)


def content_digest(content: bytes) -> str:
    """Return the SHA-256 of the content of a file in hex."""
    return sha256(content).hexdigest()


def _file_changes(contents: FileContents) -> list[FileChange]:
    """Return the changes of files as the history has them."""
    return [FileChange(name, before, after) for name, (before, after) in contents.items()]


def _plan_ids(contents: FileContents) -> list[str]:
    """Return the ids of the plans that a change was about, those that exist after it first."""
    plans = [name for name in contents if name.startswith(f"{PLANS}/") and name.endswith(PLAN_ENDING)]
    plans.sort(key=lambda name: contents[name][1] is None)
    return [Path(name).stem for name in plans]
