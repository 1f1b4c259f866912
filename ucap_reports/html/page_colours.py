"""The theme as CSS: custom properties for the colours of each style, light and dark, the font, and the printed page."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ucap_reports.template.lengths_and_colours import POINTS_PER_UNIT, Colour, contrast
from ucap_reports.template.picture_size import PICTURE_STYLES
from ucap_reports.template.theme import Style, Theme

WHITE = Colour("FFFFFF")
DARK = Colour("14171C")
"""The page in dark mode."""
DARK_LUMINANCE = 0.18
"""Backgrounds that are at most so light stay as they are in dark mode: white text is readable on them."""
LEAST_CONTRAST = 4.5
"""For text (WCAG 2.2, 1.4.3)."""
PANEL_SHARE, HAIRLINE_SHARE = 0.08, 0.3
"""How much of a light colour remains in the background of a panel, and in a thin line."""
THICK = 1
"""Lines of at least this width in points are part of the brand, and keep their colour in dark mode."""
CONTRASTS = ((14, 12.0), (7, 7.0), (0, 4.5))
"""The contrast of text in dark mode, by the least contrast that it has in light mode: black text is nearly white."""
LABEL = "emblem-label"
"""The style of the programme label, which must be Reflex Blue, black or white."""
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_NOT_FONT = re.compile(r"[^\w -]+")
_STEPS = 50


def theme_css(theme: Theme, *, pictures: bool = True) -> str:
    """The custom properties `--STYLE-colour`, `--STYLE-background`, `--STYLE-rule` and others, and the paper.

    Without `pictures`, the styles of pictures are left out. Dark mode derives its colours from those of the theme: text
    keeps its hue, and is readable on its background.
    """
    left_out = frozenset() if pictures else PICTURE_STYLES
    styles = {name: each for name, each in theme.styles.items() if _NAME.fullmatch(name) and name not in left_out}
    theme = replace(theme, styles=styles)
    light = [f"--page:#{WHITE.hex}", *_properties(theme, dark=False), *_fonts(theme), *_markers(theme)]
    dark = [f"--page:#{DARK.hex}", *_properties(theme, dark=True)]
    return (
        f":root{{color-scheme:light dark;{';'.join(light)}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}"
        f"@page{{size:{_mm(theme.paper[0])} {_mm(theme.paper[1])};margin:{' '.join(map(_mm, theme.margins))}}}"
    )


def _properties(theme: Theme, *, dark: bool) -> Iterator[str]:
    """The colours of each style."""
    for name, style in theme.styles.items():
        background = _dark_background(style.background) if dark and style.background else style.background
        yield f"--{name}-colour:#{(_dark_text(style, background) if dark else style.colour).hex}"
        ink = _ink(style, theme)
        yield f"--{name}-ink:#{(_lightened(ink, WHITE, _panel()) if dark else ink).hex}"
        if background:
            yield f"--{name}-background:#{background.hex}"
        if rule := style.rule_below or style.rule_start:
            is_thin = dark and rule.width < THICK
            yield f"--{name}-rule:#{(mixed(rule.colour, DARK, HAIRLINE_SHARE) if is_thin else rule.colour).hex}"


def _dark_background(colour: Colour) -> Colour:
    return colour if colour.luminance <= DARK_LUMINANCE else mixed(colour, DARK, PANEL_SHARE)


def _dark_text(style: Style, background: Colour | None) -> Colour:
    """The colour of the style's text in dark mode on that background or, without one, on a page or a panel."""
    if style.name == LABEL:
        return WHITE
    return _lightened(style.colour, style.background or WHITE, background or _panel())


def _lightened(colour: Colour, was_on: Colour, behind: Colour) -> Colour:
    """The colour, mixed with white until it is readable on `behind`, as well as it was on the other background."""
    wanted = next(least for given, least in CONTRASTS if contrast(colour, was_on) >= given)
    steps = (mixed(WHITE, colour, step / _STEPS) for step in range(_STEPS + 1))
    return next((each for each in steps if contrast(each, behind) >= wanted), WHITE)


def _ink(style: Style, theme: Theme) -> Colour:
    """The colour of the style without its background: of white text on a blue band, the blue."""
    known = (style.colour, style.background, theme.style("body").colour)
    return next((each for each in known if each and contrast(each, WHITE) >= LEAST_CONTRAST), Colour("000000"))


def _panel() -> Colour:
    """The lightest background in dark mode."""
    return mixed(WHITE, DARK, PANEL_SHARE)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """So much of the one colour, from 0 to 1, and the rest of the other."""
    pairs = zip(bytes.fromhex(colour.hex), bytes.fromhex(other.hex), strict=True)
    return Colour("".join(f"{round(share * one + (1 - share) * rest):02X}" for one, rest in pairs))


def _fonts(theme: Theme) -> Iterator[str]:
    for name, family in theme.fonts.items():
        if _NAME.fullmatch(name):
            named = (_NOT_FONT.sub("", each) for each in (family.word, family.word_east_asian))
            yield f"--font-{name}:{','.join(f'{chr(34)}{each}{chr(34)}' for each in named if each)},sans-serif"


def _markers(theme: Theme) -> Iterator[str]:
    """The markers of lists, with all characters as CSS escapes."""
    for name, style in theme.styles.items():
        if style.marker:
            yield f'--{name}-marker:"{"".join(f"{chr(92)}{ord(each):x} " for each in style.marker)}\\a0 "'


def _mm(points: float) -> str:
    return f"{points / POINTS_PER_UNIT['mm']:.4g}mm"
