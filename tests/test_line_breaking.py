"""Line breaks, compared with uniseg, which implements the same annex of Unicode."""

import re
from itertools import pairwise
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from uniseg.linebreak import line_break_breakables

from ucap_reports.page.measured_lines import word_parts
from ucap_reports.pdf.text.line_breaking import (
    break_offsets,
    clings_to_next,
    clings_to_previous,
    letter_offsets,
    long_word_offsets,
    word_offsets,
)

SAMPLES = (
    "ab -/().,;:!?\"'“”‘’«»—–‐-0123$%€№°"
    "你好，。「」（）、あっァーㄱ한국각가\u0301\u200d\u200b\u2060\u00a0\u00ad🇫🇷🇩👍🏽אָ‑…→○\u25ccक्षि\n"
)
"""Characters of all line breaking classes that matter, so that their pairs are tried often."""
THAI = "".join(map(chr, range(0x0E01, 0x0E4F)))
"""Letters whose words the annex leaves to a dictionary, which uniseg does not have."""


def reference(text: str) -> tuple[int, ...]:
    return tuple(place for place, breaks in enumerate(line_break_breakables(text)) if breaks and place)


def cut(text: str) -> str:
    edges = (0, *break_offsets(text), len(text))
    return "|".join(text[start:end] for start, end in pairwise(edges))


@given(st.text(st.sampled_from(SAMPLES), max_size=12))
def test_lines_break_as_in_the_unicode_annex(text: str) -> None:
    assert break_offsets(text) == reference(text)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cn", "Cs", "Co"], exclude_characters=THAI), max_size=8)
)
def test_lines_of_any_script_break_as_in_the_unicode_annex(text: str) -> None:
    assert break_offsets(text) == reference(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vice-versa.", "vice-|versa."),
        ("training/simulation", "training/|simulation"),
        ("(2016-2020).", "(2016-2020)."),
        ("13.6\u00a0Mio", "13.6\u00a0Mio"),
        ("他说：“你好。”", "他|说：|“你|好。”"),
        ("Tianjin", "Tianjin"),
    ],
)
def test_words_break_as_readers_expect(text: str, expected: str) -> None:
    assert cut(text) == expected


@given(st.text(st.sampled_from(SAMPLES), max_size=12).filter(str.strip))
def test_a_word_that_does_not_cling_can_be_beside_a_break(text: str) -> None:
    word = text.replace(" ", "").replace("\n", "")
    if word and not clings_to_next(word):
        assert len(word) + 1 in break_offsets(f"{word} a")
    if word and not clings_to_previous(word):
        assert 2 in break_offsets(f"a {word}")


@given(st.text(st.sampled_from(SAMPLES.replace("\n", "")), max_size=12))
def test_a_long_word_is_never_split_inside_of_a_character_as_readers_see_it(text: str) -> None:
    for offset in long_word_offsets(text):
        assert text[offset] not in "\u0301\u200dָ" or text[offset - 1] not in "abאé가👍"
        assert text[offset - 1 : offset + 1] != "👍🏽"
        assert text[offset - 1] != "\u200d"


def test_a_long_word_is_never_split_before_closing_punctuation() -> None:
    assert long_word_offsets("ab).") == (1,)
    assert long_word_offsets("你。") == ()
    assert long_word_offsets("ទេ។ក") == (3,)
    assert long_word_offsets("क।") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ខ្មែរស្រីៗក", "ខ្មែ|រ|ស្រីៗ|ក"),  # Khmer: subscripts and the sign that repeats a word
        ("သမ္မတ", "သ|မ္မ|တ"),  # Burmese: stacked consonants
        ("ສະບາຍໆເປັນ", "ສະ|ບາ|ຍໆ|ເປັ|ນ"),  # Lao: vowels before and after their consonant
    ],
)
def test_a_long_word_is_never_split_inside_of_a_syllable_of_southeast_asia(text: str, expected: str) -> None:
    edges = (0, *letter_offsets(text), len(text))
    assert "|".join(text[start:end] for start, end in pairwise(edges)) == expected


@pytest.mark.parametrize(
    ("word", "offsets"),
    [
        ("U-CAP", ()),
        ("(U-CAP):", ()),
        ("long-U-turn", (5,)),
        ("well-known", (5,)),
        ("é-mobilité", ()),
        ("office@iuc-asia.eu,", ()),
        ("(www.iuc-asia.eu).", ()),
        ("https://iuc-asia.eu/", ()),
        ("https://iuc-asia.eu/a-b", (8, 12, 20)),
        ("2.0-version", (4,)),
        ("x2-y", (3,)),
        ("欧州のプログラム", (1, 2, 3)),
        ("データ・センター", (4,)),
    ],
)
def test_names_with_hyphens_and_words_in_katakana_stay_whole(word: str, offsets: tuple[int, ...]) -> None:
    assert word_offsets(word) == offsets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ส่งเสริมกิจกรรมร่วมกัน", "ส่งเสริม|กิจกรรม|ร่วม|กัน"),
        ("(เมืองเชียงใหม่)", "(เมือง|เชียงใหม่)"),
        ("โครงการ2561", "โครงการ2561"),  # the annex has no break between a letter and a digit
        ("ของเมืองต่าง ๆ ", "ของ|เมือง|ต่าง ๆ "),  # the sign repeats the word before it
        ("ก", "ก"),
    ],
)
def test_lines_of_thai_begin_with_words(text: str, expected: str) -> None:
    pytest.importorskip("budoux")
    assert cut(text) == expected
    assert "".join(expected.split("|")) == text
    parts = [part for word in expected.split("|") for part in re.split("(?<= )|(?= )", word) if part.strip()]
    assert [part for part in word_parts(text) if part.strip()] == parts


def test_a_sign_that_repeats_a_word_stays_with_it() -> None:
    assert clings_to_previous("ๆ ")
    assert clings_to_previous("ៗ ")
    assert not clings_to_previous("และ")


@given(st.text(THAI, min_size=1, max_size=40))
@example("\u0e01\u0e4d\u0e30")  # BudouX begins a word with the mark
def test_no_line_of_thai_begins_with_a_sign_of_the_letter_before(text: str) -> None:
    for offset in {*break_offsets(text), *letter_offsets(text), *long_word_offsets(text)}:
        assert category(text[offset]) != "Mn"
        assert text[offset] not in "ะาำๅๆ"
        assert text[offset - 1] not in "เแโใไ"
