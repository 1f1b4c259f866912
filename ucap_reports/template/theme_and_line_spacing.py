"""The theme of a pack, as written in `pack.yaml` and resolved: page, colours, fonts, styles, scales of the text; and
the least leading, the distance of the lines of running text, that the script of a language and a screen need.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, Self

from msgspec import Struct
from msgspec.structs import replace
from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from ucap_reports.source.model_validation import OtherNames, Strict
from ucap_reports.template.lengths_colours_and_paper_sizes import (
    NO_SIDES,
    PAPERS,
    Colour,
    Length,
    Paper,
    Sides,
    paper_size,
    read_length,
    read_sides,
    read_size,
)
from ucap_reports.text.language_tags import primary

SMALLEST_TEXT = 6.5
"""The size in points below which text cannot be read."""
SMALL_TEXT = 7.5
"""The size in points below which text is hard to read."""
MAX_BASES = 20
"""The styles that one can be `like`, one after the other; those of the shipped packs have up to three."""
_TEXT_PROPERTIES = (
    "font",
    "size",
    "leading",
    "colour",
    "bold",
    "italic",
    "underline",
    "align",
    "letter_spacing",
    "capitals",
    "hyphenate",
)
"""What every style takes from `body`; boxes, spaces and rules come only from the style it is `like`."""
RUNNING_TEXT = (0.85, 1.3)
"""The sizes of running text, relative to that of `body`: up to the scale for documents with little text. Headings are
larger, and have leading of their own; most texts in margins are smaller, and have a fixed place.
"""
_COLOUR_PROPERTIES = frozenset({"colour", "background"})
BORDERS = {"top": "rule_above", "right": "rule_end", "bottom": "rule_below", "left": "rule_start"}
"""The property of a style for the rule, a printed line, on each side. In right-to-left languages, left and right are
reversed.
"""


# Bleed
_SIDE_NAMES = {"top": 0, "right": 1, "end": 1, "bottom": 2, "left": 3, "start": 3}


class Bleed(NamedTuple):
    """The sides on which the background of a box reaches the edge of the paper."""

    top: bool
    right: bool
    bottom: bool
    left: bool


NO_BLEED = Bleed(top=False, right=False, bottom=False, left=False)


def _bleed(value: Any) -> Bleed:
    """Return all sides for `true`; otherwise those that are named."""
    if isinstance(value, bool):
        return Bleed(value, value, value, value)
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    message = "write true, or sides: top, right, bottom, left"
    if not isinstance(value, list):
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    sides = [False] * len(NO_BLEED)
    for name in value:
        if not isinstance(name, str) or name not in _SIDE_NAMES:
            raise ValueError(message)
        sides[_SIDE_NAMES[name]] = True
    return Bleed(*sides)


Measure = Annotated[Length, BeforeValidator(read_length)]
Size = Annotated[Length, BeforeValidator(read_size)]
Box = Annotated[Sides, BeforeValidator(read_sides)]
Bleeding = Annotated[Bleed, BeforeValidator(_bleed)]


# Styles
Align = Literal["start", "center", "end"]
"""How lines are aligned; start is left, or right in right-to-left languages."""
AlignBlock = Literal["top", "middle", "bottom", "stretch"]
"""The place of content that is lower than its cell or box; `stretch` makes boxes side by side as high as the highest of
them.
"""
_Pin = Literal["foot"]
"""A fixed place on the page: at the bottom of the last page, if nothing is after it."""
_Layout = Literal["stack", "columns"]
"""How a box places its parts: one below the other, or side by side. There, parts with a `width` have it, and the others
share the rest evenly.
"""


class Rule(Strict):
    """A line: `width` thick, in a colour of the theme."""

    width: Measure
    colour: str
    length: Measure | None = None
    """Absent: as long as its box."""


class Border(Strict):
    """The lines around a box: `width` and `colour` for all sides, and lines for each side, which take precedence."""

    width: Measure | None = None
    colour: str | None = None
    top: Rule | None = None
    right: Rule | None = Field(None, validation_alias=AliasChoices("right", "end"))
    bottom: Rule | None = None
    left: Rule | None = Field(None, validation_alias=AliasChoices("left", "start"))

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.width is None) != (self.colour is None):
            raise ValueError("a border needs `width` and `colour`")
        return self

    def rules(self) -> dict[str, Rule | None]:
        """Return the lines that it sets, by their names in a style."""
        rules: dict[str, Rule | None] = {}
        if self.width is not None and self.colour is not None:
            rules |= dict.fromkeys(BORDERS.values(), Rule(width=self.width, colour=self.colour))
        for side in self.model_fields_set & BORDERS.keys():
            rules[BORDERS[side]] = getattr(self, side)
        return rules


class StyleSettings(Strict):
    """A style as `pack.yaml` writes it: what is absent comes from the style it is `like`, and for text from `body`."""

    like: str | None = None
    font: str | None = None
    size: Size | None = None
    leading: Size | None = None
    colour: str | None = None
    bold: Annotated[bool | None, OtherNames(("weight",))] = None
    italic: bool | None = None
    underline: bool | None = None
    align: Align | None = None
    letter_spacing: Measure | None = None
    capitals: bool | None = None
    hyphenate: bool | None = None
    space_before: Measure | None = None
    space_after: Measure | None = None
    indent: Measure | None = None
    marker: str | None = None
    background: str | None = None
    padding: Box | None = None
    gap: Measure | None = None
    layout: _Layout | None = None
    width: Measure | None = None
    height: Measure | None = None
    rule_below: Rule | None = None
    rule_start: Rule | None = None
    border: Border | None = None
    bleed: Bleeding | None = None
    align_block: AlignBlock | None = Field(None, validation_alias=AliasChoices("align-block", "align_block"))
    pin: _Pin | None = None


class DrawnRule(Struct, frozen=True, gc=False):
    """A rule whose colour is resolved."""

    width: Length
    colour: Colour
    length: Length | None


class Style(Struct, frozen=True, cache_hash=True, gc=False):
    """A resolved style. None means that a property does not apply: no background, no rule, the width of the content."""

    name: str
    size: Length
    leading: Length
    colour: Colour
    font: str = "text"
    bold: bool = False
    italic: bool = False
    underline: bool = False
    align: Align = "start"
    letter_spacing: Length = Length(0)
    capitals: bool = False
    """Whether text is shown in capitals; it stays as written for readers that copy it or read it aloud."""
    hyphenate: bool = False
    """Whether words are divided at the ends of lines. If no style sets it, this is so for text that is neither bold nor
    larger than running text.
    """
    space_before: Length = Length(0)
    space_after: Length = Length(0)
    indent: Length = Length(0)
    """The distance of a list item's text from the start of its marker."""
    marker: str = ""
    """The text before each item of a bullet list of this style."""
    background: Colour | None = None
    padding: Sides = NO_SIDES
    gap: Length = Length(0)
    """The space between the parts of a box, the paragraphs of a cell, or the items of a list."""
    layout: _Layout = "stack"
    width: Length | None = None
    height: Length | None = None
    rule_above: DrawnRule | None = None
    rule_end: DrawnRule | None = None
    rule_below: DrawnRule | None = None
    rule_start: DrawnRule | None = None
    bleed: Bleed = NO_BLEED
    align_block: AlignBlock | None = None
    pin: _Pin | None = None


# Themes
class Scale(StrEnum):
    """The size of a document's text."""

    COMPACT = "compact"
    GENEROUS = "generous"
    TIGHT = "tight"
    """For documents whose last page would be nearly empty in the compact scale."""
    MEDIUM = "medium"
    """For documents whose last page would be less than half full in the compact scale."""


MAX_GENEROUS_COLUMNS = 3
"""The number of columns of a fact table that are wide enough for generous text."""


class FontFiles(Strict):
    """The faces of a family that the pack contains, as paths inside the pack."""

    regular: str
    bold: str | None = None
    italic: str | None = None
    bold_italic: str | None = None

    def nearest(self, *, bold: bool, italic: bool) -> str:
        """Return the path of the face for a weight and slant; the bold face is nearer to bold italic than the italic
        one.
        """
        if bold and italic and self.bold_italic is not None:
            return self.bold_italic
        if bold and self.bold is not None:
            return self.bold
        if italic and self.italic is not None:
            return self.italic
        return self.regular


class FontFamily(Strict):
    """One font of the theme in both formats: `pdf` is a family that the product knows, or `files` are in the pack."""

    word: str
    """The font named in the Word file."""
    word_east_asian: str = "Microsoft YaHei"
    """The font named in the Word file for Chinese, Japanese and Korean."""
    pdf: str | None = None
    files: FontFiles | None = None


class Page(Strict):
    """Paper and margins."""

    size: str = "A4"
    margins: Box

    @property
    def paper(self) -> Paper:
        """The width and the height of the page; those of A4 for an unknown size."""
        return paper_size(self.size) or PAPERS["A4"]

    @property
    def text_area(self) -> tuple[Length, Length]:
        """The width and the height between the margins."""
        width, height = self.paper
        margins = self.margins
        return Length(width - margins.left - margins.right), Length(height - margins.top - margins.bottom)


class ThemeSettings(Strict):
    """A theme as `pack.yaml` writes it. `fonts` has at least `text`, `styles` at least `body`."""

    page: Page
    colours: dict[str, str]
    fonts: dict[str, FontFamily]
    fallback: tuple[str, ...] = ()
    """PDF families for characters that the style's own font lacks, in the order in which they are tried."""
    styles: dict[str, StyleSettings] = Field(min_length=1)
    scales: dict[Scale, dict[str, StyleSettings]] = Field(default_factory=dict)
    """The properties of styles that are different in a scale."""

    def scaled(self, scale: Scale) -> Self:
        """Return the theme with the styles of a scale."""
        styles = dict(self.styles)
        for name, own in self.scales.get(scale, {}).items():
            properties = {key: getattr(own, key) for key in own.model_fields_set}
            styles[name] = self.styles.get(name, own).model_copy(update=properties)
        return self.model_copy(update={"styles": styles})

    def chain(self, name: str) -> list[str]:
        """Return the style and the styles that it is `like`, nearest first, up to an unknown or repeated one.

        A chain that is too long ends with the first base above `MAX_BASES`.
        """
        names = [name]
        for _ in range(MAX_BASES + 1):
            base = self.styles[names[-1]].like
            if base is None or base not in self.styles or base in names:
                break
            names.append(base)
        return names

    def has_long_chain(self, name: str) -> bool:
        """Return whether the style is like more than `MAX_BASES` others, each of which is like the next."""
        return len(self.chain(name)) > MAX_BASES + 1

    def is_circular(self, name: str) -> bool:
        """Return whether the style is like itself, directly or through other styles."""
        return self.styles[self.chain(name)[-1]].like == name

    def origin(self, name: str, key: str) -> str:
        """Return the style that a text property of the style comes from."""
        for style in self.chain(name):
            if getattr(self.styles[style], key) is not None:
                return style
        return "body"


class Theme(Struct, frozen=True):
    """A resolved theme: colours and lengths are values, and every style is complete."""

    paper: tuple[Length, Length]
    """Width and height of the page."""
    margins: Sides
    colours: Mapping[str, Colour]
    fonts: Mapping[str, FontFamily]
    fallback: tuple[str, ...]
    styles: Mapping[str, Style]
    text_width: Length
    """The width between the side margins."""
    text_height: Length
    """The height between the other margins."""

    def style(self, name: str) -> Style:
        """Return the style of that name. Raises KeyError for an unknown one."""
        return self.styles[name]


def resolve_theme(written: ThemeSettings) -> Theme:
    """Return the theme with every style complete. Names of colours and styles must be known."""
    colours = {name: _parsed_colour(text) for name, text in written.colours.items()}

    def colour(name: str) -> Colour:
        return colours[name] if name in colours else _parsed_colour(name)

    def style(name: str) -> Style:
        properties = _properties(name, written)
        for key, value in properties.items():
            if isinstance(value, Rule):
                properties[key] = DrawnRule(value.width, colour(value.colour), value.length)
            elif key in _COLOUR_PROPERTIES:
                properties[key] = colour(value)
        if "hyphenate" not in properties:
            body_size = written.styles["body"].size or properties["size"]
            _, largest = RUNNING_TEXT
            properties["hyphenate"] = not properties.get("bold") and properties["size"] <= body_size * largest
        return Style(name=name, **properties)

    styles = {name: style(name) for name in written.styles}
    page = written.page
    return Theme(page.paper, page.margins, colours, written.fonts, written.fallback, styles, *page.text_area)


@lru_cache(maxsize=256)
def _parsed_colour(text: str) -> Colour:
    """Return a colour, which the themes of all scales of a pack share."""
    return Colour.parse(text)


def _properties(name: str, written: ThemeSettings) -> dict[str, Any]:
    """Return the style's own properties over those of the styles that it is `like`, over the text of `body`. A null
    property removes that of the styles that it is `like`.
    """
    merged: dict[str, Any] = {}
    for ancestor in reversed(written.chain(name)):
        own = written.styles[ancestor]
        if "border" in own.model_fields_set and own.border is None:
            merged |= dict.fromkeys(BORDERS.values())
        for key in own.model_fields_set - {"like", "border"}:
            merged[key] = getattr(own, key)
        if own.border is not None:
            merged |= own.border.rules()
    for key in _TEXT_PROPERTIES:
        if merged.get(key) is None:
            merged[key] = getattr(written.styles["body"], key)
    return {key: value for key, value in merged.items() if value is not None}


# Leading: characters of East Asia fill their squares, and other scripts have marks above and below their letters
LEAST_ON_SCREENS = 1.4
"""The least leading of text on a screen, relative to its size."""
_LEAST_LEADING = {
    **dict.fromkeys(("zh", "yue", "ja", "ko"), 1.5),
    **dict.fromkeys(("ar", "fa", "ps", "ckb"), 1.4),
    **dict.fromkeys(("hi", "mr", "ne", "sa", "bn", "as", "pa", "gu", "or", "ta", "te", "kn", "ml", "si"), 1.5),
    **dict.fromkeys(("th", "lo"), 1.5),
    **dict.fromkeys(("km", "my", "bo", "dz"), 1.7),
    "ur": 1.8,
}
"""The least leading by language, relative to the size of the text."""


def least_leading(language: str) -> float | None:
    """Return the least leading in a language, relative to the size of the text; None for that of the theme."""
    return _LEAST_LEADING.get(primary(language))


def with_least_leading(theme: Theme, ratio: float) -> Theme:
    """Return the theme whose styles of running text have at least that leading, relative to their size."""
    body_size = theme.styles["body"].size
    smallest_factor, largest_factor = RUNNING_TEXT
    styles = {}
    for name, style in theme.styles.items():
        is_running_text = body_size * smallest_factor <= style.size <= body_size * largest_factor
        leading = Length(style.size * ratio)
        if is_running_text and style.leading < leading:
            style = replace(style, leading=leading)  # noqa: PLW2901 - the same style
        styles[name] = style
    return replace(theme, styles=styles)
