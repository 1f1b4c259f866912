"""The colours of text and its background in a Word template, with the look of the theme."""

from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from ucap_reports.problems import Location
from ucap_reports.template.lengths_and_colours import Colour
from ucap_reports.template.pack import Pack, WordStyles
from ucap_reports.word.compile.template_opening import dress, open_template
from ucap_reports.word.compile.theme_styles import style_names, theme_name
from ucap_reports.word.file.effective_styles import StyleSheet
from ucap_reports.word.file.element_places import ElementPlaces
from ucap_reports.word.file.word_xml import MAIN, WORD_SHAPE, qualified

PAPER, INK = Colour("FFFFFF"), Colour("000000")
"""The automatic colours in Word."""
_VALUE, _FILL = qualified("w:val"), qualified("w:fill")
_CELL, _TABLE = qualified("w:tc"), qualified("w:tbl")
_SHAPE, _SHAPE_FILL = f"{{{WORD_SHAPE}}}wsp", f"{{{WORD_SHAPE}}}spPr/{{{MAIN}}}solidFill/{{{MAIN}}}srgbClr"


class TextColours(Struct, frozen=True):
    """Text of one colour on one background. `style` is the theme's style if the colour is from there."""

    colour: Colour
    background: Colour
    style: str | None
    location: Location


def text_colours(pack: Pack) -> Iterator[TextColours]:
    """The colours of the texts of a template. Raises ProblemsFound if the template cannot be read."""
    opened = open_template(pack.word_template)
    names = style_names(opened.styles)
    dress(opened, names, pack)
    sheet = StyleSheet(opened.styles)
    follows = pack.settings.word_styles is WordStyles.THEME
    for part in opened.parts.texts:
        root = opened.texts[part.name]
        places = ElementPlaces(root, part.place)
        for paragraph in root.iter(qualified("w:p")):
            if not any((text.text or "").strip() for text in paragraph.iter(qualified("w:t"))):
                continue
            background = _background(paragraph, sheet)
            location = Location(pack.word_template.path, place=places.of(paragraph))
            identifier = _style_of(paragraph, "w:pPr/w:pStyle", sheet.defaults.get("paragraph", ""))
            own = theme_name(names.get(identifier, ""), pack.theme) if follows else None
            own = own if own in pack.theme.styles else None
            for colour, is_direct in _colours(paragraph, identifier, sheet):
                yield TextColours(colour, background, None if is_direct else own, location)


def _colours(paragraph: etree._Element, identifier: str, sheet: StyleSheet) -> Iterator[tuple[Colour, bool]]:
    """The colours of a paragraph's text, each once, and whether they are direct formatting."""
    found: dict[tuple[Colour, bool], None] = {}
    for run in paragraph.iterchildren(qualified("w:r")):
        if not any((text.text or "").strip() for text in run.iter(qualified("w:t"))):
            continue
        own = run.find(f"{qualified('w:rPr')}/{qualified('w:color')}")
        written = None if own is None else own.get(_VALUE)
        style = _style_of(run, "w:rPr/w:rStyle", "")
        by_style = sheet.value(style, "w:rPr/w:color") if style else None
        found[_colour(written or by_style or sheet.value(identifier, "w:rPr/w:color"), INK), written is not None] = None
    return iter(found)


def _background(paragraph: etree._Element, sheet: StyleSheet) -> Colour:
    """The nearest shading around a text: its own, its style's, its shape's, its cell's, its table's, or the paper."""
    own = _fill(paragraph.find(f"{qualified('w:pPr')}/{qualified('w:shd')}"))
    identifier = _style_of(paragraph, "w:pPr/w:pStyle", sheet.defaults.get("paragraph", ""))
    fills = [own, sheet.value(identifier, "w:pPr/w:shd", "w:fill")]
    for around in paragraph.iterancestors(_SHAPE, _CELL, _TABLE):
        if around.tag == _SHAPE:
            fills.append(None if (fill := around.find(_SHAPE_FILL)) is None else fill.get("val"))
        elif around.tag == _CELL:
            fills.append(_fill(around.find(f"{qualified('w:tcPr')}/{qualified('w:shd')}")))
        else:
            style = _style_of(around, "w:tblPr/w:tblStyle", "")
            fills.append(sheet.value(style, "w:tcPr/w:shd", "w:fill") if style else None)
    return next((_colour(fill, PAPER) for fill in fills if fill not in (None, "auto")), PAPER)


def _fill(shade: etree._Element | None) -> str | None:
    return None if shade is None else shade.get(_FILL)


def _style_of(element: etree._Element, path: str, otherwise: str) -> str:
    use = element.find("/".join(qualified(step) for step in path.split("/")))
    return otherwise if use is None else str(use.get(_VALUE))


def _colour(written: str | None, otherwise: Colour) -> Colour:
    try:
        return Colour.parse(f"#{written}")
    except ValueError:  # automatic, or the name of a colour of the office theme
        return otherwise
