"""The public form of a plan file: canonical YAML without comments and without the sources of its facts."""

from typing import Any

from ucap_reports.plan.writing.canonical_order import in_canonical_order
from ucap_reports.plan.writing.file_content import Entries, PlainValue, PlanFileContent
from ucap_reports.plan.writing.yaml_writing import plain_entry, write_document
from ucap_reports.source.scalars import WrittenDecimal, WrittenInteger
from ucap_reports.source.tree import Tree

_PRIVATE = frozenset({"sources"})
"""Fields that are never printed."""


def public_plan(tree: Tree) -> str:
    """The text of a plan file in its public form. It has the same documents as the plan file."""
    fields: dict[str, Any] = _plain(tree.value)
    entries = tuple(plain_entry(key, value) for key, value in fields.items() if key not in _PRIVATE)
    return write_document(in_canonical_order(PlanFileContent((), Entries(entries))))


def _plain(value: Any) -> Any:
    """The value with numbers as they are written."""
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case str():
            return value.strip("\n")
        case bool():
            return PlainValue(str(value).lower())
        case WrittenInteger(text=text) | WrittenDecimal(text=text):
            return PlainValue(text)
        case _:
            return None
