"""Page XML to page tree: every element known, in its place and with its style decided."""

from lxml import etree
from msgspec.structs import replace

from ucap_reports.pdf.template.block_elements import IN_DIVISION, read_division, read_flow
from ucap_reports.pdf.template.fill_page import PageXml
from ucap_reports.pdf.template.page_tree import Block, Division, PageTree
from ucap_reports.pdf.template.reading_state import Element, ElementContext, Readers, Reading
from ucap_reports.pdf.template.table_elements import read_table
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.template.pack import Pack

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)


def read_page(page: PageXml, pack: Pack) -> PageTree:
    """The typed tree of a filled page, in the styles of the pack's theme.

    Raises ProblemsFound at the template's own lines: `xml-invalid` for what is not well-formed, or all of
    `element-unknown`, `element-misplaced`, `text-misplaced`, `attribute-unknown`, `attribute-missing`,
    `attribute-invalid`, `style-unknown`, `language-invalid`, `link-invalid`, `alt-missing`, `image-missing`,
    `image-outside`, `image-invalid`, `emblem-too-small`, `colspan-invalid`, `row-uneven`, `list-too-deep` and
    `heading-skipped`.
    """
    tree, problems = attempt_page(page, pack)
    if problems:
        raise ProblemsFound(problems)
    return tree


def attempt_page(page: PageXml, pack: Pack) -> tuple[PageTree, list[Problem]]:
    """The tree as far as it can be read, and everything that `read_page` would raise."""
    try:
        root = etree.fromstring(page.text.encode(), _PARSER)
    except etree.XMLSyntaxError as error:
        from ucap_reports.pdf.template.malformed_xml import malformed_problem  # noqa: PLC0415 - few pages are malformed

        return PageTree(page.title, page.language, (), (), ()), [malformed_problem(page, error)]
    reading = Reading(page, pack)
    return _read_document(reading, root), reading.problems


def _read_document(reading: Reading, root: Element) -> PageTree:
    if root.tag != "document":
        reading.report(root, "element-misplaced", f"the page begins with <{root.tag}>", "begin with <document>")
        return PageTree(reading.page.title, reading.page.language, (), (), ())
    opened = reading.open(root)
    language = reading.language(root, opened, None) or reading.page.language
    blocks = read_flow(reading, root, ElementContext("document", IN_DOCUMENT, reading.styles.body, opened.line))
    header, footer = (reading.page_parts.get(name) for name in ("page-header", "page-footer"))
    return PageTree(reading.page.title, language, _blocks(header), _blocks(footer), blocks)


def _blocks(part: Division | None) -> tuple[Block, ...]:
    return () if part is None else (part,)


def _read_page_part(reading: Reading, element: Element, place: ElementContext) -> None:
    """The header or footer of every page, kept apart from what stands on the first."""
    if element.tag in reading.page_parts:
        reading.report(element, "element-twice", f"there is a <{element.tag}> already", "keep one of them")
    reading.page_parts[element.tag] = read_division(reading, element, replace(place, on_every_page=True))


IN_DOCUMENT: Readers = {
    **IN_DIVISION,
    "table": read_table,
    "page-header": _read_page_part,
    "page-footer": _read_page_part,
}
