"""The problems in branches of a template that no sample summary takes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from ucap_reports.problems import Problem
from ucap_reports.template.markup.prepared_template import PreparedTemplate

Sample = TypeVar("Sample")
OF_CONDITIONS = frozenset({
    "element-twice", "heading-order", "heading-skipped", "link-invalid", "row-uneven", "xml-invalid",
})  # fmt: skip
"""Problems that a valid template can have if a branch is taken although its condition is false: the value of a link is
missing, or other branches with the same condition are not taken.
"""


def branch_problems(
    branches: Iterable[PreparedTemplate],
    problems: Callable[[PreparedTemplate, Sample], Iterable[Problem]],
    samples: Sequence[Sample],
) -> Iterator[Problem]:
    """The problems that a branch has with every sample; the values of a sample may cause those of only some samples."""
    for branch in branches:
        found = [each for each in problems(branch, samples[0]) if each.code not in OF_CONDITIONS]
        for sample in samples[1:] if found else ():
            others = {*problems(branch, sample)}
            found = [each for each in found if each in others]
        yield from found
