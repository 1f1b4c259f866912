"""Problems: what is wrong, where, and what to do about it."""

from ucap_reports.problems.catalogue import Severity, catalogue
from ucap_reports.problems.problem import (
    NOWHERE,
    Hint,
    Location,
    Problem,
    ProblemsFound,
    Suggestions,
    did_you_mean,
    problem,
    problem_record,
    raise_found,
    reported,
    shortened,
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
