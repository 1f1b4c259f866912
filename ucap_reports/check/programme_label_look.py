"""Warnings about the look of the programme label beside the emblem: it is upright, not underlined, in few colours."""

from collections.abc import Collection, Iterator

from ucap_reports.page.page_tree import PageTree, tree_paragraphs
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.text.rich_text import Run

ALLOWED = (Colour("003399"), Colour("000000"), Colour("FFFFFF"))
"""Reflex Blue on screens, black and white."""
_LOOKS = {"italic": "italic", "underline": "underlined"}


def label_look_warnings(tree: PageTree, words: Collection[str], opened: OpenedPack) -> Iterator[Problem]:
    """A warning `programme-label-altered` for each property that the label may not have.

    `words` are the texts of the label on the page. The footer repeats the label without the emblem and is not checked.
    """

    def at(style: str, rule: str) -> Location:
        return opened.tree.location(("theme", "styles", opened.pack.settings.theme.origin(style, rule), rule))

    for text in tree_paragraphs((*tree.headers, *tree.body)):
        runs = [each for each in text.content if isinstance(each, Run) and any(word in each.text for word in words)]
        if not runs:
            continue
        style = text.style
        if style.colour not in ALLOWED:
            yield problem("programme-label-altered", at(style.name, "colour"), look=f"in #{style.colour.hex}")
        for rule, look in _LOOKS.items():
            if getattr(style, rule):
                yield problem("programme-label-altered", at(style.name, rule), look=look)
            elif any(getattr(run, rule) for run in runs):
                where = Location(opened.pack.page_template.path, text.line)
                yield problem("programme-label-altered", where, look=look)
