"""The names that a template may use, each with what it is and an example from a summary."""

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from ucap_reports.summary.summary import Contact, LabelText, Metadata, Row, Summary
from ucap_reports.text.rich_text import RichText

NAMES: Mapping[str, str] = {
    "summary.title": "the title",
    "summary.id": "the plan's id",
    "summary.language": "the language of the text (BCP 47)",
    "summary.column_label": "the label of the table's head row; rich text",
    "summary.columns": "the names that head the columns",
    "summary.column_count": "how many columns there are beside the labels",
    "summary.rows": "the rows of the fact table: {% for row in summary.rows %}",
    "row.key": "the plan's field",
    "row.label": "its label; rich text",
    "row.shared": "whether one cell stands over all columns",
    "row.cells": "its cells, one or as many as columns; rich text",
    "summary.contact": "whom to ask; in a condition it is false where there is nobody: {% if summary.contact %}",
    "summary.contact.lead": "the line before the contact",
    "summary.contact.office": "the office",
    "summary.contact.email": "its mail address",
    "summary.contact.phone": "its telephone number",
    "summary.contact.website": "its website",
    "summary.contact.address": "its address, with line breaks",
    "summary.programme_label": "the programme label: {% for label in summary.programme_label %}",
    "label.language": "its language (BCP 47)",
    "label.text": "its words",
    "summary.metadata": "what the documents say of themselves in their properties",
    "summary.metadata.author": "the office",
    "summary.metadata.subject": "the cities",
    "summary.metadata.keywords": "the themes",
    "summary.metadata.undated": "the date of documents whose content has none",
    "summary.updated": "the date of the content, if it has one",
    "summary.updated_text": "that date as it is printed",
    "summary.column_language": "the language of what heads the columns (BCP 47)",
    "summary.label_language": "the language of what the pack says: labels, the contact's lead (BCP 47)",
    "summary.continued": "what follows a row's label where the row goes on on the next page",
}
"""What each name is. What is unknown is an empty text, so that a condition asks for it by its name."""
OWNERS: Mapping[str, type] = {
    "summary": Summary,
    "row": Row,
    "label": LabelText,
    "summary.contact": Contact,
    "summary.metadata": Metadata,
}
"""The values that have names, as templates write them."""
MOST_SHOWN = 60


class Name(Struct, frozen=True):
    """A name with what it is and, in one line, what it is in a certain summary."""

    name: str
    about: str
    example: str


def template_names(summary: Summary) -> Iterator[Name]:
    """Every name, with its value in the summary: of rows and labels the first one's."""
    owners: dict[str, object] = {
        "summary": summary,
        "summary.contact": summary.contact,
        "summary.metadata": summary.metadata,
        "row": next(iter(summary.rows), None),
        "label": next(iter(summary.programme_label), None),
    }
    for name, about in NAMES.items():
        owner, _, attribute = name.rpartition(".")
        yield Name(name, about, _shown(getattr(owners[owner], attribute, "")))


def _shown(value: object) -> str:
    """The value in one line that is not too long."""
    text = " ".join(_text(value).split())
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN].rstrip()}…"


def _text(value: object) -> str:
    text = ""
    match value:
        case RichText():
            text = value.text
        case date():
            text = value.isoformat()
        case bool():
            text = str(value).lower()
        case tuple() if all(isinstance(each, str | RichText) for each in value):
            text = " | ".join(_text(each) for each in value)
        case tuple():
            text = f"{len(value)} of them"
        case str() | int():
            text = str(value)
        case _:
            pass
    return text
