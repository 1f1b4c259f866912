import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.source.yaml_tree import (
    WrittenDecimal,
    WrittenInteger,
    curly_quotes,
    plain_value,
    without_quotes,
    written_offset,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("13600000", 13600000),
        ("+7", 7),
        ("-7", -7),
        ("0o14", 12),
        ("0x1F", 31),
        ("007", 7),
        ("757.20", 757.2),
        (".5", 0.5),
        ("9" * 41, 1e41),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_scalars_have_the_values_of_the_core_schema(text: str, value: object) -> None:
    assert plain_value(text) == value
    assert isinstance(plain_value(text), type(value))


def test_nan_is_a_float() -> None:
    value = plain_value(".NaN")

    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "y", "1_000", "12:30:45", "2019-04-01", "0b11", "1.2.3"])
def test_values_of_yaml_1_1_types_are_text(text: str) -> None:
    assert plain_value(text) == text


def test_numbers_keep_their_text() -> None:
    area, code = plain_value("757.20"), plain_value("007")

    assert isinstance(area, WrittenDecimal)
    assert area.text == "757.20"
    assert isinstance(code, WrittenInteger)
    assert code.text == "007"


def assert_places(written: str, style: str | None = None) -> None:
    """Every visible character of the value is at its offset."""
    (document,) = yaml.compose_all(written)
    assert isinstance(document, yaml.ScalarNode)
    assert style is None or document.style == style
    for offset, character in enumerate(document.value):
        if not character.isspace():
            assert written[written_offset(written, document.value, offset)] == character


@pytest.mark.parametrize(
    "written",
    [
        "plain text over\n   two lines",
        "'it''s quoted\n\n  over lines'",
        "|\n  literal\n    indented\n\n  text",
        ">-\n  folded\n  text\n\n  of two paragraphs",
        "|2  # a comment\n    x",
        '"no \\\n   break"',
    ],
)
def test_characters_have_their_places_in_the_file(written: str) -> None:
    assert_places(written)


def test_an_escaped_character_has_the_place_of_its_escape() -> None:
    written = '"a\\tb \\u00e9\\x41\\n c"'
    value = "a\tb éA\n c"

    assert [written[written_offset(written, value, value.index(found)) :][:3] for found in "béAc"] == [
        "b \\",
        "\\u0",
        "\\x4",
        'c"',
    ]


def test_a_character_after_an_unprintable_one_has_its_place_in_the_file() -> None:
    written = r'"\0\a\x07\x1b\x7f\x9F\u0085\u0008\uffFE\U0000ffffA\x41"'

    assert written[written_offset(written, "AA", 0) :] == r'A\x41"'
    assert written[written_offset(written, "AA", 1) :] == r'\x41"'


@given(st.text(alphabet="ab \n#:'\"\\-é中", max_size=40), st.sampled_from(['"', "'"]))
def test_characters_of_any_quoted_text_have_their_places_in_the_file(text: str, quote: str) -> None:
    written = yaml.safe_dump(text, default_style=quote, allow_unicode=True, width=20)
    for offset, character in enumerate(text):
        if not character.isspace():
            place = written_offset(written, text, offset)
            assert written[place] == character or written[place : place + 2] == f"\\{character}"


@pytest.mark.parametrize(
    ("text", "quotes", "bare"),
    [
        ("“Rome”", "“ ”", "Rome"),
        ("„Rom“", "„ “", "Rom"),
        ("‘The city’s plan’", "‘ ’", "The city’s plan"),
        ("« Rome »", "« »", "Rome"),
        ("“Rome", "“", "Rome"),
        ("“Smart” city", None, "“Smart” city"),
        ("“Smart” and “green”", None, "“Smart” and “green”"),
        ("’s-Hertogenbosch", None, "’s-Hertogenbosch"),
        ("", None, ""),
    ],
)
def test_curly_quotes_around_a_complete_text_are_found(text: str, quotes: str | None, bare: str) -> None:
    assert curly_quotes(text) == quotes
    assert without_quotes(text) == bare
