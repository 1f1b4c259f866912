"""The security check for SVG drawings of packs, in Word templates and beside page templates."""

import re

from lxml import etree

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "style", "metadata", "switch"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "image"),
        *("linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker", "filter"),
    )
)
"""The elements of drawings without scripts, animations, links and HTML pages, and those of filters (`fe…`)."""
_INLINE = re.compile(r"#|data:image/(png|jpeg|gif);base64,", re.IGNORECASE)
"""The beginning of references inside the file."""
_CSS = re.compile(r"""@import|\\|expression\s*\(|url\(\s*(?!["']?(?:#|data:image/(?:png|jpeg|gif);))""", re.IGNORECASE)
"""References to other files in a style sheet, and escapes that could hide them."""


def svg_fault(root: etree._Element) -> str | None:
    """The content that makes an SVG more than a drawing, such as `the element "script"`; None for a safe one."""
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace != SVG_NAMESPACE:
            if element is root or name.localname in ("script", "handler", "listener"):
                return f'the element "{name.localname}"'
            continue  # metadata of drawing programs
        if name.localname not in _ELEMENTS and not name.localname.startswith("fe"):
            return f'the element "{name.localname}"'
        if name.localname == "style" and _CSS.search(element.text or ""):
            return "a style sheet that reads another file"
        for attribute, value in element.items():
            local, text = etree.QName(attribute).localname.lower(), str(value)
            is_unsafe = not _INLINE.match(text.strip()) if local in ("href", "src") else bool(_CSS.search(text))
            if is_unsafe or local.startswith("on"):
                return f'the attribute "{local}"'
    return None
