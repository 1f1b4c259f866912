"""Two editions of many plans: which of them were added, removed, renamed or changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from ucap_reports.plan.comparison.plan_changes import PlanChange, plan_changes
from ucap_reports.source.yaml_tree import Tree


class PlanDifference(Struct, frozen=True):
    """What has happened to a plan: `added`, `removed`, `renamed` or `changed`.

    `old` and `new` are its files in messages, empty where there is none.
    """

    plan: str
    status: str
    old: str
    new: str
    changes: tuple[PlanChange, ...] = ()


def edition_differences(old: Mapping[str, Tree], new: Mapping[str, Tree]) -> Iterator[PlanDifference]:
    """The plans that differ between two editions, by id."""
    renamed = _renamed(old, new)
    for plan in sorted(old.keys() | new.keys()):
        if plan in renamed.values():
            continue
        before, after = old.get(renamed.get(plan, plan)), new.get(plan)
        if before is None or after is None:
            status = "added" if before is None else "removed"
            yield PlanDifference(plan, status, _path(before), _path(after))
            continue
        changes = plan_changes(_fields(before), _fields(after))
        if plan in renamed or changes:
            status = "renamed" if plan in renamed else "changed"
            yield PlanDifference(plan, status, _path(before), _path(after), changes)


def _renamed(old: Mapping[str, Tree], new: Mapping[str, Tree]) -> dict[str, str]:
    """The old id of each plan whose file was renamed without another change."""
    gone = [plan for plan in old if plan not in new]
    found: dict[str, str] = {}
    for plan in (each for each in new if each not in old):
        before = next((each for each in gone if old[each].value == new[plan].value), None)
        if before is not None:
            found[plan] = before
            gone.remove(before)
    return found


def _path(tree: Tree | None) -> str:
    return tree.source.path if tree else ""


def _fields(tree: Tree) -> dict[str, Any]:
    return tree.value if isinstance(tree.value, dict) else {}
