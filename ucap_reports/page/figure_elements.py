"""Reads the figures of a page: the emblem, pictures of the pack and of the plan, bars, and tiles of goals."""

import re
from pathlib import PurePosixPath

from msgspec.structs import replace

from ucap_reports.page.element_styles import natural_style
from ucap_reports.page.inline_elements import rich_block
from ucap_reports.page.page_tree import Drawing, ImageBlock, PictureBlock
from ucap_reports.page.reading_context import ElementContext, PageElement
from ucap_reports.page.tree_pictures import EMBLEM
from ucap_reports.problems import did_you_mean, problem
from ucap_reports.template.figure_geometry import ALTERNATIVE_TEXT, CAPTION, COLOURS, PHOTO, PROPORTION, TILE_SIDE
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.text.language_tags import language_of
from ucap_reports.text.rich_text import Run
from ucap_reports.text.shapes import NO_BAR, Shape, Tile, bar_of

DEFAULT_EMBLEM_HEIGHT = Length.mm(12)
LEAST_EMBLEM_HEIGHT = Length.mm(10)
"""The emblem must be at least 1 cm high (European Commission, "The use of the EU emblem", 2021)."""
PIXEL = Length(0.75)
"""The size of a picture's pixel if no style gives its size: that of CSS, 96 to the inch."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?(e-[0-9]{1,3})?")
"""A number as `{{ … }}` prints it; no template can make larger ones."""


def read_emblem(opened: PageElement, place: ElementContext) -> ImageBlock:
    """The emblem of the European Union, with the alternative text `alt` or "European Union flag"."""
    style = opened.style(place.text)
    height = style.height or DEFAULT_EMBLEM_HEIGHT
    if height < LEAST_EMBLEM_HEIGHT:
        opened.report(problem("emblem-too-small", style=style.name))
    alt, width = _alt(opened, ALTERNATIVE_TEXT), Length(height * PROPORTION)
    return ImageBlock("", EMBLEM, alt, style, opened.line, width, height)


def read_image(opened: PageElement, place: ElementContext) -> ImageBlock | None:
    """A PNG, JPEG or SVG picture of the pack, in the size of its style or at 96 pixels to the inch."""
    style, alt, files = opened.style(place.text), _alt(opened), opened.reading.pack.files
    if (name := opened.required("src", "images/logo.png")) is None:
        return None
    if name not in files:
        _report_missing_image(opened, name)
        return None
    picture = opened.reading.picture(opened.element, name, files[name].content)
    if picture is None:
        return None
    # The picture keeps its proportions, and is as large as its style allows.
    measures = ((style.width, picture.width), (style.height, picture.height))
    scale = min((measure / pixels for measure, pixels in measures if measure is not None), default=PIXEL)
    width, height = Length(picture.width * scale), Length(picture.height * scale)
    return ImageBlock(name, picture, alt, style, opened.line, width, height)


def _alt(opened: PageElement, default: str = "") -> str:
    """The alternative text. Reports an empty one."""
    alt = opened.attributes.get("alt", default)
    if not alt.strip():
        opened.report(problem("alt-missing", form="page", element=opened.tag))
    return alt


def _report_missing_image(opened: PageElement, name: str) -> None:
    """Report a name that is not a file of the pack."""
    if "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts:
        opened.report(problem("image-outside", name=name))
    else:
        images = sorted(known for known in opened.reading.pack.files if known.startswith("images/"))
        opened.report(problem("image-missing", hint=did_you_mean(name, images), name=name))


def read_plan_picture(opened: PageElement, place: ElementContext) -> PictureBlock | None:
    """A picture of the plan; None if there is none. With `caption="false"`, only the picture is printed."""
    reading = opened.reading
    wanted = opened.required("of", "{{ picture }}")
    facts = reading.page.pictures.get(wanted or "")
    if facts is None:
        if wanted:
            known = "a picture of the summary, such as {{ picture }}"
            opened.report(problem("attribute-invalid", name="of", value=wanted, known=known))
        return None
    style = opened.style(place.text, PHOTO)
    words = natural_style(reading.theme, CAPTION, place.text)
    inside = replace(place, name="picture", text=words, line=opened.line)
    form = Run("", language=opened.language(place.language))
    texts = [facts.caption, facts.credit] if opened.is_true("caption", default="true") else []
    caption = tuple(rich_block(reading, block, inside, form) for text in texts for block in text.blocks)
    return PictureBlock(facts, caption, style, opened.line)


def read_shape(opened: PageElement, place: ElementContext) -> Drawing | None:
    """A `bar` or `goal`, from the template or, with a `ref`, from a filter; None if a number is unknown."""
    shape: Shape | None
    if "ref" in opened.attributes:
        shape = opened.reading.page.shapes[int(opened.attributes["ref"])]
    else:
        shape = (_bar if opened.tag == "bar" else _tile)(opened)
    style = opened.style(place.text)
    if isinstance(shape, Tile) and style.width is None:
        style = replace(style, width=TILE_SIDE)
    return None if shape is None or shape == NO_BAR else Drawing(shape, style, opened.line)


def _bar(opened: PageElement) -> Shape:
    value, largest = (_number(opened, name) for name in ("value", "max"))
    text = "" if value is None else opened.reading.page.summary.formats.figure(value)
    return bar_of(value, largest, text, opened.attributes.get("label", ""))


def _tile(opened: PageElement) -> Shape | None:
    number = _number(opened, "number")
    if number is None:
        return None
    if number not in COLOURS:
        known = f"a number from 1 to {max(COLOURS)}"
        opened.report(problem("attribute-invalid", name="number", value=f"{number:g}", known=known))
        return None
    title = opened.reading.page.summary.formats.goal(int(number))
    return Tile(int(number), str(title), language_of(title))


def _number(opened: PageElement, name: str) -> float | None:
    """The number in an attribute; None if it is empty, as it is for an unknown number. Reports a missing attribute."""
    written = opened.required(name, "9")
    if written and not _NUMBER.fullmatch(written):
        opened.report(problem("attribute-invalid", name=name, value=written, known="a number"))
        return None
    number = float(written) if written else None
    return int(number) if number is not None and number == int(number) else number
