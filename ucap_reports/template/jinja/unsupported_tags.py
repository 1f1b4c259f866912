"""Replacements for tags and filters that Jinja has and templates do not."""

from collections.abc import Mapping

_ONE_FILE = "write it in this file: packs share complete templates with `extends` in pack.yaml"
_ONE_TEXT = "write {% set name = … %} with the value in the tag itself"
_CONDITION = "select the items in the loop: {% for … in … if … %}"
TAGS: Mapping[str, str] = {
    **dict.fromkeys(("block", "extends", "from", "import", "include"), _ONE_FILE),
    **dict.fromkeys(("break", "continue"), _CONDITION),
    "autoescape": "remove it: all printed text is escaped",
    "call": "write the content where it is printed",
    "do": "remove it: a template cannot change values",
    "filter": "use the filter in the tag that prints the value, as in {{ summary.title|upper }}",
    "macro": "write the content where it is printed; repeat content with {% for … in … %}",
    "trans": "write the text; put other languages under `wording` in pack.yaml",
}
"""Hints by the name of a statement, which also apply to its `end…`."""
_NUMBERS = "remove it: numbers are printed in the `number_format` of pack.yaml"
_ORDER = "remove it: the order is that of `rows` in pack.yaml, or that of the plan"
_LAYOUT = "remove it: styles determine the layout of text"
_PLAIN = "remove it: values are printed as text and escaped"
FILTERS: Mapping[str, str] = {
    **dict.fromkeys(("abs", "filesizeformat", "float", "format", "int", "round"), _NUMBERS),
    **dict.fromkeys(("batch", "dictsort", "groupby", "items", "random", "slice", "sort", "unique"), _ORDER),
    **dict.fromkeys(("center", "indent", "truncate", "wordwrap"), _LAYOUT),
    **dict.fromkeys(("forceescape", "pprint", "safe", "string", "striptags", "tojson", "urlencode", "xmlattr"), _PLAIN),
    **dict.fromkeys(("max", "min", "sum", "wordcount"), "remove it: a template cannot calculate over lists"),
    "attr": "write the name after a full stop, as in summary.title",
    "urlize": "write {{ summary.contact.website|link }}",
}
"""Hints by the name of a filter."""


def instead_of_tag(word: str) -> str | None:
    """The hint for an unsupported statement, or for its end."""
    if word == "endset":
        return _ONE_TEXT
    return TAGS.get(word) or TAGS.get(word.removeprefix("end"))
