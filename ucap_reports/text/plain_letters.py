"""Texts without accents and other letters that many keyboards do not have, for sorting, searching and comparing."""

import unicodedata

PLAIN_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
"""Letters that Unicode does not decompose."""


def unaccented(text: str) -> str:
    """The text in Unicode's form NFKD without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def searchable(text: str) -> str:
    """The text in lower case and in plain letters."""
    return "".join(PLAIN_LETTERS.get(letter, letter) for letter in unaccented(text.casefold()))
