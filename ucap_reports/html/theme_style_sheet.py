"""The style sheet of a web page: a class for each style of the theme that the page tree uses, and for measures.

Lengths are in `rem`, and 1 rem is the size of the text that most of the page has: 17 pixels on a screen, and the size
of the theme in print, so that a printed page has the measures of the PDF. A policy forbids `style` attributes, so each
measure is a class; the names of these classes begin with an underscore. The class of a style has its name.

In the order of this file: the classes of a page and its complete style sheet (`PageStyles`), the declarations of a
style (`_declarations`, `_dark_declarations`), the fonts in the page (`font_rules`), and colours in dark mode.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.fonts.font_sources import BOLD, REGULAR, FontSource
from ucap_reports.fonts.font_subset import WebFont, web_font
from ucap_reports.page.emblem_rules import free_space
from ucap_reports.page.measured_lines import theme_font
from ucap_reports.page.page_tree import Division, Items, PageTree, PictureBlock, TextBlock, all_blocks, is_foot
from ucap_reports.template.lengths_colours_and_paper_sizes import POINTS_PER_UNIT, Colour, contrast
from ucap_reports.template.pack import STYLE_SHEET, Pack
from ucap_reports.template.theme_and_line_spacing import LEAST_ON_SCREENS, Align, DrawnRule, FontFamily, Style, Theme
from ucap_reports.text.rich_text import ARROW, ARROW_TO_LEFT, Marker, Run, list_sign

_BASE = Path(__file__).with_name("page.css").read_bytes()
_NARROWEST = 52.0
_WIDEST = 84.0
"""The least and the largest width of the content in rem, so that lines have 66 to 80 characters."""
_WITH_COLUMNS = 72.0
"""The least width of content with two text columns, so that their lines have as many."""
_WITHOUT_COLUMNS = 46.0
"""The same on screens that are too narrow for two text columns."""
_COLUMN = 31.0
"""The least width of a text column in rem."""


def _number_in_base(before: bytes, unit: bytes) -> float:
    """Return the number in page.css between its first `before` and the unit."""
    _, _, following = _BASE.partition(before)
    return float(following.partition(unit)[0])


_EDGE = _number_in_base(b"--edge:max(", b"rem")
"""The least space in rem beside the content."""
_NARROWEST_SCREEN = _number_in_base(b"@media screen and (max-width:", b"rem")
"""The width of a screen from which on cells are beside each other, in `rem` of browsers."""
_ROOT_SIZE = _number_in_base(b"font-size:", b"%") / 100
"""The size of 1 rem relative to that of browsers, in which media queries are: that of `:root`."""
_LARGE_SIZE = 1.2
"""The size of text in rem from which on it is smaller on phones."""
_LARGE_ON_PHONES = 0.4
"""How much of what exceeds that size remains on a phone, so that long names fit, and headings keep their order."""
_PHONE = 23.0
"""The width of a phone in rem, up to which text becomes larger with the screen."""
_ON_NARROWEST_PHONES = 0.8
"""The smallest size of large text, relative to that on a phone."""
_NOT_NAME = re.compile(r"[^a-z0-9-]+")
_NOT_FONT = re.compile(r"[^\w -]+")
_NOT_PROPERTY = re.compile(r"[^\w-]")
"""A character that identifiers of CSS have only with an escape."""
_ALIGN_ITEMS = {"top": "flex-start", "middle": "center", "bottom": "flex-end", "stretch": "stretch"}
_VERTICAL = {"top": "top", "middle": "middle", "bottom": "bottom", "stretch": "top"}
_ALIGN_CONTENT = {"top": "start", "middle": "center", "bottom": "end", "stretch": "start"}
_SIDES = {"rule_above": "top", "rule_end": "inline-end", "rule_below": "bottom", "rule_start": "inline-start"}
_LIST_KINDS = {Marker.BULLET: "", Marker.ARROW: "_arrows", Marker.NUMBER: "_numbers", Marker.NONE: "_lines"}
_LARGEST_PRINT_MARGIN_ABOVE = 42
_LARGEST_PRINT_MARGIN_BELOW = 28
"""Points above and below a printed page: the margins of the theme have page headers and footers, which a web page has
once. Its footer ends where that of a PDF does, and browsers leave 28 points by themselves.
"""
_LEAST_PRINT_MARGIN = 12
"""Points below a document of one page: about what printers need. Only its footer may end there, which is in the margin
of a PDF.
"""
_MOST_STYLES = 512
"""The styles whose declarations are kept: a pack has some dozens in each of its scales."""
_LEAST_INDENT = 1.25
"""The least indent of list items in rem on a screen."""
_OTHER_MARKERS = "ol,._arrows,._arrows-back,._lines,._bullet-line"
"""The lists whose markers are not simple bullets, which have the indent of their style on paper as in a PDF."""
_LEAST_SIZE = 0.8
"""The least size of text in rem, as in page.css (`--least`)."""
_FREQUENT = "".join(map(chr, range(ord(" "), ord("~") + 1)))
_RARE = re.compile("[^ -~]")
"""The printable characters of ASCII, and any other."""
_BULLET_SIZE = 0.6
"""The diameter of the bullets on a line, relative to the size of the text."""
TextFace = tuple[str, bool, bool]
"""The key of a font of the theme, and whether its text is bold and italic."""


class PageStyles:
    """Collects the classes that a page uses, in the order of their first use.

    `is_one_page` is whether the document is one page of paper.
    """

    def __init__(self, tree: PageTree, theme: Theme, *, is_one_page: bool = False) -> None:
        self._is_one_page = is_one_page
        self._theme = theme
        self._body = theme.style("body")
        self._unit = max(_usual_size(tree), float(self._body.size))
        """The points of 1 rem."""
        self._look = _TextLook(self._unit, self._body.colour, theme.styles.get("link", self._body))
        self._column_gaps = _column_gaps(tree)
        self._width = _content_width(theme, self._unit, has_columns=bool(self._column_gaps))
        header = tree.header_of(1)
        above_header = max([free_space(block, "top") for block in header], default=0.0)
        below_header = max([free_space(block, "bottom") for block in header], default=0.0)
        self._has_header = bool(header)
        self._around_header = above_header, below_header
        """The space that the emblem needs above and below the page header, in points."""
        self._names: dict[tuple[str, Style], str] = {}
        self._taken: set[str] = set()
        """The names of classes for styles."""
        self._classes: dict[tuple[str, Style, Colour | None], str] = {}
        """The classes by what `style_class` was asked for."""
        self._rules: dict[str, str] = {}
        self._measures: dict[str, str] = {}
        """The rules of measures, which are after those of styles, so that they take precedence."""
        self._dark_rules: dict[str, str] = {}
        self._print_rules: dict[str, str] = {}

    @property
    def narrowest_table(self) -> float:
        """The width of the content in points on the narrowest screen on which cells are beside each other."""
        return (_NARROWEST_SCREEN / _ROOT_SIZE - 2 * _EDGE) * self._unit

    def text_class(self, style: Style, inherited: Style, background: Colour | None) -> str:
        """Return the class of text that is inside of text in the style `inherited`, on that background."""
        if style is inherited or style == inherited:
            return ""
        if is_like(style, inherited):
            return self._measure("align", style.align, f"text-align:{style.align};max-width:none")
        return self.style_class("text", style, background)

    def style_class(self, kind: str, style: Style, background: Colour | None = None) -> str:
        """Return the class of a box, a cell, or text with its own style.

        Args:
            kind: "box", "text", "cell" (whose width is that of its column), "margin" (of a page header or footer, whose
                height only places it in its margin, so that it is used in print alone), or "image" (which has no text).
            style: The style.
            background: The background behind it in light mode, if it has none of its own.
        """
        key = kind, style, background
        if key not in self._classes:
            self._classes[key] = self._style_class(kind, style, background)
        return self._classes[key]

    def _style_class(self, kind: str, style: Style, background: Colour | None) -> str:
        """Return the class of a style, and add its rules if it has none yet."""
        key = (_kind_of_class(kind, style), style)
        if key not in self._names:
            name = self._free_name(style.name)
            self._names[key] = name
            declarations = _declarations(self._look, kind, style)
            dark_declarations = _dark_declarations(self._look, style, style.background)
            self._add(name, declarations, dark_declarations)
            self._add_short_rules(name, style)
            if kind == "margin" and style.height is not None:
                self._print_rules[f"body>header .{name}"] = f"min-height:{self._rem(style.height)}"
        name = self._names[key]
        if style.background is not None or background is None:
            return name
        # In dark mode, the colours of text depend on the background, which the style alone does not tell.
        dark = _dark_declarations(self._look, style, background)
        if dark == self._dark_rules[f".{name}"]:
            return name
        on_background = f"{name}-on-{background.hex.lower()}"
        self._dark_rules[f".{name}.{on_background}"] = dark
        return f"{name} {on_background}"

    def list_class(self, items: Items, *, right_to_left: bool) -> str:
        """Return the classes of a list: its markers, its indent, and the space between its items."""
        style = items.style
        key = (f"list {right_to_left}", style)
        if key not in self._names:
            name = self._free_name(style.name)
            self._names[key] = name
            marker = _marker_value(list_sign(Marker.BULLET, style.marker, right_to_left=right_to_left))
            width = ""
            if style.width is not None:
                width = f";width:{self._rem(style.width)};max-width:100%"
            self._add(name, f"list-style-type:{marker};padding-inline-start:{self._list_indent(style)}{width}")
            if style.indent < self._unit * _LEAST_INDENT:
                on_paper = f"padding-inline-start:{self._rem(style.indent)}"
                self._print_rules[f".{name}:not({_OTHER_MARKERS})"] = on_paper
            self._rules[f".{name}>li::marker"] = f"color:#{style.colour.hex}"
            self._dark_rules[f".{name}>li::marker"] = f"color:#{_dark_text(style).hex}"
            if style.gap:
                self._rules[f".{name}>li+li"] = f"margin-top:{self._rem(style.gap)}"
        kind = _LIST_KINDS[items.marker]
        if items.marker is Marker.ARROW and right_to_left:
            kind = "_arrows-back"
        if items.bullet_line is not None:
            kind = "_bullet-line"
            self._add_bullet_line(f"{self._names[key]}.{kind}", style, items.bullet_line)
        return f"{self._names[key]} {kind}".strip()

    def _list_indent(self, style: Style) -> str:
        """Return the indent of the items of a list on a screen."""
        return self._rem(max(style.indent, self._unit * _LEAST_INDENT))

    def _add_bullet_line(self, name: str, style: Style, line: DrawnRule) -> None:
        """Add the rules of a list with a line through its bullets, which are drawn, so that they are centred on it."""
        width = f"max(1px,{self._rem(line.width)})"
        indent = self._list_indent(style)
        self._rules[f".{name}"] = 'list-style-type:""'
        self._rules[f".{name}>li"] = "position:relative"
        self._rules[f".{name}>li::before"] = (
            f'content:"";position:absolute;top:0;bottom:-{self._rem(style.gap)};'
            f"inset-inline-start:calc({_BULLET_SIZE / 2:g}em - {indent} - {width} / 2);"
            f"border-inline-start:{width} solid #{line.colour.hex}"
        )
        self._rules[f".{name}>li:last-child::before"] = "bottom:0"
        self._rules[f".{name}>li::after"] = (
            f'content:"";position:absolute;top:calc(.5lh - {_BULLET_SIZE / 2:g}em);inset-inline-start:-{indent};'
            f"width:{_BULLET_SIZE:g}em;height:{_BULLET_SIZE:g}em;border-radius:50%;background:#{style.colour.hex}"
        )
        self._dark_rules[f".{name}>li::before"] = f"border-color:#{_dark_rule(line).hex}"
        self._dark_rules[f".{name}>li::after"] = f"background:#{_dark_text(style).hex}"

    def space_above(self, points: float) -> str:
        """Return the class of a block with this space above it."""
        if not points:
            return ""
        return self._length_class("above", points, "margin-top")

    def gap(self, points: float) -> str:
        """Return the class of blocks side by side with this space between them."""
        if not points:
            return ""
        return self._length_class("gap", points, "gap")

    def width(self, points: float) -> str:
        """Return the class of a block with this width."""
        return self._length_class("width", points, "width")

    def width_of_text(self, points: float, size: float) -> str:
        """Return the class of a block with this width whose smallest text has that size, in points: it is wider if the
        text is shown larger, so that it can be read. Return no class if it is not.
        """
        if size >= _LEAST_SIZE * self._unit:
            return ""
        in_sizes = _number(points / size)
        width = f"width:max({self._rem(points)},{in_sizes}*var(--least))"
        return self._measure("text-width", f"{_number(points / self._unit)}-{in_sizes}", width)

    def height(self, points: float) -> str:
        """Return the class of a block with this height."""
        return self._length_class("height", points, "height")

    def largest_width(self, points: float) -> str:
        """Return the class of a block with this width, in a place that may be narrower."""
        return self._length_class("most", points, "max-width")

    def enlargement(self, size: float) -> float:
        """Return the factor by which a screen makes text of this size larger."""
        return max(_LEAST_SIZE * self._unit / size, 1)

    def needed_width(self, points: float) -> str:
        """Return the class of a table whose columns need this width, also where its place is narrower."""
        return self._length_class("needed", points, "--needed")

    def padding(self, points: float) -> str:
        """Return the class of a block with this padding."""
        return self._length_class("padding", points, "padding")

    def text_size(self, points: float, leading: float) -> str:
        """Return the class of text of this size in a drawing."""
        name = _number(points / self._unit)
        return self._measure("size", name, f"font-size:{self._rem(points)};line-height:{_number(leading / points)}")

    def colours(self, background: Colour, ink: Colour) -> str:
        """Return the class of a drawing with these colours, which are the same in light and dark mode."""
        return self._measure("fill", background.hex.lower(), f"background:#{background.hex};color:#{ink.hex}")

    def bar(self, style: Style, share: float, full: float | None, height: float) -> tuple[str, str]:
        """Return the classes of a bar and of its place, which is as wide as there is room without a full length."""
        key = "bar", style
        if key not in self._names:
            self._names[key] = f"_{self._free_name(f'bar-{style.name}')}"
        name = self._names[key]
        self._measures[f".{name}"] = f"background:#{style.colour.hex};height:{self._rem(height)}"
        self._dark_rules[f".{name}"] = f"background:#{_dark_text(style).hex}"
        shared = self._measure("share", _number(share * 100), f"--share:{_number(share)}")
        container = "_bar-place"
        if full is not None:
            container += f" {self._full_length(full)}"
        return f"_bar {name} {shared}", container

    def columns(self, shares: Iterable[float]) -> str:
        """Return the class of a row whose cells have these shares of its width, as in the table above it."""
        percentages = [_number(share * 100) for share in shares]
        columns = " ".join([f"minmax(0,{percentage}fr)" for percentage in percentages])
        name = "-".join(percentages)
        return self._measure("columns", name, f"grid-template-columns:{columns}")

    def column(self, share: float) -> str:
        """Return the class of a table column with this share of the width."""
        percentage = _number(share * 100)
        return self._measure("column", percentage, f"width:{percentage}%")

    def text_columns(self, count: int, gap: float) -> str:
        """Return the class of text in up to so many columns."""
        if count == 1:
            return ""
        value = f"columns:{count} {_COLUMN:g}rem;column-gap:{self._rem(gap)}"
        name = self._measure("flow", f"{count}-{_number(gap / self._unit)}", value)
        self._print_rules[f".{name}"] = "column-width:auto"
        return f"_flow {name}"

    def align_items(self, style: Style, usual: str) -> str:
        """Return the class of blocks side by side that are aligned like those in a box of the style."""
        align = style.align_block or usual
        return self._measure("items", align, f"align-items:{_ALIGN_ITEMS[align]}")

    def side(self, align: Align, *, right_to_left: bool) -> str:
        """Return the class of text in the other direction than the text around it, which is aligned like that."""
        if align not in {"start", "end"}:
            return ""
        side = "right" if right_to_left == (align == "start") else "left"
        return self._measure("side", side, f"text-align:{side}")

    def unspaced(self) -> str:
        """Return the class of words whose letters keep their places in text with letter spacing."""
        return self._measure("letters", "together", "letter-spacing:normal")

    def cell_align(self, style: Style) -> str:
        """Return the class of a cell with the vertical alignment of its style."""
        align = style.align_block or "top"
        if align in {"top", "stretch"}:
            return ""
        value = f"vertical-align:{_VERTICAL[align]};align-content:{_ALIGN_CONTENT[align]}"
        return self._measure("cell", align, value)

    def text(self, fonts: Iterable[bytes]) -> bytes:
        """Return the complete style sheet of the page, with these rules for its fonts.

        It contains no `<`, since names are classes and all other values are numbers, colours or keywords.
        """
        own = _written(self._rules | self._measures)
        dark = f"@media screen and (prefers-color-scheme:dark){{\n{_written(self._dark_rules)}}}\n"
        root = f"--edge:{_mm(self._theme.margins.left)};font-size:{_number(self._unit)}pt"
        leading = f"line-height:{_number(self._body.leading / self._body.size)}"
        print_rules = {":root": root, "body": leading} | self._header_in_margin() | self._print_rules
        printed = f"@media print{{\n{_written(print_rules)}}}"
        # The rules of page.css for all media set the same properties, so that these come after them.
        rules = f"{own}{dark}{printed}"
        return b"".join([f"{self._root()}\n".encode(), *fonts, _page_css(), rules.encode()])

    def _header_in_margin(self) -> dict[str, str]:
        """Return the rules by which a printed page begins as in the PDF: with the page header in the middle of the
        margin at the top.
        """
        if not self._has_header:
            return {}
        return {
            "@page:first": "margin-top:0",
            "body>header": f"padding-block:0;min-height:{_mm(self._theme.margins.top)}",
            "body>header+main": "padding-top:0",
        }

    def _root(self) -> str:
        """Return the rules at the beginning: the custom properties, the font of the page, and the size of the paper."""
        theme = self._theme
        body = self._body
        link = theme.styles.get("link", body)
        above_header, below_header = self._around_header
        fonts = {_font_property(name): _font_stack(theme, name) for name in theme.fonts}
        light = {
            "page": f"#{WHITE.hex}",
            "ink": f"#{body.colour.hex}",
            "link": f"#{link.colour.hex}",
            "link-line": "underline" if link.underline else "none",
            "width": f"{_number(self._width)}rem",
            "above": f"{_number(above_header / self._unit)}rem",
            "below": f"{_number(below_header / self._unit)}rem",
            **fonts,
        }
        dark = {"page": f"#{DARK.hex}", "ink": f"#{_dark_text(body).hex}", "link": f"#{_dark_text(link).hex}"}
        leading = max(body.leading / body.size, LEAST_ON_SCREENS)
        font = f"font-family:var(--{_font_property(body.font)});line-height:{_number(leading)}"
        width, height = theme.paper
        margins = theme.margins
        largest_below = _LEAST_PRINT_MARGIN if self._is_one_page else _LARGEST_PRINT_MARGIN_BELOW
        above = _mm(min(margins.top, _LARGEST_PRINT_MARGIN_ABOVE))
        below = _mm(min(margins.bottom, largest_below))
        return (
            f":root{{color-scheme:light dark;{_properties(light)}}}\n"
            f"{self._width_without_columns()}"
            f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(dark)}}}}}\n"
            f"body{{{font}}}\n"
            f"@page{{size:{_mm(width)} {_mm(height)};margin:{above} 0 {below}}}"
        )

    def _width_without_columns(self) -> str:
        """Return the rule for screens on which text columns are below each other: the content is so narrow that the
        lines of text fill most of it.
        """
        if not self._column_gaps:
            return ""
        needed = 2 * _COLUMN + min(self._column_gaps) / self._unit
        screen = (needed + 2 * _EDGE) * _ROOT_SIZE
        return f"@media screen and (max-width:{_number(screen)}rem){{:root{{--width:{_WITHOUT_COLUMNS:g}rem}}}}\n"

    def _add_short_rules(self, name: str, style: Style) -> None:
        """Add the rules that are shorter than their box, which borders cannot be."""
        if style.rule_above is not None and style.rule_above.length is not None:
            space = f"margin-bottom:{self._rem(style.padding.top)}"
            self._add_short_rule(f".{name}::before", style.rule_above, style.rule_above.length, space)
        if style.rule_below is not None and style.rule_below.length is not None:
            space = f"margin-top:{self._rem(style.padding.bottom)}"
            self._add_short_rule(f".{name}::after", style.rule_below, style.rule_below.length, space)

    def _add_short_rule(self, selector: str, rule: DrawnRule, length: float, space: str) -> None:
        """Add a rule of that length; `space` declares that between it and the text."""
        size = f"width:{self._rem(length)};height:{self._rem(rule.width)}"
        self._rules[selector] = f"content:'';display:block;{size};{space};background:#{rule.colour.hex}"
        dark_colour = _dark_rule(rule)
        if dark_colour != rule.colour:
            self._dark_rules[selector] = f"background:#{dark_colour.hex}"

    def _full_length(self, full: float) -> str:
        """Return the class of a bar's place with this full length."""
        number = _number(full / self._unit)
        return self._measure("full", number, f"--full:{number}rem")

    def _length_class(self, kind: str, points: float, css: str) -> str:
        """Return the class of a measure that is a length; `css` is its property."""
        number = _number(points / self._unit)
        return self._measure(kind, number, f"{css}:{self._rem(points)}")

    def _measure(self, kind: str, value: str, declarations: str) -> str:
        """Return the class of a measure, whose name begins with an underscore."""
        name = _measure_name(kind, value)
        self._measures.setdefault(f".{name}", declarations)
        return name

    def _add(self, name: str, declarations: str, dark: str = "") -> None:
        """Add the rules of a class for light and dark mode, unless it has rules."""
        self._rules.setdefault(f".{name}", declarations)
        if dark:
            self._dark_rules.setdefault(f".{name}", dark)

    def _free_name(self, name: str) -> str:
        """Return a class name that no other style has."""
        base = _class_name(name)
        free = base
        number = 1
        while free in self._taken:
            number += 1
            free = f"{base}-{number}"
        self._taken.add(free)
        return free

    def _rem(self, points: float) -> str:
        return self._look.rem(points)


class _TextLook(Struct, frozen=True, cache_hash=True):
    """What the declarations of all styles depend on: the points of 1 rem, and the colours of text and links."""

    unit: float
    colour: Colour
    link: Style

    def rem(self, points: float) -> str:
        """Return a length in rem."""
        if not points:
            return "0"
        return f"{_number(points / self.unit)}rem"

    def text_size(self, style: Style) -> str:
        """Return the size of text. Large text is smaller on narrow screens, in proportion to their width."""
        size = float(style.size) / self.unit
        if size <= _LARGE_SIZE:
            return f"max({self.rem(style.size)},var(--least))"
        on_phones = _LARGE_SIZE + _LARGE_ON_PHONES * (size - _LARGE_SIZE)
        least = f"{_number(_ON_NARROWEST_PHONES * on_phones)}rem"
        return f"min({self.rem(style.size)},max({least},{_number(100 * on_phones / _PHONE)}vw))"

    def link_colour(self, style: Style) -> str:
        """Return the colour of links: in text with its own colour, they have that one, as in the other formats."""
        return f"#{self.link.colour.hex}" if style.colour == self.colour else "currentcolor"

    def padding(self, style: Style) -> str:
        """Return the declarations of the padding; that of a short rule is between the text and the rule."""
        has_short_rule_above = style.rule_above is not None and style.rule_above.length is not None
        has_short_rule_below = style.rule_below is not None and style.rule_below.length is not None
        top = "0" if has_short_rule_above else self.rem(style.padding.top)
        bottom = "0" if has_short_rule_below else self.rem(style.padding.bottom)
        left = self.rem(style.padding.left)
        right = self.rem(style.padding.right)
        if style.padding.left == style.padding.right:
            return f"padding:{top} {right} {bottom} {left}"
        # The left one is at the start of the text, which may be at the right.
        return f"padding-block:{top} {bottom};padding-inline:{left} {right}"


def _kind_of_class(kind: str, style: Style) -> str:
    """Return the kind of the class of a style: boxes and text have the same one, unless only the box has a height."""
    if kind in {"cell", "margin", "image"}:
        return kind
    return kind if kind == "box" and style.height is not None else ""


@lru_cache(maxsize=_MOST_STYLES)
def _declarations(look: _TextLook, kind: str, style: Style) -> str:
    """Return the properties of a style in light mode."""
    own = []
    if kind != "image":
        weight = "bold" if style.bold else "normal"
        slant = "italic" if style.italic else "normal"
        case = "uppercase" if style.capitals else "none"
        spacing = look.rem(style.letter_spacing) if style.letter_spacing else "normal"
        own.append(f"font-size:{look.text_size(style)};color:#{style.colour.hex}")
        own.append(f"line-height:{_number(style.leading / style.size)}")
        own.append(f"font-family:var(--{_font_property(style.font)})")
        own.append(f"font-weight:{weight}")
        own.append(f"font-style:{slant}")
        own.append(f"text-align:{style.align}")
        own.append(f"text-transform:{case}")
        own.append(f"letter-spacing:{spacing}")
        own.append(f"--link:{look.link_colour(style)}")
    if style.underline:
        own.append("text-decoration:underline")
    if style.align != "start":
        own.append("max-width:none")
    if style.background is not None:
        own.append(f"background:#{style.background.hex}")
    if any(style.padding):
        own.append(look.padding(style))
    for name, side in _SIDES.items():
        rule: DrawnRule | None = getattr(style, name)
        if rule is not None and rule.length is None:
            own.append(f"border-{side}:max(1px,{look.rem(rule.width)}) solid #{rule.colour.hex}")
    if style.width is not None and kind not in {"cell", "image"}:
        own.append(f"width:{look.rem(style.width)};max-width:100%")
    if style.height is not None and kind in {"box", "cell"}:
        own.append(f"min-height:{look.rem(style.height)}")
    if style.height is not None and kind == "cell":  # the least height of a cell of a table
        own.append(f"height:{look.rem(style.height)}")
    return ";".join(own)


@lru_cache(maxsize=_MOST_STYLES)
def _dark_declarations(look: _TextLook, style: Style, background: Colour | None) -> str:
    """Return the properties of a style in dark mode, for text on that background."""
    own = [f"color:#{_dark_text(style, background).hex}"]
    if look.link_colour(style) != "currentcolor":
        own.append(f"--link:#{_dark_text(look.link, background).hex}")
    if style.background is not None:
        own.append(f"background:#{_dark_background(style.background).hex}")
    for name, side in _SIDES.items():
        rule: DrawnRule | None = getattr(style, name)
        if rule is not None and rule.length is None:
            dark_colour = _dark_rule(rule)
            if dark_colour != rule.colour:
                own.append(f"border-{side}-color:#{dark_colour.hex}")
    return ";".join(own)


def is_like(style: Style, other: Style) -> bool:
    """Return whether text in both styles looks the same, except for its alignment."""
    if style is other:
        return True
    return style.name == other.name and replace(style, align=other.align) == other


def _usual_size(tree: PageTree) -> float:
    """Return the size of the text that most of the body has, in points, without captions and the foot; 0 without text.

    The foot has more text than the rest of a plan of which little is known, and would decide on the size of that.
    """
    characters: dict[float, int] = {}
    """The characters in each size."""
    captions: set[int] = set()
    without_foot = [block for block in tree.body if not is_foot(block)]
    for block in all_blocks(without_foot):
        if isinstance(block, TextBlock):
            if not block.level and id(block) not in captions:
                size = block.style.size
                characters[size] = characters.get(size, 0) + _length(block)
        elif isinstance(block, PictureBlock):  # its captions follow
            captions.update(map(id, block.blocks))
    if not characters:
        return 0
    return float(max(characters, key=characters.__getitem__))


def _length(text: TextBlock) -> int:
    """Return the characters of a paragraph."""
    length = 0
    for inline in text.content:
        if isinstance(inline, Run):
            length += len(inline.text)
    return length


def _column_gaps(tree: PageTree) -> list[float]:
    """Return the gaps between the columns of each text in columns, in points."""
    boxes = [block for block in tree.body if isinstance(block, Division)]
    return [float(box.gap) for box in boxes if box.count > 1]


def _content_width(theme: Theme, unit: float, *, has_columns: bool) -> float:
    """Return the largest width of the content in rem."""
    width = min(max(theme.text_width / unit, _NARROWEST), _WIDEST)
    if has_columns:
        width = max(width, _WITH_COLUMNS)
    return width


@cache
def _page_css() -> bytes:
    """Return page.css with the signs of lists of arrows in both directions."""
    with_arrow = _BASE.replace(b"var(--arrow)", _marker_value(ARROW).encode())
    return with_arrow.replace(b"var(--arrow-to-left)", _marker_value(ARROW_TO_LEFT).encode())


def _marker_value(sign: str) -> str:
    """Return the `list-style-type` of a list with this sign before its items."""
    escapes = "".join([f"\\{ord(character):x} " for character in sign])
    return f'"{escapes}\\a0 \\a0 "'


def _font_stack(theme: Theme, name: str) -> str:
    """Return the fonts for the text of a font of the theme: that in the page, and those of the reader's system."""
    family = theme.fonts[name]
    fonts = [_font_name(name)]
    for font in (family.word, family.pdf or "", family.word_east_asian):
        fonts.append(_NOT_FONT.sub("", font))
    stack = [f'"{font}"' for font in dict.fromkeys(fonts) if font]
    stack.append("sans-serif")
    return ",".join(stack)


def _font_name(name: str) -> str:
    """Return the name of the font in the page for a font of the theme, which no other one has."""
    return _NOT_FONT.sub(_code_points, f"ucap {name}")


def _code_points(signs: re.Match[str]) -> str:
    """Return signs that a name of a font in the page cannot have as their numbers."""
    return "".join([f".{ord(character):x}" for character in signs[0]])


@lru_cache(maxsize=_MOST_STYLES)
def _font_property(name: str) -> str:
    """Return the custom property with the fonts for the text of a font of the theme, without the hyphens before it."""
    return _NOT_PROPERTY.sub(lambda sign: f"\\{ord(sign[0]):x} ", f"font-{name}")


def _properties(values: Mapping[str, str]) -> str:
    """Return the declarations of custom properties."""
    return ";".join([f"--{name}:{value}" for name, value in values.items()])


@lru_cache(maxsize=_MOST_STYLES)
def _measure_name(kind: str, value: str) -> str:
    """Return the name of the class of a measure. Those of at most 512 measures are kept, which documents share."""
    return "_" + _NOT_NAME.sub("-", f"{kind}-{value}".lower())


@lru_cache(maxsize=_MOST_STYLES)
def _class_name(name: str) -> str:
    """Return a name in the characters that identifiers of CSS can have without escapes."""
    written = _NOT_NAME.sub("-", name.lower())
    if written[:1].isalpha():
        return written
    return f"n{written}"


def _written(rules: Mapping[str, str]) -> str:
    """Return rules, which are declarations by their selectors, one in a line."""
    return "".join([f"{selector}{{{declarations}}}\n" for selector, declarations in rules.items()])


def _number(value: float) -> str:
    """Return a number with at most three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _mm(points: float) -> str:
    return f"{points / POINTS_PER_UNIT['mm']:.4g}mm"


def font_rules(pack: Pack, texts: Mapping[TextFace, Sequence[str]]) -> Iterator[bytes]:
    """Yield a rule for each font that the texts need, if its licence allows it, with the characters of the texts.

    An italic font has no bold letters if the page has none. The style sheet of a pack may make other text bold, and
    that of all pages makes only upright text bold.
    """
    texts_by_font: dict[tuple[str, str, FontSource], list[str]] = {}
    with_bold: set[tuple[str, str, FontSource]] = set()
    for (name, bold, italic), texts_of_face in texts.items():
        family = pack.theme.fonts.get(name)
        source = None if family is None else _font_in_page(pack, family, bold=bold, italic=italic)
        if family is None or source is None:
            continue
        has_italics = italic and source != _font_in_page(pack, family, bold=bold, italic=False)
        slant = "italic" if has_italics else "normal"
        font_key = (name, slant, source)
        texts_by_font.setdefault(font_key, []).extend(texts_of_face)
        if bold or slant == "normal" or STYLE_SHEET in pack.files:
            with_bold.add(font_key)
    for font_key, font_texts in texts_by_font.items():
        name, slant, source = font_key
        font = web_font(source, _characters("".join(font_texts)), has_bold=font_key in with_bold)
        if font is not None:
            yield _rule(_font_name(name), slant, source.weight, font)


def _font_in_page(pack: Pack, family: FontFamily, *, bold: bool, italic: bool) -> FontSource | None:
    """Return the font of a weight and slant: the regular one if its file has both weights, so that it is there once."""
    source = theme_font(pack, family, bold=bold, italic=italic)
    regular = theme_font(pack, family, bold=False, italic=italic)
    if source is None or regular is None or source.path is None or source.path != regular.path:
        return source
    return regular


def _characters(text: str) -> set[str]:
    """Return the different characters of a text. To search for each that is frequent is faster than to collect all."""
    characters = {character for character in _FREQUENT if character in text}
    characters.update(_RARE.findall(text))
    return characters


@lru_cache(maxsize=64)
def _rule(name: str, slant: str, weight: int, font: WebFont) -> bytes:
    weights = f"{REGULAR} {BOLD}" if font.has_weights else str(weight)
    names = f'@font-face{{font-family:"{name}";font-style:{slant};font-weight:{weights};'
    data = b64encode(font.content)
    return b"".join([names.encode(), b"src:url(data:font/woff;base64,", data, b") format('woff')}\n"])


# Colours in dark mode: text keeps its hue and is readable, light backgrounds become dark
WHITE = Colour("FFFFFF")
DARK = Colour("14171C")
"""The page in dark mode."""
DARK_LUMINANCE = 0.18
"""Backgrounds that are at most so light stay as they are in dark mode: white text is readable on them."""
PANEL_SHARE = 0.08
"""How much of a light colour remains in the background of a panel."""
HAIRLINE_SHARE = 0.3
"""How much of a light colour remains in a thin line."""
THICK = 1
"""Lines of at least this width in points are part of the brand: they keep their colour in dark mode, or are lighter if
they are too dark for it. Other lines become faint.
"""
VIVID = 0.5
"""Lines of at least this saturation are part of the brand, too, however thin they are."""
CONTRASTS = ((14, 12.0), (7, 7.0), (0, 4.5))
"""The contrast of text in dark mode, by the least contrast that it has in light mode: black text is nearly white."""
LABEL = "emblem-label"
"""The style of the programme label, which must be Reflex Blue, black or white."""
_STEPS = 50


@lru_cache(maxsize=512)
def _dark_background(background: Colour) -> Colour:
    """Return the background of a style in dark mode."""
    if background.luminance <= DARK_LUMINANCE:
        return background
    return mixed(background, DARK, PANEL_SHARE)


def _dark_text(style: Style, background: Colour | None = None) -> Colour:
    """Return the colour of a style's text in dark mode on its background; without one, on a page or a panel.

    Args:
        style: The style.
        background: The background in light mode.
    """
    if style.name == LABEL:
        return WHITE
    behind = PANEL if background is None else _dark_background(background)
    return _lightened(style.colour, background or WHITE, behind)


def _dark_rule(rule: DrawnRule) -> Colour:
    """Return the colour of a line in dark mode. A white line, which separates panels, has the colour of the page."""
    if rule.colour == WHITE:
        return DARK
    visible = _lightened(rule.colour, WHITE, DARK)
    if rule.width >= THICK or _saturation(rule.colour) >= VIVID:
        return visible
    return mixed(visible, DARK, HAIRLINE_SHARE)


def _saturation(colour: Colour) -> float:
    """Return the saturation of a colour from 0 (grey) to 1, as in HSV."""
    lightest = max(colour.rgb)
    if not lightest:
        return 0
    return (lightest - min(colour.rgb)) / lightest


@lru_cache(maxsize=512)
def _lightened(colour: Colour, was_on: Colour, behind: Colour) -> Colour:
    """Return the colour, mixed with white until it is as readable on `behind` as it was on the other background."""
    required = _required_contrast(contrast(colour, was_on))
    for step in range(_STEPS + 1):
        lighter = mixed(WHITE, colour, step / _STEPS)
        if contrast(lighter, behind) >= required:
            return lighter
    return WHITE


def _required_contrast(in_light_mode: float) -> float:
    """Return the contrast that text must have in dark mode."""
    for least_in_light_mode, in_dark_mode in CONTRASTS:
        if in_light_mode >= least_in_light_mode:
            return in_dark_mode
    raise AssertionError("the last one is for any contrast")


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Return so much of the one colour, from 0 to 1, and the rest of the other."""
    channels = []
    for channel, other_channel in zip(bytes.fromhex(colour.hex), bytes.fromhex(other.hex), strict=True):
        mixed_channel = round(share * channel + (1 - share) * other_channel)
        channels.append(f"{mixed_channel:02X}")
    return Colour("".join(channels))


PANEL = mixed(WHITE, DARK, PANEL_SHARE)
"""The lightest background in dark mode."""
