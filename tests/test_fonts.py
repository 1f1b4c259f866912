"""Prepared fonts: their outlines and widths, and the font families."""

from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import uharfbuzz as harfbuzz
from fontTools.cffLib import CFFFontSet
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from msgspec.structs import replace

from ucap_reports.fonts.face_index import INVISIBLE
from ucap_reports.fonts.font_faces import (
    FAMILIES,
    Face,
    Family,
    coverage_hint,
    families_covering,
    family_source,
    is_synthetic,
    load_face,
)
from ucap_reports.fonts.font_sources import FontSource
from ucap_reports.fonts.font_subset import FontProgram, font_program
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.user_cache import NOWHERE, UserCache

NO_CACHE = UserCache(NOWHERE)
INSTALLED = sorted(name for name, family in FAMILIES.items() if family.folder)
STYLES = [(False, False), (True, False), (False, True), (True, True)]


def source(name: str = "Arimo", *, bold: bool = False, italic: bool = False) -> FontSource:
    return family_source(name, bold=bold, italic=italic)


def unusable(wanted: FontSource, text: str = "") -> list[str | None]:
    """The paths of the problems `font-unusable` of preparing a font and drawing a text."""
    with pytest.raises(ProblemsFound) as found:
        drawn(wanted, text)
    assert {problem.code for problem in found.value.problems} == {"font-unusable"}
    return [problem.location.path for problem in found.value.problems]


def drawn(wanted: FontSource, text: str) -> FontProgram:
    """The font program of a text."""
    face = load_face(wanted, NO_CACHE)
    return font_program(face, codes(face, text))


def codes(face: Face, text: str) -> list[int]:
    return [face.index.code(ord(character)) for character in text]


class DrawnGlyph:
    """A glyph of a font program."""

    area: float
    bounds: tuple[float, float, float, float]

    def __init__(self, made: FontProgram, place: int) -> None:
        if made.is_cff:
            face = harfbuzz.Face(opentype_of(made.content))
        else:
            face = harfbuzz.Face(made.content)
        font, self._glyph = harfbuzz.Font(face), place
        area, bounds = AreaPen(None), BoundsPen(None)
        font.draw_glyph_with_pen(place, area)
        font.draw_glyph_with_pen(place, bounds)
        self.area = abs(area.value)
        self.bounds = bounds.bounds


def opentype_of(cff: bytes) -> bytes:
    """An OpenType font around a CFF table."""
    font = TTFont(sfntVersion="OTTO")
    table = DefaultTable("CFF ")
    table.data = cff
    count = len(cff_font(cff).CharStrings)
    head = DefaultTable("head")
    head.data = bytes(12) + b"\x5f\x0f\x3c\xf5" + bytes(2) + (1000).to_bytes(2, "big") + bytes(34)
    maxp = DefaultTable("maxp")
    maxp.data = b"\0\0\x50\0" + count.to_bytes(2, "big")
    font["CFF "], font["head"], font["maxp"] = table, head, maxp
    font.save(content := BytesIO())
    return content.getvalue()


def cff_font(cff: bytes) -> Any:
    """The font of a CFF table, read with fontTools."""
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(cff), None)
    return fonts[0]


# Preparation


@pytest.mark.parametrize(("bold", "italic"), STYLES)
def test_each_width_is_that_of_the_font_at_its_weight(bold: bool, italic: bool) -> None:  # noqa: FBT001 - cases
    wanted = source(bold=bold, italic=italic)
    face = load_face(wanted, NO_CACHE)
    assert wanted.path is not None
    font = TTFont(wanted.path)
    glyph_set = font.getGlyphSet(location={"wght": 700 if bold else 400})
    for character, name in font.getBestCmap().items():
        code = face.index.code(character)
        if code:
            assert face.index.advances[code - 1] == round(glyph_set[name].width), hex(character)


@pytest.mark.parametrize(
    ("wanted", "weight", "text"),
    [
        (source(), 400, "Aé→fiŷ"),
        (source(bold=True), 700, "Aé→fiŷ"),
        (source(italic=True), 400, "Aé→fiŷ"),
        (source("Noto Sans SC"), 400, "欧盟项目g"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_outlines_have_the_area_of_the_original_glyphs(wanted: FontSource, weight: int, text: str) -> None:
    made = drawn(wanted, text)
    assert wanted.path is not None
    original = TTFont(wanted.path)
    own = original.getGlyphSet(location={"wght": weight} if "fvar" in original else None)
    for character, place in zip(text, made.places, strict=True):
        pen = AreaPen(own)
        own[original.getBestCmap()[ord(character)]].draw(pen)
        assert DrawnGlyph(made, place).area == pytest.approx(abs(pen.value), rel=0.01), character


@pytest.mark.parametrize("bold", [False, True])
def test_lines_and_curves_of_chinese_glyphs_share_operators_up_to_48_operands(bold: bool) -> None:  # noqa: FBT001 - cases
    font = cff_font(drawn(source("Noto Sans SC", bold=bold), "欧盟项目龘").content)
    counts = []
    for char_string in font.CharStrings.values():
        char_string.decompile()
        operands = 0
        for part in char_string.program:
            if isinstance(part, str):
                counts.append((part, operands))
                operands = 0
            else:
                operands += 1
    assert max(operands for _, operands in counts) in range(42, 49)
    for (before, operands), (operator, more) in pairwise(counts):
        assert before != operator or operator == "rmoveto" or operands + more > 48


@pytest.mark.parametrize("name", INSTALLED)
def test_invisible_characters_are_in_every_face_without_width_or_glyph(name: str) -> None:
    face = load_face(source(name), NO_CACHE)
    text = "".join(map(chr, sorted(INVISIBLE)))
    assert face.covers(text)
    assert set(codes(face, text)) == {0}
    assert {face.width(character) for character in text} == {0}


@pytest.mark.parametrize("name", INSTALLED)
def test_spaces_and_hyphens_are_in_every_face(name: str) -> None:
    face = load_face(source(name), NO_CACHE)
    assert face.covers("\t\u00a0\u2003\u2007\u2009\u2010\u2011\u202f\u3000")
    assert face.width(" ") == face.width("\u00a0")
    made = font_program(face, sorted(codes(face, " \u00a0")))
    assert [DrawnGlyph(made, place).area for place in made.places] == [0, 0]


def test_no_two_characters_share_a_code() -> None:
    face = load_face(source(), NO_CACHE)
    characters = face.index.characters
    assert [face.index.code(character) for character in characters[:50]] == list(range(1, 51))
    assert list(characters) == sorted(set(characters))
    assert len(set(face.index.glyphs)) < len(characters), "some share a glyph"


def test_private_and_control_characters_are_not_text() -> None:
    font = TTFont(source().path)
    assert {0xF001, 0x0D} <= font.getBestCmap().keys()
    face = load_face(source(), NO_CACHE)
    assert [face.has(chr(character)) for character in (0xF001, 0x0D, 0x00)] == [False, False, False]


def test_programs_do_not_depend_on_those_made_before() -> None:
    first = drawn(source("Noto Sans SC"), "欧盟项目")
    drawn(source("Noto Sans SC"), "项目")
    assert drawn(source("Noto Sans SC"), "欧盟项目") == first


@pytest.mark.parametrize(("bold", "italic"), STYLES)
def test_latin_programs_have_the_outlines_of_those_with_other_letters(bold: bool, italic: bool) -> None:  # noqa: FBT001 - cases
    wanted = source(bold=bold, italic=italic)
    latin, mixed = drawn(wanted, "Aéŷ–€"), drawn(wanted, "Aéŷ–€Ω")
    assert latin == drawn(wanted, "Aéŷ–€")
    for place, mixed_place in zip(latin.places, mixed.places, strict=False):
        assert DrawnGlyph(latin, place).area == DrawnGlyph(mixed, mixed_place).area > 0


# Synthetic bold


@pytest.mark.parametrize("name", [name for name in INSTALLED if FAMILIES[name].package.startswith("pylopdf")])
def test_synthetic_bold_is_thicker_on_all_sides_and_as_wide_as_the_regular_face(name: str) -> None:
    usual, bold = (load_face(source(name, bold=bold), NO_CACHE) for bold in (False, True))
    outlines = []
    for face in (usual, bold):
        made = font_program(face, codes(face, "中"))
        outlines.append(DrawnGlyph(made, made.places[0]))
    before, after = outlines

    assert (usual.name[-8:], bold.name[-5:]) == ("-Regular", "-Bold")
    assert (usual.index.metrics.weight, bold.index.metrics.weight) == (400, 700)
    assert bold.index.advances == usual.index.advances
    assert [new - old for old, new in zip(before.bounds, after.bounds, strict=True)] == [-16, -16, 16, 16]
    assert after.area > 1.2 * before.area


def test_synthetic_bold_of_a_truetype_font_is_a_valid_font_of_its_glyphs() -> None:
    face = load_face(replace(source(), thickened=True), NO_CACHE)
    made = font_program(face, codes(face, "lé \u00a0"))
    font = cff_font(made.content)
    assert made.is_cff
    assert made.places == (1, 2, 3, 4)
    assert font.ROS == ("Adobe", "Identity", 0)
    assert list(font.CharStrings.keys()) == [".notdef", "cid00001", "cid00002", "cid00003", "cid00004"]
    for place, character in enumerate("lé \u00a0", 1):
        char_string = font.CharStrings[f"cid{place:05}"]
        char_string.draw(BoundsPen(None))
        assert char_string.width == face.width(character)
    thin = drawn(source(), "l")
    assert DrawnGlyph(made, 1).area > 1.2 * DrawnGlyph(thin, thin.places[0]).area * (1000 / 2048) ** 2


@pytest.mark.parametrize(
    ("bold", "has_bold_face", "has_weights", "expected"),
    [(True, False, False, True), (True, True, False, False), (True, False, True, False), (False, False, False, False)],
)
def test_only_bold_text_in_fonts_without_bold_and_weights_is_synthetic(
    *, bold: bool, has_bold_face: bool, has_weights: bool, expected: bool
) -> None:
    assert is_synthetic(bold=bold, has_bold_face=has_bold_face, has_weights=has_weights) is expected


def test_fonts_with_a_bold_face_have_no_thicker_strokes() -> None:
    assert not any(
        family_source(name, bold=True, italic=False).thickened
        for name in ("Arimo", "Noto Sans Devanagari", "IBM Plex Sans Arabic")
    )


# Families


def test_a_family_without_bold_and_italic_has_thicker_strokes_and_is_upright() -> None:
    sources = [source("Noto Sans SC", bold=bold, italic=italic) for bold, italic in STYLES]
    assert {each.name: each.thickened for each in sources} == {"NotoSansSC-Regular": False, "NotoSansSC-Bold": True}


def test_each_style_of_arimo_has_its_own_face() -> None:
    names = [source(bold=bold, italic=italic).name for bold, italic in STYLES]
    assert names == ["Arimo-Regular", "Arimo-Bold", "Arimo-Italic", "Arimo-BoldItalic"]


@pytest.fixture
def absent_family(monkeypatch: pytest.MonkeyPatch) -> Family:
    family = replace(FAMILIES["Noto Sans KR"], package="no_such_package_of_fonts")
    monkeypatch.setitem(FAMILIES, family.name, family)
    return family


def test_the_error_for_a_family_that_is_not_installed_names_its_package(absent_family: Family) -> None:
    with pytest.raises(ProblemsFound) as found:
        source(absent_family.name)
    (problem,) = found.value.problems
    assert (problem.code, problem.details["name"]) == ("font-not-installed", absent_family.name)
    assert "ucap-reports[ko]" in (problem.hint or "")


def test_families_covering_returns_the_families_that_have_a_character() -> None:
    assert families_covering("é")[:4] == ("Arimo", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR")
    assert families_covering("한") == ("Noto Sans KR",)
    assert families_covering("क") == ("Noto Sans Devanagari",)
    assert families_covering("ع") == ("IBM Plex Sans Arabic",)
    assert families_covering("😀") == ()


def test_the_hint_for_a_missing_character_names_the_family_or_the_package(absent_family: Family) -> None:
    assert [name in coverage_hint("盟") for name in ("Noto Sans SC", "ucap-reports")] == [True, False]
    assert [name in coverage_hint("한") for name in ("Noto Sans KR", "ucap-reports[ko]")] == [True, True]
    assert [name in coverage_hint("😀") for name in ("Noto", "ucap-reports")] == [False, False]


def test_a_damaged_font_is_an_error() -> None:
    for content in (b"", b"not a font", Path(str(source().path)).read_bytes()[:20_000]):
        assert unusable(FontSource("Broken-Regular", content=content, file="fonts/a.ttf")) == ["fonts/a.ttf"]


def test_a_font_that_forbids_embedding_is_an_error() -> None:
    font = TTFont(source().path)
    font["OS/2"].fsType = 2
    font.save(changed := BytesIO())
    restricted = FontSource("Restricted-Regular", content=changed.getvalue(), file="fonts/a.ttf")
    assert unusable(restricted) == ["fonts/a.ttf"]
