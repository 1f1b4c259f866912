"""Cases of parametrized tests of which `make test` runs some, and `make test-all` all."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def mostly_long(cases: Iterable[Any], quick: Collection[Any]) -> list[Any]:
    """Return the cases for `parametrize`; those that are not in `quick` have the marker `long`."""
    cases = list(cases)
    assert set(quick) <= set(cases)
    return [pytest.param(case, marks=() if case in quick else pytest.mark.long) for case in cases]
