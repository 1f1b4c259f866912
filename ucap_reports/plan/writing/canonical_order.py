"""A plan file put into the canonical order and style, its comments kept at what they are about."""

from collections.abc import Iterable, Sequence
from typing import Any

from ucap_reports.plan.plan_model import Activity, City, Focus, PlanContact, PlanFile
from ucap_reports.plan.writing.comment_reading import comments_of, read_document
from ucap_reports.plan.writing.file_content import Content, EntryList, EntryMapping, PlanEntry, PlanFileContent
from ucap_reports.plan.writing.yaml_writing import write_document
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.source.tree import Loc, Tree, YamlNode
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source

FIELDS = tuple(PlanFile.model_fields)
"""The fields of a plan in their order."""
PARTS = {
    "cities": tuple(City.model_fields),
    "focus": tuple(Focus.model_fields),
    "activities": tuple(Activity.model_fields),
    "contact": tuple(PlanContact.model_fields),
}
"""The fields that have fields of their own, with their order."""


def format_plan(source: Source) -> str:
    """The text of a plan file in canonical form; what it says is the same, to the character of every text.

    Raises ProblemsFound for what is no YAML, and for aliases, which cannot be kept where fields change places.
    """
    text = source.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = Source(source.path, text)
    tree = parse(source)
    if not isinstance(tree.value, dict) or not tree.value:
        hint = "write each field as `name: value`"
        raise ProblemsFound(
            [Problem.error("type-wrong", "a plan is made of fields", hint, Location(source.path, 1, 1))]
        )
    if aliases := list(_aliases(tree, tree.root, ())):
        raise ProblemsFound(aliases)
    text = write_document(in_canonical_order(read_document(tree)))
    _prove_same(tree, parse(Source(source.path, text)))
    return text


def in_canonical_order(document: PlanFileContent) -> PlanFileContent:
    """The document with its fields, and those inside them, in the order of the plan format; unknown ones come last."""
    fields = _ordered(document.body.entries, FIELDS)
    entries = tuple(_with_order(entry, PARTS.get(entry.key or "", ())) for entry in fields)
    return PlanFileContent(document.head, EntryMapping(entries, document.body.closing))


def _with_order(entry: PlanEntry, names: Sequence[str]) -> PlanEntry:
    return PlanEntry(entry.key, _content_in_order(entry.content, names), entry.leading, entry.trailing)


def _content_in_order(content: Content, names: Sequence[str]) -> Content:
    match content:
        case EntryMapping(entries, closing):
            return EntryMapping(_ordered(entries, names), closing)
        case EntryList(entries, closing):
            return EntryList(tuple(_with_order(entry, names) for entry in entries), closing)
        case _:
            return content


def _ordered(entries: Iterable[PlanEntry], names: Sequence[str]) -> tuple[PlanEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: names.index(entry.key) if entry.key in names else len(names)))


def _aliases(tree: Tree, node: YamlNode, loc: Loc) -> Iterable[Problem]:
    """An error for each place where the file repeats a value by its name."""
    written = tree.source.text[node.start : node.end]
    if written.startswith("*"):
        hint = "write out what it repeats"
        yield Problem.error("alias-misplaced", f"{written.strip()} cannot be put in order", hint, tree.location(loc))
        return
    for key, child in node.children.items():
        yield from _aliases(tree, child, (*loc, key))


def _prove_same(before: Tree, after: Tree) -> None:
    """Raises ProblemsFound where the canonical text would not say the same."""
    if _values(before.value) != _values(after.value) or comments_of(before) != comments_of(after):
        message = "this file cannot be put into order without a change of what it says"
        raise ProblemsFound(
            [Problem.error("format-unsafe", message, "leave it as it is", Location(before.source.path))]
        )


def _values(value: Any) -> Any:
    """Values to compare: kinds apart, numbers as they are written, line ends at the ends of texts left out."""
    match value:
        case dict():
            return {key: _values(each) for key, each in value.items()}
        case list():
            return [_values(each) for each in value]
        case str():
            return value.strip("\n")
        case _:
            return type(value), getattr(value, "text", value)
