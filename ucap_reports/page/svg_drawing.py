"""SVG drawings: their shapes in solid colours are read (`read_drawing`; SVG 1.1, chapters 6 to 9 and 11), and written
as operators of PDF (`shape_operators`; ISO 32000-1, 8.5) or as PNG (`png_of_drawing`).

Everything else that could be seen is an error, so that nothing is missing. An element is read in these steps: its
attributes, with what rules of classes and its style say (`_Attributes`), are read as properties; the element becomes
path data (`_SHAPE_PATHS`), and these become operators (`_path_operators`). Which properties a drawing may have, with
their values, is in `_PROPERTIES`. PNG is for formats without vector graphics: PDFium draws the pictures, from a page
that has only the operators of the drawing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import count, islice
from math import radians
from typing import Any, NamedTuple, cast

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.reportLabPen import ReportLabPen
from fontTools.svgLib.path import parse_path
from lxml import etree
from msgspec import Struct
from PIL import ImageColor

from ucap_reports.pictures.picture_preparation_and_quality import PictureError
from ucap_reports.pictures.svg_safety import SVG_NAMESPACE, svg_fault
from ucap_reports.problems import shortened
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.template.lengths_colours_and_paper_sizes import Colour, colour_operands

MAX_SVG_BYTES = 250_000
"""bytes, and characters of the values of all elements with those of their classes, and 100 for each repetition by
`use`; logos have 10,000"""
_REPEATED_ELEMENT = 100
"""characters for each repetition by `use`; it takes work but no bytes"""
MAX_SVG_DEPTH = 100
"""elements in each other, also through `use`"""
MAX_SVG_FAULTS = 20
"""faults that are reported"""
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


class Stroke(Struct, frozen=True):
    """How a path is stroked. `cap` and `join` count the keywords of SVG in their order: 0 is butt and miter."""

    colour: Colour
    width: float
    cap: int
    join: int
    miter_limit: float


class PaintedShape(Struct, frozen=True):
    """A path in the units of its own coordinates, and how it is painted.

    `path` has the operators m, l, c and h of PDF (ISO 32000-1, 8.5.2), `matrix` maps its coordinates to those of the
    drawing.
    """

    path: str
    matrix: tuple[float, ...]
    fill: Colour | None
    is_even_odd: bool
    stroke: Stroke | None


class SvgDrawing(Struct, frozen=True):
    """The shapes of a drawing, its visible box in its own units (y grows downwards), and its size in pixels of CSS.

    The box has the left, top, right and bottom edges.
    """

    shapes: tuple[PaintedShape, ...]
    box: tuple[float, float, float, float]
    width: float
    height: float
    has_margins: bool = False
    """Whether the size that the file has is of other proportions, so that programs show margins beside its box."""


def read_drawing(content: bytes) -> SvgDrawing:
    """Read an SVG file. Raises PictureError with everything in it that cannot be drawn."""
    result = _result_of(content)
    if isinstance(result, SvgDrawing):
        return result
    raise PictureError(result.form, result.limit, result.contents)


def without_margins(content: bytes, drawing: SvgDrawing) -> bytes:
    """Return the SVG file of a drawing in the size of the drawing, for formats that contain the file."""
    if not drawing.has_margins:
        return content
    root = etree.fromstring(content, _PARSER)
    width = f"{drawing.width:g}"
    height = f"{drawing.height:g}"
    root.set("width", width)
    root.set("height", height)
    # A style, which may be that of a class, precedes attributes.
    own_style = root.get("style", "").rstrip("; ")
    style = f"{own_style};width:{width}px;height:{height}px"
    root.set("style", style.lstrip(";"))
    return etree.tostring(root)


@lru_cache(maxsize=64)
def _result_of(content: bytes) -> SvgDrawing | PictureError:
    """Return the drawing of an SVG file or its error, so that a file is read once for all formats; of 64 files."""
    try:
        return _read(content)
    except PictureError as error:
        return PictureError(error.form, error.limit, error.contents)  # another one, without the traceback


def _read(content: bytes) -> SvgDrawing:
    if len(content) > MAX_SVG_BYTES:
        raise PictureError("bytes", MAX_SVG_BYTES)
    try:
        root = etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        raise PictureError("damaged") from error
    if root.tag != f"{{{SVG_NAMESPACE}}}svg":
        raise PictureError("damaged")
    document_type: Any = root.getroottree().docinfo.internalDTD
    has_entities = document_type is not None and any(document_type.iterentities())
    fault = "an entity" if has_entities else svg_fault(root)
    if fault is not None:
        raise PictureError("drawing", contents=(fault,))
    return _DrawingReader(root).drawing()


# Numbers, lengths and transformations: each function raises ValueError or ArithmeticError for invalid text

_LARGEST = 1e6
"""The largest number in a drawing; real ones are below 10,000."""
_LARGEST_LENGTH = 1e5
_DIGITS = 9
"""The number of decimals of what is read."""
_SEPARATOR = r"[\s,]*+"
"""What may be between two numbers or transformations of a list."""
_WRITTEN_NUMBER = r"([+-]?+(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?+\d++)?+)"
_NUMBER = re.compile(_WRITTEN_NUMBER + _SEPARATOR)
_LENGTH = re.compile(_WRITTEN_NUMBER + _SEPARATOR + "(px|pt|pc|mm|cm|in|)", re.IGNORECASE)
_PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
"""The pixels of CSS in each unit."""
_TRANSFORM = re.compile(r"(?P<name>\w+)\s*+\((?P<arguments>[^()]*+)\)" + _SEPARATOR)


def _number(text: str) -> float:
    """Return a number that is not too large. One that is nearly 0 is 0: its square would be, and cannot divide."""
    value = round(float(text), _DIGITS)
    if not abs(value) <= _LARGEST:
        raise ValueError(text)
    return value


def _numbers(text: str) -> list[float]:
    """Return the numbers of a list."""
    return [_number(match[1]) for match in _consecutive_matches(_NUMBER, text)]


def _length(text: str) -> float:
    """Return a length in pixels."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    pixels = round(_number(match[1]) * _PIXELS[match[2].lower()], _DIGITS)
    if abs(pixels) > _LARGEST_LENGTH:
        raise ValueError(text)
    return pixels


def _transform(text: str) -> Transform:
    """Return the product of transformations such as `translate(1 2) scale(3)`."""
    product = Identity
    for written in _consecutive_matches(_TRANSFORM, text):
        counts, transform = _TRANSFORMATIONS[written["name"]]
        numbers = _numbers(written["arguments"])
        if len(numbers) not in counts:
            raise ValueError(text)
        product = transform(product, *numbers)
    return product


def _rotated(matrix: Transform, degrees: float, x: float = 0, y: float = 0) -> Transform:
    return matrix.translate(x, y).rotate(radians(degrees)).translate(-x, -y)


_TRANSFORMATIONS: Mapping[str, tuple[tuple[int, ...], Callable[..., Transform]]] = {
    "matrix": ((6,), lambda matrix, *six: matrix.transform(Transform(*six))),
    "translate": ((1, 2), lambda matrix, x, y=0: matrix.translate(x, y)),
    "scale": ((1, 2), lambda matrix, x, y=None: matrix.scale(x, y)),
    "rotate": ((1, 3), _rotated),
    "skewX": ((1,), lambda matrix, degrees: matrix.skew(radians(degrees), 0)),
    "skewY": ((1,), lambda matrix, degrees: matrix.skew(0, radians(degrees))),
}
"""The transformations, with the numbers of arguments that they may have (SVG 1.1, 7.6)."""


def _consecutive_matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches that a text consists of, one after the other; raise ValueError if there is anything else."""
    text = text.strip()
    offset = 0
    while offset < len(text):
        match = pattern.match(text, offset)
        if match is None:
            raise ValueError(text)
        yield match
        offset = match.end()


# Properties and attributes

_CURRENT = "currentcolor"
"""The value of `fill` and `stroke` that means the value of `color`."""
_SQUARE = 2
"""The number of `stroke-linecap: square`."""
_OPAQUE = 255
_NOT_CSS = ("hsv", "hsb")
"""Forms of colours that Pillow reads and browsers ignore."""


def _paint(text: str) -> Colour | str | None:
    """Return the colour of a fill or a stroke: None for `none`, `_CURRENT` for that of `color`. Raise ValueError for
    gradients and transparent colours.
    """
    written = text.strip().lower()
    if written == "none":
        return None
    if written == _CURRENT:
        return _CURRENT
    return _colour(written)


def _colour(text: str) -> Colour:
    """Return an opaque colour."""
    written = text.strip().lower()
    if written.startswith(_NOT_CSS):
        raise ValueError(text)
    red, green, blue, *alpha = ImageColor.getrgb(written)
    is_opaque = alpha in ([], [_OPAQUE])
    if not is_opaque:
        raise ValueError(text)
    channels = [min(channel, 255) for channel in (red, green, blue)]
    return Colour("{:02X}{:02X}{:02X}".format(*channels))


def _one_of(**values: Any) -> Callable[[str], Any]:
    """Return a function that reads one of these keywords as its value."""
    return lambda text: values[text.strip()]


def _valid(read: Callable[[str], Any], is_valid: Callable[[Any], bool]) -> Callable[[str], Any]:
    """Return a function that reads a value, and raises ValueError for one that is not valid."""

    def checked(text: str) -> Any:
        value = read(text)
        if not is_valid(value):
            raise ValueError(text)
        return value

    return checked


def _share(text: str) -> float:
    """Return an opacity, which may be written in percent."""
    written = text.strip()
    if written.endswith("%"):
        return float(written[:-1]) / 100
    return float(written)


class _Property(NamedTuple):
    """A property of CSS: its value where none is written, and what reads a value."""

    default: str
    read: Callable[[str], Any]


_ONLY_NONE = _Property("none", _one_of(none=None))
_ONLY_NORMAL = _Property("normal", _one_of(normal=None))
_ONLY_OPAQUE = _Property("1", _valid(_share, lambda share: share == 1))
_PROPERTIES: Mapping[str, _Property] = {
    "color": _Property("black", _colour),
    "fill": _Property("black", _paint),
    "fill-rule": _Property("nonzero", _one_of(nonzero=False, evenodd=True)),
    "stroke": _Property("none", _paint),
    "stroke-width": _Property("1", _valid(_length, lambda width: width >= 0)),
    "stroke-linecap": _Property("butt", _one_of(butt=0, round=1, square=_SQUARE)),
    "stroke-linejoin": _Property("miter", _one_of(miter=0, round=1, bevel=2)),
    "stroke-miterlimit": _Property("4", _valid(_number, lambda limit: limit >= 1)),
    "display": _Property("inline", _one_of(inline=True, block=True, none=False)),
    # What is not drawn: the default is the only value.
    "visibility": _Property("visible", _one_of(visible=None)),
    "opacity": _ONLY_OPAQUE,
    "fill-opacity": _ONLY_OPAQUE,
    "stroke-opacity": _ONLY_OPAQUE,
    "clip-path": _ONLY_NONE,
    "mask": _ONLY_NONE,
    "filter": _ONLY_NONE,
    "vector-effect": _ONLY_NONE,
    "stroke-dasharray": _ONLY_NONE,
    "-webkit-clip-path": _ONLY_NONE,
    "-webkit-mask": _ONLY_NONE,
    "-webkit-filter": _ONLY_NONE,
    "mask-image": _ONLY_NONE,
    "marker": _ONLY_NONE,
    "marker-start": _ONLY_NONE,
    "marker-mid": _ONLY_NONE,
    "marker-end": _ONLY_NONE,
    "transform-origin": _ONLY_NONE,
    "rotate": _ONLY_NONE,
    "scale": _ONLY_NONE,
    "translate": _ONLY_NONE,
    "offset-path": _ONLY_NONE,
    "transform-box": _Property("view-box", _one_of(**{"view-box": None})),
    "preserveAspectRatio": _Property("xMidYMid", _valid(str, lambda text: "none" not in text and "slice" not in text)),
    "mix-blend-mode": _ONLY_NORMAL,
    "paint-order": _ONLY_NORMAL,
}
_BACKGROUNDS = ("background", "background-color", "background-image")
_CONDITIONS = ("systemLanguage", "requiredExtensions")
"""Attributes that decide whether a browser shows an element."""
_CLASS = re.compile(r"\.([\w-]+)")
_SHOWN_MEDIA = frozenset({"", "all", "screen"})
"""The media of style sheets that a browser applies where it shows a drawing."""
_OTHER_MEDIA = frozenset({"print", "speech"})
"""Those that it does not apply there."""
_Style = dict[str, Any]
"""The values of all properties for an element."""
_INITIAL: _Style = {name: known.read(known.default) for name, known in _PROPERTIES.items()}
"""The style outside of all elements."""


class _Faults:
    """What cannot be drawn, each fault with the line where it is first."""

    def __init__(self) -> None:
        self._lines: dict[str, Any] = {}

    def add(self, fault: str, element: etree._Element) -> None:
        """Add a fault in an element, unless it is known."""
        self._lines.setdefault(fault, element.sourceline)

    def texts(self) -> tuple[str, ...]:
        """Return the faults with their lines, as many as are reported."""
        texts = [f"{fault} (line {line})" for fault, line in self._lines.items()]
        return tuple(texts[:MAX_SVG_FAULTS])


class _Attributes:
    """The attributes of an element, with those of its rules and its style."""

    def __init__(self, element: etree._Element, values: Mapping[str, str], faults: _Faults) -> None:
        self.element = element
        self.values = values
        self._faults = faults

    def read(self, name: str, read: Callable[[str], Any], default: str = "0") -> Any:
        """Return the value of an attribute; the default for a missing one, and for an invalid one, which is a fault."""
        value = self.values.get(name, default)
        try:
            return read(value)
        except (ValueError, ArithmeticError, LookupError, TypeError):
            self._faults.add(f'{name}="{shortened(value)}"', self.element)
            return read(default)

    def length(self, name: str) -> float:
        """Return a length in pixels."""
        return float(self.read(name, _length))

    def style(self, inherited: _Style) -> _Style:
        """Return the properties of the element."""
        style = dict(inherited)
        for name, value in self.values.items():
            if name in _PROPERTIES and value != "inherit":
                known = _PROPERTIES[name]
                style[name] = self.read(name, known.read, known.default)
        return style


_MOST_DECLARATIONS = 20_000
"""Properties of classes: each class of a rule has all properties of the rule."""


class _ClassRules:
    """The rules of a drawing for classes. Those with other selectors are faults."""

    def __init__(self, root: etree._Element, faults: _Faults) -> None:
        self._rules: defaultdict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
        """The properties of each class; of two values for an element, the one with the larger number applies."""
        self._faults = faults
        self._numbers = count()
        declaration_count = 0
        for sheet in root.iter(f"{{{SVG_NAMESPACE}}}style"):
            written_media = str(sheet.get("media", ""))
            media = {medium.strip().lower() for medium in written_media.split(",")}
            if media <= _OTHER_MEDIA:
                continue
            if media.isdisjoint(_SHOWN_MEDIA):
                faults.add(f'media="{shortened(written_media)}"', sheet)
            sheet_text = "".join(map(str, sheet.itertext()))
            for selectors, values in _rules(sheet_text):
                declaration_count += len(selectors) * len(values)
                if declaration_count > _MOST_DECLARATIONS:
                    faults.add(f"more than {_MOST_DECLARATIONS:,} properties of classes", sheet)
                    return
                for selector in selectors:
                    self._add(selector, values, sheet)

    def _add(self, selector: str, values: Mapping[str, str], sheet: etree._Element) -> None:
        """Add the properties of a rule to its class."""
        class_selector = _CLASS.fullmatch(selector)
        has_important = any("!" in value for value in values.values())
        if class_selector is None or has_important:
            rule = f"{selector} !important" if has_important else selector
            self._faults.add(f'the style rule "{shortened(rule)}"', sheet)
            return
        properties = self._rules[class_selector[1]]
        for name, value in values.items():
            properties[name] = (next(self._numbers), value)

    def values(self, classes: str) -> dict[str, str]:
        """Return the properties that the classes of an element have, in the order of the classes.

        Of two rules with the same property, the later one in the style sheets counts.
        """
        cascaded: dict[str, tuple[int, str]] = {}
        for class_name in classes.split():
            for name, declared in self._rules.get(class_name, {}).items():
                if name not in cascaded or declared > cascaded[name]:
                    cascaded[name] = declared
        return {name: value for name, (_, value) in cascaded.items()}


def _declarations(text: str) -> dict[str, str]:
    """Return the values of properties in a `style` attribute or a rule."""
    values: dict[str, str] = {}
    for declaration in _without_comments(text).split(";"):
        if declaration.strip():
            name, _, value = declaration.partition(":")
            values[name.strip().lower()] = value.strip()
    return values


def _rules(sheet: str) -> Iterator[tuple[Sequence[str], dict[str, str]]]:
    """Yield the rules of a style sheet, the selectors of each with its properties."""
    for rule in _without_comments(sheet).split("}"):
        selectors, _, body = rule.partition("{")
        if selectors.strip():
            yield [selector.strip() for selector in selectors.split(",")], _declarations(body)


def _without_comments(text: str) -> str:
    """Return CSS without its comments."""
    remaining, *parts = text.split("/*")
    for part in parts:
        _comment, _, after_comment = part.partition("*/")
        remaining += after_comment
    return remaining


# Elements

_SMALLEST = 0.001
"""The smallest width and height of a drawing in its own units."""
_NEARLY_EQUAL = 1.001
"""The ratio of two scales up to which they count as equal, since sizes are written with few digits."""
_HREF = "{http://www.w3.org/1999/xlink}href"
_LINE = f"{{{SVG_NAMESPACE}}}line"
_UNSEEN = frozenset(
    {"defs", "title", "desc", "metadata", "style", "linearGradient", "radialGradient", "pattern", "clipPath", "mask"}
    | {"marker", "filter"}
)
"""Elements that are not shown where they are; those that are referred to are errors there."""
_four_numbers = _valid(_numbers, lambda values: len(values) == 4)  # noqa: PLR2004 - four
_positive_length = _valid(_length, lambda length: length > 0)


class _DrawingReader:
    """The state of reading a drawing."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._faults = _Faults()
        self._rules = _ClassRules(root, self._faults)
        self._shapes: list[PaintedShape] = []
        self._work = 0
        """The characters of all attributes of the elements that were drawn, which are limited."""
        self._open_uses = 0
        """The number of `use` elements around the one that is being drawn."""
        self._targets = {"": etree.Element("none")}
        """The elements by their references; for a missing reference, one in no namespace, which is not drawn."""
        for element in root.iter(etree.Element):
            identifier = element.get("id")
            if identifier:
                self._targets.setdefault(f"#{identifier}", element)  # of two, browsers show the first

    def drawing(self) -> SvgDrawing:
        """Return the complete drawing."""
        root = self._attributes(self._root)
        for name in _BACKGROUNDS:
            if root.values.get(name, "none") not in {"none", "transparent"}:
                self._faults.add('the background of the element "svg"', self._root)
        style = root.style(_INITIAL)
        style["display"] = True  # browsers show a drawing whatever its root has
        for child in self._root.iterchildren(etree.Element):
            self._draw(child, style, Identity, 1)
        drawing = self._with_viewport(root)
        faults = self._faults.texts()
        if faults:
            raise PictureError("drawing", contents=faults)
        return drawing

    def _attributes(self, element: etree._Element) -> _Attributes:
        """Return the attributes of an element, without those of other namespaces. Count the work of drawing it."""
        written: dict[str, str] = {}
        for name, value in element.items():
            if name == _HREF:
                written.setdefault("href", str(value))
            elif not str(name).startswith("{"):
                written[str(name)] = str(value)
        for name in _CONDITIONS:
            if name in written:
                self._faults.add(f'the attribute "{name}"', element)
        # A style precedes the rules of classes, and these precede attributes.
        styled = self._rules.values(written.get("class", ""))
        styled.update(_declarations(written.get("style", "")))
        values = written | styled
        # The functions of CSS have other arguments than those of the attribute.
        transform = styled.get("transform", "none")
        if transform != "none":
            self._faults.add(f'the property "transform: {shortened(transform)}"', element)
        self._add_work(values)
        return _Attributes(element, values, self._faults)

    def _add_work(self, values: Mapping[str, str]) -> None:
        """Count the work of drawing an element with these attributes. Raise PictureError if it is too much: elements
        that are used repeat those in them, which may use others.
        """
        self._work += sum([len(value) + 1 for value in values.values()])
        if self._open_uses:
            self._work += _REPEATED_ELEMENT
        if self._work > MAX_SVG_BYTES:
            raise PictureError("bytes", MAX_SVG_BYTES)

    def _with_viewport(self, root: _Attributes) -> SvgDrawing:
        """Return the shapes with the visible box and the size of the drawing.

        The size has the proportions of the box, and is not larger than that of the file.
        """
        if "transform" in root.values:
            self._faults.add('the attribute "transform" of the element "svg"', root.element)
        shapes = tuple(self._shapes)
        width = self._size(root, "width")
        height = self._size(root, "height")
        left, top, box_width, box_height = root.read("viewBox", _four_numbers, f"0 0 {width} {height}")
        if min(box_width, box_height) < _SMALLEST:
            self._faults.add('the element "svg" without a viewBox', root.element)
            return SvgDrawing(shapes, (0, 0, 1, 1), 1, 1)
        # A side without a size has the scale of the other one.
        scales = [scale for scale in (width / box_width, height / box_height) if scale]
        scale = min(scales, default=1)
        return SvgDrawing(
            shapes,
            box=(left, top, left + box_width, top + box_height),
            width=box_width * scale,
            height=box_height * scale,
            has_margins=max(scales, default=1) > scale * _NEARLY_EQUAL,
        )

    @staticmethod
    def _size(root: _Attributes, name: str) -> float:
        """Return the width or height of the file in pixels; 0 for one in percent, or without one."""
        if "%" in root.values.get(name, "100%"):
            return 0
        return float(root.read(name, _positive_length, "1"))

    def _draw(self, element: etree._Element, inherited: _Style, matrix: Transform, depth: int) -> None:
        """Draw an element and those inside of it."""
        name = etree.QName(element)
        if name.namespace != SVG_NAMESPACE or name.localname in _UNSEEN:
            return
        if depth > MAX_SVG_DEPTH:
            self._faults.add(f"elements nested more than {MAX_SVG_DEPTH} deep", element)
            return
        attributes = self._attributes(element)
        style = attributes.style(inherited)
        if not style["display"]:
            return
        matrix = matrix.transform(attributes.read("transform", _transform, ""))
        if name.localname == "g":
            for child in element.iterchildren(etree.Element):
                self._draw(child, style, matrix, depth + 1)
        elif name.localname == "use":
            matrix = matrix.translate(attributes.length("x"), attributes.length("y"))
            target = attributes.read("href", self._targets.__getitem__, "")
            self._open_uses += 1
            self._draw(target, style, matrix, depth + 1)
            self._open_uses -= 1
        else:
            path = _path(name.localname, attributes)
            if path is None:
                self._faults.add(f'the element "{name.localname}"', element)
            else:
                self._add_shape(path, style, matrix, element)

    def _add_shape(self, path: str, style: _Style, matrix: Transform, element: etree._Element) -> None:
        """Add a path as it is filled and stroked, unless nothing of it can be seen."""
        fill = None if element.tag == _LINE else _used_colour(style, "fill")
        stroke = _used_stroke(style)
        determinant = matrix[0] * matrix[3] - matrix[1] * matrix[2]  # 0 if the matrix maps everything to a line
        if not path or determinant == 0 or (fill is None and stroke is None):
            return
        if stroke is not None and stroke.cap == _SQUARE and _has_dot(path):
            # SVG draws a square there, and PDF nothing (ISO 32000-1, 8.5.3.2).
            self._faults.add('stroke-linecap="square" of a line without a length', element)
        is_even_odd = fill is not None and style["fill-rule"]
        self._shapes.append(PaintedShape(path, tuple(matrix), fill, is_even_odd, stroke))


def _used_colour(style: _Style, name: str) -> Colour | None:
    """Return the colour of `fill` or `stroke`, which may be that of `color`; None for no paint."""
    paint = style["color"] if style[name] == _CURRENT else style[name]
    return cast("Colour | None", paint)


def _used_stroke(style: _Style) -> Stroke | None:
    """Return how paths are stroked; None if they are not."""
    colour = _used_colour(style, "stroke")
    width = style["stroke-width"]
    if colour is None or width <= 0:
        return None
    return Stroke(colour, width, style["stroke-linecap"], style["stroke-linejoin"], style["stroke-miterlimit"])


# The paths of shapes: each function raises as those of numbers

_LARGEST_OPERAND = 1e15
_FLAG = "([01])"
_ARC_ARGUMENTS = 7
_ARC = re.compile(
    # rx, ry, x-axis-rotation, large-arc-flag, sweep-flag, x, y; the flags need no space after them
    _SEPARATOR.join([*[_WRITTEN_NUMBER] * 3, *[_FLAG] * 2, *[_WRITTEN_NUMBER] * 2]) + _SEPARATOR
)
_COMMAND = re.compile(r"(?P<letter>[A-DF-Za-df-z])(?P<arguments>[^A-DF-Za-df-z]*+)")
"""A command of a path: E and e are exponents of numbers."""
_MOVE_TO = "m"
_OPERATORS = ((_MOVE_TO, 2), ("l", 2), ("c", 6), ("h", 0))
"""The operators of the kinds of segments in ReportLab's paths, with the numbers of their operands."""


def _path(name: str, attributes: _Attributes) -> str | None:
    """Return the operators of a shape's path; None for an element that is not a shape."""
    if name == "path":
        return str(attributes.read("d", _path_operators, ""))
    if name == "polyline":
        return str(attributes.read("points", _lines_operators, ""))
    if name == "polygon":
        return str(attributes.read("points", lambda points: _lines_operators(points, "z"), ""))
    if name in _SHAPE_PATHS:
        path_of = _SHAPE_PATHS[name]
        return _path_operators(path_of(attributes))
    return None


def _lines_operators(points: str, end: str = "") -> str:
    """Return the operators of lines from point to point."""
    return _path_operators(f"M{points}{end}") if points.strip() else ""


def _path_operators(path: str) -> str:
    """Return the operators of path data."""
    pen = ReportLabPen(None)  # makes cubic curves of quadratic ones
    parse_path(" ".join(_separated(path)), pen)
    coordinates = iter(pen.path.points)
    lines = []
    for kind in pen.path.operators:
        operator, operand_count = _OPERATORS[kind]
        own_operands = operands(*islice(coordinates, operand_count))
        lines.append(f"{own_operands} {operator}".lstrip())
    return "\n".join(lines)


def _separated(path: str) -> Iterator[str]:
    """Yield the commands and numbers of path data. FontTools skips what it does not know: the path is checked here."""
    for command in _consecutive_matches(_COMMAND, path):
        letter = command["letter"]
        pattern, number_of_arguments = _ARGUMENTS[letter.upper()]
        numbers: list[str] = []
        for match in _consecutive_matches(pattern, command["arguments"]):
            numbers += [f"{_number(written):.12g}" for written in match.groups()]
        if number_of_arguments == 0:
            is_complete = not numbers
        else:  # a command may be repeated by further arguments
            is_complete = len(numbers) > 0 and len(numbers) % number_of_arguments == 0
        if not is_complete:
            raise ValueError(path)
        if letter in _LINES_OF_ARCS:
            yield from _arcs(letter, numbers)
        else:
            yield letter
            yield from numbers


def _arcs(letter: str, numbers: list[str]) -> Iterator[str]:
    """Yield arcs; one with a radius of 0 is a line to its end (SVG 1.1, F.6.2), which fontTools leaves out."""
    for index in range(0, len(numbers), _ARC_ARGUMENTS):
        arc = numbers[index : index + _ARC_ARGUMENTS]
        radius_x, radius_y, *_, end_x, end_y = arc
        if float(radius_x) and float(radius_y):
            yield letter
            yield from arc
        else:
            yield _LINES_OF_ARCS[letter]
            yield from (end_x, end_y)


_ARGUMENTS = {
    "M": (_NUMBER, 2),
    "L": (_NUMBER, 2),
    "H": (_NUMBER, 1),
    "V": (_NUMBER, 1),
    "C": (_NUMBER, 6),
    "S": (_NUMBER, 4),
    "Q": (_NUMBER, 4),
    "T": (_NUMBER, 2),
    "A": (_ARC, _ARC_ARGUMENTS),
    "Z": (_NUMBER, 0),
}
"""The arguments of each command of a path: their form, and their number (SVG 1.1, 8.3)."""
_LINES_OF_ARCS = {"A": "L", "a": "l"}
"""The commands of lines by those of arcs."""


def _has_dot(path: str) -> bool:
    """Return whether a part of a path has segments, all of which are at one point."""
    subpaths: list[list[str]] = []
    for line in path.splitlines():
        if line.endswith(_MOVE_TO) or not subpaths:
            subpaths.append([])
        subpaths[-1].append(line)
    return any(_is_dot(subpath) for subpath in subpaths)


def _is_dot(subpath: list[str]) -> bool:
    """Return whether the lines after the first one, which is its start, do not leave that point."""
    points: set[tuple[str, ...]] = set()
    for line in subpath:
        *numbers, _operator = line.split()
        points.update(zip(numbers[::2], numbers[1::2], strict=True))
    return len(subpath) > 1 and len(points) == 1


def _rectangle(shape: _Attributes) -> str:
    """Return the path of a rectangle, whose corners may be rounded."""
    x, y, width, height = map(shape.length, ("x", "y", "width", "height"))
    if min(width, height) <= 0:
        return ""
    rx, ry = _radii(shape)
    rx = min(rx, width / 2)
    ry = min(ry, height / 2)
    if min(rx, ry) <= 0:
        return f"M{x} {y}h{width}v{height}h{-width}z"
    straight_width = width - 2 * rx
    straight_height = height - 2 * ry
    corner = f"a{rx} {ry} 0 0 1"
    top = f"h{straight_width}{corner} {rx} {ry}"
    right = f"v{straight_height}{corner} {-rx} {ry}"
    bottom = f"h{-straight_width}{corner} {-rx} {-ry}"
    left = f"v{-straight_height}{corner} {rx} {-ry}"
    return f"M{x + rx} {y}{top}{right}{bottom}{left}z"


def _circle(shape: _Attributes) -> str:
    """Return the path of a circle."""
    radius = shape.length("r")
    return _ellipse_path(shape, radius, radius)


def _ellipse(shape: _Attributes) -> str:
    """Return the path of an ellipse."""
    return _ellipse_path(shape, *_radii(shape))


def _ellipse_path(shape: _Attributes, rx: float, ry: float) -> str:
    """Return the path of an ellipse with these radii, in two halves."""
    x = shape.length("cx")
    y = shape.length("cy")
    if min(rx, ry) <= 0:
        return ""
    half = f"a{rx} {ry} 0 0 1"
    return f"M{x + rx} {y}{half} {-2 * rx} 0{half} {2 * rx} 0z"


def _radii(shape: _Attributes) -> tuple[float, float]:
    """Return the radii `rx` and `ry`; one that is not written, or is negative, is equal to the other (SVG 2, 7.4)."""
    radii = [shape.length(name) for name in ("rx", "ry") if name in shape.values]
    valid_radii = [radius for radius in radii if radius >= 0]
    if not valid_radii:
        return 0, 0
    return valid_radii[0], valid_radii[-1]


def _line(shape: _Attributes) -> str:
    """Return the path of a line."""
    x1, y1, x2, y2 = map(shape.length, ("x1", "y1", "x2", "y2"))
    return f"M{x1} {y1}L{x2} {y2}"


_SHAPE_PATHS = {"rect": _rectangle, "circle": _circle, "ellipse": _ellipse, "line": _line}
"""The path data of shapes by the names of their elements."""


def operands(*values: float, digits: int = 5) -> str:
    """Return numbers as operands; products of transformations may be too large."""
    written = []
    for value in values:
        limited = max(-_LARGEST_OPERAND, min(value, _LARGEST_OPERAND))
        written.append(f"{limited:.{digits}f}".rstrip("0").rstrip("."))
    return " ".join(written)


# Operators of PDF, and pictures

_MOST_PIXELS = 1_200
"""The larger side of the picture: 600 pixels to the inch for a logo of 5 cm."""


def shape_operators(drawing: SvgDrawing) -> str:
    """Return the operators that draw the shapes in the units of the drawing."""
    lines: list[str] = []
    for shape in drawing.shapes:
        lines += _painted(shape)
    return "\n".join(lines)


def unit_square_matrix(drawing: SvgDrawing) -> str:
    """Return the operands of the matrix that maps the visible box of a drawing to the unit square."""
    left, top, right, bottom = drawing.box
    width = right - left
    height = bottom - top
    return operands(1 / width, 0, 0, -1 / height, -left / width, bottom / height, digits=9)


def _drawing_operators(drawing: SvgDrawing) -> str:
    """Return the operators that draw the visible box of a drawing in the unit square."""
    return f"q 0 0 1 1 re W n {unit_square_matrix(drawing)} cm\n{shape_operators(drawing)}\nQ"


def _painted(shape: PaintedShape) -> Iterator[str]:
    yield f"q {operands(*shape.matrix, digits=9)} cm"
    if shape.fill is not None:
        yield f"{colour_operands(shape.fill)} rg"
    if shape.stroke is not None:
        yield from _stroked(shape.stroke)
    yield shape.path
    if shape.fill is None:
        painting = "S"
    else:
        painting = "f" if shape.stroke is None else "B"
    rule = "*" if shape.is_even_odd else ""
    yield f"{painting}{rule} Q"


def _stroked(stroke: Stroke) -> Iterator[str]:
    yield f"{colour_operands(stroke.colour)} RG"
    yield f"{operands(stroke.width)} w {stroke.cap} J {stroke.join} j"
    yield f"{operands(stroke.miter_limit)} M"


@lru_cache(maxsize=64)
def png_of_drawing(content: bytes) -> bytes:
    """Return the drawing of an SVG file as a PNG file. Raises PictureError with everything that cannot be drawn."""
    return cached_artifact("drawing-png", (content,), bytes, lambda: _drawn(content))


def _drawn(content: bytes) -> bytes:
    import pypdfium2 as pdfium  # noqa: PLC0415 - few packs have a drawing

    drawing = read_drawing(content)
    scale = _MOST_PIXELS / max(drawing.width, drawing.height)
    page = _page(_drawing_operators(drawing), drawing.width, drawing.height)
    with pdfium.PdfDocument(page) as document:
        bitmap = document[0].render(scale=scale, fill_color=(255, 255, 255, 0), maybe_alpha=True)
        written = BytesIO()
        bitmap.to_pil().save(written, "PNG", optimize=True)
    return written.getvalue()


def _page(operators: str, width: float, height: float) -> bytes:
    """Return a PDF file whose only page has these operators, which draw in the unit square (ISO 32000-1, 7.5)."""
    content = f"{width:.4f} 0 0 {height:.4f} 0 0 cm\n{operators}".encode("ascii")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.4f} {height:.4f}]/Resources<<>>/Contents 4 0 R>>".encode(),
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
    ]
    written = BytesIO()
    written.write(b"%PDF-1.4\n")
    offsets = []
    for number, content_of_object in enumerate(objects, 1):
        offsets.append(written.tell())
        written.write(b"%d 0 obj\n%b\nendobj\n" % (number, content_of_object))
    table_offset = written.tell()
    size = len(objects) + 1
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for offset in offsets:
        written.write(b"%010d 00000 n \n" % offset)
    written.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, table_offset))
    return written.getvalue()
