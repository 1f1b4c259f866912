"""Embedded fonts: the drawn characters, the same bytes for the same characters, conformant to the standards."""

import re
import zlib
from collections.abc import Sequence
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
import pytest
from fontTools.ttLib import TTFont

from tests.pdf_text import cmap_texts
from tests.tagged_page import tagged_page
from tests.test_fonts import DrawnGlyph, cff_font
from tests.verapdf import AssertConformant
from ucap_reports.fonts.font_faces import FAMILIES, Face, family_source, open_face
from ucap_reports.fonts.font_sources import FontSource
from ucap_reports.fonts.font_subset import FontProgram, font_program
from ucap_reports.pdf.file.font_embedding import MOST_CHARACTERS, EmbeddedFont, _to_unicode, embed_fonts, embedded_font
from ucap_reports.pdf.file.pdf_objects import PdfFile
from ucap_reports.pdf.text.glyphs_and_font_fallback import GlyphRun, Typeface
from ucap_reports.problems import Location, ProblemsFound

pytestmark = pytest.mark.no_cover

STYLES = [(False, False), (True, False), (False, True), (True, True)]
CHINESE = family_source("Noto Sans SC", bold=False, italic=False)


def typeface(*, bold: bool = False, italic: bool = False) -> Typeface:
    return Typeface([family_source("Arimo", bold=bold, italic=italic), CHINESE])


def arimo() -> Face:
    return typeface().face


def all_text(face: Face) -> str:
    return "".join(map(chr, face.index.characters))


def deflated(stream: bytes) -> bytes:
    """The content of a stream object, which may be compressed."""
    entries, _, content = stream.removesuffix(b"\nendstream").partition(b"stream\n")
    return zlib.decompress(content) if b"FlateDecode" in entries else content


def mappings(font: EmbeddedFont) -> dict[int, str]:
    """The character of each code in the font's ToUnicode CMap."""
    found = cmap_texts(deflated(font.to_unicode))
    return {int.from_bytes(code, "big"): text for code, text in found.items()}


def outlines(font: EmbeddedFont) -> int:
    """The number of glyphs in the program, with .notdef."""
    program = deflated(font.program)
    if font.is_cff:
        return len(cff_font(program).CharStrings)
    return int(TTFont(BytesIO(program))["maxp"].numGlyphs)


# Conformance


@pytest.mark.long
@pytest.mark.parametrize(("bold", "italic"), STYLES)
def test_every_character_of_arimo_conforms(bold: bool, italic: bool, assert_conformant: AssertConformant) -> None:  # noqa: FBT001 - cases
    face = typeface(bold=bold, italic=italic)
    assert_conformant(tagged_page(face.runs(all_text(face.face))))


def test_chinese_japanese_and_korean_conform(assert_conformant: AssertConformant) -> None:
    families = ("Noto Sans SC", "Noto Sans JP", "Noto Sans KR")
    sources = [family_source(name, bold=False, italic=False) for name in families]
    pieces: Sequence[GlyphRun] = [
        piece
        for source in sources
        for piece in Typeface([source]).runs("欧州連合 のA— １２" if source != sources[2] else "유럽연합 A")
    ]
    assert {piece.face.name for piece in pieces} == {source.name for source in sources}
    assert_conformant(tagged_page(pieces))


# Copied text


@pytest.mark.parametrize("source", [family_source("Arimo", bold=True, italic=False), CHINESE], ids=lambda it: it.name)
def test_the_text_of_each_code_is_its_character(source: FontSource) -> None:
    face = open_face(source)
    text = all_text(face)[:4000]
    found = mappings(embedded_font(face, frozenset(text)))
    for character in text:
        assert found[face.index.code(ord(character))] == character


def test_readers_copy_the_words() -> None:
    text = "A European Union Programme 欧盟项目 (→ Málaga\\Rome) ½ ﬁ"
    with pdfium.PdfDocument(tagged_page(typeface().runs(text))) as document:
        assert document[0].get_textpage().get_text_range().replace("fi", "ﬁ") == text


def test_to_unicode_has_at_most_100_ranges_in_a_section_and_no_other_codes() -> None:
    face = open_face(CHINESE)
    count = len(face.index.characters)
    ranges = deflated(_to_unicode(face, tuple(range(1, count + 1))))
    sizes = [int(size) for size in re.findall(rb"(\d+) beginbfrange", ranges)]
    assert max(sizes) == 100
    found = cmap_texts(ranges)
    assert {int.from_bytes(code, "big") for code in found} == set(range(1, count + 1))
    assert "\0" not in found.values()


def test_documents_with_characters_of_the_same_blocks_share_the_map_to_unicode() -> None:
    face = arimo()
    rome, roma, roman = (
        embedded_font(face, text) for text in ("Rome", "Roma", "Rom\N{LATIN SMALL LETTER A WITH MACRON}n")
    )
    assert rome.to_unicode == roma.to_unicode
    assert rome.program != roma.program, "only the glyphs are those of the document"
    assert mappings(rome).items() < mappings(roman).items()
    codes = {face.index.code(ord(character)) for character in "Rome"}
    assert {code >> 4 for code in mappings(rome)} == {code >> 4 for code in range(min(codes), max(codes))}


@pytest.mark.parametrize("family", sorted(name for name, family in FAMILIES.items() if family.folder))
def test_a_range_changes_only_the_last_byte_of_codes_and_texts(family: str) -> None:
    face = open_face(family_source(family, bold=False, italic=False))
    glyphs = tuple(range(1, len(face.index.characters) + 1, 3))
    ranges = re.findall(rb"<(\w+)> <(\w+)> <(\w+)>", deflated(_to_unicode(face, glyphs)))
    assert ranges
    for first, last, text in ranges:
        assert first[:2] == last[:2]
        assert int(text[-2:], 16) + int(last, 16) - int(first, 16) <= 0xFF


# The font program


def test_a_truetype_program_has_only_the_tables_that_pdf_requires() -> None:
    font = embedded_font(arimo(), "Aé")
    program = TTFont(BytesIO(deflated(font.program)), checkChecksums=2)
    assert set(program.keys()) - {"GlyphOrder"} == {"head", "hhea", "hmtx", "maxp", "loca", "glyf"}
    assert not font.is_cff


def area(face: Face, character: str) -> float:
    """The area of a character's glyph in a program of its own."""
    made = font_program(face, [face.index.code(ord(character))])
    outline = DrawnGlyph(made, made.places[0])
    return outline.area


def test_the_glyph_map_leads_from_codes_to_their_outlines() -> None:
    face = arimo()
    text = "Rome, ×"
    font = embedded_font(face, text)
    places = deflated(font.glyph_map)
    program = FontProgram(deflated(font.program), is_cff=False, places=())
    for character in text:
        code = face.index.code(ord(character))
        place = int.from_bytes(places[2 * code : 2 * code + 2], "big")
        assert DrawnGlyph(program, place).area == area(face, character)
    assert sum(byte > 0 for byte in places) == len(text), "all others are zero"


@pytest.mark.parametrize("bold", [False, True])
def test_the_encoding_of_a_cff_font_leads_from_codes_to_their_outlines(bold: bool) -> None:  # noqa: FBT001 - cases
    face = open_face(family_source("Noto Sans SC", bold=bold, italic=False))
    text = "欧盟项目１"
    font = embedded_font(face, text)
    encoding = deflated(font.glyph_map).decode()
    program = FontProgram(deflated(font.program), is_cff=True, places=())
    for character in text:
        code = face.index.code(ord(character))
        (place,) = [
            int(first_place) + code - int(first, 16)
            for first, last, first_place in re.findall(r"<(\w+)> <(\w+)> (\d+)", encoding)
            if int(first, 16) <= code <= int(last, 16) and last != "FFFF"
        ]
        assert DrawnGlyph(program, place).area == area(face, character)


def test_a_range_of_the_encoding_changes_only_the_last_byte_of_codes() -> None:
    face = open_face(CHINESE)
    encoding = deflated(embedded_font(face, all_text(face)[:3000]).glyph_map)
    ranges = re.findall(rb"<(\w+)> <(\w+)> \d+", encoding)
    assert len(ranges) > 10
    assert [first for first, last in ranges if first[:2] != last[:2]] == []


def test_widths_are_those_of_the_layout() -> None:
    face = arimo()
    font = embedded_font(face, frozenset("A"))
    widths: dict[int, int] = {}
    for first, run in re.findall(r"(\d+)\[([\d ]+)\]", font.widths.decode()):
        widths |= {int(first) + place: int(width) for place, width in enumerate(run.split())}
    for code in mappings(font):
        assert widths.get(code, 1000) == face.advance(code)


def test_widths_of_a_cff_font_are_those_of_its_identifiers() -> None:
    face = open_face(CHINESE)
    font = embedded_font(face, "A欧i")
    assert font.widths.decode() == f"1[{face.width('A')} {face.width('i')} {face.width('欧')}]"


# Size


@pytest.mark.parametrize(
    ("source", "text"), [(family_source("Arimo", bold=False, italic=False), "Aé"), (CHINESE, "欧盟项")]
)
def test_only_the_drawn_glyphs_are_embedded(source: FontSource, text: str) -> None:
    font = embedded_font(open_face(source), frozenset(text))
    assert outlines(font) <= 1 + len(text) + 2, "an accented letter has parts"
    assert set(text) <= set(mappings(font).values())


def test_the_same_characters_are_embedded_once_and_others_have_another_tag() -> None:
    first, same, other = (embedded_font(arimo(), frozenset(text)) for text in ("Hello", "Hole", "Hellé"))
    assert first is same
    assert first.name != other.name
    assert re.fullmatch(rb"[A-Z]{6}\+Arimo-Regular", first.name)


def test_embedded_fonts_do_not_depend_on_the_order_of_drawing() -> None:
    texts = ["Tianjin", "Málaga", "欧盟", "→"]
    pdfs = [tagged_page([run for text in order for run in typeface().runs(text)]) for order in (texts, texts[::-1])]
    fonts = [embedded_names(pdf) for pdf in pdfs]
    assert fonts[0] == fonts[1]
    assert [name[7:] for name in fonts[0]] == ["Arimo-Regular", "NotoSansSC-Regular"]


def embedded_names(pdf: bytes) -> list[str]:
    """The names of the embedded fonts, whose tags are digests of their codes."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return [str(font.BaseFont)[1:] for font in document.pages[0].Resources.Font.values()]


def test_a_page_in_four_faces_is_smaller_than_twenty_kilobytes() -> None:
    drawn = {
        typeface(): "Tianjin – Rome: “13.6 Mio”, 757.20 km² → ○",
        typeface(bold=True): "Key focus: – 欧盟项目",
        typeface(italic=True): "Shantou Pilot Area – (2016-2020)",
    }
    pdf = tagged_page([piece for face, text in drawn.items() for piece in face.runs(text)])
    assert len(pdf) < 20_000
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.pages[0].Resources.Font) == 4


def test_characters_of_all_fonts_count_towards_the_limit_of_a_document() -> None:
    wanted = dict.fromkeys([arimo(), open_face(CHINESE)], "中" * (MOST_CHARACTERS // 2 + 1))
    with pytest.raises(ProblemsFound) as found:
        embed_fonts(PdfFile(), wanted, Location("summary.page.xml"))
    (error,) = found.value.problems
    assert (error.code, error.location.path) == ("characters-too-many", "summary.page.xml")
