"""The lines of a paragraph are as many as if its parts were placed one after the other."""

import re
import shutil
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stages import shipped_pack, summary_of
from ucap_reports import open_pack
from ucap_reports.fonts.font_faces import Face, family_source, open_face
from ucap_reports.page.fitted_scale import plan_page
from ucap_reports.page.measured_lines import LineMeasure, _character_width, theme_font, word_parts
from ucap_reports.page.page_tree import Content, PageNumber
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.capitals_punctuation_and_plain_letters import is_word
from ucap_reports.text.rich_text import Break, Run

STYLES = (
    Style("plain", Length(10), Length(11), Colour("000000")),
    Style("wide", Length(10), Length(11), Colour("000000"), capitals=True, letter_spacing=Length(0.7)),
)
WORDS = ("m", "Łódź", "low-carbon", "--", "-x", "城市", "สวัสดีชาวโลก", "\t", "a\tb", "b\t", "no\u00a0break", "ß")
TEXTS = st.lists(st.sampled_from(WORDS) | st.text("aem ", max_size=9), max_size=9).map(" ".join)
RUNS = st.builds(Run, TEXTS, bold=st.booleans())
Part = tuple[str, int, int]
"""A part of a word with its width and that of the spaces after it, in 1/1000 em."""
CHOSEN = st.tuples(st.integers(0, 30), st.integers(1, 12))
"""The first of some parts, and their number."""
CONTENTS = st.lists(RUNS | st.just(Break()) | st.just(PageNumber()), max_size=5).map(tuple)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack whose bold face has other spaces than the regular one."""
    folder = tmp_path_factory.mktemp("packs") / "mixed"
    (folder / "fonts").mkdir(parents=True)
    for name, family in (("regular.ttf", "Arimo"), ("bold.ttf", "Noto Sans Devanagari")):
        path = family_source(family, bold=False, italic=False).path
        assert path is not None
        shutil.copy(path, folder / "fonts" / name)
    fonts = "{text: {word: Mixed, pdf: null, files: {regular: fonts/regular.ttf, bold: fonts/bold.ttf}}}"
    (folder / "pack.yaml").write_text(f"extends: iuc-asia\ntheme:\n  fonts: {fonts}\n", encoding="utf-8")
    return open_pack(folder)


def face_of(pack: Pack, *, bold: bool) -> Face:
    """The face of the text of a pack."""
    source = theme_font(pack, pack.theme.fonts["text"], bold=bold, italic=False)
    assert source is not None
    return open_face(source)


def width(text: str, style: Style, face: Face) -> int:
    """The width of a text with its spaces, in 1/1000 em."""
    written = text.upper() if style.capitals else text
    spacing = round(style.letter_spacing * 1000 / style.size)
    return sum(_character_width(face, character) for character in written) + len(text) * spacing


def parts(content: Content, style: Style, pack: Pack) -> Iterator[Part | None]:
    """Each part of a paragraph; None for a break."""
    for inline in content:
        if isinstance(inline, Break):
            yield None
            continue
        face = face_of(pack, bold=isinstance(inline, Run) and inline.bold)
        words = ("00" if isinstance(inline, PageNumber) else inline.text).split(" ")
        for number, word in enumerate(words, 1):
            found: list[Part] = []
            for part in word_parts(word):
                if not part.isspace():
                    found.append((part, width(part, style, face), 0))
                else:
                    text, ink, after = found.pop() if found else ("", 0, 0)
                    found.append((text, ink, after + width(part, style, face)))
            *earlier, (text, ink, after) = found or [("", 0, 0)]
            space = width(" ", style, face) if number < len(words) else 0
            yield from (*earlier, (text, ink, after + space))


def exact_limit(placed: Sequence[Part | None], start: int, count: int) -> int:
    """The width of some of the parts after each other, which exactly fit in a line of it."""
    widths = [part for part in placed if part is not None]
    first = start % max(len(widths), 1)
    fitting = widths[first : first + count]
    return sum(ink + after for _, ink, after in fitting) - sum(after for _, _, after in fitting[-1:])


def placed_lines(placed: Sequence[Part | None], limit: int) -> tuple[int, bool]:
    """The number of lines of a paragraph, and whether a part is wider than a line."""
    lines, has_wide_words = 0, False
    used: int | None = None
    is_empty = True
    for part in (*placed, None):
        if part is None:
            lines += is_empty
            used, is_empty = None, True
            continue
        _, ink, after = part
        is_empty = False
        if used is None or used + ink > limit:
            lines += 1
            used = 0
        if ink > limit:
            has_wide_words = True
            used = None  # it has a line of its own
        else:
            used += ink + after
    return lines, has_wide_words


@pytest.mark.long
@given(CONTENTS, st.sampled_from(STYLES), CHOSEN, st.integers(-1, 1))
@settings(max_examples=600)
def test_line_count_is_that_of_parts_placed_one_after_the_other(
    pack: Pack, content: Content, style: Style, chosen: tuple[int, int], more: int
) -> None:
    placed = list(parts(content, style, pack))
    limit = max(exact_limit(placed, *chosen) + more, 1)
    measure = LineMeasure(pack)
    lines = measure.count(content, style, (limit + 0.5) * style.size / 1000)
    assert (lines, measure.has_wide_words) == placed_lines(placed, limit)


PART = re.compile(r"\s+|[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef-]+-*|-+|.", re.DOTALL)
"""White space, a word up to its hyphen, or an East Asian character."""
CHARACTERS = "ab-\n \u3000é\u2013天津市\u2e80\u9fff\ua000ー「」한\uac00\ud7af\ud7b0\uff00\uffefｱ\ufff0😀"


@given(st.text(st.sampled_from(CHARACTERS), max_size=12))
def test_words_are_parted_after_hyphens_and_east_asian_characters(text: str) -> None:
    assert word_parts(text) == PART.findall(text)


@pytest.mark.parametrize(
    ("text", "is_a_word"),
    [
        ("Rome", True),
        ("Ro\u0301me", True),
        ("क्षत्रिय", True),
        ("مُدُن", True),
        ("می\u200cخواهم", True),
        ("\u0301", False),
        ("a1", False),
        ("a\u00adb", False),
        ("", False),
    ],
)
def test_words_are_letters_with_their_marks(text: str, is_a_word: bool) -> None:  # noqa: FBT001 - a case
    assert is_word(text) == is_a_word


@pytest.mark.parametrize(
    "name", ["Lla\u0301nfairpwllgwyngyllgogerychwyrndrobwll", "अन्तर्राष्ट्रीयकरणक्षत्रियविद्यार्थियोंकार्यक्रम"]
)
def test_names_with_marks_that_are_wider_than_their_column_are_reported(name: str) -> None:
    others = "".join(f", {{name: {letter}, country: China}}" for letter in "BCD")
    summary = summary_of(f"cities: [{{name: {name}, country: Italy}}{others}]")
    page = plan_page(summary, shipped_pack())
    assert page.cut_words == (name,)
    assert [warning.details["word"] for warning in render_pdf(summary, shipped_pack()).warnings] == [name]
