"""Widths in page trees: errors for blocks that do not fit, found without any format, and the widths used instead."""

import pytest

from tests.drawn_pages import page_pack
from tests.pages import SUMMARY, noise, pack_of, picture
from ucap_reports.page.box_geometry import (
    LEAST_COLUMN,
    column_widths,
    fits_side_by_side,
    fits_table,
    side_by_side_widths,
)
from ucap_reports.page.fill_and_read_page import fill_page, read_page
from ucap_reports.page.page_checks import width_problems
from ucap_reports.page.page_tree import Division, Table
from ucap_reports.problems import Problem
from ucap_reports.template.lengths_colours_and_paper_sizes import Length

ROOM = 482.0
"""About the width of the text of the small pack, in points."""
WIDE_TABLE = "<table><tr>" + "<th>a</th>" * 40 + "</tr></table>"


def found_in(body: str) -> tuple[Problem, ...]:
    files = {"images/a.png": noise((900, 20))}
    pack = pack_of(f"<document>\n{body}</document>", files)
    return width_problems(read_page(fill_page(pack.page_template, SUMMARY), pack), pack)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<img src="images/a.png" alt="a"/>', "image-too-wide"),
        ('<page-header><img src="images/a.png" alt="a"/></page-header>', "image-too-wide"),
        ('<page-footer><img src="images/a.png" alt="a"/></page-footer>', "image-too-wide"),
        ('<div class="note"><img src="images/a.png" alt="a"/></div>', "image-too-wide"),
        ('<table><tr><td><img src="images/a.png" alt="a"/></td></tr></table>', "image-too-wide"),
        ('<columns count="12" gap="60 mm">a</columns>', "width-exceeded"),
        (WIDE_TABLE, "width-exceeded"),
    ],
)
def test_a_block_wider_than_its_place_is_found_in_the_tree(body: str, code: str) -> None:
    (problem,) = found_in(body)
    assert (problem.code, problem.location.line) == (code, 2)


def test_a_page_that_fits_has_no_width_problems() -> None:
    assert found_in('<columns count="2">a</columns><table><tr><th>a</th><td>b</td></tr></table>') == ()


def test_columns_that_do_not_fit_are_placed_with_even_widths() -> None:
    (table,) = tree_body(WIDE_TABLE)
    assert isinstance(table, Table)
    assert column_widths(table, 80.0) == [2.0] * 40


def tree_body(body: str) -> tuple[object, ...]:
    pack = pack_of(f"<document>{body}</document>")
    return read_page(fill_page(pack.page_template, SUMMARY), pack).body


def test_a_division_without_blocks_fits() -> None:
    (division,) = tree_body("<div/>")
    assert isinstance(division, Division)
    assert side_by_side_widths(division, ROOM) == []


@pytest.mark.parametrize(
    ("aligned", "room", "widths"),
    [("end", 200, [30, 170]), ("center", 200, [30, 170]), ("start", 200, [30, 30]), ("end", 60, [30, 30])],
)
def test_pictures_at_the_end_share_the_rest_that_no_other_block_takes(
    aligned: str, room: float, widths: list[float]
) -> None:
    logo = '<img class="{}" src="images/a.png" alt="a"/>'.format
    styles = {"row": {"layout": "columns"}, "second": {"align": aligned}}
    body = f'<div class="row">{logo("first")}{logo("second")}</div>'
    pack = pack_of(f"<document>{body}</document>", {"images/a.png": picture((40, 20))}, styles | {"first": {}})
    (division,) = read_page(fill_page(pack.page_template, SUMMARY), pack).body
    assert isinstance(division, Division)
    assert side_by_side_widths(division, room) == widths


@pytest.mark.parametrize("count", range(2, 8))
@pytest.mark.parametrize(("tile", "gap"), [(12, 1), (9.1, 0.7), (11.3, 0.1)])
def test_tiles_that_fill_their_place_exactly_fit(count: int, tile: float, gap: float) -> None:
    room = Length.mm(count * tile + (count - 1) * gap)
    styles = {"row": {"layout": "columns", "gap": f"{gap} mm"}, "tile": {"width": f"{tile} mm"}}
    tiles = '<p class="tile">a</p>' * count
    body = f'<div class="row">{tiles}</div>'
    pack = page_pack(f"<document>{body}</document>", **styles)
    (division,) = read_page(fill_page(pack.page_template, SUMMARY), pack).body
    assert isinstance(division, Division)

    assert fits_side_by_side(division, room)
    assert not fits_side_by_side(division, room - 1)


def test_columns_as_wide_as_the_least_fit() -> None:
    (table,) = tree_body("<table><tr>" + "<th>a</th>" * 7 + "</tr></table>")
    assert isinstance(table, Table)
    widths = [LEAST_COLUMN * (1 - 1e-15)] * 7

    assert fits_table(widths, 7 * LEAST_COLUMN)
