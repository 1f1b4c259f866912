"""Plan files as text: values and comments written in one canonical order and style."""

from ucap_reports.planfile.entries import Document, Entry, Listing, Mapping, Scalar, Text
from ucap_reports.planfile.formatting import format_plan, in_order
from ucap_reports.planfile.markdown import rich_text_source
from ucap_reports.planfile.writing import plain_entry, write_document

__all__ = [
    "Document",
    "Entry",
    "Listing",
    "Mapping",
    "Scalar",
    "Text",
    "format_plan",
    "in_order",
    "plain_entry",
    "rich_text_source",
    "write_document",
]
