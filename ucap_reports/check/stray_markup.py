"""Warnings about list markers and emphasis that are printed as characters because of their place."""

import re
from collections.abc import Iterator

from ucap_reports.check.unfinished_sentences import rich_texts
from ucap_reports.check.yaml_misreadings import WrittenText, written_texts
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.text.typed_lists import BULLETS, DASHES

_SEVERAL = 2
_BULLET = re.compile(rf"[{BULLETS}](?<!\S.)(?=\s*\w)")
"""A bullet before a word and not after one. It begins with a set, for which `re` searches five times faster."""
_LISTED_LINE = re.compile(rf"[-*+{BULLETS}{DASHES}][ \t]*\w")


def markup_warnings(plan: Plan, tree: Tree, fields: KnownFields = BUILT_IN) -> Iterator[Problem]:
    """Warnings about every text."""
    rich = {loc: text for loc, text, _ in rich_texts(plan, fields)}
    for text in written_texts(tree):
        printed = rich.get(text.loc, rich.get((*text.loc, "text")))  # an entry may be its text alone
        if _is_run_together(text, text.value if printed is None else printed.text):
            yield problem("bullets-run-together", tree.location(text.loc))
        stars = text.value.find("**")
        # A backslash before a star, or an entity for it, means that stars are to be printed.
        if printed and stars >= 0 and "\\*" not in text.value and any("**" in run.text for run in printed.runs()):
            yield problem("emphasis-unclosed", tree.text_location(text.loc, stars))


def _is_run_together(text: WrittenText, shown: str) -> bool:
    """Whether a line that looks like an item of a list is printed with its mark, or a line has several bullets."""
    listed = [line for line in map(str.strip, text.written.split("\n")) if _LISTED_LINE.match(line)]
    if len(listed) >= _SEVERAL and any(line in shown for line in listed):
        return True
    return any(len(_BULLET.findall(line)) >= _SEVERAL for line in (*text.value.split("\n"), *shown.split("\n")))
