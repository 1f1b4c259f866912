"""Plans that programs give as mappings: whatever is in them, the errors are problems, one for each value."""

import json
from collections import UserDict
from contextlib import suppress
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports import ProblemsFound, render
from ucap_reports.batch.render_plans_and_mappings import mapping_text
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.problems import Problem
from ucap_reports.storage.decoding import Source

CITIES = [{"name": "Rome"}]


class Land(StrEnum):
    ITALY = "Italy"


class Words(str):
    __slots__ = ()


class Number(int):
    pass


def cyclic_list() -> list[Any]:
    found: list[Any] = ["Water"]
    found.append(found)
    return found


def cyclic_mapping() -> dict[str, Any]:
    found: dict[str, Any] = {"office": "A"}
    found["address"] = [found]
    return found


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


def repeated() -> list[Any]:
    """A list that has 10^20 items if each one is counted, in a few lists that are used again."""
    found: list[Any] = ["x"] * 100
    for _ in range(9):
        found = [found] * 100
    return found


def errors(fields: Any) -> list[Problem]:
    with pytest.raises(ProblemsFound) as found:
        render(fields, formats="html")
    return [problem for problem in found.value.problems if problem.severity == "error"]


REFUSED = {
    "a list in itself": ("themes", cyclic_list(), "value-unusable", "themes[1]"),
    "a mapping in itself": ("contact", cyclic_mapping(), "value-unusable", "contact.address[0]"),
    "a lone surrogate": ("title", "a\ud800", "control-character", "title"),
    "a control character": ("title", "a\x00", "control-character", "title"),
    "a surrogate in a key": ("contact", {"a\udc00": "x"}, "control-character", "contact"),
    "an enormous number": ("period", 10**5000, "value-unusable", "period"),
    "an enormous negative number": ("period", -(10**5000), "value-unusable", "period"),
    "an enormous decimal": ("period", Decimal("1e5000"), "value-unusable", "period"),
    "infinity": ("period", float("inf"), "value-unusable", "period"),
    "an object": ("title", object(), "value-unusable", "title"),
    "a class": ("title", object, "value-unusable", "title"),
    "a function": ("title", len, "value-unusable", "title"),
    "a set, which has no order": ("themes", {"a", "b"}, "value-unusable", "themes"),
    "bytes": ("title", b"x", "value-unusable", "title"),
    "a generator": ("themes", (each for each in "ab"), "value-unusable", "themes"),
    "a complex number": ("period", 1j, "value-unusable", "period"),
    "a number as a key": ("contact", {1: "x"}, "yaml-key", "contact"),
    "None as a key": ("contact", {None: "x"}, "yaml-key", "contact"),
    "deep lists": ("themes", nested(5000), "yaml-depth", "themes" + "[0]" * 20),
    "too many values": ("themes", ["x"] * 1_000_000, "yaml-size", None),
    "too many values in lists that are used again": ("themes", repeated(), "yaml-size", None),
    "too long a text": ("focus", "x" * (2 << 20), "file-too-large", None),
}


@pytest.mark.parametrize(("field", "value", "code", "place"), REFUSED.values(), ids=REFUSED)
def test_a_value_that_a_plan_cannot_have_is_a_problem_at_its_field(
    field: str, value: Any, code: str, place: str | None
) -> None:
    (problem,) = errors({"cities": CITIES, field: value})
    assert (problem.code, problem.location.field) == (code, place)
    assert problem.location.line is None


def test_all_values_that_are_refused_are_reported_at_once() -> None:
    found = errors({"cities": [{"name": object()}], "title": "\ud800", "period": 10**41})
    assert [problem.location.field for problem in found] == ["cities[0].name", "title", "period"]


def test_values_of_other_types_with_the_same_meaning_are_accepted() -> None:
    plan = render(
        UserDict(
            cities=(
                {"name": Words("Rome"), "country": Land.ITALY, "area_km2": Decimal("757.20"), "population": 2.8e6},
            ),
            sdgs=[Number(11)],
            updated=date(2019, 4, 30),
            period=float("nan"),
            themes=("Water", "Air"),
        ),
        formats="html",
    ).plan
    assert (plan.cities[0].name, plan.cities[0].country[0].code, plan.period) == (("Rome",), "IT", None)
    assert (plan.themes, plan.sdgs[0].number, plan.updated) == (("Water", "Air"), 11, date(2019, 4, 30))


def test_a_list_may_be_used_twice() -> None:
    both = ["Water"]
    assert render({"cities": CITIES, "themes": both, "sources": both}, formats="html").plan.themes == ("Water",)


@pytest.mark.parametrize("plan", [[1], 5, b"x", object()])
def test_something_else_than_a_plan_is_a_problem(plan: Any) -> None:
    assert [problem.code for problem in errors(plan)] == ["value-unusable"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"language": "\ud800"}, "language-invalid"),
        ({"template": "\ud800"}, "pack-unknown"),
        ({"template": "a/\ud800"}, "pack-unknown"),
        ({"template": "a/\0"}, "pack-unknown"),
        ({"name": "\ud800"}, "id-invalid"),
        ({"formats": "\ud800"}, "format-unknown"),
    ],
)
def test_a_surrogate_in_an_option_is_a_problem(options: dict[str, Any], code: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        render({"cities": CITIES}, **options)
    assert code in {problem.code for problem in found.value.problems}


@pytest.mark.parametrize("length", [2 << 20])
def test_a_text_that_is_too_long_is_a_problem(length: int) -> None:
    with pytest.raises(ProblemsFound) as found:
        render(text=f"cities: [{{name: Rome}}]\nfocus: {'x' * length}")
    assert [problem.code for problem in found.value.problems] == ["file-too-large"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.sets(st.integers()),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(("cities", "title", "themes", "focus", "contact", "extra", "x")), VALUES))
def test_any_mapping_is_a_plan_or_has_problems(fields: dict[str, Any]) -> None:
    with suppress(ProblemsFound):  # any other error is a failure
        parse_plan(Source("plan.yaml", mapping_text(fields, "plan.yaml")))


@pytest.mark.parametrize("letters", ["\U0001f600", "a\U00020000b", "\\\U0001f600", "\\ud83d"])
def test_json_with_pairs_of_surrogate_escapes_is_read_as_its_characters(letters: str) -> None:
    text = json.dumps({"cities": [{"name": letters}], "title": letters})
    assert parse_plan(Source("plan.yaml", text)).title == letters


def test_a_lone_surrogate_escape_is_an_error_at_its_place() -> None:
    for text in (
        '{"cities": [{"name": "Rome"}], "title": "a\\ud800b"}',
        'cities: [{name: Rome}]\ntitle: "\\ud83d\\ude00"\n',
    ):
        with pytest.raises(ProblemsFound) as found:
            parse_plan(Source("plan.yaml", text))
        (problem,) = found.value.problems
        line, column = problem.location.line, problem.location.column
        assert line is not None
        assert column is not None
        assert text.splitlines()[line - 1][column - 1 :].startswith("\\ud8")
        assert "write the character itself" in (problem.hint or "")


def test_many_pairs_of_surrogate_escapes_are_read_in_linear_time() -> None:
    text = json.dumps({"cities": [{"name": "Rome"}], "extra": {"x": "\U0001f600" * 40_000}})
    with pytest.raises(ProblemsFound):  # too long, after reading it
        parse_plan(Source("plan.yaml", text))


def test_a_byte_order_mark_before_a_text_is_no_column() -> None:
    with pytest.raises(ProblemsFound) as found:
        render(text="\ufeffcities: [{name: Rome, country: Itly}]\n")
    assert found.value.problems[0].location.column == len("cities: [{name: Rome, country: I")


def test_error_of_a_mapping_of_the_caller_is_not_hidden() -> None:
    class Broken(dict[str, Any]):
        def items(self) -> Any:
            raise ConnectionError("the database is gone")

    with pytest.raises(ConnectionError, match="gone"):
        render(Broken(cities=CITIES), formats="docx")
