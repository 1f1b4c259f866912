"""Problems: what is wrong, where, and what to do about it."""

from ucap_reports.problems.catalogue import catalogue, problem, shortened
from ucap_reports.problems.problem import (
    NOWHERE,
    Location,
    Problem,
    ProblemsFound,
    Severity,
    problem_record,
    raise_found,
    reported,
)
from ucap_reports.problems.suggestions import Hint, did_you_mean, suggesting

__all__ = [
    "NOWHERE",
    "Hint",
    "Location",
    "Problem",
    "ProblemsFound",
    "Severity",
    "catalogue",
    "did_you_mean",
    "problem",
    "problem_record",
    "raise_found",
    "reported",
    "shortened",
    "suggesting",
]
