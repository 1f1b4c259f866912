"""Problems on the terminal: place, message, excerpt with caret, hint; and what is grouped in a build."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import Run, ucap, write_plan
from ucap_reports.cli.command_line import Arguments
from ucap_reports.cli.command_output_and_exit_codes import Exit, Session
from ucap_reports.cli.terminal_colours_and_excerpts import problem_text, width
from ucap_reports.problems import Location, Problem, Severity
from ucap_reports.problems.control_characters import visible

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
ITLY = Problem(
    "country-unknown",
    Severity.ERROR,
    'unknown country "Itly"',
    'did you mean "Italy"?',
    Location("plans/x.yaml", 4, 13, "cities[0].country"),
)


def problem_at(column: int | None) -> Problem:
    return Problem("x", Severity.ERROR, "y", None, Location("p", 1, column))


def caret_cells(text: str) -> tuple[str, int]:
    """The character above the caret and the number of cells before it, in the second and third line of a problem."""
    _, line, caret = text.splitlines()[:3]
    cells = caret.index("^")
    taken = 0
    for character in line:
        if taken == cells:
            return character, taken
        taken += width(character)
    raise AssertionError(f"the caret is beyond the line:\n{text}")


def test_a_problem_has_its_place_line_caret_and_hint() -> None:
    shown = problem_text(ITLY, "    country: Itly", colour=False)

    assert shown.splitlines() == [
        'plans/x.yaml:4:13: error[country-unknown]: unknown country "Itly"',
        "      country: Itly",
        "              ^",
        '  hint: did you mean "Italy"?',
    ]


def test_a_problem_in_a_word_template_has_its_place_in_the_document() -> None:
    place = "body › table 1 › row 3 › cell 2 › paragraph 1"
    location = Location("templates/iuc-asia/summary.docx", place=place)
    problem = Problem("name-unknown", Severity.ERROR, 'unknown name in "{{ sumary.title }}"', None, location)

    assert problem_text(problem, None, colour=False) == (
        f'templates/iuc-asia/summary.docx: {place}: error[name-unknown]: unknown name in "{{{{ sumary.title }}}}"'
    )


def test_a_problem_without_a_place_begins_with_its_severity() -> None:
    problem = Problem("odd", Severity.WARNING, "strange")

    assert problem_text(problem, None, colour=False) == "warning[odd]: strange"


def test_the_caret_is_below_its_character_after_wide_characters() -> None:
    line = "  - {name: 天津市, country: Itly}"
    for character in ("天", "市", "c", "I"):
        shown = problem_text(problem_at(line.index(character) + 1), line, colour=False)

        assert caret_cells(shown)[0] == character


def test_a_combining_accent_does_not_move_the_caret() -> None:
    line = "name: Ma\u0301laga, country: Itly"

    assert caret_cells(problem_text(problem_at(line.index("I") + 1), line, colour=False))[0] == "I"


@pytest.mark.parametrize("word", ["word ", "天津"])
def test_a_long_line_is_cut_around_its_caret(word: str) -> None:
    line = "text: " + word * 400 + "HERE " + word * 400

    shown = problem_text(problem_at(line.index("HERE") + 1), line, colour=False)

    assert caret_cells(shown)[0] == "H"
    excerpt = shown.splitlines()[1].strip()
    assert width(excerpt) < 200
    assert excerpt[0] == excerpt[-1] == "…"


def test_an_excerpt_keeps_its_indent_which_has_a_meaning_in_yaml() -> None:
    assert problem_text(problem_at(1), "\t- name: x", colour=False).splitlines()[1:] == ["      - name: x", "  ^"]


def test_a_column_after_the_end_of_the_line_has_its_caret() -> None:
    assert problem_text(problem_at(12), "cities: [a", colour=False).splitlines()[1:] == [
        "  cities: [a",
        "            ^",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("one\ntwo", r"one\ntwo"),
        ("\u202eevil\u200b", r"\u202eevil\u200b"),
        ("tab\there", "tab    here"),
        ("[bold]Málaga 天津[/bold] {{ x }} %s", "[bold]Málaga 天津[/bold] {{ x }} %s"),
    ],
)
def test_text_is_shown_as_it_is_but_terminal_controls_are_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown
    problem = Problem("x", Severity.ERROR, text, text, Location(text, 1, 1))
    assert text.isprintable() or text not in problem_text(problem, text, colour=False)


def test_colours_are_the_only_difference_on_a_terminal() -> None:
    plain = problem_text(ITLY, "    country: Itly", colour=False)
    coloured = problem_text(ITLY, "    country: Itly", colour=True)

    assert "\x1b[1;31merror[country-unknown]\x1b[0m" in coloured
    for code in ("1;31", "36", "1", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


@pytest.mark.parametrize("hint", [None, "a\nb"])
@pytest.mark.parametrize("place", [Location("a\nb", 1, 2), Location()])
def test_a_problem_has_the_same_text_on_a_terminal_and_in_an_exception(place: Location, hint: str | None) -> None:
    problem = Problem("x", Severity.ERROR, "one\ntwo", hint, place)

    assert str(problem) == problem_text(problem, None, colour=False)
    assert str(problem).count("\n") == (hint is not None)


def test_a_problem_without_a_place_has_no_coloured_place() -> None:
    assert (
        problem_text(Problem("odd", Severity.INFO, "strange"), None, colour=True) == "\x1b[36minfo[odd]\x1b[0m: strange"
    )


TWICE = "cities: [{name: Rome, country: Italy}]\nthemes: [Aerospace, Aerospace]\n"
"""A plan with the warning `item-duplicate`."""


@pytest.fixture
def twelve_plans(tmp_path: Path) -> Path:
    """A project of twelve plans, each of which has infos, and two of which have the same kind of warning."""
    (tmp_path / "plans").mkdir()
    for number in range(12):
        text = TWICE if number in {5, 7} else f"cities: [{{name: Rome {number}, country: Italy}}]\n"
        write_plan(tmp_path, f"plan-{number:02}.yaml", text)
    return tmp_path


def severities(run: Run) -> list[str]:
    """The severities of the problems on stderr, in order."""
    heads = (line.partition("[")[0] for line in run.err.splitlines() if "]: " in line and not line.startswith(" "))
    return [head.rpartition(" ")[2] for head in heads]


def checked_alone(project: Path) -> list[dict[str, Any]]:
    """The problems of each plan that `ucap check` reports, without what it says about all of them together."""
    problems = ucap(project, "check", "--json").report["problems"]
    return [problem for problem in problems if problem["code"] != "plans-sparse"]


def test_a_build_groups_warnings_and_infos_by_code_with_a_count(twelve_plans: Path) -> None:
    run = ucap(twelve_plans, "build", "--format", "pdf", "--no-index")

    report = checked_alone(twelve_plans)
    kinds = {(problem["severity"], problem["code"]) for problem in report}
    assert severities(run) == sorted((severity for severity, _ in kinds), key=["warning", "info"].index)
    for severity, code in kinds:
        number = sum(problem["code"] == code for problem in report)
        (line,) = (line for line in run.err.splitlines() if f"{severity}[{code}]" in line)
        assert line.endswith(f" (and {number - 1} more, shown with --verbose)") is (number > 1)
    assert "`ucap check`" in run.err


def test_a_build_shows_an_example_of_a_warning_with_line_caret_and_hint(twelve_plans: Path) -> None:
    lines = ucap(twelve_plans, "build", "--format", "pdf", "--no-index").err.splitlines()

    (first,) = (number for number, line in enumerate(lines) if "warning[item-duplicate]" in line)
    assert lines[first].startswith("plans/plan-05.yaml:2:")
    assert lines[first].endswith(" (and 1 more, shown with --verbose)")
    assert lines[first + 1].strip() == TWICE.splitlines()[1]
    assert lines[first + 2].strip() == "^"


@pytest.mark.parametrize("words", [["check"], ["build", "--verbose", "--format", "pdf", "--no-index"]])
def test_check_and_verbose_show_every_problem_and_infos_last(twelve_plans: Path, words: list[str]) -> None:
    shown = severities(ucap(twelve_plans, *words))

    report = checked_alone(twelve_plans)
    if words == ["check"]:
        report = ucap(twelve_plans, "check", "--json").report["problems"]
    assert shown == sorted((problem["severity"] for problem in report), key=["warning", "info"].index)


def test_errors_are_shown_in_full_before_the_groups(twelve_plans: Path) -> None:
    write_plan(twelve_plans, "plan-98.yaml", "cities: [{name: Rome, country: Itly}]\n")
    write_plan(twelve_plans, "plan-99.yaml", "cities: [{name: Rome, country: Itly}]\n")

    run = ucap(twelve_plans, "build", "--format", "pdf")

    assert severities(run)[:2] == ["error", "error"]
    assert run.err.count('  hint: did you mean "Italy"?') == 2


def test_the_report_of_a_build_has_every_problem(twelve_plans: Path) -> None:
    checked = checked_alone(twelve_plans)

    assert ucap(twelve_plans, "build", "--format", "pdf", "--json").report["problems"] == checked


@pytest.mark.parametrize(
    ("severity", "code"), [("info", Exit.DONE), ("warning", Exit.WARNINGS), ("error", Exit.ERRORS)]
)
def test_strict_counts_warnings_and_no_infos(capsys: pytest.CaptureFixture[str], severity: str, code: Exit) -> None:
    session = Session(Arguments(strict=True))

    session.report([Problem("odd", Severity(severity), "strange")])

    assert session.finish() == code
    assert capsys.readouterr().err == f"{severity}[odd]: strange\n"


def test_a_problem_of_a_pack_that_two_plans_use_is_reported_once(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        write_plan(tmp_path, name, "template: house\ncities: [{name: Rome}]\n")
    pack = tmp_path / "templates" / "house" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text("extends: iuc-asia\ntitel: x\n", encoding="utf-8")

    assert ucap(tmp_path, "check", "--json").codes.count("field-unknown") == 1


def test_many_written_documents_are_a_number_and_few_are_listed(twelve_plans: Path) -> None:
    words = ["build", "--format", "pdf", "--no-index"]
    assert ucap(twelve_plans, *words).out == ""
    assert ucap(twelve_plans, *words, "--force", "--verbose").out.count("written   out/plan-") == 12

    write_plan(twelve_plans, "plan-03.yaml", "cities: [{name: Milan, country: Italy}]\n")
    run = ucap(twelve_plans, *words)
    assert run.out == "written   out/plan-03.pdf (1 page)\n"
    assert "12 documents: 1 written and 11 unchanged" in run.err
    assert ucap(twelve_plans, *words, "plan-03", "plan-04").out.count("unchanged out/plan-") == 2


def test_a_dry_run_lists_what_would_be_built_of_many_plans(twelve_plans: Path) -> None:
    assert ucap(twelve_plans, "build", "--dry-run").out.count("build     out/plan-") == 24


def test_a_first_build_of_the_shipped_plans_prints_at_most_30_lines(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "plans", tmp_path / "plans")

    run = ucap(tmp_path, "build", "--no-index", "--format", "docx")

    assert run.code == 0
    assert len(run.out.splitlines() + run.err.splitlines()) <= 30
