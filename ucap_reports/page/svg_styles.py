"""Properties of SVG drawings: how shapes are painted (SVG 1.1, chapters 6 and 11)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from lxml import etree
from PIL import ImageColor

from ucap_reports.page.svg_paths import length, number
from ucap_reports.pictures.svg_security import SVG_NAMESPACE
from ucap_reports.problems import shortened
from ucap_reports.template.lengths_and_colours import Colour

CURRENT = "currentcolor"
"""The value of `fill` and `stroke` that means the value of `color`."""
_OPAQUE = 255


def colour(text: str) -> Colour | str | None:
    """The colour of a paint; None for `none`. Raises ValueError for gradients and transparent colours."""
    written = text.strip().lower()
    if written in {"none", CURRENT}:
        return CURRENT if written == CURRENT else None
    red, green, blue, *alpha = ImageColor.getrgb(written)
    if alpha not in ([], [_OPAQUE]):
        raise ValueError(text)
    return Colour("".join(f"{min(channel, 255):02X}" for channel in (red, green, blue)))


def _one_of(**values: Any) -> Callable[[str], Any]:
    """Reads one of these keywords as its value."""
    return lambda text: values[text.strip()]


def valid(read: Callable[[str], Any], is_valid: Callable[[Any], bool]) -> Callable[[str], Any]:
    """Reads a value; raises ValueError for one that is not valid."""

    def checked(text: str) -> Any:
        value = read(text)
        if not is_valid(value):
            raise ValueError(text)
        return value

    return checked


def _share(text: str) -> float:
    return float(text.strip().removesuffix("%")) / (100 if "%" in text else 1)


Property = tuple[str, Callable[[str], Any]]
_ONLY_NONE: Property = ("none", _one_of(none=None))
PROPERTIES: Mapping[str, Property] = {
    "color": ("black", valid(colour, lambda value: isinstance(value, Colour))),
    "fill": ("black", colour),
    "fill-rule": ("nonzero", _one_of(nonzero="", evenodd="*")),
    "stroke": ("none", colour),
    "stroke-width": ("1", valid(length, lambda width: width >= 0)),
    "stroke-linecap": ("butt", _one_of(butt=0, round=1, square=2)),
    "stroke-linejoin": ("miter", _one_of(miter=0, round=1, bevel=2)),
    "stroke-miterlimit": ("4", valid(number, lambda limit: limit >= 1)),
    "display": ("inline", _one_of(inline=True, block=True, none=False)),
    "visibility": ("visible", _one_of(visible=None)),
    **dict.fromkeys(("opacity", "fill-opacity", "stroke-opacity"), ("1", valid(_share, lambda share: share == 1))),
    **dict.fromkeys(("clip-path", "mask", "filter", "vector-effect", "stroke-dasharray"), _ONLY_NONE),
    **dict.fromkeys(("marker", "marker-start", "marker-mid", "marker-end", "transform-origin"), _ONLY_NONE),
    "preserveAspectRatio": ("xMidYMid", valid(str, lambda text: "none" not in text)),
    **dict.fromkeys(("mix-blend-mode", "paint-order"), ("normal", _one_of(normal=None))),
}
"""The default of each property and what reads it. Of those that are not drawn, the default is the only value."""
_CLASS = re.compile(r"\.([\w-]+)")
Style = dict[str, Any]
INITIAL: Style = {name: read(default) for name, (default, read) in PROPERTIES.items()}
"""The style outside of all elements."""


class Attributes:
    """The attributes of an element, with those of its rules and its style. `faults` has what cannot be drawn, with the
    line where it is first.
    """

    def __init__(self, element: etree._Element, values: Mapping[str, str], faults: dict[str, Any]) -> None:
        self.element, self.values, self._faults = element, values, faults

    def read(self, name: str, read: Callable[[str], Any], default: str = "0") -> Any:
        """The value of an attribute; the default for a missing one, and for an invalid one, which is a fault."""
        value = self.values.get(name, default)
        try:
            return read(value)
        except (ValueError, ArithmeticError, LookupError, TypeError):
            self._faults.setdefault(f'{name}="{shortened(value)}"', self.element.sourceline)
            return read(default)

    def length(self, name: str) -> float:
        """A length in pixels."""
        return float(self.read(name, length))

    def style(self, inherited: Style) -> Style:
        """The properties of the element."""
        style = dict(inherited)
        for name, value in self.values.items():
            if name in PROPERTIES and value != "inherit":
                default, read = PROPERTIES[name]
                style[name] = self.read(name, read, default)
        return style


class ClassRules:
    """The rules of a drawing for classes. Those with other selectors are faults."""

    def __init__(self, root: etree._Element, faults: dict[str, Any]) -> None:
        self._rules: defaultdict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
        """The properties of each class; of two values for an element, the one with the larger number applies."""
        order = count()
        for sheet in root.iter(f"{{{SVG_NAMESPACE}}}style"):
            for selector, values in _rules("".join(map(str, sheet.itertext()))):
                if (match := _CLASS.fullmatch(selector)) is None:
                    faults.setdefault(f'the style rule "{shortened(selector)}"', sheet.sourceline)
                else:
                    self._rules[match[1]] |= {name: (next(order), value) for name, value in values.items()}

    def values(self, classes: str) -> dict[str, str]:
        """The properties that the classes of an element have."""
        cascaded: dict[str, tuple[int, str]] = {}
        for name in set(classes.split()):
            own = self._rules.get(name, {})
            cascaded |= {key: max(cascaded.get(key, declared), declared) for key, declared in own.items()}
        return {name: value for name, (_, value) in cascaded.items()}


def declarations(text: str) -> dict[str, str]:
    """The values of properties in a `style` attribute or a rule."""
    pairs = [declaration.partition(":") for declaration in text.split(";") if declaration.strip()]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _rules(sheet: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rules of a style sheet, each selector with its properties."""
    without_comments, *commented = sheet.split("/*")
    for text in commented:
        without_comments += text.partition("*/")[2]
    for rule in without_comments.split("}"):
        selectors, _, body = rule.partition("{")
        if selectors.strip():
            for selector in selectors.split(","):
                yield selector.strip(), declarations(body)
