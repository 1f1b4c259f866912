"""Where fonts and templates are kept between runs, once they are prepared: the user's cache folder, not the project."""

import os
import stat
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import get_ident

from msgspec import Struct

_SIZE = sha256().digest_size


class UserCache(Struct, frozen=True):
    """A folder of files that may vanish at any time; no folder, or one that cannot be written, keeps nothing."""

    folder: Path | None

    def load(self, name: str) -> bytes | None:
        """What was stored under that name; None where nothing was, where it has been damaged since, or where somebody
        else has put it there, whom nobody needs to trust.
        """
        if self.folder is None:
            return None
        try:
            with open(self.folder / name, "rb", opener=_as_it_lies_there) as file:
                stored = file.read() if _is_own(file.fileno()) else b""
        except OSError:
            return None
        digest, content = stored[:_SIZE], stored[_SIZE:]
        return content if _digest(name, content) == digest else None

    def store(self, name: str, content: bytes) -> None:
        """Keeps the content under that name. A reader sees the old file or the new one, whoever else writes."""
        if self.folder is None:
            return
        new = self.folder / f"{name}.{os.getpid()}.{get_ident()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with open(new, "xb", opener=_for_its_owner) as file:
                file.write(_digest(name, content) + content)
            new.replace(self.folder / name)
        except OSError:  # nothing is lost but time: it is prepared again when it is next needed
            with suppress(OSError):
                new.unlink(missing_ok=True)

    def trim(self, ending: str, most: int) -> None:
        """Let go of the oldest files whose names end so, where there are more than so many."""
        if self.folder is None:
            return
        with suppress(OSError):
            found = sorted(self.folder.glob(f"*{ending}"), key=lambda path: path.stat().st_mtime_ns)
            for path in found[:-most]:
                path.unlink(missing_ok=True)


def _digest(name: str, content: bytes) -> bytes:
    """Of the name too, so that no file stands for another."""
    return sha256(name.encode() + b"\0" + content).digest()


def _as_it_lies_there(path: str, flags: int) -> int:
    """A file of the folder itself: a link could lead to something of its user's that was never meant to be run, and
    opening a pipe would wait.
    """
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _for_its_owner(path: str, flags: int) -> int:
    """A new file that nobody but its owner can change."""
    return os.open(path, flags, 0o644)


def _is_own(file: int) -> bool:
    """Whether nobody can have written an open file but whoever runs this, or the system's own administrator."""
    if sys.platform == "win32":
        return True
    found = os.fstat(file)
    return (
        stat.S_ISREG(found.st_mode)
        and found.st_uid in {0, os.geteuid()}
        and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def user_cache() -> UserCache:
    """The cache of the person who runs this: `UCAP_CACHE_DIR`, or a folder where their system keeps caches."""
    if chosen := os.environ.get("UCAP_CACHE_DIR"):
        return UserCache(Path(chosen))
    try:
        return UserCache(_system_cache_folder() / "ucap-reports")
    except RuntimeError:  # a user without a home
        return UserCache(None)


def _system_cache_folder() -> Path:
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen)
    match sys.platform:
        case "win32":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        case "darwin":
            return Path.home() / "Library" / "Caches"
        case _:
            return Path.home() / ".cache"
