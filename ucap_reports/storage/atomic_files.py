"""Files written whole or not at all: whoever opens one sees the old content or the new, never a part."""

import errno
import os
import re
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound


class WriteStatus(StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    """It had this very content already and was not touched."""
    FAILED = "failed"
    EDITED = "edited"
    """It was edited since it was written and was not touched."""


class NewFile(Struct, frozen=True):
    """A file to write: `shown` is how problems name it, `anyway` whether it is written even if it has that content."""

    path: Path
    content: bytes
    shown: str
    anyway: bool = False


def write_files(files: Sequence[NewFile], before: Callable[[], None] | None = None) -> tuple[WriteStatus, ...]:
    """Write files that belong together; returns the status of each.

    Every content is complete on disk under a temporary name before the first file gets its name, so that a full disk
    leaves all as they were; `before` is called between the two. Raises ProblemsFound when one cannot be written; each
    file is complete then, old or new.
    """
    statuses = tuple(
        WriteStatus.UNCHANGED if not file.anyway and _holds(file) else WriteStatus.WRITTEN for file in files
    )
    changed = [file for file, status in zip(files, statuses, strict=True) if status is WriteStatus.WRITTEN]
    parts: list[Path] = []
    try:
        for file in changed:
            parts.append(_part_of(file.path))
            _write_part(parts[-1], file)
        if before is not None:
            before()
        for file, part in zip(changed, parts, strict=True):
            _take_place(part, file)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return statuses


def write_missing(files: Sequence[NewFile]) -> tuple[WriteStatus, ...]:
    """Write those of the files that are not there yet, with their folders; the others stay as they are, unchanged."""
    missing = [file for file in files if not os.path.lexists(file.path)]
    for file in missing:
        make_folder(file.path.parent, Path(file.shown).parent.as_posix())
    write_files(missing)
    return tuple(WriteStatus.WRITTEN if file in missing else WriteStatus.UNCHANGED for file in files)


def regular_only(path: str, flags: int) -> int:
    """An opener for `open` that raises OSError for all but regular files: links lead elsewhere, pipes make it wait."""
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
    """The SHA-256 of a file in hex; None where there is no file, empty where it cannot be read or is not regular."""
    try:
        with open(path, "rb", opener=regular_only) as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return "" if os.path.lexists(path) and not path.is_dir() else None


def make_folder(path: Path, shown: str) -> None:
    """See to it that the folder is there; ProblemsFound when it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProblemsFound([_folder_problem(error, shown)]) from error


def clear_parts(folder: Path) -> None:
    """Remove the temporary files of writers that were ended before their file was whole.

    To be called only while nobody else writes to the folder. What cannot be removed stays: it is in nobody's way.
    """
    with suppress(OSError):
        for path in folder.iterdir():
            if PART.fullmatch(path.name):
                with suppress(OSError):
                    path.unlink()


def clear_dead_parts(path: Path) -> None:
    """Remove the temporary files of this one file whose writers have ended, in a folder that others may write to.

    Where the system cannot tell who has ended, they stay.
    """
    with suppress(OSError):
        for part in path.parent.iterdir():
            if PART.fullmatch(part.name) and part.name.startswith(f".{path.name}.") and not _lives(part):
                with suppress(OSError):
                    part.unlink()


def flush_folder(folder: Path) -> None:
    """See to it that the names of files written so far outlast a loss of power, where the system can do that."""
    if os.name == "posix":
        with suppress(OSError):
            opened = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


def disk_problem(error: OSError, shown: str | None = None) -> Problem:
    """The problem that a refusal of the operating system is, for those who have no better words for it."""
    name = shown or error.filename
    where = Location(str(name)) if name else Location()
    return Problem.error("disk-refused", f"the disk refuses: {_reason(error)}", HINTS.get(error.errno or 0), where)


def _holds(file: NewFile) -> bool:
    """Whether the file has its new content already."""
    try:
        return file.path.stat().st_size == len(file.content) and read_regular(file.path) == file.content
    except OSError:
        return False


PART = re.compile(r"\..+\.(\d+)\.part", re.DOTALL)
"""The names of temporary files, with the number of the process that writes."""


def _part_of(path: Path) -> Path:
    """The temporary file beside `path`, hidden, and named for this process."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _lives(part: Path) -> bool:
    """Whether the process that writes a temporary file may still be at it."""
    found = PART.fullmatch(part.name)
    if os.name != "posix" or found is None:
        return True
    try:
        os.kill(int(found[1]), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it lives, and is somebody else's
        return True
    return True


def _write_part(part: Path, file: NewFile) -> None:
    try:
        with part.open("wb") as stream:
            stream.write(file.content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise ProblemsFound([_file_problem(error, file.shown)]) from error


def _take_place(part: Path, file: NewFile) -> None:
    try:
        part.replace(file.path)
    except OSError as error:
        raise ProblemsFound([_file_problem(error, file.shown)]) from error


NO_RIGHT = "close it where it is open in another program, or see to it that you have the right"
HINTS = {
    errno.ENOSPC: "the disk is full: make room, then build again",
    errno.EDQUOT: "your share of the disk is full: make room, then build again",
    errno.EROFS: "the disk is read-only: name another folder",
    errno.EACCES: NO_RIGHT,
    errno.EPERM: NO_RIGHT,
    errno.EISDIR: "a folder has this name: rename it",
    errno.ENOLCK: "this disk has no locks, by which builds keep out of each other's way: name another folder",
    errno.ENAMETOOLONG: "the name is too long for this disk",
}


def _file_problem(error: OSError, shown: str) -> Problem:
    hint = HINTS.get(error.errno or 0)
    return Problem.error("file-not-written", f"cannot be written: {_reason(error)}", hint, Location(shown))


def _folder_problem(error: OSError, shown: str) -> Problem:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return Problem.error("folder-is-file", "a file has the name of this folder", "rename it", Location(shown))
    hint = HINTS.get(error.errno or 0)
    return Problem.error("folder-not-made", f"the folder cannot be made: {_reason(error)}", hint, Location(shown))


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
