"""Problems: what is wrong, where, and what to do about it."""

from ucap_reports.problems.did_you_mean_hints import Hint, HintBudget, Suggestions, did_you_mean, suggesting
from ucap_reports.problems.problem_and_catalogue import (
    NOWHERE,
    Location,
    Problem,
    ProblemPart,
    ProblemsFound,
    Severity,
    by_severity,
    catalogue,
    problem,
    problem_as_text,
    problem_record,
    raise_found,
    reported,
    shortened,
)

__all__ = [
    "NOWHERE",
    "Hint",
    "HintBudget",
    "Location",
    "Problem",
    "ProblemPart",
    "ProblemsFound",
    "Severity",
    "Suggestions",
    "by_severity",
    "catalogue",
    "did_you_mean",
    "problem",
    "problem_as_text",
    "problem_record",
    "raise_found",
    "reported",
    "shortened",
    "suggesting",
]
