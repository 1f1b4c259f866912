from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.source.model_validation import OtherNames, refusal, validate
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def _no_braces(value: Any) -> Any:
    if value == "{message}":
        raise refusal(problem("country-unknown", name=value, hint="write {words}"))
    return value


def _no_spaces(value: Any) -> Any:
    if " " in value:
        raise refusal(problem("list-too-deep"))
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
    size: int = 1


class Rule(Strict):
    width: Annotated[str, BeforeValidator(_no_spaces)]
    colour: str = ""


class Outer(Strict):
    title: str = Field(default="", max_length=50)
    count: int = Field(default=1, ge=1, le=9)
    flag: bool = False
    bold: Annotated[bool, OtherNames(("weight",))] = False
    colour: Colour = Colour.RED
    align: Literal["start", "end"] = "start"
    align_block: Literal["top", "middle"] = Field(default="top", alias="align-block")
    inner: Inner | None = None
    many: tuple[Inner, ...] = Field(default=(), max_length=2)
    rule: Rule | None = None
    named: dict[str, Inner] = Field(default_factory=dict, min_length=1)
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
    tree = parse(Source("x.yaml", "title: x\ninner: {name: a, size: 2}\n"))

    assert validate(Outer, tree) == Outer(title="x", inner=Inner(name="a", size=2))


def test_all_errors_are_reported_in_the_order_of_the_file() -> None:
    assert reported("count: many\ntitle: [a]\nmany:\n  - {nam: a}\n  - x\nflag: 7\n") == [
        ("type-invalid", 1, 8, "count"),
        ("type-invalid", 2, 8, "title"),
        ("field-missing", 4, 5, "many[0].name"),
        ("field-unknown", 4, 6, "many[0].nam"),
        ("type-invalid", 5, 5, "many[1]"),
        ("type-invalid", 6, 7, "flag"),
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


def test_similar_names_are_searched_for_the_first_hundred_unknown_fields() -> None:
    hints = [found.hint for found in problems_of("".join(f"titl{number}: x\n" for number in range(102)))]
    assert hints[:100] == ['did you mean "title"?'] * 100
    assert "title" not in "".join(hint or "" for hint in hints[100:])


@pytest.mark.parametrize(
    ("text", "name"), [("colour: gren", "green"), ("align: strat", "start"), ("align-block: midle", "middle")]
)
def test_an_unknown_choice_is_an_error_with_the_nearest(text: str, name: str) -> None:
    (found,) = problems_of(text)

    assert found.code == "value-invalid"
    assert found.hint == f'did you mean "{name}"?'


def test_braces_in_a_value_are_kept_in_the_message() -> None:
    (found,) = problems_of('own: "{message}"')

    assert (found.code, found.details) == ("country-unknown", {"name": "{message}"})
    assert "{message}" in found.message
    assert found.hint == "write {words}"


def test_a_problem_inside_a_text_has_the_place_of_its_word() -> None:
    assert reported("text: |\n  one\n  two bad\n") == [("list-too-deep", 3, 7, "text")]
    assert reported("text: >-\n  one\n  two bad\n") == [("list-too-deep", 3, 7, "text")]


@pytest.mark.parametrize(
    ("text", "details", "hint"),
    [
        ("count: 10", ("10", 9), None),
        ("count: 0", ("0", 1), None),
        ("count: 1.5", ("a whole number", "1.5"), None),
        ("count: .inf", ("a whole number", ".inf"), None),
        ("count: [1]", ("a whole number", "a list"), None),
        ("count: many", ("a whole number", '"many"'), None),
        ("flag: 7", ("true or false", "7"), None),
        ("flag: [7]", ("true or false", "a list"), None),
        ("many: {a: b}", ("a list", "fields"), 'start each item with "- " on its own line'),
        ("many: {-a: b}", ("a list", "fields"), "put a space after the dash of each item"),
        ("many: [{name: a}, {name: b}, {name: c}]", ("a list", 2), None),
        ("named: {}", ("fields", 1), None),
        ("named: x", ("fields", '"x"'), "write `name: value`"),
        ("only text", ("fields", '"only text"'), "write `name: value`"),
        ("inner: x", ("fields", '"x"'), "write `name: x`"),
        ("rule: 2mm", ("fields", '"2mm"'), "write `width: 2mm`"),
        ("rule: 2 mm red", ("fields", '"2 mm red"'), "write `width: …`"),
        ("inner: 7", ("fields", "7"), "write `name: value`"),
        ("inner: name:x", ("fields", '"name:x"'), "put a space after the colon: `name: …`"),
        ("inner: http://x", ("fields", '"http://x"'), "write `name: http://x`"),
        (f"inner: {'x' * 60}", ("fields", f'"{"x" * 60}"'), f"write `name: {'x' * 60}`"),
        (f"inner: {'x' * 61}", ("fields", f'"{"x" * 59}…"'), "write `name: …`"),
        (
            "title: ~",
            ("text", "nothing"),
            "write it here, or remove the line; put straight quotes around a text that starts with #",
        ),
        ("title: true", ("text", "a boolean"), "put straight quotes around it"),
        ("title: 1.50", ("text", "1.50"), "put straight quotes around it"),
        ("title: {}", ("text", "fields"), None),
        (f"title: {'x' * 61}", (f'"{"x" * 59}…"', 50), None),
        ("colour: 7", ("7",), "write one of red, green"),
        ("align: [end]", ("text", "a list"), "write one of start, end"),
        ("plain: bad", ("this is bad",), None),
    ],
)
def test_an_error_has_what_is_given_what_is_expected_and_what_to_write(
    text: str, details: tuple[object, ...], hint: str | None
) -> None:
    assert [(tuple(found.details.values()), found.hint) for found in problems_of(text)] == [(details, hint)]


def test_a_file_without_fields_is_one_error() -> None:
    assert reported("- a\n") == [("type-invalid", 1, 1, None)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("weight: 700", 'did you mean "bold"?'),
        ("inner: {name: A, weight: 700}", "known fields: name, size"),
        ("\u00a0title: A", "NO-BREAK SPACE"),
        ("many:\n  - name: |\ntitel: A\n", "title"),
        ("flag: true\ntitel: A\n", "title"),
        ("many:\n  -name: A\n", "space after the dash"),
    ],
)
def test_typing_errors_in_names_have_hints(text: str, hint: str) -> None:
    (found,) = problems_of(text)

    assert hint in (found.hint or "")
