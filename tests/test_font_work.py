"""The limits for the work that fonts of packs cause, in the product and in the readers of its documents."""

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time

import pytest

from tests.hostile_fonts import (
    ARIMO,
    DOWN_THE_ALPHABET,
    font_of,
    font_of_chain,
    font_of_points,
    font_of_ranges,
    font_of_segments,
    font_of_subroutines,
    font_of_variations,
)
from tests.selected_cases import mostly_long
from tests.test_fonts import drawn
from ucap_reports.fonts.font_checks_and_licences import MAX_WORK, MAX_WORK_OF_A_GLYPH, WorkLimitError
from ucap_reports.fonts.font_sources import FontSource
from ucap_reports.problems import ProblemsFound

pytestmark = pytest.mark.no_cover

TEXT = "abc"
USUAL = 3.0
"""Seconds of the processor within which a real font is done many times, on a slow machine."""
MOST_MEMORY = 200_000_000


@contextmanager
def little_work() -> Iterator[None]:
    """Assert that the block takes little time and memory."""
    started, memory = process_time(), peak_memory()
    yield
    assert process_time() - started < USUAL
    assert peak_memory() - memory < MOST_MEMORY


def peak_memory() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def is_limited(content: bytes, text: str, *, thickened: bool = False) -> bool:
    """Whether drawing the text ends with `font-unusable` because of the work limit."""
    with pytest.raises(ProblemsFound) as found:
        drawn(FontSource("Endless-Regular", content=content, thickened=thickened), text)
    assert [problem.code for problem in found.value.problems] == ["font-unusable"]
    return isinstance(found.value.__cause__, WorkLimitError)


@pytest.mark.parametrize("thickened", mostly_long([False, True], {True}))
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: font_of(*DOWN_THE_ALPHABET), marks=pytest.mark.long, id="glyphs of two glyphs each"),
        pytest.param(lambda: font_of_points(60_000), id="many points"),
    ],
)
def test_glyphs_that_need_too_much_work_are_an_error(make: Callable[[], bytes], thickened: bool) -> None:  # noqa: FBT001 - cases
    content = make()
    with little_work():
        assert is_limited(content, TEXT, thickened=thickened)


@pytest.mark.parametrize(
    "make",
    [
        lambda: font_of(("a", "a")),
        lambda: font_of_subroutines(40),
        lambda: font_of_variations(4095),
        font_of_chain,
    ],
    ids=["a glyph of itself", "subroutines that call two each", "many variations", "glyphs of one glyph each"],
)
@pytest.mark.parametrize("thickened", [False, True])
def test_glyphs_without_an_end_are_an_error_or_small(make: Callable[[], bytes], thickened: bool) -> None:  # noqa: FBT001 - cases
    """HarfBuzz stops at its own limits: the program has no more work than real ones, or there is none."""
    content = make()
    with little_work():
        try:
            made = drawn(FontSource("Endless-Regular", content=content, thickened=thickened), TEXT[:1])
        except ProblemsFound:
            pass
        else:
            assert len(made.content) < MAX_WORK + MAX_WORK_OF_A_GLYPH


def test_more_characters_than_codes_are_an_error() -> None:
    content = font_of_segments(2_000)
    assert len(content) < 1_000_000
    with little_work():
        assert not is_limited(content, "")


@pytest.mark.parametrize("groups", [2, 10_000])
def test_ranges_of_characters_that_overlap_are_an_error(groups: int) -> None:
    content = font_of_ranges(groups)
    assert len(content) < 1_000_000
    with little_work():
        assert not is_limited(content, TEXT)


@pytest.mark.parametrize("count", [2, 4095])
def test_variations_that_are_not_described_are_an_error(count: int) -> None:
    """HarfBuzz ignores them, and would draw each weight like the regular one."""
    content = font_of_variations(count)
    with little_work():
        assert not is_limited(content, TEXT)


def test_a_real_font_of_variations_is_no_error() -> None:
    made = drawn(FontSource("Arimo-Bold", weight=700, content=ARIMO.read_bytes()), TEXT)
    assert len(made.places) == len(TEXT)


def test_glyphs_of_real_fonts_are_drawn() -> None:
    made = drawn(FontSource("Arimo-Regular", content=font_of()), "ÀÉîőū")
    assert len(made.places) == 5
