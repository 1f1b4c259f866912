"""Runs of packs that may be hostile: a check and a build in a process of their own, with limits."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.forks import execute, forked
from tests.hostile_packs import Files, Padded

SECONDS, MEGABYTES = 5, 500
"""What a check and a build with a pack may use together, whatever the pack contains."""
PROCESSOR_LIMIT = 30
"""Seconds of processor time after which the process is killed."""
RUN = """
import io, json, resource
from contextlib import redirect_stdout
from pathlib import Path
from ucap_reports.cli import main
codes = []
for words in (["template", "check", "evil"], ["build", "--no-index"]):
    with redirect_stdout(io.StringIO()) as out:
        assert main([*words, "--json"]) == 1, words
    codes.append([each["code"] for each in json.loads(out.getvalue())["problems"] if each["severity"] == "error"])
used = resource.getrusage(resource.RUSAGE_SELF)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
megabytes = int(status["VmHWM"].split()[0]) // 1024
seconds = used.ru_utime + used.ru_stime
print(json.dumps({"checked": codes[0], "built": codes[1], "megabytes": megabytes, "seconds": seconds}))
"""
"""Checks a pack and builds a plan with it: both must fail. The peak of memory is the process's own (Linux)."""


class Used(Struct, frozen=True):
    """The codes of the errors that a check and a build reported, and the processor time and memory that they took."""

    checked: list[str]
    built: list[str]
    seconds: float
    megabytes: int


def in_fork(project: Path) -> str:
    """What `RUN` prints in a fork of a process that has the product in memory."""
    ended = forked(execute, RUN, folder=project, processor_seconds=PROCESSOR_LIMIT)
    assert ended.code == 0, ended.err
    return ended.out


def run_hostile(project: Path, files: Files, run: Callable[[Path], str] = in_fork) -> Used:
    """Check the pack with these files in another process, and build a plan with it. `project` is an empty folder."""
    write_project(project, files)
    printed = run(project)
    assert "root:" not in printed, "a line of /etc/passwd"
    return msgspec.json.decode(printed, type=Used)


def write_project(project: Path, files: Files) -> Path:
    """Write a project whose plan uses a pack with these files; returns the folder of the pack."""
    (project / "plans").mkdir()
    (project / "plans" / "a.yaml").write_text("template: evil\ncities: [{name: Rome, country: IT}]\n", encoding="utf-8")
    folder = project / "templates" / "evil"
    folder.mkdir(parents=True)
    for name, content in {"pack.yaml": b"extends: iuc-asia\n", **files}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.content if isinstance(content, Padded) else content)
        if isinstance(content, Padded):
            os.truncate(path, content.size)
    return folder
