"""Numbers and lengths as the attributes of Word files have them, from whichever program."""

import re

TWENTIETHS = 20
_WHOLE = re.compile(r"-?\d{1,9}")
_LENGTH = re.compile(r"(-?\d{1,9}(?:\.\d+)?)(|mm|cm|in|pt|pc|pi)")
_TWIPS = {"pt": TWENTIETHS, "pc": 240, "pi": 240, "in": 1_440, "cm": 1_440 / 2.54, "mm": 144 / 2.54}


def whole(text: str | None, default: int = 0) -> int:
    """The number that an attribute holds; the default for what is none."""
    return int(text) if text and _WHOLE.fullmatch(text) else default


def points(text: str | None, parts: int) -> float | None:
    """The length that an attribute holds, in points to so many parts of one: as a number of those parts, which some
    programs give decimals, or with a unit (ISO/IEC 29500-1, 22.9.2.14 and 22.9.2.15); None for what is no length, such
    as a share of the page.
    """
    found = _LENGTH.fullmatch(text or "")
    if found is None:
        return None
    each = _TWIPS[found[2]] * parts / TWENTIETHS if found[2] else 1
    return round(float(found[1]) * each) / parts


def twips(text: str | None) -> int:
    """The same in twentieths of a point; 0 for what is no length."""
    return round((points(text, TWENTIETHS) or 0) * TWENTIETHS)
