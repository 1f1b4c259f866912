"""Bytes of text files as text, in any encoding that office programs write.

Tables of plans are short, and mostly ASCII: charset-normalizer finds the encoding of 7 of the 13 texts in the tests.
Here an encoding is likely if the words that it makes could be words of a language it is for.
"""

import codecs
import re
import unicodedata
from collections import Counter
from itertools import pairwise

from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound, problem

MAX_TEXT = 8 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_LONGEST_ACCENTED = 2
"""In Western text more letters with accents than this are seldom next to each other."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_WORD = re.compile(r"[^\W\d_]+(?:[^\x00-\x7f\s\u00a0\u00ab\u00bb\u2010-\u203a][^\W\d_]*)*")
_SIGN_IN_WORD = re.compile(r"[\u0080-\u00bf\u00d7\u00f7\u2020-\u2126\u2200-\u25ff](?=[^\W\d_])")
_WESTERN = (
    *("àâæçéèêëîïôœùûüÿ", "äöüß", "áéíóúüñ", "áâãàçéêíóôõúü", "àèéìíîòóùú", "åäöé", "åæøéèêóòô"),
    *("éèëïöüáíóú", "àçéèíïóòúü", "äöüõšž"),
)
_CENTRAL = (
    *("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţéá", "čćđšž", "äöüß", "áéíóúýôâ"),
)
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёђѓєѕіїјљњћќўџґ"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
_SINGLE = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöüõšž"),
    "cp1254": ("çğıİöşüâîû",),
    "cp1251": (_CYRILLIC,),
    "cp1253": (_GREEK,),
    "mac-roman": _WESTERN,
}
"""Encodings of one byte with the letters of the languages that they are for; of two that fit the first is likelier."""


class _Wide(Struct, frozen=True):
    """The scripts of an encoding of Korean, Chinese or Japanese, and the first bytes of its common characters."""

    scripts: frozenset[str]
    first: int = 0
    last: int = 0xFF


_WIDE = {
    "euc_kr": _Wide(frozenset({"HANGUL"}), 0xB0, 0xC8),  # the syllables of KS X 1001
    "gb18030": _Wide(frozenset({"CJK"}), 0xB0, 0xD7),  # level 1 of GB 2312
    "cp932": _Wide(frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"})),
    "big5": _Wide(frozenset({"CJK"}), 0xA4, 0xC6),  # the frequent characters of Big5
}
"""In the order in which they are tried: the narrowest first."""


def decoded(content: bytes, path: str) -> tuple[str, list[Problem]]:
    """The text and, where its encoding is a guess, a warning; raises ProblemsFound for other files."""
    if len(content) > MAX_TEXT:
        raise ProblemsFound([problem("import-too-large", Location(path), form="file", limit=MAX_TEXT // 1024**2)])
    if not content.strip():
        raise ProblemsFound([problem("import-empty", Location(path), form="file")])
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _wide_pattern(content)
    try:
        text, problems = content.decode(encoding or "utf-8").removeprefix("\ufeff"), []
    except UnicodeDecodeError:
        if encoding is not None:
            found = problem("import-encoding", Location(path), form="invalid", encoding=encoding.upper())
            raise ProblemsFound([found]) from None
        encoding = _likeliest(content)
        text = content.decode(encoding, errors="replace")
        problems = [problem("import-encoding", Location(path), form="guess", encoding=encoding)]
    if _CONTROL.search(text):
        raise ProblemsFound([problem("import-encoding", Location(path), form="binary")])
    return text, problems


def _wide_pattern(content: bytes) -> str | None:
    """UTF-16 without a byte order mark, recognised by its zeros."""
    sample = content[:4096]
    if sample[1::2].count(0) * 3 > len(sample):
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) * 3 > len(sample) else None


def _likeliest(content: bytes) -> str:
    """The encoding in which the fewest words are strange."""
    western = content.decode("cp1252", errors="replace")
    is_wide = any(len(run) > _LONGEST_ACCENTED for run in _FOREIGN.findall(western))
    strange: dict[str, int] = {}
    for encoding in (*(_WIDE if is_wide else ()), *_SINGLE):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        wide = _WIDE.get(encoding)
        strange[encoding] = _strange_words(text, _SINGLE[encoding]) if wide is None else _strange_signs(text, encoding)
    return min(strange, key=lambda encoding: strange[encoding], default="cp1252")


def _strange_words(text: str, languages: tuple[str, ...]) -> int:
    """How many words have signs in their middle, letters of no single language, or a capital after a small letter."""
    strange = len(_SIGN_IN_WORD.findall(text)) + len(_CONTROL.findall(text))
    for word, times in Counter(_WORD.findall(text)).items():
        letters = {letter for letter in word.replace("İ", "i").lower() if letter > "\x7f"}
        inner = any(before.islower() and after.isupper() and after > "\x7f" for before, after in pairwise(word))
        if letters and (inner or not any(letters <= set(language) for language in languages)):
            strange += times
    return strange


def _strange_signs(text: str, encoding: str) -> int:
    """How many characters are of another script, or rare."""
    wide = _WIDE[encoding]
    strange = len(_CONTROL.findall(text))
    for character in "".join(_FOREIGN.findall(text)):
        lead = character.encode(encoding)[0]
        script = unicodedata.name(character, "").split(" ")[0]
        strange += character.isalpha() and (script not in wide.scripts or not wide.first <= lead <= wide.last)
    return strange
