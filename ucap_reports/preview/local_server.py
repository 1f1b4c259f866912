"""The preview as a server that only this machine can reach."""

import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn

from ucap_reports.preview.file_watching import saves
from ucap_reports.preview.plan_previews import PlanPreviews
from ucap_reports.preview.web_routes import PreviewSite
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.storage.project_folder import TRANSLATIONS, Project

HOST = "127.0.0.1"
PORT = 8732
"""The usual port, so that the address of the preview stays the same."""
PORTS = range(1 << 16)
"""All ports; 0 means any free one."""


def listen(port: int | None = None) -> socket.socket:
    """A socket on this machine: at `port`, or else at the usual port or any free one.

    Raises ProblemsFound if the port cannot be used.
    """
    if port is not None and port not in PORTS:
        raise ProblemsFound([problem("port-refused", port=port, reason="not a port number")])
    try:
        return socket.create_server((HOST, PORT if port is None else port))
    except OSError as error:
        if port is None:
            return socket.create_server((HOST, 0))
        reason = (error.strerror or "refused").lower()
        raise ProblemsFound([problem("port-refused", port=port, reason=reason)]) from error


def address(listening: socket.socket) -> str:
    """The address of the socket for a browser."""
    return f"http://{HOST}:{listening.getsockname()[1]}/"


def serve(
    project: Project,
    listening: socket.socket,
    named: Sequence[Path] = (),
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve the preview of a project until it is interrupted, which raises KeyboardInterrupt.

    `named` are plan files to preview, the first of them at first. `ready` is called when it can be visited.
    """
    previews = PlanPreviews(project, tuple(named))
    folders = (project.plans, project.root / TRANSLATIONS, *project.pack_folders)
    paths = (project.settings, *folders, *(path for path in named if not path.is_relative_to(project.plans)))
    site = PreviewSite(previews, saves(paths), ready)
    config = uvicorn.Config(
        site.app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    _Server(config, site).run([listening])


class _Server(uvicorn.Server):
    """Ends the streams of the site before it waits for its connections."""

    def __init__(self, config: uvicorn.Config, site: PreviewSite) -> None:
        super().__init__(config)
        self._site = site

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._site.end()
        await super().shutdown(sockets)
