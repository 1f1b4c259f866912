"""Rich text: paragraphs, lists, emphasis and links, independent of any format.

`markup` reads it from plan files; `word` and `pdf` print it.
"""

from collections.abc import Iterator
from enum import Enum, StrEnum, auto

from msgspec import Struct


class Script(StrEnum):
    """The vertical position of a run."""

    NORMAL = auto()
    SUBSCRIPT = auto()
    SUPERSCRIPT = auto()


class Marker(Enum):
    """What is printed before the items of a list."""

    BULLET = auto()
    """The bullet that the theme has for the level."""
    ARROW = auto()
    """The arrow → that the author typed before each item."""
    NUMBER = auto()
    """1., 2., … from the list's `start`."""
    NONE = auto()
    """Nothing: one item per line, like the themes in a fact table."""


class Run(Struct, frozen=True):
    """Text in one style. `link` is an http, https or mailto address, `language` a BCP 47 tag."""

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
    """Inlines that are printed one after another.

    `figure` is whether it is in a column of numbers, whose last digits are below each other.
    """

    inlines: tuple[Inline, ...]
    figure: bool = False

    @property
    def text(self) -> str:
        """The words, with a newline for each line break."""
        return "".join("\n" if isinstance(inline, Break) else inline.text for inline in self.inlines)


class ListItem(Struct, frozen=True):
    """A list item: paragraphs and, on the first level, lists of the second level."""

    blocks: tuple["Paragraph | ItemList", ...]


class ItemList(Struct, frozen=True):
    """Items with the same kind of marker; `start` is the first number of a numbered list."""

    marker: Marker
    items: tuple[ListItem, ...]
    start: int = 1


class RichText(Struct, frozen=True):
    """The value of a field: blocks in reading order, none if the field is empty."""

    blocks: tuple[Paragraph | ItemList, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @classmethod
    def plain(cls, text: str) -> "RichText":
        """One paragraph of unstyled text; no block for empty text."""
        return cls((Paragraph((Run(text),)),) if text else ())

    @property
    def text(self) -> str:
        """The words without list markers, one line per paragraph."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs())

    def paragraphs(self) -> Iterator[Paragraph]:
        """All paragraphs in reading order, including those of list items."""
        yield from _paragraphs(self.blocks)

    def runs(self) -> Iterator[Run]:
        """All runs in reading order."""
        for paragraph in self.paragraphs():
            yield from (inline for inline in paragraph.inlines if isinstance(inline, Run))


def _paragraphs(blocks: tuple[Paragraph | ItemList, ...]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for item in block.items:
                yield from _paragraphs(item.blocks)
