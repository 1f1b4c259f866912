"""`ProblemsFound`: raised by the stages with all errors that they found."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

from ucap_reports.problems.problem import Problem


class ProblemsFound(Exception):  # noqa: N818 - it carries findings, it is not one error
    """Raised by a stage with all errors that it found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def raise_found(problems: Collection[Problem]) -> None:
    """Raise ProblemsFound if there are any problems."""
    if problems:
        raise ProblemsFound(problems)


@contextmanager
def reported(report: Callable[[Iterable[Problem]], None]) -> Iterator[None]:
    """Report the problems that are raised in the block, which ends with them."""
    try:
        yield
    except ProblemsFound as found:
        report(found.problems)
