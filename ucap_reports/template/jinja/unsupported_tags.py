"""What to write instead of that which Jinja has and templates have not."""

from collections.abc import Mapping

_ONE_FILE = "a template is one file: write it in here; packs share whole templates with `extends` in pack.yaml"
_ONE_TEXT = "write {% set name = … %} with the value in the tag itself"
TAGS: Mapping[str, str] = {
    **dict.fromkeys(("block", "extends", "from", "import", "include"), _ONE_FILE),
    "autoescape": "leave it out: whatever is printed is escaped, once",
    "break": "choose before the loop begins: {% for … in … if … %}",
    "call": "write it where it is to be printed",
    "continue": "choose before the loop begins: {% for … in … if … %}",
    "do": "leave it out: a template places what the summary has, and changes nothing",
    "filter": "use the filter where the value is printed, as in {{ summary.title|upper }}",
    "macro": "write it where it is to be printed; what is there several times is gone through with {% for … in … %}",
    "trans": "write the words; in other languages they stand under `wording` in pack.yaml",
}
"""By a statement of Jinja; its `end…` has the same."""
_NUMBERS = "numbers are printed as `number_format` in pack.yaml shows"
_ORDER = "rows come in the order of `rows` in pack.yaml, and everything else in that of the plan"
_LAYOUT = "leave it out: the text is laid out by its style and the room there is"
_PLAIN = "leave it out: a value is printed as the text that it is, and escaped, once"
FILTERS: Mapping[str, str] = {
    **dict.fromkeys(("abs", "filesizeformat", "float", "format", "int", "round"), _NUMBERS),
    **dict.fromkeys(("batch", "dictsort", "groupby", "items", "random", "slice", "sort", "unique"), _ORDER),
    **dict.fromkeys(("center", "indent", "truncate", "wordwrap"), _LAYOUT),
    **dict.fromkeys(("forceescape", "pprint", "safe", "string", "striptags", "tojson", "urlencode", "xmlattr"), _PLAIN),
    **dict.fromkeys(
        ("max", "min", "sum", "wordcount"), "leave it out: a template places what is there, and never counts"
    ),
    "attr": "write the name after a full stop, as in summary.title",
    "urlize": "write {{ summary.contact.website|link }}",
}
"""By a filter of Jinja."""


def instead_of_tag(word: str) -> str | None:
    """What to write instead of a statement of Jinja that begins with that word, or ends with it."""
    if word == "endset":
        return _ONE_TEXT
    return TAGS.get(word) or TAGS.get(word.removeprefix("end"))
