"""Populations and areas as people write them: printed as written, with a value to reckon with."""

import re

from msgspec import Struct

_DIGITS = re.compile("[0-9](?:[0-9.,'\u2019 \u00a0\u2009\u202f]*[0-9])?")
_SPACES = re.compile("[ \u00a0\u2009\u202f'\u2019]")
_WORD = re.compile(r"[^\W\d_]+")
_MULTIPLES = {
    "k": 1e3,
    "thousand": 1e3,
    "mille": 1e3,
    "tausend": 1e3,
    "m": 1e6,
    "mio": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "millionen": 1e6,
    "bn": 1e9,
    "mrd": 1e9,
    "billion": 1e9,
    "万": 1e4,
    "萬": 1e4,
    "万人": 1e4,
    "亿": 1e8,
}  # fmt: skip - a table
_SQUARE_KILOMETRES = re.compile("(?<![a-z])km[ \u00a0]?(?:²|\\^?2)(?![0-9])", re.IGNORECASE)
_AREA_UNITS = (
    (re.compile(r"\bha\b|hectares?", re.IGNORECASE), 0.01),
    (re.compile(r"square miles?|sq\.? ?mi(?:les?)?|mi²", re.IGNORECASE), 2.589988),
    (re.compile(r"(?<![a-z])m ?[²2]", re.IGNORECASE), 1e-6),
)
"""Units of area other than square kilometres, in square kilometres."""
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{,8})\.([0-9]{1,6})")
"""A number of no more digits than a float keeps."""
_SCIENTIFIC = re.compile("[eExo]")
_THOUSANDS = re.compile(r"[1-9][0-9]{,2}\.[0-9]{3}")
"""A point before three digits: in a number of people it groups them, for nobody is counted in parts."""


class Quantity(Struct, frozen=True):
    """A population (persons) or an area (km²). `text` is printed where there is one, else the pack prints `value`,
    with at least so many `decimals`.

    `value` is None where the text holds no number.
    """

    text: str | None
    value: float | None
    decimals: int = 0


def population(text: str) -> Quantity:
    """The population that a text tells: `13.6 Mio`, `10 million`, `2 800 000`, `590,000`, `590.000`."""
    return Quantity(text, _number_with_multiple(text, of_people=True))


def population_number(value: float, written: str) -> Quantity:
    """A population given as a number, which the pack prints: `13600000`; `498.000` are as many thousands."""
    return Quantity(None, _thousands(written) or value)


def area(text: str) -> Quantity:
    """The area that a text tells, its unit set as km²: `11,760`, `19 km2`, `11,760 km ²`."""
    factor = next((factor for unit, factor in _AREA_UNITS if unit.search(text)), 1.0)
    if _SQUARE_KILOMETRES.search(text):
        factor = 1.0
    value = _number_with_multiple(_SQUARE_KILOMETRES.sub("", text))
    return Quantity(_SQUARE_KILOMETRES.sub("km²", text), None if value is None else value * factor)


def area_number(value: float, written: str) -> Quantity:
    """An area given as a number, which the pack prints; one with decimals keeps the digits it was written with."""
    if digits := _DECIMAL.fullmatch(written):
        return Quantity(None, value, len(digits[1]))
    keeps_digits = "." in written and not _SCIENTIFIC.search(written)
    return Quantity(written if keeps_digits else None, value)


def _number_with_multiple(text: str, *, of_people: bool = False) -> float | None:
    digits = _DIGITS.search(text)
    if digits is None:
        return None
    word = _WORD.match(text[digits.end() :].lstrip())
    multiple = _MULTIPLES.get(word[0].lower() if word else "", 1.0)
    grouped = _thousands(digits[0]) if of_people and multiple == 1.0 else None
    number = grouped or _number(digits[0])
    return None if number is None else number * multiple


def _thousands(digits: str) -> float | None:
    """The number of people that digits with one point tell, where the point groups them."""
    return float(digits.replace(".", "")) if _THOUSANDS.fullmatch(digits) else None


def _number(digits: str) -> float | None:
    """The number of digits with separators: those that stand several times, or a comma before three digits, group."""
    bare = _SPACES.sub("", digits)
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        group = "," if bare.rindex(".") > bare.rindex(",") else "."
        bare = bare.replace(group, "")
    elif points > 1 or commas > 1 or re.fullmatch(r"[0-9]{1,3},[0-9]{3}", bare):
        bare = bare.replace(".", "").replace(",", "")
    bare = bare.replace(",", ".")
    return float(bare) if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", bare) else None
