"""Recovery of a pack with invalid settings, so that its templates can be checked: invalid settings are removed."""

from collections.abc import Iterable, Sequence
from operator import eq

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.plan.validation import remove_fields
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_tree import Loc, Tree, loc_of, mapped
from ucap_reports.template.pack_opening import OpenedPack, PackLayers, assemble

MOST_TURNS = 10
"""How often settings are removed: each removal may reveal more problems."""
MOST_PROBLEMS = 100
"""The largest number of invalid settings that are removed."""


class RecoveredPack(Struct, frozen=True):
    """All problems of a pack's settings, and the pack without the fields `removed`, or None if the rest is no pack."""

    problems: tuple[Problem, ...]
    opened: OpenedPack | None
    removed: tuple[Loc, ...] = ()


def recover_pack(read: PackLayers) -> RecoveredPack:
    """The pack without its invalid settings, which those of the pack that it extends replace."""
    problems: list[Problem] = []
    removed: list[Loc] = []
    for _ in range(MOST_TURNS):
        try:
            return RecoveredPack(tuple(problems), assemble(read), tuple(removed))
        except ProblemsFound as found:
            problems += [each for each in found.problems if not _follows(each, removed)]
            if len(problems) > MOST_PROBLEMS:
                break
            trees = tuple(_without(tree, found.problems) for tree in read.trees)
            removed += map(_loc, found.problems)
        if all(one is other for one, other in zip(trees, read.trees, strict=True)):
            break
        read = replace(read, trees=trees)
    return RecoveredPack(tuple(problems), None)


def _loc(problem: Problem) -> Loc:
    return loc_of(problem.location.field or "")


def _follows(problem: Problem, removed: Iterable[Loc]) -> bool:
    """Whether a removed field causes the problem: it is around the problem's field, inside it, or named by it."""
    ways = [(_loc(problem), other) for other in removed if other]
    inside = any(way and all(map(eq, way, other)) for way, other in ways)
    return inside or any(other[-1] in problem.details.values() for _, other in ways)


def _without(tree: Tree, problems: Sequence[Problem]) -> Tree:
    """The tree without the values that have problems; the same tree if none of the problems is in its file."""
    path, value = tree.location(()).path, mapped(tree.value, lambda each: each)
    is_changed = remove_fields(value, (_loc(each) for each in problems if each.location.path == path))
    return replace(tree, root=replace(tree.root, value=value)) if is_changed else tree
