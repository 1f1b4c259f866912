"""Marks of values in the XML of a filled part, from which two parts follow: what is printed, and what is recorded.

They are between two characters that XML cannot represent, so that no value contains them. The mark in them is text of
the part that is recorded, and is left out of the other one.
"""

import re

BEGIN, END = "\x03", "\x04"
MARK = f"{BEGIN}[^{BEGIN}{END}]*{END}"
"""A mark in a filled part, as a regular expression."""
_MARK = re.compile(MARK)


def value_mark(mark: str) -> str:
    """Return a mark as it is in a filled part; nothing for an empty one."""
    return f"{BEGIN}{mark}{END}" if mark else ""


def printed_part(xml: str) -> str:
    """Return a filled part without its marks."""
    return _MARK.sub("", xml) if BEGIN in xml else xml


def recorded_part(xml: str) -> str:
    """Return a filled part with its marks as text."""
    return xml.replace(BEGIN, "").replace(END, "") if BEGIN in xml else xml
