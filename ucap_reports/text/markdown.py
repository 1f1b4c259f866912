"""Rich text as authors write it: a subset of CommonMark with a few HTML tags, and lists with typed signs before items.

First any Markdown and HTML, whose tokens markdown-it finds (`markdown_it_tokens`), and what of it is not allowed
(`_FORBIDDEN`, `_MarkupReader`). Then simple texts, as most are, which need no markdown-it (`simple_paragraphs`). Last
the paragraphs of both: lines with typed signs become lists (`_typed_list`), white space is cleaned, and addresses
become links (`_clean_line`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import TYPE_CHECKING, Any
from unicodedata import category

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.patterns.wide_characters import has_space_between
from ucap_reports.problems import NOWHERE, Location, Problem, ProblemsFound, problem, shortened
from ucap_reports.text.language_tags import LANGUAGE, canonical_tag
from ucap_reports.text.links import MAIL, explicit_address, may_contain_address, with_links
from ucap_reports.text.rich_text import (
    ARROW,
    EMPHASIS,
    MAX_CHARACTERS,
    MAX_LISTS,
    Break,
    Inline,
    ItemList,
    ListItem,
    Marker,
    Paragraph,
    RichText,
    Run,
    Script,
)

if TYPE_CHECKING:  # not imported at run time: few texts need markdown-it
    from ucap_reports.text.markdown_it_tokens import MarkdownToken

BULLETS = "•●▪■○◦‣\u2043◆◇❖►▶▸➢➤・\uf0b7\uf0a7\uf0d8\uf076"
"""Bullets, among them the Japanese one; the last four are from the fonts Symbol and Wingdings. A line that starts with
one is a list item.
"""
DASHES = "\u2013\u2014·"
"""Signs that sentences contain too: they start items only on two or more lines, and before white space."""
_PLAIN = re.compile(rf"(?![-+*#>=~|{BULLETS}]|\d+[.)])[^\\`*_\[\]<>&\n\r\t@→|~]*")
"""Text that cannot have markup, whatever its words."""
_BARE_MARKER = re.compile(r"[-+*]|\d+[.)]")


class SoftBreak(Struct, frozen=True):
    """A line end of the source that is not printed as one."""


Piece = Run | Break | SoftBreak
SOFT = SoftBreak()


def parse_rich_text(text: str, location: Location = NOWHERE) -> RichText:
    """Return the blocks of a text; none if it has no words.

    Raises ProblemsFound with everything that is not allowed, at `location` or, without one, at its line and column in
    the text.
    """
    if len(text) > MAX_CHARACTERS:
        where = Location(line=1, column=1) if location == NOWHERE else location
        raise ProblemsFound([problem("text-too-long", where, limit=MAX_CHARACTERS)])
    stripped = text.strip(" ")
    if (_PLAIN.fullmatch(stripped) and not may_contain_address(stripped)) or _BARE_MARKER.fullmatch(stripped):
        return RichText.plain(stripped)
    rich_text, problems = _read_markup(text.replace("\r\n", "\n").replace("\r", "\n"))
    if problems and location != NOWHERE:
        problems = [replace(problem, location=location) for problem in problems]
    if problems:
        raise ProblemsFound(problems)
    return rich_text


def parse_inline(text: str, location: Location = NOWHERE) -> RichText:
    """Return the one paragraph of a label, or no block if it has no words; raises ProblemsFound for anything more."""
    rich_text = parse_rich_text(text, location)
    match rich_text.blocks:
        case () | (Paragraph(),):
            return rich_text
        case _:
            raise ProblemsFound([problem("paragraph-needed", location)])


# Reading of Markdown and HTML
_NAMES = {"paragraph": "p", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li", "link": "a"}
"""HTML elements by the names that markdown-it has for them, if these are different."""
_FORBIDDEN = {
    "heading_open": ("a heading", "write \\# for a literal # at the start of a line, and no --- or === below a line"),
    "blockquote_open": ("a block quote", "write \\> for a literal > at the start of a line"),
    "hr": ("a horizontal line", "leave an empty line between two paragraphs"),
    "fence": ("a code block", "write \\``` for literal ``` at the start of a line"),
    "table_open": ("a table", "write a list"),
    "definition": ("a link definition", "write [text](address) where the link belongs"),
    "code_inline": ("code", "write \\` for a literal `"),
    "image": ("an image", "remove it, and list the picture under `pictures`"),
}
_ATTRIBUTES = {"a": "href", "span": "lang"}
_STYLES: Mapping[str, Mapping[str, Any]] = {**EMPHASIS, "a": {}, "span": {}}
"""What each inline element changes in the style of its text."""
_WHITE = " \t\n"
_WHITE_SPACE = LazyPattern("[ \t\n]+")
_LISTS = ("ul", "ol")
_BLOCKS = ("p", "li", *_LISTS)
_TO_CLOSE = (*_STYLES, *_LISTS)
"""The elements that need an end tag."""
_WITH_WORDS = ("p", *_STYLES)
_ELEMENTS = (*_STYLES, *_BLOCKS)
"""The elements that can be opened."""
_TAG = re.compile(r"<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?P<attributes>.*?)/?>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s([A-Za-z_:][\w.:-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")


def _read_markup(text: str) -> tuple[RichText, list[Problem]]:
    """Return the rich text of a text, and everything in it that is not allowed, at its line and column in the text."""
    paragraphs = simple_paragraphs(text)
    if paragraphs is not None:
        return _of_simple_paragraphs(paragraphs), []
    from ucap_reports.text.markdown_it_tokens import markdown_it_tokens  # noqa: PLC0415 - few texts need markdown-it

    reader = _MarkupReader()
    for token in markdown_it_tokens(text, _paragraphs_alone(text)):
        reader.read_token(token)
    return reader.result(), reader.problems


class _HtmlTag(Struct, frozen=True):
    """An HTML tag: names in lower case, values without quotes and entities."""

    name: str
    closing: bool
    attributes: dict[str, str]


class _OpenElement(Struct):
    """An open element, or the root, which has no name: its location, the style of its text, and its content so far."""

    name: str
    location: Location
    style: Run = Run("")
    number: int | None = None
    """The number that is written before an item of Markdown."""
    lists: int = 0
    """The number of lists around it."""
    pieces: list[Piece] = field(default_factory=list)
    blocks: list[Paragraph | ItemList] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    """The numbers of the items."""


class _MarkupReader:
    """Builds rich text from tokens; Markdown and HTML open and close the same elements."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._stack = [_OpenElement("", NOWHERE)]
        self._names = Counter[str]()
        """How many elements of each name are open."""
        self._refused: list[str] = []
        """Open elements that are not allowed; their end tags are not reported as well."""

    def result(self) -> RichText:
        """Return the complete rich text; call this last."""
        while self._stack[-1].name:
            self._pop(is_closed=False)
        return RichText(tuple(self._stack[0].blocks))

    def read_token(self, token: "MarkdownToken") -> None:
        """Add one token to the rich text, or report it."""
        location = token.location
        match token.type:
            case "text" | "text_special":
                self._text(token.content, location, fold=token.in_html)
            case "softbreak":
                self._stack[-1].pieces.append(SOFT)
            case "hardbreak":
                self._in_paragraph(location).pieces.append(Break())
            case "html_inline":
                self._read_tag(token.content, location)
            case "link_open":
                self._open_link(token.address, location)
            case type_ if type_ in _FORBIDDEN:
                markup, hint = _FORBIDDEN[type_]
                self.problems.append(problem("markup-forbidden", location, markup=markup, hint=hint))
            case type_:
                name, _, side = type_.rpartition("_")
                element = _NAMES.get(name, name)
                if side == "open" and element in _ELEMENTS:
                    self._open(element, location, token.number)
                elif side == "close" and element in _ELEMENTS:
                    self._close(element, location)

    def _text(self, text: str, location: Location, *, fold: bool) -> None:
        """Add words; white space between blocks is ignored. `fold` makes one space of any white space, as HTML does."""
        if not text.strip(_WHITE) and self._stack[-1].name not in _WITH_WORDS:
            return
        top = self._in_paragraph(location)
        if fold:
            text = _WHITE_SPACE.sub(" ", text)
            before = top.pieces[-1] if top.pieces else None
            if not isinstance(before, Run) or before.text.endswith(" "):
                text = text.lstrip(" ")
        top.pieces.append(replace(top.style, text=text))

    def _open_link(self, written: str, location: Location) -> None:
        """Open a link; one whose address is not allowed is reported."""
        address = explicit_address(written)
        if address is None:
            hint = f"write mailto:{written}" if MAIL.fullmatch(written) else None
            self.problems.append(problem("link-forbidden", location, address=written, hint=hint))
        self._open_inline("a", location, link=address)

    def _read_tag(self, written: str, location: Location) -> None:
        """Open or close the element of an HTML tag."""
        tag = _html_tag(written)
        if tag is None or tag.name not in {*_ELEMENTS, "br"}:
            self._refuse(written, tag, location)
        elif tag.closing and tag.name != "br":
            self._close(tag.name, location)
        else:
            self._check_attributes(tag, location)
            self._open_tag(tag, location)

    def _refuse(self, written: str, tag: _HtmlTag | None, location: Location) -> None:
        """Report markup that is not allowed, but not the end tag of an element that was reported."""
        if tag is not None and tag.closing and tag.name in self._refused:
            self._refused.remove(tag.name)
            return
        if tag is not None and not tag.closing:
            self._refused.append(tag.name)
        self.problems.append(problem("html-forbidden", location, tag=shortened(written)))

    def _open_tag(self, tag: _HtmlTag, location: Location) -> None:
        """Open the element of a start tag."""
        match tag.name:
            case "br":
                self._in_paragraph(location).pieces.append(Break())
            case "a" if "href" in tag.attributes:
                self._open_link(tag.attributes["href"].strip(), location)
            case "span":
                language = tag.attributes.get("lang")
                if language is not None and not LANGUAGE.fullmatch(language):
                    self.problems.append(problem("language-invalid", location, tag=language))
                tag_of_text = None if language is None else canonical_tag(language)
                self._open_inline("span", location, language=tag_of_text)
            case name:
                self._open(name, location)

    def _check_attributes(self, tag: _HtmlTag, location: Location) -> None:
        """Report every attribute but `href` of `<a>` and `lang` of `<span>`, and these two if they are missing."""
        required = _ATTRIBUTES.get(tag.name)
        right = f"<{tag.name}>"
        faults: list[tuple[str, str]] = []
        if required is not None:
            right = f'<{tag.name} {required}="…">'
            if required not in tag.attributes:
                faults.append(("missing", required))
        faults += [("forbidden", name) for name in tag.attributes if name != required]
        for form, name in faults:
            self.problems.append(problem("html-attribute", location, form=form, tag=tag.name, name=name, right=right))

    def _open(self, name: str, location: Location, number: int | None = None) -> None:
        """Open an element; a block ends the paragraph before it, and an item ends the item before it."""
        if name not in _BLOCKS:
            self._open_inline(name, location)
            return
        while self._stack[-1].name in _WITH_WORDS:
            self._pop(is_closed=False)
        is_item = name == "li"
        is_list = name in _LISTS
        if is_item and self._stack[-1].name == "li":
            self._pop()
        outer = self._stack[-1]
        is_in_list = outer.name in _LISTS
        lists = outer.lists + 1 if is_list else outer.lists
        if is_item and not is_in_list:
            self.problems.append(problem("html-misplaced", location, form="item", name=name))
        elif is_in_list and not is_item:
            self.problems.append(problem("html-misplaced", location, form="block", name=name))
        elif is_list and lists > MAX_LISTS:
            self.problems.append(problem("list-too-deep", location))
        self._push(_OpenElement(name, location, number=number, lists=lists))

    def _open_inline(
        self, name: str, location: Location, *, link: str | None = None, language: str | None = None
    ) -> None:
        """Open an inline element: `a` with its link, `span` with its language, or one that has neither."""
        top = self._in_paragraph(location)
        if link is not None and top.style.link is not None:
            self.problems.append(problem("html-misplaced", location, form="link"))
        inherited = replace(top.style, **_STYLES[name])
        style = replace(inherited, link=link or inherited.link, language=language or inherited.language)
        self._push(_OpenElement(name, location, style, pieces=top.pieces))

    def _close(self, name: str, location: Location) -> None:
        """Close an element; a paragraph may be closed already."""
        if not self._names[name]:
            if name != "p":
                self.problems.append(problem("html-unbalanced", location, form="unopened", name=name))
            return
        while self._stack[-1].name != name:
            self._pop(is_closed=False)
        self._pop()

    def _in_paragraph(self, location: Location) -> _OpenElement:
        """Return the open element that takes words; a new paragraph if there is none."""
        top = self._stack[-1]
        if top.name in _LISTS:
            self.problems.append(problem("html-misplaced", location, form="text", name=top.name))
        if top.name not in _WITH_WORDS:
            self._push(_OpenElement("p", location))
        return self._stack[-1]

    def _report_unclosed(self, opened: _OpenElement) -> None:
        if opened.name in _TO_CLOSE:
            self.problems.append(problem("html-unbalanced", opened.location, form="unclosed", name=opened.name))

    def _push(self, element: _OpenElement) -> None:
        self._stack.append(element)
        self._names[element.name] += 1

    def _pop(self, *, is_closed: bool = True) -> None:
        """Close the innermost element and add it to the one around it. Report it if it lacks its end tag."""
        element = self._stack.pop()
        outer = self._stack[-1]
        self._names[element.name] -= 1
        if not is_closed:
            self._report_unclosed(element)
        match element.name:
            case "p":
                _add_paragraph(element.pieces, outer)
            case "li":
                if not element.blocks:
                    self.problems.append(problem("list-item-empty", element.location))
                outer.items.append(ListItem(tuple(element.blocks)))
                outer.numbers.append(element.number)
            case "ul":
                bullets = ItemList(Marker.BULLET, tuple(element.items))
                outer.blocks.append(without_typed_signs(bullets))
            case "ol":
                outer.blocks += _numbered_lists(element.items, element.numbers)
            case _:  # an inline element adds to the pieces of its paragraph
                pass


def _numbered_lists(items: Sequence[ListItem], numbers: Sequence[int | None]) -> Iterator[ItemList]:
    """Yield the lists of numbered items: another one where a number does not follow the one before.

    They may be those of dates, as in "31. Mai: …" above "1. Juni: …", which must not become 31 and 32. An item with the
    number of the one before has the next one, as in Markdown, and so has one without a number, which is of HTML.
    """
    start = numbers[0] if numbers and numbers[0] is not None else 1
    listed: list[ListItem] = []
    before: int | None = None
    for item, number in zip(items, numbers, strict=True):
        if number is not None and before is not None:
            printed_number = start + len(listed)
            if number not in {before, before + 1, printed_number}:
                yield ItemList(Marker.NUMBER, tuple(listed), start)
                start = number
                listed = []
        listed.append(item)
        before = number
    yield ItemList(Marker.NUMBER, tuple(listed), start)


def _html_tag(written: str) -> _HtmlTag | None:
    """Return the tag that is written there; None for comments, declarations and processing instructions."""
    match = _TAG.fullmatch(written)
    if match is None:
        return None
    attributes = {}
    for name, written_value in _ATTRIBUTE.findall(match["attributes"]):
        quote = written_value[:1]
        value = written_value.strip(quote) if quote in {"'", '"'} else written_value
        attributes[name.lower()] = unescape(value)
    return _HtmlTag(match["name"].lower(), bool(match["slash"]), attributes)


def _add_paragraph(pieces: Sequence[Piece], outer: _OpenElement) -> None:
    """Add a paragraph to the element around it: as a typed list, merged with one right before it, or as it is.

    Only paragraphs outside of other elements are typed lists: an item keeps the signs in its text.
    """
    is_outside = not outer.name
    typed = _typed_list(pieces) if is_outside else None
    if typed is None:
        words = paragraph(pieces)
        if words is not None:
            outer.blocks.append(words)
        return
    before = outer.blocks[-1] if outer.blocks else None
    if isinstance(before, ItemList) and before.marker is typed.marker:
        outer.blocks[-1] = ItemList(before.marker, (*before.items, *typed.items))
    else:
        outer.blocks.append(typed)


# Simple texts: paragraphs alone, with no other markup than emphasis and tags without attributes. They are read here by
# the rules of CommonMark, since markdown-it takes several times as long, and 15 ms to import.
_STYLED = "|".join(EMPHASIS)
_PARAGRAPH_LINE = re.compile(rf"(?:<(?:{_STYLED})>|\*\*?(?=\w))?(?![-+*#>=~|:_`<\[]|\d+[.)])\S")
"""The start of a line that no rule of CommonMark makes anything else than a line of a paragraph."""
_OTHER_MARKUP = re.compile(rf"\\|`|_|\[|\]|&|!|~|\t|\n(?<= \n)|<(?!/?(?:{_STYLED})>)")
"""A character with which an inline rule of CommonMark starts, but asterisks and tags without attributes, and white
space that may be a line break. Python searches several times faster for alternatives that all begin with a character.
"""
_SIMPLE_MARKUP = re.compile(rf"<(?P<slash>/?)(?P<name>{_STYLED})>|\*\**|\n")
"""An element's mark or a line end. Asterisks are one and more, so that all begin with a character, as above."""
_STYLES_OF_MARKS = {**EMPHASIS, "*": EMPHASIS["em"], "**": EMPHASIS["strong"]}
"""What each mark of an element changes in the style of its text."""
_LEFT_FLANKING = {("space", "word"), ("sign", "word"), ("word", "word"), ("space", "sign"), ("sign", "sign")}
"""The kinds of the characters before and after asterisks that are left-flanking; in the other direction, of those that
are right-flanking.
"""


def _paragraphs_alone(text: str) -> list[tuple[int, str]] | None:
    """Return the index of the first line, and the text, of each paragraph of a text that has no other blocks, as most
    texts; None if it may have others, for which the rules of all blocks are needed.
    """
    paragraphs = []
    lines = text.split("\n")
    start = 0
    for index, line in enumerate([*lines, ""]):  # an empty line ends the paragraph that starts at `start`
        if line:
            if _PARAGRAPH_LINE.match(line) is None:
                return None
            continue
        if start < index:
            content = "\n".join(lines[start:index]).rstrip(" \t")
            if content[-1].isspace():
                return None  # versions of markdown-it differ in which white space is part of a paragraph
            paragraphs.append((start, content))
        start = index + 1
    return paragraphs


def simple_paragraphs(text: str) -> list[list[list[Run]]] | None:
    """Return the runs of each line of each paragraph, if a text has paragraphs alone and no other markup than emphasis
    and tags without attributes; None if it may have others.
    """
    if _OTHER_MARKUP.search(text):
        return None
    paragraphs = _paragraphs_alone(text)
    if paragraphs is None:
        return None
    simple = []
    for _, paragraph_text in paragraphs:
        lines = _runs_of_lines(paragraph_text)
        if lines is None:
            return None
        simple.append(lines)
    return simple


def _of_simple_paragraphs(paragraphs: Iterable[Iterable[Iterable[Run]]]) -> RichText:
    """Return the rich text of paragraphs, each of which has lines of runs."""
    root = _OpenElement("", NOWHERE)
    for lines in paragraphs:
        pieces: list[Piece] = []
        for line in lines:
            pieces += [SOFT, *line]
        _add_paragraph(pieces[1:], root)
    return RichText(tuple(root.blocks))


def _runs_of_lines(text: str) -> list[list[Run]] | None:
    """Return the runs of each line of a paragraph; None unless all its elements are nested and closed."""
    lines: list[list[Run]] = [[]]
    open_marks: list[str] = []
    """The asterisks, and the names of the tags, of the elements that are open."""
    styles = [Run("")]
    """The style of text outside of elements, and of the text in each open one."""
    offset = 0
    for match in _SIMPLE_MARKUP.finditer(text):
        if offset < match.start():
            lines[-1].append(replace(styles[-1], text=text[offset : match.start()]))
        offset = match.end()
        if match[0] == "\n":
            lines.append([])
            continue
        mark = match["name"] or match[0]
        if match["name"] is None:
            before = text[match.start() - 1 : match.start()]
            role = _role_of_asterisks(mark, before, text[offset : offset + 1], open_marks)
        else:
            role = "end" if match["slash"] else "start"
        if role == "start":
            open_marks.append(mark)
            styles.append(replace(styles[-1], **_STYLES_OF_MARKS[mark]))
        elif role == "end" and open_marks and open_marks[-1] == mark:
            open_marks.pop()
            styles.pop()
        elif role == "text":
            lines[-1].append(replace(styles[-1], text=mark))
        else:
            return None
    if offset < len(text):
        lines[-1].append(replace(styles[-1], text=text[offset:]))
    return None if open_marks else lines


def _role_of_asterisks(mark: str, before: str, after: str, open_marks: Sequence[str]) -> str | None:
    """Return whether asterisks between two characters, which are empty at the ends of the paragraph, are the "start" or
    the "end" of emphasis, or "text"; None in rare cases, for which only markdown-it has the rules.

    Asterisks may start emphasis if they are left-flanking, and end it if they are right-flanking (CommonMark 0.31,
    6.2). They end it where they may do both and emphasis is open.
    """
    kind_before = _kind(before)
    kind_after = _kind(after)
    if mark not in _STYLES_OF_MARKS or kind_before is None or kind_after is None:
        return None
    may_start = (kind_before, kind_after) in _LEFT_FLANKING
    may_end = (kind_after, kind_before) in _LEFT_FLANKING
    if may_end and ("*" in open_marks or "**" in open_marks):
        return "end"
    return "start" if may_start else "text"


def _kind(character: str) -> str | None:
    """Return whether a character, or the end of a paragraph, is a "space", "sign" or "word" character; None for rare
    ones, about which versions of markdown-it differ.
    """
    if character in {"", " ", "\n"}:
        return "space"
    if character.isalnum():
        return "word"
    is_sign = character.isascii() and character.isprintable()
    return "sign" if is_sign or category(character).startswith("P") else None


# Paragraphs and lists as people type them
_TYPED_SIGNS = frozenset({ARROW, *BULLETS, *DASHES})


def _typed_list(pieces: Sequence[Piece]) -> ItemList | None:
    """Return the list that a paragraph is if each of its lines starts with a sign; None for any other paragraph.

    Lines with another sign than the first line are items of the second level. Arrows are kept as the list's marker.
    """
    if _first_character(pieces) not in _TYPED_SIGNS:
        return None
    items = []
    for line in _source_lines(pieces):
        item = _item(line)
        if item is None:
            return None
        items.append(item)
    if not items:
        return None
    signs = {sign for sign, _ in items}
    if ARROW in signs:
        if signs != {ARROW}:
            return None
        arrows = tuple([ListItem((Paragraph(text),)) for _, text in items])
        return ItemList(Marker.ARROW, arrows)
    first_sign, _ = items[0]
    if len(items) == 1 and first_sign in DASHES:
        return None
    return ItemList(Marker.BULLET, tuple(_two_levels(items)))


def without_typed_signs(bullets: ItemList) -> ItemList:
    """Return the list without the signs that all its items start with; if these are arrows, they become its marker."""
    if bullets.marker is not Marker.BULLET:
        return bullets
    items: list[ListItem] = []
    signs: set[str] = set()
    for item in bullets.items:
        first = item.blocks[0] if item.blocks else None
        signed = _item(first.inlines) if isinstance(first, Paragraph) else None
        if signed is None:
            return bullets
        sign, text = signed
        signs.add(sign)
        items.append(ListItem((Paragraph(text), *item.blocks[1:])))
    if signs == {ARROW}:
        return ItemList(Marker.ARROW, tuple(items))
    return bullets if ARROW in signs else ItemList(Marker.BULLET, tuple(items))


def paragraph(pieces: Sequence[Piece]) -> Paragraph | None:
    """Return the paragraph of these pieces, or None if they have no words."""
    inlines: list[Inline] = []
    for line in split_at(pieces, (Break,)):
        inlines += [Break(), *_clean_line(line)]
    start = 0
    end = len(inlines)
    while start < end and isinstance(inlines[start], Break):
        start += 1
    while start < end and isinstance(inlines[end - 1], Break):
        end -= 1
    if start == end:
        return None
    return Paragraph(tuple(inlines[start:end]))


def text_of_pieces(pieces: Iterable[Piece]) -> str:
    """Return the text of pieces, with a line end for each break."""
    return "".join([piece.text if isinstance(piece, Run) else "\n" for piece in pieces])


def _source_lines(pieces: Sequence[Piece]) -> list[list[Run]]:
    """Return the lines of the source that have words."""
    lines = [_clean_line(line) for line in split_at(pieces, (Break, SoftBreak))]
    return [line for line in lines if line]


def split_at(pieces: Sequence[Piece], at: tuple[type, ...]) -> list[list[Piece]]:
    """Return the pieces before, between and after those of the given types."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, at):
            lines.append([])
        else:
            lines[-1].append(piece)
    return lines


def without_lead(inlines: Sequence[Inline], count: int) -> tuple[Inline, ...]:
    """Return the inlines without their first `count` characters, and without white space where they then begin."""
    for index, inline in enumerate(inlines):
        if not isinstance(inline, Run):
            return tuple(inlines[index:])
        text = inline.text[count:].lstrip()
        if text:
            return (replace(inline, text=text), *inlines[index + 1 :])
        count = max(0, count - len(inline.text))
    return ()


def _first_character(pieces: Sequence[Piece]) -> str:
    """Return the first character that is not white space; empty without one."""
    for piece in pieces:
        if isinstance(piece, Run):
            words = piece.text.strip()
            if words:
                return words[0]
    return ""


def _item(inlines: Sequence[Inline]) -> tuple[str, tuple[Inline, ...]] | None:
    """Return the sign that the inlines start with, and what follows it; None without a sign, or with nothing
    after it.
    """
    first = inlines[0] if inlines else None
    if not isinstance(first, Run):
        return None
    sign = first.text[:1]
    has_space = first.text[1:2].isspace()
    has_sign = sign in {ARROW, *BULLETS} or (sign in {*DASHES} and has_space)
    if not has_sign:
        return None
    content = without_lead(inlines, 1)
    return (sign, content) if content else None


def _two_levels(items: Sequence[tuple[str, tuple[Inline, ...]]]) -> Iterator[ListItem]:
    """Yield the items with the sign of the first one, each with those with other signs after it as its list."""
    sign_of_first_level, _ = items[0]
    groups: list[list[Paragraph]] = []
    for sign, text in items:
        if sign == sign_of_first_level:
            groups.append([])
        groups[-1].append(Paragraph(text))
    for first, *others in groups:
        blocks: list[Paragraph | ItemList] = [first]
        if others:
            second_level = tuple([ListItem((other,)) for other in others])
            blocks.append(ItemList(Marker.BULLET, second_level))
        yield ListItem(tuple(blocks))


def _clean_line(pieces: Sequence[Piece]) -> list[Run]:
    """Return the runs of one line, without white space at its ends, and with links for the addresses in it."""
    runs = _with_spaces(pieces)
    for edge, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while runs:
            text = strip(runs[edge].text, _WHITE)
            if text:
                runs[edge] = replace(runs[edge], text=text)
                break
            del runs[edge]  # it is white space alone; the next run is at the edge now
    linked: list[Run] = []
    for run in _merged(runs):
        if run.link is None:
            linked += with_links(run)
        else:
            linked.append(run)
    return linked


def _with_spaces(pieces: Sequence[Piece]) -> list[Run]:
    """Return the runs, with a space for each soft break between words that need one."""
    runs: list[Run] = []
    is_after_break = False
    for piece in pieces:
        if isinstance(piece, SoftBreak):
            is_after_break = bool(runs)
        elif isinstance(piece, Run) and piece.text:
            if is_after_break:
                runs += _space_between(runs[-1], piece)
            runs.append(piece)
            is_after_break = False
    return runs


def _space_between(before: Run, after: Run) -> list[Run]:
    """Return the space for a soft break between two runs; none between Chinese or Japanese characters."""
    if not has_space_between(before.text, after.text):
        return []
    return [_with_common_style(before, after, " ")]


def _with_common_style(one: Run, other: Run, text: str) -> Run:
    """Return a run with what both runs have in common, such as the link or the line that both are part of."""
    script = one.script if one.script is other.script else Script.NORMAL
    link = one.link if one.link == other.link else None
    language = one.language if one.language == other.language else None
    return Run(
        text,
        bold=one.bold and other.bold,
        italic=one.italic and other.italic,
        underline=one.underline and other.underline,
        script=script,
        link=link,
        language=language,
    )


def _have_one_style(one: Run, other: Run) -> bool:
    """Return whether two runs differ in nothing but their text."""
    return replace(one, text=other.text) == other


def _merged(runs: Iterable[Run]) -> list[Run]:
    """Return the runs, neighbours of one style merged."""
    merged: list[Run] = []
    for run in runs:
        if merged and _have_one_style(merged[-1], run):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return merged
