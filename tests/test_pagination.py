"""Page breaks, with the page size and styles of the shipped pack."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pdf_pages import (
    BODY_HEIGHT,
    LINE,
    cell,
    drawn,
    flag,
    head,
    listed,
    numbered_lines,
    page_texts,
    row,
    shown_pages,
    style,
    table,
    text,
)
from tests.pdf_text import pdf_paragraphs, structure
from ucap_reports.page.page_tree import Block, Division, Table, TableRow, TextBlock
from ucap_reports.problems import ProblemsFound
from ucap_reports.text.rich_text import Run

pytestmark = pytest.mark.no_cover

LINES_OF_A_PAGE = int((BODY_HEIGHT - 10) / LINE)
"""Lines of one cell on an empty page."""


def filled(lines: int) -> Block:
    """A table with one cell of so many lines."""
    return table(row("First", numbered_lines(lines, "first")))


def first_lines(pdf: bytes, name: str) -> list[int]:
    """The number of lines of that name on each page."""
    return [" ".join(texts).count(f"{name}\u2011") for texts in page_texts(pdf)]


def test_a_row_that_fits_is_not_split() -> None:
    pdf = drawn(table(row("A", numbered_lines(20, "a")), row("B", numbered_lines(20, "b")))).content
    assert first_lines(pdf, "a") == [20]
    assert first_lines(pdf, "b") == [20]


@pytest.mark.parametrize(
    ("first", "second", "on_pages"),
    [
        (-6, 20, [0, 20]),  # the page before is nearly full
        (-15, 20, None),  # it is not
        (-6, 500, None),  # the row does not fit on the next page
    ],
)
def test_a_row_that_does_not_fit_is_whole_if_the_page_before_is_nearly_full(
    first: int, second: int, on_pages: list[int] | None
) -> None:
    pdf = drawn(table(row("A", numbered_lines(LINES_OF_A_PAGE + first, "a")), row("B", numbered_lines(second, "b"))))
    lines = first_lines(pdf.content, "b")
    assert lines == on_pages if on_pages else lines[0] > 1


def test_a_row_is_split_if_the_document_would_otherwise_need_a_further_page() -> None:
    rows = (row("A", numbered_lines(LINES_OF_A_PAGE - 6, "a")), row("B", numbered_lines(LINES_OF_A_PAGE, "b")))
    pdf = drawn(table(*rows), text("end")).content
    assert first_lines(pdf, "b")[0] > 1
    assert len(page_texts(pdf)) == 2


def test_a_paragraph_is_split_at_the_end_of_a_page() -> None:
    pdf = drawn(table(row("A", numbered_lines(LINES_OF_A_PAGE + 20, "a")))).content
    assert first_lines(pdf, "a") == [LINES_OF_A_PAGE, 20]


@pytest.mark.parametrize("too_many", [1, 2, 3])
def test_a_split_paragraph_has_at_least_two_lines_on_each_page(too_many: int) -> None:
    pdf = drawn(table(row("A", numbered_lines(LINES_OF_A_PAGE + too_many, "a")))).content
    assert first_lines(pdf, "a")[1] == max(too_many, 2)


def test_a_row_is_split_before_a_paragraph_if_few_lines_remain_empty() -> None:
    parts = cell(numbered_lines(LINES_OF_A_PAGE - 3, "a"), numbered_lines(12, "b"))
    pdf = drawn(table(row("A", parts))).content
    assert first_lines(pdf, "b") == [0, 12]


def test_a_row_is_split_inside_of_a_paragraph_if_many_lines_would_remain_empty() -> None:
    parts = cell(numbered_lines(LINES_OF_A_PAGE - 9, "a"), numbered_lines(12, "b"))
    pdf = drawn(table(row("A", parts))).content
    on_first, on_second = first_lines(pdf, "b")
    assert on_first > 4
    assert on_first + on_second == 12


def test_a_list_is_split_between_its_items() -> None:
    items = listed(*(numbered_lines(3, f"item{number}") for number in range(30)))
    pdf = drawn(table(row("A", items))).content
    for number in range(30):
        assert sorted(first_lines(pdf, f"item{number}")) == [0, 3]


def test_the_last_list_item_is_not_alone_on_a_page() -> None:
    items = [f"item\u2011{number}" for number in range(4)]
    for lines in range(LINES_OF_A_PAGE - 8, LINES_OF_A_PAGE):
        pdf = drawn(table(row("A", cell(numbered_lines(lines, "a"), listed(*items))))).content
        counts = first_lines(pdf, "item")
        assert sum(counts) == len(items)
        assert counts[-1] != 1, counts


def test_a_short_row_is_never_split() -> None:
    rows = [row(f"Row {number}", numbered_lines(4, f"row{number}")) for number in range(40)]
    pdf = drawn(table(*rows)).content
    for number in range(40):
        assert sorted(first_lines(pdf, f"row{number}")) == [0, 0, 0, 4]


def short_rows(number: int) -> list[TableRow]:
    return [row(f"row\u2011{index}", "text") for index in range(number)]


@pytest.mark.parametrize("number", [2, 3])
def test_the_rows_of_a_short_table_stay_together(number: int) -> None:
    for lines in range(LINES_OF_A_PAGE - 8, LINES_OF_A_PAGE):
        short_table = table(*short_rows(number), head=(head("City:", "Rome"),))
        pdf = drawn(filled(lines), text("Heading", "title", 1), short_table, text("end")).content
        assert max(first_lines(pdf, "row")) == number, lines


def test_a_page_does_not_begin_with_the_last_short_row_of_a_table() -> None:
    splits = set()
    for lines in range(LINES_OF_A_PAGE - 10, LINES_OF_A_PAGE):
        pdf = drawn(filled(lines), table(*short_rows(6)), text("end")).content
        splits.add(first_lines(pdf, "row")[-1])
    assert 1 not in splits
    assert {2, 3} <= splits


def test_a_short_table_is_split_if_the_document_would_otherwise_need_a_further_page() -> None:
    for lines in range(LINES_OF_A_PAGE - 8, LINES_OF_A_PAGE - 1):
        beside = drawn(filled(lines), *[table(short) for short in short_rows(3)], filled(LINES_OF_A_PAGE - 6))
        together = drawn(filled(lines), table(*short_rows(3)), filled(LINES_OF_A_PAGE - 6))
        assert together.pages == beside.pages


def test_each_cell_of_a_row_is_split_by_itself() -> None:
    pdf = drawn(table(row("A", cell(numbered_lines(90, "long")), cell(numbered_lines(3, "short"))))).content
    assert first_lines(pdf, "short")[0] == 3
    assert sum(first_lines(pdf, "long")) == 90


def test_a_row_continues_on_as_many_pages_as_it_needs() -> None:
    document = drawn(table(row("A", numbered_lines(LINES_OF_A_PAGE * 3 + 7, "a"))))
    assert document.pages == 4
    assert first_lines(document.content, "a") == [LINES_OF_A_PAGE] * 3 + [7]


def test_the_header_row_is_repeated_on_each_page_and_tagged_once() -> None:
    pdf = drawn(table(row("A", numbered_lines(90, "a")), head=(head("City:", "Rome"),))).content
    first, second = page_texts(pdf, "Artifact")
    assert not any("Rome" in artifact for artifact in first)
    assert sum("Rome" in artifact for artifact in second) == 1
    assert pdf_paragraphs(pdf).count("Rome") == 1


def test_a_continued_row_repeats_its_label_in_regular_weight_as_an_artifact() -> None:
    pdf = drawn(table(row("Main objectives:", numbered_lines(90, "a")))).content
    first, second = shown_pages(pdf)
    (tagged,) = [shown for shown in first if "Main" in shown.text]
    (again,) = [shown for shown in second if "Main" in shown.text]
    assert (tagged.mark, tagged.fonts) == ("P", ("Arimo-Bold",))
    assert (again.mark, again.text, again.fonts) == ("Artifact", "Main objectives: (continued)", ("Arimo-Regular",))


def test_a_repeated_label_is_not_hyphenated() -> None:
    label = "Internationalisation responsibilities characteristically"
    pdf = drawn(table(row(label, numbered_lines(90, "a")))).content
    _, second = shown_pages(pdf)
    repeated = " ".join(shown.text for shown in second if shown.mark == "Artifact")
    assert all(word in repeated for word in label.split())


def test_a_row_that_is_split_over_pages_is_one_element() -> None:
    root = structure(drawn(table(row("A", numbered_lines(90, "a")))).content)
    assert len(list(root.find("TR"))) == 1
    assert [len(list(row.find("TD"))) for row in root.find("TR")] == [1]
    (paragraph,) = next(root.find("TD")).children
    assert not isinstance(paragraph, str)
    assert len(paragraph.children) == 2


def test_a_header_row_is_never_last_on_a_page() -> None:
    second = table(row("B", "some text"), head=(head("Second", "head"),))
    pdf = drawn(filled(LINES_OF_A_PAGE - 2), second).content
    assert "Second" in page_texts(pdf)[1]
    assert "Second" not in page_texts(pdf)[0]


def test_a_heading_stays_with_the_text_after_it() -> None:
    pdf = drawn(filled(LINES_OF_A_PAGE - 3), text("Title", "title", 1), text("Its text")).content
    assert page_texts(pdf)[1] == ["Title", "Its text"]


def test_a_low_division_is_not_split() -> None:
    panel = Division(tuple(text(f"line {number}") for number in range(6)), style("contact-text"), 1)
    pdf = drawn(filled(LINES_OF_A_PAGE - 3), panel).content
    assert page_texts(pdf)[1] == [f"line {number}" for number in range(6)]


def test_a_block_that_cannot_be_split_and_is_higher_than_a_page_is_an_error() -> None:
    high = flag(800, 3)
    for block in (Division((high,), style("contact-text"), 17), Division((high, text("x")), style("contact"), 17)):
        with pytest.raises(ProblemsFound) as raised:
            drawn(block)
        (problem,) = raised.value.problems
        assert (problem.code, problem.location.line) == ("block-too-high", 17)


def test_a_page_without_body_has_only_its_margins() -> None:
    document = drawn(header=(text("Header"),))
    assert document.pages == 1
    assert page_texts(document.content) == [[]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(1, 4))
    paragraphs = st.lists(st.integers(0, 30).map(lambda count: numbered_lines(count, "p")), max_size=3)
    cells = paragraphs.map(lambda texts: cell(*texts))
    rows = st.lists(st.lists(cells, min_size=columns, max_size=columns), min_size=1, max_size=6)
    return table(*(row("Label", *each) for each in draw(rows)), head=(head("City:", *"ABCD"[:columns]),))


@settings(max_examples=25)
@given(tables())
def test_pages_have_all_text_in_order(each: Table) -> None:
    cells = [column for part in (*each.head, *each.body) for column in part.cells]
    blocks = (block for column in cells for block in column.blocks if isinstance(block, TextBlock))
    words = ["".join(run.text for run in block.content if isinstance(run, Run)) for block in blocks]
    assert pdf_paragraphs(drawn(each).content) == [text for text in words if text]
