"""Builder of rich text from start tags, end tags and text. Markdown and HTML arrive as the same calls."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.problems import NOWHERE, Location, Problem, problem
from ucap_reports.text.inline_cleanup import SOFT, Piece, paragraph
from ucap_reports.text.rich_text import EMPHASIS, Break, ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.text.typed_lists import typed_list, without_typed_signs

MAX_LISTS = 2
_STYLES: Mapping[str, Mapping[str, Any]] = {**EMPHASIS, "a": {}, "span": {}}
"""What each inline element changes in the style of its text."""
_WHITE = " \t\n"
_WHITE_SPACE = re.compile("[ \t\n]+")


_LISTS = ("ul", "ol")
_BLOCKS = ("p", "li", *_LISTS)
_TO_CLOSE = (*_STYLES, *_LISTS)
"""The elements that need an end tag."""
_WITH_WORDS = ("p", *_STYLES)
ELEMENTS = (*_STYLES, *_BLOCKS)
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


class RichTextBuilder:
    """Builds rich text; `problems` grows with everything that is not allowed."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._stack = [_OpenElement("", NOWHERE)]
        self._names = Counter[str]()
        """How many elements of each name are open."""

    def result(self) -> RichText:
        """The complete rich text; call this last."""
        while self._stack[-1].name:
            if self._stack[-1].name in _TO_CLOSE:
                self._report_unclosed(self._stack[-1])
            self._pop()
        return RichText(tuple(self._stack[0].blocks))

    def open(self, name: str, place: Location, start: int = 1) -> None:
        """Open one of `ELEMENTS`; a block ends the paragraph before it, and an item ends the item before it."""
        if name in _BLOCKS:
            self._open_block(name, place, start)
        else:
            self.open_inline(name, place)

    def open_inline(self, name: str, place: Location, *, link: str | None = None, language: str | None = None) -> None:
        """Open an inline element: `a` with its link, `span` with its language, or one that has neither."""
        top = self._in_paragraph(place)
        if link is not None and top.style.link is not None:
            self.problems.append(problem("html-misplaced", place, form="link"))
        inherited = replace(top.style, **_STYLES[name])
        style = replace(inherited, link=link or inherited.link, language=language or inherited.language)
        self._push(_OpenElement(name, place, style, pieces=top.pieces))

    def close(self, name: str, place: Location) -> None:
        """Close an element; a paragraph may be closed already."""
        if not self._names[name]:
            if name != "p":
                self.problems.append(problem("html-unbalanced", place, form="unopened", name=name))
            return
        while (top := self._stack[-1]).name != name:
            if top.name in _TO_CLOSE:
                self._report_unclosed(top)
            self._pop()
        self._pop()

    def text(self, text: str, place: Location, *, fold: bool = False) -> None:
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

    def soft_break(self) -> None:
        """Add a line end of the source that is not printed as one."""
        self._stack[-1].pieces.append(SOFT)

    def hard_break(self, place: Location) -> None:
        """Add a line break."""
        self._in_paragraph(place).pieces.append(Break())

    def _open_block(self, name: str, place: Location, start: int) -> None:
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

    def _in_paragraph(self, place: Location) -> _OpenElement:
        """The open element that takes words; a new paragraph if there is none."""
        top = self._stack[-1]
        if top.name in _LISTS:
            self.problems.append(problem("html-misplaced", place, form="text", name=top.name))
        if top.name not in _WITH_WORDS:
            self._push(_OpenElement("p", place))
        return self._stack[-1]

    def _report_unclosed(self, opened: _OpenElement) -> None:
        self.problems.append(problem("html-unbalanced", opened.place, form="unclosed", name=opened.name))

    def _push(self, element: _OpenElement) -> None:
        self._stack.append(element)
        self._names[element.name] += 1

    def _pop(self) -> None:
        """Close the innermost element and add it to the one around it."""
        done, outer = self._stack.pop(), self._stack[-1]
        self._names[done.name] -= 1
        if done.name == "p":
            self._add_paragraph(done, outer)
        elif done.name == "li":
            if not done.blocks:
                self.problems.append(problem("list-item-empty", done.place))
            outer.items.append(ListItem(tuple(done.blocks)))
        elif done.name in _LISTS:
            marker = Marker.NUMBER if done.name == "ol" else Marker.BULLET
            outer.blocks.append(without_typed_signs(ItemList(marker, tuple(done.items), done.start)))

    def _add_paragraph(self, done: _OpenElement, outer: _OpenElement) -> None:
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
