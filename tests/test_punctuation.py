"""Commas and colons of the language between texts that the product joins."""

import pytest

from tests.imports import one_plan, read
from tests.pdf_text import pdf_words
from tests.stages import shipped_pack, summary_of
from tests.words import docx_words
from ucap_reports.html.render_html import render_html
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.summary.summary_model import Summary
from ucap_reports.text.capitals_punctuation_and_plain_letters import COMMA, colon, comma, without_colon
from ucap_reports.word.render_word import render_word

PLAN = """
language: {language}
cities:
  - {{name: [AB, CD], country: [Italy, China], region: [Lazio, Hebei]}}
  - {{name: EF, country: Japan}}
focus: [{{theme: Theme, text: Words}}]
activities: [{{when: "2017", text: Visit}}]
"""


def summary(language: str) -> Summary:
    return summary_of(PLAN.format(language=language))


@pytest.mark.parametrize(
    ("language", "names", "region", "focus", "activity"),
    [
        ("en", "AB, CD – EF", "Lazio, Hebei", "Theme: Words", "2017: Visit"),
        ("de", "AB, CD – EF", "Lazio, Hebei", "Theme: Words", "2017: Visit"),
        ("fr", "AB, CD – EF", "Lazio, Hebei", "Theme\u00a0: Words", "2017\u00a0: Visit"),
        ("zh", "AB、CD – EF", "Lazio、Hebei", "Theme：Words", "2017：Visit"),
        ("ja", "AB、CD – EF", "Lazio、Hebei", "Theme：Words", "2017：Visit"),
        ("ar", "AB، CD – EF", "Lazio، Hebei", "Theme: Words", "2017: Visit"),
    ],
)
def test_joined_texts_have_the_punctuation_of_the_document(
    language: str, names: str, region: str, focus: str, activity: str
) -> None:
    composed = summary(language)
    texts = {row.key: row.cells[0].text for row in composed.rows}
    assert composed.names == names
    assert composed.columns[0] == names.partition(" – ")[0]
    assert (texts["region"], texts["focus"], texts["activities"]) == (region, focus, activity)


@pytest.mark.parametrize("language", ["ar", "ary", "fa-AF", "ks", "az-Arab", "pa-PK"])
def test_languages_in_the_arabic_script_have_its_comma(language: str) -> None:
    assert comma(language) == "\N{ARABIC COMMA} "


@pytest.mark.parametrize("language", ["ar-Latn", "he", "yi", "az", "pa-IN", "en"])
def test_languages_in_other_scripts_have_another_comma(language: str) -> None:
    assert comma(language) == ", "


@pytest.mark.parametrize(
    ("language", "region"), [("en", "Lazio, Hebei"), ("zh", "Lazio、Hebei"), ("ar", "Lazio، Hebei")]
)
def test_facts_of_a_city_have_the_punctuation_of_the_document(language: str, region: str) -> None:
    city = "{name: AB, region: [Lazio, Hebei], country: [Italy, China]}"
    (facts,) = summary_of(f"language: {language}\ncities: [{city}]\n").cities
    assert (facts.region, facts.country) == (region, region.replace("Lazio", "Italy").replace("Hebei", "China"))


def test_all_formats_print_the_same_punctuation() -> None:
    composed, pack = summary("zh"), shipped_pack()
    for words in (
        "".join(pdf_words(render_pdf(composed, pack).content)),
        "".join(docx_words(render_word(composed, pack).content)),
        render_html(composed, pack).content.decode(),
    ):
        assert "Lazio、Hebei" in words


@pytest.mark.parametrize("language", ["en", "zh", "ja", "ar", "fa", "fr"])
def test_texts_are_split_where_they_were_joined(language: str) -> None:
    assert COMMA.split(comma(language).join(["a", "b", "c"])) == ["a", "b", "c"]
    assert colon(language).strip()


@pytest.mark.parametrize("language", ["en", "fr", "zh", "ja", "ar"])
def test_imported_word_files_have_the_texts_between_the_punctuation(language: str) -> None:
    imported = read(one_plan(render_word(summary(language), shipped_pack()).content, "a.docx"))
    assert [list(city.name) for city in imported.cities] == [["AB", "CD"], ["EF"]]
    assert list(imported.cities[0].region) == ["Lazio", "Hebei"]
    assert isinstance(imported.focus, tuple)
    assert isinstance(imported.activities, tuple)
    [focus], [activity] = imported.focus, imported.activities
    assert (focus.theme, focus.text.text) == ("Theme", "Words")
    assert (activity.when, activity.text.text) == ("2017", "Visit")


@pytest.mark.parametrize("label", ["Pays\u00a0:", "Pays\u202f:", "Pays :", "Pays:", "Pays\uff1a", "Pays"])
def test_label_without_its_colon_ends_with_a_letter(label: str) -> None:
    assert without_colon(label) == "Pays"


def test_french_has_a_space_before_the_colon_after_a_date_above_a_list() -> None:
    """It was a colon alone, and one after a space where the text is on the same line."""
    activities = r'[{when: En mai, text: "- a\n- b"}, {when: En juin, text: c}]'
    summary = summary_of(f"language: fr\ncities: [{{name: Nice}}]\nactivities: {activities}\n")
    (row,) = [row for row in summary.rows if row.key == "activities"]
    assert row.cells[0].text.splitlines() == ["En mai\u00a0:", "a", "b", "En juin\u00a0: c"]


def test_french_heads_of_columns_have_no_space_of_a_missing_colon() -> None:
    cities = "".join(f"  - {{name: C{number}, country: Italy, population: 5}}\n" for number in range(9))
    wide = summary_of(f"language: fr\ncities:\n{cities}")

    heads = [head.text for head in wide.heads]

    assert "Pays" in heads
    assert [head for head in heads if head != head.strip()] == []
