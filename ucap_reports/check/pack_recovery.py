"""A pack whose settings are wrong, looked at all the same: what is wrong is left out, and what it extends stands in."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.tree import Tree
from ucap_reports.template.pack import EXTRA
from ucap_reports.template.pack_opening import OpenedPack, PackLayers, assemble

MOST_TURNS = 10
"""How often leaving something out may bring something else to light."""
_GONE = object()
_ITEM = re.compile(r"\[(\d+)\]\.?")


class RecoveredPack(Struct, frozen=True):
    """All that is wrong in a pack's settings, and the pack without it; None where nothing can be made of the rest.

    `left_out` are the fields that it is without.
    """

    problems: tuple[Problem, ...]
    opened: OpenedPack | None
    left_out: tuple[str, ...] = ()


def recover_pack(read: PackLayers) -> RecoveredPack:
    """The pack, as far as its settings are right."""
    told: list[Problem] = []
    left_out: list[str] = []
    for _ in range(MOST_TURNS):
        try:
            return RecoveredPack(tuple(told), assemble(read), tuple(left_out))
        except ProblemsFound as found:
            told += [problem for problem in found.problems if not _follows(problem, left_out)]
            trees = tuple(_without(tree, found.problems) for tree in read.trees)
            left_out += [problem.location.field or "" for problem in found.problems]
        if all(one is other for one, other in zip(trees, read.trees, strict=True)):
            break
        read = replace(read, trees=trees)
    return RecoveredPack(tuple(told), None, tuple(left_out))


def _follows(problem: Problem, left_out: Iterable[str]) -> bool:
    """Whether the problem is there only because something is not: around it, inside it, or asked for by its name."""
    field = problem.location.field or ""
    return any(
        _is_inside(field, other) or _is_inside(other, field) or f'"{other.rpartition(".")[2]}"' in problem.message
        for other in left_out
    )


def _is_inside(field: str, other: str) -> bool:
    """Whether a field is another one or a part of it."""
    return field == other or (field.startswith(other) and field[len(other)] in ".[")


def _without(tree: Tree, problems: Sequence[Problem]) -> Tree:
    """The tree without the values that problems in its file are about; itself where there are none."""
    path = tree.location(()).path
    value: Any = tree.value
    for problem in problems:
        if problem.location.path == path and problem.location.field:
            pruned = _pruned(value, problem.location.field)
            value = value if pruned is _GONE else pruned
    return tree if value is tree.value else replace(tree, root=replace(tree.root, value=value))


def _pruned(value: Any, field: str) -> Any:
    """The value without what it has at a field. All of it is gone where the field itself is what is missing, or is an
    item of a list of names, whose others would then be elsewhere than problems say.
    """
    if isinstance(value, list) and (item := _ITEM.match(field)):
        return _with_another_row(value, int(item[1]), field[item.end() :])
    if not isinstance(value, dict):
        return _GONE
    key = next((key for key in value if _is_inside(field, str(key))), None)
    if key is None:
        return _GONE
    rest = field[len(str(key)) :].removeprefix(".")
    inner = _pruned(value[key], rest) if rest else _GONE
    pairs = ((each, inner if each == key else old) for each, old in value.items())
    return {each: old for each, old in pairs if old is not _GONE}


def _with_another_row(rows: list[Any], place: int, field: str) -> Any:
    """The rows with one of them without a field or, where it is nothing without that, an empty one in its place."""
    row = rows[place] if place < len(rows) else None
    if not isinstance(row, dict):
        return _GONE
    pruned = _pruned(row, field) if field else _GONE
    empty = {"field": f"{EXTRA}left-out-{place}", "label": ""}
    return [*rows[:place], empty if pruned is _GONE else pruned, *rows[place + 1 :]]


def themed(left_out: Iterable[str]) -> bool:
    """Whether something of the look is left out, so that what templates ask of it may be there after all."""
    return any(_is_inside(field, "theme") for field in left_out)
