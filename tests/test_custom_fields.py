"""Custom fields of each type, from their declarations in `ucap.yaml` and packs to documents and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import html
from msgspec.structs import replace
from openpyxl import load_workbook

from tests.command import Run, ucap, write_plan
from tests.custom_projects import (
    HEAD,
    changed_fields,
    declared,
    is_selected,
    plan_file,
    problems,
    reviewed,
    translation,
    write_project,
    written_and_read,
)
from tests.selected_cases import every, mostly_long
from tests.words import html_words
from ucap_reports import load_plan, render
from ucap_reports.batch.opened_project_and_settings_file import opened_project
from ucap_reports.plan.custom_field_values import Number
from ucap_reports.plan.dates import PartialDate
from ucap_reports.plan.numbers_and_amounts import Money, read_money
from ucap_reports.source.currencies_and_multiples import currencies
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import Project
from ucap_reports.template.pack import PAGE_TEMPLATE, PackFile
from ucap_reports.template.pack_opening import assemble, read_layers
from ucap_reports.text.rich_text import RichText

SETTINGS = """\
fields:
  budget:
    type: money
    label: {en: "Budget:", de: "Kosten:"}
    hint: Total of both cities
    after: period
    import: [Gesamtkosten]
  cities.airport: {type: line, label: "Airport:"}
  cities.trams: {type: number, label: "Trams:", after: population}
  funding: {type: choice, label: "Funding:", choices: {own: Own resources, eu: {en: EU funds, de: EU-Mittel}}}
  start: {type: date, label: "Start:", after: budget}
  jobs: {type: number, label: "Jobs:", unit: jobs, minimum: 0, maximum: 5000}
  steps: {type: list, label: "Next steps:"}
  quotes: {type: lines, label: "Quotes:"}
  story: {type: text, label: "In short:", required: warning}
"""
PLAN = """\
cities:
  - name: Hanoi
    country: Viet Nam
    population: 8 million
    airport: HAN
    trams: 12
  - name: Toulouse
    country: France
    population: 0.5 million
    airport: TLS
period: 2026 to 2028
budget: 40,000 €
funding: eu
start: 2026-03
jobs: 1200
steps: ["The **first** step.", "The second step."]
quotes: [One quote., Another quote.]
story: |
  A story in *words*.
updated: 2026-11-01
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, SETTINGS, PLAN)


def hints(run: Run) -> list[str]:
    return [each["hint"] for each in run.report["problems"]]


def rows(project: Path, **options: Any) -> dict[str, list[str]]:
    """The texts of the cells of the plan's rows, by key."""
    page = render(plan_file(project), formats="html", **options).html.content.decode()
    found: dict[str, list[str]] = {}
    main: html.HtmlElement = html.fromstring(page).find(".//main")
    for label in main.xpath(".//th[@scope='row'] | .//section/h2"):
        found[label.text_content()] = [cell.text_content() for cell in label.itersiblings()]
    return found


def test_values_of_each_type_are_typed(project: Path) -> None:
    plan = load_plan(plan_file(project), fields=opened_project(Project(project)).fields)

    budget = plan.custom["budget"]
    assert isinstance(budget, Money)
    assert (budget.value, budget.currency) == (40_000, "EUR")
    assert plan.custom["jobs"] == Number(1200)
    assert plan.custom["start"] == PartialDate(2026, 3)
    assert plan.custom["funding"] == "eu"
    assert plan.custom["quotes"] == ("One quote.", "Another quote.")
    assert [text.text for text in plan.custom["steps"] if isinstance(text, RichText)] == [  # type: ignore[union-attr] # a tuple
        "The first step.",
        "The second step.",
    ]
    assert [city.custom["airport"] for city in plan.cities] == ["HAN", "TLS"]
    assert "trams" not in plan.cities[1].custom


def test_documents_print_each_type_in_the_language_of_the_document(project: Path) -> None:
    english, german = rows(project), rows(project, language="de")

    assert english["Budget:"] == ["€40,000"]
    assert english["Funding:"] == ["EU funds"]
    assert english["Start:"] == ["March 2026"]
    assert english["Jobs:"] == ["1,200 jobs"]
    assert english["Airport:"] == ["HAN", "TLS"]
    assert english["Trams:"] == ["12", "N/A"]
    assert german["Kosten:"] == ["40.000\u00a0€"]
    assert german["Funding:"] == ["EU-Mittel"]
    assert german["Start:"] == ["März 2026"]
    assert german["Jobs:"] == ["1.200 jobs"]


def test_rows_follow_the_field_that_the_declaration_names(project: Path) -> None:
    labels = list(rows(project))
    assert labels.index("Trams:") == labels.index("Population:") + 1
    assert labels.index("Budget:") == labels.index("Period of cooperation") + 1
    assert labels.index("Start:") == labels.index("Budget:") + 1
    assert labels.index("Airport:") < labels.index("Period of cooperation"), "with the other facts of cities"
    last = ["Funding:", "Jobs:", "Next steps:", "Quotes:", "In short:"]
    assert [label for label in labels if label in last] == last


def test_all_formats_have_the_same_custom_rows(project: Path) -> None:
    run = ucap(project, "build", "--format", "docx,pdf,html", "--jobs", "1", "--no-index", "--json")
    assert [each["status"] for each in run.report["documents"]] == ["written"] * 3
    for text in ("€40,000", "EU funds", "1,200 jobs", "The second step."):
        assert text in (project / "out" / "hanoi-toulouse.html").read_text(encoding="utf-8")


def test_a_project_can_hide_and_rename_the_row_of_a_custom_field(project: Path) -> None:
    hidden = SETTINGS + "rows: {budget: hide, funding: {label: Money from}}\n"
    (project / "ucap.yaml").write_text(hidden, encoding="utf-8")
    labels = rows(project)
    assert "Budget:" not in labels
    assert labels["Money from"] == ["EU funds"]
    assert problems(ucap(project, "check", "--json")) == []


def test_a_pack_declares_fields_that_other_packs_inherit_and_places_them(project: Path) -> None:
    for name, text in (
        (
            "base",
            "extends: iuc-asia\nfields: {motto: {type: line, label: Motto}, budget: {type: money, label: Cost}}\n",
        ),
        ("own", "extends: base\nrows: {motto: {label: Our motto}, visits: hide}\n"),
    ):
        pack = project / "templates" / name / "pack.yaml"
        pack.parent.mkdir(parents=True)
        pack.write_text(text, encoding="utf-8")
    write_plan(project, "hanoi-toulouse.yaml", f"template: own\nmotto: Together\n{PLAN}")
    found = rows(project)
    assert found["Our motto"] == ["Together"]
    assert found["Budget:"] == ["€40,000"], "the label of the project"
    write_plan(project, "b.yaml", f"motto: Together\n{PLAN}")
    assert ("field-unknown", "motto", 1) in problems(ucap(project, "check", "b", "--json"))


def test_another_template_does_not_change_what_is_valid(project: Path) -> None:
    pack = project / "templates" / "own" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: iuc-asia\nfields: {motto: {type: line, label: Motto}}\n", encoding="utf-8")
    write_plan(project, "hanoi-toulouse.yaml", f"template: own\nmotto: Together\n{PLAN}")
    run = ucap(project, "build", "--template", "plain", "--format", "html", "--jobs", "1", "--json")
    assert run.code == 0
    assert ("field-not-printed", "motto", 2) in problems(run)


@pytest.mark.parametrize(
    ("condition", "fulfilled"),
    [
        *((condition, True) for condition in ("budget>10000", "budget<=40,000 €", "jobs=1200", "start>=2026-03")),
        *((condition, True) for condition in ("start=2026", "funding=eu", "cities.airport=TLS", "quotes~another")),
        ("cities.trams<13", True),
        *((condition, False) for condition in ("budget>40000", "jobs<100", "start>2026-03", "cities.trams>12")),
    ],
)
def test_conditions_compare_numbers_amounts_dates_and_texts(project: Path, condition: str, *, fulfilled: bool) -> None:
    assert is_selected(project, condition) is fulfilled


@pytest.mark.parametrize(
    ("value", "condition", "fulfilled"),
    [
        *(("123.456", condition, True) for condition in ("trams<1000", "trams=123.456", "trams>123.4")),
        ("123.456", "trams>1000", False),
        ("0.00001", "trams<1", True),
        ("0.00001", "trams>0", True),
        ("13.500", "trams<14", True),
        ('"13.500"', "trams>13000", True),
    ],
)
def test_conditions_tell_decimals_of_numbers_from_thousands(
    tmp_path: Path, value: str, condition: str, *, fulfilled: bool
) -> None:
    settings = "fields:\n  trams: {type: number, label: X}\n"
    assert is_selected(write_project(tmp_path, settings, f"{HEAD}trams: {value}\n"), condition) is fulfilled


@pytest.mark.parametrize(
    ("value", "condition", "fulfilled"),
    [
        ("0.0000001", "trams>0", True),
        ("0.0000001", "trams=0", False),
        ("0.0000001", "trams<0.0000002", True),
        ("-0.5", "trams>-0.51", True),
        ("-0.5", "trams<-0.49", True),
        ("-0.5", "trams<0", True),
        ("12", "trams~10", False),
        ("10.0", "trams=10", True),
    ],
)
def test_conditions_compare_all_decimals_of_numbers(
    tmp_path: Path, value: str, condition: str, *, fulfilled: bool
) -> None:
    settings = "fields:\n  trams: {type: number, label: X}\n"
    assert is_selected(write_project(tmp_path, settings, f"{HEAD}trams: {value}\n"), condition) is fulfilled


@pytest.mark.parametrize(
    ("kind", "condition"),
    [("money", "x<10000"), ("money", "x<=0"), ("date", "x<2030"), ("date", "x<=2026-03-31")],
)
def test_conditions_about_less_are_not_fulfilled_by_words(tmp_path: Path, kind: str, condition: str) -> None:
    settings = f"fields:\n  x: {{type: {kind}, label: X}}\n"
    project = write_project(tmp_path, settings, f"{HEAD}x: after the next election\n")
    assert not is_selected(project, condition)
    assert is_selected(project, condition.partition("<")[0] + "!=2027")


def test_list_refuses_conditions_with_unknown_fields_and_values(project: Path) -> None:
    assert [plan["id"] for plan in ucap(project, "list", "--where", "jobs=1200", "--json").report["plans"]] == [
        "hanoi-toulouse"
    ]
    assert hints(ucap(project, "list", "--where", "bugdet>1", "--json")) == ['did you mean "budget"?']
    for value in ("much", "about 40,000 euros", "40 T$"):
        assert ucap(project, "list", "--where", f"budget>{value}", "--json").codes == ["condition-value-invalid"]
    for value in ("39k €", "39 thousand", "EUR 39,000"):
        assert len(ucap(project, "list", "--where", f"budget>{value}", "--json").report["plans"]) == 1, value


def test_list_has_columns_for_custom_fields_with_short_values(project: Path) -> None:
    write_plan(project, "rome.yaml", "cities: [{name: Rome, country: Italy}]\nfunding: own\n")
    head, hanoi, rome = ucap(project, "list").out.splitlines()
    names = head.split()[7:]
    assert names == ["cities.trams", "cities.airport", "budget", "start", "funding", "jobs"]
    starts = [head.index(name) for name in names]
    cells = [hanoi[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
    assert cells == ["12 |", "HAN | TLS", "40,000 €", "2026-03", "eu", "1200"]
    assert rome[head.index("funding") :].strip() == "own"


def test_completeness_and_checks_count_expected_fields(project: Path) -> None:
    before = ucap(project, "list", "--json").report["plans"][0]["completeness"]
    write_plan(project, "hanoi-toulouse.yaml", PLAN.replace("budget: 40,000 €\n", "").replace("story: |\n", "x: |\n"))
    run = ucap(project, "check", "--json")
    assert ucap(project, "list", "--json").report["plans"][0]["completeness"] < before
    assert ("field-unknown", "x", 17) in problems(run)
    assert ("value-missing", "story", None) in problems(run)
    empty = next(each["message"] for each in run.report["problems"] if each["code"] == "section-empty")
    assert "budget" in empty
    assert "story" not in empty


@pytest.mark.parametrize(
    ("value", "codes"), [("4 mil", ["number-invalid"]), ("4 mil trees", ["number-invalid"]), ("4 b", [])]
)
def test_a_number_before_a_word_with_several_meanings_is_an_error(tmp_path: Path, value: str, codes: list[str]) -> None:
    run = declared(tmp_path, "  jobs: {type: number, label: Jobs}\n", f"jobs: {value}\n")
    assert [code for code, field, _ in problems(run) if field == "jobs"] == codes


def test_a_required_field_that_is_missing_is_an_error(tmp_path: Path) -> None:
    run = declared(
        tmp_path, "  budget: {type: money, label: B, required: error}\n  x: {type: line, label: X, required: false}\n"
    )
    assert problems(run) == [("field-missing", "budget", 1)]
    assert problems(declared(tmp_path, "  budget: {type: money, label: B, required: error}\n", "budget: N/A\n")) == []


@pytest.mark.no_cover
def test_a_required_field_that_is_missing_prevents_no_form_and_no_import(tmp_path: Path) -> None:
    declared(
        tmp_path,
        "  budget: {type: money, label: Budget, required: error}\n"
        "  cities.airport: {type: line, label: Airport, required: error}\n",
    )
    (tmp_path / "list.csv").write_text("City 1,City 2\nOslo,Bergen\n", encoding="utf-8")

    assert ucap(tmp_path, "form", "--out", "empty.docx").code == 0
    assert ucap(tmp_path, "form", "a").code == 0
    run = ucap(tmp_path, "import", "list.csv", "--json")
    assert (run.code, run.codes) == (0, [])
    ucap(tmp_path, "export", "all.xlsx")
    book = load_workbook(tmp_path / "all.xlsx")
    book["Plans"].append(["new"])
    book["Cities"].append(["new", 1, "Kobe"])
    book.save(tmp_path / "all.xlsx")
    run = ucap(tmp_path, "import", "all.xlsx", "--update", "--json")
    assert (run.code, run.codes) == (0, [])

    missing = [("field-missing", name) for name in ("airport", "budget")]
    for plan in ("new", "oslo-bergen"):
        run = ucap(tmp_path, "check", plan, "--json")
        assert sorted({(code, str(path).rpartition(".")[2]) for code, path, _ in problems(run)}) == missing


@pytest.mark.parametrize("empty", ["", "[]", "''", "' '"])
def test_an_empty_value_of_a_required_field_is_an_error(tmp_path: Path, empty: str) -> None:
    run = declared(tmp_path, "  steps: {type: lines, label: S, required: error}\n", f"steps: {empty}\n")
    assert problems(run) == [("field-missing", "steps", 1)]


def test_bounds_of_numbers_are_reported_with_all_their_digits(tmp_path: Path) -> None:
    run = declared(tmp_path, "  x: {type: number, label: X, maximum: 1234567.5}\n", "x: 9999999\n")
    assert "9999999 is greater than 1234567.5" in [problem["message"] for problem in run.report["problems"]]


def test_the_hint_about_a_date_with_a_short_year_shows_a_complete_one(tmp_path: Path) -> None:
    run = declared(tmp_path, "  x: {type: date, label: X}\n", "x: 31.03.26\n")
    hints = [problem["hint"] for problem in run.report["problems"] if problem["code"] == "date-invalid"]
    assert hints == ["write year, month and day, such as 2019-04-30"]


@pytest.mark.parametrize(
    "written", ["1234 TND", "1.234 TND", "1234.5 TND", "-40000 €", "'12.345,678 EUR'", "1234567 ¥ JPY"]
)
def test_a_written_plan_keeps_amounts(tmp_path: Path, written: str) -> None:
    declared(tmp_path, "  x: {type: money, label: X}\n", f"x: {written}\n")
    plan = render(tmp_path / "plans" / "a.yaml", formats="html").plan
    again = written_and_read(plan, opened_project(Project(tmp_path)).fields)
    assert again.custom == plan.custom


@pytest.mark.parametrize("written", ["12.500", "0.0000001", "-12.250", "'12,500'", "12.5 %"])
def test_a_written_plan_keeps_the_digits_of_numbers(tmp_path: Path, written: str) -> None:
    declared(tmp_path, "  x: {type: number, label: X}\n", f"x: {written}\n")
    plan = render(tmp_path / "plans" / "a.yaml", formats="html").plan
    again = written_and_read(plan, opened_project(Project(tmp_path)).fields)
    assert again.custom == plan.custom


INVALID = {
    "a number without digits": ("{type: number, label: X}", "x: many", ["number-invalid"]),
    "a number below the minimum": ("{type: number, label: X, minimum: 0}", "x: -1", ["value-invalid"]),
    "a number above the maximum": ("{type: number, label: X, maximum: 5}", "x: 5.5", ["value-invalid"]),
    "a date for a number": ("{type: number, label: X}", "x: 2026-03-01", ["number-invalid"]),
    "a date with points for a number": ("{type: number, label: X}", "x: 31.03.2026", ["number-invalid"]),
    "several numbers for a number": ("{type: number, label: X}", "x: 1,2,3", ["number-invalid"]),
    "years for a number": ("{type: number, label: X}", "x: 2026 2027", ["number-invalid"]),
    "a range for a number": ("{type: number, label: X}", "x: 5–6 jobs", ["number-invalid"]),
    "a boolean": ("{type: number, label: X}", "x: true", ["type-invalid"]),
    "digits in groups of a programming language": ("{type: number, label: X}", "x: 1_000", ["number-invalid"]),
    "a number of millions above the maximum": (
        "{type: number, label: X, maximum: 5}",
        "x: 1.5 million",
        ["value-invalid"],
    ),
    "an amount in an unknown currency": (
        "{type: money, label: X}",
        "x: {amount: 1, currency: EURO}",
        ["money-invalid"],
    ),
    "an amount without a currency": ("{type: money, label: X}", "x: {amount: 1}", ["money-invalid"]),
    "a day that does not exist": ("{type: date, label: X}", "x: 31.02.2020", ["date-invalid"]),
    "a month that does not exist": ("{type: date, label: X}", "x: 2026-13", ["date-invalid"]),
    "a placeholder for a date": ("{type: date, label: X}", "x: tbd", ["date-invalid"]),
    "a placeholder in German": ("{type: date, label: X}", "x: unbekannt", ["date-invalid"]),
    "an undeclared choice": ("{type: choice, label: X, choices: {a: A}}", "x: b", ["value-invalid"]),
    "a list for a line": ("{type: line, label: X}", "x: [a, b]", ["type-invalid"]),
    "markup that is not allowed": ("{type: text, label: X}", "x: <blink>a</blink>", ["html-forbidden"]),
    "a dollar of no country": ("{type: money, label: X}", "x: $40,000", ["currency-unclear"]),
    "a yen or a yuan": ("{type: money, label: X}", "x: ¥40,000", ["currency-unclear"]),
    "thousands or decimals": ("{type: money, label: X}", "x: 1.500 TND", ["amount-unclear"]),
}


@pytest.mark.parametrize(("declaration", "value", "codes"), INVALID.values(), ids=INVALID)
def test_invalid_values_are_reported_at_their_place(
    tmp_path: Path, declaration: str, value: str, codes: list[str]
) -> None:
    assert problems(declared(tmp_path, f"  x: {declaration}\n", value)) == [(code, "x", 3) for code in codes]


@pytest.mark.parametrize(
    ("declaration", "value", "suggestions"),
    [
        ("{type: money, label: X}", "x: ¥40,000", ["JPY 40,000", "CNY 40,000"]),
        ("{type: date, label: X}", "x: 04/05/2019", ["2019-05-04", "2019-04-05"]),
        ("{type: line, label: X}", "urban_agenda: [EU UP Urban Mobilty]", ["Urban Mobility"]),
    ],
)
def test_values_that_a_hint_proposes_are_suggestions(
    tmp_path: Path, declaration: str, value: str, suggestions: list[str]
) -> None:
    (problem,) = [
        problem
        for problem in declared(tmp_path, f"  x: {declaration}\n", value).report["problems"]
        if problem["severity"] != "info"
    ]
    assert problem["details"]["suggestions"] == suggestions
    assert all(suggestion in problem["hint"] for suggestion in suggestions)


def test_words_are_printed_as_they_are_written(tmp_path: Path) -> None:
    fields = "  x: {type: money, label: X}\n  y: {type: date, label: Y}\n"
    assert problems(declared(tmp_path, fields, "x: to be negotiated\ny: after the elections\n")) == []
    page = render(tmp_path / "plans" / "a.yaml", formats="html").html.content.decode()
    assert "to be negotiated" in page
    assert "after the elections" in page


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.5M€", 1_500_000, "EUR"),
        ("1,5 M€", 1_500_000, "EUR"),
        ("40k€", 40_000, "EUR"),
        ("2 MEUR", 2_000_000, "EUR"),
        ("40 TEUR", 40_000, "EUR"),
        ("40 T€", 40_000, "EUR"),
        ("40 T EUR", 40_000, "EUR"),
        ("40 TSEK", 40_000, "SEK"),
        ("TEUR 40", 40_000, "EUR"),
        ("M€ 1.2", 1_200_000, "EUR"),
        ("€m 1.2", 1_200_000, "EUR"),
        ("ca. M€ 1.2", 1_200_000, "EUR"),
        ("300.000 Euro", 300_000, "EUR"),
        ("1,2 millones de euros", 1_200_000, "EUR"),
        ("300 million RMB", 300_000_000, "CNY"),
        ("300万欧元", 3_000_000, "EUR"),
        ("5 dollars", 5, ""),
        ("Mio. EUR 3", 3_000_000, "EUR"),
        ("USD million 4", 4_000_000, "USD"),
        ("EUR m 3.5", 3_500_000, "EUR"),
        ("T EUR 5", 5000, "EUR"),
        ("T USD 5", None, ""),
        ("2 Mio. EUR 3", None, ""),
        ("Mio. EUR 3 million", None, ""),
        ("M. Rossi: EUR 3", 3, "EUR"),
        ("US$m 3", 3_000_000, "USD"),
        ("40 T$", None, ""),
        ("€40T", None, ""),
        ("EUR 40 T", None, ""),
        ("M€ 1.2 million", None, ""),
        ("A$ 40", 40, "AUD"),
        ("1.2 millones €", 1_200_000, "EUR"),
        ("3 lakh INR", 300_000, "INR"),
        ("-€40,000", -40_000, "EUR"),
        ("\u22125 EUR", -5, "EUR"),
        ("1,25,000 INR", 125_000, "INR"),
        ("４０，０００円", 40_000, "JPY"),
        ("1,2,3 EUR", None, ""),
        ("2 million to 3 million", None, ""),
        ("2 million to three million EUR", None, ""),
        ("€2 million or three thousand", None, ""),
        ("€2 million of M. Rossi", 2_000_000, "EUR"),
        ("31.03.2026", None, ""),
        ("2026-03-31", None, ""),
    ],
)
def test_amount_of_money_has_the_value_that_people_read(text: str, amount: int | None, currency: str) -> None:
    money = read_money(text, currencies())
    assert (money.amount, money.currency) == (amount, currency)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("value", "is_info"),
    [
        *((value, True) for value in ("40000", "40,000 francs", "40k €", "40k EUR", "1.2 million", "2026 or later")),
        *((value, False) for value in ("40,000 €", "€40k in all", "40,000 € in 2027", "2 x 40,000€")),
        *((value, False) for value in ("in kind", "to be negotiated in 2027", "$40,000", "1.2 million EUR")),
    ],
)
def test_a_number_without_a_currency_is_an_info_that_it_is_printed_as_written(
    tmp_path: Path, value: str, *, is_info: bool
) -> None:
    run = declared(tmp_path, "  x: {type: money, label: X}\n", f"x: {value}\n")
    found = [problem["message"] for problem in run.report["problems"] if problem["code"] == "amount-unread"]
    assert found == [f'"{value}" is printed as it is written'] * is_info


def test_a_build_in_another_language_names_the_option_that_shows_its_warnings(project: Path) -> None:
    arguments = ("build", "--format", "html", "--jobs", "1", "--no-index")
    assert "`--verbose` shows all warnings and infos." in ucap(project, *arguments, "--language", "de").err
    assert "`--verbose`" not in ucap(project, *arguments).err


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        ("40,000 €", "€40,000", "40.000\u00a0€"),
        ("EUR 40000", "€40,000", "40.000\u00a0€"),
        ("40.000 EUR", "€40,000", "40.000\u00a0€"),
        ("40,000.50 €", "€40,000.50", "40.000,50\u00a0€"),
        ("{amount: 40000, currency: JPY}", "¥40,000", "40.000\u00a0¥"),
        ("CAD 1.234.567", "CA$1,234,567", "1.234.567\u00a0CA$"),
    ],
)
def test_amounts_are_printed_as_is_usual_in_the_language(tmp_path: Path, value: str, english: str, german: str) -> None:
    declared(tmp_path, "  x: {type: money, label: X}\n", f"x: {value}\n")
    for language, expected in ((None, english), ("de", german)):
        assert (
            expected in render(tmp_path / "plans" / "a.yaml", formats="html", language=language).html.content.decode()
        )


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("unit", "english", "german"),
    [
        ("'%'", "12.5%", "12,5 %"),
        ("°C", "12.5 °C", "12,5 °C"),
        ("°", "12.5°", "12,5°"),
        ("jobs", "12.5 jobs", "12,5 jobs"),
    ],
)
def test_units_have_the_space_before_them_that_the_language_has(
    tmp_path: Path, unit: str, english: str, german: str
) -> None:
    declared(tmp_path, f"  x: {{type: number, label: X, unit: {unit}}}\n", "x: 12.5\n")
    for language, printed in ((None, english), ("de", german)):
        page = render(tmp_path / "plans" / "a.yaml", formats="html", language=language).html.content
        assert f" {printed} " in " ".join(html_words(page))


def test_items_of_a_list_may_start_with_small_letters(tmp_path: Path) -> None:
    declared(tmp_path, "  x: {type: list, label: X}\n", "x: [small, letters]\n")
    assert "text-cut" not in ucap(tmp_path, "check", "--json").codes


@pytest.mark.parametrize(("value", "printed"), [("-0.4", "0 points"), ("-0.6", "-1 points"), ("0.4", "0 points")])
def test_rounded_number_has_no_minus_before_zero(tmp_path: Path, value: str, printed: str) -> None:
    declared(tmp_path, "  x: {type: number, label: X, decimals: 0, unit: points}\n", f"x: {value}\n")
    for language in (None, "de"):
        page = render(tmp_path / "plans" / "a.yaml", formats="html", language=language).html.content.decode()
        assert f">{printed}<" in page.replace("\u00a0", " ")


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("value", "proposed"),
    [("$40,000", "CAD 40,000"), ("$40,000.50", "CAD 40,000.50"), ("$1.2 million", "CAD 1,200,000")],
)
def test_the_hint_about_a_dollar_names_the_currency_of_the_countries(tmp_path: Path, value: str, proposed: str) -> None:
    (tmp_path / "ucap.yaml").write_text("fields: {x: {type: money, label: X}}\n", encoding="utf-8")
    text = "cities: [{name: Ottawa, country: Canada}]\nupdated: 2019-04-30\n"
    write_plan(tmp_path, "a.yaml", f"{text}x: {value}\n")
    (hint,) = [each for each in hints(ucap(tmp_path, "check", "--json")) if "currency" in each]
    assert hint == f"write the code of the currency: {proposed}"


def test_the_label_of_a_choice_has_a_hint_with_its_key(tmp_path: Path) -> None:
    run = declared(
        tmp_path,
        "  x: {type: choice, label: X, choices: {own: Own resources, eu: {de: EU-Mittel}}}\n",
        "x: eu-mittel\n",
    )
    assert 'did you mean "eu"?' in hints(run)


def test_a_placeholder_in_a_required_field_is_to_be_replaced(tmp_path: Path) -> None:
    run = declared(tmp_path, "  x: {type: line, label: X, required: error}\n", "x: tbd\n")
    assert problems(run) == [("text-placeholder", "x", 3)]
    assert "replace it; this field is required" in hints(run)


def test_the_key_of_a_choice_is_no_placeholder(tmp_path: Path) -> None:
    choices = "type: choice, label: X, choices: {tbd: In negotiation, own: Own}"
    fields = f"  x: {{{choices}}}\n  rows: {{type: table, label: R, columns: {{x: {{{choices}}}}}}}\n"
    assert problems(declared(tmp_path, fields, "x: tbd\nrows: [{x: tbd}]\n")) == []


WRONG_DECLARATIONS = {
    "no label in braces": ("x_y: {type: line}", "add it inside the braces: `x_y: {type: line, label: X y}`"),
    "no label on lines": ("x:\n    type: line", "add the line `label: …` here"),
    "a long declaration": (
        f"x: {{type: line, hint: {'y' * 60}}}",
        "add it inside the braces: `x: {…, label: X}`",
    ),
    "empty braces": ("cities.airport: {}", "add it inside the braces: `cities.airport: {label: Airport}`"),
    "an empty label": ("partners: {type: line, label: }", "write a text, such as `label: Partners`"),
    "a list of labels": ("partners: {type: line, label: [X]}", "write a text, such as `label: Partners`"),
    "an empty choice": (
        "x: {type: choice, label: X, choices: {own: }}",
        "write a text, such as `own: Own`",
    ),
    "choices with dashes": (
        "x: {type: choice, label: X, choices: [own, eu]}",
        "write a name and a value for each item, such as `own: …`",
    ),
    "columns with dashes": (
        "x:\n    type: table\n    label: X\n    columns:\n      - name: {type: line, label: Y}",
        "remove the dashes or square brackets: write `name: …`",
    ),
    "a column in braces without a label": (
        "x: {type: table, label: X, columns: {role: {type: line}}}",
        "add it inside the braces: `role: {type: line, label: Role}`",
    ),
}


def test_a_custom_field_of_cities_in_the_plan_itself_has_a_hint_where_it_belongs(tmp_path: Path) -> None:
    fields = "  cities.airport: {type: line, label: Airport}\n"
    assert "move it into a city, below its `name`" in hints(declared(tmp_path, fields, "airport: HAN\n"))


@pytest.mark.no_cover
@pytest.mark.parametrize(("declaration", "hint"), WRONG_DECLARATIONS.values(), ids=WRONG_DECLARATIONS)
def test_the_hint_about_a_declaration_shows_what_to_write(tmp_path: Path, declaration: str, hint: str) -> None:
    assert hint in hints(declared(tmp_path, f"  {declaration}\n"))


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ('"Total budget:"', 'write `budget: {label: "Total budget:"}`'),
        ("Kosten", 'write `budget: {label: "Kosten"}`'),
        ("omit", "write `budget: hide`, or settings such as `budget: {when_unknown: omit}`"),
        ("[hide]", "write `budget: hide`, or settings such as `budget: {when_unknown: omit}`"),
    ],
)
def test_the_hint_about_a_row_says_how_to_change_its_label(project: Path, change: str, hint: str) -> None:
    (project / "ucap.yaml").write_text(f"{SETTINGS}rows: {{budget: {change}}}\n", encoding="utf-8")
    assert hints(ucap(project, "check", "--json"))[0] == hint


def test_settings_of_the_project_in_a_plan_have_a_hint_about_their_file(tmp_path: Path) -> None:
    run = declared(tmp_path, "  x: {type: line, label: X}\n", "fields: {y: {type: line, label: Y}}\n")
    assert hints(run)[0] == "move this block into the file ucap.yaml, which is beside the folder plans"


CITIES_ONLY = "cities: [{name: Rome, country: Italy}]\nupdated: 2019-04-30\n"
MANY_CHOICES = ", ".join(f"c{number}: C" for number in range(51))
DECLARATIONS = {
    "a capital letter": ("Budget: {type: line, label: X}", "declaration-invalid"),
    "a long name": (f"{'x' * 41}: {{type: line, label: X}}", "declaration-invalid"),
    "a built-in field": ("period: {type: line, label: X}", "declaration-invalid"),
    "a built-in field of cities": ("cities.mayor: {type: line, label: X}", "declaration-invalid"),
    "a row": ("topics: {type: line, label: X}", "declaration-invalid"),
    "the earlier field": ("extra: {type: line, label: X}", "declaration-invalid"),
    "a condition": ("completeness: {type: line, label: X}", "declaration-invalid"),
    "a method of mappings": ("items: {type: line, label: X}", "declaration-invalid"),
    "a sheet": ("plans: {type: line, label: X}", "declaration-invalid"),
    "an unknown type": ("x: {type: colour, label: X}", "value-invalid"),
    "no label": ("x: {type: line}", "field-missing"),
    "an unknown setting": ("x: {type: line, label: X, lable: Y}", "field-unknown"),
    "a setting of another type": ("x: {type: line, label: X, unit: m}", "declaration-invalid"),
    "no choices": ("x: {type: choice, label: X}", "declaration-invalid"),
    "an unknown field before it": ("x: {type: line, label: X, after: perod}", "declaration-invalid"),
    "bounds in the wrong order": ("x: {type: number, label: X, minimum: 3, maximum: 2}", "declaration-invalid"),
    "an unknown language": ("x: {type: line, label: {german_: X}}", "language-invalid"),
    "too many decimals": ("x: {type: number, label: X, decimals: 7}", "value-invalid"),
    "too many choices": (f"x: {{type: choice, label: X, choices: {{{MANY_CHOICES}}}}}", "value-invalid"),
    "text instead of a declaration": ("x: line", "type-invalid"),
    "an empty label": ("x: {type: line, label: ''}", "type-invalid"),
    "empty labels in all languages": ("x: {type: line, label: {en: '', de: ' '}}", "type-invalid"),
    "an empty label of a choice": ("x: {type: choice, label: X, choices: {a: ''}}", "type-invalid"),
    "a boolean instead of a choice": ("x: {type: line, label: X, required: true}", "type-invalid"),
}  # fmt: skip


@pytest.mark.no_cover
@pytest.mark.parametrize(("declaration", "code"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_invalid_declarations_are_errors_at_their_place(tmp_path: Path, declaration: str, code: str) -> None:
    found = problems(declared(tmp_path, f"  {declaration}\n"))
    assert [(each[0], each[2]) for each in found] == [(code, 2)]


def test_invalid_declarations_of_packs_are_errors_at_their_place(tmp_path: Path) -> None:
    pack = tmp_path / "templates" / "own" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: iuc-asia\nfields:\n  period: {type: line, label: X}\n", encoding="utf-8")
    write_plan(tmp_path, "a.yaml", f"template: own\n{PLAN.partition('period')[0]}updated: 2019-04-30\n")
    assert ("declaration-invalid", "fields.period", 3) in problems(ucap(tmp_path, "check", "--json"))


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("text", "code"), [("", None), ("{}", None), ("[a]", "type-invalid"), ("{x: 1}", "type-invalid")]
)
def test_a_pack_without_declarations_or_with_others_than_fields(tmp_path: Path, text: str, code: str | None) -> None:
    pack = tmp_path / "templates" / "own" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text(f"extends: iuc-americas\nfields: {text}\n", encoding="utf-8")
    write_plan(tmp_path, "a.yaml", "template: own\ncities: [{name: Rome}]\nupdated: 2019-04-30\n")
    found = [each[0] for each in problems(ucap(tmp_path, "check", "--json"))]
    assert found == ([] if code is None else [code])


def write_pack(project: Path, name: str, settings: str) -> None:
    folder = project / "templates" / name
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")


def write_settings(project: Path, settings: str) -> None:
    (project / "ucap.yaml").write_text(settings, encoding="utf-8")


def test_one_name_with_two_types_is_an_error(project: Path) -> None:
    pack = project / "templates" / "iuc-asia" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: iuc-asia\nfields: {budget: {type: number, label: X}}\n", encoding="utf-8")
    assert ("declaration-invalid", "fields.budget.type", 3) in problems(ucap(project, "check", "--json"))


@pytest.mark.parametrize("has_own_pack", [True, False], ids=["settings-and-pack", "pack-and-pack"])
def test_one_column_with_two_types_is_an_error(tmp_path: Path, *, has_own_pack: bool) -> None:
    def table(share: str, name: str) -> str:
        columns = f"name: {{type: line, label: {name}}}, share: {{type: {share}, label: Share}}"
        return f"fields:\n  partners: {{type: table, label: Partners, columns: {{{columns}}}}}\n"

    write_plan(tmp_path, "a.yaml", f"template: near\n{CITIES_ONLY}partners: [{{name: A, share: 1}}]\n")
    write_pack(tmp_path, "far", f"extends: iuc-asia\n{table('money', 'Partner')}")
    if has_own_pack:
        write_pack(tmp_path, "near", "extends: far\n")
        write_settings(tmp_path, table("number", "Name"))
    else:
        write_pack(tmp_path, "near", f"extends: far\n{table('number', 'Name')}")

    run = ucap(tmp_path, "check", "--json")

    (found,) = [problem for problem in run.report["problems"] if problem["code"] == "declaration-invalid"]
    assert found["message"] == 'the field "partners.share" is declared as number, and elsewhere as money'
    assert found["field"] == "fields.partners.columns.share.type"


def test_a_project_changes_labels_and_adds_columns_of_a_table_of_a_pack(tmp_path: Path) -> None:
    write_pack(
        tmp_path,
        "far",
        "extends: iuc-asia\nfields: {x: {type: table, label: X, columns: {a: {type: line, label: A}}}}\n",
    )
    write_settings(
        tmp_path,
        "fields: {x: {type: table, label: Y, columns: {a: {type: line, label: Name}, b: {type: money, label: B}}}}\n",
    )
    write_plan(tmp_path, "a.yaml", f"template: far\n{CITIES_ONLY}x: [{{a: One, b: 1 €}}]\n")

    assert "declaration-invalid" not in ucap(tmp_path, "check", "--json").codes
    page = render(tmp_path / "plans" / "a.yaml", formats="html").html.content.decode()
    assert all(f">{label}<" in page for label in ("Y", "Name", "B"))


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("written", "english", "german"),
    [
        ("1.5 million", "1,500,000 jobs", "1.500.000 jobs"),
        ("1.234 million", "1,234,000 jobs", "1.234.000 jobs"),
        ("1,5 Mio. jobs (2024)", "1,500,000 jobs (2024)", "1.500.000 jobs (2024)"),
        ("3万", "30,000 jobs", "30.000 jobs"),
        ("12 m", "12 jobs m", "12 jobs m"),
    ],
)
def test_a_word_such_as_million_is_a_part_of_the_number(
    tmp_path: Path, written: str, english: str, german: str
) -> None:
    declared(tmp_path, "  x: {type: number, label: X, unit: jobs, maximum: 2000000}\n", f"x: {written}\n")
    for language, expected in ((None, english), ("de", german)):
        page = render(tmp_path / "plans" / "a.yaml", formats="html", language=language).html.content.decode()
        assert f">{expected}<" in page


def test_an_empty_label_in_the_language_of_the_document_is_a_warning(tmp_path: Path) -> None:
    run = declared(tmp_path, "  x: {type: line, label: {en: '', de: Bezeichnung}}\n", "x: words\n")
    assert problems(run) == [("label-untranslated", "x", 3)]


def test_more_than_fifty_fields_are_an_error(tmp_path: Path) -> None:
    many = "".join(f"  x{number}: {{type: line, label: X}}\n" for number in range(51))
    assert problems(declared(tmp_path, many)) == [("value-invalid", "fields", 2)]


def test_an_undeclared_field_has_a_hint_with_its_declaration(tmp_path: Path) -> None:
    run = declared(tmp_path, "  budget: {type: money, label: B}\n", "harbour: 40000\nbugdet: 3 €\n")
    assert problems(run) == [("field-unknown", "harbour", 3), ("field-unknown", "bugdet", 4)]
    first, second = hints(run)[:2]
    assert 'declare it in ucap.yaml: `fields: {harbour: {type: number, label: "Harbour:"}}`' in first
    assert second == 'did you mean "budget"?'
    assert [each["details"]["suggestions"] for each in run.report["problems"][:2]] == [[], ["budget"]]


@pytest.mark.no_cover
def test_a_missing_space_after_the_colon_of_a_custom_field_has_a_hint(tmp_path: Path) -> None:
    write_project(
        tmp_path, "fields: {cities.airport: {type: line, label: Airport}}\n", "cities: [{airport:TSN, name: Tianjin}]\n"
    )
    unknown = [each for each in ucap(tmp_path, "check", "--json").report["problems"] if each["code"] == "field-unknown"]
    assert [each["hint"] for each in unknown] == ['put a space after the colon: "airport: TSN"']


def test_declarations_are_proposed_for_the_first_hundred_undeclared_fields(tmp_path: Path) -> None:
    run = declared(
        tmp_path, "  budget: {type: money, label: B}\n", "".join(f"x{number}z: 1\n" for number in range(102))
    )
    is_declared = ["declare it" in (each["hint"] or "") for each in run.report["problems"][:102]]
    assert is_declared == [True] * 100 + [False] * 2


@pytest.mark.parametrize(
    ("written", "name"),
    [("Budget", "budget"), ("Total Budget", "total_budget"), ("Coût total", "cout_total"), ("预算", None)],
)
def test_hint_about_a_name_that_no_field_can_have_declares_a_similar_one(
    tmp_path: Path, written: str, name: str | None
) -> None:
    run = declared(tmp_path, "  harbour: {type: line, label: H}\n", f"{written}: 40,000 €\n")
    expected = f'rename it "{name}", and declare that in ucap.yaml: `fields: {{{name}: {{type: money'
    assert hints(run)[0].startswith("known fields: " if name is None else expected)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("value", "declaration"),
    [
        ("x: 3 €", 'x: {type: money, label: "X:"}'),
        ("x: 2026-03", 'x: {type: date, label: "X:"}'),
        ("x: 31.12.2026", 'x: {type: date, label: "X:"}'),
        ("x: the harbour", 'x: {type: line, label: "X:"}'),
        ("x: [a, b]", 'x: {type: lines, label: "X:"}'),
        (
            "x: [{port: A, fee: 3 €}]",
            "x: {type: table, label: X, columns: {port: {type: line, label: Port}, fee: {type: money, label: Fee}}}",
        ),
    ],
)
def test_the_declaration_in_the_hint_has_the_type_of_the_value(tmp_path: Path, value: str, declaration: str) -> None:
    run = declared(tmp_path, "  budget: {type: money, label: B}\n", value)
    assert f"`fields: {{{declaration}}}`; known fields: title, " in hints(run)[0]
    assert " period, budget, signed," not in hints(run)[0]
    assert ", results, budget, pictures," in hints(run)[0]
    assert problems(declared(tmp_path, f"  {declaration}\n", value)) == []


BROKEN_DECLARATIONS = """\
  x: {type: nummber}
  items: {type: line, label: I}
  y: {type: line, label: Y, after: nowhere}
"""
BESIDE_THEM = "  budget: {type: money, label: B}\n"


def test_all_errors_in_declarations_are_reported_at_once(tmp_path: Path) -> None:
    found = [
        ("value-invalid", "fields.x.type", 2),
        ("field-missing", "fields.x.label", 2),
        ("declaration-invalid", "fields.items", 3),
        ("declaration-invalid", "fields.y.after", 4),
    ]
    assert sorted(problems(declared(tmp_path, BROKEN_DECLARATIONS))) == sorted(found)


def test_fields_that_may_be_declared_where_there_are_errors_are_not_called_unknown(tmp_path: Path) -> None:
    plan = "budget: 3 $\nx: 3\nitems: a\ny: b\n"
    run = declared(tmp_path, f"{BROKEN_DECLARATIONS}{BESIDE_THEM}", plan)
    about_plan = [problem for problem in problems(run) if problem[0] != "declaration-invalid"]
    assert ("currency-unclear", "budget", 3) in about_plan
    unknown = [field for code, field, _ in about_plan if code == "field-unknown"]
    assert unknown == ["items"]  # no field can have that name


def test_errors_of_a_pack_make_no_field_unknown(project: Path) -> None:
    pack = project / "templates" / "iuc-asia" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: iuc-asia\ncolour: red\n", encoding="utf-8")
    assert problems(ucap(project, "check", "--json")) == [("field-unknown", "colour", 2)]


def test_extra_is_an_error_with_the_declarations_and_fmt_moves_what_is_declared(tmp_path: Path) -> None:
    run = declared(
        tmp_path,
        "  budget: {type: text, label: B}\n  motto: {type: line, label: M}\n",
        "motto: Ours\n# Why\nextra:\n  # About money\n  budget: Six.\n  motto: Theirs\n  slogan: Go\n",
    )
    assert problems(run) == [("field-unknown", "extra", 5)]
    assert '`fields: {slogan: {type: text, label: "Slogan:"}}`' in hints(run)[0]
    done = ucap(tmp_path, "fmt", "--json")
    assert done.codes == ["field-unknown"]
    text = (tmp_path / "plans" / "a.yaml").read_text(encoding="utf-8")
    assert "\n# About money\nbudget: Six.\n" in text
    assert "\n# Why\nextra:\n  motto: Theirs\n  slogan: Go\n" in text
    assert "\nmotto: Ours\n" in text


@pytest.mark.no_cover
def test_a_row_of_extra_is_an_error_with_a_declaration(tmp_path: Path) -> None:
    pack = tmp_path / "templates" / "own" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: iuc-asia\nrows: {extra.budget: {label: Budget}}\n", encoding="utf-8")
    declared(tmp_path, "  motto: {type: line, label: M}\n")
    (found,) = ucap(tmp_path, "template", "check", "own", "--json").report["problems"]
    assert found["code"] == "row-field-unknown"
    assert 'fields: {budget: {type: text, label: "Budget:"}}' in found["hint"]


@pytest.mark.no_cover
def test_the_schema_accepts_keys_of_choices_that_are_written_as_numbers(tmp_path: Path) -> None:
    declared(tmp_path, '  x: {type: choice, label: X, choices: {"1": Low, "2.5": High, a: A}}\n', "x: 1")
    schema = json.loads(ucap(tmp_path, "schema").out)
    assert schema["properties"]["x"]["anyOf"][0] == {"enum": ["1", "2.5", "a", 1, 2.5]}


@pytest.mark.no_cover
def test_the_schema_of_a_project_has_its_custom_fields(project: Path) -> None:
    ucap(project, "schema", "--out", "schema.json")
    schema = json.loads((project / "schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["budget"]["description"] == "Total of both cities"
    assert schema["properties"]["funding"]["anyOf"][0] == {"enum": ["own", "eu"]}
    assert "airport" in schema["$defs"]["City"]["properties"]
    assert "extra" not in schema["properties"]


@pytest.mark.no_cover
def test_the_schema_of_a_project_has_the_fields_of_all_its_packs(project: Path) -> None:
    pack = project / "templates" / "own" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    declared = "motto: {type: line, label: Motto, hint: A motto, required: error}, funding: {type: line, label: Who}"
    pack.write_text(f"extends: plain\nfields: {{{declared}}}\n", encoding="utf-8")
    (project / "ucap.yaml").write_text(
        SETTINGS.replace("  funding: {type: choice", "  money: {type: choice"), encoding="utf-8"
    )
    ucap(project, "new", "c")
    schema = json.loads((project / "plans" / "plan.schema.json").read_text(encoding="utf-8"))
    motto = schema["properties"]["motto"]
    assert motto["description"] == "A motto (in plans with these templates: own)"
    assert "motto" not in schema["required"]
    cities = [{"name": "Hanoi"}, {"name": "Toulouse"}]
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"cities": cities, "template": "own", "motto": "Us", "budget": "1 €"})
    assert not validator.is_valid({"cities": cities, "motto": "Us"})
    assert validator.is_valid({"cities": cities, "template": "action-plan", "timeline": [{"when": "2026"}]})
    assert not validator.is_valid({"cities": cities, "template": "plain", "timeline": [{"when": "2026"}]})
    pack.write_text("extends: plain\nfields: {slogan: {type: line, label: Slogan}}\n", encoding="utf-8")
    ucap(project, "build", "--format", "html", "--jobs", "1")
    properties = json.loads((project / "plans" / "plan.schema.json").read_text(encoding="utf-8"))["properties"]
    assert "slogan" in properties
    assert "motto" not in properties


@pytest.mark.no_cover
def test_builds_keep_the_schema_of_a_project_current(project: Path) -> None:
    ucap(project, "new", "c")
    schema = project / "plans" / "plan.schema.json"
    assert '"jobs"' in schema.read_text(encoding="utf-8")
    (project / "ucap.yaml").write_text("fields: {motto: {type: line, label: Motto}}\n", encoding="utf-8")
    write_plan(
        project, "hanoi-toulouse.yaml", f"motto: Us\n{PLAN.partition('period')[0]}".replace("    airport: HAN\n", "")
    )
    ucap(project, "build", "--format", "html", "--jobs", "1")
    assert "motto" in schema.read_text(encoding="utf-8")
    assert '"jobs"' not in schema.read_text(encoding="utf-8")


def test_new_plans_have_custom_fields_with_comments(project: Path) -> None:
    ucap(project, "new", "c")
    text = (project / "plans" / "c.yaml").read_text(encoding="utf-8")
    assert "\n# Total of both cities: an amount such as 40,000 € or EUR 40000.\nbudget:\n" in text
    assert "\n# Funding: one of own, eu.\nfunding:\n" in text
    assert "    # Airport.\n    airport:\n" in text
    assert text.index("\nperiod:") < text.index("\nbudget:") < text.index("\nsigned:")
    assert ucap(project, "fmt", "c", "--check").code == 0


def test_fmt_puts_custom_fields_in_their_place(project: Path) -> None:
    ucap(project, "fmt")
    text = (plan_file(project)).read_text(encoding="utf-8")
    names = [line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert names == ["cities", "period", "budget", "start", "funding", "jobs", "steps", "quotes", "story", "updated"]


@pytest.mark.no_cover
def test_tables_with_custom_columns_are_imported(project: Path) -> None:
    lines = "City 1;City 2;Gesamtkosten;Funding;Jobs;Airport 1;Airport 2\nOslo;Bergen;30 000 NOK;EU funds;12;OSL;BGO\n"
    (project / "x.csv").write_text(lines, encoding="utf-8")
    run = ucap(project, "import", "x.csv", "--json")
    assert run.codes == []
    text = (project / "plans" / "oslo-bergen.yaml").read_text(encoding="utf-8")
    assert "\nbudget: 30 000 NOK\n" in text
    assert "\nfunding: eu\n" in text
    assert "\njobs: 12\n" in text or '\njobs: "12"\n' in text
    assert "    airport: OSL\n" in text
    assert ucap(project, "check", "oslo-bergen").code == 0


def test_a_built_word_file_is_imported_with_its_custom_fields(project: Path) -> None:
    ucap(project, "build", "--format", "docx", "--jobs", "1")
    ucap(project, "import", "out/hanoi-toulouse.docx", "--into", "again")
    text = (project / "again" / "hanoi-toulouse.yaml").read_text(encoding="utf-8")
    for line in ("budget: €40,000", "funding: eu", "jobs: 1,200 jobs", "  - The **first** step.", "airport: HAN"):
        assert line in text


def test_embedded_plans_keep_their_custom_fields(project: Path) -> None:
    ucap(project, "build", "--format", "pdf", "--pdf-standard", "ua-2+a-4f", "--jobs", "1")
    ucap(project, "import", "out/hanoi-toulouse.pdf", "--into", "again")
    text = (project / "again" / "hanoi-toulouse.yaml").read_text(encoding="utf-8")
    assert text.index("period:") < text.index("budget: 40,000 €") < text.index("updated:")
    assert "    airport: HAN\n" in text


def test_plans_made_of_values_keep_their_custom_fields(project: Path) -> None:
    plan = render(plan_file(project), formats="html").plan
    again = written_and_read(plan, opened_project(Project(project)).fields)
    assert again.custom == plan.custom
    assert [city.custom for city in again.cities] == [city.custom for city in plan.cities]


def test_texts_of_custom_fields_are_translated(project: Path) -> None:
    path, text, contexts = translation(project, "")
    custom = [
        name for name in contexts if name.partition("[")[0] in {"steps", "quotes", "story", "budget", "funding", "jobs"}
    ]
    assert custom == ["steps[0]", "steps[1]", "quotes[0]", "quotes[1]", "story"]
    translated = text.replace('msgid "The second step."\nmsgstr ""', 'msgid "The second step."\nmsgstr "Schritt zwei."')
    path.write_text(translated, encoding="utf-8")
    assert "Schritt zwei." in rows(project, language="de")["Next steps:"][0]


EDITS = [
    ("€40,000", "€45,000", "budget"),
    ("EU funds", "Own resources", "funding"),
    ("March 2026", "2027", "start"),
    ("1,200 jobs", "1,300 jobs", "jobs"),
    ("HAN", "HNN", "cities[0].airport"),
    ("The second step.", "The last step.", "steps[1]"),
    ("Another quote.", "A third quote.", "quotes[1]"),
    ("A story in ", "One story in ", "story"),
]


@pytest.mark.no_cover
def test_review_applies_an_edit_of_each_type(project: Path) -> None:
    changes = reviewed(project, *((old, new) for old, new, _ in EDITS))
    assert changes == {field: (True, "") for _, _, field in EDITS}
    page = rows(project)
    printed = " ".join(" ".join(cells) for cells in page.values())
    assert [new for _, new, _ in EDITS if new not in printed] == []


def test_diff_names_custom_fields(project: Path) -> None:
    before = PLAN.replace("40,000 €", "30,000 €").replace("TLS", "XXX")
    assert changed_fields(project, before) == ["cities[1].airport", "budget"]


@pytest.mark.parametrize(
    ("printed", "rows_of_fields"),
    [
        ("{{ summary.custom.budget }}", {"cities.budget"}),
        ("{% for city in summary.cities %}{{ city.custom.budget }}{% endfor %}", {"budget"}),
        ("", {"budget", "cities.budget"}),
    ],
)
def test_a_template_prints_the_field_of_the_plan_or_that_of_the_city_of_the_same_name(
    printed: str, rows_of_fields: set[str]
) -> None:
    shipped = read_layers("iuc-asia")
    settings = "fields: {budget: {type: text, label: B}, cities.budget: {type: text, label: C}}\n"
    template = PackFile(PAGE_TEMPLATE, f"<document><h1>{{{{ summary.title }}}}</h1>{printed}</document>".encode())
    trees = (parse(Source("pack.yaml", settings)), *shipped.trees)

    opened = assemble(replace(shipped, trees=trees, files={**shipped.files, PAGE_TEMPLATE: template}))

    assert {row.field for row in opened.pack.settings.rows} & {"budget", "cities.budget"} == rows_of_fields


def test_templates_have_typed_values(project: Path) -> None:
    pack = project / "templates" / "own"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text(
        "extends: iuc-asia\nleaves_out: [contact, programme_label, page_number]\n", encoding="utf-8"
    )
    page = """<document><h1>{{ summary.title }}</h1>
    <p>{{ summary.custom.budget }} | {{ summary.custom.budget.text }} | {{ summary.custom.budget.value|number }}</p>
    <p>{{ summary.custom.jobs.value + 1 }} | {{ summary.custom.funding.value }} | {{ summary.custom.start.label }}</p>
    <p>{% if summary.custom.story %}story{% endif %}
    {% for city in summary.cities %}{{ city.custom.airport }} {% endfor %}</p>
    </document>"""
    (pack / "summary.page.xml").write_text(page, encoding="utf-8")
    write_plan(project, "hanoi-toulouse.yaml", f"template: own\n{PLAN}")
    made = render(plan_file(project), formats="html").html.content.decode()
    assert "€40,000 | €40,000 | 40,000" in made
    assert "1201 | eu | Start:" in made
    assert "HAN TLS" in made


@pytest.mark.parametrize(
    ("tags", "hint"),
    every(
        2,
        [
            ("{{ summary.custom.bugdet.text }}", 'did you mean "budget"?'),
            ("{% if not summary.title %}{{ summary.custom.bugdet }}{% endif %}", 'did you mean "budget"?'),
            ("{{ summary.custom.budget.valeu }}", 'did you mean "value"?'),
            ("{% for city in summary.cities %}{{ city.custom.airprot }}{% endfor %}", 'did you mean "airport"?'),
            ("{% for row in summary.custom.partners.rows %}{{ row.name.txt }}{% endfor %}", 'did you mean "text"?'),
            ("{% for row in summary.custom.partners.rows %}{{ row.nmae }}{% endfor %}", 'did you mean "name"?'),
        ],
        start=1,
    ),
)
def test_template_check_finds_unknown_custom_names_also_where_no_sample_needs_them(
    project: Path, tags: str, hint: str
) -> None:
    partners = "  partners: {type: table, label: Partners, columns: {name: {type: line, label: Name}}}\n"
    (project / "ucap.yaml").write_text(SETTINGS + partners, encoding="utf-8")
    pack = project / "templates" / "own"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("extends: plain\n", encoding="utf-8")
    (pack / "summary.page.xml").write_text(f"<document><p>{tags}</p></document>", encoding="utf-8")
    run = ucap(project, "template", "check", "own", "--json")
    unknown = [problem["hint"] for problem in run.report["problems"] if problem["code"] == "name-unknown"]
    assert unknown == [hint]


def test_template_show_lists_custom_fields(project: Path) -> None:
    pack = ucap(project, "template", "show", "iuc-asia", "--json").report["pack"]
    assert {"field": "budget", "label": "Budget:", "when_unknown": "omit"} in pack["rows"]
    assert {"summary.custom.budget", "city.custom.airport"} <= {each["name"] for each in pack["names"]}


def test_texts_of_declarations_without_a_language_are_in_that_of_the_project(tmp_path: Path) -> None:
    columns = "columns: {a: {type: choice, label: Art, choices: {x: Eins, y: {en: Two}}}}"
    settings = f"language: de\nfields:\n  x: {{type: table, label: Tabelle, {columns}}}\n"
    write_project(tmp_path, settings, f"{HEAD}x: [{{a: x}}, {{a: y}}]\n")
    found = ucap(tmp_path, "check", "--json").report["problems"]
    untranslated = [problem["message"] for problem in found if problem["code"] == "label-untranslated"]
    assert untranslated == ['the choice `y` of `x.a` has no label in the language "de"']
    page = render(plan_file(tmp_path), formats="html").html.content.decode()
    assert "Eins" in page
    assert 'lang="en">Eins' not in page


def test_labels_without_the_language_of_the_document_are_warnings(project: Path) -> None:
    write_plan(project, "hanoi-toulouse.yaml", f"language: de\n{PLAN}")
    run = ucap(project, "check", "--json")
    fields = [each[1] for each in problems(run) if each[0] == "label-untranslated"]
    assert "budget" not in fields
    assert {"start", "jobs", "cities[0].airport"} <= set(fields)
    assert 'add it to the declaration of the field: `label: {en: "Start:", de: …}`' in hints(run)


@pytest.mark.parametrize("language", mostly_long(["de", "ar"], {"ar"}))
@pytest.mark.parametrize(
    "command", ["build --format pdf,docx,html", "form hanoi-toulouse", "book --format pdf,docx,html"]
)
def test_values_without_a_text_in_the_language_are_printed_and_recorded(
    tmp_path: Path, command: str, language: str
) -> None:
    table = "columns: {stage: {type: choice, label: Stage, choices: {planned: Planned}}}"
    settings = f"{SETTINGS}  steps_taken: {{type: table, label: Steps, {table}}}\n"
    plan = f"{PLAN.replace('funding: eu', 'funding: own')}steps_taken: [{{stage: planned}}]\n"
    assert "funding: own" in plan
    write_project(tmp_path, settings, plan)

    run = ucap(tmp_path, *command.split(), "--language", language, "--json")

    assert run.code == 0, run.err
    assert "label-untranslated" in run.codes or not command.startswith("build")
    again = ucap(tmp_path, *command.split(), "--language", language, "--json")
    assert again.codes == run.codes
