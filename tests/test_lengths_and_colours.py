import pytest

from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length, contrast, read_sides


@pytest.mark.parametrize(("text", "points"), [("18 mm", 51.0236), ("8.75pt", 8.75), ("2.54 cm", 72), (" 1 in ", 72)])
def test_lengths_are_points_whatever_unit_they_are_written_in(text: str, points: float) -> None:
    assert Length.parse(text) == pytest.approx(points, abs=1e-3)


@pytest.mark.parametrize("text", ["18", "mm", "-1 mm", "1,5 mm", "1 px", ""])
def test_an_invalid_length_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="is not a length"):
        Length.parse(text)


def test_a_length_converts_to_the_units_of_word() -> None:
    assert Length.parse("1 in").emu == 914400
    assert Length.parse("1 in").twips == 1440


@pytest.mark.parametrize(
    ("written", "points"),
    [
        ("2 pt", (2, 2, 2, 2)),
        ("1 pt, 2 pt", (1, 2, 1, 2)),
        ("1 pt, 2 pt, 3 pt", (1, 2, 3, 2)),
        (["1 pt", 0], (1, 0, 1, 0)),
    ],
)
def test_sides_are_written_as_in_css(written: object, points: tuple[float, ...]) -> None:
    assert tuple(read_sides(written)) == points


def test_a_colour_has_channels_from_0_to_1() -> None:
    assert Colour.parse("#ffcc00").rgb == (1.0, 0.8, 0.0)


@pytest.mark.parametrize("text", ["blue", "#fff", "003399", "#00339G"])
def test_an_invalid_colour_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        Colour.parse(text)


def test_contrast_is_computed_as_in_wcag() -> None:
    black, white, grey = Colour("000000"), Colour("FFFFFF"), Colour("767676")

    assert contrast(black, white) == pytest.approx(21)
    assert contrast(grey, white) == contrast(white, grey) == pytest.approx(4.54, abs=0.01)
