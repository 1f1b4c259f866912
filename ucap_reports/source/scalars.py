"""Values of scalars in the core schema of YAML 1.2.2 (section 10.3), and places of their characters in the file.

Numbers keep the text that they were written as: the digits of "757.20" matter to readers.
"""

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache

_INTEGER = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_NUMBER_STARTS = frozenset("+-.0123456789")
_CONSTANTS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_VISIBLE = {
    "": re.compile(r"(\S)"),
    "'": re.compile(r"(''|\S)"),
    '"': re.compile(r"\\[abtnvfre N_LP\s]|(\\(?:x..|u.{4}|U.{8}|.)|\S)"),
}
"""The visible characters of a scalar by its quotes, each as it is written; escapes of white space have no group."""
_CLOSING_QUOTES = "”“’‘»"  # noqa: RUF001 - all of them
_IN_CURLY_QUOTES = re.compile(r"“[^“”]*”?|„[^“”]*[“”]?|‘[^‘]*’?|‚[^‘]*[‘’]?|«[^«»]*»?")  # noqa: RUF001 - as above


class WrittenInteger(int):
    """An integer with the text that it was written as."""

    text: str


class WrittenDecimal(float):
    """A decimal number with the text that it was written as."""

    text: str


Scalar = str | WrittenInteger | WrittenDecimal | bool | None


def plain_value(text: str) -> Scalar:
    """Return the value of an unquoted scalar: a number, true, false, null, or the text itself (dates are text)."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    number: WrittenInteger | WrittenDecimal
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text):
        number = WrittenInteger(int(text, 0) if text[:2] in {"0o", "0x"} else int(text))
    elif _FLOAT.fullmatch(text):
        number = WrittenDecimal(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    else:
        return text
    number.text = text
    return number


def written_offset(written: str, text: str, offset: int) -> int:
    """Return the place of character `offset` of `text` in `written`, a scalar as in the file, with quotes and block
    header.
    """
    return _written_offsets(written, text)[offset]


@lru_cache(maxsize=4)
def _written_offsets(written: str, text: str) -> Sequence[int]:
    """Return the place in `written` of each character of `text`, and of its end. A text with many problems is read
    once.

    Folding, indentation and escapes do not matter: both are read side by side, without white space.
    """
    quote = written[:1] if written[:1] in _VISIBLE else ""
    offset = written.find("\n") + 1 if written[:1] in {"|", ">"} else len(quote)
    visible = (match.span(1) for match in _VISIBLE[quote].finditer(written, offset) if match[1])
    end = (len(written), len(written))
    offsets = array("L")
    for character in text:
        if character.isspace():
            offsets.append(offset)
        else:
            start, offset = next(visible, end)
            offsets.append(start)
    offsets.append(next(visible, end)[0])
    return offsets


def curly_quotes(text: str) -> str | None:
    """Return the curly quotes around the complete text, as "“ ”", or an opening one that is not closed; None without
    them.
    """
    if not _IN_CURLY_QUOTES.fullmatch(text):
        return None
    return f"{text[0]} {text[-1]}" if text[-1] in _CLOSING_QUOTES else text[0]


def without_quotes(text: str) -> str:
    """Return the text without the curly quotes around it."""
    return text[1:].rstrip(_CLOSING_QUOTES).strip() if curly_quotes(text) else text
