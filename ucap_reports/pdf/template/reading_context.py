"""The state of reading a page: the page and its pack, the places of its elements, and the problems found."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import cast

from lxml import etree
from msgspec import Struct

from ucap_reports.pdf.file.picture_objects import Picture, read_picture
from ucap_reports.pdf.template.element_styles import HEADINGS, NATURAL, natural_style
from ucap_reports.pdf.template.fill_page import PageXml
from ucap_reports.pdf.template.page_tree import Block, Division
from ucap_reports.pictures.decoding_limits import PictureError, picture_work
from ucap_reports.problems import Problem, did_you_mean, problem
from ucap_reports.template.markup.prepared_template import MARK, nearest_mark
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style

Element = etree._Element  # noqa: SLF001 - lxml has no other name for the class of its elements

_SPOKEN = frozenset({"lang"})
_STYLED = frozenset({"class", "lang"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("document", "li", "thead", "tbody", "tr"), _SPOKEN),
    **dict.fromkeys(("span", "b", "strong", "i", "em", "u", "sub", "sup"), _SPOKEN),
    "page-header": _STYLED | {"first"},
    **dict.fromkeys(("page-footer", "foot", "div", "p", *HEADINGS, "ul", "ol"), _STYLED),
    "columns": _STYLED | {"count", "gap"},
    **dict.fromkeys(("th", "td"), _STYLED | {"colspan", "continued"}),
    "table": _STYLED | {"continued"},
    "emblem": _STYLED | {"alt"},
    "img": _STYLED | {"src", "alt"},
    "picture": _STYLED | {"of", "caption"},
    "bar": _STYLED | {"value", "max", "label"},
    "goal": _STYLED | {"number"},
    "a": _SPOKEN | {"href"},
    **dict.fromkeys(("br", "page-break"), frozenset()),
    "page-number": frozenset({"total"}),
}
"""Every element of a page template, with its attributes."""
INLINE = frozenset({"a", "span", "b", "strong", "i", "em", "u", "sub", "sup", "br", "page-number", "rich"})
"""The elements that flow in a paragraph; `fill_page` writes `rich`."""
WHITE_SPACE = " \t\n\r\f"
"""White space that HTML folds (HTML, 2.4.1: ASCII whitespace); a no-break space is an ordinary character."""
MOST_PICTURE_WORK = 64_000_000
"""Pixels of all pictures of a page; they take about two seconds."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""The form of a language tag (BCP 47)."""


class ElementContext(Struct, frozen=True):
    """The context of an element: what it can contain, and what its text inherits."""

    name: str
    blocks: "Readers"
    """The elements that it can contain, beside those that flow in a paragraph, and their readers."""
    text: Style
    """The style of its paragraphs."""
    line: int
    language: str | None = None
    list_level: int = 0
    on_every_page: bool = False


Readers = Mapping[str, Callable[["Reading", Element, ElementContext], Block | None]]


class StartTag(Struct, frozen=True):
    """A start tag: its known attributes, and its line in the template."""

    attributes: dict[str, str]
    line: int


class Reading:
    """The state of reading one page. A problem that is found several times, as in a loop, is kept once."""

    def __init__(self, page: PageXml, pack: Pack) -> None:
        self.page = page
        self.pack = pack
        self.theme = pack.theme
        self.heading_level = 0
        """The level of the heading before, 0 before the first."""
        self.page_parts: dict[str, Division] = {}
        """The page headers, the page footer and the foot, by the names of their elements."""
        self._picture_work: dict[bytes, int] = {}
        self._problems: dict[Problem, None] = {}

    @property
    def problems(self) -> list[Problem]:
        """All problems found, in the order of the template."""
        return sorted(self._problems, key=lambda problem: (problem.location.line or 0, problem.location.column or 0))

    def report(self, element: Element, found: Problem) -> None:
        """Keep a problem of an element, at its start tag in the template.

        What an unknown element can contain is unknown too, so nothing is misplaced in it.
        """
        if found.code == "element-misplaced" and any(each.tag not in ATTRIBUTES for each in element.iterancestors()):
            return
        start_tag = nearest_mark((element, *element.iterancestors()))
        self._problems[found.at(self.page.location(start_tag))] = None

    def open(self, element: Element) -> StartTag:
        """The element's start tag. Reports unknown attributes."""
        attributes = cast("dict[str, str]", dict(element.items()))  # bytes are for Python 2
        mark = attributes.pop(MARK, None)
        if attributes and not attributes.keys() <= (known := ATTRIBUTES[element.tag]):
            for attribute in sorted(attributes.keys() - known):
                del attributes[attribute]
                name, names = etree.QName(attribute).localname, ", ".join(sorted(known)) or "none"
                hint = did_you_mean(name, sorted(known))
                self.report(
                    element, problem("attribute-unknown", hint=hint, element=element.tag, name=name, known=names)
                )
        return StartTag(attributes, 1 if mark is None else self.page.start_tags[int(mark)].line)

    def style(self, element: Element, opened: StartTag, parent: Style, natural: str | None = None) -> Style:
        """The style of the element's class, or its natural one."""
        name = opened.attributes.get("class")
        if name is None:
            return natural_style(self.theme, natural or NATURAL.get(element.tag, ""), parent)
        style = self.theme.styles.get(name)
        if style is None:
            known = sorted(self.theme.styles)
            hint = did_you_mean(name, known) or f"styles of the theme: {', '.join(known)}"
            self.report(element, problem("style-unknown", hint=hint, name=name))
        return style or parent

    def language(self, element: Element, opened: StartTag, inherited: str | None) -> str | None:
        """The language of the element's text: its own, or the inherited one."""
        language = opened.attributes.get("lang")
        if language is not None and not _LANGUAGE.fullmatch(language):
            self.report(element, problem("language-invalid", tag=language))
            return inherited
        return language or inherited

    def picture(self, element: Element, name: str, content: bytes) -> Picture | None:
        """A picture of the pack, decoded; None and a problem if that is not possible or takes too long."""
        try:
            self._count_work(content)
            return read_picture(content)
        except PictureError as error:
            self.report(element, problem("image-invalid", form=error.form, name=name, most=f"{error.most:,}"))
            return None

    def _count_work(self, content: bytes) -> None:
        if content not in self._picture_work:
            self._picture_work[content] = picture_work(content)
        if sum(self._picture_work.values()) > MOST_PICTURE_WORK:
            raise PictureError("total", MOST_PICTURE_WORK)

    def report_child(self, element: Element, parent: str, known: Collection[str]) -> None:
        """Report an element that its parent cannot contain, or that is unknown."""
        name, names = etree.QName(element).localname, ", ".join(sorted(known))
        if element.tag in ATTRIBUTES:
            found = problem("element-misplaced", form="parent", element=name, parent=parent, known=names)
        else:
            hint = did_you_mean(name, known)  # none that is not allowed here
            found = problem("element-unknown", hint=hint, element=name, parent=parent, known=names)
        self.report(element, found)

    def expect_empty(self, element: Element) -> None:
        """Report an element that must be empty and is not."""
        if len(element) or not is_blank(element.text):
            self.report(element, problem("element-misplaced", form="empty", element=element.tag))

    def expect_no_text(self, element: Element) -> None:
        """Report text between elements where no text is allowed."""
        if not is_blank("".join([element.text or "", *[child.tail or "" for child in element]])):
            self.report(element, problem("text-misplaced", element=element.tag))


def is_blank(text: str | None) -> bool:
    """Whether the text is empty or white space, which is only the template's layout."""
    return not text or not text.strip(WHITE_SPACE)
