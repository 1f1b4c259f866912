"""A Word template made from the page template of a pack, for further work in Word.

Its text has the tags of Word templates, and its look is that of the Word files that the pack makes without it.
"""

from msgspec.structs import replace

from ucap_reports.page.element_styles import without_box
from ucap_reports.page.fill_page import PageXml, attempt_fill
from ucap_reports.page.page_tree import Block, Division, PageTree, Table, TableRow, TextBlock
from ucap_reports.page.read_page import attempt_page
from ucap_reports.summary.summary import Contact, Metadata, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.xml_templates import template_text
from ucap_reports.text.rich_text import RichText
from ucap_reports.word.writer.box_rows import TAG_WIDTH, is_cell_tag
from ucap_reports.word.writer.unfilled_page import foot_styles, unfilled_page
from ucap_reports.word.writer.write_word import write_word


def word_template(pack: Pack) -> bytes:
    """Return a Word template with the look and the tags of the pack's page template.

    Raises ProblemsFound with the errors of a page template that cannot be compiled.
    """
    summary = _sample(pack)
    attempt_fill(pack.page_template, summary)  # reports what cannot be compiled
    contact = pack.settings.contact
    has_contact = bool(contact.office or contact.email or contact.website)
    template = template_text(pack.page_template)
    text = unfilled_page(template, pack.theme, has_contact=has_contact)
    page = PageXml(text, pack.page_template.path, (), {}, summary, {}, {})
    tree, _ = attempt_page(page, pack)
    return write_word(_adapted_tree(tree, foot_styles(template)), summary, pack, is_template=True)[0]


def _sample(pack: Pack) -> Summary:
    """Return a summary without content, whose metadata the template has."""
    settings = pack.settings
    return Summary(
        id=pack.name,
        title=settings.title,
        language=settings.language,
        column_label=RichText(),
        columns=(),
        rows=(),
        contact=Contact(),
        programme_label=(),
        metadata=Metadata("", ""),
    )


def _adapted_tree(tree: PageTree, feet: frozenset[str]) -> PageTree:
    """Return the tree, in which cells with a tag leave the room to the others, paragraphs for the cases of a table cell
    have no box of their own, and boxes with a style of `feet` are at the foot of the page.
    """
    first = None if tree.first_header is None else _adapted(tree.first_header)
    return replace(
        tree,
        header=_adapted(tree.header),
        footer=_adapted(tree.footer),
        body=tuple(_at_foot(block, feet) for block in _adapted(tree.body)),
        first_header=first,
    )


def _adapted(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(_adapted_block(block) for block in blocks)


def _adapted_block(block: Block) -> Block:
    if isinstance(block, Division):
        return replace(block, blocks=_adapted(block.blocks))
    if isinstance(block, Table):
        return replace(block, head=_adapted_rows(block.head), body=_adapted_rows(block.body))
    if is_cell_tag(block):
        return replace(block, style=replace(block.style, width=TAG_WIDTH))
    return block


def _at_foot(block: Block, feet: frozenset[str]) -> Block:
    if isinstance(block, Division) and block.style.name in feet:
        return replace(block, style=replace(block.style, pin="foot"))
    return block


def _adapted_rows(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
    adapted = []
    for row in rows:
        cells = tuple(
            replace(cell, blocks=tuple(_without_own_box(block) for block in cell.blocks)) for cell in row.cells
        )
        adapted.append(replace(row, cells=cells))
    return tuple(adapted)


def _without_own_box(block: Block) -> Block:
    return replace(block, style=without_box(block.style)) if isinstance(block, TextBlock) else block
