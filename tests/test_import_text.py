"""Text dumps of published summaries as plans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports import DATA, codes, one_plan, read, refused
from tests.stages import EXAMPLE
from ucap_reports.importers.parsed_cells_and_lists import dump_text
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.plan.writing.markdown_and_public_plan import rich_text_source
from ucap_reports.plan.writing.plan_file import format_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.text.rich_text import ItemList, Marker, Paragraph, Run

pytestmark = pytest.mark.no_cover

SEED = (DATA / "tianjin-rome.txt").read_bytes()
HEAD = "City:\tTianjin\tRome\n"


CUT = "To support local districts by facilitating entry to EU business large and small in the above"
"""The words before the page break in the published summary, which the shipped plan has in the next row."""


def test_the_published_summary_gives_the_shipped_plan_except_for_the_cut_sentence() -> None:
    plan = read(one_plan(SEED, "tianjin-rome.txt"))
    example = load_plan(EXAMPLE)
    others = {"sources": example.sources, "challenges": example.challenges, "objectives": example.objectives}
    assert plan.model_copy(update=others) == example
    assert plan.challenges.text == f"{example.challenges.text} {CUT}"
    assert f"{CUT} {plan.objectives.text}" == example.objectives.text


def test_the_imported_summary_differs_from_the_shipped_plan_only_in_what_summaries_do_not_show() -> None:
    """The differences are comments, N/A, `sources`, the line ends, and the place of the cut sentence."""

    def words(text: str) -> list[str]:
        lines = text.partition("\nsources:")[0].splitlines()
        kept = [line for line in lines if not line.lstrip().startswith("#") and not line.endswith(": N/A")]
        return " ".join(" ".join(kept).split()).replace(f" {CUT}", "").replace(" >-", "").split()

    formatted = format_plan(Source("x.yaml", one_plan(SEED, "tianjin-rome.txt").text))
    assert words(formatted) == words(EXAMPLE.read_text(encoding="utf-8"))


def test_guesses_about_the_published_summary_are_warnings_at_their_lines() -> None:
    told = [(problem.code, problem.location.line) for problem in one_plan(SEED, "tianjin-rome.txt").problems]
    assert told == [("import-sentence", 18), ("import-guessed", 11)]


def test_an_imported_plan_is_formatted_and_begins_with_its_schema() -> None:
    text = one_plan(SEED, "tianjin-rome.txt").text
    assert text.startswith("# yaml-language-server: $schema=plan.schema.json\n# Imported from tianjin-rome.txt.")
    assert format_plan(Source("x.yaml", text)) == text


def test_a_folder_in_the_name_is_not_written_into_the_plan() -> None:
    assert "secret" not in one_plan(SEED, "/home/secret/tianjin-rome.txt").text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_the_encoding_makes_no_difference(encoding: str) -> None:
    text = SEED.decode().encode(encoding)
    assert one_plan(text, "tianjin-rome.txt").text == one_plan(SEED, "tianjin-rome.txt").text


@pytest.mark.parametrize(
    "start", ["All is said. The old town lacks green areas and the", "The old town lacks green and the"]
)
def test_a_sentence_cut_by_a_page_break_stays_in_its_rows_and_is_a_warning(start: str) -> None:
    text = f"{HEAD}Key challenges:\t{start}\n\n\n\nMain objectives:\triver is polluted. And more."
    found = one_plan(text, "x.txt")
    plan = read(found)
    assert (plan.challenges.text, plan.objectives.text) == (start, "river is polluted. And more.")
    assert [(problem.code, problem.location.line) for problem in found.problems] == [("import-sentence", 6)]


def test_a_complete_sentence_before_a_page_break_stays_in_its_row() -> None:
    text = f"{HEAD}Key challenges:\tAll is said. This too.\n\n\n\nMain objectives:\tmarket to both."
    found = one_plan(text, "x.txt")
    plan = read(found)
    assert (plan.challenges.text, plan.objectives.text) == ("All is said. This too.", "market to both.")
    assert "import-sentence" not in codes(found)


def test_lists_that_lost_their_line_ends_are_split_at_their_markers() -> None:
    text = f"{HEAD}Main activities:\t→ <u>May 2017</u>: First o One point ○ Another point → Second"
    assert one_plan(text, "x.txt").text.split("activities:\n")[1] == (
        "  - when: May 2017\n    text: First\n    details:\n      - One point\n      - Another point\n"
        "  - text: Second\n"
    )


def test_the_letter_o_inside_a_sentence_is_not_a_marker() -> None:
    text = f"{HEAD}Main activities:\t→ Vitamin o and more"
    assert "Vitamin o and more" in one_plan(text, "x.txt").text


def test_lines_after_a_row_belong_to_it_up_to_an_empty_line() -> None:
    text = f"{HEAD}Key challenges:\tThe first sentence goes\non here.\nA new paragraph.\n\nSomething else"
    plan = one_plan(text, "x.txt")
    assert read(plan).challenges.text == "The first sentence goes on here.\nA new paragraph."
    assert "Something else" in plan.text


def test_bold_italic_and_links_are_kept() -> None:
    styled = '<b>Bold</b>, <em>italic</em>, <a href="https://example.org/a">a page</a>, CO<sub>2</sub>'
    text = f"{HEAD}Key challenges:\t{styled}"
    assert "**Bold**, *italic*, [a page](https://example.org/a), CO<sub>2</sub>" in one_plan(text, "x.txt").text


def test_text_that_looks_like_markup_stays_text() -> None:
    text = f"{HEAD}Key challenges:\ta < b, x_y_z, 5 * 3 * 2, # no heading, &amp;amp;"
    assert read(one_plan(text, "x.txt")).challenges.text == "a < b, x_y_z, 5 * 3 * 2, # no heading, &amp;"


@pytest.mark.parametrize(
    "label",
    ["Main objectives", "objectives", "OBJECTIVES:", " Main  objectives (as agreed) :", "Aims [both cities]"],
)
def test_labels_match_completely_whatever_their_case_and_brackets(label: str) -> None:
    assert read(one_plan(f"{HEAD}{label}\tAll of it.", "x.txt")).objectives.text == "All of it."


def test_a_row_without_a_field_is_a_comment_and_a_warning_at_its_line() -> None:
    plan = one_plan(f"{HEAD}Shoe size\t42\t43\n", "x.txt")
    assert "# Shoe size: 42 (line 2)" in plan.text
    assert "# Shoe size: 43 (line 2)" in plan.text
    assert [(problem.code, problem.location.line) for problem in plan.problems] == [("import-unplaced", 2)] * 2


def test_a_refused_value_is_a_comment_and_a_warning_at_its_line() -> None:
    plan = one_plan(f"{HEAD}Country:\tChina\tItly\n", "x.txt")
    assert [city.country for city in read(plan).cities][1] == ()
    assert "# country: Itly (line 2)" in plan.text
    assert codes(plan)[0] == "country-unknown"


def test_another_contact_is_in_the_plan() -> None:
    lines = ("For further information, please contact:", "City of Rome office@comune.roma.it", "www.comune.roma.it")
    text = f"{HEAD}\n{chr(10).join(lines)}\n"
    contact = read(one_plan(text, "x.txt")).contact
    assert contact is not None
    assert (contact.office, contact.email, contact.website) == (
        "City of Rome",
        "office@comune.roma.it",
        "www.comune.roma.it",
    )


@pytest.mark.parametrize("text", ["Nothing of a summary", "Country:\tChina\tItaly", "City:\t\t"])
def test_a_text_without_cities_is_an_error(text: str) -> None:
    assert refused(text, "x.txt") == ["import-no-cities"]


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x0b"])
@pytest.mark.parametrize("name", ["x.txt", "x.csv"])
def test_line_separators_are_line_ends(separator: str, name: str) -> None:
    text = {"x.txt": "City: Rome; Tianjin\nObjectives: one{}two\n", "x.csv": "City,Objectives\nRome,one{}two\n"}[name]

    assert read(one_plan(text.format(separator), name)).objectives.text == "one\ntwo"


@pytest.mark.parametrize("sign", ["\u3001", "\uff0e", "\uff09"])
def test_chinese_numbers_before_lines_make_a_list(sign: str) -> None:
    text = f"City: Rome; Tianjin\nObjectives:\n1{sign}\u6c34\n2{sign}\u7a7a\u6c14\n"

    (items,) = read(one_plan(text, "x.txt")).objectives.blocks

    assert isinstance(items, ItemList)
    assert (items.marker, [item.blocks[0] for item in items.items]) == (
        Marker.NUMBER,
        [Paragraph((Run("\u6c34"),)), Paragraph((Run("\u7a7a\u6c14"),))],
    )


def test_some_letters_in_another_encoding_change_no_others() -> None:
    text = (
        "City: K\u00f6ln; Z\u00fcrich\nObjectives: Gr\u00f6\u00dfe f\u00fcr T\u00fcren, ".encode()
        + "caf\u00e9".encode("cp1252")
    )

    plan = one_plan(text, "x.txt")

    assert (codes(plan), read(plan).objectives.text) == (
        ["import-encoding"],
        "Gr\u00f6\u00dfe f\u00fcr T\u00fcren, caf\u00e9",
    )


def test_typed_items_of_a_text_keep_their_levels() -> None:
    """As Google Docs writes lists into a text file."""
    plan = one_plan("City: Rome\r\nObjectives:\r\n* One\r\n   * Two\r\n* Three\r\n", "x.txt")

    assert plan.text.endswith("objectives: |\n  - One\n    - Two\n  - Three\n")


def test_text_with_a_character_that_was_lost_before_is_text() -> None:
    assert read(one_plan("City: Rome; Tianjin\nObjectives: caf\ufffd", "x.txt")).objectives.text == "caf\ufffd"


def test_binary_content_is_an_error() -> None:
    assert refused(b"\x01\x02\x03PNG" * 40, "x.txt") == ["import-encoding"]


def test_an_empty_file_is_an_error() -> None:
    assert refused(b" \n", "x.txt") == ["import-empty"]


PARTS = [
    *"aZ9oO0 ,;()'\u2019/%\u20ac_\u4e2d\u00e9",
    "o ",
    "o A",
    "1) ",
    "e.V",
    "www",
    "  ",
    "ab",
    "Rome",
    "10",
    "\u2022",
    "- ",
    "<b>",
    "&amp;",
]


@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
def test_dump_text_reads_plain_lines_as_it_reads_others(text: str) -> None:
    """A tag without effect takes the way of all other lines."""
    assert dump_text(text) == dump_text(f"<span>{text}</span>")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("• a\n  goes on\n• b", "- a<br>goes on\n- b"),
        ("1. a\n   goes on\n2. b", "1. a<br>goes on\n2. b"),
        ("- a\n  - b\n    goes on\n- c", "- a\n  - b<br>goes on\n- c"),
        ("- a\nnext\n- b", "- a\n\nnext\n\n- b"),
        ("- a\n- b\n\n  next", "- a\n- b<br>next"),
        ("12. floor\n    with a lift", "12\\. floor\n\nwith a lift"),
        ("Rooms\n    - a\n    - b\n12. floor", "Rooms\n\n- a\n- b\n\n12\\. floor"),
    ],
)
def test_an_indented_line_goes_on_with_the_item_above_it(text: str, source: str) -> None:
    assert rich_text_source(dump_text(text)) == source


def test_a_line_below_a_row_is_not_one_of_the_lines_above_the_row() -> None:
    """With another line, the programme label would be no programme label."""
    plan = one_plan("Funded by the European Union\n\nCity: Rome\nPeriod: 2030\nOther words\n", "t.txt")

    unplaced = [problem for problem in plan.problems if problem.code == "import-unplaced"]
    assert [problem.details["text"] for problem in unplaced] == ["Other words"]


def test_a_text_in_chinese_is_read_by_its_labels() -> None:
    text = (
        "城市：天津；罗马\n国家：中国；意大利\n合作主题：航空航天；智慧城市\n可持续发展目标：目标11；目标9\n"
        "挑战：交通拥堵。\n目标：1、改善交通\n2、减少排放\n预期成果：空气更好。\n"
    )

    plan = read(one_plan(text, "t.txt"))

    assert [goal.number for goal in plan.sdgs] == [11, 9]
    assert plan.themes == ("航空航天", "智慧城市")
    assert rich_text_source(plan.objectives) == "1. 改善交通\n2. 减少排放"
    assert [plan.challenges.text, plan.results.text] == ["交通拥堵。", "空气更好。"]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("the long-\nterm plan", "the long-term plan"),
        ("Innen-\nund Außenstadt", "Innen- und Außenstadt"),
        ("noise -\nand dust", "noise - and dust"),
    ],
)
def test_a_word_that_is_broken_at_a_hyphen_gets_no_space(lines: str, text: str) -> None:
    plan = read(one_plan(f"City: Tianjin; Rome\nChallenges: {lines}\n", "t.txt"))

    assert plan.challenges.text == text
