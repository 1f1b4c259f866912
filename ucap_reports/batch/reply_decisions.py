"""Conflicts of replies: different words for the same place, and how they are decided."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from ucap_reports.plan.plan_changes import shown_value


class ReplyConflict(Struct, frozen=True):
    """Words for the same place that differ between files, or between a file and the plan, which has the value `now`.

    `values` are those of the files. Of an insertion, values are lists of items; both can be kept.
    """

    plan: str
    target: str
    field: str
    now: Any
    values: tuple[tuple[str, Any], ...]
    is_insertion: bool = False

    def record(self) -> dict[str, Any]:
        """Return the conflict as JSON, with values as text."""
        values = [{"file": file, "value": shown_value(value)} for file, value in self.values]
        return {"plan": self.plan, "field": self.field, "now": shown_value(self.now), "values": values}


Decided = Callable[[ReplyConflict], Sequence[str] | None]
"""Returns the names of the files whose values a conflict gets; none of them keeps the value of the plan, and None
leaves the conflict open.
"""


def leave_open(_: ReplyConflict) -> None:
    """Leave each conflict open."""


def preferring(file: str | None) -> Decided:
    """Return the decision for one file, where it has a value."""

    def decided(conflict: ReplyConflict) -> Sequence[str] | None:
        return [file] if file is not None and file in dict(conflict.values) else None

    return decided
