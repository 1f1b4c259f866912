"""The text style of each run: a pack's fonts, sizes and colours, with the words that are measured in them."""

from functools import lru_cache

from ucap_reports.pdf.text.font_fallback import typeface
from ucap_reports.pdf.text.glyph_writing import LEFT_TO_RIGHT, WritingMode
from ucap_reports.pdf.text.word_measuring import TextStyle
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.rich_text import Run, Script

_SCRIPT_SIZE = 0.65
_RISE = {Script.NORMAL: 0.0, Script.SUBSCRIPT: -0.16, Script.SUPERSCRIPT: 0.36}
"""How far a run is raised, relative to the size of the text around it."""


_shared = lru_cache(maxsize=512)(TextStyle)
"""One text style for equal properties, so that words are measured once."""


def text_style(pack: Pack, style: Style, run: Run, mode: WritingMode = LEFT_TO_RIGHT, language: str = "") -> TextStyle:
    """The text style of a run in a paragraph of that style; `language` is that of the run."""
    colour, bold, italic = style.colour, style.bold or run.bold, style.italic or run.italic
    underlined = style.underline or run.underline
    if run.link:
        body = pack.theme.style("body")
        link = pack.theme.styles.get("link", body)
        colour = link.colour if colour == body.colour else colour  # text with a colour of its own keeps it
        bold, italic, underlined = bold or link.bold, italic or link.italic, underlined or link.underline
    size, rise = float(style.size), style.size * _RISE[run.script]
    if run.script is not Script.NORMAL:
        size *= _SCRIPT_SIZE
    font = typeface(pack, style.font, bold=bold, italic=italic, mode=mode)
    capitals, spacing = language if style.capitals else None, style.letter_spacing
    return _shared(font, size, colour, rise, underlined=underlined, spacing=spacing, capitals=capitals)


def baseline(pack: Pack, style: Style) -> float:
    """The distance of the baseline from the top of a line, whose leading is shared evenly above and below the font."""
    face = typeface(pack, style.font, bold=style.bold, italic=style.italic).face
    metrics = face.index.metrics
    return style.leading / 2 + style.size * (face.thousandths(metrics.ascent + metrics.descent) / 2000)
