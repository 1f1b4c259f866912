"""From a page template and a summary to the page tree: fills the template (`fill_page`), and reads its XML
(`read_page`), with all elements, attributes and styles checked.

Values are not markup: the filled page refers to them by numbers (`PageValues`).

A page is read once for all scales of its pack (`PageReader`). The blocks in another scale are derived from those that
were read, because reading takes longer (`scaled_blocks`): only styles, and the sizes of pictures in them, are
different. A style of a block is one of the theme, or made from one in a few ways (`_made_from`). Where it is not clear
in which, nothing is derived, and the page is read again.

What the elements mean is in `block_elements`, `inline_elements` and `figure_elements`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import escape
from itertools import count

from lxml import etree
from msgspec.structs import replace

from ucap_reports.page.block_elements import (
    FOOT,
    FOOTER,
    HEADER,
    IN_BOX,
    read_contents,
    read_flow,
    read_shared_division,
    read_table,
)
from ucap_reports.page.data_tables_text_size_and_widths import with_sections
from ucap_reports.page.emblem_rules import below_each_other, with_space_above
from ucap_reports.page.figure_elements import image_size
from ucap_reports.page.page_elements import (
    NO_LISTS,
    Element,
    ElementContext,
    Lists,
    PageElement,
    PageXml,
    Readers,
    Reading,
    tile_style,
    without_box,
)
from ucap_reports.page.page_tree import (
    EMBLEM,
    Block,
    Division,
    Drawing,
    ImageBlock,
    Items,
    PageBreak,
    PageTree,
    PictureBlock,
    Table,
    TableRow,
    TextBlock,
    is_page_end,
)
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.pictures.picture_preparation_and_quality import PictureFacts
from ucap_reports.problems import Location, Problem, problem, raise_found
from ucap_reports.storage.bounded_and_compressed_values import BoundedCache
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.jinja.rendering_state import Printable
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.template.theme_and_line_spacing import Style
from ucap_reports.template.xml_templates import (
    NO_KIND,
    TEXT_KIND,
    PreparedTemplate,
    is_too_large,
    picture_reference,
    prepared_template,
    too_large,
)
from ucap_reports.text.bars_tiles_charts_and_facts import Bar, Shape
from ucap_reports.text.field_marks import MARK_BEGIN, MARK_END, divided, marks_of, with_marks
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.rich_text import Break, Inline, Paragraph, RichText, Run

MAX_PAGE_DEPTH = 50
"""elements of a page template in each other; the shipped ones have 6"""
_LINE_END = LazyPattern(r"\r\n?|\n")
_NOT_WRITABLE = re.compile(rf"^ | $|  |[\x00-\x1f\ud800-\udfff\ufffe\uffff{MARK_BEGIN}{MARK_END}]")
"""What a page cannot have as text: characters that XML forbids or that look like marks of values, and white space that
would be folded as the template's layout.
"""
_MARKUP = re.compile("[&<>\"']")
"""Characters that are escaped, which few texts have."""
FIRST = ' first="true"'
"""What follows the name of a header or footer of the first page alone, among the parts of a page."""
_PAGE_PARTS = frozenset({HEADER, FOOTER, FOOT})
_PERCENT = LazyPattern(r"(100|[0-9]{1,2})%")
_TOO_DEEP = etree.XPath("/*" * (MAX_PAGE_DEPTH + 1))
"""The elements that are nested too deeply: readers and writers of pages call themselves for each level."""
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def fill_page(template: PackFile, summary: Summary, lists: Lists = NO_LISTS) -> PageXml:
    """Return the page template filled with the summary; `lists` are those that charts show.

    Raises ProblemsFound with all problems of the template's tags, at their places in the template.
    """
    page, problems = attempt_fill(template, summary)
    raise_found(problems)
    return replace(page, lists=lists) if lists else page


def attempt_fill(template: PackFile, summary: Summary) -> tuple[PageXml, tuple[Problem, ...]]:
    """Return the template filled as far as possible (empty if filling stopped), and the problems of its tags.

    Raises ProblemsFound for a template that cannot be compiled.
    """
    prepared = prepared_template("page-template", template)
    values = PageValues()
    filled = prepared.compiled.attempt(summary, values.refer_to, values.write, values.draw)
    page = values.page(prepared, template, filled.text or "", summary)
    return page, filled.problems


def read_page(page: PageXml, pack: Pack) -> PageTree:
    """Return the page tree of a filled page, in the styles of the pack's theme.

    Raises ProblemsFound with all problems of the template, at its own lines.
    """
    return PageReader(page).tree(pack)


def attempt_page(page: PageXml, pack: Pack) -> tuple[PageTree, list[Problem]]:
    """Return the tree as far as it can be read, and the problems that `read_page` would raise."""
    return PageReader(page).attempt(pack)


# Filling


class PageValues:
    """The values that a page template has printed, to which its page refers by their numbers.

    The `kind` of a value is that of its tag: `TEXT_KIND` between elements, `NO_KIND` in a comment, which prints
    nothing, and empty in an attribute, which can only have plain text.
    """

    def __init__(self) -> None:
        self._texts: dict[int, RichText] = {}
        self._pictures: dict[str, PictureFacts] = {}
        self._shapes: dict[int, Shape] = {}
        self._text_numbers = count()
        self._shape_numbers = count()
        self._has_marks = False

    def page(self, prepared: PreparedTemplate, template: PackFile, text: str, summary: Summary) -> PageXml:
        """Return the page of a filled template, to which values can still be added."""
        page = PageXml(text, template.path, prepared.start_tags, self._texts, summary, self._shapes, self._pictures)
        return replace(page, has_marks=True) if self._has_marks else page

    def forget(self) -> None:
        """Remove the values so far, because nothing refers to them any more."""
        self._texts.clear()
        self._shapes.clear()
        self._pictures.clear()

    def refer_to(self, value: Printable, kind: str) -> str:
        """Return the markup of rich text or a picture."""
        if not isinstance(value, RichText):
            return picture_reference(value, kind, self._pictures, '<picture of="{{ picture }}"/>')
        if kind != TEXT_KIND:
            return self.write(value.text, kind)
        return f'<rich ref="{self._added(value)}"/>'

    def write(self, text: str, kind: str) -> str:
        """Return the markup of a plain text. Its marks are text until the page is read."""
        if kind == NO_KIND:
            return ""
        if kind == TEXT_KIND:
            if _NOT_WRITABLE.search(text) is not None or language_of(text) is not None:
                return f'<rich ref="{self._added(_lines(text))}" inline="true"/>'
            if marks_of(text):
                self._has_marks = True
                text = with_marks(text)
        return escape(text) if _MARKUP.search(text) else text

    def draw(self, shape: Shape, kind: str) -> str:
        """Return the markup of a shape."""
        if kind != TEXT_KIND:
            return self.write(shape.alt, kind)
        number = next(self._shape_numbers)
        self._shapes[number] = shape
        element = "bar" if isinstance(shape, Bar) else "goal"
        return f'<{element} ref="{number}"/>'

    def _added(self, text: RichText) -> int:
        """Keep a text; return its number."""
        number = next(self._text_numbers)
        self._texts[number] = text
        return number


def _lines(text: str) -> RichText:
    """Return the text with its line ends as breaks, and with its language if it has one."""
    inlines: list[Inline] = []
    for line in divided(text, _LINE_END.split(text)):
        if inlines:
            inlines.append(Break())
        inlines.append(Run(line, language=language_of(text)))
    return RichText((Paragraph(tuple(inlines)),))


# Reading


class PageReader:
    """Reads a filled page in the scales of a pack. It is parsed once, and the trees of further scales are derived from
    the first one if nothing but styles can be different in them.

    Without `reads_margins`, the trees have no headers and footers, and their problems are not found.
    """

    def __init__(self, page: PageXml, *, reads_margins: bool = True) -> None:
        self._page = page
        self._part_names = _PAGE_PARTS if reads_margins else frozenset({FOOT})
        """The elements beside the flow of the body that are read."""
        self._readers = IN_DOCUMENT if reads_margins else _IN_DOCUMENT_WITHOUT_MARGINS
        self._root: Element | None = None
        """The root of the parsed page."""
        self._blocks: tuple[Block, ...] = ()
        """The blocks of the body in the first scale, without the foot."""
        self._page_parts: Mapping[str, tuple[Block, ...]] = {}
        """The page headers, the page footer and the foot in the first scale, in the order of the page."""
        self._pack: Pack | None = None
        """The pack in the first scale, if its blocks can be used for others."""

    def tree(self, pack: Pack) -> PageTree:
        """Return the page tree in the styles of the pack's theme. Raises ProblemsFound with all problems."""
        tree, problems = self.attempt(pack)
        raise_found(problems)
        return tree

    def attempt(self, pack: Pack) -> tuple[PageTree, list[Problem]]:
        """Return the tree as far as it can be read, and the problems that `tree` would raise."""
        page = self._page
        if self._root is None:
            if is_too_large(page.text):
                return PageTree(page.summary.language), [too_large(page.path)]
            try:
                self._root = etree.fromstring(page.text.encode(), _PARSER)
            except etree.XMLSyntaxError as error:
                if (error.msg or "").startswith("Excessive depth"):  # 256 levels, which libxml2 refuses
                    return PageTree(page.summary.language), [_too_deep(page)]
                from ucap_reports.template.xml_templates import malformed_problem  # noqa: PLC0415 - few are malformed

                return PageTree(page.summary.language), [malformed_problem(page, error)]
            if _TOO_DEEP(self._root):
                self._root = None
                return PageTree(page.summary.language), [_too_deep(page)]
        reading = Reading(page, pack)
        return self._read(reading, self._root), reading.problems

    def _read(self, reading: Reading, root: Element) -> PageTree:
        if root.tag != "document":
            reading.report(root, problem("element-misplaced", form="root", element=root.tag))
            return PageTree(reading.page.summary.language)
        opened = reading.open(root)
        language = opened.language(None) or reading.page.summary.language
        context = ElementContext("document", self._readers, reading.theme.style("body"), opened.line)
        blocks: tuple[Block, ...] | None = None
        if self._pack is not None:
            blocks = scaled_blocks(self._blocks, self._pack, reading.pack)
            if blocks is not None:
                self._read_page_parts(reading, root, context, self._pack)
        if blocks is None:
            blocks = read_flow(opened, context)  # which reads the headers, the footer and the foot too
            if not reading.has_data_tables and not reading.report_count:
                self._blocks = blocks
                self._page_parts = reading.page_parts
                self._pack = reading.pack
        parts = reading.page_parts
        body = (*blocks, *parts.get(FOOT, ()))
        if reading.has_data_tables:
            body = tuple(with_sections(body, reading.theme))
        body = tuple(below_each_other(_without_empty_pages(body)))
        return PageTree(
            language,
            header=parts.get(HEADER, ()),
            footer=parts.get(FOOTER, ()),
            body=body,
            first_header=parts.get(f"{HEADER}{FIRST}"),
            first_footer=parts.get(f"{FOOTER}{FIRST}"),
        )

    def _read_page_parts(self, reading: Reading, root: Element, context: ElementContext, pack: Pack) -> None:
        """Read the page headers, the page footer and the foot, except those that are as in the first scale of a
        pack.
        """
        elements = [child for child in root if child.tag in self._part_names]
        for element, (name, part) in zip(elements, self._page_parts.items(), strict=True):
            if are_equal_in_scales(part, pack, reading.pack):
                reading.page_parts[name] = part
            else:
                _read_page_part(reading.open(element), context)


def _without_empty_pages(body: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks without the page breaks before the first block, after the last one, and after another break."""
    kept: list[Block] = []
    for block in body:
        if not is_page_end(block) or (kept and not is_page_end(kept[-1])):
            kept.append(block)
    if kept and is_page_end(kept[-1]):
        kept.pop()
    return body if len(kept) == len(body) else tuple(kept)


def _too_deep(page: PageXml) -> Problem:
    return problem("page-too-large", Location(page.path, 1, 1), form="depth", limit=MAX_PAGE_DEPTH)


def _read_page_part(opened: PageElement, context: ElementContext) -> None:
    """Read a header or footer, which is not part of the body, or the foot, which is at its end."""
    name = opened.tag
    parts = opened.reading.page_parts
    if name != FOOT and opened.is_true("first"):
        name += FIRST
    if name in parts:
        opened.report(problem("element-duplicate", element=name))
    part = read_shared_division(opened, replace(context, on_every_page=name != FOOT))
    if name == FOOT:
        part = with_space_above(replace(part, style=replace(part.style, pin="foot")))
    parts[name] = (part,)


def _skip_page_part(_opened: PageElement, _context: ElementContext) -> None:
    """Read nothing of a header or footer."""


def _read_page_break(opened: PageElement, context: ElementContext) -> PageBreak:
    """Read the end of a page, which may depend on how full the page is."""
    written = opened.attributes.get("from", "0%")
    share = 0.0
    percentage = _PERCENT.fullmatch(written)
    if percentage is None:
        known = 'a percentage such as "50%"'
        opened.report(problem("attribute-invalid", name="from", value=written, known=known))
    else:
        share = int(percentage[1]) / 100
    return PageBreak(context.text, opened.line, share)


IN_DOCUMENT: Readers = {
    **IN_BOX,
    "table": read_table,
    **dict.fromkeys(_PAGE_PARTS, _read_page_part),
    "contents": read_contents,
    "page-break": _read_page_break,
}
_IN_DOCUMENT_WITHOUT_MARGINS: Readers = {**IN_DOCUMENT, **dict.fromkeys((HEADER, FOOTER), _skip_page_part)}


# The blocks in another scale

_WITH_ONE_STYLE = (ImageBlock, Drawing)
_MOST_STYLES = 1024
"""The styles in a cache: those of a theme, and those that are made from them."""


def scaled_blocks(blocks: Iterable[Block], pack: Pack, scaled: Pack) -> tuple[Block, ...] | None:
    """Return the blocks that were read in the styles of a pack in those of another scale of it; None if they have to be
    read again.
    """
    if pack.theme.styles.keys() != scaled.theme.styles.keys():
        return None  # an element may have a style in one of the scales only
    try:
        return _scaling(pack, scaled).blocks(blocks)
    except _UnclearError:
        return None


def are_equal_in_scales(blocks: Iterable[Block], pack: Pack, scaled: Pack) -> bool:
    """Return whether blocks that were read in the styles of a pack are the same in another scale of it: none of their
    styles is different there. This is known of paragraphs, pictures of the pack and shapes, and of boxes around them.
    """
    return not _may_have_styles(blocks, _different_styles(pack, scaled))


def _may_have_styles(blocks: Iterable[Block], names: frozenset[str]) -> bool:
    """Return whether blocks, or those in the boxes among them, have or may have a style with one of these names."""
    for block in blocks:
        if block.style.name in names:
            return True
        if isinstance(block, TextBlock):  # as most blocks; tested first, since `isinstance` takes longer if it is false
            continue
        if isinstance(block, Division):
            if _may_have_styles(block.blocks, names):
                return True
        elif not isinstance(block, _WITH_ONE_STYLE):
            return True  # it has more than one style
    return False


@lru_cache(maxsize=64)
def _different_styles(pack: Pack, scaled: Pack) -> frozenset[str]:
    """Return the names of the styles that are different in another scale."""
    scaled_styles = scaled.theme.styles
    return frozenset([name for name, style in pack.theme.styles.items() if scaled_styles.get(name) != style])


class _UnclearError(Exception):
    """A block that cannot be derived."""


class _Scaling:
    """Replaces the styles of a scale by those of another one."""

    def __init__(self, pack: Pack, scaled: Pack) -> None:
        self._pack = pack
        self._scaled = scaled
        self._styles = BoundedCache(self._scaled_style, _MOST_STYLES)
        """The styles of the other scale. Looking up an unclear one raises _UnclearError."""

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Return blocks in the other scale. Raises _UnclearError."""
        scaled: list[Block] = []
        for block in blocks:
            if type(block) is TextBlock:  # most blocks; for others, `isinstance` takes long
                scaled.append(replace(block, style=self._styles[block.style]))
            else:
                scaled.append(self._block(block))
        return tuple(scaled)

    def _block(self, block: Block) -> Block:
        """Return a block other than a paragraph in the other scale. Raises _UnclearError."""
        style = self._styles[block.style]
        match block:
            case Items():
                return replace(block, style=style, items=tuple(map(self.blocks, block.items)))
            case Drawing() | PageBreak():
                return replace(block, style=style)
            case Table() if not block.is_data:
                return replace(block, style=style, head=self._rows(block.head), body=self._rows(block.body))
            case Division():
                return self._division(block, style)
            case PictureBlock():
                return replace(block, style=style, blocks=self.blocks(block.blocks))
            case ImageBlock() if block.picture is not EMBLEM:
                width, height = image_size(style, block.picture)
                return replace(block, style=style, width=width, height=height)
            case _:  # the emblem needs space around itself; styles of charts, contents and tables of plans are mixed
                raise _UnclearError

    def _division(self, division: Division, style: Style) -> Division:
        # The gap of columns is an attribute or, without one, that of the style. If both are equal, it is unclear which.
        may_be_of_style = division.gap == division.style.gap
        if division.count and may_be_of_style and style.gap != division.gap:
            raise _UnclearError
        return replace(division, style=style, blocks=self.blocks(division.blocks))

    def _rows(self, rows: Iterable[TableRow]) -> tuple[TableRow, ...]:
        return tuple(map(self._row, rows))

    def _row(self, row: TableRow) -> TableRow:
        cells = []
        for cell in row.cells:
            cells.append(replace(cell, style=self._styles[cell.style], blocks=self.blocks(cell.blocks)))
        return replace(row, cells=tuple(cells))

    def _scaled_style(self, style: Style) -> Style:
        """Return the style of the other scale that is made in the same way. Raises _UnclearError."""
        theme_style = self._pack.theme.styles.get(style.name)
        if theme_style is None:
            raise _UnclearError
        possible_styles = set()
        made_styles = _made_from(theme_style)
        scaled_made_styles = _made_from(self._scaled.theme.styles[style.name])
        for made, scaled_made in zip(made_styles, scaled_made_styles, strict=True):
            if made == style:
                possible_styles.add(scaled_made)
        if len(possible_styles) != 1:
            raise _UnclearError
        return possible_styles.pop()


@lru_cache(maxsize=64)
def _scaling(pack: Pack, scaled: Pack) -> _Scaling:
    """Return what replaces the styles of a pack by those of another scale, for all documents."""
    return _Scaling(pack, scaled)


def _made_from(style: Style) -> Iterator[Style]:
    """Yield what reading a page makes from a style of the theme: the style itself, that of the text in its box, those
    of numbers below each other, and those of tiles of goals.
    """
    for text in (style, without_box(style)):
        yield text
        yield replace(text, align="start")
        yield replace(text, align="end")
        yield tile_style(text)
