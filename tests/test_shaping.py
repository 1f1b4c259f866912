"""Shaped text: letters that change beside each other, and marks above and below them."""

import re
from copy import deepcopy
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from unicodedata import combining, normalize

import pytest
import uharfbuzz as harfbuzz
from fontTools.ttLib import TTFont

from tests.pages import PATH, SETTINGS, SUMMARY
from tests.pdf_text import pdf_words
from tests.stages import pdf_file, shipped_pack, summary_of
from tests.test_web_page import page_fonts
from tests.tools import copied_by_poppler, page_texts
from tests.verapdf import AssertConformant
from tests.words import summary_words
from ucap_reports.fonts.font_checks_and_licences import open_font
from ucap_reports.fonts.font_faces import Face, family_source, language_families
from ucap_reports.html.render_html import render_html
from ucap_reports.pdf.text.glyphs_and_font_fallback import Typeface, WritingMode, place_marks, typeface
from ucap_reports.pdf.text.line_breaking import letter_offsets
from ucap_reports.pdf.text.line_filling import paragraph_lines
from ucap_reports.pdf.text.text_drawing import ParagraphLines
from ucap_reports.template.pack import PAGE_TEMPLATE, Pack, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings
from ucap_reports.text.rich_text import Run

ARABIC, HINDI = "مستشفياتالاستقلاليةوالديمقراطية", "अन्तर्राष्ट्रीयकरणक्षत्रियविद्यार्थियोंकार्यक्रम"
MIXED = "The city of الدار البيضاء الكبرى in Morocco and תל אביב יפו in Israel."
HEBREW = "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ"
VOWELS = "\u064e\u0650"
"""Poppler treats a vowel at the end of a line, or before a comma, as a separate word."""
HOLAM = 60
"""How far beside its letter the point of an o can be, in 1/1000 em."""
BODY = shipped_pack().theme.style("body")


def text_face(mode: WritingMode = WritingMode()) -> Typeface:  # noqa: B008 - the value is frozen
    return typeface(shipped_pack(), "text", bold=False, italic=False, mode=mode)


def lines(text: str, width: float, language: str = "") -> ParagraphLines:
    return paragraph_lines(shipped_pack(), (Run(text),), BODY, width, language)


def shown(made: ParagraphLines) -> list[str]:
    """The glyphs of each line, from left to right."""
    return ["".join(span.shown or span.text for span in line.spans) for line in made.lines]


def horizontal_box(face: Face, character: str) -> tuple[int, int]:
    """The left and right edge of the character's ink from its origin, in 1/1000 em."""
    font = open_font(face.source).font
    extents = font.get_glyph_extents(face.index.glyphs[face.index.code(ord(character)) - 1])
    return face.thousandths(extents.x_bearing), face.thousandths(extents.x_bearing + extents.width)


@pytest.mark.parametrize("word", HEBREW.split())
def test_hebrew_points_are_inside_the_width_of_their_letter(word: str) -> None:
    mode = WritingMode(right_to_left=True)
    source, face = family_source("Arimo", bold=False, italic=False), text_face(mode).face
    for cluster in re.findall(r"\w[\u0591-\u05c7]*", word):
        shapes = place_marks(source, face, cluster, mode)
        width = sum(shape.advance for shape in shapes)
        for shape in shapes:
            left, right = horizontal_box(face, shape.character)
            assert -HOLAM <= shape.right + (left + right) / 2 <= width


@pytest.mark.parametrize("text", ["Chương trình nghị sự đô thị", "Huế Ổ ẫ", "Málaga Çeşme"])
def test_letters_with_combining_accents_are_drawn_as_one_character(text: str) -> None:
    apart = normalize("NFD", text)

    assert [run.shown for run in text_face().runs(apart)] == [text]
    assert lines(apart, 400).lines[0].ink == pytest.approx(lines(text, 400).lines[0].ink, abs=0.01)


def test_an_accent_without_a_composed_letter_is_above_its_letter() -> None:
    (run,) = text_face().runs("ax\u0303b")
    tilde = run.shifts[run.shown.index("\u0303")]
    left, right = horizontal_box(run.face, "\u0303")

    assert run.width == text_face().runs("axb")[0].width
    assert -text_face().runs("x")[0].width < tilde.right + (left + right) / 2 < 0


def test_plain_words_beside_words_with_marks_are_drawn() -> None:
    text = f"{normalize('NFD', 'Hà Nội')} and Rome"

    (line,) = lines(text, 400).lines
    (span,) = line.spans
    assert (span.text, span.shown) == (text, "Hà Nội and Rome")
    assert all(run.code in span.drawn for run in text_face().runs("Rome"))


@pytest.mark.parametrize("field", [f"results: {normalize('NFD', 'Huế, Málaga')} and Rome", f"results: {HEBREW}."])
def test_screen_readers_read_text_with_marks_as_written(field: str) -> None:
    summary = summary_of(f"cities: [{{name: A}}]\n{field}\n")

    assert pdf_words(pdf_file(summary).content) == summary_words(summary)


def test_right_to_left_words_in_a_left_to_right_line_are_copied_in_order(tmp_path: Path) -> None:
    pdf = pdf_file(summary_of(f"cities: [{{name: A}}]\nresults: {MIXED}\n")).content
    words = ("الدار البيضاء الكبرى", "תל אביב יפו")

    for text in (" ".join(page_texts(pdf)), copied_by_poppler(pdf, tmp_path)):
        assert [each for each in words if each not in text] == []


@pytest.mark.parametrize(("language", "text"), [("he", HEBREW), ("ar", "بِسْمِ اللَّهِ الرَّحْمَٰنِ")])
def test_points_are_copied_after_their_letters(language: str, text: str, tmp_path: Path) -> None:
    pdf = pdf_file(summary_of(f"language: {language}\ncities: [{{name: A}}]\nresults: {text}\n")).content

    found = normalize("NFC", copied_by_poppler(pdf, tmp_path))
    words = [word.rstrip(VOWELS) for word in normalize("NFC", text).split()]
    assert [word for word in words if word not in found] == []


def test_a_long_word_is_never_cut_inside_of_a_conjunct() -> None:
    parts = [HINDI[start:end] for start, end in pairwise((0, *letter_offsets(HINDI), len(HINDI)))]

    assert {"क्ष", "न्त", "र्रा", "ष्ट्री", "द्या", "र्थि", "र्य", "क्र"} <= set(map(str.strip, parts))
    assert not any(part.endswith("\u094d") or combining(part[0]) for part in parts)


def test_the_parts_of_a_long_hindi_word_are_shaped_as_words() -> None:
    made = lines(HINDI, 80, "hi")
    parts = ["".join(span.text for span in line.spans) for line in made.lines]

    assert "".join(parts) == HINDI
    assert len(parts) > 1
    assert shown(made) == [shown(lines(part, 400, "hi"))[0] for part in parts]


def test_a_long_arabic_word_is_joined_across_line_breaks() -> None:
    made = lines(ARABIC, 40, "ar")
    (whole,) = shown(lines(ARABIC, 400, "ar"))

    assert "".join(span.text for line in made.lines for span in line.spans) == ARABIC
    assert len(made.lines) > 2
    assert all(line.ink <= 40 for line in made.lines)
    assert [set(line) - set(whole) for line in shown(made)] == [set()] * len(made.lines)


def test_a_partly_bold_word_is_joined() -> None:
    runs = (Run("مست"), Run("شفيات", bold=True))
    (line,) = paragraph_lines(shipped_pack(), runs, BODY, 400, "ar").lines

    first = next(span for span in line.spans if span.text == "مست")
    assert first.shown in shown(lines("مستشفيات", 400, "ar"))[0]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("th", "โครงการความร่วมมือ น้ำ ที่ ผู้"),
        pytest.param("ta", "நகர ஒத்துழைப்பு செயல் திட்டம் ஸ்ரீ", marks=pytest.mark.long),
        pytest.param("km", "គម្រោងសហប្រតិបត្តិការទីក្រុង ស្ត្រី", marks=pytest.mark.long),
        pytest.param("hi", "अन्तर्राष्ट्रीय शहरी सहयोग", marks=pytest.mark.long),
    ],
)
def test_scripts_with_a_font_package_are_shaped_and_copied_as_written(
    language: str, text: str, tmp_path: Path, assert_conformant: AssertConformant
) -> None:
    if not language_families(language):
        pytest.skip("the font is not installed")
    plan = f"language: {language}\nlabel_languages: [en]\ncities: [{{name: A}}]\nresults: '**{text}** {text}'\n"
    pdf = pdf_file(summary_of(plan)).content

    assert pdf_words(pdf) == summary_words(summary_of(plan))
    for copied in (" ".join(page_texts(pdf)), copied_by_poppler(pdf, tmp_path)):
        assert [word for word in text.split() if word not in copied] == []
    (run,) = text_face(WritingMode(language)).runs(text.split(maxsplit=1)[0])
    assert run.shifts
    assert_conformant(pdf)


def pack_with_font(family: str, text: str) -> Pack:
    """A pack with a file of that family as its own font, and a page of that text."""
    settings = deepcopy(SETTINGS)
    settings["theme"]["fonts"]["text"] = {"word": "Own Font", "files": {"regular": "fonts/own.ttf"}}
    source = family_source(family, bold=False, italic=False)
    files = {
        PAGE_TEMPLATE: PackFile(PATH, f"<document><p>{text}</p></document>".encode()),
        "fonts/own.ttf": PackFile("templates/small/fonts/own.ttf", source.read()),
    }
    return Pack(PackSettings.model_validate(settings), files, {})


def test_letters_that_change_are_printed_in_a_shaped_family_instead_of_the_font_of_a_pack() -> None:
    style = pack_with_font("Noto Sans Devanagari", "").theme.style("body")
    pack = pack_with_font("Noto Sans Devanagari", HINDI)
    made = paragraph_lines(pack, (Run(f"{HINDI}\u0964 12"),), style, 1000, "en")
    faces = {span.face.name.partition("-")[0] for span in made.lines[0].spans}
    assert faces == {"NotoSansDevanagari", "OwnFont"}
    of_family = "".join(span.text for span in made.lines[0].spans if span.face.source.shaped)
    assert of_family.startswith(HINDI)
    page = render_html(SUMMARY, pack).content.decode()
    assert {"अ", "न"}.isdisjoint(characters_in(page))


def test_thai_letters_are_printed_in_the_font_of_a_pack() -> None:
    pack = pack_with_font("Noto Sans Thai", "")
    made = paragraph_lines(pack, (Run("ที่ 12"),), pack.theme.style("body"), 1000, "en")
    assert {span.face.name.partition("-")[0] for span in made.lines[0].spans} == {"OwnFont"}
    assert made.lines[0].spans[0].drawn  # the mark is placed above the vowel


def characters_in(page: str) -> set[str]:
    """The characters of the fonts in a web page."""
    characters: set[str] = set()
    for font in page_fonts(page):
        characters |= set(map(chr, font.getBestCmap()))
    return characters


@pytest.mark.parametrize(
    ("family", "text"), [("Noto Sans Devanagari", "क्ष"), ("IBM Plex Sans Arabic", "مرحبا"), ("Noto Sans Thai", "ที่")]
)
def test_shaped_fonts_of_web_pages_have_what_changes_their_letters(family: str, text: str) -> None:
    settings = deepcopy(SETTINGS)
    settings["theme"]["fonts"]["text"] = {"word": family, "pdf": family}
    template = PackFile(PATH, f"<document><p>{text}</p></document>".encode())
    pack = Pack(PackSettings.model_validate(settings), {PAGE_TEMPLATE: template}, {})
    (font,) = page_fonts(render_html(SUMMARY, pack).content.decode())
    assert set(map(ord, text)) <= font.getBestCmap().keys()
    assert {"GSUB", "GPOS"} <= set(font.keys())
    assert glyphs_of(font, text) == len(glyph_numbers(family, text))


def glyphs_of(font: TTFont, text: str) -> int:
    """The number of glyphs that HarfBuzz writes a text with."""
    content = BytesIO()
    font.flavor = None
    font.save(content)
    return len(_shaped_glyphs(harfbuzz.Font(harfbuzz.Face(content.getvalue())), text))


def glyph_numbers(family: str, text: str) -> list[int]:
    return _shaped_glyphs(open_font(family_source(family, bold=False, italic=False)).font, text)


def _shaped_glyphs(font: harfbuzz.Font, text: str) -> list[int]:
    buffer = harfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    harfbuzz.shape(font, buffer)
    return [glyph.codepoint for glyph in buffer.glyph_infos]
