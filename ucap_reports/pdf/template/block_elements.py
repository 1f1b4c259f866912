"""Reads the block elements of a page, with their styles."""

from pathlib import PurePosixPath

from msgspec.structs import replace

from ucap_reports.pdf.template.element_styles import HEADINGS, LISTS, without_box
from ucap_reports.pdf.template.inline_elements import (
    PLAIN,
    Inlines,
    is_forged,
    read_inline,
    read_inline_content,
)
from ucap_reports.pdf.template.page_tree import Block, Columns, Division, Emblem, Item, Items, PackImage, TextBlock
from ucap_reports.pdf.template.picture_elements import read_plan_picture
from ucap_reports.pdf.template.reading_context import INLINE, Element, ElementContext, Readers, Reading, StartTag
from ucap_reports.pdf.template.rich_blocks import rich_block
from ucap_reports.pdf.template.shape_elements import read_shape
from ucap_reports.problems import did_you_mean, problem
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.text.rich_text import Marker, Paragraph, RichText

DEFAULT_EMBLEM_HEIGHT = Length.mm(12)
LEAST_EMBLEM_HEIGHT = Length.mm(10)
"""The emblem must be at least 1 cm high (European Commission, "The use of the EU emblem", 2021)."""
EMBLEM_ALT = "European Union flag"
PIXEL = Length(0.75)
"""The size of a picture's pixel if no style gives its size: that of CSS, 96 to the inch."""

MOST_COLUMNS = 12
_COUNTS = {str(count): count for count in range(1, MOST_COLUMNS + 1)}


class _BlockReader:
    """Collects the blocks of a container: text between them becomes paragraphs."""

    def __init__(self, reading: Reading, place: ElementContext) -> None:
        self._reading = reading
        self._place = place
        self._form = replace(PLAIN, language=place.language)
        self._blocks: list[Block] = []
        self._pending = Inlines()
        self._rich_only = False
        """Whether the open paragraph is one of the summary, which the template's words do not continue."""

    def text(self, text: str | None) -> None:
        if self._pending.text(text, self._form):
            self._rich_only = False

    def inline(self, element: Element) -> None:
        read_inline(self._reading, element, self._pending, self._form, self._place)
        self._rich_only = False

    def rich(self, value: RichText) -> None:
        """Add the summary's blocks; a single paragraph among words of the template is part of their paragraph."""
        match value.blocks:
            case (Paragraph(figure=False),):
                is_paragraph = True
            case _:
                is_paragraph = False
        if self._rich_only or not is_paragraph:
            self._close_paragraph()
        if is_paragraph:
            self._rich_only = not self._pending
            self._pending.rich(value, self._form)
        else:
            self._blocks += [rich_block(self._reading, block, self._place, self._form) for block in value.blocks]

    def block(self, block: Block | None) -> None:
        self._close_paragraph()
        if block is not None:
            self._blocks.append(block)

    def blocks(self) -> tuple[Block, ...]:
        self._close_paragraph()
        return tuple(self._blocks)

    def _close_paragraph(self) -> None:
        if content := self._pending.content():
            self._blocks.append(TextBlock(content, self._place.text, self._place.line))
        self._pending = Inlines()
        self._rich_only = False


def read_flow(reading: Reading, element: Element, place: ElementContext) -> tuple[Block, ...]:
    """The content of an element, one block below the other."""
    flow = _BlockReader(reading, place)
    _read_into(flow, reading, element, place)
    return flow.blocks()


def _read_into(flow: _BlockReader, reading: Reading, element: Element, place: ElementContext) -> None:
    flow.text(element.text)
    for child in element:
        tag = child.tag
        if tag == "rich" and not is_forged(child) and child.get("inline") is None:
            flow.rich(reading.page.texts[int(child.get("ref", ""))])
        elif tag in INLINE and not is_forged(child):
            flow.inline(child)
        elif tag in place.blocks:
            flow.block(place.blocks[tag](reading, child, place))
        else:
            reading.report_child(child, place.name, place.blocks.keys() | INLINE - {"rich"})
            _read_into(flow, reading, child, place)
        flow.text(child.tail)


def read_paragraph(reading: Reading, element: Element, place: ElementContext) -> TextBlock:
    """A `p`, in the style of its class or of its context."""
    opened = reading.open(element)
    style = reading.style(element, opened, place.text) if "class" in opened.attributes else place.text
    inside = _inside(reading, element, opened, place)
    content = read_inline_content(reading, element, inside)
    return TextBlock(content, style, opened.line, language=inside.language)


def read_heading(reading: Reading, element: Element, place: ElementContext) -> TextBlock:
    """A heading; PDF/UA-1 (ISO 14289-1, 7.4.2) does not allow skipped levels."""
    opened = reading.open(element)
    level = int(element.tag[1])
    if level > reading.heading_level + 1:
        reading.report(element, problem("heading-skipped", element=element.tag, expected=reading.heading_level + 1))
    reading.heading_level = level
    inside = _inside(reading, element, opened, place)
    content = read_inline_content(reading, element, inside)
    return TextBlock(content, reading.style(element, opened, place.text), opened.line, level, inside.language)


def read_division(reading: Reading, element: Element, place: ElementContext) -> Division:
    """A `div`, page header or page footer."""
    opened = reading.open(element)
    style = reading.style(element, opened, place.text)
    blocks = ON_EVERY_PAGE if place.on_every_page else IN_BOX
    inside = replace(_inside(reading, element, opened, place), blocks=blocks, text=without_box(style))
    return Division(read_flow(reading, element, inside), style, opened.line)


def read_columns(reading: Reading, element: Element, place: ElementContext) -> Columns:
    """Text in columns: two, if `count` does not say otherwise, with `gap` or the gap of their style between them."""
    opened = reading.open(element)
    style = reading.style(element, opened, place.text)
    count, gap = opened.attributes.get("count", "2"), opened.attributes.get("gap")
    if count not in _COUNTS:
        reading.report(element, problem("columns-invalid", form="count", value=count, most=MOST_COLUMNS))
    try:
        space = style.gap if gap is None else Length.parse(gap)
    except ValueError:
        reading.report(element, problem("columns-invalid", form="gap", value=gap))
        space = style.gap
    inside = replace(_inside(reading, element, opened, place), blocks=IN_BOX, text=without_box(style))
    return Columns(read_flow(reading, element, inside), style, opened.line, _COUNTS.get(count, 1), space)


def read_list(reading: Reading, element: Element, place: ElementContext) -> Items | None:
    """A `ul` or `ol` with its items."""
    opened = reading.open(element)
    reading.expect_no_text(element)
    if place.list_level == len(LISTS):
        reading.report(element, problem("list-too-deep"))
        return None
    style = reading.style(element, opened, place.text, LISTS[place.list_level])
    inside = replace(_inside(reading, element, opened, place), blocks=IN_ITEM, list_level=place.list_level + 1)
    items = []
    for child in element:
        if child.tag == "li":
            item = _inside(reading, child, reading.open(child), inside)
            items.append(Item(read_flow(reading, child, item)))
        else:
            reading.report_child(child, element.tag, ["li"])
    return Items(Marker.BULLET if element.tag == "ul" else Marker.NUMBER, tuple(items), style, opened.line)


def _inside(reading: Reading, element: Element, opened: StartTag, place: ElementContext) -> ElementContext:
    """The context of the element's content."""
    language = reading.language(element, opened, place.language)
    return replace(place, name=element.tag, line=opened.line, language=language)


def read_emblem(reading: Reading, element: Element, place: ElementContext) -> Emblem:
    """The emblem of the European Union, with the alternative text `alt` or "European Union flag"."""
    opened = reading.open(element)
    reading.expect_empty(element)
    style = reading.style(element, opened, place.text)
    height = style.height or DEFAULT_EMBLEM_HEIGHT
    if height < LEAST_EMBLEM_HEIGHT:
        reading.report(element, problem("emblem-too-small", style=style.name))
    alt = _alt(reading, element, opened, EMBLEM_ALT)
    return Emblem(alt, style if style.height else replace(style, height=height), opened.line)


def read_image(reading: Reading, element: Element, place: ElementContext) -> PackImage | None:
    """A PNG or JPEG picture of the pack, in the size of its style or at 96 pixels to the inch."""
    opened = reading.open(element)
    reading.expect_empty(element)
    style = reading.style(element, opened, place.text)
    alt = _alt(reading, element, opened)
    name = opened.attributes.get("src")
    if name is None:
        reading.report(element, problem("attribute-missing", element="img", name="src", example="images/logo.png"))
        return None
    if name not in reading.pack.files:
        _report_missing_image(reading, element, name)
        return None
    picture = reading.picture(element, name, reading.pack.files[name].content)
    if picture is None:
        return None
    # The picture keeps its proportions, and is as large as its style allows.
    measures = ((style.width, picture.width), (style.height, picture.height))
    scale = min((measure / pixels for measure, pixels in measures if measure is not None), default=PIXEL)
    width, height = Length(picture.width * scale), Length(picture.height * scale)
    return PackImage(name, picture, alt, style, opened.line, width, height)


def _alt(reading: Reading, element: Element, opened: StartTag, default: str = "") -> str:
    """The alternative text. Reports an empty one."""
    alt = opened.attributes.get("alt", default)
    if not alt.strip():
        reading.report(element, problem("alt-missing", form="page", element=element.tag))
    return alt


def _report_missing_image(reading: Reading, element: Element, name: str) -> None:
    """Report a name that is not a file of the pack."""
    if "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts:
        reading.report(element, problem("image-outside", name=name))
    else:
        images = sorted(known for known in reading.pack.files if known.startswith("images/"))
        reading.report(element, problem("image-missing", hint=did_you_mean(name, images), name=name))


IN_ITEM: Readers = {"p": read_paragraph, "ul": read_list, "ol": read_list}
SHAPES: Readers = {"bar": read_shape, "goal": read_shape}
IN_BOX: Readers = {
    **IN_ITEM,
    **SHAPES,
    **dict.fromkeys(HEADINGS, read_heading),
    "img": read_image,
    "emblem": read_emblem,
    "picture": read_plan_picture,
    "div": read_division,
    "columns": read_columns,
}
ON_EVERY_PAGE: Readers = {"p": read_paragraph, "div": read_division, "img": read_image, "emblem": read_emblem, **SHAPES}
"""What a page header or footer can contain: it is repeated on each page, so it has no headings, lists or tables."""
