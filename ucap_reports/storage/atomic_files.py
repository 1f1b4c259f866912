"""Atomic writes: a reader finds the old content of a file or the new one, never a part of it."""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound, problem, raise_found, reported

PART = re.compile(r"\..+\.\d+\.part", re.DOTALL)
"""The names of temporary files, with the id of the process that writes them."""
NO_RIGHT = "close the file in other programs, and check the permissions of the folder"
HINTS = {
    errno.ENOSPC: "the disk is full: make room, then build again",
    errno.EDQUOT: "your disk quota is used up: make room, then build again",
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
    """A file to write. `shown` is its name in problems; with `anyway` it is written even if it has that content."""

    path: Path
    content: bytes
    shown: str
    anyway: bool = False


def write_files(files: Sequence[NewFile], before: Callable[[], None] | None = None) -> tuple[WriteStatus, ...]:
    """Write files that belong together; returns the status of each.

    All contents are complete on the disk under temporary names before the first file gets its name, so that a full
    disk changes none of the files. `before` is called between the two steps. Raises ProblemsFound when files cannot
    be written; each file has its complete old or new content then. In the second step, a file that is open in another
    program on Windows does not stop the others.
    """
    changed = [file for file in files if file.anyway or not _has_content(file)]
    parts: list[Path] = []
    try:
        for file in changed:
            parts.append(file.path.with_name(f".{file.path.name}.{os.getpid()}.part"))
            with disk_refusals(file.shown, is_writing=True):
                _write_to_disk(parts[-1], file.content)
            with suppress(OSError):  # where there is no file yet
                parts[-1].chmod(stat.S_IMODE(file.path.stat().st_mode))
        if before is not None:
            before()
        refused: list[Problem] = []
        for file, part in zip(changed, tuple(parts), strict=True):
            with reported(refused.extend), disk_refusals(file.shown, is_writing=True):
                part.replace(file.path)
                parts.remove(part)
        raise_found(refused)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return tuple(WriteStatus.WRITTEN if file in changed else WriteStatus.UNCHANGED for file in files)


def write_own(file: NewFile) -> WriteStatus:
    """Write a file of the user. Raises ProblemsFound for a link or a device, which would be replaced by the file."""
    if is_unsafe(file.path):
        raise ProblemsFound([problem("output-unsafe", Location(file.shown))])
    return write_files([file])[0]


def write_edited(file: NewFile, before: bytes | None) -> WriteStatus:
    """Write a new edition of a user's file that was read as `before`; None if there was no file.

    Raises ProblemsFound like `write_own`, and if the file has changed since. Use `locked` around reading and writing,
    so that other commands cannot change it just before it is replaced.
    """
    if is_unsafe(file.path):
        raise ProblemsFound([problem("output-unsafe", Location(file.shown))])
    return write_files([file], before=lambda: refuse_changed(file.path, file.shown, before))[0]


def refuse_changed(path: Path, shown: str, before: bytes | None) -> None:
    """Raise ProblemsFound if a file is not as it was `before`, when it was read; None if there was no file."""
    with disk_refusals(shown):
        now = read_regular(path) if os.path.lexists(path) else None
    if now != before:
        raise ProblemsFound([problem("file-changed", Location(shown))])


def is_unsafe(path: Path) -> bool:
    """Whether the path itself, which need not exist, is neither a file nor a folder."""
    with suppress(OSError):
        mode = path.lstat().st_mode
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    return False


def write_missing(files: Sequence[NewFile]) -> tuple[WriteStatus, ...]:
    """Write those of the files that do not exist, with their folders; returns the status of each."""
    missing = [file for file in files if not os.path.lexists(file.path)]
    for file in missing:
        make_folder(file.path.parent, Path(file.shown).parent.as_posix())
    write_files(missing)
    return tuple(WriteStatus.WRITTEN if file in missing else WriteStatus.UNCHANGED for file in files)


def regular_only(path: str, flags: int) -> int:
    """An opener for `open` that raises OSError for all but regular files, such as links and pipes."""
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags, 0o666)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a regular file", path)


def read_regular(path: Path) -> bytes:
    """The content of a regular file. Raises OSError for anything else."""
    with open(path, "rb", opener=regular_only) as file:
        return file.read()


def regular_digest(path: Path) -> str | None:
    """The SHA-256 of a file in hex; None if there is no file, empty if it cannot be read or is not a regular file."""
    from hashlib import file_digest  # noqa: PLC0415 - loads OpenSSL, which most commands without documents do not need

    try:
        with open(path, "rb", opener=regular_only) as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return "" if os.path.lexists(path) and not path.is_dir() else None


def make_folder(path: Path, shown: str) -> None:
    """Create the folder unless it exists. Raises ProblemsFound when that fails."""
    with disk_refusals(shown):
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise ProblemsFound([problem("folder-is-file", Location(shown))]) from None


def clear_parts(folder: Path, name: str = "") -> None:
    """Remove the temporary files in a folder, or only those of one name, that were left by processes that were killed.

    Only where no other process writes files of those names.
    """
    with suppress(OSError):
        for path in folder.iterdir():
            if PART.fullmatch(path.name) and path.name.startswith(f".{name}"):
                with suppress(OSError):
                    path.unlink()


def flush_folder(folder: Path) -> None:
    """Flush the names of the files in a folder to the disk, if the system supports it."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def disk_problem(error: OSError, shown: str | None = None, *, is_writing: bool = False) -> Problem:
    """The problem for an error of the operating system; `shown` is the file or folder in messages."""
    name, reason = shown or error.filename, error.strerror or type(error).__name__
    place, hint = Location(str(name) if name else None), HINTS.get(error.errno or 0)
    return problem("file-not-written" if is_writing else "disk-refused", place, reason=reason.lower(), hint=hint)


@contextmanager
def disk_refusals(shown: str, *, is_writing: bool = False) -> Iterator[None]:
    """Raise an OSError in the block as ProblemsFound with its `disk_problem`."""
    try:
        yield
    except OSError as error:
        raise ProblemsFound([disk_problem(error, shown, is_writing=is_writing)]) from error


def _write_to_disk(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # of a process that has ended, or a link of a project that was downloaded
    with path.open("xb", buffering=64 * 1024) as stream:  # with a size, the system is not asked if this is a terminal
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _has_content(file: NewFile) -> bool:
    with suppress(OSError):
        return file.path.stat().st_size == len(file.content) and read_regular(file.path) == file.content
    return False
