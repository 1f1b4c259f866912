"""Warnings about list markers and emphasis that are printed as characters because of their place."""

import re
from collections.abc import Iterator

from ucap_reports.check.unfinished_sentences import rich_texts
from ucap_reports.check.yaml_misreadings import WrittenText, written_texts
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.text.rich_text import RichText
from ucap_reports.text.typed_lists import BULLETS, DASHES

_SEVERAL = 2
_BULLET = re.compile(rf"(?:^|\s)[{BULLETS}](?=\s*\w)")
_LISTED_LINE = re.compile(rf"^[ \t]*([-*+{BULLETS}{DASHES}])[ \t]*(?=\w)", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_AS_LIST = 'write a list: start each item with "- " on its own line'


def markup_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Warnings about every text."""
    rich = {loc: text for loc, text, _ in rich_texts(plan)}
    for text in written_texts(tree):
        printed = rich.get(text.loc, rich.get((*text.loc, "text")))  # an entry may be its text alone
        if hint := _run_together(text, printed):
            yield problem("bullets-run-together", tree.location(text.loc), hint=hint)
        # A backslash before a star means that stars are to be printed.
        if printed and "\\*" not in text.value and any("**" in run.text for run in printed.runs()):
            yield problem("emphasis-unclosed", tree.text_location(text.loc, text.value.index("**")))


def _run_together(text: WrittenText, printed: RichText | None) -> str | None:
    """What to do about items on lines of their own that are printed as one paragraph; None without such items."""
    in_value, in_file = map(_listed_lines, (text.value, text.written))
    if in_file >= _SEVERAL and in_value < in_file:
        return _AS_LIST if printed is None else 'write the text below |, each item on a line that starts with "- "'
    if printed is None:
        return _AS_LIST if in_value >= _SEVERAL or _is_crowded(text.value) else None
    if _has_crowded_line(text.value, printed) or ("\n" in text.value and _is_half_a_list(text.value)):
        return 'start each item with "- " on its own line, after an empty line'
    return None


def _listed_lines(text: str) -> int:
    """The number of lines that look like items; a text of one line is none of several."""
    return len(_LISTED_LINE.findall(text)) if "\n" in text else 0


def _has_crowded_line(written: str, printed: RichText) -> bool:
    """Whether several bullets are in one line of the text, or in one printed paragraph."""
    return any(map(_is_crowded, (*written.split("\n"), *(paragraph.text for paragraph in printed.paragraphs()))))


def _is_crowded(text: str) -> bool:
    """Whether one line has several bullets."""
    return any(map(text.__contains__, BULLETS)) and len(_BULLET.findall(text)) >= _SEVERAL


def _is_half_a_list(text: str) -> bool:
    """Whether some lines of a block, but not all, start with a dash that is not a list marker in CommonMark."""
    for block in _EMPTY_LINE.split(text):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        dashed = [line for line in lines if line.startswith(tuple(f"{dash} " for dash in DASHES))]
        if _SEVERAL <= len(dashed) < len(lines) and not any(line.startswith(("- ", "* ", "+ ")) for line in lines):
            return True
    return False
