"""Rich text as authors write it: a subset of CommonMark with a few HTML tags."""

import re

from msgspec.structs import replace

from ucap_reports.problems import NOWHERE, Location, ProblemsFound, problem
from ucap_reports.text.links import may_contain_address
from ucap_reports.text.markup_reader import read
from ucap_reports.text.rich_text import Paragraph, RichText
from ucap_reports.text.typed_lists import BULLETS

MAX_CHARACTERS = 20_000
_PLAIN = re.compile(rf"(?![-+*#>=~|{BULLETS}]|\d+[.)])[^\\`*_\[\]<>&\n\r\t@→|~]*")
"""Text that cannot have markup, whatever its words."""
_BARE_MARKER = re.compile(r"[-+*]|\d+[.)]")


def parse_rich_text(text: str, location: Location = NOWHERE) -> RichText:
    """The blocks of a text; none if it has no words.

    Raises ProblemsFound with everything that is not allowed, at `location` or, without one, at its line and column in
    the text.
    """
    if len(text) > MAX_CHARACTERS:
        where = Location(line=1, column=1) if location == NOWHERE else location
        raise ProblemsFound([problem("text-too-long", where, limit=MAX_CHARACTERS)])
    stripped = text.strip(" ")
    if (_PLAIN.fullmatch(stripped) and not may_contain_address(stripped)) or _BARE_MARKER.fullmatch(stripped):
        return RichText.plain(stripped)
    rich_text, problems = read(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not problems:
        return rich_text
    raise ProblemsFound(found if location == NOWHERE else replace(found, location=location) for found in problems)


def parse_inline(text: str, location: Location = NOWHERE) -> RichText:
    """The one paragraph of a label, or no block if it has no words; raises ProblemsFound for anything more."""
    rich_text = parse_rich_text(text, location)
    match rich_text.blocks:
        case () | (Paragraph(),):
            return rich_text
        case _:
            raise ProblemsFound([problem("paragraph-needed", location)])
