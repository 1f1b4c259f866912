"""The preview in a real browser: it shows saved changes and problems, and keeps the scroll position."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Download, Page, expect

from tests.browser import chromium
from tests.previews import PACK, PACK_TEXT, PLAN, PLAN_TEXT, Preview, previewed, write_project
from tests.stages import ROOT

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}
"""The narrowest screen that WCAG requires (1.4.10, Reflow)."""
PATIENCE = 30_000
"""The timeout in milliseconds: a first run prepares fonts, on a busy machine."""
PACK_FOLDER = f"templates/{PACK}"
TEMPLATES = ROOT / "templates" / "iuc-asia"
LONG = PLAN_TEXT + "activities: |\n" + "".join(f"  Activity {number} goes on.\n\n" for number in range(150))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with chromium() as browser:
        yield browser


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    with previewed(write_project(tmp_path)) as preview:
        yield preview


@pytest.fixture
def page(browser: Browser, preview: Preview) -> Iterator[Page]:
    """A page with the preview, without errors in scripts and without messages on the console."""
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type] # a TypedDict of the library
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    opened(page, preview.address)
    yield page
    assert told == []
    context.close()


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("img", name="Page 1 of")).to_be_visible()


def source(page: Page, number: int = 1) -> str:
    return page.locator("figure img").nth(number - 1).get_attribute("src") or ""


def await_other_picture(page: Page, old: str, number: int = 1) -> None:
    expect(page.locator("figure img").nth(number - 1)).not_to_have_attribute("src", old)


def colours(page: Page) -> set[object]:
    """The colours of the first page in the picture."""
    with Image.open(BytesIO(page.locator("figure img").first.screenshot())) as image:
        return {colour for _, colour in image.convert("RGB").getcolors(1 << 24) or ()}


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=f"Download {name}").click()
    download: Download = waiting.value
    return Path(download.path()).read_bytes()


def places(page: Page) -> list[str]:
    return page.locator("#problems .error .place").all_text_contents()


def copy_template(preview: Preview, name: str) -> Path:
    """The shipped template of that name as the pack's own."""
    return Path(shutil.copy(TEMPLATES / name, preview.project / PACK_FOLDER / name))


def test_a_changed_colour_is_in_the_picture_and_in_the_word_file(page: Page, preview: Preview) -> None:
    assert (0, 0x33, 0x99) in colours(page)
    old = source(page)

    preview.write(f"{PACK_FOLDER}/pack.yaml", PACK_TEXT.replace("003399", "7A1F5C"))

    await_other_picture(page, old)
    assert (0x7A, 0x1F, 0x5C) in colours(page)
    with zipfile.ZipFile(BytesIO(downloaded(page, "Word"))) as archive:
        assert b'w:fill="7A1F5C"' in archive.read("word/document.xml")


def test_a_changed_plan_is_shown_with_the_differences_of_its_documents(page: Page, preview: Preview) -> None:
    preview.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", "Clean rivers, and parks along them."))

    expect(page.locator("figcaption b")).to_have_text(["Changed"])
    expect(page.locator("#documents li").first).to_contain_text(
        re.compile(r"1 page, .* kBLast save: 1 page, as before")
    )
    expect(page.locator("#documents li").last).to_contain_text("Changed by the last save")
    with pypdfium2.PdfDocument(downloaded(page, "PDF")) as pdf:
        assert "Clean rivers" in pdf[0].get_textpage().get_text_range()

    preview.write(f"plans/{PLAN}.yaml", LONG)

    expect(page.locator("#documents li").first).to_contain_text("pages more")
    expect(page.locator("figcaption b")).not_to_have_count(1)


def test_a_broken_tag_is_shown_with_its_place_until_it_is_fixed(page: Page, preview: Preview) -> None:
    template = copy_template(preview, "summary.page.xml")
    right = template.read_text(encoding="utf-8")
    line = 1 + right[: right.index("{{ summary.title }}")].count("\n")
    before = source(page)

    template.write_text(right.replace("{{ summary.title }}", "{{ sumary.title }}"), encoding="utf-8")

    expect(page.locator("#problems .error")).to_contain_text("sumary")
    assert places(page)[0].startswith(f"{PACK_FOLDER}/summary.page.xml:{line}:")
    expect(page.locator("#problems .error .hint")).to_contain_text(["summary"])
    expect(page.locator("#problems .error mark")).to_be_visible()
    expect(page).to_have_title(re.compile("^1 error: "))
    expect(page.get_by_text("These pages are from before the error.")).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_have_count(0)
    assert source(page) == before

    template.write_text(right, encoding="utf-8")

    expect(page.locator("#problems .error")).to_have_count(0)
    expect(page.get_by_text("These pages are from before the error.")).to_be_hidden()
    expect(page.get_by_role("link", name="Download")).to_have_count(2)


def test_a_broken_tag_of_the_word_template_is_shown_with_its_place_in_word(page: Page, preview: Preview) -> None:
    template = copy_template(preview, "summary.docx")
    content = BytesIO()
    with zipfile.ZipFile(template) as archive, zipfile.ZipFile(content, "w") as broken:
        for name in archive.namelist():
            broken.writestr(name, archive.read(name).replace(b"summary.title", b"summary.tilte"))

    template.write_bytes(content.getvalue())

    expect(page.locator("#problems .error")).to_contain_text("tilte")
    assert places(page)[0].startswith(f"{PACK_FOLDER}/summary.docx: body › ")


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_scroll_position_is_kept(page: Page, preview: Preview, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)  # type: ignore[arg-type] # a TypedDict of the library
    preview.write(f"plans/{PLAN}.yaml", LONG)
    expect(page.locator("figure")).not_to_have_count(1)
    page.evaluate("document.querySelectorAll('figure')[1].scrollIntoView(); scrollBy(0, 123)")
    place = "document.querySelectorAll('figure')[1].getBoundingClientRect().top"
    before, old = page.evaluate(place), source(page)

    preview.write(f"plans/{PLAN}.yaml", LONG.replace("Clean", "Cleaner") + "nonsense: 1\n")
    expect(page.locator("#problems .error")).to_have_count(1)
    assert page.evaluate(place) == pytest.approx(before, abs=1)

    preview.write(f"plans/{PLAN}.yaml", LONG.replace("Clean", "Cleaner"))
    await_other_picture(page, old)
    assert page.evaluate(place) == pytest.approx(before, abs=1)


def test_only_changed_pictures_are_requested_again(page: Page, preview: Preview) -> None:
    preview.write(f"plans/{PLAN}.yaml", LONG)
    expect(page.locator("figure img")).to_have_count(4)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    last = source(page, 2)

    preview.write(f"plans/{PLAN}.yaml", LONG.replace("Aerospace", "Aerodynamics"))

    await_other_picture(page, source(page))
    assert source(page, 2) == last
    assert [url for url in asked if "/pictures/" in url] == [preview.address.rstrip("/") + source(page)]


def test_plan_and_pack_can_be_chosen_and_the_back_button_works(page: Page, preview: Preview) -> None:
    preview.write("plans/longyan.yaml", PLAN_TEXT.replace("Tianjin", "Longyan"))
    expect(page.get_by_label("Plan").locator("option")).to_have_text(["longyan", PLAN])
    old = source(page)

    page.get_by_label("Template pack").select_option("iuc-japan")
    await_other_picture(page, old)
    page.get_by_label("Plan").select_option("longyan")
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview of longyan")
    assert page.url.endswith("?plan=longyan&pack=iuc-japan")

    page.go_back()
    page.go_back()
    expect(page.locator("figure img")).to_have_attribute("src", old)
    expect(page.get_by_label("Template pack")).to_have_value("")


def test_a_deleted_plan_is_an_error(page: Page, preview: Preview) -> None:
    (preview.project / "plans" / f"{PLAN}.yaml").unlink()

    expect(page.locator("#problems .error")).to_contain_text(f'"{PLAN}"')

    preview.write(f"plans/{PLAN}.yaml", PLAN_TEXT)
    expect(page.locator("#problems .error")).to_have_count(0)


def test_a_deleted_pack_is_an_error_until_it_exists_again(page: Page, preview: Preview) -> None:
    pack = preview.project / PACK_FOLDER
    pack.rename(preview.project / "elsewhere")
    expect(page.locator("#problems .error")).to_contain_text(f'unknown pack "{PACK}"')
    expect(page.get_by_text("These pages are from before the error.")).to_be_visible()

    (preview.project / "elsewhere").rename(pack)
    expect(page.locator("#problems .error")).to_have_count(0)


def test_all_open_pages_show_the_last_of_many_saves(page: Page, browser: Browser, preview: Preview) -> None:
    other = browser.new_page(viewport=DESK)  # type: ignore[arg-type] # as above
    opened(other, preview.address)
    for number in range(20):
        preview.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Tianjin", f"Tianjin {number}"))
    preview.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Italy", "Itly"))
    for each in (page, other):
        expect(each.locator("#problems .error")).to_contain_text("Itly")
    preview.write(f"plans/{PLAN}.yaml", PLAN_TEXT)
    for each in (page, other):
        expect(each.locator("#problems .error")).to_have_count(0)
    assert source(page) == source(other)
    other.close()


def test_pictures_are_as_sharp_as_the_screen(browser: Browser, preview: Preview) -> None:
    context = browser.new_context(viewport=DESK, device_scale_factor=2)  # type: ignore[arg-type] # as above
    page = context.new_page()
    opened(page, preview.address)
    widths: list[float] = page.evaluate(
        "(({naturalWidth, width}) => [naturalWidth, width])(document.querySelector('figure img'))"
    )
    context.close()
    assert widths[0] / widths[1] == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_axe_finds_no_accessibility_problem(page: Page, preview: Preview, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)  # type: ignore[arg-type] # a TypedDict of the library
    for text in (PLAN_TEXT, PLAN_TEXT.replace("Italy", "Itly")):
        preview.write(f"plans/{PLAN}.yaml", text)
        expect(page.locator("#problems .error")).to_have_count(text.count("Itly"))
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_page_says_that_its_server_ended_and_reconnects(browser: Browser, tmp_path: Path) -> None:
    project = write_project(tmp_path)
    page = browser.new_page()
    with previewed(project) as preview:
        opened(page, preview.address)
        expect(page.locator("#connection")).to_have_text("Updates when you save")
        port = int(preview.address.rstrip("/").rpartition(":")[2])
        assert preview.interrupt() == 130
    expect(page.locator("#connection")).to_have_text("The preview has ended: start it again")
    with previewed(project, port=port):
        expect(page.locator("#connection")).to_have_text("Updates when you save")
    page.close()


def test_without_plans_the_page_says_how_to_create_one(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    page = browser.new_page()
    with previewed(tmp_path) as preview:
        page.goto(preview.address)
        expect(page.locator("#problems")).to_contain_text("ucap new ID")
    page.close()
