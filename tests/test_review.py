"""`ucap review`: the changes of edited Word files by field, author and date, applied to plans and translations."""

import re
from pathlib import Path

import pytest
from lxml import etree

from tests.command import Run, ucap, write_plan
from tests.edited_words import WordEdit
from tests.selected_cases import every
from tests.stages import EXAMPLE
from tests.tracked import paragraphs, part
from tests.translations import po_entries, po_path, translated_project
from ucap_reports import render
from ucap_reports.importers.fields_of_paragraphs import _offsets_between
from ucap_reports.word.file.word_xml import qualified

TEXT = EXAMPLE.read_text(encoding="utf-8")
LI, ANNA = "Li Wei", "Anna Rossi"
EARLY, LATE = "2026-11-20T10:00:00Z", "2026-11-21T09:30:00Z"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_plan(tmp_path, "tianjin-rome.yaml", TEXT)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    return tmp_path


def edit(project: Path, name: str = "tianjin-rome.docx") -> WordEdit:
    return WordEdit(project / "out" / name)


def review(project: Path, *words: str) -> Run:
    return ucap(project, "review", *words, "--json")


def found(run: Run) -> list[tuple[str, str, str]]:
    return [(each["field"], each["old"], each["new"]) for each in run.report["changes"]]


def words(content: bytes) -> list[str]:
    return paragraphs(part(content))


def test_ends_of_paragraphs_keep_their_authors_if_another_changes_their_format(tmp_path: Path) -> None:
    write_plan(tmp_path, "x.yaml", "cities: [{name: Rome}]\nchallenges: |\n  One.\n\n  Two.\n")
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = edit(tmp_path, "x.docx")
    properties = edited.paragraph("One.").find(qualified("w:pPr"))
    assert properties is not None
    mark = properties.find(qualified("w:rPr"))
    mark = etree.SubElement(properties, qualified("w:rPr")) if mark is None else mark
    for name, author, date in (("w:del", ANNA, EARLY), ("w:rPrChange", LI, LATE)):
        change = etree.SubElement(mark, qualified(name))
        change.set(qualified("w:author"), author)
        change.set(qualified("w:date"), date)
    etree.SubElement(mark[-1], qualified("w:rPr"))
    edited.save(tmp_path / "reply.docx")

    all_changes = review(tmp_path, "reply.docx")
    of_anna = review(tmp_path, "reply.docx", "--only-author", ANNA)

    assert {change["author"] for change in all_changes.report["changes"]} == {ANNA}
    assert found(of_anna) == found(all_changes) != []


def test_paragraph_that_became_an_item_is_a_change_of_its_author(tmp_path: Path) -> None:
    write_plan(tmp_path, "x.yaml", "cities: [{name: Rome}]\nchallenges: One.\nactivities: [A, B]\n")
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = edit(tmp_path, "x.docx")
    properties = edited.paragraph("One.").find(qualified("w:pPr"))
    assert properties is not None
    numbering = etree.SubElement(properties, qualified("w:numPr"))
    for name in ("w:ilvl", "w:numId"):
        etree.SubElement(numbering, qualified(name)).set(qualified("w:val"), str(int(name == "w:numId")))
    inserted = etree.SubElement(numbering, qualified("w:ins"))
    inserted.set(qualified("w:author"), ANNA)
    inserted.set(qualified("w:date"), EARLY)
    edited.save(tmp_path / "reply.docx")

    (change,) = review(tmp_path, "reply.docx").report["changes"]

    assert (change["field"], change["author"], change["new"]) == ("challenges", ANNA, "- One.")


TRACKED = [
    (LI, EARLY, "Rome", "Roma Capitale", "cities[1].name"),
    (ANNA, LATE, "13.6 Mio", "13.8 Mio", "cities[0].population"),
    (LI, EARLY, "Lazio", "Lazio and Umbria", "cities[1].region"),
    (ANNA, LATE, "May 2017 (as", "June 2017 (as", "period"),
    (LI, EARLY, "Smart city construction", "Smart city planning", "themes[2]"),
    (ANNA, LATE, "Economy and trade", "Economy", "themes[3]"),
    (LI, EARLY, "Resilient and sustainable cities", "Sustainable cities", "sdgs[0]"),
    (ANNA, LATE, "Establishing deeper ties", "Establishing close ties", "focus[0].text"),
    (LI, EARLY, "agricultural testing", "food testing", "focus[1].text"),
    (ANNA, LATE, "pilot and demonstrative projects", "pilot projects", "focus[2].text"),
    (LI, EARLY, "university education", "higher education", "focus[3].text"),
    (ANNA, LATE, "and vice-versa.", "and back.", "challenges"),
    (LI, EARLY, "large and small", "of all sizes", "objectives"),
    (ANNA, LATE, "Facilitate and launch", "Start", "objectives"),
    (LI, EARLY, "British Center Project", "British Centre", "activities[1].text"),
    (ANNA, LATE, "paid a study visit", "paid two visits", "activities[2].text"),
    (LI, EARLY, "March 2017 in Beijing", "April 2017 in Beijing", "activities[3].when"),
    (ANNA, LATE, "10th China", "11th China", "activities[4].text"),
    (LI, EARLY, "Global Port Cities", "Port Cities", "activities[5].text"),
    (ANNA, LATE, "concrete results", "results", "results"),
]


@pytest.mark.parametrize(
    "office",
    [False, pytest.param(True, marks=pytest.mark.long)],
    ids=["as Word saves it", "as LibreOffice saves it"],
)
def test_twenty_tracked_edits_by_two_authors_are_reported_and_applied(project: Path, *, office: bool) -> None:
    edited = edit(project)
    for author, date, old, new, _ in TRACKED:
        edited.replace(old, new, author, date)
    edited.save(project / "edited.docx", office=office)

    listed = review(project, "edited.docx")
    applied = review(project, "edited.docx", "--apply")

    assert (listed.code, applied.code) == (0, 0)
    assert {(each["author"], each["field"].split("[")[0].split(".")[0]) for each in listed.report["changes"]} == {
        (author, field.split("[")[0].split(".")[0]) for author, _, _, _, field in TRACKED
    }
    assert len(listed.report["changes"]) == len(TRACKED)
    assert {each["date"][:10] for each in listed.report["changes"]} == {EARLY[:10], LATE[:10]}
    assert all(each["applied"] for each in applied.report["changes"])
    built = render(project / "plans" / "tianjin-rome.yaml", formats="docx").docx.content
    edits = [(old, new) for _, _, old, new, _ in TRACKED]
    assert words(built) == _accepted(words(part_content(TEXT)), edits)
    again = review(project, "edited.docx", "--apply")
    assert (again.code, again.codes, again.report["changes"]) == (0, [], [])


def part_content(text: str) -> bytes:
    return render(text=text, formats="docx", name="tianjin-rome").docx.content


def _accepted(texts: list[str], edits: list[tuple[str, str]]) -> list[str]:
    joined = "\n".join(texts)
    for old, new in edits:
        assert joined.count(old) == 1, old
        joined = joined.replace(old, new)
    return joined.split("\n")


def test_the_plan_keeps_its_comments_and_what_has_not_changed(project: Path) -> None:
    edited = edit(project)
    edited.replace("10th China", "11th China", LI)
    edited.replace("Economy and trade", "Economy", LI)
    edited.save(project / "edited.docx")

    review(project, "edited.docx", "--apply")

    text = (project / "plans" / "tianjin-rome.yaml").read_text(encoding="utf-8")
    assert text == TEXT.replace("10th China", "11th China").replace("  - Economy and trade", "  - Economy")


def test_a_plan_with_aliases_is_not_changed(tmp_path: Path) -> None:
    text = "cities:\n  - {name: &rome Rome, region: *rome, country: Italy}\nperiod: 2019\n"
    plan = write_plan(tmp_path, "rome.yaml", text)
    assert ucap(tmp_path, "build", "--format", "docx", "--no-index").code == 0
    edited = WordEdit(tmp_path / "out" / "rome.docx")
    edited.replace("2019", "2020")
    edited.save(tmp_path / "edited.docx")

    run = review(tmp_path, "edited.docx", "--apply")

    (change,) = run.report["changes"]
    assert (change["applied"], "aliases" in change["reason"]) == (False, True)
    assert plan.read_text(encoding="utf-8") == text


def test_edits_without_tracking_are_differences_from_the_plan(project: Path) -> None:
    edited = edit(project)
    edited.replace("10th China", "11th China")
    edited.replace("Lazio", "Latium")
    edited.save(project / "edited.docx")

    run = review(project, "edited.docx", "--apply")

    assert {(each["field"], each["author"], each["applied"]) for each in run.report["changes"]} == {
        ("cities[1].region", "", True),
        ("activities[4].text", "", True),
    }
    text = (project / "plans" / "tianjin-rome.yaml").read_text(encoding="utf-8")
    assert text == TEXT.replace("10th China", "11th China").replace("region: Lazio", "region: Latium")


def test_paragraphs_that_were_inserted_and_deleted_are_items_of_the_plan(project: Path) -> None:
    edited = edit(project)
    edited.insert_after("Energy conservation and", "Water", LI)
    edited.delete("paid a study visit", ANNA, LATE)
    edited.save(project / "edited.docx")

    run = review(project, "edited.docx", "--apply")

    assert [(each["field"], each["author"], each["applied"]) for each in run.report["changes"]] == [
        ("themes[2]", LI, True),
        ("activities[2]", ANNA, True),
    ]
    text = (project / "plans" / "tianjin-rome.yaml").read_text(encoding="utf-8")
    removed = next(line for line in TEXT.split("\n") if "paid a study visit" in line)
    assert text == TEXT.replace(f"{removed}\n", "").replace(
        "  - Smart city construction\n", "  - Water\n  - Smart city construction\n"
    )


AMBIGUOUS = [
    ("Population:", "Inhabitants:"),
    ("Province, State, Department...:", "Region:"),
    ("Expected results and benefits:", "Results:"),
    ("Size (km²)", "Area"),
    ("Period of cooperation", "Time"),
    ("Key challenges of cooperation theme:", "Problems:"),
    ("A European Union Programme", "A Programme of the Union"),
    ("Italy, UK", "Itly, UK"),
    ("SDG 11 Resilient", "SDG 99 Resilient"),
    ("Main objectives of cooperation as described in the U-CAP:", "Aims:"),
]


@pytest.mark.no_cover
@pytest.mark.parametrize(("old", "new"), every(2, AMBIGUOUS))
def test_what_is_not_in_a_field_or_not_valid_is_listed_and_not_applied(project: Path, old: str, new: str) -> None:
    edited = edit(project)
    edited.replace(old, new, LI)
    edited.save(project / "edited.docx")
    before = (project / "plans" / "tianjin-rome.yaml").read_bytes()

    run = review(project, "edited.docx", "--apply")

    assert run.report["changes"]
    assert not any(each["applied"] for each in run.report["changes"])
    assert all(each["reason"] for each in run.report["changes"])
    assert set(run.codes) == {"review-not-applied"}
    assert (project / "plans" / "tianjin-rome.yaml").read_bytes() == before


def test_changes_of_fields_that_have_not_changed_are_applied_to_a_newer_plan(project: Path) -> None:
    edited = edit(project)
    edited.replace("10th China", "11th China", LI)
    edited.replace("and vice-versa.", "and back.", LI)
    edited.replace("Lazio", "Latium")
    edited.save(project / "edited.docx")
    newer = TEXT.replace("Internationalisation of city", "Internationalisation of the city")
    write_plan(project, "tianjin-rome.yaml", newer)

    run = review(project, "edited.docx", "--apply")

    states = {(each["field"], each["applied"]) for each in run.report["changes"]}
    assert ("activities[4].text", True) in states
    assert ("challenges", False) in states
    assert ("cities[1].region", True) in states
    text = (project / "plans" / "tianjin-rome.yaml").read_text(encoding="utf-8")
    assert text == newer.replace("10th China", "11th China").replace("region: Lazio", "region: Latium")


def test_the_changes_of_one_author_alone(project: Path) -> None:
    edited = edit(project)
    edited.replace("10th China", "11th China", LI)
    edited.replace("Lazio", "Latium", ANNA)
    edited.save(project / "edited.docx")

    run = review(project, "edited.docx", "--apply", "--only-author", ANNA)

    assert found(run) == [("cities[1].region", "Lazio", "Latium")]
    text = (project / "plans" / "tianjin-rome.yaml").read_text(encoding="utf-8")
    assert text == TEXT.replace("region: Lazio", "region: Latium")


@pytest.mark.no_cover
def test_an_unedited_file_has_no_changes(project: Path) -> None:
    assert found(review(project, "out/tianjin-rome.docx")) == []


@pytest.mark.long
def test_an_unedited_file_that_libreoffice_saved_has_no_changes(project: Path) -> None:
    edit(project).save(project / "saved.docx", office=True)
    assert found(review(project, "saved.docx")) == []


@pytest.mark.no_cover
@pytest.mark.parametrize("pack", every(2, ["iuc-asia", "iuc-japan", "iuc-americas", "bilingual"]))
def test_a_file_of_each_shipped_form_is_reviewed(tmp_path: Path, pack: str) -> None:
    plan = write_plan(tmp_path, "tianjin-rome.yaml", TEXT)
    ucap(tmp_path, "build", "--format", "docx", "--no-index", "--template", pack)
    name = "tianjin-rome.docx" if pack == "iuc-asia" else f"tianjin-rome.{pack}.docx"
    edited = edit(tmp_path, name)
    edited.replace("and vice-versa.", "and back.", LI)
    edited.save()

    run = review(tmp_path, f"out/{name}", "--apply")

    assert [(each["field"], each["applied"]) for each in run.report["changes"]] == [("challenges", True)]
    assert plan.read_text(encoding="utf-8") == TEXT.replace("and vice-versa.", "and back.")


def test_the_changes_of_a_translated_file_go_into_the_translation(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    before, entries = plan.read_bytes(), po_entries(po_path(tmp_path, "fr"))
    edited = edit(tmp_path, "tianjin-rome.fr.docx")
    edited.replace("et vice versa.", "et inversement.", LI)
    edited.replace("Villes résilientes et durables", "Villes durables", LI)
    edited.save(tmp_path / "edited.docx")

    run = review(tmp_path, "edited.docx", "--apply")

    assert {(each["field"], each["applied"]) for each in run.report["changes"]} == {
        ("challenges", True),
        ("sdgs[0]", True),
    }
    assert plan.read_bytes() == before
    after = po_entries(po_path(tmp_path, "fr"))
    assert after["challenges"].text == entries["challenges"].text.replace("vice versa", "inversement")
    assert after["sdgs[0]"].text == "Villes durables"
    assert [name for name in entries if after[name].text != entries[name].text] == ["sdgs[0]", "challenges"]


def test_a_fact_that_all_languages_share_is_not_applied_from_a_translated_file(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    before = plan.read_bytes(), po_path(tmp_path, "fr").read_bytes()
    edited = edit(tmp_path, "tianjin-rome.fr.docx")
    edited.replace("760", "800", LI)
    edited.save(tmp_path / "edited.docx")

    (change,) = review(tmp_path, "edited.docx", "--apply").report["changes"]

    assert (change["field"], change["applied"]) == ("cities[0].area_km2", False)
    assert change["reason"].startswith("translations do not contain it")
    assert (plan.read_bytes(), po_path(tmp_path, "fr").read_bytes()) == before


def test_a_change_of_an_only_item_written_without_a_list_goes_into_the_translation(tmp_path: Path) -> None:
    plan = translated_project(tmp_path)
    themes = re.compile("^themes:\n(?:  - .*\n)+", re.MULTILINE)
    plan.write_text(themes.sub("themes: Aviation\n", plan.read_text(encoding="utf-8")), encoding="utf-8")
    po = po_path(tmp_path, "fr")
    with po.open("a", encoding="utf-8") as file:
        file.write('\nmsgctxt "themes"\nmsgid "Aviation"\nmsgstr "Vols"\n')
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = edit(tmp_path, "tianjin-rome.fr.docx")
    edited.replace("Vols", "Avions", LI)
    edited.save(tmp_path / "edited.docx")

    (change,) = review(tmp_path, "edited.docx", "--apply").report["changes"]

    assert (change["field"], change["applied"]) == ("themes[0]", True)
    assert po_entries(po)["themes"].text == "Avions"


@pytest.mark.no_cover
def test_a_file_whose_changes_are_all_applied_is_overwritten_by_the_next_build(project: Path) -> None:
    edited = edit(project)
    edited.replace("10th China", "11th China", LI)
    edited.save()
    assert "document-edited" in ucap(project, "build", "--json", "--no-index", "--format", "docx").codes

    review(project, "out/tianjin-rome.docx", "--apply")
    run = ucap(project, "build", "--json", "--no-index", "--format", "docx")

    assert [each["status"] for each in run.report["documents"]] == ["written"]
    assert any("11th China" in text for text in words((project / "out" / "tianjin-rome.docx").read_bytes()))


def test_a_file_finds_its_plan_by_its_properties_or_by_the_option(project: Path) -> None:
    edited = edit(project)
    edited.replace("10th China", "11th China", LI)
    bare = edited.save(project / "renamed by mail.docx", bare=True)

    assert review(project, bare.name).codes == ["review-plan-unknown"]
    assert len(found(review(project, bare.name, "--plan", "tianjin-rome"))) == 1
    assert review(project, bare.name, "--plan", "other").codes == ["plan-unknown"]


def test_a_damaged_file_is_an_error(project: Path) -> None:
    (project / "x.docx").write_bytes(b"PK\x03\x04 damaged")
    run = review(project, "x.docx")
    assert run.code == 1
    assert len(run.codes) == 1


def test_review_prints_no_totals_of_changes_after_an_error(project: Path) -> None:
    (project / "x.docx").write_bytes(b"no Word file")

    run = ucap(project, "review", "x.docx")

    assert run.err.splitlines()[-1] == "Nothing reviewed; 1 error."
    both = ucap(project, "review", "x.docx", "out/tianjin-rome.docx")
    assert both.err.splitlines()[-1] == "0 changes and 0 comments found; 1 error."


@pytest.mark.parametrize(
    ("gaps", "text", "places"),
    [
        (["", ", ", ""], "Rome, Italy", [(0, 4), (6, 11)]),
        (["City: ", ", ", "."], "City: Rome, Italy.", [(6, 10), (12, 17)]),
        (["", ", ", ""], "Rome, Lazio, Italy", None),
        (["", ", ", ""], "Rome", None),
        (["a", "a"], "a", None),
        (["", "", ""], "ab", None),
        (["x", "y", "z"], "xyz", [(1, 1), (2, 2)]),
    ],
)
def test_fields_are_found_between_gaps_in_one_way_or_not(
    gaps: list[str], text: str, places: list[tuple[int, int]] | None
) -> None:
    assert _offsets_between(gaps, text) == places


def test_many_gaps_in_a_long_paragraph_take_linear_time() -> None:
    """A pattern with a group for each field would not end."""
    assert _offsets_between([", "] * 30, ", " * 100_000 + "x") is None
