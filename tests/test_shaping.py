"""Letters that change beside each other, and marks above and below them: drawn where they belong, whatever is cut."""

import re
import struct
from itertools import pairwise
from pathlib import Path
from unicodedata import combining, normalize

import pytest

from tests.pdf_text import pdf_words
from tests.stages import pdf_file, shipped_pack, summary_of
from tests.tools import copied_by_poppler, page_texts
from tests.words import summary_words
from ucap_reports.fonts.prepared_faces import Face
from ucap_reports.pdf.text.font_fallback import Typeface, typefaces
from ucap_reports.pdf.text.glyph_writing import FaceWriter, WritingMode
from ucap_reports.pdf.text.line_breaking import letter_offsets
from ucap_reports.pdf.text.line_filling import typesetter
from ucap_reports.pdf.text.line_spans import ParagraphLines
from ucap_reports.pdf.text.shaping import place_mark
from ucap_reports.text.rich_text import Run

ARABIC, HINDI = "مستشفياتالاستقلاليةوالديمقراطيين", "अन्तर्राष्ट्रीयकरणक्षत्रियविद्यार्थियोंकार्यक्रम"
MIXED = "The city of الدار البيضاء الكبرى in Morocco and תל אביב יפו in Israel."
HEBREW = "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ"
VOWELS = "\u064e\u0650"
"""Poppler takes a vowel at the end of a line, or before a comma, for a word of its own."""
HOLAM = 60
"""How far beside its letter the point of an o may stand, in 1/1000 em."""
BODY = shipped_pack().theme.style("body")


def text_face(manner: WritingMode = WritingMode()) -> Typeface:  # noqa: B008 - the value is frozen
    return typefaces(shipped_pack()).get("text", bold=False, italic=False, manner=manner)


def lines(text: str, width: float, language: str = "") -> ParagraphLines:
    return typesetter(shipped_pack()).lines((Run(text),), BODY, width, language)


def shown(made: ParagraphLines) -> list[str]:
    """The glyphs of each line, from left to right."""
    return ["".join(span.shown or span.text for span in line.spans) for line in made.lines]


def horizontal_box(face: Face, character: str) -> tuple[int, int]:
    """From where to where the character has ink, from the point at which it begins, in 1/1000 em."""
    (outline,) = face.outlines.get([face.index.glyph(ord(character))]).values()
    left, right = struct.unpack(">h2xh", outline[2:8])
    return face.thousandths(left), face.thousandths(right)


@pytest.mark.parametrize("word", HEBREW.split())
def test_hebrew_points_stand_in_their_letter_s_width(word: str) -> None:
    typeface = text_face(WritingMode(right_to_left=True))
    source = FaceWriter(typeface._sources[0]).source
    for cluster in re.findall(r"\w[\u0591-\u05c7]*", word):
        shapes = place_mark(source, typeface.face, cluster, "", right_to_left=True)
        width = sum(shape.advance for shape in shapes)
        for shape in shapes:
            left, right = horizontal_box(typeface.face, shape.character)
            assert -HOLAM <= shape.right + (left + right) / 2 <= width


@pytest.mark.parametrize("text", ["Chương trình nghị sự đô thị", "Huế Ổ ẫ", "Málaga Çeşme"])
def test_letters_typed_with_their_accents_apart_are_drawn_as_one(text: str) -> None:
    apart = normalize("NFD", text)

    assert [piece.shown for piece in text_face().pieces(apart)] == [text]
    assert lines(apart, 400).lines[0].ink == pytest.approx(lines(text, 400).lines[0].ink, abs=0.01)


def test_an_accent_that_no_letter_of_the_font_has_stands_above_its_letter() -> None:
    typeface = text_face()
    (piece,) = typeface.pieces("ax\u0303b")
    tilde = piece.shifts[piece.shown.index("\u0303")]
    left, right = horizontal_box(piece.face, "\u0303")

    assert piece.width == typeface.pieces("axb")[0].width
    assert -typeface.pieces("x")[0].width < tilde.right + (left + right) / 2 < 0


def test_plain_words_beside_marked_ones_are_drawn_too() -> None:
    text = f"{normalize('NFD', 'Hà Nội')} and Rome"

    (line,) = lines(text, 400).lines
    (span,) = line.spans
    assert (span.text, span.shown) == (text, "Hà Nội and Rome")
    assert all(piece.code in span.drawn for piece in text_face().pieces("Rome"))


@pytest.mark.parametrize("field", [f"results: {normalize('NFD', 'Huế, Málaga')} and Rome", f"results: {HEBREW}."])
def test_a_listener_is_told_marked_text_as_it_was_written(field: str) -> None:
    summary = summary_of(f"cities: [{{name: A}}]\n{field}\n")

    assert pdf_words(pdf_file(summary).content) == summary_words(summary)


def test_words_from_the_right_are_copied_in_order_from_a_line_that_begins_at_the_left(tmp_path: Path) -> None:
    pdf = pdf_file(summary_of(f"cities: [{{name: A}}]\nresults: {MIXED}\n")).content
    words = ("الدار البيضاء الكبرى", "תל אביב יפו")

    for text in (" ".join(page_texts(pdf)), copied_by_poppler(pdf, tmp_path)):
        assert [each for each in words if each not in text] == []


@pytest.mark.parametrize(("language", "text"), [("he", HEBREW), ("ar", "بِسْمِ اللَّهِ الرَّحْمَٰنِ")])
def test_points_are_copied_behind_their_letters(language: str, text: str, tmp_path: Path) -> None:
    pdf = pdf_file(summary_of(f"language: {language}\ncities: [{{name: A}}]\nresults: {text}\n")).content

    found = normalize("NFC", copied_by_poppler(pdf, tmp_path))
    words = [word.rstrip(VOWELS) for word in normalize("NFC", text).split()]
    assert [word for word in words if word not in found] == []


def test_a_long_word_is_never_cut_inside_of_a_conjunct() -> None:
    parts = [HINDI[start:end] for start, end in pairwise((0, *letter_offsets(HINDI), len(HINDI)))]

    assert {"क्ष", "न्त", "र्रा", "ष्ट्री", "द्या", "र्थि", "र्य", "क्र"} <= set(map(str.strip, parts))
    assert not any(part.endswith("\u094d") or combining(part[0]) for part in parts)


def test_a_long_hindi_word_keeps_its_shapes_where_it_is_cut() -> None:
    made = lines(HINDI, 80, "hi")
    parts = ["".join(span.text for span in line.spans) for line in made.lines]

    assert "".join(parts) == HINDI
    assert len(parts) > 1
    assert shown(made) == [shown(lines(part, 400, "hi"))[0] for part in parts]


def test_a_long_arabic_word_stays_joined_over_the_ends_of_its_lines() -> None:
    made = lines(ARABIC, 40, "ar")
    (whole,) = shown(lines(ARABIC, 400, "ar"))

    assert "".join(span.text for line in made.lines for span in line.spans) == ARABIC
    assert len(made.lines) > 2
    assert all(line.ink <= 40 for line in made.lines)
    assert [set(line) - set(whole) for line in shown(made)] == [set()] * len(made.lines)


def test_a_word_that_is_bold_in_part_stays_joined() -> None:
    runs = (Run("مست"), Run("شفيات", bold=True))
    (line,) = typesetter(shipped_pack()).lines(runs, BODY, 400, "ar").lines

    first = next(span for span in line.spans if span.text == "مست")
    assert first.shown in shown(lines("مستشفيات", 400, "ar"))[0]
