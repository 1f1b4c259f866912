"""Paragraphs and lists of the summary as blocks of a page."""

from msgspec.structs import replace

from ucap_reports.pdf.template.element_styles import LINES, LISTS, figure_style, natural_style
from ucap_reports.pdf.template.inline_elements import formatted
from ucap_reports.pdf.template.page_tree import Block, Item, Items, TextBlock
from ucap_reports.pdf.template.reading_context import ElementContext, Reading
from ucap_reports.text.rich_text import ItemList, Marker, Paragraph, Run


def rich_block(reading: Reading, block: Paragraph | ItemList, place: ElementContext, form: Run) -> Block:
    """A paragraph or list of the summary."""
    if isinstance(block, Paragraph):
        style = figure_style(place.text, place.language or reading.page.language) if block.figure else place.text
        return TextBlock(formatted(block, form), style, place.line)
    natural = LINES if block.marker is Marker.NONE else LISTS[min(place.list_level, 1)]
    style = natural_style(reading.theme, natural, place.text)
    inside = replace(place, list_level=place.list_level + 1)
    items = tuple(Item(tuple(rich_block(reading, part, inside, form) for part in item.blocks)) for item in block.items)
    return Items(block.marker, items, style, place.line, block.start)
