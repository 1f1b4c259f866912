"""`ucap explain`: entries of the catalogue of problems."""

from pathlib import Path

import pytest

from tests.command import ucap
from tests.imports import one_plan
from ucap_reports.problems import ProblemsFound, Severity, catalogue
from ucap_reports.problems.problem_and_catalogue import cause_and_fix, example_text, forms_of


@pytest.mark.parametrize("code", ["updated-missing", "usage-invalid", "columns-missing", "tag-unmatched"])
def test_an_entry_has_its_messages_cause_example_and_fix(tmp_path: Path, code: str) -> None:
    run = ucap(tmp_path, "explain", code)

    entry = catalogue()[code]
    assert (run.code, run.err) == (0, "")
    lines = [line.strip() for line in run.out.splitlines()]
    for message in forms_of(entry.message).values():
        assert f"{entry.severity.value}[{code}]: {message}" in lines
    for text in (*cause_and_fix(code), example_text(entry)):
        assert set(text.strip().splitlines()) <= set(lines)


def test_each_message_of_an_entry_has_the_severity_that_is_reported(tmp_path: Path) -> None:
    (guess,) = one_plan("City:\tM\u00e1laga\tRome\n".encode("cp1252"), "x.txt").problems
    with pytest.raises(ProblemsFound) as refused:
        one_plan(b"\x01\x02\x03PNG" * 40, "x.txt")
    (binary,) = refused.value.problems
    assert (guess.severity, binary.severity) == (Severity.WARNING, Severity.ERROR)

    messages = ucap(tmp_path, "explain", "import-encoding").out
    assert f"error[import-encoding]: {binary.message}" in messages
    assert "warning[import-encoding]: the file is not in UTF-8" in messages


def test_an_entry_is_data_in_the_report(tmp_path: Path) -> None:
    report = ucap(tmp_path, "explain", "updated-missing", "--json").report

    entry = catalogue()["updated-missing"]
    assert (report["ok"], report["problems"]) == (True, [])
    assert report["entry"]["code"] == "updated-missing"
    assert report["entry"]["severity"] == entry.severity
    assert report["entry"]["message"] == entry.message
    assert (report["entry"]["cause"], report["entry"]["fix"]) == cause_and_fix("updated-missing")
    assert report["entry"]["example"] == entry.example


def test_without_a_code_all_codes_are_listed_with_their_severity(tmp_path: Path) -> None:
    lines = ucap(tmp_path, "explain").out.splitlines()

    expected = {code: entry.severity.value for code, entry in sorted(catalogue().items())}
    assert [tuple(line.split()) for line in lines] == [(severity, code) for code, severity in expected.items()]
    codes = ucap(tmp_path, "explain", "--json").report["codes"]
    assert {each["code"]: each["severity"] for each in codes} == expected


def test_an_unknown_code_is_a_usage_error(tmp_path: Path) -> None:
    run = ucap(tmp_path, "explain", "updated-mising", "--json")

    assert (run.code, run.codes) == (2, ["code-unknown"])
    assert run.report["problems"][0]["hint"] == 'did you mean "updated-missing"?'
