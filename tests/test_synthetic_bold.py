"""Synthetic bold: thicker strokes for fonts without a bold face."""

import struct
from types import SimpleNamespace
from typing import Any

import pytest
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates

from ucap_reports.fonts.font_families import family_source
from ucap_reports.fonts.prepared_faces import open_face
from ucap_reports.fonts.synthetic_bold import THICKENING, thicken

Contour = list[tuple[int, int]]


def glyph_of(*contours: Contour) -> Any:
    """A glyph of these contours, whose outside is on their left."""
    points = [point for contour in contours for point in contour]
    ends = [sum(map(len, contours[: place + 1])) - 1 for place in range(len(contours))]
    glyph = SimpleNamespace(numberOfContours=len(contours), endPtsOfContours=ends)
    glyph.coordinates, glyph.recalcBounds = GlyphCoordinates(points), lambda _: None
    return glyph


def thickened(*contours: Contour) -> list[tuple[float, float]]:
    glyph = glyph_of(*contours)
    thicken(glyph, 10)
    return [tuple(point) for point in glyph.coordinates]


def test_a_square_grows_on_all_sides_and_its_hole_shrinks() -> None:
    square, hole = [(0, 0), (0, 100), (100, 100), (100, 0)], [(30, 30), (70, 30), (70, 70), (30, 70)]

    outer, inner = [(-10, -10), (-10, 110), (110, 110), (110, -10)], [(40, 40), (60, 40), (60, 60), (40, 60)]
    assert thickened(square, hole) == [*outer, *inner]


def test_points_on_top_of_each_other_move_together() -> None:
    assert thickened([(0, 0), (0, 0), (0, 100), (100, 100), (100, 0)])[:2] == [(-10, -10), (-10, -10)]


def test_a_hole_narrower_than_the_growth_is_not_turned_inside_out() -> None:
    (left, bottom), *_, (_, top) = thickened([(30, 30), (70, 30), (70, 42), (30, 42)])
    assert bottom <= top
    assert left >= 30


@pytest.mark.parametrize("contour", [[(5, 5)], [(5, 5), (5, 5)], [(0, 0), (100, 0)], [(0, 0), (100, 1), (0, 0)]])
def test_a_contour_without_an_inside_is_unchanged(contour: Contour) -> None:
    assert thickened(contour) == contour


def test_an_empty_glyph_is_unchanged() -> None:
    glyph = SimpleNamespace(numberOfContours=0)
    thicken(glyph, 10)
    assert vars(glyph) == {"numberOfContours": 0}


@pytest.mark.parametrize("name", ["Noto Sans SC", "Noto Sans JP", "Noto Sans KR"])
def test_the_synthetic_bold_face_has_the_widths_of_the_regular_one(name: str) -> None:
    usual, bold = (open_face(family_source(name, bold=bold, italic=False)) for bold in (False, True))
    glyph = usual.index.glyph(ord("中"))
    boxes = [struct.unpack(">4h", next(iter(face.outlines.get([glyph]).values()))[2:10]) for face in (usual, bold)]
    distance = round(usual.index.metrics.units_per_em * THICKENING)

    assert (usual.name[-8:], bold.name[-5:]) == ("-Regular", "-Bold")
    assert (usual.index.metrics.weight, bold.index.metrics.weight) == (400, 700)
    assert (bold.index.characters, bold.index.advances) == (usual.index.characters, usual.index.advances)
    assert [after - before for before, after in zip(*boxes, strict=True)] == [-distance, -distance, distance, distance]


def test_fonts_with_a_bold_face_have_no_thicker_strokes() -> None:
    assert not any(
        family_source(name, bold=True, italic=False).thickened
        for name in ("Arimo", "Noto Sans Devanagari", "IBM Plex Sans Arabic")
    )
