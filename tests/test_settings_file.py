"""The file `ucap.yaml` itself: one that cannot be read, and values that mean the same."""

import os
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from ucap_reports.batch.project_settings import project_settings
from ucap_reports.storage.project_folder import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")
    return tmp_path


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_settings_that_cannot_be_read_are_an_error(project: Path, kind: str) -> None:
    path = project / "ucap.yaml"
    if kind == "link":
        path.symlink_to("gone.yaml")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)

    for command in ("check", "build", "list"):
        run = ucap(project, command, "--json")
        assert (run.code, run.report["problems"][0]["path"]) == (1, "ucap.yaml")
    assert not (project / "out" / "rome.pdf").exists()


def test_languages_that_differ_only_in_capitals_are_one(project: Path) -> None:
    (project / "ucap.yaml").write_text("languages: [zh, ZH, fr]\n", encoding="utf-8")
    assert project_settings(Project(project)).languages == ("ZH", "fr")
