"""The date of documents whose plan has none: that of the environment, so that builds do not depend on the clock."""

import os
from datetime import UTC, date, datetime

from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.summary.summary import UNDATED

SOURCE_DATE = "SOURCE_DATE_EPOCH"


def source_date() -> date:
    """The date of documents whose plan has none: SOURCE_DATE_EPOCH, in seconds since 1970, if that is set.

    Raises ProblemsFound if it is not a number.
    """
    written = os.environ.get(SOURCE_DATE)
    if not written:
        return UNDATED
    try:
        return datetime.fromtimestamp(int(written), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise ProblemsFound([problem("source-date-invalid", value=written)]) from None
