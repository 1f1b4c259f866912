"""Recovery of a pack with invalid settings, so that its templates can be checked: invalid settings are removed."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.template.pack import EXTRA
from ucap_reports.template.pack_opening import OpenedPack, PackLayers, assemble

MOST_TURNS = 10
"""How often settings are removed: each removal may reveal more problems."""
MOST_PROBLEMS = 100
"""The largest number of invalid settings that are removed."""
_GONE = object()
_ITEM = re.compile(r"\[(\d+)\]\.?")


class RecoveredPack(Struct, frozen=True):
    """All problems of a pack's settings, and the pack without the fields `removed`, or None if the rest is no pack."""

    problems: tuple[Problem, ...]
    opened: OpenedPack | None
    removed: tuple[str, ...] = ()

    @property
    def changes_theme(self) -> bool:
        """Whether a setting of the theme was removed, so that templates may rely on it."""
        return any(_is_inside(field, "theme") for field in self.removed)


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
    path = tree.location(()).path
    value: Any = tree.value
    for problem in problems:
        if problem.location.path == path and problem.location.field:
            pruned = _pruned(value, problem.location.field)
            value = value if pruned is _GONE else pruned
    return tree if value is tree.value else replace(tree, root=replace(tree.root, value=value))


def _pruned(value: Any, field: str) -> Any:
    """The value without its part at `field`, or `_GONE` if nothing of it remains.

    Nothing remains where the field itself is missing, and of a list of names, whose other items would move.
    """
    if isinstance(value, list) and (item := _ITEM.match(field)):
        return _with_another_row(value, int(item[1]), field[item.end() :])
    key = next((key for key in value if _is_inside(field, str(key))), None) if isinstance(value, dict) else None
    if key is None:
        return _GONE
    rest = field[len(str(key)) :].removeprefix(".")
    inner = _pruned(value[key], rest) if rest else _GONE
    return {each: inner if each == key else old for each, old in value.items() if each != key or inner is not _GONE}


def _with_another_row(rows: list[Any], place: int, field: str) -> Any:
    """The rows with one of them without a field, or with an empty row in its place if nothing of it remains."""
    row = rows[place] if place < len(rows) else None
    if not isinstance(row, dict):
        return _GONE
    pruned = _pruned(row, field) if field else _GONE
    empty = {"field": f"{EXTRA}left-out-{place}", "label": ""}
    return [*rows[:place], empty if pruned is _GONE else pruned, *rows[place + 1 :]]
