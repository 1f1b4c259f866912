"""Rich text written as an author would write it."""

import pytest
from hypothesis import given

from tests.samples import listed
from tests.strategies import rich_texts
from ucap_reports.plan.writing.markdown_and_public_plan import rich_text_source
from ucap_reports.text.markdown import parse_rich_text
from ucap_reports.text.rich_text import Marker, RichText


@given(rich_texts())
def test_any_rich_text_is_read_back_unchanged(text: str) -> None:
    rich = parse_rich_text(text)
    source = rich_text_source(rich)
    assert source is not None
    assert parse_rich_text(source) == rich


@pytest.mark.parametrize(
    "text",
    [
        "**a** and *b*, ***both***",
        "a [page](https://example.org/a_b) and www.example.org",
        '<a href="https://example.org/(x)">y</a>',
        "snake_case, 5 < 6, R&D, [1], a\\*",
        "\\- no item",
        "1\\. no item",
        "\\# no heading",
        "- a\n  - b\n- c\n\n* d",
        "3. c\n4. d",
        "- 3. c",
        "- → a\n- → b",
        '<span lang="zh-CN">\u6b27\u76df</span> <u>u</u> H<sub>2</sub>O',
        "one<br>- two",
    ],
)
def test_text_in_its_shortest_form_is_unchanged(text: str) -> None:
    assert rich_text_source(parse_rich_text(text)) == text


@pytest.mark.parametrize(
    "text",
    ["• a\nb <u>c</u>", "→ a\nb", "•\nb", "x\n\n● a\nb", "– a b", "31. Mai: a\n1. Juni: b", "- 31. Mai: a\n  30. Juni"],
)
def test_signs_before_paragraphs_and_numbers_are_read_back(text: str) -> None:
    rich = parse_rich_text(text)
    source = rich_text_source(rich)
    assert source is not None
    assert parse_rich_text(source) == rich


def test_each_paragraph_has_one_line() -> None:
    text = "\n\n".join(["word " * 30 + "end"] * 2)
    assert rich_text_source(parse_rich_text(text)) == text


def test_rich_text_that_no_plan_can_have_has_no_source() -> None:
    assert rich_text_source(listed(Marker.NONE, RichText.plain("a"), RichText.plain("b"))) is None
