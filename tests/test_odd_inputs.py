"""Inputs of a project that are no ordinary files: a build ends soon, with little memory, and says what is wrong."""

import os
import sys
from pathlib import Path

import pytest

from tests.command import write_plan
from tests.forks import execute, forked
from tests.selected_cases import crossed

RUN = """
import resource, signal
from pathlib import Path
from ucap_reports.cli import main
signal.alarm(60)
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + 500_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
raise SystemExit(main(["build", "--template", "own", "--language", "zh", "--prune"]))
"""
"""A build that is killed after a minute, and may use 500 MB more than before."""
INPUTS = (
    *("ucap.yaml", "plans/rome.yaml", "plans/plan.schema.json", "plans/pictures/a.png", "translations/zh/rome.po"),
    *("templates/own/pack.yaml", "templates/own/summary.docx", "templates/own/images/a.png", "templates/own/a.psd"),
    *("out/siena.own.zh.pdf", "out/siena.own.zh.docx"),
)
PLAN = "cities: [{name: Rome, country: Italy, picture: {file: a.png, alt: A square}}]\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads the size of a process from /proc")


def odd(path: Path, kind: str) -> None:
    """Make a pipe, a link to endless zeros, or a file of 600 MB, which takes no room on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.touch()
        os.truncate(path, 600_000_000)


@pytest.mark.no_cover
@linux
@pytest.mark.parametrize(("kind", "name"), crossed(["pipe", "device", "huge"], INPUTS))
def test_a_build_ends_whatever_an_input_is(tmp_path: Path, name: str, kind: str) -> None:
    write_plan(tmp_path, "rome.yaml", PLAN)
    write_plan(tmp_path, "siena.yaml", "cities: [{name: Siena, country: Italy}]\n")
    (tmp_path / "templates" / "own").mkdir(parents=True)
    (tmp_path / "templates" / "own" / "pack.yaml").write_text("extends: iuc-asia\n", encoding="utf-8")
    odd(tmp_path / name, kind)

    ended = forked(execute, RUN, folder=tmp_path, processor_seconds=30)

    assert ended.code in {0, 1}, ended.err
    assert "Traceback" not in ended.err
