"""The check of PDF files that strangers made, in their bytes, before a library reads them.

PDFium unpacks a stream completely before it says how large it is. So the streams of a file are unpacked here first, a
piece at a time, until a limit is reached. The check does not parse the file, because two parsers may disagree about a
hostile one: it looks at every position at which a stream could begin, and at every name of a filter.
"""

import re
import zlib
from collections.abc import Iterator

from ucap_reports.storage.reading_limits import MIB

MAX_PDF_BYTES = 32 * MIB
"""bytes"""
MAX_PDF_STREAMS = 20_000
"""streams"""
MAX_PDF_UNPACKED = 64 * MIB
"""bytes of all streams together, packed and unpacked; none may be encrypted, or have a filter that hides its size"""
_PIECE = 64 * 1024
_MAX_FILTERS = 4
_FIRST_FILTERS = {b"FlateDecode", b"Fl"}
_UNMEASURED_FILTERS = {b"LZWDecode", b"LZW", b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85", b"Crypt"}
"""Filters that programs rarely write today. Run lengths are not among them, since PDFium limits them to 20 MB."""
_STREAM = re.compile(rb"(?<!end)stream[^\r\n]*(?:\r\n?|\n|\Z)")
"""The keyword before the data of a stream (ISO 32000-1, 7.3.8.1); readers ignore the rest of its line."""
_TOKEN = re.compile(
    rb"""
    (?: [\0\t\n\f\r ] | % [^\r\n]* [\r\n] )*                # white space and comments
    (?: (?P<bracket> [\[\]] )
    | / (?P<name> [^\0\t\n\f\r ()<>\[\]{}/%]* )
    )?
    """,
    re.VERBOSE,
)
"""The start or end of an array, a name, or nothing of these, with the white space before it."""
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def _name(name: str) -> re.Pattern[bytes]:
    """Match a name, any of whose characters may be written as its number (ISO 32000-1, 7.3.5)."""
    return re.compile(b"/" + b"".join(b"(?:%c|#(?i:%02x))" % (byte, byte) for byte in name.encode()))


_FILTER, _ENCRYPT, _INDEX, _SIZE = map(_name, ("Filter", "Encrypt", "Index", "Size"))
_WIDTHS = re.compile(_name("W").pattern + rb"[\0\t\n\f\r ]*\[")
"""The widths of the entries of a cross-reference stream."""
_OFFSET_DIGITS = 10
MAX_PDF_OBJECTS = 300_000
"""The numbers of objects that a cross-reference table may list: libraries make an entry for each, also without data."""
_NUMBERS_OF_OBJECTS = re.compile(rb"[\0\t\n\f\r ]*(?:\[([\d\0\t\n\f\r ]*)\]|(\d+))")
"""The value of `/Index`, pairs of a first number and a count, or of `/Size`."""
_SUBSECTION = re.compile(rb"(?<!\d)\d+[\t\f ]+(\d{6,})[\t\f ]*[\r\n]")
"""The head of a part of a cross-reference table with a hundred thousand objects or more."""


class PdfLimitError(Exception):
    """A PDF exceeds a limit, or is stored in a way that hides its size; `is_hidden` is the latter."""

    def __init__(self, reason: str, *, is_hidden: bool = False) -> None:
        self.is_hidden = is_hidden
        super().__init__(reason)


def check_pdf_limits(pdf: bytes) -> None:
    """Check that a PDF is not too large, and that its streams unpack to at most `MAX_PDF_UNPACKED` bytes.

    Raises PdfLimitError.
    """
    if len(pdf) > MAX_PDF_BYTES:
        raise PdfLimitError(f"it is larger than {MAX_PDF_BYTES // 1024**2} MiB")
    if _ENCRYPT.search(pdf):
        raise PdfLimitError("it is encrypted", is_hidden=True)
    for match in _FILTER.finditer(pdf):
        if not _is_measured(pdf, match.end()):
            raise PdfLimitError("its compression is not supported", is_hidden=True)
    _check_objects(pdf)
    work = 0
    for number, match in enumerate(_STREAM.finditer(pdf), 1):
        for size in _unpacked_sizes(pdf, match.end()):
            work += size
            if work > MAX_PDF_UNPACKED:
                raise PdfLimitError(f"it unpacks to more than {MAX_PDF_UNPACKED // 1024**2} MiB")
        if number > MAX_PDF_STREAMS:
            raise PdfLimitError(f"it has more than {MAX_PDF_STREAMS:,} streams")


def _check_objects(pdf: bytes) -> None:
    """Check that cross-reference tables and streams list at most `MAX_PDF_OBJECTS` objects. Raises PdfLimitError."""
    too_many = PdfLimitError(f"it lists more than {MAX_PDF_OBJECTS:,} objects")
    for pdf_object in pdf.split(b"obj"):
        dictionary, _, _ = pdf_object.partition(b"stream")
        if _WIDTHS.search(dictionary) is None:  # `/Size` is also that of an attached file
            continue
        for match in (*_INDEX.finditer(dictionary), *_SIZE.finditer(dictionary)):
            numbers = _NUMBERS_OF_OBJECTS.match(dictionary, match.end())
            if numbers is None:
                raise PdfLimitError("its list of objects is not written as usual", is_hidden=True)
            written = numbers[2] if numbers[1] is None else numbers[1]
            if any(map(_is_above_limit, written.split())):
                raise too_many
    for match in _SUBSECTION.finditer(pdf):
        is_followed_by_entry = pdf[match.end() : match.end() + _OFFSET_DIGITS].isdigit()
        if is_followed_by_entry and _is_above_limit(match[1]):
            raise too_many


def _is_above_limit(number: bytes) -> bool:
    """Return whether a number of objects, of any length, is larger than `MAX_PDF_OBJECTS`."""
    digits = number.strip(b"\0").lstrip(b"0")
    if len(digits) > _OFFSET_DIGITS:
        return True
    return digits.isdigit() and int(digits) > MAX_PDF_OBJECTS


def _is_measured(pdf: bytes, start: int) -> bool:
    """Return whether the value of `/Filter` at `start` unpacks a stream with Deflate at most once, and
    with it first.
    """
    names: list[bytes] = []
    is_array = False
    while len(names) <= _MAX_FILTERS:
        token = _TOKEN.match(pdf, start)
        if token is None or token.lastindex is None:  # such as the number of an object that has the value
            return False
        start = token.end()
        if token["bracket"] == b"[":
            is_array = True
        elif token["name"] is not None:
            names.append(_ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), token["name"]))
        is_complete = token["bracket"] == b"]" or not is_array
        if is_complete:
            return _UNMEASURED_FILTERS.isdisjoint(names) and _FIRST_FILTERS.isdisjoint(names[1:])
    return False


def _unpacked_sizes(pdf: bytes, start: int) -> Iterator[int]:
    """Unpack a stream piece by piece, and yield the number of bytes that each piece reads and makes.

    Yield nothing for a stream that is not packed.
    """
    unpacker = zlib.decompressobj()
    packed = b""
    while not unpacker.eof:
        if not packed:
            packed = pdf[start : start + _PIECE]
            start += len(packed)
        if not packed:
            return
        try:
            unpacked = unpacker.decompress(packed, _PIECE)
        except zlib.error:
            return
        yield len(packed) - len(unpacker.unconsumed_tail) + len(unpacked)
        packed = unpacker.unconsumed_tail
