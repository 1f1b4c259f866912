"""A page template tried out on summaries, so that everything wrong with it is found and what it shows can be seen."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from msgspec import Struct

from ucap_reports.pack import Pack, PackFile
from ucap_reports.pdf.compiling import template_text
from ucap_reports.pdf.draw import draw
from ucap_reports.pdf.elements import Block, Division, Emblem, Items, PageTree, Picture, Table, Text
from ucap_reports.pdf.fill import attempt_fill
from ucap_reports.pdf.page import attempt_page
from ucap_reports.problems import Location, Problem, ProblemsFound
from ucap_reports.richtext import Run
from ucap_reports.summary import Summary
from ucap_reports.templating import Places
from ucap_reports.templating.reading import WrittenTag, read_tags
from ucap_reports.templating.tags import Tag, TagKind, find_tags


class Trial(Struct, frozen=True):
    """What a template made of one summary: the page's tree, or None where it could not be filled."""

    problems: tuple[Problem, ...]
    tree: PageTree | None


def try_page(pack: Pack, summaries: Sequence[Summary]) -> tuple[Trial, ...]:
    """A trial for each summary, drawn as well where all else is right."""
    return tuple(_try(pack, summary) for summary in summaries)


def read_page_tags(template: PackFile) -> tuple[Problem, ...]:
    """What is wrong with each tag of a page template, read by itself."""
    try:
        text = template_text(template)
        tags = tuple(find_tags(text, lambda line: Location(template.path, line)))
    except ProblemsFound as found:
        return found.problems
    return tuple(read_tags(_written(text, tags, template.path), {"summary": Summary}))


def _try(pack: Pack, summary: Summary) -> Trial:
    try:
        page, faults = attempt_fill(pack.page_template, summary)
    except ProblemsFound as found:
        return Trial(found.problems, None)
    if not page.text and faults:
        return Trial(faults, None)
    tree, problems = attempt_page(page, pack)
    if not faults and not problems:
        try:
            draw(tree, summary, pack)
        except ProblemsFound as found:
            problems = list(found.problems)
    return Trial((*faults, *problems), tree)


def _written(text: str, tags: Sequence[Tag], path: str) -> Iterator[WrittenTag]:
    for tag in tags:
        content = text[tag.inner_start : tag.inner_end].strip()
        if tag.kind in (TagKind.PRINT, TagKind.STATEMENT) and content:
            start = text.rfind("\n", 0, tag.start) + 1
            location = Location(path, text.count("\n", 0, tag.start) + 1, tag.start - start + 1)
            yield WrittenTag(content, tag.kind is TagKind.PRINT, Places.at(location))


def tree_texts(tree: PageTree) -> Iterator[str]:
    """The words of each paragraph of a page, with those of its header and footer."""
    for text in tree_paragraphs((*tree.header, *tree.footer, *tree.body)):
        yield "".join(each.text for each in text.content if isinstance(each, Run))


def tree_paragraphs(blocks: Iterable[Block]) -> Iterator[Text]:
    """Each paragraph of the blocks, however deep."""
    for block in blocks:
        yield from _paragraphs(block)


def _paragraphs(block: Block) -> Iterator[Text]:
    inside: Sequence[Block] = ()
    match block:
        case Text():
            yield block
        case Items():
            inside = [part for item in block.items for part in item.blocks]
        case Division():
            inside = block.blocks
        case Table():
            inside = [part for row in (*block.head, *block.body) for cell in row.cells for part in cell.blocks]
        case Emblem() | Picture():
            pass
        case _:
            assert_never(block)
    yield from tree_paragraphs(inside)
