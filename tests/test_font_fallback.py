"""Text is measured and written in the first face that has it, and never in a box."""

from pathlib import Path
from unicodedata import combining

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ucap_reports.fonts.font_families import family_source
from ucap_reports.pdf.text.font_fallback import MissingGlyph, Typeface, glyph_missing, typefaces
from ucap_reports.pdf.text.glyph_writing import GlyphRun
from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.template.pack import Pack, PackFile, PackSettings

ARIMO, CHINESE = (family_source(name, bold=False, italic=False) for name in ("Arimo", "Noto Sans SC"))
TYPEFACE = Typeface([ARIMO, CHINESE])
SETTINGS = yaml.safe_load((Path(__file__).parents[1] / "templates/iuc-asia/pack.yaml").read_text("utf-8"))


def pack(font: dict[str, object], files: dict[str, bytes] | None = None) -> Pack:
    """The shipped pack with another text font."""
    theme = SETTINGS["theme"] | {"fonts": {"text": {"word": "Corporate Sans"} | font}}
    settings = PackSettings.model_validate(SETTINGS | {"theme": theme})
    return Pack(settings, {name: PackFile(f"pack/{name}", content) for name, content in (files or {}).items()}, {})


def faces_and_texts(text: str) -> list[tuple[str, str]]:
    return [(piece.face.name.partition("-")[0], piece.text) for piece in TYPEFACE.pieces(text)]


def literal_bytes(code: str) -> bytes:
    """What a PDF reader makes of a literal string's body (ISO 32000-1, 7.3.4.2)."""
    escapes = {"n": "\n", "r": "\r", "(": "(", ")": ")", "\\": "\\"}
    characters = iter(code)
    return "".join(escapes[next(characters)] if character == "\\" else character for character in characters).encode(
        "latin-1"
    )


def text_of(piece: GlyphRun) -> str:
    """The text again, from the glyph ids that the piece writes."""
    code = literal_bytes(piece.code)
    glyphs = [int.from_bytes(code[start : start + 2], "big") for start in range(0, len(code), 2)]
    return "".join(chr(piece.face.index.characters[glyph - 1]) for glyph in glyphs)


def test_latin_text_is_one_piece_of_the_first_face() -> None:
    (piece,) = TYPEFACE.pieces("Málaga → Rome ○")
    assert (piece.face.name, piece.text) == ("Arimo-Regular", "Málaga → Rome ○")


def test_widths_are_arials_in_thousandths_of_an_em() -> None:
    assert [TYPEFACE.pieces(letter)[0].width for letter in "AiW é"] == [667, 222, 944, 278, 556]
    assert TYPEFACE.pieces("AiW é")[0].width == 667 + 222 + 944 + 278 + 556


def test_a_fallback_takes_what_the_first_face_lacks_and_nothing_else() -> None:
    assert faces_and_texts("Label: 欧盟项目 (EU)") == [
        ("Arimo", "Label: "),
        ("NotoSansSC", "欧盟项目 "),
        ("Arimo", "(EU)"),
    ]


def test_spaces_and_format_characters_stay_with_what_is_before_them() -> None:
    assert faces_and_texts("欧盟 项目\u200b项") == [("NotoSansSC", "欧盟 项目\u200b项")]
    assert faces_and_texts("a \u00adb") == [("Arimo", "a \u00adb")]


def test_a_mark_stays_with_its_letter() -> None:
    assert faces_and_texts("e\u0301") == [("Arimo", "e\u0301")]
    # U+302A, an ideographic tone mark, is in the Chinese face alone.
    assert faces_and_texts("a\u302a") == [("NotoSansSC", "a\u302a")]


def test_characters_that_no_face_has_are_all_named() -> None:
    with pytest.raises(MissingGlyph) as missing:
        TYPEFACE.pieces("a😀b한😀")
    assert missing.value.characters == ("😀", "한")
    assert TYPEFACE.missing("a😀b한😀") == ("😀", "한")
    assert TYPEFACE.missing("plain 欧盟") == ()


def test_a_missing_glyph_is_a_problem_with_its_code_point_and_what_to_do() -> None:
    problem = glyph_missing("한", Location(field="results"))
    assert problem.code == "glyph-missing"
    assert problem.details == {"character": "한", "code": "D55C", "name": "HANGUL SYLLABLE HAN"}
    assert problem.hint == 'add "Noto Sans KR" to the theme\'s "fallback" in pack.yaml'
    assert problem.location.field == "results"


def test_zero_width_characters_are_written_and_take_no_room() -> None:
    text = "a\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\ufeffb"
    (piece,) = TYPEFACE.pieces(text)
    assert text_of(piece) == text
    assert piece.width == 2 * 556


UNMARKED = [letter for letter in map(chr, TYPEFACE.face.index.characters) if not combining(letter)]
"""What is written letter by letter."""


@given(st.text(st.sampled_from([*UNMARKED, *"欧盟项目的一是不"]), max_size=40))
def test_pieces_hold_every_character_in_order_and_their_codes_say_the_same(text: str) -> None:
    pieces = TYPEFACE.pieces(text)
    assert "".join(piece.text for piece in pieces) == text
    assert "".join(text_of(piece) for piece in pieces) == text
    for piece in pieces:
        glyphs = [piece.face.index.glyph(ord(character)) for character in piece.text]
        assert piece.width == sum(piece.face.advance(glyph) for glyph in glyphs)


def test_every_glyph_id_survives_as_a_literal_string() -> None:
    face = TYPEFACE.face
    for character in map(chr, face.index.characters):
        (piece,) = TYPEFACE.pieces(character)
        assert text_of(piece) == character
        assert not {"\r", "\n"} & set(piece.code)


def test_bold_and_italic_are_faces_of_their_own_and_the_fallback_stays_upright() -> None:
    found = typefaces(pack({"pdf": "Arimo"}))
    names = [piece.face.name for piece in found.get("text", bold=True, italic=True).pieces("EU欧盟")]
    assert names == ["Arimo-BoldItalic", "NotoSansSC-Bold"]


def test_a_pack_has_the_same_typefaces_every_time() -> None:
    one = pack({"pdf": "Arimo"})
    assert typefaces(one) is typefaces(one)
    assert typefaces(one).get("text", bold=False, italic=False) is typefaces(one).get("text", bold=False, italic=False)


def test_a_pack_may_bring_a_variable_font_that_becomes_bold() -> None:
    assert ARIMO.path is not None
    own = pack({"files": {"regular": "fonts/own.ttf"}}, {"fonts/own.ttf": ARIMO.path.read_bytes()})
    regular, bold, italic = (
        typefaces(own).get("text", bold=bold, italic=italic).pieces("W")[0]
        for bold, italic in ((False, False), (True, False), (False, True))
    )
    assert regular.face.name.startswith("CorporateSans-Regular-")
    assert bold.face.name.startswith("CorporateSans-Bold-")
    assert italic.face is regular.face
    assert typefaces(own).get("text", bold=True, italic=False).pieces("l")[0].width > TYPEFACE.pieces("l")[0].width


def test_a_pack_may_bring_static_files_for_each_style() -> None:
    static = CHINESE.path
    assert static is not None
    files = {"fonts/a.otf": static.read_bytes(), "fonts/b.otf": static.read_bytes() + b"\0"}
    own = pack({"files": {"regular": "fonts/a.otf", "bold": "fonts/b.otf"}}, files)
    get = typefaces(own).get
    assert get("text", bold=True, italic=True).face.name.startswith("CorporateSans-Bold-")
    assert get("text", bold=False, italic=True).face is get("text", bold=False, italic=False).face


@pytest.mark.parametrize(
    ("font", "code", "field"),
    [
        ({"pdf": "Arymo"}, "font-unknown", "theme.fonts.text"),
        ({}, "font-unknown", "theme.fonts.text"),
        ({"files": {"regular": "fonts/absent.ttf"}}, "font-file-missing", "theme.fonts.text"),
        ({"files": {"regular": "fonts/broken.ttf"}}, "font-unusable", None),
    ],
)
def test_a_font_that_cannot_be_had_is_a_problem_at_its_place(
    font: dict[str, object], code: str, field: str | None
) -> None:
    broken = pack(font, {"fonts/broken.ttf": b"no font"})
    with pytest.raises(ProblemsFound) as found:
        typefaces(broken).get("text", bold=False, italic=False)
    (problem,) = found.value.problems
    assert (problem.code, problem.location.field) == (code, field)
    assert problem.hint


def test_a_font_that_the_theme_does_not_have_is_a_problem() -> None:
    with pytest.raises(ProblemsFound, match='no font "texxt"'):
        typefaces(pack({"pdf": "Arimo"})).get("texxt", bold=False, italic=False)


def test_a_static_font_of_a_pack_without_a_bold_file_is_drawn_thicker() -> None:
    static = family_source("IBM Plex Sans Arabic", bold=False, italic=False).read()
    house = typefaces(pack({"pdf": None, "files": {"regular": "House.ttf"}}, {"House.ttf": static}))
    usual, bold = (house.get("text", bold=bold, italic=False).face for bold in (False, True))

    glyph = usual.index.glyph(ord("I"))
    assert bold.index.advances == usual.index.advances
    assert bold.outlines.get([glyph]) != usual.outlines.get([glyph])
    assert bold.name.startswith("CorporateSans-Bold-")
