"""The problems in branches of a template that no sample summary takes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from ucap_reports.problems import Problem
from ucap_reports.template.markup.prepared_template import PreparedTemplate

Sample = TypeVar("Sample")
Problems = tuple[Iterable[Problem], Iterable[Problem]]
OF_CONDITIONS = frozenset({
    "columns-invalid", "element-twice", "heading-order", "heading-skipped", "link-invalid", "row-uneven", "xml-invalid",
})  # fmt: skip
"""Problems that a valid template can have if a branch is taken although its condition is false: the value of a link is
missing, a number is computed from it, or other branches with the same condition are not taken.
"""


def branch_problems(
    branches: Iterable[PreparedTemplate],
    problems: Callable[[PreparedTemplate, Sample], Problems],
    samples: Sequence[Sample],
) -> Iterator[Problem]:
    """The problems that a branch has with every sample; the values of a sample may cause those of only some samples.

    `problems` returns the problems of the tags, and those of the filled template.
    """
    for branch in branches:
        found = _of_branch(branch, *problems(branch, samples[0]))
        for sample in samples[1:] if found else ():
            others = {*_of_branch(branch, *problems(branch, sample))}
            found = [each for each in found if each in others]
        yield from found


def _of_branch(branch: PreparedTemplate, of_tags: Iterable[Problem], filled: Iterable[Problem]) -> list[Problem]:
    """The problems of the filled template, without those of elements with a missing value."""
    lacking = {branch.start_tag_at(each.location) for each in of_tags}
    return [
        each for each in filled if each.code not in OF_CONDITIONS and branch.start_tag_at(each.location) not in lacking
    ]
