"""Font fallback: each character is written in the first face that has it."""

from functools import partial
from pathlib import Path
from unicodedata import combining

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.fonts.font_faces import family_source
from ucap_reports.fonts.font_subset import font_program, web_font
from ucap_reports.pdf.text.glyphs_and_font_fallback import GlyphRun, Typeface, glyph_missing, typeface, writing_mode
from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.pack_settings_and_number_format import PackSettings

ARIMO, CHINESE = (family_source(name, bold=False, italic=False) for name in ("Arimo", "Noto Sans SC"))
TYPEFACE = Typeface([ARIMO, CHINESE])
SETTINGS = yaml.safe_load((Path(__file__).parents[1] / "templates/iuc-asia/pack.yaml").read_text("utf-8"))


def pack(font: dict[str, object], files: dict[str, bytes] | None = None) -> Pack:
    """The shipped pack with another text font."""
    theme = SETTINGS["theme"] | {"fonts": {"text": {"word": "Corporate Sans"} | font}}
    settings = PackSettings.model_validate(SETTINGS | {"theme": theme})
    return Pack(settings, {name: PackFile(f"pack/{name}", content) for name, content in (files or {}).items()}, {})


def faces_and_texts(text: str) -> list[tuple[str, str]]:
    return [(run.face.name.partition("-")[0], run.text) for run in TYPEFACE.runs(text)]


def literal_bytes(code: str) -> bytes:
    """The bytes of a literal string's body (ISO 32000-1, 7.3.4.2)."""
    escapes = {"n": "\n", "r": "\r", "(": "(", ")": ")", "\\": "\\"}
    characters = iter(code)
    return "".join(escapes[next(characters)] if character == "\\" else character for character in characters).encode(
        "latin-1"
    )


def text_of(run: GlyphRun) -> str:
    """The text of the glyph ids in a run's code."""
    code = literal_bytes(run.code)
    glyphs = [int.from_bytes(code[start : start + 2], "big") for start in range(0, len(code), 2)]
    return "".join(chr(run.face.index.characters[glyph - 1]) for glyph in glyphs)


def test_latin_text_is_one_run_of_the_first_face() -> None:
    (run,) = TYPEFACE.runs("Málaga → Rome ○")
    assert (run.face.name, run.text) == ("Arimo-Regular", "Málaga → Rome ○")


@pytest.mark.parametrize("text", ["城市", "城市 ", "城"])
def test_a_chinese_word_is_one_run_with_the_space_after_it(text: str) -> None:
    assert faces_and_texts(text) == [("NotoSansSC", text)]


def test_a_word_in_two_scripts_has_a_run_in_each_face() -> None:
    assert faces_and_texts("城Rome市 ") == [("NotoSansSC", "城"), ("Arimo", "Rome"), ("NotoSansSC", "市 ")]


def test_widths_are_those_of_arial_in_thousandths_of_an_em() -> None:
    assert [TYPEFACE.runs(letter)[0].width for letter in "AiW é"] == [667, 222, 944, 278, 556]
    assert TYPEFACE.runs("AiW é")[0].width == 667 + 222 + 944 + 278 + 556


@pytest.mark.parametrize("language", ["zh", "ja"])
@pytest.mark.parametrize(
    "text", ["\u201cEU\u57ce\u5e02\u201d", "\u201c\u57ce\u5e02EU\u201d", "\u2018EU\u2019", "\u201cEU\u201d"]
)
def test_both_quotation_marks_of_a_pair_are_as_wide_as_a_letter(language: str, text: str) -> None:
    runs = Typeface([ARIMO, CHINESE], writing_mode(language)).runs(text)
    assert {run.face.name for run in (runs[0], runs[-1])} == {"NotoSansSC-Regular"}
    assert [runs[0].text[0], runs[-1].text[-1]] == [text[0], text[-1]]
    assert TYPEFACE.runs(text)[0].face.name == "Arimo-Regular"


def test_an_apostrophe_and_a_dash_in_latin_words_are_narrow_in_chinese() -> None:
    for text in ("Xi\u2019an", "Rome\u2014Paris"):
        (run,) = Typeface([ARIMO, CHINESE], writing_mode("zh")).runs(text)
        assert run.face.name == "Arimo-Regular"


def test_a_fallback_writes_only_what_the_first_face_lacks() -> None:
    assert faces_and_texts("Label: 欧盟项目 (EU)") == [
        ("Arimo", "Label: "),
        ("NotoSansSC", "欧盟项目 "),
        ("Arimo", "(EU)"),
    ]


def test_spaces_and_format_characters_stay_with_the_text_before_them() -> None:
    assert faces_and_texts("欧盟 项目\u200b项") == [("NotoSansSC", "欧盟 项目\u200b项")]
    assert faces_and_texts("a \u00adb") == [("Arimo", "a \u00adb")]


def test_a_mark_stays_with_its_letter() -> None:
    assert faces_and_texts("e\u0301") == [("Arimo", "e\u0301")]
    # U+302A, an ideographic tone mark, is in the Chinese face alone.
    assert faces_and_texts("a\u302a") == [("NotoSansSC", "a\u302a")]


def test_missing_characters_are_omitted_and_reported() -> None:
    assert "".join(run.text for run in TYPEFACE.runs("a😀b한😀")) == "ab"
    assert TYPEFACE.missing("a😀b한😀") == ("😀", "한")
    assert TYPEFACE.missing("plain 欧盟") == ()


def test_the_error_for_a_missing_glyph_has_its_code_point_and_a_family_with_it() -> None:
    problem = glyph_missing("한", Location(field="results"))
    assert (problem.code, problem.location.field) == ("glyph-missing", "results")
    assert problem.details == {"character": "한", "code": "D55C", "name": "HANGUL SYLLABLE HAN"}
    assert '"Noto Sans KR"' in (problem.hint or "")


def test_zero_width_characters_are_written_without_width() -> None:
    text = "a\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\ufeffb"
    (run,) = TYPEFACE.runs(text)
    assert (run.text, run.shown) == (text, "ab")
    assert run.width == 2 * 556


def test_spaces_that_a_font_lacks_are_moves_of_the_pen() -> None:
    (run,) = Typeface([CHINESE]).runs("10\u202f000")
    digit = run.face.width("1")
    assert (run.text, run.shown, run.width) == ("10\u202f000", "10000", 5 * digit + 200)
    assert [shift.right for shift in run.shifts] == [0, 0, 200, 0, 0, 0]


UNMARKED = [letter for letter in map(chr, TYPEFACE.face.index.characters) if not combining(letter)]
"""Characters that are written letter by letter."""


@given(st.text(st.sampled_from([*UNMARKED, *"欧盟项目的一是不"]), max_size=40))
def test_runs_and_their_codes_have_all_characters_in_order(text: str) -> None:
    runs = TYPEFACE.runs(text)
    assert "".join(run.text for run in runs) == text
    assert "".join(text_of(run) for run in runs) == text
    for run in runs:
        assert run.width == sum(map(run.face.width, run.text))


def test_each_glyph_id_is_escaped_in_literal_strings() -> None:
    face = TYPEFACE.face
    for character in map(chr, face.index.characters):
        (run,) = TYPEFACE.runs(character)
        assert text_of(run) == character
        assert not {"\r", "\n"} & set(run.code)


def test_bold_and_italic_have_faces_and_the_fallback_is_upright() -> None:
    found = typeface(pack({"pdf": "Arimo"}), "text", bold=True, italic=True)
    names = [run.face.name for run in found.runs("EU欧盟")]
    assert names == ["Arimo-BoldItalic", "NotoSansSC-Bold"]


def test_typefaces_of_a_pack_are_cached() -> None:
    one = pack({"pdf": "Arimo"})
    assert typeface(one, "text", bold=False, italic=False) is typeface(one, "text", bold=False, italic=False)


def test_a_variable_font_of_a_pack_has_a_bold_face() -> None:
    assert ARIMO.path is not None
    own = pack({"files": {"regular": "fonts/own.ttf"}}, {"fonts/own.ttf": ARIMO.path.read_bytes()})
    regular, bold, italic = (
        typeface(own, "text", bold=bold, italic=italic).runs("W")[0]
        for bold, italic in ((False, False), (True, False), (False, True))
    )
    assert regular.face.name.startswith("CorporateSans-Regular-")
    assert bold.face.name.startswith("CorporateSans-Bold-")
    assert italic.face is regular.face
    assert typeface(own, "text", bold=True, italic=False).runs("l")[0].width > TYPEFACE.runs("l")[0].width


@pytest.mark.parametrize(("axis", "largest"), [(b"wdth", 700), (b"wght", 400)], ids=["width", "weights up to regular"])
def test_a_variable_font_without_bolder_weights_is_synthetic_bold(axis: bytes, largest: int) -> None:
    assert ARIMO.path is not None
    font = ARIMO.path.read_bytes()
    axes = font.index(b"wght\x01\x90\0\0")
    other_axis = axis + font[axes + 4 : axes + 12] + (largest << 16).to_bytes(4, "big")
    file = font[:axes] + other_axis + font[axes + len(other_axis) :]
    own = pack({"files": {"regular": "fonts/own.ttf"}}, {"fonts/own.ttf": file})
    regular, bold = (typeface(own, "text", bold=bold, italic=False).runs("W")[0] for bold in (False, True))
    assert not regular.face.source.thickened
    assert bold.face.source.thickened
    web = web_font(bold.face.source, "W")
    assert web is not None
    assert not web.has_weights, "browsers thicken the strokes"


def test_a_pack_can_have_a_font_file_for_each_style() -> None:
    static = CHINESE.path
    assert static is not None
    files = {"fonts/a.otf": static.read_bytes(), "fonts/b.otf": static.read_bytes() + b"\0"}
    own = pack({"files": {"regular": "fonts/a.otf", "bold": "fonts/b.otf"}}, files)
    get = partial(typeface, own, "text")
    assert get(bold=True, italic=True).face.name.startswith("CorporateSans-Bold-")
    assert get(bold=False, italic=True).face is get(bold=False, italic=False).face


def test_a_font_that_cannot_be_used_is_an_error_with_a_hint() -> None:
    broken = pack({"files": {"regular": "fonts/broken.ttf"}}, {"fonts/broken.ttf": b"no font"})
    with pytest.raises(ProblemsFound) as found:
        _ = typeface(broken, "text", bold=False, italic=False).face
    (problem,) = found.value.problems
    assert problem.code == "font-unusable"
    assert problem.hint


def test_a_static_font_of_a_pack_without_a_bold_file_has_thicker_strokes() -> None:
    static = family_source("IBM Plex Sans Arabic", bold=False, italic=False).read()
    house = pack({"pdf": None, "files": {"regular": "House.ttf"}}, {"House.ttf": static})
    usual, bold = (typeface(house, "text", bold=bold, italic=False).face for bold in (False, True))

    code = usual.index.code(ord("I"))
    assert bold.index.advances == usual.index.advances
    assert font_program(bold, [code]).content != font_program(usual, [code]).content
    assert bold.name.startswith("CorporateSans-Bold-")
