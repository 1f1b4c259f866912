"""The elements of web pages: what each may contain, and its attributes."""

from collections.abc import Mapping

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
INLINE = frozenset({
    "a", "abbr", "b", "br", "em", "emblem", "i", "img", "small", "span", "strong", "sub", "sup", "time", "u", "wbr",
})  # fmt: skip
SECTIONS = frozenset({"article", "aside", "footer", "header", "main", "nav", "section"})
FLOW = INLINE | SECTIONS | frozenset(HEADINGS) | frozenset({
    "address", "blockquote", "details", "div", "dl", "figure", "hr", "ol", "p", "table", "ul",
})  # fmt: skip
IN_CELL = FLOW - SECTIONS - frozenset(HEADINGS)
NOTHING: frozenset[str] = frozenset()
CONTENT: Mapping[str, frozenset[str]] = {
    "html": frozenset({"head", "body"}),
    "head": frozenset({"link", "meta", "style", "title"}),
    **dict.fromkeys(("style", "title", "emblem", "br", "col", "hr", "img", "link", "meta", "wbr"), NOTHING),
    **dict.fromkeys(
        ("body", "div", "blockquote", "li", "dd", "figure", "figcaption", "td", *SECTIONS), FLOW | {"figcaption"}
    ),
    "address": IN_CELL,
    "details": FLOW | {"summary"},
    **dict.fromkeys(("p", "summary", *HEADINGS, *(INLINE - {"br", "emblem", "img", "wbr"})), INLINE),
    **dict.fromkeys(("dt", "th", "caption"), IN_CELL),
    "dl": frozenset({"dd", "div", "dt"}),
    **dict.fromkeys(("ol", "ul"), frozenset({"li"})),
    "table": frozenset({"caption", "colgroup", "tbody", "tfoot", "thead", "tr"}),
    "colgroup": frozenset({"col"}),
    **dict.fromkeys(("tbody", "tfoot", "thead"), frozenset({"tr"})),
    "tr": frozenset({"td", "th"}),
}
"""Every element, with the elements that it may contain."""
EMPTY = frozenset(name for name, content in CONTENT.items() if not content) - {"style", "title"}
WITHOUT_TEXT = EMPTY | {"html", "head", "table", "colgroup", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl"}
ANYWHERE = frozenset({"class", "dir", "hidden", "id", "lang", "role", "tabindex", "title"})
ANY_PREFIX = ("aria-", "data-")
_CELL = frozenset({"colspan", "headers", "rowspan"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href", "hreflang", "rel", "type"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "link": frozenset({"href", "hreflang", "rel", "type"}),
    "meta": frozenset({"content", "name"}),
    "ol": frozenset({"start"}),
    "td": _CELL,
    "th": _CELL | {"abbr", "scope"},
    "time": frozenset({"datetime"}),
    "details": frozenset({"open"}),
    "emblem": frozenset({"alt"}),
}
"""The attributes that elements have beside those of `ANYWHERE`."""
VALUES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("link", "rel"): ("alternate",),
    ("th", "scope"): ("col", "row", "colgroup", "rowgroup"),
    **{(element, "dir"): ("ltr", "rtl", "auto") for element in CONTENT},
}
"""The values of attributes of elements that have a fixed set of values."""
