"""Prepared fonts: their outlines and widths, and the font families."""

from io import BytesIO
from pathlib import Path

import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.ttLib import TTFont
from msgspec.structs import replace

from ucap_reports.fonts.font_families import FAMILIES, Family, coverage_hint, families_covering, family_source
from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.glyph_outlines import INVISIBLE
from ucap_reports.fonts.prepared_faces import Face, load_face
from ucap_reports.pdf.file.font_program import font_program
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.user_cache import NOWHERE, UserCache

NO_CACHE = UserCache(NOWHERE)
STYLES = [(False, False), (True, False), (False, True), (True, True)]


def source(name: str = "Arimo", *, bold: bool = False, italic: bool = False) -> FontSource:
    return family_source(name, bold=bold, italic=italic)


def unusable(wanted: FontSource, text: str = "") -> list[str | None]:
    """The paths of the problems `font-unusable` of preparing a font and drawing a text."""
    with pytest.raises(ProblemsFound) as found:
        drawn(wanted, text)
    assert {problem.code for problem in found.value.problems} == {"font-unusable"}
    return [problem.location.path for problem in found.value.problems]


def drawn(wanted: FontSource, text: str) -> list[bytes]:
    face = load_face(wanted, NO_CACHE)
    return list(face.outlines.get(glyph_ids(face, text)).values())


def glyph_ids(face: Face, text: str) -> list[int]:
    return [face.index.glyph(ord(character)) for character in text]


def program(face: Face, text: str) -> TTFont:
    """A font of these characters, in which the first is glyph 1."""
    return TTFont(BytesIO(font_program(face, glyph_ids(face, text))), checkChecksums=2)


# Preparation


@pytest.mark.parametrize(("bold", "italic"), STYLES)
def test_each_width_is_that_of_the_font_at_its_weight(bold: bool, italic: bool) -> None:  # noqa: FBT001 - cases
    wanted = source(bold=bold, italic=italic)
    face = load_face(wanted, NO_CACHE)
    assert wanted.path is not None
    font = TTFont(wanted.path)
    glyph_set = font.getGlyphSet(location={"wght": 700 if bold else 400})
    for character, name in font.getBestCmap().items():
        glyph = face.index.glyph(character)
        if glyph and character not in INVISIBLE:
            assert face.index.advances[glyph] == round(glyph_set[name].width), hex(character)


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
    prepared = program(load_face(wanted, NO_CACHE), text)
    assert wanted.path is not None
    original = TTFont(wanted.path)
    own = original.getGlyphSet(location={"wght": weight} if "fvar" in original else None)
    for place, character in enumerate(text, 1):
        name = original.getBestCmap()[ord(character)]
        areas = []
        for glyph_set, glyph in ((prepared.getGlyphSet(), prepared.getGlyphOrder()[place]), (own, name)):
            pen = AreaPen(glyph_set)
            glyph_set[glyph].draw(pen)
            areas.append(abs(pen.value))
        assert areas[0] == pytest.approx(areas[1], rel=0.01), character


def test_no_outline_refers_to_another() -> None:
    font = program(load_face(source(), NO_CACHE), "é½ǻ")
    assert not any(font["glyf"][name].isComposite() for name in font.getGlyphOrder())


@pytest.mark.parametrize("name", FAMILIES)
def test_invisible_characters_are_in_every_face_without_width_or_ink(name: str) -> None:
    face = load_face(source(name), NO_CACHE)
    glyphs = [face.index.glyph(character) for character in sorted(INVISIBLE)]
    assert all(glyphs)
    assert {face.index.advances[glyph] for glyph in glyphs} == {0}
    assert set(face.outlines.get(glyphs).values()) == {b""}


@pytest.mark.parametrize("name", FAMILIES)
def test_spaces_and_hyphens_are_in_every_face(name: str) -> None:
    face = load_face(source(name), NO_CACHE)
    assert face.covers("\t\u00a0\u2003\u2007\u2009\u2010\u2011\u202f\u3000")
    blank, joined = face.outlines.get(glyph_ids(face, " \u00a0")).values()
    assert blank == joined == b""
    space, no_break = glyph_ids(face, " \u00a0")
    assert face.advance(space) == face.advance(no_break)


def test_no_two_characters_share_a_glyph() -> None:
    characters = load_face(source(), NO_CACHE).index.characters
    glyphs = [load_face(source(), NO_CACHE).index.glyph(character) for character in characters[:50]]
    assert glyphs == list(range(1, 51))
    assert list(characters) == sorted(set(characters))


def test_private_and_control_characters_are_not_text() -> None:
    font = TTFont(source().path)
    assert {0xF001, 0x0D} <= font.getBestCmap().keys()
    face = load_face(source(), NO_CACHE)
    assert [face.index.glyph(character) for character in (0xF001, 0x0D, 0x00)] == [0, 0, 0]


def test_outlines_do_not_depend_on_those_drawn_before() -> None:
    first = load_face(source("Noto Sans SC"), NO_CACHE)
    other = load_face(source("Noto Sans SC"), NO_CACHE)
    other.outlines.get(glyph_ids(other, "项目"))
    wanted = glyph_ids(first, "欧盟项目")
    assert first.outlines.get(wanted) == other.outlines.get(wanted)


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
