"""Numbers and lengths in the attributes of Word files, as any program writes them."""

import re

TWENTIETHS = 20
_WHOLE = re.compile(r"-?\d{1,9}")
_LENGTH = re.compile(r"(-?\d{1,9}(?:\.\d+)?)(|mm|cm|in|pt|pc|pi)")
_TWIPS = {"pt": TWENTIETHS, "pc": 240, "pi": 240, "in": 1_440, "cm": 1_440 / 2.54, "mm": 144 / 2.54}


def whole(text: str | None, default: int = 0) -> int:
    """The integer in an attribute; the default for other text."""
    return int(text) if text and _WHOLE.fullmatch(text) else default


def points(text: str | None, parts: int) -> float | None:
    """The length in an attribute, in points, rounded to a fraction of one: `parts` is 2 for half points.

    The attribute has the number of fractions, which some programs write with decimals, or a number with a unit
    (ISO/IEC 29500-1, 22.9.2.14 and 22.9.2.15). None for anything else, such as a percentage.
    """
    found = _LENGTH.fullmatch(text or "")
    if found is None:
        return None
    each = _TWIPS[found[2]] * parts / TWENTIETHS if found[2] else 1
    return round(float(found[1]) * each) / parts


def twips(text: str | None) -> int:
    """The length in an attribute, in twentieths of a point; 0 for anything else."""
    return round((points(text, TWENTIETHS) or 0) * TWENTIETHS)
