"""The theme's styles for the elements of a page, and the files of its fonts."""

from contextlib import suppress
from functools import lru_cache

from msgspec.structs import replace

from ucap_reports.fonts.font_faces import FAMILIES, family_source
from ucap_reports.fonts.font_sources import BOLD, REGULAR, FontSource
from ucap_reports.problems import ProblemsFound
from ucap_reports.template.figure_geometry import TILE_SIDE
from ucap_reports.template.lengths_and_colours import NO_SIDES, Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import BORDERS, NO_BLEED, FontFamily, Style, Theme
from ucap_reports.text.bounded_cache import kept_values
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


@kept_values(1024)
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


def theme_font(pack: Pack, family: FontFamily, *, bold: bool, italic: bool) -> FontSource | None:
    """Return the font of a weight and slant, or of the nearest file; None for a family that is not installed.

    What a family lacks, programs make themselves: bold text with thicker strokes, and slanted text.
    """
    if family.files is None:
        name = family.pdf or family.word
        if name not in FAMILIES or FAMILIES[name].folder is None:
            return None
        with suppress(ProblemsFound):
            return family_source(name, bold=bold, italic=italic)
        return None
    files = family.files
    path = files.nearest(bold=bold, italic=italic)
    weight = BOLD if path in {files.bold, files.bold_italic} else REGULAR
    if path not in pack.files:
        return None
    return FontSource(family.word, weight, content=pack.files[path].content, file=pack.files[path].path)
