"""Marks of lists and emphasis that are printed as letters, because of where they stand."""

import re
from collections.abc import Iterator

from ucap_reports.check.cut_texts import rich_texts
from ucap_reports.check.yaml_misreadings import WrittenText, written_texts
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Problem
from ucap_reports.source.tree import Loc, Tree
from ucap_reports.text.rich_text import RichText
from ucap_reports.text.typed_lists import BULLETS, DASHES

_SEVERAL = 2
_BULLET = re.compile(rf"(?:^|\s)[{BULLETS}](?=\s*\w)")
_LISTED_LINE = re.compile(rf"^[ \t]*([-*+{BULLETS}{DASHES}])[ \t]*(?=\w)", re.MULTILINE)
_LIST = 'write a list: begin each item with "- " on a line of its own, a space after the dash'
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")


def markup_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Warnings about every text."""
    rich = {loc: text for loc, text, _ in rich_texts(plan)}
    for text in written_texts(tree):
        printed = rich.get(_place(text.loc, rich))
        yield from _run_together(text, printed, tree)
        if printed is not None:
            yield from _unclosed_emphasis(text, printed, tree)


def _place(loc: Loc, rich: dict[Loc, RichText]) -> Loc:
    """The place of a rich text, where an entry that has no fields is the text of one."""
    return loc if loc in rich else (*loc, "text")


def _run_together(text: WrittenText, printed: RichText | None, tree: Tree) -> Iterator[Problem]:
    """Items that their author has put on lines of their own, and that are printed as one paragraph."""
    in_value = list(_LISTED_LINE.finditer(text.value))
    in_file = list(_LISTED_LINE.finditer(text.written))
    if len(in_file) >= _SEVERAL and len(in_value) < len(in_file):
        hint = 'write the text below |, each item on a line that begins with "- "' if printed is not None else _LIST
    elif printed is None:
        if len(in_value) < _SEVERAL and not _is_crowded(text.value):
            return
        hint = _LIST
    elif _has_crowded_line(text.value, printed) or _is_half_a_list(text.value):
        hint = 'begin each item with "- " on a line of its own, and leave an empty line before the first'
    else:
        return
    yield Problem.warning(
        "bullets-run-together", "this list is printed as one paragraph", hint, tree.location(text.loc)
    )


def _has_crowded_line(written: str, printed: RichText) -> bool:
    """Whether several bullets stand in a line of the text, or have come into one paragraph."""
    lines = [*written.split("\n"), *(paragraph.text for paragraph in printed.paragraphs())]
    return any(map(_is_crowded, lines))


def _is_crowded(text: str) -> bool:
    """Whether one paragraph holds several bullets."""
    return any(map(text.__contains__, BULLETS)) and len(_BULLET.findall(text)) >= _SEVERAL


def _is_half_a_list(text: str) -> bool:
    """Whether some lines of a block, but not all, begin with a dash that is no mark of a list to CommonMark."""
    for block in _EMPTY_LINE.split(text):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        dashed = [line for line in lines if line.startswith(tuple(f"{dash} " for dash in DASHES))]
        if _SEVERAL <= len(dashed) < len(lines) and not any(line.startswith(("- ", "* ", "+ ")) for line in lines):
            return True
    return False


def _unclosed_emphasis(text: WrittenText, printed: RichText, tree: Tree) -> Iterator[Problem]:
    """Two stars that are printed, though their author has not asked for that by a backslash."""
    if "\\*" in text.value or not any("**" in run.text for run in printed.runs()):
        return
    message = "** is printed as it is written: its pair is missing, or a space stands on the inner side"
    where = tree.text_location(text.loc, text.value.index("**"))
    yield Problem.warning("emphasis-unclosed", message, "write **the words** for bold, \\*\\* for two stars", where)
