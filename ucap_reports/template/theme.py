"""The theme of a pack: page, colours, fonts and named styles, read from `pack.yaml` and driving both formats."""

from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from msgspec import Struct
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ucap_reports.template.lengths_and_colours import Colour, Length


class Strict(BaseModel):
    """What every part of a pack is: unchanging, and without room for a misspelt key. Who is given an opened pack needs
    no validator, so none is built before it is asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


def _length(value: Any) -> Length:
    if isinstance(value, Length):
        return value
    if value == 0:
        return Length(0)
    if isinstance(value, str):
        return Length.parse(value)
    raise ValueError("a length needs its unit, as in 18 mm or 8.75 pt")


Measure = Annotated[Length, BeforeValidator(_length)]


class Sides(NamedTuple):
    """Four lengths in CSS's order."""

    top: Length
    right: Length
    bottom: Length
    left: Length


NO_SIDES = Sides(Length(0), Length(0), Length(0), Length(0))


def _sides(value: Any) -> Sides:
    """Sides from CSS's shorthand: one length, two (vertical, horizontal), three or all four."""
    if isinstance(value, Sides):
        return value
    texts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    lengths = [_length(text) for text in texts] if isinstance(texts, list) else [_length(texts)]
    match lengths:
        case [every]:
            return Sides(every, every, every, every)
        case [vertical, horizontal]:
            return Sides(vertical, horizontal, vertical, horizontal)
        case [top, horizontal, bottom]:
            return Sides(top, horizontal, bottom, horizontal)
        case [top, right, bottom, left]:
            return Sides(top, right, bottom, left)
        case _:
            raise ValueError("one to four lengths: top, right, bottom, left")


Box = Annotated[Sides, BeforeValidator(_sides)]


class Align(StrEnum):
    """Where lines stand; start is left, and right in right-to-left languages."""

    START = "start"
    CENTER = "center"
    END = "end"


class Layout(StrEnum):
    """How a box places what it holds."""

    STACK = "stack"
    """One under the other."""
    COLUMNS = "columns"
    """Side by side: those with a `width` take it, the others share the rest evenly."""


class Rule(Strict):
    """A line: `width` thick, in a colour of the theme."""

    width: Measure
    colour: str
    length: Measure | None = None
    """How long; as long as its box where absent."""


class StyleRules(Strict):
    """A style as `pack.yaml` writes it: what is absent comes from the style it is `like`, at last from `body`."""

    like: str | None = None
    font: str | None = None
    size: Measure | None = None
    leading: Measure | None = None
    colour: str | None = None
    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    align: Align | None = None
    space_before: Measure | None = None
    space_after: Measure | None = None
    indent: Measure | None = None
    marker: str | None = None
    background: str | None = None
    padding: Box | None = None
    gap: Measure | None = None
    layout: Layout | None = None
    width: Measure | None = None
    height: Measure | None = None
    rule_below: Rule | None = None
    rule_start: Rule | None = None


TEXT_RULES = ("font", "size", "leading", "colour", "bold", "italic", "underline", "align")
"""What every style takes from `body`; boxes, spaces and rules are taken only from the style it is `like`."""


class DrawnRule(Struct, frozen=True):
    """A rule whose colour has been looked up."""

    width: Length
    colour: Colour
    length: Length | None


class Style(Struct, frozen=True, cache_hash=True):
    """A style with everything decided; what is given no value does not apply (no background, no rule, width to fit)."""

    name: str
    font: str
    size: Length
    leading: Length
    colour: Colour
    bold: bool
    italic: bool
    underline: bool
    align: Align
    space_before: Length
    space_after: Length
    indent: Length
    """How far the text of a list item stands from its marker's start."""
    marker: str
    """The text before an item of a bullet list of this style."""
    background: Colour | None
    padding: Sides
    gap: Length
    """Between the parts of a box, the paragraphs of a cell, or the items of a list."""
    layout: Layout
    width: Length | None
    height: Length | None
    rule_below: DrawnRule | None
    rule_start: DrawnRule | None


class FontFiles(Strict):
    """The faces of a family that a pack brings itself, as paths inside the pack."""

    regular: str
    bold: str | None = None
    italic: str | None = None
    bold_italic: str | None = None


class FontFamily(Strict):
    """One font of the theme in both formats: `pdf` is a family that the product knows, or the pack's own `files`."""

    word: str
    """The font the Word file names."""
    word_east_asian: str = "Microsoft YaHei"
    """The font the Word file names for Chinese, Japanese and Korean."""
    pdf: str | None = None
    files: FontFiles | None = None


class Page(Strict):
    """Paper and margins."""

    size: str = "A4"
    margins: Box


PAPER = {"A4": (Length.mm(210), Length.mm(297)), "Letter": (Length(612), Length(792))}
"""Widths and heights, ISO 216 and ANSI."""


class Theme(Strict):
    """What a designer sets once for both formats. `fonts` has at least `text`, `styles` at least `body`."""

    page: Page
    colours: dict[str, str]
    fonts: dict[str, FontFamily]
    fallback: tuple[str, ...] = ()
    """Families of the PDF for characters that the style's own font lacks, in the order they are tried."""
    styles: dict[str, StyleRules] = Field(min_length=1)

    @property
    def paper(self) -> tuple[Length, Length]:
        """Width and height of the page."""
        return PAPER[self.page.size]

    @property
    def text_width(self) -> Length:
        """The width between the side margins."""
        return Length(self.paper[0] - self.page.margins.left - self.page.margins.right)

    def colour(self, name: str) -> Colour:
        """The colour of that name, or the one written as #RRGGBB."""
        return Colour.parse(self.colours.get(name, name))

    def style(self, name: str) -> Style:
        """The style of that name with everything decided; KeyError where the theme has none."""
        rules = self._rules(name)
        return Style(
            name=name,
            font=rules.get("font", "text"),
            size=rules["size"],
            leading=rules["leading"],
            colour=self.colour(rules["colour"]),
            bold=rules.get("bold", False),
            italic=rules.get("italic", False),
            underline=rules.get("underline", False),
            align=rules.get("align", Align.START),
            space_before=rules.get("space_before", Length(0)),
            space_after=rules.get("space_after", Length(0)),
            indent=rules.get("indent", Length(0)),
            marker=rules.get("marker", ""),
            background=self.colour(rules["background"]) if "background" in rules else None,
            padding=rules.get("padding", NO_SIDES),
            gap=rules.get("gap", Length(0)),
            layout=rules.get("layout", Layout.STACK),
            width=rules.get("width"),
            height=rules.get("height"),
            rule_below=self._rule(rules.get("rule_below")),
            rule_start=self._rule(rules.get("rule_start")),
        )

    def _rules(self, name: str) -> dict[str, Any]:
        """The style's own rules over those of the styles it is `like`, over the text rules of `body`."""
        chain = [name]
        while (base := self.styles[chain[-1]].like) is not None and base not in chain:
            chain.append(base)
        merged = {key: getattr(self.styles["body"], key) for key in TEXT_RULES}
        for ancestor in reversed(chain):
            own = self.styles[ancestor]
            merged |= {key: getattr(own, key) for key in own.model_fields_set - {"like"}}
        return {key: value for key, value in merged.items() if value is not None}

    def _rule(self, rule: Rule | None) -> DrawnRule | None:
        return None if rule is None else DrawnRule(rule.width, self.colour(rule.colour), rule.length)
