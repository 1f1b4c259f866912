"""The signs that documents print before the items of lists, and the direction of arrows in them.

Arrows point in the direction of the text: in right-to-left text, each arrow points to the left.
"""

from ucap_reports.text.rich_text import Marker

BULLET = "•"
"""The sign of bullets in styles without a `marker`."""
ARROW, ARROW_TO_LEFT = "→", "←"
"""The sign of lists of arrows, which authors type in plans, and what right-to-left documents print for it."""


def list_sign(marker: Marker, bullet: str, *, right_to_left: bool) -> str:
    """Return the sign before the items of a list with bullets or arrows; `bullet` is the `marker` of its style."""
    sign = ARROW if marker is Marker.ARROW else bullet or BULLET
    return turned_sign(sign) if right_to_left else sign


def turned_sign(text: str) -> str:
    """Return the sign of a list for right-to-left text, with each arrow to the left."""
    return text.replace(ARROW, ARROW_TO_LEFT)
