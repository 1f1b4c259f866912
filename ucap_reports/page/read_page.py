"""Reads page XML into the page tree: checks every element and attribute, and resolves the styles."""

from collections.abc import Mapping

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
from ucap_reports.page.data_tables import with_sections
from ucap_reports.page.element_attributes import Element, ElementContext, PageElement, Readers, Reading
from ucap_reports.page.emblem_rules import below_each_other, with_space_above
from ucap_reports.page.fill_page import PageXml
from ucap_reports.page.page_tree import Block, PageBreak, PageTree, is_page_end
from ucap_reports.page.scaled_blocks import are_equal_in_scales, scaled_blocks
from ucap_reports.patterns.rare_pattern import RarePattern
from ucap_reports.problems import Location, Problem, problem, raise_found
from ucap_reports.storage.reading_limits import MAX_PAGE_DEPTH
from ucap_reports.template.pack import Pack
from ucap_reports.template.xml_templates import is_too_large, too_large

FIRST = ' first="true"'
_PAGE_PARTS = frozenset({HEADER, FOOTER, FOOT})
_PERCENT = RarePattern(r"(100|[0-9]{1,2})%")
_TOO_DEEP = etree.XPath("/*" * (MAX_PAGE_DEPTH + 1))
"""The elements that are nested too deeply: readers and writers of pages call themselves for each level."""
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def read_page(page: PageXml, pack: Pack) -> PageTree:
    """The page tree of a filled page, in the styles of the pack's theme.

    Raises ProblemsFound with all problems of the template, at its own lines.
    """
    return PageReader(page).tree(pack)


def attempt_page(page: PageXml, pack: Pack) -> tuple[PageTree, list[Problem]]:
    """The tree as far as it can be read, and the problems that `read_page` would raise."""
    return PageReader(page).attempt(pack)


class PageReader:
    """Reads a filled page in the scales of a pack. It is parsed once, and the trees of further scales are derived from
    the first one if nothing but styles can be different in them.
    """

    def __init__(self, page: PageXml) -> None:
        self._page = page
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
        context = ElementContext("document", IN_DOCUMENT, reading.theme.style("body"), opened.line)
        blocks = None if self._pack is None else scaled_blocks(self._blocks, self._pack, reading.pack)
        if blocks is None:
            blocks = read_flow(opened, context)
            if not reading.has_data_tables and not reading.report_count:
                self._blocks, self._page_parts, self._pack = blocks, reading.page_parts, reading.pack
        elif self._pack is not None:
            self._read_page_parts(reading, root, context, self._pack)
        parts = reading.page_parts
        header, footer = parts.get(HEADER, ()), parts.get(FOOTER, ())
        body = (*blocks, *parts.get(FOOT, ()))
        if reading.has_data_tables:
            body = tuple(with_sections(body, reading.theme))
        body = tuple(below_each_other(_without_empty_pages(body)))
        return PageTree(language, header, footer, body, parts.get(f"{HEADER}{FIRST}"), parts.get(f"{FOOTER}{FIRST}"))

    def _read_page_parts(self, reading: Reading, root: Element, context: ElementContext, pack: Pack) -> None:
        """Read the page headers, the page footer and the foot, except those that are as in the first scale of a
        pack.
        """
        elements = [child for child in root if child.tag in _PAGE_PARTS]
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
    name, parts = opened.tag, opened.reading.page_parts
    if name != FOOT and opened.is_true("first"):
        name += FIRST
    if name in parts:
        opened.report(problem("element-duplicate", element=name))
    part = read_shared_division(opened, replace(context, on_every_page=name != FOOT))
    if name == FOOT:
        part = with_space_above(replace(part, style=replace(part.style, pin="foot")))
    parts[name] = (part,)


def _read_page_break(opened: PageElement, context: ElementContext) -> PageBreak:
    """Read the end of a page, which may depend on how full the page is."""
    written = opened.attributes.get("from", "0%")
    match = _PERCENT.fullmatch(written)
    if match is None:
        opened.report(problem("attribute-invalid", name="from", value=written, known='a percentage such as "50%"'))
    return PageBreak(context.text, opened.line, int(match[1]) / 100 if match else 0)


IN_DOCUMENT: Readers = {
    **IN_BOX,
    "table": read_table,
    **dict.fromkeys(_PAGE_PARTS, _read_page_part),
    "contents": read_contents,
    "page-break": _read_page_break,
}
