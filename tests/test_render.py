"""`render`: the Python interface, from a plan to its documents."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.command import write_plan
from ucap_reports import Document, Format, Pack, Plan, ProblemsFound, Severity, build, load_plan, open_pack, render
from ucap_reports.page.fill_and_read_page import fill_page
from ucap_reports.page.page_elements import PageXml
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import PackFile

PLAN: dict[str, Any] = {
    "cities": [{"name": "Tianjin", "country": "China"}, {"name": "Rome", "country": "Italy"}],
    "themes": ["Aerospace", "Economy: and trade", "498.000", "yes"],
    "focus": "Clean **air** for 天津.\n\n- one\n- two",
    "updated": date(2019, 4, 30),
}
TEXT = json.dumps(PLAN, default=str)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A plan file in a project that has a pack of its own, with another title."""
    pack = tmp_path / "templates" / "house" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: iuc-asia\ntitle: House title\n", encoding="utf-8")
    return write_plan(tmp_path, "plan.yaml", TEXT)


def contents(documents: tuple[Document, ...]) -> dict[Format, bytes]:
    return {document.format: document.content for document in documents}


def test_a_path_a_text_a_mapping_and_a_plan_give_the_same_documents_as_a_build(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent.parent)
    assert build(formats=Format).ok
    built = {each: (Path("out") / f"plan.{each.value}").read_bytes() for each in Format}

    for plan in ("plans/plan.yaml", file, PLAN, load_plan(file)):
        result = render(plan, formats=Format)
        assert contents(result.documents) == built
        assert result.plan == load_plan(file)
    assert contents(render(text=TEXT, formats=Format).documents) == built


def test_page_template_is_filled_once_for_all_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    filled = []

    def counted(template: PackFile, summary: Summary) -> PageXml:
        filled.append(summary.id)
        return fill_page(template, summary)

    monkeypatch.setattr("ucap_reports.page.fitted_scale.fill_page", counted)
    assert len(render(PLAN, template="plain", formats="pdf,html").documents) == 2
    assert filled == ["plan"]


def test_the_documents_can_be_saved_to_a_file_or_a_folder(tmp_path: Path) -> None:
    result = render(PLAN, name="tianjin-rome")

    assert result.pdf.save(tmp_path / "x.pdf").read_bytes() == result.pdf.content
    assert result.docx.save(str(tmp_path)) == tmp_path / "tianjin-rome.docx"
    assert (result.pdf.pages, result.docx.pages) == (1, None)


@pytest.mark.no_cover
@pytest.mark.parametrize("formats", ["pdf", "PDF", ["pdf"], (Format.PDF,), Format.PDF, "pdf,pdf"])
def test_formats_are_named_by_strings(formats: Any) -> None:
    result = render(PLAN, formats=formats)

    assert [document.format for document in result.documents] == [Format.PDF]
    with pytest.raises(LookupError):
        _ = result.docx


@pytest.mark.no_cover
def test_a_template_is_a_name_a_path_or_a_pack(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = file.parent.parent / "templates" / "house"
    expected = render(PLAN, template=house)
    assert expected.docx.content != render(PLAN).docx.content

    for template in (str(house), open_pack(house)):
        assert render(PLAN, template=template).documents == expected.documents
    assert render(file, template="house").documents == expected.documents
    monkeypatch.chdir(house.parent)
    assert render(PLAN, template="../templates/house").documents == expected.documents
    assert render(PLAN, template="iuc-japan").docx.content == render({**PLAN, "template": "iuc-japan"}).docx.content


def test_a_plan_value_is_rendered_in_the_pack_that_it_names() -> None:
    plan = parse_plan(Source("plan.yaml", "{template: iuc-japan, cities: [{name: Rome}]}"))

    assert render(plan, formats="docx").docx == render({"template": "iuc-japan", "cities": [{"name": "Rome"}]}).docx


def test_a_name_in_a_plan_is_never_a_path(file: Path) -> None:
    house = file.parent.parent / "templates" / "house"

    with pytest.raises(ProblemsFound) as found:
        render({**PLAN, "template": str(house)})

    assert "pack-unknown" in {problem.code for problem in found.value.problems}


def test_the_language_is_that_of_the_row_labels() -> None:
    assert render(PLAN, language="zh", formats="docx").docx != render(PLAN, formats="docx").docx


def test_errors_are_raised_with_all_problems_errors_first() -> None:
    with pytest.raises(ProblemsFound) as found:
        render({"cities": [{"name": "Rome", "country": "Itly"}], "themse": "x"})

    errors = [problem for problem in found.value.problems if problem.severity is Severity.ERROR]
    assert {problem.code for problem in errors} == {"country-unknown", "field-unknown"}
    assert found.value.problems[: len(errors)] == tuple(errors)


def test_warnings_and_infos_are_in_the_result_warnings_first() -> None:
    result = render({"cities": [{"name": "Rome"}], "themes": ["Aerospace", "Aerospace"]})

    assert {"item-duplicate", "updated-missing"} <= {problem.code for problem in result.problems}
    severities = [problem.severity for problem in result.problems]
    assert severities == sorted(severities, key=list(Severity).index)


def test_problems_have_lines_in_a_text_and_fields_in_a_mapping() -> None:
    text = "cities:\n  - name: Rome\n    country: Itly\n"
    with pytest.raises(ProblemsFound) as in_text:
        render(text=text, name="rome")
    with pytest.raises(ProblemsFound) as in_mapping:
        render({"cities": [{"name": "Rome", "country": "Itly"}]}, name="rome")

    location = in_text.value.problems[0].location
    assert (location.path, location.line, location.column, location.field) == ("rome.yaml", 3, 14, "cities[0].country")
    location = in_mapping.value.problems[0].location
    assert (location.path, location.line, location.column, location.field) == (
        "rome.yaml",
        None,
        None,
        "cities[0].country",
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"formats": ["odt"]}, "format-unknown"),
        ({"template": "iuc-aisa"}, "pack-unknown"),
        ({"name": "No Id"}, "id-invalid"),
    ],
)
def test_an_invalid_argument_is_a_problem(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        render(PLAN, **arguments)

    assert code in {problem.code for problem in found.value.problems}


def test_a_string_is_a_path_and_never_text() -> None:
    with pytest.raises(ProblemsFound) as found:
        render("cities: [{name: Rome}]")

    assert [problem.code for problem in found.value.problems] == ["file-missing"]


@pytest.mark.parametrize("arguments", [{}, {"plan": PLAN, "text": TEXT}])
def test_a_plan_or_a_text_is_required(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        render(**arguments)


def test_a_notebook_shows_the_first_page_and_the_problems() -> None:
    result = render({"cities": [{"name": "<b>Rome</b> & Co"}, {"name": "<b>Rome</b> & Co"}]})

    shown = result._repr_html_()

    assert shown.count("<img ") == 1
    assert len(shown) < 50_000
    assert "<b>" not in shown
    assert all(str(problem) in unescape(shown) for problem in result.problems)
    assert "<img" not in render(PLAN, formats="docx")._repr_html_()


@pytest.mark.long
def test_threads_render_the_same_bytes_as_one_thread() -> None:
    packs: list[str | Pack] = ["iuc-asia", "iuc-japan", "modern", open_pack("plain")]

    def rendered(number: int) -> list[bytes]:
        plan = {**PLAN, "cities": [{"name": f"City {number % 8}", "country": "China"}], "sdgs": [number % 8 + 1]}
        result = render(plan, template=packs[number % len(packs)], name=f"plan-{number % 8}")
        return [document.content for document in result.documents]

    alone = [rendered(number) for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(rendered, range(32)))

    assert together == alone * 4


def test_a_build_takes_strings_and_paths(file: Path) -> None:
    project = file.parent.parent

    for plans in ([file], ["plan"], [str(file)], file, "plan", str(file)):
        report = build(str(project), plans, formats=["pdf"], out=Path("made"), index=False)
        assert [document.path for document in report.documents] == ["made/plan.pdf"]
    assert build(project, where="id=plan", formats="pdf", index=False).documents
    assert isinstance(load_plan(str(file)), Plan)
