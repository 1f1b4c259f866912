"""Fields as people count them."""

import pytest

from ucap_reports.plan.field_descriptions import ordinal
from ucap_reports.plan.plan_model import BUILT_IN


@pytest.mark.parametrize(
    ("field", "spoken"),
    [
        ("activities[2]", "the third activity"),
        ("activities[2].text", "the text of the third activity"),
        ("activities[0].details[1]", "the second detail of the first activity"),
        ("cities[1].population", "the population of the second city"),
        ("cities[0].name[1]", "the second name of the first city"),
        ("focus[10]", "the 11th entry of focus"),
        ("results", "`results`"),
        ("contact.email", "`contact.email`"),
        ("extra.budget", "`extra.budget`"),
    ],
)
def test_spoken_name_counts_from_one(field: str, spoken: str) -> None:
    assert BUILT_IN.spoken_name(field) == spoken


def test_ordinals_end_as_people_say_them() -> None:
    numbers = (1, 10, 11, 12, 13, 21, 22, 23, 30, 101, 111)

    assert [ordinal(number) for number in numbers] == [
        *("first", "tenth", "11th", "12th", "13th", "21st", "22nd", "23rd", "30th", "101st", "111th")
    ]
