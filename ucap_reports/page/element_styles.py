"""The theme's styles for the elements of a page."""

from functools import lru_cache

from msgspec.structs import replace

from ucap_reports.template.figure_geometry import TILE_SIDE
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import BORDERS, NO_BLEED, NO_SIDES, Style, Theme
from ucap_reports.text.language_tags import is_right_to_left

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTENTS = "contents"
NATURAL = {
    "page-header": "header",
    "page-footer": "footer",
    "img": "picture",
    "td": "cell",
    **{"h1": "title"} | {heading: f"heading-{heading[1]}" for heading in HEADINGS[1:]},
    **{name: name for name in ("foot", "emblem", "bar", "goal", "chart", "table", CONTENTS)},
}
"""The style of an element without a class, if the theme has it; otherwise the text of its parent, without a box."""
COLUMN, LABEL = "column", "label"
"""The styles of a `th` in the head and in the body of a table."""
LISTS = ("list", "list-2")
"""The styles of lists, by level."""
LINES = "line"
"""The style of a list without markers, with one item a line."""


def natural_style(theme: Theme, name: str, parent: Style) -> Style:
    """The theme's style of that name; if it has none, the text of the parent."""
    return theme.styles.get(name) or without_box(parent)


@lru_cache(maxsize=1024)
def figure_style(style: Style, language: str) -> Style:
    """The style of numbers below each other, whose last digits are at the right in every language."""
    return replace(style, align="start" if is_right_to_left(language) else "end")


@lru_cache(maxsize=256)
def tile_style(style: Style) -> Style:
    """The style of a tile of a goal, which has a width."""
    return style if style.width is not None else replace(style, width=TILE_SIDE)


@lru_cache(maxsize=1024)
def without_box(style: Style) -> Style:
    """The style of the paragraphs in a box of that style."""
    none = Length(0)
    return replace(
        style,
        **dict.fromkeys(("space_before", "space_after", "indent", "gap"), none),
        **dict.fromkeys(("background", "width", "height", "pin", *BORDERS.values()), None),
        marker="",
        padding=NO_SIDES,
        bleed=NO_BLEED,
        layout="stack",
    )
