"""The elements of a page that stand under one another, read with their styles decided."""

from pathlib import PurePosixPath

from msgspec.structs import replace

from ucap_reports.pdf.template.element_styles import LINES, LISTS
from ucap_reports.pdf.template.image_size import image_size
from ucap_reports.pdf.template.inline_elements import (
    PLAIN,
    InlineFormat,
    Inlines,
    formatted,
    is_forged,
    read_inline,
    read_inline_content,
)
from ucap_reports.pdf.template.page_tree import Block, Division, Emblem, Item, Items, PackImage, TextBlock
from ucap_reports.pdf.template.reading_state import (
    INLINE,
    Element,
    ElementContext,
    Readers,
    Reading,
    StartTag,
    is_blank,
)
from ucap_reports.problems import did_you_mean
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Style
from ucap_reports.text.rich_text import ItemList, Marker, Paragraph, RichText

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DEFAULT_EMBLEM_HEIGHT = Length.mm(12)
LEAST_EMBLEM_HEIGHT = Length.mm(10)
"""The emblem is at least 1 cm high (European Commission, "The use of the EU emblem", 2021)."""
EMBLEM_ALT = "European Union flag"
PIXEL = Length(0.75)
"""The size of a picture's pixel where no style gives its size: CSS's, 96 to the inch."""


class _BlockReader:
    """The blocks of a container in the making: text between them becomes paragraphs."""

    __slots__ = ("_blocks", "_form", "_pending", "_place", "_reading", "_rich_only")

    def __init__(self, reading: Reading, place: ElementContext) -> None:
        self._reading = reading
        self._place = place
        self._form = PLAIN._replace(language=place.language) if place.language else PLAIN
        self._blocks: list[Block] = []
        self._pending = Inlines()
        self._rich_only = False
        """Whether the paragraph in the making is one of the summary's, to which no words of the template belong."""

    def text(self, text: str | None) -> None:
        if self._pending.text(text, self._form):
            self._rich_only = False

    def inline(self, element: Element) -> None:
        read_inline(self._reading, element, self._pending, self._form, self._place)
        self._rich_only = False

    def rich(self, value: RichText) -> None:
        """Blocks of their own; a single paragraph among words of the template is part of theirs."""
        if self._rich_only or len(value.blocks) != 1 or not isinstance(value.blocks[0], Paragraph):
            self._close_paragraph()
        if len(value.blocks) == 1 and isinstance(value.blocks[0], Paragraph):
            self._rich_only = not self._pending
            self._pending.rich(value, self._form)
        else:
            self._blocks += rich_blocks(self._reading, value, self._place, self._form)

    def block(self, block: Block | None) -> None:
        self._close_paragraph()
        if block is not None:
            self._blocks.append(block)

    def blocks(self) -> tuple[Block, ...]:
        self._close_paragraph()
        return tuple(self._blocks)

    def _close_paragraph(self) -> None:
        if not self._pending:
            return
        if content := self._pending.content():
            self._blocks.append(TextBlock(content, self._place.text, self._place.line))
        self._pending = Inlines()
        self._rich_only = False


def read_flow(reading: Reading, element: Element, place: ElementContext) -> tuple[Block, ...]:
    """What an element holds, one under the other."""
    if not place.language and len(element) == 1 and (value := _whole_value(reading, element, element[0])) is not None:
        return tuple(rich_blocks(reading, value, place, PLAIN))
    flow = _BlockReader(reading, place)
    _read_into(flow, reading, element, place)
    return flow.blocks()


def _whole_value(reading: Reading, element: Element, child: Element) -> RichText | None:
    """The value that is all an element holds, as in most cells: for these there is a shorter way."""
    alone = child.tag == "rich" and is_blank(element.text) and is_blank(child.tail)
    if not alone or is_forged(child) or child.get("inline") is not None:
        return None
    return reading.page.texts[int(child.get("ref", ""))]


def _read_into(flow: _BlockReader, reading: Reading, element: Element, place: ElementContext) -> None:
    flow.text(element.text)
    for child in element:
        tag = child.tag
        if tag == "rich" and not is_forged(child):
            if child.get("inline") is None:
                flow.rich(reading.page.texts[int(child.get("ref", ""))])
            else:
                flow.inline(child)
        elif tag in place.blocks:
            flow.block(place.blocks[tag](reading, child, place))
        elif tag in INLINE and tag != "rich":
            flow.inline(child)
        else:
            reading.report_child(child, place.name, place.blocks.keys() | INLINE - {"rich"})
            _read_into(flow, reading, child, place)
        flow.text(child.tail)


def rich_blocks(reading: Reading, value: RichText, place: ElementContext, form: InlineFormat) -> list[Block]:
    """The summary's paragraphs and lists at a place."""
    return [_rich_block(reading, block, place, form) for block in value.blocks]


def _rich_block(reading: Reading, block: Paragraph | ItemList, place: ElementContext, form: InlineFormat) -> Block:
    if isinstance(block, Paragraph):
        return TextBlock(formatted(block, form), place.text, place.line)
    natural = LINES if block.marker is Marker.NONE else LISTS[min(place.list_level, 1)]
    style = reading.styles.natural(natural, place.text)
    inside = replace(place, list_level=place.list_level + 1)
    items = tuple(Item(tuple(_rich_block(reading, part, inside, form) for part in item.blocks)) for item in block.items)
    return Items(block.marker, items, style, place.line, block.start)


def read_paragraph(reading: Reading, element: Element, place: ElementContext) -> TextBlock:
    """A `p`, in the style of its class or of its place."""
    opened = reading.open(element)
    style = reading.style(element, opened, place.text) if "class" in opened.attributes else place.text
    inside = _inside(reading, element, opened, place)
    return TextBlock(read_inline_content(reading, element, inside), style, opened.line)


def read_heading(reading: Reading, element: Element, place: ElementContext) -> TextBlock:
    """A heading; PDF/UA-1 (ISO 14289-1, 7.4.2) lets no level be skipped."""
    opened = reading.open(element)
    level = int(element.tag[1])
    if level > reading.heading_level + 1:
        message = f"<{element.tag}> is no heading of the level below the one before it"
        reading.report(element, "heading-skipped", message, f"write <h{reading.heading_level + 1}>")
    reading.heading_level = level
    inside = _inside(reading, element, opened, place)
    return TextBlock(
        read_inline_content(reading, element, inside), reading.style(element, opened, place.text), opened.line, level
    )


def read_division(reading: Reading, element: Element, place: ElementContext) -> Division:
    """A `div`, page header or page footer."""
    opened = reading.open(element)
    style = reading.style(element, opened, place.text)
    blocks = ON_EVERY_PAGE if place.on_every_page else IN_DIVISION
    language = reading.language(element, opened, place.language)
    text, level = reading.styles.text(style), place.list_level
    inside = ElementContext(element.tag, blocks, text, opened.line, language, level, place.on_every_page)
    return Division(read_flow(reading, element, inside), style, opened.line)


def read_list(reading: Reading, element: Element, place: ElementContext) -> Items | None:
    """A `ul` or `ol` with its items."""
    opened = reading.open(element)
    reading.expect_no_text(element)
    if place.list_level == len(LISTS):
        reading.report(element, "list-too-deep", "lists have two levels", "make it part of the list around it")
        return None
    style = reading.style(element, opened, place.text, LISTS[place.list_level])
    inside = replace(_inside(reading, element, opened, place), blocks=IN_ITEM, list_level=place.list_level + 1)
    items = []
    for child in element:
        if child.tag == "li":
            items.append(_item(reading, child, inside))
        else:
            reading.report_child(child, element.tag, ["li"])
    return Items(Marker.BULLET if element.tag == "ul" else Marker.NUMBER, tuple(items), style, opened.line)


def _item(reading: Reading, element: Element, place: ElementContext) -> Item:
    opened = reading.open(element)
    return Item(read_flow(reading, element, _inside(reading, element, opened, place)))


def _inside(reading: Reading, element: Element, opened: StartTag, place: ElementContext) -> ElementContext:
    """What the element hands on to what it holds."""
    language = reading.language(element, opened, place.language)
    return ElementContext(
        element.tag, place.blocks, place.text, opened.line, language, place.list_level, place.on_every_page
    )


def read_emblem(reading: Reading, element: Element, place: ElementContext) -> Emblem:
    """The emblem of the European Union; its alternative text is `alt`, by itself "European Union flag"."""
    opened = reading.open(element)
    reading.expect_empty(element)
    style = reading.style(element, opened, place.text)
    height = style.height or DEFAULT_EMBLEM_HEIGHT
    if height < LEAST_EMBLEM_HEIGHT:
        reading.report(element, "emblem-too-small", "the emblem is at least 10 mm high", f'see style "{style.name}"')
    alt = opened.attributes.get("alt", EMBLEM_ALT)
    _expect_alt(reading, element, alt)
    return Emblem(alt, style if style.height else replace(style, height=height), opened.line)


def read_image(reading: Reading, element: Element, place: ElementContext) -> PackImage | None:
    """A PNG or JPEG picture of the pack, in the size of its style or, without one, 96 pixels to the inch."""
    opened = reading.open(element)
    reading.expect_empty(element)
    style = reading.style(element, opened, place.text)
    alt = opened.attributes.get("alt", "")
    _expect_alt(reading, element, alt)
    content = _image_content(reading, element, opened)
    if content is None:
        return None
    try:
        pixels = image_size(content)
    except ValueError as error:
        reading.report(element, "image-invalid", f'"{opened.attributes["src"]}" cannot be shown: {error}')
        return None
    width, height = _size(style, *pixels)
    return PackImage(content, alt, style, opened.line, width, height)


def _size(style: Style, width: int, height: int) -> tuple[Length, Length]:
    """Width and height on the page of a picture of so many pixels, which keeps its proportions: as large as the width
    and the height of its style allow.
    """
    measures = ((style.width, width), (style.height, height))
    scale = min((measure / pixels for measure, pixels in measures if measure is not None), default=PIXEL)
    return Length(width * scale), Length(height * scale)


def _expect_alt(reading: Reading, element: Element, alt: str) -> None:
    if not alt.strip():
        hint = 'write in alt="…" what it shows'
        reading.report(element, "alt-missing", f"<{element.tag}> needs an alternative text", hint)


def _image_content(reading: Reading, element: Element, opened: StartTag) -> bytes | None:
    """The bytes of the picture that `src` names, a path inside the pack and nothing else."""
    name = opened.attributes.get("src")
    if name is None:
        reading.report(element, "attribute-missing", "<img> needs its picture", 'write src="images/logo.png"')
        return None
    file = reading.pack.files.get(name)
    if file is not None:
        return file.content
    if "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts:
        hint = "name a file of the pack, such as images/logo.png"
        reading.report(element, "image-outside", f'"{name}" is not a path inside the pack', hint)
    else:
        images = sorted(known for known in reading.pack.files if known.startswith("images/"))
        hint = did_you_mean(name, images) or "put it into the pack's folder images/"
        reading.report(element, "image-missing", f'the pack has no file "{name}"', hint)
    return None


IN_ITEM: Readers = {"p": read_paragraph, "ul": read_list, "ol": read_list}
IN_CELL: Readers = {**IN_ITEM, "img": read_image, "emblem": read_emblem}
IN_DIVISION: Readers = {**IN_CELL, "div": read_division} | dict.fromkeys(HEADINGS, read_heading)
ON_EVERY_PAGE: Readers = {"p": read_paragraph, "div": read_division, "img": read_image, "emblem": read_emblem}
"""What a page header or footer holds: it is repeated on each page, so that nothing in it is heading, list or table."""
