"""Each figure of the generated pages was written by the command that measures it."""

import argparse
import re
import shlex
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.records import ROOT, Record, add_option, read_records, toml, write_record
from docs.make_figures import PAGES, PLACEHOLDER, TARGETS, page

pytestmark = pytest.mark.no_cover

RECORDS = read_records()
FIGURE = re.compile(
    r"\d[\d.,]*[ -]?(?:ms|s|seconds|minutes|[kK]B|MB|GB|%|million|times|plans per|PDFs per|instructions)(?![\w-])"
    r"|\b1/\d|\bn\^\d|\d of \d"
)
"""A number with the unit of a measurement, or a ratio."""
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\{\{.*?\}\}", re.DOTALL)


def text_of(name: str) -> str:
    return (ROOT / f"{name}.in").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_generated_from_the_records(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == page(name)


@pytest.mark.parametrize("name", PAGES)
def test_page_source_has_no_figure_of_its_own(name: str) -> None:
    assert FIGURE.findall(NOT_PROSE.sub("", text_of(name))) == []


@pytest.mark.parametrize(
    "text", ["4.9 ms", "296 s", "27.9 KB", "2 %", "30.6 million", "1.1 times", "1/3.0", "n^1.15", "47 of 47"]
)
def test_figure_in_the_text_is_found(text: str) -> None:
    assert FIGURE.search(f"It takes {text} in all.")


def test_page_prints_the_source_of_each_record_that_it_uses() -> None:
    for name in PAGES:
        used = set(PLACEHOLDER.findall(text_of(name)))
        for record in {record for record, _ in used} - {"target"}:
            if (record, "") not in used:
                assert any((record, "") in PLACEHOLDER.findall(text_of(other)) for other in PAGES), record


def test_each_target_is_used() -> None:
    used = {figure for name in PAGES for record, figure in PLACEHOLDER.findall(text_of(name)) if record == "target"}
    assert used == TARGETS.keys()


@pytest.mark.parametrize("name", RECORDS)
def test_record_has_a_command_that_exists_a_commit_and_a_date(name: str) -> None:
    record = RECORDS[name]
    python, option, module, *_, last = shlex.split(record.command)
    assert (python, option, module, last) == ("python", "-m", f"benchmarks.{name}", "--record")
    source = (ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
    assert "add_option(parser)" in source or "parser_with_counts(" in source
    assert re.search(rf'write_record\(\s*"{name}",\s*options\.record,', source)
    assert re.fullmatch("[0-9a-f]{8,40}", record.commit)
    assert record.date <= datetime.now(UTC).date() + timedelta(days=1)  # the writer may be in another time zone
    assert record.figures
    assert all(record.figures.values())


def test_records_keep_their_figures_as_toml(tmp_path: Path) -> None:
    figures = {"pdf": "4.9 ms", "rows": '| "a\\b" | 1 |\n| ö | 2 |'}
    records = {"warm": Record("python -m benchmarks.warm --record", "0123abcd", date(2026, 11, 29), figures)}
    path = tmp_path / "figures.toml"
    path.write_text(toml(records), encoding="utf-8")
    assert read_records(path) == records


def test_benchmark_records_its_command_the_commit_and_the_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["warm.py", "--documents", "20", "--record"])
    path = tmp_path / "figures.toml"
    write_record("warm", "89abcdef", {"pdf": "5 ms"}, path)
    write_record("warm", "0123abcd", {"pdf": "6 ms"}, path)
    (record,) = read_records(path).values()
    assert record.command == "python -m benchmarks.warm --documents 20 --record"
    assert (record.commit, record.figures) == ("0123abcd", {"pdf": "6 ms"})


def test_changes_that_are_not_committed_cannot_be_recorded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.records._git", lambda *_: " M ucap_reports/cli/main.py")
    parser = argparse.ArgumentParser()
    add_option(parser)
    assert parser.parse_args([]).record == ""
    with pytest.raises(SystemExit):
        parser.parse_args(["--record"])
    assert "commit the changes of ucap_reports and templates first" in capsys.readouterr().err


def test_last_commit_of_the_product_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.records._git", lambda *words: "0123abcd" if words[0] == "log" else "")
    parser = argparse.ArgumentParser()
    add_option(parser)
    assert parser.parse_args(["--record"]).record == "0123abcd"
