"""Builds rich text of opening and closing tags and text, whichever notation they were written in.

Markdown and HTML come in as the same calls, so that one set of rules says what may stand where.
"""

import re
from collections.abc import Callable
from enum import Enum, auto

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.problems import Location, Problem
from ucap_reports.text.inline_cleanup import SOFT, Piece, paragraph
from ucap_reports.text.rich_text import Break, ItemList, ListItem, Marker, Paragraph, RichText, Run, Script
from ucap_reports.text.typed_lists import marked_list, typed_list

MAX_LISTS = 2
STYLES: dict[str, Callable[[Run], Run]] = {
    "b": lambda run: replace(run, bold=True),
    "strong": lambda run: replace(run, bold=True),
    "i": lambda run: replace(run, italic=True),
    "em": lambda run: replace(run, italic=True),
    "u": lambda run: replace(run, underline=True),
    "sub": lambda run: replace(run, script=Script.SUBSCRIPT),
    "sup": lambda run: replace(run, script=Script.SUPERSCRIPT),
    "a": lambda run: run,
    "span": lambda run: run,
}
LISTS = ("ul", "ol")
BLOCKS = ("p", "li", *LISTS)
_PLAIN = Run("")
_WHITE = " \t\n"
_WHITE_SPACE = re.compile("[ \t\n]+")


class ElementKind(Enum):
    """What an open element holds."""

    ROOT = auto()
    LIST = auto()
    ITEM = auto()
    PARAGRAPH = auto()
    INLINE = auto()


_KINDS = {"p": ElementKind.PARAGRAPH, "li": ElementKind.ITEM, "ul": ElementKind.LIST, "ol": ElementKind.LIST}


class _OpenElement(Struct):
    """An element that is open: where it was opened, the style of text in it, and what it holds so far."""

    name: str
    kind: ElementKind
    place: Location
    style: Run = _PLAIN
    start: int = 1
    pieces: list[Piece] = field(default_factory=list)
    blocks: list[Paragraph | ItemList] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)


class RichTextBuilder:
    """Collects rich text; `problems` grow with everything that stands where it may not."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._stack = [_OpenElement("", ElementKind.ROOT, Location())]

    def result(self) -> RichText:
        """What has been built, when everything has been said."""
        while self._stack[-1].kind is not ElementKind.ROOT:
            if self._stack[-1].kind in {ElementKind.LIST, ElementKind.INLINE}:
                self._unclosed(self._stack[-1])
            self._pop()
        return RichText(tuple(self._stack[0].blocks))

    def report(self, place: Location, code: str, message: str, hint: str | None = None) -> None:
        """Add a problem."""
        self.problems.append(Problem.error(code, message, hint, place))

    def open(self, name: str, place: Location, start: int = 1) -> None:
        """A block begins: `p`, `ul`, `ol` or `li`; it ends the paragraph before it, and an item the item before it."""
        if self._stack[-1].kind is ElementKind.INLINE:
            self._unclosed(self._stack[-1])
            self._leave(ElementKind.INLINE)
        self._leave(ElementKind.PARAGRAPH)
        if name == "li":
            self._leave(ElementKind.ITEM)
        if (name == "li") is not (self._stack[-1].kind is ElementKind.LIST):
            where = "inside <ul> or <ol>" if name == "li" else "inside <li>, not between the items of a list"
            self.report(place, "html-misplaced", f"<{name}> is misplaced here", f"it stands {where}")
        elif name in LISTS and sum(outer.kind is ElementKind.LIST for outer in self._stack) >= MAX_LISTS:
            hint = "lists have two levels; write the third as a sentence"
            self.report(place, "list-too-deep", "a list of the third level is not allowed", hint)
        self._stack.append(_OpenElement(name, _KINDS[name], place, start=start))

    def begin(self, name: str, place: Location, link: str | None = None, language: str | None = None) -> None:
        """A style begins: one of `STYLES`, where `a` takes its link and `span` its language."""
        top = self._in_paragraph(place)
        if link is not None and top.style.link is not None:
            self.report(place, "html-misplaced", "a link cannot stand inside a link", "close the first one before it")
        style = STYLES[name](top.style)
        style = replace(style, link=link or style.link, language=language or style.language)
        self._stack.append(_OpenElement(name, ElementKind.INLINE, place, style, pieces=top.pieces))

    def close(self, name: str, place: Location) -> None:
        """An element ends; a paragraph may have ended before."""
        kind = _KINDS.get(name, ElementKind.INLINE)
        if not any(opened.name == name for opened in self._stack):
            if kind is not ElementKind.PARAGRAPH:
                self.report(place, "html-unbalanced", f"</{name}> closes nothing", f"open it with <{name}>")
            return
        while True:
            top = self._stack[-1]
            found = top.name == name
            if not found and top.kind in {ElementKind.INLINE, ElementKind.LIST}:
                self._unclosed(top)
            self._pop()
            if found:
                return

    def text(self, text: str, place: Location, *, fold: bool = False) -> None:
        """Words; white space between blocks is none. `fold` makes one space of any white space, as HTML does."""
        if not text.strip(_WHITE) and self._stack[-1].kind not in {ElementKind.PARAGRAPH, ElementKind.INLINE}:
            return
        top = self._in_paragraph(place)
        if fold:
            text = _WHITE_SPACE.sub(" ", text)
            match top.pieces:
                case [*_, Run(before)] if not before.endswith(" "):
                    pass
                case _:
                    text = text.lstrip(" ")
        top.pieces.append(replace(top.style, text=text))

    def soft_break(self) -> None:
        """The author's line ends, the reader's need not."""
        self._stack[-1].pieces.append(SOFT)

    def hard_break(self, place: Location) -> None:
        """A new line for the reader."""
        self._in_paragraph(place).pieces.append(Break())

    def _in_paragraph(self, place: Location) -> _OpenElement:
        """What is open and takes words: a paragraph is begun where none is."""
        top = self._stack[-1]
        if top.kind is ElementKind.LIST:
            self.report(place, "html-misplaced", f"text stands in <{top.name}> but in no item", "put it inside <li>")
        if top.kind not in {ElementKind.PARAGRAPH, ElementKind.INLINE}:
            self._stack.append(_OpenElement("p", ElementKind.PARAGRAPH, place))
        return self._stack[-1]

    def _unclosed(self, opened: _OpenElement) -> None:
        hint = f"add </{opened.name}>"
        self.report(opened.place, "html-unbalanced", f"<{opened.name}> is not closed", hint)

    def _leave(self, kind: ElementKind) -> None:
        while self._stack[-1].kind is kind:
            self._pop()

    def _pop(self) -> None:
        """Close what was opened last and give it to what holds it."""
        done, outer = self._stack.pop(), self._stack[-1]
        match done.kind:
            case ElementKind.PARAGRAPH:
                self._paragraph(done, outer)
            case ElementKind.ITEM:
                if not done.blocks:
                    self.report(done.place, "list-item-empty", "this item of the list is empty", "remove or fill it")
                outer.items.append(ListItem(tuple(done.blocks)))
            case ElementKind.LIST:
                marker = Marker.NUMBER if done.name == "ol" else Marker.BULLET
                outer.blocks.append(marked_list(ItemList(marker, tuple(done.items), done.start)))
            case ElementKind.INLINE | ElementKind.ROOT:
                pass

    def _paragraph(self, done: _OpenElement, outer: _OpenElement) -> None:
        """Give a finished paragraph to what holds it; lines with signs are a list, and the next ones go on with it."""
        typed = typed_list(done.pieces) if outer.kind is ElementKind.ROOT else None
        if typed is None:
            words = paragraph(done.pieces)
            outer.blocks += [words] if words else []
            return
        match outer.blocks:
            case [*_, ItemList(marker, items)] if marker is typed.marker:
                outer.blocks[-1] = ItemList(marker, (*items, *typed.items))
            case _:
                outer.blocks.append(typed)
