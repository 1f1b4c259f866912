"""Borders and bleed of the theme in Word files."""

from typing import Any

import pytest

from tests.samples import seed_summary, shared, with_rows
from tests.stages import shipped_pack
from tests.word_templates import (
    STYLES,
    W,
    cell,
    docx,
    filled,
    paragraph,
    part,
    shipped_settings,
    table,
    text_of,
    themed,
)
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.text.markdown import parse_rich_text
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


def test_paragraph_styles_have_the_look_of_the_theme() -> None:
    look = {"italic": True, "bold": True, "capitals": True, "underline": True, "letter_spacing": "1 pt", "align": "end"}
    look |= {"colour": "#FF0000"}
    for rules, expected in (
        (
            look,
            {
                "color": "FF0000",
                "b": "1",
                "bCs": "1",
                "i": "1",
                "iCs": "1",
                "caps": None,
                "u": "single",
                "spacing": "20",
                "jc": "right",
            },
        ),
        ({"align": "center", "bold": False, "italic": False}, {"b": "0", "i": "0", "u": "none", "jc": "center"}),
        ({"align": "start"}, {"jc": "left"}),
    ):
        styles = rendered("styles", "label", **rules)
        label = next(each for each in styles if each.get(f"{W}styleId") == "UCAPlabel")
        found = {
            str(each.tag).removeprefix(W): each.get(f"{W}val")
            for part in label.iter(f"{W}pPr", f"{W}rPr")
            for each in part
        }
        assert {name: found.get(name, "") for name in expected} == expected


def test_cells_have_the_padding_the_background_and_the_alignment_of_the_style_of_their_paragraph() -> None:
    look = {"padding": "1 mm, 2 mm, 3 mm, 4 mm", "background": "#FF0000", "align-block": "bottom"}
    document = rendered("document", "label", **look)
    cells = [
        next(each.iterancestors(f"{W}tcPr")) for each in document.iter(f"{W}shd") if each.get(f"{W}fill") == "FF0000"
    ]
    assert cells
    for properties in cells:
        margins = {str(each.tag).removeprefix(W): each.get(f"{W}w") for each in next(properties.iter(f"{W}tcMar"))}
        sides = zip(("top", "right", "bottom", "left"), range(1, 5), strict=True)
        assert margins == {side: str(Length.mm(length).twips) for side, length in sides}
        assert [each.get(f"{W}val") for each in properties.iter(f"{W}vAlign")] == ["bottom"]
    unchanged = rendered("document", "label")
    assert len(list(document.iter(f"{W}tcMar"))) == len(list(unchanged.iter(f"{W}tcMar"))) + len(cells)


LINKS = '<w:style w:type="character" w:styleId="Hyperlink"><w:rPr><w:color w:val="123456"/></w:rPr></w:style>'


@pytest.mark.parametrize(
    ("styles", "kept", "is_own"), [("", "keep", False), (LINKS, "theme", False), (LINKS, "keep", True)]
)
def test_links_have_the_look_of_the_theme_unless_the_pack_keeps_those_of_the_template(
    styles: str, kept: str, *, is_own: bool
) -> None:
    root = part(filled(docx(paragraph("a"), styles=STYLES + styles), word_styles=kept), "word/styles1.xml")
    looks = {each.get(f"{W}styleId"): each for each in root.iter(f"{W}style")}
    colour = "123456" if is_own else shipped_pack().theme.style("link").colour.hex
    link = looks.pop("Hyperlink")
    assert [each.get(f"{W}val") for each in link.iter(f"{W}color", f"{W}u")] == [
        colour,
        *([] if is_own else ["single"]),
    ]
    assert {each.get(f"{W}val") for style in looks.values() for each in style.iter(f"{W}u")} <= {"none"}


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
    return inset(first, "left", padding.left), inset(last, "right", padding.right)


def inset(cell: Any, side: str, default: Length) -> int:
    """The margin of a cell at a side; if it has none of its own, that of its table."""
    margins = [margin for own in cell.iter(f"{W}tcMar") for margin in own.iter(f"{W}{side}")]
    return int(margins[0].get(f"{W}w")) if margins else default.twips


def test_a_cell_with_margins_of_its_own_keeps_them_in_a_table_that_bleeds() -> None:
    theme = shipped_settings()["theme"]
    contact = theme["styles"]["contact"] | {"bleed": ["left", "right"]}
    margins = '<w:tcMar><w:left w:w="100" w:type="dxa"/></w:tcMar>'
    body = table([cell("a", properties=margins)], widths=(shipped_pack().theme.text_width.twips,))
    body = body.replace("<w:tblPr>", '<w:tblPr><w:tblStyle w:val="C"/>')
    styles = f'{STYLES}<w:style w:type="table" w:styleId="C"><w:name w:val="U-CAP contact"/></w:style>'
    root = part(filled(docx(body, styles=styles), theme=theme | {"styles": theme["styles"] | {"contact": contact}}))
    (cell_with_margin,) = root.iter(f"{W}tc")
    assert inset(cell_with_margin, "left", Length(0)) == 100 + shipped_pack().theme.margins.left.twips


def test_a_table_style_has_the_background_of_the_theme() -> None:
    styles = rendered("styles", "contact", background="#FF0000")
    panel = next(each for each in styles if each.get(f"{W}styleId") == "UCAPcontact")
    assert [each.get(f"{W}fill") for each in panel.iter(f"{W}shd")] == ["FF0000"]


def test_styles_that_only_word_needs_are_as_high_as_the_spaces_of_the_theme() -> None:
    theme = shipped_pack().theme
    names = ("title-rule", "contact-gap", "end")
    added = "".join(
        f'<w:style w:type="paragraph" w:styleId="{each}"><w:name w:val="U-CAP {each}"/></w:style>' for each in names
    )
    root = part(filled(docx(paragraph("a"), styles=STYLES + added)), "word/styles1.xml")
    styles = {each.get(f"{W}styleId"): each for each in root.iter(f"{W}style")}
    found = [next(styles[name].iter(f"{W}spacing")) for name in names]
    assert [tuple(each.get(f"{W}{name}") for name in ("before", "after", "line", "lineRule")) for each in found] == [
        ("0", str(theme.style("title").space_after.twips), "20", "exact"),
        ("0", "0", str(theme.style("contact").space_before.twips), "exact"),
        ("0", "0", "20", "exact"),
    ]
    (rule,) = next(styles["title-rule"].iter(f"{W}pBdr"))
    assert str(rule.tag).removeprefix(W) == "bottom"


def test_a_second_paragraph_of_an_item_is_indented_like_the_item() -> None:
    theme = shipped_settings()["theme"]["styles"]
    own = themed({"styles": {"list-2": theme["list-2"] | {"indent": "10 mm"}}})
    text = parse_rich_text("- one\n\n  first\n\n  - two\n\n    second\n")
    root = part(render_word(with_rows(shared("a", "A:", text)), own).content)
    found = {text_of(each): [ind.get(f"{W}left") for ind in each.iter(f"{W}ind")] for each in root.iter(f"{W}p")}
    indent = own.theme.style("list").indent.twips
    expected = {"first": indent, "second": indent + Length.mm(10).twips}
    assert {name: found[name] for name in expected} == {name: [str(left)] for name, left in expected.items()}
