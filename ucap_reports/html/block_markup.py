"""Writes the blocks of a page tree as HTML.

Text has a class only if its style is not the one that it inherits from the box or cell around it. Rows of a table that
compare nothing, after the last row that does, are sections with headings, in columns as wide as those of the table.
"""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.html.inline_markup import (
    PhoneLink,
    inline_markup,
    language_attributes,
    language_of_content,
    text_markup,
    without_page_numbers,
)
from ucap_reports.html.theme_style_sheet import PageStyles, TextFace, is_like
from ucap_reports.page.box_geometry import (
    block_width,
    column_widths,
    drawing_width,
    inner_width,
    is_boxed,
    shared_by_need,
    side_by_side_widths,
    space_between,
    text_column_width,
)
from ucap_reports.page.height_estimates import columns_of_sections
from ucap_reports.page.page_elements import without_box
from ucap_reports.page.page_tree import (
    CONTENTS_LEVELS,
    LOWEST_HEADING,
    Block,
    ChartBlock,
    Content,
    ContentsBlock,
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageBreak,
    PageTree,
    PictureBlock,
    Table,
    TableCell,
    TableRow,
    TextBlock,
    block_texts,
    content_text,
    has_page_numbers,
    headings_in,
    tree_paragraphs,
)
from ucap_reports.pictures.picture_preparation_and_quality import JPEG
from ucap_reports.storage.bounded_and_compressed_values import kept_values
from ucap_reports.summary.summary_model import Contact
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour
from ucap_reports.template.picture_bar_tile_and_emblem_look import (
    ALTERNATIVE_TEXT,
    BAR_HEIGHT,
    BLUE,
    GOLD,
    PROPORTION,
    TILE_SIDE,
    printed_size,
    stars,
    tile_look,
)
from ucap_reports.template.theme_and_line_spacing import Style, Theme
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, ChartData, Tile
from ucap_reports.text.bidi_levels import paragraph_level, runs_from_the_right
from ucap_reports.text.capitals_punctuation_and_plain_letters import capitals, colon
from ucap_reports.text.language_tags import is_right_to_left, language_of
from ucap_reports.text.rich_text import Marker, Run, list_sign

if TYPE_CHECKING:  # not imported at run time: few pages have a chart
    from ucap_reports.page.chart_drawing import ChartDrawing

TITLE_ID = "title"
"""The identifier of the first main heading, which names the tables, if it has none of its own."""
_LONG_TEXT = 80
"""The characters from which a row of a table with one column is a section."""
_MOST_CLASSES = 512
"""The attributes with classes that are kept."""
_VERTICAL_CLASSES = {"stretch": "_stretch", "middle": "_middle", "bottom": "_bottom"}
"""The classes of boxes that are higher than their content, by its vertical alignment."""


class InheritedLook(Struct, frozen=True):
    """What a block inherits: the style of its text, the language, the background, and the width of its place.

    `is_main` if the place has the width of the page; `is_margin` in page headers and footers; `is_label` in header
    cells of tables.
    """

    style: Style
    language: str
    width: float
    background: Colour | None = None
    is_main: bool = False
    is_margin: bool = False
    is_label: bool = False


class ElementContent(Struct, frozen=True):
    """The content of an element, and the classes and the `lang` that it needs."""

    markup: str
    classes: str = ""
    language: str = ""


class BlockWriter:
    """Writes the blocks of one page and collects the classes that they use."""

    def __init__(self, sheet: PageStyles, theme: Theme, contact: Contact, tree: PageTree) -> None:
        self._sheet = sheet
        self._theme = theme
        self._contact = contact
        self._phone = PhoneLink(contact)
        self._tree = tree
        self._language = tree.language
        self._heading_level = 0
        self._title_id = _title_id(tree)
        self._is_title_written = False
        self.texts: defaultdict[TextFace, list[str]] = defaultdict(list)
        """The texts of the page, by the font of the theme, and whether they are bold and italic."""
        self.picture_widths: dict[str, float] = {}
        """The widths of the plan's pictures in points, by their fields."""

    def main(self, blocks: Sequence[Block]) -> bytes:
        """Return the body of the page. Its blocks are encoded one by one, which takes less memory for books."""
        around = InheritedLook(self._theme.style("body"), self._language, self._theme.text_width, is_main=True)
        return b"\n".join([markup.encode() for markup in self._stacked(blocks, around)])

    def margin(self, blocks: Sequence[Block]) -> str:
        """Return the content of a page header or footer."""
        around = InheritedLook(self._theme.style("body"), self._language, self._theme.text_width, is_margin=True)
        return self._stack(blocks, around)

    def _stack(self, blocks: Sequence[Block], around: InheritedLook, gap: float = 0) -> str:
        return "\n".join(self._stacked(blocks, around, gap))

    def _stacked(self, blocks: Sequence[Block], around: InheritedLook, gap: float = 0) -> Iterator[str]:
        """Yield blocks below each other, with `gap` or the space of their styles between them, whichever is more."""
        is_first = True
        space = 0.0
        for block in blocks:
            above = 0.0 if is_first else space_between(space, block.style, gap)
            markup = self._block(block, around, self._sheet.space_above(above))
            if markup:
                yield markup
                is_first = False
                space = block.style.space_after

    def _block(self, block: Block, around: InheritedLook, more: str) -> str:
        """Return a block; `more` are the classes that its place gives it, beside those of its style."""
        match block:
            case TextBlock():
                return self._text(block, around, more)
            case Items():
                return self._items(block, around, more)
            case ImageBlock():
                return self._image(block, around, more)
            case PictureBlock():
                return self._picture(block, around, more)
            case Drawing():
                return self._drawing(block, around, more)
            case ChartBlock():
                return self._chart(block, around, more)
            case Division():
                return self._division(block, around, more)
            case Table():
                return self._table(block, around, more)
            case PageBreak():
                return "" if block.share else '<div class="_break"></div>'
            case ContentsBlock():
                return self._contents(block, around, more)

    # Text

    def _text(self, text: TextBlock, around: InheritedLook, more: str) -> str:
        """Return a paragraph or heading."""
        if has_page_numbers(text.content):
            text = replace(text, content=without_page_numbers(text.content))
        if not _is_printed(text):
            return ""
        name = f"h{text.level}" if text.level else "p"
        identifier = ""
        if text.level and not text.is_row:
            self._heading_level = text.level
        if text.anchor:
            identifier = f' id="{text_markup(text.anchor)}"'
        elif text.level == 1 and not self._is_title_written:
            identifier = f' id="{self._title_id}"'
        if text.level == 1:
            self._is_title_written = True
        role = ""
        if text.level and around.is_label:  # HTML has no headings in header cells
            name = "p"
            role = f' role="heading" aria-level="{text.level}"'
        content = self._text_content(text, around, keeps_direction=_is_uneven(text.style))
        classes = _class_attribute(content.classes, more)
        return f"<{name}{identifier}{classes}{role}{content.language}>{content.markup}</{name}>"

    def _text_content(self, text: TextBlock, around: InheritedLook, *, keeps_direction: bool = False) -> ElementContent:
        """Return the content of a paragraph, whose classes are those of its style if it is not inherited. One in the
        other direction than the text around it is aligned like that, as in the other formats. With `keeps_direction`,
        its element has the direction of the text around it, so that its marker or border stays at its side.
        """
        style = text.style
        for run in text.content:
            if isinstance(run, Run):
                characters = run.text
                if style.capitals:
                    characters = capitals(characters, run.language or around.language)
                face = (style.font, style.bold or run.bold, style.italic or run.italic)
                self.texts[face].append(characters)  # not a call, which takes longer for so many
        language = language_of_content(text.content, around.language)
        unspaced = self._sheet.unspaced() if style.letter_spacing else ""
        markup = inline_markup(text.content, language, whole_words=True, unspaced=unspaced)
        markup = self._phone.linked(markup, text.content)
        classes = self._sheet.text_class(style, around.style, around.background)
        attributes = language_attributes(language, around.language)
        right_to_left = is_right_to_left(around.language)
        may_run_against = right_to_left or not markup.isascii()  # no ASCII character runs from right to left
        if may_run_against and language == around.language:
            if _runs_against(text.content, right_to_left=right_to_left):
                attributes = ' dir="ltr"' if right_to_left else ' dir="rtl"'
        has_other_direction = " dir=" in attributes
        if not has_other_direction:
            return ElementContent(markup, classes, attributes)
        if keeps_direction:
            return ElementContent(f"<span{attributes}>{markup}</span>", classes)
        side = self._sheet.side(style.align, right_to_left=right_to_left)
        return ElementContent(markup, f"{classes} {side}".strip(), attributes)

    def _use(self, style: Style, text: str, *, bold: bool = False, italic: bool = False) -> None:
        """Note that the page has a text in a style, for the characters of its fonts."""
        self.texts[style.font, style.bold or bold, style.italic or italic].append(text)

    def _items(self, items: Items, around: InheritedLook, more: str) -> str:
        """Return a list."""
        if not items.items:
            return ""
        right_to_left = is_right_to_left(around.language)
        self._use(around.style, _markers(items, right_to_left=right_to_left))
        name = "ol" if items.marker is Marker.NUMBER else "ul"
        start = f' start="{items.start}"' if items.start != 1 else ""
        list_classes = self._sheet.list_class(items, right_to_left=right_to_left)
        written = [f"<{name}{_class_attribute(list_classes, more)}{start}>"]
        for item in items.items:
            content = self._content(item, items.style.gap, around, keeps_direction=True)
            is_aligned = any(text.style.align != "start" for text in tree_paragraphs(item))
            unbound = "_unbound" if is_aligned else ""
            classes = _class_attribute(content.classes, unbound)
            written.append(f"<li{classes}{content.language}>{content.markup}</li>")
        written.append(f"</{name}>")
        return "".join(written)

    def _content(
        self, blocks: Sequence[Block], gap: float, around: InheritedLook, *, keeps_direction: bool = False
    ) -> ElementContent:
        """Return the content of a list item or a cell; a single paragraph like the text around it has no element."""
        if len(blocks) == 1:
            block = blocks[0]
            if isinstance(block, TextBlock) and _is_plain(block, around):
                return self._text_content(block, around, keeps_direction=keeps_direction)
        return ElementContent(self._stack(blocks, around, gap))

    def _contents(self, contents: ContentsBlock, around: InheritedLook, more: str) -> str:
        """Return the chapters of a book with their plans, as links in columns."""
        chapter_level, _ = CONTENTS_LEVELS
        # The order in which classes are first used is that of the style sheet.
        chapter_classes = _class_attribute(self._sheet.text_class(contents.chapter, around.style, around.background))
        above = _class_attribute(self._sheet.space_above(contents.chapter.space_before))
        below = _class_attribute(self._sheet.space_above(contents.chapter.space_after))
        entry_classes = _class_attribute(self._sheet.text_class(contents.entry, around.style, around.background))
        items: list[str] = []  # at first the plans before all chapters
        chapters: list[tuple[str, list[str]]] = []
        for heading in headings_in(self._tree.body):
            if heading.level not in CONTENTS_LEVELS:
                continue
            link = f'<a href="#{text_markup(heading.anchor)}">{text_markup(heading.text)}</a>'
            if heading.level == chapter_level:
                self._use(contents.chapter, heading.text)
                chapters.append((link, []))
                continue
            self._use(contents.entry, heading.text)
            plans = items
            if chapters:
                _, plans = chapters[-1]
            plans.append(f"<li{entry_classes}>{link}</li>")
        for number, (link, plans) in enumerate(chapters):
            space = above if number > 0 else ""
            list_of_plans = f"<ul{below}>{''.join(plans)}</ul>" if plans else ""
            items.append(f"<li{space}><p{chapter_classes}>{link}</p>{list_of_plans}</li>")
        if not items:
            return ""
        layout = self._sheet.text_columns(contents.count, contents.style.gap)
        classes = _class_attribute("_contents", layout, more)
        return f'<div{classes} role="navigation"><ul>{"".join(items)}</ul></div>'

    # Figures

    def _image(self, image: ImageBlock, around: InheritedLook, more: str) -> str:
        """Return a picture of the pack, or the emblem."""
        picture = image.picture
        width = self._sheet.width(image.width)
        side = _aligned(image.style)
        name = self._image_class(image.style)
        language = language_attributes(image.language or around.language, around.language)
        if not picture.content:
            classes = _class_attribute(name, "_emblem", "_figure", width, side, more)
            return f"<div{classes}{language}>{emblem_svg(image.alt)}</div>"
        source = _data_url(picture.content, is_drawn=picture.is_drawn)
        # Dark letters on a transparent logo would vanish in dark mode.
        may_vanish = around.background is None and not picture.content.startswith(JPEG)
        logo = "_logo" if may_vanish else ""
        classes = _class_attribute(name, logo, "_figure", width, side, more)
        return f'<img{classes}{language} src="{source}" alt="{text_markup(image.alt)}">'

    def _picture(self, block: PictureBlock, around: InheritedLook, more: str) -> str:
        """Return a picture of the plan, with its caption below it."""
        facts = block.facts
        style = block.style
        width, _ = printed_size(facts, (style.width or 0.0, style.height or 0.0), around.width)
        self.picture_widths[facts.field] = width
        source = _data_url(facts.image.content)
        language = language_attributes(language_of(facts.alt) or around.language, around.language)
        size = f'width="{facts.image.width}" height="{facts.image.height}"'
        printed = _class_attribute(self._sheet.largest_width(width), _aligned(style))
        picture = f'<img{printed}{language} src="{source}" {size} alt="{text_markup(facts.alt)}">'
        caption = self._stack(block.blocks, around)
        if caption:
            above = self._sheet.space_above(block.blocks[0].style.space_before)
            caption = f"<figcaption{_class_attribute(above)}>{caption}</figcaption>"
        classes = _class_attribute(self._image_class(style), more)
        return f"<figure{classes}>{picture}{caption}</figure>"

    def _image_class(self, style: Style) -> str:
        """Return the class of a picture, if its style is in the theme."""
        if self._theme.styles.get(style.name) != style:
            return ""
        return self._sheet.style_class("image", style)

    def _chart(self, chart: ChartBlock, around: InheritedLook, more: str) -> str:
        """Return a chart with its data as a table, for readers who hear the page and for narrow screens."""
        from ucap_reports.page.chart_drawing import draw_chart  # noqa: PLC0415 - few pages have a chart

        language = chart.language or around.language
        coloured = replace(chart.text, colour=chart.style.colour)
        width = min(around.width, chart.style.width or around.width)
        drawn = draw_chart(chart.kind, chart.data, coloured, width, language, height=chart.style.height)
        is_turned = is_right_to_left(around.language)
        labels = "".join(self._chart_labels(drawn, chart.text, is_turned=is_turned))
        _start_tag, _, content = drawn.svg.decode().partition(">")
        shapes = content.removesuffix("</svg>")
        # In dark mode, the text and the background of the page have other colours.
        shapes = shapes.replace(f"#{chart.style.colour.hex}", "currentColor").replace("#FFFFFF", "none")
        colour = self._sheet.text_class(chart.style, around.style, around.background)
        box = f'viewBox="0 0 {drawn.width:.1f} {drawn.height:.1f}"'
        size_class = _class_attribute(self._sheet.largest_width(drawn.width))
        turn = f' transform="translate({drawn.width:.1f} 0) scale(-1 1)"' if is_turned else ""
        drawing = f"<g{_class_attribute(colour)}{turn}>{shapes}</g>{labels}"
        svg = f'<svg {box}{size_class} aria-hidden="true">{drawing}</svg>'
        table = _chart_table(chart.data, language)
        # Without `dir`: the chart is drawn in the direction of the text around it.
        lang, _, _ = language_attributes(language, around.language).partition(" dir=")
        return f"<figure{_class_attribute('_chart', more)}{lang}>{svg}{table}</figure>"

    def _chart_labels(self, drawn: "ChartDrawing", style: Style, *, is_turned: bool) -> Iterator[str]:
        """Yield the labels of a chart as elements of SVG; `is_turned` from right to left, where the start of a text is
        at its right, also in a drawing.
        """
        for label in drawn.labels:
            weight = ' font-weight="bold"' if label.bold else ""
            anchor = "start"
            x = label.x
            if label.align == "center":
                anchor = "middle"
                x += label.width / 2
            if is_turned:
                x = drawn.width - x
            # Capitals, which are about 0.7 em high, are in the middle of the line.
            baseline = label.y + (style.leading + 0.7 * style.size) / 2
            attributes = f'x="{x:.1f}" y="{baseline:.1f}" font-size="{style.size:g}" text-anchor="{anchor}"{weight}'
            yield f'<text {attributes} fill="currentColor">{text_markup(label.text)}</text>'
            self._use(style, label.text, bold=label.bold)

    def _drawing(self, drawing: Drawing, around: InheritedLook, more: str) -> str:
        """Return a bar, or the tile of a goal."""
        shape = drawing.shape
        if isinstance(shape, Bar):
            return self._bar(shape, drawing, around, more)
        return self._tile(shape, drawing, around, more)

    def _bar(self, bar: Bar, drawing: Drawing, around: InheritedLook, more: str) -> str:
        """Return a bar in its place."""
        style = drawing.style
        full = None if style.width is None else float(style.width)
        name, container = self._sheet.bar(style, bar.share, full, style.height or BAR_HEIGHT)
        language = language_attributes(drawing.language or around.language, around.language)
        side = _drawn_at(style)
        alternative = f'{language} role="img" aria-label="{text_markup(bar.alt)}"'
        inner = f"<div{_class_attribute(name, side)}{alternative}></div>"
        return f"<div{_class_attribute(container, side, more)}>{inner}</div>"

    def _tile(self, tile: Tile, drawing: Drawing, around: InheritedLook, more: str) -> str:
        """Return the tile of a goal; a small one is a field without text."""
        look = tile_look(tile, drawing_width(drawing, TILE_SIDE))
        sheet = self._sheet
        language = language_attributes(tile.language or around.language, around.language)
        alternative = f'{language} role="img" aria-label="{text_markup(tile.alt)}"'
        side = _drawn_at(drawing.style)
        width = sheet.width(look.side)
        height = sheet.height(look.side)
        texts = look.texts(tile)
        if not texts:
            colours = sheet.colours(look.background, look.ink)
            classes = _class_attribute("_field", "_figure", width, height, colours, side, more)
            return f"<div{classes}{alternative}></div>"
        padding = sheet.padding(look.padding)
        colours = sheet.colours(look.background, look.ink)
        classes = _class_attribute("_tile", "_figure", width, height, padding, colours, side, more)
        written = []
        for text in texts:
            self.texts[drawing.style.font, text.is_bold, False].append(text.text)
            name = "b" if text.is_bold else "span"
            size = sheet.text_size(text.size, text.leading)
            written.append(f'<{name} class="{size}">{text_markup(text.text)}</{name}>')
        return f"<div{classes}{alternative}>{' '.join(written)}</div>"

    # Boxes

    def _division(self, box: Division, around: InheritedLook, more: str) -> str:
        """Return a box with its content; nothing for one in which nothing can be seen."""
        style = box.style
        sheet = self._sheet
        kind = "margin" if around.is_margin and style.background is None else "box"
        bleed = "_bleed" if around.is_main and style.bleed.left and style.bleed.right else ""
        if bleed and style.bleed.top:
            bleed += " _bleed-top"
        width = inner_width(style, block_width(box, around.width))
        if box.count:
            width = text_column_width(box, width)
        background = style.background or around.background
        look = replace(around, style=without_box(style), width=width, background=background, is_main=False)
        if box.count:
            content = self._stack(box.blocks, look, style.gap)
            layout = sheet.text_columns(box.count, box.gap)
            if box.count > 1 and columns_of_sections(box, self._tree.body, self._theme):
                layout += " _whole-sections"
        elif style.layout == "columns":
            content, layout = self._row(box, look)
        else:
            content = self._stack(box.blocks, look, style.gap)
            layout = _VERTICAL_CLASSES.get(style.align_block or "", "")
        if not content and not (is_boxed(style) or style.height):
            return ""
        classes = _class_attribute(sheet.style_class(kind, style, around.background), layout, bleed, more)
        name = "address" if self._is_address(box) else "div"
        return f"<{name}{classes}>{content}</{name}>"

    def _is_address(self, box: Division) -> bool:
        """Return whether a box below no other one has the lines of the contact."""
        lines = []
        for block in box.blocks:
            if not isinstance(block, TextBlock) or block.level:
                return False
            lines.append(content_text(block.content).strip())
        contact = self._contact
        if contact.office and contact.office in lines:
            return True
        words = "\n".join(lines)
        return any(name and name in words for name in (contact.email, contact.phone, contact.website))

    def _row(self, box: Division, look: InheritedLook) -> tuple[str, str]:
        """Return blocks side by side, and the classes of the box around them."""
        written = []
        for block, width in zip(box.blocks, side_by_side_widths(box, look.width), strict=True):
            more = ""
            if block.style.width is not None and not isinstance(block, (ImageBlock, Drawing)):
                more = self._own_width(block, block.style.width)
            markup = self._block(block, replace(look, width=width), more)
            if not markup and isinstance(block, (Division, TextBlock)) and not look.is_margin:
                markup = f"<div{_class_attribute('_space', more)}></div>"  # an empty box keeps its place
            written.append(markup)
        divided = "_divided" if _is_divided(box) else ""
        classes = ("_row", divided, self._sheet.gap(box.style.gap), self._sheet.align_items(box.style, "middle"))
        return "\n".join(filter(None, written)), " ".join(filter(None, classes))

    def _own_width(self, block: Block, width: float) -> str:
        """Return the classes of a block beside others that has a width of its own."""
        sizes = [float(text.style.size) for text in tree_paragraphs([block])]
        if not sizes:
            return "_own"
        return f"_own {self._sheet.width_of_text(width, min(sizes))}".rstrip()

    # Tables

    def _table(self, table: Table, around: InheritedLook, more: str) -> str:
        """Return a table and, below it, the sections of the rows that compare nothing."""
        widths = column_widths(table, around.width)
        scrolled = scrolling = ""
        if table.is_data:
            widths, needed = self._widths_on_screens(table, around.width)
            if needed is not None:
                scrolled = f"_scrolled {self._sheet.needed_width(needed)}"
                scrolling = f' role="group" tabindex="0" aria-label="{text_markup(table.title)}"'
        # Sections keep all columns of the table, also those in which no cell of the rows above begins.
        section_shares = _shares(widths)
        start = _first_section(table)
        compared, widths = _with_begun_columns(replace(table, body=table.body[:start]), widths)
        written = []
        markup = self._compared_rows(compared, around, widths)
        if markup:
            written.append(markup)
        else:
            for row in table.head:
                written.append(self._section(row, section_shares, around, is_head=True))
        for row in table.body[start:]:
            written.append(self._section(row, section_shares, around, is_head=False))
        style = replace(without_box(table.style), width=table.style.width)  # only cells have backgrounds and borders
        name = self._sheet.style_class("box", style, around.background)
        content = "\n".join(written)
        return f"<div{_class_attribute(name, more, scrolled)}{scrolling}>{content}</div>"

    def _widths_on_screens(self, table: Table, available: float) -> tuple[list[float], float | None]:
        """Return the widths of the columns of a table of a plan, and the width that it needs; None if it needs no more
        than the narrowest screen on which cells are beside each other has.

        On that screen, each column has what its longest word needs. A table that needs more has the columns of paper,
        where it does not scroll.
        """
        narrowest = self._sheet.narrowest_table
        sizes = [row.cells[0].style.size for row in (*table.head, *table.body)]
        enlargement = self._sheet.enlargement(min(sizes))
        width_of_longest_words = sum([need.narrowest for need in table.needs]) * enlargement
        if width_of_longest_words <= narrowest:
            return shared_by_need(table.needs, min(available, narrowest)), None
        widths = shared_by_need(table.needs, available)
        return widths, _width_for_words(table, widths) * enlargement

    def _compared_rows(self, table: Table, around: InheritedLook, widths: Sequence[float]) -> str:
        """Return a table as an element; empty if it has no rows below its head."""
        names = _column_names(table, len(widths), around.language)
        head = "".join([self._table_row(row, around, widths, [], is_head=True) for row in table.head])
        body = "".join([self._table_row(row, around, widths, names, is_head=False) for row in table.body])
        if not body:
            return ""
        title = titled = ""
        if table.title:
            title = f'<caption class="_unseen">{text_markup(table.title)}</caption>'
        elif self._title_id:
            titled = f' aria-labelledby="{text_markup(self._title_id)}"'
        columns = "".join([f'<col class="{self._sheet.column(share)}">' for share in _shares(widths)])
        wide = "_wide" if len(widths) > 3 or table.is_data else ""  # noqa: PLR2004 - labels and two columns
        data = "_data" if table.is_data else ""
        if head:
            head = f"<thead>{head}</thead>"
        content = f"{title}<colgroup>{columns}</colgroup>{head}<tbody>{body}</tbody>"
        return f"<table{_class_attribute(wide, data)}{titled}>{content}</table>"

    def _table_row(
        self, row: TableRow, around: InheritedLook, widths: Sequence[float], names: Sequence[str], *, is_head: bool
    ) -> str:
        """Return a row of a table with columns of these widths and names."""
        written = []
        start = 0
        for cell in row.cells:
            is_header = cell.header and bool(cell.blocks)  # an empty cell is a header of nothing
            name = "th" if is_header else "td"
            column_name = ""
            if not cell.header and names and cell.span == 1:
                column_name = names[start]
            attributes = ""
            if is_header:
                attributes += ' scope="col"' if is_head else ' scope="row"'
            elif column_name:
                attributes += f' data-column="{text_markup(column_name)}"'
                self._use(cell.style, column_name, bold=True)
            if cell.span > 1:
                attributes += f' colspan="{cell.span}"'
            width = sum(widths[start : start + cell.span])
            # The name of the column, before the text on phones, has the direction of the table.
            written.append(self._cell(cell, around, width, name, attributes, keeps_direction=bool(column_name)))
            start += cell.span
        return f"<tr>{''.join(written)}</tr>\n"

    def _section(self, row: TableRow, shares: Sequence[float], around: InheritedLook, *, is_head: bool) -> str:
        """Return a row as a section, whose header cells are headings; in a header row only the first one is. A row
        without a heading is no section of its own.
        """
        level = min(self._heading_level + 1, LOWEST_HEADING)
        has_heading = False
        written = []
        widths = []
        column = 0
        for cell in row.cells:
            widths.append(sum(shares[column : column + cell.span]))
            name = "div"
            if cell.header and _is_heading(cell) and not (is_head and column):
                has_heading = True
                text = cast("TextBlock", cell.blocks[0])
                if is_like(text.style, without_box(cell.style)):
                    name = f"h{level}"
                else:  # a heading of HTML has no paragraph in it
                    cell = replace(cell, blocks=(replace(text, level=level, is_row=True),))  # noqa: PLW2901 - the same cell
            written.append(self._cell(cell, around, around.width * widths[-1], name))
            column += cell.span
        kind = "section" if has_heading else "div"
        classes = _class_attribute("_section", self._sheet.columns(widths))
        return f"<{kind}{classes}>{''.join(written)}</{kind}>"

    def _cell(
        self,
        cell: TableCell,
        around: InheritedLook,
        width: float,
        name: str,
        attributes: str = "",
        *,
        keeps_direction: bool = False,
    ) -> str:
        """Return a cell of that width as an element of that name."""
        style = cell.style
        language = cell.language or around.language
        look = InheritedLook(
            without_box(style),
            language,
            inner_width(style, width),
            style.background or around.background,
            is_label=name == "th",
        )
        keeps_direction = keeps_direction or _is_uneven(style)
        content = self._content(cell.blocks, style.gap, look, keeps_direction=keeps_direction)
        own = self._sheet.style_class("cell", style, around.background)
        classes = _class_attribute(own, content.classes, self._sheet.cell_align(style))
        lang = content.language or language_attributes(language, around.language)
        return f"<{name}{classes}{lang}{attributes}>{content.markup}</{name}>"


@lru_cache(maxsize=_MOST_CLASSES)
def _class_attribute(*names: str) -> str:
    """Return the attribute with these classes, without those that are empty. Documents share most of them."""
    written = " ".join(filter(None, names))
    return f' class="{written}"' if written else ""


def _is_divided(box: Division) -> bool:
    """Return whether blocks side by side have lines between them: a border at the start of each but the first."""
    first, *others = box.blocks or (box,)
    if first.style.rule_start is not None or not others:
        return False
    return all(block.style.rule_start is not None and block.style.rule_end is None for block in others)


def _markers(items: Items, *, right_to_left: bool) -> str:
    """Return the characters of the markers of a list, as page.css and the style sheet of the theme write them."""
    if items.marker is Marker.NONE:
        return ""
    if items.marker is Marker.NUMBER:
        numbers = range(items.start, items.start + len(items.items))
        return "".join([f"{number}. " for number in numbers])
    sign = list_sign(items.marker, items.style.marker, right_to_left=right_to_left)
    return f"{sign}\N{NO-BREAK SPACE}"


def _title_id(tree: PageTree) -> str:
    """Return the identifier of the first main heading that is printed; empty without one."""
    for text in tree_paragraphs(tree.body):
        if text.level == 1 and _is_printed(text):
            return text.anchor or TITLE_ID
    return ""


def _is_printed(text: TextBlock) -> bool:
    """Return whether a paragraph is on the page. One that has nothing but page numbers is only for pages of paper."""
    if has_page_numbers(text.content) and not without_page_numbers(text.content):
        return False
    return bool(text.content) or is_boxed(text.style)


@kept_values(512)
def _is_uneven(style: Style) -> bool:
    """Return whether a box is different at the start and the end of its text: its edges, or a short rule."""
    for rule in (style.rule_above, style.rule_below):
        if rule is not None and rule.length is not None:
            return True
    return style.padding.left != style.padding.right or style.rule_start != style.rule_end


def _runs_against(content: Content, *, right_to_left: bool) -> bool:
    """Return whether all text of a paragraph runs against the direction of the text around it."""
    if not right_to_left and not any(isinstance(run, Run) and runs_from_the_right(run.text) for run in content):
        return False  # as most
    runs_right_to_left = paragraph_level(content_text(content), right_to_left=right_to_left) == 1
    return runs_right_to_left != right_to_left


def _is_plain(text: TextBlock, around: InheritedLook) -> bool:
    """Return whether a paragraph looks like the text around it, except for its alignment."""
    return not text.level and is_like(text.style, around.style) and not has_page_numbers(text.content)


def _is_heading(cell: TableCell) -> bool:
    """Return whether a header cell has one paragraph with text."""
    if len(cell.blocks) != 1:
        return False
    block = cell.blocks[0]
    return isinstance(block, TextBlock) and not block.level and bool(content_text(block.content).strip())


def _first_section(table: Table) -> int:
    """Return the index of the first row of the body that is a section, as are all after it.

    These are rows of pairs of a header and one cell, after the last row that has several cells for a header. In a table
    with one column for values they begin with the first long text.
    """
    rows = table.body
    start = len(rows)
    if table.is_data:
        return start
    while start and _is_pairs(rows[start - 1]):
        start -= 1
    if start > 0:
        return start
    for row in rows:
        if any(cell.span > 1 for cell in row.cells):
            return start
    for index, row in enumerate(rows):
        if _length(row) > _LONG_TEXT:
            return index
    return len(rows)


def _is_pairs(row: TableRow) -> bool:
    """Return whether a row consists of pairs of a heading and a cell."""
    headers = [cell for cell in row.cells if cell.header]
    if not headers or 2 * len(headers) != len(row.cells):
        return False
    return all(map(_is_heading, headers))


def _length(row: TableRow) -> int:
    """Return the characters of the longest cell of a row."""
    longest = 0
    for cell in row.cells:
        length = sum([len(text) for text in block_texts(cell.blocks)])
        longest = max(longest, length)
    return longest


def _shares(widths: Sequence[float]) -> list[float]:
    """Return the share of each column in the width of a table."""
    total = sum(widths) or 1
    return [width / total for width in widths]


def _with_begun_columns(table: Table, widths: list[float]) -> tuple[Table, list[float]]:
    """Return a table and the widths of its columns without columns in which no cell begins, which HTML does not allow.
    They are parts of those before them.
    """
    begun: set[int] = set()
    for row in (*table.head, *table.body):
        spans_before_last_cell = [cell.span for cell in row.cells[:-1]]
        begun.update(accumulate(spans_before_last_cell, initial=0))
    if len(begun) >= len(widths):  # as in most tables
        return table, widths
    edges = [*sorted(begun), len(widths)]
    merged = [sum(widths[start:end]) for start, end in pairwise(edges)]
    head = tuple([_with_spans(row, edges) for row in table.head])
    body = tuple([_with_spans(row, edges) for row in table.body])
    return replace(table, head=head, body=body), merged


def _with_spans(row: TableRow, edges: Sequence[int]) -> TableRow:
    """Return a row whose cells span columns with these edges, of which each cell begins and ends at one."""
    cells = []
    column = 0
    for cell in row.cells:
        end = column + cell.span
        cells.append(replace(cell, span=edges.index(end) - edges.index(column)))
        column = end
    return replace(row, cells=tuple(cells))


def _width_for_words(table: Table, widths: Sequence[float]) -> float:
    """Return the width from which on each column of a table has room for its words if it keeps its share."""
    enlargements = [need.narrowest / width for need, width in zip(table.needs, widths, strict=True)]
    return sum(widths) * max(enlargements)


def _column_names(table: Table, count: int, language: str) -> list[str]:
    """Return the name of each column of values, with a colon; empty where no name is needed."""
    names = [""] * count
    if not table.head or (count < 3 and not table.is_data):  # noqa: PLR2004 - labels and one column
        return names
    column = 0
    for cell in table.head[-1].cells:
        words = " ".join(block_texts(cell.blocks)).strip().removesuffix(":")
        if words and cell.span == 1:
            names[column] = f"{words}{colon(cell.language or language)}"
        column += cell.span
    return names


def _data_url(content: bytes, *, is_drawn: bool = False) -> str:
    kind = "image/png"
    if is_drawn:
        kind = "image/svg+xml"
    elif content.startswith(JPEG):
        kind = "image/jpeg"
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"


def _aligned(style: Style) -> str:
    """Return the class of a picture that is not at the start of its place."""
    return f"_figure-{style.align}" if style.align != "start" else ""


def _drawn_at(style: Style) -> str:
    """Return the class of a bar or a tile that is not at the start of its place. Beside other blocks, its place is as
    wide as it is.
    """
    return f"_drawn-{style.align}" if style.align != "start" else ""


def _chart_table(data: ChartData, language: str) -> str:
    """Return the data of a chart in that language as a table."""
    heads = "".join([f'<th scope="col">{text_markup(series.name or data.title)}</th>' for series in data.series])
    has_names = len(data.series) > 1
    rows = []
    for index, category in enumerate(data.categories):
        cells = ""
        for series in data.series:
            text = series.texts[index]
            name = ""
            if has_names and text:
                name = f' data-column="{text_markup(series.name + colon(language))}"'
            cells += f"<td{name}>{text_markup(text)}</td>"
        rows.append(f'<tr><th scope="row">{text_markup(category)}</th>{cells}</tr>')
    return (
        f"<table><caption>{text_markup(data.title)}</caption><thead><tr><td></td>{heads}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


# The European Union flag
HEIGHT = 36
"""In units of the picture."""


@lru_cache(maxsize=16)
def emblem_svg(alt: str | None = None) -> str:
    """Return the flag as an element for HTML, with its alternative text.

    The y axis points down, so the stars are flipped.
    """
    width = f"{PROPORTION * HEIGHT:g}"
    star_paths = ""
    for star in stars():
        corners = [f"{x * HEIGHT:.3f} {(1 - y) * HEIGHT:.3f}" for x, y in star]
        star_paths += f"M{' '.join(corners)}z"
    return (
        f'<svg viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(alt or ALTERNATIVE_TEXT)}">'
        f'<path fill="#{BLUE.hex}" d="M0 0h{width}v{HEIGHT}H0z"/>'
        f'<path fill="#{GOLD.hex}" d="{star_paths}"/></svg>'
    )
