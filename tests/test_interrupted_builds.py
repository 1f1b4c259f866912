"""Builds interrupted at every line of the modules that write files, one line after the other."""

import shutil
import sys
from collections.abc import Collection
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.command import Run, ucap, write_plan
from tests.projects import parts, small_project, unknown_documents
from ucap_reports.batch import (
    build_project,
    index_page,
    manifest,
    output_folder_locking_and_ownership,
    output_overwriting_and_pruning,
    write_and_check_plans,
)
from ucap_reports.cli.command_output_and_exit_codes import Exit
from ucap_reports.storage import atomic_files

pytestmark = pytest.mark.no_cover

WRITERS = {
    str(module.__file__)
    for module in (
        build_project,
        atomic_files,
        index_page,
        manifest,
        write_and_check_plans,
        output_folder_locking_and_ownership,
        output_overwriting_and_pruning,
    )
}
Place = tuple[str, int]
"""A file and a line of it."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that was built, in which all is out of date: its plans, one of which was deleted, and its schema."""
    project = small_project(tmp_path / "old", 2)
    write_plan(project, "gone.yaml", "cities: [{name: Nice, country: France}]\n")
    ucap(project, "build")
    (project / "plans" / "gone.yaml").unlink()
    (project / "plans" / "plan.schema.json").touch()
    return small_project(project, 2, "Siena")


def interrupted(project: Path, writers: Collection[str], interrupted_before: set[Place]) -> Run:
    """A build that is interrupted at the first line of writers that is not in `interrupted_before`, which is added."""

    def follow(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in writers:
            return None
        place = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and place not in interrupted_before:
            interrupted_before.add(place)
            sys.settrace(None)
            raise KeyboardInterrupt
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        return ucap(project, "build", "--prune")
    finally:
        sys.settrace(before)


def interrupt_at_each_line(project: Path, writers: Collection[str]) -> int:
    """Interrupt a build at each line of writers; return how many there are."""
    places: set[Place] = set()
    code: int = Exit.INTERRUPTED
    while code == Exit.INTERRUPTED:
        copy = shutil.copytree(project, project.with_name("copy"))
        run = interrupted(copy, writers, places)
        code = run.code
        assert run.err.endswith("\ninterrupted\n") == (code == Exit.INTERRUPTED)
        assert parts(copy) == []
        assert unknown_documents(copy / "out") == []
        shutil.rmtree(copy)

    assert code == 0
    return len(places)


@pytest.mark.usefixtures("rendered_once")
def test_an_interruption_while_a_file_is_replaced_leaves_no_parts_and_no_unknown_documents(project: Path) -> None:
    assert interrupt_at_each_line(project, {str(atomic_files.__file__)}) > 20, "too few lines were reached"


@pytest.mark.long
@pytest.mark.usefixtures("rendered_once")
def test_an_interruption_at_any_line_leaves_no_parts_and_no_unknown_documents(project: Path) -> None:
    assert interrupt_at_each_line(project, WRITERS) > 150, "too few lines were reached"
