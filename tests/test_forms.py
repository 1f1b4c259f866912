"""`ucap form`, and the answers in forms: as new plans, and as changes of existing ones."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from lxml import etree
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator

from tests.command import Run, ucap, write_plan
from tests.edited_words import WordEdit
from tests.selected_cases import crossed, every, mostly_long
from tests.test_replies import apply, in_editor
from tests.tools import office_file
from ucap_reports.batch import replies
from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.build_request_and_report import Produced
from ucap_reports.batch.replies import ReplyFile, ReplyOptions, apply_replies, compare_replies
from ucap_reports.editor.reply_review import ConflictChoice, EditedChange, ReviewChoice
from ucap_reports.importers.answers_as_values import form_text, form_value
from ucap_reports.importers.form_answers import FORM, FormAnswer, PlanForm, form_draft, read_form
from ucap_reports.importers.form_document import form_words
from ucap_reports.importers.import_updates import CurrentPlan, FieldChange, MergedChange, applied_changes
from ucap_reports.importers.label_recognition import Labels
from ucap_reports.importers.word_package import DocumentIdentity, WordPackage
from ucap_reports.plan.countries_goals_and_partnerships import country_names
from ucap_reports.plan.field_descriptions import Field, FieldType
from ucap_reports.plan.plan_model import BUILT_IN, MAX_CITIES
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, field_name
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import Project
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, contrast
from ucap_reports.word.file.word_xml import qualified
from ucap_reports.word.file.zip_package import compressed, write_package

W = qualified("w:p").removesuffix("p")
MAIN, CUSTOM = "word/document.xml", "docProps/custom.xml"
PLAN = """\
# The first pairing.
cities:
  - name: Tianjin
    country: China
    population: 13600000
  - name: [Rome, Velletri]
    country: Italy
period: May 2017
signed: 2018-05-31
themes: [Aerospace, Economy and trade]
sdgs: [11, "SDG 9: own words"]
focus:
  - theme: Aerospace
    text: Establishing **deeper** ties.
  - theme: Trade
    text: More of it.
challenges: |
  Traffic:

  - in the **old** town
  - at the port
activities:
  - when: 31 May 2017
    text: Launch in [Rome](https://rome.it).
    details: [40 participants, Both mayors]
  - A workshop.
partners:
  - name: The Port  # not the airport
    share: 1,000 €
contact: {office: International Affairs, email: office@example.org}
updated: 2019-04-30
"""
SETTINGS = """\
fields:
  budget: {type: money, label: "Budget:", hint: Total of both cities.}
  cities.airport: {type: line, label: "Airport:"}
  funding: {type: choice, label: "Funding:", choices: {own: Own resources, eu: EU funds}}
  start: {type: date, label: "Start:"}
  partners:
    type: table
    label: Partners
    columns: {name: {type: line, label: Partner}, share: {type: money, label: Share}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "tianjin-rome.yaml", PLAN)
    (tmp_path / "ucap.yaml").write_text(SETTINGS)
    return tmp_path


BUILT_IN_PATHS = (
    *("cities[0].name", "cities[0].country", "cities[0].population", "period", "themes", "sdgs", "urban_agenda"),
    *("title", "updated", "contact.office", "contact.email", "contact.phone", "contact.website", "contact.address"),
)


def made(project: Path, *words: str) -> Path:
    run = ucap(project, "form", *words, "--json")
    assert run.code == 0, run.out
    return project / str(run.report["files"][0]["path"])


def parts_of(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, target: Path, edit: Callable[[etree._Element], None], *, drop: tuple[str, ...] = ()) -> Path:
    """Write a copy of a Word file with another document, and without some parts."""
    parts = {name: content for name, content in parts_of(path).items() if name not in drop}
    root = etree.fromstring(parts[MAIN])
    edit(root)
    parts[MAIN] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    target.write_bytes(write_package([compressed(name, content) for name, content in parts.items()]))
    return target


def part(element: etree._Element, path: str) -> etree._Element:
    """The element at a path, whose names are those of Word."""
    found = element.find("/".join(f"{W}{name}" for name in path.split("/")))
    assert found is not None, path
    return found


def controls(root: etree._Element) -> dict[str, etree._Element]:
    return {str(part(sdt, "sdtPr/tag").get(f"{W}val")): sdt for sdt in root.iter(f"{W}sdt")}


def fill(root: etree._Element, answers: Mapping[str, str | None]) -> None:
    """Write answers into the controls as Word does: the placeholder is replaced. None deletes the control."""
    found = controls(root)
    for tag, text in answers.items():
        control = found[tag]
        if text is None:
            parent = control.getparent()
            assert parent is not None
            parent.remove(control)
            continue
        content = control.find(f"{W}sdtContent")
        assert content is not None
        for child in list(content):
            content.remove(child)
        run = etree.SubElement(content, f"{W}r")
        for number, line in enumerate(text.split("\n")):
            if number:
                etree.SubElement(run, f"{W}br")
            etree.SubElement(run, f"{W}t").text = line


def answered(project: Path, form: Path, answers: Mapping[str, str | None], name: str = "answers.docx") -> Path:
    return rewritten(form, project / name, lambda root: fill(root, answers))


def values(project: Path, plan: str) -> Any:
    text = (project / "plans" / f"{plan}.yaml").read_text(encoding="utf-8")
    return parse_tolerantly(Source(f"{plan}.yaml", text)).value


def text(project: Path) -> str:
    return (project / "plans" / "tianjin-rome.yaml").read_text(encoding="utf-8")


def review(project: Path, name: str = "answers.docx", *words: str) -> Run:
    return ucap(project, "review", name, "--apply", "--json", *words)


def changes(run: Run) -> dict[str, tuple[str, str]]:
    return {change["field"]: (change["old"], change["new"]) for change in run.report["changes"]}


NEW = {
    "cities[0].name": "Hà Nội",
    "cities[0].country": "Viet Nam",
    "cities[0].population": "8053663",
    "cities[0].airport": "HAN",
    "cities[1].name": "Toulouse\nAlbi",
    "cities[1].country": "France",
    "period": "2026 to 2028",
    "themes": "Urban mobility\nClean air",
    "sdgs": "SDG 11\n13\nGoal 7: Affordable and clean energy",
    "focus": "Urban mobility: Trams and *stars*.\nClean air: Less traffic.",
    "objectives": "First paragraph.\n- one\n- two",
    "activities": "May 2017: Launch in Hanoi\n- 40 participants\nA workshop: no date",
    "budget": "40,000 €",
    "funding": "EU funds",
    "start": "2026-03-31",
    "partners": "Tisséo | €25,000\nThe Port",
    "contact.email": "office@example.org",
}
NEW_PLAN = {
    "cities": [
        {"name": "Hà Nội", "country": "Viet Nam", "population": 8053663, "airport": "HAN"},
        {"name": ["Toulouse", "Albi"], "country": "France"},
    ],
    "period": "2026 to 2028",
    "themes": ["Urban mobility", "Clean air"],
    "sdgs": ["SDG 11", "SDG 13", "SDG 7"],
    "focus": [
        {"theme": "Urban mobility", "text": "Trams and \\*stars\\*."},
        {"theme": "Clean air", "text": "Less traffic."},
    ],
    "objectives": "First paragraph.\n\n- one\n- two\n",
    "activities": [
        {"when": "May 2017", "text": "Launch in Hanoi", "details": ["40 participants"]},
        {"text": "A workshop: no date"},
    ],
    "budget": "40,000 €",
    "funding": "eu",
    "start": "2026-03-31",
    "partners": [{"name": "Tisséo", "share": "€25,000"}, {"name": "The Port"}],
    "contact": {"email": "office@example.org"},
}


def without_line_ends(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_line_ends(part) for key, part in value.items()}
    if isinstance(value, list):
        return [without_line_ends(part) for part in value]
    return value.strip("\n") if isinstance(value, str) else value


# What a form contains


def test_form_has_a_control_for_each_printed_and_declared_field(project: Path) -> None:
    root = etree.fromstring(parts_of(made(project))[MAIN])
    found = controls(root)

    assert {*NEW, "cities[2].name", "contact.address", "updated", "title", "urban_agenda"} <= found.keys()
    assert "status" not in found
    assert "sources" not in found
    for tag, control in found.items():
        properties = control.find(f"{W}sdtPr")
        assert properties is not None
        assert part(properties, "lock").get(f"{W}val") == "sdtLocked", tag
        assert part(properties, "alias").get(f"{W}val"), tag
        assert properties.find(f"{W}dataBinding") is None
        parent = control.getparent()
        assert parent is not None
        assert parent.tag == f"{W}p"
        assert not list(control.iter(f"{W}hyperlink"))
    kinds = {tag: {etree.QName(kind).localname for kind in part(control, "sdtPr")} for tag, control in found.items()}
    assert "comboBox" in kinds["cities[0].country"]
    assert "dropDownList" in kinds["funding"]
    assert "date" in kinds["start"]
    assert part(found["themes"], "sdtPr/text").get(f"{W}multiLine") == "1"
    assert part(found["period"], "sdtPr/text").get(f"{W}multiLine") is None
    ids = [part(control, "sdtPr/id").get(f"{W}val") for control in found.values()]
    assert len(set(ids)) == len(ids)
    assert root.find(f".//{W}documentProtection") is None


def test_form_has_hints_as_placeholders_with_their_glossary_part(project: Path) -> None:
    parts = parts_of(made(project))
    glossary = etree.fromstring(parts["word/glossary/document.xml"])
    names = {name.get(f"{W}val") for name in glossary.iterfind(f".//{W}docPartPr/{W}name")}

    budget = controls(etree.fromstring(parts[MAIN]))["budget"]
    assert part(budget, "sdtPr/placeholder/docPart").get(f"{W}val") in names
    assert "".join(map(str, budget.itertext())) == "Total of both cities."
    placeholders = "".join(map(str, glossary.itertext()))
    assert "Total of both cities." in placeholders
    assert "Such as 13.6 Mio" in placeholders
    assert "number format" not in placeholders
    assert b'w:styleId="PlaceholderText"' in parts["word/styles.xml"]
    assert FORM.encode() in parts[CUSTOM]


def test_fields_without_a_hint_say_how_they_are_filled_in(project: Path) -> None:
    found = controls(etree.fromstring(parts_of(made(project))[MAIN]))

    assert "".join(map(str, found["funding"].itertext())) == "Choose an item."
    assert "".join(map(str, found["start"].itertext())) == "Such as 2026-03-31"


@pytest.mark.no_cover
@pytest.mark.parametrize("pack", mostly_long(["iuc-asia", "modern", "glance", "plain", "bilingual"], {"bilingual"}))
def test_form_is_valid_and_accessible(project: Path, pack: str) -> None:
    empty = made(project, "--template", pack, "--out", "a.docx")
    filled = made(project, "tianjin-rome", "--template", pack, "--out", "b.docx")

    for path in (empty, filled):
        assert [str(error) for error in OpenXmlValidator().validate(str(path)).errors] == []
        root = etree.fromstring(parts_of(path)[MAIN])
        styles = [style.get(f"{W}val") for style in root.iter(f"{W}pStyle")]
        assert "Heading1" in styles
        assert styles.count("Heading2") >= 4
        for table in root.iter(f"{W}tbl"):
            assert table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
            assert part(table, "tblPr/tblCaption").get(f"{W}val")
            assert part(table, "tblPr/tblDescription").get(f"{W}val")
            labels, answers = (int(column.get(f"{W}w", "")) for column in table.iter(f"{W}gridCol"))
            assert answers > 1.5 * labels
        headers = [content for name, content in parts_of(path).items() if name.startswith("word/header")]
        assert headers
        assert all(b"European Union" in header and b"<w:drawing>" in header for header in headers)


@pytest.mark.parametrize("pack", ["iuc-asia", "modern", "glance"])
def test_title_of_a_form_is_not_as_large_as_that_of_a_summary(project: Path, pack: str) -> None:
    styles = etree.fromstring(parts_of(made(project, "--template", pack, "--out", "a.docx"))["word/styles.xml"])
    (title,) = [style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Heading1"]
    assert 16 <= int(part(title, "rPr/sz").get(f"{W}val", "")) / 2 <= 24


def test_form_has_labels_in_the_requested_language(project: Path) -> None:
    root = etree.fromstring(parts_of(made(project, "--language", "de"))[MAIN])

    alias = controls(root)["cities[0].country"].find(f"{W}sdtPr/{W}alias")
    assert alias is not None
    assert alias.get(f"{W}val") == "Land"


@pytest.mark.parametrize("language", every(4, ["de", "fr", "es", "pt", "zh", "ja"]))
def test_form_in_a_language_with_instructions_has_no_english_labels_and_hints(project: Path, language: str) -> None:
    forms = [made(project, "--language", tag, "--out", f"{tag}.docx") for tag in ("en", language)]
    english, translated = (controls(etree.fromstring(parts_of(form)[MAIN])) for form in forms)

    # words that are the same in both languages
    same = {"Name", "Population", "Titel", "Site", "Sources", "E-mail", "Website"}
    for path in BUILT_IN_PATHS:
        labels = [root[path].find(f"{W}sdtPr/{W}alias") for root in (english, translated)]
        texts = ["" if label is None else label.get(f"{W}val", "") for label in labels]
        assert texts[0] != texts[1] or texts[1] in same, path
    for path in ("sdgs", "objectives", "results", "challenges"):
        hints = ["".join(map(str, root[path].itertext())).strip() for root in (english, translated)]
        assert hints[0] != hints[1], path


@pytest.mark.parametrize("label", ["\ue0000\ue001", "\ue000999\ue001"])
def test_labels_of_a_form_may_have_any_characters(project: Path, label: str) -> None:
    settings = SETTINGS.replace('label: "Airport:"', f'label: "{label}"')
    (project / "ucap.yaml").write_text(settings, encoding="utf-8")
    root = etree.fromstring(parts_of(made(project))[MAIN])

    tags = [part(sdt, "sdtPr/tag").get(f"{W}val") for sdt in root.iter(f"{W}sdt")]
    assert len(tags) == len(set(tags))
    assert label in list(root.itertext())


def test_form_explains_itself_in_the_requested_language(project: Path) -> None:
    root = etree.fromstring(parts_of(made(project, "--language", "zh"))[MAIN])
    words = " ".join(map(str, root.itertext()))
    assert "表格：" in words
    assert "请填写右栏中的各项" in words
    assert "例如 China" in words
    assert not any(word in words for word in ("Write into", "Answer", "Such as", "Cooperation", "Click or"))
    descriptions = [element.get(f"{W}val") for element in root.iter(f"{W}tblDescription")]
    assert all("标签" in str(description) for description in descriptions)


@pytest.mark.parametrize("tag", ["en", "de", "fr", "es", "pt", "zh", "ja"])
def test_examples_of_a_form_are_read_as_they_are_meant(tag: str) -> None:
    activity, focus = re.findall(r"[“„«「]\s?(.+?)\s?[”“»」]", form_words(tag).introduction[1])
    activities, themes = BUILT_IN.at(("activities",)), BUILT_IN.at(("focus",))
    assert activities is not None
    assert themes is not None
    assert form_value(activities, activity, None, BUILT_IN)[0].keys() == {"when", "text"}
    (entry,) = form_value(themes, focus, None, BUILT_IN)
    assert entry.keys() == {"theme", "text"}
    assert entry["theme"] == entry["theme"].strip()


def field_at(*loc: str | int) -> Field:
    field = BUILT_IN.at(loc)
    assert field is not None
    return field


def test_each_country_that_a_form_offers_is_read_as_one_country() -> None:
    field = field_at("cities", 0, "country")
    for names in country_names().values():
        assert form_value(field, names[0], None, BUILT_IN) == names[0]
    several = "China, Palestine, State of; Virgin Islands, U.S.\nHong Kong, China\u3001Japan"
    assert form_value(field, several, None, BUILT_IN) == [
        *("China", "Palestine, State of", "Virgin Islands, U.S.", "Hong Kong", "China", "Japan"),
    ]


def test_entry_is_shown_in_the_order_of_its_fields() -> None:
    field = field_at("activities")
    entries = [{"details": ["A", "B"], "text": "Launch of 3 pilots", "when": "May 2017"}, {"text": "B"}]
    shown = form_text(field, entries)
    assert shown == "May 2017: Launch of 3 pilots\n  - A\n  - B\nB"
    assert form_value(field, f"{shown}\nC", entries, BUILT_IN) == [*entries, {"text": "C"}]
    assert form_value(field, shown, None, BUILT_IN) == entries


def test_item_with_several_paragraphs_stays_one_item() -> None:
    field = Field(type=FieldType.LIST, hint="", path="steps")
    items = ["One\n\nmore of it", "Two:\n\n- a\n- b", "Three"]
    shown = form_text(field, items)
    assert shown == "One\n  more of it\nTwo:\n  - a\n  - b\nThree"
    assert form_value(field, shown.replace("Three", "- Four"), items, BUILT_IN) == [*items[:2], "Four"]
    assert form_value(field, shown, None, BUILT_IN) == items
    assert form_value(field, "  - A\n  - B", None, BUILT_IN) == ["A", "B"]


@pytest.mark.parametrize(
    ("name", "answer", "value"),
    [
        ("themes", "- Water\n- Air", ["Water", "Air"]),
        ("themes", "1. Water\n2. Air", ["Water", "Air"]),
        ("themes", "1\u3001\u6c34\n2\u3001\u7a7a\u6c14", ["\u6c34", "\u7a7a\u6c14"]),
        ("themes", "1\u30012\u6708", ["1\u30012\u6708"]),
        ("themes", "•\tWater", ["Water"]),
        ("themes", "12. floor\n14. floor", ["12. floor", "14. floor"]),
        ("themes", "1. floor", ["1. floor"]),
        ("sdgs", "1. SDG 11\n2. SDG 13", ["SDG 11", "SDG 13"]),
        ("sdgs", "1. No Poverty\n2. Zero Hunger", ["1. No Poverty", "2. Zero Hunger"]),
        ("sdgs", "- 11\n- 13", ["SDG 11", "SDG 13"]),
        ("focus", "* Water: clean\n* Air: fresh", [
            {"theme": "Water", "text": "clean"}, {"theme": "Air", "text": "fresh"}]),
        ("activities", "- 2017: A\n  - x\n- 2018: B", [
            {"when": "2017", "text": "A", "details": ["x"]}, {"when": "2018", "text": "B"}]),
        ("activities", "1. 2017: A\n– x\n2. 2018: B", [
            {"when": "2017", "text": "A", "details": ["x"]}, {"when": "2018", "text": "B"}]),
    ],
)  # fmt: skip
def test_typed_markers_before_the_items_of_a_list_are_no_words(name: str, answer: str, value: Any) -> None:
    assert form_value(field_at(name), answer, None, BUILT_IN) == value


@pytest.mark.parametrize(
    ("before", "answer", "after"),
    [
        (
            "See **this** [page](https://a.eu).\n\nOld.",
            "See this page.\nNew.",
            "See **this** [page](https://a.eu).\n\nNew.",
        ),
        ("3. a\n4. b", "3. a\n4. b\nNew.", "3. a\n4. b\n\nNew."),
        ("- a<br>b\n- **c**", "- a\n  b\n- c\n- d", "- a<br>b\n- **c**\n- d"),
        ("- a\n\n  b\n- c", "- a\n  b\n- d", "- a\n\n  b\n- d"),
        ("- - a\n- b", "- - a\n- b\n- c", "- - a\n- b\n- c"),
        ("- a\n  1. x\n  2. y", "- b\n  1. x\n  2. y", "- b\n  1. x\n  2. y"),
        ("a<br>b", "a\nb\n- c", "a<br>b\n\n- c"),
        ("- a\n- b", "- a\n- b\n- c", "- a\n- b\n- c"),
        ("- a\n- b", "- b\n- a", "- b\n- a"),
        ("A\n\n**A**", "A\nA\nB", "A\n\n**A**\n\nB"),
        ("- **a**\n- b\n\n1. c", "- a\n- b\n1. c\nd", "- **a**\n- b\n\n1. c\n\nd"),
        ("- **a**\n- a", "- a\n- a\n- b", "- **a**\n- a\n- b"),
        (None, "- a\n  b", "- a<br>b"),
        (None, "a\u2028b", "a\n\nb"),
    ],
)
def test_answer_keeps_the_paragraphs_and_items_that_did_not_change(before: str | None, answer: str, after: str) -> None:
    assert form_value(field_at("objectives"), answer, before, BUILT_IN) == after


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        ("3. Noise\n4. Heat", "Heat", "Dust", "3. Noise\n4. Dust"),
        ("3. Noise", "Noise", "Dust", "3. Dust"),
        ("3. Noise\n4. Heat", "3.", "2.", "2. Noise\n3. Heat"),
        ("3. Noise\n   - a\n   - b\n4. Heat", "- b", "- c", "3. Noise\n   - a\n   - c\n4. Heat"),
        ("One:\n\n1. A\n2. B\n\nMore:\n\n3. C\n4. D", "D", "E", "One:\n\n1. A\n2. B\n\nMore:\n\n3. C\n4. E"),
        ("1. A\n2. B\n3. C", "1. A\n", "", "2. B\n3. C"),
        ("1. A\n2. B\n3. C", "2. B\n", "", "1. A\n2. C"),
        ("999999999. A", "A", "B", "999999999\\. B"),  # an answer has at most two digits before an item
        ("Noise", "Noise", "3. Noise\n4. Heat", "3\\. Noise\n\n4\\. Heat"),  # the plan has no list
    ],
)
def test_numbers_of_the_items_of_a_plan_stay_those_of_items(before: str, old: str, new: str, after: str) -> None:
    field = field_at("challenges")
    answer = form_text(field, before).replace(old, new)
    assert form_value(field, answer, before, BUILT_IN) == after


@pytest.mark.parametrize("name", ["focus", "activities"])
def test_the_paragraphs_of_entries_that_are_one_text_keep_their_markup(name: str) -> None:
    before = "**Water:** rain in 2017\n\nAir: wind in 2018"
    answer = form_text(field_at(name), before).replace("wind", "storms")
    assert form_value(field_at(name), answer, before, BUILT_IN) == before.replace("wind", "storms")


@pytest.mark.parametrize("goal", ["own wording: SDG 11", "自己的：SDG 11", "SDG 9, 10 of us"])
def test_answer_keeps_the_goals_that_did_not_change(goal: str) -> None:
    assert form_value(field_at("sdgs"), f"{goal}\n3", [goal], BUILT_IN) == [goal, "SDG 3"]


def test_answer_with_a_wording_before_its_goal_is_one_goal() -> None:
    assert form_value(field_at("sdgs"), "own wording: SDG 11", None, BUILT_IN) == ["own wording: SDG 11"]


def test_answer_keeps_activities_that_are_shown_in_the_same_way() -> None:
    before = [{"text": "**Visit.**"}, {"text": "Visit."}]

    assert form_value(field_at("activities"), "Visit.\nVisit.\nTalk.", before, BUILT_IN) == [*before, {"text": "Talk."}]


def test_answer_on_one_line_has_no_character_that_no_file_can_contain() -> None:
    assert form_value(field_at("themes"), "a\u2028b", None, BUILT_IN) == ["a", "b"]


def test_empty_item_of_a_list_is_shown_as_a_marker() -> None:
    assert form_text(field_at("objectives"), "- a\n-\n- b") == "- a\n-\n- b"


def test_items_that_have_a_typed_marker_in_the_plan_keep_it() -> None:
    assert form_value(field_at("themes"), "- Water\n- Air", ["- Water"], BUILT_IN) == ["- Water", "- Air"]


def test_rows_that_were_copied_from_a_spreadsheet_have_its_columns() -> None:
    columns = (replace(field_at("title"), path="t.one"), replace(field_at("title"), path="t.two"))
    table = replace(field_at("themes"), type=FieldType.TABLE, columns=columns)

    rows = form_value(table, "a\tb\nc | d\te", None, BUILT_IN)

    assert rows == [{"one": "a", "two": "b"}, {"one": "c", "two": "d\te"}]


def test_partnership_among_goals_is_not_lost() -> None:
    answer = form_value(field_at("sdgs"), "SDG 11; EU-UP Housing", [11], BUILT_IN)
    assert answer == [11, "EU-UP Housing"]


def test_form_of_a_plan_with_all_cities_has_no_group_for_another(project: Path) -> None:
    cities = "".join(f"  - {{name: City {number}}}\n" for number in range(1, MAX_CITIES + 1))
    write_plan(project, "many.yaml", f"cities:\n{cities}")
    root = etree.fromstring(parts_of(made(project, "plans/many.yaml"))[MAIN])
    assert len([tag for tag in controls(root) if tag.endswith("].name")]) == MAX_CITIES


def test_form_gives_the_same_bytes_and_overwrites_no_answers(project: Path) -> None:
    form = made(project)
    before = form.read_bytes()
    assert made(project).read_bytes() == before
    answered(project, form, {"period": "2026"}, "form.docx")

    assert ucap(project, "form", "--json").codes == ["export-edited"]
    assert ucap(project, "form", "--out", "form.txt").code == 2


# Answers as new plans


def test_import_of_a_filled_form_creates_its_plan(project: Path) -> None:
    answered(project, made(project), NEW)
    run = ucap(project, "import", "answers.docx", "--json")

    assert (run.code, run.codes) == (0, [])
    assert without_line_ends(values(project, "ha-noi-toulouse-albi")) == without_line_ends(NEW_PLAN)


def test_import_keeps_the_digits_of_numbers_as_they_are_written(project: Path) -> None:
    answers = {"cities[0].name": "Graz", "cities[0].population": "303.000", "cities[0].area_km2": "127.50"}
    answered(project, made(project), answers)
    ucap(project, "import", "answers.docx", "--json")

    plan = (project / "plans" / "graz.yaml").read_text(encoding="utf-8")
    assert "population: 303.000\n" in plan  # 303 thousand people, not 303
    assert "area_km2: 127.50\n" in plan


@pytest.mark.long
def test_import_of_a_form_saved_by_libreoffice_creates_the_same_plan(project: Path) -> None:
    form = answered(project, made(project), NEW)
    (project / "saved.docx").write_bytes(office_file(form.read_bytes()))
    run = ucap(project, "import", "saved.docx", "--json")

    assert (run.code, run.codes) == (0, [])
    assert without_line_ends(values(project, "ha-noi-toulouse-albi")) == without_line_ends(NEW_PLAN)


@pytest.mark.parametrize("program", mostly_long(["ucap", "LibreOffice"], {"ucap"}))
def test_import_of_an_empty_form_reports_that_it_has_no_plan(project: Path, program: str) -> None:
    form = made(project)
    if program == "LibreOffice":
        form.write_bytes(office_file(form.read_bytes()))

    (empty,) = ucap(project, "import", "form.docx", "--json").report["problems"]
    assert (empty["code"], empty["message"]) == ("import-empty", "the form names no city")


@pytest.mark.parametrize("program", mostly_long(["ucap", "LibreOffice"], {"ucap"}))
def test_import_of_a_half_filled_form_with_deleted_controls_creates_the_rest(project: Path, program: str) -> None:
    answers = {"cities[1].name": "Rome", "period": "2026", "themes": None, "cities[0].country": None, "budget": None}
    form = answered(project, made(project), answers)
    if program == "LibreOffice":
        form.write_bytes(office_file(form.read_bytes()))
    run = ucap(project, "import", "answers.docx", "--json")

    assert (run.code, run.codes) == (0, [])
    assert values(project, "rome") == {"cities": [{"name": "Rome"}], "period": "2026"}


def test_import_keeps_invalid_answers_as_comments(project: Path) -> None:
    answered(project, made(project), {"cities[0].name": "Rome", "cities[0].country": "Itly", "contact.email": "none"})
    run = ucap(project, "import", "answers.docx", "--json")

    assert (run.code, sorted(run.codes)) == (0, ["country-unknown", "email-invalid"])
    assert "# country: Itly" in (project / "plans" / "rome.yaml").read_text()


# Answers as changes


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "program", mostly_long(["ucap", "LibreOffice", "LibreOffice with odt"], {"ucap", "LibreOffice"})
)
def test_review_of_an_unchanged_form_changes_nothing(project: Path, program: str) -> None:
    content = made(project, "tianjin-rome").read_bytes()
    if program == "LibreOffice":
        content = office_file(content)
    elif program == "LibreOffice with odt":
        content = office_file(content, "odt")
    (project / "answers.docx").write_bytes(content)
    run = review(project)
    assert (run.code, run.report["changes"], run.report["conflicts"], run.codes) == (0, [], [], [])
    assert text(project) == PLAN


def test_form_prints_the_text_of_an_entry_whose_other_fields_are_empty(project: Path) -> None:
    entries = "activities:\n  - {when: May 2017, text: A visit, details: ''}\n  - {when: '', text: A study}\n"
    path = project / "plans" / "short.yaml"
    path.write_text(f"cities: [{{name: Oslo, country: Norway}}]\n{entries}", encoding="utf-8")
    document = parts_of(made(project, "short"))[MAIN]
    assert b"May 2017: A visit" in document
    assert b"A study" in document


@pytest.mark.parametrize("program", mostly_long(["ucap", "LibreOffice"], {"ucap"}))
def test_review_applies_only_what_the_city_has_changed(project: Path, program: str) -> None:
    answers = {
        "cities[0].population": "13,900,000",
        "themes": "Aerospace\nPorts\nEconomy and trade",
        "sdgs": "11\nSDG 9: own words\nGoal 13: Climate action",
        "activities": "31 May 2017: Launch in Rome.\n  - 40 participants\n  - Both mayors\nJune 2018: A visit.",
        "period": None,
        "contact.phone": "+39 06 0606",
        "partners": "The Port | 1,000 €\nUniversity",
        "signed": "",
    }
    form = answered(project, made(project, "tianjin-rome"), answers)
    write_plan(project, "tianjin-rome.yaml", PLAN.replace("# The first pairing.", "# Changed since.\nstatus: draft"))
    if program == "LibreOffice":
        form.write_bytes(office_file(form.read_bytes()))
    run = review(project)

    assert (run.code, run.codes) == (0, ["review-date-kept"])
    assert changes(run).keys() == answers.keys() - {"period"}
    expected = (
        PLAN.replace("# The first pairing.", "# Changed since.\nstatus: draft")
        .replace("13600000", "13,900,000")
        .replace("[Aerospace, Economy and trade]", "[Aerospace, Ports, Economy and trade]")
        .replace('"SDG 9: own words"]', '"SDG 9: own words", SDG 13]')
        .replace("  - A workshop.\n", "  - when: June 2018\n    text: A visit.\n")
        .replace("signed: 2018-05-31\n", "")
        .replace("    share: 1,000 €\n", "    share: 1,000 €\n  - name: University\n")
        .replace("office@example.org}", "office@example.org, phone: +39 06 0606}")
    )
    assert text(project) == expected
    assert review(project).report["changes"] == []
    ucap(project, "undo")
    assert "signed: 2018-05-31" in text(project)


def test_review_reports_markup_that_an_answer_loses(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"challenges": "Traffic:\n- at the port", "period": "2026"})
    run = review(project)

    assert run.codes == ["form-markup", "review-date-kept"]
    assert values(project, "tianjin-rome")["challenges"].strip() == "Traffic:\n\n- at the port"


def test_review_lists_conflicts_and_keeps_the_value_of_the_plan(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"period": "2026", "contact.office": "Mayor"})
    write_plan(project, "tianjin-rome.yaml", PLAN.replace("May 2017\n", "May 2018\n", 1))
    run = review(project)

    assert run.code == 1
    assert run.report["conflicts"] == [
        {
            "plan": "tianjin-rome",
            "field": "period",
            "now": "May 2018",
            "values": [{"file": "answers.docx", "value": "2026"}],
        }
    ]
    assert values(project, "tianjin-rome")["contact"]["office"] == "Mayor"


def test_preferred_form_decides_conflicts(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"period": "2026"})
    write_plan(project, "tianjin-rome.yaml", PLAN.replace("May 2017\n", "May 2018\n", 1))

    run = review(project, "answers.docx", "--prefer", "answers.docx")

    assert (run.code, run.report["conflicts"], run.report["changes"][0]["old"]) == (0, [], "May 2018")
    assert values(project, "tianjin-rome")["period"] == "2026"


def test_preferred_answer_that_the_plan_cannot_have_is_reported(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"cities[0].country": "Chnia", "period": "2026"})
    changed = PLAN.replace("country: China", "country: India")
    write_plan(project, "tianjin-rome.yaml", changed)
    run = review(project, "answers.docx", "--prefer", "answers.docx")

    assert "review-not-applied" in run.codes
    (reason,) = [change["reason"] for change in run.report["changes"] if change["field"] == "cities[0].country"]
    assert "Chnia" in reason
    assert text(project) == changed.replace("period: May 2017", 'period: "2026"')


@pytest.mark.parametrize(
    "order", mostly_long([("one.docx", "two.docx"), ("two.docx", "one.docx")], {("one.docx", "two.docx")})
)
def test_review_merges_the_forms_of_two_cities(project: Path, order: tuple[str, str]) -> None:
    form = made(project, "tianjin-rome")
    answered(project, form, {"cities[0].population": "14 Mio", "period": "2026"}, "one.docx")
    answered(project, form, {"cities[1].population": "3 Mio", "period": "2026"}, "two.docx")
    run = ucap(project, "review", *order, "--apply", "--json")

    assert (run.code, run.report["conflicts"]) == (0, [])
    after = values(project, "tianjin-rome")
    assert [city["population"] for city in after["cities"]] == ["14 Mio", "3 Mio"]
    assert after["period"] == "2026"


@pytest.mark.no_cover
@pytest.mark.parametrize("order", [("one.docx", "two.docx"), ("two.docx", "one.docx")])
def test_different_answers_of_two_forms_are_a_conflict_and_neither_is_applied(
    project: Path, order: tuple[str, str]
) -> None:
    form = made(project, "tianjin-rome")
    answered(project, form, {"period": "2026", "cities[2].name": "Ostia"}, "one.docx")
    answered(project, form, {"period": "2027", "cities[2].name": "Tivoli", "contact.office": "Mayor"}, "two.docx")
    run = ucap(project, "review", *order, "--apply", "--json")

    assert (run.code, run.codes.count("review-conflict")) == (1, 2)
    conflicts = {conflict["field"]: conflict["values"] for conflict in run.report["conflicts"]}
    assert conflicts["period"] == [{"file": "one.docx", "value": "2026"}, {"file": "two.docx", "value": "2027"}]
    assert [value["value"] for value in conflicts["cities[2]"]] == ["name: Ostia", "name: Tivoli"]
    assert text(project) == PLAN.replace("International Affairs", "Mayor")
    preferred = ucap(project, "review", *order, "--apply", "--json", "--prefer", "two.docx")
    assert (preferred.code, preferred.report["conflicts"]) == (0, [])
    after = values(project, "tianjin-rome")
    assert (after["period"], after["cities"][2]["name"]) == ("2027", "Tivoli")


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("words", "population"),
    every(2, [([], 13600000), (["form.docx"], "14 Mio"), (["edited.docx"], "15 Mio")], start=1),
)
def test_answers_and_changes_of_an_edited_file_are_merged_or_in_conflict(
    project: Path, words: list[str], population: Any
) -> None:
    answered(
        project,
        made(project, "tianjin-rome"),
        {"cities[0].population": "14 Mio", "contact.office": "Mayor"},
        "form.docx",
    )
    assert ucap(project, "build", "--format", "docx", "--no-index").code == 0
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edit.replace("13.6 Mio", "15 Mio")
    edit.replace("Economy and trade", "Economy")
    edit.save(project / "edited.docx")
    prefer = [option for word in words for option in ("--prefer", word)]
    run = ucap(project, "review", "edited.docx", "form.docx", "--apply", "--json", *prefer)

    assert (run.code, [conflict["field"] for conflict in run.report["conflicts"]]) == (
        (0, []) if words else (1, ["cities[0].population"])
    )
    after = values(project, "tianjin-rome")
    assert (after["cities"][0]["population"], after["contact"]["office"]) == (population, "Mayor")
    assert after["themes"] == ["Aerospace", "Economy"]
    if not words:
        (conflict,) = run.report["conflicts"]
        assert conflict["now"] == "13600000"
        assert {value["file"]: value["value"] for value in conflict["values"]} == {
            "form.docx": "14 Mio",
            "edited.docx": "15 Mio",
        }
        results = {(change["file"], change["field"]): change["applied"] for change in run.report["changes"]}
        assert not results["form.docx", "cities[0].population"]
        assert not results["edited.docx", "cities[0].population"]


def test_answer_is_applied_once_the_one_with_which_it_was_refused_is_withdrawn(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_both(
        plan: CurrentPlan, wanted: Sequence[MergedChange]
    ) -> tuple[Source, list[FieldChange], list[Problem]]:
        if len(wanted) == 1:
            return applied_changes(plan, wanted)
        (office,) = [merged for merged in wanted if merged.record.field == "contact.office"]
        others = [merged for merged in wanted if merged is not office]
        source, made, problems = applied_changes(plan, others)
        return source, made, [*problems, problem("field-unknown", office.record.location, name="office")]

    form = made(project, "tianjin-rome")
    answered(project, form, {"contact.office": "Mayor"}, "one.docx")
    answered(project, form, {"cities[0].population": "14 Mio"}, "two.docx")
    assert ucap(project, "build", "--format", "docx", "--no-index").code == 0
    edit = WordEdit(project / "out" / "tianjin-rome.docx")
    edit.replace("13.6 Mio", "15 Mio")
    edit.save(project / "edited.docx")
    monkeypatch.setattr(replies, "applied_changes", refuse_both)

    run = ucap(project, "review", "one.docx", "two.docx", "edited.docx", "--apply", "--json")

    results = {(change["file"], change["field"]): change for change in run.report["changes"]}
    assert not results["two.docx", "cities[0].population"]["applied"]
    office = results["one.docx", "contact.office"]
    assert (office["applied"], office["reason"]) == (True, "")
    assert values(project, "tianjin-rome")["contact"]["office"] == "Mayor"


def test_answers_with_which_a_plan_cannot_be_built_do_not_prevent_other_reviews(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(source: Source, *arguments: Any) -> Produced:
        if "Latium" in source.text:
            return Produced((problem("image-missing", Location(source.path), name="x.png"),))
        return produce(source, *arguments)

    write_plan(project, "other.yaml", PLAN)
    answered(project, made(project, "tianjin-rome"), {"cities[1].region": "Latium"}, "form.docx")
    assert ucap(project, "build", "--format", "docx", "--no-index").code == 0
    for plan in ("tianjin-rome", "other"):
        edit = WordEdit(project / "out" / f"{plan}.docx")
        edit.replace("Economy and trade", "Economy")
        edit.save(project / f"{plan}.docx")
    before = text(project)
    monkeypatch.setattr(replies, "produce", build)

    run = ucap(project, "review", "tianjin-rome.docx", "form.docx", "other.docx", "--apply", "--json")

    assert {(change["file"], change["field"]): change["applied"] for change in run.report["changes"]} == {
        ("form.docx", "cities[1].region"): False,
        ("tianjin-rome.docx", "themes[1]"): False,
        ("other.docx", "themes[1]"): True,
    }
    assert "image-missing" in run.codes
    assert text(project) == before
    assert values(project, "other")["themes"] == ["Aerospace", "Economy"]


def test_editor_shows_the_answers_of_forms_and_applies_those_that_are_accepted(project: Path) -> None:
    answers = {"period": "2026", "themes": "Ports\nSea", "cities[0].population": "14 Mio"}
    answered(project, made(project, "tianjin-rome"), answers)
    shown = in_editor(project, "answers.docx")
    numbers = {change["field"]: change["number"] for change in shown.review()["changes"]}
    assert numbers.keys() == answers.keys()
    assert shown.review()["files"] == [{"name": "answers.docx", "plan": "tianjin-rome", "language": "", "form": True}]
    assert "period (answer)" in ucap(project, "review", "answers.docx").out

    edits = [EditedChange(numbers["themes"], "Ports\nRivers")]
    apply(shown, ReviewChoice(reject=[numbers["period"]], edits=edits))

    after = values(project, "tianjin-rome")
    assert (after["period"], after["themes"]) == ("May 2017", ["Ports", "Rivers"])
    assert after["cities"][0]["population"] == "14 Mio"


@pytest.mark.parametrize(
    "order", mostly_long([("one.docx", "two.docx"), ("two.docx", "one.docx")], {("two.docx", "one.docx")})
)
def test_forms_are_decided_for_in_the_order_of_the_decision(project: Path, order: tuple[str, str]) -> None:
    form = made(project, "tianjin-rome")
    names = {"one.docx": "Ostia", "two.docx": "Tivoli"}
    for file, name in names.items():
        answered(project, form, {"cities[2].name": name, "period": name}, file)
    files = [ReplyFile(file, (project / file).read_bytes()) for file in names]

    comparison = compare_replies(Project(project), files, ReplyOptions())
    (changed,) = apply_replies(comparison, decide=lambda _: order).files

    after = yaml.safe_load(changed.content)
    assert [city["name"] for city in after["cities"][2:]] == [names[file] for file in order]
    assert after["period"] == names[order[0]]


def test_a_form_with_the_answer_of_the_chosen_one_loses_no_conflict(project: Path) -> None:
    form = made(project, "tianjin-rome")
    periods = {"one.docx": "2026", "two.docx": "2026", "three.docx": "2027"}
    for file, period in periods.items():
        answered(project, form, {"period": period}, file)

    run = ucap(project, "review", *periods, "--apply", "--json", "--prefer", "two.docx")

    applied = {change["file"]: change["applied"] for change in run.report["changes"]}
    assert applied == {"one.docx": True, "two.docx": True, "three.docx": False}
    assert values(project, "tianjin-rome")["period"] == "2026"


def test_editor_keeps_the_cities_that_two_forms_add(project: Path) -> None:
    form = made(project, "tianjin-rome")
    answered(project, form, {"cities[2].name": "Ostia"}, "one.docx")
    answered(project, form, {"cities[2].name": "Tivoli"}, "two.docx")
    shown = in_editor(project, "one.docx", "two.docx")
    (conflict,) = shown.review()["conflicts"]
    assert conflict["insertion"]

    both = ConflictChoice("tianjin-rome", conflict["field"], files=["one.docx", "two.docx"])
    apply(shown, ReviewChoice(conflicts=[both]))

    assert [city["name"] for city in values(project, "tianjin-rome")["cities"][2:]] == ["Ostia", "Tivoli"]


def test_review_finds_cities_after_one_was_added_and_adds_new_ones(project: Path) -> None:
    answers = {"cities[1].population": "3 Mio", "cities[2].name": "Ostia", "cities[2].country": "Italy"}
    answered(project, made(project, "tianjin-rome"), answers)
    added = "cities:\n  - name: Beijing\n"
    write_plan(project, "tianjin-rome.yaml", PLAN.replace("cities:\n", added))
    run = review(project)

    assert (run.code, run.codes) == (0, ["review-date-kept"])
    cities = values(project, "tianjin-rome")["cities"]
    assert [city["name"] for city in cities] == ["Beijing", "Tianjin", ["Rome", "Velletri"], "Ostia"]
    assert cities[2]["population"] == "3 Mio"
    assert review(project).report["changes"] == []


def review_without_fields(project: Path, answers: Mapping[str, str], deleted: Sequence[str], plan: str) -> list[Any]:
    """Review a form in which the rows of some fields were deleted; return the cities of the plan, edited since."""

    def edit(root: etree._Element) -> None:
        fill(root, answers)
        for tag, control in controls(root).items():
            if tag.startswith(tuple(deleted)):
                row = next(control.iterancestors(f"{W}tr"))
                parent_of(row).remove(row)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)
    write_plan(project, "tianjin-rome.yaml", plan)
    review(project)
    return list(values(project, "tianjin-rome")["cities"])


def test_answer_about_a_removed_city_changes_no_other_city_if_a_form_lost_fields(project: Path) -> None:
    tianjin = PLAN[PLAN.index("  - name: Tianjin") : PLAN.index("  - name: [Rome")]
    plan = PLAN.replace(tianjin, "")
    cities = review_without_fields(project, {"cities[0].airport": "TSN"}, ["cities[1]"], plan)

    assert cities == [{"name": ["Rome", "Velletri"], "country": "Italy"}]


def test_answer_about_a_removed_city_changes_no_city_that_moved_to_its_index(project: Path) -> None:
    tianjin = PLAN[PLAN.index("  - name: Tianjin") : PLAN.index("  - name: [Rome")]
    plan = PLAN.replace(tianjin, "").replace("period:", "  - name: Beijing\n    country: China\nperiod:")
    answered(project, made(project, "tianjin-rome"), {"cities[0].airport": "TSN"})
    write_plan(project, "tianjin-rome.yaml", plan)
    run = review(project)

    assert run.codes == ["review-conflict"]
    assert not any("airport" in city for city in values(project, "tianjin-rome")["cities"])


def test_answer_about_a_city_that_was_renamed_in_the_plan_is_found_by_its_index(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"cities[0].airport": "TSN"})
    write_plan(project, "tianjin-rome.yaml", PLAN.replace("name: Tianjin", "name: Tientsin"))
    review(project)

    assert values(project, "tianjin-rome")["cities"][0]["airport"] == "TSN"


def test_cities_are_found_by_the_names_that_were_sent_if_a_form_lost_them(project: Path) -> None:
    plan = PLAN.replace("cities:\n", "cities:\n  - name: Beijing\n")
    cities = review_without_fields(project, {"cities[0].airport": "TSN"}, ["cities[0].name"], plan)

    assert [city.get("airport") for city in cities] == [None, "TSN", None]


def test_city_is_not_new_if_a_form_lost_the_fields_that_were_sent_with_facts(project: Path) -> None:
    lost = ["cities[1].name", "cities[1].country"]
    cities = review_without_fields(project, {"cities[1].airport": "FCO"}, lost, PLAN)

    assert [city.get("airport") for city in cities] == [None, "FCO"]


def test_review_refuses_invalid_answers_and_applies_the_others(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"cities[0].country": "Chnia", "period": "2026"})
    run = review(project)

    assert (run.code, run.codes) == (1, ["country-unknown", "review-date-kept"])
    assert changes(run) == {"period": ("May 2017", "2026")}


def test_import_with_update_reads_a_form_like_a_review(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"period": "2026"})
    write_plan(project, "tianjin-rome.yaml", PLAN.replace("13600000", "14000000"))
    run = ucap(project, "import", "answers.docx", "--update", "--json")

    assert (run.code, list(changes(run))) == (0, ["period"])
    assert text(project) == PLAN.replace("13600000", "14000000").replace("period: May 2017", 'period: "2026"')


@pytest.mark.parametrize("pack", ["iuc-asia", "modern", "glance", "plain", "bilingual"])
def test_title_of_a_form_can_be_read_on_paper(project: Path, pack: str) -> None:
    parts = parts_of(made(project, "--template", pack))
    styles = etree.fromstring(parts["word/styles.xml"])
    title = next(style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Heading1")
    colour = part(title, "rPr/color").get(f"{W}val")

    assert contrast(Colour(str(colour)), Colour("FFFFFF")) >= 4.5


def test_margins_of_an_empty_form_have_its_title_alone(project: Path) -> None:
    with ZipFile(made(project)) as package:
        margins = [package.read(name).decode() for name in package.namelist() if "header" in name]
    assert not any("Summary:" in margin for margin in margins)


def test_review_without_apply_writes_nothing(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"period": "2026"})
    run = ucap(project, "review", "answers.docx", "--json")

    assert changes(run) == {"period": ("May 2017", "2026")}
    assert text(project) == PLAN


def unwrapped(control: etree._Element) -> None:
    """Replace a control by its content."""
    content = control.find(f"{W}sdtContent")
    for run in () if content is None else [deepcopy(child) for child in content]:
        control.addprevious(run)
    parent_of(control).remove(control)


def parent_of(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def test_form_without_controls_is_read_by_its_labels(project: Path) -> None:
    def unwrap(root: etree._Element) -> None:
        fill(root, {"cities[1].country": "Italy\nMalta", "period": "2026"})
        for control in list(root.iter(f"{W}sdt")):
            unwrapped(control)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", unwrap)
    run = review(project)

    assert run.code == 0
    assert changes(run).keys() == {"cities[1].country", "period"}


def test_answers_whose_controls_are_gone_are_read_by_their_labels(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        fill(root, {"period": "2026", "themes": "Water"})
        unwrapped(controls(root)["period"])
        emptied = controls(root)["themes"]
        parent_of(emptied).remove(emptied)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project)).keys() == {"period"}


def test_controls_are_read_with_tracked_changes_and_in_nested_controls(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        content = controls(root)["period"].find(f"{W}sdtContent")
        assert content is not None
        (old,) = content
        deleted = etree.SubElement(content, f"{W}del")
        deleted.append(old)
        inner = etree.SubElement(etree.SubElement(content, f"{W}sdt"), f"{W}sdtContent")
        run = etree.SubElement(etree.SubElement(inner, f"{W}ins"), f"{W}r")
        etree.SubElement(run, f"{W}t").text = "2026"

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project)) == {"period": ("May 2017", "2026")}


def test_copied_fields_of_a_city_are_those_of_a_further_one(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        table = next(controls(root)["cities[1].name"].iterancestors(f"{W}tbl"))
        for name in ("Rome\nVelletri", "Ostia", "Tivoli"):
            copied = deepcopy(table)
            fill(copied, {"cities[1].name": name})
            table.addnext(copied)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project, "answers.docx", "--apply")).keys() == {"cities[2]", "cities[3]"}
    cities = values(project, "tianjin-rome")["cities"]
    assert [(city["name"], city["country"]) for city in cities[2:]] == [("Tivoli", "Italy"), ("Ostia", "Italy")]


def test_copied_fields_stay_together_if_one_copy_lost_a_field(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        table = next(controls(root)["cities[1].name"].iterancestors(f"{W}tbl"))
        ostia = deepcopy(table)
        fill(ostia, {"cities[1].name": "Ostia"})
        lost = next(controls(ostia)["cities[1].country"].iterancestors(f"{W}tr"))
        parent_of(lost).remove(lost)
        valletta = deepcopy(table)
        fill(valletta, {"cities[1].name": "Valletta", "cities[1].country": "Malta"})
        table.addnext(valletta)
        table.addnext(ostia)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)
    review(project)

    added = values(project, "tianjin-rome")["cities"][2:]
    assert added == [{"name": "Ostia"}, {"name": "Valletta", "country": "Malta"}]


def test_copied_fields_are_no_city_whose_fields_the_form_lost(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        found = controls(root)
        for tag in ("cities[1].name", "cities[2].name"):
            lost = next(found[tag].iterancestors(f"{W}tbl"))
            parent_of(lost).remove(lost)
        table = next(found["cities[0].name"].iterancestors(f"{W}tbl"))
        copied = deepcopy(table)
        fill(copied, {"cities[0].name": "Shanghai"})
        table.addnext(copied)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)
    review(project)

    names = [city["name"] for city in values(project, "tianjin-rome")["cities"]]
    assert names == ["Tianjin", ["Rome", "Velletri"], "Shanghai"]


def table_of(root: etree._Element, tag: str) -> etree._Element:
    """The table with the control of that tag."""
    return next(controls(root)[tag].iterancestors(f"{W}tbl"))


def without_row(table: etree._Element, tag: str) -> None:
    lost = next(controls(table)[tag].iterancestors(f"{W}tr"))
    parent_of(lost).remove(lost)


def beside(_: etree._Element, original: etree._Element, copied: etree._Element) -> None:
    """Leave the tables as they are."""


def joined(_: etree._Element, original: etree._Element, copied: etree._Element) -> None:
    """Join the tables, as Word does if there is nothing between them."""
    for row in copied.findall(f"{W}tr"):
        original.append(row)
    parent_of(copied).remove(copied)


def by_labels(root: etree._Element, original: etree._Element, copied: etree._Element) -> None:
    """Remove all controls, as a program that does not know them."""
    for control in list(root.iter(f"{W}sdt")):
        unwrapped(control)


def copy_by_labels(_: etree._Element, original: etree._Element, copied: etree._Element) -> None:
    """Remove the controls of the copy, but that of its name."""
    for control in list(copied.iter(f"{W}sdt")):
        if part(control, "sdtPr/tag").get(f"{W}val") != "cities[0].name":
            unwrapped(control)


SHANGHAI = {"name": "Shanghai", "country": "Singapore", "population": "24 Mio", "airport": "PVG"}
FATES = (beside, joined, by_labels, copy_by_labels)


@pytest.mark.parametrize(("fate", "lost"), crossed(FATES, ["", "name", "country", "population", "airport"]))
def test_field_that_a_city_lost_is_not_that_of_its_copy(project: Path, lost: str, fate: Any) -> None:
    def edit(root: etree._Element) -> None:
        original = table_of(root, "cities[0].name")
        copied = deepcopy(original)
        fill(copied, {f"cities[0].{name}": text for name, text in SHANGHAI.items()})
        if lost:
            without_row(original, f"cities[0].{lost}")
        original.addnext(copied)
        fate(root, original, copied)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)
    run = review(project)

    assert (run.codes, set(changes(run))) == (["review-date-kept"], {"cities[2]"})
    tianjin, _, shanghai = values(project, "tianjin-rome")["cities"]
    assert tianjin == {"name": "Tianjin", "country": "China", "population": 13600000}
    assert shanghai == SHANGHAI


@pytest.mark.parametrize("lost", ["name", "country", "population", "airport"])
def test_copy_in_which_nothing_was_changed_is_no_city_although_the_original_lost_a_field(
    project: Path, lost: str
) -> None:
    def edit(root: etree._Element) -> None:
        original = table_of(root, "cities[0].name")
        original.addnext(deepcopy(original))
        without_row(original, f"cities[0].{lost}")

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project)) == {}


def test_copy_above_the_fields_that_were_sent_is_the_further_city(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        original = table_of(root, "cities[0].name")
        copied = deepcopy(original)
        fill(copied, {f"cities[0].{name}": text for name, text in SHANGHAI.items()})
        fill(original, {"cities[0].population": "14 Mio"})
        original.addprevious(copied)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project)).keys() == {"cities[0].population", "cities[2]"}
    cities = values(project, "tianjin-rome")["cities"]
    assert (cities[0]["name"], cities[0]["population"], cities[2]) == ("Tianjin", "14 Mio", SHANGHAI)


@pytest.mark.parametrize("has_copy", [True, False])
def test_fields_of_a_table_that_was_split_are_of_one_city(project: Path, *, has_copy: bool) -> None:
    def edit(root: etree._Element) -> None:
        original = table_of(root, "cities[0].name")
        if has_copy:
            copied = deepcopy(original)
            fill(copied, {f"cities[0].{name}": text for name, text in SHANGHAI.items()})
            original.addnext(copied)
        fill(original, {"cities[0].airport": "TSN"})
        rest = deepcopy(original)
        for index, row in enumerate(original.findall(f"{W}tr")):
            is_in_rest = index > 2  # the first row is the head
            lost = row if is_in_rest else rest.findall(f"{W}tr")[0]
            parent_of(lost).remove(lost)
        original.addnext(rest)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)
    review(project)

    cities = values(project, "tianjin-rome")["cities"]
    assert cities[0] == {"name": "Tianjin", "country": "China", "population": 13600000, "airport": "TSN"}
    assert cities[2:] == ([SHANGHAI] if has_copy else [])


def test_rows_in_another_order_are_of_the_same_city(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        fill(root, {"cities[0].country": "Singapore"})
        table = table_of(root, "cities[0].name")
        table.append(next(controls(root)["cities[0].name"].iterancestors(f"{W}tr")))

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project)) == {"cities[0].country": ("China", "Singapore")}


@pytest.mark.parametrize(
    "order", mostly_long([("one.docx", "two.docx"), ("two.docx", "one.docx")], {("one.docx", "two.docx")})
)
def test_field_that_one_of_two_replies_lost_is_that_of_the_other(project: Path, order: tuple[str, str]) -> None:
    form = made(project, "tianjin-rome")
    answered(project, form, {"cities[0].population": None, "period": None, "cities[1].population": "3 Mio"}, "one.docx")
    answered(project, form, {"cities[0].population": "14 Mio", "period": "2026"}, "two.docx")
    run = ucap(project, "review", *order, "--apply", "--json")

    assert (run.code, run.report["conflicts"]) == (0, [])
    after = values(project, "tianjin-rome")
    assert [city["population"] for city in after["cities"]] == ["14 Mio", "3 Mio"]
    assert after["period"] == "2026"


def test_facts_of_a_new_city_without_its_name_are_reported(project: Path) -> None:
    answered(project, made(project, "tianjin-rome"), {"cities[2].country": "Italy"})

    assert review(project).codes == ["field-missing"]


def test_draft_finds_answers_of_a_city_after_one_with_unknown_answers_alone() -> None:
    answers: dict[Loc, FormAnswer] = {
        ("cities", 0, "twin"): FormAnswer("Prague", "", Location("a.docx", field="cities[0].twin")),
        ("cities", 1, "name"): FormAnswer("Rome", "", Location("a.docx", field="cities[1].name")),
    }
    draft = form_draft(PlanForm("a.docx", DocumentIdentity(), answers), Labels(()))

    assert draft.has_cities()
    assert draft.fields["cities"] == [{"name": "Rome"}]
    assert draft.place_of(("cities", 0, "name")).field == "cities[1].name"


def test_answers_keep_hyphens_and_have_no_tab_stops(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        content = part(controls(root)["cities[0].airport"], "sdtContent")
        for child in list(content):
            content.remove(child)
        run = etree.SubElement(content, f"{W}r")
        etree.SubElement(run, f"{W}t").text = "Saint"
        etree.SubElement(run, f"{W}noBreakHyphen")
        etree.SubElement(run, f"{W}t").text = "Denis"
        paragraph = parent_of(controls(root)["period"])
        unwrapped(controls(root)["period"])
        tabs = etree.SubElement(part(paragraph, "pPr"), f"{W}tabs")
        etree.SubElement(tabs, f"{W}tab", {f"{W}val": "left", f"{W}pos": "720"})

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project)) == {"cities[0].airport": ("", "Saint\u2011Denis")}


def test_field_that_does_not_end_in_its_answer_hides_no_others(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        fill(root, {"cities[0].airport": "TSN", "period": "2026"})
        begin = etree.SubElement(
            etree.SubElement(part(controls(root)["cities[0].airport"], "sdtContent"), f"{W}r"), f"{W}fldChar"
        )
        begin.set(f"{W}fldCharType", "begin")

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project)).keys() == {"cities[0].airport", "period"}


def test_paragraphs_whose_end_is_deleted_are_one_line_of_an_answer(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        control = controls(root)["period"]
        paragraph = parent_of(control)
        unwrapped(control)
        for run in list(paragraph.iter(f"{W}r")):
            part(run, "t").text = "2026"
        first = deepcopy(paragraph)
        part(next(first.iter(f"{W}r")), "t").text = "May "
        mark = etree.SubElement(part(first, "pPr"), f"{W}rPr")
        etree.SubElement(mark, f"{W}del")
        paragraph.addprevious(first)

    rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)

    assert changes(review(project)) == {"period": ("May 2017", "May 2026")}


def test_form_of_a_stranger_changes_only_fields_that_exist(project: Path) -> None:
    def edit(root: etree._Element) -> None:
        for tag, control in controls(root).items():
            if tag in {"period", "title", "contact.phone"}:
                path = {"period": "cities[99999999].name", "title": "__class__.x", "contact.phone": "sources"}[tag]
                part(control, "sdtPr/tag").set(f"{W}val", path)
                fill(root, {path: "text"})

    form = rewritten(made(project, "tianjin-rome"), project / "answers.docx", edit)
    run = review(project)

    assert run.codes == ["form-field-unknown", "form-field-unknown", "review-date-kept"]
    assert changes(run).keys() <= {"sources"}
    read = read_form(WordPackage(form.read_bytes(), "answers.docx"))
    assert read is not None
    assert all(re.fullmatch(r"[\w.\[\]]+", field_name(loc)) for loc in read.answers)
