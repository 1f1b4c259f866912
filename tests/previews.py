"""A preview that runs as a person would start it, and what tests ask of it."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.command import write_plan

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
    """What the server answered."""

    status: int
    headers: Message
    content: bytes


@dataclass(frozen=True)
class Preview:
    """A preview at work."""

    project: Path
    address: str
    process: subprocess.Popen[str]

    def write(self, name: str, text: str) -> None:
        """Save a file of the project."""
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def ask(self, target: str, **headers: str) -> Answer:
        """The whole answer to a request."""
        with self.asked(target, **headers) as response:
            return Answer(response.status, response.headers, response.read())

    def status(self, target: str, **headers: str) -> int:
        """The status of the answer, which may go on for ever."""
        with self.asked(target, **headers) as response:
            return response.status

    @contextmanager
    def asked(self, target: str, **headers: str) -> Iterator[http.client.HTTPResponse]:
        """A request that is sent exactly so; an underscore in a header's name stands for a hyphen."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest("GET", target, skip_host="Host" in named)
        for name, value in named.items():
            connection.putheader(name, value)
        connection.endheaders()
        with closing(connection), closing(connection.getresponse()) as response:
            yield response

    def look(self) -> dict[str, Any]:
        """What the page is told first."""
        with self.asked("/looks") as response:
            data = next(line for line in iter(response.readline, b"") if line.startswith(b"data: "))
        look: dict[str, Any] = json.loads(data.removeprefix(b"data: "))
        return look

    def interrupt(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


def write_project(folder: Path) -> Path:
    """A project with a plan, and a pack of its own that the plan names."""
    folder.mkdir(exist_ok=True)
    write_plan(folder, f"{PLAN}.yaml", PLAN_TEXT)
    pack = folder / "templates" / PACK / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text(PACK_TEXT, encoding="utf-8")
    return folder


@contextmanager
def previewed(project: Path, *words: str, port: int = 0) -> Iterator[Preview]:
    """`ucap preview` in the folder, from when its page can be asked for until it is interrupted."""
    command = [sys.executable, "-m", "ucap_reports", "preview", *words, "--no-open", f"--port={port}"]
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
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.communicate()
