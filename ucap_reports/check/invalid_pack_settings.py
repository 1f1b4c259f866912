"""Recovery of a pack with invalid settings, so that its templates can be checked: invalid settings are removed."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_tree import Tree, mapped
from ucap_reports.template.pack import EXTRA
from ucap_reports.template.pack_opening import OpenedPack, PackLayers, assemble

MOST_TURNS = 10
"""How often settings are removed: each removal may reveal more problems."""
MOST_PROBLEMS = 100
"""The largest number of invalid settings that are removed."""


class RecoveredPack(Struct, frozen=True):
    """All problems of a pack's settings, and the pack without the fields `removed`, or None if the rest is no pack."""

    problems: tuple[Problem, ...]
    opened: OpenedPack | None
    removed: tuple[str, ...] = ()


def recover_pack(read: PackLayers) -> RecoveredPack:
    """The pack without its invalid settings, which those of the pack that it extends replace."""
    problems: list[Problem] = []
    removed: list[str] = []
    for _ in range(MOST_TURNS):
        try:
            return RecoveredPack(tuple(problems), assemble(read), tuple(removed))
        except ProblemsFound as found:
            problems += [each for each in found.problems if not _follows(each, removed)]
            if len(problems) > MOST_PROBLEMS:
                break
            trees = tuple(_without(tree, found.problems) for tree in read.trees)
            removed += [each.location.field or "" for each in found.problems]
        if all(one is other for one, other in zip(trees, read.trees, strict=True)):
            break
        read = replace(read, trees=trees)
    return RecoveredPack(tuple(problems), None, tuple(removed))


def _follows(problem: Problem, removed: Iterable[str]) -> bool:
    """Whether a removed field causes the problem: it is around the problem's field, inside it, or named by it."""
    field = problem.location.field or ""
    return any(
        _is_inside(field, other) or _is_inside(other, field) or other.rpartition(".")[2] in problem.details.values()
        for other in removed
    )


def _is_inside(field: str, other: str) -> bool:
    """Whether a field is another one or a part of it."""
    return field == other or (field.startswith(other) and field[len(other)] in ".[")


def _without(tree: Tree, problems: Sequence[Problem]) -> Tree:
    """The tree without the values that have problems; the same tree if none of the problems is in its file."""
    path, value = tree.location(()).path, mapped(tree.value, lambda each: each)
    fields = [each.location.field for each in problems if each.location.path == path and each.location.field]
    removed = [_is_removed(value, field) for field in fields]
    return replace(tree, root=replace(tree.root, value=value)) if any(removed) else tree


def _is_removed(value: Any, field: str) -> bool:
    """Remove the part of the value at `field`, or if it is missing what is around it; False if nothing is left then.

    A row is replaced by an empty one. Other lists are removed as a whole, because their items would move.
    """
    keys = list(value) if isinstance(value, dict) else [*range(len(value))] if isinstance(value, list) else []
    names = {key: f"[{key}]" if isinstance(value, list) else str(key) for key in keys}
    key = next((key for key, name in names.items() if _is_inside(field, name)), None)
    if key is None:
        return False
    rest = field.removeprefix(names[key]).removeprefix(".")
    if rest and _is_removed(value[key], rest):
        return True
    if isinstance(value, list) and not isinstance(value[key], dict):
        return False
    if isinstance(value, list):
        value[key] = {"field": f"{EXTRA}left-out-{key}", "label": ""}
    else:
        del value[key]
    return True
