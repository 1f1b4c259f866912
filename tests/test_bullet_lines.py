"""A border at the start of a list is a line through its bullets, in all formats."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from tests.pages import SUMMARY, listed, pack_of, rich
from tests.test_pdf_layout import rectangles
from tests.word_templates import W, part
from ucap_reports.html.render_html import render_html
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.summary.summary_model import Row
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, Length
from ucap_reports.template.pack import Pack
from ucap_reports.text.rich_text import ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.word.render_word import render_word

INDENT, GAP, WIDTH = "6 mm", "3 mm", "1 pt"
STEPS = {
    "steps": {"marker": "●", "indent": INDENT, "gap": GAP, "border": {"start": {"width": WIDTH, "colour": "#AEBCDD"}}}
}
BODY = (
    '<ul class="steps"><li>One<ul><li>Two</li></ul></li><li>Three</li><li>Four<p>Five</p></li></ul>'
    '<ol class="steps"><li>Six</li></ol>'
)


def pack(language: str = "en") -> Pack:
    return pack_of(f'<document lang="{language}">{BODY}</document>', styles=STEPS)


def test_the_line_of_the_pdf_has_no_gap_and_is_only_beside_bullets() -> None:
    pieces = rectangles(render_pdf(SUMMARY, pack()).content, Colour("AEBCDD"))
    assert len(pieces) == 5  # a paragraph each
    assert len({round(left, 2) for left, _, _, _ in pieces}) == 1
    assert {round(width, 2) for _, _, width, _ in pieces} == {1}
    for (_, bottom, _, _), (_, lower_bottom, _, height) in pairwise(pieces):
        assert bottom == pytest.approx(lower_bottom + height, abs=0.02)


@pytest.mark.parametrize(("language", "side"), [("en", "left"), ("ar", "right")])
def test_word_centres_bullets_on_the_line_that_all_paragraphs_have(language: str, side: str) -> None:
    content = render_word(replace(SUMMARY, language=language), pack(language)).content
    level = next(part(content, "word/numbering.xml").iter(f"{W}lvl"))
    assert [align.get(f"{W}val") for align in level.iter(f"{W}lvlJc")] == ["center"]
    (indent,) = level.iter(f"{W}ind")
    line_place = int(indent.get(f"{W}left", "")) - int(indent.get(f"{W}hanging", ""))
    assert int(indent.get(f"{W}left", "")) == Length.parse(INDENT).twips
    assert 0 < line_place < int(indent.get(f"{W}left", "")) / 2

    lines = [line for borders in part(content).iter(f"{W}pBdr") for line in borders]
    assert [line.tag for line in lines] == [f"{W}{side}"] * 5
    spaces = [int(line.get(f"{W}space", "")) for line in lines]
    beside_text = round(Length.parse(INDENT) - line_place / 20)
    assert spaces == [0, beside_text, 0, 0, beside_text]  # the nested marker is where the text of the first level is


def test_web_page_draws_bullets_and_their_line_in_both_colour_schemes() -> None:
    page = render_html(SUMMARY, pack()).content.decode()
    assert '.steps._bullet-line>li::before{content:"";position:absolute;' in page
    for drawn in ("before", "after"):
        assert page.count(f".steps._bullet-line>li::{drawn}{{") == 2  # in light and dark mode
    assert '._bullet-line{list-style-type:""}' in page


@pytest.mark.parametrize(
    "body",
    [
        '<ul class="steps"><li>One</li></ul><ol class="steps"><li>Two</li></ol>',
        '<ol class="steps"><li>Two</li></ol><ul class="steps"><li>One</li></ul>',
    ],
)
def test_web_page_has_the_line_only_in_lists_with_bullets_in_any_order(body: str) -> None:
    page = render_html(SUMMARY, pack_of(f"<document>{body}</document>", styles=STEPS)).content.decode()
    assert '<ul class="steps _bullet-line">' in page
    assert '<ol class="steps _numbers">' in page
    assert page.count("._bullet-line>li::before{") == 2


DATED = RichText((Paragraph((Run("May 2017", underline=True), Run(": A visit."))),))
ENTRIES = {
    "with dates from the first one on": ((rich("Before."), DATED, rich("Between."), DATED), 3),
    "without dates": ((rich("One."), rich("Two.")), 0),
    "with a link, which is no date": (
        (RichText((Paragraph((Run("cities", underline=True, link="https://cities.example"),)),)),),
        0,
    ),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_timeline_has_the_entries_from_the_first_date_on(name: str) -> None:
    entries, count = ENTRIES[name]
    items = tuple(ListItem(entry.blocks) for entry in entries)
    row = Row("activities", rich("Activities"), (RichText((ItemList(Marker.BULLET, items),)),), shared=True)
    assert row.timeline == row.lines[len(entries) - count :]
    assert replace(row, cells=(listed(Marker.BULLET),)).timeline == ()
