"""The page of the editor while answers arrive late, in another order or not at all, and for screens that were left."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import docx
import pytest
import yaml
from playwright.sync_api import Locator, Page, Route, expect

from tests.editor_pages import Held, HeldChange, field, opened, opened_list, saved, show, values, wait_until
from tests.editors import PLAN, PLAN_TEXT, Editor, setting
from tests.photos import photograph
from tests.selected_cases import mostly_long

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


def first_page(page: Page, editor: Editor) -> str:
    """The address of the picture of the first page of the plan as it is now, as soon as the server has drawn that."""
    digest = editor.plan()["digest"]
    wait_until(page, lambda: editor.state()["digest"] == digest)
    return f"/pictures/{editor.state()['pages'][0]['name']}.png"


# Answers in another order


@pytest.mark.parametrize("order", mostly_long([(0, 1), (1, 0)], {(1, 0)}), ids=["in-order", "crossed"])
def test_last_of_two_edits_on_the_disk_is_shown_in_whatever_order_answers_arrive(
    page: Page, editor: Editor, order: tuple[int, int]
) -> None:
    held = Held(page, f"**/api/plans/{PLAN}")
    for count, focus in enumerate(["Clean water.", "Clean streets."], start=1):
        editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", focus))
        held.wait(count)
    for index in order:
        held.answer(index)
    held.end()
    expect(field(page, "focus")).to_have_value("Clean streets.")


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


@pytest.mark.long
def test_edit_on_the_disk_is_shown_although_the_answer_to_a_change_is_from_before_it(
    page: Page, editor: Editor
) -> None:
    held = Held(page, f"**/api/plans/{PLAN}", "PATCH")
    field(page, "period").fill("2018")
    held.wait()
    editor.write(f"plans/{PLAN}.yaml", editor.read().replace("Clean air.", "Clean water."))
    expect(page.locator("figure img").first).to_have_attribute("src", first_page(page, editor))
    held.answer()
    held.end()
    expect(field(page, "focus")).to_have_value("Clean water.")
    expect(field(page, "period")).to_have_value("2018")


@pytest.mark.long
def test_words_that_are_sent_stay_when_the_plan_arrives_after_another_change_was_refused(
    page: Page, editor: Editor
) -> None:
    address = f"**/api/plans/{PLAN}"
    held = Held(page, address, "PATCH", is_asked_late=True)
    field(page, "title").fill("Refused")
    held.wait()
    field(page, "period").fill("2018")
    with page.expect_response(lambda response: response.request.method == "GET" and response.url.endswith(PLAN)):
        held.answer(0, status=422, json={"problems": [{"message": "it is a link"}]})
    held.wait(2)
    page.wait_for_timeout(300)  # in which the plan would be shown without it
    assert field(page, "period").input_value() == "2018"
    held.answer(1)
    saved(page)
    expect(field(page, "title")).to_have_value("")
    assert values(editor)["period"] == "2018"
    held.end()


@pytest.mark.long
def test_picture_of_a_page_that_is_wanted_no_more_is_not_shown(page: Page, editor: Editor) -> None:
    picture = page.locator("figure img").first
    before = picture.get_attribute("src")
    held = Held(page, "**/pictures/*.png")
    for focus in ("Clean water.", "Clean air."):
        editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", focus))
        expect(field(page, "focus")).to_have_value(focus)
    held.wait()
    answered = 0

    def is_as_before() -> bool:
        nonlocal answered
        while answered < len(held):
            held.answer(answered)
            answered += 1
        return picture.get_attribute("src") == before

    first_page(page, editor)
    wait_until(page, is_as_before)
    page.unroute("**/pictures/*.png")


@pytest.mark.long
def test_languages_of_the_last_edit_are_shown_in_whatever_order_answers_arrive(page: Page, editor: Editor) -> None:
    held = Held(page, f"**/api/plans/{PLAN}/translations")
    for count, tags in enumerate(["fr", "fr, de"], start=1):
        editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}languages: [{tags}]\n")
        held.wait(count)
    for index in (1, 0):
        held.answer(index)
    held.end()
    expect(page.locator(".language-links li")).to_have_count(2)


@pytest.mark.long
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
    held.end()
    picture = editor.ask(f"/api/plans/{PLAN}/thumbnail").data["picture"]
    expect(list_page.locator("td.thumbnail img")).to_have_attribute("src", f"/pictures/{picture}")


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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_plan_that_is_not_created_after_its_dialog_was_closed_is_named(list_page: Page) -> None:
    held = Held(list_page, "**/api/plans", "POST", is_asked_late=True)
    list_page.get_by_role("button", name="New plan").click()
    list_page.get_by_label("Name of the file").fill(OTHER)
    list_page.get_by_role("button", name="Create").click()
    held.wait()
    list_page.keyboard.press("Escape")
    held.answer(status=422, json={"problems": [{"message": "the disk is full"}]})
    expect(list_page.locator("#told")).to_contain_text("the disk is full")
    held.end()


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_change_that_is_refused_after_its_screen_was_left_is_named(page: Page) -> None:
    held = Held(page, f"**/api/plans/{PLAN}", "PATCH", is_asked_late=True)
    field(page, "period").fill("2018")
    held.wait()
    page.get_by_role("navigation", name="Screens").get_by_role("link", name="Import", exact=True).click()
    held.answer(status=422, json={"problems": [{"message": "it is a link"}]})
    expect(page.get_by_role("heading", level=1)).to_have_text("Import")
    expect(page.locator("#told")).to_contain_text("Not saved: it is a link")
    held.end()


@pytest.mark.long
def test_reply_that_is_read_after_its_screen_was_left_is_shown_later(
    list_page: Page, editor: Editor, tmp_path: Path
) -> None:
    show(list_page, "Replies")
    held = Held(list_page, "**/api/review?*", "POST")
    list_page.get_by_label("Edited Word files").set_input_files(reply(editor, tmp_path, "a.docx", "Space"))
    held.wait()
    show(list_page, "Build")
    held.answer()
    show(list_page, "Replies")
    expect(list_page.locator("#reply-status")).to_contain_text("1 file, 1 change")
    held.end()


# Files that are sent


def reply(editor: Editor, folder: Path, name: str, theme: str) -> Path:
    """The Word file of the plan, in which a partner has written another theme."""
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx"]})
    document = docx.Document(str(editor.project / "out" / f"{PLAN}.docx"))
    for cell in (cell for table in document.tables for row in table.rows for cell in row.cells):
        for paragraph in cell.paragraphs:
            for run in paragraph.runs:
                run.text = run.text.replace("Aerospace", theme)
    path = folder / name
    document.save(str(path))
    return path


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_file_that_was_chosen_last_is_imported_although_an_earlier_one_is_in_memory_later(
    list_page: Page, tmp_path: Path
) -> None:
    show(list_page, "Import")
    list_page.evaluate(
        """() => {
            const { arrayBuffer } = Blob.prototype;
            const held = new Promise((resolve) => { window.release = resolve; });
            Blob.prototype.arrayBuffer = function () {
                return this.name === "first.csv" ? held.then(() => arrayBuffer.call(this)) : arrayBuffer.call(this);
            };
        }"""
    )
    choice = list_page.get_by_label("File to import")
    choice.set_input_files(table(tmp_path, "first.csv", "City 1,City 2\nOslo,Bergen\n"))
    choice.set_input_files(table(tmp_path, "second.csv", "City 1,City 2\nNice,Essen\n"))
    expect(list_page.locator("#import-status")).to_contain_text("second.csv: 1 plan")
    list_page.evaluate("() => { window.release(); return new Promise((resolve) => setTimeout(resolve, 300)); }")
    expect(list_page.locator("#import-status")).to_contain_text("second.csv: 1 plan")
    expect(list_page.get_by_role("checkbox", name="Nice – Essen")).to_be_checked()


@pytest.mark.long
def test_fields_that_are_chosen_stay_when_the_answer_for_an_earlier_file_arrives(
    list_page: Page, tmp_path: Path
) -> None:
    show(list_page, "Import")
    held = Held(list_page, "**/api/import?*", "POST")
    choice = list_page.get_by_label("File to import")
    for count, name in enumerate(["first.csv", "second.csv"], start=1):
        choice.set_input_files(table(tmp_path, name, f"City 1,City 2,Remarks\nNice,{name},Water\n"))
        held.wait(count)
    held.answer(1)
    list_page.get_by_label("Remarks").select_option("ignore")
    held.wait(3)
    held.answer(2)
    held.answer(0)
    with list_page.expect_request("**/api/import?*write=new*") as request:
        list_page.locator("#import-new").click()
    assert parse_qs(urlsplit(request.value.url).query)["columns"] == ['{"Remarks":"ignore"}']
    held.end()


@pytest.mark.long
def test_nothing_is_imported_before_the_fields_that_were_chosen_are_shown(list_page: Page, tmp_path: Path) -> None:
    show(list_page, "Import")
    list_page.get_by_label("File to import").set_input_files(
        table(tmp_path, "table.csv", "City 1,City 2,Remarks\nNice,Essen,Water\n")
    )
    remarks = list_page.get_by_label("Remarks")
    expect(remarks).to_be_visible()  # before requests are held: the first one reads the file
    held = Held(list_page, "**/api/import?*", "POST")
    remarks.select_option("ignore")
    held.wait()
    bar = list_page.locator(".action-bar")
    expect(bar).to_have_js_property("inert", True)
    held.answer()
    expect(bar).to_have_js_property("inert", False)
    held.end()


@pytest.mark.long
def test_all_replies_are_shown_although_another_one_is_added_while_a_plan_is_chosen(
    list_page: Page, editor: Editor, tmp_path: Path
) -> None:
    first, second = (reply(editor, tmp_path, name, "Space") for name in ("a.docx", "b.docx"))
    editor.write(f"plans/{OTHER}.yaml", OTHER_TEXT)
    editor.ask(f"/api/plans/{PLAN}/rename", "POST", {"id": "rome"})
    show(list_page, "Replies")
    files = list_page.get_by_label("Edited Word files")
    for count, path in enumerate([first, second], start=1):
        files.set_input_files(path)
        expect(list_page.get_by_label("Plan that it is a reply to")).to_have_count(count)
    held = Held(list_page, "**/api/review?*plan=*", "POST")
    for select in list_page.get_by_label("Plan that it is a reply to").all():
        select.select_option("Tianjin – Rome")
    for button in list_page.get_by_role("button", name="Read it as a reply to this plan").all():
        button.click()
    held.wait()
    list_page.wait_for_timeout(300)  # in which the second one might be sent, too
    sent = len(held)
    for index in reversed(range(sent)):
        held.answer(index)
    if sent < 2:
        held.wait(2)
        held.answer(1)
    expect(list_page.locator("#reply-status")).to_contain_text("2 files")
    held.end()


@pytest.mark.long
def test_words_are_written_for_a_change_while_another_reply_is_read(
    list_page: Page, editor: Editor, tmp_path: Path
) -> None:
    show(list_page, "Replies")
    files = list_page.get_by_label("Edited Word files")
    files.set_input_files(reply(editor, tmp_path, "b.docx", "Space"))
    list_page.get_by_role("button", name="Edit", exact=True).click()
    words = list_page.get_by_label("Words instead: Cooperation themes")
    words.fill("Space travel")
    files.set_input_files(reply(editor, tmp_path, "a.docx", "Space"))
    expect(list_page.locator("#reply-status")).to_contain_text("2 files")
    list_page.keyboard.press("End")
    list_page.keyboard.type("!")
    assert "Space travel!" in [one.input_value() for one in words.all()]


@pytest.mark.long
def test_words_of_a_plan_that_were_changed_after_a_conflict_was_shown_are_not_replaced_unseen(
    list_page: Page, editor: Editor, tmp_path: Path
) -> None:
    files = [reply(editor, tmp_path, name, theme) for name, theme in (("a.docx", "Space"), ("b.docx", "Sky"))]
    show(list_page, "Replies")
    list_page.get_by_label("Edited Word files").set_input_files(files)
    conflict = list_page.get_by_role("region", name="Conflict: Cooperation themes")
    conflict.get_by_label("a.docx").check()
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Aerospace", "Aviation"))
    list_page.get_by_role("button", name="Apply 1 change").click()
    expect(list_page.get_by_role("alert").filter(has_text="changed after it was shown")).to_be_visible()
    expect(conflict).to_contain_text("Aviation")
    assert values(editor)["themes"] == ["Aviation"]
    list_page.get_by_role("button", name="Apply 1 change").click()
    expect(list_page.locator("#reply-status")).to_have_text("1 change applied")
    assert values(editor)["themes"] == ["Space"]


@pytest.mark.long
def test_picture_that_was_chosen_last_is_that_of_the_city(page: Page, editor: Editor, tmp_path: Path) -> None:
    page.locator("[id='field-cities[0].picture']").click()
    held = Held(page, "**/api/pictures?*", "POST")
    for count, name in enumerate(["first.png", "second.png"], start=1):
        photograph((90 * count, 60)).save(tmp_path / name)
        field(page, "cities[0].picture.file-upload").set_input_files(tmp_path / name)
        held.wait(count)
    for index in (1, 0):
        held.answer(index)
    saved(page)
    assert values(editor)["cities"][0]["picture"]["file"] == "second.png"
    held.end()


@pytest.mark.long
def test_picture_is_that_of_the_city_that_it_was_chosen_for_although_the_city_is_moved(
    page: Page, editor: Editor, tmp_path: Path
) -> None:
    photograph((90, 60)).save(tmp_path / "view.png")
    page.locator("[id='field-cities[0].picture']").click()
    held = Held(page, "**/api/pictures?*", "POST")
    field(page, "cities[0].picture.file-upload").set_input_files(tmp_path / "view.png")
    held.wait()
    page.get_by_role("button", name="Move right: City 1").click()
    held.answer()
    expect(field(page, "cities[1].picture.file")).to_have_value("view.png")
    saved(page)
    rome, tianjin = values(editor)["cities"]
    assert ("picture" in rome, tianjin["picture"]["file"]) == (False, "view.png")
    held.end()


def test_words_are_pasted_into_the_entry_that_was_moved(page: Page, editor: Editor) -> None:
    entries = "focus:\n  - {theme: Air, text: First.}\n  - {theme: Water, text: Second.}\n"
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("focus: Clean air.\n", entries))
    expect(field(page, "focus[0].text")).to_have_value("First.")
    held = Held(page, "**/api/paste", "POST")
    field(page, "focus[0].text").evaluate(PASTE, "<b>Ours</b>")
    held.wait()
    page.get_by_role("button", name="Down: Key focus 1").click()
    held.answer()
    saved(page)
    assert [entry["text"] for entry in values(editor)["focus"]] == ["Second.", "First.**Ours**"]
    held.end()


# Inputs and lists that are being used


def entered_while_saving(page: Page, first: Locator, second: Locator, change: Callable[[], object]) -> None:
    """Type into an input and enter a second one, whose words somebody else changes before the first ones are saved."""
    held = HeldChange(page)
    first.fill("Ours")
    second.focus()
    held.wait()
    change()
    held.release()
    saved(page)


@pytest.mark.long
def test_words_of_somebody_else_are_shown_in_the_input_of_a_translation_that_was_entered(
    list_page: Page, editor: Editor
) -> None:
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}results: Cooperation.\nlanguages: [fr]\n")
    address = f"/api/plans/{PLAN}/translations/fr"
    digest = editor.ask(address).data["digest"]
    list_page.goto(f"{editor.origin}/plans/{PLAN}/translations/fr")
    second = list_page.locator("[id='passage-results']")

    def change() -> None:
        theirs = {"digest": digest, "changes": [setting("results", "", "Leurs")]}
        assert editor.ask(address, "PATCH", theirs).status == 200

    entered_while_saving(list_page, list_page.locator("[id='passage-focus']"), second, change)
    expect(second).to_have_value("Leurs")
    list_page.keyboard.press("End")
    list_page.keyboard.type(" mots")
    saved(list_page)
    texts = editor.ask(address).data["values"]
    assert (texts["focus"], texts["results"]) == ("Ours", "Leurs mots")


@pytest.mark.long
def test_words_of_somebody_else_are_shown_in_the_input_of_a_setting_that_was_entered(
    list_page: Page, editor: Editor
) -> None:
    editor.write("ucap.yaml", "contact: {phone: '1'}\n")
    show(list_page, "Office")
    second = field(list_page, "contact.phone")
    expect(second).to_have_value("1")

    def change() -> None:
        editor.write("ucap.yaml", "contact: {phone: '2'}\n")

    entered_while_saving(list_page, field(list_page, "contact.office"), second, change)
    expect(second).to_have_value("2")
    list_page.keyboard.type("3")
    saved(list_page)
    assert yaml.safe_load((editor.project / "ucap.yaml").read_text()) == {"contact": {"phone": "23", "office": "Ours"}}


@pytest.mark.long
def test_spaces_and_commas_stay_while_settings_are_typed_and_saved(list_page: Page, editor: Editor) -> None:
    show(list_page, "Office")
    for path, parts, value in (
        ("contact.office", ("Our ", "office"), "Our office"),
        ("languages", ("fr, ", "de"), ["fr", "de"]),
    ):
        field(list_page, path).focus()
        for part in parts:
            list_page.keyboard.type(part)
            saved(list_page)
        settings = yaml.safe_load((editor.project / "ucap.yaml").read_text())
        assert (settings["contact"]["office"] if "." in path else settings[path]) == value


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("sdgs: [SDG 11 Ours]", "sdgs: [SDG 11 Theirs]", "sdgs[0]"),
        ("urban_agenda: [EU UP Housing]", "urban_agenda: [EUUP Housing]", "urban_agenda[0]"),
    ],
)
def test_wording_of_somebody_else_is_shown_in_its_input_that_was_entered(
    page: Page, editor: Editor, before: str, after: str, path: str
) -> None:
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}{before}\n")
    wording = field(page, path)
    wording.focus()
    shown = wording.input_value()
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}{after}\n")
    expect(wording).not_to_have_value(shown)


def test_text_of_a_file_that_somebody_else_has_changed_is_not_overwritten_unseen(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", "cities: [")
    text = page.get_by_label("Text of the file")
    text.focus()
    editor.write(f"plans/{PLAN}.yaml", "cities: [theirs")
    expect(text).to_have_value("cities: [theirs")
    text.press("End")
    page.keyboard.type(", ours")
    saved(page)
    assert editor.read() == "cities: [theirs, ours"


def test_menu_stays_open_while_a_plan_is_changed_elsewhere(list_page: Page, editor: Editor) -> None:
    menu = list_page.locator(f"#actions-{PLAN}")
    menu.click()
    with list_page.expect_response("**/api/plans"):
        editor.write(f"plans/{OTHER}.yaml", OTHER_TEXT)
    list_page.wait_for_timeout(300)  # in which the list would be shown again
    list_page.get_by_role("button", name="Rename").click()
    expect(list_page.get_by_role("dialog")).to_contain_text(PLAN)
    expect(list_page.get_by_role("link", name="Nice – Essen")).to_be_attached()
    list_page.keyboard.press("Escape")
    expect(menu).to_be_focused()


@pytest.mark.long
def test_filter_stays_while_plans_are_changed_elsewhere(list_page: Page, editor: Editor) -> None:
    country = list_page.locator("#country").element_handle()
    search = list_page.locator("#search").element_handle()
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Rome", "Oslo"))
    expect(list_page.get_by_role("link", name="Tianjin – Oslo")).to_be_visible()
    assert country.is_visible()
    editor.write(f"plans/{OTHER}.yaml", OTHER_TEXT)
    expect(list_page.locator("#country option")).to_have_count(5)
    assert search.is_visible()


@pytest.mark.long
def test_list_follows_the_settings_and_what_can_be_undone(list_page: Page, editor: Editor) -> None:
    with list_page.expect_response("**/api/plans"):
        editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Rome", "Oslo"))
    expect(list_page.get_by_role("link", name="Tianjin – Oslo")).to_be_visible()
    editor.write("ucap.yaml", "contact: {office: {name: Ours}}\n")
    expect(list_page.locator("#settings-problems")).to_contain_text("expected text")
    office = editor.ask("/api/office").data
    change = {"digest": office["digest"], "changes": [setting("contact", {"office": {"name": "Ours"}}, None)]}
    assert editor.ask("/api/office", "PATCH", change).status == 200
    expect(list_page.locator("#undo")).to_be_enabled()


@pytest.mark.long
def test_other_words_than_were_selected_are_not_tagged_with_a_language(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}results: A trottoir here.\n")
    expect(field(page, "results")).to_have_value("A trottoir here.")
    field(page, "results").evaluate("(input) => input.setSelectionRange(2, 10)")
    page.get_by_role("toolbar", name="Expected results and benefits").get_by_role("button", name="Language").click()
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}results: There is a trottoir.\n")
    expect(field(page, "results")).to_have_value("There is a trottoir.")
    page.get_by_role("dialog").get_by_role("textbox").fill("fr")
    page.get_by_role("button", name="Tag the words").click()
    expect(page.get_by_role("alert")).to_contain_text("select the words again")
    assert "lang" not in editor.read()


@pytest.mark.long
def test_tags_that_are_typed_stay_while_somebody_else_adds_a_field(list_page: Page, editor: Editor) -> None:
    settings = "label_languages: {France: fr, other: en}\n"
    editor.write("ucap.yaml", settings)
    show(list_page, "Office")
    held = HeldChange(list_page)
    field(list_page, "contact.office").fill("Ours")
    held.wait()
    tags = list_page.locator("#label-tags-0")
    tags.fill("fr, de")
    editor.write("ucap.yaml", f"{settings}fields: {{budget: {{type: line, label: Budget}}}}\n")
    held.release()
    expect(field(list_page, "fields.budget.label")).to_be_visible()
    expect(tags).to_have_value("fr, de")
    list_page.keyboard.press("Tab")
    saved(list_page)
    assert yaml.safe_load((editor.project / "ucap.yaml").read_text())["label_languages"]["France"] == ["fr", "de"]
