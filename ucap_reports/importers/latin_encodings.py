"""Which encoding of the Latin alphabet a text is in: the one in which its words could be words of some language."""

import re
from collections import Counter
from itertools import pairwise

_WESTERN = (
    *("àâæçéèêëîïôœùûüÿ", "äöüß", "áéíóúüñ", "áâãàçéêíóôõúü", "àèéìíîòóùú", "åäöé", "åæøéèêóòô"),
    *("éèëïöüáíóú", "àçéèíïóòúü", "äöüõšž"),
)
_CENTRAL = (
    *("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţéá", "čćđšž", "äöüß", "áéíóúýôâ"),
)
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöüõšž")
_TURKISH = ("çğıİöşüâîû",)
_ENCODINGS = (
    *(("cp1252", _WESTERN), ("cp1250", _CENTRAL), ("iso8859-2", _CENTRAL), ("cp1257", _BALTIC)),
    *(("cp1254", _TURKISH), ("mac-roman", _WESTERN)),
)
"""Encodings with the accented letters of the languages that they are for; of two that fit the first is the likelier."""
_WORD = re.compile(r"[^\W\d_]+(?:[^\x00-\x7f\s\u00a0\u00ab\u00bb\u2010-\u203a][^\W\d_]*)*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SIGN_IN_WORD = re.compile(r"[\u0080-\u00bf\u00d7\u00f7\u2020-\u2126\u2200-\u25ff](?=[^\W\d_])")


def likeliest_latin(content: bytes) -> str | None:
    """The encoding in which the fewest words are none; None where no encoding can be."""
    worth = {}
    for encoding, languages in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        worth[encoding] = _strange(text, languages)
    return min(worth, key=lambda encoding: worth[encoding], default=None)


def _strange(text: str, languages: tuple[str, ...]) -> int:
    """How many words have signs in their middle, letters of no language together, or a capital after a small letter."""
    strange = len(_SIGN_IN_WORD.findall(text)) + len(_CONTROL.findall(text))
    for word, times in Counter(_WORD.findall(text)).items():
        letters = {letter for letter in word.replace("İ", "i").lower() if letter > "\x7f"}
        inner = any(before.islower() and after.isupper() and after > "\x7f" for before, after in pairwise(word))
        if letters and (inner or not any(letters <= set(language) for language in languages)):
            strange += times
    return strange
