"""Boxes in page headers and footers that pages and documents share."""

from tests.stages import shipped_pack
from ucap_reports.page.page_tree import Block, Division, PageNumber, TextBlock
from ucap_reports.pdf.file.canvas import Artifact
from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.block_and_table_layout import PageNumbers
from ucap_reports.pdf.layout.headers_footers_and_watermark import _MarginLayout, margin
from ucap_reports.text.rich_text import Run

PACK = shipped_pack()
BODY = PACK.theme.style("body")
NAME = Division((TextBlock((Run("IUC"),), BODY, 1),), BODY, 1)
NUMBER = Division((TextBlock((PageNumber(), Run(" / "), PageNumber(total=True)), BODY, 1),), BODY, 1)
FOOTER: tuple[Block, ...] = (Division((NAME, Division((NUMBER,), BODY, 1)), BODY, 1),)


def layout(page: int, total: int) -> _MarginLayout:
    return _MarginLayout(PACK, "en", PageNumbers(page, total), FOOTER)


def test_a_box_is_shared_by_all_pages_unless_it_has_page_numbers() -> None:
    first, other = layout(1, 2), layout(2, 3)
    node = TagNode("Document")
    assert first.box(NAME, 100, node) is other.box(NAME, 100, node)
    for box in (NUMBER, Division((NUMBER,), BODY, 1)):
        assert first.box(box, 100, node) is not first.box(box, 100, node)


def test_a_footer_has_the_numbers_of_its_page() -> None:
    drawn = {}
    for numbers in (PageNumbers(1, 2), PageNumbers(2, 3)):
        used = margin(PACK, "en", Artifact.FOOTER, FOOTER, numbers).used
        drawn[numbers] = set().union(*used.characters.values())
    assert drawn == {PageNumbers(1, 2): set("IUC /12"), PageNumbers(2, 3): set("IUC /23")}
