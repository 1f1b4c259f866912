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


def crossed(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    """Return all pairs of values for `parametrize`. Most have the marker `long`; each value is in one that has not."""
    first, second = list(first), list(second)
    count = max(len(first), len(second))
    quick = {(first[index % len(first)], second[index % len(second)]) for index in range(count)}
    pairs = product(first, second)
    return [pytest.param(*pair, marks=() if pair in quick else pytest.mark.long) for pair in pairs]
