"""Watches plans and packs for saved files."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, awatch

STEP = 20
"""Milliseconds without a change that end a save: editors write a file in several steps."""
LONGEST = 200
"""Milliseconds after which a save is reported although changes continue."""
RECHECK = 1000
"""Milliseconds between two checks for paths that were created or replaced."""
POLL = 100
"""Milliseconds between two checks of all files where the operating system does not report changes."""


async def saves(paths: Sequence[Path], *, polling: bool = False) -> AsyncIterator[None]:
    """Yields after each save of one of the files or in one of the folders, however deep. They need not exist.

    If the operating system has no watches left, the files are checked ten times a second.
    """
    while True:
        watched = _identities(paths)
        watch = awatch(
            *watched,
            watch_filter=_is_shown,
            step=STEP,
            debounce=LONGEST,
            rust_timeout=RECHECK,
            yield_on_timeout=True,
            force_polling=polling or None,
            poll_delay_ms=POLL,
            ignore_permission_denied=True,
        )
        try:
            async for changes in watch:
                replaced = _identities(paths) != watched
                if changes or replaced:
                    yield
                if replaced:
                    break
        except FileNotFoundError:  # removed after it was found
            yield
        except OSError:
            if polling:
                raise
            polling = True


def _is_shown(_: Change, path: str) -> bool:
    """Return whether a path is no file that the product writes for itself, such as those in `plans/.history`."""
    return not any(part.startswith(".") for part in Path(path).parts[-3:])


def _identities(paths: Sequence[Path]) -> Mapping[Path, tuple[int, int]]:
    """Those of the paths that exist, each with its device and inode, which change when it is replaced."""
    found = {}
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            found[path] = (status.st_dev, status.st_ino)
    return found
