"""Images of Word templates: bytes that are what their content type says, and SVG that is only a drawing."""

import re

from lxml import etree

from ucap_reports.word.file.allowed_content import IMAGES

_DRAWING = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "style", "path", "rect", "circle", "ellipse", "line"),
        *("polyline", "polygon", "text", "tspan", "textPath", "image", "linearGradient", "radialGradient", "stop"),
        *("pattern", "clipPath", "mask", "marker", "filter", "switch"),
    ),
)
"""The elements of drawings without scripts, animations, links and pages of HTML; those of filters begin with `fe`."""
_INLINE = re.compile(r"#|data:image/(png|jpeg|gif);base64,", re.IGNORECASE)
"""How references begin that stay inside the file."""
_CSS = re.compile(r"""@import|\\|expression\s*\(|url\(\s*(?!["']?(?:#|data:image/(?:png|jpeg|gif);))""", re.IGNORECASE)
"""What a style sheet must not have: other files, and escapes that could hide them."""


def is_image(content: bytes, content_type: str) -> bool:
    """Whether the bytes are a raster image of that content type."""
    return content.startswith(IMAGES[content_type])


def svg_fault(root: etree._Element) -> str | None:
    """What makes an SVG more than a drawing, such as `the element "script"`; None for one that is safe."""
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace != _DRAWING:
            if element is root or name.localname in ("script", "handler", "listener"):
                return f'the element "{name.localname}"'
            continue  # metadata of drawing programs
        if name.localname not in _ELEMENTS and not name.localname.startswith("fe") and name.localname != "metadata":
            return f'the element "{name.localname}"'
        if name.localname == "style" and _CSS.search(element.text or ""):
            return "a style sheet that reads another file"
        for attribute, value in element.items():
            local = etree.QName(attribute).localname.lower()
            if local.startswith("on") or (local in ("href", "src") and not _INLINE.match(str(value).strip())):
                return f'the attribute "{local}"'
            if local not in ("href", "src") and _CSS.search(str(value)):
                return f'the attribute "{local}"'
    return None
