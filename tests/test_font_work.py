"""The limits for the work that fonts of packs cause, counted in points, components, tokens and characters."""

from collections.abc import Callable

import pytest

from tests.hostile_fonts import (
    DOWN_THE_ALPHABET,
    font_of,
    font_of_ranges,
    font_of_segments,
    font_of_subroutines,
    font_of_variations,
)
from tests.test_fonts import drawn
from ucap_reports.fonts.font_files import FontSource
from ucap_reports.fonts.work_limits import MOST_WORK, MOST_WORK_OF_A_GLYPH, WorkLimit, WorkLimitError
from ucap_reports.problems import ProblemsFound

TEXT = "abc"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The work that is counted, each time."""
    amounts: list[int] = []
    count = WorkLimit.count

    def counting(limit: WorkLimit, amount: int) -> None:
        amounts.append(amount)
        count(limit, amount)

    monkeypatch.setattr(WorkLimit, "count", counting)
    return amounts


def is_limited(content: bytes, text: str) -> bool:
    """Whether drawing the text ends with `font-unusable` because of the work limit."""
    with pytest.raises(ProblemsFound) as found:
        drawn(FontSource("Endless-Regular", content=content), text)
    assert [problem.code for problem in found.value.problems] == ["font-unusable"]
    return isinstance(found.value.__cause__, WorkLimitError)


@pytest.mark.parametrize(
    "make",
    [
        lambda: font_of(("a", "a")),
        lambda: font_of(*DOWN_THE_ALPHABET),
        lambda: font_of_subroutines(40),
        lambda: font_of_variations(4095),
    ],
    ids=["a glyph of itself", "glyphs of two glyphs each", "subroutines that call two each", "many variations"],
)
def test_glyphs_that_need_too_much_work_are_an_error_before_they_are_drawn(
    make: Callable[[], bytes], counted: list[int]
) -> None:
    assert is_limited(make(), TEXT)
    assert sum(counted[:-1]) <= MOST_WORK + MOST_WORK_OF_A_GLYPH * len(TEXT)


@pytest.mark.parametrize(("make", "count"), [(font_of_ranges, 10_000), (font_of_segments, 2_000)])
def test_too_many_characters_are_an_error_before_they_are_read(make: Callable[[int], bytes], count: int) -> None:
    content = make(count)
    assert len(content) < 1_000_000
    assert is_limited(content, "")


def test_glyphs_of_real_fonts_stay_below_a_tenth_of_the_limit(counted: list[int]) -> None:
    content = font_of()
    assert drawn(FontSource("Arimo-Regular", content=content), "ÀÉîőū")
    assert sum(counted) < MOST_WORK_OF_A_GLYPH * 5 / 10
