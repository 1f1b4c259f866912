"""Reviews of Word files with moved, exchanged and emptied texts, which are applied at both ends or not at all."""

from pathlib import Path
from random import Random

import pytest
from lxml import etree

from tests.command import ucap, write_plan
from tests.photos import write_pictures
from tests.random_edits import CELL, LINK, ROW, RandomEdit, words_of
from tests.selected_cases import every
from tests.test_review_packs import PLAN, results, review
from tests.tracked import accepted, paragraphs, part
from tests.translations import translated_project
from ucap_reports import render
from ucap_reports.importers import paragraph_identity
from ucap_reports.importers.parsed_cells_and_lists import TextLine
from ucap_reports.word.file.word_xml import qualified


def built(folder: Path, pack: str) -> RandomEdit:
    """The built Word file of the plan in a pack."""
    path = write_pictures(folder, f"{PLAN}template: {pack}\n")
    ucap(folder, "build", "--format", "docx", "--no-index")
    return RandomEdit(folder / "out" / f"{path.stem}.docx", Random(1))  # noqa: S311 - not used


def having(edited: RandomEdit, tag: str, words: str) -> etree._Element:
    """The innermost element that begins with these words."""
    return [each for each in edited.root.iter(tag) if words_of(each).startswith(words)][-1]


def test_exchanged_cells_are_changes_of_both_fields(tmp_path: Path) -> None:
    edited = built(tmp_path, "iuc-asia")
    edited.exchange_cells(having(edited, CELL, "Red River Delta"), having(edited, CELL, "Occitanie"))
    path = edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path, "--apply")) == [("cities[0].region", True), ("cities[1].region", True)]
    shown = render(tmp_path / "plans" / "rome.yaml", formats="docx").docx.content
    assert paragraphs(part(shown)) == accepted(path.read_bytes())


def test_a_row_that_was_moved_with_its_label_is_listed_and_changes_no_field(tmp_path: Path) -> None:
    edited = built(tmp_path, "plain")
    before = (tmp_path / "plans" / "rome.yaml").read_bytes()
    edited.move_row(having(edited, ROW, "Results"), having(edited, ROW, "Challenges"))
    edited.save(tmp_path / "edited.docx")

    assert not any(applied for _, applied in results(review(tmp_path, "--apply")))
    assert (tmp_path / "plans" / "rome.yaml").read_bytes() == before


def test_a_row_that_was_deleted_is_removed_for_all_cities(tmp_path: Path) -> None:
    edited = built(tmp_path, "iuc-asia")
    edited.delete_row(having(edited, ROW, "Province"))
    edited.save(tmp_path / "edited.docx")

    fields = [("cities[0].region", True), ("cities[1].region", True), ("", True)]
    assert results(review(tmp_path, "--apply")) == fields


def test_a_paragraph_that_was_moved_from_a_field_that_cannot_be_empty_is_in_one_place(tmp_path: Path) -> None:
    edited = built(tmp_path, "glance")
    edited.paragraph("Narrow streets").addprevious(edited.paragraph("Less noise"))
    edited.save(tmp_path / "edited.docx")

    assert [applied for _, applied in results(review(tmp_path, "--apply"))] == [False, False]
    assert (tmp_path / "plans" / "rome.yaml").read_text(encoding="utf-8").count("Less noise") == 1


def test_the_contact_is_removed_completely_or_not_at_all(tmp_path: Path) -> None:
    edited = built(tmp_path, "iuc-asia")
    edited.delete_paragraphs(edited.paragraph("International Office"))
    edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path, "--apply")) == [("contact.office", False), ("contact.email", False)]


def test_what_is_in_no_value_of_the_plan_is_listed(tmp_path: Path) -> None:
    edited = built(tmp_path, "iuc-asia")
    edited.empty_cell(having(edited, CELL, "N/A"))
    edited.link_target(having(edited, LINK, "office@"))
    edited.margin_words(edited.root)
    edited.save(tmp_path / "edited.docx")

    (change,) = review(tmp_path, "--apply").report["changes"]

    assert (change["field"], change["applied"]) == ("", False)
    assert "N/A" in change["old"].split("\n")
    assert "<mailto:office@hanoi.example>" in change["old"]
    assert "<https://okapi.example/a>" in change["new"]
    assert "okapi" in change["new"].split("\n")[-1]


def test_an_edit_of_the_second_language_is_listed(tmp_path: Path) -> None:
    translated_project(tmp_path)
    ucap(tmp_path, "build", "--format", "docx", "--no-index", "--template", "bilingual")
    edited = RandomEdit(tmp_path / "out" / "tianjin-rome.bilingual.fr.docx", Random(1))  # noqa: S311 - not used
    edited.replace("and vice-versa.", "and back.", "Li Wei")
    edited.save(tmp_path / "edited.docx")

    (change,) = review(tmp_path, "--apply").report["changes"]

    assert (change["field"], change["author"], change["applied"]) == ("", "Li Wei", False)
    assert change["new"].endswith("and back.")


@pytest.mark.no_cover
@pytest.mark.parametrize("language", every(2, ["fr", "zh"]))
def test_a_translated_partnership_goes_into_the_translation(tmp_path: Path, language: str) -> None:
    translated_project(tmp_path)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = RandomEdit(tmp_path / "out" / f"tianjin-rome.{language}.docx", Random(1))  # noqa: S311 - not used
    old = {"fr": "mobilité urbaine", "zh": "城市交通"}[language]
    edited.replace(old, "okapi", "Li Wei")
    edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path, "--apply")) == [("urban_agenda[1]", True)]
    ucap(tmp_path, "build", "--format", "docx", "--no-index", "--out", "after")
    shown = paragraphs(part((tmp_path / "after" / f"tianjin-rome.{language}.docx").read_bytes()))
    assert shown == accepted((tmp_path / "edited.docx").read_bytes())


@pytest.mark.parametrize(("limit", "pairs"), [(4, {0: 1}), (3, {0: 0, 1: 1})])
def test_paragraphs_are_compared_only_if_they_are_few(
    monkeypatch: pytest.MonkeyPatch, limit: int, pairs: dict[int, int]
) -> None:
    """Two are compared with two, of which one has the same words; otherwise, their order counts."""
    monkeypatch.setattr(paragraph_identity, "_MAX_COMPARED", limit)
    old = [paragraph_of("Clean air", "first cell"), paragraph_of("Parks", "second cell")]
    new = [paragraph_of("Parks", "fourth cell"), paragraph_of("Streets", "third cell")]
    assert paragraph_identity.paired_paragraphs(old, new) == pairs


def paragraph_of(text: str, holder: str) -> paragraph_identity.DocumentParagraph:
    return paragraph_identity.DocumentParagraph(
        TextLine(()), text, holder, (None, None), is_in_body=True, is_beside=False
    )


@pytest.mark.long
def test_more_paragraphs_than_are_compared_are_paired_by_their_place(tmp_path: Path) -> None:
    items = "".join(f"  - Item {number}\n" for number in range(600))
    write_plan(tmp_path, "rome.yaml", f"cities: [{{name: Rome, country: Italy}}]\nobjectives: |\n{items}")
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = RandomEdit(tmp_path / "out" / "rome.docx", Random(1))  # noqa: S311 - not used
    for text in edited.root.iter(qualified("w:t")):
        text.text = (text.text or "").replace("Item", "Point")
    edited.save(tmp_path / "edited.docx")

    assert results(review(tmp_path, "--apply")) == [("objectives", True)]
    assert "  - Point 599\n" in (tmp_path / "plans" / "rome.yaml").read_text(encoding="utf-8")
