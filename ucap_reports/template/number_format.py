"""How a pack prints numbers, given by how it prints 13600000: "13.6 Mio", "13,600,000", "13 600 000".

`summary/pack_words.py` prints numbers in languages that Babel knows, with the same rule for millions.
"""

import re

from msgspec import Struct

MILLION = 1_000_000
_MILLIONS = re.compile(r"13([.,])6(\s*[^\s\d.,].*)")
_GROUPED = re.compile(r"13(\D?)600\1(?:000)")


class NumberFormat(Struct, frozen=True):
    """The separators, and the text after a number of millions (empty: millions are printed in full)."""

    group: str
    point: str
    millions: str = ""

    @classmethod
    def from_example(cls, example: str) -> "NumberFormat":
        """Return the format of an example. Raises ValueError if the example is not the number 13600000."""
        if match := _MILLIONS.fullmatch(example):
            point = match[1]
            return cls("," if point == "." else ".", point, match[2])
        if match := _GROUPED.fullmatch(example):
            return cls(match[1], "," if match[1] in {".", " ", "\u00a0", "\u202f"} else ".")
        raise ValueError(f'"{example}" is not the number 13600000')


def number_text(value: float, example: str, decimals: int = 0) -> str:
    """Return the number in full with the separators of the example: 11760 is "11,760" for "13.6 Mio".

    It has at least `decimals` decimals and at most six.
    """
    form = NumberFormat.from_example(example)
    whole, _, fraction = f"{value:,.6f}".rstrip("0").partition(".")
    fraction = fraction.ljust(decimals, "0")
    return whole.replace(",", form.group) + (form.point + fraction if fraction else "")


def figure_text(value: float, example: str, *, in_millions: bool | None = None, decimals: int = 0) -> str:
    """Return the number as in the example: millions with their word ("13.6 Mio") and at most one decimal.

    `in_millions` prints also smaller numbers, or no numbers, in millions, with `decimals` decimals.
    """
    if not is_in_millions(value, example, wanted=in_millions):
        return number_text(value, example)
    millions = number_text(round(value / MILLION, max(decimals, 1)), example, decimals)
    return millions + NumberFormat.from_example(example).millions


def is_in_millions(value: float, example: str, *, wanted: bool | None = None) -> bool:
    """Return whether the number is printed in millions: from a million on, if the example has a word for them.

    `wanted` decides it for numbers of any size.
    """
    if not NumberFormat.from_example(example).millions:
        return False
    return value >= MILLION if wanted is None else wanted
