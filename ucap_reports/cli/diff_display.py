"""The differences between two editions of plans as text, as JSON and as a web page."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from msgspec import to_builtins

from ucap_reports.cli.terminal import TerminalColour, painted
from ucap_reports.plan.plan_changes import ChangeKind, PlanChange, PlanDifference
from ucap_reports.problems.visible_text import visible
from ucap_reports.text.text_comparison import Mark, MarkedText, marked_words

_COLOURS = {Mark.OLD: TerminalColour.RED, Mark.NEW: TerminalColour.GREEN}
_SIGNS = {Mark.OLD: ("[-", "-]"), Mark.NEW: ("{+", "+}")}
_ELEMENTS = {Mark.OLD: "del", Mark.NEW: "ins", Mark.SAME: "span"}


def difference_record(difference: PlanDifference) -> dict[str, Any]:
    """Return the record of a plan in the JSON report: each change with the words that both editions have and those of
    one.
    """
    record: dict[str, Any] = to_builtins(difference)
    for change, written in zip(difference.changes, record["changes"], strict=True):
        written["words"] = [to_builtins(part) for part in _words(change)]
    return record


def difference_text(difference: PlanDifference, *, colour: bool) -> str:
    """Return the changes of a plan as text: `[-old words-]` and `{+new words+}`."""
    lines = [painted(visible(_title(difference)), TerminalColour.BOLD, colour=colour)]
    for change in difference.changes:
        lines.append(f"  {painted(visible(_heading(change)), TerminalColour.CYAN, colour=colour)}")
        text = "".join(_marked(part, colour=colour) for part in _words(change))
        lines += [f"    {line}" for line in text.split("\n") if line.strip()]
    return "".join(f"{line}\n" for line in lines)


def marked_text(old: str, new: str) -> str:
    """Return the words of both texts, those that differ marked: `[-old words-]` and `{+new words+}`."""
    return "".join(_marked(part, colour=False) for part in marked_words(old, new))


def difference_page(differences: Iterable[PlanDifference]) -> str:
    """Return the changes of all plans as a web page in one file."""
    body = "\n".join(line for difference in differences for line in _page_lines(difference)) or "<p>No differences.</p>"
    page = Path(__file__).with_name("diff_page.html").read_text(encoding="utf-8")
    return Template(page).substitute(differences=body)


def _title(difference: PlanDifference) -> str:
    names = f"{difference.old} → {difference.new}" if difference.old and difference.new else ""
    return f"{difference.plan}: {difference.status}{f' ({names})' if names else ''}"


def _heading(change: PlanChange) -> str:
    origin = f" from {change.origin}" if change.origin and change.origin != change.field else ""
    return f"{change.field}: {change.kind.value}{origin}"


def _words(change: PlanChange) -> tuple[MarkedText, ...]:
    """Return the words of a change; a text that has moved is shown once, and an order as a whole."""
    if change.kind in {ChangeKind.REORDERED, ChangeKind.RENAMED}:
        return (MarkedText(Mark.OLD, change.old), MarkedText(Mark.SAME, "\n"), MarkedText(Mark.NEW, change.new))
    return marked_words(change.old, change.new)


def _marked(part: MarkedText, *, colour: bool) -> str:
    lines = (visible(line) for line in part.text.split("\n"))
    if part.mark is Mark.SAME:
        return "\n".join(lines)
    before, after = ("", "") if colour else _SIGNS[part.mark]
    inked = (painted(line, _COLOURS[part.mark], colour=colour) for line in lines)
    return "\n".join(f"{before}{line}{after}" if line else line for line in inked)


def _page_lines(difference: PlanDifference) -> Iterator[str]:
    yield f"<h2>{escape(_title(difference))}</h2>"
    for change in difference.changes:
        parts = "".join(
            f"<{_ELEMENTS[word.mark]}>{escape(word.text)}</{_ELEMENTS[word.mark]}>" for word in _words(change)
        )
        yield f"<h3>{escape(_heading(change))}</h3>\n<p>{parts}</p>"
