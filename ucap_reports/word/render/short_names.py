"""The short names that Word templates may use beside `summary`, so that a template looks like the document.

`{{ title }}` prints the title. Other short names are those of items: the row with `{{ row.label }}` is repeated for
each row of the summary, its cell with `{{ cell }}` for each column. `compile/repetition_by_example.py` repeats them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from ucap_reports.pictures.picture_preparation import PictureFacts
from ucap_reports.summary.summary_model import CityFacts, Contact, LabelText, Row, Summary
from ucap_reports.text.bars_tiles_charts_and_facts import FactsByName
from ucap_reports.text.language_tags import foreign_text
from ucap_reports.text.rich_text import RichText

CUSTOM = "custom"
"""The name of the custom fields of the plan."""
VALUES: Mapping[str, Any] = MappingProxyType(
    {
        "title": str,
        "names": str,
        "status": str,
        "as_of": str,
        "first_label": str,
        "contact": Contact,
        CUSTOM: FactsByName,
    }
)
"""The names of values, with their types."""
ITEMS: Mapping[str, Any] = MappingProxyType(
    {
        "row": Row,
        "cell": RichText,
        "head": RichText,
        "city": CityFacts,
        "label": LabelText,
        "picture": PictureFacts,
        "photo": PictureFacts,
    }
)
"""The names of items, for each of which a part of the template is repeated, with their types."""
ITEMS_OF_PARAGRAPHS: Mapping[str, str] = {"label": "summary.programme_label", "picture": "summary.all_pictures"}
"""The lists of the items for which a paragraph is repeated, by short name."""
ITEMS_OF_CELLS: Mapping[str, str] = {
    "cell": "row.cells",
    "head": "summary.heads",
    "city": "summary.cities",
    "photo": "photos",
}
"""The lists of the items for which a table cell is repeated, by short name."""
ITEMS_OF_ROWS: Mapping[str, tuple[str, str]] = {
    "row": ("row", "summary.rows"),
    "photo": ("photos", "summary.picture_rows"),
}
"""The variable of the loop, and the list of the items for which a table row is repeated, by short name. A row of photos
is repeated for up to three of them.
"""
REPEATED: Mapping[str, str] = {
    "row": "each row of the summary",
    "cell": "each column of its row",
    "head": "each column",
    "city": "each city",
    "label": "each language of the programme label",
    "picture": "each picture",
    "photo": "each picture, up to three in a row",
}
"""For what an element with the name is repeated, in words."""
KINDS: Mapping[str, Any] = MappingProxyType({"summary": Summary, **VALUES, **ITEMS})
"""The types of all names in Word templates."""


def short_names(summary: Summary) -> Mapping[str, object]:
    """Return the values of a summary by their short names, each with its language if it is not the document's."""
    language = None if summary.label_language == summary.language else summary.label_language
    label = summary.programme_label[0] if summary.programme_label else LabelText(summary.language, "")
    return {
        "title": summary.title,
        "names": summary.names,
        "status": foreign_text(summary.status_text, language),
        "as_of": foreign_text(summary.as_of, language),
        "first_label": foreign_text(label.text, label.language),
        "contact": replace(summary.contact, lead=foreign_text(summary.contact.lead, language)),
        CUSTOM: summary.custom,
    }
