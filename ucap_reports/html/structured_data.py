"""The metadata of a web page for search engines: schema.org as JSON-LD."""

import json

from ucap_reports.summary.schema_org import CONTEXT, report_record
from ucap_reports.summary.summary import Summary

_ESCAPES = str.maketrans({each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"})
"""No text of a summary can end the element or begin a comment in it (HTML, 4.12.1.3)."""


def structured_data(summary: Summary) -> str:
    """The summary as a schema.org `Report`, in JSON that is safe in a `script` element."""
    record = {"@context": CONTEXT} | report_record(summary)
    return json.dumps(record, ensure_ascii=False).translate(_ESCAPES)
