"""Writes the blocks of a page tree as paragraphs and tables: the text of a header, of a footer, or of the body.

In the order of this file: blocks below each other and the spaces between them (`StoryWriter.pieces`), text, lists,
figures, tables, boxes. Which paragraphs stay on the page of the next one is decided in `_level_and_keeping`, in `items`
and in `_row`, and for blocks in `spacing_and_keep_with_next`.

Word adds the space after a paragraph and the space before the next one; the page tree takes the larger of the two. So
a paragraph has the spaces of its style where they are right, and otherwise its own. A table has no space around it: the
paragraph before it or after it has that space, and between two tables is a low, empty paragraph.

Boxes are tables of rows and not tables in cells where possible, since LibreOffice places tracked changes in nested
tables at wrong words.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import (
    SHORT_BOX,
    block_width,
    column_widths,
    drawing_width,
    edges,
    estimated_width,
    inner_width,
    is_wide,
)
from ucap_reports.page.height_estimates import row_height, stack_height, text_lines
from ucap_reports.page.page_elements import without_box
from ucap_reports.page.page_tree import (
    CONTENTS_LEVELS,
    Block,
    ChartBlock,
    Content,
    ContentsBlock,
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageBreak,
    PageChapters,
    PageLabel,
    PageNumber,
    PageOf,
    PictureBlock,
    Table,
    TableRow,
    TextBlock,
    block_texts,
    content_text,
    heading_text,
    is_foot,
    tree_paragraphs,
)
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.picture_bar_tile_and_emblem_look import BAR_HEIGHT, printed_size, tile_look
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.text.bars_tiles_charts_and_facts import Tile
from ucap_reports.text.bidi_levels import paragraph_level
from ucap_reports.text.capitals_punctuation_and_plain_letters import comma
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Break, Inline, Marker, Run
from ucap_reports.word.file.word_styles import ALIGNED, border_xml
from ucap_reports.word.file.word_xml import escaped, properties_xml
from ucap_reports.word.render.pictures_shapes_and_watermark import AT_FOOT, picture_xml, shape_xml, tile_xml
from ucap_reports.word.render.rich_text_and_lists import KEPT_TOGETHER_LENGTHS, ValuePlace, bookmark_name, inlines_xml
from ucap_reports.word.writer.chart_part import BarPlace, chart_part, chart_run
from ucap_reports.word.writer.spacing_and_keep_with_next import (
    PlacedBlock,
    begins_with_heading,
    is_floating,
    is_heading,
    is_optional,
    is_short_item,
    is_table,
    is_tag,
    is_tile_line_with_next,
    placed_blocks,
    space_above_floating,
    with_space_above,
    with_whole_sections,
)
from ucap_reports.word.writer.styles_and_lists import (
    END_STYLE,
    NO_LIST,
    PICTURE_STYLE,
    DocumentParts,
    ListNesting,
    StoryPart,
    TableLook,
    is_short,
    paragraph_look,
    spaces_around,
    spacing_xml,
)
from ucap_reports.word.writer.word_tables import (
    TableCellBox,
    TableFrame,
    TableLine,
    borders_of,
    box_rows,
    table_xml,
)

_OPPOSITE = {"start": "end", "end": "start", "center": "center"}
_PLAIN = ValuePlace({})
"""The place of runs that have no properties but those of their paragraph's style and their own."""
_AXES_HEIGHT = Length.mm(8)
"""The height that the axes and the legend of a chart have in Word, if it places them itself."""
_SHORT_ROW = 4
"""A row of up to this number of lines stays together with the next one where rows do."""
_WHOLE_ROW = 0.15
"""A row of at most this part of the height of a page is not split: moved to the next page, it leaves the page before
nearly full. LibreOffice divides a row that may be split at any line, even the label.
"""
_FIRST_ROWS = 3
"""The first rows of a table: each but the last of them stays with the next row, as does the last row but one of all."""
_FIELD_START = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
"""The start of a field with an instruction; what it shows until it is updated comes after it."""
_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_NUMBER_FIELD = f"{_FIELD_START}<w:r><w:t>1</w:t></w:r>{_FIELD_END}"
_CHAPTER_FIELD = _FIELD_START.format('STYLEREF "heading 2"') + _FIELD_END
_CONTENTS_FIELD = _FIELD_START.format("TOC \\f C \\h \\z")
"""Begins the contents: entries of TC fields of type C, as links, without page numbers on the web."""
_NO_HEADING = 9
"""The outline level of texts that are no headings (ISO/IEC 29500-1, 17.3.1.20)."""
_HIDDEN_FIELD = (
    '<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:rPr><w:vanish/></w:rPr>'
    '<w:instrText xml:space="preserve"> {} </w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr>'
    '<w:fldChar w:fldCharType="end"/></w:r>'
)
_PAGE_BREAK = '<w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
_AT_TOP = (
    '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:bottomFromText="{}" w:vertAnchor="page" w:horzAnchor="page"'
    ' w:tblpXSpec="left" w:tblpYSpec="top"/><w:tblOverlap w:val="never"/>'
)
"""The position of a table whose background reaches the top of the paper; its space below in twips."""


class BlockContext(Struct, frozen=True):
    """What depends on the blocks around those that a writer writes."""

    keeps_next: bool = False
    """Whether each paragraph stays on the page of the next one, so that a box is not split."""
    keeps_lines: bool = False
    """Whether the lines of each paragraph stay on one page, as in a header cell."""
    keeps_lists: bool = False
    """Whether the items of a list stay together."""
    begins_split_cell: bool = False
    """Whether the first paragraph is a heading in a high cell, and so does not stay with the next one."""
    narrowed: float = 0
    """How much earlier lines end than those of the flow, in points."""


_ALONE = BlockContext()


class StoryWriter:
    """Writes the blocks of one part; `direction` is a language with the direction of the text around them.

    A writer does not change: blocks in another context have a writer of their own (`_in_context`).
    """

    def __init__(
        self, part: StoryPart, document: DocumentParts, direction: str, context: BlockContext = _ALONE
    ) -> None:
        self._part = part
        self._document = document
        self._theme = document.theme
        self._direction = direction
        self._context = context

    def _in_context(self, context: BlockContext) -> "StoryWriter":
        """Return the writer of blocks in another context of the same part."""
        if context == self._context:
            return self
        return StoryWriter(self._part, self._document, self._direction, context)

    def flow(
        self, blocks: Sequence[Block], available: float, *, gap: float = 0, before: float = 0, after: float = 0
    ) -> str:
        """Return blocks below each other, with `gap` or the space of their styles between them, whichever is more.

        `before` and `after` are the spaces above the first and below the last paragraph.
        """
        return "".join(self.pieces(blocks, available, gap=gap, before=before, after=after))

    def pieces(
        self,
        blocks: Sequence[Block],
        available: float,
        *,
        gap: float = 0,
        before: float = 0,
        after: float = 0,
        has_whole_sections: bool = False,
    ) -> Iterator[str]:
        """Yield what `flow` returns, each block as soon as it is written; a heading and all that follows it in one
        column, if `has_whole_sections`.
        """
        placed = list(placed_blocks(blocks, available, gap, before, has_tags=self._document.is_template))
        if has_whole_sections:
            placed = with_whole_sections(placed)
        # Of the block before: the space below it, whether it is a table, and whether it stays on the page of this one.
        space_below = 0.0
        is_after_table = False
        is_after_kept = False
        for number, placed_block in enumerate(placed):
            context = self._context_of(placed, number, keeps_lists=has_whole_sections)
            writer = self._in_context(context)
            block = placed_block.block
            space = max(placed_block.gap - space_below, 0)  # Word adds this one to that of the block before
            if not is_table(block):
                following = placed[number + 1] if number + 1 < len(placed) else None
                space_below = self._space_below(placed_block, following, after)
                yield writer.paragraphs(placed_block, space, space_below)
                is_after_table = False
                is_after_kept = placed_block.is_kept or is_heading(block)
                continue
            if is_floating(block):
                space = space_above_floating(placed_block)
            elif self._document.is_template and isinstance(block, Division) and is_optional(block):
                block = with_space_above(block, space)  # the space disappears together with the box
                space = 0
            if space or is_after_table:
                # LibreOffice draws the foot over the text if they are not on the page of the line between them.
                keeps_next = self._context.keeps_next or is_after_kept or is_foot(block)
                yield empty_line(max(space, 1), keeps_next=keeps_next)
            yield writer.table(block, placed_block.available)
            # The position of a box at the top of the paper includes the space below it.
            space_below = block.style.space_after if block.style.bleed.top else 0.0
            is_after_table = True
            is_after_kept = placed_block.is_kept

    def _context_of(self, placed: Sequence[PlacedBlock], number: int, *, keeps_lists: bool) -> BlockContext:
        """Return the context of one of the blocks below each other, in that of all of them."""
        placed_block = placed[number]
        keeps_next = self._context.keeps_next or placed_block.is_kept or is_tile_line_with_next(placed, number)
        return replace(
            self._context,
            keeps_next=keeps_next,
            keeps_lists=keeps_lists,
            begins_split_cell=self._context.begins_split_cell and number == 0,
            narrowed=placed_block.narrowed,
        )

    def _space_below(self, placed: PlacedBlock, following: PlacedBlock | None, after: float) -> float:
        """Return the space below a paragraph: all of it before a table, else that of its style."""
        if self._document.is_template and is_tag(placed.block):
            return 0  # it is not in the documents
        if self._document.is_template and following is not None and is_tag(following.block):
            return placed.block.style.space_after
        if following is None:
            return after
        if is_table(following.block) and not is_floating(following.block):
            return following.gap
        return min(placed.block.style.space_after, following.gap)

    def paragraphs(self, placed: PlacedBlock, before: float, after: float) -> str:
        """Return a block that is written as paragraphs, with these spaces around it."""
        block, available = placed.block, placed.available
        match block:
            case TextBlock():
                return self.text(block, available, before, after)
            case Items():
                return self.items(block, available, before, after, NO_LIST)
            case ImageBlock() | Drawing():
                return self._figure_paragraph(self._figure(block, available), block.style, before, after)
            case PictureBlock():
                return self._picture(block, available, before, after)
            case ChartBlock():
                return self._figure_paragraph(self._chart(block, available), block.text, before, after)
            case Division() if block.blocks:
                return self._figure_line(block, before, after)
            case Division():
                return self._empty_box(block.style, available, before, after)
            case PageBreak():
                return _PAGE_BREAK.format(END_STYLE)
            case ContentsBlock():
                return self.contents(block, available)
            case Table():
                raise TypeError("a table is no paragraph")

    # Text

    def text(
        self,
        text: TextBlock,
        available: float,
        before: float,
        after: float,
        *,
        numbering: str = "",
        list_place: ListNesting = NO_LIST,
    ) -> str:
        """Return a paragraph or heading, and the short rules above and below it.

        One in an item of a list has the number of its marker, or is indented like the text of the item.
        """
        style = text.style
        indent = list_place.indent
        width = available - indent
        named = self._document.styles.paragraph(style, text.level)
        has_rule_above = is_short(style.rule_above)
        has_rule_below = is_short(style.rule_below)
        right_to_left = is_right_to_left(self._direction)
        is_listed = bool(numbering or indent)  # markers are at the side of the list
        turned = right_to_left if is_listed else self._is_turned(text)

        properties = {"pStyle": f'<w:pStyle w:val="{named.identifier}"/>'}
        properties |= self._level_and_keeping(text, named.identifier)
        if numbering:
            properties["numPr"] = numbering
        if not style.hyphenate and not self._document.is_template and _has_long_word(text, width):
            properties["suppressAutoHyphens"] = '<w:suppressAutoHyphens w:val="0"/>'
        above_text = 0 if has_rule_above else before  # the rule has the space above it
        properties |= _own_spacing(style, named.look, above_text, after)
        border = list_place.border_xml(has_marker=bool(numbering), right_to_left=right_to_left)
        if border:
            properties["pBdr"] = border
        hanging = list_place.hanging if numbering else 0
        properties |= self._indents(style, indent, turned=turned, hanging=hanging)
        properties |= self._sides(style, named.look, turned=turned)

        runs = self._runs(text.content, style, turned=turned)
        if text.anchor:
            runs = self._with_bookmark(text, runs)
        paragraph = f"<w:p>{properties_xml('w:pPr', properties)}{runs}</w:p>"

        rule_above = rule_below = ""
        if has_rule_above:
            keeps_next = not self._context.begins_split_cell
            rule_above = self._rule_line("top", style, width, 0, indent, before=before, keeps_next=keeps_next)
        if has_rule_below:
            keeps_next = bool(text.level) or self._context.keeps_next
            rule_below = self._rule_line("bottom", style, width, after, indent, keeps_next=keeps_next)
        return rule_above + paragraph + rule_below

    def _level_and_keeping(self, text: TextBlock, identifier: str) -> dict[str, str]:
        """Return the outline level of a paragraph in the style with an identifier, and what stays on one page, where
        the style does not say so: that of headings of one level keeps these on the page of the next paragraph.
        """
        level = text.level
        context = self._context
        properties: dict[str, str] = {}
        has_other_level = self._document.styles.level(identifier) != level
        if has_other_level:
            outline_level = level - 1 if level else _NO_HEADING
            properties["outlineLvl"] = f'<w:outlineLvl w:val="{outline_level}"/>'
        length = sum(len(inline.text) for inline in text.content if isinstance(inline, Run))
        if length in KEPT_TOGETHER_LENGTHS or context.keeps_lines:
            properties["keepLines"] = "<w:keepLines/>"
        is_heading_in_other_style = level > 0 and has_other_level
        is_text_above_rule = level == 0 and is_short(text.style.rule_below)
        if context.begins_split_cell:
            properties["keepNext"] = '<w:keepNext w:val="0"/>'
        elif context.keeps_next or is_heading_in_other_style or is_text_above_rule:
            properties["keepNext"] = "<w:keepNext/>"
        return properties

    def _rule_line(
        self,
        side: str,
        style: Style,
        width: float,
        after: float,
        indent: float,
        *,
        keeps_next: bool,
        before: float = 0,
    ) -> str:
        """Return a rule that is shorter than its box as the border of an empty paragraph, with a space above and below
        it.

        `width` is that of the box, which is `indent` from the start of the line.
        """
        rule = style.rule_below if side == "bottom" else style.rule_above
        if rule is None or rule.length is None:
            raise ValueError("the rule is not short")
        right = width - rule.length + self._context.narrowed
        left = f' w:left="{Length(indent).twips}"' if indent else ""
        above = f' w:before="{Length(before).twips}"' if before else ""
        properties = {
            "pStyle": f'<w:pStyle w:val="{END_STYLE}"/>',
            "pBdr": f"<w:pBdr>{border_xml(side, rule)}</w:pBdr>",
            "spacing": f'<w:spacing{above} w:after="{Length(after).twips}"/>',
            "ind": f'<w:ind{left} w:right="{Length(right).twips}"/>',
        }
        properties |= self._direction_of(turned=is_right_to_left(self._direction))
        if keeps_next:
            properties["keepNext"] = "<w:keepNext/>"
        return f"<w:p>{properties_xml('w:pPr', properties)}</w:p>"

    def _with_bookmark(self, heading: TextBlock, runs: str) -> str:
        """Return the runs of a heading with the bookmark to which links lead, and a field for the contents.

        The field (TC) has the text of the heading in contents, which may not be its own.
        """
        number = self._document.next_number()
        name = bookmark_name(heading.anchor)
        entry = ""
        if heading.level in CONTENTS_LEVELS:
            level = CONTENTS_LEVELS.index(heading.level) + 1
            title = heading_text(heading).replace("\N{SOFT HYPHEN}", "")  # Word prints one in a field as a hyphen
            title = title.replace("\\", "").replace('"', "\u201d")  # both would end the title in the instruction
            entry = _HIDDEN_FIELD.format(f'TC "{escaped(title)}" \\f C \\l {level}')
        bookmark = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
        return f'{bookmark}{entry}{runs}<w:bookmarkEnd w:id="{number}"/>'

    def contents(self, contents: ContentsBlock, available: float) -> str:
        """Return the contents of a book: a field (TOC) whose entries are links. They have page numbers when Word has
        updated the field, because the pages are those of Word.
        """
        entries = [heading for heading in self._document.headings if heading.level in CONTENTS_LEVELS]
        written = []
        for index, heading in enumerate(entries):
            level = CONTENTS_LEVELS.index(heading.level) + 1
            look = contents.chapter if level == 1 else contents.entry
            style = self._document.styles.contents(look, level, available)
            field_start = _CONTENTS_FIELD if index == 0 else ""
            field_end = _FIELD_END if index == len(entries) - 1 else ""
            run = Run(heading.text, link=f"#{heading.anchor}")
            link = inlines_xml([run], _PLAIN, self._part.relate, right_to_left=False)
            written.append(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{field_start}{link}{field_end}</w:p>')
        return "".join(written)

    def _is_turned(self, text: TextBlock) -> bool:
        """Return whether a paragraph runs from right to left."""
        is_right_to_left_text = bool(text.language) and is_right_to_left(text.language)
        words = content_text(text.content)
        is_turned = is_right_to_left_text or is_right_to_left(self._direction)
        return bool(paragraph_level(words, right_to_left=is_turned))

    def _sides(self, style: Style, named: Style, *, turned: bool) -> dict[str, str]:
        """Return the direction and the alignment of a paragraph, where they are not those of its named style.

        In a paragraph against the direction of the text around it, left and right are reversed (ISO/IEC 29500-4,
        ST_Jc), but it is aligned as in its style.
        """
        properties = self._direction_of(turned=turned)
        runs_against_text = turned != is_right_to_left(self._direction)
        align = _OPPOSITE[style.align] if runs_against_text else style.align
        if align != named.align:
            properties["jc"] = f'<w:jc w:val="{ALIGNED[align]}"/>'
        return properties

    def _direction_of(self, *, turned: bool) -> dict[str, str]:
        """Return the direction of a paragraph, where it is not that of the document."""
        if turned == self._document.right_to_left:
            return {}
        return {"bidi": f'<w:bidi w:val="{int(turned)}"/>'}

    def _indents(self, style: Style, indent: float, *, turned: bool, hanging: float = 0) -> dict[str, str]:
        """Return the indents of a paragraph in a list, and of one that is narrower than the text around it.

        They replace those of its style, which are the padding of its box. `hanging` is the distance of its marker from
        the text in the list. Word's `left` is the side where a paragraph begins: the right side from right to left.
        """
        narrowed = self._context.narrowed
        padding = edges(style)
        is_reversed = turned != is_right_to_left(self._direction)
        has_own_padding = is_reversed and padding.left != padding.right
        if not indent and not narrowed and not has_own_padding:
            return {}
        if is_reversed:
            # The box has the direction of the text around it: the paragraph begins where the other lines end. It is in
            # no list, since items have the direction of their list.
            start = padding.right + narrowed
            end: float = padding.left
        else:
            start = padding.left + indent
            end = padding.right + narrowed
        indents = {"left": start, "right": end}
        if hanging and not padding.left:
            del indents["left"]  # the list has this indent
        elif hanging:
            indents["hanging"] = padding.left + hanging
        written = [f'w:{name}="{Length(length).twips}"' for name, length in indents.items() if length]
        return {"ind": f"<w:ind {' '.join(written)}/>"} if written else {}

    def _runs(self, content: Content, style: Style, *, turned: bool) -> str:
        """Return the runs of a paragraph, with fields for page numbers.

        A line break at its end is left out: in Word an empty line would follow it, in the other formats none does.
        """
        if content and isinstance(content[-1], Break):
            content = content[:-1]
        written: list[str] = []
        value_place = self._run_place(style)
        inlines: list[Inline] = []
        for inline in content:
            if isinstance(inline, PageNumber):
                written.append(inlines_xml(inlines, value_place, self._part.relate, right_to_left=turned))
                written.append(_page_field(inline))
                inlines = []
            else:
                inlines.append(inline)
        written.append(inlines_xml(inlines, value_place, self._part.relate, right_to_left=turned))
        return "".join(written)

    def _run_place(self, style: Style) -> ValuePlace:
        """Return the properties of runs: links keep the colour of a style that has its own, as in the PDF."""
        has_own_colour = style.colour != self._theme.style("body").colour
        if not has_own_colour and not style.letter_spacing:
            return _PLAIN
        link_colour = style.colour.hex if has_own_colour else None
        return ValuePlace({}, link_colour=link_colour, is_spaced=bool(style.letter_spacing))

    # Lists

    def items(self, items: Items, available: float, before: float, after: float, list_place: ListNesting) -> str:
        """Return the items of a list: the first paragraph of each has the marker, the others are aligned with it."""
        written: list[str] = []
        number = 0
        inner_place = list_place
        if items.marker is not Marker.NONE:
            right_to_left = is_right_to_left(self._direction)
            number, inner_place = self._document.lists.opened(items, list_place, right_to_left=right_to_left)
        numbering = ""
        if number:
            numbering = f'<w:numPr><w:ilvl w:val="{inner_place.level - 1}"/><w:numId w:val="{number}"/></w:numPr>'
        gap = items.style.gap
        last = len(items.items) - 1
        for position, item in enumerate(items.items):
            is_last = position == last
            keeps_list = self._context.keeps_lists and not is_last
            keeps_last_item = position == last - 1 and is_short_item(item)  # a short item is not alone on a page
            keeps_next = self._context.keeps_next or keeps_list or keeps_last_item
            writer = self._in_context(replace(self._context, keeps_next=keeps_next))
            above = before if position == 0 else gap
            below = after if is_last else 0
            written.append(
                writer.item(item, available, above, below, gap=gap, numbering=numbering, list_place=inner_place)
            )
        return "".join(written)

    def item(
        self,
        item: Sequence[Block],
        available: float,
        before: float,
        after: float,
        *,
        gap: float,
        numbering: str,
        list_place: ListNesting,
    ) -> str:
        """Return the paragraphs and lists of an item, with a `gap` between them. The first paragraph has the marker."""
        written: list[str] = []
        item_width = available - list_place.indent
        last = len(item) - 1
        for position, block in enumerate(item):
            above = before if position == 0 else gap
            below = after if position == last else 0
            narrowed = item_width - block_width(block, item_width)
            writer = self._in_context(replace(self._context, narrowed=self._context.narrowed + narrowed))
            width = available - narrowed
            if isinstance(block, Items):
                first = next(tree_paragraphs([block]), None)
                if numbering and first is not None:  # the marker is on a line of its own
                    empty_text = TextBlock((), first.style, block.line)
                    keeping = self._in_context(replace(self._context, keeps_next=True))
                    written.append(
                        keeping.text(empty_text, available, above, 0, numbering=numbering, list_place=list_place)
                    )
                    above = 0
                    numbering = ""
                written.append(writer.items(block, width, above, below, list_place))
            elif isinstance(block, TextBlock):
                written.append(writer.text(block, width, above, below, numbering=numbering, list_place=list_place))
                numbering = ""
        return "".join(written)

    # Figures

    def _figure(self, block: ImageBlock | Drawing, available: float) -> str:
        """Return the run with a picture of the pack, the emblem, a bar or a tile."""
        number = self._document.next_number()
        if isinstance(block, ImageBlock):
            identifier = self._part.image(self._document.image_file(block.picture))
            return picture_xml(number, identifier, block.alt, block.width, block.height)
        shape = block.shape
        width = drawing_width(block, available)
        if isinstance(shape, Tile):
            return tile_xml(number, shape, tile_look(shape, width))
        return shape_xml(number, shape.alt, width, block.style.height or BAR_HEIGHT, block.style.colour)

    def _figure_paragraph(
        self, run: str, style: Style, before: float, after: float, *, keeps_next: bool = False
    ) -> str:
        """Return the paragraph of a figure, whose run is written."""
        properties = {"pStyle": f'<w:pStyle w:val="{PICTURE_STYLE}"/>'}
        if keeps_next or self._context.keeps_next:
            properties["keepNext"] = "<w:keepNext/>"
        if before or after:
            properties["spacing"] = f'<w:spacing w:before="{Length(before).twips}" w:after="{Length(after).twips}"/>'
        if style.align != "start":
            properties["jc"] = f'<w:jc w:val="{ALIGNED[style.align]}"/>'
        turned = is_right_to_left(self._direction)
        properties |= self._direction_of(turned=turned)
        properties |= self._indents(without_box(style), 0, turned=turned)
        return f"<w:p>{properties_xml('w:pPr', properties)}{run}</w:p>"

    def _chart(self, block: ChartBlock, available: float) -> str:
        """Return the run with a chart that Word draws, in the size of the drawing in other formats."""
        from ucap_reports.page.chart_drawing import draw_chart  # noqa: PLC0415 - few pages have a chart

        language = block.language or self._document.language
        drawn = draw_chart(block.kind, block.data, block.text, available, language, height=block.style.height)
        if drawn.bars is None:
            bars = None
            height = Length(drawn.height + _AXES_HEIGHT)
        else:
            start, width = drawn.bars
            bars = BarPlace(start / available, width / available)
            height = Length(drawn.height)
        right_to_left = is_right_to_left(self._direction)
        identifier = self._part.chart(chart_part(block, language, bars, right_to_left=right_to_left))
        return chart_run(self._document.next_number(), identifier, block.data.alt, Length(available), height)

    def _picture(self, block: PictureBlock, available: float, before: float, after: float) -> str:
        """Return a picture of the plan, and its caption below it."""
        facts = block.facts
        style = block.style
        wanted_size = (style.width or 0.0, style.height or 0.0)
        width, height = printed_size(facts, wanted_size, available)
        self._document.picture_widths[facts.field] = width
        identifier = self._part.image(self._document.plan_picture(facts.image))
        run = picture_xml(self._document.next_number(), identifier, facts.alt, width, height)
        if not block.blocks:
            return self._figure_paragraph(run, style, before, after)
        picture = self._figure_paragraph(run, style, before, 0, keeps_next=True)
        space_above_caption = block.blocks[0].style.space_before
        return picture + self.flow(block.blocks, available, before=space_above_caption, after=after)

    def _figure_line(self, division: Division, before: float, after: float) -> str:
        """Return figures side by side in one paragraph, at tab stops."""
        drawings = [block for block in division.blocks if isinstance(block, Drawing)]
        stops = []
        position = 0.0
        for drawing in drawings[:-1]:
            position += drawing_width(drawing, 0) + division.style.gap
            stops.append(f'<w:tab w:val="left" w:pos="{Length(position).twips}"/>')
        runs = [self._figure(drawing, 0) for drawing in drawings]
        properties = {"pStyle": f'<w:pStyle w:val="{PICTURE_STYLE}"/>'}
        if self._context.keeps_next:
            properties["keepNext"] = "<w:keepNext/>"
        if stops:
            properties["tabs"] = f"<w:tabs>{''.join(stops)}</w:tabs>"
        properties |= self._direction_of(turned=is_right_to_left(self._direction))
        properties["spacing"] = f'<w:spacing w:before="{Length(before).twips}" w:after="{Length(after).twips}"/>'
        content = "<w:r><w:tab/></w:r>".join(runs)
        return f"<w:p>{properties_xml('w:pPr', properties)}{content}</w:p>"

    def _empty_box(self, style: Style, available: float, before: float, after: float) -> str:
        """Return a box without content, such as a rule, as an empty paragraph."""
        if is_short(style.rule_above):
            above = self._rule_line("top", style, available, 0, 0, before=before, keeps_next=True)
            return above + self._empty_box(replace(style, rule_above=None), available, 0, after)
        if is_short(style.rule_below):
            bare = replace(style, rule_below=None)
            box = self._empty_box(bare, available, before, 0)
            return box + self._rule_line("bottom", style, available, after, 0, keeps_next=self._context.keeps_next)
        right_to_left = is_right_to_left(self._direction)
        properties = paragraph_look(style, right_to_left=right_to_left)
        padding = style.padding.top + style.padding.bottom
        height = Length(max((style.height or 0) - padding, 1))
        properties["pStyle"] = f'<w:pStyle w:val="{END_STYLE}"/>'
        if self._context.keeps_next:
            properties["keepNext"] = "<w:keepNext/>"
        properties["spacing"] = spacing_xml(*spaces_around(style, before, after), height, "exact")
        del properties["jc"]  # there is no text to align
        properties |= self._direction_of(turned=right_to_left)
        return f"<w:p>{properties_xml('w:pPr', properties)}</w:p>"

    # Tables

    def table(self, block: Block, available: float) -> str:
        """Return a block that is written as a table."""
        match block:
            case Table():
                return self._data_table(block, available)
            case Division():
                return self._box(block, available)
            case _:
                # A paragraph has no least height and not the box of a picture, which are in a box of their own.
                box_style = replace(block.style, width=None)
                own_style = without_box(block.style)
                if isinstance(block, PictureBlock):
                    own_style = replace(own_style, width=block.style.width)
                content = replace(block, style=own_style)
                return self._box(Division((content,), box_style, block.line), available)

    def _data_table(self, table: Table, available: float) -> str:
        """Return a table, whose header rows are repeated on each page."""
        widths = column_widths(table, available)
        usual = _usual_cell_style(table)
        usual_look = TableLook(usual.padding, background=None, between=usual.rule_below)
        identifier, look = self._document.styles.table(table.style, usual_look)
        has_row_headers = not table.is_data and any(row.cells and row.cells[0].header for row in table.body)
        free = available - sum(widths)
        frame = TableFrame(
            identifier,
            look,
            right_to_left=self._document.right_to_left,
            has_head=bool(table.head),
            has_row_headers=has_row_headers,
            title=table.title,
            description=_heads_text(table, self._document.language) if table.is_data else "",
            beside=self._beside(free, right_to_left=self._document.right_to_left),
            accents=self._document.accents,
        )
        lines = [self._row(row, widths, is_head=True, keeps_next=True) for row in table.head]
        last = len(table.body) - 1
        for number, row in enumerate(table.body):
            begins_table = number < _FIRST_ROWS - 1
            is_last_but_one = number == last - 1
            keeps_next = number < last and (begins_table or is_last_but_one)
            lines.append(self._row(row, widths, is_head=False, keeps_next=keeps_next))
        return table_xml(frame, widths, lines)

    def _beside(self, free: float, *, right_to_left: bool) -> float:
        """Return the width of the place beside a table from right to left that leaves `free` so much of its width."""
        width = self._context.narrowed + free
        if not right_to_left or width < 1:
            return 0
        return width

    def _row(self, row: TableRow, widths: Sequence[float], *, is_head: bool, keeps_next: bool) -> TableLine:
        """Return a row, which stays on the page of the next one if it `keeps_next` and is not high."""
        column = 0
        line_count = 0
        for cell in row.cells:
            width = sum(widths[column : column + cell.span])
            line_count = max(line_count, text_lines(cell.blocks, inner_width(cell.style, width)))
            column += cell.span
        is_low_row = row_height(row, widths) <= _WHOLE_ROW * self._theme.text_height
        has_few_lines = line_count <= _SHORT_ROW
        is_whole = (has_few_lines or is_low_row) and not self._document.is_template  # a tag may print a long text
        cells = self._row_cells(row, widths, keeps_next=keeps_next and has_few_lines and is_whole)
        least_height = max([float(cell.style.height or 0) for cell in row.cells], default=0)
        return TableLine(cells, is_head=is_head, is_whole=is_whole, least_height=least_height)

    def _row_cells(self, row: TableRow, widths: Sequence[float], *, keeps_next: bool) -> tuple[TableCellBox, ...]:
        """Return the cells of a row, each with its own direction."""
        cells: list[TableCellBox] = []
        column = 0
        for cell in row.cells:
            style = cell.style
            width = sum(widths[column : column + cell.span])
            column += cell.span
            direction = cell.language or self._document.language
            context = BlockContext(keeps_next=keeps_next or self._context.keeps_next, keeps_lines=cell.header)
            writer = StoryWriter(self._part, self._document, direction, context)
            content = writer.flow(cell.blocks, inner_width(style, width), gap=style.gap)
            padding = style.padding
            if is_right_to_left(direction) != self._document.right_to_left:  # its content is mirrored
                padding = padding._replace(left=padding.right, right=padding.left)
            cells.append(
                TableCellBox(
                    content,
                    cell.span,
                    padding,
                    style.background,
                    borders_of(style),
                    style.align_block,
                )
            )
        return tuple(cells)

    # Boxes

    def _box(self, box: Division, available: float) -> str:
        """Return a box, or blocks side by side, as a table, and the short rules above and below it."""
        if is_short(box.style.rule_above) or is_short(box.style.rule_below):
            return self._box_with_short_rules(box, available)
        style = box.style
        bled_style, width, indent = self._bled(style, available)
        identifier, look = self._document.styles.table(style, self._box_look(style))
        right_to_left = is_right_to_left(self._direction)
        has_own_place = any(style.bleed) or style.pin is not None
        frame = TableFrame(
            identifier,
            look,
            right_to_left,
            _position(style),
            indent,
            is_in_other_direction=right_to_left != self._document.right_to_left,
            beside=0 if has_own_place else self._beside(0, right_to_left=right_to_left),
            accents=self._document.accents,
        )
        bled_box = replace(box, style=bled_style)
        widths, lines = box_rows(bled_box, width, self._cell_content, has_tags=self._document.is_template)
        if self._document.is_template:  # its tags make it higher than it is in documents
            lines = [replace(line, is_whole=True) for line in lines]
        elif self._context.keeps_next:  # LibreOffice does not keep a table whose rows must not be split
            lines = [replace(line, is_whole=False) for line in lines]
        return table_xml(frame, widths, lines)

    def _bled(self, style: Style, available: float) -> tuple[Style, float, float]:
        """Return the style of a box, its width, and its indent. One whose background reaches the edges of the paper has
        the margins of the page as padding.
        """
        margins = self._theme.margins
        width = available
        indent = 0.0
        bled_style = style
        if style.bleed.left and style.bleed.right and available == self._theme.text_width:
            width += margins.left + margins.right
            indent = -margins.left
            bled_style = _padded(bled_style, left=margins.left, right=margins.right)
        if style.bleed.top:
            bled_style = _padded(bled_style, top=margins.top)
            if style.height:
                bled_style = replace(bled_style, height=Length(style.height + margins.top))
        return bled_style, width, indent

    def _box_look(self, style: Style) -> TableLook:
        """Return the look of the table that is a box."""
        if any(style.bleed):  # the margins are padding of its cells, which the style of the theme does not have
            return TableLook(borders=borders_of(style))
        # LibreOffice fills the place beside a narrow table with the background of its style.
        background = None if self._document.right_to_left else style.background
        padding = style.padding
        if self._document.is_template:  # other padding is that of its cells: the table follows the theme
            padding = self._theme.styles.get(style.name, style).padding
        return TableLook(padding, background, None, borders_of(style))

    def _box_with_short_rules(self, box: Division, available: float) -> str:
        """Return a box with rules that are shorter than it: the borders of a table are as wide as the table."""
        style = box.style
        above = below = ""
        if is_short(style.rule_above):
            above = self._rule_line("top", style, available, 0, 0, keeps_next=True)
            style = replace(style, rule_above=None)
        if is_short(style.rule_below):
            below = self._rule_line("bottom", style, available, 0, 0, keeps_next=self._context.keeps_next)
            style = replace(style, rule_below=None)
        return above + self._box(replace(box, style=style), available) + below

    def _cell_content(self, blocks: Sequence[Block], width: float, gap: float, keeps_next: bool) -> str:  # noqa: FBT001 - as in ContentWriter
        """Return the content of a cell of a box, whose paragraphs stay on the page of those below it if it
        `keeps_next`.
        """
        keeps_next = keeps_next or self._context.keeps_next
        begins_split_cell = False
        # LibreOffice would move a complete row whose first paragraph stays with the next one to a new page.
        if not keeps_next and not self._document.is_template and begins_with_heading(blocks):
            begins_split_cell = stack_height(blocks, width, gap) > SHORT_BOX
        context = replace(self._context, keeps_next=keeps_next, begins_split_cell=begins_split_cell)
        return self._in_context(context).flow(blocks, width, gap=gap)


def _padded(style: Style, *, top: float = 0, left: float = 0, right: float = 0) -> Style:
    """Return the style of a box with more padding."""
    padding = style.padding
    wider = padding._replace(
        top=Length(padding.top + top),
        left=Length(padding.left + left),
        right=Length(padding.right + right),
    )
    return replace(style, padding=wider)


def _usual_cell_style(table: Table) -> Style:
    """Return the style of most cells in the body of a table, or else in its header."""
    styles: Counter[Style] = Counter()
    for row in table.body or table.head:
        styles.update([cell.style for cell in row.cells])
    if not styles:
        return table.style
    usual, _ = styles.most_common(1)[0]
    return usual


def _heads_text(table: Table, language: str) -> str:
    """Return the words of the header cells, by which readers who hear a table learn what is in it."""
    heads = []
    for row in table.head:
        for cell in row.cells:
            heads.append(" ".join(block_texts(cell.blocks)))
    return comma(language).join(heads)


def _has_long_word(text: TextBlock, available: float) -> bool:
    """Return whether a paragraph has a word that no line can hold, so that it must be hyphenated."""
    words = ""
    for inline in text.content:
        words += inline.text if isinstance(inline, Run) else " "
    if estimated_width(words, text.style) <= available:  # as most
        return False
    for word in words.split():
        if estimated_width(word, text.style) > available and not any(map(is_wide, word)):
            return True
    return False


def empty_line(height: float, *, keeps_next: bool = False) -> str:
    """Return an empty paragraph of that height, in points."""
    spacing = spacing_xml(0, 0, Length(height), "exact") if height > 1 else ""
    keep_next = "<w:keepNext/>" if keeps_next else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{END_STYLE}"/>{keep_next}{spacing}</w:pPr></w:p>'


def _page_field(number: PageNumber) -> str:
    """Return the field of what is different on each page. Labels by chapter have no field: the first one is text."""
    match number:
        case PageChapters():
            return _CHAPTER_FIELD
        case PageOf() | PageLabel():
            return ""
        case _ if number.total:
            return _NUMBER_FIELD.format("NUMPAGES")
        case _:
            return _NUMBER_FIELD.format("PAGE")


def _own_spacing(style: Style, named: Style, before: float, after: float) -> dict[str, str]:
    """Return the spaces around a paragraph, where they are not those of its named style."""
    usual_before, usual_after = spaces_around(named, named.space_before, named.space_after)
    own_before, own_after = spaces_around(style, before, after)
    attributes = ""
    if own_before != usual_before:
        attributes += f' w:before="{own_before}"'
    if own_after != usual_after:
        attributes += f' w:after="{own_after}"'
    return {"spacing": f"<w:spacing{attributes}/>"} if attributes else {}


def _position(style: Style) -> str:
    """Return the fixed place of a box on the page; empty for a box in the text."""
    if style.pin == "foot":
        return AT_FOOT
    if style.bleed.top:
        return _AT_TOP.format(style.space_after.twips)
    return ""
