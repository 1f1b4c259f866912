"""What a listener is told by the PDF and no validator looks for."""

import re
from functools import cache
from io import BytesIO

import pikepdf
import pytest

from tests.pdf_text import Node, structure
from tests.stages import example_summary, pdf_file, summary_of

LONG = "cities: [{name: Rome}, {name: Nice}]\nresults: |\n" + "  1. A point that takes its line.\n" * 120


@cache
def example() -> Node:
    return structure(pdf_file(example_summary()).content)


@cache
def long_list() -> Node:
    return structure(pdf_file(summary_of(LONG)).content)


def nodes(root: Node, tag: str) -> list[Node]:
    return list(root.find(tag))


def test_there_is_one_heading_of_the_first_level_and_it_comes_first() -> None:
    (document,) = example().children
    assert isinstance(document, Node)
    first = document.children[0]
    assert isinstance(first, Node)
    assert (first.tag, first.text) == ("H1", example_summary().title)
    assert len(nodes(example(), "H1")) == 1


def test_a_row_that_goes_on_over_pages_is_one_row_with_one_label() -> None:
    summary = summary_of(LONG)
    assert (pdf_file(summary).pages or 0) > 2
    rows = nodes(long_list(), "TR")
    assert len(rows) == 1 + len(summary.rows)
    assert [heads[0].text for row in rows[1:] if (heads := nodes(row, "TH"))] == [
        row.label.text for row in summary.rows
    ]
    assert len(nodes(rows[-1], "LI")) == 120


def test_header_cells_say_what_they_head_and_shared_cells_how_many_columns_they_take() -> None:
    head, *rows = nodes(example(), "TR")
    assert [cell.attributes["Scope"] for cell in nodes(head, "TH")] == ["Column"] * 3
    for row, printed in zip(rows, example_summary().rows, strict=True):
        assert [cell.attributes["Scope"] for cell in nodes(row, "TH")] == ["Row"]
        spans = [cell.attributes.get("ColSpan", 1) for cell in nodes(row, "TD")]
        assert spans == ([2] if printed.shared else [1, 1])


def test_lists_say_how_their_items_are_marked_and_labels_are_what_is_printed() -> None:
    (numbered,) = nodes(long_list(), "L")
    assert numbered.attributes["ListNumbering"] == "Decimal"
    assert [label.text.strip() for label in nodes(numbered, "Lbl")] == [f"{number}." for number in range(1, 121)]
    marked = [found for found in nodes(example(), "L") if nodes(found, "Lbl")]
    assert [found.attributes["ListNumbering"] for found in marked] == ["Disc"]
    assert {label.text.strip() for label in nodes(marked[0], "Lbl")} == {"→"}


def test_each_link_holds_its_annotation_and_each_annotation_goes_where_its_text_says() -> None:
    links = nodes(example(), "Link")
    assert [link.text.strip() for link in links] == [
        "SDGs",
        "Urban Agenda",
        "www.world-cities.eu",
        "office@iuc-asia.eu",
    ]
    assert all(link.links for link in links)
    with pikepdf.open(BytesIO(pdf_file(example_summary()).content)) as document:
        annotations = [note for page in document.pages for note in page.get("/Annots", [])]
        targets = {str(note.A.URI) for note in annotations}
        assert len(annotations) == sum(link.links for link in links)
        assert all(str(note.Contents) for note in annotations)
    assert {"https://sdgs.un.org/goals", "mailto:office@iuc-asia.eu"} <= targets


def test_the_emblem_is_a_figure_with_words_and_a_box_on_the_page_that_shows_it() -> None:
    (emblem,) = nodes(example(), "Figure")
    assert emblem.alt == "European Union flag"
    left, bottom, right, top = (float(edge) for edge in emblem.attributes["BBox"])
    assert 0 < left < right < 595
    assert 0 < bottom < top < 842
    assert (right - left) / (top - bottom) == pytest.approx(1.5, abs=0.01)


def test_text_in_another_language_says_which() -> None:
    assert [(span.text, span.language) for span in nodes(example(), "Span") if span.language] == [("欧盟项目", "zh-CN")]


def test_the_first_bookmark_is_the_title() -> None:
    with pikepdf.open(BytesIO(pdf_file(example_summary()).content)) as document, document.open_outline() as outline:
        assert re.sub(r"\s+", " ", str(outline.root[0].title)) == example_summary().title
