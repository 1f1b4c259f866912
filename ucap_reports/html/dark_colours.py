"""The colours of a theme in dark mode: text keeps its hue and is readable, light backgrounds become dark."""

from functools import lru_cache

from ucap_reports.template.lengths_and_colours import Colour, contrast
from ucap_reports.template.theme import DrawnRule, Style

WHITE = Colour("FFFFFF")
DARK = Colour("14171C")
"""The page in dark mode."""
DARK_LUMINANCE = 0.18
"""Backgrounds that are at most so light stay as they are in dark mode: white text is readable on them."""
PANEL_SHARE, HAIRLINE_SHARE = 0.08, 0.3
"""How much of a light colour remains in the background of a panel, and in a thin line."""
THICK = 1
"""Lines of at least this width in points are part of the brand, and keep their colour in dark mode."""
CONTRASTS = ((14, 12.0), (7, 7.0), (0, 4.5))
"""The contrast of text in dark mode, by the least contrast that it has in light mode: black text is nearly white."""
LABEL = "emblem-label"
"""The style of the programme label, which must be Reflex Blue, black or white."""
_STEPS = 50


@lru_cache(maxsize=512)
def dark_background(background: Colour) -> Colour:
    """Return the background of a style in dark mode."""
    return background if background.luminance <= DARK_LUMINANCE else mixed(background, DARK, PANEL_SHARE)


def dark_text(style: Style, background: Colour | None = None) -> Colour:
    """Return the colour of a style's text in dark mode on its background; without one, on a page or a panel.

    Args:
        style: The style.
        background: The background in light mode.
    """
    if style.name == LABEL:
        return WHITE
    behind = PANEL if background is None else dark_background(background)
    return lightened(style.colour, background or WHITE, behind)


def dark_rule(rule: DrawnRule) -> Colour:
    """Return the colour of a line in dark mode. A white line, which separates panels, has the colour of the page."""
    if rule.colour == WHITE:
        return DARK
    if rule.width >= THICK:
        return rule.colour
    return mixed(lightened(rule.colour, WHITE, DARK), DARK, HAIRLINE_SHARE)


@lru_cache(maxsize=512)
def lightened(colour: Colour, was_on: Colour, behind: Colour) -> Colour:
    """Return the colour, mixed with white until it is as readable on `behind` as it was on the other background."""
    wanted = next(least for given, least in CONTRASTS if contrast(colour, was_on) >= given)
    for step in range(_STEPS + 1):
        lighter = mixed(WHITE, colour, step / _STEPS)
        if contrast(lighter, behind) >= wanted:
            return lighter
    return WHITE


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Return so much of the one colour, from 0 to 1, and the rest of the other."""
    pairs = zip(bytes.fromhex(colour.hex), bytes.fromhex(other.hex), strict=True)
    return Colour("".join(f"{round(share * one + (1 - share) * rest):02X}" for one, rest in pairs))


PANEL = mixed(WHITE, DARK, PANEL_SHARE)
"""The lightest background in dark mode."""
