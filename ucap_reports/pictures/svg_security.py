"""The security check for SVG drawings of packs, in Word templates and beside page templates."""

import re
from collections.abc import Iterator

from lxml import etree

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "style", "metadata", "switch"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "image"),
        *("linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker", "filter"),
    )
)
"""The elements of drawings without scripts, animations, links and HTML pages, and those of filters (`fe…`)."""
_ATTRIBUTES = frozenset(
    (
        "{http://www.w3.org/1999/xlink}href",
        f"{{{_XML_NAMESPACE}}}space",
        f"{{{_XML_NAMESPACE}}}lang",
    )
)
"""The attributes of drawings that are in a namespace."""
_INLINE = re.compile(r"#|data:image/(png|jpeg|gif);base64,", re.IGNORECASE)
"""The beginning of references inside the file."""
_CSS = re.compile(
    r"""@import|\\|expression\s*\(|behavior\s*:|-moz-binding|(?:image-set|image|cross-fade|(?<![\w-])src)\s*\("""
    r"""|url\(\s*(?!["']?(?:#|data:image/(?:png|jpeg|gif);))""",
    re.IGNORECASE,
)
"""References to other files in styles (CSS Images 4, CSS Values 4), and escapes that could hide one."""


def svg_fault(root: etree._Element) -> str | None:
    """Return the content that makes an SVG more than a drawing, such as `the element "script"`; None for a safe one."""
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace != SVG_NAMESPACE:
            if element is root or name.localname in ("script", "handler", "listener"):
                return f'the element "{name.localname}"'
            continue  # metadata of drawing programs, which `drawing_alone` removes
        if name.localname not in _ELEMENTS and not name.localname.startswith("fe"):
            return f'the element "{name.localname}"'
        if name.localname == "style" and _CSS.search("".join(map(str, element.itertext()))):
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
            if etree.QName(attribute).namespace is not None and attribute not in _ATTRIBUTES:
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
            is_unsafe = not _INLINE.match(text.strip())
        else:
            is_unsafe = bool(_CSS.search(text))
        is_base = local == "base" and name.namespace == _XML_NAMESPACE  # makes `#id` a reference to another file
        if is_unsafe or is_base or local.startswith("on"):
            yield local
