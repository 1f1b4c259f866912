"""The settings of a project, kept in the user's cache."""

from pathlib import Path

import pytest

from ucap_reports.batch.opened_project_and_settings_file import project_settings
from ucap_reports.storage.project_folder import Project


def test_settings_are_validated_again_only_if_they_or_a_pack_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, file = Project(tmp_path), tmp_path / "ucap.yaml"
    file.write_text("template: plain\nrows: {country: hide, mayor: hide}\n", encoding="utf-8")
    before = project_settings(project)
    assert [each.code for each in before.problems] == ["row-unused"]
    with monkeypatch.context() as patched:
        patched.setattr("ucap_reports.batch.settings_fields_and_schema.read_settings", None)
        assert project_settings(project) == before

    pack = tmp_path / "templates" / "own" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: plain\nrows: {mayor: {label: Mayor}}\n", encoding="utf-8")
    assert project_settings(project).problems == ()

    file.write_text("template: own\n", encoding="utf-8")
    assert project_settings(project).template == "own"
