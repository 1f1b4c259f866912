"""The order of text in both directions is that of another implementation of UAX #9."""

import re
import sys
from time import process_time
from unicodedata import bidirectional, category, mirrored

import pypdfium2
import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from tests.stages import pdf_file, shipped_pack, summary_of
from ucap_reports.pdf.text.line_filling import paragraph_lines
from ucap_reports.text.bidi_levels import (
    MIRRORED,
    isolated_parts,
    levels,
    paragraph_level,
    printed_levels,
    runs_from_the_right,
    visual_order,
)
from ucap_reports.text.rich_text import Run

pytestmark = pytest.mark.no_cover

SECONDS = 3
LETTERS = ("a", "b", "א", "ב", "ع", "س", "1", "2", "٣", " ", ".", ",", "-", "+", "%", "(", ")", "[", "]", "<", "/", ":")
MARKS = ("\u0301", "\u05b8", "\u064e")
CONTROLS = ("\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f")


def shown(text: str, base: int) -> str:
    """The text from left to right; spaces at the end of the line are not reordered."""
    found = levels(text, base)
    end = len(text.rstrip(" "))
    found[end:] = [base] * (len(text) - end)
    return "".join(text[place] for place in visual_order(found))


def without_controls(text: str) -> str:
    return re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)


@given(st.text(st.sampled_from(LETTERS), max_size=24), st.sampled_from((0, 1)))
def test_the_visual_order_is_that_of_the_reference_implementation(text: str, base: int) -> None:
    assert shown(text, base) == get_display(text, base_dir="LR"[base])


@given(st.text(st.sampled_from((*LETTERS[:12], *LETTERS[15:17], *CONTROLS)), max_size=16), st.sampled_from((0, 1)))
def test_isolates_follow_the_reference(text: str, base: int) -> None:
    text = f"{text}x"  # spaces before a control at the end are the reference's own affair

    assert without_controls(shown(text, base)) == without_controls(get_display(text, base_dir="LR"[base]))


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("אב \u202a+32 2 29\u202c גד", 1, "דג +32 2 29 בא"),
        ("a \u202bאב 1\u202c b", 0, "a 1 בא b"),
        ("a \u202e12\u202c b", 0, "a 21 b"),
        ("a \u2067אב \u202a1 c\u2069 b", 0, "a 1 c בא b"),
        ("a \u202bאב \u2066c\u202c d\u2069 1 ג\u202c z", 0, "a ג 1 c d בא z"),
    ],
)
def test_embeddings_and_overrides_order_what_is_in_them(text: str, base: int, expected: str) -> None:
    assert without_controls(shown(text, base)) == expected


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("car (CAR) אבג (ד)", 0, "car (CAR) (ד) גבא"),
        ("אב EU (International) גד", 1, "דג EU (International) בא"),
        ("טל 31-12-2017 סוף", 1, "ףוס 31-12-2017 לט"),
    ],
)
def test_brackets_and_dates_are_kept_together(text: str, base: int, expected: str) -> None:
    mirrored = str.maketrans("()", ")(")
    found = levels(text, base)
    order = visual_order(found)

    assert "".join(text[place].translate(mirrored) if found[place] % 2 else text[place] for place in order) == expected


def paired_brackets() -> list[str]:
    """All opening brackets with closing ones, which `BidiBrackets.txt` has."""
    characters = map(chr, range(sys.maxunicode + 1))
    return [character for character in characters if mirrored(character) and category(character) == "Ps"]


def test_all_paired_brackets_are_ordered_as_in_the_reference() -> None:
    openings = paired_brackets()

    assert len(openings) >= 64
    for opening in openings:
        closing = MIRRORED[opening]
        assert MIRRORED[closing] == opening
        assert category(closing) == "Pe"
        for text in (f"a{opening}אב{closing}ג", f"אב a{opening}b{closing} ג", f"אב{opening}a{closing}1 b"):
            for base in (0, 1):
                one_sign = str.maketrans({opening: "|", closing: "|"})  # the reference has mirrored some
                expected = get_display(text, base_dir="LR"[base])
                assert shown(text, base).translate(one_sign) == expected.translate(one_sign)


def test_brackets_that_are_canonically_equivalent_are_a_pair() -> None:
    assert levels("אב\u2329a\u30091 b", 1) == levels("אב\u3008a\u30091 b", 1)


def test_marks_have_the_level_of_their_letters() -> None:
    assert levels("א\u05b8a\u0301", 1) == [1, 1, 2, 2]


def test_a_paragraph_has_the_direction_of_its_document_unless_all_its_text_has_the_other() -> None:
    assert paragraph_level("IUC בעיר", right_to_left=True) == 1
    assert paragraph_level("International Urban Cooperation.", right_to_left=True) == 0
    assert paragraph_level("1 / 2", right_to_left=True) == 1
    assert paragraph_level("+216 71 000 000", right_to_left=True) == 0
    assert paragraph_level("+216 71 000 000 \u05d0", right_to_left=True) == 1
    assert paragraph_level("אבג.", right_to_left=False) == 1
    assert paragraph_level("The word אבג.", right_to_left=False) == 0


def test_text_without_right_to_left_characters_is_detected() -> None:
    assert not runs_from_the_right("Málaga → 欧盟项目 नमस्ते\u200b\ufeff")
    assert all(map(runs_from_the_right, ("אבג", "عرب", "\u200fx", "\u202ex", "\ufefb")))


def test_any_letter_from_the_right_is_detected_beside_latin_text() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1) if bidirectional(chr(code)) in {"R", "AL"}]

    assert len(letters) > 1_000
    assert all(runs_from_the_right(f"Málaga – {letter}") for letter in letters)
    assert not runs_from_the_right("Málaga – “Łódź”")


def test_a_long_word_of_both_directions_is_drawn_in_linear_time() -> None:
    word = "\u2067א\u2066a" * 4_500
    summary = summary_of(f'cities: [{{name: Rome}}]\nchallenges: "{word}"\n')
    start = process_time()
    assert pdf_file(summary).pages
    assert process_time() - start < SECONDS


def shown_from_left(text: str, base: int) -> str:
    """The characters in the order from left to right."""
    return "".join(text[place] for place in visual_order(levels_of(text, base)))


def levels_of(text: str, base: int) -> list[int]:
    """The levels of a text with its phone numbers and addresses."""
    return printed_levels(text, base, isolated_parts((Run(text),), base))


@pytest.mark.parametrize(
    "address",
    [
        "+216 71 000 000",
        "+972-3-555 12 34",
        "(+49) 30 123/456",
        "71 000 000",
        "03-5123-4567",
        "+info@rome.example",
        "https://www.rome.example/a-b/?x=1,2",
        "www.rome.example/2020/",
        "rome.example/2020/",
        "https://www.rome.example/rome_(city)",
        "https://www.rome.example/città/",
    ],
)
@pytest.mark.parametrize("base", [0, 1])
def test_addresses_are_written_from_left_to_right_in_all_texts(address: str, base: int) -> None:
    assert shown_from_left(address, base) == address
    for text in (f"طريق {address} تونس", f"א ({address}), ב"):
        assert address in shown_from_left(text, base)


def test_count_after_left_to_right_words_belongs_to_the_word_after_it() -> None:
    assert shown_from_left("Summary: 5 אב", 1) == "בא 5 :Summary"
    assert shown_from_left("Summary: 5 cities אב", 1) == "בא Summary: 5 cities"


def test_an_address_between_words_from_the_right_keeps_the_order_of_a_text_from_the_left() -> None:
    text = "see אב, office@x.eu (גד)"
    assert shown_from_left(text, 0) == "see בא, office@x.eu (דג)"
    assert levels_of(text, 0) == levels(text, 0)


def drawn_from_left(content: tuple[Run, ...], language: str) -> str:
    """The characters of a line in the order in which they are drawn from left to right."""
    pack = shipped_pack()
    (line,) = paragraph_lines(pack, content, pack.theme.style("body"), 1000, language).lines
    return "".join(span.shown or span.text for span in sorted(line.spans, key=lambda span: span.start))


def test_text_in_a_language_of_the_other_direction_keeps_that() -> None:
    foreign = (Run("see "), Run("אב (AB)", language="he"), Run(" or "), Run("גד", language="he"), Run(", 5"))
    assert drawn_from_left(foreign, "en") == "see (AB) בא or דג, 5"
    assert drawn_from_left((Run("אב "), Run("C++ (a).", language="en"), Run(" ג")), "he") == "ג C++ (a). בא"
    assert drawn_from_left((Run("אב "), Run("C++ (a)."), Run(" ג")), "he") != "ג C++ (a). בא"


@pytest.mark.parametrize("text", ["2016-2020", "א 2016-2020 ב", "א 13.6 ב", "(a+b) א 1", "א"])
def test_text_without_addresses_has_the_levels_of_the_standard(text: str) -> None:
    assert levels_of(text, 1) == levels(text, 1)


def test_a_phone_number_of_a_contact_is_printed_from_left_to_right_in_arabic() -> None:
    plan = "language: ar\ncities: [{name: تونس}]\nresults: 'هاتف +216 71 000 000'\n"
    with pypdfium2.PdfDocument(pdf_file(summary_of(plan)).content) as document:
        page = document[0].get_textpage()
        text = page.get_text_range()
        places = [page.get_charbox(text.index(group))[0] for group in ("+216", "71", "000")]
    assert places == sorted(places)
