"""The languages of texts in Word files: each script has its own attribute (ECMA-376 §17.3.2.20)."""

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.imports import one_plan, read
from tests.test_import_round_trip import plan_of, word_file
from tests.test_import_word import HEAD, content_of, hand_made
from tests.tools import office_file
from ucap_reports.word.file.word_languages import language_of_text

ALL = {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "ar-SA"}
DEVANAGARI = "\u0928\u092e\u0938\u094d\u0924\u0947"
ARABIC = "\u0645\u062f\u064a\u0646\u0629"


@pytest.mark.parametrize(
    ("languages", "text", "tag"),
    [
        (ALL, "City", "en"),
        (ALL, "12.5 %", "en"),
        (ALL, "\u5929\u6d25\u5e02", "zh-CN"),
        (ALL, "\u5929\u6d25\u5e02 (EU)", "zh-CN"),
        (ALL, ARABIC, "ar-SA"),
        ({"val": "en-GB", "bidi": "hi-IN"}, DEVANAGARI, "hi"),
        ({"val": "ja-JP"}, "\u5317\u4e5d\u5dde", "ja"),
        ({"val": "de-DE"}, "\u5929\u6d25\u5e02", None),
        ({"eastAsia": "zh-CN"}, "City", None),
        ({}, "City", None),
    ],
)
def test_the_language_of_a_text_is_that_of_its_script(languages: dict[str, str], text: str, tag: str | None) -> None:
    assert language_of_text(languages, text, original=False) == tag


def test_only_the_original_file_has_the_tag_of_the_author_in_an_unused_attribute() -> None:
    written = {"val": "en-GB", "eastAsia": "en-GB"}
    assert language_of_text(written, "City", original=True) == "en-GB"
    assert language_of_text(written, "City", original=False) == "en"
    assert language_of_text(ALL, "City", original=True) == "en"


def test_import_tags_no_latin_text_as_chinese() -> None:
    document, table = hand_made(HEAD, ("Objectives", "", ""))
    run = table.cell(1, 1).paragraphs[0].add_run("Clean air")
    run._r.get_or_add_rPr().append(
        parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>')
    )
    table.cell(1, 1).paragraphs[0].add_run(" \u5929\u6d25")._r.get_or_add_rPr().append(
        parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN"/>')
    )

    text = one_plan(content_of(document), "x.docx").text

    assert 'objectives: Clean air <span lang="zh-CN">\u5929\u6d25</span>' in text


@pytest.mark.long
@pytest.mark.parametrize("kinds", [(), ("odt",)], ids=["docx", "odt"])
def test_import_of_a_file_that_libreoffice_converted_has_the_same_languages_and_links(kinds: tuple[str, ...]) -> None:
    plan = plan_of(
        "cities: [{name: Lyon}]\n"
        "objectives: See www.iuc.eu for <span lang='zh-CN'>\u5929\u6d25</span> or <span lang='fr'>la ville</span>\n"
    )

    found = read(one_plan(office_file(word_file(plan, "iuc-asia"), *kinds), "lyon.docx"))

    assert found.objectives == plan.objectives
