from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ucap_reports.plan.validation import validate
from ucap_reports.plan.validation_messages import described, refusal, text_refusal
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.storage.decoding import Source


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def _no_braces(value: Any) -> Any:
    if value == "{message}":
        raise refusal("braces-forbidden", 'no "{message}" and no "{hint}" here', "write {words}")
    return value


def _value_error(value: Any) -> Any:
    if value == "bad":
        raise ValueError("this is bad")
    return value


def _second_word(value: Any) -> Any:
    if isinstance(value, str) and " bad" in value:
        line = value[: value.index(" bad")].count("\n") + 1
        column = value.split("\n")[line - 1].index("bad") + 1
        raise text_refusal([Problem.error("word-bad", "a bad word", location=Location(line=line, column=column))])
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


def told(text: str) -> list[tuple[str, int | None, int | None, str | None]]:
    return [
        (problem.code, problem.location.line, problem.location.column, problem.location.field)
        for problem in problems_of(text)
    ]


def test_what_is_right_is_the_model() -> None:
    tree = parse(Source("x.yaml", "title: x\ninner: {name: a, size: 2.5}\n"))

    assert validate(Outer, tree) == Outer(title="x", inner=Inner(name="a", size=2.5))


def test_all_errors_are_told_in_the_order_of_the_file() -> None:
    assert told("count: many\ntitle: [a]\nmany:\n  - {nam: a}\n  - x\nflag: 7\n") == [
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
        ("inner: {name: a, xyz: 1}", "the fields here are name, size"),
    ],
)
def test_an_unknown_field_is_told_with_those_that_are_there(text: str, hint: str) -> None:
    (problem,) = problems_of(text)

    assert (problem.code, problem.hint) == ("field-unknown", hint)


@pytest.mark.parametrize(("text", "name"), [("colour: gren", "green"), ("align: strat", "start")])
def test_a_wrong_choice_is_told_with_the_nearest(text: str, name: str) -> None:
    (problem,) = problems_of(text)

    assert problem.code == "value-invalid"
    assert problem.hint == f'did you mean "{name}"?'


def test_a_choice_that_is_near_to_none_is_told_with_all() -> None:
    assert problems_of("colour: 7")[0].hint == "write one of red, green"


def test_a_refusal_is_told_as_it_is_whatever_its_braces() -> None:
    (problem,) = problems_of('own: "{message}"')

    assert problem.code == "braces-forbidden"
    assert problem.message == 'no "{message}" and no "{hint}" here'
    assert problem.hint == "write {words}"


def test_an_error_of_a_validator_is_told_in_its_own_words() -> None:
    (problem,) = problems_of("plain: bad")

    assert (problem.code, problem.message) == ("value-invalid", "this is bad")


def test_a_problem_inside_a_text_is_told_at_its_word() -> None:
    assert told("text: |\n  one\n  two bad\n") == [("word-bad", 3, 7, "text")]
    assert told("text: >-\n  one\n  two bad\n") == [("word-bad", 3, 7, "text")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("count: 10", "10 is too large: at most 9"),
        ("count: 0", "0 is too small: at least 1"),
        ("count: 1.5", "a whole number is needed here, not 1.5"),
        ("many: {a: b}", "a list is needed here, not fields"),
        ("many: [{name: a}, {name: b}, {name: c}]", "at most 2 fit here, not 3"),
        ("inner: x", 'fields are needed here, not "x"'),
        ("title: ~", "text is needed here, not nothing"),
        ("title: true", "text is needed here, not true"),
    ],
)
def test_messages_say_what_is_needed_and_what_is_there(text: str, message: str) -> None:
    assert [problem.message for problem in problems_of(text)] == [message]


def test_a_file_that_holds_no_fields_is_one_problem() -> None:
    assert told("- a\n") == [("type-wrong", 1, 1, None)]


def test_long_text_is_shortened_where_it_is_quoted() -> None:
    assert described("x" * 100) == '"' + "x" * 39 + '…"'


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("weight: 700", "write `bold: true` or `bold: false`"),
        ("inner: {name: A, weight: 700}", "the fields here are name, size"),
        ("-title: A", 'put a space after the dash: "- title:"'),
        ("\u00a0title: A", "the character U+00A0 (NO-BREAK SPACE) stands before the name; type spaces instead"),
        ("text: |\nNote: all\n", "if it is text of the field above, begin it with 2 spaces"),
        ("many:\n  -name: A\n", "put a space after the dash that each item begins with"),
    ],
)
def test_slips_in_names_are_told_by_what_to_write(text: str, hint: str) -> None:
    (problem,) = problems_of(text)

    assert problem.hint == hint
