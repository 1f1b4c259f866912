"""The preview as a server that only this machine can reach."""

import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn

from ucap_reports.batch.build_options import BuildOptions
from ucap_reports.preview.file_watching import saves
from ucap_reports.preview.plan_previews import PlanPreviews
from ucap_reports.preview.web_routes import PreviewSite
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.project_folder import Project

HOST = "127.0.0.1"
PORT = 8732
"""Where the preview is unless another port is named, so that its address can be kept."""
PORTS = range(1 << 16)
"""All that there are; 0 stands for any that is free."""


def listen(port: int | None = None) -> socket.socket:
    """A socket on this machine's own address: at `port`, or at the usual one or, where that is taken, at any.

    Raises ProblemsFound where the named port cannot be had.
    """
    if port is not None and port not in PORTS:
        raise ProblemsFound([_refused(port, "there is no such port")])
    try:
        return socket.create_server((HOST, PORT if port is None else port))
    except OSError as error:
        if port is None:
            return socket.create_server((HOST, 0))
        raise ProblemsFound([_refused(port, (error.strerror or "the system refuses").lower())]) from error


def _refused(port: int, reason: str) -> Problem:
    hint = "name another one, or none: then a free one is found"
    return Problem.error("port-refused", f"port {port} cannot be had: {reason}", hint)


def address(listening: socket.socket) -> str:
    """The address that leads to the socket in a browser."""
    return f"http://{HOST}:{listening.getsockname()[1]}/"


def serve(
    project: Project,
    listening: socket.socket,
    named: Sequence[Path] = (),
    *,
    options: BuildOptions | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve the preview of a project until it is interrupted, which raises KeyboardInterrupt.

    `named` are the files of plans to look at, the first of them at first; `ready` is called once the page can be asked
    for.
    """
    studio = PlanPreviews(project, tuple(named), options)
    paths = (project.plans, *project.pack_folders, *(path for path in named if not path.is_relative_to(project.plans)))
    site = PreviewSite(studio, saves(paths))
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
    _Server(config, site, ready).run([listening])


class _Server(uvicorn.Server):
    """Says when it is ready, and ends the streams of the site before it waits for its connections."""

    def __init__(self, config: uvicorn.Config, site: PreviewSite, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._site = site
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._site.end()
        await super().shutdown(sockets)
