"""Words that are divided at the ends of lines."""

import random
import re
import zipfile
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pyphen
import pytest
from msgspec.structs import replace

from tests.pdf_text import pdf_words
from tests.selected_cases import mostly_long
from tests.stages import pdf_file, shipped_pack, summary_of
from tests.tools import copied_by_poppler, page_texts
from tests.verapdf import AssertConformant
from tests.words import summary_words
from ucap_reports.pdf.text.line_filling import paragraph_lines
from ucap_reports.pdf.text.text_drawing import ParagraphLines
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text import hyphenation_and_thai_words
from ucap_reports.text.hyphenation_and_thai_words import hyphenation_points
from ucap_reports.text.rich_text import Run
from ucap_reports.word.render_word import render_word

BODY = shipped_pack().theme.style("body")
GERMAN = (
    "Internationale Stadtentwicklungszusammenarbeit, Wirtschaftsförderung und Abwasserbehandlung in Nachbargemeinden"
)
FRENCH = "Le développement durable et la coopération internationale transforment progressivement les administrations"


def lines(text: str, width: float, language: str, style: Style = BODY) -> ParagraphLines:
    return paragraph_lines(shipped_pack(), (Run(text),), style, width, language)


def shown(made: ParagraphLines) -> list[str]:
    """The characters of each line, as they are drawn."""
    return ["".join(span.shown if span.drawn else span.text for span in line.spans).rstrip() for line in made.lines]


def parts(word: str, language: str) -> str:
    edges = (0, *hyphenation_points(word, language, names=True), len(word))
    return "-".join(word[start:end] for start, end in pairwise(edges))


@pytest.mark.no_cover
@pytest.mark.parametrize("language", mostly_long(["en", "de", "fr", "hu", "nb", "ru", "te"], {"en", "fr", "te"}))
def test_words_are_divided_as_pyphen_divides_them(language: str) -> None:
    """Without its patterns that change letters, as in Hungarian and Norwegian."""
    own = hyphenation_and_thai_words._dictionary(language)
    theirs = pyphen.Pyphen(lang=pyphen.language_fallback(language)).hd
    for letters, (_, values) in tuple(theirs.patterns.items()):
        if any(getattr(value, "data", None) is not None for value in values):
            del theirs.patterns[letters]
    chance = random.Random(language)  # noqa: S311 - the words of a test
    parts = [letters.strip(".") for letters in chance.choices(sorted(theirs.patterns), k=300)]
    for word in ("".join(chance.sample(parts, 4)) for _ in range(300)):
        assert own.divisions(word) == [int(point) for point in theirs.positions(word)], word


def test_a_language_without_patterns_divides_no_word() -> None:
    assert hyphenation_points("cooperation", "ja") == ()


def test_norwegian_is_divided_as_bokmal() -> None:
    assert hyphenation_points("samarbeid", "no") == hyphenation_points("samarbeid", "nb") != ()


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("(development),", "en", "(devel-op-ment),"),
        ("\u201cdevelopment\u201d\u2026", "en", "\u201cdevel-op-ment\u201d\u2026"),
        ("\u00bfdesarrollo\u2019", "es", "\u00bfdesa-rro-llo\u2019"),
        ("coopération", "fr", "coopé-ra-tion"),
        ("cooperazione", "it", "coope-ra-zione"),
        ("συνεργασίας", "el", "συνερ-γα-σίας"),
        ("Nachhaltigkeit", "de", "Nach-hal-tig-keit"),
        ("Zusammenarbeit", "de", "Zusam-menarbeit"),
        ("towns", "en", "towns"),
        ("l\u2019aménagement", "fr", "l\u2019amé-na-ge-ment"),
        ("dell'amministrazione,", "it", "dell'ammi-ni-stra-zione,"),
        ("government\u2019s", "en", "gov-ern-ment\u2019s"),
        ("UNESCO-Stadt", "de", "UNESCO-Stadt"),
        ("office@example.org", "en", "office@example.org"),
        ("development", "zh", "development"),
    ],
)
def test_words_are_divided_as_in_their_language(word: str, language: str, expected: str) -> None:
    assert parts(word, language) == expected


def test_points_after_a_capital_with_a_dot_are_those_of_the_word() -> None:
    assert hyphenation_points("İmportance", "en", names=True) == hyphenation_points("Importance", "en", names=True)


def test_a_word_that_may_be_a_name_has_no_points() -> None:
    assert hyphenation_points("Barcelona", "en") == ()
    assert hyphenation_points("development", "en") != ()
    assert hyphenation_points("Entwicklung", "de") != ()


@pytest.mark.parametrize(("text", "language"), [(GERMAN, "de"), (FRENCH, "fr")])
def test_running_text_is_hyphenated_and_copied_without_hyphens(text: str, language: str) -> None:
    made = lines(text, 110, language)
    divided = [line for line in shown(made) if line.endswith("-")]

    assert divided
    assert all(line.ink <= 110.01 for line in made.lines)
    assert made.broken == ()
    copied = "".join(span.text for line in made.lines for span in line.spans)
    assert copied.replace("\u00ad", "") == text
    assert copied.count("\u00ad") == len(divided)


def test_at_most_two_lines_below_each_other_end_in_a_hyphen() -> None:
    for width in range(60, 200, 10):
        ends = "".join("-" if line.endswith("-") else " " for line in shown(lines(f"{FRENCH} {FRENCH}", width, "fr")))
        assert "---" not in ends


def test_a_line_that_is_full_enough_is_not_hyphenated() -> None:
    made = lines(FRENCH, 400, "fr")
    assert not any(line.endswith("-") for line in shown(made))


def test_a_style_without_hyphenation_only_divides_words_that_are_too_long() -> None:
    plain = replace(BODY, hyphenate=False)
    assert not any(line.endswith("-") for line in shown(lines(FRENCH, 110, "fr", plain)))

    made = lines("Stadtentwicklung", 50, "de", plain)
    assert shown(made) == ["Stadtent-", "wicklung"]
    assert made.broken == ()


def test_a_long_word_without_points_is_cut_and_reported() -> None:
    made = lines("Stadtentwicklung", 50, "zh")
    assert "".join(shown(made)) == "Stadtentwicklung"
    assert made.broken == ("Stadtentwicklung",)


def test_headings_are_not_hyphenated_by_default_and_a_pack_decides() -> None:
    theme = shipped_pack().theme
    assert {name: theme.style(name).hyphenate for name in ("body", "cell", "title", "heading-2", "city")} == {
        "body": True,
        "cell": True,
        "title": False,
        "heading-2": False,
        "city": False,
    }


@pytest.mark.long
def test_the_pdf_has_the_words_of_the_plan_and_conforms(tmp_path: Path, assert_conformant: AssertConformant) -> None:
    summary = summary_of(f"language: de\ncities: [{{name: A}}, {{name: B}}]\nresults: '{GERMAN} {GERMAN}'\n")
    pdf = pdf_file(summary).content

    assert pdf_words(pdf) == summary_words(summary)
    for copied in (" ".join(page_texts(pdf)), copied_by_poppler(pdf, tmp_path)):
        words = re.sub("[\u00ad\ufffe]\\s*", "", copied).split()
        assert [word for word in GERMAN.split() if word not in words] == []
    assert_conformant(pdf)


def test_word_hyphenates_all_but_headings() -> None:
    summary = summary_of(f"language: de\ncities: [{{name: A}}]\nresults: '{GERMAN}'\n")
    with zipfile.ZipFile(BytesIO(render_word(summary, shipped_pack("modern")).content)) as package:
        settings, styles = (package.read(f"word/{name}.xml").decode() for name in ("settings", "styles"))

    assert "<w:autoHyphenation/>" in settings
    of_styles = re.findall(r"<w:style [^>]*>.*?</w:style>", styles)
    (title,) = [style for style in of_styles if 'w:val="U-CAP title"' in style]
    assert "<w:suppressAutoHyphens/>" in title
    assert any("suppressAutoHyphens" not in style and "U-CAP" in style for style in of_styles)
