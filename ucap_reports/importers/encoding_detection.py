"""Bytes of text files as text, in whatever encoding people send."""

import codecs
import re
import unicodedata

from ucap_reports.importers.latin_encodings import likeliest_latin
from ucap_reports.importers.office_archive import archive_problem
from ucap_reports.problems import Location, Problem

MAX_TEXT = 8 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("euc_kr", "gb18030", "cp932", "big5")
"""Encodings of Korean, Chinese and Japanese, in the order in which they are tried: the narrowest first."""
_ALPHABETS = ("cp1251", "cp1253")
_WESTERN = "cp1252"
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_LONGEST_ACCENTED = 2
"""In Western text more letters with accents than this seldom stand together."""
_MIXED_CASE = re.compile(r"[\u03b1-\u03c9\u03ac-\u03ce\u0430-\u044f][\u0391-\u03a9\u0410-\u042f]")
"""A capital inside a word, which a wrong encoding makes."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")


def decoded(content: bytes, path: str) -> tuple[str, list[Problem]]:
    """The text and, where its encoding had to be guessed, a warning; raises ProblemsFound for what is no text."""
    if len(content) > MAX_TEXT:
        raise archive_problem("import-too-large", "this file is larger than any table of plans", None, path)
    if not content.strip():
        raise archive_problem("import-empty", "this file is empty", None, path)
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return _strict(content.removeprefix(mark), marked, path), []
    if (encoding := _wide_pattern(content)) is not None:
        return _strict(content, encoding, path), []
    try:
        return _printable(content.decode("utf-8"), path), []
    except UnicodeDecodeError:
        return _guessed(content, path)


def _strict(content: bytes, encoding: str, path: str) -> str:
    try:
        return _printable(content.decode(encoding), path)
    except UnicodeDecodeError:
        hint = "save it in the encoding UTF-8"
        raise archive_problem("import-encoding", f"this file is no text in {encoding.upper()}", hint, path) from None


def _printable(text: str, path: str) -> str:
    if _CONTROL.search(text):
        hint = "tables are read from .csv and .xlsx, text from .txt, Word files from .docx"
        raise archive_problem("import-encoding", "this file holds more than text", hint, path)
    return text


def _wide_pattern(content: bytes) -> str | None:
    """UTF-16 without a byte order mark, told by its zeros."""
    sample = content[:4096]
    if sample[1::2].count(0) * 3 > len(sample):
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) * 3 > len(sample) else None


def _guessed(content: bytes, path: str) -> tuple[str, list[Problem]]:
    """The text in the encoding that makes the likeliest letters of it."""
    western = content.decode(_WESTERN, errors="replace")
    encoding = None
    if any(len(run) > _LONGEST_ACCENTED for run in _FOREIGN.findall(western)):
        encoding = next((name for name in (*_WIDE, *_ALPHABETS) if _fits(content, name)), None)
    encoding = encoding or likeliest_latin(content) or _WESTERN
    text = content.decode(encoding, errors="replace")
    if _CONTROL.search(text):
        hint = "save it in the encoding UTF-8"
        raise archive_problem("import-encoding", "the encoding of this file cannot be told", hint, path)
    hint = "if letters are wrong, save the file in the encoding UTF-8 and import it again"
    message = f"this file is not in UTF-8; it was read as {encoding}"
    return text, [Problem.warning("import-encoding", message, hint, Location(path))]


def _fits(content: bytes, encoding: str) -> bool:
    """Whether the text makes sense in that encoding: only letters that are in use, of the scripts it is made for."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    foreign = [character for character in "".join(_FOREIGN.findall(text)) if character.isalpha()]
    scripts = [unicodedata.name(character, "").split(" ")[0] for character in foreign]
    wanted = {
        "gb18030": {"CJK"},
        "cp932": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
        "euc_kr": {"HANGUL"},
        "big5": {"CJK"},
        "cp1251": {"CYRILLIC"},
        "cp1253": {"GREEK"},
    }[encoding]
    if encoding in _ALPHABETS and _MIXED_CASE.search(text):
        return False
    rare = sum(not _is_common(character, encoding) for character in foreign)
    return bool(foreign) and all(script in wanted for script in scripts) and rare * 10 <= len(foreign)


def _is_common(character: str, encoding: str) -> bool:
    """Whether a Chinese character is among those that the encoding has for everyday use."""
    lead = character.encode(encoding, errors="replace")
    match encoding:
        case "gb18030":
            return len(lead) == 2 and 0xB0 <= lead[0] <= 0xD7 and lead[1] >= 0xA1  # noqa: PLR2004 - level 1 of GB 2312
        case "euc_kr":
            return len(lead) == 2 and 0xB0 <= lead[0] <= 0xC8  # noqa: PLR2004 - the syllables of KS X 1001
        case "big5":
            return len(lead) == 2 and 0xA4 <= lead[0] <= 0xC6  # noqa: PLR2004 - the frequent ones of Big5
        case _:
            return True
