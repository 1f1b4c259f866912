"""The lexer for tags in the text of a paragraph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.word.compile.word_tags import Scope, Tags, WordTagKind, find_word_tags


@pytest.mark.parametrize(
    ("text", "kind", "scope", "content"),
    [
        ("{{ a }}", WordTagKind.PRINT, Scope.TEXT, "a"),
        ("{{p a }}", WordTagKind.PRINT, Scope.PARAGRAPH, "a"),
        ("{{r a }}", WordTagKind.PRINT, Scope.RUN, "a"),
        ("{{ p }}", WordTagKind.PRINT, Scope.TEXT, "p"),
        ("{{p}}", WordTagKind.PRINT, Scope.TEXT, "p"),
        ("{{price }}", WordTagKind.PRINT, Scope.TEXT, "price"),
        ("{% if a %}", WordTagKind.STATEMENT, Scope.TEXT, "if a"),
        ("{%p if a %}", WordTagKind.STATEMENT, Scope.PARAGRAPH, "if a"),
        ("{%tr for a in b %}", WordTagKind.STATEMENT, Scope.ROW, "for a in b"),
        ("{%tc\tendfor %}", WordTagKind.STATEMENT, Scope.CELL, "endfor"),
        ("{%+ if a +%}", WordTagKind.STATEMENT, Scope.TEXT, "if a"),
        ("{# a }} %} b #}", WordTagKind.COMMENT, Scope.TEXT, "a }} %} b"),
        ("{#tr a #}", WordTagKind.COMMENT, Scope.ROW, "a"),
    ],
)
def test_a_tag_has_a_kind_a_scope_and_a_content(text: str, kind: WordTagKind, scope: Scope, content: str) -> None:
    (tag,) = find_word_tags(f"before {text} after").complete
    assert (tag.kind, tag.scope, tag.content, tag.written) == (kind, scope, content, text)
    assert (tag.start, tag.end) == (7, 7 + len(text))


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("{{ 'a }} b' }}", "'a }} b'"),
        ('{% if a == "%}" %}', 'if a == "%}"'),
        (r"{{ 'it\'s }}' }}", r"'it\'s }}'"),
        ("{{ {'a': {'b': 1}}}}", "{'a': {'b': 1}}"),
        ("{{ a % b }}", "a % b"),
        ("{% if {'a': 1}['a'] %}", "if {'a': 1}['a']"),
    ],
)
def test_braces_in_the_content_do_not_end_a_tag(text: str, content: str) -> None:
    (tag,) = find_word_tags(text).complete
    assert tag.content == content


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("{{ “a” }}", '"a"'),
        ("{{ ‘a’ }}", "'a'"),
        ("{{ „a“ }}", '"a"'),
        ("{{ ”a” }}", '"a"'),
        ("{{ “don’t” }}", '"don’t"'),
        ("{{ 'don’t' }}", "'don’t'"),
        ('{{ “a "}}', '"a "'),
        ("{{ ‘a “b” c’ }}", "'a “b” c'"),
        ("{{ “say }} now” }}", '"say }} now"'),
        ("{{ ‘say }} now' }}", "'say }} now'"),
    ],
)
def test_typographic_quotation_marks_become_straight_around_texts_but_not_inside(
    text: str,
    content: str,
) -> None:
    (tag,) = find_word_tags(text).complete
    assert tag.content == content


def test_an_unclosed_tag_is_returned_and_the_next_one_is_found() -> None:
    tags = find_word_tags("{{ a and {{ b }} and {% if c")
    assert tags.unclosed == ("{{ a and", "{% if c")
    assert [tag.content for tag in tags.complete] == ["b"]


def test_a_long_unclosed_tag_is_shortened() -> None:
    (beginning,) = find_word_tags("{{ " + "a" * 100).unclosed
    assert len(beginning) <= 62
    assert beginning.endswith("…")


def test_white_space_marks_are_read_at_both_ends() -> None:
    (tag,) = find_word_tags("{%-p if a -%}").complete
    assert (tag.joins_before, tag.joins_after, tag.scope, tag.content) == (True, True, Scope.PARAGRAPH, "if a")


def test_escaped_braces_are_tags_that_print_them() -> None:
    text = "{_{ a }_} {_% b %_} {{ c }}"
    tags = find_word_tags(text).complete
    assert [text[tag.start : tag.end] for tag in tags] == ["{_{", "}_}", "{_%", "%_}", "{{ c }}"]
    assert [(tag.kind, tag.scope, tag.content) for tag in tags] == [
        *((WordTagKind.PRINT, Scope.RUN, f"'{braces}'") for braces in ("{{", "}}", "{%", "%}")),
        (WordTagKind.PRINT, Scope.TEXT, "c"),
    ]


def test_a_dash_instead_of_a_hyphen_is_a_white_space_mark() -> None:
    (tag,) = find_word_tags("{%\u2013 if a \u2013%}").complete
    assert (tag.joins_before, tag.joins_after, tag.content) == (True, True, "if a")


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("a  ", "  b", ("a", "b")),
        ("a \n", "\n b", ("a ", " b")),
        ("a\u00a0", "\u00a0b", ("a\u00a0", "\u00a0b")),
        ("a\n\n ", " \n\nb", ("a\n", "\nb")),
    ],
)
def test_a_white_space_mark_removes_one_line_end_or_the_spaces_of_its_line(
    before: str, after: str, kept: tuple[str, str]
) -> None:
    text = f"{before}{{%- if a -%}}{after}"
    (tag,) = find_word_tags(text).complete
    assert (text[: tag.start], text[tag.end :]) == kept


@pytest.mark.parametrize("text", ["{ {a} }", "{a}", "a { b", "50% {", "} }", "% }"])
def test_single_braces_are_text(text: str) -> None:
    tags = find_word_tags(text)
    assert tags == Tags()


@pytest.mark.parametrize(
    ("text", "unopened"),
    [
        ("summary.title }}", ["summary.title }}"]),
        ("endif %} {{ a }} b #} c", ["endif %}", "b #}"]),
        ("a }} b }}", ["a }}", "b }}"]),
        ("{{ a %} b", []),
        ("a }_}", []),
        ("a %_}", []),
    ],
)
def test_closing_braces_without_a_tag_are_returned_with_the_text_before_them(text: str, unopened: list[str]) -> None:
    assert list(find_word_tags(text).unopened) == unopened


@given(st.text(alphabet="{}%#-'\"\\“”‘’ aprtc\n", max_size=40))
def test_the_tags_of_any_text_do_not_overlap(text: str) -> None:
    tags = find_word_tags(text)
    end = 0
    for tag in tags.complete:
        assert tag.start >= end
        assert text[tag.start : tag.end].strip() == tag.written
        end = tag.end
