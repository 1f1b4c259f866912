import pytest

from ucap_reports.problems import (
    HintBudget,
    Location,
    Problem,
    ProblemsFound,
    Severity,
    Suggestions,
    did_you_mean,
    problem,
)

pytestmark = pytest.mark.no_cover

WORD = Location("templates/iuc-asia/summary.docx", place="body › paragraph 1")


def test_the_nearest_name_is_suggested_in_any_case() -> None:
    assert did_you_mean("itly", ["France", "Italy"]) == 'did you mean "Italy"?'


def test_several_near_names_are_joined_with_or() -> None:
    hint = did_you_mean("Nigera", ["Nigeria", "Niger", "Peru"])

    assert hint == 'did you mean "Nigeria" or "Niger"?'


def test_without_a_near_name_there_is_no_hint() -> None:
    assert did_you_mean("zzz", ["Italy"]) is None


def test_texts_that_are_too_long_for_a_name_are_not_compared() -> None:
    assert did_you_mean("Italy" * 100, ["Italy" * 100]) is None


def test_suggestions_end_after_too_many_comparisons() -> None:
    suggestions = Suggestions(f"style-{number}" for number in range(8_000))

    hints = [suggestions.hint(name) for name in ("style-77x", "style-78x", "style-79x", "style-77x")]

    assert [hint is not None for hint in hints] == [True, True, False, True]
    assert hints[0] == hints[3] == did_you_mean("style-77x", [f"style-{number}" for number in range(8_000)])


def test_suggestions_of_one_file_have_one_budget() -> None:
    budget = HintBudget()
    hints = [Suggestions(["name"], budget).hint(f"nam{number}") for number in range(102)]

    assert hints == ['did you mean "name"?'] * 100 + [None] * 2
    assert budget.is_spent


def test_another_hint_replaces_the_suggestions() -> None:
    misspelt = problem("field-unknown", hint=did_you_mean("nmae", ["name"]), name="nmae")

    assert misspelt.details["suggestions"] == ["name"]
    assert misspelt.with_hint("write nothing").details == {"name": "nmae"}
    assert misspelt.with_hint(did_you_mean("nmae", ["names"])).details["suggestions"] == ["names"]


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location(), ""),
        (Location("plans/x.yaml"), "plans/x.yaml"),
        (Location("plans/x.yaml", 4), "plans/x.yaml:4"),
        (Location("plans/x.yaml", 4, 13, "cities[0].country"), "plans/x.yaml:4:13"),
        (WORD, "templates/iuc-asia/summary.docx: body › paragraph 1"),
    ],
)
def test_a_location_as_text_has_the_parts_that_are_known(location: Location, text: str) -> None:
    assert str(location) == text


def test_a_problem_as_text_has_its_place_code_message_and_hint() -> None:
    assert (
        str(Problem("a", Severity.ERROR, "one", "fix it", Location("x", 1, 2)))
        == "x:1:2: error[a]: one\n  hint: fix it"
    )
    assert str(Problem("b", Severity.WARNING, "two")) == "warning[b]: two"


def test_the_exception_has_all_problems_and_names_them() -> None:
    problems = (Problem("a", Severity.ERROR, "one"), Problem("b", Severity.WARNING, "two"))

    found = ProblemsFound(iter(problems))

    assert found.problems == problems
    assert str(found) == "error[a]: one\nwarning[b]: two"
