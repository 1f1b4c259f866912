"""What an imported file says that has no field: it is reported, and kept as comments at the end of the plan file.

The editor finds it there again.
"""

import re
import textwrap
from collections.abc import Sequence

from ucap_reports.importers.parsed_summary import Leftover
from ucap_reports.plan.writing.plan_file import WIDTH
from ucap_reports.problems import Location, Problem, problem, shortened

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_LEFT_OVER = "Not imported into any field, with the place in the file:"
"""The comment above what has no field."""
_COMMENTS = textwrap.TextWrapper(
    WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False
)


def unplaced_problem(leftover: Leftover) -> Problem:
    """Return the warning about words that have no field."""
    shown = f"{leftover.name.rstrip(': ')}: {leftover.text}" if leftover.name else leftover.text
    return problem("import-unplaced", leftover.location, form="text", text=on_one_line(shown))


def aside_problem(aside: Leftover) -> Problem:
    """Return the warning about something beside the text of a file."""
    if not aside.text.strip():
        return problem("import-aside", aside.location, form="bare", name=aside.name)
    return problem("import-aside", aside.location, form="words", name=aside.name, text=on_one_line(aside.text))


def on_one_line(text: str) -> str:
    """Return the text on one line, as long as a message shows it."""
    return shortened(" ".join(text.split()))


def closing_comments(leftovers: Sequence[Leftover]) -> list[str]:
    """Return the comments at the end: everything that has no field."""
    lines = as_comments(_LEFT_OVER) if leftovers else []
    for leftover in leftovers:
        text = leftover.text
        if leftover.name:
            text = f"{leftover.name.rstrip(':')}: {text}"
        where = _place_in_file(leftover.location)
        if where:
            text = f"{text} ({where})"
        lines.append("")
        lines += as_comments(text)
    return lines


def left_over_texts(text: str) -> list[str]:
    """Return the texts in the comments at the end of a plan file that were not imported into any field."""
    lines = text.splitlines()
    if f"# {_LEFT_OVER}" not in lines:
        return []
    texts: list[str] = []
    is_new = True
    for line in lines[lines.index(f"# {_LEFT_OVER}") + 1 :]:
        if not line.startswith("#"):
            is_new = True
        elif is_new:
            texts.append(line.removeprefix("#").strip())
            is_new = False
        else:
            texts[-1] += f" {line.removeprefix('#').strip()}"
    return texts


def as_comments(text: str) -> list[str]:
    """Return a text as comments, wrapped, without signs that YAML does not allow."""
    if _is_comment_line(text):
        return [_COMMENTS.initial_indent + text]
    comments = []
    for line in _UNPRINTABLE.sub(" ", text).split("\n"):
        if _is_comment_line(line):
            comments.append(_COMMENTS.initial_indent + line)
        else:
            comments += _COMMENTS.wrap(line) or ["#"]
    return comments


def _is_comment_line(text: str) -> bool:
    """Return whether a text would be wrapped to itself, as most cells of large tables; wrapping takes 15 times as long
    as this.
    """
    fits = 0 < len(text) <= WIDTH - len(_COMMENTS.initial_indent)
    return fits and text.isprintable() and text == text.strip()


def _place_in_file(location: Location) -> str:
    if not location.line:
        return location.place or ""
    return f"line {location.line}, {location.place}" if location.place else f"line {location.line}"
