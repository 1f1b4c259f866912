"""Columns, boxes, backgrounds and rules, as operators on the page."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest
from msgspec.structs import replace

from tests.pdf_pages import cell, drawn, flag, head, listed, numbered_lines, page_tree, row, style, table, text
from tests.pdf_text import structure
from tests.samples import seed_summary
from tests.stages import shipped_pack
from ucap_reports.page.box_geometry import column_widths, space_above_footer
from ucap_reports.page.fitted_scale import PlanPage
from ucap_reports.page.page_tree import Block, Division, PageBreak, PageChapters
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.block_and_table_layout import BlockLayout
from ucap_reports.pdf.layout.flow_items import FlowItem
from ucap_reports.pdf.layout.page_breaks_and_columns import Panel
from ucap_reports.pdf.render_pdf import draw_pages
from ucap_reports.problems import ProblemsFound
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES, Colour, Length, Sides
from ucap_reports.template.picture_bar_tile_and_emblem_look import BLUE
from ucap_reports.text.rich_text import RichText, Run

THEME = shipped_pack().theme
WIDTH = THEME.text_width
LABEL = float(style("label").width or 0)
Rectangle = tuple[float, float, float, float]
"""Left, bottom, width and height."""


def rectangles(pdf: bytes, colour: Colour, page: int = 0) -> list[Rectangle]:
    """The filled rectangles of that colour on a page."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return list(_rectangles(document.pages[page], [round(channel, 3) for channel in colour.rgb]))


def _rectangles(page: pikepdf.Page, wanted: list[float]) -> Iterator[Rectangle]:
    colour: list[float] = []
    for instruction in pikepdf.parse_content_stream(page):
        match str(instruction.operator):
            case "rg":
                colour = [float(str(operand)) for operand in instruction.operands]
            case "re" if colour == pytest.approx(wanted, abs=0.001):
                left, bottom, width, height = (float(str(operand)) for operand in instruction.operands)
                yield left, bottom, width, height
            case _:
                pass


def test_the_label_column_has_its_width_and_the_others_share_the_rest() -> None:
    widths = column_widths(table(row("A", "1", "2"), row("B", cell("3", span=2))), WIDTH)
    rest = WIDTH - LABEL
    assert widths == [LABEL, pytest.approx(rest / 2), pytest.approx(rest / 2)]


@pytest.mark.parametrize("columns", range(1, 13))
def test_one_to_twelve_columns_fit_side_by_side(columns: int) -> None:
    names = [f"City {number}" for number in range(columns)]
    document = drawn(
        table(row("Country:", *names), row("Period", cell("2017", span=columns)), head=(head("City:", *names),))
    )
    assert document.pages == 1


def test_columns_wider_than_the_page_are_an_error() -> None:
    wide = cell("x")
    wide = replace(wide, style=replace(wide.style, width=Length(400)), line=9)
    with pytest.raises(ProblemsFound) as raised:
        drawn(table(row("A", wide, replace(wide))))
    (problem,) = raised.value.problems
    assert problem.code == "width-exceeded"


def test_blocks_side_by_side_wider_than_the_page_are_an_error() -> None:
    wide = text("x")
    wide = replace(wide, style=replace(wide.style, width=Length(400)))
    with pytest.raises(ProblemsFound) as raised:
        drawn(Division((wide, wide), style("contact"), 5))
    assert [(problem.code, problem.location.line) for problem in raised.value.problems] == [("width-exceeded", 5)]


def test_a_background_covers_its_row_on_each_page_down_to_the_rule() -> None:
    pdf = drawn(table(row("A", numbered_lines(90, "a")))).content
    for page in (0, 1):
        ((left, bottom, width, height),) = rectangles(pdf, THEME.colours["tint"], page)
        rules = rectangles(pdf, THEME.colours["line"], page)
        assert left == pytest.approx(THEME.margins.left, abs=0.01)
        assert width == pytest.approx(LABEL, abs=0.01)
        assert [rule[1] for rule in rules] == [pytest.approx(bottom, abs=0.011)]
        assert height > 300


def test_adjacent_cells_of_one_colour_have_one_rectangle() -> None:
    pdf = drawn(table(row("A", "1", "2"), head=(head("City:", "Tianjin", "Rome"),))).content
    ((_, _, width, _),) = rectangles(pdf, THEME.colours["blue"])
    assert width == pytest.approx(WIDTH, abs=0.01)


def test_the_title_has_a_bar_below_it() -> None:
    pdf = drawn(text("The title", "title", 1)).content
    ((left, _, width, height),) = rectangles(pdf, THEME.colours["gold"])
    assert left == pytest.approx(THEME.margins.left, abs=0.01)
    assert width == pytest.approx(Length.mm(22), abs=0.01)
    assert height == pytest.approx(1.6, abs=0.01)


def test_a_panel_has_a_bar_of_its_height_at_its_start() -> None:
    pdf = drawn(Division((text("words"),), style("contact"), 1)).content
    ((left, bottom, _, height),) = rectangles(pdf, THEME.colours["tint"])
    ((bar_left, bar_bottom, bar_width, bar_height),) = rectangles(pdf, THEME.colours["gold"])
    assert (bar_left, bar_bottom, bar_height) == (left, bottom, height)
    assert bar_width == pytest.approx(2)


def test_blocks_side_by_side_are_vertically_centred() -> None:
    flow = BlockLayout(shipped_pack(), "en")
    small, large = text("words"), flag()
    ((panel,),) = flow.body([Division((small, large), style("header"), 1)], WIDTH, TagNode("Document"))
    assert isinstance(panel, FlowItem)
    assert isinstance(panel.body, Panel)
    (around_small, around_large) = panel.body.contents
    assert panel.height == pytest.approx(Length.mm(12))
    assert around_large.y == pytest.approx(0)
    assert around_small.y == pytest.approx((panel.height - style("body").leading) / 2)


def test_a_row_is_as_high_as_its_highest_cell() -> None:
    flow = BlockLayout(shipped_pack(), "en")
    ((low, high),) = flow.body([table(row("A", "1"), row("B", cell("1", "2", "3")))], WIDTH, TagNode("Document"))
    assert isinstance(low, FlowItem)
    assert isinstance(high, FlowItem)
    padding = style("cell").padding
    assert low.height == pytest.approx(12.25 + padding.top + padding.bottom + 0.5)
    assert high.height == pytest.approx(low.height + 2 * (12.25 + style("cell").gap))


def test_the_gap_between_blocks_is_the_larger_of_their_spaces() -> None:
    flow = BlockLayout(shipped_pack(), "en")
    title, panel = text("The title", "title", 1), Division((text("words"),), style("contact"), 1)
    ((_, second),) = flow.body([title, panel], WIDTH, TagNode("Document"))
    assert isinstance(second, FlowItem)
    assert second.gap == max(style("title").space_after, style("contact").space_before)


def test_a_paragraph_in_a_cell_has_a_gap_after_the_list_before_it() -> None:
    stack = BlockLayout(shipped_pack(), "en").cell(cell("a", listed("b", "c"), "d"), WIDTH, TagNode("TD"))
    gap = style("cell").gap
    assert [piece.gap for piece in stack] == [0, gap, style("list").gap, gap]


def test_the_emblem_is_drawn_in_its_blue() -> None:
    pdf = drawn(flag()).content
    with pikepdf.open(BytesIO(pdf)) as document:
        content = document.pages[0].Resources.XObject.Emblem.read_bytes().decode()
    assert f"{' '.join(f'{channel:.3g}' for channel in BLUE.rgb)} rg 0 0 1.5 1 re f" in content
    assert content.count(" h") == 12


def test_a_missing_glyph_is_an_error_with_its_field_and_code_point() -> None:
    summary = seed_summary()
    rows = (
        replace(summary.rows[0], cells=(RichText.plain("Tianjin \U0001f600"), summary.rows[0].cells[1])),
        *summary.rows[1:],
    )
    page = page_tree(text("Tianjin \U0001f600"), header=(text("\U0001f601"),))
    with pytest.raises(ProblemsFound) as raised:
        draw_pages(PlanPage(replace(summary, rows=rows), shipped_pack(), page)).document()
    problems = {problem.location.field or problem.location.path: problem for problem in raised.value.problems}
    assert {problem.code for problem in problems.values()} == {"glyph-missing"}
    assert problems["region"].details["code"] == "1F600"
    assert problems[shipped_pack().page_template.path].details["code"] == "1F601"


def test_a_document_has_a_name_a_format_and_a_number_of_pages() -> None:
    document = drawn(text("words"))
    assert (document.name, document.format, document.pages) == (seed_summary().id, Format.PDF, 1)


def test_the_bytes_of_pages_do_not_depend_on_those_drawn_before() -> None:
    first = drawn(text("words")).content
    drawn(text((Run("other words 欧盟", bold=True),)))
    assert drawn(text("words")).content == first


def test_a_header_higher_than_its_margin_is_one_error_for_all_pages() -> None:
    high = Division(tuple(text(f"line {number}") for number in range(9)), style("contact-text"), 4)
    with pytest.raises(ProblemsFound) as raised:
        drawn(*(text(f"line {line}") for line in range(80)), header=(high,))
    assert [(problem.code, problem.location.line) for problem in raised.value.problems] == [("margin-exceeded", 4)]


def test_a_box_that_headers_share_is_drawn_at_the_place_that_it_has_in_each() -> None:
    mine = Colour("123457")
    inner = Division((text("Our office"),), replace(style("body"), background=mine), 2)
    low = (Division((inner,), style("contact-text"), 1),)
    high = (Division((inner, text("A title"), text("of two lines")), style("contact-text"), 1),)
    first = drawn(text("words"), header=low).content
    ((left, bottom, width, height),) = rectangles(first, mine)
    ((_, raised, _, _),) = rectangles(drawn(text("words"), header=high).content, mine)
    assert (left, width, height) == pytest.approx((THEME.margins.left, WIDTH, style("body").leading), abs=0.02)
    assert raised > bottom + style("body").leading / 2
    assert drawn(text("words"), header=low).content == first


def test_a_box_that_headers_share_reports_its_missing_glyphs_in_each_document() -> None:
    inner = Division((text("Our \U0001f601"),), style("body"), 2)
    for title in ("one", "two"):
        header = Division((inner, text(title)), style("contact-text"), 1)
        with pytest.raises(ProblemsFound) as raised:
            drawn(text("words"), header=(header,))
        assert [problem.code for problem in raised.value.problems] == ["glyph-missing"]


def test_a_box_beside_a_higher_one_in_a_header_is_stretched_to_its_height() -> None:
    mine = Colour("123458")
    low = Division((text("Our office"),), replace(style("body"), background=mine), 2)
    high = Division((text("one"), text("two")), replace(style("body"), background=Colour("123459")), 3)
    side_by_side = replace(style("contact-text"), layout="columns", align_block="stretch")
    pdf = drawn(text("words"), header=(Division((low, high), side_by_side, 1),)).content
    ((_, _, _, height),) = rectangles(pdf, mine)
    ((_, _, _, other_height),) = rectangles(pdf, Colour("123459"))
    assert height == other_height > style("body").leading * 1.5


@pytest.mark.parametrize(("padding", "space"), [(0, 3), (1, 2), (5, 0)])
def test_a_footer_has_the_space_above_it_that_its_style_does_not_have(padding: int, space: int) -> None:
    mine = Colour("123456")
    look = replace(style("footer"), background=mine, padding=Sides(Length.mm(padding), *NO_SIDES[1:]))
    footer = Division((text("Our office"),), look, 1)
    ((_, bottom, _, height),) = rectangles(drawn(text("words"), footer=(footer,)).content, mine)
    assert THEME.margins.bottom - bottom - height == pytest.approx(Length.mm(space), abs=0.02)
    assert space_above_footer((footer,), 4) == pytest.approx(min(4, Length.mm(space)))
    assert space_above_footer((footer,), -1) == Length(0)


def test_a_page_in_another_language_than_its_summary_has_that_language() -> None:
    french = replace(page_tree(text("Bonjour")), language="fr")
    page = PlanPage(seed_summary(), shipped_pack(), french)
    (whole,) = structure(draw_pages(page).document().content).children
    assert not isinstance(whole, str)
    assert whole.language == "fr"


@pytest.mark.parametrize(
    "nothing", [replace(text(""), content=(PageChapters(),)), PageBreak(style("body"), 1, share=0.9)]
)
def test_blocks_that_print_nothing_keep_the_space_between_others(nothing: Block) -> None:
    nothing = replace(nothing, style=replace(style("body"), space_after=Length(0)))
    above = replace(text("above"), style=replace(style("body"), space_after=Length(20)))
    below = replace(text("below"), style=replace(style("body"), background=BLUE))
    expected = rectangles(drawn(above, below).content, BLUE)
    assert rectangles(drawn(above, nothing, below).content, BLUE) == expected != []
