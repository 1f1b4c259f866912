"""Writes `line_breaks.bin`: the line breaking class of each code point, from the Unicode database in uniseg.

Run as `python -m tests.make_line_breaks` when uniseg has a newer Unicode version. The file contains the
number of stretches of equal code points (4 bytes), the first code point of each (4 bytes each) and the class of each
(1 byte, `WIDE` more if the code points are wide), all little-endian.
"""

from itertools import groupby
from pathlib import Path
from struct import pack
from sys import maxunicode

from uniseg.linebreak import line_break
from uniseg.unicodedatawrapper import category, east_asian_width

from ucap_reports.pdf.text import line_breaking
from ucap_reports.pdf.text.line_breaking import CLASSES, WIDE

PATH = Path(line_breaking.__file__).with_name("line_breaks.bin")
RESOLVED = {"AI": "AL", "SG": "AL", "XX": "AL", "CJ": "NS"}
"""Classes that rule LB1 replaces."""
OWN_CLASS = {"\N{DOTTED CIRCLE}": "DOTTED", "\N{HYPHEN}": "HYPHEN"}
"""Characters that have a name in the rules."""


def class_name(character: str) -> str:
    """The line breaking class, refined by the general category where rules need it."""
    given: str = line_break(character).value
    general: str = category(character).value
    if given == "SA":
        return "CM" if general in {"Mn", "Mc"} else "AL"
    if given == "QU" and general in {"Pi", "Pf"}:
        return f"QU_{general.upper()}"
    return OWN_CLASS.get(character) or RESOLVED.get(given, given)


def class_number(character: str) -> int:
    """The class as in the file."""
    wide = east_asian_width(character).value in {"F", "W", "H"}
    return CLASSES.index(class_name(character)) + (WIDE if wide else 0)


def main() -> None:
    """Write the table."""
    stretches = groupby(range(maxunicode + 1), key=lambda code: class_number(chr(code)))
    numbered = [(next(codes), number) for number, codes in stretches]
    starts = [start for start, _ in numbered]
    content = pack(f"<{len(starts) + 1}I", len(starts), *starts) + bytes(number for _, number in numbered)
    PATH.write_bytes(content)


if __name__ == "__main__":
    main()
