"""Page breaks, text in columns, boxes that are split, and the foot, in page templates."""

import re
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawn_pages import (
    BAND,
    HEIGHT,
    LINE,
    LINES,
    MARGIN,
    RED,
    SIDE,
    WIDTH,
    drawn,
    lines,
    page_pack,
    pages_of,
    words,
)
from tests.pages import SUMMARY
from tests.pdf_pages import page_texts
from tests.pdf_text import pdf_words, structure
from tests.selected_cases import every
from tests.test_pdf_layout import rectangles
from tests.verapdf import AssertConformant
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.problems import ProblemsFound
from ucap_reports.summary.document_formats_and_pdf_standards import Attachment, PdfStandard
from ucap_reports.template.lengths_colours_and_paper_sizes import Length


def test_a_page_break_ends_the_page() -> None:
    assert pages_of("<p>one</p><page-break/><p>two</p>") == [["one"], ["two"]]


def test_page_breaks_make_no_empty_pages() -> None:
    assert pages_of("<page-break/><p>one</p><page-break/><page-break/><p>two</p><page-break/>") == [["one"], ["two"]]


def test_the_space_before_a_block_is_left_out_only_at_the_top_of_a_page_that_a_full_page_began() -> None:
    apart = {"background": "#FF0000", "space_before": "10 mm"}
    first, full = "<p class='apart'>one</p>", lines(LINES - 4)
    pdf = drawn(f"{first}<page-break/>{first}{full}{first}", apart=apart).content
    tops = [
        HEIGHT - MARGIN - bottom - height for page in range(3) for _, bottom, _, height in rectangles(pdf, RED, page)
    ]
    assert tops == pytest.approx([Length.mm(10), Length.mm(10), 0], abs=0.01)


def test_text_flows_through_columns_of_about_the_same_height() -> None:
    pdf = drawn(f'<columns count="3" gap="6 mm" class="tint">{lines(30)}</columns>', tint={"background": "#FF0000"})
    assert pdf_words(pdf.content) == words(30)
    ((left, _, width, height),) = rectangles(pdf.content, RED)
    assert (left, width) == pytest.approx((MARGIN, WIDTH - 2 * MARGIN), abs=0.01)
    assert height == pytest.approx(120, abs=0.6)


def test_columns_are_filled_page_by_page() -> None:
    first, second = pages_of(f"<columns>{lines(LINES * 2 + 10)}</columns>")
    assert first + second == words(LINES * 2 + 10)
    assert len(second) == 10


def test_height_of_columns_does_not_hold_for_their_parts_on_pages() -> None:
    body = f'<columns class="tint">{lines(LINES * 2 + 2)}</columns>'
    pdf = drawn(body, tint={"background": "#FF0000", "height": "50 mm"}).content
    heights = [height for page in range(2) for _, _, _, height in rectangles(pdf, RED, page)]
    assert heights == pytest.approx([LINES * 12, 12], abs=0.01)


def test_columns_begin_where_the_text_before_them_ends() -> None:
    first, second = pages_of(f"{lines(LINES - 10, 'a')}<columns>{lines(40, 'b')}</columns>")
    assert first == words(LINES - 10, "a") + words(40, "b")[:20]
    assert second == words(40, "b")[20:]


def test_a_heading_is_never_last_in_a_column() -> None:
    body = f"<columns>{lines(LINES - 1, 'a')}<h1>Head</h1>{lines(LINES - 4, 'b')}</columns>"
    pdf = drawn(body, title={"size": "9 pt"})
    assert pdf.pages == 1
    texts = page_texts(pdf.content)[0]
    assert texts.index("Head") == LINES - 1


@pytest.mark.parametrize(("before", "after", "height"), [(6, 3, 6), (1, 14, 15), (1, 30, 16)])
def test_columns_begin_with_headings_if_that_does_not_make_them_much_higher(
    before: int, after: int, height: int
) -> None:
    body = f"{lines(before, 'a')}<h1>Head</h1>{lines(after, 'b')}"
    styles = {"title": {"size": "9 pt", "leading": "12 pt"}, "tint": BAND}
    pdf = drawn(f'<columns class="tint">{body}</columns>', **styles)
    assert pdf_words(pdf.content) == [*words(before, "a"), "Head", *words(after, "b")]
    ((_, _, _, drawn_height),) = rectangles(pdf.content, RED)
    assert drawn_height == pytest.approx(12 * height, abs=0.6)


@pytest.mark.parametrize(
    ("sections", "columns"), [((9, 3, 4), [0, 1, 2]), ((1, 1, 1, 6), [0, 0, 1, 2]), ((3, 1), [0, 1])]
)
def test_no_column_is_empty_while_another_has_several_sections(sections: tuple[int, ...], columns: list[int]) -> None:
    body = "".join(f"<h1>Head</h1>{lines(number, name)}" for number, name in zip(sections, "abcd", strict=False))
    pdf = drawn(f'<columns count="3">{body}</columns>', title={"size": "9 pt", "leading": "12 pt", **BAND})
    lefts = [left for left, *_ in rectangles(pdf.content, RED)]
    assert [sorted({round(left) for left in lefts}).index(round(left)) for left in lefts] == columns


@pytest.mark.parametrize("heading", ["", "<h1>Head</h1>"])
def test_text_that_is_one_section_flows_through_all_columns(heading: str) -> None:
    pdf = drawn(f'<columns count="3" class="tint">{heading}{lines(9)}</columns>', tint=BAND)
    ((_, _, _, height),) = rectangles(pdf.content, RED)
    assert height < 5 * 12


def test_columns_begin_with_headings_only_if_that_takes_no_more_pages() -> None:
    styles = {"title": {"size": "9 pt", "leading": "12 pt"}}
    assert len(pages_of(f"{lines(LINES - 5)}<columns>{lines(6)}<h1>Head</h1>{lines(3)}</columns>", **styles)) == 1


def test_sections_stay_whole_if_there_is_little_space_above_the_foot() -> None:
    styles = {"title": {"size": "9 pt", "leading": "12 pt"}, "foot": {**BAND, "space_before": "20 mm"}}
    sections = f"<columns>{lines(3, 'a')}<h1>Head</h1>{lines(8, 'b')}</columns>"
    pdf = drawn(f"{lines(LINES - 12)}{sections}<foot class='foot'><p>contact</p></foot>", **styles)
    assert pdf.pages == 1
    ((_, bottom, _, height),) = rectangles(pdf.content, RED)
    assert (bottom, height) == pytest.approx((MARGIN, 12), abs=0.01)


@pytest.mark.parametrize(("lengths", "height"), [((3, 5, 3), 8), ((1, 30), 16)])
def test_items_are_divided_between_columns_only_if_that_makes_them_much_lower(
    lengths: tuple[int, ...], height: int
) -> None:
    items = "".join(f"<li>{'<br/>'.join(['line'] * length)}</li>" for length in lengths)
    pdf = drawn(
        f'<columns class="tint"><ul>{items}</ul></columns>', tint=BAND, list={"gap": "0 pt", "leading": "12 pt"}
    )
    ((_, _, _, drawn_height),) = rectangles(pdf.content, RED)
    assert drawn_height == pytest.approx(12 * height, abs=0.6)


def test_columns_too_narrow_for_text_are_an_error() -> None:
    with pytest.raises(ProblemsFound) as raised:
        drawn('<columns count="12" gap="20 mm"><p>a</p></columns>')
    assert [each.code for each in raised.value.problems] == ["width-exceeded"]


def test_blocks_side_by_side_are_split_over_pages() -> None:
    body = f'{lines(20, "x")}<div class="side"><div>{lines(70, "a")}</div><div>{lines(30, "b")}</div></div>'
    first, second = pages_of(body, side=SIDE)
    on_first = LINES - 20
    assert first == words(20, "x") + words(70, "a")[:on_first] + words(30, "b")
    assert second == words(70, "a")[on_first:]


def test_a_low_box_stays_together() -> None:
    body = f'{lines(LINES - 5, "x")}<div class="side"><div>{lines(10, "a")}</div><div>{lines(3, "b")}</div></div>'
    assert pages_of(body, side=SIDE)[1] == words(10, "a") + words(3, "b")


@pytest.mark.parametrize("inner", ["{}", '<div class="card">{}</div>', '<columns count="1">{}</columns>'])
def test_a_box_higher_than_a_page_is_split(inner: str) -> None:
    body = f'<div class="card">{inner.format(lines(LINES * 2 + 9))}</div>'
    pages = pages_of(body, card={"background": "#EEEEEE", "padding": "1 mm"})
    assert len(pages) == 3
    assert [word for page in pages for word in page] == words(LINES * 2 + 9)


@pytest.mark.parametrize("count", [LINES - 1, LINES * 2 + 9])
@pytest.mark.parametrize("inner", ["{}", '<div class="side"><div class="card">{}</div><div><p>beside</p></div></div>'])
def test_a_heading_is_not_alone_above_a_box_that_does_not_fit_below_it(count: int, inner: str) -> None:
    body = f'<h1>Head</h1><div class="card">{inner.format(lines(count))}</div>'
    first, *others = pages_of(body, side=SIDE, card={"background": "#EEEEEE"})
    assert first[:3] == ["Head", *words(2)]
    assert len(first) > LINES - 10
    assert sorted(word for page in (first[1:], *others) for word in page if word != "beside") == sorted(words(count))


@pytest.mark.parametrize(
    "body", ["{}", '<div class="side"><div>{}</div><div><p>beside</p></div></div>', '<div class="card">{}</div>']
)
def test_a_box_higher_than_a_page_begins_below_the_text_before_it(body: str) -> None:
    inner = f'{lines(9, "x")}<h1>Head</h1><div class="card">{lines(LINES * 2)}</div>'
    first, *_ = pages_of(body.format(inner), side=SIDE, card={"background": "#EEEEEE"})
    assert first[:12] == [*words(9, "x"), "Head", *words(2)]
    assert len(first) > LINES - 10


def test_a_block_that_cannot_be_split_is_below_a_heading_only_if_it_fits() -> None:
    tall = {"background": "#EEEEEE", "height": f"{LINES * 12} pt"}
    assert pages_of('<h1>Head</h1><div class="tall"><p>one</p></div>', tall=tall) == [["Head"], ["one"]]


def test_a_box_whose_padding_is_higher_than_a_page_is_an_error() -> None:
    with pytest.raises(ProblemsFound) as raised:
        drawn('<div class="high"><p>a</p></div>', high={"padding": "150 mm"})
    assert [each.code for each in raised.value.problems] == ["block-too-high"]


@pytest.mark.parametrize(("align", "above"), [("top", 0), ("middle", 12), ("bottom", 24), ("stretch", 0)])
def test_columns_are_aligned_at_the_top_the_middle_or_the_bottom(align: str, above: float) -> None:
    body = f'<div class="side"><div class="card"><p>a</p></div><div>{lines(3)}</div></div>'
    pdf = drawn(body, side=SIDE | {"align-block": align}, card={"background": "#FF0000"}).content
    ((_, bottom, _, height),) = rectangles(pdf, RED)
    assert height == pytest.approx(36 if align == "stretch" else 12)
    assert HEIGHT - MARGIN - bottom - height == pytest.approx(above, abs=0.01)


def test_the_foot_is_at_the_bottom_of_the_last_page_and_read_last() -> None:
    body = f'<foot class="red"><p>contact</p></foot>{lines(LINES + 5)}'
    pdf = drawn(body, red={"background": "#FF0000"}).content
    assert page_texts(pdf)[1] == [*words(LINES + 5)[LINES:], "contact"]
    assert rectangles(pdf, RED) == []
    ((_, bottom, _, _),) = rectangles(pdf, RED, 1)
    assert bottom == pytest.approx(MARGIN, abs=0.01)


def test_a_foot_without_room_is_on_the_next_page_with_the_last_block() -> None:
    pages = pages_of(f"{lines(LINES)}<foot><p>contact</p></foot>")
    assert pages == [words(LINES - 1), [f"w{LINES - 1}", "contact"]]


def test_a_document_has_one_foot() -> None:
    with pytest.raises(ProblemsFound) as raised:
        drawn("<foot/><foot/>")
    assert [each.code for each in raised.value.problems] == ["element-duplicate"]


def test_table_cells_contain_headings_lists_boxes_and_pictures() -> None:
    cell = '<h1>Head</h1><ul><li>item</li></ul><div class="card"><p>box</p></div><emblem/>'
    pdf = drawn(f"<table><tr><td>{cell}</td><td>other</td></tr></table>", card={"background": "#FF0000"}).content
    (first, _) = structure(pdf).find("TD")
    assert [next(first.find(tag)).text for tag in ("H1", "LBody", "P")] == ["Head", "item", "item"]
    assert len(rectangles(pdf, RED)) == 1


def test_a_page_has_the_size_of_the_theme() -> None:
    pack = page_pack('<document><div class="band"><p>a</p></div></document>', {"size": "A5 landscape"}, band=BAND)
    ((_, _, width, _),) = rectangles(render_pdf(SUMMARY, pack).content, RED)
    assert width == pytest.approx(Length.mm(170), abs=0.02)


EVERYTHING = f"""
<page-header class="band"><p>header</p></page-header>
<div class="band"><h1>Title</h1></div>
<div class="side"><div class="card"><h2>A</h2>{lines(70, "a")}</div><div class="card">{lines(5, "b")}</div></div>
<page-break/>
<columns count="2" gap="6 mm"><h2>Text</h2>{lines(200, "c")}<ul><li>item</li></ul></columns>
<table><tr><td><h2>Cell</h2><div class="card"><p>box</p></div></td></tr></table>
<foot class="band"><p>foot</p></foot>"""
STYLES: dict[str, Any] = {
    "band": BAND | {"bleed": True, "border": LINE},
    "side": SIDE | {"align-block": "stretch"},
    "card": {"background": "#EEEEEE", "padding": "3 mm", "border": {"top": LINE}},
}


@pytest.mark.no_cover
@pytest.mark.parametrize("standard", every(2, PdfStandard, start=1))
def test_a_page_with_everything_conforms(assert_conformant: AssertConformant, standard: PdfStandard) -> None:
    pack = page_pack(f"<document>{EVERYTHING}</document>", **STYLES)
    plan = (
        Attachment("plan.yaml", "application/yaml", "The plan", b"cities: []") if standard is PdfStandard.UA_2 else None
    )
    pdf = render_pdf(SUMMARY, pack, plan).content
    assert_conformant(pdf, standard)
    expected = ["Title", "A", *words(70, "a"), *words(5, "b"), "Text", *words(200, "c"), "item", "Cell", "box", "foot"]
    assert pdf_words(pdf) == expected


CONTAINERS = (
    *("<div>{}</div>", '<div class="card">{}</div>', '<div class="side">{}{}</div>', "<columns>{}</columns>"),
    '<columns count="3" class="card">{}</columns>',
)
DEPTH = 3
CARD = {"background": "#EEEEEE", "padding": "3 mm"}
TABLE = "<table><tr><td>{}</td><td>{}</td></tr></table>"


@st.composite
def contents(draw: st.DrawFn, depth: int = DEPTH) -> str:
    """Blocks within each other, with `w` for each word."""
    parts = []
    for kind in draw(st.lists(st.sampled_from(["p", "h1", *(["box"] * 3 if depth else [])]), max_size=3)):
        if kind == "box":
            container = draw(st.sampled_from(CONTAINERS if depth < DEPTH else [*CONTAINERS, TABLE]))
            parts.append(container.format(*(draw(contents(depth - 1)) for _ in range(container.count("{}")))))
        else:
            parts.append(f"<{kind}>{' w' * draw(st.sampled_from([1, 9, 200]))}</{kind}>")
    return "".join(parts)


@pytest.mark.long
@settings(max_examples=60)
@given(contents())
def test_pages_have_each_word_once_in_order(body: str) -> None:
    counter = count()
    numbered = re.sub(r"\bw\b", lambda _: f"w{next(counter)}", f"{body}<p>w</p>")
    pack = page_pack(f"<document>{numbered}</document>", {"size": "2000 mm x 90 mm"}, side=SIDE, card=CARD)
    assert pdf_words(render_pdf(SUMMARY, pack).content) == words(next(counter))
