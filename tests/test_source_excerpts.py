from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from ucap_reports.problems import Location
from ucap_reports.source.source_excerpts import SourceExcerpts
from ucap_reports.storage.decoding import Source, read_source


def test_a_line_is_read_from_the_first_folder_with_the_file(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder in (own, shipped):
        folder.mkdir()
        (folder / "both.yaml").write_text(f"one\n{folder.name}\n", encoding="utf-8")
    (shipped / "shipped.yaml").write_text("only here\n", encoding="utf-8")
    lines = SourceExcerpts((own, shipped))

    assert lines.line(Location("both.yaml", 2)) == "own"
    assert lines.line(Location("shipped.yaml", 1)) == "only here"
    assert lines.line(Location("nowhere.yaml", 1)) is None
    assert lines.line(Location("both.yaml")) is None


def test_a_line_is_read_again_when_its_file_was_written(tmp_path: Path) -> None:
    lines = SourceExcerpts((tmp_path,))
    (tmp_path / "plan.yaml").write_text("one\ntwo\n", encoding="utf-8")
    before = lines.line(Location("plan.yaml", 2))
    (tmp_path / "plan.yaml").write_text("one\r\nthree\r\n", encoding="utf-8")

    assert (before, lines.line(Location("plan.yaml", 2))) == ("two", "three")


def test_a_file_with_many_problems_is_not_read_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path, *arguments: Any, **options: Any) -> Source:
        read.append(path)
        return read_source(path, *arguments, **options)

    monkeypatch.setattr("ucap_reports.storage.decoding.read_source", counted)
    write_plan(tmp_path, "one.yaml", "cities: [{name: Rome}]\n" + "".join(f"k{number}: 1\n" for number in range(200)))
    run = ucap(tmp_path, "check")

    assert run.err.count("error[field-unknown]") == 200
    assert read.count(tmp_path / "plans" / "one.yaml") <= 3
