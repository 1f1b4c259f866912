"""The user's cache: files that are kept between runs, in a private folder of the user and never in a project.

Only files are loaded that no other user and no download can have put there.
"""

import os
import stat
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import get_ident

from msgspec import Struct

from ucap_reports.storage.safe_folder import open_regular

LIMIT = 50
"""Files of each kind of artifact: each save of a template adds one."""
NOWHERE = Path(os.devnull) / "ucap"
"""A folder that cannot exist, so that nothing is kept."""
_SIZE = sha256().digest_size
_FOLDER = "ucap"


class UserCache(Struct, frozen=True):
    """A folder of files that may vanish at any time. In one that others can change, it keeps nothing."""

    folder: Path

    def is_private(self) -> bool:
        """Return whether the folder exists and no other user can list or change it."""
        return _is_private(self.folder)

    def load(self, name: str) -> bytes | None:
        """Return the content stored under that name; None if there is none, or it is damaged or not certainly the
        user's.
        """
        if not self.is_private():
            return None
        try:
            with open(self.folder / name, "rb", opener=open_regular) as file:
                stored = file.read() if _is_own_file(file.fileno()) else b""
        except OSError:
            return None
        digest = stored[:_SIZE]
        content = stored[_SIZE:]
        return content if _digest(name, content) == digest else None

    def store(self, name: str, content: bytes) -> None:
        """Store the content under that name, atomically. Does nothing when the disk refuses."""
        new = self.folder / f"{name}.{os.getpid()}.{get_ident()}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.is_private():
                return
            with open(new, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(_digest(name, content) + content)
            new.replace(self.folder / name)
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def open_lock_file(self, name: str) -> int | None:
        """Open a file to lock, which is created if it is missing; None if the cache cannot have one."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.is_private():
                return open_regular(str(self.folder / name), os.O_RDWR | os.O_CREAT)
        return None

    def trim(self, suffix: str, limit: int) -> None:
        """Remove the oldest files whose names end with `suffix`, down to `limit` of them."""
        with suppress(OSError):
            with os.scandir(self.folder) as entries:
                files = [entry for entry in entries if entry.name.endswith(suffix)]
            if len(files) > limit:
                oldest_first = sorted(files, key=lambda entry: entry.stat(follow_symlinks=False).st_mtime_ns)
                for entry in oldest_first[:-limit]:
                    Path(entry).unlink(missing_ok=True)


def user_cache() -> UserCache:
    """Return the cache of the current user: in `UCAP_CACHE_DIR`, or where the operating system keeps caches.

    A relative folder, which depends on the current one, and a folder inside a project are not used.
    """
    with suppress(RuntimeError):  # a user without a home
        home = Path.home()
        chosen = os.environ.get("UCAP_CACHE_DIR")
        folder = Path(chosen) if chosen else _system_cache_folder(home) / _FOLDER
        if folder.is_absolute() and not _is_in_project(folder, home):
            return UserCache(folder)
    return UserCache(NOWHERE)


def _system_cache_folder(home: Path) -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    usual = home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
    chosen = Path(os.environ.get("XDG_CACHE_HOME") or usual)
    return chosen if chosen.is_absolute() else usual  # XDG Base Directory Specification: ignore relative paths


def _is_in_project(folder: Path, home: Path) -> bool:
    """Return whether a folder or one above it is a project; the user's home does not count, whatever it contains."""
    real_home = home.resolve()
    real_folder = folder.resolve()
    for parent in (real_folder, *real_folder.parents):
        if parent == real_home:
            return False
        if os.path.isdir(parent / "plans"):  # noqa: PTH112 - also where the user may not look, unlike `Path.is_dir`
            return True
    return False


def _digest(name: str, content: bytes) -> bytes:
    """Return the SHA-256 of name and content, so that no file is taken for another one."""
    return sha256(name.encode() + b"\0" + content).digest()


def _is_private(folder: Path) -> bool:
    """Return whether this is a real folder of the current user that no other user can list or change."""
    if sys.platform == "win32":
        return True
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _is_own_file(file: int) -> bool:
    """Return whether an open file belongs to the current user, under one name only: a hard link may be
    to a download.
    """
    if sys.platform == "win32":
        return True
    status = os.fstat(file)
    return status.st_nlink == 1 and status.st_uid == os.geteuid() and not status.st_mode & 0o022
