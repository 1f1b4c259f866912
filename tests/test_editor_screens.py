"""The screens of the editor other than the list and the form of a plan, in a real browser."""

import json
import re
import shutil
from pathlib import Path

import docx
import pytest
import yaml
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, Route, ViewportSize, expect

from tests.browser import ON_BOTH_SCREENS, PHONE, accessibility_problems
from tests.command import ucap
from tests.drawings import LOGO
from tests.editor_pages import field, opened_list, saved, show
from tests.editors import PLAN, PLAN_TEXT, Editor, edited, write_project
from tests.selected_cases import mostly_long
from tests.stages import ROOT
from ucap_reports.importers.column_map_file import read_columns
from ucap_reports.storage.decoding import Source

pytestmark = pytest.mark.no_cover


@pytest.fixture
def page(editor_page: Page, editor: Editor) -> Page:
    """A page with the list of plans."""
    opened_list(editor_page, editor)
    return editor_page


@pytest.mark.long
def test_screen_that_is_asked_for_last_is_shown(page: Page) -> None:
    """The answers for a screen may come after those for a later one."""
    held: list[Route] = []
    page.route("**/api/office", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    navigation = page.get_by_role("navigation", name="Screens")
    with page.expect_request("**/api/office"):
        navigation.get_by_role("link", name="Office", exact=True).click()
    navigation.get_by_role("link", name="Import", exact=True).click()
    with page.expect_response("**/api/office"):
        held[0].continue_()
    page.wait_for_timeout(300)  # in which the settings would be shown

    expect(page.get_by_role("heading", level=1)).to_have_text("Import")
    expect(page).to_have_url(re.compile("/import$"))


# Build


def test_all_plans_are_built_with_progress_and_their_documents_saved(page: Page, editor: Editor) -> None:
    editor.write("plans/wrong.yaml", "cities: [{name: Oslo, country: Norwey}]\nupdated: 2020-01-31\n")
    show(page, "Build")
    page.get_by_label("Web page").check()
    page.get_by_role("button", name="Build the documents").click()

    expect(page.locator("#build-status")).to_have_text("3 documents written, 3 documents not built")
    expect(page.locator("#result")).to_contain_text('unknown country "Norwey"')
    expect(page.locator("#result code")).to_have_text(str(editor.project / "out"))
    rows = page.locator("table.list tbody tr")
    expect(rows).to_have_count(6)
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save: {PLAN}.html").click()
    assert download.value.path().read_bytes() == (editor.project / "out" / f"{PLAN}.html").read_bytes()
    page.locator("#result").get_by_role("link", name="wrong").first.click()
    expect(page.locator("#errors")).to_contain_text("unknown country")


FIRST_STEP = 'data: {"done": 1, "total": 3}\n\n'


@pytest.mark.parametrize("steps", mostly_long(["", FIRST_STEP], {FIRST_STEP}))
def test_build_that_ends_with_the_editor_says_so(page: Page, steps: str) -> None:
    show(page, "Build")
    page.route("**/api/build", lambda route: route.fulfill(content_type="text/event-stream", body=steps))
    page.get_by_role("button", name="Build the documents").click()
    expect(page.locator("#build-status")).to_contain_text("The editor has ended")
    expect(page.locator("#progress")).to_be_hidden()


@pytest.mark.long
def test_long_words_are_broken_on_a_phone(context: BrowserContext, editor: Editor) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 2
    editor.write("ucap.yaml", f"contact: {{office: {word}}}\nfields: {{budget: {{type: line, label: {word}}}}}\n")
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("focus: Clean air.", f"focus: {word}\nsdgs: [{word}]"))
    page = context.new_page()
    page.goto(editor.address)
    page.set_viewport_size(PHONE)
    for screen in (f"plans/{PLAN}", "office"):
        page.goto(f"{editor.origin}/{screen}")
        expect(page.get_by_text(word).first).to_be_attached()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]
    page.close()


@pytest.mark.long
def test_some_plans_are_built_in_one_language_and_format(page: Page, editor: Editor) -> None:
    editor.write("plans/other.yaml", "cities: [{name: Oslo, country: Norway}]\nupdated: 2020-01-31\n")
    show(page, "Build")
    page.get_by_label("Some plans").check()
    page.get_by_role("button", name="Select none").click()
    page.get_by_role("button", name="Select final plans").click()
    expect(page.get_by_label("Oslo")).to_be_checked()
    page.get_by_label("Oslo").uncheck()
    page.get_by_label("Word").uncheck()
    page.get_by_label(re.compile("^Only these")).check()
    page.get_by_role("button", name="Build the documents").click()
    expect(page.locator("#result")).to_contain_text("Choose at least one language.")
    page.get_by_label("Chinese", exact=True).check()
    page.get_by_role("button", name="Build the documents").click()
    expect(page.locator("#build-status")).to_have_text("1 document written")
    documents = {path.name for path in (editor.project / "out").iterdir() if path.suffix in {".pdf", ".docx"}}
    assert documents == {f"{PLAN}.zh.pdf"}


@pytest.mark.long
def test_filter_of_the_list_chooses_the_plans_to_build(page: Page, editor: Editor) -> None:
    editor.write("plans/other.yaml", "cities: [{name: Oslo, country: Norway}]\nstatus: draft\n")
    page.get_by_label("Draft (1)").uncheck()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plans 1 of 2")
    page.get_by_role("button", name="Build…").click()
    expect(page.get_by_role("checkbox", name="Tianjin")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Oslo")).not_to_be_checked()


@pytest.mark.long
def test_documents_of_deleted_plans_are_removed(page: Page, editor: Editor) -> None:
    editor.write("plans/other.yaml", "cities: [{name: Oslo, country: Norway}]\nupdated: 2020-01-31\n")
    editor.ask("/api/build", "POST", {"plans": ["other"], "formats": ["pdf"]})
    editor.ask("/api/plans/other", "DELETE")
    show(page, "Build")
    page.get_by_label(re.compile("^Remove documents of plans")).check()
    page.get_by_role("button", name="Build the documents").click()
    expect(page.locator("#build-status")).to_contain_text("1 document removed")
    assert not (editor.project / "out" / "other.pdf").exists()


def test_list_of_plans_and_builds_lead_to_the_book(page: Page, editor: Editor) -> None:
    page.get_by_role("button", name="All in one document…").click()
    expect(page.get_by_label("That of the project")).to_be_checked()
    page.get_by_role("link", name="Build", exact=True).click()
    page.get_by_role("button", name="All in one document…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All in one document")
    page.get_by_label("Word").uncheck()
    page.get_by_role("button", name="Build the document").click()
    expect(page.locator("#build-status")).to_have_text("1 document written")
    assert (editor.project / "out" / "book.pdf").exists()


# Office


def settings(editor: Editor, name: str = "ucap.yaml") -> str:
    return (editor.project / name).read_text(encoding="utf-8")


def test_office_is_set_in_the_form_and_undone(page: Page, editor: Editor) -> None:
    before = "# Our office.\ncontact:\n  office:  Ours   # everybody\nindex: {drafts: false}\n"
    editor.write("ucap.yaml", before)
    show(page, "Office")
    expect(page.get_by_role("img", name="Page 1 of")).to_be_visible()
    field(page, "contact.email").fill("ours@example.org")
    page.keyboard.press("Tab")
    saved(page)
    assert settings(editor) == before.replace("everybody\n", "everybody\n  email: ours@example.org\n")
    page.get_by_role("button", name="Undo").click()
    expect(field(page, "contact.email")).to_have_value("")
    assert settings(editor) == before

    page.get_by_label("Web page", exact=True).check()
    field(page, "rows.visits").select_option("Never")
    field(page, "index.title").fill("Our pairings")
    page.get_by_role("button", name="Add a country").click()
    page.get_by_label("Partner in").select_option("China")
    page.locator("#new-tags").fill("en, zh")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Name of a new field").fill("cities.airport")
    page.get_by_role("button", name="Add the field").click()
    field(page, "fields.cities.airport.label").fill("Airport:")
    saved(page)
    written = yaml.safe_load(settings(editor))
    assert written == {
        "contact": {"office": "Ours"},
        "index": {"drafts": False, "title": "Our pairings"},
        "formats": ["pdf", "docx", "html"],
        "rows": {"visits": "hide"},
        "label_languages": {"China": ["en", "zh"], "other": ["en"]},
        "fields": {"cities.airport": {"type": "line", "label": "Airport:"}},
    }
    assert "# everybody" in settings(editor)


@pytest.mark.long
def test_languages_of_a_country_that_is_listed_already_are_replaced(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", "label_languages:\n  China: [en, zh]\n  other: [en]\n")
    show(page, "Office")
    page.get_by_role("button", name="Add a country").click()
    page.locator("#new-country").select_option("China")
    page.locator("#new-tags").fill("de")
    page.get_by_role("button", name="Add", exact=True).click()
    saved(page)

    assert yaml.safe_load(settings(editor))["label_languages"] == {"China": ["de"], "other": ["en"]}


@pytest.mark.long
def test_focus_stays_in_the_settings_when_something_is_removed(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", "label_languages: {China: [zh], other: [en]}\n")
    show(page, "Office")
    page.get_by_role("button", name="Remove: China").press("Enter")
    expect(page.get_by_role("button", name="Add a country")).to_be_focused()


@pytest.mark.long
def test_new_choices_never_replace_others(page: Page, editor: Editor) -> None:
    """Their names in the file have 40 letters at most."""
    editor.write("ucap.yaml", 'fields:\n  kind: {type: choice, label: "Kind:", choices: {own: Own}}\n')
    show(page, "Office")
    beginning = "Łódź and other cities of the same voivodeship"
    for ending in ("east", "west", "north", "south"):
        page.get_by_label("Name of a new choice").fill(f"{beginning} {ending}")
        page.get_by_role("button", name="Add the choice").click()
        saved(page)

    choices = yaml.safe_load(settings(editor))["fields"]["kind"]["choices"]
    assert list(choices.values()) == [
        "Own",
        *(f"{beginning} {ending}" for ending in ("east", "west", "north", "south")),
    ]
    assert list(choices)[1] == "lodz_and_other_cities_of_the_same_voivod"


@pytest.mark.long
def test_own_table_and_choice_are_declared_with_their_columns_and_choices(page: Page, editor: Editor) -> None:
    show(page, "Office")
    new_field = page.get_by_label("Name of a new field")
    new_field.fill("Partner cities")
    page.get_by_role("button", name="Add the field").click()
    expect(field(page, "fields.partner_cities.type")).to_be_focused()
    field(page, "fields.partner_cities.type").select_option("Table")
    page.get_by_label("Name of a new column").fill("Share of the cost")
    page.get_by_role("button", name="Add the column").click()
    field(page, "fields.partner_cities.columns.share_of_the_cost.type").select_option("Amount of money")
    page.get_by_label("Print the total").check()
    field(page, "fields.partner_cities.after").select_option("period")
    new_field.fill("Funding")
    page.get_by_label("Each city has it").check()
    page.get_by_role("button", name="Add the field").click()
    field(page, "fields.cities.funding.type").select_option("Choice")
    page.get_by_label("Name of a new choice").fill("EU funds")
    page.get_by_role("button", name="Add the choice").click()
    saved(page)
    expect(page.locator("#errors")).to_have_count(0)
    assert yaml.safe_load(settings(editor))["fields"] == {
        "partner_cities": {
            "type": "table",
            "label": "Partner cities",
            "columns": {
                "name": {"type": "line", "label": "Name"},
                "share_of_the_cost": {"type": "money", "label": "Share of the cost"},
            },
            "total": ["share_of_the_cost"],
            "after": "period",
        },
        "cities.funding": {
            "type": "choice",
            "label": "Funding:",
            "choices": {"other": "Other", "eu_funds": "EU funds"},
        },
    }
    page.reload()
    expect(field(page, "fields.cities.funding.label")).to_have_value("Funding:")
    field(page, "fields.partner_cities.type").select_option("Several lines")
    saved(page)
    assert yaml.safe_load(settings(editor))["fields"]["partner_cities"] == {
        "type": "lines",
        "label": "Partner cities",
        "after": "period",
    }
    new_field.fill("Cities")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator("#new-field-error")).to_contain_text("choose another name")


@pytest.mark.long
def test_screens_open_with_invalid_settings(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", "template: office\nfields:\n  partners: {type: table, label: Partners}\n")
    show(page, "Office")
    expect(page.locator("#errors")).to_contain_text("no columns")
    page.get_by_role("link", name="Plans", exact=True).click()
    expect(page.get_by_role("link", name="Tianjin – Rome")).to_be_visible()
    page.get_by_role("link", name="Open the settings").click()
    page.get_by_role("button", name="Remove: partners").click()
    saved(page)
    expect(page.locator("#errors")).to_have_count(0)


@pytest.mark.long
def test_office_problem_is_at_its_field(page: Page, editor: Editor) -> None:
    show(page, "Office")
    field(page, "contact.email").fill("ours at example.org")
    expect(page.locator("#errors a")).to_have_count(1)
    page.locator("#errors a").click()
    expect(field(page, "contact.email")).to_be_focused()


@pytest.mark.long
def test_template_that_extends_no_other_has_no_original(context: BrowserContext, tmp_path: Path) -> None:
    project = write_project(tmp_path / "project")
    shutil.copytree(ROOT / "templates" / "plain", project / "templates" / "plain")
    (project / "ucap.yaml").write_text("template: plain\n", encoding="utf-8")
    with edited(project) as editor:
        page = context.new_page()
        page.goto(editor.address.replace("/#", "/office#"))
        expect(page.get_by_text("The documents use your template plain.", exact=True)).to_be_visible()
        expect(page.locator(".colour input[type=color]").first).to_be_visible()
        expect(page.get_by_role("button", name="Use the colours of the original")).to_have_count(0)
        page.close()


@pytest.mark.long
def test_template_of_the_office_is_created_and_changed(page: Page, editor: Editor) -> None:
    show(page, "Office")
    editor.write(f"plans/{PLAN}.yaml", editor.read().replace("template: office\n", ""))
    picture = page.locator("figure img").first
    expect(picture).to_be_visible()
    page.get_by_label("Name of your template").fill("our-office")
    page.get_by_role("button", name="Create the template").click()
    expect(field(page, "pack.title")).to_be_visible()
    assert settings(editor) == "template: our-office\n"
    before = picture.get_attribute("src") or ""
    blue = field(page, "pack.theme.colours.blue")
    expect(blue).to_have_value("#003399")
    expect(page.locator("#contrast-blue")).to_have_text("10.9 to 1 on white: enough for text")
    expect(page.locator("#contrast-white")).to_have_text("For text on a background")
    expect(page.get_by_role("rowheader", name="Area in km²")).to_be_visible()
    expect(page.locator("#next-page")).to_be_hidden()
    blue.fill("#00A693")
    expect(page.locator("#contrast-blue")).to_contain_text("too little for text")
    expect(picture).not_to_have_attribute("src", before)
    field(page, "pack.title").fill("Our title")
    field(page, "pack.labels.en.cities").fill("Towns:")
    field(page, "pack.contact.lead").fill("Please ask:")
    saved(page)
    name = "templates/our-office/pack.yaml"
    assert yaml.safe_load(settings(editor, name)) == {
        "extends": "iuc-asia",
        "title": "Our title",
        "contact": {"lead": "Please ask:"},
        "theme": {"colours": {"blue": "#00A693"}},
        "labels": {"en": {"cities": "Towns:"}},
    }
    page.get_by_role("button", name="Use the colours of the original").click()
    expect(blue).to_have_value("#003399")
    saved(page)
    assert "colours" not in settings(editor, name)


@pytest.mark.long
def test_logo_of_the_office_is_chosen_described_and_removed(page: Page, editor: Editor) -> None:
    name = "templates/office/pack.yaml"
    editor.write("ucap.yaml", "template: office\n")
    show(page, "Office")
    picture = page.locator("figure img").first
    expect(picture).to_be_visible()
    before = picture.get_attribute("src") or ""
    choice = field(page, "pack.logo.file")
    choice.set_input_files(files={"name": "x.png", "mimeType": "image/png", "buffer": b"GIF89a"})
    expect(page.get_by_role("alert").filter(has_text="x.png")).to_be_visible()
    choice.set_input_files(files={"name": "Our City.svg", "mimeType": "image/svg+xml", "buffer": LOGO})
    expect(field(page, "pack.logo.alt")).to_be_focused()
    expect(page.locator("#errors a")).to_have_count(1)
    field(page, "pack.logo.alt").fill("Our City")
    expect(page.locator("#errors")).to_have_count(0)
    expect(picture).not_to_have_attribute("src", before)
    saved(page)
    assert yaml.safe_load(settings(editor, name))["logo"] == {"file": "images/our-city.svg", "alt": "Our City"}
    page.get_by_role("button", name="Remove the logo").click()
    expect(page.locator("#logo-file")).to_have_text("No logo")
    saved(page)
    assert "logo" not in settings(editor, name)


@pytest.mark.long
def test_error_of_a_logo_is_not_shown_after_another_one_is_chosen(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", "template: office\n")
    show(page, "Office")
    held: list[Route] = []
    page.route("**/api/office/logo?name=x.png", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    choice = field(page, "pack.logo.file")
    with page.expect_request("**/api/office/logo?name=x.png"):
        choice.set_input_files(files={"name": "x.png", "mimeType": "image/png", "buffer": b"GIF89a"})
    choice.set_input_files(files={"name": "Our City.svg", "mimeType": "image/svg+xml", "buffer": LOGO})
    expect(page.locator("#logo-file")).to_have_text("images/our-city.svg")
    with page.expect_response("**/api/office/logo?name=x.png"):
        held[0].continue_()
    page.evaluate("() => fetch('/main.js').then((answer) => answer.text())")  # the page has handled the answer before

    expect(page.get_by_role("alert").filter(has_text="x.png")).to_have_count(0)


@pytest.mark.long
def test_labels_are_in_a_language_of_the_template_that_is_chosen_last(page: Page, editor: Editor) -> None:
    """Otherwise, labels that are written below "English" would be in a language that the template does not have."""
    editor.write("templates/arabic/pack.yaml", 'extends: iuc-asia\nlabels: {ar: {cities: "المدن:"}}\n')
    editor.write("ucap.yaml", "template: arabic\n")
    show(page, "Office")
    language = page.get_by_label("Labels in")
    language.select_option("ar")
    expect(field(page, "pack.labels.ar.cities")).to_have_value("المدن:")
    field(page, "template").select_option("office")
    expect(language).to_have_value("en")
    field(page, "pack.labels.en.cities").fill("Towns:")
    saved(page)
    assert yaml.safe_load(settings(editor, "templates/office/pack.yaml"))["labels"] == {"en": {"cities": "Towns:"}}


# Translations


def test_plan_is_translated_beside_its_texts(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", editor.read() + "results: See **2019** plans.\nlanguages: [fr]\n")
    show(page, "Translations")
    page.get_by_role("link", name="French").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tianjin – Rome: French")
    expect(page.locator("#translated")).to_contain_text("0 of")
    texts = page.locator("[id='passage-results']")
    texts.fill("Voir les plans de 2018.")
    page.keyboard.press("Tab")
    saved(page)
    differences = page.locator("[id='passage-results-problems']")
    expect(differences).to_contain_text("numbers in the plan are missing from the translation: 2019")
    expect(differences).to_contain_text("different emphasis")
    expect(page.locator("[id='passage-results-source'] mark")).to_have_text("2019")
    texts.fill("Voir les plans de **2019**.")
    saved(page)
    expect(page.locator("[id='passage-results-problems'] p")).to_have_count(0)
    written = (editor.project / "translations" / "fr" / f"{PLAN}.po").read_text(encoding="utf-8")
    assert 'msgstr "Voir les plans de **2019**."' in written

    editor.write(f"plans/{PLAN}.yaml", editor.read().replace("See **2019**", "See all **2019**"))
    page.reload()
    section = page.get_by_role("region", name="Expected results and benefits")
    expect(section).to_contain_text("Outdated")
    expect(section.locator("ins")).to_have_text(re.compile("all"))
    assert page.locator("section.passage").first.get_attribute("aria-label") == section.get_attribute("aria-label")
    page.get_by_role("button", name="The translation is still right").click()
    expect(section.locator(".tag")).to_have_text("")
    page.get_by_role("button", name="Undo").click()
    expect(section).to_contain_text("Outdated")

    page.get_by_role("region", name="City 2, name").get_by_role("button", name="Use the original text").click()
    saved(page)
    assert 'msgid "Rome"\nmsgstr "Rome"' in (editor.project / "translations" / "fr" / f"{PLAN}.po").read_text("utf-8")
    page.get_by_label("Documents of this plan are built in French, too").uncheck()
    page.get_by_role("link", name="Open the plan").click()
    expect(page.get_by_label("Language of the pages")).to_have_value("fr")
    expect(field(page, "cities[1].name")).to_have_value("Rome")
    assert "languages" not in yaml.safe_load(editor.read())


@pytest.mark.long
@pytest.mark.parametrize("width", [1100, 1280, 1400])
def test_template_of_the_pages_is_shown_with_its_complete_name(page: Page, editor: Editor, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{editor.origin}/plans/{PLAN}")
    select = page.locator("#shown-pack")
    expect(select).to_be_visible()
    needed = select.evaluate(
        """select => {
            const copy = select.cloneNode(true);
            copy.style.cssText = "position: absolute; width: max-content; max-width: none";
            select.after(copy);
            const width = copy.offsetWidth;
            copy.remove();
            return width;
        }"""
    )
    assert select.evaluate("select => select.offsetWidth") >= needed


@pytest.mark.long
def test_plan_is_not_translated_into_its_own_language(page: Page) -> None:
    show(page, "Translations")
    page.get_by_label("Further language of Tianjin – Rome").fill("English")
    page.get_by_role("button", name="Translate").click()
    expect(page.get_by_role("alert")).to_have_text("Error: the plan is written in English; choose another language")


@pytest.mark.long
def test_language_is_added_to_those_that_another_window_has_added(page: Page, editor: Editor) -> None:
    page.goto(f"{editor.origin}/plans/{PLAN}/translations/fr")
    box = page.get_by_label("Documents of this plan are built in French, too")
    expect(box).not_to_be_checked()
    editor.change({"op": "set", "path": "languages", "was": None, "value": ["it"]})
    box.check()
    expect(box).to_be_checked()
    page.get_by_role("link", name="Open the plan").click()
    expect(page.locator("[id='field-languages[1]']")).to_have_value("fr")
    assert yaml.safe_load(editor.read())["languages"] == ["it", "fr"]


@pytest.mark.long
def test_translation_of_a_plan_with_errors_says_where_they_are(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", f"{PLAN_TEXT}activities: [{{when: June 2018}}]\n")
    line = len(editor.read().splitlines())
    page.goto(f"{editor.origin}/plans/{PLAN}/translations/it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fix these errors first")
    expect(page.get_by_role("listitem").filter(has_text="plans/")).to_have_text(
        re.compile(rf"plans/{PLAN}\.yaml:{line}: Main activities and key outputs 1, what: .* is required")
    )
    assert accessibility_problems(page) == []
    page.get_by_role("link", name="Open the plan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tianjin")


@pytest.mark.long
def test_characters_that_no_file_can_contain_are_left_out_everywhere(page: Page, editor: Editor) -> None:
    page.goto(f"{editor.origin}/plans/{PLAN}/translations/it")
    page.get_by_label("Key focus, Italian").fill("Aria\x07\x0bpulita")
    saved(page)
    assert '"Aria\\n"\n"pulita"' in (editor.project / "translations" / "it" / f"{PLAN}.po").read_text(encoding="utf-8")
    show(page, "Office")
    field(page, "contact.office").fill("Our\x07\x0boffice")
    saved(page)
    assert yaml.safe_load(settings(editor))["contact"] == {"office": "Our office"}


@pytest.mark.long
def test_text_of_a_translation_is_not_sent_to_a_plan_of_that_name(context: BrowserContext, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}-it.yaml", PLAN_TEXT)
    page = context.new_page()
    page.goto(editor.address)
    page.goto(f"{editor.origin}/plans/{PLAN}/translations/it")
    focus = page.get_by_label("Key focus, Italian")
    expect(focus).to_be_visible()
    page.route("**/translations/it", lambda route: route.abort())
    focus.fill("Aria pulita")
    expect(page.locator("#lost")).to_be_visible()
    page.goto(f"{editor.origin}/plans/{PLAN}-it")
    expect(page.locator("[id='field-focus']")).to_have_value("Clean air.")
    saved(page)
    assert editor.read(f"{PLAN}-it") == PLAN_TEXT
    page.close()


@pytest.mark.long
def test_languages_are_written_by_their_names(page: Page, editor: Editor) -> None:
    show(page, "Translations")
    page.get_by_role("textbox", name="Further language of Tianjin").fill("Italiano")
    page.get_by_role("button", name="Translate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tianjin – Rome: Italian")
    show(page, "Office")
    field(page, "languages").fill("French, pt-BR, Xyzzian")
    expect(page.locator("#errors")).to_contain_text("Xyzzian")
    field(page, "languages").fill("French, pt-BR")
    saved(page)
    assert yaml.safe_load(settings(editor))["languages"] == ["fr", "pt-BR"]


def test_plan_shows_its_languages_and_tags_words(page: Page, editor: Editor) -> None:
    editor.write(f"plans/{PLAN}.yaml", editor.read() + "languages: [fr]\n")
    page.get_by_role("link", name="Tianjin – Rome").click()
    expect(page.get_by_role("group", name="Translations")).to_contain_text("French 0 %")
    field(page, "results").fill("The word 欧盟项目")
    field(page, "results").evaluate("(input) => input.setSelectionRange(9, 13)")
    page.get_by_role("toolbar", name="Expected results and benefits").get_by_role("button", name="Language").click()
    page.get_by_label("Tag of the language").fill("not a tag")
    page.get_by_role("button", name="Tag the words").click()
    expect(page.get_by_role("dialog")).to_contain_text("Error: write a tag")
    page.get_by_label("Tag of the language").fill("chinese")
    page.get_by_role("button", name="Tag the words").click()
    expect(field(page, "results")).to_have_value('The word <span lang="zh">欧盟项目</span>')
    page.get_by_role("link", name="French").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tianjin – Rome: French")


def test_languages_that_errors_hide_are_not_said_to_be_missing(page: Page, editor: Editor) -> None:
    page.get_by_role("link", name="Tianjin – Rome").click()
    translations = page.get_by_role("group", name="Translations")
    expect(translations).to_contain_text("No further languages")
    field(page, "cities[0].country").fill("Itly")
    saved(page)
    page.get_by_role("button", name="Add to further languages").click()
    page.keyboard.type("German")
    saved(page)
    expect(translations).not_to_contain_text("No further languages")
    field(page, "cities[0].country").fill("Italy")
    expect(translations).to_contain_text("German 0 %")


# Import

TABLE = (
    "City 1,Country 1,City 2,Country 2,Themes,Remarks on goals,Budget line,Last update\n"
    "Hanoi,Viet Nam,Toulouse,France,Mobility,Build a metro,7,3/2026\n"
    "Pune,India,Bremen,Germany,Water,Clean the river,8,12.03.2026\n"
)


@pytest.mark.long
def test_workbook_without_changes_has_nothing_to_apply(page: Page, editor: Editor) -> None:
    assert ucap(editor.project, "export", "all.xlsx").code == 0
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(editor.project / "all.xlsx")
    expect(page.locator("#import-status")).to_have_text("all.xlsx: 0 changes, 0 new plans, 0 conflicts")
    expect(page.get_by_text("The plans that exist have the values of the file already.")).to_be_visible()
    expect(page.get_by_role("button", name="Apply the changes")).to_be_disabled()
    expect(page.locator("#import-changes")).to_have_count(0)


@pytest.mark.long
def test_changed_cells_of_a_workbook_are_shown_and_applied(page: Page, editor: Editor, tmp_path: Path) -> None:
    workbook = tmp_path / "plans.xlsx"
    show(page, "Import")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all plans as a workbook").click()
    download.value.save_as(workbook)
    book = load_workbook(workbook)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(3, columns["focus"]).value = "Clean water."
    book.save(workbook)
    page.get_by_label("File to import").set_input_files(workbook)
    expect(page.locator("#import-changes tbody tr")).to_have_text("Tianjin – RomeKey focusClean air.Clean air.water.")
    page.get_by_role("button", name="Apply the changes").click()
    expect(page.locator("#told")).to_contain_text("1 plan")
    assert yaml.safe_load(editor.read())["focus"] == "Clean water."


@pytest.mark.long
def test_plans_that_are_not_in_the_downloaded_workbook_are_named(page: Page, editor: Editor) -> None:
    editor.write("plans/bonn-chengdu.yaml", "cities: [")
    show(page, "Import")
    with page.expect_download():
        page.get_by_role("button", name="Download all plans as a workbook").click()
    expect(page.locator("#told")).to_contain_text("Not completely in the workbook: bonn-chengdu.")


def test_table_is_imported_with_chosen_fields(page: Page, editor: Editor, tmp_path: Path) -> None:
    table = tmp_path / "pairings.csv"
    table.write_text(TABLE, encoding="utf-8")
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(table)
    expect(page.locator("#import-status")).to_contain_text("2 plans, 8 columns")
    expect(page.get_by_label("Country 1")).to_have_value("cities[0].country")
    expect(page.get_by_text("3 warnings", exact=True)).to_be_visible()
    row = page.get_by_role("row", name=re.compile("^Budget line"))
    expect(row).to_contain_text("Not certain: please choose")
    page.get_by_label("Budget line").select_option("Do not import")
    expect(row).to_contain_text("Left out")
    page.get_by_label("Remarks on goals").select_option("Main objectives")
    expect(page.get_by_role("row", name=re.compile("^Remarks on goals")).get_by_role("cell").last).to_have_text(
        "Build a metro"
    )
    expect(page.get_by_role("row", name=re.compile("^Last update"))).to_contain_text("Not read")
    page.get_by_text("1 line without a field").click()
    expect(page.locator(".leftover li")).to_have_text(["updated: 3/2026 (line 2, column 8)"])
    page.get_by_role("button", name="Import as new plans").click()
    page.get_by_role("link", name="Hanoi – Toulouse").click()
    page.get_by_text("1 line of the imported file without a field").click()
    expect(page.locator("#left-over")).to_contain_text("updated: 3/2026 (line 2, column 8)")
    page.get_by_role("link", name="All plans").click()
    expect(page.get_by_role("link", name="Pune – Bremen")).to_be_visible()
    imported = yaml.safe_load(editor.read("hanoi-toulouse"))
    assert imported["objectives"] == "Build a metro"
    assert imported["cities"][1] == {"name": "Toulouse", "country": "France"}

    table.write_text(TABLE.replace("Mobility", "Trams"), encoding="utf-8")
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(table)
    expect(page.get_by_label("Remarks on goals")).to_have_value("objectives")
    page.get_by_role("button", name="Update the plans that exist").click()
    expect(page.get_by_role("link", name="Pune – Bremen")).to_be_visible()
    assert yaml.safe_load(editor.read("hanoi-toulouse"))["themes"] == ["Trams"]
    assert editor.ask("/api/undo", "POST", {}).status == 200
    assert yaml.safe_load(editor.read("hanoi-toulouse"))["themes"] == ["Mobility"]


@pytest.mark.long
def test_plans_that_are_left_out_stay_left_out_while_fields_are_chosen(
    page: Page, editor: Editor, tmp_path: Path
) -> None:
    """The file may be changed on the disk meanwhile, and be chosen again after that."""
    table = tmp_path / "pairings.csv"
    table.write_text(TABLE, encoding="utf-8")
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(table)
    page.get_by_role("checkbox", name="Hanoi – Toulouse").uncheck()
    table.write_text(f"{TABLE}Lund,Sweden,Kobe,Japan,Water,,,\n", encoding="utf-8")
    page.get_by_label("Budget line").select_option("Do not import")
    expect(page.get_by_role("row", name=re.compile("^Budget line"))).to_contain_text("Left out")
    expect(page.get_by_role("checkbox", name="Hanoi – Toulouse")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Pune – Bremen")).to_be_checked()
    page.get_by_label("File to import").set_input_files(table)
    expect(page.get_by_role("checkbox", name="Lund – Kobe")).to_be_checked()
    page.get_by_role("checkbox", name="Pune – Bremen").uncheck()
    page.get_by_role("button", name="Import as new plans").click()
    expect(page.locator("#told")).to_contain_text("2 plans created")

    show(page, "Import")
    page.get_by_label("File to import").set_input_files(table)
    expect(page.get_by_role("checkbox", name="Lund – Kobe")).to_be_disabled()
    page.get_by_role("checkbox", name="Pune – Bremen").uncheck()
    page.get_by_role("button", name="Update the plans that exist").click()
    expect(page.locator("#told")).to_contain_text("0 plans created")
    assert not (editor.project / "plans" / "pune-bremen.yaml").exists()


@pytest.mark.long
def test_file_that_is_dropped_beside_the_zone_does_not_replace_the_page(page: Page) -> None:
    show(page, "Import")
    drop = """target => {
        const dropped = new DataTransfer();
        dropped.items.add(new File(["x"], "x.csv"));
        const options = { dataTransfer: dropped, bubbles: true, cancelable: true };
        return !target.dispatchEvent(new DragEvent("drop", options));
    }"""
    assert page.get_by_role("heading", level=1).evaluate(drop)
    expect(page.locator("#result")).to_be_empty()


@pytest.mark.long
def test_dialog_is_closed_with_its_screen(page: Page) -> None:
    show(page, "Import")
    show(page, "Plans")
    page.get_by_role("button", name="New plan").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.long
def test_folder_in_the_place_of_a_file_is_named(page: Page) -> None:
    show(page, "Import")
    page.get_by_label("File to import").evaluate(
        """input => {
            const file = new File([], "plans");
            file.arrayBuffer = () => Promise.reject(new DOMException("", "NotFoundError"));
            const dropped = new Event("drop");
            dropped.dataTransfer = { files: [file] };
            input.closest(".drop-zone").dispatchEvent(dropped);
        }"""
    )
    expect(page.locator("#result")).to_contain_text("plans cannot be read. Choose a file, not a folder.")


OFFICE_TABLE = (
    "Partner list of the office,,,,\n"
    "European partner,Member State,Asian partner,Country of partner,State\n"
    "Gdynia,Poland,Hai Phong,Viet Nam,active\n"
    "Lund,Sweden,Kobe,Japan,planned\n"
)


@pytest.mark.long
def test_table_whose_headers_are_not_known_is_imported_by_choices(page: Page, editor: Editor, tmp_path: Path) -> None:
    table = tmp_path / "office.csv"
    table.write_text(OFFICE_TABLE, encoding="utf-8")
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(table)
    expect(page.locator("#result")).to_contain_text("Choose below which columns have the names of the cities")
    page.get_by_role("button", name="Take all 5 proposals").click()
    expect(page.get_by_label("Country of partner")).to_have_value("cities[1].country")
    page.get_by_label("State", exact=True).select_option("Status")
    page.get_by_label("“planned” means").select_option("Draft")
    page.get_by_label("“active” means").select_option("Final")
    expect(page.get_by_role("row", name=re.compile("^State"))).not_to_contain_text("Not read")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the choices as a file").click()
    columns = read_columns(Source("columns.yaml", download.value.path().read_text(encoding="utf-8")))
    assert columns.columns["State"][0].values == {"active": "final", "planned": "draft"}
    page.get_by_text("5 fields").last.click()
    expect(page.locator("dl.facts").last).to_contain_text("City 2, country")
    page.get_by_role("button", name="Import as new plans").click()
    expect(page.locator("#told")).to_contain_text("2 plans created, 0 plans changed. 1 line without a field")
    expect(page.get_by_role("row", name=re.compile("Lund – Kobe"))).to_contain_text("1 line without a field")
    assert yaml.safe_load(editor.read("gdynia-hai-phong"))["cities"] == [
        {"name": "Gdynia", "country": "Poland"},
        {"name": "Hai Phong", "country": "Viet Nam"},
    ]
    assert [yaml.safe_load(editor.read(plan))["status"] for plan in ("gdynia-hai-phong", "lund-kobe")] == [
        "final",
        "draft",
    ]

    editor.ask("/api/plans/lund-kobe/rename", "POST", {"id": "lund"})
    table.write_text(OFFICE_TABLE.replace("Sweden", "Denmark"), encoding="utf-8")
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(table)
    expect(page.locator("#import-changes tbody tr")).to_have_text([re.compile("Lund – Kobe.*City 1, country.*Denmark")])
    expect(page.locator("#result .outdated")).to_have_count(2)
    page.get_by_role("button", name="Update the plans that exist: 1 change").click()
    expect(page.locator("#told")).to_contain_text("0 plans created, 1 plan changed")


@pytest.mark.long
def test_proposals_of_fields_are_asked_about_before_they_are_left_out(
    page: Page, editor: Editor, tmp_path: Path
) -> None:
    table = tmp_path / "pairings.csv"
    table.write_text("partner_cities,country,european_citys\nHanoi,Viet Nam,Toulouse\n", encoding="utf-8")
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(table)
    page.get_by_role("button", name="Import as new plans").click()
    expect(page.get_by_role("alert")).to_contain_text("“european_citys”: import as “")
    assert "hanoi" not in [plan["id"] for plan in editor.ask("/api/plans").data["plans"]]
    page.get_by_role("button", name="Import without them").click()
    expect(page.get_by_role("heading", name="Hanoi")).to_be_visible()
    assert [city["name"] for city in yaml.safe_load(editor.read("hanoi"))["cities"]] == ["Hanoi"]


@pytest.mark.long
def test_word_file_is_imported_with_what_is_left_over(page: Page, editor: Editor) -> None:
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx"]})
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(editor.project / "out" / f"{PLAN}.docx")
    expect(page.get_by_role("row", name=re.compile("^Cooperation Themes"))).to_contain_text("Aerospace")
    expect(page.locator("#result")).to_contain_text("Exists already")


def test_file_that_cannot_be_imported_says_why(page: Page, tmp_path: Path) -> None:
    wrong = tmp_path / "picture.gif"
    wrong.write_bytes(b"GIF89a")
    show(page, "Import")
    page.get_by_label("File to import").set_input_files(wrong)
    expect(page.locator("#result")).to_contain_text("There is a problem")
    expect(page.locator("#result")).to_contain_text(".gif")


# Replies


def edited_word(editor: Editor, tmp_path: Path, name: str, **words: str) -> Path:
    """The Word file of the plan, in which a partner has replaced words without tracking."""
    document = docx.Document(str(editor.project / "out" / f"{PLAN}.docx"))
    for old, new in words.items():
        for cell in (cell for table in document.tables for row in table.rows for cell in row.cells):
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.text = run.text.replace(old, new)
    document.add_paragraph("Please call me.")
    path = tmp_path / name
    document.save(str(path))
    return path


def test_replies_are_accepted_rejected_and_edited(page: Page, editor: Editor, tmp_path: Path) -> None:
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx"]})
    one = edited_word(editor, tmp_path, "tianjin.docx", Aerospace="Space", Clean="Fresh", China="India")
    other = edited_word(editor, tmp_path, "rome.docx", Clean="Pure")
    show(page, "Replies")
    page.get_by_label("Edited Word files").set_input_files([one, other])
    expect(page.locator("#reply-status")).to_contain_text("1 conflict")
    conflict = page.get_by_role("region", name="Conflict: Key focus")
    expect(conflict).to_contain_text("rome.docx")
    expect(conflict.locator("ins").first).to_be_visible()
    conflict.get_by_label("rome.docx").check()
    expect(page.locator("#result")).to_contain_text("Words outside the plan")
    expect(page.locator("#result")).to_contain_text("Please call me.")
    page.get_by_role("group", name="Decision: City 1, country").get_by_role("button", name="Reject").click()
    page.get_by_role("group", name="Decision: Cooperation themes").get_by_role("button", name="Edit").click()
    page.get_by_label("Words instead: Cooperation themes").fill("Space travel")
    expect(page.locator("#rejected-count")).to_have_text("1 rejected")
    page.get_by_role("button", name="Apply 2 changes").click()
    expect(page.locator("#reply-status")).to_have_text("2 changes applied")
    expect(page.locator("#result")).not_to_contain_text("Key focus")
    outside = page.locator(
        "#result li", has_text="Words outside the plan: it is not in a field of the plan (rome.docx)"
    )
    expect(outside.locator("p").first).to_have_text("Please call me.")
    written = yaml.safe_load(editor.read())
    assert written["focus"] == "Pure air."
    assert written["themes"] == ["Space travel"]
    assert written["cities"][0]["country"] == "China"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#told")).to_contain_text("Undone: changes from replies")
    assert editor.read() == PLAN_TEXT
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Aerospace", "Space"))
    page.get_by_label("Edited Word files").set_input_files(one)
    expect(page.locator("#reply-status")).to_contain_text("2 changes, 1 outside the plan, 1 already in the plan")
    expect(page.get_by_role("table", name="Changes").get_by_role("link").first).to_have_text("Tianjin – Rome")


@pytest.mark.long
def test_replies_with_the_same_name_are_both_read(page: Page, editor: Editor, tmp_path: Path) -> None:
    """Each partner sends back the file that was sent to it, which may have the name of that of another one."""
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx"]})
    show(page, "Replies")
    for folder, words in (("rome", "Clean water."), ("tianjin", "Clean streets."), ("again", "Clean parks.")):
        (tmp_path / folder).mkdir()
        reply = edited_word(editor, tmp_path, f"{folder}/reply.docx", **{"Clean air.": words})
        page.get_by_label("Edited Word files").set_input_files(reply)
        if folder == "tianjin":
            page.get_by_role("button", name="Read it as a further reply").click()
        elif folder == "again":
            page.get_by_role("button", name="Replace the earlier one").click()
    expect(page.locator("#reply-status")).to_contain_text("2 files")
    expect(page.locator(".reply-conflict")).to_contain_text("reply (2).docx")
    expect(page.locator(".reply-conflict")).to_contain_text("parks.")
    expect(page.locator(".reply-conflict")).not_to_contain_text("water.")


@pytest.mark.long
def test_reply_whose_plan_is_not_known_is_read_as_a_reply_to_the_plan_that_is_chosen(
    page: Page, editor: Editor, tmp_path: Path
) -> None:
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx"]})
    reply = edited_word(editor, tmp_path, "reply.docx", Aerospace="Space")
    editor.ask(f"/api/plans/{PLAN}/rename", "POST", {"id": "rome"})
    editor.write("plans/cairo-lyon.yaml", "cities: [{name: Cairo, country: Egypt}, {name: Lyon, country: France}]\n")
    show(page, "Replies")
    page.get_by_label("Edited Word files").set_input_files(reply)
    expect(page.get_by_label("Plan that it is a reply to")).to_be_visible()
    wrong = tmp_path / "wrong.docx"
    wrong.write_bytes(b"no Word file")
    page.get_by_label("Edited Word files").set_input_files(wrong)
    expect(page.get_by_role("alert")).to_contain_text("wrong.docx")
    page.get_by_label("Plan that it is a reply to").select_option("Tianjin – Rome")
    page.get_by_role("button", name="Read it as a reply to this plan").click()
    page.get_by_role("button", name="Apply 1 change").click()
    expect(page.locator("#reply-status")).to_have_text("1 change applied")
    assert yaml.safe_load(editor.read("rome"))["themes"] == ["Space"]


# Accessibility


def test_read_only_editor_shows_files_without_buttons_to_write_them(context: BrowserContext, tmp_path: Path) -> None:
    project = write_project(tmp_path)
    ucap(project, "build", PLAN, "--format", "docx", "--no-index")
    table = tmp_path / "pairings.csv"
    table.write_text("City 1,City 2\nHanoi,Toulouse\n", encoding="utf-8")
    with edited(project, read_only=True) as editor:
        one = edited_word(editor, tmp_path, "tianjin.docx", Aerospace="Space")
        page = context.new_page()
        page.goto(editor.address)
        show(page, "Import")
        page.get_by_label("File to import").set_input_files(table)
        expect(page.locator("#result")).to_contain_text("Hanoi")
        expect(page.locator("#result")).to_contain_text("Only reading")
        expect(page.locator("#import-new")).to_have_count(0)
        show(page, "Replies")
        page.get_by_label("Edited Word files").set_input_files(one)
        expect(page.locator("#result")).to_contain_text("Space")
        expect(page.locator("#result")).to_contain_text("Only reading")
        expect(page.locator("#apply-changes")).to_have_count(0)
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#result")).not_to_contain_text("Space")
        page.close()


def test_phone_shows_the_plans_below_the_search(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(editor.address)
    expect(page.get_by_label("Country")).to_be_hidden()
    page.get_by_text("More filters").click()
    page.get_by_label("Country").select_option("Italy")
    link = page.get_by_role("link", name="Tianjin – Rome")
    expect(link).to_be_visible()
    preview, name = (place.bounding_box() for place in (page.locator(".plans td").first, link))
    assert preview is not None
    assert name is not None
    assert preview["x"] + 44 < name["x"]
    assert abs(preview["y"] - name["y"]) < 10
    page.close()


def lines_of(page: Page, selector: str) -> int:
    """The number of lines on which the elements are, as soon as there are two of them.

    All are measured at once: what arrives above them moves them.
    """
    elements = page.locator(selector)
    expect(elements.nth(1)).to_be_visible()
    middles = elements.evaluate_all(
        """(elements) => elements.map((element) => {
            const box = element.getBoundingClientRect();
            return box.y + box.height / 2;
        })"""
    )
    return len({round(middle / 10) for middle in middles})


@pytest.mark.long
def test_menus_of_a_plan_fit_on_a_phone(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.goto(editor.address)
    page.set_viewport_size(PHONE)
    page.goto(f"{editor.origin}/plans/{PLAN}")
    for name, item in (("Documents…", "Download PDF"), ("More", "Rename")):
        page.get_by_text(name, exact=True).click()
        expect(page.get_by_role("button", name=item)).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.keyboard.press("Escape")
    page.close()


@pytest.mark.long
def test_screens_and_buttons_of_a_plan_are_each_on_one_line_on_a_phone(context: BrowserContext, editor: Editor) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(editor.address.replace("/#", f"/plans/{PLAN}#"))
    expect(page.get_by_role("link", name="Build", exact=True)).to_be_visible()
    assert lines_of(page, "#screens > li") == 1
    assert lines_of(page, ".plan-bar > .buttons > *") == 1
    page.close()


@pytest.mark.long
@pytest.mark.parametrize("width", mostly_long([1280, 1440], {1280}))
def test_buttons_to_turn_pages_are_beside_the_number_of_the_page(
    context: BrowserContext, editor: Editor, width: int
) -> None:
    editor.write(f"plans/{PLAN}.yaml", PLAN_TEXT.replace("Clean air.", json.dumps("Clean air. " * 900)))
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(editor.address.replace("/#", f"/plans/{PLAN}#"))
    expect(page.locator("#next-page")).to_be_visible()
    assert lines_of(page, ".position > *") == 1
    assert lines_of(page, ".page-bar > :is(.toggle, .position)") == 1
    page.close()


@pytest.mark.long
@ON_BOTH_SCREENS
def test_axe_finds_no_accessibility_problem(
    context: BrowserContext, editor: Editor, tmp_path: Path, viewport: ViewportSize
) -> None:
    page = context.new_page()
    page.goto(editor.address)
    expect(page.get_by_role("link", name="Tianjin – Rome")).to_be_visible()
    show(page, "Build")
    page.get_by_label("Some plans").check()
    page.get_by_role("button", name="Build the documents").click()
    expect(page.locator("#build-status")).to_contain_text("written")
    assert accessibility_problems(page, [viewport]) == []
    show(page, "Office")
    page.get_by_role("button", name="Create the template").click()
    expect(field(page, "pack.title")).to_be_visible()
    page.get_by_role("button", name="Add a country").click()
    assert accessibility_problems(page, [viewport]) == []
    show(page, "Replies")
    reply = edited_word(editor, tmp_path, "reply.docx", Aerospace="Space")
    page.get_by_label("Edited Word files").set_input_files(reply)
    expect(page.locator("table.reply")).to_be_visible()
    assert accessibility_problems(page, [viewport]) == []
    show(page, "Import")
    table = editor.project / "pairings.csv"
    table.write_text(TABLE, encoding="utf-8")
    page.get_by_label("File to import").set_input_files(table)
    expect(page.locator("table.mapping")).to_be_visible()
    assert accessibility_problems(page, [viewport]) == []
    show(page, "Translations")
    assert accessibility_problems(page, [viewport]) == []
    page.get_by_role("textbox", name="Further language of Tianjin").fill("fr")
    page.get_by_role("button", name="Translate").click()
    expect(page.locator("#translated")).to_be_visible()
    assert accessibility_problems(page, [viewport]) == []
    page.close()


@pytest.mark.long
def test_language_of_the_project_stays_when_a_plan_names_another(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", "languages: [zh, fr]\n")
    for tag, is_built in (("zh", True), ("de", False)):
        page.goto(editor.address.replace("/#", f"/plans/{PLAN}/translations/{tag}#"))
        expect(page.locator("#build-language")).to_be_checked(checked=is_built)

    with page.expect_response(lambda response: response.request.method == "PATCH"):
        page.locator("#build-language").check()
    assert yaml.safe_load(editor.read())["languages"] == ["zh", "fr", "de"]


@pytest.mark.long
def test_only_language_of_the_project_cannot_be_left_out(page: Page, editor: Editor) -> None:
    editor.write("ucap.yaml", "languages: [zh]\n")
    page.goto(editor.address.replace("/#", f"/plans/{PLAN}/translations/zh#"))

    expect(page.locator("#build-language")).to_be_checked()
    expect(page.locator("#build-language")).to_be_disabled()


@pytest.mark.long
def test_replies_that_another_window_has_added_are_not_applied_unseen(
    page: Page, editor: Editor, tmp_path: Path
) -> None:
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx"]})
    show(page, "Replies")
    page.get_by_label("Edited Word files").set_input_files(edited_word(editor, tmp_path, "a.docx", Clean="Pure"))
    expect(page.locator("#reply-status")).to_contain_text("1 file, 1 change")
    second = edited_word(editor, tmp_path, "b.docx", Aerospace="Space").read_bytes()
    added = editor.ask("/api/review?name=b.docx", "POST", second, Content_Type="application/octet-stream")
    assert added.status == 200

    page.get_by_role("button", name="Apply 1 change").click()

    expect(page.get_by_role("alert").filter(has_text="in another window")).to_be_visible()
    assert editor.read() == PLAN_TEXT


@pytest.mark.long
def test_reply_whose_plan_was_deleted_says_so(page: Page, editor: Editor, tmp_path: Path) -> None:
    editor.ask("/api/build", "POST", {"plans": [PLAN], "formats": ["docx"]})
    content = edited_word(editor, tmp_path, "a.docx", Clean="Pure").read_bytes()
    editor.ask("/api/review?name=a.docx", "POST", content, Content_Type="application/octet-stream")
    (editor.project / "plans" / f"{PLAN}.yaml").unlink()

    show(page, "Replies")

    expect(page.locator("#result")).to_contain_text("is not in the project")
