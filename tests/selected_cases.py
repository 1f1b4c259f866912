"""Cases of parametrized tests of which `make test` runs some, and `make test-all` all."""

from collections.abc import Collection, Iterable
from itertools import product
from typing import Any

import pytest


def mostly_long(cases: Iterable[Any], quick: Collection[Any]) -> list[Any]:
    """Return the cases for `parametrize`; those that are not in `quick` have the marker `long`."""
    cases = list(cases)
    assert set(quick) <= set(cases)
    return [pytest.param(case, marks=() if case in quick else pytest.mark.long) for case in cases]


def every(step: int, cases: Iterable[Any], *, start: int = 0) -> list[Any]:
    """Return the cases for `parametrize`; all but each `step`-th, from `start` on, have the marker `long`.

    For cases in which the same rule is tried with different values; a case that is a tuple has a value for each name.
    If cases try different rules, those that are not long need one of each kind.
    """
    selected = []
    for index, case in enumerate(cases):
        values = case if isinstance(case, tuple) else (case,)
        is_quick = index % step == start
        selected.append(pytest.param(*values, marks=() if is_quick else pytest.mark.long))
    return selected


def paired(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return pairs so that each value is in one: those of the shorter list are repeated in turn.

    For values whose combination proves nothing that each value alone does not.
    """
    first, second = list(first), list(second)
    return [(first[index % len(first)], second[index % len(second)]) for index in range(max(len(first), len(second)))]


def crossed(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    """Return all pairs of values for `parametrize`. Most have the marker `long`; each value is in one that has not."""
    first, second = list(first), list(second)
    quick = set(paired(first, second))
    return [pytest.param(*pair, marks=() if pair in quick else pytest.mark.long) for pair in product(first, second)]
