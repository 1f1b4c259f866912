"""`ucap review` of files of every shipped pack: each edit is reported by its field, and applied where it is clear."""

from pathlib import Path

import pytest

from tests.command import Run, ucap
from tests.edited_words import WordEdit
from tests.photos import write_pictures
from tests.selected_cases import every, mostly_long
from tests.stages import SHIPPED_PACKS
from tests.tracked import accepted, paragraphs, part
from tests.translations import po_entries, po_path, translated_project
from tests.word_templates import docx, paragraph
from ucap_reports import render
from ucap_reports.importers.word_review import ELSEWHERE, MOVED
from ucap_reports.word.file.word_xml import qualified

pytestmark = pytest.mark.no_cover

PLAN = """\
cities:
  - name: Hanoi
    region: Red River Delta
    country: Viet Nam
    population: 8.4 Mio
    picture: {file: rome.jpg, alt: A lake., caption: The lake in spring.}
  # The partner since 2019.
  - {name: Toulouse, region: Occitanie, country: France, population: 504000, area_km2: 118}
period: 2019 to 2021
themes: [Urban mobility, Air quality]
sdgs: [SDG 11 Cities for all]
focus:
  - {theme: Mobility, text: Buses and trams.}
challenges: Narrow streets and old quarters.
objectives: |
  To reduce traffic in **four** districts.

  To measure the air.
activities:
  - {when: March 2019, text: Study visit to the south.}
  - {when: June 2019, text: Workshop on bus lanes.}
results: Less noise in both cities.
contact: {office: International Office, email: office@hanoi.example}
pictures:
  - {file: workshop.png, alt: Ten people., caption: The *workshop* of June., credit: 'Photo: Maria Rossi'}
  - {file: rome.jpg, alt: Again., caption: Once more}
"""
EDITS = [
    ("Occitanie", "Occitania", "cities[1].region"),
    ("118", "119", "cities[1].area_km2"),
    ("2019 to 2021", "2019 to 2022", "period"),
    ("Air quality", "Clean air", "themes[1]"),
    ("Cities for all", "Cities for everyone", "sdgs[0]"),
    ("Buses and trams", "Trams and buses", "focus[0].text"),
    ("Narrow streets", "Winding streets", "challenges"),
    ("four", "five", "objectives"),
    ("the south", "the north", "activities[0].text"),
    ("June 2019", "July 2019", "activities[1].when"),
    ("Less noise", "Less dust", "results"),
    ("International Office", "Office for Europe", "contact.office"),
    ("lake in spring", "lake in autumn", "cities[0].picture.caption"),
    (" of June.", " of July.", "pictures[0].caption"),
    ("Maria Rossi", "Anna Rossi", "pictures[0].credit"),
    ("Once more", "Here", "pictures[1].caption"),
]
UNPRINTED = {"period", "cities[1].region", "cities[1].area_km2", "themes[1]"}
"""Fields that not every pack prints, or not in every form."""
FORMS = {"tracked in Word": ("Li Wei", False), "tracked in LibreOffice": ("Li Wei", True), "not tracked": ("", False)}
DIFFERENT_PACKS = ("bilingual", "glance", "iuc-asia", "modern")
"""Packs with two languages, with boxes, with one table, and with columns."""
PACKS_AND_FORMS = [
    *((pack, "tracked in Word") for pack in SHIPPED_PACKS),
    *((pack, "tracked in LibreOffice") for pack in DIFFERENT_PACKS),
    *((pack, "not tracked") for pack in ("glance", "iuc-asia")),
]
"""`test_replies.py` tries edits that are not tracked in each pack."""


def built(folder: Path, pack: str) -> WordEdit:
    """The built Word file of the plan in a pack."""
    path = write_pictures(folder, f"{PLAN}template: {pack}\n")
    assert ucap(folder, "build", "--format", "docx", "--no-index").code == 0
    return WordEdit(folder / "out" / f"{path.stem}.docx")


def review(folder: Path, *words: str) -> Run:
    return ucap(folder, "review", "edited.docx", "--json", *words)


def results(run: Run) -> list[tuple[str, bool]]:
    return [(each["field"], each["applied"]) for each in run.report["changes"]]


def replace_all(edited: WordEdit, old: str, new: str) -> int:
    """Replace words wherever they are; returns the number of places."""
    places = [each for each in edited.root.iter(qualified("w:t")) if old in (each.text or "")]
    for each in places:
        each.text = (each.text or "").replace(old, new)
    return len(places)


@pytest.mark.parametrize(
    ("pack", "form"),
    [pytest.param(*case, marks=() if case[0] == "glance" else pytest.mark.long) for case in PACKS_AND_FORMS],
)
def test_edits_of_a_file_of_each_pack_are_reported_by_field_and_applied(tmp_path: Path, pack: str, form: str) -> None:
    edited, (author, office) = built(tmp_path, pack), FORMS[form]
    printed = "\n".join(paragraphs(edited.root))
    edits = [each for each in EDITS if each[0] in printed]
    assert {field for _, _, field in EDITS} - {field for _, _, field in edits} <= UNPRINTED
    for old, new, _ in edits:
        edited.replace(old, new, author)
    path = edited.save(tmp_path / "edited.docx", office=office)

    listed, applied = review(tmp_path), review(tmp_path, "--apply")

    assert sorted(results(listed)) == sorted((field, False) for _, _, field in edits)
    assert sorted(results(applied)) == sorted((field, True) for _, _, field in edits)
    plan = tmp_path / "plans" / "rome.yaml"
    assert "# The partner since 2019." in plan.read_text(encoding="utf-8")
    shown = paragraphs(part(render(plan, formats="docx").docx.content))
    if office:  # a column break is a line end in `printed`
        assert "\n".join(shown).split("\n") == _accepted(printed, edits)
    else:
        assert shown == accepted(path.read_bytes())


def _accepted(printed: str, edits: list[tuple[str, str, str]]) -> list[str]:
    for old, new, _ in edits:
        printed = printed.replace(old, new)
    return printed.split("\n")


@pytest.mark.parametrize("pack", mostly_long(SHIPPED_PACKS, {"glance"}))
def test_a_value_that_is_printed_twice_is_applied_if_it_is_edited_everywhere(tmp_path: Path, pack: str) -> None:
    edited = built(tmp_path, pack)
    for old, new in (("Hanoi", "Ha Noi"), ("8.4 Mio", "8.5 Mio")):
        assert replace_all(edited, old, new) >= 1
    edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path, "--apply")) == [("cities[0].name", True), ("cities[0].population", True)]

    text = (tmp_path / "plans" / "rome.yaml").read_text(encoding="utf-8")
    assert "name: Ha Noi\n" in text
    assert "population: 8.5 Mio\n" in text


@pytest.mark.parametrize("pack", ["modern", "glance"])
def test_a_value_that_is_printed_twice_is_not_applied_if_one_place_is_edited(tmp_path: Path, pack: str) -> None:
    edited = built(tmp_path, pack)
    first = next(each for each in edited.root.iter(qualified("w:t")) if each.text == "Toulouse")
    first.text = "Tolosa"
    edited.replace("Narrow streets", "Winding streets")
    edited.save(tmp_path / "edited.docx")

    run = review(tmp_path, "--apply")

    assert sorted(results(run)) == [("challenges", True), ("cities[1].name", False)]
    assert "name: Toulouse" in (tmp_path / "plans" / "rome.yaml").read_text(encoding="utf-8")


def test_words_that_were_moved_to_a_place_without_a_field_stay_in_the_plan(tmp_path: Path) -> None:
    edited = built(tmp_path, "iuc-asia")
    plan = tmp_path / "plans" / "rome.yaml"
    before = plan.read_bytes()
    edited.replace("Occitanie", "Hanoi")  # also elsewhere in the file
    edited.replace("Population:", "Occitanie")
    edited.save(tmp_path / "edited.docx")

    run = review(tmp_path, "--apply")

    assert [(each["field"], each["reason"]) for each in run.report["changes"]] == [
        ("cities[1].region", MOVED),
        ("", ELSEWHERE),
    ]
    assert plan.read_bytes() == before


def test_a_paragraph_that_was_moved_to_another_field_is_a_change_of_both(tmp_path: Path) -> None:
    edited = built(tmp_path, "glance")
    edited.paragraph("Narrow streets").addprevious(edited.paragraph("Less noise"))
    edited.save(tmp_path / "edited.docx")

    assert [field for field, _ in results(review(tmp_path))] == ["results", "challenges"]


CHALLENGES = "Key challenges of cooperation theme:"


def test_labels_that_were_swapped_are_a_change(tmp_path: Path) -> None:
    edited = built(tmp_path, "iuc-asia")
    for old, new in ((CHALLENGES, "~"), ("Population:", CHALLENGES), ("~", "Population:")):
        edited.replace(old, new)
    edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path)) == [("", False)]


@pytest.mark.parametrize("pack", mostly_long(SHIPPED_PACKS, {"iuc-asia"}))
def test_paragraphs_that_were_inserted_and_deleted_belong_to_the_field_beside_them(tmp_path: Path, pack: str) -> None:
    edited = built(tmp_path, pack)
    edited.insert_after("Workshop on bus lanes.", "Final meeting.", "Li Wei")
    edited.insert_after("To measure the air.", "To plant trees.", "Li Wei")
    edited.delete("Study visit", "Li Wei")
    edited.save(tmp_path / "edited.docx")

    run = review(tmp_path, "--apply")

    assert all(each["applied"] for each in run.report["changes"])
    shown = paragraphs(part(render(tmp_path / "plans" / "rome.yaml", formats="docx").docx.content))
    assert shown == accepted((tmp_path / "edited.docx").read_bytes())
    assert {"Final meeting.", "To plant trees."} <= set(shown)


@pytest.mark.parametrize("author", ["Li Wei", ""])
@pytest.mark.parametrize("pack", mostly_long(SHIPPED_PACKS, {"modern"}))
def test_several_paragraphs_that_were_inserted_before_a_field_belong_to_it(
    tmp_path: Path, pack: str, author: str
) -> None:
    edited = built(tmp_path, pack)
    before = {"To reduce traffic": "To plant", "Narrow streets": "Noise", "Less noise": "More buses"}
    for words, text in before.items():
        for number in (1, 2, 3):
            edited.insert_before(words, f"{text} {number}.", author)
    edited.save(tmp_path / "edited.docx")

    run = review(tmp_path, "--apply")

    fields = {change["field"] for change in run.report["changes"]}
    assert all(change["applied"] for change in run.report["changes"])
    assert fields == {"objectives", "challenges", "results"}
    shown = paragraphs(part(render(tmp_path / "plans" / "rome.yaml", formats="docx").docx.content))
    assert shown == accepted((tmp_path / "edited.docx").read_bytes())
    first = shown.index("To plant 1.")
    assert shown[first : first + 4] == [
        "To plant 1.",
        "To plant 2.",
        "To plant 3.",
        "To reduce traffic in four districts.",
    ]


COMPOSED = [("Urban mobility\u00a0· ", "Urban mobility\u00a0· Trees\u00a0· "), ("Key challenges", "Problems")]


@pytest.mark.parametrize(("old", "new"), COMPOSED)
def test_what_is_composed_or_belongs_to_the_pack_is_listed_and_not_applied(tmp_path: Path, old: str, new: str) -> None:
    edited = built(tmp_path, "glance")
    before = (tmp_path / "plans" / "rome.yaml").read_bytes()
    assert replace_all(edited, old, new) == 1
    edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path, "--apply")) == [("", False)]
    assert (tmp_path / "plans" / "rome.yaml").read_bytes() == before


def test_an_area_in_the_place_of_an_unknown_one_is_added_without_the_unit_of_its_label(tmp_path: Path) -> None:
    edited = built(tmp_path, "modern")
    edited.replace("N/A", "3,359 km²", "Li Wei")
    edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path, "--apply")) == [("cities[0].area_km2", True)]
    assert "    area_km2: 3,359\n" in (tmp_path / "plans" / "rome.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("pack", every(2, ["modern", "glance"]))
def test_the_changes_of_a_translated_file_go_into_the_translation(tmp_path: Path, pack: str) -> None:
    plan = translated_project(tmp_path)
    ucap(tmp_path, "build", "--format", "docx", "--no-index", "--template", pack)
    before, entries = plan.read_bytes(), po_entries(po_path(tmp_path, "fr"))
    edited = WordEdit(tmp_path / "out" / f"tianjin-rome.{pack}.fr.docx")
    edited.replace("et vice versa.", "et inversement.", "Li Wei")
    edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path, "--apply")) == [("challenges", True)]
    after = po_entries(po_path(tmp_path, "fr"))
    assert plan.read_bytes() == before
    assert after["challenges"].text == entries["challenges"].text.replace("vice versa", "inversement")
    assert [name for name in entries if after[name].text != entries[name].text] == ["challenges"]


OWN = "".join(
    map(
        paragraph,
        (
            "{% if summary.names|length > 20 %}Two places{% else %}{{ summary.title }}{% endif %}",
            "In short: {{ summary.names }}!",
            "{%p for row in summary.rows %}",
            "{{p row.label }}",
            "{%p for cell in row.cells %}",
            "{{p cell }}",
            "{%p endfor %}",
            "{%p endfor %}",
            "{{ summary.rows[-1].cells[0].text|upper }}",
        ),
    )
)
"""The body of a template of a designer's own, which also prints changed texts."""


def test_a_file_of_a_pack_of_your_own_is_reviewed(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "own"
    folder.mkdir(parents=True)
    settings = "extends: iuc-asia\nleaves_out: [contact, programme_label, page_number]\n"
    (folder / "pack.yaml").write_text(settings, encoding="utf-8")
    (folder / "summary.docx").write_bytes(docx(OWN))
    edited = built(tmp_path, "own")
    edited.replace("Narrow streets", "Winding streets", "Li Wei")
    edited.replace("Hanoi \N{EN DASH} Toulouse", "Hanoi \N{EN DASH} Tolosa", "Li Wei")
    edited.save(tmp_path / "edited.docx")

    run = review(tmp_path, "--apply")

    assert sorted(results(run)) == [("challenges", True), ("cities[1].name", True)]
