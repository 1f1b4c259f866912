"""Rich text: paragraphs, lists with the signs before their items, emphasis and links, independent of any format.

`markdown` reads it from plan files; `word` and `pdf` print it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum, StrEnum, auto
from typing import Any, ClassVar

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.text.language_tags import foreign_text, language_of

MAX_CHARACTERS = 20_000
"""The longest source of a rich text."""
MAX_LISTS = 2
"""The most levels of lists."""


class Script(StrEnum):
    """The vertical position of a run."""

    NORMAL = auto()
    SUBSCRIPT = auto()
    SUPERSCRIPT = auto()


EMPHASIS: Mapping[str, Mapping[str, Any]] = {
    "b": {"bold": True},
    "strong": {"bold": True},
    "i": {"italic": True},
    "em": {"italic": True},
    "u": {"underline": True},
    "sub": {"script": Script.SUBSCRIPT},
    "sup": {"script": Script.SUPERSCRIPT},
}
"""What each inline element of HTML changes in a run."""


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


BULLET = "•"
"""The sign of bullets in styles without a `marker`."""
ARROW, ARROW_TO_LEFT = "→", "←"
"""The sign of lists of arrows, which authors type in plans, and what right-to-left documents print for it."""


class Run(Struct, frozen=True, gc=False):
    """Text in one style. `link` is an http, https or mailto address, `language` a BCP 47 tag."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    script: Script = Script.NORMAL
    link: str | None = None
    language: str | None = None


def plain_run(text: str) -> Run:
    """Return unstyled text, with its language if that is not the document's."""
    return Run(str(text), language=language_of(text))


class Break(Struct, frozen=True, gc=False):
    """A line break inside a paragraph."""


Inline = Run | Break


class Paragraph(Struct, frozen=True, gc=False):
    """Inlines that are printed one after another.

    `figure` is whether it is in a column of numbers, whose last digits are below each other.
    """

    inlines: tuple[Inline, ...]
    figure: bool = False
    language: ClassVar[str | None] = None
    """Its language, if it has the direction of that and not of the document."""

    @property
    def text(self) -> str:
        """The words, with a newline for each line break."""
        return "".join([inline.text if isinstance(inline, Run) else "\n" for inline in self.inlines])

    @property
    def length(self) -> int:
        """The number of characters of the text, without joining it."""
        length = 0
        for inline in self.inlines:
            length += len(inline.text) if isinstance(inline, Run) else 1
        return length


class ForeignParagraph(Paragraph, frozen=True, kw_only=True):
    """A paragraph of a summary that is printed in a document in another language."""

    language: str  # type: ignore[misc] # an attribute of the class for all others


class ListItem(Struct, frozen=True, gc=False):
    """A list item: paragraphs and, on the first level, lists of the second level."""

    blocks: tuple["Paragraph | ItemList", ...]


class ItemList(Struct, frozen=True, gc=False):
    """Items with the same kind of marker; `start` is the first number of a numbered list."""

    marker: Marker
    items: tuple[ListItem, ...]
    start: int = 1


class RichText(Struct, frozen=True, gc=False):
    """The value of a field: blocks in reading order, none if the field is empty."""

    blocks: tuple[Paragraph | ItemList, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @classmethod
    def plain(cls, text: str) -> "RichText":
        """Return one paragraph of unstyled text, with its language if it has one; no block for empty text."""
        if not text:
            return cls()
        return cls((Paragraph((plain_run(text),)),))

    @classmethod
    def foreign(cls, text: str, language: str) -> "RichText":
        """Return one paragraph of text in another language than the document; no block for empty text."""
        if not text:
            return cls()
        run = Run(text, language=language)
        return cls((ForeignParagraph((run,), language=language),))

    @classmethod
    def joined(cls, parts: Iterable[str], between: str = ", ") -> "RichText":
        """Return one paragraph of unstyled texts, each with its language if it has one."""
        runs: list[Run] = []
        for part in filter(None, parts):
            run = plain_run(part)
            if not runs:
                runs.append(run)
            elif runs[-1].language == run.language:
                runs[-1] = replace(run, text=f"{runs[-1].text}{between}{run.text}")
            else:
                runs.append(replace(run, text=f"{between}{run.text}"))
        if not runs:
            return cls()
        return cls((Paragraph(tuple(runs)),))

    @property
    def text(self) -> str:
        """The words without list markers, one line per paragraph."""
        if len(self.blocks) == 1:
            block = self.blocks[0]
            if isinstance(block, Paragraph):  # as most texts
                return block.text
        return "\n".join([paragraph.text for paragraph in self.paragraphs()])

    def paragraphs(self) -> Iterator[Paragraph]:
        """Yield all paragraphs in reading order, including those of list items."""
        return _paragraphs(self.blocks)

    def with_paragraphs(self, change: Callable[[Paragraph], Paragraph]) -> "RichText":
        """Return the rich text with each paragraph changed, including those of list items."""
        return RichText(_changed(self.blocks, change))

    def runs(self) -> Iterator[Run]:
        """Yield all runs in reading order."""
        for paragraph in self.paragraphs():
            for inline in paragraph.inlines:
                if isinstance(inline, Run):
                    yield inline


class DataTable(RichText, frozen=True, kw_only=True):
    """A table of a plan, which is printed as a section of its own: it has rows instead of blocks.

    `names` are the names of its columns in the plan, `columns` their labels. Each row has a cell for each column, and
    `totals` too, if there are any. Numbers are figures. No line divides the values of the columns named in `undivided`.
    """

    names: tuple[str, ...]
    columns: tuple[RichText, ...]
    rows: tuple[tuple[RichText, ...], ...]
    totals: tuple[RichText, ...] = ()
    undivided: frozenset[str] = frozenset()
    title: str = ""
    """Its name for readers who hear the page."""
    places: tuple[int, ...] = ()
    """The places of its rows in the plan, where there are others without values between them."""

    def __bool__(self) -> bool:
        return True

    def paragraphs(self) -> Iterator[Paragraph]:
        """Yield all paragraphs of its cells in reading order, those of the header row first."""
        for row in (self.columns, *self.rows, self.totals):
            for cell in row:
                yield from cell.paragraphs()

    def with_paragraphs(self, change: Callable[[Paragraph], Paragraph]) -> "DataTable":
        """Return the table with each paragraph changed."""
        return self.with_cells(lambda cell: cell.with_paragraphs(change))

    def with_cells(self, change: Callable[[RichText], RichText]) -> "DataTable":
        """Return the table with the text of each cell changed, those of the header row and totals included."""
        rows = [tuple(map(change, row)) for row in self.rows]
        return replace(
            self,
            columns=tuple(map(change, self.columns)),
            rows=tuple(rows),
            totals=tuple(map(change, self.totals)),
        )


def in_language(value: Any, language: str) -> Any:
    """Return a text tagged with its language, as rich text or as plain text."""
    if isinstance(value, RichText):
        return value.with_paragraphs(lambda paragraph: _tagged(paragraph, language))
    return foreign_text(value, language)


def list_sign(marker: Marker, bullet: str, *, right_to_left: bool) -> str:
    """Return the sign before the items of a list with bullets or arrows; `bullet` is the `marker` of its style.

    Arrows point in the direction of the text.
    """
    sign = bullet or BULLET
    if marker is Marker.ARROW:
        sign = ARROW
    return turned_sign(sign) if right_to_left else sign


def turned_sign(text: str) -> str:
    """Return the sign of a list for right-to-left text, with each arrow to the left."""
    return text.replace(ARROW, ARROW_TO_LEFT)


def _paragraphs(blocks: tuple[Paragraph | ItemList, ...]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for item in block.items:
                yield from _paragraphs(item.blocks)


def _changed(
    blocks: tuple[Paragraph | ItemList, ...], change: Callable[[Paragraph], Paragraph]
) -> tuple[Paragraph | ItemList, ...]:
    changed: list[Paragraph | ItemList] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            changed.append(change(block))
        else:
            items = [ListItem(_changed(item.blocks, change)) for item in block.items]
            changed.append(replace(block, items=tuple(items)))
    return tuple(changed)


def _tagged(paragraph: Paragraph, language: str) -> Paragraph:
    """Return a paragraph whose runs without a language are in this one."""
    inlines: list[Inline] = []
    for inline in paragraph.inlines:
        if isinstance(inline, Run) and not inline.language:
            inlines.append(replace(inline, language=language))
        else:
            inlines.append(inline)
    return replace(paragraph, inlines=tuple(inlines))
