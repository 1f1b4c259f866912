"""The theme's styles for the elements of a page, resolved once for each pack."""

from functools import cache, lru_cache

from msgspec.structs import replace

from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import NO_SIDES, Layout, Style, Theme

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NATURAL = {
    "page-header": "header",
    "page-footer": "footer",
    "emblem": "emblem",
    "img": "picture",
    **{"h1": "title"} | {heading: f"heading-{heading[1]}" for heading in HEADINGS[1:]},
    "table": "table",
    "td": "cell",
}
"""The style of an element without a class, if the theme has it; otherwise the text of its parent, without a box."""
COLUMN, LABEL = "column", "label"
"""The styles of a `th` in the head and in the body of a table."""
LISTS = ("list", "list-2")
"""The styles of lists, by level."""
LINES = "line"
"""The style of a list without markers, with one item a line."""


class Styles:
    """The styles of a theme. `text` has the style of the paragraphs in a box of some style, see `_without_box`."""

    def __init__(self, theme: Theme) -> None:
        self._resolved = cache(theme.style)
        self.text = cache(_without_box)
        self.names = frozenset(theme.styles)
        self.body = theme.style("body")

    def named(self, name: str) -> Style | None:
        """The theme's style of that name, if it has one."""
        return self._resolved(name) if name in self.names else None

    def natural(self, name: str, parent: Style) -> Style:
        """The theme's style of that name; if it has none, the text of the parent."""
        return self.named(name) or self.text(parent)


def _without_box(style: Style) -> Style:
    """The style of a box's text, without the box."""
    none = Length(0)
    return replace(
        style,
        **dict.fromkeys(("space_before", "space_after", "indent", "gap"), none),
        **dict.fromkeys(("background", "width", "height", "rule_below", "rule_start"), None),
        marker="",
        padding=NO_SIDES,
        layout=Layout.STACK,
    )


@lru_cache(maxsize=32)
def styles_of(pack: Pack) -> Styles:
    """The styles of a pack."""
    return Styles(pack.theme)
