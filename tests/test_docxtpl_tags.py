"""Tags in a paragraph's text, whatever Word has made of their quotation marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.word.compile.docxtpl_tags import Scope, WordTagKind, find_word_tags


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
def test_a_tag_says_what_it_is_and_what_goes_with_it(text: str, kind: WordTagKind, scope: Scope, content: str) -> None:
    (tag,) = find_word_tags(f"before {text} after").found
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
def test_a_tag_ends_at_no_brace_of_its_own_content(text: str, content: str) -> None:
    (tag,) = find_word_tags(text).found
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
    ],
)
def test_quotation_marks_that_word_has_bent_are_straight_again_around_texts_and_kept_inside(
    text: str,
    content: str,
) -> None:
    (tag,) = find_word_tags(text).found
    assert tag.content == content


def test_a_tag_that_never_ends_is_told_with_its_beginning_and_the_next_one_is_found() -> None:
    tags = find_word_tags("{{ a and {{ b }} and {% if c")
    assert tags.unclosed == ("{{ a and", "{% if c")
    assert [tag.content for tag in tags.found] == ["b"]


def test_a_long_beginning_is_cut_short() -> None:
    (beginning,) = find_word_tags("{{ " + "a" * 100).unclosed
    assert len(beginning) <= 62
    assert beginning.endswith("…")


def test_what_is_raw_is_text() -> None:
    tags = find_word_tags("{% raw %}{{ a }} {% if %}{% endraw %}{{ b }}")
    assert [tag.content for tag in tags.found] == ["raw", "endraw", "b"]


def test_raw_text_that_never_ends_is_told() -> None:
    assert find_word_tags("{% raw %} {{ a }}").unclosed == ("{% raw %}",)


def test_marks_of_white_space_at_either_end_are_known() -> None:
    (tag,) = find_word_tags("{%-p if a -%}").found
    assert (tag.joins_before, tag.joins_after, tag.scope, tag.content) == (True, True, Scope.PARAGRAPH, "if a")


def test_braces_that_are_printed_are_tags_that_print_them() -> None:
    tags = find_word_tags("{_{ a }_} {_% b %_} {{ c }}").found
    assert [(tag.kind, tag.scope, tag.content) for tag in tags] == [
        *((WordTagKind.PRINT, Scope.RUN, f"'{braces}'") for braces in ("{{", "}}", "{%", "%}")),
        (WordTagKind.PRINT, Scope.TEXT, "c"),
    ]


def test_a_dash_that_word_has_made_of_a_hyphen_is_a_mark_of_white_space() -> None:
    (tag,) = find_word_tags("{%\u2013 if a \u2013%}").found
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
def test_a_mark_of_white_space_takes_one_line_s_end_or_the_spaces_of_its_line(
    before: str, after: str, kept: tuple[str, str]
) -> None:
    text = f"{before}{{%- if a -%}}{after}"
    (tag,) = find_word_tags(text).found
    assert (text[: tag.start], text[tag.end :]) == kept


@pytest.mark.parametrize("text", ["}}", "{ {a} }", "{a}", "%}", "#}", "a { b", "50% {"])
def test_single_braces_are_text(text: str) -> None:
    tags = find_word_tags(text)
    assert not tags.found
    assert not tags.unclosed


@given(st.text(alphabet="{}%#-'\"\\“”‘’ aprtc\n", max_size=40))
def test_any_text_is_read_and_tags_follow_each_other(text: str) -> None:
    tags = find_word_tags(text)
    end = 0
    for tag in tags.found:
        assert tag.start >= end
        assert text[tag.start : tag.end].strip() == tag.written
        end = tag.end
