"""Fields of Word files: the names on the list, and what is wrong with an instruction (ISO/IEC 29500-1, 17.16)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from itertools import chain

from ucap_reports.problems import Location, Problem
from ucap_reports.text.links import link_address

FIELDS = frozenset(
    (
        # numbers of pages, sections, lists and captions, and text that is elsewhere in the same file
        *("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "SEQ", "LISTNUM", "REF", "PAGEREF", "NOTEREF", "STYLEREF"),
        *("TOC", "TC", "INDEX", "XE", "HYPERLINK"),
        # properties that the product writes itself, dates among them
        *("TITLE", "SUBJECT", "KEYWORDS", "AUTHOR", "LASTSAVEDBY", "CREATEDATE", "SAVEDATE"),
        # calculations, characters and ruby text: they read nothing but their own instruction
        *("=", "IF", "SYMBOL", "EQ"),
    ),
)
"""The fields that a finished document may have. DATE, TIME and PRINTDATE are not among them, since what they show
depends on the day of reading; nor are FILENAME and USERNAME, which depend on the reader's machine; nor fields of forms
and mail merges, which somebody else would have to fill in; nor QUOTE and SET, which exist to make up instructions.
"""
FETCHING = frozenset(
    (
        *("DDE", "DDEAUTO", "INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "LINK", "DATABASE", "RD", "EMBED"),
        *("DATA", "MERGEFIELD", "NEXT", "NEXTIF", "SKIPIF", "MERGEREC", "MERGESEQ", "ADDRESSBLOCK", "GREETINGLINE"),
    ),
)
"""Refused fields that read another file or start another program: their problem has a code of its own."""
MADE, OTHER = "\x01", "\x02"
"""What represents another field in an instruction, and what represents anything but text."""
HINT = "replace the field by its text: Ctrl+Shift+F9 in Word"
_NAME = re.compile(rf'\s*(=|[a-z]+(?=[\s"\\{MADE}]|$))', re.IGNORECASE)
_SWITCHES = r'(?:\\[lot*]\s*(?:"[^"]*"|[^\s"\\]\S*+)\s*|\\[\w*]\s*)*+'
_LINK = re.compile(rf'\s*HYPERLINK\b\s*+{_SWITCHES}(?:"([^"]*)|((?!\\[^\\])[^\s"]\S*))', re.IGNORECASE)
"""The address of a HYPERLINK, which may follow switches and their arguments (17.16.5.25); its last quotation mark may
be missing.
"""
_TEXT = re.compile(r">([^<]+)<")
_WORDS = ("fldCharType=", "instr")
_TOKEN = re.compile(r'fldCharType="(\w+)"|instr="([^"]*)"|instrText(?:[^>/]*)>([^<]*)<')


def instruction_fault(instruction: str) -> tuple[str, str] | None:
    """The code and the message of what is wrong with a field's instruction; None for one on the list."""
    match = _NAME.match(instruction)
    if match is None:
        if instruction.lstrip().startswith(MADE):
            return "content-active", "the instruction of a field is made by another field"
        shown = " ".join(instruction.replace(OTHER, " ").replace(MADE, "{ }").split()[:1])
        return "content-active", f'a field has the unknown instruction "{shown}"'
    name = match[1].upper()
    if name in FETCHING:
        return "content-external", f"a field {name} reads something outside the file"
    if name not in FIELDS:
        return "content-active", f"a field {name} is not allowed"
    return _link_fault(instruction) if name == "HYPERLINK" else None


def _link_fault(instruction: str) -> tuple[str, str] | None:
    match = _LINK.match(instruction)
    address = (match[1] or match[2] or "#") if match else "#"
    if address.lstrip().startswith(MADE):
        return "content-active", "the address of a link field is made by another field"
    return None if is_link(address) else ("link-invalid", f'a link leads to "{address}"')


def is_link(target: str) -> bool:
    """Whether a link leads to the web, to mail or into its own file; without a scheme it would be a file."""
    is_absolute = target.lower().startswith(("http://", "https://", "mailto:"))
    return target.startswith("#") or (is_absolute and link_address(target) is not None)


def finished_problems(part: bytes, location: Location) -> Iterator[Problem]:
    """Errors for the fields of a finished part: those that are not on the list, and those without beginning or end."""
    if b"fldChar" in part or b":instr" in part:
        for code, message in _finished_faults(part):
            yield Problem.error(code, f"{message} in the finished document", HINT, location)


@lru_cache(maxsize=64)
def _finished_faults(part: bytes) -> tuple[tuple[str, str], ...]:
    """The faults of a part's fields; headers and footers are often the same from document to document."""
    faults = []
    for instruction in _instructions(part.decode()):
        fault = ("content-active", "a field has no beginning or no end") if instruction is None else None
        faults.append(fault or instruction_fault(instruction or ""))
    return tuple(fault for fault in faults if fault is not None)


def _instructions(part: str) -> Iterator[str | None]:
    """The instruction of each field of a part, as its XML has it; None for a field without beginning or end."""
    open_fields: list[list[str] | None] = []  # the pieces of each instruction, None once it has ended
    last = 0
    for token in _tokens(part):
        kind, simple, text = token.groups()
        pieces = open_fields[-1] if open_fields else None
        if pieces is not None:
            pieces += _TEXT.findall(part, last, token.start())
        if simple is not None or (text and pieces is None):
            yield unescape(simple or text or "")
        elif kind in ("separate", "end"):
            if pieces is not None:
                yield unescape("".join(pieces))
                open_fields[-1] = None
            if not open_fields:
                yield None
            elif kind == "end":
                open_fields.pop()
        if pieces is not None and (kind == "begin" or simple is not None):
            pieces.append(MADE)
        open_fields += [[]] if kind == "begin" else []
        last = token.end() if text is None else token.start()
    yield from (None for _ in open_fields)


def _tokens(part: str) -> Iterator[re.Match[str]]:
    """The fields' characters, instructions and simple fields in order, all inside the marks of XML.

    Two searches for words take less time than one for a pattern.
    """
    begin = end = last = 0
    for place in sorted(chain.from_iterable(_places(part, word) for word in _WORDS)):
        begin, end = max(begin, part.rfind("<", last, place)), max(end, part.rfind(">", last, place))
        last = place
        if begin >= end and (token := _TOKEN.match(part, place)) is not None:
            yield token


def _places(part: str, word: str) -> Iterator[int]:
    place = part.find(word)
    while place >= 0:
        yield place
        place = part.find(word, place + len(word))
