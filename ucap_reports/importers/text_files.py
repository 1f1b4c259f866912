"""Text files, in any encoding that office programs write, and the summaries in them: dumps of tables.

Tables of plans are short, and mostly ASCII: charset-normalizer finds the encoding of 7 of the 13 texts in the tests.
Here an encoding is likely if the words that it makes could be words of a language it is for.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, toml

from ucap_reports.importers.label_recognition import Labels, word_lists
from ucap_reports.importers.parsed_cells_and_lists import ParsedCell, ParsedRow, ParsedSummary, dump_text
from ucap_reports.problems import Location, Problem, ProblemsFound, problem, shortened
from ucap_reports.storage.decoding import BYTE_ORDER_MARKS, Source
from ucap_reports.storage.reading_limits import MAX_IMPORT_CHARACTERS, MAX_PARAGRAPHS

# Dumps of tables

_LINE_END = re.compile("\r\n|\r|\n")
_PAGE_BREAK = "\f"
_COLON = re.compile(r"(?P<label>[^:\uff1a]{2,200})[:\uff1a](?P<value>.*)")
_END = re.compile(r"[.!?:;\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*$")
_HYPHENATED = re.compile(r"[^\W\d_]-$")
"""The end of a line within a word."""
_SENTENCE = re.compile(r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[^a-z\s])")
_LAST_WORDS = 20
"""Characters at the end of a line that say whether it ends a sentence or is within a word."""
_Line = tuple[str, int]
"""A text and the number of its line."""


class _DumpRow(Struct):
    """A row as it is written: the label, its line, the cells with their first lines, and its page."""

    label: str
    line: int
    cells: list[_Line]
    page: int = 0

    @property
    def text(self) -> str:
        """The text of its only cell; empty if it has several."""
        return self.cells[0][0] if len(self.cells) == 1 else ""


_Rows = tuple[list[_DumpRow], list[list[_Line]]]
"""The rows of a text, and the groups of other lines."""


def parse_text_summary(source: Source, labels: Labels) -> ParsedSummary:
    """Return the summary in a text, with a warning for each sentence that a page break cuts.

    Raises ProblemsFound for a text with more lines than a summary can have.
    """
    lines = [(line, number) for number, line in enumerate(_LINE_END.split(source.text), 1)]
    if sum(1 for line, _ in lines if line.strip()) > MAX_PARAGRAPHS:
        large = problem("import-too-large", Location(source.path), form="lines", limit=MAX_PARAGRAPHS)
        raise ProblemsFound([large])
    rows, groups = _pages(lines, labels)

    def parsed(text: str, line: int) -> ParsedCell:
        return ParsedCell(dump_text(text), Location(source.path, line))

    parsed_rows: list[ParsedRow] = []
    for row in rows:
        cells = [parsed(text, line) for text, line in row.cells]
        parsed_rows.append(ParsedRow(parsed(row.label, row.line), tuple(cells)))
    around: list[tuple[ParsedCell, ...]] = []
    for group in groups:
        around.append(tuple([parsed(text, line) for text, line in group]))
    problems = _cut_sentences(rows, source.path)
    return ParsedSummary(source.path, tuple(parsed_rows), tuple(around), problems=tuple(problems))


def _pages(lines: Sequence[_Line], labels: Labels) -> _Rows:
    """Return the rows of a dump, and the groups of other lines: rows begin with a label; the lines after it, up to an
    empty one, belong to them.
    """
    rows: list[_DumpRow] = []
    groups: list[list[_Line]] = []
    page = 1
    is_in_row = False
    """Whether the next line belongs to the last row if it does not begin another one."""
    is_in_group = False
    """Whether it belongs to the last group."""
    is_after_text = False
    for line, number in lines:
        if _PAGE_BREAK in line:
            page += 1
        text = line.replace(_PAGE_BREAK, "").rstrip()
        if not text:
            if is_after_text:  # an empty line may be the end of a page
                page += 1
            is_in_row = is_in_group = is_after_text = False
            continue
        is_after_text = True
        row = _row(text, number, page, labels)
        if row is not None:
            rows.append(row)
            has_value = any(cell for cell, _ in row.cells)
            is_in_row = labels.takes_lines(row.label, is_empty=not has_value)
            is_in_group = False
        elif is_in_row:
            cells = rows[-1].cells
            before, first_line = cells[-1]
            cells[-1] = (_joined(before, text), first_line)
        elif is_in_group:
            groups[-1].append((text.strip(), number))
        else:
            groups.append([(text.strip(), number)])
            is_in_group = True
    return rows, groups


def _row(text: str, line: int, page: int, labels: Labels) -> _DumpRow | None:
    """Return the row that begins in a line: with a tab after its label, or with a colon after one that is known."""
    labelled = _COLON.match(text)
    if "\t" in text.strip():
        label, *cells = text.split("\t")
    elif labelled and labels.field_of_row(labelled["label"]):
        label = labelled["label"]
        cells = [labelled["value"]]
    else:
        return None
    return _DumpRow(label.strip(), line, [(cell.strip(), line) for cell in cells], page)


def _joined(before: str, text: str) -> str:
    """Return a cell with another of its lines: in the same sentence, or in a new paragraph with the spaces before it,
    by which items of the second level are known.
    """
    words = text.strip()
    if not before:
        return words
    last_words = before[-_LAST_WORDS:]  # a cell may have thousands of lines
    is_same_sentence = words[:1].islower() and not _END.search(last_words)
    if not is_same_sentence:
        return f"{before}\n{text}"
    first_word = words.split()[0]
    if _HYPHENATED.search(last_words) and first_word not in word_lists().connectors:
        return f"{before}{words}"  # the hyphen may be part of the word, as in "long-term"
    return f"{before} {words}"


def _cut_sentences(rows: Sequence[_DumpRow], path: str) -> Iterator[Problem]:
    """Yield a warning for each sentence that a page break cuts. Its words stay in the rows that the source prints."""
    for before, after in pairwise(rows):
        if before.page == after.page or before.label == after.label:  # the same label: one text
            continue
        start = _plain(before.text)
        end = _plain(after.text)
        is_cut = bool(start) and not _END.search(start) and end[:1].islower()
        if is_cut:
            last_sentence = _SENTENCE.split(start)[-1]
            labels = {"label": _plain(before.label), "next_label": _plain(after.label)}
            yield problem("import-sentence", Location(path, after.line), text=shortened(last_sentence, 40), **labels)


def _plain(cell: str) -> str:
    return re.sub(r"<[^<>]*>", "", cell).strip()


# The encoding of text files

_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_LONGEST_ACCENTED = 2
"""In Western text more letters with accents than this are seldom next to each other."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_UNDECODED = re.compile("[\udc80-\udcff]")
"""Bytes that are not valid in an encoding, as Python represents them (PEP 383)."""
_LEAST_VALID = 4
"""How many valid letters a text in UTF-8 has at least for each byte that is not valid."""
_REPLACED = "\ufffd"
"""What decoding makes of a byte that no character has in an encoding."""
_WORD = re.compile(r"[^\W\d_](?:[A-Za-z]|[^\x00-\x7f\s\u00a0\u00ab\u00bb\u2010-\u203a])*")
_SIGN_IN_WORD = re.compile(r"[\u0080-\u00bf\u00d7\u00f7\u2020-\u2126\u2200-\u25ff](?=[^\W\d_])")


def decoded(content: bytes, path: str, problems: list[Problem]) -> str:
    """Return the text; `problems` gets a warning if its encoding is a guess. Raises ProblemsFound for other files."""
    if len(content) > MAX_IMPORT_CHARACTERS:
        raise ProblemsFound(
            [problem("import-too-large", Location(path), form="file", limit=MAX_IMPORT_CHARACTERS // 1024**2)]
        )
    if not content.strip():
        raise ProblemsFound([problem("import-empty", Location(path), form="file")])
    marked_encoding = next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), None)
    encoding = marked_encoding or _utf_16(content)
    try:
        text = content.decode(encoding or "utf-8").removeprefix("\ufeff")
        is_text = True
    except UnicodeDecodeError:
        guessed = _guessed(content, encoding)
        text = guessed.text
        is_text = _REPLACED not in text
        problems.append(problem("import-encoding", Location(path), form="guess", encoding=guessed.encoding))
    if not is_text or _CONTROL.search(text):
        raise ProblemsFound([problem("import-encoding", Location(path), form="binary")])
    return text


class _GuessedText(NamedTuple):
    """A text, and the encoding in which it was read."""

    text: str
    encoding: str


def _guessed(content: bytes, marked_encoding: str | None) -> _GuessedText:
    """Return a text that is not valid in UTF-8, or in the encoding that its first bytes mark."""
    if marked_encoding is not None:
        return _GuessedText(content.decode(marked_encoding, errors="replace"), marked_encoding)
    mixed = _mixed(content)
    if mixed is not None:
        return _GuessedText(mixed, "utf-8 and cp1252")
    likeliest = _likeliest(content)
    return _GuessedText(content.decode(likeliest, errors="replace"), likeliest)


def _utf_16(content: bytes) -> str | None:
    """Return the kind of UTF-16 of a text without a byte order mark, recognised by its zeros; None for others."""
    sample = content[:4096]
    # The higher byte of most letters is 0: it is the second one of two if the lower byte comes first.
    if sample[1::2].count(0) * 3 > len(sample):
        return "utf-16-le"
    if sample[::2].count(0) * 3 > len(sample):
        return "utf-16-be"
    return None


def _mixed(content: bytes) -> str | None:
    """Return a text in UTF-8 with some letters in Windows-1252, as files have that were joined; None for others."""
    text = content.decode("utf-8", errors="surrogateescape")
    undecoded = len(_UNDECODED.findall(text))
    valid_letters = sum(1 for letter in text if letter > "\x7f") - undecoded
    if valid_letters < _LEAST_VALID * undecoded:
        return None
    return _UNDECODED.sub(_in_windows_1252, text)


def _in_windows_1252(undecoded: re.Match[str]) -> str:
    """Return the letter in Windows-1252 for a byte that is not valid in UTF-8."""
    byte = ord(undecoded[0]) & 0xFF
    return bytes([byte]).decode("cp1252", errors="replace")


def _likeliest(content: bytes) -> str:
    """Return the encoding in which the fewest words are strange."""
    western = content.decode("cp1252", errors="replace")
    is_wide = any(len(run) > _LONGEST_ACCENTED for run in _FOREIGN.findall(western))
    first_bytes = _encodings().first_bytes
    languages = _encodings().languages
    candidates = [*languages]
    if is_wide:  # of encodings that are equally likely, those with several bytes a letter come first
        candidates = [*first_bytes, *languages]
    strange_counts: dict[str, int] = {}
    for name in candidates:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if name in languages:
            count = _strange_words(text, languages[name])
        else:
            first, last = first_bytes[name]
            count = _rare(text, name, first, last)
        strange_counts[name] = count + len(_CONTROL.findall(text))
    return min(strange_counts, key=strange_counts.__getitem__, default="cp1252")


def _strange_words(text: str, languages: Sequence[str]) -> int:
    """Return how many words have signs in their middle, letters of no single language, or a capital after a small
    letter.
    """
    strange = len(_SIGN_IN_WORD.findall(text))
    for word, times in Counter(_WORD.findall(text)).items():
        in_small_letters = word.replace("İ", "i").lower()  # Python makes two characters of the former
        letters = {letter for letter in in_small_letters if letter > "\x7f"}
        if not letters:
            continue
        are_of_one_language = any(letters <= set(language) for language in languages)
        if not are_of_one_language or _has_inner_capital(word):
            strange += times
    return strange


def _has_inner_capital(word: str) -> bool:
    """Return whether a word has a capital that is not one of ASCII after a small letter."""
    return any(before.islower() and after.isupper() and after > "\x7f" for before, after in pairwise(word))


def _rare(text: str, encoding: str, first: int, last: int) -> int:
    """Return how many letters do not have the first byte of a common one, which is from `first` to `last`."""
    count = 0
    for letter in "".join(_FOREIGN.findall(text)):
        if letter.isalpha():
            first_byte = letter.encode(encoding)[0]
            if not first <= first_byte <= last:
                count += 1
    return count


class _Encodings(Struct, frozen=True):
    """The content of `encodings.toml`: the first bytes of common characters, and the letters of each language."""

    first_bytes: dict[str, tuple[int, int]]
    languages: dict[str, tuple[str, ...]]


@cache
def _encodings() -> _Encodings:
    return toml.decode(Path(__file__).with_name("encodings.toml").read_bytes(), type=_Encodings)
