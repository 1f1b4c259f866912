"""Text with the inline HTML of published summaries: tags of text are read, everything else is text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from msgspec.structs import replace

from ucap_reports.importers.lines_to_blocks import DEEPEST, TextLine, rich_text
from ucap_reports.text.inline_cleanup import Piece
from ucap_reports.text.links import explicit_address
from ucap_reports.text.rich_text import EMPHASIS, Break, Marker, RichText, Run

_BLOCKS = {"p", "div", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3", "h4"}
_MARKER = re.compile(r"(→|•|▪|●|○|◦|\uf0b7|(?<![^\s>])o(?=\s+(?:[A-Z0-9“\"]|$)))")
"""Markers of lists that lost their line ends; a single o is one before a capital letter, a digit or a tag."""
_SECOND = "○◦o"
_NO_TAG = re.compile(rf"<(?!/?(?:{'|'.join({*_BLOCKS, *EMPHASIS, 'a', 'br', 'span'})})(?:\s[^<>]*)?/?>)", re.IGNORECASE)


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
                self._level = int(marker in _SECOND)
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
