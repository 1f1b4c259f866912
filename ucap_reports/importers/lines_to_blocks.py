"""Lines as files have them become blocks of rich text: paragraphs, and lists of two levels."""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from ucap_reports.plan.dates import dates_meant
from ucap_reports.text.inline_cleanup import Piece, paragraph
from ucap_reports.text.rich_text import Break, Inline, ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.text.typed_lists import without_typed_signs

DEEPEST = 1
"""Lists have two levels, counted from 0."""
_TYPED_MARKER = re.compile(r"(?:[→•▪●◦○‣·\uf0b7\uf0a7]\s*|[-\u2013*]\s+|o\t\s*)(?=\S)")
_FEWEST_ITEMS = 2
"""One line of several that begins with a dash or a number may as well be a sentence."""
_SECOND_MARKERS = "◦○o"
_TYPED_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
_DAY = re.compile(r"(?:\d{1,2}\.\s+[-\u2013]\s*)?(\d{1,2}\.\s+\S+\s+\d{4})(?!\d)")
"""A day, or several, that begins with a number and a point, as in German: "16. November 2018"."""


class TextLine(Struct, frozen=True):
    """A paragraph of a file: an item of a list where `level` is known; `under` is the level of the item it goes on.

    Items belong to one list as long as `list_key` is the same.
    """

    pieces: tuple[Piece, ...]
    level: int | None = None
    marker: Marker = Marker.BULLET
    start: int = 1
    list_key: str = ""
    under: int | None = None


class _OpenList(Struct):
    marker: Marker
    start: int
    key: str
    items: list[list["Paragraph | _OpenList"]] = field(default_factory=list)

    def closed(self) -> ItemList:
        items = tuple(ListItem(tuple(_closed(block) for block in item)) for item in self.items)
        return ItemList(self.marker, items, self.start)


def _closed(block: "Paragraph | _OpenList") -> Paragraph | ItemList:
    return block.closed() if isinstance(block, _OpenList) else block


def rich_text(lines: Iterable[TextLine], *, exact: bool = True) -> RichText:
    """The rich text of lines; unless they are `exact`, markers that were typed make items too."""
    builder = _BlockBuilder()
    for line in lines if exact else _typed(lines):
        builder.take(line)
    blocks = tuple(_closed(block) for block in builder.root)
    if exact:
        return RichText(blocks)
    return RichText(tuple(without_typed_signs(block) if isinstance(block, ItemList) else block for block in blocks))


def _typed(lines: Iterable[TextLine]) -> Iterator[TextLine]:
    """The lines, those as items that begin with a typed marker. Where no other line has a number, it is part of the
    words, as in "12. floor".
    """
    parts = [part for line in lines for part in typed_lines(line)]
    items = [typed_item(part) for part in parts]
    numbers = sum(item.marker is Marker.NUMBER for item in items)
    for part, item in zip(parts, items, strict=True):
        alone = numbers == 1 and item.marker is Marker.NUMBER and part.level is None
        yield _spaced(part if alone else item)


class _BlockBuilder:
    """Blocks as they grow, and the lists that are open, the outer one first."""

    def __init__(self) -> None:
        self.root: list[Paragraph | _OpenList] = []
        self._open: list[_OpenList] = []

    def take(self, line: TextLine) -> None:
        words = paragraph(line.pieces)
        if words is None:
            return
        if line.level is not None:
            self._item(line, words)
        elif line.under is not None and self._open:
            del self._open[line.under + 1 :]
            self._open[-1].items[-1].append(words)
        else:
            self._open.clear()
            self.root.append(words)

    def _item(self, line: TextLine, words: Paragraph) -> None:
        level = min(line.level or 0, DEEPEST)
        if level and not self._open:
            self._begin(TextLine((), 0), 0)
            self._open[0].items.append([])
        del self._open[level + 1 :]
        same = len(self._open) > level and (self._open[level].key, self._open[level].marker) == (
            line.list_key,
            line.marker,
        )
        if not same:
            del self._open[level:]
            self._begin(line, level)
        self._open[level].items.append([words])

    def _begin(self, line: TextLine, level: int) -> None:
        opened = _OpenList(line.marker, line.start, line.list_key)
        (self._open[level - 1].items[-1] if level else self.root).append(opened)
        self._open.append(opened)


def typed_lines(line: TextLine) -> Iterator[TextLine]:
    """The line itself or, where its breaks stand between items that somebody typed, a line for each of these; what
    stands before the first of them is a line of its own.
    """
    parts = [(typed_item(TextLine(part)), part) for part in _between_breaks(line.pieces)]
    items = [item for item, _ in parts if item.level is not None]
    numbers = [item.start for item in items if item.marker is Marker.NUMBER]
    is_counted = numbers in ([], list(range(1, len(items) + 1)))
    if line.level is not None or line.under is not None or len(items) < _FEWEST_ITEMS or not is_counted:
        yield line
        return
    pieces: list[Piece] = []
    for item, part in parts:
        if item.level is not None and pieces:
            yield TextLine(tuple(pieces))
            pieces = []
        pieces += [Break(), *part] if pieces else part
    yield TextLine(tuple(pieces))


def _between_breaks(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, ...]]:
    """What stands before, between and after the breaks."""
    part: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Break):
            yield tuple(part)
            part = []
        else:
            part.append(piece)
    yield tuple(part)


def typed_item(line: TextLine) -> TextLine:
    """The line itself or, where somebody typed a marker before its words, the item that is meant."""
    match merged(line.pieces):
        case (Run(text) as first, *others) if line.level is None:
            pass
        case _:
            return line
    if match := _TYPED_MARKER.match(text):
        level = int(match[0][0] in _SECOND_MARKERS)
        return TextLine((replace(first, text=text[match.end() :]), *others), level)
    if (match := _TYPED_NUMBER.match(text)) and not _begins_with_day(text):
        pieces = (replace(first, text=text[match.end() :]), *others)
        return TextLine(pieces, 0, Marker.NUMBER, int(match[1]))
    return line


def _begins_with_day(text: str) -> bool:
    found = _DAY.match(text)
    return found is not None and bool(dates_meant(found[1]))


def _spaced(line: TextLine) -> TextLine:
    """The line with a space for each tab: where a tab led to, a plan does not say."""
    return replace(line, pieces=tuple(_with_spaces(piece) for piece in line.pieces))


def _with_spaces(piece: Piece) -> Piece:
    return replace(piece, text=piece.text.replace("\t", " ")) if isinstance(piece, Run) else piece


def merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces, neighbouring runs of one style made one."""
    found: list[Piece] = []
    for piece in pieces:
        match found, piece:
            case [*_, Run() as before], Run(text) if replace(before, text=text) == piece:
                found[-1] = replace(piece, text=before.text + text)
            case _:
                found.append(piece)
    return tuple(found)


def without_lead(inlines: Sequence[Inline], count: int) -> tuple[Inline, ...]:
    """The inlines without their first `count` characters, and without white space where they then begin."""
    left = list(inlines)
    while left and isinstance(left[0], Run):
        text = left[0].text[count:]
        count = max(0, count - len(left[0].text))
        if count == 0:
            text = text.lstrip()
        if text:
            left[0] = replace(left[0], text=text)
            break
        del left[0]
    return tuple(left)
