"""Problems as lines of text: the place and the message, the line of the file with a caret, and the hint."""

from ucap_reports.cli.terminal import TerminalColour, painted, width
from ucap_reports.problems import Problem, Severity
from ucap_reports.problems.visible_text import visible

INDENT = "  "
LONGEST_EXCERPT = 100
"""Characters of an excerpt; plans have whole paragraphs in one line."""
LONGEST_LEAD = 70
"""Characters before the caret."""
ELLIPSIS = "…"
COLOURS = {
    Severity.ERROR: TerminalColour.RED,
    Severity.WARNING: TerminalColour.YELLOW,
    Severity.INFO: TerminalColour.CYAN,
}


def problem_text(problem: Problem, line: str | None, *, colour: bool, more: int = 0) -> str:
    """The problem as a person reads it, without the last line end. Nothing in it is wrapped or read as markup.

    `line` is the line of the file that it is about, `more` the number of problems with the same code.
    """
    ink = COLOURS[problem.severity]
    code = painted(f"{problem.severity.value}[{problem.code}]", ink, colour=colour)
    place = painted(visible(str(problem.location)), TerminalColour.BOLD, colour=colour)
    head = ": ".join([*([place] if str(problem.location) else []), code, visible(problem.message)])
    texts = [f"{head} (and {more} more, shown with --verbose)" if more else head]
    if line is not None and line.strip():
        texts += _excerpt(line, problem.location.column, ink, colour=colour)
    if problem.hint:
        texts.append(f"  {painted('hint:', TerminalColour.CYAN, colour=colour)} {visible(problem.hint)}")
    return "\n".join(texts)


def _excerpt(line: str, column: int | None, ink: TerminalColour, *, colour: bool) -> list[str]:
    """The line, cut to what fits around the column, and below it a caret where the column is known."""
    place = (column or 1) - 1
    shown = [visible(character) for character in line.rstrip()]
    start = max(min(place, len(shown)) - LONGEST_LEAD, 0)
    end = start + LONGEST_EXCERPT
    before = (ELLIPSIS if start else "") + "".join(shown[start:place])
    text = before + "".join(shown[place:end]) + (ELLIPSIS if end < len(shown) else "")
    caret = [f"{INDENT}{' ' * width(before)}{painted('^', ink, colour=colour)}"] if column is not None else []
    return [f"{INDENT}{text}", *caret]
