"""Warnings about styles of the theme: those that nothing uses, whose lines overlap, or whose text is small."""

import re
from collections.abc import Iterable, Iterator

from ucap_reports.page.data_tables import CELL, HEAD, HEADING, TABLE, TOTAL
from ucap_reports.page.element_styles import COLUMN, LABEL, LINES, LISTS, NATURAL
from ucap_reports.problems import Location, Problem, did_you_mean, problem
from ucap_reports.source.yaml_tree import Loc
from ucap_reports.template.lengths_and_colours import TOLERANCE, Length
from ucap_reports.template.pack import BOOK_TEMPLATE
from ucap_reports.template.pack_opening import OpenedPack
from ucap_reports.template.picture_size import CAPTION, PHOTO
from ucap_reports.template.theme import SMALL_TEXT
from ucap_reports.word.compile.theme_styles import PREFIX

BUILT_IN = frozenset({
    *(*NATURAL.values(), COLUMN, LABEL, LINES, *LISTS, PHOTO, CAPTION),
    *(HEAD, CELL, TOTAL, TABLE, HEADING),
    *("body", "link", "contact", "footer-rule"),
})  # fmt: skip
"""Styles that a format uses without a class."""
CONTINUED = "-continued"
"""The suffix of the style of a row label that continues on the next page."""
_NAME = re.compile(r"[\w-]+")


def theme_warnings(opened: OpenedPack, word_styles: Iterable[str]) -> Iterator[Problem]:
    """Return `style-unused` for each style that only the pack itself has and no template uses, `text-small` and
    `leading-small`; `word_styles` are the names of the styles in the Word template.
    """
    pack, theme = opened.pack, opened.pack.settings.theme
    named = {*_NAME.findall(pack.page_template.content.decode("utf-8", "replace"))}
    if BOOK_TEMPLATE in pack.files:
        named |= {*_NAME.findall(pack.files[BOOK_TEMPLATE].content.decode("utf-8", "replace"))}
    named |= {name.removeprefix(PREFIX) for name in word_styles}
    named |= {*BUILT_IN, *(rules.like for rules in theme.styles.values() if rules.like)}
    for name in theme.styles:
        place = ("theme", "styles", name)
        if name.removesuffix(CONTINUED) not in named and opened.tree.depth(place) == 0:
            hint = did_you_mean(name, sorted(named & {*BUILT_IN, *theme.styles}))
            yield problem("style-unused", opened.tree.location(place, key=True), hint=hint, name=name)
    yield from _small_texts(opened)
    reported: set[Location] = set()
    for name, style in pack.theme.styles.items():
        places = [("theme", "styles", theme.origin(name, rule), rule) for rule in ("leading", "size")]
        location = opened.tree.location(min(places, key=opened.tree.depth))
        if style.leading < style.size and location not in reported:
            reported.add(location)
            yield problem("leading-small", location, name=name, leading=f"{style.leading:g}", size=f"{style.size:g}")


def _small_texts(opened: OpenedPack) -> Iterator[Problem]:
    """Return `text-small` for each size of the pack's own styles that is hard to read, in all scales."""
    theme = opened.pack.settings.theme
    sizes: list[tuple[Loc, Length | None]] = []
    sizes += [(("theme", "styles", name), rules.size) for name, rules in theme.styles.items()]
    for scale, styles in theme.scales.items():
        sizes += [(("theme", "scales", scale.value, name), rules.size) for name, rules in styles.items()]
    for path, size in sizes:
        if size is not None and size < SMALL_TEXT - TOLERANCE:
            place = opened.tree.location((*path, "size"))
            yield problem("text-small", place, name=str(path[-1]), size=f"{size:g}", least=f"{SMALL_TEXT:g}")
