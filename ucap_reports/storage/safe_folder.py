"""Files below a folder that a person named: the only module that opens, lists, creates, replaces or removes them.

A project, a pack or a folder of documents may come from a stranger, and a symbolic link in it may lead to any file of
the user. What that file contains would be published, printed in an error, or overwritten. Therefore no link below the
folder is followed, wherever it leads. The folder itself may be reached through links, since a person typed its path.

On POSIX, each folder on the way is opened by its name in the folder above it (`openat` with `O_NOFOLLOW`), so that
nothing can be swapped between a check and its use. Checks are about the opened file, not about its path: pipes and
devices are refused, without waiting for them.

Windows has no such calls. There, links and junctions are refused before a file is opened, and afterwards the path must
still lead to the opened file without any. A program that swaps a folder for a junction between the two checks can cause
an empty file to be created elsewhere, or a document to be put there, but nothing to be read.
"""

import errno
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.reading_limits import MAX_FILE_BYTES, MIB

HAS_DESCRIPTORS = hasattr(os, "O_NOFOLLOW") and os.open in os.supports_dir_fd
"""Whether the system opens files relative to an open folder, and refuses links."""
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Pipes and devices are opened at once, and then refused."""
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_PASS = _FOLDER | getattr(os, "O_PATH", 0)
"""Flags to open a folder whose names are not listed: on Linux, that does not need the right to list them."""
_LINK_ERRORS = {errno.ELOOP, errno.ENOTDIR, errno.EMLINK, getattr(errno, "EFTYPE", errno.ELOOP)}
"""The errors of `O_NOFOLLOW` on Linux, macOS and the BSDs."""
_JUNCTION = 0xA0000003
"""IO_REPARSE_TAG_MOUNT_POINT of Windows. Other reparse points than links, such as files of OneDrive, are files."""
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
"""Flags to create a file that must not exist."""
APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
"""Flags to append to a file, which is created if it does not exist."""


class LinkError(OSError):
    """A file or a folder is a symbolic link or, on Windows, a junction. `filename` is its path."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.ELOOP, "a symbolic link", path)


class OutsideError(OSError):
    """A path is not below the folder that files may be in."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EXDEV, "outside the project", path)


class IrregularFileError(OSError):
    """A path is a folder, a pipe, a device or a socket."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EINVAL, "not a regular file", path)


class LargeFileError(OSError):
    """A file is larger than any that is read."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EFBIG, f"larger than {MAX_FILE_BYTES // MIB} MiB", path)


class FileKind(Enum):
    """What a path is; links are not followed."""

    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    OTHER = auto()
    """A pipe, a device or a socket."""
    MISSING = auto()


class Entry(Struct, frozen=True, order=True):
    """A file or a folder in a folder."""

    name: str
    kind: FileKind


class SafeFolder(Struct, frozen=True):
    """A folder that a person named. Paths below it are used without following links; others raise OutsideError.

    With `typed`, a person also named the files that are directly in it: one that is read may be a link. A folder that
    is `kept` open is not opened again for each of its files (`keeping_open`).
    """

    base: Path
    typed: bool = False
    kept: "_KeptFolder | None" = None

    def contains(self, path: Path) -> bool:
        """Return whether the path, as it is written, is below the folder or the folder itself."""
        return self._names(path) is not None

    def open_file(self, path: Path, flags: int = os.O_RDONLY) -> int:
        """Open a regular file and return its descriptor. Raises OSError for anything else, such as a link or a pipe."""
        with self._parent(path) as (folder, name):
            is_directly_in_base = folder.path == str(self.base)
            is_typed = self.typed and is_directly_in_base
            return folder.open_file(name, flags, follow=is_typed and flags == os.O_RDONLY)

    def read_file(self, path: Path, limit: int | None = None) -> bytes:
        """Return the content of a regular file, or its first `limit` bytes. Raises OSError for anything else.

        Without a limit, a file of more than `MAX_FILE_BYTES` is an error: a project can have one that fills the memory.
        """
        with os.fdopen(self.open_file(path), "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if limit is None:
                if size > MAX_FILE_BYTES:
                    raise LargeFileError(str(path))
                return file.readall()
            # Not `file.read(limit)`: to get memory for that many bytes takes longer than to read most files.
            content = file.read(min(limit, size + 1))
            if len(content) > size:  # it has grown since, or the system does not know its size, as in /proc
                content += file.read(limit - len(content))
            return content

    def read_typed(self, path: Path) -> bytes:
        """Return the content of a file that a person typed: a pipe, too, if it is not in a project."""
        if self.typed:
            return path.read_bytes()
        return self.read_file(path)

    def kind(self, path: Path) -> FileKind:
        """Return what the path is. Raises LinkError if a folder on the way is a link."""
        status = self.status(path)
        return FileKind.MISSING if status is None else kind_of(status)

    def status(self, path: Path) -> os.stat_result | None:
        """Return the status of the path, which is not followed; None if it does not exist.

        Raises LinkError if a folder on the way is a link.
        """
        try:
            if path == self.base:
                return os.stat(path)
            with self._parent(path) as (folder, name):
                return folder.status(name)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def entries(self, path: Path) -> list[Entry]:
        """Return what is in a folder, sorted by name; nothing if the folder does not exist."""
        try:
            with self.open_folder(path, readable=True) as folder:
                return sorted(folder.entries())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def create_folder(self, path: Path) -> None:
        """Create a folder, and those above it, unless it exists."""
        names = self._required_names(path)
        self.base.mkdir(parents=True, exist_ok=True)
        folder = _open_base(self.base, readable=False)
        try:
            for name in names:
                try:
                    inner = folder.enter(name, readable=False)
                except FileNotFoundError:
                    folder.create_folder(name)
                    inner = folder.enter(name, readable=False)
                folder.close()
                folder = inner
        finally:
            folder.close()

    def remove_file(self, path: Path) -> None:
        """Remove a file, or a link itself, if it exists."""
        with suppress(FileNotFoundError), self._parent(path) as (folder, name):
            folder.remove_file(name)

    def remove_folder(self, path: Path) -> None:
        """Remove a folder with everything in it; links in it are removed themselves. Errors are ignored."""
        with suppress(OSError), self._parent(path) as (folder, name):
            folder.remove_folder(name)

    @contextmanager
    def keeping_open(self, path: Path) -> Iterator["SafeFolder"]:
        """Keep a folder below this one open for the block, and yield this folder with it.

        If something else gets the path of the folder meanwhile, files that were in the folder are still used there.
        """
        names = self._required_names(path)
        folder = self._open(names, readable=False)
        try:
            yield SafeFolder(self.base, self.typed, _KeptFolder(names, folder))
        finally:
            folder.close()

    @contextmanager
    def open_folder(self, path: Path, *, readable: bool = False) -> Iterator["OpenFolder"]:
        """Open a folder for the block. Its names can be listed only if it is opened `readable`."""
        names = self._required_names(path)
        if self.kept is not None and names == self.kept.names and not readable:
            yield self.kept.folder
            return
        folder = self._open(names, readable=readable)
        try:
            yield folder
        finally:
            folder.close()

    @contextmanager
    def _parent(self, path: Path) -> Iterator[tuple["OpenFolder", str]]:
        """Open the folder that the path is in, and yield it with the name of the path in it."""
        names = self._required_names(path) or [os.curdir]  # the folder itself has the name "." in it
        *names_above, name = names
        if self.kept is not None and names_above == self.kept.names:
            yield self.kept.folder, name
            return
        folder = self._open(names_above, readable=False)
        try:
            yield folder, name
        finally:
            folder.close()

    def _open(self, names: list[str], *, readable: bool) -> "OpenFolder":
        folder = _open_base(self.base, readable=readable and not names)
        for depth, name in enumerate(names, start=1):
            try:
                inner = folder.enter(name, readable=readable and depth == len(names))
            finally:
                folder.close()
            folder = inner
        return folder

    def _required_names(self, path: Path) -> list[str]:
        names = self._names(path)
        if names is None:
            raise OutsideError(str(path))
        return names

    def _names(self, path: Path) -> list[str] | None:
        """Return the names on the way from the folder to the path; none if it is the folder itself.

        None if the path is neither that nor below it.
        """
        text = str(path)
        base_and_separator = f"{self.base}{os.sep}"
        if text.startswith(base_and_separator) and ".." not in text:  # as most paths, without asking for absolute ones
            return text[len(base_and_separator) :].split(os.sep)
        # Relative paths, `..`, the root of the disk, and names that differ in case on Windows.
        absolute = os.path.abspath(text)
        base = os.path.abspath(self.base)
        base_and_separator = os.path.join(base, "")  # the root of the disk ends with its separator already
        if os.path.normcase(absolute).startswith(os.path.normcase(base_and_separator)):
            return absolute[len(base_and_separator) :].split(os.sep)
        is_base = os.path.normcase(absolute) == os.path.normcase(base)
        return [] if is_base else None


class _KeptFolder(Struct, frozen=True, eq=False):
    """A folder that stays open, and the names on the way to it."""

    names: list[str]
    folder: "OpenFolder"


class OpenFolder(ABC):
    """An open folder, whose files and folders are used by their names in it. Links are not followed."""

    def __init__(self, path: str) -> None:
        self.path = path
        """The path for messages."""

    @abstractmethod
    def close(self) -> None:
        """Close the folder."""

    @abstractmethod
    def enter(self, name: str, *, readable: bool) -> "OpenFolder":
        """Open a folder. Raises LinkError for a link, NotADirectoryError for anything else."""

    @abstractmethod
    def open_file(self, name: str, flags: int, *, follow: bool = False) -> int:
        """Open a regular file and return its descriptor. Raises LinkError for a link, OSError for anything else."""

    @abstractmethod
    def status(self, name: str) -> os.stat_result | None:
        """Return the status of a file, folder or link; None if there is none of that name."""

    @abstractmethod
    def entries(self) -> list[Entry]:
        """Return what is in the folder, in any order."""

    @abstractmethod
    def create_folder(self, name: str) -> bool:
        """Create a folder, unless something has that name; return whether it was created."""

    @abstractmethod
    def replace(self, old: str, new: str) -> None:
        """Rename a file, which replaces the file or link that has its new name."""

    @abstractmethod
    def remove_file(self, name: str) -> None:
        """Remove a file, or a link itself."""

    @abstractmethod
    def remove_folder(self, name: str) -> None:
        """Remove a folder with everything in it; links in it are removed themselves. Errors are ignored."""

    @abstractmethod
    def flush(self) -> None:
        """Flush the names in the folder, which is opened readable, to the disk."""

    @contextmanager
    def open_folder(self, name: str) -> Iterator["OpenFolder"]:
        """Open a folder for the block."""
        folder = self.enter(name, readable=True)
        try:
            yield folder
        finally:
            folder.close()

    def read_file(self, name: str, limit: int) -> bytes:
        """Return the first `limit` bytes of a regular file. Raises OSError for anything else."""
        with os.fdopen(self.open_file(name, os.O_RDONLY), "rb", buffering=0) as file:
            return file.read(limit)

    def kind(self, name: str) -> FileKind:
        """Return what has that name."""
        status = self.status(name)
        return FileKind.MISSING if status is None else kind_of(status)

    def _path(self, name: str) -> str:
        return f"{self.path}{os.sep}{name}"


def open_regular(path: str, flags: int) -> int:
    """Open a regular file, which is not a link, by a path whose folders are trusted: an opener for `open`."""
    descriptor = os.open(path, flags | _NO_FOLLOW | _NO_WAIT, 0o666)
    return _required_regular(descriptor, path)


def outside_problem(error: LinkError | OutsideError, shown: str | None = None) -> Problem:
    """Return the problem of a path that is a link, or leads out of its project; `shown` is its name in problems."""
    path = Path(error.filename)
    form = "link" if isinstance(error, LinkError) else "outside"
    return problem("file-outside", Location(shown or path.as_posix()), form=form, name=path.name)


def is_folder(path: Path) -> bool:
    """Return whether a path that a person typed, or a folder above the current one, is a folder or a link to one."""
    with suppress(OSError, ValueError):
        return path.is_dir()
    return False


def is_file(path: Path) -> bool:
    """Return whether a path that a person typed is a regular file or a link to one."""
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def kind_of(status: os.stat_result) -> FileKind:
    """Return what has a status that was read without following links."""
    if _is_link(status):
        return FileKind.LINK
    if stat.S_ISREG(status.st_mode):
        return FileKind.FILE
    return FileKind.FOLDER if stat.S_ISDIR(status.st_mode) else FileKind.OTHER


# The two kinds of open folders


class _DescriptorFolder(OpenFolder):
    """An open folder that is used by its descriptor."""

    def __init__(self, descriptor: int, path: str) -> None:
        super().__init__(path)
        self._descriptor = descriptor

    def close(self) -> None:
        os.close(self._descriptor)

    def enter(self, name: str, *, readable: bool) -> OpenFolder:
        mode = _FOLDER if readable else _PASS
        try:
            descriptor = os.open(name, mode | _NO_FOLLOW, dir_fd=self._descriptor)
            return _DescriptorFolder(descriptor, self._path(name))
        except OSError as error:
            raise self._explained(error, name) from None

    def open_file(self, name: str, flags: int, *, follow: bool = False) -> int:
        flags |= _NO_WAIT
        if not follow:
            flags |= _NO_FOLLOW
        try:
            descriptor = os.open(name, flags, 0o666, dir_fd=self._descriptor)
        except OSError as error:
            raise self._explained(error, name) from None
        return _required_regular(descriptor, self._path(name))

    def status(self, name: str) -> os.stat_result | None:
        try:
            return os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._explained(error, name) from None

    def entries(self) -> list[Entry]:
        with os.scandir(self._descriptor) as listed:
            return [Entry(entry.name, _entry_kind(entry)) for entry in listed]

    def create_folder(self, name: str) -> bool:
        try:
            os.mkdir(name, dir_fd=self._descriptor)
        except FileExistsError:
            return False
        return True

    def replace(self, old: str, new: str) -> None:
        os.replace(old, new, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def remove_file(self, name: str) -> None:
        os.unlink(name, dir_fd=self._descriptor)

    def remove_folder(self, name: str) -> None:
        from shutil import rmtree  # noqa: PLC0415 - imports all kinds of archives, and few commands remove a folder

        rmtree(name, ignore_errors=True, dir_fd=self._descriptor)

    def flush(self) -> None:
        os.fsync(self._descriptor)

    def _explained(self, error: OSError, name: str) -> OSError:
        """Return the error with the path instead of the name, or a LinkError if a link is its cause."""
        path = self._path(name)
        if error.errno in _LINK_ERRORS:
            with suppress(OSError):
                if stat.S_ISLNK(os.stat(name, dir_fd=self._descriptor, follow_symlinks=False).st_mode):
                    return LinkError(path)
        if error.errno == errno.ENXIO:  # a pipe that nothing reads, or a socket
            return IrregularFileError(path)
        return OSError(error.errno, error.strerror, path)


class _PathFolder(OpenFolder):
    """A folder that is used by its path, which is checked before and after a file is opened.

    `passed` are the paths of the folders on the way to it and of itself, none of which may be a link.
    """

    def __init__(self, path: str, passed: tuple[str, ...] = ()) -> None:
        super().__init__(path)
        self._passed = passed

    def close(self) -> None:
        pass

    def enter(self, name: str, *, readable: bool) -> OpenFolder:  # noqa: ARG002 - all folders can be listed
        path = self._path(name)
        status = os.lstat(path)
        if _is_link(status):
            raise LinkError(path)
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        return _PathFolder(path, (*self._passed, path))

    def open_file(self, name: str, flags: int, *, follow: bool = False) -> int:
        path = self._path(name)
        kind = self.kind(name)
        if kind is FileKind.LINK and not follow:
            raise LinkError(path)
        if kind in (FileKind.FOLDER, FileKind.OTHER):
            raise IrregularFileError(path)
        descriptor = _required_regular(os.open(path, flags | _BINARY | _NO_WAIT, 0o666), path)
        try:
            self._check_passed()
            if not follow and not os.path.samestat(os.fstat(descriptor), os.lstat(path)):
                raise LinkError(path)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def status(self, name: str) -> os.stat_result | None:
        try:
            return os.lstat(self._path(name))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def entries(self) -> list[Entry]:
        with os.scandir(self.path) as listed:
            entries = [Entry(entry.name, _entry_kind(entry)) for entry in listed]
        self._check_passed()
        return entries

    def create_folder(self, name: str) -> bool:
        self._check_passed()
        try:
            os.mkdir(self._path(name))
        except FileExistsError:
            return False
        return True

    def replace(self, old: str, new: str) -> None:
        self._check_passed()
        os.replace(self._path(old), self._path(new))

    def remove_file(self, name: str) -> None:
        self._check_passed()
        os.unlink(self._path(name))

    def remove_folder(self, name: str) -> None:
        self._check_passed()
        from shutil import rmtree  # noqa: PLC0415 - as above

        rmtree(self._path(name), ignore_errors=True)

    def flush(self) -> None:
        pass

    def _check_passed(self) -> None:
        """Raise LinkError if one of the folders on the way has become a link."""
        for path in self._passed:
            if _is_link(os.lstat(path)):
                raise LinkError(path)


def _open_base(path: Path, *, readable: bool) -> OpenFolder:
    """Open a folder that a person named, which may be a link."""
    if HAS_DESCRIPTORS:
        return _DescriptorFolder(os.open(path, _FOLDER if readable else _PASS), str(path))
    return _PathFolder(str(path))


def _required_regular(descriptor: int, path: str) -> int:
    """Return the descriptor of a regular file. Closes any other, and raises OSError."""
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise IrregularFileError(path)


def _is_link(status: os.stat_result) -> bool:
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def _entry_kind(entry: "os.DirEntry[str]") -> FileKind:
    """Return the kind of a folder's entry, which the system has read together with its name."""
    if entry.is_symlink() or (os.name == "nt" and _is_link(entry.stat(follow_symlinks=False))):
        return FileKind.LINK
    if entry.is_file(follow_symlinks=False):
        return FileKind.FILE
    return FileKind.FOLDER if entry.is_dir(follow_symlinks=False) else FileKind.OTHER
