"""From the page of a summary or the pages of a book, in a pack without a Word template, to a Word file."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from ucap_reports.page.page_tree import Block, Division, PageLabel, PageTree, TextBlock
from ucap_reports.page.plan_page import PlanPage, page_in_scale
from ucap_reports.page.read_book import BookPages, book_tree
from ucap_reports.problems import Problem, ProblemsFound, problem
from ucap_reports.summary.book import BookContent
from ucap_reports.summary.document import Document, Format
from ucap_reports.summary.summary import LabelText, Summary
from ucap_reports.template.pack import Pack
from ucap_reports.text.rich_text import Run
from ucap_reports.word.file.document_properties import EditionRecorder
from ucap_reports.word.writer.write_word import write_word


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
    tree = replace(tree, header=_with_labels(tree.header, labels), footer=_with_labels(tree.footer, labels))
    try:
        written, widths = write_word(tree, content.summary, pack)
    except ValueError as error:
        raise ProblemsFound([problem("character-forbidden", character=str(error))]) from None
    return Document(content.summary.id, Format.DOCX, written, pictures=widths)


def _marked_tree(marked: Summary, page: PlanPage) -> PageTree | None:
    """Return the page of a summary with marks, in the scale of its page; None if it is too large with them."""
    try:
        return page_in_scale(marked, page.pack, page.summary.scale).tree
    except ProblemsFound:
        return None


def _with_labels(blocks: Sequence[Block], labels: Sequence[LabelText]) -> tuple[Block, ...]:
    """Return the blocks of a margin with the first programme label: Word does not know the countries of chapters."""
    return tuple(_labelled(blocks, labels))


def _labelled(blocks: Sequence[Block], labels: Sequence[LabelText]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Division):
            yield replace(block, blocks=_with_labels(block.blocks, labels))
        elif isinstance(block, TextBlock) and any(isinstance(inline, PageLabel) for inline in block.content):
            for inline in block.content:
                if isinstance(inline, PageLabel) and inline.index < len(labels):
                    label = labels[inline.index]
                    yield replace(block, content=(Run(label.text, language=label.language),))
        else:
            yield block
