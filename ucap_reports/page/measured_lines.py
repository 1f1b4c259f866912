"""The lines of paragraphs as the widths of characters in the fonts of the theme make them.

Unlike the layout of the PDF, this neither shapes nor hyphenates text, so that it needs the widths of characters alone.
"""

import re
from functools import lru_cache
from unicodedata import east_asian_width

from ucap_reports.fonts.font_faces import Face, open_face
from ucap_reports.page.height_estimates import text_width
from ucap_reports.page.page_tree import Content, PageNumber
from ucap_reports.page.theme_fonts import theme_font
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.rich_text import Break, Run

_PART = re.compile(r"\s+|[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef-]+-*|-+|.", re.DOTALL)
"""White space, a word up to its hyphen, or an East Asian character, after which a line may end."""
_MOST_WORDS, _MOST_CHARACTERS = 20_000, 16_384
"""Words and characters in the caches, so that a long batch does not fill the memory."""
_WIDE, _NARROW = 1000, 550
"""The estimated widths of East Asian and of other characters that the font does not have, in 1/1000 em."""


class LineMeasure:
    """Counts lines in the fonts of a pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def count(self, content: Content, style: Style, width: float) -> int:
        """Return the number of lines of a paragraph in a place of that width."""
        lines = 1
        used = 0.0
        for inline in content:
            if isinstance(inline, Break):
                lines += 1
                used = 0.0
                continue
            text = "00" if isinstance(inline, PageNumber) else inline.text
            bold = style.bold or (isinstance(inline, Run) and inline.bold)
            face = _face(self._pack, style.font, bold=bold)
            for part in _PART.findall(text):
                needed = _width(part, style, face)
                if used and used + needed > width and not part.isspace():
                    lines += 1
                    used = 0.0
                used += needed
        return lines


def _width(text: str, style: Style, face: Face | None) -> float:
    """Return the width of a word in points."""
    if face is None:
        return text_width(text, style)
    written = text.upper() if style.capitals else text
    return _word_width(face, written) * style.size / 1000 + len(text) * style.letter_spacing


@lru_cache(maxsize=64)
def _face(pack: Pack, font: str, *, bold: bool) -> Face | None:
    """Return the face of a font of the theme; None if it is not installed."""
    family = pack.theme.fonts.get(font)
    source = None if family is None else theme_font(pack, family, bold=bold, italic=False)
    return None if source is None else open_face(source)


@lru_cache(maxsize=_MOST_WORDS)
def _word_width(face: Face, text: str) -> int:
    """Return the width of a word in 1/1000 em. Plans of a project have many words in common."""
    return sum([_character_width(face, character) for character in text])


@lru_cache(maxsize=_MOST_CHARACTERS)
def _character_width(face: Face, character: str) -> int:
    """Return the width of a character in 1/1000 em; an estimate for one that the face does not have."""
    if face.has(character):
        return face.width(character)
    return _WIDE if east_asian_width(character) in "FW" else _NARROW
