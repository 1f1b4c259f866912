"""Fonts are prepared truly, once, and without anybody noticing when the cache cannot be used."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.ttLib import TTFont
from msgspec.structs import replace

from ucap_reports.fonts.font_families import FAMILIES, Family, coverage_hint, families_covering, family_source
from ucap_reports.fonts.font_files import FontSource, FontUnusable
from ucap_reports.fonts.glyph_outlines import INVISIBLE
from ucap_reports.fonts.prepared_faces import Face, load_face
from ucap_reports.pdf.file.font_program import font_program
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.user_cache import UserCache, user_cache

NO_CACHE = UserCache(None)
STYLES = [(False, False), (True, False), (False, True), (True, True)]


def source(name: str = "Arimo", *, bold: bool = False, italic: bool = False) -> FontSource:
    return family_source(name, bold=bold, italic=italic)


def glyph_ids(face: Face, text: str) -> list[int]:
    return [face.index.glyph(ord(character)) for character in text]


def program(face: Face, text: str) -> TTFont:
    """A font of these characters, in which the first is glyph 1."""
    return TTFont(BytesIO(font_program(face, glyph_ids(face, text))), checkChecksums=2)


# What is prepared


@pytest.mark.parametrize(("bold", "italic"), STYLES)
def test_every_advance_is_that_of_the_font_at_its_weight(bold: bool, italic: bool) -> None:  # noqa: FBT001 - cases
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
def test_outlines_cover_the_area_of_the_fonts_own(wanted: FontSource, weight: int, text: str) -> None:
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


def test_every_outline_stands_by_itself() -> None:
    font = program(load_face(source(), NO_CACHE), "é½ǻ")
    assert not any(font["glyf"][name].isComposite() for name in font.getGlyphOrder())


@pytest.mark.parametrize("name", FAMILIES)
def test_characters_that_print_nothing_are_in_every_face_without_width_or_ink(name: str) -> None:
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


def test_what_is_drawn_does_not_depend_on_what_was_drawn_before() -> None:
    first = load_face(source("Noto Sans SC"), NO_CACHE)
    other = load_face(source("Noto Sans SC"), NO_CACHE)
    other.outlines.get(glyph_ids(other, "项目"))
    wanted = glyph_ids(first, "欧盟项目")
    assert first.outlines.get(wanted) == other.outlines.get(wanted)


# Which fonts there are


def test_a_family_without_bold_and_italic_is_drawn_thicker_and_stays_upright() -> None:
    sources = [source("Noto Sans SC", bold=bold, italic=italic) for bold, italic in STYLES]
    assert {each.name: each.thickened for each in sources} == {"NotoSansSC-Regular": False, "NotoSansSC-Bold": True}


def test_each_style_of_arimo_is_a_face_of_its_own() -> None:
    names = [source(bold=bold, italic=italic).name for bold, italic in STYLES]
    assert names == ["Arimo-Regular", "Arimo-Bold", "Arimo-Italic", "Arimo-BoldItalic"]


def test_an_unknown_family_is_a_problem_with_the_nearest_name() -> None:
    with pytest.raises(ProblemsFound) as found:
        source("Arymo")
    (problem,) = found.value.problems
    assert (problem.code, problem.hint) == ("font-unknown", 'did you mean "Arimo"?')


@pytest.fixture
def absent_family(monkeypatch: pytest.MonkeyPatch) -> Family:
    family = replace(FAMILIES["Noto Sans KR"], package="no_such_package_of_fonts")
    monkeypatch.setitem(FAMILIES, family.name, family)
    return family


def test_a_family_that_is_not_installed_says_how_to_install_it(absent_family: Family) -> None:
    with pytest.raises(ProblemsFound) as found:
        source(absent_family.name)
    (problem,) = found.value.problems
    assert problem.code == "font-not-installed"
    assert problem.hint == 'install it with pip install "ucap-reports[ko]"'


def test_a_character_finds_the_families_that_have_it() -> None:
    assert families_covering("é")[:4] == ("Arimo", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR")
    assert families_covering("한") == ("Noto Sans KR",)
    assert families_covering("क") == ("Noto Sans Devanagari",)
    assert families_covering("ع") == ("IBM Plex Sans Arabic",)
    assert families_covering("😀") == ()


def test_the_hint_for_a_missing_character_names_the_family_or_what_to_install(absent_family: Family) -> None:
    assert coverage_hint("盟") == 'add "Noto Sans SC" to the theme\'s "fallback" in pack.yaml'
    assert coverage_hint("한").startswith('install it with pip install "ucap-reports[ko]", and add "Noto Sans KR"')
    assert coverage_hint("😀").startswith("write it in other characters")


def test_a_damaged_font_is_unusable() -> None:
    for content in (b"", b"not a font", Path(str(source().path)).read_bytes()[:20_000]):
        with pytest.raises(FontUnusable):
            load_face(FontSource("Broken-Regular", content=content), NO_CACHE)


def test_a_font_whose_maker_forbids_embedding_is_unusable() -> None:
    font = TTFont(source().path)
    font["OS/2"].fsType = 2
    font.save(changed := BytesIO())
    with pytest.raises(FontUnusable, match="must not be embedded"):
        load_face(FontSource("Restricted-Regular", content=changed.getvalue()), NO_CACHE)


# The cache


def test_a_second_load_comes_from_the_cache_and_is_the_same(tmp_path: Path) -> None:
    cache = UserCache(tmp_path / "deep" / "inside")
    first = load_face(source(), cache)
    wanted = glyph_ids(first, "Málaga")
    drawn = first.outlines.get(wanted)
    # A source whose file is gone but whose name and digest are known could not draw anything any more.
    again = load_face(source(), cache)
    again.outlines.source = FontSource("Nothing-Regular")
    assert again.index == first.index
    assert again.outlines.get(wanted) == drawn


def test_a_cache_grows_by_what_is_asked_for_later(tmp_path: Path) -> None:
    cache = UserCache(tmp_path)
    for text in ("abc", "cde"):
        face = load_face(source(), cache)
        face.outlines.get(glyph_ids(face, text))
    last = load_face(source(), cache)
    last.outlines.source = FontSource("Nothing-Regular")
    assert len(last.outlines.get(glyph_ids(last, "abcde"))) == 5


def test_damaged_cache_files_are_prepared_again(tmp_path: Path) -> None:
    cache = UserCache(tmp_path)
    face = load_face(source(), cache)
    wanted = glyph_ids(face, "abc")
    drawn = face.outlines.get(wanted)
    for damage in (b"", b"\0" * 40, b"x" * 5000):
        for file in tmp_path.iterdir():
            file.write_bytes(damage)
        again = load_face(source(), cache)
        assert again.index == face.index
        assert again.outlines.get(wanted) == drawn
    assert all(cache.load(file.name) is not None for file in tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, where a folder should be"
    blocked.write_text("")
    face = load_face(source(), UserCache(blocked / "cache"))
    assert face.index == load_face(source(), NO_CACHE).index
    assert face.outlines.get([1, 2]).keys() == {1, 2}


def test_a_failed_store_leaves_no_litter(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    UserCache(tmp_path).store("taken", b"content")
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]


def draw_into(folder: str) -> dict[int, bytes]:
    face = load_face(source(), UserCache(Path(folder)))
    return face.outlines.get(glyph_ids(face, "The quick brown fox"))


def test_two_processes_may_prepare_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        drawn = list(pool.map(draw_into, [str(tmp_path)] * 4))
    assert drawn == [draw_into(str(tmp_path))] * 4
    assert all(UserCache(tmp_path).load(file.name) is not None for file in tmp_path.iterdir())


def test_a_warm_start_imports_no_font_tools(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from ucap_reports.fonts.font_families import family_source\n"
        "from ucap_reports.fonts.prepared_faces import open_face\n"
        "face = open_face(family_source('Arimo', bold=True, italic=False))\n"
        "face.outlines.get([3, 4, 5])\n"
        "print('fontTools' in sys.modules)\n"
    )
    command = [sys.executable, "-c", script]
    environment = {"UCAP_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])}
    runs = [subprocess.run(command, env=environment, check=True, capture_output=True, text=True) for _ in range(2)]
    assert [run.stdout.strip() for run in runs] == ["True", "False"]


def test_other_weights_fonts_and_preparations_have_other_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {
        source().digest(),
        source(bold=True).digest(),
        source(italic=True).digest(),
        FontSource("Own-Regular", content=b"1").digest(),
        FontSource("Own-Regular", content=b"2").digest(),
    }
    assert len(before) == 5
    monkeypatch.setattr("ucap_reports.fonts.font_files.PREPARATION", -1)
    assert source().digest() not in before


def test_the_cache_is_where_the_user_or_the_system_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("UCAP_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_cache().folder == tmp_path / ".cache" / "ucap"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert user_cache().folder == tmp_path / "caches" / "ucap"
    monkeypatch.setenv("UCAP_CACHE_DIR", str(tmp_path / "mine"))
    assert user_cache().folder == tmp_path / "mine"
