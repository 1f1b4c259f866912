"""Watches plans and packs for saved files."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, awatch

from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.safe_folder import FileKind, kind_of

STEP = 20
"""Milliseconds without a change that end a save: editors write a file in several steps."""
LONGEST = 200
"""Milliseconds after which a save is reported although changes continue."""
RECHECK = 1000
"""Milliseconds between two checks for paths that were created or replaced."""
POLL = 100
"""Milliseconds between two checks of all files where the operating system does not report changes."""


async def saves(paths: Sequence[Path], project: Project, *, polling: bool = False) -> AsyncIterator[None]:
    """Yields after each save of one of the files or in one of the folders, however deep. They need not exist.

    Links in the project are not followed. If the operating system has no watches left, the files are checked ten times
    a second.
    """
    while True:
        watched = _identities(paths, project)
        watch = awatch(
            *watched,
            watch_filter=_is_shown,
            step=STEP,
            debounce=LONGEST,
            rust_timeout=RECHECK,
            yield_on_timeout=True,
            force_polling=polling or None,
            poll_delay_ms=POLL,
            recursive=False,  # it would follow links: each folder is watched by itself
            ignore_permission_denied=True,
        )
        try:
            async for changes in watch:
                replaced = _identities(paths, project) != watched
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


def _identities(paths: Sequence[Path], project: Project) -> Mapping[Path, tuple[int, int]]:
    """Return those of the paths that exist, and all folders in them, without links.

    Each has its device and inode, which change when it is replaced.
    """
    folders: dict[Path, tuple[int, int]] = {}
    waiting = [(path, project.safe_output(path)) for path in reversed(paths)]
    while waiting:
        path, safe_folder = waiting.pop()
        with suppress(OSError):
            status = safe_folder.status(path)
            kind = FileKind.MISSING if status is None else kind_of(status)
            if status is not None and kind in (FileKind.FILE, FileKind.FOLDER):
                folders[path] = (status.st_dev, status.st_ino)
            if kind is FileKind.FOLDER:
                entries = safe_folder.entries(path)
                names = [entry.name for entry in entries if entry.kind is FileKind.FOLDER]
                waiting += [(path / name, safe_folder) for name in names if not name.startswith(".")]
    return folders
