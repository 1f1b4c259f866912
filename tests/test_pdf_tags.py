"""The tag tree that screen readers use, beyond the rules of veraPDF."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from lxml import html
from msgspec.structs import replace
from PIL import Image

from tests.pages import SUMMARY, pack_of, picture
from tests.pdf_pages import cell, drawn, flag, head, listed, page_texts, row, shown_pages, style, table, text
from tests.pdf_text import pdf_paragraphs, structure
from tests.stages import shipped_pack
from ucap_reports.html.render_html import render_html
from ucap_reports.page.page_tree import ImageBlock, Items, PageNumber, TextBlock, read_picture
from ucap_reports.pdf.render_pdf import render_pdf
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.text.rich_text import Break, Marker, Run

LINK = "https://www.iuc-asia.eu/a?b=(c)&d"
MARGINS, PAPER = shipped_pack().theme.margins, shipped_pack().theme.paper
LEFT, TOP = float(MARGINS.left), PAPER[1] - MARGINS.top
"""Where the body begins, from the page's lower left corner."""
LONG_LINK = Run(
    "a link whose words go on over more than one line of the page, so that it has two places " * 2, link=LINK
)


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf))


def annotations(pdf: bytes) -> list[dict[str, Any]]:
    """The link annotations of all pages."""
    with opened(pdf) as document:
        return [
            {
                "address": str(each.A.URI),
                "words": str(each.Contents),
                "flags": int(each.F),
                "place": [float(edge) for edge in each.Rect],
            }
            for page in document.pages
            for each in page.get("/Annots", [])
        ]


def test_a_link_is_one_element_with_an_annotation_for_each_of_its_lines() -> None:
    pdf = drawn(text((Run("See "), LONG_LINK, Run(" for more.")))).content
    (link,) = structure(pdf).find("Link")
    assert link.text == LONG_LINK.text
    assert link.links == len(annotations(pdf)) > 1


def test_a_link_has_its_address_and_its_words() -> None:
    pdf = drawn(text((Run("our pages", link=LINK),))).content
    (annotation,) = annotations(pdf)
    assert (annotation["address"], annotation["words"], annotation["flags"]) == (LINK, "our pages", 4)


def test_each_annotation_refers_to_its_element_and_back() -> None:
    document = opened(drawn(text((Run("one", link=LINK), Run(" and "), LONG_LINK))).content)
    root = document.Root.StructTreeRoot
    numbers = list(root.ParentTree.Nums)
    parents = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
    (page,) = document.pages
    for annotation in page.Annots:
        element = parents[int(annotation.StructParent)]
        assert str(element.S) == "/Link"
        assert any(kid.Obj.objgen == annotation.objgen for kid in element.K if isinstance(kid, pikepdf.Dictionary))
    for mcid, element in enumerate(parents[int(page.StructParents)]):
        assert mcid in list(element.K)


def test_a_link_covers_the_line_of_its_words() -> None:
    pdf = drawn(text((Run("our pages", link=LINK),))).content
    left, bottom, right, top = annotations(pdf)[0]["place"]
    assert left == pytest.approx(LEFT, abs=0.01)
    assert top == pytest.approx(TOP, abs=0.01)
    assert top - bottom == pytest.approx(style("body").leading, abs=0.01)
    assert 30 < right - left < 60


@pytest.mark.parametrize(("tag", "written"), [("zh-TW", "zh-TW"), ("ja", "ja"), ("zh", "zh-CN")])
def test_text_in_another_language_is_a_span_with_that_language(tag: str, written: str) -> None:
    pdf = drawn(text((Run("A European Union Programme "), Run("欧盟项目", language=tag), Run("."))))
    (span,) = structure(pdf.content).find("Span")
    assert (span.language, span.text) == (written, "欧盟项目")


def test_text_in_the_language_of_the_document_has_no_span() -> None:
    pdf = drawn(text((Run("Rome", language="en"), Run(" and Tianjin")))).content
    assert list(structure(pdf).find("Span")) == []


def test_links_do_not_change_the_reading_order() -> None:
    content = (Run("one "), Run("two", link=LINK), Run(" three "), Run("四", language="zh"), Run(" five"))
    assert pdf_paragraphs(drawn(text(content)).content) == ["one two three 四 five"]


def test_headings_are_headings_and_bookmarks() -> None:
    pdf = drawn(text("The title", "title", 1), text("A part", "heading-2", 2), text("words")).content
    assert [node.text for node in structure(pdf).find("H1")] == ["The title"]
    assert [node.text for node in structure(pdf).find("H2")] == ["A part"]
    with opened(pdf).open_outline() as outline:
        (title,) = outline.root
        assert title.title == "The title"
        assert [child.title for child in title.children] == ["A part"]


def test_rows_are_bookmarks_below_the_heading_before_them() -> None:
    pdf = drawn(text("The title", "title", 1), table(row("Country:", "China"), row("Size", "1"))).content
    with opened(pdf).open_outline() as outline:
        assert [child.title for child in outline.root[0].children] == ["Country", "Size"]


def test_table_cells_have_scope_and_span() -> None:
    rows = (row("Country:", "China", "Italy"), row("Period", cell("2017", span=2)))
    tables = list(structure(drawn(table(*rows, head=(head("City:", "Tianjin", "Rome"),))).content).find("Table"))
    ((columns, body),) = [each.children for each in tables]
    assert not isinstance(columns, str)
    assert not isinstance(body, str)
    assert (columns.tag, body.tag) == ("THead", "TBody")
    assert [cell.attributes for cell in columns.find("TH")] == [{"Scope": "Column"}] * 3
    assert [cell.attributes for cell in body.find("TH")] == [{"Scope": "Row"}] * 2
    assert [cell.attributes for cell in body.find("TD")] == [{}, {}, {"ColSpan": 2}]


def test_a_paragraph_over_several_pages_is_one_element_with_all_its_words() -> None:
    words = " ".join(f"word{number}" for number in range(2_000))
    file = drawn(text((Run(words),)))
    (paragraph,) = structure(file.content).find("P")
    assert (paragraph.text, file.pages) == (words, 3)


def test_an_empty_cell_is_in_the_tag_tree() -> None:
    tree = structure(drawn(table(row("Mayor", cell(), "somebody"), head=(head("", "Rome", "Nice"),))).content)
    assert [each.text for each in tree.find("TH")] == ["", "Rome", "Nice", "Mayor"]
    assert [each.text for each in tree.find("TD")] == ["", "somebody"]


@pytest.mark.parametrize(
    ("marker", "sign", "label", "numbering"),
    [
        (Marker.ARROW, "○", "→", "Disc"),
        (Marker.BULLET, "▪", "▪", "Square"),
        (Marker.BULLET, "→", "→", "Disc"),
        (Marker.BULLET, "", "•", "Disc"),
        (Marker.NUMBER, "→", "7.", "Decimal"),
    ],
)
def test_a_list_has_its_numbering_and_labels(marker: Marker, sign: str, label: str, numbering: str) -> None:
    items = Items(marker, ((text("Aerospace"),),), replace(style("list"), marker=sign), 1, 7)
    (whole,) = structure(drawn(items).content).find("L")
    assert whole.attributes == {"ListNumbering": numbering}
    (item,) = whole.find("LI")
    assert [(part.tag, part.text) for part in item.children if not isinstance(part, str)] == [
        ("Lbl", label),
        ("LBody", "Aerospace"),
    ]


def test_a_list_without_markers_has_no_labels() -> None:
    (whole,) = structure(drawn(listed("Aerospace", "Trade", marker=Marker.NONE)).content).find("L")
    assert whole.attributes == {"ListNumbering": "None"}
    assert [[part.tag for part in item.children if not isinstance(part, str)] for item in whole.find("LI")] == [
        ["LBody"],
        ["LBody"],
    ]


def test_an_item_that_begins_with_a_list_has_both_labels() -> None:
    inner = Items(Marker.BULLET, ((text("inside"),),), style("list-2"), 1)
    outer = Items(Marker.NUMBER, ((inner,), ()), style("list"), 1)
    labels = [node.text for node in structure(drawn(outer).content).find("Lbl")]
    assert labels == ["1.", "○", "2."]


def test_a_figure_has_its_alternative_text_and_its_box() -> None:
    pdf = drawn(flag()).content
    (figure,) = structure(pdf).find("Figure")
    left, bottom, right, top = (float(edge) for edge in figure.attributes["BBox"])
    assert figure.alt == "European Union flag"
    assert left == pytest.approx(LEFT, abs=0.01)
    assert top == pytest.approx(TOP, abs=0.01)
    assert top - bottom == pytest.approx(12 * 72 / 25.4, abs=0.01)
    assert right - left == pytest.approx(18 * 72 / 25.4, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("RGB", "RGBA", "L", "P", "1", "LA")),
        *(("JPEG", mode) for mode in ("RGB", "L", "CMYK")),
    ],
)
def test_pictures_of_all_colour_modes_are_shown_and_conform(
    kind: str, mode: str, assert_conformant: Callable[[bytes], None]
) -> None:
    content = BytesIO()
    Image.new(mode, (8, 4)).save(content, kind)
    read = read_picture(content.getvalue())
    picture = ImageBlock("images/a", read, "A logo", style("body"), 1, Length(40), Length(20))
    pdf = drawn(text("The title", "title", 1), picture).content
    assert [figure.alt for figure in structure(pdf).find("Figure")] == ["A logo"]
    with opened(pdf) as document:
        (image,) = document.pages[0].Resources.XObject.values()
        assert [int(image.Width), int(image.Height)] == [8, 4]
    assert_conformant(pdf)


def test_headers_and_footers_are_artifacts_with_their_subtype() -> None:
    pdf = drawn(text("words"), header=(text("Above"),), footer=(text("Below"),)).content
    (page,) = shown_pages(pdf)
    assert [(shown.mark, shown.subtype, shown.text) for shown in page if shown.text] == [
        ("Artifact", "Header", "Above"),
        ("P", "", "words"),
        ("Artifact", "Footer", "Below"),
    ]


def test_pages_are_numbered_and_counted() -> None:
    number = TextBlock((PageNumber(), Run(" / "), PageNumber(total=True)), style("footer"), 1)
    pdf = drawn(*(text(f"line {line}") for line in range(80)), footer=(number,)).content
    assert [[shown for shown in page if shown][-1] for page in page_texts(pdf, "Artifact")] == ["1 / 2", "2 / 2"]


def test_a_link_in_a_header_is_only_text() -> None:
    pdf = drawn(text("words"), header=(text((Run("our pages", link=LINK),)),)).content
    assert annotations(pdf) == []
    assert list(structure(pdf).find("Link")) == []


def test_tabs_follow_the_structure_on_every_page() -> None:
    document = opened(drawn(*(text(f"line {line}") for line in range(80))).content)
    assert [str(page.Tabs) for page in document.pages] == ["/S", "/S"]


def test_elements_without_content_are_omitted() -> None:
    pdf = drawn(text(""), listed(), text("words")).content
    (document,) = structure(pdf).children
    assert not isinstance(document, str)
    assert [child.tag for child in document.children if not isinstance(child, str)] == ["P"]


def test_a_label_of_several_lines_has_spaces_between_them_in_bookmarks_and_where_its_row_continues() -> None:
    lines = (Run("Main"), Break(), Run("objectives"))
    long_row = row("Label", cell("Word " * 6000))
    label, long_cell = long_row.cells
    label = replace(label, blocks=(text(lines), text("of the plan")))
    pdf = drawn(table(replace(long_row, cells=(label, long_cell)))).content
    with opened(pdf) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Main objectives of the plan"]
    assert page_texts(pdf, "Artifact")[1][-1] == "Main objectives of the plan (continued)"


def test_alternative_texts_have_the_language_of_their_element() -> None:
    body = (
        '<img class="logo" src="images/logo.png" alt="Logo"/><emblem/>'
        '<div lang="fr"><img class="logo" src="images/logo.png" alt="Carte"/><emblem alt="Drapeau"/>'
        '<bar value="1" max="2" label="Habitants"/></div>'
        '<img class="logo" lang="de" src="images/logo.png" alt="Karte"/><p>Text</p>'
    )
    template = f"<document>{body}</document>"
    pack = pack_of(template, {"images/logo.png": picture()})
    expected = [None, None, "fr", "fr", "fr", "de"]
    figures = structure(render_pdf(SUMMARY, pack).content).find("Figure")
    assert [figure.language for figure in figures] == expected
    page = html.fromstring(render_html(SUMMARY, pack).content.decode())
    images: list[html.HtmlElement] = page.xpath("//main//*[@alt or @role='img']")  # type: ignore[assignment] # elements
    languages = [image.xpath("string(ancestor-or-self::*[@lang][1]/@lang)") for image in images]
    assert languages == [language or "en" for language in expected]

    summary = replace(SUMMARY, language="fr")
    figures = structure(render_pdf(summary, pack).content).find("Figure")
    assert [figure.language for figure in figures] == [None, "en", None, None, None, "de"]
