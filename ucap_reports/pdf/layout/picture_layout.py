"""Pictures of the plan: a figure with its caption below it."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ucap_reports.pdf.file.tag_tree import TagNode
from ucap_reports.pdf.layout.boxes import Figure, boxed, edges
from ucap_reports.pdf.layout.flow_items import Body, FlowItem
from ucap_reports.pdf.template.page_tree import PictureBlock
from ucap_reports.template.picture_size import printed_size
from ucap_reports.template.theme import Align
from ucap_reports.text.foreign_text import language_of

if TYPE_CHECKING:
    from ucap_reports.pdf.layout.block_layout import BlockLayout  # it lays out the caption

BEFORE = {Align.START: 0.0, Align.CENTER: 0.5, Align.END: 1.0}
"""The part of the free width of its line that is before a picture."""


def laid_picture(block: PictureBlock, width: float, node: TagNode, layout: "BlockLayout") -> tuple[Body, float]:
    """The picture with its caption in a box of that width, and the printed width of the picture."""
    edge, style = edges(block.style), block.style
    room = width - edge.left - edge.right
    own, height = printed_size(block.facts, block.box, room)
    alt = block.facts.alt
    element = TagNode("Figure", node, alt=alt, language=language_of(alt))
    figure = Figure(block.picture.drawing, element, own, height)
    item = FlowItem(figure, height, block.line, indent=(room - own) * BEFORE[style.align])
    stack = (item, *layout.caption(block.blocks, room, TagNode("Caption", element)))
    return boxed(replace(style, height=None), width, [(stack, edge.left)]), own
