"""Problems: what is wrong, where, and what to do about it."""

from ucap_reports.problems.did_you_mean_hints import Hint, HintBudget, Suggestions, did_you_mean, suggesting
from ucap_reports.problems.problem import (
    NOWHERE,
    Location,
    Problem,
    ProblemPart,
    ProblemsFound,
    by_severity,
    problem,
    problem_as_text,
    problem_record,
    raise_found,
    reported,
    shortened,
)
from ucap_reports.problems.problem_catalogue import Severity, catalogue

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
