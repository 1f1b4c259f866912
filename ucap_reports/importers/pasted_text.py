"""Text that was copied in Word, in Google Docs or on a web page, as the Markdown of plans.

Only paragraphs, lists, bold, italic, underlined, raised and lowered text and links to the web are kept; everything else
of the HTML is left out, and nothing of it reaches a document as markup. Emphasis may be an element or a style: Google
Docs and Word on the web have only styles.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import html
from lxml.etree import ParserError
from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.importers.parsed_cells_and_lists import (
    DEEPEST,
    TextLine,
    printable_text,
    rich_text,
    with_plain_spaces,
)
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.plan.writing.markdown_and_public_plan import rich_text_source, unchecked_source
from ucap_reports.problems import ProblemsFound, problem
from ucap_reports.text.links import explicit_address
from ucap_reports.text.markdown import Piece, paragraph, without_lead
from ucap_reports.text.rich_text import EMPHASIS, Break, Marker, Paragraph, Run, Script

MAX_PASTED_CHARACTERS = 2_000_000
"""characters of a text from the clipboard; Word adds about 40,000 of its own to each"""
_BLOCK_NAMES = """
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_LISTS = frozenset({"ol", "ul"})
_IGNORED = frozenset({"style", "script", "meta", "link", "title", "head", "xml", "template", "noscript", "del"})
"""Elements without text of the page; `del` has what is deleted, such as tracked changes of Word."""
_IGNORED_CLASSES = frozenset({"msocomanchor", "MsoCommentReference"})
"""The marks of comments in Word."""
_IGNORED_STYLES = frozenset(
    {("display", "none"), ("mso-hide", "all"), ("mso-element", "comment"), ("mso-element", "comment-list")}
)
"""Hidden text, and the comments of Word, which are below its text."""
_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\ufffd]+")
"""White space, and control characters, which no plan can contain."""
_LINE_END = re.compile(r"\r\n|\r|\n")
_DECLARATIONS = re.compile(r"^\s*(?:<\?xml[^>]*>\s*)+")
"""XML declarations, of which there may be several. They name the encoding of a file in bytes: lxml refuses to parse a
`str` that has one.
"""
_TYPED_BULLET = re.compile(r"[·•▪◦§-]\s+")
"""A bullet that is typed before the words of an item."""
_WORD_BULLET = re.compile(
    r"""
    (?P<sign>
        [·•▪◦§-]
        | (?: [(\uff08]? (?P<number> \d{1,3} ) [.)\u3001\uff0e\uff09] )
    )
    [\s\xa0]+
    | (?P<letter> [olnquvØü²Ÿ] )  # the bullet of a font, such as Wingdings, only before a wide space
    [\s\xa0]{2,}
    """,
    re.VERBOSE,
)
"""A bullet or number that Word writes as text before the words of an item."""
_NUMBER = re.compile(r"\s*[(\uff08]?(\d{1,9})[.)\u3001\uff0e\uff09]\s*")
"""The number of an item in a list of Word, with a full stop or brackets, which may be those of Chinese."""
_MAX_NUMBER_DIGITS = 9
"""CommonMark 0.31, section 5.2."""
_WORD_LEVEL = re.compile(r"\blevel(\d)")
_BOLD_WEIGHT = 600
"""The least weight of bold text in CSS."""


def pasted_text(content: str) -> str:
    """Return the text of HTML from a clipboard as Markdown.

    Raises ProblemsFound if it is too long, or if its elements are nested so deeply that it cannot be read completely.
    """
    if len(content) > MAX_PASTED_CHARACTERS:
        raise ProblemsFound([problem("text-too-long", limit=MAX_PASTED_CHARACTERS)])
    parser = html.HTMLParser(recover=True, no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(_DECLARATIONS.sub("", content), parser=parser)
    except ParserError:  # nothing but white space or comments
        return ""
    if parser.error_log.filter_from_fatals():  # libxml2 reads 255 levels, and leaves out what follows a deeper one
        raise ProblemsFound([problem("text-too-deep")])
    reader = _HtmlReader()
    reader.read(root, Run(""))
    rich = rich_text(reader.lines(), exact=False)
    source = rich_text_source(rich)
    if source is None:  # plans cannot have it: it is too long, for example, and people can shorten it in the editor
        source = unchecked_source(rich)
    return source


class _Item(Struct):
    """An item of a list that is being read."""

    level: int
    number: int | None
    """Its number in a numbered list."""
    typed_length: int = 0
    """The number of characters of the bullet or number that its text begins with."""
    is_new: bool = True
    """Whether its first line is to come."""


class _HtmlReader:
    """Reads the lines of elements."""

    def __init__(self) -> None:
        self._lines: list[tuple[TextLine, list[Piece]]] = []
        """The lines with their pieces."""
        self._pieces: list[Piece] = []
        """The pieces of the current line."""
        self._next_numbers: list[int | None] = []
        """The number of the next item of each list around the current element, from the outermost one; None for lists
        without numbers.
        """
        self._items: list[_Item] = []
        """The items around the current element, from the outermost one."""
        self._last_item: _Item | None = None
        """The item that the last line is in."""
        self._outer_level: int | None = None
        """The least level of the items since the last line outside lists, which is the first level in the plan: a list
        that is copied from a page may begin at its second level.
        """
        self._numbered: dict[int, tuple[int, int]] = {}
        """The last number at each level, and the number of its list."""
        self._is_preformatted = False

    def lines(self) -> Iterator[TextLine]:
        """Yield the lines that were read."""
        for line, pieces in self._lines:
            yield replace(line, pieces=tuple(pieces))

    def read(self, element: html.HtmlElement, style: Run) -> None:
        """Read an element in text of that style."""
        if _is_ignored(element):
            return
        if element.tag == "br":
            self._pieces.append(Break())
        elif element.tag == "li":
            self._item(element, style, self._list_item(element))
        elif element.tag in _BLOCKS:
            item = _word_item(element)
            if item is None:
                self._block(element, style)
            else:
                self._item(element, style, item)
        else:
            self._content(element, style)

    def _block(self, element: html.HtmlElement, style: Run) -> None:
        """Read a paragraph, a list, or another element that begins and ends a line."""
        self._end_line()
        was_preformatted = self._is_preformatted
        self._is_preformatted = was_preformatted or element.tag == "pre"
        is_list = element.tag in _LISTS
        if is_list:
            self._next_numbers.append(_first_number(element))
        self._content(element, style)
        self._end_line()
        if is_list:
            self._next_numbers.pop()
        self._is_preformatted = was_preformatted

    def _list_item(self, element: html.HtmlElement) -> _Item:
        """Return the next item of the list around it."""
        written_level = element.get("data-aria-level") or element.get("aria-level")
        level_from_one = _whole(written_level, len(self._next_numbers))
        number = self._next_numbers[-1] if self._next_numbers else None
        if number is not None:
            number = _whole(element.get("value"), number)
            self._next_numbers[-1] = number + 1
        return _Item(max(level_from_one - 1, 0), number)

    def _item(self, element: html.HtmlElement, style: Run, item: _Item) -> None:
        self._end_line()
        self._items.append(item)
        self._content(element, style)
        self._end_line()
        self._items.pop()

    def _content(self, element: html.HtmlElement, style: Run) -> None:
        styled = _styled(element, style)
        self._text(element.text, styled)
        for child in element:
            self.read(child, styled)
            self._text(child.tail, styled)

    def _text(self, text: str | None, style: Run) -> None:
        shown = printable_text(text or "")
        lines = _LINE_END.split(shown) if self._is_preformatted else [shown]
        for number, line in enumerate(lines):
            if number:
                self._pieces.append(Break())
            words = _SPACE.sub(_space, line)
            last = self._pieces[-1] if self._pieces else None
            is_after_word = isinstance(last, Run) and not last.text.endswith(" ")
            if not is_after_word:  # HTML shows no space where a line starts, and one for several
                words = words.lstrip(" ")
            if words:
                self._pieces.append(replace(style, text=words))

    def _end_line(self) -> None:
        """End the current line, if it has words."""
        words = paragraph(self._pieces)
        self._pieces = []
        if words is None:
            return
        words = Paragraph(tuple(with_plain_spaces(words.inlines)))
        pieces: list[Piece] = [*words.inlines]
        item = self._items[-1] if self._items else None
        if item is None:
            self._outer_level = None
            self._lines.append((TextLine(()), pieces))
        elif item.is_new:
            self._lines.append(self._first_line(item, words))
        elif item is self._last_item:  # the next paragraph of an item is a line of the same paragraph in a plan
            _, pieces_of_line = self._lines[-1]
            pieces_of_line += [Break(), *pieces]
        else:  # the item goes on after a list in it
            self._lines.append((TextLine((), under=self._depth(item)), pieces))
        self._last_item = item

    def _first_line(self, item: _Item, words: Paragraph) -> tuple[TextLine, list[Piece]]:
        """Return the first line of an item, and its pieces without a bullet that is typed before its words."""
        item.is_new = False
        typed = _TYPED_BULLET.match(words.text)
        typed_length = typed.end() if typed is not None else item.typed_length
        pieces: list[Piece] = list(words.inlines)
        if typed_length:
            pieces = list(without_lead(words.inlines, typed_length))
        level = self._depth(item)
        if item.number is None:
            return TextLine((), level), pieces
        last_number, list_number = self._numbered.get(item.level, (0, 0))
        if item.number != last_number + 1:  # a number that does not follow the last one begins another list
            list_number += 1
        self._numbered[item.level] = (item.number, list_number)
        return TextLine((), level, Marker.NUMBER, item.number, str(list_number)), pieces

    def _depth(self, item: _Item) -> int:
        """Return the level of an item in its list. Lists of plans have two levels."""
        outer = item.level if self._outer_level is None else min(self._outer_level, item.level)
        self._outer_level = outer
        return min(item.level - outer, DEEPEST)


def _space(space: re.Match[str]) -> str:
    """Return the space that HTML shows for white space: none for a line end of the file in Chinese or Japanese text."""
    if "\n" not in space[0]:
        return " "
    before = space.string[max(space.start() - 1, 0) : space.start()]
    after = space.string[space.end() : space.end() + 1]
    if before and after and not has_space_between(before, after):
        return ""
    return " "


def _is_ignored(element: html.HtmlElement) -> bool:
    """Return whether an element has no text of the page."""
    is_comment = not isinstance(element.tag, str)  # or a processing instruction: lxml has a function as their tag
    if is_comment or element.tag in _IGNORED or _is_word_bullet(element):
        return True
    if not _IGNORED_CLASSES.isdisjoint(element.get("class", "").split()):
        return True
    return not _IGNORED_STYLES.isdisjoint(_declarations(element))


def _declarations(element: html.HtmlElement) -> list[tuple[str, str]]:
    """Return the names and values in the style of an element, in small letters."""
    declarations: list[tuple[str, str]] = []
    for declaration in element.get("style", "").lower().split(";"):
        name, _, value = declaration.partition(":")
        declarations.append((name.strip(), value.strip()))
    return declarations


def _styled(element: html.HtmlElement, style: Run) -> Run:
    """Return the style of the text in an element, which is in text of that style."""
    changes = dict(EMPHASIS.get(element.tag, {}))
    for name, declared in _declarations(element):
        value = declared.removesuffix("!important").rstrip()
        if value != "inherit":
            changes |= _emphasis(name, value)
    if element.tag == "a":
        changes["link"] = explicit_address(element.get("href", "").strip())
    styled = replace(style, **changes)
    if styled.link:  # all links are underlined
        return replace(styled, underline=False)
    return styled


def _emphasis(name: str, value: str) -> Mapping[str, Any]:
    """Return what a declaration of a style changes in a run."""
    match name:
        case "font-weight":
            return {"bold": value in {"bold", "bolder"} or _whole(value, 0) >= _BOLD_WEIGHT}
        case "font-style":
            return {"italic": value in {"italic", "oblique"}}
        case "text-decoration" | "text-decoration-line" if "underline" in value.split():
            return {"underline": True}
        case "vertical-align" if value == "super":
            return {"script": Script.SUPERSCRIPT}
        case "vertical-align" if value == "sub":
            return {"script": Script.SUBSCRIPT}
        case _:
            return {}


def _first_number(element: html.HtmlElement) -> int | None:
    """Return the number of the first item of a list; None for one without numbers."""
    return _whole(element.get("start"), 1) if element.tag == "ol" else None


def _whole(text: str | None, default: int) -> int:
    """Return a whole number that a list can have; the default for any other text."""
    if text is None or not text.isdecimal() or len(text) > _MAX_NUMBER_DIGITS:
        return default
    return int(text)


def _word_item(element: html.HtmlElement) -> _Item | None:
    """Return the item that Word shows a paragraph as; None for any other element.

    Word marks it by a style, and writes its bullet or number as a text before its words, which is in an element of its
    own unless the page is "filtered".
    """
    lists = [value for name, value in _declarations(element) if name == "mso-list"]
    is_list_style = bool(lists) and "none" not in lists
    has_list_class = "MsoListParagraph" in element.get("class", "")  # or a longer name: MsoListParagraphCxSpFirst
    if not is_list_style and not has_list_class:
        return None
    level = 0
    written_level = _WORD_LEVEL.search(lists[-1]) if lists else None
    if written_level is not None:
        level_from_one = int(written_level[1])
        level = max(level_from_one - 1, 0)
    item = _Item(level, None)
    for part in element.iter("*"):
        if _is_word_bullet(part):
            shown = _NUMBER.fullmatch(part.text_content())
            item.number = None if shown is None else int(shown[1])
            return item
    typed = _WORD_BULLET.match(element.text_content().lstrip())
    if typed is not None:
        item.typed_length = len(typed["sign"] or typed["letter"])
        item.number = None if typed["number"] is None else int(typed["number"])
        return item
    return item if is_list_style else None


def _is_word_bullet(element: html.HtmlElement) -> bool:
    """Return whether an element is the bullet or number that Word writes as text."""
    return ("mso-list", "ignore") in _declarations(element)
