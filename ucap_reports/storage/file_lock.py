"""Locks between processes: the operating system unlocks them when a process ends, however that happens."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from ucap_reports.storage.safe_folder import open_regular
from ucap_reports.storage.user_cache import UserCache, user_cache

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
    import fcntl

    HELD = BlockingIOError

    def take(file: int) -> None:
        """Lock an open file until it is closed. Raises `HELD` if it is locked."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _wait_for(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until no other command of the same user changes the file, and keep others waiting during the block.

    The lock files are in the user's cache, so that projects contain none. Without a cache there is no lock; therefore
    callers also compare the file with what they have read before they replace it (`refuse_changed`). A block must not
    contain another one, which might wait for the same lock file.
    """
    file = _lock_file(user_cache(), path)
    try:
        if file is not None:
            with suppress(OSError):  # a disk without locks
                _wait_for(file)
        yield
    finally:
        if file is not None:
            os.close(file)


def _lock_file(cache: UserCache, path: Path) -> int | None:
    """Open the lock file of a path; None if the cache cannot have one."""
    slot = int.from_bytes(sha256(os.fsencode(path)).digest()[:4]) % _SLOTS
    with suppress(OSError):
        cache.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if cache.is_private():
            return open_regular(str(cache.folder / f"{slot}.lock"), os.O_RDWR | os.O_CREAT)
    return None
