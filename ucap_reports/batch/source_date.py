"""`SOURCE_DATE_EPOCH`: the date of documents whose plan has none, so that builds do not depend on the clock.

See https://reproducible-builds.org/specs/source-date-epoch/.
"""

import os
from datetime import UTC, date, datetime

from ucap_reports.problems import ProblemsFound, problem

SOURCE_DATE = "SOURCE_DATE_EPOCH"


def source_date() -> date | None:
    """Return the date of documents whose plan has none: SOURCE_DATE_EPOCH, in seconds since 1970, if that is set.

    Raises ProblemsFound if it is not a number.
    """
    written = os.environ.get(SOURCE_DATE)
    if not written:
        return None
    try:
        return datetime.fromtimestamp(int(written), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise ProblemsFound([problem("source-date-invalid", value=written)]) from None
