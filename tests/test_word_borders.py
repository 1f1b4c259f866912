"""Borders and bleed of the theme in Word files."""

from typing import Any

import pytest

from tests.samples import seed_summary
from tests.stages import shipped_pack
from tests.word_templates import W, part, shipped_settings, themed
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.word.render_word import render_word

LINE = {"width": "1 pt", "colour": "#FF0000"}


def rendered(name: str, style: str, **rules: Any) -> Any:
    """A part of the document of the shipped template, whose theme has more rules for a style."""
    own = shipped_settings()["theme"]["styles"][style] | rules
    return part(render_word(seed_summary(), themed({"styles": {style: own}})).content, f"word/{name}.xml")


def sides(borders: Any) -> list[str]:
    """The sides with a red line, in the order of the file."""
    return [str(each.tag).removeprefix(W) for each in borders if each.get(f"{W}color") == "FF0000"]


@pytest.mark.parametrize(
    ("border", "expected"),
    [
        (LINE, ["top", "left", "bottom", "right"]),
        ({"top": LINE, "end": LINE}, ["top", "right"]),
        ({"bottom": LINE, "start": LINE}, ["left", "bottom"]),
    ],
)
def test_borders_are_those_of_tables_and_cells(border: dict[str, Any], expected: list[str]) -> None:
    styles = rendered("styles", "contact", border=border)
    (panel,) = (each for each in styles if each.get(f"{W}styleId") == "UCAPcontact")
    assert sides(next(panel.iter(f"{W}tblBorders"))) == expected

    document = rendered("document", "label", border=border)
    assert {tuple(sides(each)) for each in document.iter(f"{W}tcBorders")} == {tuple(expected)}


@pytest.mark.parametrize(("width", "eighths"), [("0.1 pt", "2"), ("0.5 pt", "4"), ("1 pt", "8")])
def test_a_border_has_the_width_of_the_theme_or_the_least_of_word(width: str, eighths: str) -> None:
    styles = rendered("styles", "contact", border=LINE | {"width": width})
    borders = next(each for each in styles if each.get(f"{W}styleId") == "UCAPcontact").iter(f"{W}tblBorders")
    assert [each.get(f"{W}sz") for each in next(borders)] == [eighths] * 4


def test_a_heading_has_its_line_above_it_at_the_distance_of_its_padding() -> None:
    styles = part(render_word(seed_summary(), shipped_pack("modern")).content, "word/styles.xml")
    (heading,) = (each for each in styles if each.get(f"{W}styleId") == "Heading2")
    (line,) = next(heading.iter(f"{W}pBdr"))
    assert (str(line.tag).removeprefix(W), line.get(f"{W}space")) == ("top", "4")


def test_a_table_that_bleeds_is_as_wide_as_the_paper_and_its_text_stays_between_the_margins() -> None:
    theme = shipped_pack().theme
    documents = rendered("document", "contact"), rendered("document", "contact", bleed=["left", "right"])
    tables = [[*document.iter(f"{W}tbl")][-1] for document in documents]
    widths = [sum(int(column.get(f"{W}w")) for column in each.iter(f"{W}gridCol")) for each in tables]
    assert abs(widths[0] - theme.text_width.twips) <= 5
    assert abs(widths[1] - theme.paper[0].twips) <= 5
    for name, (before, after) in zip(("left", "right"), zip(*map(insets, tables), strict=True), strict=True):
        assert after - before == Length(getattr(theme.margins, name)).twips


def insets(table: Any) -> tuple[int, int]:
    """The distance of the text from the start of the first cell, and from the end of the last."""
    first, *_, last = table.iter(f"{W}tc")
    padding = shipped_pack().theme.style("contact").padding
    found = (next(cell.iter(f"{W}tcMar"), None) for cell in (first, last))
    (left, right) = (
        default.twips if margins is None else int(margins.find(f"{W}{side}").get(f"{W}w"))
        for margins, side, default in zip(found, ("left", "right"), (padding.left, padding.right), strict=True)
    )
    return left, right
