"""Documents in every label language, and in those that run from the right: printed, tagged, and copied out right."""

import re
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import yaml
from lxml import etree
from openxml_audit import OpenXmlValidator
from pikepdf import Dictionary

from tests.pdf_pages import shown_pages
from tests.pdf_text import Node, pdf_words, structure
from tests.selected_cases import mostly_long
from tests.stages import pdf_file, shipped_pack, summary_of, word_file
from tests.tools import copied_by_poppler
from tests.verapdf import AssertConformant
from tests.words import W, docx_words, summary_words
from ucap_reports.plan.plan_model import parse_plan
from ucap_reports.storage.decoding import Source
from ucap_reports.summary.compose_summary_and_estimate_scale import compose_summary
from ucap_reports.summary.numbers_dates_and_names import language_name
from ucap_reports.summary.summary_model import Summary

pytestmark = pytest.mark.no_cover

LABEL_LANGUAGES = ("en", "zh", "ja", "ko", "hi", "id", "ms", "vi", "es", "pt", "fr", "de")
PLANS: dict[str, dict[str, Any]] = {
    "zh": {
        "cities": [{"name": "天津", "country": "中国"}, {"name": "罗马", "country": "意大利"}],
        "focus": "第十届“中欧区域政策”高层对话——介绍合作试点地区（2016—2020年）。与Rome’s team合作……",
    },
    "ja": {
        "cities": [{"name": "鎌倉市", "country": "日本"}, {"name": "ウメオ", "country": "スウェーデン"}],
        "focus": "「共生みらい都市」を目指し、**デジタル技術**を活用した市民参加の仕組みを学び合う。",
        "activities": [{"when": "2019年5月31日", "text": "都市間協力会議。", "details": ["パイロット事業の紹介"]}],
    },
    "hi": {
        "cities": [{"name": "नई दिल्ली", "country": "IN"}, {"name": "रोम", "country": "IT"}],
        "focus": "क्षेत्रों में सहयोग को **मजबूत करना**, ऊर्जा-दक्षता (U-CAP)। श्री क्षत्रिय ने विद्यार्थियों से मुलाकात की।",
        "activities": [{"when": "31 मई 2017", "text": "कार्यक्रम की निगरानी", "details": ["पहला बिंदु"]}],
    },
    "ar": {
        "title": "ملخص خطة عمل التعاون الحضري (U-CAP)",
        "cities": [{"name": "الدار البيضاء", "country": "MA"}, {"name": "روما (Roma)", "country": "IT"}],
        "focus": "تعزيز التعاون في مجال **الطاقة**، بما في ذلك مشروع IUC (International Urban Cooperation) منذ 2017.",
        "activities": [{"when": "2017", "text": "حوار في بروكسل: «لا إله».", "details": ["النقطة الأولى (الملحق 2)"]}],
        "results": "انظر www.world-cities.eu الآن.",
    },
    "he": {
        "title": "תקציר תוכנית פעולה (U-CAP)",
        "cities": [{"name": "תל אביב", "country": "IL"}, {"name": "רומא (Roma)", "country": "IT"}],
        "focus": "חיזוק הקשרים בתחום **האנרגיה**, כולל פרויקט IUC (International Urban Cooperation) ב-31 במאי 2017.",
        "activities": [{"when": "2017", "text": "דיאלוג בבריסל.", "details": ["סעיף ראשון (נספח 2)"]}],
        "results": "ראו www.world-cities.eu עכשיו.",
    },
}
"""Plans by their language."""
RIGHT_TO_LEFT = ("ar", "he")


@cache
def summary_in(language: str) -> Summary:
    """The summary of the plan in that language or, where there is none, of one whose labels are in it."""
    fields = PLANS.get(language, {"cities": [{"name": "Tianjin", "population": 13600000}]})
    labels = ["en"] if language in RIGHT_TO_LEFT else dict.fromkeys(["en", language])
    plan = {**fields, "label_languages": list(labels), "language": language if language in PLANS else "en"}
    source = Source("plans/example.yaml", yaml.safe_dump(plan, allow_unicode=True))
    return compose_summary(parse_plan(source), shipped_pack(), language)


@cache
def pdf_in(language: str) -> bytes:
    return pdf_file(summary_in(language)).content


def copied(pdf: bytes) -> str:
    """What the pages give to who copies them, on one line."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(texts).replace("\ufffe", "").split())


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", mostly_long(sorted({*LABEL_LANGUAGES, *PLANS}), {"hi"}))
def test_documents_in_every_language_are_accessible_and_archivable(
    language: str, assert_conformant: AssertConformant
) -> None:
    assert_conformant(pdf_in(language))


@pytest.mark.parametrize("language", sorted({*LABEL_LANGUAGES, *PLANS}))
def test_a_listener_is_told_all_words_in_the_order_of_reading(language: str) -> None:
    assert pdf_words(pdf_in(language)) == summary_words(summary_in(language))


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_labels_and_the_programme_s_are_copied_as_they_were_written(language: str) -> None:
    summary, text = summary_in(language), squeezed(copied(pdf_in(language)))

    for label in [*(row.label.text for row in summary.rows), *(each.text for each in summary.programme_label)]:
        assert squeezed(label) in text


def test_the_programme_s_label_is_printed_and_copied_in_all_languages_at_once(tmp_path: Path) -> None:
    summary = summary_of(f"cities: [{{name: A}}]\nlabel_languages: [{', '.join(LABEL_LANGUAGES)}]\n")
    pdf = pdf_file(summary).content

    for text in map(squeezed, (copied(pdf), copied_by_poppler(pdf, tmp_path))):
        assert [each.text for each in summary.programme_label if squeezed(each.text) not in text] == []


@pytest.mark.parametrize("language", LABEL_LANGUAGES[1:])
def test_labels_in_another_language_than_the_document_s_are_tagged_with_it(language: str) -> None:
    spoken = {node.language for node in _nodes(structure(pdf_in(language)))}

    assert {"hi": "en", "ja": "en", "zh": "en"}.get(language, language) in spoken


@pytest.mark.long
@pytest.mark.parametrize(("language", "font"), [("ja", "NotoSansJP-Regular"), ("ko", "NotoSansKR-Regular")])
def test_the_label_of_a_row_that_goes_on_is_shown_in_a_font_of_its_language(
    language: str, font: str, assert_conformant: AssertConformant
) -> None:
    plan = Source("plans/example.yaml", "cities: [{name: A}]\nchallenges: |\n" + "  A challenge.\n\n" * 90)
    summary = compose_summary(parse_plan(plan), shipped_pack(), language)

    pdf = pdf_file(summary).content

    _, second, *_ = shown_pages(pdf)
    (again,) = [shown for shown in second if summary.continued in shown.text]
    assert set(again.fonts) <= {font, "Arimo-Regular"}
    assert_conformant(pdf)


@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_the_short_labels_of_a_turned_table_are_printed_in_every_language(language: str) -> None:
    names = ", ".join(f"{{name: {letter}, country: IT, area_km2: 1}}" for letter in "ABCDEFG")
    plan = parse_plan(Source("plans/example.yaml", f"cities: [{names}]\n"))
    summary = compose_summary(plan, shipped_pack(), language)

    text = squeezed(copied(pdf_file(summary).content))
    assert [label for label in summary.columns if squeezed(label) not in text] == []


def test_the_heads_of_a_turned_table_are_in_the_language_of_the_labels() -> None:
    names = ", ".join(f"{{name: {letter}, country: IT, area_km2: 1}}" for letter in "ABCDEFG")
    plan = parse_plan(Source("plans/example.yaml", f"cities: [{names}]\n"))
    summary = compose_summary(plan, shipped_pack(), "ja")
    pdf = pdf_file(summary).content

    assert (summary.language, summary.column_language) == ("en", "ja")
    first, *_ = shown_pages(pdf)
    heads = [shown for shown in first if shown.text in summary.columns]
    assert {font for head in heads for font in head.fonts} == {"NotoSansJP-Bold", "Arimo-Bold"}
    spans = {node.text for node in _nodes(structure(pdf)) if node.language == "ja"}
    assert {*summary.columns} <= spans
    with zipfile.ZipFile(BytesIO(word_file(summary))) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    languages = {"".join(map(str, run.itertext())): run.find(f"{W}rPr/{W}lang") for run in body.iter(f"{W}r")}
    assert {language.get(f"{W}eastAsia") for text in summary.columns if (language := languages[text]) is not None} == {
        "ja-JP"
    }


def _nodes(node: Node) -> list[Node]:
    return [node, *(each for child in node.children if isinstance(child, Node) for each in _nodes(child))]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("ar", ("تعزيز التعاون في مجال", "بما في ذلك مشروع", "«لا إله»", "النقطة الأولى", "الملحق")),
        ("he", ("חיזוק הקשרים בתחום", "כולל פרויקט", "דיאלוג בבריסל", "סעיף ראשון", "נספח")),
        ("zh", ("第十届“中欧区域政策”高层对话", "与Rome’s team合作……")),
        (
            "ja",
            ("「共生みらい都市」を目指し、デジタル技術を活用した市民参加の仕組みを学び合う。", "パイロット事業の紹介"),
        ),
        ("hi", ("क्षेत्रों में सहयोग को मजबूत करना", "श्री क्षत्रिय ने विद्यार्थियों से", "कार्यक्रम की निगरानी")),
    ],
)
def test_text_in_shaped_scripts_and_from_the_right_is_copied_as_it_was_written(
    language: str, texts: tuple[str, ...]
) -> None:
    text = copied(pdf_in(language))
    seen = squeezed if language in {"ja", "zh"} else str  # Chinese and Japanese lines end between any two letters
    assert [each for each in texts if seen(each) not in seen(text)] == []


@pytest.mark.parametrize("language", sorted({*LABEL_LANGUAGES, *PLANS}))
def test_the_word_file_says_the_same_words_in_the_same_order(language: str) -> None:
    assert docx_words(word_file(summary_in(language))) == summary_words(summary_in(language))


def test_word_is_told_which_runs_go_from_the_right_and_which_do_not() -> None:
    with zipfile.ZipFile(BytesIO(word_file(summary_in("he")))) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    runs = {"".join(map(str, run.itertext())): run.find(f"{W}rPr/{W}rtl") is not None for run in body.iter(f"{W}r")}
    assert runs["IUC (International Urban Cooperation)"] is False
    assert runs["האנרגיה"] is True
    assert body.find(f".//{W}sectPr/{W}bidi") is not None
    assert body.find(f".//{W}tblPr/{W}bidiVisual") is not None


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_the_word_file_of_a_page_that_begins_at_the_right_is_valid(language: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.docx"
    path.write_bytes(word_file(summary_in(language)))
    assert [str(error) for error in OpenXmlValidator().validate(str(path)).errors] == []


def boxes(pdf: bytes, words: str) -> tuple[float, float]:
    """Where the first of these words begin and end on the first page, in points from its left."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        place = page.get_text_range().index(words)
        edges = [page.get_charbox(place + step) for step in range(len(words)) if words[step] != " "]
    return min(box[0] for box in edges), max(box[2] for box in edges)


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_a_page_that_begins_at_the_right_has_its_labels_there(language: str) -> None:
    pdf = pdf_in(language)

    label, _ = boxes(pdf, "Country")
    first, second = (boxes(pdf, code)[0] for code in {"ar": ("MA", "IT"), "he": ("IL", "IT")}[language])
    assert label > first > second
    assert boxes(pdf, "IUC")[1] < 297


def test_lines_from_the_right_end_at_the_right_edge_of_their_column() -> None:
    _, title = boxes(pdf_in("he"), "תקציר")
    assert abs(title - (595.28 - 51.02)) < 2


def test_a_language_s_own_font_comes_before_the_pack_s_fallbacks() -> None:
    with pikepdf.open(BytesIO(pdf_in("ja"))) as document:
        used = (each for each in document.objects if isinstance(each, Dictionary) and "/BaseFont" in each)
        fonts = {str(each.BaseFont) for each in used}
    assert any("NotoSansJP" in name for name in fonts)
    assert not any("NotoSansSC" in name for name in fonts)


def test_chinese_quotation_marks_and_dashes_are_as_wide_as_letters_and_latin_apostrophes_are_not() -> None:
    pdf = pdf_in("zh")
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        wide = [page.get_charbox(text.index(sign), loose=True) for sign in "“”—"]
        apostrophe = page.get_charbox(text.index("’"), loose=True)
    assert all(right - left > 8 for left, _, right, _ in wide)
    assert apostrophe[2] - apostrophe[0] < 4


def test_the_letters_of_a_word_stand_as_they_are_shaped() -> None:
    narrow, wide = (boxes(pdf_file(_hindi(text)).content, text) for text in ("क्षत्रिय", "कषतरिय"))
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def _hindi(text: str) -> Summary:
    source = Source("plans/a.yaml", f"language: hi\ntitle: {text}\ncities: [{{name: A}}]\n")
    return compose_summary(parse_plan(source), shipped_pack())


def test_an_arabic_word_in_an_english_plan_is_printed_where_it_stands() -> None:
    source = Source("plans/a.yaml", "cities: [{name: A}]\nresults: The city of الدار البيضاء in Morocco.\n")
    summary = compose_summary(parse_plan(source), shipped_pack())

    text = copied(pdf_file(summary).content)
    assert [words for words in ("The city of", "الدار", "البيضاء", "in Morocco.") if words not in text] == []
    assert pdf_words(pdf_file(summary).content) == summary_words(summary)


def test_the_name_of_a_language_is_its_own_with_a_capital_letter_or_its_tag() -> None:
    names = {
        "de": "Deutsch",
        "fr": "Français",
        "pt-BR": "Português (Brasil)",
        "zh": "中文",
        "ka": "ქართული",
        "qaa": "Qaa",
    }
    assert {tag: language_name(tag) for tag in names} == names
