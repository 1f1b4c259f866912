"""The styles and lists of a Word file that is written from a page tree, and what else its parts share: the theme,
links, pictures and charts.

The styles are one for each style of the theme that the tree uses. Officers change the look of a document with them.
They have the names that Word templates have ("U-CAP title"), so that both follow the theme in the same way; the
built-in headings of Word have them as aliases, so that the navigation pane lists the headings. The theme part has the
fonts and the first colours of the theme.

The numbering part has a definition for each look of a list. Each definition has two levels, so that officers can move
an item to the other level in Word, and an import recognises lists with arrows.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from pathlib import Path

from msgspec import Struct, field

from ucap_reports.page.box_geometry import estimated_width, is_boxed, marker_indent, marker_style
from ucap_reports.page.page_elements import LISTS, NATURAL, without_box
from ucap_reports.page.page_tree import Heading, Items, Picture
from ucap_reports.pictures.picture_preparation_and_quality import JPEG, PreparedPicture
from ucap_reports.template.lengths_colours_and_paper_sizes import NO_SIDES, TWIPS_PER_POINT, Colour, Length, Sides
from ucap_reports.template.theme_and_line_spacing import BORDERS, DrawnRule, Style, Theme
from ucap_reports.text.language_tags import is_right_to_left
from ucap_reports.text.rich_text import Marker, list_sign
from ucap_reports.word.file.package_parts import HYPERLINK, IMAGE, new_relationship
from ucap_reports.word.file.word_languages import default_languages_xml
from ucap_reports.word.file.word_styles import (
    ALIGNED,
    END,
    LINK_STYLE,
    OF_TABLE,
    OF_TEXT,
    PICTURE,
    THEME_PREFIX,
    border_xml,
    fonts_xml,
    half_points,
    run_properties,
    sides_xml,
)
from ucap_reports.word.file.word_xml import DECLARATION, WORD, escaped, one_line, properties_xml
from ucap_reports.word.render.rich_text_and_lists import LEVELS
from ucap_reports.word.writer.chart_part import CHART_RELATION, ChartPart

EMBLEM_PNG = Path(__file__).with_name("emblem.png").read_bytes()
"""The emblem of the European Union: 1,000 pixels to the inch at a height of 12 mm."""


class PackagePicture(Struct, frozen=True):
    """A picture of the package: its name beside the parts with text, and its content."""

    name: str
    content: bytes


class StoryPart:
    """The links and pictures of a part with text, by their identifiers."""

    def __init__(self) -> None:
        self._links: dict[str, str] = {}
        self.pictures: dict[PackagePicture, str] = {}
        self.charts: dict[str, ChartPart] = {}

    def relate(self, address: str) -> str:
        """Return the identifier of the relationship to an address."""
        return self._links.setdefault(address, f"address{len(self._links) + 1}")

    def image(self, picture: PackagePicture) -> str:
        """Return the identifier of the relationship to a picture."""
        return self.pictures.setdefault(picture, f"image{len(self.pictures) + 1}")

    def chart(self, part: ChartPart) -> str:
        """Return the identifier of the relationship to a chart."""
        identifier = f"chart{len(self.charts) + 1}"
        self.charts[identifier] = part
        return identifier

    def relationships(self) -> list[str]:
        """Return the relationships to the addresses, the pictures and the charts."""
        written = []
        for address, identifier in self._links.items():
            written.append(new_relationship(identifier, HYPERLINK, address, is_external=True))
        for picture, identifier in self.pictures.items():
            written.append(new_relationship(identifier, IMAGE, picture.name))
        for name in self.charts:
            written.append(new_relationship(name, CHART_RELATION, f"charts/{name}.xml"))
        return written


class DocumentParts(Struct):
    """What the parts of a document share: styles, lists, and the numbers of pictures."""

    theme: Theme
    language: str
    styles: "NamedStyles"
    lists: "ListDefinitions"
    is_template: bool = False
    """Whether the document is a template, whose text has tags."""
    headings: tuple[Heading, ...] = ()
    """The headings of a book, which its contents list."""
    picture_widths: dict[str, Length] = field(default_factory=dict)
    """The widths of the plan's pictures, by their fields."""
    _pictures: int = 0

    @property
    def right_to_left(self) -> bool:
        """Whether the document is right-to-left."""
        return is_right_to_left(self.language)

    @property
    def accents(self) -> Mapping[str, str]:
        """The names of Office for the colours of the theme; none in documents."""
        return _accents_by_colour(self.theme) if self.is_template else {}

    def next_number(self) -> int:
        """Return a number that no picture of the document has yet."""
        self._pictures += 1
        return self._pictures

    def image_file(self, picture: Picture) -> PackagePicture:
        """Return the file of a picture of the pack or of the emblem, as PNG or JPEG."""
        if not picture.content:
            return _picture_file("emblem", EMBLEM_PNG)
        if not picture.is_drawn:
            return _picture_file("pack", picture.content)
        from ucap_reports.page.svg_drawing import png_of_drawing  # noqa: PLC0415 - few packs have a drawing

        return _picture_file("pack", png_of_drawing(picture.content))

    def plan_picture(self, image: PreparedPicture) -> PackagePicture:
        """Return the file of a picture of the plan."""
        return _picture_file("plan", image.content)


def new_document(theme: Theme, language: str, *, is_template: bool) -> DocumentParts:
    """Return the state of a document without content."""
    lists = ListDefinitions(theme)
    styles = NamedStyles(theme, is_template=is_template, right_to_left=is_right_to_left(language))
    return DocumentParts(theme, language, styles, lists, is_template)


def _picture_file(kind: str, content: bytes) -> PackagePicture:
    """Return the file of a picture, whose name is equal for equal pictures."""
    ending = "jpg" if content.startswith(JPEG) else "png"
    return PackagePicture(f"media/{kind}-{sha256(content).hexdigest()[:12]}.{ending}", content)


# Named styles
_PLAIN_TABLE = "TableNormal"
"""The identifier of Word's default style of tables."""
END_STYLE, PICTURE_STYLE = "UCAPend", "UCAPpicture"
"""The identifiers of the styles of empty paragraphs, which are as low as possible, and of paragraphs with pictures."""
SIDES = ("top", "left", "bottom", "right")
"""The sides of a box in schema order."""
_MOST_SPACE = 31
"""The largest space between a text and its border, in points (ISO/IEC 29500-1, 17.3.4)."""
_THIN = Length(0.25)
"""The width of a border in the colour of the background, the smallest that Word draws."""


class TableLook(Struct, frozen=True):
    """What the cells of a table have unless they have their own: padding, background, and the borders.

    `between` is the border below each row; `borders` are those around the table, by side.
    """

    padding: Sides = NO_SIDES
    background: Colour | None = None
    between: DrawnRule | None = None
    borders: Mapping[str, DrawnRule] = {}


class NamedStyle(Struct, frozen=True):
    """A style of the file: its identifier, its definition, and the look that it defines."""

    identifier: str
    xml: str
    look: Style


class NamedStyles:
    """The styles of one file, each defined when it is first used."""

    def __init__(self, theme: Theme, *, is_template: bool = False, right_to_left: bool = False) -> None:
        self._theme = theme
        self._is_template = is_template
        self._right_to_left = right_to_left
        self._paragraphs: dict[tuple[str, bool], NamedStyle] = {}
        self._tables: dict[str, tuple[NamedStyle, TableLook]] = {}
        self._names = {f"{THEME_PREFIX}{END}": END_STYLE, f"{THEME_PREFIX}{PICTURE}": PICTURE_STYLE}
        """The identifiers of the styles by name, first those that each file has."""
        self._headings: set[int] = set()
        self._levels: dict[str, int] = {}
        """The levels of the headings of styles, by identifier."""

    def paragraph(self, style: Style, level: int = 0) -> NamedStyle:
        """Return the named style of a paragraph, or of a heading of that level. Its look is that of the theme's style
        of this name or, if the theme has none, that of the first paragraph.
        """
        is_own = has_box_or_space(style)
        key = style.name, is_own
        if key not in self._paragraphs:
            look = self._theme.styles.get(style.name, style)
            name = style.name
            if self._is_template and not is_own and (look.space_before or look.space_after):
                name += OF_TEXT  # a template follows the theme, whose style of this name has the spaces
            if not is_own:
                look = without_box(look)
            self._paragraphs[key] = self._defined(look, name, level)
        return self._paragraphs[key]

    def level(self, identifier: str) -> int:
        """Return the level of the headings of a style, which is that of the first text with it; 0 for a paragraph."""
        return self._levels.get(identifier, 0)

    def contents(self, style: Style, level: int, width: float) -> str:
        """Return the identifier of the style of an entry of the contents, which Word uses when it updates them."""
        key = f"toc {level}", True
        if key not in self._paragraphs:
            identifier = f"TOC{level}"
            properties = paragraph_look(style, right_to_left=self._right_to_left) | {
                "tabs": f'<w:tabs><w:tab w:val="right" w:pos="{Length(width).twips}"/></w:tabs>',
                "suppressAutoHyphens": "<w:suppressAutoHyphens/>",
            }
            if level == 1:
                properties["keepNext"] = "<w:keepNext/>"
            if style.rule_below is not None:  # or Word would draw one line below several entries
                between = border_xml("between", style.rule_below, round(style.padding.bottom))
                properties["pBdr"] = properties["pBdr"].replace("</w:pBdr>", f"{between}</w:pBdr>")
            xml = (
                f'<w:style w:type="paragraph" w:styleId="{identifier}"><w:name w:val="toc {level}"/>'
                f'<w:basedOn w:val="Normal"/>{properties_xml("w:pPr", properties)}'
                f"<w:rPr>{''.join(run_properties(style, self._theme))}</w:rPr></w:style>"
            )
            self._paragraphs[key] = NamedStyle(identifier, xml, style)
        return self._paragraphs[key].identifier

    def table(self, style: Style, look: TableLook) -> tuple[str, TableLook]:
        """Return the identifier of a table's style and its look, which is that of the first table with that style.

        A table that only places its cells needs no style of its own.
        """
        if look == TableLook():
            return _PLAIN_TABLE, look
        if style.name not in self._tables:
            name = self._free_name(style.name, OF_TABLE)
            identifier = self._identifier(name)
            new_style = NamedStyle(identifier, _table_style(identifier, name, look), style)
            self._tables[style.name] = (new_style, look)
        named, first_look = self._tables[style.name]
        return named.identifier, first_look

    def part(self, language: str) -> bytes:
        """Return the styles part for a document in that language."""
        written = list(_fixed_styles(self._theme, language))
        written += [style.xml for style in self._paragraphs.values()]
        written += [style.xml for style, _ in self._tables.values()]
        xml = f'<w:styles xmlns:w="{WORD}">{"".join(written)}</w:styles>'
        return (DECLARATION + xml).encode()

    def _defined(self, style: Style, theme_name: str, level: int) -> NamedStyle:
        """Return a new style with that look: the built-in heading of its level, if it is the first of that level."""
        name = self._free_name(theme_name, OF_TEXT)
        identifier = self._identifier(name)
        names = f'<w:name w:val="{escaped(name)}"/>'
        # LibreOffice drops aliases, and the built-in style for titles then follows the title of the theme.
        is_other_title = self._is_template and level == 1 and theme_name.removesuffix(OF_TEXT) != NATURAL["h1"]
        is_custom = level == 0 or level in self._headings or is_other_title
        if not is_custom:
            self._headings.add(level)
            identifier = f"Heading{level}"
            names = f'<w:name w:val="heading {level}"/><w:aliases w:val="{escaped(name)}"/>'
        self._levels[identifier] = level
        properties = paragraph_look(style, right_to_left=self._right_to_left)
        if not style.hyphenate:
            properties["suppressAutoHyphens"] = "<w:suppressAutoHyphens/>"
        if level:
            properties["keepNext"] = "<w:keepNext/>"
            properties["outlineLvl"] = f'<w:outlineLvl w:val="{level - 1}"/>'
        custom = ' w:customStyle="1"' if is_custom else ""
        properties_of_runs = "".join(run_properties(style, self._theme))
        xml = (
            f'<w:style w:type="paragraph" w:styleId="{identifier}"{custom}>{names}<w:basedOn w:val="Normal"/>'
            f"<w:qFormat/>{properties_xml('w:pPr', properties)}<w:rPr>{properties_of_runs}</w:rPr></w:style>"
        )
        return NamedStyle(identifier, xml, style)

    def _free_name(self, name: str, ending: str) -> str:
        """Return a name that no other style of the file has: the ending is added if one has it, and then a number."""
        written = f"{THEME_PREFIX}{name}"
        if written in self._names:
            written += ending
        free = written
        number = 1
        while free in self._names:
            number += 1
            free = f"{written} {number}"
        self._names[free] = ""
        return free

    def _identifier(self, name: str) -> str:
        """Return an identifier for the style of that name: its letters and digits, and a number if others have them."""
        letters = "".join(character for character in name if character.isalnum())
        identifier = letters
        number = 1
        while identifier in self._names.values():
            number += 1
            identifier = f"{letters}{number}"
        self._names[name] = identifier
        return identifier


def has_box_or_space(style: Style) -> bool:
    """Return whether a paragraph of the style has a box, or spaces around it."""
    return is_boxed(style) or bool(style.space_before or style.space_after)


def is_short(rule: DrawnRule | None) -> bool:
    """Return whether a rule is shorter than its box: paragraphs have no such border, so that it needs its own one."""
    return rule is not None and rule.length is not None


_MIRRORED = {"left": "right", "right": "left"}


def paragraph_look(style: Style, *, right_to_left: bool) -> dict[str, str]:
    """Return the paragraph properties of a style by local name, as XML.

    Word's left border of a paragraph is at the left in both directions, unlike its left indent, which is at the start.
    Padding is the space between text and borders. On a side without a border it is an indent or a space around the
    paragraph; if there is a background, a border in its colour, since the background ends at the borders.
    """
    borders: dict[str, str] = {}
    """The borders by their sides of the page."""
    outside = dict.fromkeys(SIDES, 0.0)
    for side in SIDES:
        padding = getattr(style.padding, side)
        rule = getattr(style, BORDERS[side])
        if is_short(rule):
            rule = None
        if rule is None and style.background is not None and padding:
            rule = DrawnRule(_THIN, style.background, None)
        if rule is None:
            outside[side] = padding
            continue
        page_side = _MIRRORED.get(side, side) if right_to_left else side
        borders[page_side] = border_xml(page_side, rule, min(_MOST_SPACE, round(padding)))
        if side in {"left", "right"}:
            outside[side] = padding + rule.width
    properties = {
        "spacing": spacing_xml(*spaces_around(style, style.space_before, style.space_after), style.leading),
        "jc": f'<w:jc w:val="{ALIGNED[style.align]}"/>',
    }
    if borders:
        in_order = [borders[side] for side in SIDES if side in borders]
        properties["pBdr"] = f"<w:pBdr>{''.join(in_order)}</w:pBdr>"
    if style.background is not None:
        properties["shd"] = shade_xml(style.background)
    if outside["left"] or outside["right"]:
        left = Length(outside["left"]).twips
        right = Length(outside["right"]).twips
        properties["ind"] = f'<w:ind w:left="{left}" w:right="{right}"/>'
    return properties


def spaces_around(style: Style, before: float, after: float) -> tuple[int, int]:
    """Return the spaces before and after a paragraph of the style in twips, if its box has these spaces around it.

    They include the padding on sides where neither a border nor a background shows where the box ends. Between the text
    and a short rule, which is a paragraph of its own, is only the padding.
    """
    above = before
    below = after
    if style.background is None and (style.rule_above is None or is_short(style.rule_above)):
        above += style.padding.top
    if is_short(style.rule_below):
        below = style.padding.bottom
    elif style.background is None and style.rule_below is None:
        below += style.padding.bottom
    return Length(above).twips, Length(below).twips


def spacing_xml(before: int, after: int, leading: Length, rule: str = "atLeast") -> str:
    """Return the spaces before and after a paragraph, in twips, and the height of its lines."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{leading.twips}" w:lineRule="{rule}"/>'


def shade_xml(colour: Colour) -> str:
    """Return the background of a paragraph or a cell."""
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour.hex}"/>'


def _table_style(identifier: str, name: str, look: TableLook) -> str:
    """Return the definition of a style of tables."""
    borders = "".join(border_xml(side, look.borders[side]) for side in SIDES if side in look.borders)
    if look.between is not None:
        if "bottom" not in look.borders:
            borders += border_xml("bottom", look.between)
        borders += border_xml("insideH", look.between)
    if borders:
        borders = f"<w:tblBorders>{borders}</w:tblBorders>"
    shade = f"<w:tcPr>{shade_xml(look.background)}</w:tcPr>" if look.background is not None else ""
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{identifier}"><w:name w:val="{escaped(name)}"/>'
        f'<w:basedOn w:val="{_PLAIN_TABLE}"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{borders}'
        f"<w:tblCellMar>{sides_xml(look.padding)}</w:tblCellMar></w:tblPr>{shade}</w:style>"
    )


def _fixed_styles(theme: Theme, language: str) -> Iterator[str]:
    """Yield the defaults, the built-in styles of Word, and the styles of paragraphs that no style of the theme has."""
    body = theme.style("body")
    link = theme.styles.get("link", body)
    size = half_points(body.size)
    languages, direction = default_languages_xml(language)
    yield (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts_xml(body, theme)}"
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>{languages}</w:rPr></w:rPrDefault>'
        f'<w:pPrDefault><w:pPr><w:widowControl/>{direction}<w:spacing w:before="0" w:after="0"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
    )
    yield (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        f'<w:style w:type="table" w:default="1" w:styleId="{_PLAIN_TABLE}"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"<w:tblCellMar>{sides_xml(NO_SIDES)}</w:tblCellMar></w:tblPr></w:style>"
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    )
    underline = "single" if link.underline else "none"
    yield (
        f'<w:style w:type="character" w:styleId="{LINK_STYLE}"><w:name w:val="{LINK_STYLE}"/><w:uiPriority w:val="99"/>'
        f'<w:rPr><w:color w:val="{link.colour.hex}"/><w:u w:val="{underline}"/></w:rPr></w:style>'
    )
    yield (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{END_STYLE}"><w:name w:val="{THEME_PREFIX}{END}"/>'
        '<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr>'
        '<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:style>'
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{PICTURE_STYLE}">'
        f'<w:name w:val="{THEME_PREFIX}{PICTURE}"/>'
        '<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
        '<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:style>'
    )


# The theme part (ISO/IEC 29500-1, 20.1.6): Word offers its colours and fonts for text that is added
_THEME = DECLARATION + one_line(Path(__file__).with_name("office_theme.xml"))
_ACCENTS = 6
"""The number of accent colours of Office."""
_WHITE = Colour("FFFFFF")


def office_theme(theme: Theme) -> bytes:
    """Return the theme part of documents with that theme."""
    colours = ""
    for name, colour in _colours(theme):
        colours += f'<a:{name}><a:srgbClr val="{colour.hex}"/></a:{name}>'
    font = theme.fonts["text"]
    xml = _THEME.format(colours=colours, latin=escape(font.word), eastern=escape(font.word_east_asian))
    return xml.encode()


def _accents_by_colour(theme: Theme) -> dict[str, str]:
    """Return the names of the accents of Office by their colours."""
    names: dict[str, str] = {}
    for name, colour in _colours(theme):
        if name.startswith("accent"):
            names.setdefault(colour.hex, name)
    return names


def _colours(theme: Theme) -> Iterator[tuple[str, Colour]]:
    """Yield the colours of Office by name: dark and light, accents, and those of links."""
    text = theme.style("body").colour
    link = theme.styles.get("link", theme.style("body")).colour
    yield "dk1", text
    yield "lt1", _WHITE
    yield "dk2", text
    yield "lt2", _WHITE
    accents = list(theme.colours.values())[:_ACCENTS]
    accents += [text] * (_ACCENTS - len(accents))
    for number, colour in enumerate(accents, 1):
        yield f"accent{number}", colour
    yield "hlink", link
    yield "folHlink", link


# Lists


class ListLook(Struct, frozen=True):
    """The look of one level: its style, the indent of its text and of its marker from that of the text, the line
    through its markers, which are centred on it, and the direction of the text around it.
    """

    style: Style
    indent: int
    hanging: int
    line: DrawnRule | None = None
    right_to_left: bool = False

    @property
    def marker_place(self) -> int:
        """The place of its markers, in twips."""
        return self.indent - self.hanging


class ListNesting(Struct, frozen=True):
    """What a list is nested in: its level, the looks of the lists around it, and the indent of its items in points."""

    level: int = 0
    looks: tuple[ListLook, ...] = ()
    indent: float = 0

    @property
    def hanging(self) -> float:
        """The distance of the markers of its innermost list from the text of the items, in points."""
        return self.looks[-1].hanging / TWIPS_PER_POINT if self.looks else 0

    def border_xml(self, *, has_marker: bool, right_to_left: bool) -> str:
        """Return the border of a paragraph of an item: the line through the markers of the outermost list.

        The border is beside the marker, or beside the text of a paragraph without one.
        """
        outermost = self.looks[0] if self.looks else None
        if outermost is None or outermost.line is None:
            return ""
        innermost = self.looks[-1]
        beside = innermost.marker_place if has_marker else innermost.indent
        space = min(_MOST_SPACE, round((beside - outermost.marker_place) / TWIPS_PER_POINT))
        side = "right" if right_to_left else "left"
        return f"<w:pBdr>{border_xml(side, outermost.line, space)}</w:pBdr>"


NO_LIST = ListNesting()
"""The place of blocks that are in no list."""


class ListDefinitions:
    """The lists of one document."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._definitions: dict[tuple[Marker, tuple[ListLook, ...]], int] = {}
        self._fixed: dict[int, int] = {}
        """The numbers of the lists with markers, by their definitions."""
        self._numbers: list[str] = []

    def opened(self, items: Items, around: ListNesting, *, right_to_left: bool) -> tuple[int, ListNesting]:
        """Return the number of a list in text of that direction, and the place of the lists in its items. Each numbered
        list has its own number.

        Lists that are nested more deeply than Word's two levels are on the second one.
        """
        look = _look(items, around.indent, right_to_left=right_to_left)
        looks = (*around.looks[: LEVELS - 1], look)
        level = len(looks) - 1
        definition = self._definition(items.marker, looks)
        deeper = ListNesting(level + 1, looks, look.indent / 20)
        if items.marker is Marker.NUMBER:
            override = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{items.start}"/></w:lvlOverride>'
            return self._number(definition, override), deeper
        if definition not in self._fixed:
            self._fixed[definition] = self._number(definition)
        return self._fixed[definition], deeper

    def part(self) -> bytes:
        """Return the numbering part."""
        definitions = []
        for (marker, looks), number in self._definitions.items():
            definitions.append(
                f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="hybridMultilevel"/>'
                f"{self._levels(marker, looks)}</w:abstractNum>"
            )
        xml = f'<w:numbering xmlns:w="{WORD}">{"".join(definitions)}{"".join(self._numbers)}</w:numbering>'
        return (DECLARATION + xml).encode()

    def _number(self, definition: int, override: str = "") -> int:
        number = len(self._numbers) + 1
        self._numbers.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{definition}"/>{override}</w:num>',
        )
        return number

    def _definition(self, marker: Marker, looks: tuple[ListLook, ...]) -> int:
        """Return the number of the definition of these levels, of which the theme has the second if there is only one.

        A list and a list in its items with the same markers have the same definition.
        """
        if len(looks) == 1:
            first = looks[0]
            style = self._theme.styles.get(LISTS[1], first.style)
            hanging = style.indent.twips
            second = ListLook(style, first.indent + hanging, hanging, right_to_left=first.right_to_left)
            looks = (first, second)
        new_number = len(self._definitions)
        return self._definitions.setdefault((marker, looks), new_number)

    def _levels(self, marker: Marker, looks: tuple[ListLook, ...]) -> str:
        """Return the levels of a definition."""
        kind = "decimal" if marker is Marker.NUMBER else "bullet"
        levels = []
        for level, look in enumerate(looks):
            style = look.style
            side = "right" if look.right_to_left else "left"
            size = half_points(style.size)
            bold = int(style.bold)
            alignment = "center" if look.line is not None else side
            levels.append(
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
                f'<w:lvlText w:val="{_marker_text(marker, look, level)}"/><w:lvlJc w:val="{alignment}"/>'
                f'<w:pPr><w:ind w:left="{look.indent}" w:hanging="{look.hanging}"/></w:pPr>'
                f'<w:rPr>{fonts_xml(style, self._theme)}<w:b w:val="{bold}"/><w:bCs w:val="{bold}"/>'
                f'<w:color w:val="{style.colour.hex}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:lvl>'
            )
        return "".join(levels)


def _look(items: Items, left: float, *, right_to_left: bool) -> ListLook:
    """Return the look of a list, whose text begins at that distance from the start of the line."""
    first_item = items.items[0] if items.items else ()
    style = marker_style(items, first_item)
    indent = style.indent
    if items.marker is Marker.NUMBER:
        marker = f"{items.start + len(items.items) - 1}."
    else:
        marker = list_sign(items.marker, style.marker, right_to_left=right_to_left)
    width = estimated_width(marker, style)
    if items.marker is Marker.NUMBER or width > indent:  # Word would move the text to the next tab stop
        indent = max(indent, marker_indent(marker, style))
    line = items.bullet_line
    hanging = indent if line is None else Length(indent - width / 2)
    return ListLook(style, Length(left + indent).twips, hanging.twips, line, right_to_left)


def _marker_text(marker: Marker, look: ListLook, level: int) -> str:
    if marker is Marker.NUMBER:
        return f"%{level + 1}."
    sign = list_sign(marker, look.style.marker, right_to_left=look.right_to_left)
    return escaped(sign).replace('"', "&quot;")
