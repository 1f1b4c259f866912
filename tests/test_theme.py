from typing import Any

import pytest
from pydantic import ValidationError

from ucap_reports.template.lengths_and_colours import Colour, Length
from ucap_reports.template.theme import Align, Sides, Theme


def theme(**styles: dict[str, Any]) -> Theme:
    """A theme of the smallest kind with `styles` added."""
    body = {"size": "10 pt", "leading": "12 pt", "colour": "ink"}
    return Theme.model_validate(
        {
            "page": {"margins": "30 mm, 18 mm, 20 mm"},
            "colours": {"ink": "#101010", "blue": "#003399"},
            "fonts": {"text": {"word": "Arial", "pdf": "Arimo"}},
            "styles": {"body": body, **styles},
        }
    )


def test_a_style_takes_its_text_from_body_and_overrides_it() -> None:
    style = theme(title={"size": "17 pt", "bold": True}).style("title")

    assert (style.size, style.leading) == (Length(17), Length(12))
    assert (style.colour, style.bold) == (Colour("101010"), True)


def test_a_style_takes_boxes_only_from_the_style_it_is_like() -> None:
    styles = theme(cell={"padding": "1 pt", "background": "blue"}, label={"like": "cell", "bold": True}, other={})

    assert styles.style("label").padding == Sides(*[Length(1)] * 4)
    assert styles.style("label").background == Colour("003399")
    assert styles.style("other").background is None


def test_styles_that_are_like_each_other_end_the_chain() -> None:
    assert theme(one={"like": "two"}, two={"like": "one", "align": "end"}).style("one").align is Align.END


def test_an_unknown_style_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        theme().style("headline")


@pytest.mark.parametrize(
    ("written", "points"), [("2 pt", (2, 2, 2, 2)), ("1 pt, 2 pt", (1, 2, 1, 2)), ("1 pt, 2 pt, 3 pt", (1, 2, 3, 2))]
)
def test_sides_are_written_as_in_css(written: str, points: tuple[float, ...]) -> None:
    assert tuple(theme(box={"padding": written}).style("box").padding) == points


def test_a_length_without_unit_and_an_unknown_key_are_refused() -> None:
    with pytest.raises(ValidationError, match="needs its unit"):
        theme(title={"size": 17})
    with pytest.raises(ValidationError, match="sise"):
        theme(title={"sise": "17 pt"})


def test_the_text_is_as_wide_as_the_paper_between_its_margins() -> None:
    assert theme().text_width == pytest.approx(Length.mm(174))
