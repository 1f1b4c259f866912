"""How many processes build plans."""

import os

MIN_JOBS = 100
"""Jobs that take about a second: with fewer, starting workers takes longer than they save."""


def process_count(jobs: int, limit: int | None) -> int:
    """Return the number of processes for about `jobs` jobs: at most `limit`, by default one for each core."""
    if jobs < MIN_JOBS:
        return 1
    return limit or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
