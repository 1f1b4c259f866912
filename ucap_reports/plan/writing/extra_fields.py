"""Moving what plans of earlier versions have below `extra` to custom fields."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from ucap_reports.plan.custom_fields import EXTRA, extra_hint
from ucap_reports.plan.fields import KnownFields
from ucap_reports.plan.unknown_values import is_unknown
from ucap_reports.plan.writing.comment_reading import Entries, PlanEntry, PlanFileContent
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import Tree


def movable_keys(values: Any, known: KnownFields) -> list[str]:
    """Return the keys of `extra` that are declared as fields of the plan and have no value there yet."""
    extra = values.get(EXTRA) if isinstance(values, dict) else None
    if not isinstance(extra, dict):
        return []
    declared = [field.name for field in known.inside() if field.is_custom]
    return [key for key in extra if key in declared and _is_free(values.get(key))]


def _is_free(value: Any) -> bool:
    return is_unknown(value) or value in ([], {})


def moved_values(values: dict[str, Any], known: KnownFields) -> dict[str, Any]:
    """Return the values of a plan file with those of `extra` that can be moved as fields of the plan."""
    keys = movable_keys(values, known)
    if not keys:
        return values
    extra = {key: value for key, value in values[EXTRA].items() if key not in keys}
    moved = {key: values[EXTRA][key] for key in keys}
    others = {key: value for key, value in values.items() if key != EXTRA and key not in keys}
    return others | moved | ({EXTRA: extra} if extra else {})


def with_moved_entries(document: PlanFileContent, values: Any, known: KnownFields) -> PlanFileContent:
    """Return the document with the same moves, and with all comments; `values` are those of the file."""
    keys = movable_keys(values, known)
    if not keys:
        return document
    entries: list[PlanEntry] = []
    for entry in document.body.entries:
        if entry.key == EXTRA and isinstance(entry.content, Entries):
            entries += _parts(entry, entry.content, keys)
        elif entry.key not in keys:
            entries.append(entry)
        elif entry.comments_before or entry.comment_after:
            document = _with_closing(document, entry)
    return replace(document, body=replace(document.body, entries=tuple(entries)))


def _parts(entry: PlanEntry, content: Entries, keys: list[str]) -> Iterator[PlanEntry]:
    """Yield the entries of `extra` that are moved, and `extra` with the others; without any, its comments move too."""
    comments = (*entry.comments_before, *([entry.comment_after] if entry.comment_after else []))
    remaining = tuple(inner for inner in content.entries if inner.key not in keys)
    moved = [inner for inner in content.entries if inner.key in keys]
    if not remaining:
        moved[0] = replace(moved[0], comments_before=(*comments, *moved[0].comments_before))
        closing = content.closing
        if closing:
            moved[-1] = replace(moved[-1], comments_before=(*moved[-1].comments_before, *closing))
    yield from moved
    if remaining:
        yield replace(entry, content=replace(content, entries=remaining))


def _with_closing(document: PlanFileContent, entry: PlanEntry) -> PlanFileContent:
    """Return the document with the comments of an empty entry at its end."""
    comments = (*entry.comments_before, *([entry.comment_after] if entry.comment_after else []))
    return replace(document, body=replace(document.body, closing=(*document.body.closing, *comments)))


def left_extra(tree: Tree, known: KnownFields) -> list[Problem]:
    """Return the error about `extra` in a plan file, with the declarations of its keys; none if there is no `extra`."""
    if not isinstance(tree.value, dict) or EXTRA not in tree.value:
        return []
    hint = extra_hint(tree.value[EXTRA], known)
    return [problem("field-unknown", tree.location((EXTRA,), key=True), name=EXTRA, hint=hint)]
