"""Conversion of tokens to rich text, with a problem for each that plans may not have."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.problems import NOWHERE, Location, Problem, problem, shortened
from ucap_reports.text.inline_cleanup import SOFT, Piece, paragraph
from ucap_reports.text.language_tags import LANGUAGE
from ucap_reports.text.links import MAIL, explicit_address
from ucap_reports.text.markup_lexer import HtmlTag, PlacedToken, read_tag, tokens
from ucap_reports.text.rich_text import EMPHASIS, Break, ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.text.typed_lists import typed_list, without_typed_signs

MAX_LISTS = 2
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
_WHITE_SPACE = re.compile("[ \t\n]+")
_LISTS = ("ul", "ol")
_BLOCKS = ("p", "li", *_LISTS)
_TO_CLOSE = (*_STYLES, *_LISTS)
"""The elements that need an end tag."""
_WITH_WORDS = ("p", *_STYLES)
_ELEMENTS = (*_STYLES, *_BLOCKS)
"""The elements that can be opened."""


class _OpenElement(Struct):
    """An open element, or the root, which has no name: its place, the style of its text, and its content so far."""

    name: str
    place: Location
    style: Run = Run("")
    start: int = 1
    lists: int = 0
    """The number of lists around it."""
    pieces: list[Piece] = field(default_factory=list)
    blocks: list[Paragraph | ItemList] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)


def read(text: str) -> tuple[RichText, list[Problem]]:
    """The rich text of a text, and everything in it that is not allowed, at its line and column in the text."""
    reader = _MarkupReader()
    for placed in tokens(text):
        reader.read_token(placed)
    return reader.result(), reader.problems


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
        """The complete rich text; call this last."""
        while self._stack[-1].name:
            self._pop(is_closed=False)
        return RichText(tuple(self._stack[0].blocks))

    def read_token(self, placed: PlacedToken) -> None:
        """Add one token to the rich text, or report it."""
        token, place = placed.token, placed.place
        match token.type:
            case "text" | "text_special":
                self._text(token.content, place, fold=placed.in_html)
            case "softbreak":
                self._stack[-1].pieces.append(SOFT)
            case "hardbreak":
                self._in_paragraph(place).pieces.append(Break())
            case "html_inline":
                self._read_tag(token.content, place)
            case "link_open":
                self._open_link(str(token.attrs.get("href", "")), place)
            case type_ if type_ in _FORBIDDEN:
                markup, hint = _FORBIDDEN[type_]
                self.problems.append(problem("markup-forbidden", place, markup=markup, hint=hint))
            case type_:
                name, _, side = type_.rpartition("_")
                element = _NAMES.get(name, name)
                if side == "open" and element in _ELEMENTS:
                    self._open(element, place, int(token.attrs.get("start", 1)))
                elif side == "close" and element in _ELEMENTS:
                    self._close(element, place)

    def _text(self, text: str, place: Location, *, fold: bool) -> None:
        """Add words; white space between blocks is ignored. `fold` makes one space of any white space, as HTML does."""
        if not text.strip(_WHITE) and self._stack[-1].name not in _WITH_WORDS:
            return
        top = self._in_paragraph(place)
        if fold:
            text = _WHITE_SPACE.sub(" ", text)
            before = top.pieces[-1] if top.pieces else None
            if not isinstance(before, Run) or before.text.endswith(" "):
                text = text.lstrip(" ")
        top.pieces.append(replace(top.style, text=text))

    def _open_link(self, written: str, place: Location) -> None:
        address = explicit_address(written)
        if address is None:
            hint = f"write mailto:{written}" if MAIL.fullmatch(written) else None
            self.problems.append(problem("link-forbidden", place, address=written, hint=hint))
        self._open_inline("a", place, link=address)

    def _read_tag(self, written: str, place: Location) -> None:
        tag = read_tag(written)
        if tag is None or tag.name not in {*_ELEMENTS, "br"}:
            self._refuse(written, tag, place)
        elif tag.closing and tag.name != "br":
            self._close(tag.name, place)
        else:
            self._check_attributes(tag, place)
            self._open_tag(tag, place)

    def _refuse(self, written: str, tag: HtmlTag | None, place: Location) -> None:
        if tag is not None and tag.closing and tag.name in self._refused:
            self._refused.remove(tag.name)
            return
        if tag is not None and not tag.closing:
            self._refused.append(tag.name)
        self.problems.append(problem("html-forbidden", place, tag=shortened(written)))

    def _open_tag(self, tag: HtmlTag, place: Location) -> None:
        match tag.name:
            case "br":
                self._in_paragraph(place).pieces.append(Break())
            case "a" if "href" in tag.attributes:
                self._open_link(tag.attributes["href"].strip(), place)
            case "span":
                language = tag.attributes.get("lang")
                if language is not None and not LANGUAGE.fullmatch(language):
                    self.problems.append(problem("language-invalid", place, tag=language))
                self._open_inline("span", place, language=language)
            case name:
                self._open(name, place)

    def _check_attributes(self, tag: HtmlTag, place: Location) -> None:
        """Report every attribute but `href` of `<a>` and `lang` of `<span>`, and these two if they are missing."""
        required = _ATTRIBUTES.get(tag.name)
        right = f'<{tag.name} {required}="…">' if required else f"<{tag.name}>"
        wrong = [("forbidden", name) for name in tag.attributes if name != required]
        if required is not None and required not in tag.attributes:
            wrong.insert(0, ("missing", required))
        for form, name in wrong:
            self.problems.append(problem("html-attribute", place, form=form, tag=tag.name, name=name, right=right))

    def _open(self, name: str, place: Location, start: int = 1) -> None:
        """Open an element; a block ends the paragraph before it, and an item ends the item before it."""
        if name not in _BLOCKS:
            self._open_inline(name, place)
            return
        if self._stack[-1].name in _STYLES:
            self._report_unclosed(self._stack[-1])
        while self._stack[-1].name in _WITH_WORDS:
            self._pop()
        if name == "li" == self._stack[-1].name:
            self._pop()
        if (name == "li") is not (self._stack[-1].name in _LISTS):
            self.problems.append(problem("html-misplaced", place, form="item" if name == "li" else "block", name=name))
        elif name in _LISTS and self._stack[-1].lists >= MAX_LISTS:
            self.problems.append(problem("list-too-deep", place))
        lists = self._stack[-1].lists + (name in _LISTS)
        self._push(_OpenElement(name, place, start=start, lists=lists))

    def _open_inline(self, name: str, place: Location, *, link: str | None = None, language: str | None = None) -> None:
        """Open an inline element: `a` with its link, `span` with its language, or one that has neither."""
        top = self._in_paragraph(place)
        if link is not None and top.style.link is not None:
            self.problems.append(problem("html-misplaced", place, form="link"))
        inherited = replace(top.style, **_STYLES[name])
        style = replace(inherited, link=link or inherited.link, language=language or inherited.language)
        self._push(_OpenElement(name, place, style, pieces=top.pieces))

    def _close(self, name: str, place: Location) -> None:
        """Close an element; a paragraph may be closed already."""
        if not self._names[name]:
            if name != "p":
                self.problems.append(problem("html-unbalanced", place, form="unopened", name=name))
            return
        while self._stack[-1].name != name:
            self._pop(is_closed=False)
        self._pop()

    def _in_paragraph(self, place: Location) -> _OpenElement:
        """The open element that takes words; a new paragraph if there is none."""
        top = self._stack[-1]
        if top.name in _LISTS:
            self.problems.append(problem("html-misplaced", place, form="text", name=top.name))
        if top.name not in _WITH_WORDS:
            self._push(_OpenElement("p", place))
        return self._stack[-1]

    def _report_unclosed(self, opened: _OpenElement) -> None:
        if opened.name in _TO_CLOSE:
            self.problems.append(problem("html-unbalanced", opened.place, form="unclosed", name=opened.name))

    def _push(self, element: _OpenElement) -> None:
        self._stack.append(element)
        self._names[element.name] += 1

    def _pop(self, *, is_closed: bool = True) -> None:
        """Close the innermost element and add it to the one around it. Report it if it lacks its end tag."""
        done, outer = self._stack.pop(), self._stack[-1]
        self._names[done.name] -= 1
        if not is_closed:
            self._report_unclosed(done)
        if done.name == "p":
            _add_paragraph(done, outer)
        elif done.name == "li":
            if not done.blocks:
                self.problems.append(problem("list-item-empty", done.place))
            outer.items.append(ListItem(tuple(done.blocks)))
        elif done.name in _LISTS:
            marker = Marker.NUMBER if done.name == "ol" else Marker.BULLET
            outer.blocks.append(without_typed_signs(ItemList(marker, tuple(done.items), done.start)))


def _add_paragraph(done: _OpenElement, outer: _OpenElement) -> None:
    """Add a paragraph to the element around it: as a typed list, merged with one right before it, or as it is."""
    typed = typed_list(done.pieces) if not outer.name else None
    if typed is None:
        words = paragraph(done.pieces)
        outer.blocks += [words] if words else []
        return
    match outer.blocks:
        case [*_, ItemList(marker, items)] if marker is typed.marker:
            outer.blocks[-1] = ItemList(marker, (*items, *typed.items))
        case _:
            outer.blocks.append(typed)
