"""The European Union flag as an SVG picture for web pages."""

from functools import lru_cache
from html import escape

from ucap_reports.template.figure_geometry import ALTERNATIVE_TEXT, BLUE, GOLD, PROPORTION, stars

HEIGHT = 36
"""In units of the picture."""


@lru_cache(maxsize=16)
def emblem_svg(alt: str | None = None) -> str:
    """The flag as an element for HTML, with its alternative text. The y axis points down, so the stars are flipped."""
    width = f"{PROPORTION * HEIGHT:g}"
    corners = [" ".join(f"{x * HEIGHT:.3f} {(1 - y) * HEIGHT:.3f}" for x, y in star) for star in stars()]
    return (
        f'<svg viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(alt or ALTERNATIVE_TEXT)}">'
        f'<path fill="#{BLUE.hex}" d="M0 0h{width}v{HEIGHT}H0z"/>'
        f'<path fill="#{GOLD.hex}" d="{"".join(f"M{star}z" for star in corners)}"/></svg>'
    )
