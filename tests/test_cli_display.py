from pathlib import Path

import pytest

from tests.command import ucap, write_plan
from ucap_reports.cli.problem_display import place_text, problem_text, visible, width
from ucap_reports.cli.text_or_json_output import MANY, SHORTENED
from ucap_reports.problems import Location, Problem

ITLY = Problem.error(
    "country-unknown",
    'no country is called "Itly"',
    'did you mean "Italy"?',
    Location("plans/x.yaml", 4, 13, "cities[0].country"),
)


def caret_cells(text: str) -> tuple[str, int]:
    """The character above the caret, and how many cells stand before it, in the problem's second and third line."""
    _, line, caret = text.splitlines()[:3]
    cells = caret.index("^")
    taken = 0
    for character in line:
        if taken == cells:
            return character, taken
        taken += width(character)
    raise AssertionError(f"the caret is beyond the line:\n{text}")


def test_a_problem_is_told_with_place_line_caret_and_hint() -> None:
    shown = problem_text(ITLY, "    country: Itly", colour=False)

    assert shown.splitlines() == [
        'plans/x.yaml:4:13: error[country-unknown]: no country is called "Itly"',
        "      country: Itly",
        "              ^",
        '  hint: did you mean "Italy"?',
    ]


def test_a_problem_in_a_word_template_is_told_with_its_place_inside() -> None:
    place = "body › table 1 › row 3 › cell 2 › paragraph 1"
    location = Location("templates/iuc-asia/summary.docx", place=place)
    problem = Problem.error("name-unknown", 'no name "sumary" in "{{ sumary.title }}"', None, location)

    assert problem_text(problem, None, colour=False) == (
        f'templates/iuc-asia/summary.docx: {place}: error[name-unknown]: no name "sumary" in "{{{{ sumary.title }}}}"'
    )


def test_a_problem_without_a_place_begins_with_its_severity() -> None:
    assert problem_text(Problem.warning("odd", "strange"), None, colour=False) == "warning[odd]: strange"


def test_the_caret_stands_under_its_character_whatever_the_width_of_those_before() -> None:
    line = "  - {name: 天津市, country: Itly}"
    for character in ("天", "市", "c", "I"):
        problem = Problem.error("x", "y", None, Location("p", 1, line.index(character) + 1))

        assert caret_cells(problem_text(problem, line, colour=False))[0] == character


def test_the_caret_is_not_moved_by_an_accent_that_is_a_character_of_its_own() -> None:
    line = "name: Ma\u0301laga, country: Itly"
    problem = Problem.error("x", "y", None, Location("p", 1, line.index("I") + 1))

    assert caret_cells(problem_text(problem, line, colour=False))[0] == "I"


def test_a_long_line_is_cut_around_its_caret() -> None:
    line = "text: " + "word " * 400 + "HERE " + "word " * 400
    problem = Problem.error("x", "y", None, Location("p", 1, line.index("HERE") + 1))

    shown = problem_text(problem, line, colour=False)

    assert caret_cells(shown)[0] == "H"
    excerpt = shown.splitlines()[1].strip()
    assert len(excerpt) < 200
    assert excerpt[0] == excerpt[-1] == "…"


def test_the_line_keeps_its_indent_since_yaml_means_something_by_it() -> None:
    problem = Problem.error("x", "y", None, Location("p", 1, 1))

    assert problem_text(problem, "\t- name: x", colour=False).splitlines()[1:] == ["      - name: x", "  ^"]


def test_a_column_beyond_the_line_still_has_its_caret() -> None:
    problem = Problem.error("yaml-syntax", "what ends here?", None, Location("p", 1, 12))

    assert problem_text(problem, "cities: [a", colour=False).splitlines()[1:] == ["  cities: [a", "            ^"]


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
def test_text_is_shown_as_it_is_and_what_a_terminal_would_obey_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    problem = Problem.error("x", text, text, Location(text, 1, 1))
    assert text.isprintable() or text not in problem_text(problem, text, colour=False)


def test_colours_are_all_that_a_terminal_gets_more() -> None:
    plain = problem_text(ITLY, "    country: Itly", colour=False)
    coloured = problem_text(ITLY, "    country: Itly", colour=True)

    assert "\x1b[1;31merror[country-unknown]\x1b[0m" in coloured
    for code in ("1;31", "36", "1", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


def test_a_place_leaves_out_what_is_not_known() -> None:
    assert place_text(Location()) == ""
    assert place_text(Location("plans/x.yaml")) == "plans/x.yaml"
    assert place_text(Location("plans/x.yaml", 4)) == "plans/x.yaml:4"


def twelve_plans(folder: Path) -> Path:
    """A project of twelve plans, each of which says little and so has some warnings."""
    (folder / "plans").mkdir()
    for number in range(12):
        write_plan(folder, f"plan-{number:02}.yaml", f"cities: [{{name: Rome {number}, country: Italy}}]\n")
    return folder


def test_of_many_warnings_those_after_the_first_are_told_in_a_line_each(tmp_path: Path) -> None:
    project = twelve_plans(tmp_path)
    everything = ucap(project, "build", "--format", "pdf")
    told = [line for line in everything.err.splitlines() if ": warning[" in line]
    assert len(told) == len(ucap(project, "check", "--json").codes) > MANY
    assert everything.err.count("hint:") == MANY
    assert told[MANY - 1] in everything.err.partition(SHORTENED)[0]
    assert told[MANY] in everything.err.partition(SHORTENED)[2]


def test_errors_are_told_in_full_among_however_many_warnings(tmp_path: Path) -> None:
    project = twelve_plans(tmp_path)
    write_plan(project, "plan-99.yaml", "cities: [{name: Rome, country: Itly}]\n")
    _, _, after = ucap(project, "build", "--format", "pdf").err.partition(SHORTENED)
    assert after.partition("error[country-unknown]")[2].splitlines()[3] == '  hint: did you mean "Italy"?'


def test_plans_that_are_named_are_told_in_full(tmp_path: Path) -> None:
    project = twelve_plans(tmp_path)
    names = [f"plan-{number:02}" for number in range(12)]
    assert ucap(project, "build", *names, "--format", "pdf").err.count("hint:") > MANY
