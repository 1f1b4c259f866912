"""Reads the content of paragraphs: the template's words, with white space folded as in HTML, and the summary's runs;
paragraphs and lists of the summary become blocks.
"""

import re

from msgspec.structs import replace

from ucap_reports.page.page_elements import (
    INLINE,
    LINES,
    LISTS,
    PAGE_FACTS,
    WHITE_SPACE,
    Element,
    ElementContext,
    PageElement,
    Reading,
    figure_style,
    inline_names,
    natural_style,
)
from ucap_reports.page.page_tree import Block, Content, Items, PageChapters, PageLabel, PageNumber, PageOf, TextBlock
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import problem
from ucap_reports.text.field_marks import read_marks
from ucap_reports.text.language_tags import like
from ucap_reports.text.links import link_address
from ucap_reports.text.rich_text import (
    EMPHASIS,
    Break,
    DataTable,
    Inline,
    ItemList,
    Marker,
    Paragraph,
    RichText,
    Run,
    Script,
)

_WHITE_SPACE = re.compile(r"[ \t\n\r\f]+")


ANCHOR_LINK = LazyPattern(r"#[\w.-]{1,200}")
"""A link to a heading of the same book."""
LABEL_NUMBERS = frozenset("123456789")
PLAIN = Run("")
"""The format of text outside of inline elements. A format is a run without text."""


class Inlines:
    """Collects the content of a paragraph."""

    def __init__(self, reading: Reading) -> None:
        self._has_marks = reading.page.has_marks
        self._items: list[Inline | PageNumber] = []
        self._at_edge = True
        """Whether white space of the template would be at the start of a line, or after other white space."""
        self._loose = False
        """Whether the last item ends in white space of the template."""

    def __bool__(self) -> bool:
        return bool(self._items)

    def text(self, text: str | None, form: Run) -> bool:
        """Add words of the template, with white space folded; return whether there were any."""
        if not text or (self._at_edge and not text.strip(WHITE_SPACE)):
            return False
        folded = _WHITE_SPACE.sub(" ", text)
        if self._at_edge:
            folded = folded.lstrip(" ")
        words = read_marks(folded) if self._has_marks else folded
        self._items.append(replace(form, text=words))
        self._at_edge = self._loose = folded[-1] == " "
        return folded != " "

    def rich(self, value: RichText, form: Run) -> None:
        """Add runs of the summary, each paragraph on a line of its own."""
        for number, paragraph in enumerate(value.paragraphs()):
            if number:
                self.line_break()
            self._items += formatted(paragraph, form)
            self._loose = False
            self._at_edge = not self._items or isinstance(self._items[-1], Break)

    def line_break(self) -> None:
        """Add a line break."""
        self._tighten()
        self._items.append(Break())
        self._at_edge = True

    def page_number(self, number: PageNumber) -> None:
        """Add the page's number, or something else that is different on each page."""
        self._items.append(number)
        self._at_edge = self._loose = False

    def content(self) -> Content:
        """Return the content, without the template's white space at the end."""
        self._tighten()
        return tuple(self._items)

    def _tighten(self) -> None:
        """Remove the template's white space at the end of the last item, which is a space."""
        if not self._loose:
            return
        self._loose = False
        last = self._items[-1]
        if isinstance(last, Run):
            self._items.pop()
            if len(last.text) > 1:
                without_space = like(last.text[:-1], last.text)
                self._items.append(replace(last, text=without_space))


def formatted(paragraph: Paragraph, form: Run) -> tuple[Inline, ...]:
    """Return a paragraph's inlines in the format of the elements around it; a run's own link and language remain."""
    if form == PLAIN:
        return paragraph.inlines
    inlines: list[Inline] = []
    for inline in paragraph.inlines:
        inlines.append(_formatted(inline, form) if isinstance(inline, Run) else inline)
    return tuple(inlines)


def _formatted(run: Run, form: Run) -> Run:
    """Return a run in the format of the elements around it."""
    script = form.script if run.script is Script.NORMAL else run.script
    return replace(
        run,
        bold=run.bold or form.bold,
        italic=run.italic or form.italic,
        underline=run.underline or form.underline,
        script=script,
        link=run.link or form.link,
        language=run.language or form.language,
    )


def rich_block(reading: Reading, block: Paragraph | ItemList, context: ElementContext, form: Run) -> Block:
    """Return a paragraph or list of the summary as a block."""
    if isinstance(block, Paragraph):
        style = context.text
        if block.figure:
            style = figure_style(style, context.language or reading.page.summary.language)
        content = block.inlines if form is PLAIN else formatted(block, form)
        return TextBlock(content, style, context.line)
    natural = LINES if block.marker is Marker.NONE else LISTS[min(context.list_level, 1)]
    style = natural_style(reading.theme, natural, context.text)
    inner = replace(context, list_level=context.list_level + 1)
    items = []
    for item in block.items:
        parts: list[Block] = []
        for part in item.blocks:
            parts.append(rich_block(reading, part, inner, form))
        items.append(tuple(parts))
    return Items(block.marker, tuple(items), style, context.line, block.start)


def read_inline_content(opened: PageElement, context: ElementContext) -> Content:
    """Return the content of an element that is a paragraph."""
    inlines = Inlines(opened.reading)
    form = Run("", language=context.language)
    _read_content(opened.reading, opened.element, inlines, form, context)
    return inlines.content()


def read_inline(reading: Reading, element: Element, inlines: Inlines, form: Run, context: ElementContext) -> None:
    """Add an inline element."""
    tag = element.tag
    if tag == "rich":
        value = reading.page.texts[int(element.get("ref", ""))]
        if isinstance(value, DataTable) and not context.on_every_page:
            reading.tables_in_lines.append(value)
        else:
            inlines.rich(value, form)
        return
    opened = reading.open(element)
    match tag:
        case "br":
            inlines.line_break()
        case "page-of":
            opened.expect_book()
            reference = opened.required("ref", "{{ summary.id }}") or ""
            prefix = opened.attributes.get("prefix", "")
            inlines.page_number(PageOf(reference=reference, prefix=prefix))
        case _ if tag in PAGE_FACTS:
            if not context.on_every_page:
                fault = problem(
                    "element-misplaced",
                    form="parent",
                    hint="use it in <page-header> or <page-footer>",
                    element=tag,
                    parent=context.name,
                    known="",
                )
                opened.report(fault)
            inlines.page_number(_page_fact(opened))
        case _:
            _read_content(reading, element, inlines, _inner_format(opened, form), context)


def _page_fact(opened: PageElement) -> PageNumber:
    """Read an element that prints something else on each page."""
    match opened.tag:
        case "page-chapters":
            opened.expect_book()
            return PageChapters()
        case "page-label":
            opened.expect_book()
            number = opened.attributes.get("number", "1")
            if number not in LABEL_NUMBERS:
                known = "a number from 1 to 9"
                opened.report(problem("attribute-invalid", name="number", value=number, known=known))
                number = "1"
            return PageLabel(index=int(number) - 1)
        case _:
            return PageNumber(opened.is_true("total"))


def _read_content(reading: Reading, element: Element, inlines: Inlines, form: Run, context: ElementContext) -> None:
    """Add the content of an element."""
    inlines.text(element.text, form)
    for child in element:
        if child.tag in INLINE and not is_forged(child):
            read_inline(reading, child, inlines, form, context)
        else:
            names = inline_names(is_book=reading.page.is_book, on_every_page=context.on_every_page)
            reading.report_child(child, element.tag, names)
            _read_content(reading, child, inlines, form, context)
        inlines.text(child.tail, form)


def is_forged(element: Element) -> bool:
    """Return whether a `rich` element is from the template, not from `fill_page`."""
    return element.tag == "rich" and element.keys()[0] != "ref"


def _inner_format(opened: PageElement, form: Run) -> Run:
    """Return the format of the text in an inline element."""
    changes = dict(EMPHASIS.get(opened.tag, {}), language=opened.language(form.language))
    if opened.tag == "a":
        changes["link"] = _address(opened)
    return replace(form, **changes)


def _address(opened: PageElement) -> str | None:
    """Return the link's address, with a scheme even if it is written without one; None if it is empty."""
    written = opened.required("href", "https://example.eu")
    if written is None:
        return None
    if opened.reading.page.is_book and ANCHOR_LINK.fullmatch(written):
        return written
    address = link_address(written)
    if address is None and written:
        opened.report(problem("link-invalid", address=written))
    return address
