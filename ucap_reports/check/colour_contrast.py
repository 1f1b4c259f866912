"""Warnings about text whose colour has too little contrast with its background (WCAG 2.2, 1.4.3)."""

from collections.abc import Iterable, Iterator, Mapping

from ucap_reports.page.text_contrast import TextColours, contrast_low
from ucap_reports.problems import Location, Problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.pack_opening import OpenedPack

MOST_LISTED = 4
"""The largest number of styles in a message."""


def low_contrasts(found: Mapping[str, Iterable[TextColours]], opened: OpenedPack) -> Iterator[Problem]:
    """A warning `contrast-low` for each colour with too little contrast in a format, at the setting that determines it.

    The setting is the nearest one, so that it is the designer's own rather than an inherited one.
    """
    sources: dict[tuple[Colour, Colour, Location], tuple[dict[str, None], dict[str, None]]] = {}
    for format_, each in ((name, each) for name, texts in found.items() for each in texts):
        if each.is_readable:
            continue
        place = _place_of_colours(each.style, each.background, opened) if each.style else each.location
        source = f'"{each.style}"' if each.style else "direct formatting"
        names, formats = sources.setdefault((each.colour, each.background, place), ({}, {}))
        names[source] = formats[format_] = None
    for (colour, background, place), (names, formats) in sources.items():
        yield contrast_low(
            TextColours(colour, background, None, place), place, _listed(list(names)), _joined(list(formats))
        )


def _listed(sources: list[str]) -> list[str]:
    if len(sources) > MOST_LISTED:
        sources[MOST_LISTED - 1 :] = [f"{len(sources) - MOST_LISTED + 1} others"]
    return sources


def _joined(formats: list[str]) -> str:
    *others, last = formats
    return f"{', '.join(others)} and {last}" if others else last


def _place_of_colours(style: str, background: Colour, opened: OpenedPack) -> Location:
    """The setting in the nearest layer that determines the colour of a style or its background."""
    theme, styles = opened.pack.settings.theme, opened.pack.theme.styles
    origin = theme.origin(style, "colour")
    filled = (name for name, rules in theme.styles.items() if rules.background)
    behind = [name for name in filled if styles[name].background == background]
    places: list[Loc] = [("theme", "styles", origin, "colour")]
    places += [("theme", "styles", name, "background") for name in behind]
    named = [theme.styles[origin].colour, *(theme.styles[name].background for name in behind)]
    places += [("theme", "colours", name) for name in named if name in theme.colours]
    return opened.tree.location(min(places, key=opened.tree.depth))
