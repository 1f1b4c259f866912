"""The lines of paragraphs as the widths of characters in the fonts of the theme make them.

Unlike the layout of the PDF, this neither shapes nor hyphenates text, so that it needs the widths of characters alone.

They also show which words are wider than their place and have no point where they may be hyphenated, so that they would
be cut. These are searched on the page, above the writers of the formats, because a document with such words is set in a
smaller scale in all of them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from itertools import accumulate, chain, groupby, pairwise
from unicodedata import category, east_asian_width

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.fonts.font_faces import FAMILIES, Face, family_source, open_face
from ucap_reports.fonts.font_sources import BOLD, REGULAR, FontSource
from ucap_reports.page.box_geometry import (
    block_width,
    column_widths,
    estimated_width,
    inner_width,
    side_by_side_widths,
    text_column_width,
)
from ucap_reports.page.height_estimates import item_width, line_count
from ucap_reports.page.page_tree import (
    Block,
    Content,
    Division,
    Items,
    PageTree,
    Table,
    TableRow,
    TextBlock,
)
from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.bounded_and_compressed_values import BoundedCache
from ucap_reports.template.lengths_colours_and_paper_sizes import TOLERANCE
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme_and_line_spacing import FontFamily, Style
from ucap_reports.text.capitals_punctuation_and_plain_letters import AROUND_WORDS, is_word
from ucap_reports.text.hyphenation_and_thai_words import has_thai, hyphenation_points, thai_word_offsets
from ucap_reports.text.letter_spacing import keeps_letters_together
from ucap_reports.text.rich_text import Break, Run

_WORD_PART = re.compile(r"\s+|[^\s-]+-*|-+|.", re.DOTALL)
"""White space, or a word up to its hyphen."""
_FIRST_THAI, _FIRST_EAST_ASIAN = "\u0e00", "\u2e80"
"""The first of the scripts that have no spaces between words."""
_MOST_WORDS, _MOST_CHARACTERS, _MOST_STYLES, _MOST_PARAGRAPHS = 5_000, 16_384, 512, 512
"""Words of a face, characters, styles of a pack and paragraphs in a font in the caches, so that a long batch does not
fill the memory.
"""
_WIDE, _TAMIL, _NARROW, _ARABIC = 1000, 750, 550, 400
"""The estimated widths of East Asian, Tamil, other and Arabic letters that the font does not have, in 1/1000 em, as in
running text in the fonts of the extras. Arabic letters are narrower where they join their neighbours, as most do. Marks
above and below letters have no width.
"""
_IS_ARABIC = LazyPattern("[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_IS_TAMIL = LazyPattern("[\u0b80-\u0bff]")


def word_parts(text: str) -> Sequence[str]:
    """Return white space, words up to their hyphens, East Asian characters and Thai words: lines may end after each."""
    parts: list[str] = _WORD_PART.findall(text)
    if not text.isascii() and max(text) >= _FIRST_EAST_ASIAN:
        parts = list(chain.from_iterable(map(_east_asian_parts, parts)))
    if has_thai(text):
        parts = list(chain.from_iterable(map(_thai_words, parts)))
    return parts


def _thai_words(part: str) -> Iterator[str]:
    """Yield the Thai words of a text, and what is between them."""
    edges = (0, *thai_word_offsets(part), len(part))
    for start, end in pairwise(edges):
        yield part[start:end]


def _east_asian_parts(word: str) -> Iterator[str]:
    """Yield the East Asian characters of a word, after which a line may end, and what is between them; white space as
    it is.
    """
    if word.isspace():
        yield word
        return
    for is_east_asian, characters in groupby(word, _is_east_asian):
        if is_east_asian:
            yield from characters
        else:
            yield "".join(characters)


def _is_east_asian(character: str) -> bool:
    """Return whether a character is East Asian. A regular expression with all of them takes a millisecond to compile,
    and many plans have the name of a Chinese city.
    """
    return (
        _FIRST_EAST_ASIAN <= character <= "\u9fff"
        or "\uac00" <= character <= "\ud7af"
        or "\uff00" <= character <= "\uffef"
    )


Parts = Sequence[tuple[int, int]]
"""The widths of the parts of a word that no line breaks, each without and with the spaces after it."""


class LineMeasure:
    """Counts lines in the fonts of a pack."""

    def __init__(self, pack: Pack) -> None:
        self._fonts = _fonts(pack)
        self._lines = _lines_by_style(pack)
        self.has_wide_words = False
        """Whether a word may have been wider than its line. Few pages have one, and only those are searched for it."""

    def count(self, content: Content, style: Style, width: float) -> int:
        """Return the number of lines of a paragraph in that width; an estimate if a font is not installed."""
        measured_lines = self._lines[style][content]
        if measured_lines is None:
            self.has_wide_words = True
            return line_count(content, style, width)
        limit = int(width * 1000 / style.size)
        count = 0
        for line in measured_lines:
            ends = line.ends
            limit_with_space = limit + line.space
            if ends[-1] <= limit_with_space:
                count += 1
                continue
            starts = line.starts
            first = 0
            part_count = len(ends)
            while first < part_count:
                count += 1
                line_end = starts[first] + limit_with_space
                # A part that is too wide has a line of its own, so that the next line begins after it at least.
                if ends[first] > line_end:
                    self.has_wide_words = True
                first = bisect_right(ends, line_end, first + 1)
        return count

    def unbroken_width(self, word: str, style: Style, *, bold: bool) -> float:
        """Return the width of a word on one line, in points; an estimate if its font is not installed."""
        widths = _word_widths(self._fonts[style], bold)
        if widths is None:
            return estimated_width(word, style)
        return widths.ink(word) * style.size / 1000


class _MeasuredLine(Struct):
    """The parts of a text without line breaks that no line divides, as if all were on one line, each with a space after
    it; in 1/1000 em.
    """

    starts: list[int]
    """Where each part starts, and at the end, where more text would start."""
    ends: list[int]
    """Where the space after each part ends."""
    space: int = 0
    """The width of the space that is part of `ends`, which is that in the first text."""

    def add(self, text: str, widths: "WordWidths") -> None:
        """Add a text. Between it and the next one there is no space, unless one of them has it."""
        if not self.ends:
            self.space = widths.space
        words = text.split(" ")
        advances = list(map(widths.__getitem__, words))
        if sum(advances) < _DIVIDED:  # takes less time than to look for a word that is divided
            self._add_words(advances, widths.space)
        else:
            self._add_divided_words(words, advances, widths)
        self.starts[-1] -= widths.space

    def _add_divided_words(self, words: Sequence[str], advances: list[int], widths: "WordWidths") -> None:
        """Add words of which some have several parts."""
        start = 0
        for _ in range(advances.count(_DIVIDED)):
            end = advances.index(_DIVIDED, start)
            if start < end:
                self._add_words(advances[start:end], widths.space)
            self._add_parts(widths.parts[words[end]])
            start = end + 1
        if start < len(words):
            self._add_words(advances[start:], widths.space)

    def _add_words(self, advances: Sequence[int], space: int) -> None:
        """Add words of one part each; their widths include the space after them."""
        starts = list(accumulate(advances, initial=self.starts.pop()))
        ends = starts[1:]
        if space != self.space:  # bold spaces may be wider, and all ends have the same one
            ends = _moved(ends, self.space - space)
        self.starts += starts
        self.ends += ends

    def _add_parts(self, parts: Parts) -> None:
        """Add the parts of a word."""
        for ink, advance in parts:
            start = self.starts[-1]
            self.starts.append(start + advance)
            self.ends.append(start + ink + self.space)


def _moved(ends: Sequence[int], distance: int) -> list[int]:
    return [end + distance for end in ends]


_Lines = Sequence[_MeasuredLine] | None


@lru_cache(maxsize=64)
def _lines_by_style(pack: Pack) -> Mapping[Style, Mapping[Content, _Lines]]:
    """Return the measured lines of paragraphs in the fonts of the styles of a pack."""
    fonts = _fonts(pack)
    return BoundedCache(lambda style: _lines_in_font(fonts[style]), _MOST_STYLES)


@lru_cache(maxsize=64)
def _lines_in_font(font: "_Font") -> Mapping[Content, _Lines]:
    """Return the measured lines of paragraphs in a font, which all its sizes share."""
    return BoundedCache(partial(_measured_lines, font), _MOST_PARAGRAPHS)


def _measured_lines(font: "_Font", content: Content) -> _Lines:
    """Return the measured lines of a paragraph: the text up to each break, and the rest. They are the same for all
    sizes of a font. None if that is not installed.
    """
    line = _MeasuredLine([0], [])
    lines = [line]
    for inline in content:
        if isinstance(inline, Run):  # as most inlines, for which this takes the least time
            text = inline.text
            is_bold = inline.bold
        elif isinstance(inline, Break):
            line = _MeasuredLine([0], [])
            lines.append(line)
            continue
        else:
            text = "00"  # a page number
            is_bold = False
        widths = _word_widths(font, is_bold)
        if widths is None:
            return None
        line.add(text, widths)
    for line in lines:
        line.ends = line.ends or [0]
    return lines


_DIVIDED = 1 << 30
"""The width of a word with several parts, which are measured one by one. All other words are narrower."""


class WordWidths(BoundedCache[str, int]):
    """The width of each word with the space after it, in 1/1000 em; `_DIVIDED` for a word of several parts.

    Plans of a project have many words in common.
    """

    def __init__(self, characters: Mapping[str, int], *, capitals: bool, spacing: int) -> None:
        super().__init__(self._width_with_space, _MOST_WORDS)
        self._characters = characters
        self._capitals = capitals
        self._spacing = spacing
        self.space = self._width(" ")
        self.parts = BoundedCache(self._parts, _MOST_WORDS)
        """The parts of words that may have several, or contain spaces of other kinds."""

    def ink(self, word: str) -> int:
        """Return the width of a word without the spaces after it."""
        return sum([ink for ink, _ in self.parts[word]])

    def _width_with_space(self, word: str) -> int:
        has_one_part = word.isalnum() and (word.isascii() or max(word) < _FIRST_THAI)
        if not has_one_part and (len(word_parts(word)) > 1 or word.isspace()):
            return _DIVIDED
        return self._width(word) + self.space

    def _parts(self, word: str) -> Parts:
        parts: list[tuple[int, int]] = []
        for part in word_parts(word):
            width = self._width(part)
            if not part.isspace():
                parts.append((width, width))
            elif parts:
                ink, advance = parts[-1]
                parts[-1] = (ink, advance + width)
            else:
                parts.append((0, width))
        ink, advance = parts.pop() if parts else (0, 0)
        parts.append((ink, advance + self.space))
        return parts

    def _width(self, text: str) -> int:
        written = text.upper() if self._capitals else text
        width = sum(map(self._characters.__getitem__, written))
        if self._spacing and not keeps_letters_together(text):
            width += len(text) * self._spacing
        return width


class _Font(Struct, frozen=True, cache_hash=True):
    """The font of styles that differ only in their size, and in other things that do not change the widths of words.
    The sources of its faces are None if they are not installed.
    """

    regular: FontSource | None
    bold: FontSource | None
    capitals: bool
    spacing: int
    """The space between letters, in 1/1000 em."""


@lru_cache(maxsize=64)
def _fonts(pack: Pack) -> Mapping[Style, _Font]:
    """Return the fonts of the styles of a pack, which are looked up when they are needed."""
    return BoundedCache(partial(_font, pack), _MOST_STYLES)


def _font(pack: Pack, style: Style) -> _Font:
    """Return the font of a style."""
    regular = bold = None
    family = pack.theme.fonts.get(style.font)
    if family is not None:
        regular = theme_font(pack, family, bold=style.bold, italic=False)
        bold = theme_font(pack, family, bold=True, italic=False)
    spacing = round(style.letter_spacing * 1000 / style.size)
    return _shared_font(_Font(regular, bold, style.capitals, spacing))


def theme_font(pack: Pack, family: FontFamily, *, bold: bool, italic: bool) -> FontSource | None:
    """Return the font of a weight and slant, or of the nearest file; None for a family that is not installed.

    What a family lacks, programs make themselves: bold text with thicker strokes, and slanted text.
    """
    if family.files is None:
        name = family.pdf or family.word
        if name not in FAMILIES or FAMILIES[name].folder is None:
            return None
        with suppress(ProblemsFound):
            return family_source(name, bold=bold, italic=italic)
        return None
    files = family.files
    path = files.nearest(bold=bold, italic=italic)
    file = pack.files.get(path)
    if file is None:
        return None
    weight = BOLD if path in {files.bold, files.bold_italic} else REGULAR
    return FontSource(family.word, weight, content=file.content, file=file.path)


@lru_cache(maxsize=512)
def _shared_font(font: _Font) -> _Font:
    """Return the first of equal fonts, which is found faster in caches."""
    return font


@lru_cache(maxsize=64)
def _word_widths(font: _Font, bold: bool) -> WordWidths | None:  # noqa: FBT001 - a cache finds positional arguments faster
    """Return the widths of words, or of bold ones; None if the font is not installed."""
    source = font.bold if bold else font.regular
    if source is None:
        return None
    return _face_widths(open_face(source), capitals=font.capitals, spacing=font.spacing)


@lru_cache(maxsize=64)
def _face_widths(face: Face, *, capitals: bool, spacing: int) -> WordWidths:
    """Return the widths of words in a face, which all styles and documents share."""
    return WordWidths(_character_widths(face), capitals=capitals, spacing=spacing)


@lru_cache(maxsize=16)
def _character_widths(face: Face) -> BoundedCache[str, int]:
    """Return the widths of characters in a face, in 1/1000 em."""
    return BoundedCache(partial(_character_width, face), _MOST_CHARACTERS)


def _character_width(face: Face, character: str) -> int:
    """Return the width of a character; an estimate if the font does not have it."""
    if face.has(character):
        return face.width(character)
    if category(character) in {"Mn", "Me"}:
        return 0
    if east_asian_width(character) in "FW":
        return _WIDE
    if _IS_ARABIC.match(character):
        return _ARABIC
    if _IS_TAMIL.match(character):
        return _TAMIL
    return _NARROW


class _TextPlace(Struct, frozen=True):
    """The place of a block: its width in points, the language of its text, and whether it is in the head of a table."""

    width: float
    language: str
    is_head: bool = False


class _RunLine(Struct, frozen=True):
    """The lines of a run: their width in points, and how its text is measured and hyphenated."""

    width: float
    style: Style
    bold: bool
    language: str
    measure: LineMeasure

    def cuts(self, word: str) -> bool:
        """Return whether a word is wider than a line, and has no points where it can be hyphenated so that it fits."""
        if self.holds(word):
            return False
        edges = (0, *hyphenation_points(word, self.language, names=True), len(word))
        *parts, last_part = [word[start:end] for start, end in pairwise(edges)]
        if not self.holds(last_part):
            return True
        return not all(self.holds(f"{part}-") for part in parts)

    def holds(self, word: str) -> bool:
        """Return whether a word is not wider than a line."""
        width = self.measure.unbroken_width(word, self.style, bold=self.bold)
        return width <= self.width + TOLERANCE


def words_to_cut(tree: PageTree, pack: Pack) -> tuple[str, ...]:
    """Return the words of the body that are wider than their lines and cannot be hyphenated, each once."""
    words: dict[str, None] = {}
    for text, place in _texts(tree.body, _TextPlace(pack.theme.text_width, tree.language)):
        for word, line in _words_in_lines(text, place, LineMeasure(pack)):
            if line.cuts(_letters(word)):
                words[word] = None
    return tuple(words)


def has_divided_titles(tree: PageTree, pack: Pack) -> bool:
    """Return whether a word of a heading, or of the head of a table, is wider than its line.

    Such words, which are often names of cities, are not hyphenated where it can be avoided; Word cuts them.
    """
    for text, place in _texts(tree.body, _TextPlace(pack.theme.text_width, tree.language)):
        if text.level or place.is_head:
            for word, line in _words_in_lines(text, place, LineMeasure(pack)):
                if not line.holds(_letters(word)):
                    return True
    return False


def _words_in_lines(text: TextBlock, place: _TextPlace, measure: LineMeasure) -> Iterator[tuple[str, _RunLine]]:
    """Yield the words of a paragraph, each with the lines of its run. Addresses, numbers and rows of dots are none:
    they are cut anywhere.
    """
    style = text.style
    width = inner_width(style, place.width)
    for inline in text.content:
        if isinstance(inline, Run):
            is_bold = style.bold or inline.bold
            language = inline.language or place.language
            line = _RunLine(width, style, is_bold, language, measure)
            for word in word_parts(inline.text):
                if is_word(_letters(word)):
                    yield word, line


def _letters(word: str) -> str:
    """Return a word without the signs around it."""
    return word.strip(f"-{AROUND_WORDS}")


def _texts(blocks: Iterable[Block], place: _TextPlace) -> Iterator[tuple[TextBlock, _TextPlace]]:
    """Yield the paragraphs of blocks below each other, each with its place."""
    for block in blocks:
        width = block_width(block, place.width)
        yield from _texts_in(block, replace(place, width=width))


def _texts_in(block: Block, place: _TextPlace) -> Iterator[tuple[TextBlock, _TextPlace]]:
    """Yield the paragraphs in a block, each with its place; `place` is that of the block."""
    match block:
        case TextBlock():
            yield block, replace(place, language=block.language or place.language)
        case Items():
            item_place = replace(place, width=item_width(block, place.width))
            for item in block.items:
                yield from _texts(item, item_place)
        case Table():
            widths = column_widths(block, place.width)
            head_place = replace(place, is_head=True)
            for row in block.head:
                yield from _texts_of_row(row, widths, head_place)
            for row in block.body:
                yield from _texts_of_row(row, widths, place)
        case Division():
            inner_place = replace(place, width=inner_width(block.style, place.width))
            yield from _texts_of_box(block, inner_place)
        case _:
            pass  # captions of pictures have the width of the picture, and labels of charts are shortened


def _texts_of_row(row: TableRow, widths: Sequence[float], place: _TextPlace) -> Iterator[tuple[TextBlock, _TextPlace]]:
    column = 0  # the first of the columns that the cell spans
    for cell in row.cells:
        cell_width = sum(widths[column : column + cell.span])
        width = inner_width(cell.style, cell_width)
        language = cell.language or place.language
        yield from _texts(cell.blocks, replace(place, width=width, language=language))
        column += cell.span


def _texts_of_box(box: Division, place: _TextPlace) -> Iterator[tuple[TextBlock, _TextPlace]]:
    if box.count:  # text columns, through which the content flows
        width = text_column_width(box, place.width)
        yield from _texts(box.blocks, replace(place, width=width))
    elif box.style.layout == "columns":  # each block is a column
        for block, width in zip(box.blocks, side_by_side_widths(box, place.width), strict=True):
            yield from _texts_in(block, replace(place, width=width))
    else:
        yield from _texts(box.blocks, place)
