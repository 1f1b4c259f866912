"""Rich text as authors write it, restricted CommonMark with a little HTML, read into the values of `rich_text`."""

import re

from msgspec.structs import replace

from ucap_reports.problems import NOWHERE, Location, Problem, ProblemsFound
from ucap_reports.text.links import may_hold_address
from ucap_reports.text.markup_reader import read
from ucap_reports.text.rich_text import Paragraph, RichText
from ucap_reports.text.typed_lists import BULLETS

MAX_CHARACTERS = 20_000
_PLAIN = re.compile(rf"(?![-+*#>=~|{BULLETS}]|\d+[.)])[^\\`*_\[\]<>&\n\r\t@→|~]*")
"""Text in which nothing can be markup, whatever it says."""
_BARE_MARKER = re.compile(r"[-+*]|\d+[.)]")


def parse_rich_text(text: str, location: Location = NOWHERE) -> RichText:
    """The blocks of a text; none where it holds no words.

    Raises ProblemsFound with everything that may not stand in it, each at `location` where that is given, else at its
    line and column in the text.
    """
    stripped = text.strip(" ")
    if (_PLAIN.fullmatch(stripped) and not may_hold_address(stripped)) or _BARE_MARKER.fullmatch(stripped):
        return RichText.plain(stripped)
    if len(text) > MAX_CHARACTERS:
        message = f"the text has more than {MAX_CHARACTERS:,} characters"
        problems = [Problem.error("text-too-long", message, "a summary has two pages", Location(line=1, column=1))]
    else:
        rich_text, problems = read(text.replace("\r\n", "\n").replace("\r", "\n"))
        if not problems:
            return rich_text
    raise ProblemsFound(problem if location == NOWHERE else replace(problem, location=location) for problem in problems)


def parse_inline(text: str, location: Location = NOWHERE) -> RichText:
    """The one paragraph of a label, or no block where it holds no words; raises ProblemsFound for anything more."""
    rich_text = parse_rich_text(text, location)
    match rich_text.blocks:
        case () | (Paragraph(),):
            return rich_text
        case _:
            hint = "write it as one line"
            problem = Problem.error("paragraph-needed", "one paragraph is needed here, no lists", hint, location)
            raise ProblemsFound([problem])
