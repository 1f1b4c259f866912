"""The page of the editor while answers arrive late, in another order or not at all, and for screens that were left."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.editor_pages import Held, field, opened, opened_list, saved, show, values, wait_until
from tests.editors import PLAN, PLAN_TEXT, Editor

pytestmark = pytest.mark.no_cover

OTHER = "nice-essen"
OTHER_TEXT = "cities: [{name: Nice, country: France}, {name: Essen, country: Germany}]\nupdated: 2020-01-31\n"
PASTE = """(input, html) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true, bubbles: true }));
}"""


@pytest.fixture
def page(editor_page: Page, editor: Editor) -> Page:
    """A page with the plan."""
    opened(editor_page, editor)
    return editor_page


@pytest.fixture
def list_page(editor_page: Page, editor: Editor) -> Page:
    """A page with the list of plans."""
    opened_list(editor_page, editor)
    return editor_page


def first_page(editor: Editor) -> str:
    """The address of the picture of the first page of the plan as it is now."""
    return f"/pictures/{editor.state()['pages'][0]['name']}.png"


# Answers in another order


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in-order", "crossed"])
def test_last_of_two_edits_on_the_disk_is_shown_in_whatever_order_answers_arrive(
    page: Page, editor: Editor, order: tuple[int, int]
) -> None:
    held = Held(page, f"**/api/plans/{PLAN}")
    for count, focus in enumerate(["Clean water.", "Clean streets."], start=1):
        editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", focus))
        held.wait(count)
    for index in order:
        held.answer(index)
    expect(field(page, "focus")).to_have_value("Clean streets.")
    held.end()


def test_answer_that_arrives_late_does_not_replace_what_was_typed_since(page: Page, editor: Editor) -> None:
    late = Held(page, f"**/api/plans/{PLAN}")
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", "Clean water."))
    late.wait()
    period = field(page, "period")
    period.fill("2018")
    saved(page)
    late.answer()
    period.press("End")
    period.press_sequentially("!")
    saved(page)
    assert values(editor)["period"] == "2018!"
    late.end()


def test_edit_on_the_disk_is_shown_although_the_answer_to_a_change_is_from_before_it(
    page: Page, editor: Editor
) -> None:
    held = Held(page, f"**/api/plans/{PLAN}", "PATCH")
    field(page, "period").fill("2018")
    held.wait()
    editor.write(f"plans/{PLAN}.yaml", editor.read().replace("Clean air.", "Clean water."))
    expect(page.locator("figure img").first).to_have_attribute("src", first_page(editor))
    held.answer()
    expect(field(page, "focus")).to_have_value("Clean water.")
    expect(field(page, "period")).to_have_value("2018")
    held.end()


def test_picture_of_a_page_that_is_wanted_no_more_is_not_shown(page: Page, editor: Editor) -> None:
    picture = page.locator("figure img").first
    before = picture.get_attribute("src")
    held = Held(page, "**/pictures/*.png")
    for focus in ("Clean water.", "Clean air."):
        editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", focus))
        expect(field(page, "focus")).to_have_value(focus)
    held.wait()
    for index in range(len(held)):
        held.answer(index)
    assert picture.get_attribute("src") == before == first_page(editor)
    held.end()


def test_languages_of_the_last_edit_are_shown_in_whatever_order_answers_arrive(page: Page, editor: Editor) -> None:
    held = Held(page, f"**/api/plans/{PLAN}/translations")
    for count, tags in enumerate(["fr", "fr, de"], start=1):
        editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}languages: [{tags}]\n")
        held.wait(count)
    for index in (1, 0):
        held.answer(index)
    expect(page.locator(".language-links li")).to_have_count(2)
    held.end()


def test_thumbnail_is_of_the_last_edit_although_one_of_an_earlier_edit_arrives_later(
    list_page: Page, editor: Editor
) -> None:
    held = Held(list_page, f"**/api/plans/{PLAN}/thumbnail")
    for name in ("Roma", "Rom"):
        editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Rome", name))
        expect(list_page.get_by_role("link", name=f"Tianjin – {name}", exact=True)).to_be_visible()
        held.wait()
    held.answer(0)
    held.wait(2)
    held.answer(1)
    picture = editor.ask(f"/api/plans/{PLAN}/thumbnail").data["picture"]
    expect(list_page.locator("td.thumbnail img")).to_have_attribute("src", f"/pictures/{picture}")
    held.end()


# Answers that do not arrive


def abort_once(page: Page, address: str) -> None:
    """Let the first request to an address fail, as if the server could not be reached."""
    failed: list[Route] = []

    def handle(route: Route) -> None:
        if failed:
            route.continue_()
        else:
            failed.append(route)
            route.abort()

    page.route(address, handle)


def test_plan_is_shown_again_although_the_server_could_not_be_reached_once(page: Page, editor: Editor) -> None:
    abort_once(page, f"**/api/plans/{PLAN}")
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", "Clean water."))
    expect(field(page, "focus")).to_have_value("Clean water.")


def test_list_is_shown_again_although_the_server_could_not_be_reached_once(list_page: Page, editor: Editor) -> None:
    abort_once(list_page, "**/api/plans")
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Rome", "Oslo"))
    expect(list_page.get_by_role("link", name="Tianjin – Oslo")).to_be_visible()


# Screens that were left


def test_undo_that_ends_on_another_screen_does_not_leave_it(page: Page) -> None:
    field(page, "title").fill("Our plan")
    saved(page)
    held = Held(page, "**/api/undo", "POST")
    page.get_by_role("button", name="Undo").click()
    held.wait()
    show(page, "Import")
    held.answer()
    expect(page.locator("#told")).to_contain_text("Undone")
    expect(page.get_by_role("heading", level=1)).to_have_text("Import")
    expect(page).to_have_url(re.compile("/import$"))
    held.end()


def test_plan_that_is_created_after_its_dialog_was_closed_does_not_replace_another_screen(
    list_page: Page, editor: Editor
) -> None:
    held = Held(list_page, "**/api/plans", "POST")
    list_page.get_by_role("button", name="New plan").click()
    list_page.get_by_label("Name of the file").fill(OTHER)
    list_page.get_by_role("button", name="Create").click()
    held.wait()
    list_page.keyboard.press("Escape")
    show(list_page, "Import")
    held.answer()
    expect(list_page).to_have_url(re.compile("/import$"))
    assert values(editor, OTHER)
    held.end()


def test_import_that_ends_on_another_screen_does_not_leave_it(list_page: Page, editor: Editor, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("City 1,City 2\nNice,Essen\n", encoding="utf-8")
    show(list_page, "Import")
    list_page.get_by_label("File to import").set_input_files(table)
    held = Held(list_page, "**/api/import?*write=new*", "POST")
    list_page.locator("#import-new").click()
    held.wait()
    show(list_page, "Build")
    held.answer()
    expect(list_page.locator("#told")).to_contain_text("1 plan")
    expect(list_page).to_have_url(re.compile("/build$"))
    held.end()


def test_plan_that_is_saved_after_its_screen_was_left_changes_nothing_on_another(page: Page, editor: Editor) -> None:
    page.route(f"**/api/plans/{PLAN}", lambda route: route.abort())
    field(page, "cities[1].country").fill("Itly")
    expect(page.locator("#lost")).to_be_visible()
    show(page, "Office")
    title = page.title()
    page.unroute(f"**/api/plans/{PLAN}")
    wait_until(page, lambda: "Itly" in editor.read())
    page.wait_for_timeout(200)  # in which the plan would be shown
    assert page.title() == title


def test_words_that_are_pasted_into_a_plan_are_not_put_into_the_one_that_is_shown_since(
    page: Page, editor: Editor
) -> None:
    editor.write(f"plans/{OTHER}.yaml", f"{OTHER_TEXT}results: Theirs.\n")
    held = Held(page, "**/api/paste", "POST")
    field(page, "results").evaluate(PASTE, "<b>Ours.</b>")
    held.wait()
    page.get_by_role("link", name="All plans").click()
    page.get_by_role("link", name="Nice – Essen").click()
    expect(field(page, "results")).to_have_value("Theirs.")
    held.answer()
    wait_until(page, lambda: "results" in values(editor))
    expect(field(page, "results")).to_have_value("Theirs.")
    assert values(editor)["results"] == "**Ours.**"
    held.end()


def test_change_that_is_refused_after_its_screen_was_left_is_named(page: Page) -> None:
    held = Held(page, f"**/api/plans/{PLAN}", "PATCH", is_asked_late=True)
    field(page, "period").fill("2018")
    held.wait()
    page.get_by_role("navigation", name="Screens").get_by_role("link", name="Import", exact=True).click()
    held.answer(status=422, json={"problems": [{"message": "it is a link"}]})
    expect(page.get_by_role("heading", level=1)).to_have_text("Import")
    expect(page.locator("#told")).to_contain_text("Not saved: it is a link")
    held.end()
