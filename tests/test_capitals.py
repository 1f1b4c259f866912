"""Text in capitals and with letter spacing, in all formats: it stays as it is written for readers."""

import re
from base64 import b64decode
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from msgspec.structs import replace

from tests.drawn_pages import page_pack
from tests.pages import SUMMARY
from tests.pdf_text import pdf_words, unpacked
from tests.samples import seed_summary
from tests.selected_cases import every
from tests.verapdf import AssertConformant
from tests.word_templates import STYLES, W, docx, pack_of, paragraph, part, run, themed
from tests.words import docx_words
from ucap_reports.html.render_html import render_html
from ucap_reports.page.box_geometry import estimated_width
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.pdf.text.line_filling import paragraph_lines, text_width
from ucap_reports.text.capitals_punctuation_and_plain_letters import capitals, with_capital
from ucap_reports.text.letter_spacing import keeps_letters_together
from ucap_reports.text.rich_text import Run
from ucap_reports.word.render_word import render_word

CAPITALS = {"capitals": True}
SPACED = {"letter_spacing": "2 pt"}


def shown(text: str, language: str = "en", **rules: Any) -> str:
    """The letters that are drawn for a text in a style with these rules."""
    pack = page_pack("<document/>", loud=rules)
    lines = paragraph_lines(pack, (Run(text),), pack.theme.style("loud"), 1000, language)
    return "".join(span.shown or span.text for line in lines.lines for span in line.spans)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Tianjin", "en", "TIANJIN"),
        ("Straße", "de", "STRASSE"),
        ("Diyarbakır illeri", "tr", "DİYARBAKIR İLLERİ"),
        ("Αθήνα και Χαλάνδρι", "el", "ΑΘΗΝΑ ΚΑΙ ΧΑΛΑΝΔΡΙ"),
        ("Μάιος, ρολόι και άυλος", "el", "ΜΑΪΟΣ, ΡΟΛΟΪ ΚΑΙ ΑΫΛΟΣ"),
        ("πρωτεΐνη ή Μάλαγα", "el", "ΠΡΩΤΕΪΝΗ Ή ΜΑΛΑΓΑ"),
        ("Málaga και Niterói", "el", "MÁLAGA ΚΑΙ NITERÓI"),
        ("καὶ ἀρχῆς", "el", "ΚΑΙ ΑΡΧΗΣ"),
        ("天津 2017", "zh", "天津 2017"),
    ],
)
def test_capitals_follow_the_language(text: str, language: str, expected: str) -> None:
    assert capitals(text, language) == expected
    assert shown(text, language, **CAPITALS) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("air quality", "en", "Air quality"),
        ("ijssport", "nl", "IJssport"),
        ("iklim", "tr", "İklim"),
        ("έργα", "el", "Έργα"),
        ("ქალაქი", "ka", "ქალაქი"),
        ("", "nl", ""),
    ],
)
def test_a_capital_at_the_start_follows_the_language(text: str, language: str, expected: str) -> None:
    assert with_capital(text, language) == expected


@pytest.mark.parametrize(("text", "language"), [("Χαλάνδρι έως", "el"), ("illeri", "tr")])
def test_the_fonts_of_a_web_page_have_the_capitals_of_its_language(text: str, language: str) -> None:
    pack = page_pack('<document><p class="loud">{{ summary.title }}</p></document>', loud=CAPITALS)
    summary = replace(SUMMARY, title=text, language=language)
    page = render_html(summary, pack).content.decode()
    letters: set[int] = set()
    for data in re.findall(r"url\(data:font/woff;base64,([^)]*)\)", page):
        letters |= TTFont(BytesIO(b64decode(data))).getBestCmap().keys()
    assert {*map(ord, capitals(text, language).replace(" ", ""))} <= letters


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=30))
def test_text_in_capitals_has_no_letters_in_lower_case(text: str) -> None:
    assert capitals(text, "en") == text.upper()


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("rules", "text"),
    every(
        5,
        product(
            [CAPITALS, SPACED, CAPITALS | SPACED],
            [
                *("Straße und ﬁn", "many words on several lines " * 20, "AB 12"),
                *("naïve café", "cafe\u0301", "مرحبا Rome"),
            ],
        ),
    ),
)
def test_the_text_of_the_pdf_is_as_it_is_written(
    rules: dict[str, Any], text: str, assert_conformant: AssertConformant
) -> None:
    summary = replace(SUMMARY, title=text)
    pdf = render_pdf(summary, page_pack('<document><p class="loud">{{ summary.title }}</p></document>', loud=rules))
    assert pdf_words(pdf.content) == text.split()
    assert_conformant(pdf.content)


def test_letter_spacing_adds_to_the_width_of_each_letter() -> None:
    pack = page_pack("<document/>", loud=SPACED)
    plain, loud = pack.theme.style("body"), pack.theme.style("loud")
    for text in ("word", "two words", "ends in a space "):
        without = text_width(pack, (Run(text),), plain)
        assert text_width(pack, (Run(text),), loud) == pytest.approx(without + 2 * len(text.rstrip()))


def test_letter_spacing_ends_with_its_text() -> None:
    template = '<document><p class="loud">loud</p><p>plain</p></document>'
    content = unpacked(render_pdf(SUMMARY, page_pack(template, loud=SPACED)).content)
    assert content.count(b"2.00 Tc") == content.count(b" 0 Tc") == 1


@pytest.mark.parametrize("text", ["سلام", "नमस्ते"])
def test_letters_that_join_are_not_spaced(text: str) -> None:
    pack = page_pack("<document/>", loud=SPACED)
    for style in ("body", "loud"):
        assert text_width(pack, (Run(text),), pack.theme.style(style), "ar") > 0
    assert text_width(pack, (Run(text),), pack.theme.style("loud"), "ar") == pytest.approx(
        text_width(pack, (Run(text),), pack.theme.style("body"), "ar")
    )


MIXED = "Free سلام عليكم city शान्ति काल 天津 שלום end"
KEPT = ["سلام عليكم ", "शान्ति काल ", "שלום "]
"""The words of it whose letters keep their places, with the spaces after them."""


def test_same_words_are_not_spaced_in_all_formats() -> None:
    pack = page_pack('<document><p class="loud">{{ summary.title }}</p></document>', loud=SPACED)
    summary = replace(SUMMARY, title=MIXED)

    page: Any = html.document_fromstring(render_html(summary, pack).content)
    (line,) = page.xpath("//main/p")
    spans = line.xpath(".//span")
    assert ["".join(span.itertext()) for span in spans] == KEPT
    assert "".join(line.itertext()) == MIXED
    (name,) = {span.get("class") for span in spans}
    assert f".{name}{{letter-spacing:normal}}" in page.findtext("head/style").replace(" ", "")

    body: Any = part(render_word(summary, pack).content)
    kept = body.xpath("//*[local-name()='r'][*/*[local-name()='spacing']]")
    assert {spacing.get(f"{W}val") for run in kept for spacing in run.iter(f"{W}spacing")} == {"0"}
    words = "".join(text.text for run in kept for text in run.iter(f"{W}t"))
    assert words.replace(" ", "") == "".join(KEPT).replace(" ", "")

    for words in KEPT:
        plain, loud = pack.theme.style("body"), pack.theme.style("loud")
        text = words.strip()
        assert text_width(pack, (Run(text),), loud) == pytest.approx(text_width(pack, (Run(text),), plain))


SPACED_STYLE = (
    '<w:style w:type="{}" w:styleId="Wide"><w:name w:val="Wide"/><w:rPr><w:spacing w:val="40"/></w:rPr></w:style>'
)
NOT_SPACED = '<w:spacing w:val="0"/>'


def words_not_spaced(content: bytes) -> str:
    """The words of a Word file with a letter spacing of zero, without spaces."""
    body: Any = part(content)
    runs = body.xpath("//*[local-name()='r'][*/*[local-name()='spacing'][@*='0']]")
    return "".join(text.text for spaced_run in runs for text in spaced_run.iter(f"{W}t")).replace(" ", "")


@pytest.mark.parametrize("tag", ["{{ summary.title }}", "A: {{ summary.title }}"])
@pytest.mark.parametrize(
    ("paragraph_style", "run_look", "kind"),
    [
        ("Wide", "", "paragraph"),
        ("", '<w:rStyle w:val="Wide"/>', "character"),
        ("", '<w:spacing w:val="40"/>', "paragraph"),
    ],
)
def test_same_words_are_not_spaced_in_word_templates(tag: str, paragraph_style: str, run_look: str, kind: str) -> None:
    styles = STYLES + SPACED_STYLE.format(kind)
    template = docx(paragraph(run(tag, run_look), style=paragraph_style), styles=styles)
    content = render_word(replace(SUMMARY, title=MIXED), pack_of(template)).content
    assert words_not_spaced(content) == "".join(KEPT).replace(" ", "")


@pytest.mark.parametrize("look", ["", NOT_SPACED])
def test_words_of_word_templates_without_letter_spacing_are_not_divided(look: str) -> None:
    style = "Wide" if look else "Cell"
    styles = STYLES + SPACED_STYLE.format("paragraph")
    template = docx(paragraph(run("{{ summary.title }}", look), style=style), styles=styles)
    title = "शान्ति city"
    body: Any = part(render_word(replace(SUMMARY, title=title), pack_of(template)).content)
    assert title in [text.text for text in body.iter(f"{W}t")]


@pytest.mark.parametrize(("text", "count"), [("two words", 9), ("سلام", 0), ("Free سلام", 5), ("शान्ति काल", 0)])
def test_estimates_count_the_spacing_of_the_same_words(text: str, count: int) -> None:
    pack = page_pack("<document/>", loud=SPACED)
    plain, loud = pack.theme.style("body"), pack.theme.style("loud")
    assert estimated_width(text, loud) - estimated_width(text, plain) == pytest.approx(2 * count)


@pytest.mark.parametrize(("text", "is_kept"), [("City", False), ("Málaga", False), ("天津", False), ("e\u0301", True)])
def test_letters_with_marks_of_their_own_keep_their_places(text: str, *, is_kept: bool) -> None:
    assert keeps_letters_together(text) == is_kept


def test_text_without_letter_spacing_is_not_divided() -> None:
    page = render_html(replace(SUMMARY, title=MIXED), page_pack("<document><p>{{ summary.title }}</p></document>"))
    assert MIXED in page.content.decode()


@pytest.mark.parametrize(("status", "is_kept"), [("مسودة", True), ("Draft", False)])
def test_mark_of_drafts_on_web_pages_is_not_spaced_in_arabic(status: str, *, is_kept: bool) -> None:
    summary = replace(SUMMARY, status_text=status, status="draft")
    page: Any = html.document_fromstring(render_html(summary, page_pack("<document><p>A</p></document>")).content)
    (mark,) = page.xpath("//p[contains(@class, '_draft')]")
    assert (mark.get("class") != "_draft") == is_kept


def test_word_has_capitals_and_spacing_as_formatting() -> None:
    pack = themed({"styles": {"label": {"capitals": True, "letter_spacing": "0.5 pt"}}})
    content = render_word(seed_summary(), pack).content
    label = next(each for each in part(content, "word/styles.xml") if each.get(f"{W}styleId") == "UCAPlabel")
    properties = label.find(f"{W}rPr")
    assert properties is not None
    names = [str(each.tag).removeprefix(W) for each in properties]
    assert properties.find(f"{W}spacing").get(f"{W}val") == "10"  # type: ignore[union-attr]  # the test fails without it
    assert names.index("caps") < names.index("color") < names.index("spacing") < names.index("sz")
    assert docx_words(content) == docx_words(render_word(seed_summary(), themed({})).content)
