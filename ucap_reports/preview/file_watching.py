"""Saves of plans and packs, heard as soon as they are done."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from watchfiles import awatch

STEP = 20
"""Milliseconds of quiet that end a save: editors write a file in several steps."""
LONGEST = 200
"""Milliseconds after which a save is told although others go on."""
LOOK_ROUND = 1000
"""Milliseconds between two looks for folders that were not there before, or are others by the same name."""
POLL = 100
"""Milliseconds between two looks where the operating system tells of no saves."""


async def saves(paths: Sequence[Path], *, polling: bool = False) -> AsyncIterator[None]:
    """Yields after each save in the folders, however deep, or of the files; they may come and go.

    Where the operating system has no watch left to give, the files are looked at ten times a second.
    """
    while True:
        watched = _there(paths)
        watch = awatch(
            *watched,
            step=STEP,
            debounce=LONGEST,
            rust_timeout=LOOK_ROUND,
            yield_on_timeout=True,
            force_polling=polling or None,
            poll_delay_ms=POLL,
            ignore_permission_denied=True,
        )
        try:
            async for changes in watch:
                replaced = _there(paths) != watched
                if changes or replaced:
                    yield
                if replaced:
                    break
        except FileNotFoundError:  # gone since it was looked for
            yield
        except OSError:
            if polling:
                raise
            polling = True


def _there(paths: Sequence[Path]) -> Mapping[Path, tuple[int, int]]:
    """Those of the paths that exist, each with what tells it from another of its name."""
    found = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_dev, status.st_ino)
    return found
