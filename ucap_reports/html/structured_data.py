"""The metadata of a web page for search engines: schema.org as JSON-LD."""

import json
from typing import Any

from ucap_reports.summary.summary import Summary

_ESCAPES = str.maketrans({each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"})
"""No text of a summary can end the element or begin a comment in it (HTML, 4.12.1.3)."""


def structured_data(summary: Summary) -> str:
    """The summary as a schema.org `Report`, in JSON that is safe in a `script` element."""
    contact = summary.contact
    office = {"name": contact.office, "email": contact.email, "telephone": contact.phone, "url": contact.website}
    known = {key: value for key, value in office.items() if value}
    report: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": summary.title,
        "about": summary.metadata.subject,
        "inLanguage": summary.language,
        "keywords": list(summary.metadata.keywords),
        "dateModified": summary.updated.isoformat() if summary.updated else "",
        "creativeWorkStatus": summary.status.capitalize(),
        "publisher": {"@type": "Organization"} | known if known else {},
        "encoding": [
            {"@type": "MediaObject", "contentUrl": each.file_name, "encodingFormat": each.media_type}
            | {"inLanguage": each.language}
            for each in summary.versions
        ],
    }
    return json.dumps({key: value for key, value in report.items() if value}, ensure_ascii=False).translate(_ESCAPES)
