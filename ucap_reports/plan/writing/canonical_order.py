"""Formatting of plan files: canonical order and style, with the comments at the fields that they are about."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from ucap_reports.plan.plan_model import Activity, City, Focus, PlanContact, PlanFile, PlanPicture
from ucap_reports.plan.validation import described
from ucap_reports.plan.writing.comment_reading import comments_of, read_document
from ucap_reports.plan.writing.file_content import Content, Entries, PlanEntry, PlanFileContent
from ucap_reports.plan.writing.yaml_writing import write_document
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Loc, Tree, YamlNode, mapped
from ucap_reports.storage.decoding import Source

FIELDS = tuple(PlanFile.model_fields)
"""The fields of a plan in canonical order."""
PARTS = {
    "cities": tuple(City.model_fields),
    "focus": tuple(Focus.model_fields),
    "activities": tuple(Activity.model_fields),
    "pictures": tuple(PlanPicture.model_fields),
    "picture": tuple(PlanPicture.model_fields),
    "contact": tuple(PlanContact.model_fields),
}
"""The fields inside fields, in canonical order."""


def format_plan(source: Source) -> str:
    """The canonical text of a plan file, with the same values to the character of every text.

    Raises ProblemsFound for invalid YAML, and for aliases, which cannot be kept if fields change places.
    """
    text = source.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    tree = parse(Source(source.path, text))
    if not isinstance(tree.value, dict) or not tree.value:
        where = Location(source.path, 1, 1)
        found = problem("type-wrong", where, expected="fields", given=described(tree.value), hint="write `name: value`")
        raise ProblemsFound([found])
    if aliases := list(_aliases(tree, tree.root, ())):
        raise ProblemsFound(aliases)
    canonical = write_document(in_canonical_order(read_document(tree)))
    after = parse(Source(source.path, canonical))
    before, written = (mapped(each.value, _comparable) for each in (tree, after))
    if before != written or comments_of(tree) != comments_of(after):
        raise ProblemsFound([problem("format-unsafe", Location(source.path))])
    return canonical


def in_canonical_order(document: PlanFileContent) -> PlanFileContent:
    """The document with all fields in the order of the plan format; unknown ones come last."""
    body = _in_order(document.body, FIELDS)
    return replace(document, body=body) if isinstance(body, Entries) else document


def _in_order(content: Content, names: Sequence[str]) -> Content:
    """The content with fields in the order of the names, and those inside of fields in theirs."""
    if not isinstance(content, Entries):
        return content
    entries: Sequence[PlanEntry] = content.entries
    if not content.is_list:
        entries = sorted(entries, key=lambda entry: names.index(entry.key) if entry.key in names else len(names))
    inner = ((entry, names if content.is_list else PARTS.get(entry.key or "", ())) for entry in entries)
    return replace(
        content, entries=tuple(replace(entry, content=_in_order(entry.content, own)) for entry, own in inner)
    )


def _aliases(tree: Tree, node: YamlNode, loc: Loc) -> Iterable[Problem]:
    """An error for each alias in the file."""
    written = tree.source.text[node.start : node.end]
    if written.startswith("*"):
        yield problem("alias-misplaced", tree.location(loc), alias=written.strip())
        return
    for key, child in node.children.items():
        yield from _aliases(tree, child, (*loc, key))


def _comparable(value: Any) -> Any:
    """A value to compare: with its type, a number as it is written, a text without line ends at its edges."""
    return value.strip("\n") if isinstance(value, str) else (type(value), getattr(value, "text", value))
