"""The fonts of the theme in a web page, as rules of its style sheet."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ucap_reports.fonts.font_faces import BOLD, REGULAR, FontSource
from ucap_reports.fonts.web_fonts import WebFont, web_font
from ucap_reports.html.style_sheet import font_name
from ucap_reports.page.theme_fonts import theme_font
from ucap_reports.template.pack import Pack

TextFace = tuple[str, bool, bool]
"""The key of a font of the theme, and whether its text is bold and italic."""


def font_rules(pack: Pack, texts: Mapping[TextFace, Iterable[str]]) -> Iterator[str]:
    """Yield a rule for each font that the texts need, if its licence allows it, with the characters of the texts."""
    characters: dict[tuple[str, str, FontSource], set[str]] = {}
    for (name, bold, italic), text in texts.items():
        family = pack.theme.fonts.get(name)
        if family is None or (source := theme_font(pack, family, bold=bold, italic=italic)) is None:
            continue
        slant = "italic" if italic and source != theme_font(pack, family, bold=bold, italic=False) else "normal"
        characters.setdefault((name, slant, source), set()).update(text)
    for (name, slant, source), text in characters.items():
        font = web_font(source, text)
        if font is not None:
            yield _rule(font_name(name), slant, source.weight, font)


@lru_cache(maxsize=64)
def _rule(name: str, slant: str, weight: int, font: WebFont) -> str:
    weights = f"{REGULAR} {BOLD}" if font.has_weights else str(weight)
    data = b64encode(font.content).decode("ascii")
    return (
        f'@font-face{{font-family:"{name}";font-style:{slant};font-weight:{weights};'
        f"src:url(data:font/woff;base64,{data}) format('woff')}}\n"
    )
