"""The format of numbers, as the example of a pack shows it: 13600000 is "13.6 Mio", "13,600,000" or "13 600 000"."""

import re

from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern

_MILLIONS = re.compile(r"13([.,])6(\s*[^\s\d.,].*)")
_GROUPED = LazyPattern(r"13(\D?)600\1(?:000)")


class NumberFormat(Struct, frozen=True):
    """The separators, and the text after a number of millions (empty: millions are printed in full)."""

    group: str
    point: str
    millions: str = ""

    @classmethod
    def from_example(cls, example: str) -> "NumberFormat":
        """Return the format of an example. Raises ValueError if the example is not the number 13600000."""
        in_millions = _MILLIONS.fullmatch(example)
        if in_millions is not None:
            point = in_millions[1]
            group = "," if point == "." else "."
            return cls(group, point, millions=in_millions[2])
        grouped = _GROUPED.fullmatch(example)
        if grouped is not None:
            group = grouped[1]
            point = "," if group in {".", " ", "\u00a0", "\u202f"} else "."
            return cls(group, point)
        raise ValueError(f'"{example}" is not the number 13600000')
