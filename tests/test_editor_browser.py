"""The editor in a real browser: plans are written in the form, saved by field, undone, merged and shown."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect

from tests.browser import DESK, ON_BOTH_SCREENS, PHONE, accessibility_problems
from tests.command import write_plan
from tests.editor_pages import HeldChange, field, opened, opened_form, saved, values
from tests.editors import PLAN, PLAN_TEXT, Editor, edited, setting, write_project
from tests.photos import photograph
from tests.selected_cases import mostly_long
from tests.stages import EXAMPLE
from ucap_reports.plan.plan_ids import better_id

pytestmark = pytest.mark.no_cover


@pytest.fixture
def page(editor_page: Page, editor: Editor) -> Page:
    """A page with the form of the plan, whose pages are still being drawn."""
    opened_form(editor_page, editor)
    return editor_page


@pytest.fixture
def drawn_page(editor_page: Page, editor: Editor) -> Page:
    """A page with the form and the drawn pages of the plan."""
    opened(editor_page, editor)
    return editor_page


# Writing


def test_plan_is_written_without_yaml(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.goto(editor.address)
    page.get_by_role("button", name="New plan").click()
    page.get_by_label("City 1").fill("Hà Nội")
    page.get_by_label("City 2").fill("Toulouse")
    expect(page.get_by_label("Name of the file")).to_have_value("ha-noi-toulouse")
    page.get_by_label("Name of the file").fill("Hanoi Toulouse")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Use “hanoi-toulouse”").click()
    page.get_by_role("button", name="Create").click()
    expect(field(page, "cities[0].name")).to_have_value("Hà Nội")
    field(page, "cities[0].country").fill("Viet Nam")
    field(page, "cities[0].population").fill("8.1 million")
    field(page, "cities[1].country").fill("France")
    page.get_by_role("button", name=re.compile("Add to cooperation themes")).click()
    field(page, "themes[0]").fill("Urban mobility")
    page.get_by_label("11 Sustainable Cities and Communities").check()
    page.get_by_label("Urban Mobility", exact=True).check()
    field(page, "objectives").fill("Plan public transport together.")
    field(page, "updated").fill("2019-04-01")
    saved(page)
    page.get_by_role("button", name="Build", exact=True).click()
    expect(page.locator("#told")).to_contain_text("2 documents built")
    page.close()

    assert values(editor, "hanoi-toulouse") | {"updated": None} == {
        "cities": [
            {"name": "Hà Nội", "country": "Viet Nam", "population": "8.1 million"},
            {"name": "Toulouse", "country": "France"},
        ],
        "themes": ["Urban mobility"],
        "sdgs": [11],
        "urban_agenda": ["Urban Mobility"],
        "objectives": "Plan public transport together.",
        "updated": None,
    }
    assert (editor.project / "out" / "hanoi-toulouse.pdf").exists()


@pytest.mark.long
def test_seed_is_shown_in_the_form_and_saved_unchanged(context: BrowserContext, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    write_plan(tmp_path, f"{PLAN}.yaml", text)
    with edited(tmp_path) as editor:
        page = context.new_page()
        opened(page, editor)
        expect(field(page, "cities[1].country")).to_have_value("Italy, UK")
        expect(field(page, "activities[3].when")).to_have_value("March 2017 in Beijing")
        for _ in range(60):
            page.keyboard.press("Tab")
        saved(page)
        assert editor.read() == text
        page.close()


@pytest.mark.long
def test_seed_that_is_typed_in_the_form_gives_the_same_document(context: BrowserContext, tmp_path: Path) -> None:
    seed = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    (tmp_path / "seed").mkdir()
    write_plan(tmp_path / "seed", f"{PLAN}.yaml", EXAMPLE.read_text(encoding="utf-8"))
    with edited(tmp_path / "seed") as editor:
        expected = editor.ask(f"/api/plans/{PLAN}/documents/pdf").content
    (tmp_path / "typed" / "plans").mkdir(parents=True)
    with edited(tmp_path / "typed") as editor:
        page = context.new_page()
        page.goto(editor.address)
        page.get_by_role("button", name="New plan").click()
        for number, city in enumerate(seed["cities"], start=1):
            page.get_by_label(f"City {number}").fill(city["name"])
        page.get_by_role("button", name="Create").click()
        expect(page).to_have_url(re.compile(f"/plans/{PLAN}$"))
        _type_plan(page, seed)
        saved(page)
        assert editor.ask(f"/api/plans/{PLAN}/documents/pdf").content == expected
        page.close()


def _type_plan(page: Page, seed: dict[str, Any]) -> None:
    """Fill in the form as a person does: single values, then lists and entries."""
    for index, city in enumerate(seed["cities"]):
        for name, value in city.items():
            path = f"cities[{index}].{name}"
            if value == "N/A":
                page.locator(f"[id='field-{path}-unknown']").check()
            else:
                field(page, path).fill(", ".join(value) if isinstance(value, list) else value)
    for name in ("period", "challenges", "objectives", "results"):
        field(page, name).fill(seed[name].rstrip())
    for name in ("themes", "focus", "activities", "sources"):
        for index, item in enumerate(seed[name]):
            page.locator(f"[id='field-{name}-add']").click()
            for inner, text in item.items() if isinstance(item, dict) else [("", item)]:
                field(page, f"{name}[{index}].{inner}" if inner else f"{name}[{index}]").fill(text)
    for goal in seed["sdgs"]:
        _, number, wording = goal.split(" ", 2)
        page.locator(f"[id='field-sdgs-goal-{number}']").check()
        page.get_by_label(f"Wording of goal {number}", exact=True).fill(wording)
    topics = ("Jobs and Skills in the Local Economy", "Urban Mobility")
    for number, (topic, wording) in enumerate(zip(topics, seed["urban_agenda"], strict=True), start=1):
        page.get_by_label(topic, exact=True).check()
        page.get_by_label(f"Wording of topic {number}").fill(wording)


FIELDS = [
    ("cities[0].area_km2", "11760", "    area_km2: 11760"),
    ("challenges", "One.\n\n- Two", "challenges: |\n  One.\n\n  - Two"),
]
"""A field of a city and one of the plan, what is typed into it, and what the plan file then contains."""
MORE_FIELDS = [
    ("title", "Our plan", "title: Our plan"),
    ("cities[0].mayor", "Zhang Wei", "    mayor: Zhang Wei"),
    ("signed", "2018-05-31", "signed: 2018-05-31"),
    ("period", "2017: first", 'period: "2017: first"'),
    ("cities[0].region", "Hebei", "    region: Hebei"),
]


@pytest.mark.parametrize(
    "fields", [FIELDS, pytest.param(MORE_FIELDS, marks=pytest.mark.long)], ids=["number and text", "more"]
)
def test_fields_are_set_cleared_and_undone(page: Page, editor: Editor, fields: list[tuple[str, str, str]]) -> None:
    undo = page.get_by_role("button", name="Undo")
    for path, typed, written in fields:
        field(page, path).fill(typed)
        page.keyboard.press("Tab")
        saved(page)
        assert f"{written}\n" in editor.read()

        field(page, path).fill("")
        page.keyboard.press("Tab")
        saved(page)
        assert editor.read() == PLAN_TEXT

        undo.click()
        expect(field(page, path)).to_have_value(typed)
        undo.click()
        expect(field(page, path)).to_have_value("")
        assert editor.read() == PLAN_TEXT
        page.get_by_role("button", name="Redo").click()
        expect(field(page, path)).to_have_value(typed)
        undo.click()
        expect(field(page, path)).to_have_value("")


@pytest.mark.long
def test_choices_are_made_and_undone(page: Page, editor: Editor) -> None:
    def undo() -> None:
        saved(page)
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Close the message").click()
        assert editor.read() == PLAN_TEXT

    page.get_by_label("Draft", exact=True).check()
    saved(page)
    assert "status: draft\n" in editor.read()
    undo()
    page.get_by_label("Air Quality").check()
    saved(page)
    assert values(editor)["urban_agenda"] == ["Air Quality"]
    undo()
    field(page, "template").select_option("modern")
    saved(page)
    assert "template: modern\n" in editor.read()
    undo()
    page.get_by_label("Another contact").check()
    field(page, "contact.email").fill("desk@example.org")
    saved(page)
    assert values(editor)["contact"]["email"] == "desk@example.org"


def test_picture_of_a_city_is_stored_and_needs_a_description(page: Page, editor: Editor, tmp_path: Path) -> None:
    picture = tmp_path / "View.png"
    photograph((900, 600)).save(picture)
    page.locator("[id='field-cities[0].picture']").click()
    field(page, "cities[0].picture.file-upload").set_input_files(picture)
    expect(field(page, "cities[0].picture.file")).to_have_value("view.png")
    expect(page.locator("#errors")).to_contain_text("City 1, description for people who cannot see it")
    field(page, "cities[0].picture.alt").fill("The river")
    expect(page.locator("#errors")).to_have_count(0)
    saved(page)
    assert values(editor)["cities"][0]["picture"] == {"file": "view.png", "alt": "The river"}


@pytest.mark.long
def test_form_has_twelve_cities_on_a_phone(context: BrowserContext, editor: Editor) -> None:
    cities = ", ".join(f"{{name: City {number}, country: Italy}}" for number in range(1, 13))
    editor.write(f"plans/{PLAN}.yaml", f"cities: [{cities}]\nupdated: 2020-01-31\n")
    page = context.new_page()
    page.set_viewport_size(PHONE)
    opened_form(page, editor)
    expect(page.locator("section.card")).to_have_count(12)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Add a city", exact=True).click()
    expect(page.locator("#errors")).to_contain_text("12")
    page.close()


@pytest.mark.long
@pytest.mark.parametrize("count", [2, 4])
def test_names_of_all_cities_are_at_the_same_height(context: BrowserContext, editor: Editor, count: int) -> None:
    cities = ", ".join(f"{{name: City {number}, country: Italy}}" for number in range(1, count + 1))
    editor.write(f"plans/{PLAN}.yaml", f"cities: [{cities}]\nupdated: 2020-01-31\n")
    page = context.new_page()
    page.set_viewport_size({"width": 1300, "height": 900})
    opened_form(page, editor)
    heads = page.locator(".card-head h3")
    expect(heads).to_have_count(count)
    tops = heads.evaluate_all("all => all.map(each => Math.round(each.getBoundingClientRect().top))")
    assert tops[0] == tops[1]
    page.close()


@pytest.mark.long
@pytest.mark.parametrize("cities", mostly_long([2, 4], {4}))
def test_names_in_one_column_are_readable_beside_their_buttons(
    context: BrowserContext, tmp_path: Path, cities: int
) -> None:
    project = write_project(tmp_path)
    others = ", ".join(["{name: Rome}"] * (cities - 1))
    write_plan(project, f"{PLAN}.yaml", f"cities: [{{name: [Barcelona, Thessaloniki]}}, {others}]\n")
    with edited(project) as editor:
        page = context.new_page()
        opened_form(page, editor)
        name = field(page, "cities[0].name[1]")
        expect(name).to_have_value("Thessaloniki")
        assert name.evaluate("input => input.scrollWidth <= input.clientWidth")
        column = page.locator("[id='field-cities[0]']")
        column.get_by_role("button", name="Add a city to this column").click()
        expect(field(page, "cities[0].name[2]")).to_be_focused()
        page.close()


@pytest.mark.long
def test_entries_are_added_moved_and_removed_with_the_keyboard(page: Page, editor: Editor) -> None:
    page.get_by_role("button", name=re.compile("Add to cooperation themes")).press("Enter")
    page.keyboard.type("Water")
    page.get_by_role("button", name=re.compile("^Up: .* 2$")).press("Enter")
    saved(page)
    assert values(editor)["themes"] == ["Water", "Aerospace"]
    page.get_by_role("button", name=re.compile("^Remove: .*themes 2")).press("Enter")
    saved(page)
    assert values(editor)["themes"] == ["Water"]


def test_enter_in_an_item_of_a_list_adds_the_next_one(page: Page, editor: Editor) -> None:
    page.get_by_role("button", name=re.compile("Add to cooperation themes")).press("Enter")
    page.keyboard.type("Water")
    page.keyboard.press("Enter")
    expect(field(page, "themes[2]")).to_be_focused()
    page.keyboard.press("Enter")  # an empty item adds none
    page.keyboard.type("Heritage")
    field(page, "themes[0]").press("Enter")
    expect(field(page, "themes[1]")).to_be_focused()
    page.keyboard.type("Trade")
    saved(page)
    assert values(editor)["themes"] == ["Aerospace", "Trade", "Water", "Heritage"]


def test_focus_is_where_the_keyboard_goes_on(page: Page, editor: Editor) -> None:
    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).first.press("Enter")

    press("Add a city")
    expect(field(page, "cities[2].name")).to_be_focused()
    press("Move right: City 2")
    expect(page.locator("[id='field-cities[2]-moveLeft']")).to_be_focused()
    press("Add to cooperation themes")
    page.keyboard.type("Water")
    press("Up: Cooperation themes 2")
    expect(page.locator("[id='field-themes[0]-down']")).to_be_focused()
    press("Add a picture: City 1, picture of the city")
    expect(page.locator("[id='field-cities[0].picture.file']")).to_be_focused()
    press("Remove: City 1, picture of the city")
    expect(page.locator("[id='field-cities[0].picture']")).to_be_focused()
    saved(page)
    assert values(editor)["themes"] == ["Water", "Aerospace"]

    press("Add to main activities and key outputs")
    press("Add to details")
    press("Add to details")
    expect(page.get_by_role("button", name="Up: Main activities and key outputs 1, details 2")).to_be_visible()


@pytest.mark.long
def test_each_removal_is_announced_and_moves_the_focus_to_the_item_before(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}urban_agenda: [Housing, Elsewhere, Nowhere]\n")
    opened_form(page, editor)
    # A form that shows the new text later would lose the city that is added, which is empty.
    expect(page.get_by_role("button", name="Remove: Nowhere", exact=True)).to_be_visible()

    def remove(name: str, focused: str) -> None:
        page.get_by_role("button", name=f"Remove: {name}", exact=True).press("Enter")
        expect(page.locator(f"[id='{focused}']")).to_be_focused()
        expect(page.locator("#message")).to_have_text(f"{name}: Remove")

    page.get_by_role("button", name="Add a city", exact=True).press("Enter")
    remove("City 3", "field-cities[1]-remove")
    remove("City 2", "field-cities-add")
    page.get_by_role("button", name=re.compile("Add to cooperation themes")).press("Enter")
    remove("Cooperation themes 2", "field-themes[0]-remove")
    remove("Nowhere", "field-urban_agenda[1]-remove")
    remove("Elsewhere", "field-urban_agenda-topic-0")
    page.get_by_role("button", name="Add a picture: City 1, picture of the city").press("Enter")
    remove("City 1, picture of the city", "field-cities[0].picture")


@pytest.mark.long
def test_dialogs_give_the_focus_back(page: Page, editor: Editor) -> None:
    page.get_by_role("link", name="All plans").click()
    menu = page.locator(f"#actions-{PLAN}")
    menu.press("Enter")
    page.get_by_role("button", name="Rename").press("Enter")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    menu.press("Enter")
    page.get_by_role("button", name="Delete").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(page.get_by_text("There are no plans yet")).to_be_visible()
    expect(page.locator("#main")).to_be_focused()


def test_cities_are_added_moved_and_removed(page: Page, editor: Editor) -> None:
    page.get_by_role("button", name="Add a city", exact=True).click()
    field(page, "cities[2].name").fill("Nice")
    page.get_by_role("button", name="Move left: City 3").click()
    saved(page)
    assert [city["name"] for city in values(editor)["cities"]] == ["Tianjin", "Nice", "Rome"]
    assert "  - name: Tianjin # the municipality\n" in editor.read()
    page.get_by_role("button", name="Remove: City 2").click()
    saved(page)
    assert editor.read() == PLAN_TEXT


def test_what_was_typed_just_before_a_button_is_kept(page: Page, editor: Editor) -> None:
    field(page, "cities[1].name").press("End")
    field(page, "cities[1].name").press_sequentially("!")
    page.locator("[id='field-cities[1]']").get_by_role("button", name="Add a city to this column").click()
    page.keyboard.type("Nice")
    saved(page)
    assert values(editor)["cities"][1]["name"] == ["Rome!", "Nice"]
    expect(page.get_by_role("heading", level=1)).to_have_text("Tianjin – Rome!, Nice")

    field(page, "focus").fill("Clean water.")
    page.get_by_role("button", name="Write separate entries instead").click()
    saved(page)
    assert values(editor)["focus"] == [{"text": "Clean water."}]


@pytest.mark.long
def test_cursor_is_where_the_next_words_belong(page: Page, editor: Editor) -> None:
    field(page, "results").click()
    page.get_by_role("toolbar", name="Expected results").get_by_role("button", name="List").click()
    page.keyboard.type("Air")
    add = page.locator("[id='field-activities-add']")
    for when in ("May", "June"):
        add.click()
        page.keyboard.type(when)
    saved(page)
    assert values(editor)["results"] == "- Air"
    assert [activity["when"] for activity in values(editor)["activities"]] == ["May", "June"]


@pytest.mark.long
def test_list_begins_in_the_line_of_the_cursor(page: Page) -> None:
    challenges = field(page, "challenges")
    challenges.fill("x")
    challenges.fill("\nAir")
    challenges.evaluate("(input) => input.setSelectionRange(0, 0)")
    page.locator("section:has(#part-challenges)").get_by_role("button", name="List").click()
    expect(challenges).to_have_value("- \nAir")


@pytest.mark.long
def test_goals_have_an_optional_wording(page: Page, editor: Editor) -> None:
    page.get_by_label("11 Sustainable Cities and Communities").check()
    page.get_by_label("Wording of goal 11").fill("Resilient cities")
    saved(page)
    assert values(editor)["sdgs"] == ["SDG 11 Resilient cities"]
    page.get_by_label("11 Sustainable Cities and Communities").uncheck()
    saved(page)
    assert values(editor).get("sdgs") in (None, [])


def test_unknown_values_are_a_check_box(page: Page, editor: Editor) -> None:
    box = page.locator("[id='field-cities[1].population-unknown']")
    expect(page.get_by_label("Unknown (printed as N/A)").first).to_be_visible()
    expect(page.locator("[for='field-period-unknown']")).to_have_text("Unknown")  # without a period, no row is printed
    box.check()
    saved(page)
    assert values(editor)["cities"][1]["population"] == "N/A"
    expect(field(page, "cities[1].population")).to_have_value("")
    box.uncheck()
    saved(page)
    assert editor.read() == PLAN_TEXT


TABLE_SETTINGS = """\
fields:
  partners:
    type: table
    label: "Partners:"
    columns:
      name: {type: line, label: Name}
      role: {type: choice, label: Role, choices: {lead: Leads, helps: Helps}}
      share: {type: number, label: Share, minimum: 0, maximum: 100}
  jobs: {type: number, label: "Jobs:", unit: jobs, minimum: 1}
"""


def test_table_is_a_grid_into_which_cells_are_pasted(context: BrowserContext, tmp_path: Path) -> None:
    project = write_project(tmp_path)
    (project / "ucap.yaml").write_text(TABLE_SETTINGS, encoding="utf-8")
    with edited(project) as editor:
        page = context.new_page()
        opened(page, editor)
        page.get_by_role("button", name="Add a row").click()
        expect(field(page, "partners[0].name")).to_be_focused()
        field(page, "partners[0].name").fill("City of Rome")
        field(page, "partners[0].role").select_option("Leads")
        expect(page.get_by_role("textbox", name="Share, Partners 1. From 0 to 100.")).to_be_visible()
        expect(field(page, "jobs").locator("xpath=../p")).to_contain_text("In jobs. At least 1.")
        field(page, "partners[0].share").fill("40")
        saved(page)
        assert values(editor)["partners"] == [{"name": "City of Rome", "role": "lead", "share": 40}]
        field(page, "partners[0].name").evaluate(
            """(input, text) => {
              const data = new DataTransfer();
              data.setData("text/plain", text);
              const paste = { clipboardData: data, cancelable: true, bubbles: true };
              input.dispatchEvent(new ClipboardEvent("paste", paste));
            }""",
            'Rome\tlead\t50\r\n"Tianjin\n""West"""\thelps\t50\r\n',
        )
        expect(field(page, "partners[1].role")).to_have_value("helps")
        saved(page)
        assert [row["name"] for row in values(editor)["partners"]] == ["Rome", 'Tianjin "West"']
        page.get_by_role("button", name="Up: Partners 2").click()
        saved(page)
        assert [row["name"] for row in values(editor)["partners"]] == ['Tianjin "West"', "Rome"]
        page.get_by_role("button", name="Remove: Partners 1").click()
        saved(page)
        assert [str(row["share"]) for row in values(editor)["partners"]] == ["50"]
        page.close()


@pytest.mark.long
def test_other_values_can_be_called_unknown(page: Page, editor: Editor) -> None:
    box = page.locator("[id='field-period-unknown']")
    box.check()
    saved(page)
    assert values(editor)["period"] == "N/A"
    expect(field(page, "period")).to_have_value("")
    box.uncheck()
    saved(page)
    assert editor.read() == PLAN_TEXT


def test_control_characters_are_left_out_and_named(page: Page, editor: Editor) -> None:
    field(page, "title").fill("Our\x07 plan\x9f of\x0bcities")
    expect(page.get_by_text("Characters that no file can contain were left out or replaced.")).to_be_visible()
    field(page, "challenges").fill("Air\x0bWater\u2028Noise")
    saved(page)
    assert values(editor)["title"] == "Our plan of cities"
    assert values(editor)["challenges"] == "Air\nWater\nNoise\n"


def test_refused_value_is_named_after_others_are_saved(page: Page, editor: Editor) -> None:
    page.route(f"**/api/plans/{PLAN}", held_until(page))
    field(page, "title").fill("x" * (1 << 20))
    field(page, "period").fill("2018")
    saved(page)
    expect(page.get_by_text("the file is larger than 1 MiB")).to_be_visible()
    expect(field(page, "title")).to_have_value("")
    assert values(editor)["period"] == "2018"


def held_until(page: Page) -> Callable[[Route], None]:
    """A server that answers the first request when the period was typed, too."""

    def handle(route: Route) -> None:
        if route.request.method == "PATCH":
            expect(field(page, "period")).to_have_value("2018")
        route.continue_()

    return handle


@pytest.mark.long
def test_text_in_flight_survives_closing_the_page(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    opened(page, editor)
    page.route(f"**/api/plans/{PLAN}", lambda _: None)  # a request that never arrives
    field(page, "period").fill("2018 to 2020")
    page.wait_for_timeout(600)
    field(page, "title").fill("Our plan")
    page.close()
    page = context.new_page()
    opened(page, editor)
    expect(field(page, "period")).to_have_value("2018 to 2020")
    saved(page)
    assert (values(editor)["period"], values(editor)["title"]) == ("2018 to 2020", "Our plan")
    page.close()


@pytest.mark.long
def test_unsaved_text_of_two_pages_of_one_plan_is_kept(context: BrowserContext, editor: Editor) -> None:
    pages = [context.new_page(), context.new_page()]
    for page in pages:
        opened(page, editor)
        page.route("**/api/plans/*", lambda route: route.abort())
    for page, path, text in zip(pages, ("period", "title"), ("2018 to 2020", "Our plan"), strict=True):
        field(page, path).fill(text)
    for page in pages:
        expect(page.locator("#lost")).to_be_visible()
    for page in pages:
        page.close()
    page = context.new_page()
    opened(page, editor)
    expect(field(page, "period")).to_have_value("2018 to 2020")
    expect(field(page, "title")).to_have_value("Our plan")
    saved(page)
    assert (values(editor)["period"], values(editor)["title"]) == ("2018 to 2020", "Our plan")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('ucap-unsaved'))") == []
    page.close()


@pytest.mark.long
def test_page_saves_what_another_one_leaves_behind(context: BrowserContext, editor: Editor) -> None:
    closed, page = context.new_page(), context.new_page()
    for one in (closed, page):
        opened(one, editor)
    closed.route("**/api/plans/*", lambda route: route.abort())
    field(closed, "period").fill("2018 to 2020")
    expect(closed.locator("#lost")).to_be_visible()
    page.reload()
    expect(field(page, "title")).to_be_visible()
    page.wait_for_timeout(500)
    assert "period" not in values(editor)  # the page that is open saves it itself
    closed.close()
    expect(field(page, "period")).to_have_value("2018 to 2020")
    saved(page)
    assert values(editor)["period"] == "2018 to 2020"
    page.close()


@pytest.mark.long
def test_words_of_somebody_else_are_not_overwritten_while_a_change_is_sent(page: Page, editor: Editor) -> None:
    held = HeldChange(page)
    field(page, "period").fill("2018")
    held.wait()
    editor.change(setting("title", None, "Theirs"))
    field(page, "title").fill("Mine")
    held.release()
    expect(page.locator("section.conflict")).to_contain_text("Theirs")
    assert (values(editor)["title"], values(editor)["period"]) == ("Theirs", "2018")


@pytest.mark.long
def test_nothing_is_sent_after_the_last_change_was_sent_early(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.route("**/api/states*", lambda route: route.abort())  # which would end the pause after the last key
    opened_form(page, editor)
    held = HeldChange(page)
    page.evaluate("() => { const { setTimeout } = window; window.setTimeout = (f, ms) => setTimeout(f, 10 * ms); }")
    field(page, "period").fill("2018")
    held.wait()
    field(page, "period").fill("2018 to 2020")
    held.release()  # both are saved before the pause has ended
    saved(page)
    page.wait_for_timeout(2000)
    saved(page)
    assert values(editor)["period"] == "2018 to 2020"
    page.close()


@pytest.mark.long
def test_value_that_is_typed_on_while_it_is_sent_is_no_conflict(page: Page, editor: Editor) -> None:
    for text in ("3", "30", "303", "3030", "30300", "303000"):
        field(page, "cities[0].population").fill(text)
        page.wait_for_timeout(170)  # sent, but not answered yet
    saved(page)
    assert values(editor)["cities"][0]["population"] == 303000


@pytest.mark.long
def test_text_of_a_file_stays_while_it_is_written(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", "cities: [")
    text = page.get_by_label("Text of the file")
    text.fill("cities: [{name: Rome, country: Italy}]\n")
    saved(page)
    text.press("End")
    page.keyboard.type("themes: [Water]\n")
    saved(page)
    assert editor.read() == "cities: [{name: Rome, country: Italy}]\nthemes: [Water]\n"
    page.get_by_role("button", name="Show the form").click()
    expect(field(page, "cities[0].name")).to_have_value("Rome")
    expect(page.locator("#main")).to_be_focused()
    field(page, "title").fill("Our plan")
    saved(page)
    assert values(editor)["title"] == "Our plan"


@pytest.mark.long
def test_text_from_word_is_cleaned(page: Page, editor: Editor) -> None:
    html = (
        "<style>p {color: red}</style><p class=MsoNormal>A <b>bold</b> word&nbsp;<script>alert(1)</script></p>"
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·  </span>First</p>"
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>Second &lt;u&gt;</p>"
        "<p><a href='https://example.org/a'>Link</a> <a href='javascript:alert(1)'>none</a></p>"
    )
    field(page, "results").evaluate(
        """(input, html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          input.focus();
          input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, cancelable: true, bubbles: true }));
        }""",
        html,
    )
    expect(field(page, "results")).to_have_value(
        "A **bold** word\n\n- First\n- Second \\<u>\n\n[Link](https://example.org/a) none"
    )
    saved(page)
    expect(page.locator(".formatted", has_text="Second")).to_contain_text("A bold word")
    assert "error" not in {problem["severity"] for problem in editor.plan()["problems"]}


@pytest.mark.long
def test_pasted_words_are_kept_if_the_server_cannot_read_them(page: Page) -> None:
    page.route("**/api/paste", lambda route: route.abort())
    field(page, "results").evaluate(
        """input => {
          const data = new DataTransfer();
          data.setData("text/html", "<b>Two</b> words");
          data.setData("text/plain", "Two words");
          input.focus();
          input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, cancelable: true, bubbles: true }));
        }"""
    )
    expect(field(page, "results")).to_have_value("Two words")


@pytest.mark.long
def test_ends_of_lines_are_kept_while_text_is_typed(page: Page, editor: Editor) -> None:
    text = field(page, "challenges")
    text.click()
    for words in ("Air \n", "\n", "Water "):
        page.keyboard.type(words)
        saved(page)
    page.keyboard.type("and soil")
    saved(page)
    assert values(editor)["challenges"].split() == ["Air", "Water", "and", "soil"]
    assert "Air\n\nWater and soil" in values(editor)["challenges"].replace(" \n", "\n")


@pytest.mark.long
def test_one_text_is_written_in_the_place_of_entries(page: Page, editor: Editor) -> None:
    part = page.locator("section:has(#part-activities)")
    part.get_by_role("button", name="Write one text instead").click()
    expect(field(page, "activities")).to_be_focused()
    assert editor.read() == PLAN_TEXT
    part.get_by_role("button", name="Write separate entries instead").click()
    expect(field(page, "activities").locator("textarea")).to_have_count(0)
    part.get_by_role("button", name="Write one text instead").click()
    page.keyboard.type("Visits.")
    saved(page)
    assert values(editor)["activities"] == "Visits."
    part.get_by_role("button", name="Write separate entries instead").click()
    saved(page)
    assert values(editor)["activities"] == [{"text": "Visits."}]


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    mostly_long(
        ["period", "jobs", "challenges", "activities", "cities[1].mayor", "cities[1].population", "contact.phone"],
        {"contact.phone"},
    ),
)
def test_visit_to_an_empty_field_is_one_step_to_undo(context: BrowserContext, tmp_path: Path, path: str) -> None:
    """The input stays the same while its value is saved between keys, and becomes a number or a text."""
    project = write_project(tmp_path)
    (project / "ucap.yaml").write_text("fields: {jobs: {type: number, label: Jobs}}\n")
    write_plan(project, f"{PLAN}.yaml", "cities: [{name: Rome}, {name: Essen}]\ncontact: {office: City}\n")
    with edited(project) as editor:
        page = context.new_page()
        opened_form(page, editor)
        before = editor.read(PLAN)
        if path == "activities":
            part = page.locator("section:has(#part-activities)")
            part.get_by_role("button", name="Write one text instead").click()
        field(page, path).click()
        for key in "123":
            with page.expect_response(lambda response: response.request.method == "PATCH"):
                page.keyboard.type(key)
            saved(page)
        expect(field(page, path)).to_be_focused()
        page.get_by_role("button", name="Undo").click()
        expect(field(page, path)).to_have_value("")

        assert editor.read(PLAN) == before
        page.close()


@pytest.mark.long
def test_goals_and_topics_that_somebody_else_has_changed_are_shown(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT + "sdgs: [11]\nurban_agenda: [Housing]\n")
    expect(page.get_by_label("11 Sustainable Cities and Communities")).to_be_checked()
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT + "sdgs: [13]\nurban_agenda: [Air Quality]\n")
    expect(page.get_by_label("13 Climate Action")).to_be_checked()
    expect(page.get_by_label("11 Sustainable Cities and Communities")).not_to_be_checked()
    expect(page.get_by_label("Housing", exact=True)).not_to_be_checked()
    page.get_by_label("Wording of goal 13").fill("Our climate")
    saved(page)
    assert values(editor)["sdgs"] == ["SDG 13 Our climate"]


@pytest.mark.long
def test_a_list_in_the_place_of_a_text_is_edited_as_a_list_in_the_text(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT + 'objectives: ["Water, air", Parks]\n')
    expect(field(page, "objectives")).to_have_value("- Water, air\n- Parks")
    field(page, "objectives").press("Control+End")
    page.keyboard.type("!")
    saved(page)
    assert values(editor)["objectives"] == "- Water, air\n- Parks!\n"


# Problems and pages


def test_problem_is_at_its_field_with_a_suggestion(drawn_page: Page, editor: Editor) -> None:
    page = drawn_page
    country = field(page, "cities[1].country")
    country.fill("Itly")
    expect(page.locator("#errors")).to_contain_text('City 2, country: unknown country "Itly"')
    expect(country).to_have_attribute("aria-invalid", "true")
    assert "country: Itly\n" in editor.read()
    expect(page.get_by_text("These pages are from before the error.")).to_be_visible()

    page.locator("#errors a").click()
    expect(country).to_be_focused()
    page.get_by_role("button", name="Use “Italy”").click()
    expect(page.locator("#errors")).to_have_count(0)
    expect(country).to_have_attribute("aria-invalid", "false")
    saved(page)
    assert editor.read() == PLAN_TEXT


@pytest.mark.long
def test_new_page_appears_while_typing_and_focus_stays(drawn_page: Page) -> None:
    page = drawn_page
    picture = page.locator("figure img").first
    before = picture.get_attribute("src")
    name = field(page, "cities[1].name")
    name.press("End")
    name.press_sequentially("s and more")
    expect(picture).not_to_have_attribute("src", before or "")
    expect(name).to_be_focused()
    expect(page.locator("h1")).to_have_text("Tianjin – Romes and more")


def test_row_of_the_page_leads_to_its_field(drawn_page: Page) -> None:
    page = drawn_page
    page.locator(".area[data-field='cities[1].country']").click()
    expect(field(page, "cities[1].country")).to_be_focused()
    expect(page.locator(".area[data-field='cities[1].country']")).to_have_class(re.compile("marked"))


def test_web_page_is_shown_beside_the_form(drawn_page: Page) -> None:
    page = drawn_page
    page.get_by_role("button", name="Web page", exact=True).click()
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.long
def test_documents_are_downloaded(page: Page) -> None:
    page.get_by_text("Documents…").click()
    with page.expect_download() as found:
        page.get_by_role("button", name="Download Word").click()
    assert found.value.suggested_filename == f"{PLAN}.docx"


# Merges


def test_edit_on_the_disk_while_typing_is_merged(page: Page, editor: Editor) -> None:
    country = field(page, "cities[1].country")
    held = HeldChange(page)
    country.fill("Franc")
    held.wait()
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", "Clean water."))
    country.fill("France")
    held.release()
    expect(field(page, "focus")).to_have_value("Clean water.")
    saved(page)
    assert editor.read() == PLAN_TEXT.replace("Clean air.", "Clean water.").replace("Italy", "France")


@pytest.mark.long
def test_edit_of_the_same_field_on_the_disk_is_a_choice(page: Page, editor: Editor) -> None:
    page.route("**/api/states*", lambda route: route.abort())
    page.reload()
    country = field(page, "cities[1].country")
    expect(country).to_have_value("Italy")
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Italy", "Spain"))
    country.fill("France")
    conflict = page.locator("section.conflict")
    expect(conflict).to_contain_text("Somebody else changed the same field: City 2, country")
    expect(conflict).to_contain_text("Spain")
    assert "country: Spain\n" in editor.read()
    page.get_by_role("button", name="Keep mine").click()
    expect(conflict).to_have_count(0)
    expect(country).to_have_value("France")
    saved(page)
    assert "country: France\n" in editor.read()
    page.unroute("**/api/states*")


def test_words_are_kept_while_the_file_of_the_plan_is_away(page: Page, editor: Editor) -> None:
    plan = editor.project / "plans" / f"{PLAN}.yaml"
    away = plan.with_suffix(".away")
    plan.rename(away)
    field(page, "period").fill("2018 to 2020")
    expect(page.locator("#lost")).to_contain_text("What you type is kept in this page")
    away.rename(plan)
    saved(page)
    assert values(editor)["period"] == "2018 to 2020"


@pytest.mark.parametrize(("choice", "kept"), [("Keep mine", "France"), ("Keep the one in the file", "Spain")])
def test_words_that_are_typed_during_a_conflict_are_a_part_of_it(
    page: Page, editor: Editor, choice: str, kept: str
) -> None:
    page.route("**/api/states*", lambda route: route.abort())
    page.reload()
    country = field(page, "cities[1].country")
    expect(country).to_have_value("Italy")
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Italy", "Spain"))
    country.fill("Fran")
    conflict = page.locator("section.conflict")
    expect(conflict).to_contain_text("Spain")
    expect(country).to_have_value("Fran")
    country.press_sequentially("ce", delay=200)
    expect(conflict).to_contain_text("France")
    expect(conflict).to_have_count(1)
    assert "country: Spain\n" in editor.read()
    page.get_by_role("button", name=choice).click()
    expect(conflict).to_have_count(0)
    expect(country).to_have_value(kept)
    saved(page)
    assert f"country: {kept}\n" in editor.read()
    page.unroute("**/api/states*")


def test_conflict_is_kept_until_it_is_decided(page: Page, editor: Editor) -> None:
    page.route(f"**/api/plans/{PLAN}", lambda route: route.abort())
    field(page, "title").fill("Mine")
    editor.write(f"plans/{PLAN}.yaml", f"title: Theirs\n{PLAN_TEXT}")
    expect(page.locator("#lost")).to_be_visible()
    page.unroute(f"**/api/plans/{PLAN}")
    conflict = page.locator("section.conflict")
    expect(conflict).to_contain_text("Theirs")
    field(page, "period").fill("2018")
    expect(page.locator("#undo")).to_be_enabled()
    expect(page.locator("#status")).to_have_text("Changed on disk")
    page.reload()
    expect(conflict).to_contain_text("Mine")
    expect(page.locator("#status")).to_have_text("Changed on disk")
    page.get_by_role("button", name="Keep the one in the file").click()
    saved(page)
    page.reload()
    expect(field(page, "title")).to_have_value("Theirs")
    expect(conflict).to_have_count(0)


@pytest.mark.long
def test_conflict_about_a_text_that_is_no_yaml_is_a_choice(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", "a: [")
    text = page.get_by_label("Text of the file")
    expect(text).to_have_value("a: [")
    page.route(f"**/api/plans/{PLAN}", lambda route: route.abort())
    text.fill("a: [mine")
    editor.write(f"plans/{PLAN}.yaml", "a: [theirs")
    expect(page.locator("#lost")).to_be_visible()
    page.unroute(f"**/api/plans/{PLAN}")
    expect(page.locator("section.conflict")).to_contain_text("a: [theirs")
    page.get_by_role("button", name="Keep mine").click()
    saved(page)
    assert editor.read() == "a: [mine"


@pytest.mark.long
def test_undo_waits_for_what_is_typed_while_another_field_is_saved(page: Page, editor: Editor) -> None:
    field(page, "title").fill("One")
    saved(page)
    held = HeldChange(page)
    field(page, "title").fill("Two")
    held.wait()
    field(page, "period").fill("2018")
    page.get_by_role("button", name="Undo").click()
    held.release()
    expect(page.locator("#told")).to_contain_text("Undone")
    expect(field(page, "period")).to_have_value("")
    expect(field(page, "title")).to_have_value("Two")


@pytest.mark.long
def test_what_cannot_be_undone_says_why(page: Page, editor: Editor) -> None:
    field(page, "title").fill("One")
    saved(page)
    page.route("**/api/undo", lambda route: route.fulfill(status=422, json={"problems": [{"message": "it is a link"}]}))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#told")).to_contain_text("it is a link")


@pytest.mark.long
def test_two_windows_work_at_once(page: Page, browser: Browser, editor: Editor) -> None:
    other = browser.new_page(viewport=DESK)
    opened(other, editor)
    field(page, "cities[1].country").fill("France")
    field(other, "period").fill("2018")
    for window in (page, other):
        expect(field(window, "cities[1].country")).to_have_value("France")
        expect(field(window, "period")).to_have_value("2018")
    other.close()
    assert values(editor)["period"] == "2018"


@pytest.mark.long
def test_many_pages_are_open_at_once(context: BrowserContext, editor: Editor) -> None:
    """Browsers open six connections to a server, which pages that follow a plan must not fill."""
    pages = []
    for _ in range(8):
        pages.append(context.new_page())
        opened(pages[-1], editor)
    for number, page in enumerate(pages):
        expect(field(page, "title")).to_have_value(f"Title {number - 1}" if number else "")
        field(page, "title").fill(f"Title {number}")
        saved(page)
    for page in pages:
        expect(field(page, "title")).to_have_value("Title 7")
    for page in pages:
        page.close()


@pytest.mark.long
def test_page_that_nobody_sees_has_no_connection_and_is_current_when_it_is_seen(
    drawn_page: Page, editor: Editor
) -> None:
    page = drawn_page
    see = """(isHidden) => {
        Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with page.expect_event("requestfailed", lambda request: "/api/states" in request.url):
        page.evaluate(see, True)
    editor.change(setting("title", None, "Theirs"))
    page.wait_for_timeout(500)
    expect(field(page, "title")).to_have_value("")
    page.evaluate(see, False)
    expect(field(page, "title")).to_have_value("Theirs")
    expect(page.locator("body")).not_to_have_class(re.compile("lost"))


@pytest.mark.long
def test_words_are_typed_into_an_item_that_somebody_else_moves(page: Page, editor: Editor) -> None:
    field(page, "themes[0]").press("End")
    page.keyboard.type(" and")
    saved(page)
    editor.change({"op": "insert", "path": "themes[0]", "was": ["Aerospace and"], "value": "Water"})
    expect(field(page, "themes[1]")).to_be_focused()
    page.keyboard.type(" space")
    saved(page)
    themes = ["Water", "Aerospace and space"]
    assert values(editor)["themes"] == themes
    editor.change({"op": "move", "path": "themes[1]", "was": themes[1], "value": 0})
    expect(field(page, "themes[0]")).to_be_focused()
    page.keyboard.type("!")
    saved(page)
    assert values(editor)["themes"] == ["Aerospace and space!", "Water"]


def typed_after_the_end(context: BrowserContext, folder: Path) -> tuple[Path, Page, int]:
    """Type a period after the editor has ended; returns the project, the page, and the port of the editor."""
    project = write_project(folder)
    page = context.new_page()
    with edited(project) as editor:
        opened(page, editor)
        port = int(editor.origin.rpartition(":")[2])
        editor.stop()
    field(page, "period").fill("2018 to 2020")
    return project, page, port


def test_server_that_stops_while_typing_loses_nothing(context: BrowserContext, tmp_path: Path) -> None:
    project, page, port = typed_after_the_end(context, tmp_path)
    expect(page.locator("#lost")).to_contain_text("The editor has ended")
    assert "period" not in (project / "plans" / f"{PLAN}.yaml").read_text(encoding="utf-8")
    with edited(project, port=port) as again:
        saved(page)
        assert values(again)["period"] == "2018 to 2020"
    page.close()


@pytest.mark.long
def test_buttons_say_that_the_editor_has_ended(page: Page) -> None:
    field(page, "title").fill("One")
    saved(page)
    page.route("**/api/**", lambda route: route.abort())
    message = page.locator("#told")
    for name in ("Undo", "Build"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(message).to_contain_text("The editor has ended")
        page.get_by_role("button", name="Close the message").click()
    page.get_by_text("Documents…").click()
    page.get_by_role("button", name="Download PDF").click()
    expect(message).to_contain_text("The editor has ended")


@pytest.mark.long
def test_editor_of_another_project_at_the_address_is_named_while_typing(
    context: BrowserContext, editor: Editor
) -> None:
    page = context.new_page()
    opened(page, editor)
    page.route(f"**/api/plans/{PLAN}", lambda route: route.fulfill(status=401, json={"error": "wrong token"}))
    field(page, "period").fill("2018")
    expect(page.locator("#lost")).to_contain_text("does not accept this page")
    page.unroute(f"**/api/plans/{PLAN}")
    saved(page)
    assert values(editor)["period"] == "2018"
    page.close()


@pytest.mark.long
def test_text_is_kept_while_the_file_cannot_be_written(page: Page, editor: Editor) -> None:
    refused = {
        "code": "file-not-written",
        "message": "cannot be written: permission denied",
        "path": f"plans/{PLAN}.yaml",
        "hint": "close the file in other programs",
    }
    page.route(f"**/api/plans/{PLAN}", lambda route: route.fulfill(status=422, json={"problems": [refused]}))
    field(page, "title").fill("Our plan")
    lost = page.locator("#lost")
    expect(lost).to_contain_text(f"plans/{PLAN}.yaml: cannot be written: permission denied. Close the file")
    expect(lost).to_contain_text("saved as soon as the file can be written")
    field(page, "period").focus()
    expect(field(page, "title")).to_have_value("Our plan")
    page.unroute(f"**/api/plans/{PLAN}")
    saved(page)
    assert values(editor)["title"] == "Our plan"


@pytest.mark.long
@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (503, {"error": "the editor has ended"}, "The editor has ended"),
        (
            422,
            {"problems": [{"code": "file-changed", "message": "the file was changed", "path": "x.yaml", "hint": None}]},
            "x.yaml: the file was changed. What you type is kept in this page",
        ),
    ],
)
def test_text_is_kept_when_the_editor_ends_or_the_file_changes_while_it_is_saved(
    page: Page, editor: Editor, status: int, answer: Any, words: str
) -> None:
    def refuse_changes(route: Route) -> None:
        if route.request.method == "PATCH":
            route.fulfill(status=status, json=answer)
        else:
            route.continue_()

    page.route(f"**/api/plans/{PLAN}", refuse_changes)
    field(page, "title").fill("Our plan")
    expect(page.locator("#lost")).to_contain_text(words)
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", "Clean water."))
    page.unroute(f"**/api/plans/{PLAN}")
    saved(page)
    assert (values(editor)["title"], values(editor)["focus"]) == ("Our plan", "Clean water.")


@pytest.mark.long
def test_changes_whose_answer_is_lost_are_made_once(page: Page, editor: Editor) -> None:
    page.evaluate(
        """() => {
            const { fetch } = window;
            const lose = (answer) => Promise.reject(new TypeError(answer.status));
            const isLost = (options) => options?.method === "PATCH";
            window.fetch = (path, options) =>
                fetch(path, options).then((answer) => (isLost(options) ? lose(answer) : answer));
        }"""
    )
    page.get_by_role("button", name="Add to cooperation themes").click()
    page.keyboard.type("Wat")
    expect(page.locator("#lost")).to_be_visible()
    page.keyboard.type("er")
    page.get_by_role("button", name="Remove: City 1").click()
    page.wait_for_timeout(500)  # until the last change was sent
    page.reload()
    expect(field(page, "themes[1]")).to_have_value("Water")
    saved(page)
    expect(page.locator("section.conflict")).to_have_count(0)
    assert values(editor)["themes"] == ["Aerospace", "Water"]
    assert [city["name"] for city in values(editor)["cities"]] == ["Rome"]


def test_elements_have_ids_and_names_of_their_own(page: Page) -> None:
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    for name in ("Add a picture: City 1", "Add a picture: City 2", "Add a city to this column: City 1"):
        expect(page.get_by_role("button", name=name)).to_have_count(1)


@pytest.mark.long
def test_text_is_kept_while_the_editor_only_reads(context: BrowserContext, tmp_path: Path) -> None:
    project, page, port = typed_after_the_end(context, tmp_path)
    lost = page.locator("#lost")
    with edited(project, port=port, read_only=True):
        expect(lost).to_contain_text("started with --read-only")
    expect(lost).to_contain_text("The editor has ended")
    page.close()
    with edited(project, port=port) as again:
        page = context.new_page()
        opened(page, again)
        saved(page)
        assert values(again)["period"] == "2018 to 2020"


@pytest.mark.long
def test_population_is_not_said_to_be_printed_as_an_earlier_one(page: Page) -> None:
    population = field(page, "cities[0].population")
    hint = page.locator("[id='field-cities[0].population-hint']")
    population.fill("13600000")
    expect(hint).to_have_text("Printed as 13.6 Mio")
    field(page, "cities[1].country").fill("Itly")
    expect(page.locator("#errors")).to_be_visible()
    expect(hint).to_be_visible()
    population.fill("2000")
    saved(page)
    expect(hint).to_be_hidden()
    field(page, "cities[1].country").fill("Italy")
    expect(hint).to_have_text("Printed as 2,000")


@pytest.mark.long
def test_text_that_is_not_sent_survives_closing_the_page(context: BrowserContext, tmp_path: Path) -> None:
    project, page, port = typed_after_the_end(context, tmp_path)
    expect(page.locator("#lost")).to_be_visible()
    page.close()
    with edited(project, port=port) as again:
        page = context.new_page()
        opened(page, again)
        expect(field(page, "period")).to_have_value("2018 to 2020")
        saved(page)
        assert values(again)["period"] == "2018 to 2020"


@pytest.mark.long
def test_change_that_is_refused_does_not_take_others_with_it(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    opened(page, editor)
    page.route("**/api/plans/*", lambda route: route.abort())
    field(page, "period").fill("2018 to 2020")
    field(page, "title").fill("x" * (1 << 20))
    expect(page.locator("#lost")).to_be_visible()
    page.unroute("**/api/plans/*")
    expect(page.get_by_text("the file is larger than 1 MiB")).to_be_visible()
    expect(field(page, "period")).to_have_value("2018 to 2020")
    assert values(editor)["period"] == "2018 to 2020"
    page.close()


# List of plans


def test_list_is_searched_and_filtered(context: BrowserContext, editor: Editor) -> None:
    editor.write("plans/cairo-lyon.yaml", "cities: [{name: Cairo, country: Egypt}, {name: Lyon, country: France}]\n")
    editor.write("plans/wrong.yaml", "cities: [{name: Oslo, country: Norwey}]\nstatus: draft\n")
    page = context.new_page()
    page.goto(editor.address)
    rows = page.locator("table.plans tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_label("Search").fill("egypt")
    expect(rows).to_have_count(1)
    page.get_by_label("Search").fill("")
    page.get_by_label("Country").select_option("Italy")
    expect(rows).to_contain_text(["Tianjin – Rome"])
    page.get_by_label("Country").select_option("")
    page.get_by_label(re.compile("^Only plans with errors")).check()
    expect(rows).to_contain_text(["Oslo"])
    page.close()


def test_search_ignores_accents_and_capitals(context: BrowserContext, editor: Editor) -> None:
    editor.write("plans/one.yaml", "cities: [{name: Łódź}, {name: Málaga}]\nthemes: [Énergie]\n")
    page = context.new_page()
    page.goto(editor.address)
    rows = page.locator("table.plans tbody tr")
    expect(rows).to_have_count(2)
    for words in ("lodz malaga", "ŁÓDŹ", "Ma\u0301laga", "energie"):
        page.get_by_label("Search").fill(words)
        expect(rows).to_contain_text(["Łódź – Málaga"])
    page.close()


@pytest.mark.long
def test_filter_that_no_plan_fulfils_any_more_is_removed(context: BrowserContext, editor: Editor) -> None:
    editor.write("plans/cairo.yaml", "cities: [{name: Cairo, country: Egypt}]\n")
    page = context.new_page()
    page.goto(editor.address)
    rows = page.locator("table.plans tbody tr")
    page.get_by_label("Country").select_option("Egypt")
    expect(rows).to_contain_text(["Cairo"])

    editor.write("plans/cairo.yaml", "cities: [{name: Cairo, country: Kenya}]\n")

    expect(page.get_by_role("option", name="Kenya")).to_be_attached()
    expect(page.get_by_label("Country")).to_have_value("")
    expect(rows).to_have_count(2)
    page.close()


@pytest.mark.long
def test_proposed_name_of_a_file_is_one_that_plans_can_have(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.goto(editor.address)
    page.get_by_role("button", name="New plan").click()
    for one, other, name in (
        ("Łódź", "Tromsø", "lodz-tromso"),
        ("Gießen", "Ærøskøbing", "giessen-aeroskobing"),
        ("L'Aquila", "Đà Nẵng", "laquila-da-nang"),
        ("a" * 60, "b" * 60, "a" * 60),
        ("c" * 90, "", "c" * 80),
    ):
        page.get_by_label("City 1").fill(one)
        page.get_by_label("City 2").fill(other)
        expect(page.get_by_label("Name of the file")).to_have_value(name)
        assert better_id(f"{one} {other}") == name
    page.close()


@pytest.mark.long
def test_three_hundred_plans_are_listed_before_their_pages_are_drawn(context: BrowserContext, editor: Editor) -> None:
    for number in range(300):
        editor.write(f"plans/pairing-{number}.yaml", f"cities: [{{name: City {number}}}, {{name: Rome}}]\n")
    page = context.new_page()
    page.route("**/thumbnail", lambda route: route.abort())
    page.goto(editor.address)
    expect(page.locator("table.plans tbody tr")).to_have_count(301)
    page.get_by_label("Search").fill("City 299")
    expect(page.locator("table.plans tbody tr")).to_have_count(1)
    page.close()


def test_plan_is_deleted_and_restored(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.goto(editor.address)
    page.get_by_label("Actions: Tianjin – Rome").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There are no plans yet")).to_be_visible()
    expect(page.get_by_label("Country")).to_be_hidden()
    expect(page.get_by_role("button", name="All in one document…")).to_be_hidden()
    assert not (editor.project / "plans" / f"{PLAN}.yaml").exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Tianjin – Rome")).to_be_visible()
    assert editor.read() == PLAN_TEXT
    page.close()


@pytest.mark.long
def test_undo_leads_to_what_it_changes_and_names_it(page: Page, editor: Editor) -> None:
    page.get_by_role("link", name="Office").click()
    page.get_by_label("Email").fill("desk@example.org")
    saved(page)
    page.get_by_role("link", name="Plans", exact=True).click()
    page.get_by_role("link", name="Tianjin – Rome").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tianjin – Rome")  # the list has a button Undo, too
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#told")).to_have_text(re.compile("Undone: a change of the settings"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Office")
    expect(page.get_by_label("Email")).to_have_value("")

    page.get_by_role("link", name="Plans", exact=True).click()
    page.get_by_role("button", name="New plan").click()
    page.get_by_label("Name of the file").fill("cairo-lyon")
    with page.expect_response(re.compile("/plans/cairo-lyon/translations$")):  # an answer after Undo is an error
        page.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile("/plans/cairo-lyon$"))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#told")).to_have_text(re.compile("Undone: a new plan"))
    expect(page.get_by_role("link", name="Tianjin – Rome")).to_be_visible()


@pytest.mark.long
def test_menu_is_closed_by_a_choice_another_menu_and_escape(page: Page) -> None:
    documents, more = page.get_by_text("Documents…", exact=True), page.get_by_text("More", exact=True)
    documents.click()
    more.click()
    expect(page.locator("details.menu[open]")).to_have_text(re.compile("^More"))
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    expect(more).to_be_focused()
    more.click()
    page.get_by_role("button", name="Duplicate").click()
    expect(page.locator("details.menu[open]")).to_have_count(0)


@pytest.mark.long
def test_documents_that_were_edited_are_not_called_built(page: Page, editor: Editor) -> None:
    page.get_by_role("button", name="Build", exact=True).click()
    expect(page.locator("#told")).to_contain_text("2 documents built")
    document = editor.project / "out" / f"{PLAN}.docx"
    document.write_bytes(document.read_bytes() + b"edited")

    page.get_by_role("button", name="Build", exact=True).click()

    expect(page.locator("#told")).to_contain_text("1 document built in the folder out; 1 document edited by somebody")


@pytest.mark.long
def test_plan_is_renamed_in_the_list_and_on_its_screen(page: Page, editor: Editor) -> None:
    page.get_by_role("button", name="Build", exact=True).click()
    expect(page.locator("#told")).to_contain_text("2 documents built")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name of the file").fill("Rome!")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("dialog")).to_contain_text("Error: ")
    page.get_by_label("Name of the file").fill("tianjin-roma")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.locator("#told")).to_contain_text("The plan is now called tianjin-roma.")
    expect(page.locator("#told")).to_contain_text(f"out/{PLAN}.pdf, out/{PLAN}.docx")
    assert page.url.endswith("/plans/tianjin-roma")
    assert editor.read("tianjin-roma") == PLAN_TEXT

    page.get_by_role("link", name="All plans").click()
    page.get_by_label("Actions: Tianjin – Rome").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name of the file").fill(PLAN)
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.locator("#told")).to_contain_text(f"The plan is now called {PLAN}.")
    assert editor.read() == PLAN_TEXT


def test_address_without_the_token_says_what_to_do(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.goto(f"{editor.origin}/")
    expect(page.locator("main")).to_contain_text("ucap edit")
    page.close()


@pytest.mark.long
def test_link_with_a_wrong_token_does_not_replace_the_right_one(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    opened(page, editor)
    page.goto("about:blank")
    page.goto(f"{editor.origin}/#{'x' * 43}")
    expect(page.get_by_role("link", name="Tianjin – Rome")).to_be_visible()
    assert page.evaluate("location.hash") == ""
    page.close()


@pytest.mark.long
def test_page_of_another_project_at_the_same_port_changes_nothing(context: BrowserContext, tmp_path: Path) -> None:
    first, second = context.new_page(), context.new_page()
    with edited(write_project(tmp_path / "one")) as editor:
        opened(first, editor)
        port = int(editor.origin.rpartition(":")[2])
        editor.stop()
    with edited(write_project(tmp_path / "two"), port=port) as other:
        opened(second, other)
        field(first, "period").fill("2018 to 2020")
        expect(first.locator("#lost")).to_be_visible()
        second.reload()
        expect(second.get_by_role("img", name="Page 1 of")).to_be_visible()
        expect(field(second, "period")).to_have_value("")
        assert other.read() == PLAN_TEXT


def test_hints_name_no_commands(editor_page: Page, editor: Editor) -> None:
    page = editor_page
    page.goto(editor.address)
    hints = page.evaluate("""async () => {
        const { problemHint } = await import("/texts.js");
        return [
            problemHint({ code: "translation-missing", hint: "run `ucap translate fr x`" }),
            problemHint({ code: "worker-ended", hint: "try `--jobs 1`" }),
            problemHint({ code: "port-taken", hint: "choose another port, or omit --port to use a free one" }),
            problemHint({ code: "plan-exists", hint: "overwrite it with --force" }),
            problemHint({ code: "country-unknown", hint: "write `FR`" }),
        ];
    }""")
    expected = "Leave it out, or give the plan that exists another name."
    assert hints == ["Translate it on the screen “Translations”.", "", "", expected, "Write FR."]


def test_hostile_names_and_texts_are_shown_as_they_are(context: BrowserContext, tmp_path: Path) -> None:
    name, mark = "x?y#'\"]<b onclick=x>", "<img src=x onerror=document.title='hacked'>"
    project = write_project(tmp_path)
    settings = "fields:\n  constructor: {type: line, label: 'Constructor:'}\n"
    (project / "ucap.yaml").write_text(settings, encoding="utf-8")
    text = f'cities: [{{name: "{mark}", country: "{mark}"}}, {{name: Rome}}]\nthemes: ["{mark}"]\nfocus: "{mark}"\n'
    (project / "plans" / f"{name}.yaml").write_text(text, encoding="utf-8")
    page = context.new_page()
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    with edited(project) as editor:
        page.goto(editor.address)
        page.get_by_role("link", name=mark).click()
        expect(field(page, "cities[0].name")).to_have_value(mark)
        expect(page.get_by_role("textbox", name="Constructor")).to_have_value("")
        page.get_by_role("textbox", name="Constructor").fill("Ada")
        saved(page)
        assert "constructor: Ada" in editor.read(name)
        assert page.locator("img[onerror], b[onclick]").count() == 0
    assert told == []


@pytest.mark.parametrize(
    "path",
    mostly_long(
        ["__proto__.polluted", "constructor.prototype.polluted", "a.__proto__.polluted"], {"__proto__.polluted"}
    ),
)
def test_paths_do_not_lead_to_prototypes(editor_page: Page, editor: Editor, path: str) -> None:
    editor_page.goto(editor.address)
    script = """async (path) => {
        const { changed, valueAt } = await import("/values.js");
        const values = changed({}, { op: "set", path, value: "x" });
        return [valueAt(values, path), {}.polluted ?? null, valueAt({}, path.split(".")[0])];
    }"""
    assert editor_page.evaluate(script, path) == ["x", None, None]


# Accessibility


@ON_BOTH_SCREENS
def test_axe_finds_no_accessibility_problem(context: BrowserContext, editor: Editor, viewport: ViewportSize) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace("Lazio", "Lazio\n    contry: Italy")
    editor.write("ucap.yaml", TABLE_SETTINGS)
    editor.write(f"plans/{PLAN}.yaml", f"{text}partners: [{{name: City of Rome, role: lead, share: 40}}]\n")
    page = context.new_page()
    page.goto(editor.address)
    expect(page.locator("table.plans")).to_be_visible()
    assert accessibility_problems(page, [viewport]) == []
    page.get_by_role("link", name="Tianjin – Rome").click()
    expect(page.locator("#errors")).to_be_visible()
    expect(field(page, "partners[0].role")).to_have_value("lead")
    assert accessibility_problems(page, [viewport]) == []
    page.close()


@pytest.mark.long
@pytest.mark.parametrize(
    ("control", "themes"),
    [
        ("themes[1]-up", ["Water", "Air", "Soil"]),
        ("themes[1]-remove", ["Air", "Soil"]),
        ("themes-add", ["Air", "Water", "Soil", ""]),
    ],
)
def test_change_of_a_list_that_is_kept_in_a_conflict_is_made(
    context: BrowserContext, editor: Editor, control: str, themes: list[str]
) -> None:
    """A place in a list, to which an item was moved, is no value of the item."""
    text = PLAN_TEXT.replace("[Aerospace]", "[Air, Rain, Soil]")
    editor.write(f"plans/{PLAN}.yaml", text)
    page = context.new_page()
    page.route("**/api/states*", lambda route: route.abort())  # so that the page does not know of the change
    opened_form(page, editor)
    editor.write(f"plans/{PLAN}.yaml", text.replace("Rain", "Water"))

    page.locator(f"[id='field-{control}']").click()
    page.get_by_role("button", name="Keep mine").click()

    saved(page)
    assert values(editor)["themes"] == themes
    page.close()


@pytest.mark.long
def test_conflict_about_a_city_shows_its_fields(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.route("**/api/states*", lambda route: route.abort())
    opened_form(page, editor)
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Italy", "France"))

    page.get_by_role("button", name="Move left: City 2").click()

    conflict = page.locator("section.conflict")
    expect(conflict).to_contain_text("moved to place 1")
    expect(conflict).to_contain_text("Rome, France")
    page.close()
