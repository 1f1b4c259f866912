"""How the editor looks and what it says: in narrow windows, in forced colours, with words of other scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import PHONE
from tests.editor_pages import field, opened_form, opened_list
from tests.editors import PLAN, PLAN_TEXT, Editor

pytestmark = pytest.mark.no_cover

TABLE_SETTINGS = """\
fields:
  partners:
    type: table
    label: Partners
    columns:
      name: {type: line, label: Name}
      role: {type: choice, label: Role, choices: {lead: Leads, helps: Helps}}
      share: {type: number, label: Share}
"""
ARABIC = "القاهرة"


@pytest.fixture
def page(editor_page: Page, editor: Editor) -> Iterator[Page]:
    """A page with the list of plans."""
    opened_list(editor_page, editor)
    yield editor_page
    editor_page.emulate_media(forced_colors="none")


def style(target: Locator, name: str, pseudo: str | None = None) -> str:
    """The computed value of a property."""
    value = target.evaluate("(one, [name, pseudo]) => getComputedStyle(one, pseudo)[name]", [name, pseudo])
    return str(value)


def top(target: Locator) -> float:
    return float(target.evaluate("one => one.getBoundingClientRect().top"))


# What problems say


@pytest.mark.long
def test_required_field_is_not_named_as_in_the_file(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("focus: Clean air.", "focus: [{text: Clean air.}]"))
    opened_form(page, editor)
    expect(page.locator("[id='field-focus[0].theme-problems']")).to_have_text("Error: this field is required.")
    expect(page.locator("#errors li")).to_have_text(["Key focus 1, theme: this field is required"])


@pytest.mark.long
def test_value_of_a_choice_is_not_proposed_by_its_name_in_the_file(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", "fields: {phase: {type: choice, label: Phase, choices: {a1: First, b2: Second}}}\n")
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}phase: third\n")
    opened_form(page, editor)
    expect(page.locator("#field-phase-problems")).to_have_text('Error: unknown value "third". Choose another one.')


@pytest.mark.long
def test_errors_of_settings_are_not_shown_at_fields_of_plans(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", "contact: {office: {name: Ours}}\n")
    expect(page.locator("#settings-problems")).to_contain_text("ucap.yaml:1: Office or person: expected text")
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}contact: {{office: Ours}}\n")
    opened_form(page, editor)
    expect(page.locator("#errors")).to_contain_text("ucap.yaml:1: Office or person: expected text")
    expect(page.locator("#errors").get_by_role("link")).to_have_text(["Open the settings"])
    expect(field(page, "contact.office")).to_have_attribute("aria-invalid", "false")
    expect(page.get_by_role("link", name="Contact", exact=True)).to_be_visible()


@pytest.mark.long
def test_words_that_are_no_topic_are_named_and_removed(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}urban_agenda: [Housing, Elsewhere]\nsdgs: [Peace for all]\n")
    opened_form(page, editor)
    expect(page.get_by_label("Other: Elsewhere")).to_have_value("Elsewhere")
    expect(page.locator("[id='field-urban_agenda[1]-problems']")).not_to_contain_text("Known partnerships")
    page.get_by_role("button", name="Remove: Elsewhere").click()
    page.get_by_role("button", name="Remove: Peace for all").click()
    expect(page.locator("#errors")).to_have_count(0)
    expect(page.locator("#status")).to_have_class("saved")
    assert "Elsewhere" not in editor.read()
    assert "Peace" not in editor.read()


@pytest.mark.long
def test_problems_of_a_cell_are_above_its_row_with_the_name_of_its_column(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", TABLE_SETTINGS)
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}partners: [{{name: Rome, role: lead, share: many}}]\n")
    opened_form(page, editor)
    problem = page.locator(".cell-problem").filter(has_text="Error")
    expect(problem).to_have_count(1)
    expect(problem.locator("b")).to_have_text("Share")
    assert float(problem.evaluate("one => one.offsetWidth")) > 300
    field(page, "partners[0].share").fill("40")
    expect(page.locator(".cell-problems")).to_be_hidden()


@pytest.mark.long
def test_errors_of_a_text_are_shown_once(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("themes: [Aerospace]", "themes: [Aerospace"))
    page.goto(f"{editor.origin}/plans/{PLAN}")
    expect(page.locator("#file-text")).to_be_visible()
    expect(page.locator(".problems li").first).to_contain_text("invalid YAML")
    expect(page.locator("#errors")).to_have_count(0)


@pytest.mark.long
def test_screen_that_cannot_be_shown_offers_to_try_again(page: Page) -> None:
    page.route("**/api/office", lambda route: route.abort())
    page.get_by_role("link", name="Office", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("“ucap edit”")
    page.unroute("**/api/office")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Office")


@pytest.mark.long
def test_unknown_values_are_called_as_they_are_printed(page: Page, editor: Editor) -> None:
    pack = editor.project / "templates" / "office" / "pack.yaml"
    editor.write("templates/office/pack.yaml", pack.read_text(encoding="utf-8") + "unknown: not known\n")
    opened_form(page, editor)
    expect(page.get_by_label("Unknown (printed as not known)").first).to_be_visible()


# Lists


@pytest.mark.long
def test_theme_is_in_the_filter_once_however_it_is_written(page: Page, editor: Editor) -> None:
    editor.write("plans/other.yaml", "cities: [{name: Oslo, country: Norway}]\nthemes: [aerospace]\n")
    expect(page.get_by_role("link", name="Oslo")).to_be_visible()
    expect(page.locator("#theme option")).to_have_text(["All themes", "aerospace"])
    page.get_by_label("Theme").select_option("aerospace")
    expect(page.locator("table.plans tbody tr")).to_have_count(2)


@pytest.mark.long
def test_file_of_plans_that_exist_says_so(page: Page, editor: Editor, tmp_path: Path) -> None:
    file = tmp_path / f"{PLAN}.txt"
    file.write_text("City: Tianjin | Rome\nCountry: China | Italy\nCooperation themes: Aerospace\n", encoding="utf-8")
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("File to import").set_input_files(file)
    expect(page.get_by_role("columnheader", name="Read as", exact=True)).to_be_visible()
    expect(page.locator(".action-bar")).to_contain_text("These plans exist already.")
    expect(page.get_by_role("button", name="Import as new plans")).to_be_disabled()
    expect(page.get_by_role("row", name="Tianjin – Rome")).to_contain_text(f"{PLAN} Exists already")


def test_values_that_are_cut_end_with_an_ellipsis(editor: Editor) -> None:
    words = f"City: Lund | Kobe\nCountry: Sweden | Japan\nMain objectives: {'Water ' * 40}\n"
    content_type = {"Content_Type": "application/octet-stream"}

    answer = editor.ask("/api/import?name=lund.txt", "POST", words.encode(), **content_type)

    (objectives,) = [one for one in answer.data["mapping"] if one["field"] == "objectives"]
    assert objectives["read"].endswith("…")
    assert objectives["sample"].endswith("…")


@pytest.mark.long
def test_cells_have_the_heads_of_their_columns_on_a_phone(page: Page) -> None:
    page.get_by_role("link", name="Translations", exact=True).click()
    cell = page.locator("table.translated tbody td").first
    assert style(cell, "content", "::before") == "none"
    page.set_viewport_size(PHONE)
    assert style(cell, "content", "::before") == '"Written in"'


@pytest.mark.long
def test_new_plan_of_cities_in_another_script_needs_a_name(page: Page, editor: Editor) -> None:
    page.get_by_role("button", name="New plan").click()
    page.get_by_label("City 1").fill(ARABIC)
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("alert")).to_contain_text("Write a name for the file")
    expect(page.get_by_label("Name of the file")).to_be_focused()
    page.get_by_label("Name of the file").fill("cairo")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ARABIC)
    assert ARABIC in editor.read("cairo")


@pytest.mark.long
def test_plans_to_build_are_scrolled_below_the_buttons_that_select_them(page: Page, editor: Editor) -> None:
    for number in range(20):
        editor.write(f"plans/city-{number}.yaml", f"cities: [{{name: City {number}, country: Italy}}]\n")
    page.goto(f"{editor.origin}/build")
    page.get_by_label("Some plans").check()
    page.get_by_label("City 19").scroll_into_view_if_needed()
    list_of_plans = page.locator(".choices", has_text="City 19")
    assert top(page.get_by_role("button", name="Select none")) < top(list_of_plans)


# Words of other scripts, long words


@pytest.mark.long
def test_words_have_their_own_direction(page: Page, editor: Editor) -> None:
    opened_form(page, editor)
    name, text = field(page, "cities[0].name"), field(page, "challenges")
    name.fill(ARABIC)
    text.fill(f"{ARABIC}.\n\nWater.")
    assert [style(name, "direction"), style(text, "direction")] == ["rtl", "rtl"]
    assert style(field(page, "cities[1].name"), "direction") == "ltr"
    shown = page.locator(".formatted p", has_text=ARABIC)
    expect(shown).to_be_visible()
    assert style(shown, "unicodeBidi") == "plaintext"


@pytest.mark.long
def test_long_title_covers_neither_the_parts_nor_the_pages(page: Page, editor: Editor) -> None:
    long_name = "Donaudampfschifffahrtsgesellschaftsstadt an der Wasserscheide"
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Tianjin", long_name).replace("Rome", long_name))
    opened_form(page, editor)
    page.get_by_role("link", name="Publication", exact=True).click()
    bar = page.locator(".plan-bar")
    bottom = float(bar.evaluate("one => one.getBoundingClientRect().bottom"))
    assert bottom > 80
    assert top(page.locator(".parts")) >= bottom - 1
    assert top(page.locator(".page-bar")) >= bottom - 1
    assert top(page.get_by_role("heading", name="Publication")) >= bottom


# Where one is


@pytest.mark.parametrize("screen", [f"/plans/{PLAN}", pytest.param("/office", marks=pytest.mark.long)])
def test_number_of_problems_is_visible_before_the_page_is_scrolled(page: Page, editor: Editor, screen: str) -> None:
    page.goto(editor.address.replace("/#", f"{screen}#"))
    summary = page.locator(".problems-box > summary")
    expect(summary).to_have_text(re.compile("note"))
    assert page.evaluate("scrollY") == 0
    expect(summary).to_be_in_viewport(ratio=1)
    summary.click()
    assert page.evaluate("scrollY") == 0
    expect(page.locator(".problems-box li").first).to_be_in_viewport()


@pytest.mark.long
def test_part_that_is_worked_on_is_marked(page: Page, editor: Editor) -> None:
    opened_form(page, editor)
    marked = page.locator(".parts [aria-current]")
    expect(marked).to_have_text(["Cities"])
    page.get_by_role("link", name="Publication", exact=True).click()
    expect(marked).to_have_text(["Publication"])
    field(page, "challenges").focus()
    expect(marked).to_have_text(["Challenges"])
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    expect(marked).to_have_text(["Cities"])


@pytest.mark.long
def test_links_to_screens_stay_in_their_places(page: Page) -> None:
    places = []
    for screen in ("Plans", "Translations", "Office"):
        link = page.get_by_role("navigation", name="Screens").get_by_role("link", name=screen, exact=True)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        places.append(page.evaluate("[...document.querySelectorAll('#screens a')].map(one => one.offsetLeft)"))
    assert places[0] == places[1] == places[2]


def test_screens_are_in_one_line_in_a_window_that_is_enlarged_twice(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 450})
    links = page.locator("#screens a")
    assert top(links.first) == top(links.last)


def test_what_is_selected_is_visible_in_forced_colours(page: Page, editor: Editor) -> None:
    page.emulate_media(forced_colors="active")
    opened_form(page, editor)
    pairs = [
        (page.locator("#screens a[aria-current]"), page.locator("#screens a:not([aria-current])").first),
        (page.locator(".parts a[aria-current]"), page.locator(".parts a:not([aria-current])").first),
        (page.locator(".toggle [aria-pressed=true]"), page.locator(".toggle [aria-pressed=false]")),
    ]
    for selected, other in pairs:
        assert style(selected, "backgroundColor") != style(other, "backgroundColor")
    assert style(page.locator("#build"), "borderTopWidth") == "1px"
