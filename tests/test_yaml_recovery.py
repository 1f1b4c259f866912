"""One run reports the errors of a complete file, also after YAML that cannot be parsed."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.command import ucap
from tests.selected_cases import every
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source import yaml_syntax_errors
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_syntax_errors import MAX_YAML_EDITS, Edit, lines_with_content, outside_blocks
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLANS, shipped_folder

TEN_MISTAKES = """\
language: german
cities:
  - name: Köln
\tregion: Nordrhein-Westfalen
    country: Germny
  -name: Tianjin
    country:China
    pupulation: 13.6 million
themes: [Water, Air
challenges: Note: the old town is polluted
objectives: "Clean air
results |
  Less traffic.
sdgs: [18]
"""
"""Ten mistakes of which eight are errors of YAML; the last of them follows the others."""
FIELD = re.compile(r"(?P<start> *(?:- )?)(?P<name>\w+):(?: (?P<value>.*))?")


def problems_of(text: str) -> Sequence[Problem]:
    try:
        parse_plan(Source("plans/x.yaml", text))
    except ProblemsFound as found:
        return found.problems
    return ()


def test_one_run_reports_ten_mistakes_of_a_beginner(tmp_path: Path) -> None:
    (tmp_path / PLANS).mkdir()
    (tmp_path / PLANS / "ten.yaml").write_text(TEN_MISTAKES, encoding="utf-8")

    run = ucap(tmp_path, "check", "--json")

    errors = [each for each in run.report["problems"] if each["severity"] == "error"]
    assert [(each["line"], each["code"]) for each in errors] == [
        (1, "language-invalid"),
        (4, "yaml-syntax"),
        (5, "country-unknown"),
        (6, "yaml-syntax"),
        (7, "yaml-syntax"),
        (8, "field-unknown"),
        (9, "yaml-syntax"),
        (10, "yaml-syntax"),
        (11, "yaml-syntax"),
        (12, "yaml-syntax"),
        (14, "sdg-unknown"),
    ]
    hints = {each["line"]: each["hint"] for each in errors}
    assert hints[4] == "replace the tab in line 4 by spaces"
    assert hints[6] == 'put a space after the dash: "- name:"'
    assert hints[7] == 'put a space after the colon: "country: China"'
    assert hints[9] == "close the [ on line 9"
    assert hints[11] == 'add the closing " of the text that starts here'


def mistakes_in(line: str) -> Iterator[str]:
    """The line with each of the frequent mistakes."""
    found = FIELD.fullmatch(line)
    if found is None:
        return
    start, name, value = found["start"], found["name"], found["value"] or ""
    if value and value[0] not in "|>[{\"'":
        yield f"{start}{name}:{value}"
        yield f'{start}{name}: "{value}'
        yield f"{start}{name}: Note: {value}"
        yield f"{start}{name}: [{value}"
        yield f"{start}{name}: *{value} and more"
        yield f"{start}{name}: @{value}"
        yield f'{start}{name}: "{value}" and more'
        yield f"{start}{name}:\u00a0{value}"
    if "- " in start:
        yield line.replace("- ", "-", 1)
        yield line.replace("- ", "\u2022 ", 1)
    else:
        yield f"{start}{name} {value}"
    if start.startswith("  ") and "- " not in start:
        yield f" {line}"
        yield line[1:]
        yield line.replace("  ", "\t")


@pytest.mark.parametrize("plan", every(3, ["tianjin-rome", "guangzhou-bologna-metropolitan", "yokohama-frankfurt"]))
def test_one_mistake_in_a_plan_is_at_most_one_error_of_yaml_at_its_line(plan: str) -> None:
    text = (shipped_folder() / PLANS / f"{plan}.yaml").read_text(encoding="utf-8")
    tried = 0
    for line in outside_blocks(lines_with_content(text)):
        for wrong in mistakes_in(line.text):
            problems = problems_of(text[: line.start] + wrong + text[line.start + len(line.text) :])
            tried += 1
            syntax = [problem for problem in problems if problem.code == "yaml-syntax"]
            assert len(syntax) <= 1, wrong
            if syntax:
                assert abs((syntax[0].location.line or 0) - line.number) <= 1, wrong
                assert len(problems) == 1, (wrong, problems)
    assert tried > 50


def test_places_after_a_mistake_are_those_of_the_file() -> None:
    problems = problems_of("cities:\n  -name: Rome\n    country: Itly\nthemes:[A]\nupdated: x\n")

    assert [(problem.code, problem.location.line, problem.location.column) for problem in problems] == [
        ("yaml-syntax", 2, 4),
        ("country-unknown", 3, 14),
        ("yaml-syntax", 4, 8),
        ("date-invalid", 5, 10),
    ]


def test_what_is_left_out_because_of_a_mistake_is_not_reported_as_missing() -> None:
    problems = problems_of("cities\n  - name: Rome\nupdated: 2019\n")

    assert [problem.code for problem in problems] == ["yaml-syntax", "date-invalid"]


def test_check_reports_no_missing_facts_of_a_plan_with_lines_that_were_left_out(tmp_path: Path) -> None:
    (tmp_path / PLANS).mkdir()
    (tmp_path / PLANS / "x.yaml").write_text("cities:\n  - name: Rome\nresults |\n  Less.\n", encoding="utf-8")

    assert ucap(tmp_path, "check", "--json").codes == ["yaml-syntax"]


def test_wrong_aliases_and_a_second_document_do_not_hide_other_errors() -> None:
    problems = problems_of("cities: [{name: Rome, country: Itly}]\ntitle: *note\nupdated: x\n---\na: 1\n")

    assert {problem.code for problem in problems} == {"country-unknown", "yaml-alias", "date-invalid", "yaml-documents"}


def test_the_parser_runs_a_limited_number_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    recover = yaml_syntax_errors.WorkingCopy.recover

    def counted(copy: yaml_syntax_errors.WorkingCopy, offset: int, edits: tuple[Edit, ...]) -> bool:
        runs.append(offset)
        return recover(copy, offset, edits)

    monkeypatch.setattr(yaml_syntax_errors.WorkingCopy, "recover", counted)

    problems = problems_of("cities: [{name: Rome}]\n" + "".join(f"x{number}: a: b\n" for number in range(500)))

    assert len(runs) == MAX_YAML_EDITS + 1
    assert [each.code for each in problems] == ["yaml-syntax"] * (MAX_YAML_EDITS + 1) + ["yaml-unread"]


def test_a_warning_says_where_reading_stops_after_too_many_errors() -> None:
    faulty = "".join(f"x{number}: a: b\n" for number in range(MAX_YAML_EDITS + 1))

    *errors, warning = problems_of(f"cities: [{{name: Rome}}]\n{faulty}period: 1\n")

    assert {each.code for each in errors} == {"yaml-syntax"}
    assert (warning.code, warning.location.line) == ("yaml-unread", errors[-1].location.line)
    assert problems_of(f"cities: [{{name: Rome}}]\n{faulty.partition(chr(10))[2]}")[-1].code != "yaml-unread"


def test_a_long_text_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_syntax_errors, "MAX_RECOVERED_CHARACTERS", 30)

    problems = problems_of("title: a: b\nperiod: c: d\n" + "#" * 30)
    assert [each.code for each in problems] == ["yaml-syntax", "yaml-unread"]
    assert len(problems_of("title: a: b\nperiod: c: d\n")) > 1


@given(st.text("ab:-|>'\"[]{}*&# \n\t\u00a0", max_size=80))
def test_any_text_is_parsed_or_refused_with_places_in_it(text: str) -> None:
    source = Source("plans/x.yaml", text)
    try:
        problems: Sequence[Problem] = parse_tolerantly(source).problems
    except ProblemsFound as found:
        problems = found.problems
    lines = text.count("\n") + 1
    assert all(problem.location.line is None or problem.location.line <= lines for problem in problems)


TABBED = {
    "indented lists": """\
cities:
  - name: Rome
    country: Italy
  - name: Oslo
    country: Norway
activities:
  - when: 2017
    text: Abc.
    details:
      - x
      - y
  - text: Foo.
period: 2017
""",
    "lists in the column of their field": """\
cities:
- name: Rome
  country: Italy
themes:
- A
- B
- C
period: 2017
""",
    "wide indents": """\
cities:
    -   name: Rome
        country: Italy
    -   name: Oslo
        country: Norway
themes:
    - A
    - B
contact:
    office: X
    email: a@b.org
period: 2017
""",
}


def with_tabs(line: str) -> set[str]:
    """The line with tabs in its indent, or after its dash."""
    body = line.lstrip(" ")
    indent = " " * (len(line) - len(body))
    starts = ["\t", "\t\t", "\t\t\t", " \t", "  \t", f"{indent}\t", f"\t{indent}"]
    return {f"{start}{body}" for start in starts} | {line.replace("- ", "- \t", 1)} - {line}


@pytest.mark.parametrize("text", TABBED.values(), ids=TABBED)
def test_tab_in_one_line_is_the_only_error(text: str) -> None:
    lines = text.splitlines()
    assert problems_of(text) == ()
    for index, line in enumerate(lines):
        for written in with_tabs(line):
            found = problems_of("\n".join([*lines[:index], written, *lines[index + 1 :]]))
            assert [fault.location.line for fault in found] in ([], [index + 1]), written


@pytest.mark.parametrize(
    "text",
    [
        "themes:\n  - A\n\t- B\nperiod: 2017\n",
        "cities:\n  - name: Lyon\n\tpopulation: 3\n    country: France\nperiod: 2017\n",
        "cities:\n  -\tname: Lyon\n    country: France\nperiod: 2017\n",
        'title: "A" b\nperiod: 2017\n',
        "cities:\n  - name: Lyon\n    country: [France\nperiod: 2017\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_recovery_is_the_same_after_all_line_ends(text: str, line_end: str) -> None:
    expected = parse_tolerantly(Source("plan.yaml", text))
    tree = parse_tolerantly(Source("plan.yaml", text.replace("\n", line_end)))
    assert len(expected.problems) == 1
    assert tree.value == expected.value
    assert tree.problems == expected.problems


@pytest.mark.parametrize("unit", [1, 2])
@pytest.mark.parametrize("text", TABBED.values(), ids=TABBED)
def test_tabs_in_all_lines_are_the_only_errors(text: str, unit: int) -> None:
    lines = []
    for line in text.splitlines():
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        lines.append("\t" * -(-indent // (2 * unit)) + body)
    with_tab = {number for number, line in enumerate(lines, 1) if "\t" in line}

    assert {fault.location.line for fault in problems_of("\n".join(lines))} <= with_tab
