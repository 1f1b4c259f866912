"""Synthetic bold: which faces are made bold by thicker strokes, and how much thicker.

Only PDF files need it: Word and browsers thicken strokes themselves.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # faces are chosen without HarfBuzz, which is loaded only for drawing
    from uharfbuzz import Font

_THICKENING = 0.032
"""How much thicker strokes are, in ems: half as thick again, as in the bold face of most families."""
RAISED = _THICKENING / 2
"""How much HarfBuzz raises the outlines, in ems, so that they grow upwards only."""


def is_synthetic(*, bold: bool, has_bold_face: bool, has_weights: bool) -> bool:
    """Return whether text is made bold by thicker strokes: its font has neither a bold face nor a range of weights."""
    return bold and not has_bold_face and not has_weights


def thicken_strokes(font: "Font") -> None:
    """Let HarfBuzz draw the glyphs of a font with thicker strokes, and `RAISED`; their widths stay the same."""
    font.synthetic_bold = (_THICKENING, _THICKENING, True)
