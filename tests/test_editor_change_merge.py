"""Merges of changes of the editor into a plan file that somebody else may have changed, by place."""

from typing import Any

import pytest

from ucap_reports.plan.writing.editor_change_merge import (
    Conflict,
    ConflictsFound,
    WantedChange,
    merged_plan,
    value_differences,
)
from ucap_reports.plan.writing.value_edits import ValueChange, json_value
from ucap_reports.source.yaml_tree import Loc, plain_value
from ucap_reports.storage.decoding import Source

SHOWN = """\
title: Report
cities:
- name: Rome
- name: Essen
themes: [Water, Energy]
"""


def source(text: str) -> Source:
    return Source("plans/rome.yaml", text)


def set_value(loc: Loc, value: object, was: object) -> WantedChange:
    return WantedChange(ValueChange("set", loc, value), was)


def merged(now: str, *wanted: WantedChange, shown: str | None = SHOWN) -> str:
    return merged_plan(source(now), wanted, None if shown is None else source(shown)).text


def test_changes_of_different_places_merge() -> None:
    now = SHOWN.replace("Essen", "Siena")
    assert merged(now, set_value(("title",), "Summary", "Report")) == now.replace("Report", "Summary")


def test_a_change_of_a_changed_value_is_a_conflict_and_changes_nothing() -> None:
    now = SHOWN.replace("Report", "Overview")
    with pytest.raises(ConflictsFound) as raised:
        merged(now, set_value(("cities", 0, "name"), "Roma", "Rome"), set_value(("title",), "Summary", "Report"))
    assert raised.value.conflicts == (Conflict(("title",), "Summary", "Overview"),)


def test_a_removal_of_a_changed_value_is_a_conflict_without_an_own_value() -> None:
    now = SHOWN.replace("Report", "Overview")
    with pytest.raises(ConflictsFound) as raised:
        merged(now, WantedChange(ValueChange("remove", ("title",)), "Report"))
    assert raised.value.conflicts == (Conflict(("title",), None, "Overview"),)


def test_a_change_that_was_made_already_merges() -> None:
    now = SHOWN.replace("Report", "Summary")
    assert merged(now, set_value(("title",), "Summary", "Report")) == now
    without_title = SHOWN.replace("title: Report\n", "")
    assert without_title != SHOWN
    assert merged(without_title, WantedChange(ValueChange("remove", ("title",)), "Report")) == without_title


@pytest.mark.parametrize("written", ["13.0", "303.000", "12.5", "13"])
def test_a_number_is_still_the_same_after_javascript_has_read_it(written: str) -> None:
    now = SHOWN.replace("Report", "Overview") + f"area: {written}\n"
    value = json_value(plain_value(written))
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # as JavaScript writes it
    assert merged(now, set_value(("area",), "14", value)) == now.replace(f"area: {written}", 'area: "14"')


def test_a_change_of_the_file_that_was_shown_needs_no_earlier_value() -> None:
    assert merged(SHOWN, set_value(("title",), "Summary", "something else")) == SHOWN.replace("Report", "Summary")


@pytest.mark.parametrize(
    ("now", "was", "shown", "merges"),
    [
        (SHOWN.replace("Report", "Overview"), ["Water", "Energy"], SHOWN, True),
        (SHOWN.replace("Energy", "Waste"), ["Water", "Energy"], SHOWN, False),
        (SHOWN.replace("Report", "Overview"), None, SHOWN, True),
        (SHOWN.replace("Energy", "Waste"), None, SHOWN, False),
        (SHOWN, None, None, False),
    ],
    ids=["same list", "changed list", "same list of the file", "changed list of the file", "unknown list"],
)
def test_an_insertion_merges_if_its_list_is_the_same(now: str, was: Any, shown: str | None, *, merges: bool) -> None:
    change = ValueChange("insert", ("themes", 1), "Mobility")
    wanted = WantedChange(change) if was is None else WantedChange(change, was)
    if merges:
        assert "themes: [Water, Mobility, Energy]" in merged(now, wanted, shown=shown)
    else:
        with pytest.raises(ConflictsFound):
            merged(now, wanted, shown=shown)


def test_differences_are_changes_of_the_smallest_parts() -> None:
    old = {"title": "Report", "cities": [{"name": "Rome"}, {"name": "Essen"}], "themes": ["Water"]}
    new = {"cities": [{"name": "Roma"}, {"name": "Essen"}], "themes": ["Water", "Energy"]}
    assert value_differences(old, new) == [
        set_value(("title",), None, "Report"),
        set_value(("cities", 0, "name"), "Roma", "Rome"),
        set_value(("themes",), ["Water", "Energy"], ["Water"]),
    ]
    assert value_differences(old, old) == []


def test_a_move_behind_the_end_of_a_list_that_lost_items_is_a_conflict() -> None:
    move = WantedChange(ValueChange("move", ("themes", 0), 1), "Water")
    assert merged(SHOWN.replace("Essen", "Siena"), move).endswith("themes: [Energy, Water]\n")
    with pytest.raises(ConflictsFound) as found:
        merged(SHOWN.replace(", Energy", ""), move)
    assert found.value.conflicts == (Conflict(("themes", 0), 1, "Water"),)
