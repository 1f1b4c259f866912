"""Reads the shapes of a page: bars, and tiles of goals."""

import re

from msgspec.structs import replace

from ucap_reports.pdf.template.page_tree import Drawing
from ucap_reports.pdf.template.reading_context import Element, ElementContext, Reading, StartTag
from ucap_reports.problems import problem
from ucap_reports.template.goal_tiles import COLOURS, TILE_SIDE
from ucap_reports.text.foreign_text import language_of
from ucap_reports.text.shapes import NO_BAR, Shape, Tile, bar_of

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?(e-[0-9]{1,3})?")
"""A number as `{{ … }}` prints it; no template can make larger ones."""


def read_shape(reading: Reading, element: Element, place: ElementContext) -> Drawing | None:
    """A `bar` or `goal`, from the template or from a filter; None for an unknown number."""
    if element.keys() == ["ref"]:
        shape: Shape | None = reading.page.shapes[int(element.get("ref", ""))]
        opened = StartTag({}, place.line)
    else:
        opened = reading.open(element)
        reading.expect_empty(element)
        shape = (_bar if element.tag == "bar" else _tile)(reading, element, opened)
    style = reading.style(element, opened, place.text)
    if isinstance(shape, Tile) and style.width is None:
        style = replace(style, width=TILE_SIDE)
    return None if shape is None or shape == NO_BAR else Drawing(shape, style, opened.line)


def _bar(reading: Reading, element: Element, opened: StartTag) -> Shape:
    value, largest = (_number(reading, element, opened, name) for name in ("value", "max"))
    text = "" if value is None else reading.page.formats.figure(value)
    return bar_of(value, largest, text, opened.attributes.get("label", ""))


def _tile(reading: Reading, element: Element, opened: StartTag) -> Shape | None:
    number = _number(reading, element, opened, "number")
    if number is None:
        return None
    if number not in COLOURS:
        known = f"a number from 1 to {max(COLOURS)}"
        reading.report(element, problem("attribute-invalid", name="number", value=f"{number:g}", known=known))
        return None
    title = reading.page.formats.goal(int(number))
    return Tile(int(number), str(title), language_of(title))


def _number(reading: Reading, element: Element, opened: StartTag, name: str) -> float | None:
    """The number in an attribute; None if it is empty, as an unknown number is printed. Reports a missing one."""
    written = opened.attributes.get(name)
    if written is None:
        reading.report(element, problem("attribute-missing", element=element.tag, name=name, example="9"))
        return None
    if written and not _NUMBER.fullmatch(written):
        reading.report(element, problem("attribute-invalid", name=name, value=written, known="a number"))
        written = ""
    number = float(written) if written else None
    return int(number) if number is not None and number == int(number) else number
