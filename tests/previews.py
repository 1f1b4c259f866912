"""A preview that runs as a process of its own, and requests to it."""

import http.client
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.command import write_plan
from tests.projects import UCAP

PLAN = "tianjin-rome"
PACK = "office"
PLAN_TEXT = """\
template: office
updated: 2020-01-31
cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]
themes: [Aerospace]
focus: Clean air.
"""
PACK_TEXT = 'extends: iuc-asia\ntheme:\n  colours: {blue: "#003399"}\n'


@dataclass(frozen=True)
class Answer:
    """An answer of the server."""

    status: int
    headers: Message
    content: bytes


@dataclass(frozen=True)
class Preview:
    """A running preview."""

    project: Path
    address: str
    process: subprocess.Popen[str]

    def write(self, name: str, text: str) -> None:
        """Save a file of the project."""
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def ask(self, target: str, **headers: str) -> Answer:
        """The complete answer to a request."""
        with self.asked(target, **headers) as response:
            return Answer(response.status, response.headers, response.read())

    def status(self, target: str, **headers: str) -> int:
        """The status of the answer, which may be an endless stream."""
        with self.asked(target, **headers) as response:
            return response.status

    @contextmanager
    def asked(self, target: str, **headers: str) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request with exactly these headers; underscores in their names mean hyphens."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest("GET", target, skip_host="Host" in named)
        for name, value in named.items():
            connection.putheader(name, value)
        connection.endheaders()
        with closing(connection), closing(connection.getresponse()) as response:
            yield response

    def state(self) -> dict[str, Any]:
        """The first message to the page."""
        with self.asked("/states") as response:
            data = next(line for line in iter(response.readline, b"") if line.startswith(b"data: "))
        state: dict[str, Any] = json.loads(data.removeprefix(b"data: "))
        return state

    def interrupt(self) -> int:
        """Interrupt the server as Ctrl-C does; returns its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


def write_project(folder: Path) -> Path:
    """A project with a plan and a pack, which the plan names."""
    folder.mkdir(exist_ok=True)
    write_plan(folder, f"{PLAN}.yaml", PLAN_TEXT)
    pack = folder / "templates" / PACK / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text(PACK_TEXT, encoding="utf-8")
    return folder


@contextmanager
def previewed(project: Path, *words: str, port: int = 0) -> Iterator[Preview]:
    """`ucap preview` in the folder, from when its page is available until it is interrupted."""
    command = [*UCAP, "preview", *words, "--no-open", f"--port={port}"]
    process = subprocess.Popen(
        command,
        cwd=project,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        yield Preview(project, process.stdout.readline().strip(), process)
        process.send_signal(signal.SIGINT)
        err = process.stderr.read()
        assert "Traceback" not in err, err
    finally:
        process.kill()
        process.communicate()
