"""Broken plans that carry their problems as comments: `# error: 4:14 code: message | hint`."""

from pathlib import Path

import pytest

from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.decoding import Source

FOLDER = Path(__file__).parent / "plans" / "invalid"
EXPECTATION = "# error: "


def told(problem: Problem) -> str:
    where = problem.location
    place = f"{where.line}:{where.column} " if where.line else ""
    return f"{place}{problem.code}: {problem.message}" + (f" | {problem.hint}" if problem.hint else "")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_plan_has_exactly_the_problems_that_it_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = [line.removeprefix(EXPECTATION) for line in text.splitlines() if line.startswith(EXPECTATION)]

    with pytest.raises(ProblemsFound) as found:
        parse_plan(Source(f"plans/{path.name}", text))

    assert [told(problem) for problem in found.value.problems] == expected
    assert {problem.location.path for problem in found.value.problems} == {f"plans/{path.name}"}
