"""Reads the pages of a book: its template is filled and read piece by piece, so that a book of thousands of plans is
never in memory at once.

The page template is `book.page.xml` of a pack. Its filled text is parsed while it is being written. Each element of the
document is read and forgotten before the next one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, takewhile
from typing import Any

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.block_elements import FOOT, FOOTER, HEADER, FlowReader, read_child
from ucap_reports.page.data_tables_text_size_and_widths import with_sections
from ucap_reports.page.emblem_rules import below_each_other
from ucap_reports.page.fill_and_read_page import FIRST, IN_DOCUMENT, PageValues, attempt_page
from ucap_reports.page.page_checks import WidthCheck, contrast_warnings, vague_link_warnings, width_problems
from ucap_reports.page.page_elements import Element, ElementContext, PageElement, PageXml, Reading
from ucap_reports.page.page_tree import (
    Block,
    Content,
    ContentsBlock,
    Division,
    Items,
    PageBreak,
    PageNumber,
    PageOf,
    PageTree,
    PictureBlock,
    Table,
    TableRow,
    TextBlock,
    all_blocks,
    headings_in,
    is_page_end,
)
from ucap_reports.problems import Location, Problem, Suggestions, problem, raise_found
from ucap_reports.summary.compose_book import BookContent
from ucap_reports.template.jinja.rendering_state import BUDGET
from ucap_reports.template.pack import Pack
from ucap_reports.template.xml_templates import malformed_problem, prepared_template
from ucap_reports.text.capitals_punctuation_and_plain_letters import semicolon
from ucap_reports.text.rich_text import Inline, Run

PLAN_BUDGET = 400_000
"""What filling the template may cost for each plan of the book, beside the budget of other templates."""

NO_PAGES: Mapping[str, str] = {}
LOOKAHEAD = 64
"""The blocks of a part among which page numbers are searched; longer parts are not in memory at once."""


class BookPart(Struct, frozen=True):
    """The blocks between two page breaks, which can be read once, and whether they print the numbers of pages."""

    blocks: Iterator[Block]
    has_page_numbers: bool


def _continues(block: Block) -> bool:
    return not is_page_end(block)


class BookPages:
    """The pages of a book, read once from its start to its end."""

    def __init__(self, content: BookContent, pack: Pack) -> None:
        self.pack = pack
        self.summary = content.summary
        self._content = content
        self._values = PageValues()
        self._prepared = prepared_template("page-template", pack.page_template)
        page = self._values.page(self._prepared, pack.page_template, "", content.summary)
        self._reading = Reading(replace(page, lists=content.lists, is_book=True), pack)
        self._widths = WidthCheck(pack.page_template.path)
        self.language = content.summary.language
        self.titles: dict[str, str] = {}
        """The texts of the headings so far, by their identifiers."""

    def segments(self) -> Iterator[BookPart]:
        """Yield the parts of the book between page breaks, each of which must be read before the next one.

        Raises ProblemsFound with the errors of the template.
        """
        blocks = self._remembered()
        for first in blocks:
            if not is_page_end(first):
                others = takewhile(_continues, blocks)
                yield self._segment(chain([first], others))
        margins = self.margins
        for part in (margins.headers, margins.footers, self._reading.page_parts.get(FOOT, ())):
            self._widths.stack(part, self.pack.theme.text_width)
        raise_found([*self._reading.problems, *self._widths.problems])

    def _segment(self, blocks: Iterator[Block]) -> BookPart:
        """Return a part. If it prints page numbers, all of it is read at once."""
        begin = list(islice(blocks, LOOKAHEAD))
        if has_page_numbers(begin):
            return BookPart(iter([*begin, *blocks]), has_page_numbers=True)
        return BookPart(chain(begin, self._without_page_numbers(blocks)), has_page_numbers=False)

    def _without_page_numbers(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Yield blocks; report those that print page numbers, because the pages before are drawn already."""
        for block in blocks:
            if has_page_numbers([block]):
                raise_found([problem("page-of-late", Location(self.pack.page_template.path, block.line))])
            yield block

    def _remembered(self) -> Iterator[Block]:
        """Yield the blocks, with those of the foot at the end, and remember their headings."""
        for block in below_each_other(with_sections(self._blocks(), self.pack.theme)):
            self._remember(block)
            self._widths.stack([block], self.pack.theme.text_width)
            yield block
        yield from self._reading.page_parts.get(FOOT, ())

    @property
    def margins(self) -> PageTree:
        """The headers and footers, in a tree without a body. Complete after the last segment."""
        parts = self._reading.page_parts
        return PageTree(
            self.language,
            header=parts.get(HEADER, ()),
            footer=parts.get(FOOTER, ()),
            first_header=parts.get(f"{HEADER}{FIRST}"),
            first_footer=parts.get(f"{FOOTER}{FIRST}"),
        )

    def _blocks(self) -> Iterator[Block]:
        """Yield the blocks of the body while the template is being filled."""
        parser: Any = etree.XMLPullParser(
            events=("start", "end"), resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        values = self._values
        content = self._content
        budget = BUDGET + PLAN_BUDGET * len(content.summaries)
        pieces = self._prepared.compiled.pieces(
            content.summary, values.refer_to, values.write, values.draw, content.names, budget
        )
        document: _DocumentReader | None = None
        depth = 0
        for piece in pieces:
            try:
                parser.feed(piece.encode())
            except etree.XMLSyntaxError as error:
                raise_found([malformed_problem(self._reading.page, error)])
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                if document is None:
                    document = self._opened(element)
                elif event == "end" and depth == 1:
                    yield from document.child(element)
            if depth == 1:
                values.forget()
        if document is not None:
            yield from document.end()

    def _opened(self, root: Element) -> "_DocumentReader":
        """Return the reader of the document, whose start tag is read. Raises ProblemsFound for another element."""
        if root.tag != "document":
            self._reading.report(root, problem("element-misplaced", form="root", element=root.tag))
            raise_found(self._reading.problems)
        opened = self._reading.open(root)
        self.language = opened.language(None) or self.summary.language
        context = ElementContext("document", IN_DOCUMENT, self._reading.theme.style("body"), opened.line)
        return _DocumentReader(opened, context)

    def _remember(self, block: Block) -> None:
        self.titles |= {heading.anchor: heading.text for heading in headings_in([block])}


class _DocumentReader:
    """Reads the elements of the document one by one."""

    def __init__(self, opened: PageElement, context: ElementContext) -> None:
        self._opened = opened
        self._context = context
        self._flow = FlowReader(opened.reading, context)
        self._before: Element | None = None

    def child(self, element: Element) -> Iterable[Block]:
        """Return the blocks that are complete with an element of the document."""
        self._text_before()
        read_child(self._flow, self._opened, element, self._context)
        self._before = element
        return self._flow.complete()

    def end(self) -> Iterable[Block]:
        """Return the last blocks."""
        self._text_before()
        return self._flow.blocks()

    def _text_before(self) -> None:
        """Read the text since the element before, and remove that element from the document."""
        root = self._opened.element
        if self._before is None:
            self._flow.text(root.text)
            root.text = None
        else:
            self._flow.text(self._before.tail)
            root.remove(self._before)


def has_page_numbers(segment: Sequence[Block]) -> bool:
    """Return whether blocks print the numbers of pages of the book."""
    for block in all_blocks(segment):
        if isinstance(block, ContentsBlock):
            return True
        if isinstance(block, TextBlock) and any(isinstance(inline, PageOf) for inline in block.content):
            return True
    return False


def references_in(blocks: Iterable[Block]) -> Iterator[tuple[str, int]]:
    """Yield the headings to which page numbers and links lead, with the lines of the template."""
    for block in all_blocks(blocks):
        if not isinstance(block, TextBlock):
            continue
        for inline in block.content:
            if isinstance(inline, PageOf):
                for name in inline.reference.split():
                    yield name, block.line
            elif isinstance(inline, Run) and inline.link is not None and inline.link.startswith("#"):
                yield inline.link.removeprefix("#"), block.line


def book_tree(book: BookPages, plan_pages: Mapping[str, str] = NO_PAGES) -> PageTree:
    """Return all pages of a book, for formats without page numbers: there, a heading has its text in their place.

    `plan_pages` has the titles of plans that have pages of their own, to which links lead, by their ids.

    Raises ProblemsFound with the errors of the template.
    """
    tree = complete_tree(book)
    titles = {**book.titles, **plan_pages}
    references = dict(references_in(tree.body))
    raise_found(unknown_anchors(references, titles, book.pack.page_template.path))
    linking = _Linking(titles, frozenset(plan_pages), semicolon(tree.language))
    return replace(tree, body=tuple(map(linking.linked, tree.body)))


def complete_tree(book: BookPages) -> PageTree:
    """Return all pages of a book, as the template has them. Raises ProblemsFound with its errors."""
    body: list[Block] = []
    for part in book.segments():
        if body:
            body.append(PageBreak(book.pack.theme.style("body"), 0))
        body += part.blocks
    return replace(book.margins, body=tuple(body))


def unknown_anchors(references: Mapping[str, int], known: Collection[str], path: str) -> list[Problem]:
    """Return the errors about references to headings that do not exist. References have their lines in the template."""
    suggestions = Suggestions(sorted(known))
    problems = []
    for name, line in references.items():
        if name not in known:
            location = Location(path, line)
            problems.append(problem("anchor-unknown", location, hint=suggestions.hint(name), name=name))
    return problems


class _Linking(Struct, frozen=True):
    """Replaces page numbers by the texts of headings, and links to plans by those to their own pages."""

    titles: Mapping[str, str]
    plan_pages: frozenset[str]
    separator: str
    """What is between the texts of several headings: a semicolon, since names of cities have commas."""

    def linked(self, block: Block) -> Block:
        """Return a block with the links of its paragraphs."""
        match block:
            case TextBlock():
                return replace(block, content=tuple(self._content(block.content)))
            case Division() | PictureBlock():
                return replace(block, blocks=self._blocks(block.blocks))
            case Items():
                return replace(block, items=tuple(map(self._blocks, block.items)))
            case Table():
                return replace(block, head=self._rows(block.head), body=self._rows(block.body))
            case _:
                return block

    def _blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        return tuple(map(self.linked, blocks))

    def _rows(self, rows: Iterable[TableRow]) -> tuple[TableRow, ...]:
        linked = []
        for row in rows:
            cells = [replace(cell, blocks=self._blocks(cell.blocks)) for cell in row.cells]
            linked.append(replace(row, cells=tuple(cells)))
        return tuple(linked)

    def _content(self, content: Content) -> Iterator[Inline | PageNumber]:
        for inline in content:
            if isinstance(inline, PageOf):
                yield from self._titles(inline)
            elif isinstance(inline, Run) and inline.link is not None and inline.link.startswith("#"):
                yield replace(inline, link=self._address(inline.link.removeprefix("#")))
            else:
                yield inline

    def _titles(self, page_of: PageOf) -> Iterator[Run]:
        """Yield the texts of headings, unless the sentence is complete without them."""
        if page_of.prefix:
            return
        for index, name in enumerate(page_of.reference.split()):
            if index:
                yield Run(self.separator)
            yield Run(self.titles[name], link=self._address(name))

    def _address(self, name: str) -> str:
        return f"{name}.html" if name in self.plan_pages else f"#{name}"


def try_book(content: BookContent, pack: Pack) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the errors of a template with the content of a small book, and the warnings about it."""
    values = PageValues()
    prepared = prepared_template("page-template", pack.page_template)
    names: Mapping[str, object] = content.names
    filled = prepared.compiled.attempt(content.summary, values.refer_to, values.write, values.draw, names)
    page: PageXml = values.page(prepared, pack.page_template, filled.text or "", content.summary)
    if filled.text is None:
        return filled.problems, ()
    tree, page_problems = attempt_page(replace(page, lists=content.lists, is_book=True), pack)
    problems = [*filled.problems, *page_problems]
    if not problems:
        problems += width_problems(tree, pack)
    warnings = [*contrast_warnings(tree, pack), *vague_link_warnings(tree, pack.page_template.path)]
    return tuple(problems), tuple(warnings)
