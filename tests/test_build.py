from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.command import ucap, write_plan
from ucap_reports import ProblemsFound, build, compose_summary
from ucap_reports.plan.plan_model import Plan
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.summary.summary_model import Summary

GOOD = "cities: [{name: Tianjin, country: China}, {name: Rome, country: Italy}]\n"
BAD = "cities:\n  - name: Rome\n    country: Itly\n"
DOCUMENT_KEYS = {"plan", "format", "path", "status", "pages", "sha256"}
PROBLEM_KEYS = {"code", "severity", "message", "hint", "path", "line", "column", "field", "place", "details"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "good.yaml", GOOD)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def documents(folder: Path) -> list[str]:
    """The documents in the folder."""
    return [name for name in names(folder) if name not in {".lock", "index.html", "manifest.json", "thumbnails"}]


def statuses(report: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {document["path"]: document["status"] for document in report["documents"]}


def test_all_plans_are_built_in_both_formats(project: Path) -> None:
    write_plan(project, "other.yaml", GOOD)

    run = ucap(project, "build")

    assert run.code == 0
    assert documents(project / "out") == ["good.docx", "good.pdf", "other.docx", "other.pdf"]
    assert (project / "out" / "good.pdf").read_bytes().startswith(b"%PDF-")
    assert "written   out/good.pdf (1 page)\n" in run.out
    assert "4 documents: 4 written" in run.err


def test_only_the_plans_and_formats_named_are_built(project: Path) -> None:
    write_plan(project, "other.yaml", GOOD)

    ucap(project, "build", "other", "--format", "docx", "--out", "deep/er")

    assert documents(project / "deep" / "er") == ["other.docx"]
    assert not (project / "out").exists()


@pytest.mark.parametrize("option", ["--out", "-o"])
def test_out_is_relative_to_the_current_folder_and_its_default_to_the_project(project: Path, option: str) -> None:
    (project / "notes").mkdir()

    assert ucap(project / "notes", "build", option, "web", "--format", "pdf").code == 0
    assert ucap(project / "notes", "build", "--format", "docx").code == 0

    assert documents(project / "notes" / "web") == ["good.pdf"]
    assert documents(project / "out") == ["good.docx"]


def test_the_report_of_a_build_names_each_document_with_pages_and_digest(project: Path) -> None:
    run = ucap(project, "build", "--json")
    report = run.report

    assert run.err == ""
    assert list(report) == ["command", "ok", "documents", "problems"]
    assert (report["command"], report["ok"]) == ("build", True)
    for document in report["documents"]:
        assert document.keys() == DOCUMENT_KEYS
        content = (project / document["path"]).read_bytes()
        assert (document["plan"], document["status"]) == ("good", "written")
        assert document["sha256"] == sha256(content).hexdigest()
    assert {document["format"]: document["pages"] for document in report["documents"]} == {"pdf": 1, "docx": None}


def test_the_report_of_a_check_has_no_documents_and_nothing_is_written(project: Path) -> None:
    write_plan(project, "bad.yaml", BAD)

    run = ucap(project, "check", "--json")

    assert run.code == 1
    assert list(run.report) == ["command", "ok", "translations", "problems"]
    assert not run.report["ok"]
    assert all(problem.keys() == PROBLEM_KEYS for problem in run.report["problems"])
    error = next(problem for problem in run.report["problems"] if problem["severity"] == "error")
    assert error | {"message": "", "hint": ""} == {
        "code": "country-unknown",
        "severity": "error",
        "message": "",
        "hint": "",
        "path": "plans/bad.yaml",
        "line": 3,
        "column": 14,
        "field": "cities[0].country",
        "place": None,
        "details": {"suggestions": ["Italy"]},
    }
    assert names(project) == ["plans"]


def test_a_problem_is_printed_with_its_line_and_a_caret(project: Path) -> None:
    write_plan(project, "bad.yaml", BAD)

    err = ucap(project, "check").err

    lines = err.splitlines()
    (place,) = (number for number, line in enumerate(lines) if "error[country-unknown]" in line)
    assert lines[place].startswith("plans/bad.yaml:3:14: error[country-unknown]: ")
    assert lines[place + 1 : place + 3] == ["      country: Itly", "               ^"]
    assert lines[place + 3].startswith("  hint: ")
    assert "2 plans checked: 1 error" in err


def test_unchanged_documents_are_not_rewritten(project: Path) -> None:
    ucap(project, "build")
    before = {path.name: path.stat().st_mtime_ns for path in (project / "out").iterdir()}

    run = ucap(project, "build")

    assert "unchanged out/good.pdf" in run.out
    assert {path.name: path.stat().st_mtime_ns for path in (project / "out").iterdir()} == before


def test_a_plan_that_fails_keeps_its_old_documents_and_the_others_are_built(project: Path) -> None:
    write_plan(project, "bad.yaml", GOOD)
    ucap(project, "build")
    old = {name: (project / "out" / name).read_bytes() for name in documents(project / "out")}
    write_plan(project, "bad.yaml", BAD)
    write_plan(project, "good.yaml", GOOD.replace("Rome", "Roma"))

    run = ucap(project, "build", "--json")

    assert run.code == 1
    assert statuses(run.report) == {
        "out/bad.pdf": "failed",
        "out/bad.docx": "failed",
        "out/good.pdf": "written",
        "out/good.docx": "written",
    }
    assert all(each["sha256"] is None for each in run.report["documents"] if each["status"] == "failed")
    new = {name: (project / "out" / name).read_bytes() for name in documents(project / "out")}
    assert {name for name in old if old[name] != new[name]} == {"good.docx", "good.pdf"}
    assert documents(project / "out") == sorted(old)


def test_a_plan_with_the_wrong_ending_is_an_error_and_the_others_are_built(project: Path) -> None:
    write_plan(project, "late.yml", GOOD)

    run = ucap(project, "build", "--json")

    assert run.code == 1
    assert "plan-extension" in run.codes
    assert documents(project / "out") == ["good.docx", "good.pdf"]


def test_warnings_end_with_three_under_strict_alone_and_stop_no_document(project: Path) -> None:
    write_plan(project, "twice.yaml", "cities: [{name: Rome, country: Italy}]\nthemes: [Mobility, Mobility]\n")
    assert ucap(project, "check").code == 0
    assert ucap(project, "check", "--strict").code == 3

    run = ucap(project, "build", "--strict", "--json")

    assert (run.code, run.report["ok"]) == (3, False)
    assert set(statuses(run.report).values()) == {"written"}


def test_a_project_without_plans_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()

    run = ucap(tmp_path, "build", "--json")

    assert (run.code, run.codes, run.report["documents"]) == (0, ["plans-none"], [])


def test_quiet_prints_only_problems(project: Path) -> None:
    write_plan(project, "bad.yaml", BAD)

    run = ucap(project, "build", "--quiet")

    assert run.out == ""
    assert "error[country-unknown]" in run.err
    assert "documents:" not in run.err


def test_the_out_folder_may_not_be_a_file(project: Path) -> None:
    (project / "out").touch()

    run = ucap(project, "build", "--json")

    assert (run.code, run.codes) == (1, ["folder-is-file"])


def test_a_document_that_cannot_take_its_place_does_not_stop_the_other_one(project: Path) -> None:
    (project / "out" / "good.pdf").mkdir(parents=True)

    run = ucap(project, "build", "--json")

    assert (run.code, run.codes.count("file-not-written")) == (1, 1)
    assert statuses(run.report) == {"out/good.pdf": "failed", "out/good.docx": "written"}
    assert documents(project / "out") == ["good.docx", "good.pdf"]
    assert not list((project / "out").glob("*.part"))


def test_a_broken_pack_is_told_once_for_all_its_plans(project: Path) -> None:
    write_plan(project, "other.yaml", GOOD)
    pack = project / "templates" / "iuc-asia"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: iuc-asia\npage_limt: 3\n", encoding="utf-8")

    run = ucap(project, "check", "--json")

    errors = [problem for problem in run.report["problems"] if problem["severity"] == "error"]
    assert [(error["path"], error["line"]) for error in errors] == [("templates/iuc-asia/pack.yaml", 2)]
    assert 'did you mean "page_limit"?' in errors[0]["hint"]


def test_a_plan_that_names_an_unknown_pack_is_told_where(project: Path) -> None:
    write_plan(project, "good.yaml", GOOD + "template: iuc-aisa\n")

    (error,) = (each for each in ucap(project, "check", "--json").report["problems"] if each["severity"] == "error")

    assert (error["path"], error["line"], error["field"]) == ("plans/good.yaml", 2, "template")
    assert error["hint"] == 'did you mean "iuc-asia"?'


def test_a_problem_that_a_later_stage_finds_is_told_at_the_field_it_is_about(project: Path) -> None:
    write_plan(project, "good.yaml", GOOD + "label_languages: [en, xx]\n")

    problems = ucap(project, "check", "--json").report["problems"]
    (error,) = (each for each in problems if each["severity"] == "error")

    assert (error["code"], error["line"], error["column"]) == ("label-language-unknown", 2, 23)

    write_plan(project, "good.yaml", GOOD + "title: Tianjin \U00013000 and Rome\n")
    problems = ucap(project, "check", "--json").report["problems"]
    (error,) = (each for each in problems if each["severity"] == "error")
    assert (error["code"], error["line"], error["field"]) == ("glyph-missing", 2, "title")


def test_errors_of_the_plan_do_not_hide_those_of_its_pack(project: Path) -> None:
    write_plan(project, "good.yaml", BAD + "template: iuc-aisa\n")

    assert {"country-unknown", "pack-unknown"} <= set(ucap(project, "check", "--json").codes)


def test_a_template_of_the_command_line_takes_the_place_of_the_plan_s(project: Path) -> None:
    write_plan(project, "good.yaml", GOOD + "template: iuc-aisa\n")

    assert ucap(project, "build", "--template", "iuc-asia", "--format", "docx").code == 0


def test_row_labels_in_a_language_that_the_pack_lacks_are_a_warning(project: Path) -> None:
    run = ucap(project, "build", "--language", "fi", "--format", "docx", "--json")

    assert run.code == 0
    assert "labels-missing" in run.codes
    assert "labels-missing" not in ucap(project, "build", "--language", "en", "--format", "docx", "--json").codes


def test_a_fault_of_the_product_in_one_plan_stops_no_other(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan(project, "bad.yaml", GOOD)

    def compose_or_fail(plan: Plan, *arguments: Any, **options: Any) -> Summary:
        if plan.id == "bad":
            raise ZeroDivisionError("of ours")
        return compose_summary(plan, *arguments, **options)

    monkeypatch.setattr("ucap_reports.batch.build_one_plan.compose_summary", compose_or_fail)
    run = ucap(project, "build", "--json")

    assert run.code == 1
    fault = next(problem for problem in run.report["problems"] if problem["code"] == "internal-fault")
    assert fault["path"] == "plans/bad.yaml"
    assert "ZeroDivisionError at test_build.py" in fault["message"]
    assert documents(project / "out") == ["good.docx", "good.pdf"]


def test_a_program_can_build_too(project: Path) -> None:
    write_plan(project, "bad.yaml", BAD)

    report = build(project, formats=[Format.DOCX])

    assert not report.ok
    assert [(each.plan, each.status.value) for each in report.documents] == [("bad", "failed"), ("good", "written")]
    assert "country-unknown" in [problem.code for problem in report.problems]
    assert build(project, ["good"], formats=[Format.DOCX]).ok
    with pytest.raises(ProblemsFound):
        build(project, ["godo"])
