"""Borders, bleed and width of boxes, as rectangles on the page."""

from typing import Any

import pytest

from tests.drawn_pages import BAND, GREEN, HEIGHT, LINE, MARGIN, RED, SIDE, WIDTH, drawn, page_pack
from tests.test_pdf_layout import rectangles
from ucap_reports.template.lengths_colours_and_paper_sizes import Length


@pytest.mark.parametrize(
    "body",
    [
        '<div class="box"><p>a</p></div>',
        '<p class="box">a</p>',
        '<columns class="box" count="1"><p>a</p></columns>',
        '<table><tr><td class="box">a</td></tr></table>',
    ],
)
@pytest.mark.parametrize(
    ("border", "sides"),
    [
        (LINE, "top right bottom left"),
        ({"top": LINE}, "top"),
        ({"left": LINE, "right": LINE}, "right left"),
        ({"start": LINE, "end": LINE}, "right left"),
        (LINE | {"top": None}, "right bottom left"),
    ],
)
def test_a_box_has_borders_on_its_sides(body: str, border: dict[str, Any], sides: str) -> None:
    pdf = drawn(body, box={"border": border, "background": "#00FF00"}).content
    ((left, bottom, width, height),) = rectangles(pdf, GREEN)
    places = {
        "top": (left, bottom + height - 2, width, 2),
        "right": (left + width - 2, bottom, 2, height),
        "bottom": (left, bottom, width, 2),
        "left": (left, bottom, 2, height),
    }
    expected = sorted(places[side] for side in sides.split())
    found = sorted(rectangles(pdf, RED))
    assert [pytest.approx(each, abs=0.02) for each in expected] == found
    assert height == pytest.approx(12 + 2 * (("top" in sides) + ("bottom" in sides)), abs=0.02)


def test_a_style_inherits_the_borders_that_it_does_not_set() -> None:
    styles: dict[str, Any] = {
        "one": {"rule_below": LINE, "border": {"top": LINE}},
        "two": {"like": "one", "border": {"top": None}},
    }
    resolved = page_pack("<document/>", **styles).theme.style("two")
    assert resolved.rule_below is not None
    assert resolved.rule_above is None


def test_a_null_border_removes_the_borders_of_the_style_that_it_is_like() -> None:
    styles: dict[str, Any] = {
        "one": {"border": LINE, "background": "#00FF00"},
        "none": {"like": "one", "border": None},
        "below": {"like": "one", "border": None, "rule_below": LINE},
        "again": {"like": "none", "border": {"top": LINE}},
    }
    theme = page_pack("<document/>", **styles).theme
    sides = ("rule_above", "rule_end", "rule_below", "rule_start")

    drawn_sides = {name: [side for side in sides if getattr(theme.style(name), side)] for name in styles}
    assert drawn_sides == {"one": list(sides), "none": [], "below": ["rule_below"], "again": ["rule_above"]}
    assert theme.style("none").background is not None


@pytest.mark.parametrize(
    ("bleed", "expected"),
    [
        (True, (0, HEIGHT - MARGIN - 12, WIDTH, MARGIN + 12)),
        (False, (MARGIN, HEIGHT - MARGIN - 12, WIDTH - 2 * MARGIN, 12)),
        ("top", (MARGIN, HEIGHT - MARGIN - 12, WIDTH - 2 * MARGIN, MARGIN + 12)),
        ("left, right", (0, HEIGHT - MARGIN - 12, WIDTH, 12)),
        (["start"], (0, HEIGHT - MARGIN - 12, WIDTH - MARGIN, 12)),
    ],
)
def test_a_background_bleeds_to_the_edges_of_the_paper(bleed: Any, expected: tuple[float, ...]) -> None:
    pdf = drawn('<div class="band"><p>a</p></div><p>b</p>', band=BAND | {"bleed": bleed}).content
    assert rectangles(pdf, RED) == [pytest.approx(expected, abs=0.02)]


def test_a_box_below_others_bleeds_to_the_sides_and_a_foot_to_the_bottom() -> None:
    body = '<p>a</p><div class="band"><p>b</p></div><foot class="band"><p>c</p></foot>'
    pdf = drawn(body, band=BAND | {"bleed": True}).content
    middle, foot = rectangles(pdf, RED)
    assert middle == pytest.approx((0, HEIGHT - MARGIN - 24, WIDTH, 12), abs=0.02)
    assert foot == pytest.approx((0, 0, WIDTH, MARGIN + 12), abs=0.02)


def test_a_page_header_bleeds_to_the_top_and_a_page_footer_to_the_bottom() -> None:
    body = '<page-header class="band"><p>a</p></page-header><page-footer class="band"><p>b</p></page-footer>'
    pdf = drawn(body, band=BAND | {"bleed": True}).content
    header, footer = sorted(rectangles(pdf, RED), reverse=True, key=lambda each: each[1])
    assert header[1] + header[3] == pytest.approx(HEIGHT, abs=0.02)
    space_above = Length.mm(3)
    assert (footer[1], footer[3]) == pytest.approx((0, MARGIN - space_above), abs=0.02)


def test_only_boxes_at_the_margin_bleed() -> None:
    body = '<div class="side"><div class="band"><p>a</p></div><div class="band"><p>b</p></div></div>'
    pdf = drawn(body, side=SIDE, band=BAND | {"bleed": "left, right"}).content
    first, second = sorted(rectangles(pdf, RED))
    assert (first[0], second[0] + second[2]) == pytest.approx((0, WIDTH), abs=0.02)
    assert first[0] + first[2] + Length.mm(5) == pytest.approx(second[0], abs=0.02)


@pytest.mark.parametrize(
    "body",
    [
        '<p class="box">a</p>',
        '<div class="box"><p>a</p></div>',
        '<columns class="box"><p>a</p></columns>',
        '<table class="box"><tr><td class="box">a</td></tr></table>',
    ],
)
def test_any_block_has_the_width_of_its_style(body: str) -> None:
    ((left, _, width, _),) = rectangles(drawn(body, box={"width": "60 mm", "background": "#FF0000"}).content, RED)
    assert (left, width) == pytest.approx((MARGIN, Length.mm(60)), abs=0.01)


def test_a_table_is_as_wide_as_its_style_says() -> None:
    styles = {"narrow": {"width": "60 mm"}, "green": {"background": "#00FF00"}}
    pdf = drawn(
        "<table class='narrow'><tr><td class='green'>a</td><td class='green'>b</td></tr></table>",
        **styles,
    ).content
    ((_, _, width, _),) = rectangles(pdf, GREEN)
    assert width == pytest.approx(Length.mm(60), abs=0.1)
