"""Warnings about styles of the theme: those that nothing uses, and those whose lines overlap."""

import re
from collections.abc import Iterable, Iterator

from ucap_reports.page.element_styles import COLUMN, LABEL, LINES, LISTS, NATURAL
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.template.picture_size import CAPTION, PHOTO
from ucap_reports.word.compile.theme_styles import PREFIX

BUILT_IN = frozenset({
    *(*NATURAL.values(), COLUMN, LABEL, LINES, *LISTS, PHOTO, CAPTION),
    *("body", "link", "contact", "footer-rule"),
})  # fmt: skip
"""Styles that a format uses without a class."""
CONTINUED = "-continued"
"""The suffix of the style of a row label that continues on the next page."""
_NAME = re.compile(r"[\w-]+")


def theme_warnings(opened: OpenedPack, word_styles: Iterable[str]) -> Iterator[Problem]:
    """`style-unused` for each style that only the pack itself has and no template uses, and `leading-small`;
    `word_styles` are the names of the styles in the Word template.
    """
    pack, theme = opened.pack, opened.pack.settings.theme
    named = {*_NAME.findall(pack.page_template.content.decode("utf-8", "replace"))}
    named |= {name.removeprefix(PREFIX) for name in word_styles}
    named |= {*BUILT_IN, *(rules.like for rules in theme.styles.values() if rules.like)}
    for name in theme.styles:
        place = ("theme", "styles", name)
        if name.removesuffix(CONTINUED) not in named and opened.tree.depth(place) == 0:
            hint = did_you_mean(name, sorted(named & {*BUILT_IN, *theme.styles}))
            yield problem("style-unused", opened.tree.location(place, key=True), hint=hint, name=name)
    reported: set[Location] = set()
    for name, style in pack.theme.styles.items():
        places = [("theme", "styles", theme.origin(name, rule), rule) for rule in ("leading", "size")]
        location = opened.tree.location(min(places, key=opened.tree.depth))
        if style.leading < style.size and location not in reported:
            reported.add(location)
            yield problem("leading-small", location, name=name, leading=f"{style.leading:g}", size=f"{style.size:g}")
