"""`ucap list` and the conditions of `--where`, which `build` and `check` have too."""

import csv
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from tests.stages import SHIPPED_PACKS
from ucap_reports import ProblemsFound, build
from ucap_reports.plan.plan_model import BUILT_IN

ROME = """\
cities: [{name: Tianjin, country: China, population: 13.6 Mio}, {name: Rome, country: IT, region: Lazio}]
themes: [Urban mobility, Aerospace]
sdgs: [11]
updated: 2019-04-30
"""
NICE = """\
language: zh-CN
template: iuc-japan
status: draft
cities: [{name: [Nice, Málaga], country: [France, ES]}]
updated: 2020-01-01
"""
FIELDS_OF_PACKS = {
    "action-plan": "partners: [{name: Rome}]\ntimeline: [{what: Visit}]\nindicators: [{indicator: Trees}]\n",
}
"""Values of the fields that a pack itself declares and expects, by its name."""
ESSEN = "cities: [{name: Koriyama}, {name: Essen, region: Łódź, country: Germany}]\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "rome.yaml", ROME)
    write_plan(tmp_path, "nice.yaml", NICE)
    write_plan(tmp_path, "essen.yaml", ESSEN)
    return tmp_path


def ids(project: Path, *conditions: str) -> list[str]:
    words = [word for condition in conditions for word in ("--where", condition)]
    run = ucap(project, "list", "--json", *words)
    assert run.code == 0, run.out
    return [plan["id"] for plan in run.report["plans"]]


def test_the_report_has_the_facts_of_each_plan(project: Path) -> None:
    essen, nice, rome = ucap(project, "list", "--json").report["plans"]
    assert rome == {
        "id": "rome",
        "cities": ["Tianjin", "Rome"],
        "countries": ["CN", "IT"],
        "languages": ["en"],
        "completeness": rome["completeness"],
        "updated": "2019-04-30",
        "status": "final",
    }
    assert (nice["cities"], nice["countries"], nice["status"]) == (["Nice", "Málaga"], ["FR", "ES"], "draft")
    assert essen["updated"] is None
    assert 0 < essen["completeness"] < rome["completeness"] < 100


def test_languages_are_those_of_the_plan_and_of_the_project(project: Path) -> None:
    (project / "ucap.yaml").write_text("languages: [fr, zh-CN]\n", encoding="utf-8")
    languages = {plan["id"]: plan["languages"] for plan in ucap(project, "list", "--json").report["plans"]}
    assert languages == {"essen": ["en", "fr", "zh-CN"], "nice": ["zh-CN", "fr"], "rome": ["en", "fr", "zh-CN"]}
    assert ids(project, "language=fr", "status=draft") == ["nice"]


def test_a_plan_with_every_fact_is_complete_in_its_pack(project: Path) -> None:
    facts = "region: x, country: Italy, population: 1 million, area_km2: 100"
    plan = (
        f"cities: [{{name: Rome, {facts}}}, {{name: Nice, {facts}}}]\n"
        "period: 2018\nthemes: [Water]\nsdgs: [6]\nfocus: F.\nchallenges: C.\nobjectives: O.\n"
        "activities: A.\nresults: R.\nupdated: 2019-04-30\n"
    )
    for pack in SHIPPED_PACKS:
        write_plan(project, "full.yaml", plan + FIELDS_OF_PACKS.get(pack, ""))
        (project / "ucap.yaml").write_text(f"template: {pack}\n", encoding="utf-8")
        assert ids(project, "completeness=100") == ["full"]


def test_the_table_has_a_line_for_each_plan_and_aligned_columns(project: Path) -> None:
    run = ucap(project, "list")
    head, *lines = run.out.splitlines()
    assert [line.split()[0] for line in lines] == ["essen", "nice", "rome"]
    assert {line[head.index("status") :] for line in lines} == {"draft", "final"}
    assert {line[head.index("completeness") :].split("%")[0].isdecimal() for line in lines} == {True}


def test_csv_has_the_same_facts(project: Path) -> None:
    head, *rows = csv.reader(StringIO(ucap(project, "list", "--csv", "--where", "city=nice").out))
    assert head[:7] == ["id", "cities", "countries", "languages", "completeness", "updated", "status"]
    assert [row[:4] for row in rows] == [["nice", "Nice, Málaga", "FR, ES", "zh-CN"]]
    assert ucap(project, "list", "--csv", "--json").code == 2


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (["country=CN"], ["rome"]),
        (["country=PR China"], ["rome"]),
        (["country = cn"], ["rome"]),
        (["country!=CN"], ["essen", "nice"]),
        (["country=GB"], []),
        (["city=Rome"], ["rome"]),
        (["city==rome"], ["rome"]),
        (["city=malaga"], ["nice"]),
        (["city~ori"], ["essen"]),
        (["city~xyz"], []),
        (["city<Koriyama"], ["essen"]),
        (["region~lodz"], ["essen"]),
        (["region=Lazio"], ["rome"]),
        (["theme~mobility"], ["rome"]),
        (["theme~'Urban Mob'"], ["rome"]),
        (["theme!=Aerospace"], ["essen", "nice"]),
        (["sdg=SDG 11"], ["rome"]),
        (["language=zh"], ["nice"]),
        (["language=zh-CN"], ["nice"]),
        (["language=zh-TW"], []),
        (["language!=en"], ["nice"]),
        (["status=draft"], ["nice"]),
        (["status=Final", "country=Germany"], ["essen"]),
        (["template=iuc-asia"], ["essen", "rome"]),
        (["id~o"], ["rome"]),
        (["updated<2020-01-01"], ["rome"]),
        (["updated<=2020-01-01"], ["nice", "rome"]),
        (["updated>2019"], ["nice"]),
        (["updated>=2019-05"], ["nice"]),
        (["updated=2019-04"], ["rome"]),
        (["updated!=2019-04"], ["essen", "nice"]),
        (["completeness>0"], ["essen", "nice", "rome"]),
        (["completeness<=9%"], []),
    ],
)
def test_conditions_select_plans(project: Path, conditions: list[str], expected: list[str]) -> None:
    assert ids(project, *conditions) == expected


@pytest.mark.parametrize(
    ("condition", "code", "hint"),
    [
        ("contry=CN", "condition-field-unknown", "country"),
        ("themes~water", "condition-field-unknown", "theme"),
        ("country=Chian", "condition-value-invalid", "China"),
        ("status=drft", "condition-value-invalid", "draft"),
        ("updated<1 May 2019", "condition-value-invalid", "2019-05-01"),
        ("updated<2019-13", "condition-value-invalid", "YYYY-MM"),
        ("updated<20190501", "condition-value-invalid", "2019-05-01"),
        ("updated<2019-W18-3", "condition-value-invalid", "YYYY-MM"),
        ("sdg=18", "condition-value-invalid", "17"),
        ("language=Chinese", "condition-value-invalid", "zh"),
        ("completeness<half", "condition-value-invalid", "100"),
        ("city=Roma", "condition-value-unknown", "Rome"),
        ("template=iuc-asai", "condition-value-unknown", "iuc-asia"),
        ("updated", "condition-invalid", "quotes"),
        ("country>CN", "condition-invalid", "compare country with ="),
        ("language<=zh", "condition-invalid", "compare language with ="),
        ("status<final", "condition-invalid", "compare status with ="),
        ("country=", "condition-invalid", "quotes"),
        ("city~''", "condition-invalid", "quotes"),
        ('city~"', "condition-invalid", "quotes"),
    ],
)
def test_invalid_conditions_are_usage_errors_with_hints(project: Path, condition: str, code: str, hint: str) -> None:
    for command in ("list", "check", "build"):
        run = ucap(project, command, "--json", "--where", condition)
        assert run.code == 2
        [problem] = run.report["problems"]
        assert problem["code"] == code
        assert hint in problem["hint"]
    assert not (project / "out").exists()


def test_a_value_that_no_plan_has_is_shown_as_it_was_written(project: Path) -> None:
    assert 'no plan has the city "São Paulo"' in ucap(project, "list", "--where", "city=São Paulo").err


def test_all_invalid_conditions_are_reported_at_once(project: Path) -> None:
    run = ucap(project, "list", "--json", "--where", "x=1", "--where", "status=old", "--where", "city=Rome")
    assert run.codes == ["condition-field-unknown", "condition-value-invalid"]


def test_a_plan_whose_tested_field_has_an_error_is_selected_and_its_error_reported(project: Path) -> None:
    write_plan(project, "bad.yaml", "cities: [{name: Y, country: Chian}]\nperiod: [1]\n")
    write_plan(project, "broken.yaml", "cities: [\n")
    run = ucap(project, "list", "--json", "--where", "country=CN")
    assert run.code == 1
    assert [plan["id"] for plan in run.report["plans"]] == ["bad", "broken", "rome"]
    assert [plan["cities"] for plan in run.report["plans"]] == [["Y"], [], ["Tianjin", "Rome"]]
    assert "country-unknown" in run.codes
    run = ucap(project, "list", "--json", "--where", "city=Rome")
    assert [plan["id"] for plan in run.report["plans"]] == ["broken", "rome"]


def test_a_selection_is_built_into_a_folder_with_an_index_of_its_own(project: Path) -> None:
    assert ucap(project, "build").code == 0
    before = {path: path.read_bytes() for path in (project / "out").rglob("*") if path.is_file()}
    assert ucap(project, "build", "--where", "country=CN", "--out", "china", "--prune").code == 0
    assert sorted(path.name for path in (project / "china").iterdir() if path.name[0] != ".") == [
        *("index.html", "manifest.json", "rome.docx", "rome.pdf", "thumbnails")
    ]
    page = (project / "china" / "index.html").read_text(encoding="utf-8")
    assert "rome.pdf" in page
    assert "nice.pdf" not in page
    assert {path: path.read_bytes() for path in (project / "out").rglob("*") if path.is_file()} == before


def test_a_build_of_a_selection_reports_the_documents_of_deleted_plans_and_keeps_them(project: Path) -> None:
    ucap(project, "build")
    (project / "plans" / "essen.yaml").unlink()
    run = ucap(project, "build", "--where", "country=CN", "--json")
    assert "plan-deleted" in run.codes
    assert (project / "out" / "essen.pdf").exists()


def test_named_plans_are_selected_from(project: Path) -> None:
    run = ucap(project, "check", "rome", "nice", "--where", "status=draft", "--verbose")
    assert run.out.split() == ["checked", "plans/nice.yaml"]


def test_a_selection_is_translated(project: Path) -> None:
    run = ucap(project, "translate", "fr", "--where", "country=CN", "--json")
    assert [each["path"] for each in run.report["files"]] == ["translations/fr/rome.po"]


def test_a_difference_is_about_the_plans_that_fulfil_the_conditions_now(project: Path) -> None:
    shutil.copytree(project / "plans", project / "old")
    write_plan(project, "rome.yaml", ROME.replace("China", "Japan"))
    write_plan(project, "nice.yaml", NICE.replace("2020", "2021"))
    (project / "plans" / "essen.yaml").unlink()
    changed = {
        condition: [each["plan"] for each in ucap(project, "diff", "old", "--json", *words).report["plans"]]
        for condition, words in {each: ("--where", each) for each in ("country=JP", "country=CN", "city=Essen")}.items()
    }
    assert changed == {"country=JP": ["rome"], "country=CN": [], "city=Essen": ["essen"]}
    assert ucap(project, "diff", "old", "--where", "contry=CN").code == 2


def test_the_python_function_takes_conditions(project: Path) -> None:
    assert [each.plan for each in build(project, where=["country=CN"], formats="pdf").documents] == ["rome"]
    with pytest.raises(ProblemsFound):
        build(project, where=["country=Chian"])


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(1)", "＝1"])
def test_csv_has_no_formulas(project: Path, start: str) -> None:
    write_plan(project, "formula.yaml", f"cities: [{{name: '{start}', country: Italy}}]\n")
    _, row = csv.reader(StringIO(ucap(project, "list", "formula", "--csv").out))
    assert row[:2] == ["formula", f"'{start}"]


def test_csv_has_every_field_of_the_plans(project: Path) -> None:
    (project / "ucap.yaml").write_text("fields:\n  budget: {type: money, label: Budget}\n", encoding="utf-8")
    write_plan(project, "rome.yaml", ROME + "budget: 40,000 €\nobjectives: '*Green* roofs'\n")
    rows = {row["id"]: row for row in csv.DictReader(StringIO(ucap(project, "list", "--csv").out))}
    assert rows["rome"]["budget"] == "40,000 €"
    assert rows["rome"]["objectives"] == "*Green* roofs"
    assert rows["rome"]["cities.population"] == "13.6 Mio | "
    assert rows["rome"]["themes"].splitlines() == ["Urban mobility", "Aerospace"]
    assert rows["essen"]["budget"] == ""
    known = {field.path for field in BUILT_IN.inside() if not BUILT_IN.inside(field.path)}
    assert known - {"id"} <= {*rows["rome"]} | {"id"}


def test_csv_has_a_row_for_a_plan_that_cannot_be_read(project: Path) -> None:
    (project / "plans" / "broken.yaml").write_bytes(b"\x00\xff")
    rows = list(csv.DictReader(StringIO(ucap(project, "list", "--csv").out)))
    assert [row["id"] for row in rows] == ["broken", "essen", "nice", "rome"]


def test_linked_data_describes_each_plan(project: Path) -> None:
    run = ucap(project, "list", "--json-ld", "--where", "city=Rome")
    data = json.loads(run.out)
    (report,) = data["@graph"]
    tianjin, rome = report["about"]
    assert (data["@context"], report["@type"], report["identifier"]) == ("https://schema.org", "Report", "rome")
    assert tianjin["containedInPlace"] == [{"@type": "Country", "name": "China", "identifier": "CN"}]
    assert tianjin["additionalProperty"] == [{"@type": "PropertyValue", "name": "population", "value": 13600000}]
    assert rome["name"] == "Rome"
    assert [goal["termCode"] for goal in report["mentions"]] == ["11"]
    assert (report["keywords"], report["dateModified"]) == (["Urban mobility", "Aerospace"], "2019-04-30")


@pytest.mark.parametrize(
    ("website", "url"), [("www.rome.eu", "https://www.rome.eu"), ("http://rome.eu/a", "http://rome.eu/a")]
)
def test_linked_data_has_the_web_site_as_an_address(project: Path, website: str, url: str) -> None:
    write_plan(project, "rome.yaml", f"cities: [{{name: Rome}}]\ncontact: {{office: Rome, website: {website}}}\n")
    run = ucap(project, "list", "--json-ld", "--where", "city=Rome")
    (report,) = json.loads(run.out)["@graph"]
    assert report["publisher"]["url"] == url


def test_linked_data_leaves_out_plans_with_errors(project: Path) -> None:
    write_plan(project, "wrong.yaml", "cities: [{name: Rome, country: Itly}]\n")
    run = ucap(project, "list", "--json-ld")
    assert [report["identifier"] for report in json.loads(run.out)["@graph"]] == ["essen", "nice", "rome"]
    assert "country-unknown" in run.err


@pytest.mark.parametrize(
    ("settings", "code"), [("label_languages: [xx]", "label-language-unknown"), ("formats: odt", "format-unknown")]
)
def test_plans_are_listed_with_the_errors_of_the_settings(project: Path, settings: str, code: str) -> None:
    (project / "ucap.yaml").write_text(settings, encoding="utf-8")

    run = ucap(project, "list", "--json")

    assert (run.code, set(run.codes)) == (1, {code})
    assert [plan["id"] for plan in run.report["plans"]] == ["essen", "nice", "rome"]


def test_an_error_in_a_pack_is_at_the_plan_that_names_it(project: Path) -> None:
    write_plan(project, "oslo.yaml", "template: nope\ncities: [{name: Oslo}]\n")

    run = ucap(project, "list", "--json")

    (problem,) = run.report["problems"]
    assert (problem["code"], problem["path"], problem["line"]) == ("pack-unknown", "plans/oslo.yaml", 1)


def test_conditions_on_the_completeness_select_plans_whose_pack_has_errors(project: Path) -> None:
    (project / "ucap.yaml").write_text("label_languages: [xx]", encoding="utf-8")

    run = ucap(project, "list", "--json", "--where", "completeness<1")

    assert set(run.codes) == {"label-language-unknown"}
    assert len(run.report["plans"]) == 3


@pytest.mark.parametrize("words", [("--json", "--json-ld"), ("--csv", "--json-ld")])
def test_one_form_of_the_list_is_printed(project: Path, words: tuple[str, ...]) -> None:
    assert ucap(project, "list", *words).code == 2
