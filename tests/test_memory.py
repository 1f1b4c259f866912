"""The memory of a build does not grow with the number of its documents."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.projects import small_project

pytestmark = pytest.mark.no_cover

resource = pytest.importorskip("resource", reason="this system does not report the memory of processes")
FEW, MANY = 100, 600
KEPT = 11_000
"""Bytes that a build may keep for each plan: its record twice, its path and its name. Its documents have nearly three
times as many.
"""
SCRIPT = (
    "import resource, sys; from ucap_reports.cli import main;"
    "code = main(['build', '--quiet', '--no-index', '--jobs', '2']);"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
)


def kilobytes(project: Path) -> int:
    """The maximum memory of the leader of a build (man 2 getrusage: in kilobytes on Linux)."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=project, capture_output=True, text=True, check=True)
    return int(done.stdout.splitlines()[-1])


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other ways")
def test_a_build_of_many_plans_keeps_none_of_their_documents(tmp_path: Path) -> None:
    few, many = (kilobytes(small_project(tmp_path / str(count), count)) for count in (FEW, MANY))

    documents = sum(path.stat().st_size for path in (tmp_path / str(MANY) / "out").glob("plan-*"))
    assert documents > 2.5 * KEPT * MANY, "the documents are too small for this test"
    assert (many - few) * 1024 < KEPT * (MANY - FEW)
