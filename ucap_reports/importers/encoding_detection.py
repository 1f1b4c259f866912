"""Bytes of text files as text, in any encoding that office programs write.

Tables of plans are short, and mostly ASCII: charset-normalizer finds the encoding of 7 of the 13 texts in the tests.
Here an encoding is likely if the words that it makes could be words of a language it is for.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from msgspec import Struct, toml
from msgspec.structs import replace

from ucap_reports.problems import Location, Problem, ProblemsFound, Severity, problem
from ucap_reports.storage.decoding import BYTE_ORDER_MARKS
from ucap_reports.storage.reading_limits import MAX_IMPORT_CHARACTERS

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_LONGEST_ACCENTED = 2
"""In Western text more letters with accents than this are seldom next to each other."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_WORD = re.compile(r"[^\W\d_](?:[A-Za-z]|[^\x00-\x7f\s\u00a0\u00ab\u00bb\u2010-\u203a])*")
_SIGN_IN_WORD = re.compile(r"[\u0080-\u00bf\u00d7\u00f7\u2020-\u2126\u2200-\u25ff](?=[^\W\d_])")


class _Encodings(Struct, frozen=True):
    """The content of `encodings.toml`: the first bytes of common characters, and the letters of each language."""

    first_bytes: dict[str, tuple[int, int]]
    languages: dict[str, tuple[str, ...]]


@cache
def _encodings() -> _Encodings:
    return toml.decode(Path(__file__).with_name("encodings.toml").read_bytes(), type=_Encodings)


def decoded(content: bytes, path: str, problems: list[Problem]) -> str:
    """Return the text; `problems` gets a warning if its encoding is a guess. Raises ProblemsFound for other files."""
    if len(content) > MAX_IMPORT_CHARACTERS:
        raise ProblemsFound(
            [problem("import-too-large", Location(path), form="file", limit=MAX_IMPORT_CHARACTERS // 1024**2)]
        )
    if not content.strip():
        raise ProblemsFound([problem("import-empty", Location(path), form="file")])
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), None) or _utf_16(content)
    try:
        text = content.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        encoding = encoding or _likeliest(content)
        text = content.decode(encoding, errors="replace")
        guess = problem("import-encoding", Location(path), form="guess", encoding=encoding)
        problems.append(replace(guess, severity=Severity.WARNING))
    if _CONTROL.search(text):  # or what is not valid in the encoding of its byte order mark
        raise ProblemsFound([problem("import-encoding", Location(path), form="binary")])
    return text


def _utf_16(content: bytes) -> str | None:
    """UTF-16 without a byte order mark, recognised by its zeros."""
    sample = content[:4096]
    if sample[1::2].count(0) * 3 > len(sample):
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) * 3 > len(sample) else None


def _likeliest(content: bytes) -> str:
    """Return the encoding in which the fewest words are strange."""
    western = content.decode("cp1252", errors="replace")
    is_wide = any(len(run) > _LONGEST_ACCENTED for run in _FOREIGN.findall(western))
    first_bytes, languages = _encodings().first_bytes, _encodings().languages
    candidates = [*first_bytes, *languages] if is_wide else [*languages]
    strange: dict[str, int] = {}
    for name in candidates:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if name in languages:
            count = _strange_words(text, languages[name])
        else:
            count = _rare(text, name, *first_bytes[name])
        strange[name] = count + len(_CONTROL.findall(text))
    return min(strange, key=strange.__getitem__, default="cp1252")


def _strange_words(text: str, languages: Sequence[str]) -> int:
    """Return how many words have signs in their middle, letters of no single language, or a capital after a small
    letter.
    """
    strange = len(_SIGN_IN_WORD.findall(text))
    for word, times in Counter(_WORD.findall(text)).items():
        letters = {letter for letter in word.replace("İ", "i").lower() if letter > "\x7f"}
        inner = any(before.islower() and after.isupper() and after > "\x7f" for before, after in pairwise(word))
        if letters and (inner or not any(letters <= set(language) for language in languages)):
            strange += times
    return strange


def _rare(text: str, encoding: str, first: int, last: int) -> int:
    """Return how many letters do not have the first byte of a common one."""
    letters = (letter for letter in "".join(_FOREIGN.findall(text)) if letter.isalpha())
    return sum(not first <= letter.encode(encoding)[0] <= last for letter in letters)
