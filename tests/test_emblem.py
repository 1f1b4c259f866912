"""The emblem of the European Union by its graphical specification."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from math import cos, hypot, pi, sin
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image

from tests.books import PLANS, content_of
from tests.drawn_pages import page_pack
from tests.stages import SHIPPED_PACKS, example_summary, shipped_pack, with_fields_of
from tests.test_book import office_pack
from ucap_reports.page.emblem_rules import free_space
from ucap_reports.page.fill_and_read_page import fill_page, read_page
from ucap_reports.page.height_estimates import stack_height
from ucap_reports.page.page_tree import Division
from ucap_reports.page.read_book import BookPages, book_tree
from ucap_reports.template.lengths_colours_and_paper_sizes import TOLERANCE, Length
from ucap_reports.template.picture_bar_tile_and_emblem_look import PROPORTION, stars
from ucap_reports.word.render_word import render_word
from ucap_reports.word.writer.styles_and_lists import EMBLEM_PNG

HEIGHT = 480


def test_twelve_upright_stars_are_placed_like_the_hours_of_a_clock() -> None:
    assert len(stars()) == 12
    for hour, star in enumerate(stars()):
        x, y = 0.75 + sin(hour * pi / 6) / 3, 0.5 + cos(hour * pi / 6) / 3
        assert star[0] == pytest.approx((x, y + 1 / 18))
        outer = [hypot(corner[0] - x, corner[1] - y) for corner in star[::2]]
        inner = [hypot(corner[0] - x, corner[1] - y) for corner in star[1::2]]
        assert outer == pytest.approx([1 / 18] * 5)
        assert inner == pytest.approx([0.381966 / 18] * 5)


def test_the_picture_has_gold_stars_on_blue_and_the_proportions_three_to_two() -> None:
    picture = Image.open(BytesIO(EMBLEM_PNG)).convert("RGB")
    assert picture.size == (HEIGHT * PROPORTION, HEIGHT)
    assert picture.getpixel((0, 0)) == (0x00, 0x33, 0x99)
    for star in stars():
        x, y = (sum(each) / 10 for each in zip(*star, strict=True))
        assert picture.getpixel((round(x * HEIGHT), round((1 - y) * HEIGHT))) == (0xFF, 0xCC, 0x00)
    gold = sum(picture.tobytes()[::3]) / 0xFF
    area = 12 * 5 * sin(pi / 5) * 0.381966 / 18**2
    assert gold / HEIGHT**2 == pytest.approx(area, rel=0.01)


ROW = {"layout": "columns"}
LINE = {"top": {"width": "1 pt", "colour": "ink"}}


@pytest.mark.parametrize(
    ("page", "style", "measure"),
    [
        ("<div class='box'><p>a</p><emblem/></div>", ROW, lambda box: box.style.gap),
        ("<div class='box'><emblem/><p>a</p></div>", ROW | {"gap": "3 mm"}, lambda box: box.style.gap),
        ("<div><p>a</p><emblem/></div>", ROW, lambda box: box.blocks[1].style.space_before),
        ("<div><div class='box'><emblem/></div><p>a</p></div>", ROW, lambda box: box.blocks[1].style.space_before),
        ("<div class='box'><emblem/></div>", {"background": "ink"}, lambda box: min(box.style.padding)),
        ("<div class='box'><emblem/></div>", {"border": LINE}, lambda box: box.style.padding.top),
        ("<foot class='box'><p>a</p><emblem/></foot>", ROW, lambda box: box.style.space_before),
        ("<table><tr><td><emblem/></td></tr></table>", {}, lambda table: min(table.body[0].cells[0].style.padding)),
    ],
)
def test_boxes_keep_half_the_height_of_the_emblem_free(
    page: str, style: dict[str, Any], measure: Callable[[Any], float]
) -> None:
    for height in (12, 20):
        pack = page_pack(f"<document>{page}</document>", box=style, emblem={"height": f"{height} mm"})
        [box] = read_page(fill_page(pack.page_template, example_summary()), pack).body
        assert measure(box) == pytest.approx(Length.mm(height / 2))


def test_larger_measures_of_a_pack_around_the_emblem_are_kept() -> None:
    pack = page_pack(
        "<document><div class='box'><p>a</p><emblem/></div></document>", box=ROW | {"gap": "9 mm", "padding": "1 mm"}
    )
    [box] = read_page(fill_page(pack.page_template, example_summary()), pack).body
    assert (box.style.gap, box.style.padding.top) == (Length.mm(9), Length.mm(1))


@pytest.mark.parametrize("name", SHIPPED_PACKS)
def test_page_headers_of_the_shipped_packs_keep_text_away_from_the_emblem(name: str) -> None:
    pack = shipped_pack(name)
    summary = with_fields_of(pack, example_summary())
    tree = read_page(fill_page(pack.page_template, summary), pack)
    for part in (*tree.header, *(tree.first_header or ())):
        # A header is in the middle of its margin, and the text of the page begins below the margin.
        assert isinstance(part, Division)
        content = replace(part, style=replace(part.style, height=None))
        heights = [stack_height([block], pack.theme.text_width) for block in (part, content)]
        below = (pack.theme.margins.top - heights[0]) / 2 + heights[0] - heights[1]
        assert below >= free_space(part, "bottom") - TOLERANCE


def test_word_files_keep_the_space_below_the_emblem_of_later_pages() -> None:
    pack = page_pack(
        "<document><page-header><div class='box'><emblem/></div><p class='running'>a</p></page-header></document>",
        box=ROW,
        running={},
    )
    with zipfile.ZipFile(BytesIO(render_word(example_summary(), pack).content)) as file:
        header = file.read("word/header1.xml").decode()
    assert f'w:before="{Length.mm(6).twips}"' in header


def test_the_emblem_of_a_document_has_its_space_above_and_below() -> None:
    pack = page_pack("<document><p>a</p><emblem/><p>b</p><page-break/><emblem/><div><p>c</p></div></document>")
    body = read_page(fill_page(pack.page_template, example_summary()), pack).body
    spaces = [round(block.style.space_before / Length.mm(1)) for block in body]
    assert spaces == [0, 6, 6, 0, 0, 6]  # none above the emblem at the start of a page


def test_the_emblem_of_a_book_has_its_space_above_and_below() -> None:
    pack = office_pack("<p>a</p><emblem/><p>b</p>")
    tree = book_tree(BookPages(content_of(PLANS), pack))
    *_, emblem, text = tree.body
    assert emblem.style.space_before == text.style.space_before == Length.mm(6)
