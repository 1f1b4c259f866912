"""The lines of paragraphs as the widths of characters in the fonts of the theme make them.

Unlike the layout of the PDF, this neither shapes nor hyphenates text, so that it needs the widths of characters alone.
"""

import re
from unicodedata import east_asian_width

from ucap_reports.fonts.prepared_faces import Face, open_face
from ucap_reports.page.height_estimates import text_width
from ucap_reports.page.page_tree import Content, PageNumber
from ucap_reports.page.theme_fonts import theme_font
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.rich_text import Break, Run

_PART = re.compile(r"\s+|[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef-]+-*|-+|.", re.DOTALL)
"""White space, a word up to its hyphen, or an East Asian character, after which a line may end."""


class LineMeasure:
    """Counts lines in the fonts of a pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._widths: dict[tuple[str, Style, bool], float] = {}

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
            for part in _PART.findall(text):
                needed = self._width(part, style, bold)
                if used and used + needed > width and not part.isspace():
                    lines += 1
                    used = 0.0
                used += needed
        return lines

    def _width(self, text: str, style: Style, bold: bool) -> float:  # noqa: FBT001 - of a run or style
        key = (text, style, bold)
        width = self._widths.get(key)
        if width is None:
            width = self._widths[key] = self._measured(*key)
        return width

    def _measured(self, text: str, style: Style, bold: bool) -> float:  # noqa: FBT001 - of a run or style
        face = self._face(style.font, bold)
        if face is None:
            return text_width(text, style)
        written = text.upper() if style.capitals else text
        thousandths = 0
        for character in written:
            if face.has(character):
                thousandths += face.width(character)
            else:
                thousandths += 1000 if east_asian_width(character) in "FW" else 550
        return thousandths * style.size / 1000 + len(text) * style.letter_spacing

    def _face(self, font: str, bold: bool) -> Face | None:  # noqa: FBT001 - of a run or style
        family = self._pack.theme.fonts.get(font)
        source = None if family is None else theme_font(self._pack, family, bold=bold, italic=False)
        return None if source is None else open_face(source)
