"""A page template tried out on summaries, so that everything wrong with it is found and what it shows can be seen."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from msgspec import Struct

from ucap_reports.pdf.layout.draw_document import draw_document
from ucap_reports.pdf.template.compile_page import template_text
from ucap_reports.pdf.template.fill_page import attempt_fill
from ucap_reports.pdf.template.page_tree import Block, Division, Emblem, Items, PackImage, PageTree, Table, TextBlock
from ucap_reports.pdf.template.read_page import attempt_page
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.summary.summary import Summary
from ucap_reports.template.jinja.jinja_errors import find_jinja_tags
from ucap_reports.template.jinja.jinja_tags import JinjaTag, JinjaTagKind
from ucap_reports.template.jinja.render_budget import SourcePlaces
from ucap_reports.template.jinja.tag_check import WrittenTag, read_tags
from ucap_reports.template.pack import Pack, PackFile
from ucap_reports.text.rich_text import Run


class PageTrial(Struct, frozen=True):
    """What a template made of one summary: the page's tree, or None where it could not be filled."""

    problems: tuple[Problem, ...]
    tree: PageTree | None


def try_page(pack: Pack, summaries: Sequence[Summary]) -> tuple[PageTrial, ...]:
    """A trial for each summary, drawn as well where all else is right."""
    return tuple(_try(pack, summary) for summary in summaries)


def read_page_tags(template: PackFile) -> tuple[Problem, ...]:
    """What is wrong with each tag of a page template, read by itself."""
    try:
        text = template_text(template)
        tags = tuple(find_jinja_tags(text, lambda line: Location(template.path, line)))
    except ProblemsFound as found:
        return found.problems
    return tuple(read_tags(_written(text, tags, template.path), {"summary": Summary}))


def _try(pack: Pack, summary: Summary) -> PageTrial:
    try:
        page, faults = attempt_fill(pack.page_template, summary)
    except ProblemsFound as found:
        return PageTrial(found.problems, None)
    if not page.text and faults:
        return PageTrial(faults, None)
    tree, problems = attempt_page(page, pack)
    if not faults and not problems:
        try:
            draw_document(tree, summary, pack)
        except ProblemsFound as found:
            problems = list(found.problems)
    return PageTrial((*faults, *problems), tree)


def _written(text: str, tags: Sequence[JinjaTag], path: str) -> Iterator[WrittenTag]:
    for tag in tags:
        content = text[tag.inner_start : tag.inner_end].strip()
        if tag.kind in (JinjaTagKind.PRINT, JinjaTagKind.STATEMENT) and content:
            start = text.rfind("\n", 0, tag.start) + 1
            location = Location(path, text.count("\n", 0, tag.start) + 1, tag.start - start + 1)
            yield WrittenTag(content, tag.kind is JinjaTagKind.PRINT, SourcePlaces.at(location))


def tree_texts(tree: PageTree) -> Iterator[str]:
    """The words of each paragraph of a page, with those of its header and footer."""
    for text in tree_paragraphs((*tree.header, *tree.footer, *tree.body)):
        yield "".join(each.text for each in text.content if isinstance(each, Run))


def tree_paragraphs(blocks: Iterable[Block]) -> Iterator[TextBlock]:
    """Each paragraph of the blocks, however deep."""
    for block in blocks:
        yield from _paragraphs(block)


def _paragraphs(block: Block) -> Iterator[TextBlock]:
    inside: Sequence[Block] = ()
    match block:
        case TextBlock():
            yield block
        case Items():
            inside = [part for item in block.items for part in item.blocks]
        case Division():
            inside = block.blocks
        case Table():
            inside = [part for row in (*block.head, *block.body) for cell in row.cells for part in cell.blocks]
        case Emblem() | PackImage():
            pass
        case _:
            assert_never(block)
    yield from tree_paragraphs(inside)
