"""Word files with tracked changes between two editions: accepting gives the new words, rejecting the old ones."""

from functools import cache
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from openxml_audit import OpenXmlValidator

from tests.command import ucap, write_plan
from tests.selected_cases import crossed, every, paired
from tests.stages import EXAMPLE, SHIPPED_PACKS, shipped_pack
from tests.strategies import plan_texts
from tests.tools import office_pdf, page_texts
from tests.tracked import accepted, is_tracked, paragraphs, part, rejected
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.word.file.word_xml import NAMESPACES, VALUE, qualified
from ucap_reports.word.render_word import render_word
from ucap_reports.word.track_changes import track_changes

TEXT = EXAMPLE.read_text(encoding="utf-8")


@cache
def word(text: str, pack: str = "iuc-asia") -> bytes:
    opened = shipped_pack(pack)
    return render_word(compose_summary(parse_plan(Source("plans/x.yaml", text)), opened), opened).content


def edited(*edits: tuple[str, str]) -> str:
    text = TEXT
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


EDITS = {
    "a word": [("10th China", "11th China")],
    "hyphens at which no line ends": [("10th China", "10th cross-border U-CAP China")],
    "a city": [("name: Rome", "name: Roma Capitale")],
    "an unknown fact": [("  - name: Rome\n    region: Lazio", "  - name: Rome\n    region: N/A")],
    "a new row": [("challenges:", "signed: 2018-05-31\n\nchallenges:")],
    "a row that has gone": [("period: May 2017", "# period: May 2017")],
    "an item at the start": [("activities:\n", "activities:\n  - text: First of all.\n")],
    "an item at the end": [("results: >-", "  - text: Last of all.\n\nresults: >-")],
    "an item that has gone": [("  - Economy and trade\n", "")],
    "all themes but one": [
        ("  - Aerospace\n  - Energy conservation and environmental protection\n  - Smart city construction\n", "")
    ],
    "a moved item": [("  - Aerospace\n", ""), ("  - Economy and trade\n", "  - Economy and trade\n  - Aerospace\n")],
    "other words": [("Internationalisation of city and development of innovation", "Traffic and noise")],
    "a link that has gone": [("see www.world-cities.eu", "see our pages")],
    "a third city": [("period:", "  - name: Nice\n    country: France\n\nperiod:")],
    "details": [("- text: For previous", "- details: [one, two, three]\n    text: For previous")],
    "soft hyphens": [("Internationalisation of", "Inter\u00adnationali\u00adsation of")],
    "words beside a phrase from right to left": [
        ("10th China", '11th China and <span lang="ar">شركة ABC (الدولية) 20</span>')
    ],
    "emphasis": [("Internationalisation of", "<b>Internationalisation</b> of")],
}


DIFFERENT_PACKS = ("iuc-asia", "bilingual", "glance", "modern")
"""Packs with one table, with two languages, with boxes and with columns."""
SIMILAR_PACKS = sorted({*SHIPPED_PACKS} - {*DIFFERENT_PACKS})
"""Packs with other labels and rows of one table."""
IN_SIMILAR_PACKS = [pytest.param(*pair, marks=pytest.mark.long) for pair in paired(EDITS, SIMILAR_PACKS)]


@pytest.mark.no_cover
@pytest.mark.parametrize(("name", "pack"), [*crossed(EDITS, DIFFERENT_PACKS), *IN_SIMILAR_PACKS])
def test_an_edition_is_its_words_accepted_or_rejected(name: str, pack: str) -> None:
    new = edited(*EDITS[name])
    for before, after in ((TEXT, new), (new, TEXT)):
        old, now = word(before, pack), word(after, pack)

        tracked = track_changes(old, now)

        assert accepted(tracked) == paragraphs(part(now))
        assert rejected(tracked) == paragraphs(part(old))
        assert is_tracked(tracked) is (paragraphs(part(old)) != paragraphs(part(now)))


@pytest.mark.long
@settings(max_examples=50)
@given(plan_texts(), plan_texts())
def test_any_two_plans_are_their_words_accepted_or_rejected(old: str, new: str) -> None:
    tracked = track_changes(word(old), word(new))

    assert accepted(tracked) == paragraphs(part(word(new)))
    assert rejected(tracked) == paragraphs(part(word(old)))


@pytest.mark.no_cover
@pytest.mark.parametrize("name", every(6, EDITS))
def test_the_file_is_valid(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(track_changes(word(TEXT), word(edited(*EDITS[name]))))

    assert [str(each) for each in OpenXmlValidator().validate(path).errors] == []


@pytest.mark.parametrize("pack", every(3, ["plain", "modern", "glance"]))
def test_deleted_text_has_the_styles_and_lists_of_its_edition(pack: str, tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(track_changes(word(TEXT, pack), word("cities: [{name: Rome, country: Italy}]\n", pack)))
    deleted_lists = part(path.read_bytes()).xpath("//w:p[.//w:del]//w:numPr", namespaces=NAMESPACES)
    assert deleted_lists

    assert [str(each) for each in OpenXmlValidator().validate(path).errors] == []


def test_a_deleted_item_of_a_list_stays_in_it() -> None:
    def lists(content: bytes) -> set[str | None]:
        return {number.get(VALUE) for number in part(content).iter(qualified("w:numId"))}

    old, new = word(TEXT, "plain"), word(edited(*EDITS["an item that has gone"]), "plain")
    assert lists(track_changes(old, new)) == lists(new)


def test_the_same_editions_give_the_same_bytes_and_equal_ones_no_changes() -> None:
    old, new = word(TEXT), word(edited(*EDITS["a word"]))

    assert track_changes(old, new) == track_changes(old, new)
    assert track_changes(old, old) == old


def test_only_the_words_that_differ_are_marked() -> None:
    root = part(track_changes(word(TEXT), word(edited(*EDITS["a word"]))))

    names = {name: f"{{{root.nsmap['w']}}}{name}" for name in ("ins", "del", "t", "delText")}
    assert ["".join(map(str, each.itertext())) for each in root.iter(names["ins"])] == ["11th"]
    assert ["".join(map(str, each.itertext())) for each in root.iter(names["del"])] == ["10th"]


def test_a_phrase_from_right_to_left_keeps_the_element_with_its_direction() -> None:
    phrase = '<span lang="ar">شركة ABC (الدولية)</span>'
    old, new = (word(edited(("10th China", f"{ordinal} {phrase} China"))) for ordinal in ("10th", "11th"))

    (embedded,) = part(track_changes(old, new)).iter(qualified("w:dir"))

    assert "".join(map(str, embedded.itertext())) == "شركة ABC (الدولية)"


@pytest.mark.no_cover
def test_an_office_suite_shows_both_editions() -> None:
    shown = "\n".join(page_texts(office_pdf(track_changes(word(TEXT), word(edited(*EDITS["other words"]))))))

    assert [word for word in ("Traffic", "noise", "Internationalisation") if word not in shown] == []


def test_the_command_writes_a_file_for_each_changed_plan(tmp_path: Path) -> None:
    write_plan(tmp_path, "new.yaml", TEXT)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "rome.yaml").write_text(TEXT, encoding="utf-8")
    write_plan(tmp_path, "rome.yaml", edited(*EDITS["a city"]))

    run = ucap(tmp_path, "diff", "old", "--docx", "changes", "--json")

    assert run.report["documents"] == [{"plan": "rome", "path": "changes/rome.docx", "status": "written"}]
    assert [path.name for path in (tmp_path / "changes").iterdir()] == ["rome.docx"]
    content = (tmp_path / "changes" / "rome.docx").read_bytes()
    assert rejected(content) == paragraphs(part(word(TEXT)))


@pytest.mark.no_cover
@pytest.mark.parametrize("target", ["changes", "changes/all.docx"])
def test_the_command_replaces_only_its_own_unedited_files(target: str, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "rome.yaml").write_text(TEXT, encoding="utf-8")
    for city in ("a city", "a word"):
        write_plan(tmp_path, "rome.yaml", edited(*EDITS[city]))
        run = ucap(tmp_path, "diff", "old", "--docx", target, "--json")
        assert [document["status"] for document in run.report["documents"]] == ["written"]
    (path,) = (tmp_path / "changes").iterdir()
    Document(str(path)).save(str(path))
    answer = path.read_bytes()

    run = ucap(tmp_path, "diff", "old", "--docx", target, "--json")

    assert (run.code, run.codes, path.read_bytes()) == (1, ["export-edited"], answer)


def test_errors_of_an_edition_are_reported_at_its_file(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "rome.yaml").write_text("cities: [{name: Rome, country: Itly}]\n", encoding="utf-8")
    write_plan(tmp_path, "rome.yaml", "cities: [{name: Rome, country: Italy}]\n")

    run = ucap(tmp_path, "diff", "old", "--docx", "changes", "--json")

    assert (run.code, run.codes) == (1, ["country-unknown"])
    assert run.report["problems"][0]["path"] == "old/rome.yaml"
    assert not (tmp_path / "changes").exists()
