"""The index in a real browser: search, filters, keyboard, URL, accessibility, and without scripts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import DESK, PHONE, accessibility_problems
from tests.entries import FEW, TIANJIN, many_entries
from tests.stages import example_summary, pdf_file
from ucap_reports.batch.document_names_and_thumbnails import thumbnail, thumbnail_name
from ucap_reports.batch.index_page import IndexEntry, PublishedFile, render_index
from ucap_reports.summary.document_formats_and_pdf_standards import Format

pytestmark = pytest.mark.no_cover

BOOK = (PublishedFile(Format.PDF, "book.pdf", 170_000, 28), PublishedFile(Format.HTML, "book.html", 200_000))
"""The files of the book of all plans."""


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page without errors in scripts and without messages on the console."""
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    assert told == []


@pytest.fixture
def few(tmp_path: Path) -> str:
    """The URL of an index of four entries."""
    return written(tmp_path, FEW)


def written(folder: Path, entries: tuple[IndexEntry, ...], book: Sequence[PublishedFile] = ()) -> str:
    path = folder / "index.html"
    path.write_text(render_index(entries, book=book), encoding="utf-8")
    return path.as_uri()


def shown(page: Page) -> list[str]:
    return page.locator("li:visible h3").all_text_contents()


def options(page: Page, label: str) -> list[str]:
    return page.get_by_label(label).locator("option").all_text_contents()


CARTAGENA, DA_NANG, TIANJIN_ROME, VENICE = "Cartagena, Málaga", "Đà Nẵng, Łódź", "Tianjin, Rome", "Venice, 天津"
ALL = [CARTAGENA, DA_NANG, TIANJIN_ROME, VENICE]


SEARCHES = {
    "malaga": [CARTAGENA],
    "MÁLAGA": [CARTAGENA],
    "da nang": [DA_NANG],
    "lodz": [DA_NANG],
    "d'azur": [DA_NANG],
    "azur": [DA_NANG],
    "rome china": [TIANJIN_ROME],
    "rom": [TIANJIN_ROME],
    "nice": [],  # not "Venice"
    "津": [VENICE],
    "uk": [VENICE],
    "great britain": [VENICE],
    "sdg 17": [VENICE],
    "communities": [CARTAGENA, TIANJIN_ROME],
    "acción": [CARTAGENA],
    "pdf": [],
    " . ": ALL,
}
"""What is searched, and the cities that are shown."""


def test_search_ignores_case_accents_and_alternative_spellings(page: Page, few: str) -> None:
    page.goto(few)
    results, are_missing = {}, {}
    for words in SEARCHES:
        page.get_by_label("Search").fill(words)
        results[words] = shown(page)
        are_missing[words] = page.get_by_text("No summary matches").is_visible()
    assert results == SEARCHES
    assert are_missing == {words: not cities for words, cities in SEARCHES.items()}


def test_filters_can_be_combined(page: Page, few: str) -> None:
    page.goto(few)
    page.get_by_label("Theme").select_option(label="Smart city construction (2)")
    assert shown(page) == [CARTAGENA, TIANJIN_ROME]
    page.get_by_label("Country").select_option(label="Italy (1)")
    assert shown(page) == [TIANJIN_ROME]
    page.get_by_label("Goal").select_option("9")
    assert shown(page) == [TIANJIN_ROME]
    page.get_by_role("button", name="Clear all").click()
    assert shown(page) == ALL
    expect(page.get_by_label("Search")).to_be_focused()
    expect(page.get_by_role("button", name="Clear all")).to_be_hidden()


def test_options_are_sorted_and_have_counts(page: Page, few: str) -> None:
    page.goto(few)
    assert options(page, "Goal") == [
        "All goals",
        "SDG 1 No Poverty (1)",
        "SDG 9 Industry, Innovation and Infrastructure (1)",
        "SDG 11 Sustainable Cities and Communities (2)",
        "SDG 17 Partnerships for the Goals (1)",
    ]
    page.get_by_label("Goal").select_option("9")
    assert options(page, "Goal")[3] == "SDG 11 Sustainable Cities and Communities (2)"
    italy, spain = (page.get_by_label("Country").locator("option", has_text=name) for name in ("Italy", "Spain"))
    assert (italy.text_content(), italy.is_enabled()) == ("Italy (1)", True)
    assert (spain.text_content(), spain.is_enabled()) == ("Spain (0)", False)


def test_the_number_of_results_is_announced_to_screen_readers(page: Page, few: str) -> None:
    page.goto(few)
    expect(page.get_by_role("status")).to_have_text("4")
    page.get_by_label("Search").fill("italy")
    expect(page.get_by_role("status")).to_have_text("2 of 4")
    page.get_by_label("Search").fill("italy zzz")
    expect(page.get_by_role("status")).to_have_text("0 of 4")


def test_the_url_contains_search_and_filters(page: Page, few: str) -> None:
    page.goto(few)
    page.get_by_label("Search").fill("málaga & co")
    page.get_by_label("Search").fill("málaga")
    page.get_by_label("Theme").select_option(label="Circular economy (1)")
    page.wait_for_url("**/index.html?words=m%C3%A1laga&theme=circular+economy")
    page.reload()
    assert shown(page) == [CARTAGENA]
    expect(page.get_by_label("Search")).to_have_value("málaga")
    expect(page.get_by_label("Theme")).to_have_value("circular economy")
    page.get_by_role("button", name="Clear all").click()
    page.wait_for_url("**/index.html")


def test_a_url_with_unknown_filters_shows_everything(page: Page, few: str) -> None:
    page.goto(f"{few}?country=atlantis&sdg=99&colour=blue")
    assert shown(page) == ALL
    page.wait_for_url("**/index.html")


def test_the_page_works_with_the_keyboard(page: Page, few: str) -> None:
    page.goto(few)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the summaries")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("italy")
    assert shown(page) == [TIANJIN_ROME, VENICE]
    page.keyboard.press("Enter")
    for label in ("Country", "Theme", "Sustainable"):
        page.keyboard.press("Tab")
        expect(page.get_by_label(label)).to_be_focused()
    page.keyboard.type("SDG 9")
    assert shown(page) == [TIANJIN_ROME]
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Clear all")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="PDF of Tianjin, Rome")).to_be_focused()


def test_the_skip_link_leads_to_the_summaries_and_keeps_the_search(page: Page, few: str) -> None:
    page.goto(f"{few}?words=italy")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#summaries")).to_be_focused()
    assert shown(page) == [TIANJIN_ROME, VENICE]
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Clear all")).to_be_focused()


def test_without_scripts_only_the_controls_are_missing(browser: Browser, few: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{few}?words=italy")
    assert shown(page) == ALL
    expect(page.get_by_role("link", name="Word of Tianjin, Rome")).to_be_visible()
    assert page.locator("input:visible, select:visible, button:visible").count() == 0
    context.close()


@pytest.mark.long
@pytest.mark.parametrize("query", ["", "?words=italy&sdg=11", "?words=nowhere"])
def test_axe_finds_no_accessibility_problem(page: Page, tmp_path: Path, query: str) -> None:
    page.goto(f"{written(tmp_path, FEW, BOOK)}{query}")
    assert accessibility_problems(page) == []


def test_dark_mode_is_for_screens_only(page: Page, few: str) -> None:
    page.goto(few)
    grounds = []
    media: Literal["screen", "print"]
    for media in ("screen", "print"):
        page.emulate_media(color_scheme="dark", media=media)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(20, 23, 28)", "rgb(255, 255, 255)"]


def test_axe_finds_no_problem_on_an_empty_index(page: Page, tmp_path: Path) -> None:
    page.goto(written(tmp_path, ()))
    assert accessibility_problems(page, [DESK]) == []


def test_a_narrow_screen_needs_no_horizontal_scrolling(page: Page, few: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(few)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_controls_are_large_enough_for_touch(page: Page, few: str) -> None:
    page.goto(f"{few}?words=italy")
    boxes = [element.bounding_box() for element in page.locator("input, select, button, li:visible a").all()]
    assert len(boxes) == 7
    assert all(box is not None and box["height"] >= 40 and box["width"] >= 40 for box in boxes)


def test_the_thumbnail_is_loaded_and_opens_the_pdf(page: Page, tmp_path: Path) -> None:
    name = thumbnail_name(TIANJIN.id)
    (tmp_path / "thumbnails").mkdir()
    (tmp_path / "thumbnails" / name).write_bytes(thumbnail(pdf_file(example_summary()).content))
    page.goto(written(tmp_path, (replace(TIANJIN, thumbnail=name),)))
    page.wait_for_function("document.querySelector('li img').naturalWidth === 240")
    box = page.locator("li img").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).href", middle).endswith("/tianjin-rome.pdf")


def test_an_injected_script_does_not_run(context: BrowserContext, tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text(render_index(FEW).replace("<main>", "<main><script>window.ran = true</script>"), encoding="utf-8")
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.evaluate("window.ran") is None
    page.get_by_label("Search").fill("lodz")
    assert shown(page) == [DA_NANG]


@pytest.mark.long
def test_ten_thousand_summaries_can_be_searched(page: Page, tmp_path: Path) -> None:
    page.goto(written(tmp_path, tuple(replace(entry, thumbnail=None) for entry in many_entries(10_000))))
    expect(page.get_by_role("status")).to_have_text("10,000")
    page.get_by_label("Search").fill("malaga 77")
    count = int((page.get_by_role("status").text_content() or "").split(" of ")[0])
    assert 0 < count < 100
    assert page.locator("li:not([hidden])").count() == count
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("status")).to_have_text("10,000")
    page.wait_for_function("document.querySelectorAll('li[hidden]').length === 0")
