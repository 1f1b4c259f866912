"""No exception but ProblemsFound leaves a stage (`python -m benchmarks.fuzz` runs more cases)."""

import pytest

from tests.mutations import STAGES, run_case

CASES = 25
FEW = 3


@pytest.mark.parametrize("name", sorted(STAGES.keys() - {"font"}))  # whose examples take a second
def test_a_stage_returns_or_raises_problems_found_in_a_few_cases(name: str) -> None:
    for number in range(FEW):
        run_case(name, number)


@pytest.mark.long
@pytest.mark.parametrize("name", STAGES)
def test_a_stage_returns_or_raises_problems_found(name: str) -> None:
    accepted = [run_case(name, number) for number in range(CASES)]
    assert not all(accepted), "no change was noticed"
