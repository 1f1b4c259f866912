"""The programme label beside the emblem, as the emblem's rules want it: upright, not underlined, in few colours."""

from collections.abc import Collection, Iterator

from ucap_reports.pdf.template.page_tree import PageTree, TextBlock
from ucap_reports.pdf.template.page_trial import tree_paragraphs
from ucap_reports.problems import Location, Problem
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.text.rich_text import Run

ALLOWED = (Colour("003399"), Colour("000000"), Colour("FFFFFF"))
"""Reflex Blue as screens show it, and what may stand in its place."""


def label_look_warnings(tree: PageTree, words: Collection[str], opened: OpenedPack) -> Iterator[Problem]:
    """A warning `programme-label-altered` for each look that the label has and may not have. `words` are what the page
    shows as the label; the footer repeats it without the emblem, and is free.
    """
    for text in tree_paragraphs((*tree.header, *tree.body)):
        runs = [each for each in text.content if isinstance(each, Run) and any(word in each.text for word in words)]
        if not runs:
            continue
        if text.style.colour not in ALLOWED:
            yield _altered(f"in #{text.style.colour.hex}", _place(text, "colour", opened))
        for key in ("italic", "underline"):
            if getattr(text.style, key):
                yield _altered(_LOOKS[key], _place(text, key, opened))
            elif any(getattr(run, key) for run in runs):
                yield _altered(_LOOKS[key], Location(opened.pack.page_template.path, text.line))


_LOOKS = {"italic": "italic", "underline": "underlined"}


def _place(text: TextBlock, key: str, opened: OpenedPack) -> Location:
    """Where the theme says so of the paragraph's style, or of one that it is like."""
    theme, name = opened.pack.theme, text.style.name
    passed: list[str] = []
    while name not in passed and getattr(theme.styles[name], key) is None and theme.styles[name].like is not None:
        passed.append(name)
        name = theme.styles[name].like or name
    return opened.tree.location(("theme", "styles", name, key))


def _altered(look: str, location: Location) -> Problem:
    hint = "beside the emblem it is upright, not underlined, and in #003399, black or white"
    return Problem.warning("programme-label-altered", f"the programme label is {look}", hint, location)
