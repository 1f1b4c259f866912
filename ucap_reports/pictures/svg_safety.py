"""What makes an SVG of a pack more than a drawing: scripts, references to other files, and what is no part of it."""

import re
from collections.abc import Iterator

from lxml import etree

from ucap_reports.patterns.lazy_pattern import LazyPattern

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_SVG_ELEMENTS = frozenset({
    "svg", "g", "defs", "symbol", "use", "title", "desc", "style", "metadata", "switch",
    "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "image",
    "linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker", "filter",
})  # fmt: skip
"""The elements of drawings without scripts, animations, links and HTML pages, and those of filters (`fe…`)."""
_SVG_ATTRIBUTES = frozenset(
    (
        "{http://www.w3.org/1999/xlink}href",
        f"{{{_XML_NAMESPACE}}}space",
        f"{{{_XML_NAMESPACE}}}lang",
    )
)
"""The attributes of drawings that are in a namespace."""
_INSIDE_THE_FILE = LazyPattern(r"#|data:image/(png|jpeg|gif);base64,", re.IGNORECASE)
"""The beginning of references inside the file."""
_CSS_REFERENCE = LazyPattern(
    r"""
    @import
    | \\                                                                    # an escape, which could hide a reference
    | expression\s*\( | behavior\s*: | -moz-binding                         # scripts of old browsers
    | (?: image-set | image | cross-fade | (?<![\w-])src ) \s*\(            # CSS Images 4, CSS Values 4
    | url\( \s*+ (?! ["']? (?: \# | data:image/(?:png|jpeg|gif); ) )        # neither in the file nor embedded
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""References to other files in styles, and what could hide one."""


_LABELS = ("data-", "aria-")
"""The beginning of attributes that are labels."""


def svg_fault(root: etree._Element) -> str | None:
    """Return the content that makes an SVG more than a drawing, such as `the element "script"`; None for a safe one."""
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace != SVG_NAMESPACE:
            if element is root or name.localname in ("script", "handler", "listener"):
                return f'the element "{name.localname}"'
            continue  # metadata of drawing programs, which `drawing_alone` removes
        if name.localname not in _SVG_ELEMENTS and not name.localname.startswith("fe"):
            return f'the element "{name.localname}"'
        if name.localname == "style":
            style_sheet = "".join(map(str, element.itertext()))
            if _CSS_REFERENCE.search(style_sheet):
                return "a style sheet that reads another file"
        for attribute in _unsafe_attributes(element):
            return f'the attribute "{attribute}"'
    return None


def drawing_alone(root: etree._Element) -> etree._Element:
    """Remove everything from an SVG that is no part of the drawing, and return it.

    That is what `svg_fault` does not check: elements and attributes of other namespaces. Programs may read them
    nevertheless, such as a style sheet of HTML. Text after a removed element is kept.
    """
    foreign = [element for element in root.iter(etree.Element) if etree.QName(element).namespace != SVG_NAMESPACE]
    for element in foreign:
        element.tag = "foreign"
    etree.strip_elements(root, "foreign", with_tail=False)
    for element in root.iter(etree.Element):
        for attribute in list(element.attrib):
            if etree.QName(attribute).namespace is not None and attribute not in _SVG_ATTRIBUTES:
                del element.attrib[attribute]
    etree.cleanup_namespaces(root)
    return root


def _unsafe_attributes(element: etree._Element) -> Iterator[str]:
    """Yield the names of attributes that lead to another file or run a script."""
    for attribute, value in element.items():
        name = etree.QName(attribute)
        local = name.localname.lower()
        text = str(value)
        if local in ("href", "src"):
            is_unsafe = not _INSIDE_THE_FILE.match(text.strip())
        else:
            is_unsafe = not _is_label(name) and _CSS_REFERENCE.search(text) is not None
        is_base = local == "base" and name.namespace == _XML_NAMESPACE  # makes `#id` a reference to another file
        if is_unsafe or is_base or local.startswith("on"):
            yield local


def _is_label(name: etree.QName) -> bool:
    """Return whether the text of an attribute is a name of something, such as a layer, and never a style: drawing
    programs write `id="image(1)"` and `inkscape:label="Image (1)"`.
    """
    if name.namespace is not None:
        return True
    return name.localname in ("id", "class") or name.localname.startswith(_LABELS)
