"""What reading a page keeps: the page and its pack, the places of its elements, and every problem met."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import cast

from lxml import etree
from msgspec import Struct

from ucap_reports.pdf.template.element_styles import NATURAL, styles_of
from ucap_reports.pdf.template.fill_page import PageXml
from ucap_reports.pdf.template.page_tree import Block, Division
from ucap_reports.pdf.template.prepared_template import MARK
from ucap_reports.problems import Problem, did_you_mean
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style

Element = etree._Element  # noqa: SLF001 - lxml's own name for its one public class of elements

STYLED = frozenset({"class", "lang"})
SPOKEN = frozenset({"lang"})
PLAIN: frozenset[str] = frozenset()
ATTRIBUTES = {
    "document": SPOKEN,
    "page-header": STYLED,
    "page-footer": STYLED,
    "div": STYLED,
    "p": STYLED,
    "h1": STYLED,
    "h2": STYLED,
    "h3": STYLED,
    "h4": STYLED,
    "h5": STYLED,
    "h6": STYLED,
    "ul": STYLED,
    "ol": STYLED,
    "li": SPOKEN,
    "table": STYLED | {"continued"},
    "thead": SPOKEN,
    "tbody": SPOKEN,
    "tr": SPOKEN,
    "th": STYLED | {"colspan"},
    "td": STYLED | {"colspan"},
    "emblem": STYLED | {"alt"},
    "img": STYLED | {"src", "alt"},
    "a": SPOKEN | {"href"},
    "span": SPOKEN,
    "b": SPOKEN,
    "strong": SPOKEN,
    "i": SPOKEN,
    "em": SPOKEN,
    "u": SPOKEN,
    "sub": SPOKEN,
    "sup": SPOKEN,
    "br": PLAIN,
    "page-number": frozenset({"total"}),
}
"""Every element of a page template, with the attributes it may have."""
INLINE = frozenset({"a", "span", "b", "strong", "i", "em", "u", "sub", "sup", "br", "page-number", "rich"})
"""The elements that flow in a paragraph; `rich` is what `fill_page` writes."""
WHITE_SPACE = " \t\n\r\f"
"""What HTML folds (HTML, 2.4.1: ASCII whitespace); a no-break space is a character like others."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""The shape of a language tag (BCP 47)."""


class ElementContext(Struct, frozen=True):
    """Where an element stands: what it may hold, and what its text has from it."""

    name: str
    blocks: "Readers"
    """The elements that may stand in it, beside those that flow in a paragraph, and what reads them."""
    text: Style
    """The style of its paragraphs."""
    line: int
    language: str | None = None
    list_level: int = 0
    on_every_page: bool = False


Readers = Mapping[str, Callable[["Reading", Element, ElementContext], Block | None]]


class StartTag(Struct, frozen=True):
    """A start tag: its attributes, those that are known, and its line in the template."""

    attributes: dict[str, str]
    line: int


class Reading:
    """The state of reading one page. Problems met more than once, as in a loop, are kept once."""

    def __init__(self, page: PageXml, pack: Pack) -> None:
        self.page = page
        self.pack = pack
        self.styles = styles_of(pack)
        self.heading_level = 0
        """The level of the heading before, 0 before the first."""
        self.page_parts: dict[str, Division] = {}
        """The page header and page footer, by the names of their elements."""
        self._problems: dict[Problem, None] = {}

    @property
    def problems(self) -> list[Problem]:
        """All problems met, in the order of the template."""
        return sorted(self._problems, key=lambda problem: (problem.location.line or 0, problem.location.column or 0))

    def report(self, element: Element, code: str, message: str, hint: str | None = None) -> None:
        """Keep a problem of an element, at its start tag in the template."""
        start_tag = next((int(mark) for each in _ancestors(element) if (mark := each.get(MARK)) is not None), None)
        self._problems[Problem.error(code, message, hint, self.page.location(start_tag))] = None

    def open(self, element: Element) -> StartTag:
        """The element's start tag; problems are kept for attributes that it cannot have."""
        attributes = cast("dict[str, str]", dict(element.items()))  # bytes are for Python 2
        mark = attributes.pop(MARK, None)
        if attributes and not attributes.keys() <= (known := ATTRIBUTES[element.tag]):
            for name in sorted(attributes.keys() - known):
                self._report_attribute(element, etree.QName(name).localname, known)
                del attributes[name]
        return StartTag(attributes, 1 if mark is None else self.page.start_tags[int(mark)].line)

    def _report_attribute(self, element: Element, name: str, known: frozenset[str]) -> None:
        names = sorted(known)
        hint = did_you_mean(name, names) or (f"it has {', '.join(names)}" if names else "it has none")
        self.report(element, "attribute-unknown", f'<{element.tag}> has no attribute "{name}"', hint)

    def style(self, element: Element, opened: StartTag, place: Style, natural: str | None = None) -> Style:
        """The style that the element's class names, or else the one of its nature."""
        name = opened.attributes.get("class")
        if name is None:
            return self.styles.natural(natural or NATURAL.get(element.tag, ""), place)
        style = self.styles.named(name)
        if style is None:
            known = sorted(self.styles.names)
            hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
            self.report(element, "style-unknown", f'the theme has no style "{name}"', hint)
        return style or place

    def language(self, element: Element, opened: StartTag, inherited: str | None) -> str | None:
        """The language of the element's text, where the template gives one."""
        language = opened.attributes.get("lang")
        if language is None:
            return inherited
        if not _LANGUAGE.fullmatch(language):
            self.report(element, "language-invalid", f'"{language}" is not a language tag', "write it as en or zh-CN")
            return inherited
        return language

    def report_child(self, element: Element, parent: str, known: Iterable[str]) -> None:
        """Keep the problem of an element that cannot stand where it does, or that there is not at all."""
        name = etree.QName(element).localname
        holds = f"<{parent}> may hold {', '.join(sorted(known))}"
        if element.tag in ATTRIBUTES:
            self.report(element, "element-misplaced", f"<{name}> cannot stand in <{parent}>", holds)
        else:
            hint = did_you_mean(name, ATTRIBUTES) or holds
            self.report(element, "element-unknown", f"no element is called <{name}>", hint)

    def expect_empty(self, element: Element) -> None:
        """Keep a problem where an element that stands for itself holds something."""
        if len(element) or not is_blank(element.text):
            self.report(element, "element-misplaced", f"<{element.tag}> holds nothing", f"write <{element.tag}/>")

    def expect_no_text(self, element: Element) -> None:
        """Keep a problem where text stands between elements that hold none."""
        if not is_blank("".join([element.text or "", *[child.tail or "" for child in element]])):
            self.report(element, "text-misplaced", f"text cannot stand in <{element.tag}> itself")


def _ancestors(element: Element) -> tuple[Element, ...]:
    """The element and all around it, from inside."""
    return (element, *element.iterancestors())


def is_blank(text: str | None) -> bool:
    """Whether the text is only layout of the template, as white space is in HTML."""
    return not text or not text.strip(WHITE_SPACE)
