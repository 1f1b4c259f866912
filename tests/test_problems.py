from ucap_reports.problems import Problem, ProblemsFound, Severity, did_you_mean


def test_the_nearest_name_is_suggested_in_any_case() -> None:
    assert did_you_mean("itly", ["France", "Italy"]) == 'did you mean "Italy"?'


def test_several_near_names_are_joined_by_or() -> None:
    hint = did_you_mean("Nigera", ["Nigeria", "Niger", "Peru"])

    assert hint == 'did you mean "Nigeria" or "Niger"?'


def test_a_name_far_from_all_others_gets_no_hint() -> None:
    assert did_you_mean("zzz", ["Italy"]) is None


def test_problems_found_has_all_problems_and_their_messages() -> None:
    first, second = Problem.error("a", "one"), Problem.warning("b", "two")

    found = ProblemsFound([first, second])

    assert found.problems == (first, second)
    assert str(found) == "one; two"
    assert [problem.severity for problem in found.problems] == [Severity.ERROR, Severity.WARNING]
