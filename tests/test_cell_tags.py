"""Statements about rows and cells in Word templates: loops, colours, merged cells, and the columns of tables."""

import re

import pytest

from tests.samples import row, seed_summary, shared, with_rows
from tests.word_templates import W, cell, merged, paragraph, problems_of, rows, table
from ucap_reports.text.rich_text import RichText


def test_a_loop_of_rows_repeats_the_rows_in_it() -> None:
    body = table(
        ["{%tr for row in summary.rows %}", "", ""],
        ["{{ row.label.text }}", "{{ row.cells[0] }}", "{{ row.cells[1] }}"],
        ["{%tr endfor %}", "", ""],
    )
    summary = with_rows(row("a", "A:", "a1", "a2"), row("b", "B:", "b1", "b2"))
    assert rows(merged(body, summary)) == [["A:", "a1", "a2"], ["B:", "b1", "b2"]]


def test_a_loop_of_cells_repeats_the_cells_in_it_and_the_columns_share_the_width() -> None:
    body = table(
        ["head", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
        widths=(1000, 500, 2000, 500),
    )
    for count in range(1, 13):
        names = tuple(f"city {number}" for number in range(count))
        root = merged(body, with_rows(columns=names))
        assert rows(root) == [["head", *names]]
        grid = [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}gridCol")]
        assert grid[0] == 1000
        assert sum(grid) == 4000
        assert max(grid[1:]) - min(grid[1:]) <= 1
        assert [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}tcW")] == grid


@pytest.mark.parametrize(
    "loop",
    [
        ("{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"),
        ("{%tc for name in summary.columns %}{%tc if name %}", "{{ name }}", "{%tc endif %}{%tc endfor %}"),
    ],
)
def test_a_cell_after_a_loop_of_cells_keeps_its_width(loop: tuple[str, ...]) -> None:
    wide = cell("last", properties='<w:gridSpan w:val="2"/>')
    body = table(["head", *loop, "next", wide], widths=(1000, 500, 2000, 500, 700, 200, 100))
    root = merged(body, with_rows(columns=("a", "b", "c")))
    assert rows(root) == [["head", "a", "b", "c", "next", "last"]]
    assert [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}tcW")] == [1000, 1000, 1000, 1000, 700, 300]


@pytest.mark.parametrize("span", [0, 64])
def test_a_span_that_word_does_not_allow_is_one_column(span: int) -> None:
    first = cell("first", properties=f'<w:gridSpan w:val="{span}"/>')
    body = table([first, "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"], widths=(1000,) * 4)
    widths = [int(each.get(f"{W}w", "")) for each in merged(body).iter(f"{W}tcW")]
    assert widths == [1000, 1500, 1500]


def test_colspan_sets_the_span_of_a_cell() -> None:
    body = table(
        ["head", "{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
        ["all", cell("{% colspan summary.column_count %}{{ summary.title }}", properties='<w:gridSpan w:val="3"/>')],
        widths=(1000, 500, 2000, 500),
    )
    root = merged(body, with_rows(columns=("a", "b", "c")))
    assert rows(root) == [["head", "a", "b", "c"], ["all", seed_summary().title]]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}gridSpan")] == ["3"]
    assert [int(each.get(f"{W}w", "")) for each in root.iter(f"{W}tcW")] == [1000, 1000, 1000, 1000, 1000, 3000]


def test_cellbg_sets_the_colour_of_a_cell() -> None:
    root = merged(table([cell("{% cellbg 'FF0000' %}red"), "plain", "plain"]))
    (shade,) = root.iter(f"{W}shd")
    assert shade.get(f"{W}fill") == "FF0000"
    assert rows(root) == [["red", "plain", "plain"]]


@pytest.mark.parametrize(
    ("colour", "fills"), [("'#ff0000'", ["FF0000"]), ("'auto'", []), ("'FF0000' if not summary.title", [])]
)
def test_cellbg_takes_colours_of_themes_and_sets_none_if_it_prints_nothing(colour: str, fills: list[str]) -> None:
    root = merged(table([cell(f"{{% cellbg {colour} %}}a")]))
    assert [shade.get(f"{W}fill") for shade in root.iter(f"{W}shd")] == fills


@pytest.mark.parametrize("colour", ["blue", "EEF2F", "EEF2FAFF", '\\" w:val=\\"'])
def test_cellbg_with_anything_else_is_an_error(colour: str) -> None:
    (problem,) = problems_of(table([cell(f'{{% cellbg "{colour}" %}}a')]))
    assert problem.code == "background-invalid"
    assert problem.location.place == "body › table 1 › row 1 › cell 1 › paragraph 1"


def test_a_comment_that_begins_with_a_keyword_is_still_a_comment() -> None:
    loop = ("{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}")
    body = table(["{#tc for name #}", "{# vm #}x", "{# colspan 2 #}y", *loop], widths=(500, 500, 500, 500, 2000, 500))
    root = merged(body, with_rows(columns=("a", "b")))
    assert rows(root) == [["x", "y", "a", "b"]]
    assert [each.get(f"{W}w") for each in root.iter(f"{W}tcW")] == ["500", "500", "1750", "1750"]
    assert list(root.iter(f"{W}gridSpan", f"{W}vMerge")) == []


def test_hm_merges_cells_side_by_side() -> None:
    body = table(
        ["{%tc for name in summary.columns %}", "{% hm %}over {{ summary.columns|join(', ') }}", "{%tc endfor %}"],
        ["{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"],
    )
    root = merged(body)
    assert rows(root) == [["over Tianjin, Rome"], ["Tianjin", "Rome"]]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}gridSpan")] == ["2"]


def test_vm_merges_cells_below_each_other() -> None:
    body = table(
        ["{%tr for name in summary.columns %}", "", ""],
        ["{% vm %}cities", "{{ name }}", ""],
        ["{%tr endfor %}", "", ""],
    )
    root = merged(body)
    assert rows(root) == [["cities", "Tianjin", ""], ["", "Rome", ""]]
    assert [each.get(f"{W}val") for each in root.iter(f"{W}vMerge")] == ["restart", "continue"]


def test_a_cell_always_ends_with_a_paragraph() -> None:
    empty = shared("a", "A:", RichText())
    body = table(
        ["{%tr for row in summary.rows %}", "", ""],
        ["{{p row.cells[0] }}", cell("{%p if summary.updated %}", "never", "{%p endif %}"), "x"],
        ["{%tr endfor %}", "", ""],
    )
    root = merged(body, with_rows(empty))
    assert rows(root) == [["", "", "x"]]
    assert all(each[-1].tag == f"{W}p" for each in root.iter(f"{W}tc"))


def test_an_empty_paragraph_in_a_cell_keeps_the_style_of_its_tag() -> None:
    body = table([cell(paragraph("{{p summary.rows[0].cells[0] }}", style="Cell")), "", ""])
    (style,) = merged(body, with_rows(shared("a", "A:", RichText()))).iter(f"{W}pStyle")
    assert style.get(f"{W}val") == "Cell"


def test_a_table_without_a_grid_gets_one() -> None:
    body = re.sub(
        "<w:tblGrid>.*</w:tblGrid>", "", table(["{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"])
    )
    (root,) = merged(body).iter(f"{W}tbl")
    assert [str(each.tag).removeprefix(W) for each in root] == ["tblPr", "tblGrid", "tr"]
    assert len(root[1]) == 2


def test_nested_tables_have_separate_columns() -> None:
    inner = table(["{%tc for name in summary.columns %}", "{{ name }}", "{%tc endfor %}"], widths=(100, 100, 100))
    body = table(["{%tr for row in summary.rows %}"], [cell(inner, paragraph(""))], ["{%tr endfor %}"], widths=(1000,))
    root = merged(body, with_rows(row("a", "A", "1", "2"), row("b", "B", "1", "2")))
    grids = [[each.get(f"{W}w") for each in grid] for grid in root.iter(f"{W}tblGrid")]
    assert grids == [["1000"], ["150", "150"], ["150", "150"]]


NEVER = "if summary.title == 'x'"


@pytest.mark.parametrize(
    "body",
    [
        table([f"{{%tr {NEVER} %}}", ""], ["a", "b"], ["{%tr endif %}", ""]),
        table(["{%tr for row in summary.rows %}", ""], ["{%tc if 0 %}", "a", "{%tc endif %}"], ["{%tr endfor %}", ""]),
        table(["{%tc for name in summary.columns if 0 %}", "{{ name }}", "{%tc endfor %}"]),
        table(
            [cell(table([f"{{%tr {NEVER} %}}"], ["a"], ["{%tr endif %}"]), paragraph("{%p if 0 %}"), "{%p endif %}")]
        ),
    ],
)
def test_rows_without_cells_and_tables_without_rows_are_left_out(body: str) -> None:
    """Word calls files with such rows and tables damaged."""
    root = merged(paragraph("before") + body + paragraph("after"), with_rows(row("a", "A", "1", "2")))
    assert all(each.find(f"{W}tr") is not None for each in root.iter(f"{W}tbl"))
    assert all(each.find(f"{W}tc") is not None for each in root.iter(f"{W}tr"))
    assert all(each[-1].tag == f"{W}p" for each in root.iter(f"{W}tc"))


def test_a_table_keeps_its_other_rows() -> None:
    body = table([f"{{%tr {NEVER} %}}"], ["a"], ["{%tr endif %}"], ["b"])
    assert rows(merged(body)) == [["b"]]
