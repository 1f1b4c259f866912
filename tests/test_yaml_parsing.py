import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Loc, Tree, field_name
from ucap_reports.storage.decoding import Source

pytestmark = pytest.mark.no_cover

PLAN = """\
# a comment
title: "Two cities"
cities:
  - name: Tianjin
    population: 13.6 Mio
  - name: [Rome, "Città \\u00e8"]
    area_km2: 757.20
results: >-
  Folded text that
  goes on.
activities: |

  First line

    second line
"""


def tree_of(text: str) -> Tree:
    return parse(Source("plans/x.yaml", text))


def codes_of(text: str) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        tree_of(text)
    return [problem.code for problem in found.value.problems]


def test_a_file_is_parsed_to_plain_values() -> None:
    assert tree_of(PLAN).value == {
        "title": "Two cities",
        "cities": [
            {"name": "Tianjin", "population": "13.6 Mio"},
            {"name": ["Rome", "Città è"], "area_km2": 757.2},
        ],
        "results": "Folded text that goes on.",
        "activities": "\nFirst line\n\n  second line\n",
    }


@pytest.mark.parametrize(
    ("loc", "line", "column"),
    [
        (("title",), 2, 8),
        (("cities",), 4, 3),
        (("cities", 0), 4, 5),
        (("cities", 1, "name"), 6, 11),
        (("cities", 1, "name", 1), 6, 18),
        (("cities", 1, "area_km2"), 7, 15),
        (("results",), 8, 10),
    ],
)
def test_every_value_has_its_location(loc: Loc, line: int, column: int) -> None:
    assert tree_of(PLAN).location(loc) == Location("plans/x.yaml", line, column, field_name(loc))


@pytest.mark.parametrize("space", [r"\u00a0", r"\xA0", r"\_", r"\t", r"\x20", r"\u3000", r"\U00002003", r"\u202F"])
def test_escaped_spaces_do_not_move_the_location_of_words(space: str) -> None:
    written = f'"a{space}b{space}<c>"'
    tree = tree_of(f"title: {written}\n")
    text = tree.root.children["title"].value
    assert isinstance(text, str)
    assert tree.text_location(("title",), text.index("<")).column == len("title: ") + written.index("<") + 1


def test_a_key_has_its_location() -> None:
    assert tree_of(PLAN).location(("cities", 1, "area_km2"), key=True) == Location(
        "plans/x.yaml", 7, 5, "cities[1].area_km2"
    )


def test_an_unknown_place_has_the_location_of_the_nearest_known_one() -> None:
    assert tree_of(PLAN).location(("cities", "entries", 1, "mayor")) == Location("plans/x.yaml", 6, 5, "cities[1]")


@pytest.mark.parametrize(
    ("loc", "word", "line", "column"),
    [
        (("title",), "cities", 2, 13),
        (("results",), "goes", 10, 3),
        (("results",), "text", 9, 10),
        (("activities",), "First", 13, 3),
        (("activities",), "line\n", 13, 9),
        (("activities",), "second", 15, 5),
    ],
)
def test_the_words_of_a_text_have_their_location_in_the_file(loc: Loc, word: str, line: int, column: int) -> None:
    tree = tree_of(PLAN)
    text = tree.root.children[loc[0]].value
    assert isinstance(text, str)

    place = tree.text_location(loc, text.index(word))

    assert (place.line, place.column) == (line, column)


def test_lines_are_counted_alike_with_windows_line_ends() -> None:
    tree = tree_of(PLAN.replace("\n", "\r\n"))

    assert tree.location(("cities", 1, "area_km2")).line == 7
    assert tree.value == tree_of(PLAN).value


def test_columns_count_characters() -> None:
    assert tree_of("天津: {é: 欧盟, x: y}\n").location(("天津", "x")).column == 16


def test_an_alias_has_the_value_it_repeats_and_its_own_location() -> None:
    tree = tree_of("a: &note {x: 1}\nb: *note\n")

    assert tree.value == {"a": {"x": 1}, "b": {"x": 1}}
    assert tree.location(("b",)) == Location("plans/x.yaml", 2, 4, "b")
    assert tree.location(("b", "x")).line == 1


@pytest.mark.parametrize("text", ["--- \na: 1\n", "%YAML 1.2\n---\na: 1\n...\n", "\ufeffa: 1"[1:]])
def test_one_document_marker_is_allowed(text: str) -> None:
    assert tree_of(text).value == {"a": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: " + "[" * 100_000, "yaml-depth"),
        ("- " * 100_000, "yaml-depth"),
        ("{" * 100_000, "yaml-depth"),
        ("a: [" + "1," * 500_000 + "]", "yaml-size"),
        ("- a\n" * 250_000, "yaml-size"),
        ("a: &a [" + "x" * 9_000 + "]\nb: [" + "*a," * 10_000 + "]", "yaml-size"),
        ("a: &a [*a, *a]", "yaml-alias"),
        ("a: *nothing", "yaml-alias"),
        ("'" + "''" * 500_000, "yaml-syntax"),
        ("a: |\n" + "\t" * 1000 + "\nb", "yaml-syntax"),
    ],
)
def test_a_malicious_file_has_errors_of_one_kind(text: str, code: str) -> None:
    about_the_rest = {"yaml-unread"}  # the warning that the rest of a long text is not read
    assert set(codes_of(text)) - about_the_rest == {code}


def test_errors_that_do_not_stop_the_parser_are_reported_together() -> None:
    assert codes_of("a: 1\na: 2\n3: x\nb: !tag y\n[4]: z\n") == [
        "yaml-duplicate-key",
        "yaml-key",
        "yaml-tag",
        "yaml-key",
    ]


@pytest.mark.parametrize("text", ["", "  \n", "# only a comment\n", "---\n", "~"])
def test_a_file_without_content_is_one_error(text: str) -> None:
    assert codes_of(text) == ["file-empty"]


@given(st.text(max_size=200))
def test_any_text_gives_values_or_errors(text: str) -> None:
    try:
        tree_of(text)
    except ProblemsFound as found:
        problems = found.problems
    else:
        return
    assert problems
    assert all(problem.location.path == "plans/x.yaml" for problem in problems)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (">-\n  中文的\n  文字，\n  继续", "中文的文字，继续"),
        ("中文的\n  文字", "中文的文字"),
        ("中文……\n  “文字”\n  ——继续", "中文……“文字”——继续"),
        ("“Smart City”\n  文字", "“Smart City” 文字"),
        ("'日本語の\n  文章'", "日本語の文章"),
        ('"日本語の\r\n  文章"', "日本語の文章"),
        ('"中文的\n  文字 \\\n  好"', "中文的文字 好"),
        (">-\n  中文 的\n  ABC\n  文字", "中文 的 ABC 文字"),
        (">-\n  한국어\n  문장", "한국어 문장"),
        (">-\n  中文\n\n  文字", "中文\n文字"),
    ],
)
def test_folded_lines_are_joined_without_a_space_between_chinese_or_japanese_characters(
    written: str, text: str
) -> None:
    assert tree_of(f"results: {written}\n").value == {"results": text}


def test_places_in_folded_chinese_text_are_those_of_the_file() -> None:
    tree = tree_of("results: >-\n  中文的\n  文字\n")

    location = tree.text_location(("results",), 3)

    assert (location.line, location.column) == (3, 3)
