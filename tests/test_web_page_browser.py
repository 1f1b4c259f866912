"""The web page in a real browser: accessibility in light and dark, narrow screens, keyboard, print, no requests."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Literal

import pypdfium2 as pdfium
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.books import PLANS, book_pack, content_of
from tests.browser import accessibility_problems
from tests.command import write_plan
from tests.custom_projects import HEAD, plan_file, write_project
from tests.pages import SUMMARY, pack_of, picture
from tests.selected_cases import crossed, mostly_long, paired
from tests.stages import EXAMPLE, SHIPPED_PACKS, shipped_pack, web_page
from tests.test_custom_tables import PLAN as TABLE_PLAN
from tests.test_custom_tables import SETTINGS as TABLE_SETTINGS
from tests.web_pages import band_pack, web_summaries
from ucap_reports import render
from ucap_reports.html.render_html import render_book_html, render_html

pytestmark = pytest.mark.no_cover

NAMES = tuple(web_summaries())
WIDE_NAMES = ("arabic", "twelve cities")
SOME_PACKS = ("bilingual", "glance", "iuc-asia")
"""Packs of two languages, with boxes side by side, and with the usual table."""
BOOKS = ("the book", "the index of the site")
WIDTHS = (320, 1280)
"""The narrowest screen that WCAG requires (1.4.10, Reflow), and a desk."""
SCREENS: list[ViewportSize] = [{"width": width, "height": 800} for width in WIDTHS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of all summaries, by their names, and of the example in each pack."""
    folder = tmp_path_factory.mktemp("pages")
    for name, summary in web_summaries().items():
        (folder / f"{name}.html").write_bytes(web_page(summary))
    for name in SHIPPED_PACKS:
        (folder / f"{name}.html").write_bytes(render(EXAMPLE, formats="html", template=name).html.content)
    for name in BOOKS:
        is_site = name == BOOKS[1]
        content = content_of(PLANS, is_site=is_site)
        pages = {summary.id: summary.heading for summary in content.summaries} if is_site else {}
        (folder / f"{name}.html").write_bytes(render_book_html(content, book_pack(), pages).content)
    return folder


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that requests no other file and prints nothing on the console."""
    page = context.new_page()
    unwanted: list[str] = []
    page.on("console", lambda message: unwanted.append(message.text))
    page.on("request", lambda request: unwanted.append(request.url))
    yield page
    assert [each for each in unwanted if not each.startswith("file:") or not each.endswith(".html")] == []


def shown(page: Page, folder: Path, name: str, width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((folder / f"{name}.html").as_uri())


@pytest.mark.parametrize("name", mostly_long([*NAMES, *SHIPPED_PACKS, *BOOKS], {"glance"}))
def test_axe_finds_no_accessibility_problem(page: Page, folder: Path, name: str) -> None:
    shown(page, folder, name)
    assert accessibility_problems(page, SCREENS) == []


@pytest.mark.parametrize("width", mostly_long(WIDTHS, {1280}))
def test_axe_finds_no_problem_in_a_pack_with_white_text_on_bands(page: Page, tmp_path: Path, width: int) -> None:
    (tmp_path / "bands.html").write_bytes(render_html(web_summaries()["example"], band_pack()).content)
    shown(page, tmp_path, "bands")
    assert accessibility_problems(page, [{"width": width, "height": 800}]) == []


@pytest.mark.parametrize("name", mostly_long([*NAMES, *SHIPPED_PACKS, *BOOKS], {*SOME_PACKS, *WIDE_NAMES, *BOOKS}))
def test_a_narrow_screen_needs_no_horizontal_scrolling(page: Page, folder: Path, name: str) -> None:
    shown(page, folder, name, WIDTHS[0])
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[0]
    clipped = (
        "[...document.querySelectorAll('td, h1, h2, li, p')].filter(each => each.scrollWidth > each.clientWidth + 1)"
    )
    assert page.evaluate(f"{clipped}.map(each => each.textContent)") == []


@pytest.mark.parametrize("name", mostly_long(SHIPPED_PACKS, SOME_PACKS))
def test_a_phone_shows_one_column(page: Page, folder: Path, name: str) -> None:
    shown(page, folder, name, WIDTHS[0])
    lines = page.locator("main p, main td, main li, main h2").evaluate_all(
        """all => all.filter(each => each.textContent.trim() && !each.closest('[role=img]')).map(each => {
            const range = document.createRange(); range.selectNodeContents(each)
            const box = range.getBoundingClientRect()
            return [each.textContent, box.left, box.top, box.right, box.bottom]
        })"""
    )
    beside = [
        (one[0], other[0])
        for place, one in enumerate(lines)
        for other in lines[place + 1 :]
        if one[3] <= other[1] and min(one[4], other[4]) - max(one[2], other[2]) > 4
    ]
    assert beside == []


def test_two_tiles_side_by_side_keep_their_size_on_a_phone(page: Page, tmp_path: Path) -> None:
    tiles = '<div class="tiles"><goal number="9"/><goal number="11"/></div>'
    pack = pack_of(f"<document>{tiles}</document>", styles={"tiles": {"layout": "columns", "gap": "2 mm"}})
    (tmp_path / "tiles.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "tiles", WIDTHS[0])
    widths = page.locator("._tile").evaluate_all("all => all.map(each => each.getBoundingClientRect().width)")
    assert widths[0] == widths[1] < WIDTHS[0] / 3


@pytest.mark.parametrize("width", mostly_long([320, 700, 1280], {320, 700}))
def test_a_row_of_many_tiles_is_on_several_lines_of_a_narrow_screen(page: Page, tmp_path: Path, width: int) -> None:
    tiles = "".join(f"<goal number='{number}'/>" for number in range(1, 10))
    pack = pack_of(
        f"<document><div class='tiles'>{tiles}</div></document>", styles={"tiles": {"layout": "columns", "gap": "2 mm"}}
    )
    (tmp_path / "tiles.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "tiles", width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    sides = page.locator("._tile").evaluate_all("all => all.map(tile => [tile.offsetWidth, tile.offsetHeight])")
    assert len({tuple(side) for side in sides}) == 1


@pytest.mark.parametrize("name", mostly_long(SHIPPED_PACKS, SOME_PACKS))
def test_lines_of_text_have_66_to_80_characters_on_a_wide_screen(page: Page, folder: Path, name: str) -> None:
    shown(page, folder, name, 1600)
    counts = page.locator("main p, main li").evaluate_all(
        """all => all.filter(each => each.textContent.length > 240).map(each => {
            const range = document.createRange(); range.selectNodeContents(each)
            const bottoms = [...range.getClientRects()].map(box => box.bottom)
            const lines = bottoms.filter((bottom, index) => !index || Math.abs(bottom - bottoms[index - 1]) > 4)
            return each.textContent.length / (lines.length - .5)
        })"""
    )
    assert counts
    assert min(counts) >= 60
    assert max(counts) <= 90
    assert 66 <= median(counts) <= 82


@pytest.mark.long
@pytest.mark.parametrize("name", mostly_long([*NAMES, *SHIPPED_PACKS], {*SOME_PACKS, *WIDE_NAMES}))
def test_a_page_printed_on_a4_has_all_words_inside_of_the_paper(page: Page, folder: Path, name: str) -> None:
    shown(page, folder, name)
    words = page.locator("main").inner_text().casefold().split()
    pdf = page.pdf(prefer_css_page_size=True)
    found: list[str] = []
    with pdfium.PdfDocument(pdf) as document:
        assert len(document) <= 4
        for number in range(len(document)):
            width, height = document[number].get_size()
            assert sorted((round(width), round(height))) == [595, 842]
            text = document[number].get_textpage()
            for place in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(place)
                assert min(left, bottom) > 10
                assert (right < width - 10, top < height - 10) == (True, True)
            found += text.get_text_bounded().casefold().split()
    assert len(found) >= len(words) * 0.98
    if name not in {"arabic", "chinese"}:  # a PDF has their letters in another order
        printed = letters("".join(found))  # words are hyphenated
        assert [word for word in words if letters(word) not in printed] == []


@pytest.mark.long
@pytest.mark.parametrize("name", mostly_long(["iuc-asia", "glance", "modern"], {"iuc-asia"}))
def test_a_printed_page_has_the_margins_and_the_sizes_of_the_pdf(page: Page, folder: Path, name: str) -> None:
    margins = shipped_pack(name).theme.margins
    shown(page, folder, name)
    edges: list[float] = []
    with pdfium.PdfDocument(page.pdf(prefer_css_page_size=True)) as document:
        for number in range(len(document)):
            text = document[number].get_textpage()
            for index in range(text.count_rects()):
                left, _, right, _ = text.get_rect(index)
                edges += [left, document[number].get_width() - right]
    assert min(edges) >= margins.left - 1
    page.emulate_media(media="print")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") < 15


@pytest.mark.parametrize("name", mostly_long(["iuc-asia", "bilingual", "glance", "modern"], {"iuc-asia", "modern"}))
def test_a_printed_page_has_its_header_and_title_where_the_pdf_has_them(page: Page, folder: Path, name: str) -> None:
    """With the page header in the middle of the margin at the top, and letters as wide as in the PDF."""
    shown(page, folder, name)
    printed = page.pdf(prefer_css_page_size=True)
    pdf = render(EXAMPLE, formats="pdf", template=name).pdf.content
    for text in ("European", "Cooperation"):
        printed_place, place = place_of(printed, text), place_of(pdf, text)
        assert printed_place[0] == pytest.approx(place[0], abs=4)
        assert printed_place[1] == pytest.approx(place[1], abs=0.5)


FULL_PAGES = {
    *(("glance", name) for name in ("tianjin-rome", "tokorozawa-bratislava")),
    *(("bilingual", name) for name in ("gwalior-leuven", "panaji-dubrovnik")),
    ("modern", "new-york-city-barcelona"),
}
"""Documents of one page that is nearly full."""
TWO_SHEETS = {
    *((pack, "tianjin-rome") for pack in SHIPPED_PACKS),
    *(("bilingual", name) for name in ("koriyama-essen", "zhengzhou-agioi-anargyroi-kamatero-akk-malaga-rome-nice")),
}
"""The longest documents."""
EACH_PLAN = paired(SHIPPED_PACKS, sorted(path.stem for path in EXAMPLE.parent.glob("*.yaml")))
"""Each plan in one pack, because most documents end far from the end of their sheet in every pack."""
PRINTED = sorted({*FULL_PAGES, *TWO_SHEETS, *EACH_PLAN})


@pytest.mark.parametrize("document", mostly_long(PRINTED, FULL_PAGES), ids=" ".join)
def test_a_printed_page_has_as_many_sheets_as_the_pdf(page: Page, tmp_path: Path, document: tuple[str, str]) -> None:
    pack, plan = document
    documents = render(EXAMPLE.with_name(f"{plan}.yaml"), formats="pdf,html", template=pack)
    (tmp_path / f"{plan}.html").write_bytes(documents.html.content)
    shown(page, tmp_path, plan)
    printed = page.pdf(prefer_css_page_size=True)
    with pdfium.PdfDocument(printed) as web, pdfium.PdfDocument(documents.pdf.content) as paper:
        assert len(web) == len(paper)


def place_of(pdf: bytes, text: str) -> tuple[float, float]:
    """Return the distance from the top of the first page, and the width of a text where it is first, in points."""
    with pdfium.PdfDocument(pdf) as document:
        sheet = document[0]
        characters = sheet.get_textpage()
        found = characters.search(text).get_next()
        assert found is not None
        boxes = [characters.get_charbox(index) for index in range(found[0], found[0] + found[1])]
        return sheet.get_height() - boxes[0][3], boxes[-1][2] - boxes[0][0]


@pytest.mark.parametrize("name", ["plain", "bilingual"])
def test_rows_are_not_kept_together_in_print(page: Page, folder: Path, name: str) -> None:
    """Or else the first page ends below the table with the facts of the cities."""
    shown(page, folder, name)
    with pdfium.PdfDocument(page.pdf(prefer_css_page_size=True)) as document:
        bottoms = []
        text = document[0].get_textpage()
        for index in range(text.count_rects()):
            bottoms.append(text.get_rect(index)[1])
        assert min(bottoms) < document[0].get_height() / 3


def test_printed_titles_stay_with_what_follows_them(page: Page, tmp_path: Path) -> None:
    """Also if the title is in a box, below the name of the form or beside a number."""
    title = '<div class="head"><div><h2>Title</h2></div><p>number</p></div><div><p>form</p><h3>Name</h3></div>'
    high = "".join(f"<p>line {number}</p>" for number in range(6))
    pack = pack_of(f"<document><h1>T</h1>{(title + high) * 60}</document>", styles={"head": {"layout": "columns"}})
    (tmp_path / "titles.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "titles")
    with pdfium.PdfDocument(page.pdf(prefer_css_page_size=True)) as document:
        ends = [sheet.get_textpage().get_text_range().split()[-2] for sheet in document]
    assert len(ends) > 5
    assert set(ends) == {"line"}


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def test_backgrounds_are_printed(page: Page, tmp_path: Path) -> None:
    (tmp_path / "bands.html").write_bytes(render_html(web_summaries()["example"], band_pack()).content)
    shown(page, tmp_path, "bands")
    with pdfium.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=False)) as document:
        colours = {colour for _, colour in document[0].render().to_pil().convert("RGB").getcolors(1 << 24)}
    assert (0, 0x69, 0x5C) in colours


@pytest.mark.parametrize("paragraphs", [1, 3])
def test_a_section_that_fits_in_a_column_is_not_divided_between_columns(
    page: Page, tmp_path: Path, paragraphs: int
) -> None:
    text = "<p>The cities renew an old market hall.</p>" * paragraphs
    sections = f"<h2>Objectives</h2>{text}<h2>Activities</h2>{text * 2}<h2>Results</h2>{text}"
    pack = pack_of(f'<document><h1>T</h1><columns count="3" gap="6 mm">{sections}</columns></document>')
    (tmp_path / "sections.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "sections")
    columns = page.locator("._flow").evaluate(
        """flow => [...flow.children].map(block => [block.tagName, ...[...block.getClientRects()].map(box => box.x)])"""
    )
    for (_, *before), (tag, *after) in pairwise(columns):
        assert len(set(after)) == 1
        assert tag == "H2" or after == before
    assert len({x for _, *places in columns for x in places}) > 1


def test_numbers_and_their_heads_are_aligned_at_the_end(page: Page, folder: Path) -> None:
    shown(page, folder, "twelve cities")
    ends = page.locator("th:nth-child(4), td:nth-child(4)").evaluate_all(
        "all => all.map(each => getComputedStyle(each).textAlign)"
    )
    assert set(ends) == {"end"}


def test_blocks_side_by_side_fill_their_row(page: Page, folder: Path) -> None:
    shown(page, folder, "glance")
    row, last = (page.locator(name).bounding_box() for name in (".band-line", ".band-end"))
    assert row is not None
    assert last is not None
    assert last["x"] + last["width"] == pytest.approx(row["x"] + row["width"], abs=1)


def test_bars_tiles_and_lists_have_the_place_and_the_width_of_their_styles(page: Page, tmp_path: Path) -> None:
    styles = {
        "bar": {"width": "50 mm", "height": "3 mm", "align": "end"},
        "goal": {"width": "12 mm", "align": "center"},
        "thin": {"like": "list", "width": "50 mm"},
        "framed": {"background": "#EEEEEE", "padding": "3 mm", "width": "60 mm"},
        "side": {"layout": "columns"},
    }
    bar = "<bar value='1' max='2' label='a'/>"
    words = "a long item that needs several lines " * 2
    body = (
        f"{bar}<goal number='3'/><ul class='thin'><li>{words}</li></ul>"
        f"<table class='framed'><tr><th>a</th><td>b</td></tr></table><div class='side'>{bar}<p>c</p></div>"
    )
    pack = pack_of(f"<document><h1>T</h1>{body}</document>", styles=styles)
    (tmp_path / "places.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "places", 1000)
    heading, first, second, goal, thin, framed = (
        page.locator(name).nth(number).bounding_box()
        for name, number in (("h1", 0), ("._bar", 0), ("._bar", 1), ("._tile", 0), ("ul", 0), (".framed", 0))
    )
    assert heading is not None
    assert first is not None
    assert second is not None
    assert goal is not None
    assert thin is not None
    assert framed is not None
    right = heading["x"] + heading["width"]
    assert first["x"] + first["width"] == pytest.approx(right, abs=1)
    assert second["x"] == pytest.approx(heading["x"], abs=1), "beside the text, it has a place of its own"
    assert goal["x"] + goal["width"] / 2 == pytest.approx((heading["x"] + right) / 2, abs=1)
    assert thin["width"] == pytest.approx(2 * first["width"], abs=1)
    assert framed["width"] == pytest.approx(2.4 * first["width"], abs=2)
    table = page.locator(".framed table").bounding_box()
    assert table is not None
    assert table["x"] == pytest.approx(framed["x"], abs=1), "only cells have padding"


def test_aligned_text_in_a_list_ends_where_other_aligned_text_ends(page: Page, tmp_path: Path) -> None:
    text = "<p class='low'>end</p>"
    body = f"{text}<ul><li><p>a</p>{text}<ul><li><p>b</p>{text}</li></ul></li></ul>"
    pack = pack_of(f"<document><h1>T</h1>{body}</document>", styles={"low": {"align": "end"}})
    (tmp_path / "ends.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "ends", 1200)
    ends = page.locator(".low").evaluate_all("all => all.map(each => each.getBoundingClientRect().right)")
    assert len(ends) == 3
    assert max(ends) - min(ends) < 1


@pytest.mark.parametrize("width", [1000, 320])
def test_pictures_beside_high_boxes_keep_their_proportions_and_cells_their_height(
    page: Page, tmp_path: Path, width: int
) -> None:
    styles = {
        "high": {"layout": "columns", "align-block": "stretch", "height": "40 mm"},
        "tall": {"like": "cell", "height": "40 mm"},
    }
    row = "<div class='high'><img src='images/a.png' alt='a'/><div class='note'>b</div></div>"
    table = "<table><tr><th>a</th><td class='tall'>b</td></tr></table>"
    pack = pack_of(f"<document><h1>T</h1>{row}{table}</document>", {"images/a.png": picture((40, 20))}, styles)
    (tmp_path / "high.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "high", width)
    image = page.locator("img").bounding_box()
    cell = page.locator("td, ._section > :last-child").bounding_box()
    high = page.locator(".high").bounding_box()
    assert image is not None
    assert cell is not None
    assert high is not None
    assert image["width"] == pytest.approx(2 * image["height"], abs=1)
    if width > 640:
        assert cell["height"] >= high["height"] - 1


@pytest.mark.parametrize(("width", "lines"), [(1440, [0, 1, 1, 1]), (900, [0, 1, 0, 1]), (320, [0, 0, 0, 0])])
def test_lines_between_blocks_side_by_side_are_only_between_blocks_in_one_row(
    page: Page, tmp_path: Path, width: int, lines: list[int]
) -> None:
    styles = {"strip": {"layout": "columns"}, "next": {"border": {"left": {"width": "1 pt", "colour": "ink"}}}}
    blocks = "<div><p>a</p></div>" + "<div class='next'><p>a</p></div>" * 3
    pack = pack_of(f"<document><h1>T</h1><div class='strip'>{blocks}</div></document>", styles=styles)
    (tmp_path / "strip.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "strip", width)
    widths = page.locator("._row > *").evaluate_all(
        "all => all.map(each => Math.ceil(parseFloat(getComputedStyle(each).borderInlineStartWidth)))"
    )
    assert [min(each, 1) for each in widths] == lines


def test_the_hyphen_of_a_name_is_no_place_for_a_break(page: Page, folder: Path) -> None:
    shown(page, folder, "example", 320)
    heights = page.locator("h1 ._whole").evaluate_all("all => all.map(each => each.getClientRects().length)")
    assert heights == [1]


FOUR_CITIES = {
    "language": "en",
    "cities": [
        {"name": "Barranquilla", "country": "CO", "population": 52_300},
        {"name": "Guadalajara", "country": "MX", "population": 784_500},
        {"name": "Thessaloniki", "country": "GR", "population": 1_206_319},
        {"name": "Zhengzhou", "country": "CN", "population": 10_356_000},
    ],
    "focus": "Clean air for all who live in the cities, and for all who work in them.",
}


@pytest.mark.parametrize("width", mostly_long([390, 700, 900, 1100], {390, 1100}))
def test_cards_and_bars_break_no_name_and_no_number(page: Page, tmp_path: Path, width: int) -> None:
    (tmp_path / "cards.html").write_bytes(render(FOUR_CITIES, formats="html", template="glance").html.content)
    shown(page, tmp_path, "cards", width)
    texts = page.locator(".card h2, .card > p:nth-child(3), ._row:has(> ._bar-place) > p")
    assert texts.count() == 16
    heights = texts.evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).lineHeight))"
    )
    assert heights == pytest.approx([1] * len(heights), abs=0.1)
    places = page.locator("._bar-place").evaluate_all("all => all.map(each => each.getBoundingClientRect().width)")
    assert places == pytest.approx([places[0]] * len(places))


@pytest.mark.parametrize(("width", "pack"), crossed([800, 1100], ["modern", "glance"]))
def test_text_in_one_column_fills_most_of_the_page(page: Page, folder: Path, pack: str, width: int) -> None:
    shown(page, folder, pack, width)
    text, main = (page.locator(each).evaluate("each => each.clientWidth") for each in ("._flow > p >> nth=1", "main"))
    padding = page.locator("main").evaluate("main => 2 * parseFloat(getComputedStyle(main).paddingLeft)")
    assert text > 0.7 * (main - padding)


KATAKANA = "サンティアゴデコンポステーラ"


@pytest.mark.parametrize("pack", mostly_long(SHIPPED_PACKS, {"glance"}))
def test_long_names_fit_every_screen(page: Page, tmp_path: Path, pack: str) -> None:
    for language, names in (("ja", [KATAKANA, KATAKANA]), ("de", ["Donaudampfschiff", "Marktschwabingen"])):
        cities = [{"name": name, "country": "CN"} for name in names]
        plan = {"language": language, "cities": cities, "focus": "U-CAP"}
        (tmp_path / "long.html").write_bytes(render(plan, formats="html", template=pack).html.content)
        for width in (WIDTHS[0], 800, WIDTHS[1]):
            shown(page, tmp_path, "long", width)
            assert page.evaluate("document.documentElement.scrollWidth") == width
            wide = page.locator("h1, h2, p, th, td").evaluate_all(
                "all => all.filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"
            )
            assert wide == []


@pytest.mark.parametrize(("name", "selectors"), [("the book", "h1, h1 + p"), ("modern", "h1, h2, .kicker")])
def test_large_text_keeps_its_order_on_a_phone(page: Page, folder: Path, name: str, selectors: str) -> None:
    shown(page, folder, name, 390)
    sizes = [
        page.locator(selector).first.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
        for selector in selectors.split(", ")
    ]
    assert sizes[0] < 60
    assert all(larger > 1.1 * smaller for larger, smaller in pairwise(sizes))


def test_an_address_is_not_divided_at_its_hyphen(page: Page, folder: Path) -> None:
    shown(page, folder, "iuc-asia")
    link = page.get_by_role("link", name="www.world-cities.eu")
    for width in range(700, 1300, 50):
        page.set_viewport_size({"width": width, "height": 800})
        assert link.evaluate("link => link.getClientRects().length") == 1


def test_dark_mode_changes_the_colours_of_the_page(page: Page, folder: Path) -> None:
    backgrounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shown(page, folder, "example")
        backgrounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert backgrounds == ["rgb(255, 255, 255)", "rgb(20, 23, 28)"]


@pytest.mark.parametrize("name", ["example", "twelve cities"])
@pytest.mark.parametrize("width", WIDTHS)
def test_screen_readers_get_a_table_with_headers_at_every_width(
    page: Page, folder: Path, name: str, width: int
) -> None:
    shown(page, folder, name, width)
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    summary = web_summaries()[name]
    headers = summary.column_count + 1
    rows = len([row for row in summary.rows if not row.shared])
    assert (roles.count("columnheader"), roles.count("rowheader"), roles.count("table")) == (headers, rows, 1)
    assert roles.count("cell") + roles.count("gridcell") == rows * (headers - 1)
    assert {"banner", "main", "contentinfo"} <= set(roles)


def test_the_columns_of_a_wide_table_are_named_on_a_narrow_screen(page: Page, folder: Path) -> None:
    shown(page, folder, "twelve cities", WIDTHS[0])
    cell = page.locator("td").first
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Province: "'
    box = cell.bounding_box()
    assert box is not None
    assert box["width"] > 250


def test_rows_of_a_table_are_told_apart_on_a_narrow_screen(page: Page, tmp_path: Path) -> None:
    columns = "{name: {type: line, label: Partner}, share: {type: money, label: Share}}"
    project = write_project(
        tmp_path,
        f"fields: {{partners: {{type: table, label: Partners, columns: {columns}}}}}\n",
        f"{HEAD}partners: [{{name: A, share: 5 EUR}}, {{name: B, share: 7 EUR}}]\n",
    )
    (tmp_path / "table.html").write_bytes(render(plan_file(project), formats="html").html.content)
    shown(page, tmp_path, "table", WIDTHS[0])
    table = page.locator("table:has(caption)")
    aligned = table.locator("td").evaluate_all("all => all.map(cell => getComputedStyle(cell).textAlign)")
    assert aligned == ["left"] * 4
    lines = table.locator("tbody tr").evaluate_all("all => all.map(row => getComputedStyle(row).borderTopWidth)")
    assert lines == ["0px", "2px"]


def test_links_are_reached_in_order_with_the_keyboard_and_show_their_focus(page: Page, folder: Path) -> None:
    shown(page, folder, "example")
    reached = []
    for _ in range(page.locator("a").count()):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        reached.append(focused.text_content())
        assert focused.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    assert reached == page.locator("a").all_text_contents()
    assert reached[:2] == ["PDF", "中文"]


def test_links_to_documents_are_large_enough_for_touch(page: Page, folder: Path) -> None:
    shown(page, folder, "example", WIDTHS[0])
    boxes = [each.bounding_box() for each in page.locator("nav a").all()]
    assert all(box is not None and min(box["width"], box["height"]) >= 44 for box in boxes)
    assert len({box["y"] for box in boxes if box is not None}) == 1


def test_the_page_starts_at_the_right_in_arabic(page: Page, folder: Path) -> None:
    shown(page, folder, "arabic")
    box = page.locator("header svg").bounding_box()
    assert box is not None
    assert box["x"] > 900


def test_text_from_left_to_right_is_at_the_start_of_an_arabic_page_on_a_phone(page: Page, tmp_path: Path) -> None:
    plan = write_plan(
        tmp_path,
        "arabic.yaml",
        "{language: ar, cities: [{name: تونس, country: Tunisia}, {name: مرسيليا, country: France}]}",
    )
    # The labels of this pack are English.
    (tmp_path / "arabic.html").write_bytes(render(plan, formats="html", template="action-plan").html.content)
    shown(page, tmp_path, "arabic", 390)
    spaces = page.locator("header p, td").evaluate_all(
        """all => all.filter(each => each.textContent.trim()).map(each => {
            const range = document.createRange(); range.selectNodeContents(each)
            const text = range.getBoundingClientRect(), box = each.getBoundingClientRect()
            return [text.left - box.left, box.right - text.right, each.localName]
        })"""
    )
    assert all(right < left + 1 for left, right, name in spaces if name == "p")
    # The name of the column is between the start of the cell and its text.
    names = [right for left, right, name in spaces if name == "td" and right < left]
    assert names
    assert min(names) > 25


@pytest.mark.parametrize("line_end", mostly_long(["\n", "\r\n", "\r", "\f", "/* \0 */"], {"\r\n", "/* \0 */"}))
def test_the_style_sheet_of_a_pack_applies_whatever_its_line_ends_are(
    page: Page, tmp_path: Path, line_end: str
) -> None:
    rules = f"h1 {{{line_end}text-indent: 7px{line_end}}}{line_end}h2 {{}}"
    pack = pack_of("<document><h1>a</h1></document>", {"summary.css": rules.encode()})
    (tmp_path / "own.html").write_bytes(render_html(SUMMARY, pack).content)
    shown(page, tmp_path, "own")
    assert page.locator("h1").evaluate("title => getComputedStyle(title).textIndent") == "7px"


def test_print_is_light_and_without_links_to_other_documents(page: Page, folder: Path) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    shown(page, folder, "example")
    expect(page.locator("nav")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_nothing_that_is_added_to_the_page_runs(page: Page, folder: Path, tmp_path: Path) -> None:
    text = (folder / "example.html").read_text(encoding="utf-8")
    added = '<main><script>window.ran = true</script><img src="x" alt="" onerror="window.ran = true">'
    (tmp_path / "page.html").write_text(text.replace("<main>", added), encoding="utf-8")
    quiet = page.context.new_page()
    quiet.goto((tmp_path / "page.html").as_uri())
    assert quiet.evaluate("window.ran") is None


SIGNS_THAT_BEGIN_NO_LINE = "\u3001\u3002\u30fc\uff09\u300d\u30c3"


FIRST_CHARACTERS = """() => {
    const firsts = [];
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        let last = null;
        for (let index = 0; index < text.length; index++) {
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + 1);
            const place = range.getClientRects()[0];
            if (place && last !== null && place.top > last + 2) firsts.push(text.data[index]);
            if (place) last = place.top;
        }
    }
    return firsts;
}"""
"""The first characters of the lines of texts, without the first lines."""


def test_no_line_of_a_japanese_page_begins_with_a_sign_that_ends_words(page: Page, tmp_path: Path) -> None:
    words = "".join(f"\u3042\u3044\u3046{sign}" for sign in SIGNS_THAT_BEGIN_NO_LINE) * 5
    plan = f"{HEAD}results: {words}\n".replace("cities:", "language: ja\ncities:", 1)
    write_plan(tmp_path, "hanoi.yaml", plan)
    document = render(tmp_path / "plans" / "hanoi.yaml", formats="html").html.content
    (tmp_path / "hanoi.html").write_bytes(document)
    firsts = []
    for width in range(320, 400, 9):
        shown(page, tmp_path, "hanoi", width)
        firsts += page.evaluate(FIRST_CHARACTERS)
    assert len(firsts) >= len(SIGNS_THAT_BEGIN_NO_LINE)
    assert [sign for sign in firsts if sign in SIGNS_THAT_BEGIN_NO_LINE] == []


COLUMNS = range(10)
WIDE_SETTINGS = "fields: {years: {type: table, label: Years, columns: {" + (
    ", ".join(f"c{column}: {{type: number, label: Column {column}}}" for column in COLUMNS) + "}}}\n"
)
WIDE_PLAN = f"{HEAD}years:\n  - {{{', '.join(f'c{column}: 12345678{column}' for column in COLUMNS)}}}\n"


@pytest.mark.parametrize(
    ("settings", "plan"), [(TABLE_SETTINGS, TABLE_PLAN), pytest.param(WIDE_SETTINGS, WIDE_PLAN, marks=pytest.mark.long)]
)
def test_numbers_of_tables_of_plans_are_on_one_line_on_every_screen(
    page: Page, tmp_path: Path, settings: str, plan: str
) -> None:
    (tmp_path / "ucap.yaml").write_text(settings, encoding="utf-8")
    write_plan(tmp_path, "hanoi.yaml", plan)
    document = render(tmp_path / "plans" / "hanoi.yaml", formats="html").html.content
    (tmp_path / "hanoi.html").write_bytes(document)
    for width in (650, 800, 1280):
        shown(page, tmp_path, "hanoi", width)
        lines = page.evaluate(
            """() => [...document.querySelectorAll("table._wide td")]
                .filter(cell => /^[€₫]?[ \\d.,\u00a0]+$/.test(cell.textContent))
                .map(cell => {
                    const range = document.createRange();
                    range.selectNodeContents(cell);
                    return new Set([...range.getClientRects()].map(part => part.top)).size;
                })"""
        )
        assert set(lines) == {1}, width
        assert page.evaluate("document.documentElement.scrollWidth") == width
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


LONG_HEADS = ("Wohnungsunternehmen", "Kilometres", "Communication", "Implementation", "Commissioning", "Commitments")
"""Words with letters that are wider than estimated."""
HEAD_SETTINGS = "fields: {partners: {type: table, label: Partners, columns: {" + (
    ", ".join(f"c{number}: {{type: number, label: {head}}}" for number, head in enumerate(LONG_HEADS * 2)) + "}}}\n"
)
HEAD_PLAN = f"{HEAD}partners:\n  - {{{', '.join(f'c{number}: {number}' for number in range(2 * len(LONG_HEADS)))}}}\n"
DIVIDED_WORDS = r"""() => {
    const divided = [];
    for (const cell of document.querySelectorAll("th")) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const text = texts.currentNode;
            for (const word of text.data.matchAll(/\p{Script=Latin}+/gu)) {
                const range = document.createRange();
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) divided.push(word[0]);
            }
        }
    }
    return divided;
}"""
"""The words of header cells that are on more than one line."""


@pytest.mark.parametrize("width", [650, 1280])
def test_no_word_of_the_head_of_a_table_is_divided(page: Page, tmp_path: Path, width: int) -> None:
    (tmp_path / "ucap.yaml").write_text(HEAD_SETTINGS, encoding="utf-8")
    write_plan(tmp_path, "hanoi.yaml", HEAD_PLAN)
    document = render(tmp_path / "plans" / "hanoi.yaml", formats="html").html.content
    (tmp_path / "hanoi.html").write_bytes(document)
    shown(page, tmp_path, "hanoi", width)
    assert page.evaluate(DIVIDED_WORDS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", mostly_long(SHIPPED_PACKS, SOME_PACKS))
def test_no_word_of_a_label_is_divided_on_the_narrowest_screens_for_tables(page: Page, folder: Path, name: str) -> None:
    shown(page, folder, name, 650)
    assert page.evaluate(DIVIDED_WORDS) == []


def test_the_lines_of_a_long_name_in_the_head_of_a_table_are_balanced(page: Page, tmp_path: Path) -> None:
    name = "Agioi Anargyroi-Kamatero (AKK), Málaga, Rome and the Metropolitan Area of Nice"
    pack = pack_of(f"<document><h1>T</h1><table><tr><th>{name}</th><td>a</td></tr></table></document>")
    (tmp_path / "name.html").write_bytes(render_html(SUMMARY, pack).content)
    for width in range(320, 400, 10):
        shown(page, tmp_path, "name", width)
        lines = page.locator("th").evaluate(
            """cell => {
                const range = document.createRange();
                range.selectNodeContents(cell);
                return [...range.getClientRects()].map(box => box.width);
            }"""
        )
        assert len(lines) > 1
        assert min(lines) > max(lines) / 2


@pytest.mark.parametrize("scheme", mostly_long(["light", "dark"], {"dark"}))
def test_bars_tiles_and_bullets_are_visible_in_forced_colours(
    page: Page, folder: Path, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    bar = pack_of("<document><h1>T</h1><bar value='1' max='2' label='a'/></document>")
    (tmp_path / "bar.html").write_bytes(render_html(SUMMARY, bar).content)
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    for place, name, selector, part in (
        (tmp_path, "bar", "._bar", None),
        (folder, "modern", "._field", None),
        (folder, "modern", "._bullet-line > li", "::after"),
    ):
        shown(page, place, name)
        colour, behind = page.locator(selector).first.evaluate(
            """(figure, part) => {
                const page = getComputedStyle(document.body).backgroundColor;
                return [getComputedStyle(figure, part).backgroundColor, page];
            }""",
            part,
        )
        assert colour != behind


def test_the_text_of_sections_is_broken_into_lines_like_that_of_cells(page: Page, folder: Path) -> None:
    shown(page, folder, "iuc-asia")
    looks = page.locator("main td, main ._section > div").evaluate_all(
        """cells => cells.map(cell => {
            const style = getComputedStyle(cell);
            return [style.textWrap, style.hyphens];
        })"""
    )
    assert set(map(tuple, looks)) == {("pretty", "auto")}
    assert page.locator("main ._section > div").count() > 1


@pytest.mark.long
def test_a_label_is_not_divided_between_printed_pages(page: Page, tmp_path: Path) -> None:
    (plan,) = EXAMPLE.parent.glob("zhengzhou-agioi*.yaml")
    content = render(plan, formats="html", template="bilingual").html.content
    (tmp_path / "zhengzhou.html").write_bytes(content.replace(b"Content-Security-Policy", b"none", 1))
    shown(page, tmp_path, "zhengzhou")
    numbers = set()
    for height in range(10):
        page.add_style_tag(content=f"@media print {{ main {{ padding-top: {height / 2}mm !important }} }}")
        with pdfium.PdfDocument(page.pdf(prefer_css_page_size=True)) as printed:
            texts = [sheet.get_textpage().get_text_bounded() for sheet in printed]
        (first,) = [number for number, text in enumerate(texts) if "Main objectives of" in text]
        (last,) = [number for number, text in enumerate(texts) if "as described in the" in text]
        assert first == last, height
        numbers.add(first)
    assert 1 in numbers
