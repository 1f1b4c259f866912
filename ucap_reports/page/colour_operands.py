"""Colours in the operators of PDF, which draw its pages and the SVG drawings of packs."""

from functools import lru_cache

from ucap_reports.template.lengths_and_colours import Colour


@lru_cache(maxsize=256)
def operand(colour: Colour) -> str:
    """Return a colour as the operands of `rg` (ISO 32000-1, 8.6.8)."""
    return " ".join(f"{channel:.3g}" for channel in colour.rgb)
