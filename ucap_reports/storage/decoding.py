"""A file's text, read from disk: the only place where plans and settings of packs are read."""

import codecs
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, Problem, ProblemsFound

MAX_BYTES = 1 << 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n|\r|\n")


class Source(Struct, frozen=True):
    """A file's text under the name that problems show."""

    path: str
    text: str


def read_source(path: Path, shown: str | None = None) -> Source:
    """The text of a file in UTF-8, or in UTF-16 or UTF-32 with a byte order mark; problems name it as `shown`.

    Raises ProblemsFound when it is missing, no file, too large, empty, in another encoding or holds control characters.
    """
    name = path.as_posix() if shown is None else shown
    return decode_source(read_content(path, name), name)


def decode_source(content: bytes, name: str) -> Source:
    """The text of a file's content, with all that `read_source` raises for it."""
    source = Source(name, _decode(content, name))
    refuse_unprintable(source)
    return source


def source_line(source: Source, line: int) -> str:
    """The text of a line (counted from 1) without its end; empty where the source has no such line."""
    lines = _LINE_END.split(source.text)
    return lines[line - 1] if 0 < line <= len(lines) else ""


def read_content(path: Path, name: str) -> bytes:
    """The bytes of a file. Raises ProblemsFound when it is missing, no file, or too large."""
    here = Location(name)
    try:
        if path.exists() and not path.is_file():
            raise ProblemsFound([Problem.error("file-unreadable", "this is no file", "name a file", here)])
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ProblemsFound([Problem.error("file-missing", "there is no such file", None, here)]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is not valid"
        problem = Problem.error("file-unreadable", f"the file cannot be read: {reason}", None, here)
        raise ProblemsFound([problem]) from None
    if len(content) > MAX_BYTES:
        hint = "a plan is a few kilobytes; is this the right file?"
        raise ProblemsFound([Problem.error("file-too-large", "the file is larger than 1 MiB", hint, here)])
    return content


def _decode(content: bytes, name: str) -> str:
    marks = (found for found in _BYTE_ORDER_MARKS if content.startswith(found[0]))
    mark, encoding = next(marks, (b"", "utf-8"))
    content = content.removeprefix(mark)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="replace")
        message = f"the file is not in {encoding.upper()}: byte 0x{content[error.start]:02X}"
        where = locate(Source(name, before), len(before))
        problem = Problem.error("encoding-wrong", message, "save the file in the encoding UTF-8", where)
        raise ProblemsFound([problem]) from None


def refuse_unprintable(source: Source) -> None:
    """Raises ProblemsFound with one problem: the text is empty, or has a character that no document can print."""
    if not source.text.strip():
        raise ProblemsFound([empty_file(source)])
    if found := _UNPRINTABLE.search(source.text):
        hint = "remove it"
        if found[0] == "\0" and source.text.count("\0") * 3 > len(source.text):
            hint = "the file seems to be in UTF-16 without a byte order mark; save it in the encoding UTF-8"
        message = f"the file holds {character_name(found[0])}, which cannot be printed"
        problem = Problem.error("control-character", message, hint, locate(source, found.start()))
        raise ProblemsFound([problem])


def unprintable(text: str) -> str | None:
    """The first character of `text` that no document can print, if there is one."""
    found = _UNPRINTABLE.search(text)
    return found[0] if found else None


def empty_file(source: Source) -> Problem:
    """What to say of a file without content."""
    return Problem.error("file-empty", "the file is empty", "`ucap new` makes a plan to fill in", Location(source.path))


def character_name(character: str) -> str:
    """A character as a person can look it up, by its code point and name."""
    return f"the character U+{ord(character):04X} ({unicodedata.name(character, 'a control character')})"


def locate(source: Source, offset: int, name: str | None = None) -> Location:
    """The line and column of a character of the text."""
    starts = _line_starts(source.text)
    line = bisect_right(starts, offset)
    return Location(source.path, line, offset - starts[line - 1] + 1, name)


@lru_cache(maxsize=4)
def _line_starts(text: str) -> tuple[int, ...]:
    """The offset of each line's first character."""
    return (0, *(end.end() for end in _LINE_END.finditer(text)))
