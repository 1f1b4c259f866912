r"""Control characters in text that is printed in a terminal or a log: they are written as codes, as in `\x1b`.

A terminal obeys control characters: they set its title, delete what it shows, or answer in the name of the person who
types. Direction marks and characters without width make a text look like another one (CVE-2021-42574). Every text
from files, such as the name of a reviewer, goes through `visible` before it is printed.
"""

import unicodedata

OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's classes of what a terminal obeys or hides: controls, direction marks, zero-width and line separators."""
_TAB = "    "


def visible(text: str) -> str:
    r"""Return the text on one line, with what a terminal would obey or hide written out, as in `\x1b` and `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def visible_lines(text: str) -> str:
    """Return the text with its line ends, and each line as `visible` returns it."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _visible(character: str) -> str:
    if character == "\t":
        return _TAB
    if unicodedata.category(character) in OBEYED:
        return character.encode("unicode_escape").decode("ascii")
    return character
