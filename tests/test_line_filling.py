"""Lines of paragraphs in the fonts of the shipped pack."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.stages import shipped_pack
from ucap_reports.pdf.text.line_breaking import long_word_offsets
from ucap_reports.pdf.text.line_filling import paragraph_lines, text_width
from ucap_reports.pdf.text.text_drawing import ParagraphLines
from ucap_reports.template.theme_and_line_spacing import Align, Style
from ucap_reports.text.rich_text import Break, Inline, Run, Script
from ucap_reports.text.unbreakable_words import IN_KATAKANA

BODY = shipped_pack().theme.style("body")
LETTERS = "ab -/().,;“”«»é你好，。「」\u0301\u00a0\u00ad…→"


def lines(content: tuple[Inline, ...] | str, width: float = 200, style: Style = BODY) -> ParagraphLines:
    runs = (Run(content),) if isinstance(content, str) else content
    return paragraph_lines(shipped_pack(), runs, style, width)


def texts(made: ParagraphLines) -> list[str]:
    """The text of each line, with the spaces at its end."""
    return ["".join(span.text for span in line.spans) for line in made.lines]


def width_of(text: str) -> float:
    return text_width(shipped_pack(), (Run(text),), BODY)


def widest_piece(word: str) -> float:
    """The width, bold or not, of the widest part of a word that must not be cut."""
    edges = (0, *long_word_offsets(word), len(word))
    pieces = [word[start:end] for start, end in pairwise(edges)]
    runs = [Run(piece, bold=bold) for piece in pieces for bold in (False, True)]
    return max(text_width(shipped_pack(), (run,), BODY) for run in runs)


@st.composite
def contents(draw: st.DrawFn) -> tuple[Inline, ...]:
    texts = st.text(st.sampled_from(LETTERS), min_size=1, max_size=30)
    links = st.sampled_from([None, None, "https://iuc.eu", "mailto:office@iuc-asia.eu"])
    runs = st.builds(Run, texts, bold=st.booleans(), italic=st.booleans(), link=links)
    return tuple(draw(st.lists(st.one_of(runs, runs, st.just(Break())), max_size=6)))


@given(contents(), st.integers(20, 300))
def test_lines_have_all_letters_in_order(content: tuple[Inline, ...], width: int) -> None:
    whole = "".join(inline.text if isinstance(inline, Run) else " " for inline in content)
    assert "".join(texts(lines(content, width))) == whole


@given(contents(), st.integers(20, 300))
def test_no_line_is_wider_than_its_width(content: tuple[Inline, ...], width: int) -> None:
    for line in lines(content, width).lines:
        assert not line.spans or line.spans[-1].end <= width + 0.01


def test_a_long_word_in_a_paragraph_from_right_to_left_is_cut_and_reported() -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    content = (Run("برنامج "), Run(word, language="de"))
    made = paragraph_lines(shipped_pack(), content, BODY, 86, "ar")
    assert made.broken == (word,)
    assert max(span.end for line in made.lines for span in line.spans) <= 86


def test_a_mail_address_that_fits_on_a_line_is_not_split() -> None:
    address = Run("urban-cooperation-office@iuc-asia.eu", link="mailto:urban-cooperation-office@iuc-asia.eu")
    content = (Run("Urban Office, Beijing "), address, Run("."))
    assert texts(lines(content, 170)) == ["Urban Office, Beijing ", "urban-cooperation-office@iuc-asia.eu."]


def test_a_mail_address_longer_than_a_line_is_split_after_its_hyphens() -> None:
    content = "Beijing urban-cooperation-office@iuc-asia.eu"
    assert texts(lines(content, 110)) == ["Beijing ", "urban-cooperation-", "office@iuc-asia.eu"]


@given(contents(), st.integers(30, 300))
def test_no_line_begins_with_closing_punctuation(content: tuple[Inline, ...], width: int) -> None:
    made = texts(lines(content, width))
    plain = "".join(made)
    if any(widest_piece(word) > width for word in plain.split(" ")):
        return  # such a word is cut anywhere: see the test of a row of closing punctuation
    for before, line in pairwise(made):
        if Break() not in content and not before.endswith(" "):
            assert line[0] not in ").,;”»，。」", plain


def test_a_line_has_as_many_words_as_fit() -> None:
    words = "one two three four five six seven"
    width = width_of("one two three") + 0.1
    assert texts(lines(words, width))[0] == "one two three "


def test_the_space_between_two_lines_stays_in_the_text() -> None:
    text = "Tianjin Development and Reform Commission"
    made = texts(lines(text, width_of("Tianjin Development and") + 0.1))
    assert made == ["Tianjin Development and ", "Reform Commission"]


@pytest.mark.parametrize("text", ["one two three", "one  two   three ", " one two", "one"])
def test_words_have_their_spaces_in_one_run_and_in_several(text: str) -> None:
    (whole,) = lines(text).lines
    (cut,) = lines(tuple([Run(letter) for letter in text])).lines
    for line in (whole, cut):
        assert "".join(span.text for span in line.spans) == text
    assert whole.ink == pytest.approx(cut.ink)


def test_a_word_in_two_styles_stays_together() -> None:
    content = (Run("Presentation of the "), Run("area", italic=True), Run(". More of it."))
    assert texts(lines(content, width_of("Presentation of the area") + 0.1)) == [
        "Presentation of the ",
        "area. More of it.",
    ]


@pytest.mark.parametrize("dash", ["\N{EN DASH}", "\N{EM DASH}"])
def test_a_dash_between_spaces_ends_a_line_and_begins_none(dash: str) -> None:
    made = lines(f"Rome Milan {dash} Madrid and Lyon", width_of("Rome Milan "))
    assert texts(made)[:2] == ["Rome ", f"Milan {dash} "]


@pytest.mark.parametrize("dash", ["\N{EN DASH}", "\N{EM DASH}"])
@pytest.mark.parametrize("letters", range(3, 16))
def test_no_line_begins_with_a_dash_after_a_name_in_katakana(dash: str, letters: int) -> None:
    name = "\u30b5\u30f3\u30d5\u30e9\u30f3\u30b7\u30b9\u30b3\u30fb\u30d9\u30a4\u30a8\u30ea\u30a2\uff09"
    made = texts(lines(f"\uff08{name[:letters]} {dash} {name}", width_of("\u30b5") * 8))
    assert len(made) > 1
    assert [line for line in made if line[0] in f"{dash}\u3001\u3002\u30fc\uff09\u300d"] == []


@pytest.mark.parametrize("unit", ["%", "%.", "km²", "°C,", "Mio", "million"])
def test_no_line_ends_between_a_number_and_its_unit(unit: str) -> None:
    made = lines(f"Emissions fall by 20 {unit} or more", width_of("Emissions fall by 20 ") + 0.1)
    assert texts(made)[:2] == ["Emissions fall by ", f"20 {unit} or more"]


def test_a_line_may_end_between_a_number_and_a_word() -> None:
    assert texts(lines("In 2020 motions", width_of("In 2020 mot") + 0.1)) == ["In 2020 ", "motions"]


def test_a_long_word_before_a_dash_is_hyphenated() -> None:
    german = replace(BODY, hyphenate=True)
    made = paragraph_lines(
        shipped_pack(), (Run("Donaudampfschifffahrtsgesellschaft \N{EN DASH} und", language="de"),), german, 100
    )
    assert texts(made)[0].endswith("\N{SOFT HYPHEN}")


def test_a_last_line_of_one_short_word_gets_words_of_the_line_before() -> None:
    text = "Internationalisation of city and development of innovation from EU to Tianjin and vice-versa."
    assert texts(lines(text, width_of(text) - 5))[-1] == "and vice-versa."


def test_a_long_word_can_be_alone_in_the_last_line() -> None:
    text = "Stakeholders from research for sustainable urban development."
    assert texts(lines(text, width_of(text) - 5))[-1] == "development."


def test_a_word_wider_than_a_line_begins_a_line_and_is_cut_at_its_end() -> None:
    made = texts(lines(f"see {'m' * 40} there", 100))
    assert made[0] == "see "
    assert all(set(line) == {"m"} for line in made[1:-1])
    assert made[-1].endswith("m there")


def test_a_row_of_closing_punctuation_is_cut() -> None:
    assert texts(lines("." * 40, width_of("." * 30) + 0.1)) == ["." * 30, "." * 10]


def test_a_letter_wider_than_a_line_is_shown() -> None:
    assert texts(lines("mm", 1)) == ["m", "m"]


@pytest.mark.parametrize(("align", "share"), [("start", 0), ("center", 0.5), ("end", 1)])
def test_lines_are_aligned_as_in_their_style(align: Align, share: float) -> None:
    made = lines("Rome ", 200, replace(BODY, align=align))
    assert made.lines[0].offset == pytest.approx((200 - width_of("Rome")) * share)


def test_a_break_ends_a_line_with_a_space_for_screen_readers() -> None:
    content = (Run("one"), Break(), Break(), Run("two"), Break())
    assert texts(lines(content)) == ["one ", " ", "two "]


def test_empty_text_has_no_line() -> None:
    assert lines("").lines == ()


def test_runs_of_one_link_are_one_element() -> None:
    link = "https://iuc.eu"
    content = (
        Run("see "),
        Run("our ", link=link),
        Run("pages", link=link, bold=True),
        Run(" and "),
        Run("mail", link=link),
    )
    made = lines(content)
    assert [tag.text for tag in made.tags] == ["our pages", "mail"]
    assert [span.tag for span in made.lines[0].spans] == [None, 0, 0, None, 1]


def test_a_link_has_the_colour_and_the_underline_of_links() -> None:
    plain, link = lines((Run("see "), Run("here", link="https://iuc.eu"))).lines[0].spans
    assert plain.style.underline is None
    assert link.style.underline is not None
    assert link.state != plain.state


def test_a_link_in_text_with_a_colour_of_its_own_has_that_colour() -> None:
    column = shipped_pack().theme.style("column")
    plain, link = lines((Run("see "), Run("here", link="https://iuc.eu")), 200, column).lines[0].spans
    assert link.state == plain.state
    assert link.style.underline is not None


def test_an_underline_ends_with_the_last_letter_of_its_line() -> None:
    first = lines((Run("January 2017 in Beijing", underline=True),), width_of("January 2017") + 1).lines[0]
    assert first.spans[0].end == pytest.approx(width_of("January 2017"))


def test_superscript_is_smaller_and_higher_and_subscript_lower() -> None:
    normal, raised, lowered = (
        lines((Run("2", script=script),)).lines[0].spans[0]
        for script in (Script.NORMAL, Script.SUPERSCRIPT, Script.SUBSCRIPT)
    )
    assert raised.end == lowered.end < normal.end
    assert lowered.style.rise < normal.style.rise == 0 < raised.style.rise


def test_missing_characters_are_reported_and_omitted() -> None:
    made = lines("a\U0001f601b \U0001f600")
    assert made.missing == ("\U0001f601", "\U0001f600")
    assert texts(made) == ["ab "]


def test_a_missing_character_is_reported_each_time() -> None:
    assert lines("x \U0001f600 y", 200).missing == lines("x \U0001f600 y", 201).missing == ("\U0001f600",)


def test_text_of_another_script_is_shown_in_a_fallback_font() -> None:
    spans = lines("Label 欧盟项目 here").lines[0].spans
    assert len({span.face.name for span in spans}) == 2
    assert "".join(span.text for span in spans) == "Label 欧盟项目 here"


def test_lines_do_not_end_in_a_word_in_katakana() -> None:
    label = "主な活動と成果の概要（パイロットプロジェクトなど）欧州連合のプログラム"
    pack = shipped_pack()
    for width in range(60, 160, 7):
        lines = paragraph_lines(pack, (Run(label),), pack.theme.style("label"), width, "ja").lines
        texts = ["".join(span.text for span in line.spans) for line in lines]
        assert "".join(texts) == label
        pairs = list(pairwise(texts))
        is_wide = width > 125  # the longest word is twelve letters wide
        assert not is_wide or not any(IN_KATAKANA.match(f"{end[-1]}{start[0]}", 1) for end, start in pairs)


def test_a_line_that_ends_in_a_soft_hyphen_shows_a_hyphen() -> None:
    word = "Donau\u00addampf\u00adschiff\u00adfahrt"
    made = lines(f"{word} {word}", width_of("Donaudampfschiff-") + 0.01)
    assert texts(made) == ["Donau\u00addampf\u00adschiff\u00ad", "fahrt Donau\u00addampf\u00ad", "schiff\u00adfahrt"]
    assert [line.spans[-1].shown for line in made.lines] == ["-", "-", "schifffahrt"]
    widths = [width_of("Donaudampfschiff-"), width_of("fahrt Donaudampf-")]
    assert [line.ink for line in made.lines[:2]] == pytest.approx(widths)

    narrower = lines(word, width_of("Donaudampfschiff") + 0.01)
    assert texts(narrower) == ["Donau\u00addampf\u00ad", "schiff\u00adfahrt"]


@pytest.mark.parametrize("language", ["he", "en"])
def test_a_soft_hyphen_in_a_line_of_mixed_directions_shows_a_hyphen_after_its_word(language: str) -> None:
    text = "שלום Donau\u00addampf"
    made = paragraph_lines(shipped_pack(), (Run(text),), BODY, width_of("שלום Donau-") + 0.01, language)
    first, last = (line.spans[-1] for line in made.lines)
    assert (first.text.strip(), first.shown.strip()) == ("Donau\u00ad", "Donau-")
    assert last.text == "dampf"
    assert [line.ink for line in made.lines] == pytest.approx([width_of("שלום Donau-"), width_of("dampf")])


def test_missing_character_before_the_last_word_of_a_line_is_reported() -> None:
    """It is a word of its own, of which nothing is drawn, where a short last line may take words."""
    text = "word " * 6 + "\N{GRINNING FACE}word the"
    for width in range(30, 300):
        lines = paragraph_lines(shipped_pack(), (Run(text),), BODY, width)
        assert lines.missing == ("\N{GRINNING FACE}",)
