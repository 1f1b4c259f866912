"""Merges of several replies to a document: their lists, conflicts and what the plan has already."""

from collections.abc import Sequence
from random import Random

import pytest

from ucap_reports.plan.writing.reply_merge import MergeChange, Proposal, ValueMerge


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


@pytest.mark.no_cover
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
