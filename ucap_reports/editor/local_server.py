"""The editor as a server that only this machine can reach: one for each project, which watches its plans and packs.

It listens at the port that the project's last editor had, so that pages that are open go on working after the server
was started again (`tokens_port_and_origin.py`).
"""

import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn
from watchfiles import Change, awatch

from ucap_reports.editor.document_previews import PlanPreviews
from ucap_reports.editor.plan_editing import PlanEditing
from ucap_reports.editor.tokens_port_and_origin import HOST, Access, known_access, new_access
from ucap_reports.editor.web_routes import EditorSite
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.project_folder import TRANSLATIONS, Project
from ucap_reports.storage.safe_folder import FileKind, kind_of

PORT = 8732
"""The usual port, so that the address of the editor stays the same."""
_PORTS = range(1 << 16)
"""All ports; 0 means any free one."""


def listen(project: Project, port: int | None = None, *, read_only: bool = False) -> tuple[socket.socket, Access]:
    """Return a socket on this machine, and the access to it: at `port`, else at the last or the usual port, or any.

    Raises ProblemsFound if the port cannot be used.
    """
    known = known_access(project)
    usual_port = known.port if known else PORT
    listening = _socket(port, usual_port)
    access = new_access(project, listening.getsockname()[1], read_only=read_only)
    return listening, access


def serve(project: Project, listening: socket.socket, access: Access, ready: Callable[[], None]) -> None:
    """Serve the editor of a project until it is interrupted, which raises KeyboardInterrupt.

    `ready` is called when it can be visited.
    """
    editor_server(project, access, ready).run([listening])


def editor_server(project: Project, access: Access, ready: Callable[[], None]) -> uvicorn.Server:
    """Return the server of `serve`, which also ends when its attribute `should_exit` is set."""
    paths = (project.settings, project.plans, project.root / TRANSLATIONS, *project.pack_folders)
    editing = PlanEditing(project)
    previews = PlanPreviews(project)
    site = EditorSite(editing, previews, access, saves(paths, project), ready)
    config = uvicorn.Config(
        site.app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",  # any web page can send requests that are refused, and would write lines into the terminal
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,  # longer than a request waits for its answer when the editor ends
    )
    return _Server(config, site)


class _Server(uvicorn.Server):
    """Ends the streams of the site before it waits for its connections, and its work before it ends."""

    def __init__(self, config: uvicorn.Config, site: EditorSite) -> None:
        super().__init__(config)
        self._site = site

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._site.end()
        await super().shutdown(sockets)
        await self._site.finish()


def _socket(port: int | None, usual: int) -> socket.socket:
    if port is not None and port not in _PORTS:
        raise ProblemsFound([problem("port-unusable", port=port, reason="not a port number")])
    if port is None:
        try:
            return socket.create_server((HOST, usual))
        except OSError:  # another program has it
            return socket.create_server((HOST, 0))
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        reason = (error.strerror or "refused").lower()
        raise ProblemsFound([problem("port-unusable", port=port, reason=reason)]) from error


# Watching of files
STEP = 20
"""Milliseconds without a change that end a save: editors write a file in several steps."""
LONGEST = 200
"""Milliseconds after which a save is reported although changes continue."""
RECHECK = 1000
"""Milliseconds between two checks for paths that were created or replaced."""
POLL = 100
"""Milliseconds between two checks of all files where the operating system does not report changes."""


async def saves(paths: Sequence[Path], project: Project, *, polling: bool = False) -> AsyncIterator[None]:
    """Yield after each save of one of the files or in one of the folders, however deep. They need not exist.

    Links in the project are not followed. If the operating system has no watches left, the files are checked ten times
    a second.
    """
    may_have_missed_a_save = False
    """Whether a file may have been saved between the end of the last watch and the start of this one."""
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
                is_outdated = _identities(paths, project) != watched
                if changes or is_outdated or may_have_missed_a_save:
                    yield
                may_have_missed_a_save = False
                if is_outdated:  # the next watch has what was created or replaced
                    may_have_missed_a_save = True
                    break
        except FileNotFoundError:  # removed after it was found
            may_have_missed_a_save = True
            yield
        except OSError:  # the operating system has no watches left
            if polling:
                raise
            polling = True
            may_have_missed_a_save = True


def _is_shown(_: Change, path: str) -> bool:
    """Return whether a path is nothing that the product writes for itself, such as `plans/.history`.

    Hidden folders of a project are not watched. Those that the project is in do not count.
    """
    return not Path(path).name.startswith(".")


def _identities(paths: Sequence[Path], project: Project) -> Mapping[Path, tuple[int, int]]:
    """Return the device and the inode of each path that exists, and of all folders in it; they change when it is
    replaced. Links and hidden folders are left out.
    """
    identities: dict[Path, tuple[int, int]] = {}
    waiting = [(path, project.safe_output(path)) for path in reversed(paths)]
    while waiting:
        path, safe_folder = waiting.pop()
        with suppress(OSError):
            status = safe_folder.status(path)
            if status is None:
                continue
            kind = kind_of(status)
            if kind in (FileKind.FILE, FileKind.FOLDER):
                identities[path] = (status.st_dev, status.st_ino)
            if kind is FileKind.FOLDER:
                for entry in safe_folder.entries(path):
                    if entry.kind is FileKind.FOLDER and not entry.name.startswith("."):
                        waiting.append((path / entry.name, safe_folder))
    return identities
