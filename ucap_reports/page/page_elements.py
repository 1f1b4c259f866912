"""What holds for all elements of page templates.

First the attributes that each may have (`ATTRIBUTES`), which `Reading.open` checks. Then the filled page (`PageXml`),
one of its elements (`PageElement`), and the state of reading it (`Reading`): its pictures, and the problems of its
elements, each kept once. Last the style of the theme that an element has without a class (`NATURAL`).

What single elements mean is in `block_elements`, `inline_elements` and `figure_elements`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import cast

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.page.page_tree import Block, Picture, decoded_picture, work_of_picture
from ucap_reports.pictures.picture_preparation_and_quality import PictureError, PictureFacts
from ucap_reports.problems import Location, Problem, Suggestions, did_you_mean, problem
from ucap_reports.storage.bounded_and_compressed_values import kept_values
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES, Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.picture_bar_tile_and_emblem_look import TILE_SIDE
from ucap_reports.template.theme_and_line_spacing import BORDERS, NO_BLEED, Style, Theme
from ucap_reports.template.xml_templates import MARK, FilledTemplate, nearest_mark
from ucap_reports.text.bars_tiles_charts_and_facts import Shape
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag, is_right_to_left
from ucap_reports.text.rich_text import DataTable, RichText

Element = etree._Element  # noqa: SLF001 - lxml has no other name for the class of its elements

Attributes = Mapping[str, frozenset[str]]


def _attributes(file: str) -> Attributes:
    """Return the attributes of each element, from a file with lines such as "td th: class lang span"."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    known: dict[str, frozenset[str]] = {}
    for line in text.splitlines():
        names, _, attributes = line.partition(":")
        known |= dict.fromkeys(names.split(), frozenset(attributes.split()))
    return known


ATTRIBUTES = _attributes("element_attributes.txt")
"""Every element of a page template, with its attributes."""
OF_BOOKS = _attributes("book_elements.txt")
"""The elements and attributes that only the page templates of books have."""


def _with_attributes(attributes: Attributes, more: Attributes) -> Attributes:
    """Return elements with their attributes, and with those that they have in `more`."""
    joined = dict(attributes)
    for name, more_of_element in more.items():
        joined[name] = joined.get(name, frozenset()) | more_of_element
    return joined


BOOK_ATTRIBUTES = _with_attributes(ATTRIBUTES, OF_BOOKS)
"""Every element of the page template of a book, with its attributes."""
PAGE_FACTS = frozenset({"page-number", "page-chapters", "page-label"})
"""What is different on each page."""
INLINE = PAGE_FACTS | {"a", "span", "b", "strong", "i", "em", "u", "sub", "sup", "br", "page-of", "rich"}
"""The elements that flow in a paragraph; `fill_page` writes `rich`."""
EMPTY = PAGE_FACTS.union(
    ("bar", "br", "chart", "contents", "emblem", "goal", "img", "page-break", "page-of", "picture")
)
"""The elements without content."""
WHITE_SPACE = " \t\n\r\f"
"""White space that HTML folds (HTML, 2.4.1: ASCII whitespace); a no-break space is an ordinary character."""


def inline_names(*, is_book: bool, on_every_page: bool) -> frozenset[str]:
    """Return the elements that a template may have in a paragraph there."""
    names = INLINE - {"rich"}
    if not on_every_page:
        names -= PAGE_FACTS
    if not is_book:
        names -= OF_BOOKS.keys()
    return names


Lists = Mapping[str, Sequence[tuple[str, float]]]
"""Labels with numbers, by the names of their lists."""
NO_LISTS: Lists = {}


class PageXml(FilledTemplate, frozen=True):
    """A filled page template. `<rich ref="3"/>` refers to `texts[3]`; with `inline="true"` its lines flow in a text.
    `<picture of="…"/>` refers to one of the `pictures`; `<bar ref="0"/>` and `<goal ref="0"/>` refer to `shapes[0]`.
    """

    texts: Mapping[int, RichText]
    summary: Summary
    shapes: Mapping[int, Shape]
    pictures: Mapping[str, PictureFacts]
    lists: Lists = NO_LISTS
    """Lists of labels with numbers, which charts show by their names."""
    is_book: bool = False
    has_marks: bool = False
    """Whether texts have marks of values (`read_marks`). Without them, characters that look like marks are text."""


class ElementContext(Struct, frozen=True, gc=False):
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
    is_row: bool = False
    """Whether its blocks are side by side, so that also those that print nothing have a place."""


class PageElement(Struct, frozen=True, gc=False):
    """An element of the page being read: its attributes, and its line in the template."""

    reading: "Reading"
    element: Element
    tag: str
    attributes: dict[str, str]
    line: int

    def report(self, fault: Problem) -> None:
        """Keep a problem with the element."""
        self.reading.report(self.element, fault)

    def style(self, parent: Style, natural: str | None = None) -> Style:
        """Return the style of its class or, without a class, its natural one: that of this name, or of its tag."""
        theme = self.reading.theme
        name = self.attributes.get("class")
        if name is None:
            return natural_style(theme, natural or NATURAL.get(self.tag, ""), parent)
        style = theme.styles.get(name)
        if style is None:
            hint = self.reading.similar_styles.hint(name) or self.reading.all_styles
            self.report(problem("style-unknown", hint=hint, name=name))
            return parent
        return style

    def language(self, inherited: str | None) -> str | None:
        """Return the language of its text: its own, or the inherited one. Reports an invalid one."""
        language = self.attributes.get("lang")
        if language is not None and not LANGUAGE.fullmatch(language):
            self.report(problem("language-invalid", tag=language))
            return inherited
        if not language:
            return inherited
        return canonical_tag(language)

    def required(self, name: str, example: str) -> str | None:
        """Return the value of an attribute. Reports a missing attribute."""
        if name not in self.attributes:
            self.report(problem("attribute-missing", element=self.tag, name=name, example=example))
        return self.attributes.get(name)

    def is_true(self, name: str, *, default: str = "false") -> bool:
        """Return whether an attribute is "true". Reports other values than "true" and "false"."""
        value = self.attributes.get(name, default)
        if value not in {"true", "false"}:
            self.report(problem("attribute-invalid", name=name, value=value, known='"true" or "false"'))
        return value == "true"

    def report_child(self, element: Element, known: Collection[str]) -> None:
        """Report a child that the element cannot contain, or that is unknown."""
        self.reading.report_child(element, self.tag, known)

    def expect_book(self) -> None:
        """Report an element that only books can have."""
        if not self.reading.page.is_book:
            hint = "use it in book.page.xml"
            fault = problem(
                "element-misplaced", form="parent", hint=hint, element=self.tag, parent="document", known=""
            )
            self.report(fault)

    def expect_no_text(self) -> None:
        """Report text between its elements where no text is allowed."""
        texts_after_children = [child.tail for child in self.element]
        texts = [self.element.text, *texts_after_children]
        if not all(map(is_blank, texts)):
            self.report(problem("text-misplaced", element=self.tag))


Readers = Mapping[str, Callable[[PageElement, ElementContext], Block | None]]


class Reading:
    """The state of reading one page. A problem that is found several times, as in a loop, is kept once."""

    def __init__(self, page: PageXml, pack: Pack) -> None:
        self.page = page
        self.pack = pack
        self.theme = pack.theme
        self.heading_level = 0
        """The level of the heading before, 0 before the first."""
        self.anchors: set[str] = set()
        """The identifiers of the headings so far."""
        self.page_parts: dict[str, tuple[Block, ...]] = {}
        """The page headers, the page footer and the foot, by the names of their elements."""
        self.has_data_tables = False
        """Whether there are tables of the plan, which become sections."""
        self.tables_in_lines: list[DataTable] = []
        """The tables of the plan that the paragraph being read prints, which come below it."""
        self.report_count = 0
        """How often a problem was reported so far: also one that is kept already, and one that another causes."""
        self._pictures: dict[str, Picture | None] = {}
        """The pictures of the pack by the names of their files; None for those with a problem."""
        self._picture_work = 0
        """The work of decoding the pictures so far, for the limit of a page."""
        self._problems: dict[Problem, None] = {}
        self._misplaced: set[Element] = set()
        """The elements that were reported as misplaced."""

    @cached_property
    def all_styles(self) -> str:
        """A hint with the names of the styles of the theme."""
        return f"styles of the theme: {', '.join(sorted(self.theme.styles))}"

    @cached_property
    def similar_styles(self) -> Suggestions:
        """Suggestions for unknown styles."""
        return Suggestions(sorted(self.theme.styles))

    @cached_property
    def similar_images(self) -> Suggestions:
        """Suggestions for unknown pictures of the pack."""
        return Suggestions(sorted(name for name in self.pack.files if name.startswith("images/")))

    @property
    def problems(self) -> list[Problem]:
        """All problems found, in the order of the template."""
        return sorted(self._problems, key=_place_in_template)

    def report(self, element: Element, fault: Problem) -> None:
        """Keep a problem of an element, at its start tag in the template.

        What an unknown element can contain is unknown too, so nothing is misplaced in it. Nor is it in a misplaced one:
        its children belong to it where it is allowed.
        """
        self.report_count += 1
        if fault.code == "element-misplaced":
            for ancestor in element.iterancestors():
                is_unknown = ancestor.tag not in BOOK_ATTRIBUTES
                if is_unknown or ancestor in self._misplaced:
                    return
            self._misplaced.add(element)
        start_tag = nearest_mark((element, *element.iterancestors()))
        self._problems[fault.at(self.page.location(start_tag))] = None

    def open(self, element: Element) -> PageElement:
        """Return the element with its attributes, of which unknown ones are reported.

        An element of the template has a mark with the number of its start tag. One from `fill_page` has none: it has
        the line of its parent, and its attributes are not checked.
        """
        tag = str(element.tag)
        attributes = cast("dict[str, str]", dict(element.items()))  # bytes are for Python 2
        mark = attributes.pop(MARK, None)
        start_tag = nearest_mark(element.iterancestors()) if mark is None else int(mark)
        line = self.page.location(start_tag).line or 1
        if mark is not None and attributes:
            self._remove_unknown(element, attributes)
        if tag in EMPTY and (len(element) or not is_blank(element.text)):
            self.report(element, problem("element-misplaced", form="empty", element=tag))
        return PageElement(self, element, tag, attributes, line)

    def _remove_unknown(self, element: Element, attributes: dict[str, str]) -> None:
        """Remove and report the attributes that an element cannot have."""
        attributes_by_element = BOOK_ATTRIBUTES if self.page.is_book else ATTRIBUTES
        allowed = attributes_by_element.get(str(element.tag), frozenset())
        unknown = attributes.keys() - allowed
        if not unknown:
            return
        known = sorted(allowed)
        names = ", ".join(known) or "none"
        for attribute in sorted(unknown):
            del attributes[attribute]
            name = etree.QName(attribute).localname
            hint = did_you_mean(name, known)
            fault = problem("attribute-unknown", hint=hint, element=element.tag, name=name, known=names)
            self.report(element, fault)

    def picture(self, element: Element, name: str, content: bytes) -> Picture | None:
        """Return a picture of the pack, decoded; None and a problem if that is not possible or takes too long."""
        if name not in self._pictures:
            self._pictures[name] = None
            try:
                self._pictures[name] = self._decoded(content, is_drawing=name.lower().endswith(".svg"))
            except PictureError as error:
                details = {"name": name, "limit": f"{error.limit:,}"}
                for content_error in error.contents:
                    fault = problem("image-invalid", form=error.form, content=content_error, **details)
                    self._report_picture(element, name, fault)
        picture = self._pictures[name]
        if picture is None:
            self.report_count += 1  # also where it is used again
        return picture

    def _report_picture(self, element: Element, name: str, fault: Problem) -> None:
        """Keep a problem of a picture; that of the pack's logo is where the pack names its file."""
        logo = self.pack.settings.logo
        if logo is not None and name == logo.file:
            self._problems[fault.at(Location(self.pack.settings_path, field="logo.file"))] = None
        else:
            self.report(element, fault)

    def _decoded(self, content: bytes, *, is_drawing: bool) -> Picture:
        self._picture_work += work_of_picture(content, is_drawing=is_drawing)
        return decoded_picture(content, is_drawing=is_drawing, work=self._picture_work)

    def report_child(self, element: Element, parent: str, known: Collection[str]) -> None:
        """Report an element that its parent cannot contain, or that is unknown."""
        name = etree.QName(element).localname
        names = ", ".join(sorted(known))
        if element.tag in BOOK_ATTRIBUTES:
            fault = problem("element-misplaced", form="parent", element=name, parent=parent, known=names)
        else:
            hint = did_you_mean(name, known)  # none that is not allowed here
            fault = problem("element-unknown", hint=hint, element=name, parent=parent, known=names)
        self.report(element, fault)


def _place_in_template(fault: Problem) -> tuple[int, int]:
    return fault.location.line or 0, fault.location.column or 0


def is_blank(text: str | None) -> bool:
    """Return whether the text is empty or white space, which is only the template's layout."""
    return text is None or not text.strip(WHITE_SPACE)


# Styles of elements

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTENTS = "contents"
NATURAL = {
    "page-header": "header",
    "page-footer": "footer",
    "img": "picture",
    "td": "cell",
    "h1": "title",
    **{heading: f"heading-{heading[1]}" for heading in HEADINGS[1:]},
    **{name: name for name in ("foot", "emblem", "bar", "goal", "chart", "table", CONTENTS)},
}
"""The style of an element without a class, if the theme has it; otherwise the text of its parent, without a box."""
COLUMN, LABEL = "column", "label"
"""The styles of a `th` in the head and in the body of a table."""
LISTS = ("list", "list-2")
"""The styles of lists, by level."""
LINES = "line"
"""The style of a list without markers, with one item a line."""


def natural_style(theme: Theme, name: str, parent: Style) -> Style:
    """Return the theme's style of that name; if it has none, that of the text of the parent."""
    return theme.styles.get(name) or without_box(parent)


@lru_cache(maxsize=1024)
def figure_style(style: Style, language: str) -> Style:
    """Return the style of numbers below each other, whose last digits are at the right in every language."""
    right = "start" if is_right_to_left(language) else "end"
    return replace(style, align=right)


@lru_cache(maxsize=256)
def tile_style(style: Style) -> Style:
    """Return the style of a tile of a goal, which has a width."""
    if style.width is not None:
        return style
    return replace(style, width=TILE_SIDE)


@kept_values(1024)
def without_box(style: Style) -> Style:
    """Return the style of the paragraphs in a box of that style."""
    none = Length(0)
    return replace(
        style,
        **dict.fromkeys(("space_before", "space_after", "indent", "gap"), none),
        **dict.fromkeys(("background", "width", "height", "pin", *BORDERS.values()), None),
        marker="",
        padding=NO_SIDES,
        bleed=NO_BLEED,
        layout="stack",
    )
