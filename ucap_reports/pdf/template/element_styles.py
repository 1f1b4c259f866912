"""The theme's styles for the page: decided once for a pack, and found by an element's class or by its nature."""

from functools import lru_cache

from msgspec.structs import replace

from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import NO_SIDES, Layout, Style, Theme

NATURAL = {
    "page-header": "header",
    "page-footer": "footer",
    "emblem": "emblem",
    "img": "picture",
    "h1": "title",
    "h2": "heading-2",
    "h3": "heading-3",
    "h4": "heading-4",
    "h5": "heading-5",
    "h6": "heading-6",
    "table": "table",
    "td": "cell",
}
"""The style of an element without a class, where the theme has it; else the text of its place, without any box."""
COLUMN, LABEL = "column", "label"
"""The styles of a `th` in the head and in the body of a table."""
LISTS = ("list", "list-2")
"""The styles of lists, by level."""
LINES = "line"
"""The style of a list without markers, one item a line."""


class Styles:
    """The styles of one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._decided: dict[str, Style] = {}
        self._texts: dict[str, Style] = {}
        self.names = frozenset(theme.styles)
        self.body = theme.style("body")

    def named(self, name: str) -> Style | None:
        """The theme's style of that name, if it has one."""
        if name not in self.names:
            return None
        style = self._decided.get(name)
        if style is None:
            style = self._decided[name] = self._theme.style(name)
        return style

    def natural(self, name: str, place: Style) -> Style:
        """The theme's style of that name; where it has none the text of the place."""
        return self.named(name) or self.text(place)

    def text(self, style: Style) -> Style:
        """The style of paragraphs inside a box of that style: its text, without the box."""
        text = self._texts.get(style.name)
        if text is None:
            text = self._texts[style.name] = _without_box(style)
        return text


def _without_box(style: Style) -> Style:
    none = Length(0)
    return replace(
        style,
        space_before=none,
        space_after=none,
        indent=none,
        marker="",
        background=None,
        padding=NO_SIDES,
        gap=none,
        layout=Layout.STACK,
        width=None,
        height=None,
        rule_below=None,
        rule_start=None,
    )


@lru_cache(maxsize=32)
def styles_of(pack: Pack) -> Styles:
    """The styles of an opened pack."""
    return Styles(pack.theme)
