"""Writes the Word file of a page or of a book, in a pack without a Word template.

It has the text with its headers and footers, styles, lists, pictures and properties. The page header is in the top
margin as in the PDF, vertically centred, and the footer near the top of the bottom margin. Text in columns is in
sections of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from io import BytesIO
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.box_geometry import (
    block_width,
    inner_width,
    is_boxed,
    space_above_footer,
    space_between,
    text_column_width,
)
from ucap_reports.page.fitted_scale import PlanPage, page_in_scale
from ucap_reports.page.height_estimates import columns_of_sections, stack_height
from ucap_reports.page.page_tree import (
    Block,
    ContentsBlock,
    Division,
    PageLabel,
    PageTree,
    PictureBlock,
    TextBlock,
    all_blocks,
    headings_in,
)
from ucap_reports.page.read_book import BookPages, book_tree
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.summary.compose_book import BookContent
from ucap_reports.summary.document_formats_and_pdf_standards import Document, Format
from ucap_reports.summary.summary_model import LabelText, Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import Theme
from ucap_reports.text.rich_text import Run
from ucap_reports.word.file.document_properties import EditionRecorder, core_properties, identity_properties
from ucap_reports.word.file.package_parts import (
    CORE_TYPE,
    CUSTOM_TYPE,
    IDENTITY,
    OFFICE,
    RELATED,
    TYPED,
    new_relationship,
    relationships_of,
    relationships_part,
)
from ucap_reports.word.file.word_languages import in_language
from ucap_reports.word.file.word_xml import DECLARATION, RELATIONSHIPS, WORD, one_line
from ucap_reports.word.file.zip_package import CONTENT_TYPES, compressed, write_package
from ucap_reports.word.render.pictures_shapes_and_watermark import watermark_xml
from ucap_reports.word.render.rich_text_and_lists import printed_part, recorded_part
from ucap_reports.word.writer.chart_part import CHART_TYPE, WORKBOOK_TYPE, chart_relationships
from ucap_reports.word.writer.spacing_and_keep_with_next import is_floating, is_table, is_tag
from ucap_reports.word.writer.story_writer import StoryWriter, empty_line
from ucap_reports.word.writer.styles_and_lists import DocumentParts, StoryPart, new_document, office_theme
from ucap_reports.word.writer.word_tables import EMPTY_LINE


def render_page(
    page: PlanPage, recorder: EditionRecorder | None = None
) -> tuple[bytes, Mapping[str, float], tuple[Problem, ...]]:
    """Return the Word file of a page, the widths of its pictures in points by their fields, and its warnings.

    Raises ProblemsFound with all blocks that are too wide, or else with a character that a Word file cannot contain.
    """
    page.raise_width_problems()
    marked = None if recorder is None else _marked_tree(recorder.marked(), page)
    try:
        content, widths = write_word(page.tree, page.summary, page.pack, recorder=recorder, marked=marked)
    except ValueError as error:
        raise ProblemsFound([problem("character-forbidden", character=str(error))]) from None
    return content, widths, page.warnings


def render_book_word(content: BookContent, pack: Pack) -> Document:
    """Return a book as a Word file.

    Args:
        content: The book.
        pack: The pack of books (`Pack.for_book`), whose page template is filled.

    Raises:
        ProblemsFound: With the errors of the page template.
    """
    tree = book_tree(BookPages(content, pack))
    labels = content.summary.programme_label[:1]
    header = _with_labels(tree.header, labels)
    footer = _with_labels(tree.footer, labels)
    tree = replace(tree, header=header, footer=footer)
    try:
        written, widths = write_word(tree, content.summary, pack)
    except ValueError as error:
        raise ProblemsFound([problem("character-forbidden", character=str(error))]) from None
    return Document(content.summary.id, Format.DOCX, written, pictures=widths)


def _marked_tree(marked: Summary, page: PlanPage) -> PageTree | None:
    """Return the page of a summary with marks, in the scale of its page; None if it is too large with them, or if it
    is not equal, since a text of the page looks like a mark.
    """
    try:
        tree = page_in_scale(marked, page.pack, page.summary.scale).tree
    except ProblemsFound:
        return None
    return tree if tree == page.tree else None


def _with_labels(blocks: Sequence[Block], labels: Sequence[LabelText]) -> tuple[Block, ...]:
    """Return the blocks of a margin with the first programme label: Word does not know the countries of chapters."""
    return tuple(_labelled(blocks, labels))


def _labelled(blocks: Sequence[Block], labels: Sequence[LabelText]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Division):
            yield replace(block, blocks=_with_labels(block.blocks, labels))
            continue
        page_labels = []
        if isinstance(block, TextBlock):
            page_labels = [inline for inline in block.content if isinstance(inline, PageLabel)]
        if not page_labels:
            yield block
        for page_label in page_labels:
            if page_label.index < len(labels):
                label = labels[page_label.index]
                yield replace(block, content=(Run(label.text, language=label.language),))


# The parts of the file
MAIN_PART = "word/document.xml"
CORE_PART = "docProps/core.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_OTHER_TYPES = {"theme": "application/vnd.openxmlformats-officedocument.theme+xml"}
_NAMESPACES = f'xmlns:w="{WORD}" xmlns:r="{RELATIONSHIPS}"'
_SETTINGS = DECLARATION + one_line(Path(__file__).with_name("settings.xml"))
_MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


_COLUMN_BREAK = EMPTY_LINE.replace("</w:p>", '<w:r><w:br w:type="column"/></w:r></w:p>')


class WrittenPart(Struct, frozen=True):
    """A part of the package: `kind` is the last part of its content type and of the type of relationships to it."""

    name: str
    kind: str
    content: bytes
    story: StoryPart | None = None


def write_word(
    tree: PageTree,
    summary: Summary,
    pack: Pack,
    *,
    is_template: bool = False,
    recorder: EditionRecorder | None = None,
    marked: PageTree | None = None,
) -> tuple[bytes, Mapping[str, float]]:
    """Return the Word file of a page tree, and the widths of its pictures in points by their fields.

    Templates do not say from which plan they were made. The `recorder` gets the body of the page with the marks of the
    `marked` one, whose values are equal.

    Raises ValueError for a character that XML cannot represent.
    """
    tree = _with_safe_foot(tree)
    document = new_document(pack.theme, tree.language, is_template=is_template)
    document.headings = tuple(headings_in(tree.body))
    margins = _margin_parts(tree, summary, document)
    if marked is None:
        body = _body_part(tree, document)
        recorded = body.content
    else:
        body = _body_part(_with_safe_foot(marked), document)
        recorded = recorded_part(body.content)
        body = replace(body, content=printed_part(body.content))
    shared = _shared_parts(document)
    parts: dict[str, bytes] = {}
    types: dict[str, str] = {}
    for part in (body, *margins, *shared):
        parts[part.name] = part.content
        types[part.name] = _OTHER_TYPES.get(part.kind, _TYPE.format(part.kind))
    for part in (body, *margins):
        if part.story is None:
            continue
        _add_pictures_and_charts(part.story, parts, types)
        relationships = part.story.relationships()
        if part is body:
            relationships += [_relationship(other) for other in (*margins, *shared)]
        if relationships:
            parts[relationships_of(part.name)] = relationships_part(relationships)
    parts[CORE_PART] = core_properties(summary)
    types[CORE_PART] = CORE_TYPE
    package_relationships = [
        new_relationship("r1", f"{OFFICE}/officeDocument", MAIN_PART),
        new_relationship("r2", f"{RELATED}/metadata/core-properties", CORE_PART),
    ]
    if not is_template:
        sent: Mapping[str, str] = {}
        if recorder is not None:
            sent = recorder.properties(parts, MAIN_PART, recorded)
        parts[IDENTITY] = identity_properties(summary, sent)
        types[IDENTITY] = CUSTOM_TYPE
        package_relationships.append(new_relationship("r3", f"{OFFICE}/custom-properties", IDENTITY))
    parts[relationships_of("")] = relationships_part(package_relationships)
    parts[CONTENT_TYPES] = _content_types(types)
    content = write_package(compressed(name, part) for name, part in parts.items())
    return content, dict(document.picture_widths)


def _add_pictures_and_charts(story: StoryPart, parts: dict[str, bytes], types: dict[str, str]) -> None:
    """Add the parts with the pictures and charts of a text, and the content types of the latter."""
    for picture in story.pictures:
        parts[f"word/{picture.name}"] = picture.content
    for name, chart in story.charts.items():
        chart_name = f"word/charts/{name}.xml"
        workbook_name = f"word/embeddings/{name}.xlsx"
        parts[chart_name] = chart.chart
        parts[f"word/charts/_rels/{name}.xml.rels"] = chart_relationships(f"embeddings/{name}.xlsx")
        parts[workbook_name] = chart.workbook
        types[chart_name] = CHART_TYPE
        types[workbook_name] = WORKBOOK_TYPE


def _with_safe_foot(tree: PageTree) -> PageTree:
    """Return the tree with its foot below the text if it has pictures beside each other (see `AT_FOOT`)."""
    boxes: list[Block] = []
    for block in all_blocks(tree.body):
        if isinstance(block, Division) and block.style.layout == "columns":
            boxes.append(block)
    if not any(isinstance(block, PictureBlock) for block in all_blocks(boxes)):
        return tree
    body = []
    for block in tree.body:
        if isinstance(block, Division) and block.style.pin is not None:
            block = replace(block, style=replace(block.style, pin=None))  # noqa: PLW2901 - the same box elsewhere
        body.append(block)
    return replace(tree, body=tuple(body))


def _margin_parts(tree: PageTree, summary: Summary, document: DocumentParts) -> tuple[WrittenPart, ...]:
    """Return the headers of the first and of the later pages, and the footer of all pages."""
    first = tree.header_of(1)
    parts = []
    width = document.theme.text_width
    for number, blocks in enumerate((first, tree.header), 1):
        story = StoryPart()
        writer = StoryWriter(story, document, tree.language)
        space_above = _space_above_header(blocks, tree, document.theme)
        content = empty_line(space_above) if space_above >= 1 else ""
        content += writer.flow(_without_heights(blocks), width) + EMPTY_LINE
        content += watermark_xml(summary.watermark, number)
        parts.append(_story(f"word/header{number}.xml", "header", "hdr", content, story))
    for name, blocks in _footers(tree).items():
        story = StoryPart()
        writer = StoryWriter(story, document, tree.language)
        content = writer.flow(blocks, width) + EMPTY_LINE
        parts.append(_story(f"word/{name}.xml", "footer", "ftr", content, story))
    return tuple(parts)


def _footers(tree: PageTree) -> Mapping[str, tuple[Block, ...]]:
    """Return the footers by the names of their parts: that of all pages, and another one of the first page."""
    footers = {"footer1": tree.footer}
    if tree.first_footer is not None:
        footers["footer2"] = tree.first_footer
    return footers


def _header_distance(tree: PageTree, theme: Theme) -> float:
    """Return the distance of all headers from the top of the page: that of the header that begins highest."""
    first = tree.header_of(1)
    return min(_free_above(blocks, theme) for blocks in (first, tree.header))


def _space_above_header(blocks: Sequence[Block], tree: PageTree, theme: Theme) -> float:
    """Return the height of the empty paragraph above a header that begins lower than another one."""
    if not blocks:
        return 0
    return _free_above(blocks, theme) - _header_distance(tree, theme)


def _free_above(blocks: Sequence[Block], theme: Theme) -> float:
    """Return the free height above a header, which is vertically centred in the top margin."""
    height = stack_height(_without_tags(blocks), theme.text_width)
    return max((theme.margins.top - height) / 2, 0)


def _without_tags(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks of a header without the paragraphs of a template that have only a tag."""
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Division):
            kept.append(replace(block, blocks=_without_tags(block.blocks)))
        elif not is_tag(block):
            kept.append(block)
    return tuple(kept)


def _without_heights(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the boxes of a header without the height that only places their content in the margin.

    A header that is higher than its margin would move the text down.
    """
    return tuple(_without_height(block) for block in blocks)


def _without_height(block: Block) -> Block:
    if isinstance(block, Division) and block.style.background is None:
        return replace(block, style=replace(block.style, height=None))
    return block


def _story(name: str, kind: str, root: str, content: str, story: StoryPart) -> WrittenPart:
    """Return a header or a footer, whose first element has the name `root`."""
    xml = f"{DECLARATION}<w:{root} {_NAMESPACES}>{content}</w:{root}>"
    return WrittenPart(name, kind, xml.encode(), story)


def _body_part(tree: PageTree, document: DocumentParts) -> WrittenPart:
    """Return the main part. It is encoded piece by piece, since that of a book has a hundred megabytes."""
    story = StoryPart()
    body = _DocumentBody(tree, document, StoryWriter(story, document, tree.language))
    content = BytesIO()
    content.write(f"{DECLARATION}<w:document {_NAMESPACES}><w:body>".encode())
    for piece in body.pieces():
        content.write(piece.encode())
    content.write(b"</w:body></w:document>")
    return WrittenPart(MAIN_PART, "document.main", content.getvalue(), story)


class _DocumentBody:
    """Writes the body: its blocks, and a section for each text in columns and for what is before and after it."""

    def __init__(self, tree: PageTree, document: DocumentParts, writer: StoryWriter) -> None:
        self._tree = tree
        self._document = document
        self._writer = writer
        self._theme = document.theme
        self._is_first = True
        self._has_balanced_columns = False
        """Whether Word decides what is in each of the last columns, after which there is an empty line."""

    def pieces(self) -> Iterator[str]:
        """Yield the content of the body."""
        pending: list[Block] = []
        space = 0.0
        space_after_columns = 0.0
        is_after_columns = False
        for block in self._tree.body:
            if _is_empty_text_in_columns(block):
                continue
            if isinstance(block, ContentsBlock) or (isinstance(block, Division) and _is_text_in_columns(block)):
                gap = space_between(space, block.style) if pending or not self._is_first else 0
                yield from self._end_section(pending, space_after_columns, gap)
                yield from self._columns(block)
                pending = []
                space_after_columns = block.style.space_after
                is_after_columns = True
            else:
                pending.append(block)
            space = block.style.space_after
        # The empty line at the end of the columns is in the last one, which is rarely the longest.
        before = space_between(space_after_columns, pending[0].style) if pending else 0
        if is_after_columns and any(is_floating(block) for block in pending):
            yield EMPTY_LINE  # directly after columns, it would have a page of its own in LibreOffice
            if self._has_balanced_columns and is_floating(pending[0]):
                before = 0  # LibreOffice gives up to balance columns that come near to what floats below them
        yield from self._flow(pending, before)
        if not pending or is_table(pending[-1]) or is_tag(pending[-1]):
            yield EMPTY_LINE
        yield self._section()

    def _flow(self, blocks: Sequence[Block], before: float) -> Iterator[str]:
        return self._writer.pieces(blocks, self._theme.text_width, before=before)

    def _end_section(self, blocks: Sequence[Block], above: float, gap: float) -> Iterator[str]:
        """Yield the blocks before a text in columns, with at least the space `above`, and a gap."""
        if not blocks:
            return
        yield from self._flow(blocks, max(above, blocks[0].style.space_before))
        yield empty_line(max(gap - 1, 1))
        yield _section_end(self._section())

    def _columns(self, block: Division | ContentsBlock) -> Iterator[str]:
        """Yield a text in columns."""
        available = block_width(block, self._theme.text_width)
        gap = block.style.gap if isinstance(block, ContentsBlock) else block.gap
        division = Division((), block.style, block.line, block.count, gap)
        width = text_column_width(division, inner_width(division.style, available))
        if isinstance(block, ContentsBlock):
            yield self._writer.contents(block, width)
        else:
            columns = () if self._document.is_template else columns_of_sections(block, self._tree.body, self._theme)
            for index, column in enumerate(columns):
                # LibreOffice keeps a heading with its text only after another paragraph of its column.
                yield _COLUMN_BREAK if index else EMPTY_LINE
                yield from self._writer.pieces(column, width, gap=block.style.gap, has_whole_sections=True)
            self._has_balanced_columns = not columns
            if columns:
                # LibreOffice begins in a later column if one is left over and the text so takes less height.
                yield _COLUMN_BREAK * (division.count - len(columns))
            else:
                yield from self._writer.pieces(block.blocks, width, gap=block.style.gap)
        # LibreOffice balances columns only before an empty paragraph that is about as high as a line.
        yield empty_line(division.style.leading)
        yield _section_end(self._section(division.count, division.gap))

    def _section(self, columns: int = 1, gap: float = 36) -> str:
        """Return the properties of a section; the first one has the headers and the footer."""
        theme = self._theme
        width, height = theme.paper
        margins = theme.margins
        if self._is_first:
            first_footer = list(_footers(self._tree))[-1]
            start = (
                '<w:headerReference w:type="default" r:id="header2"/><w:headerReference w:type="first" r:id="header1"/>'
                '<w:footerReference w:type="default" r:id="footer1"/>'
                f'<w:footerReference w:type="first" r:id="{first_footer}"/>'
            )
            title = "<w:titlePg/>"
        else:
            start = '<w:type w:val="continuous"/>'
            title = ""
        self._is_first = False
        orient = ' w:orient="landscape"' if width > height else ""
        turned = "<w:bidi/>" if self._document.right_to_left else ""
        header = Length(_header_distance(self._tree, theme))
        free = margins.bottom - stack_height(self._tree.footer, theme.text_width) - 1
        footer = Length(max(free - space_above_footer(self._tree.footer, free), 0))
        return (
            f'<w:sectPr>{start}<w:pgSz w:w="{width.twips}" w:h="{height.twips}"{orient}/>'
            f'<w:pgMar w:top="{margins.top.twips}" w:right="{margins.right.twips}" w:bottom="{margins.bottom.twips}"'
            f' w:left="{margins.left.twips}" w:header="{header.twips}" w:footer="{footer.twips}" w:gutter="0"/>'
            f'<w:cols w:num="{columns}" w:space="{Length(gap).twips}"/>{title}{turned}</w:sectPr>'
        )


def _is_empty_text_in_columns(block: Block) -> bool:
    """Return whether a block is for text in columns and has none, so that nothing of it is seen."""
    if not isinstance(block, Division) or not block.count:
        return False
    return not block.blocks and not is_boxed(block.style)


def _is_text_in_columns(division: Division) -> bool:
    """Return whether a division has text in several columns, which needs a section of its own; one with a box is a
    table.
    """
    return division.count > 1 and not is_boxed(division.style)


def _section_end(section: str) -> str:
    """Return the last paragraph of a section that is not the last."""
    return EMPTY_LINE.replace("</w:pPr>", f"{section}</w:pPr>")


def _shared_parts(document: DocumentParts) -> tuple[WrittenPart, ...]:
    """Return the parts without text."""
    language = document.language
    return (
        WrittenPart("word/styles.xml", "styles", document.styles.part(language)),
        WrittenPart("word/numbering.xml", "numbering", document.lists.part()),
        WrittenPart("word/settings.xml", "settings", in_language(_SETTINGS, language)),
        WrittenPart("word/fontTable.xml", "fontTable", _font_table(document.theme)),
        WrittenPart("word/theme.xml", "theme", office_theme(document.theme)),
    )


def _font_table(theme: Theme) -> bytes:
    """Return the part with the fonts of the theme."""
    names = set()
    for family in theme.fonts.values():
        names |= {family.word, family.word_east_asian}
    fonts = ""
    for name in sorted(names):
        fonts += f'<w:font w:name="{escape(name)}"><w:family w:val="swiss"/></w:font>'
    return f'{DECLARATION}<w:fonts xmlns:w="{WORD}">{fonts}</w:fonts>'.encode()


def _relationship(part: WrittenPart) -> str:
    """Return the relationship of the main part to another one beside it."""
    name = part.name.removeprefix("word/")
    return new_relationship(name.removesuffix(".xml"), f"{OFFICE}/{part.kind}", name)


def _content_types(types: Mapping[str, str]) -> bytes:
    written = "".join(_default_types())
    written += "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items())
    return f'{DECLARATION}<Types xmlns="{TYPED}">{written}</Types>'.encode()


def _default_types() -> Iterator[str]:
    yield '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    yield '<Default Extension="xml" ContentType="application/xml"/>'
    for ending, media_type in _MEDIA_TYPES.items():
        yield f'<Default Extension="{ending}" ContentType="{media_type}"/>'
