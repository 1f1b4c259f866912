"""Changes of files: atomic, so that a reader finds the old content or the new one, and by one command at a time."""

import errno
import os
import re
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found, reported
from ucap_reports.storage.decoding import read_content, too_large
from ucap_reports.storage.reading_limits import MAX_IMPORT_BYTES, MAX_TEXT_FILE_BYTES, MIB
from ucap_reports.storage.safe_folder import (
    NEW_FILE,
    FileKind,
    LinkError,
    OpenFolder,
    OutsideError,
    SafeFolder,
    outside_problem,
)

MAX_DOCUMENT_BYTES = 512 * MIB
"""bytes of a built document; a larger one counts as edited. Books of 5,000 plans take less memory than that"""
PART = re.compile(r"\..+\.\d+\.part", re.DOTALL)
"""The names of temporary files, with the id of the process that writes them."""
OVERSIZED = "oversized"
"""Instead of the digest of a file that is too large to be a document."""
_TEXTS = frozenset({".yaml", ".po"})
"""The endings of texts that a person may edit, and that are read again."""
NO_RIGHT = "close the file in other programs, and check the permissions of the folder"
HINTS = {
    errno.ENOSPC: "the disk is full: free some space, then try again",
    errno.EDQUOT: "your disk quota is used up: free some space, then try again",
    errno.EROFS: "the disk is read-only: choose another folder",
    errno.EACCES: NO_RIGHT,
    errno.EPERM: NO_RIGHT,
    errno.EISDIR: "a folder has this name: rename it",
    errno.ENOLCK: "this disk does not support file locks: choose another folder",
}


class WriteStatus(StrEnum):
    """What happened to a file."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    """It had this content already and was not touched."""
    FAILED = "failed"
    EDITED = "edited"
    """It was edited after it was written, and was not touched."""


class NewFile(Struct, frozen=True):
    """A file to write. `shown` is its name in problems; with `anyway` it is written even if it has that content.

    It is written without following links below `within`, by default its own folder.
    """

    path: Path
    content: bytes
    shown: str
    within: SafeFolder | None = None
    anyway: bool = False

    @property
    def safe_folder(self) -> SafeFolder:
        """The folder below which no link is followed."""
        return self.within or SafeFolder(self.path.parent)


def write_files(files: Sequence[NewFile], before: Callable[[], None] | None = None) -> tuple[WriteStatus, ...]:
    """Write files that belong together; returns the status of each.

    All contents are complete on the disk under temporary names before the first file gets its name, so that a full
    disk changes none of the files. `before` is called between the two steps. Raises ProblemsFound when files cannot
    be written, or if a plan, a pack or a translation would be too large to be read again; each file has its complete
    old or new content then. In the second step, a file that is open in another program on Windows does not stop the
    others.
    """
    for file in files:
        if file.path.suffix in _TEXTS and len(file.content) > MAX_TEXT_FILE_BYTES:
            raise too_large(file.shown)
    changed: list[NewFile] = []
    statuses: list[WriteStatus] = []
    for file in files:
        if file.anyway or not _has_content(file):
            changed.append(file)
            statuses.append(WriteStatus.WRITTEN)
        else:
            statuses.append(WriteStatus.UNCHANGED)
    parts: list[_Part] = []
    folders: dict[tuple[SafeFolder, Path], OpenFolder] = {}
    with ExitStack() as opened:
        try:
            for file in changed:
                with disk_refusals(file.shown, is_writing=True):
                    folder_key = (file.safe_folder, file.path.parent)
                    if folder_key not in folders:
                        folders[folder_key] = opened.enter_context(file.safe_folder.open_folder(file.path.parent))
                    part = _Part(folders[folder_key], file, f".{file.path.name}.{os.getpid()}.part")
                    parts.append(part)  # before it is written, so that it is removed if that fails
                    part.write()
            if before is not None:
                before()
            refused: list[Problem] = []
            for part in tuple(parts):
                with reported(refused.extend), disk_refusals(part.file.shown, is_writing=True):
                    part.folder.replace(part.name, part.file.path.name)
                    parts.remove(part)
            raise_found(refused)
        finally:
            for part in parts:
                part.remove()
    return tuple(statuses)


def write_edited(file: NewFile, before: bytes | None) -> WriteStatus:
    """Write a new edition of a user's file that was read as `before`; None if there was no file.

    Raises ProblemsFound for a link or a device, which would be replaced by the file, and if the file has changed since.
    Use `locked` around reading and writing, so that other commands cannot change it just before it is replaced.
    """
    refuse_unsafe(file.path, file.shown, file.safe_folder)
    (status,) = write_files([file], before=lambda: refuse_changed(file, before))
    return status


def refuse_changed(file: NewFile, before: bytes | None) -> None:
    """Raise ProblemsFound if a file is not as it was `before`, when it was read; None if there was no file."""
    with disk_refusals(file.shown):
        now = None
        if file.safe_folder.kind(file.path) is not FileKind.MISSING:
            now = file.safe_folder.read_file(file.path)
    if now != before:
        raise ProblemsFound([problem("file-changed", Location(file.shown))])


def refuse_unsafe(path: Path, shown: str, within: SafeFolder) -> None:
    """Raise ProblemsFound if a file cannot be written because of a link, a pipe or a device."""
    with disk_refusals(shown, is_writing=True):
        if within.kind(path) in (FileKind.LINK, FileKind.OTHER):
            raise ProblemsFound([problem("output-unsafe", Location(shown), form="file")])


def write_unless_refused(file: NewFile, refuse: Callable[[bytes], None]) -> WriteStatus:
    """Write a file, which replaces one with other content only if `refuse` raises nothing for that content.

    Raises ProblemsFound also for a link or a device, and if the file changes meanwhile.
    """
    refuse_unsafe(file.path, file.shown, file.safe_folder)
    with locked(file.path):
        content = None
        if file.safe_folder.kind(file.path) is not FileKind.MISSING:
            content = read_content(file.path, file.shown, MAX_IMPORT_BYTES, file.safe_folder)
        if content not in (None, file.content):
            refuse(content)
        return write_edited(file, content)


def write_missing(files: Sequence[NewFile]) -> tuple[WriteStatus, ...]:
    """Write those of the files that do not exist, with their folders; returns the status of each.

    Raises ProblemsFound, and writes none, if one of them is created meanwhile.
    """
    with locked(*[file.path for file in files]):
        missing = []
        for file in files:
            with disk_refusals(file.shown, is_writing=True):
                if file.safe_folder.kind(file.path) is FileKind.MISSING:
                    missing.append(file)
        for file in missing:
            make_folder(file.path.parent, Path(file.shown).parent.as_posix(), file.within)

        def refuse_created() -> None:
            for file in missing:
                refuse_changed(file, None)

        write_files(missing, before=refuse_created)
    statuses = []
    for file in files:
        statuses.append(WriteStatus.WRITTEN if file in missing else WriteStatus.UNCHANGED)
    return tuple(statuses)


def regular_digest(path: Path, within: SafeFolder | None = None) -> str | None:
    """Return the SHA-256 of a file in hex.

    None if there is no file; empty if it cannot be read or is not a regular file; `OVERSIZED`, without reading it, if
    it is larger than any document that is built. Raises LinkError if a folder on the way to it below `within`, by
    default its own folder, is a link.
    """
    from hashlib import file_digest  # noqa: PLC0415 - loads OpenSSL, which most commands without documents do not need

    safe_folder = within or SafeFolder(path.parent)
    try:
        with os.fdopen(safe_folder.open_file(path), "rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size > MAX_DOCUMENT_BYTES:
                return OVERSIZED
            return file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
    except OSError:
        is_kept = safe_folder.kind(path) not in (FileKind.MISSING, FileKind.FOLDER)
        return "" if is_kept else None


def make_folder(path: Path, shown: str, within: SafeFolder | None = None) -> None:
    """Create the folder unless it exists, without following links below `within`, by default itself.

    Raises ProblemsFound when that fails.
    """
    safe_folder = within or SafeFolder(path)
    with disk_refusals(shown):
        try:
            safe_folder.create_folder(path)
        except LinkError:
            raise ProblemsFound([problem("output-unsafe", Location(shown), form="folder")]) from None
        except (FileExistsError, NotADirectoryError):
            raise ProblemsFound([problem("folder-is-file", Location(shown))]) from None


def clear_parts(folder: Path, name: str = "", within: SafeFolder | None = None) -> None:
    """Remove the temporary files in a folder, or only those of one name, that were left by processes that were killed.

    Only where no other process writes files of those names.
    """
    safe_folder = within or SafeFolder(folder)
    with suppress(OSError), safe_folder.open_folder(folder, readable=True) as opened:
        for entry in opened.entries():
            if PART.fullmatch(entry.name) and entry.name.startswith(f".{name}"):
                with suppress(OSError):
                    opened.remove_file(entry.name)


def flush_folder(folder: Path, within: SafeFolder | None = None) -> None:
    """Flush the names of the files in a folder to the disk, if the system supports it."""
    safe_folder = within or SafeFolder(folder)
    with suppress(OSError), safe_folder.open_folder(folder, readable=True) as opened:
        opened.flush()


def disk_problem(error: OSError, shown: str | None = None, *, is_writing: bool = False) -> Problem:
    """Return the problem for an error of the operating system; `shown` is the file or folder in messages."""
    if isinstance(error, LinkError) and is_writing:
        return problem("output-unsafe", Location(_shown_link(error.filename, shown)), form="file")
    if isinstance(error, LinkError | OutsideError):
        return outside_problem(error, shown)
    name = shown or error.filename
    where = Location(str(name) if name else None)
    reason = (error.strerror or type(error).__name__).lower()
    hint = HINTS.get(error.errno or 0)
    if is_writing:
        return problem("file-not-written", where, reason=reason, hint=hint)
    if error.errno == errno.EISDIR:
        hint = "replace the folder with a file, or name a file"
    return problem("file-not-accessible", where, reason=reason, hint=hint)


def _shown_link(link: str, shown: str | None) -> str:
    """Return the name of a link in messages, given that of the file: a folder that it is in may be the link."""
    parts_of_link = Path(link).parts
    file = Path(shown or link)
    for path in (file, *file.parents):
        if path.parts and parts_of_link[-len(path.parts) :] == path.parts:
            return path.as_posix()
    return shown or link


@contextmanager
def disk_refusals(shown: str, *, is_writing: bool = False) -> Iterator[None]:
    """Raise an OSError in the block as ProblemsFound with its `disk_problem`."""
    try:
        yield
    except OSError as error:
        raise ProblemsFound([disk_problem(error, shown, is_writing=is_writing)]) from error


class _Part(Struct, frozen=True):
    """The temporary file of a new file, in the same folder, which is open."""

    folder: OpenFolder
    file: NewFile
    name: str

    def write(self) -> None:
        """Write the content to the disk, with the permissions of the file that it replaces."""
        # With a size of the buffer, the system is not asked if this is a terminal.
        with os.fdopen(self._create(), "wb", buffering=64 * 1024) as stream:
            stream.write(self.file.content)
            old = self.folder.status(self.file.path.name)
            if old is not None and stat.S_ISREG(old.st_mode) and hasattr(os, "fchmod"):
                with suppress(OSError):  # on a disk without permissions
                    os.fchmod(stream.fileno(), stat.S_IMODE(old.st_mode))
            stream.flush()
            os.fsync(stream.fileno())

    def _create(self) -> int:
        """Create the temporary file and return its descriptor, in place of one of a process that has ended, or of a
        link of a project that was downloaded.
        """
        try:
            return self.folder.open_file(self.name, NEW_FILE)
        except (FileExistsError, LinkError):
            self.remove()
            return self.folder.open_file(self.name, NEW_FILE)

    def remove(self) -> None:
        """Remove the temporary file, or a link of its name."""
        with suppress(FileNotFoundError):
            self.folder.remove_file(self.name)


def _has_content(file: NewFile) -> bool:
    """Return whether the file on the disk has the new content already."""
    with suppress(OSError), os.fdopen(file.safe_folder.open_file(file.path), "rb", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size != len(file.content):  # then it need not be read
            return False
        return stream.readall() == file.content
    return False


# Locks between processes: the operating system unlocks them when a process ends, however that happens

_SLOTS = 64
"""The number of lock files in the cache. Files that share one only wait for each other."""


if sys.platform == "win32":
    import msvcrt

    HELD = PermissionError

    def take(file: int) -> None:
        """Lock an open file until it is closed. Raises `HELD` if it is locked."""
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _wait_for(file: int) -> None:
        while True:
            try:
                return msvcrt.locking(file, msvcrt.LK_LOCK, 1)  # gives up after ten seconds
            except OSError as error:
                if error.errno != errno.EDEADLOCK:
                    raise
else:
    HELD = BlockingIOError

    def take(file: int) -> None:
        """Lock an open file until it is closed. Raises `HELD` if it is locked."""
        import fcntl  # noqa: PLC0415 - help and most other commands lock nothing

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _wait_for(file: int) -> None:
        import fcntl  # noqa: PLC0415 - as above

        fcntl.flock(file, fcntl.LOCK_EX)


class _Thread(threading.local):
    """Whether this thread is in a block of `locked`."""

    has_locks = False


_thread = _Thread()


@contextmanager
def locked(*paths: Path) -> Iterator[None]:
    """Wait until no other command of the same user changes the files, and keep others waiting during the block.

    Everything that changes files of a project holds their locks from reading them to writing them, or reads them again
    while it has the locks and refuses what has changed. The lock files are in the user's cache, so that projects
    contain none. Without a cache there is no lock; therefore callers also compare the files with what they have read
    before they replace them (`refuse_changed`).

    All files of a change are locked by one block, always in the same order, so that no two commands wait for each
    other. Raises RuntimeError for a block in another one.
    """
    if _thread.has_locks:
        raise RuntimeError("locked in a block that has locks: it might wait for itself")
    with ExitStack() as opened:
        _thread.has_locks = True
        opened.callback(setattr, _thread, "has_locks", False)
        for slot in sorted({_slot(path) for path in paths}):
            file = _lock_file(slot)
            if file is not None:
                opened.callback(os.close, file)
                with suppress(OSError):  # a disk without locks
                    _wait_for(file)
        yield


def _slot(path: Path) -> int:
    """Return the number of the lock file of a path, by whatever links a person has typed it."""
    from hashlib import sha256  # noqa: PLC0415 - loads OpenSSL, which help and usage errors do not need

    real_path = Path(os.path.realpath(path.parent), path.name)
    return int.from_bytes(sha256(os.fsencode(real_path)).digest()[:4]) % _SLOTS


def _lock_file(slot: int) -> int | None:
    """Open a lock file in the user's cache; None if the cache cannot have one."""
    from ucap_reports.storage.user_cache import user_cache  # noqa: PLC0415 - help and usage errors do not need it

    return user_cache().open_lock_file(f"{slot}.lock")
