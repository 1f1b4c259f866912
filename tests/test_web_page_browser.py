"""The web page in a real browser: accessibility in light and dark, narrow screens, keyboard, print, no requests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium
from tests.stages import web_page
from tests.web_pages import band_pack, web_summaries
from ucap_reports.html.render_html import render_html

NAMES = tuple(web_summaries())
WIDTHS = (320, 1280)
"""The narrowest screen that WCAG requires (1.4.10, Reflow), and a desk."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of all summaries, by their names."""
    folder = tmp_path_factory.mktemp("pages")
    for name, summary in web_summaries().items():
        (folder / f"{name}.html").write_bytes(web_page(summary))
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that requests no other file and prints nothing on the console."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    page = context.new_page()
    unwanted: list[str] = []
    page.on("console", lambda message: unwanted.append(message.text))
    page.on("request", lambda request: unwanted.append(request.url))
    yield page
    assert [each for each in unwanted if not each.startswith("file:") or not each.endswith(".html")] == []
    context.close()


def shown(page: Page, folder: Path, name: str, width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((folder / f"{name}.html").as_uri())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_accessibility_problem(
    page: Page, folder: Path, name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    shown(page, folder, name, width)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_problem_in_a_pack_with_white_text_on_bands(
    page: Page, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    (tmp_path / "bands.html").write_bytes(render_html(web_summaries()["example"], band_pack()).content)
    page.emulate_media(color_scheme=scheme)
    shown(page, tmp_path, "bands", width)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_screen_needs_no_horizontal_scrolling(page: Page, folder: Path, name: str) -> None:
    shown(page, folder, name, WIDTHS[0])
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[0]
    clipped = (
        "[...document.querySelectorAll('td, h1, h2, li, p')].filter(each => each.scrollWidth > each.clientWidth + 1)"
    )
    assert page.evaluate(f"{clipped}.map(each => each.textContent)") == []


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
    headers, rows = (web_summaries()[name].column_count + 1, len(web_summaries()[name].table_rows))
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
