"""The ids of plans that are proposed for names, and those of plans with the same names."""

import pytest

from ucap_reports.plan.plan_ids import MAX_ID, different_ids, free_id, id_of_names, is_id_of_names


@pytest.mark.parametrize(
    ("names", "plan_id"),
    [
        (["Málaga", "Rome"], "malaga-rome"),
        (["Sant'Agata"], "santagata"),
        (["天津", "Rome"], "rome"),
        (["天津"], "plan"),
        ([], "plan"),
        (["Index"], "index-plan"),
        (["a" * (MAX_ID + 1)], "a" * MAX_ID),
    ],
)
def test_id_of_names_has_the_letters_of_ids(names: list[str], plan_id: str) -> None:
    assert id_of_names(names) == plan_id
    assert is_id_of_names(plan_id, names)


def test_different_ids_number_those_that_an_earlier_plan_has() -> None:
    assert different_ids(["rome", "rome", "rome-2", "rome", "malaga"]) == [
        "rome",
        "rome-2",
        "rome-2-2",
        "rome-3",
        "malaga",
    ]


def test_number_of_an_id_replaces_its_end_if_it_is_long() -> None:
    long_id = "a" * MAX_ID
    first, second = different_ids([long_id, long_id])
    assert (first, second) == (long_id, "a" * (MAX_ID - 2) + "-2")
    assert is_id_of_names(second, [long_id])


def test_free_id_continues_the_numbers_of_the_other_plans() -> None:
    assert free_id("rome", {"malaga"}) == "rome"
    assert free_id("rome", {"rome", "rome-2"}) == "rome-3"
    assert free_id("rome-2", {"rome-2"}, ["Rome"]) == "rome-3"
    assert free_id("rome-2", {"rome-2", "rome-3"}, ["Rome"]) == "rome-4"
    assert free_id("plan-2", {"plan-2"}, ["天津"]) == "plan-3"


@pytest.mark.parametrize("names", [["Agenda 2030"], ["Rome"], []])
def test_free_id_keeps_a_number_that_belongs_to_the_name(names: list[str]) -> None:
    assert free_id("agenda-2030", {"agenda-2030"}, names) == "agenda-2030-2"
    assert free_id("agenda-2030", {"agenda-2030", "agenda-2030-2"}, names) == "agenda-2030-3"


def test_id_with_another_number_or_name_is_not_of_the_names() -> None:
    assert is_id_of_names("rome-12", ["Rome"])
    assert not is_id_of_names("rome-x", ["Rome"])
    assert not is_id_of_names("malaga-2", ["Rome"])
