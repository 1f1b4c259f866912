"""Invalid plans with their errors in comments: `# error: 5:14 country-unknown | Italy`.

That is the line and column, the code and, if the hint proposes a name, that name.
"""

from pathlib import Path

import pytest

from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.decoding import decode_source

FOLDER = Path(__file__).parent / "plans" / "invalid"
EXPECTATION = "# error: "
PROPOSAL = "did you mean "


def as_expectation(problem: Problem) -> str:
    where, hint = problem.location, problem.hint or ""
    place = f"{where.line}:{where.column} " if where.line else ""
    proposed = hint.removeprefix(PROPOSAL).strip('"?') if hint.startswith(PROPOSAL) else ""
    return f"{place}{problem.code}" + (f" | {proposed}" if proposed else "")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "classic-mac"])
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_invalid_plan_has_exactly_the_errors_in_its_comments(path: Path, line_end: str) -> None:
    text = path.read_text(encoding="utf-8")
    content = text.replace("\n", line_end).encode()
    expected = [line.removeprefix(EXPECTATION) for line in text.splitlines() if line.startswith(EXPECTATION)]

    with pytest.raises(ProblemsFound) as found:
        parse_plan(decode_source(content, f"plans/{path.name}"))

    assert [as_expectation(problem) for problem in found.value.problems] == expected
    assert {problem.location.path for problem in found.value.problems} == {f"plans/{path.name}"}
