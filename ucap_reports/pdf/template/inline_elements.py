"""What flows in a paragraph: the template's words, folded as in HTML, and the summary's runs, as they are."""

import re
from typing import NamedTuple

from ucap_reports.pdf.template.page_tree import Content, PageNumber
from ucap_reports.pdf.template.reading_state import INLINE, WHITE_SPACE, Element, ElementContext, Reading, StartTag
from ucap_reports.text.links import link_address
from ucap_reports.text.rich_text import Break, Inline, Paragraph, RichText, Run, Script

_WHITE_SPACE = re.compile(r"[ \t\n\r\f]+")


class InlineFormat(NamedTuple):
    """What the elements around a text make of it: a run's fields behind its text."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    script: Script = Script.NORMAL
    link: str | None = None
    language: str | None = None


PLAIN = InlineFormat()


class Inlines:
    """A paragraph's content in the making."""

    __slots__ = ("_at_edge", "_items", "_loose")

    def __init__(self) -> None:
        self._items: list[Inline | PageNumber] = []
        self._at_edge = True
        """Whether white space of the template would be at the start of a line, or behind other white space."""
        self._loose = False
        """Whether the last item ends in white space of the template."""

    def __bool__(self) -> bool:
        return bool(self._items)

    def text(self, text: str | None, form: InlineFormat) -> bool:
        """Add words of the template, runs of white space as one space; tells whether there were any."""
        if not text or (self._at_edge and not text.strip(WHITE_SPACE)):
            return False
        folded = _WHITE_SPACE.sub(" ", text)
        if self._at_edge:
            folded = folded.lstrip(" ")
        self._items.append(Run(folded, *form))
        self._at_edge = self._loose = folded[-1] == " "
        return folded != " "

    def rich(self, value: RichText, form: InlineFormat) -> None:
        """Add runs of the summary, its paragraphs on lines of their own."""
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

    def page_number(self, *, total: bool) -> None:
        """Add the page's number, or the number of pages."""
        self._items.append(PageNumber(total))
        self._at_edge = self._loose = False

    def content(self) -> Content:
        """All that was added, without the template's white space at the end."""
        self._tighten()
        return tuple(self._items)

    def _tighten(self) -> None:
        last = self._items[-1] if self._loose else None
        if isinstance(last, Run):
            self._items[-1:] = [Run(last.text[:-1], *_format(last))] if len(last.text) > 1 else []
        self._loose = False


def formatted(paragraph: Paragraph, form: InlineFormat) -> tuple[Inline, ...]:
    """The paragraph's inlines inside elements; a run's own link and language go before those around it."""
    if form == PLAIN:
        return paragraph.inlines
    return tuple(
        Run(
            inline.text,
            inline.bold or form.bold,
            inline.italic or form.italic,
            inline.underline or form.underline,
            inline.script if inline.script is not Script.NORMAL else form.script,
            inline.link or form.link,
            inline.language or form.language,
        )
        if isinstance(inline, Run)
        else inline
        for inline in paragraph.inlines
    )


def _format(run: Run) -> InlineFormat:
    return InlineFormat(run.bold, run.italic, run.underline, run.script, run.link, run.language)


def read_inline_content(reading: Reading, element: Element, place: ElementContext) -> Content:
    """What flows in an element that is a paragraph."""
    inlines = Inlines()
    _read_inside(reading, element, inlines, PLAIN._replace(language=place.language) if place.language else PLAIN, place)
    return inlines.content()


def read_inline(
    reading: Reading, element: Element, inlines: Inlines, form: InlineFormat, place: ElementContext
) -> None:
    """Add an element that flows in a paragraph to what has been added."""
    tag = element.tag
    if tag == "rich":
        inlines.rich(reading.page.texts[int(element.get("ref", ""))], form)
        return
    opened = reading.open(element)
    match tag:
        case "br":
            reading.expect_empty(element)
            inlines.line_break()
        case "page-number":
            reading.expect_empty(element)
            if not place.on_every_page:
                hint = "it stands in <page-header> and <page-footer>"
                reading.report(element, "element-misplaced", f"<page-number> cannot stand in <{place.name}>", hint)
            inlines.page_number(total=_is_total(reading, element, opened))
        case _:
            _read_inside(reading, element, inlines, _inner_format(reading, element, opened, form), place)


def _read_inside(
    reading: Reading, element: Element, inlines: Inlines, form: InlineFormat, place: ElementContext
) -> None:
    inlines.text(element.text, form)
    for child in element:
        if child.tag in INLINE and not is_forged(child):
            read_inline(reading, child, inlines, form, place)
        else:
            reading.report_child(child, element.tag, INLINE - {"rich"})
            _read_inside(reading, child, inlines, form, place)
        inlines.text(child.tail, form)


def is_forged(element: Element) -> bool:
    """Whether a `rich` element is the template's own, which cannot know a number to refer to."""
    return element.tag == "rich" and element.keys()[0] != "ref"


def _inner_format(reading: Reading, element: Element, opened: StartTag, form: InlineFormat) -> InlineFormat:
    match element.tag:
        case "b" | "strong":
            form = form._replace(bold=True)
        case "i" | "em":
            form = form._replace(italic=True)
        case "u":
            form = form._replace(underline=True)
        case "sub":
            form = form._replace(script=Script.SUBSCRIPT)
        case "sup":
            form = form._replace(script=Script.SUPERSCRIPT)
        case "a":
            form = form._replace(link=_address(reading, element, opened))
        case _:
            pass
    language = reading.language(element, opened, form.language)
    return form if language == form.language else form._replace(language=language)


def _address(reading: Reading, element: Element, opened: StartTag) -> str | None:
    """The link's address; one that a contact prints without its scheme is completed."""
    written = opened.attributes.get("href")
    if written is None:
        reading.report(element, "attribute-missing", "<a> needs its address", 'write href="…"')
        return None
    address = link_address(written)
    if address is None:
        hint = "links go to http, https and mailto"
        reading.report(element, "link-invalid", f'"{written}" is not a web or mail address', hint)
    return address


def _is_total(reading: Reading, element: Element, opened: StartTag) -> bool:
    total = opened.attributes.get("total", "false")
    if total not in {"true", "false"}:
        reading.report(element, "attribute-invalid", f'total is "true" or "false", not "{total}"')
    return total == "true"
