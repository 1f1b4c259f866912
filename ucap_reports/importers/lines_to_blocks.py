"""Lines as files have them, also with inline HTML, become blocks of rich text: paragraphs, and lists of two levels."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from itertools import groupby, pairwise

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.text.inline_cleanup import Piece, paragraph, split_at
from ucap_reports.text.links import explicit_address
from ucap_reports.text.rich_text import EMPHASIS, Break, Inline, ItemList, ListItem, Marker, Paragraph, RichText, Run
from ucap_reports.text.typed_lists import without_typed_signs

DEEPEST = 1
"""Lists have two levels, counted from 0."""
_TYPED_MARKER = re.compile(r"(?:[→•▪●◦○‣·\uf0b7\uf0a7]\s*|[-\u2013*]\s+|o\t\s*)(?=\S)")
_FEWEST_ITEMS = 2
"""A single line that begins with a dash or a number may be a sentence."""
_SECOND_MARKERS = "◦○o"
_TYPED_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
_BLOCKS = {"p", "div", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3", "h4"}
_MARKER = re.compile(r"(→|•|▪|●|○|◦|\uf0b7|(?<![^\s>])o(?=\s+(?:[A-Z0-9“\"]|$)))")
"""Markers of lists that lost their line ends; a single o is one before a capital letter, a digit or a tag."""
_NO_TAG = re.compile(rf"<(?!/?(?:{'|'.join({*_BLOCKS, *EMPHASIS, 'a', 'br', 'span'})})(?:\s[^<>]*)?/?>)", re.IGNORECASE)


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


def rich_text(lines: Iterable[TextLine], *, exact: bool = True) -> RichText:
    """The rich text of lines; unless they are `exact`, markers that were typed make items too."""
    lines = lines if exact else _typed(lines)
    blocks = _blocks([line for line in lines if paragraph(line.pieces)], 0)
    if exact:
        return RichText(tuple(blocks))
    return RichText(tuple(without_typed_signs(block) if isinstance(block, ItemList) else block for block in blocks))


def _blocks(lines: Iterable[TextLine], depth: int) -> Iterator[Paragraph | ItemList]:
    """The blocks of lines: paragraphs, and lists of the lines from this depth on."""
    for is_listed, group in groupby(lines, lambda line: _depth(line) >= depth):
        items: list[list[TextLine]] = []
        for line in group:
            if not is_listed or (line.level is None and not items):
                yield from filter(None, [paragraph(line.pieces)])
            elif line.level == depth or not items:
                items.append([line])
            else:
                items[-1].append(line)
        for (_, marker), alike in groupby(items, lambda item: _list_of(item[0], depth)):
            listed = list(alike)
            contents = (ListItem(tuple(_blocks(item, depth + 1))) for item in listed)
            yield ItemList(marker, tuple(contents), listed[0][0].start)


def _list_of(line: TextLine, depth: int) -> tuple[str, Marker]:
    """What the items of one list have in common; an item that is only deeper ones is in a list of bullets."""
    return (line.list_key, line.marker) if line.level == depth else ("", Marker.BULLET)


def _depth(line: TextLine) -> int:
    """The level of the item that a line is or continues; -1 for other lines."""
    deepest = line.under if line.level is None else line.level
    return -1 if deepest is None else deepest


def _typed(lines: Iterable[TextLine]) -> Iterator[TextLine]:
    """The lines, with a space for each tab; lines that begin with a typed marker are items."""
    for item in _items([part for line in lines for part in _typed_lines(line)]):
        pieces = (
            replace(each, text=each.text.replace("\t", " ")) if isinstance(each, Run) else each for each in item.pieces
        )
        yield replace(item, pieces=tuple(pieces))


def _typed_lines(line: TextLine) -> Iterator[TextLine]:
    """The line itself or, if its breaks are between items with typed markers, a line for each item; text before the
    first item is a line of its own.
    """
    parts = [TextLine(tuple(part)) for part in split_at(line.pieces, (Break,))]
    starts = [place for place, item in enumerate(_items(parts)) if item.level is not None]
    if line.level is not None or line.under is not None or len(starts) < _FEWEST_ITEMS:
        yield line
        return
    for start, end in pairwise(dict.fromkeys((0, *starts, len(parts)))):
        pieces = (piece for part in parts[start:end] for piece in (Break(), *part.pieces))
        yield TextLine(tuple(pieces)[1:])


def _items(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, those with typed markers as items. Numbers are markers if they count from 1, unlike "12. floor"."""
    items = list(map(_typed_item, lines))
    numbers = [item.start for line, item in zip(lines, items, strict=True) if item.marker is not line.marker]
    is_counted = len(numbers) >= _FEWEST_ITEMS and all(
        number in {1, before + 1} for before, number in pairwise([0, *numbers])
    )
    return [item if is_counted or item.marker is line.marker else line for line, item in zip(lines, items, strict=True)]


def _typed_item(line: TextLine) -> TextLine:
    """The line itself or, if it begins with a typed marker, the item without the marker."""
    words = paragraph(line.pieces) if line.level is None else None
    match words and words.inlines:
        case (Run(text) as first, *others):
            pass
        case _:
            return line
    if match := _TYPED_MARKER.match(text):
        level = int(match[0][0] in _SECOND_MARKERS)
        return TextLine((replace(first, text=text[match.end() :]), *others), level)
    if match := _TYPED_NUMBER.match(text):
        pieces = (replace(first, text=text[match.end() :]), *others)
        return TextLine(pieces, 0, Marker.NUMBER, int(match[1]))
    return line


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


def dump_text(text: str) -> RichText:
    """The rich text of a cell of a dump: its lines, and an item for each marker of a list."""
    reader = _HtmlReader()
    reader.feed(_NO_TAG.sub("&lt;", text))
    reader.close()
    return rich_text(reader.lines(), exact=False)


class _HtmlReader(HTMLParser):
    """Collects lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[TextLine] = []
        self._pieces: list[Piece] = []
        self._level: int | None = None
        self._styles: list[tuple[str, Run]] = [("", Run(""))]
        self._lists: list[str] = []

    def lines(self) -> Iterator[TextLine]:
        """The lines that have been read."""
        self._end_line()
        yield from self._lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Change the style for a tag of text; end the line for one of a block."""
        if tag in _BLOCKS:
            self._end_line()
            if tag in {"ul", "ol"}:
                self._lists.append(tag)
            self._level = min(max(len(self._lists) - 1, 0), DEEPEST) if tag == "li" else None
        elif tag == "br":
            self._pieces.append(Break())
        else:
            self._styles.append((tag, _styled(tag, dict(attrs), self._styles[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        """End the style of the tag, and of all tags inside it."""
        if tag in _BLOCKS:
            self._end_line()
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
            return
        names = [name for name, _ in self._styles]
        if tag in names[1:]:
            del self._styles[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Add words, in lines and items."""
        for number, line in enumerate(data.split("\n")):
            if number:
                self._end_line()
            parts = _MARKER.split(line)
            self._add(parts[0])
            for marker, words in zip(parts[1::2], parts[2::2], strict=True):
                self._end_line()
                self._level = int(marker in _SECOND_MARKERS)
                self._add(words)

    def _add(self, words: str) -> None:
        if words:
            self._pieces.append(replace(self._styles[-1][1], text=re.sub(r"[ \t\r\f]+", " ", words)))

    def _end_line(self) -> None:
        if self._pieces:
            numbered = self._level is not None and self._lists[-1:] == ["ol"]
            marker = Marker.NUMBER if numbered else Marker.BULLET
            self._lines.append(TextLine(tuple(self._pieces), self._level, marker))
        self._pieces, self._level = [], None


def _styled(tag: str, attributes: dict[str, str | None], style: Run) -> Run:
    match tag:
        case tag if tag in EMPHASIS:
            return replace(style, **EMPHASIS[tag])
        case "a":
            return replace(style, link=explicit_address((attributes.get("href") or "").strip()))
        case "span" if attributes.get("lang"):
            return replace(style, language=attributes["lang"])
        case _:
            return style
