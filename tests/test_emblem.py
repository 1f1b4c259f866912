"""The emblem of the European Union by its graphical specification."""

from io import BytesIO
from math import cos, hypot, pi, sin

import pytest
from PIL import Image

from ucap_reports.template.figure_geometry import PROPORTION, stars
from ucap_reports.word.file.emblem_picture import EMBLEM_PNG

HEIGHT = 480


def test_twelve_upright_stars_are_placed_like_the_hours_of_a_clock() -> None:
    assert len(stars()) == 12
    for hour, star in enumerate(stars()):
        x, y = 0.75 + sin(hour * pi / 6) / 3, 0.5 + cos(hour * pi / 6) / 3
        assert star[0] == pytest.approx((x, y + 1 / 18))
        outer = [hypot(corner[0] - x, corner[1] - y) for corner in star[::2]]
        inner = [hypot(corner[0] - x, corner[1] - y) for corner in star[1::2]]
        assert outer == pytest.approx([1 / 18] * 5)
        assert inner == pytest.approx([0.381966 / 18] * 5)


def test_the_picture_has_gold_stars_on_blue_and_the_proportions_three_to_two() -> None:
    picture = Image.open(BytesIO(EMBLEM_PNG)).convert("RGB")
    assert picture.size == (HEIGHT * PROPORTION, HEIGHT)
    assert picture.getpixel((0, 0)) == (0x00, 0x33, 0x99)
    for star in stars():
        x, y = (sum(each) / 10 for each in zip(*star, strict=True))
        assert picture.getpixel((round(x * HEIGHT), round((1 - y) * HEIGHT))) == (0xFF, 0xCC, 0x00)
    gold = sum(picture.tobytes()[::3]) / 0xFF
    area = 12 * 5 * sin(pi / 5) * 0.381966 / 18**2
    assert gold / HEIGHT**2 == pytest.approx(area, rel=0.01)
