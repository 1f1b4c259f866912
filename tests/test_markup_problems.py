from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.selected_cases import every
from ucap_reports.problems import ProblemsFound
from ucap_reports.text.markdown import parse_rich_text
from ucap_reports.text.rich_text import MAX_CHARACTERS

pytestmark = pytest.mark.no_cover

REPEATED = ("<b>", "<ul><li>", "<b></i>", "→ a\n")
SECONDS = 5


def reported(text: str) -> list[tuple[int | None, int | None, str]]:
    with pytest.raises(ProblemsFound) as found:
        parse_rich_text(text)
    return [(problem.location.line, problem.location.column, problem.code) for problem in found.value.problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a `b` c", (1, 3, "markup-forbidden")),
        ("a\n\n  ![b](c.png)", (3, 3, "markup-forbidden")),
        ("- a\n- # b", (2, 3, "markup-forbidden")),
        ("a\n===", (1, 1, "markup-forbidden")),
        ("a\n\n---\n", (3, 1, "markup-forbidden")),
        ("> a", (1, 1, "markup-forbidden")),
        ("~~~\na\n~~~", (1, 1, "markup-forbidden")),
        ("|a|b|\n|-|-|\n|c|d|", (1, 1, "markup-forbidden")),
        ("[a]: https://b.eu", (1, 1, "markup-forbidden")),
        ("a <script>b</script>", (1, 3, "html-forbidden")),
        ("<!-- a -->", (1, 1, "html-forbidden")),
        ("a <?php b ?>", (1, 3, "html-forbidden")),
        ("a\n<div>b</div>", (2, 1, "html-forbidden")),
        ('a <b class="c">d</b>', (1, 3, "html-attribute")),
        ("a <a>b</a>", (1, 3, "html-attribute")),
        ("a <u>b", (1, 3, "html-unbalanced")),
        ("a</u> b", (1, 2, "html-unbalanced")),
        ("<ul><li>a</li>", (1, 1, "html-unbalanced")),
        ("<li>a</li>", (1, 1, "html-misplaced")),
        ("<ul>\n<p>a</p></ul>", (2, 1, "html-misplaced")),
        ("- a\n  - b\n    - c", (3, 5, "list-too-deep")),
        ("- a\n-", (2, 1, "list-item-empty")),
        ("x [a](javascript:b)", (1, 4, "link-forbidden")),
        ("<javascript:alert(1)>", (1, 1, "link-forbidden")),
        ('<a href=" data:text/html,x">a</a>', (1, 1, "link-forbidden")),
        ('<span lang="not one">a</span>', (1, 1, "language-invalid")),
    ],
)
def test_forbidden_markup_is_reported_at_its_place(text: str, problem: tuple[int, int, str]) -> None:
    assert reported(text) == [problem]


def test_all_errors_of_a_text_are_reported() -> None:
    assert reported("`a`\n\n<x>b</x> **<c>d</c>**\n\n- [e](f)") == [
        (1, 1, "markup-forbidden"),
        (3, 1, "html-forbidden"),
        (3, 12, "html-forbidden"),
        (5, 4, "link-forbidden"),
    ]


def test_the_end_tag_of_a_forbidden_element_is_not_reported_as_well() -> None:
    assert reported("<blink>a</blink>") == [(1, 1, "html-forbidden")]


@pytest.mark.parametrize(
    "text", every(2, ["[" * 20_000, "*a " * 6_000, "a*" * 9_000, *(each * 2_400 for each in REPEATED)])
)
def test_parsing_a_malicious_text_ends_soon(text: str) -> None:
    start = process_time()
    with suppress(ProblemsFound):
        assert parse_rich_text(text)
    assert process_time() - start < SECONDS


def test_a_text_above_the_limit_is_one_error() -> None:
    for text in ("*" * (MAX_CHARACTERS + 1), "a" * (MAX_CHARACTERS + 1), "a\n\n" * MAX_CHARACTERS):
        assert reported(text) == [(1, 1, "text-too-long")]
    assert parse_rich_text("a" * MAX_CHARACTERS)


@given(st.text(st.sampled_from("ab *_`[]()<>\n-1.→/u&;\\!#"), max_size=60))
def test_any_markup_gives_rich_text_or_errors_with_places(text: str) -> None:
    try:
        rich_text = parse_rich_text(text)
    except ProblemsFound as found:
        problems = found.problems
    else:
        assert all(run.text for run in rich_text.runs())
        assert all(paragraph.inlines for paragraph in rich_text.paragraphs())
        return
    lines = text.split("\n")
    for problem in problems:
        line, column = problem.location.line or 0, problem.location.column or 0
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
