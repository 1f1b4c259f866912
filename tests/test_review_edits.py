"""Reviews of edited Word files: comments, and any edit of any plan."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.command import ucap, write_plan
from tests.edited_words import WordEdit
from tests.stages import EXAMPLE, SHIPPED_PACKS
from tests.strategies import plan_texts
from tests.tracked import accepted, paragraphs, part
from ucap_reports import render
from ucap_reports.importers.fields_of_paragraphs import DocumentState
from ucap_reports.importers.word_review import Review, ReviewApplication
from ucap_reports.word.file.word_xml import qualified

COMMENTS = (
    '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:comment w:id="7" w:author="Anna Rossi" w:date="2026-11-21T09:30:00Z">'
    "<w:p><w:r><w:t>Which districts?</w:t></w:r></w:p><w:p><w:r><w:t>A</w:t><w:br/><w:t>or B?</w:t></w:r></w:p>"
    "</w:comment></w:comments>"
)


def test_comments_are_listed_with_their_author_and_the_words_they_are_about(tmp_path: Path) -> None:
    write_plan(tmp_path, EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = WordEdit(tmp_path / "out" / "tianjin-rome.docx")
    edited.comment("and vice-versa.", 7)
    edited.save(tmp_path / "edited.docx", comments=COMMENTS.encode())

    (comment,) = ucap(tmp_path, "review", "edited.docx", "--json").report["comments"]

    assert (comment["plan"], comment["author"], comment["text"]) == (
        "tianjin-rome",
        "Anna Rossi",
        "Which districts?\nA\nor B?",
    )
    assert comment["about"].endswith("and vice-versa.")


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("written", "printed", "words"),
    [
        ("budget: EUR 1,234,567", "€1,234,567", "€1,234,567 (planned)"),
        ("budget: 20 EUR", "€20", "about €20"),
        ("start: 2019-02", "February 2019", "February 2019 (planned)"),
        ("start: 2019-02-01", "1 February 2019", "before 1 February 2019"),
    ],
)
def test_review_replaces_amounts_and_dates_that_become_words(
    tmp_path: Path, written: str, printed: str, words: str
) -> None:
    fields = "fields:\n  budget: {type: money, label: 'Budget:'}\n  start: {type: date, label: 'Start:'}\n"
    (tmp_path / "ucap.yaml").write_text(fields, encoding="utf-8")
    text = f"cities:\n  - {{name: Rome, country: Italy}}\n{written}  # a comment\n"
    path = write_plan(tmp_path, "rome.yaml", text)
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = WordEdit(tmp_path / "out" / "rome.docx")
    edited.replace(printed, words)
    edited.save(tmp_path / "edited.docx")

    (change,) = ucap(tmp_path, "review", "edited.docx", "--apply", "--json").report["changes"]

    assert change["applied"], change["reason"]
    field, _, _ = written.partition(":")
    assert path.read_text(encoding="utf-8").splitlines()[-1] == f"{field}: {words} # a comment"


def test_names_of_reviewers_cannot_look_like_lines_of_the_report(tmp_path: Path) -> None:
    write_plan(tmp_path, EXAMPLE.name, EXAMPLE.read_text(encoding="utf-8"))
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = WordEdit(tmp_path / "out" / "tianjin-rome.docx")
    edited.comment("and vice-versa.", 7)
    edited.replace("Rome", "Roma", "Li\nobjectives (not tracked)")
    forged = COMMENTS.replace("Anna Rossi", "Anna&#10;0 changes found.").replace("districts?", "districts?<w:br/>Why?")
    edited.save(tmp_path / "edited.docx", comments=forged.encode())

    lines = ucap(tmp_path, "review", "edited.docx").out.splitlines()

    assert not [line for line in lines if line.startswith(("0 changes", "objectives (", "Why"))]
    assert any(line.startswith(r"comment by Anna\n0 changes found.") for line in lines)
    assert any(r"Li\nobjectives (not tracked)" in line for line in lines)


@pytest.mark.parametrize("author", ["", "Li Wei"])
@pytest.mark.parametrize("pack", ["iuc-asia", "glance"])
def test_an_address_typed_in_the_place_of_another_one_is_applied_without_the_old_link(
    tmp_path: Path, pack: str, author: str
) -> None:
    """Programs change the text of a link, but not where it leads."""
    contact = "contact: {office: Office, email: a@rome.example, website: www.rome.example}\n"
    text = f"cities: [{{name: Rome}}]\nresults: See www.less-noise.eu and [more](https://more.eu).\n{contact}"
    plan = write_plan(tmp_path, "rome.yaml", f"{text}template: {pack}\n")
    ucap(tmp_path, "build", "--format", "docx", "--no-index")
    edited = WordEdit(tmp_path / "out" / "rome.docx")
    words = {"a@rome.example": "b@rome.example", "www.rome.example": "www.roma.example", "less-noise.eu": "noise.eu"}
    for old, new in words.items():
        edited.replace(old, new, author)
    edited.replace("more", "less", author)  # a link whose text is no address
    edited.save(tmp_path / "edited.docx")

    changes = ucap(tmp_path, "review", "edited.docx", "--apply", "--json").report["changes"]

    assert all(change["applied"] for change in changes)
    for old, new in {**words, "[more]": "[less]"}.items():
        text = text.replace(old, new)
    assert plan.read_text(encoding="utf-8") == f"{text}template: {pack}\n"


@pytest.mark.long
@settings(max_examples=25)
@given(plan_texts(), st.sampled_from(SHIPPED_PACKS), st.data())
def test_any_edit_is_in_the_next_build_or_changes_nothing(text: str, pack: str, data: st.DataObject) -> None:
    text = f"{text}\ntemplate: {pack}\n"
    with TemporaryDirectory() as folder:
        project = Path(folder)
        plan = write_plan(project, "x.yaml", text)
        ucap(project, "build", "--format", "docx", "--no-index")
        edited = WordEdit(project / "out" / "x.docx")
        pieces = [each.text or "" for each in edited.root.iter(qualified("w:t"))]
        old = data.draw(st.sampled_from([each for each in pieces if each.strip() and "".join(pieces).count(each) == 1]))
        edited.replace(old, f"{old} edited".lstrip(), "Li Wei" if data.draw(st.booleans()) else "")
        path = edited.save(project / "edited.docx")

        run = ucap(project, "review", "edited.docx", "--apply", "--json")

        assert run.report["changes"]
        if all(each["applied"] for each in run.report["changes"]):
            assert paragraphs(part(render(plan, formats="docx").docx.content)) == accepted(path.read_bytes())
        else:
            assert plan.read_text(encoding="utf-8") == text


def test_change_that_cannot_be_applied_is_tried_once() -> None:
    sent = DocumentState({}, {("title",): "a"}, {}, (), ())
    edited = replace(sent, values={("title",): "b"})
    texts = []

    def built(text: str) -> DocumentState:
        texts.append(text)
        return sent

    review = Review("reply.docx", (), sent.values, edited)
    application = ReviewApplication("a", [review], lambda _: None, lambda _text, _loc, _old, new: new, built)
    applied = application.apply(lambda _: True)

    assert texts == ["a", "b"]
    assert list(applied.reasons.values()) == ["a document built from the plan would not show exactly these words"]


@pytest.mark.parametrize("author", ["", "Anna Rossi"])
def test_review_keeps_lists_whose_items_begin_with_another_list(tmp_path: Path, author: str) -> None:
    plan = """\
cities: [{name: Rome, country: Italy}, {name: Paris, country: France}]
challenges: |
  - - deeper
    - also
  - words0
objectives: |
  - first
  - - words1
results: |
  1. - words2
     - deeper
  2. last
"""
    path = write_plan(tmp_path, "a-b.yaml", plan)
    assert ucap(tmp_path, "build", "--format", "docx", "--no-index").code == 0
    edit = WordEdit(tmp_path / "out" / "a-b.docx")
    for number in range(3):
        edit.replace(f"words{number}", f"other words{number}", author)
    edit.save(tmp_path / "reply.docx")

    assert ucap(tmp_path, "review", "reply.docx", "--apply").code == 0
    assert path.read_text(encoding="utf-8") == plan.replace("words", "other words")


def test_review_inserts_an_item_into_a_list_whose_first_item_begins_with_another_list(tmp_path: Path) -> None:
    plan = (
        "cities: [{name: Rome, country: Italy}, {name: Paris, country: France}]\nresults: |\n  - - deeper\n  - words\n"
    )
    path = write_plan(tmp_path, "a-b.yaml", plan)
    assert ucap(tmp_path, "build", "--format", "docx", "--no-index").code == 0
    edit = WordEdit(tmp_path / "out" / "a-b.docx")
    edit.insert_after("words", "more", "Anna Rossi")
    edit.save(tmp_path / "reply.docx")

    assert ucap(tmp_path, "review", "reply.docx", "--apply").code == 0
    assert path.read_text(encoding="utf-8") == f"{plan}  - more\n"
