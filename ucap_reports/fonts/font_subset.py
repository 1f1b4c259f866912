"""Font programs for a document: a font with only the glyphs that the document draws, made by HarfBuzz."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import uharfbuzz as harfbuzz

from ucap_reports.fonts.bold_program import bold_program
from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.open_fonts import covered_characters, open_font
from ucap_reports.fonts.prepared_faces import Face
from ucap_reports.fonts.work_limits import check_work

_FLAGS = (
    harfbuzz.SubsetFlags.NO_HINTING
    | harfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    | harfbuzz.SubsetFlags.NO_BIDI_CLOSURE
    | harfbuzz.SubsetFlags.DESUBROUTINIZE  # runs each subroutine now, with limits, instead of in each reader
    | harfbuzz.SubsetFlags.CFF_IDENTITY_CHARSET  # the identifier of a glyph is its place
    | harfbuzz.SubsetFlags.DOWNGRADE_CFF2  # PDF has no CFF2
)
_KEPT = frozenset({"CFF ", "CFF2", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "cvar", "fvar", "avar"})
"""The tables that PDF requires (ISO 32000-1, 9.9), and those that are needed to make a static font."""
_KEPT |= {"HVAR", "MVAR", "gvar"}


class FontProgram(NamedTuple):
    """A TrueType font, or the CFF table of an OpenType font. `places` has the place of the glyph of each code in it."""

    content: bytes
    is_cff: bool
    places: tuple[int, ...]


def font_program(face: Face, codes: Sequence[int]) -> FontProgram:
    """Return a font program with the glyphs of these codes.

    Raises ProblemsFound (`font-unusable`) if the font is damaged or its glyphs need too much work.
    """
    opened = open_font(face.source)
    glyphs = [face.index.glyphs[code - 1] for code in codes]
    request = harfbuzz.SubsetInput()
    request.flags = _FLAGS
    request.drop_table_tag_set.update(_unused_tables(face.source))
    axes = _axes(face.source)
    if axes:
        request.pin_all_axes_to_default(opened.face)
    if "wght" in axes:
        request.flags |= harfbuzz.SubsetFlags.SET_OVERLAPS_FLAG  # the strokes of variable fonts cross
        request.pin_axis_location(opened.face, "wght", face.source.weight)
    characters = [face.index.characters[code - 1] for code in codes]
    if covered_characters(face.source).issuperset(characters):
        request.unicode_set.update(characters)  # for glyphs, HarfBuzz would read the table of all characters
    else:
        request.glyph_set.update(glyphs)
    try:
        plan = harfbuzz.SubsetPlan(opened.face, request)
        places = dict(plan.old_to_new_glyph_mapping.items())
        subset = plan.execute()
        is_cff = "CFF " in subset.table_tags
        content = subset.reference_table("CFF ").data if is_cff else subset.blob.data
        if face.source.path is None:
            check_work(subset, len(glyphs))
        if face.source.thickened:
            return FontProgram(bold_program(face, codes), is_cff=True, places=tuple(range(1, len(codes) + 1)))
        return FontProgram(bytes(content), is_cff, tuple([places[glyph] for glyph in glyphs]))
    except Exception as error:
        raise face.source.unusable("drawing", error) from error


@lru_cache(maxsize=16)
def _axes(source: FontSource) -> tuple[str, ...]:
    """The tags of the variation axes of a font."""
    return tuple([axis.tag for axis in open_font(source).face.axis_infos])


@lru_cache(maxsize=16)
def _unused_tables(source: FontSource) -> tuple[int, ...]:
    """The numbers of the tables of a font that a program does not need."""
    tags = (tag for tag in open_font(source).face.table_tags if tag not in _KEPT)
    return tuple([int.from_bytes(tag.encode("latin-1"), "big") for tag in tags])
