"""The YAML of a file as a plain tree that knows the line and column of every key and value."""

from ucap_reports.source.indentation import begins_text_below, spaces
from ucap_reports.source.parsing import parse, parse_tolerantly
from ucap_reports.source.tree import Key, Loc, Node, Tree, Value, field_name
from ucap_reports.textfile import Source, read_source, source_line

__all__ = [
    "Key",
    "Loc",
    "Node",
    "Source",
    "Tree",
    "Value",
    "begins_text_below",
    "field_name",
    "parse",
    "parse_tolerantly",
    "read_source",
    "source_line",
    "spaces",
]
