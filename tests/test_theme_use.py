"""Warnings about styles that no template uses, and about lines that overlap."""

from pathlib import Path

import pytest

from tests.broken_packs import PAGE, SETTINGS, Broken, problems_of, shown
from tests.test_template_check import place_in

pytestmark = pytest.mark.no_cover


def warnings_of(folder: Path, styles: str, page: str = PAGE) -> list[tuple[str, str, str | None]]:
    """The code, place and hint of each problem of a pack with those styles."""
    settings = f"{SETTINGS}theme:\n  styles:\n{styles}"
    found = problems_of(Broken("", "", "", {"pack.yaml": settings, "summary.page.xml": page}), folder)
    return [(each.code, shown(each).removeprefix("templates/broken/"), each.hint) for each in found]


def test_a_style_that_no_template_uses_is_reported_with_the_nearest_name(tmp_path: Path) -> None:
    assert warnings_of(tmp_path, "    titel: {size: 20 pt, leading: 24 pt}\n    cell: {size: 10 pt}\n") == [
        ("style-unused", "pack.yaml:4:5", 'did you mean "title"?')
    ]


def test_a_style_whose_class_is_misspelt_is_not_reported_as_unused(tmp_path: Path) -> None:
    page = PAGE.replace("<h1>", '<p class="our-txt">x</p><h1>')
    assert warnings_of(tmp_path, "    our-text: {}\n", page) == [
        ("style-unknown", place_in(page, '<p class="our-txt"'), 'did you mean "our-text"?')
    ]


@pytest.mark.parametrize("use", ['<p class="ours">x</p><h1>', "{% set c = 'ours' %}<p class=\"{{ c }}\">x</p><h1>"])
def test_a_style_that_is_used_as_a_class_is_not_reported(tmp_path: Path, use: str) -> None:
    assert warnings_of(tmp_path, "    ours: {}\n", PAGE.replace("<h1>", use)) == []


def test_a_style_that_another_style_is_like_is_not_reported(tmp_path: Path) -> None:
    assert warnings_of(tmp_path, "    ours: {}\n    cell: {like: ours}\n    heading-3: {}\n") == []


def test_a_leading_below_the_size_is_reported_where_it_is_set(tmp_path: Path) -> None:
    assert [each[:2] for each in warnings_of(tmp_path, "    footer: {leading: 7 pt}\n")] == [
        ("leading-small", "pack.yaml:4:23")
    ]


def test_a_font_that_no_style_has_is_reported_where_it_is_declared(tmp_path: Path) -> None:
    family = "{word: Georgia, pdf: Arimo}"
    fonts = f"    cell: {{font: house}}\n  fonts:\n    house: {family}\n    body: {family}\n"
    assert [each[:2] for each in warnings_of(tmp_path, fonts)] == [("font-unused", "pack.yaml:7:5")]


def test_the_font_of_all_other_styles_is_not_reported(tmp_path: Path) -> None:
    fonts = "    cell: {bold: true}\n  fonts:\n    text: {word: Georgia}\n"
    assert warnings_of(tmp_path, fonts) == []
