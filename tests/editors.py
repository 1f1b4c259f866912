"""The editor in a thread or as a process of its own, and requests to it."""

import http.client
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from coverage import Coverage
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from tests.command import write_plan
from tests.projects import START_SECONDS, UCAP
from tests.stages import ROOT
from ucap_reports.batch.pack_store import templates_digest
from ucap_reports.check.pack_check import PackCheck, check_named
from ucap_reports.cli.command_output_and_exit_codes import Exit
from ucap_reports.editor.local_server import editor_server, listen
from ucap_reports.editor.tokens_port_and_origin import Access
from ucap_reports.problems import ProblemsFound
from ucap_reports.source.model_validation import Located
from ucap_reports.storage.project_folder import Project, find_project, project_at
from ucap_reports.template.pack_opening import PackFolder

PLAN = "tianjin-rome"
PACK = "office"
PLAN_TEXT = """\
# The office's notes.
template: office
updated: 2020-01-31

cities:
  - name: Tianjin # the municipality
    country: China
  - name: Rome
    country: Italy
themes: [Aerospace]
focus: Clean air.
"""
STOP_SECONDS = 60
CHECKED: dict[tuple[str, str, bytes | None], PackCheck] = {}
"""The check of each pack, by its name, the digest of all packs of its project, and the settings that declare fields."""
PACK_TEXT = 'extends: iuc-asia\ntheme:\n  colours: {blue: "#003399"}\n'


@dataclass(frozen=True)
class Answer:
    """An answer of the server."""

    status: int
    headers: Message
    content: bytes

    @property
    def data(self) -> Any:
        """The content as JSON."""
        return json.loads(self.content)


@dataclass(frozen=True)
class Editor:
    """A running editor. `address` ends with its token."""

    project: Path
    address: str
    stop: Callable[[], int]
    """Ends the editor as Ctrl-C does, and returns the exit code of its process."""

    @property
    def token(self) -> str:
        return urlsplit(self.address).fragment

    @property
    def origin(self) -> str:
        return f"http://{urlsplit(self.address).netloc}"

    def write(self, name: str, text: str) -> None:
        """Save a file of the project."""
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, plan: str = PLAN) -> str:
        """The text of a plan file."""
        return (self.project / "plans" / f"{plan}.yaml").read_text(encoding="utf-8")

    def ask(self, target: str, method: str = "GET", body: Any = None, **headers: str | None) -> Answer:
        """The answer to a request of the editor's own page; `headers` replace those of the page, or leave them out."""
        with self.asked(target, method, body, **headers) as response:
            return Answer(response.status, response.headers, response.read())

    def status(self, target: str, method: str = "GET", body: Any = None, **headers: str | None) -> int:
        """The status of the answer, which may be an endless stream."""
        with self.asked(target, method, body, **headers) as response:
            return response.status

    @contextmanager
    def asked(
        self, target: str, method: str = "GET", body: Any = None, **headers: str | None
    ) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request; underscores in the names of headers mean hyphens."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        sent: dict[str, str | None] = {"X-Ucap-Token": self.token, "Sec-Fetch-Site": "same-origin"}
        content = b""
        if method != "GET":
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent |= {"Origin": self.origin, "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, target, skip_host="Host" in sent)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        if method != "GET":
            connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content)
        with closing(connection), closing(connection.getresponse()) as response:
            yield response

    def plan(self, plan: str = PLAN) -> Any:
        """A plan as the server shows it."""
        return self.ask(f"/api/plans/{plan}").data

    def change(self, *changes: dict[str, Any], plan: str = PLAN, digest: str | None = None, visit: str = "") -> Answer:
        """The answer to changes of a plan as it is now, or as it was with that digest."""
        shown = self.plan(plan)["digest"] if digest is None else digest
        return self.ask(f"/api/plans/{plan}", "PATCH", {"digest": shown, "changes": list(changes), "visit": visit})

    def state(self, plan: str = PLAN, **parameters: str) -> Any:
        """The first message about a plan's pages."""
        query = "&".join(f"{name}={value}" for name, value in {"plan": plan, **parameters}.items())
        with self.asked(f"/api/states?{query}") as response:
            data = next(line for line in iter(response.readline, b"") if line.startswith(b"data: "))
        return json.loads(data.removeprefix(b"data: "))


def setting(path: str, was: Any, value: Any) -> dict[str, Any]:
    """A change that sets a value."""
    return {"op": "set", "path": path, "was": was, "value": value}


def write_project(folder: Path) -> Path:
    """A project with a plan and a pack, which the plan names."""
    folder.mkdir(exist_ok=True)
    write_plan(folder, f"{PLAN}.yaml", PLAN_TEXT)
    pack = folder / "templates" / PACK / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text(PACK_TEXT, encoding="utf-8")
    return folder


@contextmanager
def edited(project: Path, port: int = 0, *, read_only: bool = False) -> Iterator[Editor]:
    """The editor of the folder in a thread, from when its page is available until it is stopped.

    Only one at a time, because PDFium is not safe in threads.
    """
    others = set(threading.enumerate())
    opened = find_project(project, project)
    listening, access = KEPT_PORT.listen(opened, port, read_only=read_only)
    is_ready = threading.Event()
    server = editor_server(opened, access, is_ready.set)
    thread = threading.Thread(target=server.run, args=([listening],))

    def stop() -> int:
        server.should_exit = True
        for started in {*threading.enumerate()} - others:
            # Threads that Python did not start, such as those that watch files, are listed once they have called it;
            # they have no end that could be waited for.
            is_foreign = started.name.startswith("Dummy-")
            if started.ident is not None and not is_foreign:
                started.join(STOP_SECONDS)
                assert not started.is_alive(), f"{started.name} does {_current_work(started)}"
        listening.close()
        return Exit.INTERRUPTED

    with _nothing_logged(), packs_checked_once():
        thread.start()
        try:
            assert is_ready.wait(START_SECONDS)
            yield Editor(project, access.address(), stop)
        finally:
            stop()


class KeptPort:
    """The port of all editors of tests in a browser, one after the other, or None while no browser is open."""

    def __init__(self) -> None:
        self.is_kept = False
        self._port = 0

    def listen(self, project: Project, port: int, *, read_only: bool) -> tuple[socket.socket, Access]:
        """Return what `local_server.listen` returns; 0 means the port of the last editor, or any if it is not free."""
        if not self.is_kept or port:
            return listen(project, port, read_only=read_only)
        try:
            listening, access = listen(project, self._port, read_only=read_only)
        except ProblemsFound:
            listening, access = listen(project, 0, read_only=read_only)
        self._port = listening.getsockname()[1]
        return listening, access


KEPT_PORT = KeptPort()


@contextmanager
def page_files_kept() -> Iterator[None]:
    """Let a browser keep the scripts and styles of the editor's page from one editor to the next.

    They are always the same in a process. To load twenty files again takes a third of the processor time of a page.
    """

    def cached(self: StaticFiles, full_path: str, *arguments: Any) -> Response:
        response = file_response(self, full_path, *arguments)
        if Path(full_path).suffix in {".css", ".js"}:
            response.headers["Cache-Control"] = "private, max-age=86400"
        return response

    file_response = StaticFiles.file_response
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(StaticFiles, "file_response", cached)
        patches.setattr(KEPT_PORT, "is_kept", True)
        yield


@contextmanager
def packs_checked_once() -> Iterator[None]:
    """Let the editor check each pack once for all tests of the process.

    Most projects of tests have the same pack, whose check takes longer than everything else until its first page.
    """
    with pytest.MonkeyPatch.context() as patches:
        for module in ("document_previews", "office_settings_editing"):
            patches.setattr(f"ucap_reports.editor.{module}.check_named", _checked_once)
        yield


def _checked_once(name: str, folders: Sequence[PackFolder], declared: Located | None = None) -> PackCheck:
    """The problems of a pack, whose check is the same for the same files."""
    project = project_at(folders[0].path.parent)
    key = name, templates_digest(project), None if declared is None else project.settings.read_bytes()
    if key not in CHECKED:
        CHECKED[key] = check_named(name, folders, declared)
    return CHECKED[key]


def _current_work(thread: threading.Thread) -> str:
    """What a thread does now: the lines of its stack."""
    frame = sys._current_frames().get(thread.ident or 0)
    return "".join(traceback.format_stack(frame)) if frame is not None else "nothing"


@contextmanager
def _nothing_logged() -> Iterator[None]:
    """Fail if the server logs a warning or an error, which a process would print."""
    logged: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            text = self.format(record)
            if "playwright" not in text:  # asyncio reports its unfinished tasks for pages that are closed
                logged.append(text)

    handler = Handler(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
    assert logged == []


@contextmanager
def edited_by_process(
    project: Path, *words: str, port: int = 0, end: signal.Signals = signal.SIGINT
) -> Iterator[Editor]:
    """`ucap edit` in the folder, from when its page is available until the signal ends it, which is that of Ctrl-C."""
    process = subprocess.Popen(
        [*_measured_ucap(), "edit", *words, "--no-open", f"--port={port}"],
        cwd=project,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None

    def stop() -> int:
        process.send_signal(end)
        return process.wait(STOP_SECONDS)

    try:
        yield Editor(project, process.stdout.readline().strip(), stop)
        process.send_signal(end)
        err = process.stderr.read()
        lines = [line for line in err.splitlines() if line]
        assert lines[1:] in ([], ["interrupted"]), err  # after what it says when it is ready
    finally:
        process.kill()
        process.communicate()


def _measured_ucap() -> tuple[str, ...]:
    """The command `ucap`, which measures its own coverage if that of the tests is measured."""
    if Coverage.current() is None:
        return UCAP
    *interpreter, program = UCAP
    data, settings = str(ROOT / ".coverage"), str(ROOT / "pyproject.toml")
    measured = f"Coverage({data!r}, data_suffix=True, auto_data=True, config_file={settings!r})"
    return (*interpreter, f"from coverage import Coverage\n{measured}.start()\n{program}")
