"""Text files: read from the disk, decoded and checked. Plans and the settings of packs are only read here."""

import codecs
import re
import unicodedata
from bisect import bisect_right
from contextlib import suppress
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.reading_limits import MAX_TEXT_FILE_BYTES
from ucap_reports.storage.safe_folder import (
    FileKind,
    IrregularFileError,
    LinkError,
    OutsideError,
    SafeFolder,
    outside_problem,
)

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n|\r|\n")
_LONE_RETURN = LazyPattern("\r(?!\n)")
"""A line end of the classic Mac OS."""


class Source(Struct, frozen=True):
    """The text of a file, whose lines end with a line feed, perhaps after a carriage return. `path` is its name in
    problems.
    """

    path: str
    text: str


def read_source(path: Path, shown: str | None = None, within: SafeFolder | None = None) -> Source:
    """Return the text of a file in UTF-8, or in UTF-16 or UTF-32 with a byte order mark.

    `shown` is its name in problems; `within` is as for `read_content`.

    Raises ProblemsFound when it is missing, a link, not a file, too large, empty, in another encoding, or has control
    characters.
    """
    name = path.as_posix() if shown is None else shown
    return decode_source(read_content(path, name, within=within), name)


def decode_source(content: bytes, name: str) -> Source:
    """Return the text of a file's content. Raises ProblemsFound as `read_source` does."""
    source = Source(name, with_line_feeds(_decode(content, name)))
    refuse_unprintable(source)
    return source


def readable_text(content: bytes) -> str:
    """Return the text of a file that may be damaged, with U+FFFD for what cannot be decoded."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return with_line_feeds(content.removeprefix(mark).decode(encoding, "replace"))
    return with_line_feeds(content.decode("utf-8", "replace"))


def with_line_feeds(text: str) -> str:
    """Return the text with a line feed for each carriage return alone, the line end of the classic Mac OS.

    YAML, PO files and XML have the same lines then, and each character its offset. A file that is edited gets line
    feeds.
    """
    return _LONE_RETURN.sub("\n", text) if "\r" in text else text


def source_line(source: Source, line: int) -> str:
    """Return the text of a line (counted from 1) without its end; empty if the source has no such line."""
    starts = _line_starts(source.text)
    if not 0 < line <= len(starts):
        return ""
    end = starts[line] if line < len(starts) else None
    return source.text[starts[line - 1] : end].rstrip("\r\n")


def read_content(path: Path, name: str, limit: int = MAX_TEXT_FILE_BYTES, within: SafeFolder | None = None) -> bytes:
    """Return the bytes of a file, which is opened without following links below `within`, by default its own folder.

    Raises ProblemsFound when it is missing, a link, not a file, or too large.
    """
    location = Location(name)
    safe_folder = within or SafeFolder(path.parent)
    try:
        content = safe_folder.read_file(path, limit + 1)
    except FileNotFoundError:
        raise ProblemsFound([problem("file-missing", location, form="file")]) from None
    except (LinkError, OutsideError) as error:
        raise ProblemsFound([outside_problem(error, name)]) from None
    except (IrregularFileError, IsADirectoryError):
        form = "irregular"
        with suppress(OSError):  # it may have been removed since
            if safe_folder.kind(path) is FileKind.FOLDER:
                form = "folder"
        raise ProblemsFound([problem("file-unreadable", location, form=form)]) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "its name is invalid"
        raise ProblemsFound([problem("file-unreadable", location, form="refused", reason=reason.lower())]) from None
    if len(content) > limit:
        raise too_large(name, limit)
    return content


def too_large(name: str, limit: int = MAX_TEXT_FILE_BYTES) -> ProblemsFound:
    """Return the error for a file that is larger than `limit` bytes."""
    return ProblemsFound([problem("file-too-large", Location(name), limit=f"{limit >> 20} MiB")])


def _decode(content: bytes, name: str) -> str:
    encoding = "utf-8"
    for mark, encoding_of_mark in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            content = content.removeprefix(mark)
            encoding = encoding_of_mark
            break
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="replace")
        where = locate(Source(name, before), len(before))
        byte = f"0x{content[error.start]:02X}"
        wrong = problem("encoding-invalid", where, form="text", encoding=encoding.upper(), byte=byte)
        raise ProblemsFound([wrong]) from None


def encoded_like(text: str, content: bytes) -> bytes:
    """Return the text in the encoding of a file with that content, with its byte order mark."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode()


def refuse_unprintable(source: Source) -> None:
    """Raise ProblemsFound if the text is empty or has a character that no document can print."""
    if not source.text.strip():
        raise ProblemsFound([problem("file-empty", Location(source.path))])
    character = _first_unprintable(source.text)
    if character is not None:
        where = locate(source, character.start())
        raise ProblemsFound([problem("control-character", where, character=character_name(character[0]))])


def unprintable(text: str) -> str | None:
    """Return the first character of `text` that no document can print, if there is one."""
    character = _first_unprintable(text)
    return character[0] if character else None


def without_unprintable(text: str) -> str:
    """Return the text without the characters that no document can print."""
    return _UNPRINTABLE.sub("", text)


def _first_unprintable(text: str) -> re.Match[str] | None:
    if text.replace("\n", "").isprintable():  # as most texts are, which takes a tenth of the search
        return None
    return _UNPRINTABLE.search(text)


def character_name(character: str) -> str:
    """Return the code point and the Unicode name of a character."""
    return f"the character U+{ord(character):04X} ({unicodedata.name(character, 'a control character')})"


def locate(source: Source, offset: int, name: str | None = None) -> Location:
    """Return the line and column of a character of the text; `name` is the field that it belongs to."""
    starts = _line_starts(source.text)
    line = bisect_right(starts, offset)
    column = offset - starts[line - 1] + 1
    return Location(source.path, line, column, name)


@lru_cache(maxsize=4)
def _line_starts(text: str) -> tuple[int, ...]:
    """Return the offset of the first character of each line."""
    if "\r" in text:
        line_ends = _LINE_END.finditer(text)
        return (0, *(line_end.end() for line_end in line_ends))
    lengths = [len(line) + 1 for line in text.split("\n")]
    return (0, *accumulate(lengths[:-1]))
