from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ucap_reports.plan.validation import validate
from ucap_reports.plan.validation_errors import described, refusal
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def _no_braces(value: Any) -> Any:
    if value == "{message}":
        raise refusal(problem("country-unknown", name=value, hint="write {words}"))
    return value


def _value_error(value: Any) -> Any:
    if value == "bad":
        raise ValueError("this is bad")
    return value


def _second_word(value: Any) -> Any:
    if isinstance(value, str) and " bad" in value:
        line = value[: value.index(" bad")].count("\n") + 1
        column = value.split("\n")[line - 1].index("bad") + 1
        raise refusal(problem("list-too-deep", Location(line=line, column=column)))
    return value


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Inner(Strict):
    name: str
    size: float = 1


class Outer(Strict):
    title: str = ""
    count: int = Field(default=1, ge=1, le=9)
    flag: bool = False
    bold: bool = False
    colour: Colour = Colour.RED
    align: Literal["start", "end"] = "start"
    inner: Inner | None = None
    many: tuple[Inner, ...] = Field(default=(), max_length=2)
    named: dict[str, Inner] = Field(default_factory=dict)
    own: Annotated[str, BeforeValidator(_no_braces)] = ""
    plain: Annotated[str, BeforeValidator(_value_error)] = ""
    text: Annotated[str, BeforeValidator(_second_word)] = ""


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(ProblemsFound) as found:
        validate(Outer, parse(Source("x.yaml", text)))
    return list(found.value.problems)


def reported(text: str) -> list[tuple[str, int | None, int | None, str | None]]:
    return [
        (found.code, found.location.line, found.location.column, found.location.field) for found in problems_of(text)
    ]


def test_valid_values_give_the_model() -> None:
    tree = parse(Source("x.yaml", "title: x\ninner: {name: a, size: 2.5}\n"))

    assert validate(Outer, tree) == Outer(title="x", inner=Inner(name="a", size=2.5))


def test_all_errors_are_reported_in_the_order_of_the_file() -> None:
    assert reported("count: many\ntitle: [a]\nmany:\n  - {nam: a}\n  - x\nflag: 7\n") == [
        ("type-wrong", 1, 8, "count"),
        ("type-wrong", 2, 8, "title"),
        ("field-missing", 4, 5, "many[0].name"),
        ("field-unknown", 4, 6, "many[0].nam"),
        ("type-wrong", 5, 5, "many[1]"),
        ("type-wrong", 6, 7, "flag"),
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("titel: x", 'did you mean "title"?'),
        ("inner: {name: a, siz: 1}", 'did you mean "size"?'),
        ("many: [{name: a, nme: b}]", 'did you mean "name"?'),
        ("named: {first: {name: a, sise: 1}}", 'did you mean "size"?'),
        ("inner: {name: a, xyz: 1}", "known fields: name, size"),
    ],
)
def test_an_unknown_field_is_an_error_with_the_nearest_name(text: str, hint: str) -> None:
    (found,) = problems_of(text)

    assert (found.code, found.hint) == ("field-unknown", hint)


@pytest.mark.parametrize(("text", "name"), [("colour: gren", "green"), ("align: strat", "start")])
def test_an_unknown_choice_is_an_error_with_the_nearest(text: str, name: str) -> None:
    (found,) = problems_of(text)

    assert found.code == "value-invalid"
    assert found.hint == f'did you mean "{name}"?'


def test_a_choice_similar_to_none_is_an_error_with_all_choices() -> None:
    hint = problems_of("colour: 7")[0].hint or ""
    assert "red, green" in hint


def test_braces_in_a_value_are_kept_in_the_message() -> None:
    (found,) = problems_of('own: "{message}"')

    assert (found.code, found.details) == ("country-unknown", {"name": "{message}"})
    assert "{message}" in found.message
    assert found.hint == "write {words}"


def test_a_value_error_of_a_validator_is_reported_with_its_reason() -> None:
    (found,) = problems_of("plain: bad")

    assert (found.code, found.details) == ("value-invalid", {"reason": "this is bad"})


def test_a_problem_inside_a_text_has_the_place_of_its_word() -> None:
    assert reported("text: |\n  one\n  two bad\n") == [("list-too-deep", 3, 7, "text")]
    assert reported("text: >-\n  one\n  two bad\n") == [("list-too-deep", 3, 7, "text")]


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("count: 10", {"given": "10", "limit": 9}),
        ("count: 0", {"given": "0", "limit": 1}),
        ("count: 1.5", {"expected": "a whole number", "given": "1.5"}),
        ("many: {a: b}", {"expected": "a list", "given": "fields"}),
        ("many: [{name: a}, {name: b}, {name: c}]", {"given": "a list", "limit": 2}),
        ("inner: x", {"expected": "fields", "given": '"x"'}),
        ("title: ~", {"expected": "text", "given": "nothing"}),
        ("title: true", {"expected": "text", "given": "a boolean"}),
    ],
)
def test_an_error_has_what_is_expected_and_what_is_given(text: str, details: dict[str, Any]) -> None:
    assert [found.details for found in problems_of(text)] == [details]


def test_a_file_without_fields_is_one_error() -> None:
    assert reported("- a\n") == [("type-wrong", 1, 1, None)]


def test_long_values_are_shortened_in_messages() -> None:
    assert described("x" * 100) == '"' + "x" * 39 + '…"'


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("weight: 700", 'did you mean "bold"?'),
        ("inner: {name: A, weight: 700}", "known fields: name, size"),
        ("-title: A", '"- title:"'),
        ("\u00a0title: A", "NO-BREAK SPACE"),
        ("text: |\nNote: all\n", "2 spaces"),
        ("many:\n  -name: A\n", "space after the dash"),
    ],
)
def test_typing_errors_in_names_have_hints(text: str, hint: str) -> None:
    (found,) = problems_of(text)

    assert hint in (found.hint or "")
