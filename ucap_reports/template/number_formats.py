"""How a pack prints numbers, shown by the example of 13600000: "13.6 Mio", "13,600,000", "13 600 000"."""

import re

from msgspec import Struct

MILLION = 1_000_000
_MILLIONS = re.compile(r"13([.,])6(\s*[^\s\d.,].*)")
_GROUPED = re.compile(r"13(\D?)600\1(?:000)")


class NumberFormat(Struct, frozen=True):
    """What an example tells: the separators, and what follows a number of millions (empty: they are written out)."""

    group: str
    point: str
    millions: str = ""

    @classmethod
    def from_example(cls, example: str) -> "NumberFormat":
        """Read from how 13600000 is printed; ValueError where the example is not that number."""
        if match := _MILLIONS.fullmatch(example):
            point = match[1]
            return cls("," if point == "." else ".", point, match[2])
        if match := _GROUPED.fullmatch(example):
            return cls(match[1], "," if match[1] in {".", " ", "\u00a0", "\u202f"} else ".")
        raise ValueError(f'"{example}" does not show how 13600000 is printed; write 13.6 Mio or 13,600,000')


def number_text(value: float, example: str, decimals: int = 0) -> str:
    """The number in full, its thousands grouped as in the example: 11760 is "11,760" under "13.6 Mio". It has at least
    so many decimals, and six at most.
    """
    form = NumberFormat.from_example(example)
    whole, _, fraction = f"{value:,.6f}".rstrip("0").partition(".")
    fraction = fraction.ljust(decimals, "0")
    return whole.replace(",", form.group) + (form.point + fraction if fraction else "")


def figure_text(value: float, example: str) -> str:
    """The number as the example shows: from a million on with its word ("13.6 Mio") and one decimal at most."""
    form = NumberFormat.from_example(example)
    if not form.millions or value < MILLION:
        return number_text(value, example)
    return number_text(round(value / MILLION, 1), example) + form.millions
