"""Merges of changes into a plan file that somebody else may have changed, by place."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from ucap_reports.plan.merge_conflicts import (
    Conflict,
    ConflictsFound,
    MergeChange,
    Proposal,
    ValueMerge,
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


def proposal(file: str, sent: list[str], value: list[str]) -> Proposal:
    return Proposal(file, sent, value, ("themes",))


def files_of(changes: Sequence[MergeChange]) -> list[tuple[str, str]]:
    return [(change.file, change.field) for change in changes]


def test_only_the_first_file_of_a_decision_is_applied_unless_it_is_about_an_insertion() -> None:
    merge = ValueMerge(lambda _: True, lambda _: ["b", "a", "b"])
    proposals = [Proposal(file, "Water", text, ("focus",)) for file, text in (("a", "Air"), ("b", "Soil"))]
    assert merge.merged(("focus",), "Water", proposals) == "Soil"
    assert (files_of(merge.applied), files_of(merge.rejected)) == ([("b", "focus")], [("a", "focus")])
    merge = ValueMerge(lambda _: True, lambda _: ["b", "a", "b"])
    inserted = [proposal("a", ["Water"], ["Water", "Air"]), proposal("b", ["Water"], ["Water", "Soil"])]
    assert merge.merged(("themes",), ["Water"], inserted) == ["Water", "Soil", "Air"]


@pytest.mark.parametrize("decision", [None, [], ["a"]])
def test_each_item_of_an_insertion_in_conflict_is_a_change(decision: list[str] | None) -> None:
    merge = ValueMerge(lambda _: True, lambda _: decision)
    inserted = [proposal("a", ["Water"], ["Water", "Air", "Noise"]), proposal("b", ["Water"], ["Water", "Soil"])]
    merge.merged(("themes",), ["Water"], inserted)
    changes = [*merge.applied, *merge.rejected]
    for conflict in merge.conflicts:
        changes += conflict.changes
    assert sorted(files_of(changes)) == [("a", "themes[1]"), ("a", "themes[2]"), ("b", "themes[1]")]


WATER, AIR = "Clean water", "Fresh air"


def test_insertions_that_were_both_kept_are_known_when_they_are_sent_again() -> None:
    merge = ValueMerge(lambda _: True, lambda _: None)
    inserted = [proposal("a", [WATER], [WATER, AIR]), proposal("b", [WATER], [WATER, "Soil"])]
    assert merge.merged(("themes",), [WATER, AIR, "Soil"], inserted) == [WATER, AIR, "Soil"]
    assert files_of(merge.known) == [("a", "themes[1]"), ("b", "themes[1]")]
    assert not merge.conflicts


def test_an_item_that_several_kept_insertions_have_is_inserted_once() -> None:
    merge = ValueMerge(lambda _: True, lambda conflict: [file for file, _ in conflict.values])
    lists = {"a": [WATER, AIR], "b": [WATER, AIR, "Soil"], "c": [WATER, AIR]}
    inserted = [proposal(file, [WATER], value) for file, value in lists.items()]
    assert merge.merged(("themes",), [WATER], inserted) == [WATER, AIR, "Soil"]


@pytest.mark.parametrize("position", [0, 1, 2])
def test_an_item_that_the_plan_has_rewritten_with_the_same_words_is_known_at_any_place(position: int) -> None:
    now = ["Quiet", "Soil"]
    now.insert(position, "Parks")
    merge = ValueMerge(lambda _: True, lambda _: None)
    assert merge.merged(("themes",), now, [proposal("a", [AIR, "Soil"], ["Quiet", "Soil"])]) == now
    assert (files_of(merge.known), merge.conflicts) == ([("a", "themes[0]")], [])


def test_the_same_item_that_the_plan_removed_is_one_conflict_of_all_replies() -> None:
    sent = [WATER, AIR, "Soil"]
    merge = ValueMerge(lambda _: True, lambda _: ["b", "a"])
    changed = [proposal("a", sent, [WATER, AIR + "!", "Soil"]), proposal("b", sent, [WATER, AIR + "?", "Soil"])]
    assert merge.merged(("themes",), [WATER, "Soil"], changed) == [WATER, "Soil", AIR + "?"]
    assert (files_of(merge.applied), files_of(merge.rejected)) == ([("b", "themes[1]")], [("a", "themes[1]")])


def test_an_order_of_a_reply_and_another_of_the_plan_are_a_conflict() -> None:
    sent, now = [WATER, AIR, "Soil"], ["Soil", AIR, WATER]
    merge = ValueMerge(lambda _: True, lambda _: None)
    assert merge.merged(("themes",), now, [proposal("a", sent, [AIR, WATER, "Soil"])]) == now
    assert [(conflict.loc, conflict.values) for conflict in merge.conflicts] == [
        (("themes",), (("a", [AIR, WATER, "Soil"]),))
    ]


def test_a_file_with_the_words_of_the_chosen_one_loses_no_conflict() -> None:
    merge = ValueMerge(lambda _: True, lambda _: ["a"])
    words = {"a": AIR, "b": AIR, "c": "Soil"}
    proposals = [Proposal(file, WATER, text, ("focus",)) for file, text in words.items()]
    assert merge.merged(("focus",), WATER, proposals) == AIR
    assert (files_of(merge.applied), files_of(merge.rejected)) == ([("a", "focus"), ("b", "focus")], [("c", "focus")])


@pytest.mark.parametrize(
    ("sent", "plan", "replies"),
    [
        ([WATER], ["Mobility plan"], [["Quiet streets", WATER]]),
        ([WATER, AIR], [WATER, AIR], [[WATER], [WATER, "Quiet streets", AIR]]),
        ([WATER, AIR, "Soil"], ["Soil", AIR], [[WATER, AIR, "Quiet streets", "Soil"], [WATER, "Soil of parks"]]),
        ([WATER, AIR, "Soil"], [WATER, AIR, "Soil"], [[AIR, "Soil", WATER], [WATER, AIR, "Soil", "Quiet streets"]]),
        ([WATER, "Soil", AIR], [WATER, "Soil", AIR], [[WATER, "Quiet streets", "Soil", WATER]]),
        ([WATER, AIR], [WATER, AIR], [[WATER, AIR, AIR], [WATER, "Quiet streets"]]),
    ],
)
def test_replies_that_are_applied_again_insert_nothing_twice(
    sent: list[str], plan: list[str], replies: list[list[str]]
) -> None:
    proposals = [proposal(str(number), sent, value) for number, value in enumerate(replies)]
    first = ValueMerge(lambda _: True, lambda _: None)
    once = first.merged(("themes",), plan, proposals)
    assert "Quiet streets" in once
    again = ValueMerge(lambda _: True, lambda _: None)
    assert again.merged(("themes",), once, proposals) == once
    assert (again.applied, again.conflicts) == ([], first.conflicts)


@pytest.mark.parametrize("position", [0, 1])
def test_an_item_that_the_plan_has_at_another_place_is_not_inserted_again(position: int) -> None:
    now = [WATER, "Soil"]
    now.insert(position, AIR)
    merge = ValueMerge(lambda _: True, lambda _: None)
    assert merge.merged(("themes",), now, [proposal("a", [WATER, "Soil"], [WATER, "Soil", AIR])]) == now
    assert (files_of(merge.known), merge.applied) == ([("a", "themes[2]")], [])


def test_each_item_of_the_plan_is_one_of_the_inserted_ones() -> None:
    merge = ValueMerge(lambda _: True, lambda _: None)
    twice = proposal("a", [WATER, "Soil"], [AIR, WATER, "Soil", AIR])
    assert merge.merged(("themes",), [AIR, WATER, "Soil"], [twice]) == [AIR, WATER, "Soil", AIR]
    assert files_of(merge.applied) == [("a", "themes[3]")]


@pytest.mark.parametrize("seed", range(200))
def test_replies_without_conflicts_change_nothing_when_they_are_applied_again(seed: int) -> None:
    """With items of one letter, so that inserted, removed and rewritten ones are often equal."""
    random = Random(seed)  # noqa: S311 - a test
    sent = random.choices("abcd", k=random.randint(1, 4))
    replies: list[list[str]] = []
    for _ in range(2):
        reply = list(sent)
        reply.insert(random.randint(0, len(reply)), random.choice("abcd"))
        reply[random.randrange(len(reply))] = random.choice("abcd")
        del reply[random.randrange(len(reply))]
        replies.append(reply)
    proposals = [proposal(str(number), sent, value) for number, value in enumerate(replies)]
    first = ValueMerge(lambda _: True, lambda _: None)
    once = first.merged(("themes",), sent, proposals)
    again = ValueMerge(lambda _: True, lambda _: None)
    twice = again.merged(("themes",), once, proposals)
    if not first.conflicts:
        assert (twice, again.conflicts) == (once, [])
