"""Problems: what is wrong, where, and what to do about it."""

from ucap_reports.problems.catalogue import catalogue, problem, shortened
from ucap_reports.problems.problem import (
    NOWHERE,
    Hint,
    Location,
    Problem,
    ProblemsFound,
    Severity,
    Suggestions,
    did_you_mean,
    problem_record,
    raise_found,
    reported,
    suggesting,
)

__all__ = [
    "NOWHERE",
    "Hint",
    "Location",
    "Problem",
    "ProblemsFound",
    "Severity",
    "Suggestions",
    "catalogue",
    "did_you_mean",
    "problem",
    "problem_record",
    "raise_found",
    "reported",
    "shortened",
    "suggesting",
]
