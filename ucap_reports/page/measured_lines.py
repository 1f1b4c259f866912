"""The lines of paragraphs as the widths of characters in the fonts of the theme make them.

Unlike the layout of the PDF, this neither shapes nor hyphenates text, so that it needs the widths of characters alone.
"""

import re
from functools import lru_cache
from unicodedata import east_asian_width

from ucap_reports.fonts.font_faces import Face, open_face
from ucap_reports.page.height_estimates import line_count, text_width
from ucap_reports.page.page_tree import Content, PageNumber
from ucap_reports.page.theme_fonts import theme_font
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.rich_text import Break, Run

WORD_PART = re.compile(r"\s+|[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef-]+-*|-+|.", re.DOTALL)
"""White space, a word up to its hyphen, or an East Asian character, after which a line may end."""
_MOST_WORDS, _MOST_CHARACTERS = 5_000, 16_384
"""Words of a face and characters in the caches, so that a long batch does not fill the memory."""
_WIDE, _NARROW = 1000, 550
"""The estimated widths of East Asian and of other characters that the font does not have, in 1/1000 em."""


class LineMeasure:
    """Counts lines in the fonts of a pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._words: dict[tuple[str, bool, bool], WordWidths | None] = {}
        """The widths in the fonts of the theme, by the font's key, and whether it is in capitals and bold."""

    def count(self, content: Content, style: Style, width: float) -> int:
        """Return the number of lines of a paragraph in that width; an estimate if a font is not installed."""
        size, spacing = style.size, style.letter_spacing
        lines = 1
        used = 0.0
        for inline in content:
            if isinstance(inline, Break):
                lines += 1
                used = 0.0
                continue
            text = "00" if isinstance(inline, PageNumber) else inline.text
            bold = style.bold or (isinstance(inline, Run) and inline.bold)
            words = self._words_of(style, bold=bold)
            if words is None:
                return line_count(content, style, width)
            space = words.space * size / 1000 + spacing
            is_first = True
            for word in text.split(" "):
                if is_first:
                    is_first = False
                else:
                    used += space
                for thousandths, length, is_space in words[word]:
                    needed = thousandths * size / 1000 + length * spacing
                    if used + needed > width and used and not is_space:
                        lines += 1
                        used = 0.0
                    used += needed
        return lines

    def unbroken_width(self, word: str, style: Style, *, bold: bool) -> float:
        """Return the width of a word on one line, in points; an estimate if its font is not installed."""
        words = self._words_of(style, bold=bold)
        if words is None:
            return text_width(word, style)
        return sum(
            thousandths * style.size / 1000 + length * style.letter_spacing for thousandths, length, _ in words[word]
        )

    def _words_of(self, style: Style, *, bold: bool) -> "WordWidths | None":
        """Return the widths of words in the font of a style; None if it is not installed."""
        key = style.font, style.capitals, bold
        if key not in self._words:
            family = self._pack.theme.fonts.get(style.font)
            source = None if family is None else theme_font(self._pack, family, bold=bold, italic=False)
            self._words[key] = None if source is None else _word_widths(open_face(source), capitals=style.capitals)
        return self._words[key]


class WordWidths(dict[str, tuple[tuple[int, int, bool], ...]]):
    """The parts of words in a face: the width of each in 1/1000 em, its characters, and whether it is a space.

    Plans of a project have many words in common. Those of at most 5,000 words are kept: the next one begins again.
    """

    def __init__(self, face: Face, *, capitals: bool) -> None:
        super().__init__()
        self._capitals = capitals
        self._characters = CharacterWidths(face)
        self.space = self._characters[" "]

    def __missing__(self, word: str) -> tuple[tuple[int, int, bool], ...]:
        parts = []
        for part in WORD_PART.findall(word):
            written = part.upper() if self._capitals else part
            width = sum(map(self._characters.__getitem__, written))
            parts.append((width, len(part), part.isspace()))
        if len(self) >= _MOST_WORDS:
            self.clear()
        self[word] = measured = tuple(parts)
        return measured


@lru_cache(maxsize=16)
def _word_widths(face: Face, *, capitals: bool) -> WordWidths:
    """Return the widths of words in a face, which all documents share."""
    return WordWidths(face, capitals=capitals)


class CharacterWidths(dict[str, int]):
    """The widths of characters in a face, in 1/1000 em; of at most 16,384 of them, after which it begins again."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, character: str) -> int:
        if self._face.has(character):
            width = self._face.width(character)
        else:
            width = _WIDE if east_asian_width(character) in "FW" else _NARROW
        if len(self) >= _MOST_CHARACTERS:
            self.clear()
        self[character] = width
        return width
