"""Voices: the ways of showing text that a pack's theme has, each with the words it has measured."""

from functools import lru_cache

from msgspec.structs import replace

from ucap_reports.pdf.text.font_fallback import typefaces
from ucap_reports.pdf.text.glyph_writing import LEFT_TO_RIGHT, WritingMode
from ucap_reports.pdf.text.word_measuring import TextStyle
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import Style
from ucap_reports.text.rich_text import Run, Script

_SCRIPT_SIZE = 0.65
_RISE = {Script.NORMAL: 0.0, Script.SUBSCRIPT: -0.16, Script.SUPERSCRIPT: 0.36}
"""How far a run is raised, in sizes of the text around it."""
_LINK = "link"


class TextStyles:
    """The text styles of a pack, made when they are first asked for."""

    def __init__(self, pack: Pack) -> None:
        self._typefaces = typefaces(pack)
        self._body = pack.theme.style("body")
        self._link = pack.theme.style(_LINK) if _LINK in pack.theme.styles else self._body
        self._text_styles: dict[tuple[object, ...], TextStyle] = {}
        self._middles: dict[tuple[str, bool, bool], float] = {}
        """How far the middle of each font is above its baseline, in ems."""

    def text_style(self, style: Style, run: Run, manner: WritingMode = LEFT_TO_RIGHT) -> TextStyle:
        """How the run is shown in a paragraph of that style."""
        key = (
            style.font, style.size, style.colour.hex, style.bold, style.italic, style.underline,
            run.bold, run.italic, run.underline, run.script is Script.NORMAL or run.script.name, run.link is None,
            manner,
        )  # fmt: skip
        text_style = self._text_styles.get(key)
        if text_style is None:
            text_style = self._text_styles[key] = self._made(self._linked(style) if run.link else style, run, manner)
        return text_style

    def baseline(self, style: Style) -> float:
        """How far the baseline is below the top of a line, its leading shared evenly above and below the font."""
        key = (style.font, style.bold, style.italic)
        middle = self._middles.get(key)
        if middle is None:
            face = self._typefaces.get(style.font, bold=style.bold, italic=style.italic).face
            metrics = face.index.metrics
            middle = self._middles[key] = face.thousandths(metrics.ascent + metrics.descent) / 2000
        return style.leading / 2 + style.size * middle

    def _linked(self, style: Style) -> Style:
        """The style of links in text of that style. Text that has a colour of its own keeps it."""
        link = self._link
        return replace(
            style,
            colour=link.colour if style.colour == self._body.colour else style.colour,
            bold=style.bold or link.bold,
            italic=style.italic or link.italic,
            underline=style.underline or link.underline,
        )

    def _made(self, style: Style, run: Run, manner: WritingMode) -> TextStyle:
        bold, italic = style.bold or run.bold, style.italic or run.italic
        return TextStyle(
            self._typefaces.get(style.font, bold=bold, italic=italic, manner=manner),
            style.size if run.script is Script.NORMAL else style.size * _SCRIPT_SIZE,
            style.colour,
            style.size * _RISE[run.script],
            underlined=style.underline or run.underline,
        )


@lru_cache(maxsize=16)
def text_styles(pack: Pack) -> TextStyles:
    """The text styles of a pack, the same ones every time."""
    return TextStyles(pack)
