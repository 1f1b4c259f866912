"""What a file to import says, independent of its kind: its cells, rows and tables; and how lines of text become blocks
of rich text: paragraphs, and lists of two levels, also from inline HTML and from the bullets and numbers that people
type before items.

Lines of a document become rich text by `rich_text`, those of plain text by `dump_text`. Which signs and numbers make
items is decided in `_items`, which lists the items are in by `_blocks`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from html import unescape
from itertools import groupby, pairwise, takewhile
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, Problem
from ucap_reports.text.links import explicit_address
from ucap_reports.text.markdown import BULLETS, Piece, paragraph, split_at, without_typed_signs
from ucap_reports.text.rich_text import EMPHASIS, Break, Inline, ItemList, ListItem, Marker, Paragraph, RichText, Run

PLACE_STEP = " \u203a "
"""Between the steps of a place in a file, as between sheet and cell."""


class ParsedCell(Struct, frozen=True, gc=False):
    """Content with its location; `number` is its value where the file has a number there, not text.

    In a table, `merged` is the first of the merged cells that it is one of (row and column from 0).
    """

    content: RichText
    location: Location
    number: int | float | None = None
    merged: tuple[int, int] | None = None
    note: str = ""
    is_heading: bool = False
    """Whether it is in a heading style, or bold with a colon, as labels are."""

    @property
    def text(self) -> str:
        """The words on one line; non-breaking spaces stay."""
        text = self.content.text
        if "\n" in text:
            text = " ".join(line.strip(" \t") for line in text.split("\n"))
        return text.strip(" \t\n")


class ParsedRow(Struct, frozen=True):
    """A label with the cells beside it."""

    label: ParsedCell
    cells: tuple[ParsedCell, ...]


class ParsedTable(Struct, frozen=True):
    """A table of a field of plans: the names of its columns, None for one that has no field, the words above each, and
    the rows.
    """

    field: str
    columns: tuple[str | None, ...]
    headings: tuple[ParsedCell, ...]
    rows: tuple[tuple[ParsedCell, ...], ...]


PICTURE = "picture"
"""The name of an aside that may have no words."""


class Leftover(Struct, frozen=True, gc=False):
    """Something in the file that has no field: its name there, its words, and its location."""

    name: str
    text: str
    location: Location


class FileProperties(Struct, frozen=True):
    """The properties of a file. `pack` is the pack it was built with, `exact` whether it was not edited since,
    so that its list items and paragraphs can be relied on; another program may have converted it.
    """

    language: str | None = None
    updated: date | None = None
    author: str = ""
    pack: str = ""
    exact: bool = False


class ParsedSummary(Struct, frozen=True):
    """A summary as parsed from a file: rows of a fact table, and groups of lines around it."""

    path: str
    rows: tuple[ParsedRow, ...]
    around: tuple[tuple[ParsedCell, ...], ...] = ()
    margins: tuple[ParsedCell, ...] = ()
    """The lines of headers and footers."""
    asides: tuple[Leftover, ...] = ()
    """What is beside the text, such as footnotes and pictures."""
    problems: tuple[Problem, ...] = ()
    properties: FileProperties = FileProperties()
    tables: tuple[ParsedTable, ...] = ()
    kept: tuple[Leftover, ...] = ()
    """The rows of tables that belong to no field; there is a problem for each table."""


# Lines as blocks of rich text

DEEPEST = 1
"""Lists have two levels, counted from 0."""
_TYPED_MARKER = LazyPattern(rf"(?:[→·{BULLETS}]\s*|[-\u2013*]\s+|o\t\s*)(?=\S|\Z)")
_MIN_ITEMS = 2
"""A single line that begins with a dash or a number may be a sentence."""
_SECOND_MARKERS = "◦○o"
_TYPED_NUMBER = LazyPattern(r"(\d{1,2})(?:[.)]\s+|[\u3001\uff0e\uff09]\s*)(?=\S)")
"""The number of an item; the Chinese signs behind it have no space after them."""
_MARKED_LINE = LazyPattern(
    rf"""
    (?P<indent> \s* )
    (?:
        (?P<sign>
            [→·{BULLETS}]
            | [-\u2013\u2014*] (?= \s )  # only with a space: "-5" is no item
        )
        \s*
        | (?P<number> \d{{1,2}} )
        (?:
            [.)] \s+
            | [\u3001\uff0e\uff09] \s*  # the Chinese signs have no space after them
        )
    )
    (?= \S )
    """,
    re.VERBOSE,
)
"""A line of plain text that begins with a typed marker."""
_LISTS = {"ul", "ol"}
_BLOCKS = {"p", "div", *_LISTS, "li", "table", "tr", "h1", "h2", "h3", "h4"}
_MARKER = LazyPattern(r"→|•|▪|●|○|◦|\uf0b7|(?<!\S)o(?=[^\S\n]+(?:[A-Z0-9“\"]|$))", re.MULTILINE)
"""Markers of lists that lost their line ends; a single o is one before a capital letter, a digit or a tag."""
_TAG = LazyPattern(rf"<(/?)({'|'.join({*_BLOCKS, *EMPHASIS, 'a', 'br', 'span'})})((?:\s[^<>]*)?)/?>", re.IGNORECASE)
_ATTRIBUTE = LazyPattern(r"\b(href|lang)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)
_LINE_SEPARATORS = "\x0b\x0c\u2028\u2029"
_UNPRINTABLE = LazyPattern(f"[{_LINE_SEPARATORS}\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_PLAIN = LazyPattern(r"[^\W_](?:[\w,;()'\u2019/%\u20ac]| (?! ))*+(?<! )")
"""A line without tags, references, addresses, typed markers and surplus spaces: most cells of large tables."""
_INDENT = 2
"""The least number of further spaces before the items of the second level."""
_SPACES = LazyPattern(r"[ \t\r\f]+")


class TextLine(Struct, frozen=True):
    """A paragraph of a file: an item of a list where `level` is known; `under` is the level of the item it goes on.

    Items belong to one list as long as `list_key` is the same; `start` is the number of an item of a numbered list.
    `indent` is the number of spaces that a line of plain text begins with; None if that is not known.
    """

    pieces: tuple[Piece, ...]
    level: int | None = None
    marker: Marker = Marker.BULLET
    start: int = 1
    list_key: str = ""
    under: int | None = None
    indent: int | None = 0


def printable_text(text: str) -> str:
    """Return a text that a plan can have: with a line end for each line separator, without control characters.

    Those from U+0080 to U+009F are what becomes of dashes, quotation marks and others of Windows-1252 that a program
    takes for Latin-1; they are what browsers show for them (WHATWG, Encoding Standard).
    """
    if _UNPRINTABLE.search(text) is None:
        return text
    return _UNPRINTABLE.sub(_printable, text)


def _printable(character: re.Match[str]) -> str:
    if character[0] in _LINE_SEPARATORS:
        return "\n"
    if character[0] < "\x80":
        return ""
    return character[0].encode("latin-1", errors="ignore").decode("cp1252", errors="ignore")


def rich_text(lines: Iterable[TextLine], *, exact: bool = True, numbers: Collection[int] = ()) -> RichText:
    """Return the rich text of lines; unless they are `exact`, markers that were typed make items too, also these
    numbers.
    """
    if not exact:
        lines = _typed(lines, numbers)
    lines_with_words = [line for line in lines if _words(line) is not None]
    blocks: list[Paragraph | ItemList] = []
    for block in _blocks(lines_with_words, 0):
        if isinstance(block, ItemList) and not exact:
            blocks.append(without_typed_signs(block))
        else:
            blocks.append(block)
    text = RichText(tuple(blocks))
    return text if exact else text.with_paragraphs(_with_plain_spaces_in)


def _with_plain_spaces_in(words: Paragraph) -> Paragraph:
    return paragraph(list(with_plain_spaces(words.inlines))) or words


def with_plain_spaces(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Yield the inlines, with a space at the start or end of a run in a style as one without a style: Markdown has
    "**Bold:** text" for it.
    """
    for inline in inlines:
        if not isinstance(inline, Run) or inline == Run(inline.text):
            yield inline
            continue
        text = inline.text
        if text.startswith(" "):
            yield Run(" ")
        if not text.isspace():
            yield replace(inline, text=text.strip(" "))
            if text.endswith(" "):
                yield Run(" ")


def dump_text(text: str, *, is_stripped: bool = True, numbers: Collection[int] = ()) -> RichText:
    """Return the rich text of a cell of a dump: its lines, and an item for each marker of a list.

    `is_stripped` is whether the spaces before its first line are not known; `numbers` are those of items that it had
    before it was edited.
    """
    if _PLAIN.fullmatch(text) and not _MARKER.search(text):
        return RichText((Paragraph((Run(text),)),))
    html_lines = _html_lines(printable_text(text))
    html_lines[0].indent = None if is_stripped else _indentation(text)
    lines: list[TextLine] = []
    for line in html_lines:
        if line.pieces:
            lines.append(TextLine(tuple(line.pieces), line.level, line.marker, indent=line.indent))
    return rich_text(lines, exact=False, numbers=numbers)


def _indentation(line: str) -> int:
    """Return the number of spaces and tabs that a line begins with."""
    return len(line) - len(line.lstrip(" \t"))


def _typed(lines: Iterable[TextLine], numbers: Collection[int]) -> Iterator[TextLine]:
    """Yield the lines, with a space for each tab; lines that begin with a typed marker are items."""
    parts: list[TextLine] = []
    for line in lines:
        parts += _typed_lines(line, numbers)
    for item in _items(parts, numbers):
        pieces = [with_spaces(piece) for piece in item.pieces]
        yield replace(item, pieces=tuple(pieces))


def with_spaces(piece: Piece) -> Piece:
    """Return a piece with a space for each tab."""
    if not isinstance(piece, Run):
        return piece
    return replace(piece, text=piece.text.replace("\t", " "))


def _typed_lines(line: TextLine, numbers: Collection[int]) -> Sequence[TextLine]:
    """Return the line itself or, if its breaks are between items with typed markers, a line for each break."""
    if line.level is not None or line.under is not None:
        return [line]
    parts = [TextLine(tuple(pieces)) for pieces in split_at(line.pieces, (Break,))]
    items = [item for item in _items(parts, numbers) if item.level is not None]
    if len(items) < _MIN_ITEMS:
        return [line]
    return parts


def _items(lines: Sequence[TextLine], known_numbers: Collection[int]) -> list[TextLine]:
    """Return the lines, those with typed markers as items. A line that begins further right than the marker of the item
    above it goes on with that item.
    """
    typed_items = _typed_items(lines, known_numbers)
    indents: list[int] = []
    for line, item in zip(lines, typed_items, strict=True):
        if item is not None and line.indent is not None:
            indents.append(line.indent)
    outer_indent = min(indents, default=0)
    items: list[TextLine] = []
    marker_indent: int | None = None
    """The spaces before the marker of the item that the last line is in; None outside of items."""
    for line, item in zip(lines, typed_items, strict=True):
        indent = outer_indent if line.indent is None else line.indent
        if item is not None:
            is_inner = indent >= outer_indent + _INDENT
            level = DEEPEST if is_inner else item.level
            items.append(replace(item, level=level))
            marker_indent = indent
        elif marker_indent is not None and line.level is None and indent >= marker_indent + _INDENT:
            last = items[-1]
            items[-1] = replace(last, pieces=(*last.pieces, Break(), *line.pieces))
        else:
            items.append(line)
            marker_indent = None
    return items


def _typed_items(lines: Sequence[TextLine], known_numbers: Collection[int]) -> Sequence[TextLine | None]:
    """Return the item that each line is by its typed marker; None for other lines, such as "12. floor"."""
    items = [_typed_item(line) for line in lines]
    numbers = [item.start for item in items if item is not None and item.marker is Marker.NUMBER]
    if _are_numbers_of_items(numbers, known_numbers):
        return items
    without_numbers: list[TextLine | None] = []
    for item in items:
        is_numbered = item is not None and item.marker is Marker.NUMBER
        without_numbers.append(None if is_numbered else item)
    return without_numbers


def _are_numbers_of_items(numbers: Sequence[int], known_numbers: Collection[int]) -> bool:
    """Return whether the numbers before lines are markers: they count from 1, or are known as numbers of items."""
    if len(numbers) < _MIN_ITEMS and not known_numbers:
        return False
    for before, number in pairwise([0, *numbers]):
        continues_list = number in {1, before + 1}
        if not continues_list and number not in known_numbers:
            return False
    return True


def _typed_item(line: TextLine) -> TextLine | None:
    """Return the item that a line is by a typed marker, without the marker; None if it has none."""
    if line.level is not None:
        return None
    words = paragraph(line.pieces)
    if words is None or not words.inlines:
        return None
    first, *others = words.inlines
    if not isinstance(first, Run):
        return None
    marker = _TYPED_MARKER.match(first.text)
    if marker:
        words_after = replace(first, text=first.text[marker.end() :])
        sign = marker[0][0]
        level = DEEPEST if sign in _SECOND_MARKERS else 0
        return TextLine((words_after, *others), level)
    number = _TYPED_NUMBER.match(first.text)
    if number:
        words_after = replace(first, text=first.text[number.end() :])
        return TextLine((words_after, *others), level=0, marker=Marker.NUMBER, start=int(number[1]))
    return None


def without_typed_markers(text: str, shown: str = "") -> str:
    """Return the lines of a list in plain text without the markers that are typed before its items.

    Lines that are indented, or have another marker than the first one, belong to the item above them, and stay as they
    are. Numbers are markers if they count from 1. A text whose first line is one of those that were `shown` stays as it
    is: the marker of that line is not typed.
    """
    lines = text.strip("\n").split("\n")
    if lines[0] in shown.split("\n"):
        return text
    marked = [_MARKED_LINE.match(line) for line in lines]
    first = marked[0]
    if first is None:
        return text
    numbers = [int(match["number"]) for match in marked if match is not None and match["number"]]
    is_counted = len(numbers) >= _MIN_ITEMS and numbers == list(range(1, len(numbers) + 1))
    if first["number"] and not is_counted:
        return text
    for index, match in enumerate(marked):
        if match is None or match["sign"] != first["sign"]:
            continue
        is_indented = len(match["indent"]) > len(first["indent"])
        if not is_indented:
            lines[index] = lines[index][match.end() :]
    return "\n".join(lines)


_ItemLines = list[TextLine]
"""The lines of an item, with those of the items in it."""


def _blocks(lines: Iterable[TextLine], depth: int) -> Iterator[Paragraph | ItemList]:
    """Yield the blocks of lines: paragraphs, and lists of the lines from this depth on."""
    for is_listed, group in groupby(lines, lambda line: _depth(line) >= depth):
        if not is_listed:
            yield from _paragraphs(group)
            continue
        listed = list(group)
        continued = list(takewhile(lambda line: line.level is None, listed))
        yield from _paragraphs(continued)  # the item that they continue is not here
        items = _lines_by_item(listed[len(continued) :], depth)
        yield from _lists(_with_own_lines(items, depth), depth)


def _paragraphs(lines: Iterable[TextLine]) -> Iterator[Paragraph]:
    """Yield a paragraph for each line with words."""
    for line in lines:
        words = _words(line)
        if words is not None:
            yield words


def _lines_by_item(lines: Iterable[TextLine], depth: int) -> list[_ItemLines]:
    """Return the lines of each item of this depth; the first one may have only deeper lines."""
    items: list[_ItemLines] = []
    for line in lines:
        begins_item = line.level == depth
        if begins_item or not items:
            items.append([line])
        else:
            items[-1].append(line)
    return items


def _lists(items: Sequence[_ItemLines], depth: int) -> Iterator[ItemList]:
    """Yield the lists of items, each of which begins with a line of this depth."""
    for (_, marker), group in groupby(items, _list_of_item):
        items_of_list = list(group)
        contents = [ListItem(tuple(_blocks(lines, depth + 1))) for lines in items_of_list]
        first_line = items_of_list[0][0]
        yield ItemList(marker, tuple(contents), first_line.start)


def _list_of_item(lines: _ItemLines) -> tuple[str, Marker]:
    """Return what the items of one list have in common: its key and its marker."""
    first_line = lines[0]
    return first_line.list_key, first_line.marker


def _words(line: TextLine) -> Paragraph | None:
    """Return the paragraph of a line without the white space around it, such as the two wide spaces that a Chinese
    paragraph begins with: the text of a plan has none there. None if it has no words.
    """
    words = paragraph(line.pieces)
    if words is None:
        return None
    inlines = words.inlines
    with_words = [index for index, inline in enumerate(inlines) if isinstance(inline, Run) and inline.text.strip()]
    if not with_words:
        return None
    kept = list(inlines[with_words[0] : with_words[-1] + 1])
    first = kept[0]
    if isinstance(first, Run):
        kept[0] = replace(first, text=first.text.lstrip())
    last = kept[-1]  # it may be the first one
    if isinstance(last, Run):
        kept[-1] = replace(last, text=last.text.rstrip())
    return Paragraph(tuple(kept))


def _depth(line: TextLine) -> int:
    """Return the level of the item that a line is or continues; -1 for other lines."""
    deepest = line.under if line.level is None else line.level
    return -1 if deepest is None else deepest


def _with_own_lines(items: Sequence[_ItemLines], depth: int) -> Sequence[_ItemLines]:
    """Return the items of a level, each with a line of that level first: the first item may have only deeper ones.

    It is then in the list of the next item, if that can have an item before, or else in a list of bullets.
    """
    if not items or items[0][0].level == depth:
        return items
    own = TextLine((), depth)
    if len(items) > 1:
        following = items[1][0]
        if following.marker is not Marker.NUMBER:
            own = replace(following, pieces=())
        elif following.start > 1:
            own = replace(following, pieces=(), start=following.start - 1)
    return [[own, *items[0]], *items[1:]]


# Lines of text with inline HTML


class _HtmlLine(Struct):
    """A line of a text with inline HTML; `level` and `marker` are those of the item that it is in HTML."""

    pieces: list[Piece] = field(default_factory=list)
    level: int | None = None
    marker: Marker = Marker.BULLET
    indent: int | None = 0
    """The number of spaces that it begins with; None if that is not known."""


def _html_lines(text: str) -> list[_HtmlLine]:
    """Return the lines of a text with inline HTML; a block, an item and a typed marker each begin a line."""
    reader = _HtmlLineReader()
    offset = 0
    for match in _TAG.finditer(text):
        reader.read_text(text[offset : match.start()])
        offset = match.end()
        slash, name, attributes = match.groups()
        tag = name.lower()
        if tag == "br":
            reader.break_line()
        elif slash:
            reader.end(tag)
        else:
            reader.begin(tag, attributes)
    reader.read_text(text[offset:])
    return reader.lines


class _StyledElement(NamedTuple):
    """An element around the text that is read, and the style of the text in it."""

    tag: str
    style: Run


class _HtmlLineReader:
    """Collects the lines of a text with inline HTML, tag by tag."""

    def __init__(self) -> None:
        self.lines = [_HtmlLine()]
        self._open_lists: list[str] = []
        """The tags of the lists around the text, the inner ones last."""
        self._styled_elements = [_StyledElement("", Run(""))]
        """The styled elements around the text, the inner ones last; the first one is the text as a whole."""

    def begin(self, tag: str, attributes: str) -> None:
        """Read the start of a block or of a styled element."""
        if tag in _BLOCKS:
            if tag in _LISTS:
                self._open_lists.append(tag)
            line = self._first_line_of_item() if tag == "li" else _HtmlLine()
            self.lines.append(line)
        else:
            outer_style = self._styled_elements[-1].style
            self._styled_elements.append(_StyledElement(tag, _styled(tag, attributes, outer_style)))

    def end(self, tag: str) -> None:
        """Read the end of a block or of a styled element."""
        if tag in _BLOCKS:
            if tag in _LISTS and self._open_lists:
                self._open_lists.pop()
            self.lines.append(_HtmlLine())
        else:
            indices = [index for index, element in enumerate(self._styled_elements) if element.tag == tag]
            if indices:
                innermost = indices[-1]
                del self._styled_elements[innermost:]  # with the elements in it, whose own ends are missing

    def break_line(self) -> None:
        """Read a line break, which is in the line."""
        self.lines[-1].pieces.append(Break())

    def read_text(self, source: str) -> None:
        """Read text between two tags."""
        text = _MARKER.sub(_on_new_line, unescape(source))
        first, *others = text.split("\n")
        self._add_to_line(first)
        for line in others:
            self.lines.append(_HtmlLine(indent=_indentation(line)))
            self._add_to_line(line)

    def _add_to_line(self, text: str) -> None:
        if text:
            style = self._styled_elements[-1].style
            self.lines[-1].pieces.append(replace(style, text=_SPACES.sub(" ", text)))

    def _first_line_of_item(self) -> _HtmlLine:
        """Return the line that an item of the innermost list begins; one outside of lists has a bullet."""
        level = min(max(len(self._open_lists) - 1, 0), DEEPEST)
        is_numbered = bool(self._open_lists) and self._open_lists[-1] == "ol"
        marker = Marker.NUMBER if is_numbered else Marker.BULLET
        return _HtmlLine(level=level, marker=marker)


def _styled(tag: str, attributes: str, style: Run) -> Run:
    """Return the style of the text in an element, which is in text of that style."""
    values = {}
    for name, in_double_quotes, in_single_quotes, unquoted in _ATTRIBUTE.findall(attributes):
        values[name.lower()] = unescape(in_double_quotes or in_single_quotes or unquoted)
    if tag == "a":
        address = values.get("href", "").strip()
        return replace(style, link=explicit_address(address))
    if tag == "span" and values.get("lang"):
        style = replace(style, language=values["lang"])
    return replace(style, **EMPHASIS.get(tag, {}))


def _on_new_line(marker: re.Match[str]) -> str:
    sign = "○" if marker[0] == "o" else marker[0]
    return f"\n{sign}"
