"""Rich text as values: what an author may emphasise, list and link, and nothing about any format.

Blocks and inlines are different types, so that a block inside a link cannot be written down.
`markup` reads them from plan files; `word` and `pdf` print them.
"""

from collections.abc import Iterator
from enum import Enum, StrEnum, auto

from msgspec import Struct


class Script(StrEnum):
    """Where a run stands against the line."""

    NORMAL = auto()
    SUBSCRIPT = auto()
    SUPERSCRIPT = auto()


class Marker(Enum):
    """What stands before the items of a list."""

    BULLET = auto()
    """The theme's bullet for the list's level."""
    ARROW = auto()
    """The arrow → that the author wrote before each item."""
    NUMBER = auto()
    """1., 2., … from the list's `start`."""
    NONE = auto()
    """Nothing: one item a line, as a fact table lists themes."""


class Run(Struct, frozen=True):
    """A stretch of text in one style. `link` is an http, https or mailto address, `language` a BCP 47 tag."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    script: Script = Script.NORMAL
    link: str | None = None
    language: str | None = None


class Break(Struct, frozen=True):
    """A line break inside a paragraph."""


Inline = Run | Break


class Paragraph(Struct, frozen=True):
    """Inlines that flow as one."""

    inlines: tuple[Inline, ...]

    @property
    def text(self) -> str:
        """The words, a line break as a newline."""
        return "".join("\n" if isinstance(inline, Break) else inline.text for inline in self.inlines)


class ListItem(Struct, frozen=True):
    """One item: paragraphs, and at the first level at most lists of the second."""

    blocks: tuple["Paragraph | ItemList", ...]


class ItemList(Struct, frozen=True):
    """Items under one kind of marker; `start` is the first number of a numbered list."""

    marker: Marker
    items: tuple[ListItem, ...]
    start: int = 1


class RichText(Struct, frozen=True):
    """The whole value of a field: blocks in reading order, none when the field is empty."""

    blocks: tuple[Paragraph | ItemList, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @classmethod
    def plain(cls, text: str) -> "RichText":
        """One paragraph of unstyled text; no block at all for empty text."""
        return cls((Paragraph((Run(text),)),) if text else ())

    @property
    def text(self) -> str:
        """The words alone, a paragraph a line; list markers are not words."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs())

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph in reading order, those of list items too."""
        yield from _paragraphs(self.blocks)

    def runs(self) -> Iterator[Run]:
        """Every run in reading order."""
        for paragraph in self.paragraphs():
            yield from (inline for inline in paragraph.inlines if isinstance(inline, Run))


def _paragraphs(blocks: tuple[Paragraph | ItemList, ...]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for item in block.items:
                yield from _paragraphs(item.blocks)
