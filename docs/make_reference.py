"""Generate docs/reference/plan.md from plan.md.in and the descriptions of fields: python docs/make_reference.py

A test fails if the page is out of date.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from ucap_reports.plan.countries_goals_and_partnerships import GOALS, PARTNERSHIPS, Goal
from ucap_reports.plan.field_descriptions import FieldType, descriptions_of
from ucap_reports.plan.field_values import AgendaTopic, Country
from ucap_reports.plan.numbers_and_amounts import Quantity
from ucap_reports.plan.plan_model import Activity, City, Focus, PlanContact, PlanFile, PlanPicture
from ucap_reports.source.model_validation import models_in
from ucap_reports.text.rich_text import RichText

PAGE = Path(__file__).with_name("reference") / "plan.md"
TEXT = Path(__file__).with_name("reference") / "plan.md.in"
KINDS = {
    str: "text",
    RichText: "rich text",
    Country: "country",
    Goal: "goal",
    AgendaTopic: "partnership",
    Quantity: "number or text",
    date: "date",
    City: "list of cities",
    PlanPicture: "picture",
    Focus: "entries",
    Activity: "entries",
    PlanContact: "fields",
}


def page() -> str:
    """Return the text of the page, with the tables inserted at `{{ … }}`."""
    tables = {
        "plan": table(PlanFile, ""),
        **dict(tables_of_parts()),
        "goals": "; ".join(f"{number} {title}" for number, title in GOALS.items()),
        "partnerships": "; ".join(PARTNERSHIPS),
    }
    text = TEXT.read_text(encoding="utf-8")
    for name, shown in tables.items():
        text = text.replace(f"{{{{ {name} }}}}", shown)
    return text


def tables_of_parts() -> Iterator[tuple[str, str]]:
    """Return the table of each field with fields in it, by the name of that field."""
    for name, field in descriptions_of(PlanFile).items():
        for part in models_in(PlanFile.model_fields[name].annotation):
            yield name, table(part, f"{name}." if field.type is FieldType.CONTACT else f"{name}[].")


def table(part: type[BaseModel], prefix: str) -> str:
    """Return a table with a row for each field of the model `part`."""
    rows = ["| field | what it takes | notes |", "|---|---|---|"]
    for name, field in descriptions_of(part).items():
        attribute = part.model_fields[name]
        needed = "**required.** " if attribute.is_required() else ""
        takes, notes = kind(attribute.annotation), f"{needed}{field.hint}"
        rows.append(f"| `{prefix}{name}` | {takes} | {notes} |")
    return "\n".join(rows)


def kind(annotation: Any) -> str:
    """Return the types that a field accepts, in words."""
    return " or ".join(dict.fromkeys(kinds(annotation)))


def kinds(annotation: Any) -> Iterator[str]:
    """Return the words for each type in an annotation."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from kinds(arguments[0])
    elif origin in {Union, UnionType}:
        for argument in arguments:
            yield from kinds(argument)
    elif origin is tuple:
        yield from (item if "list" in item or item == "entries" else f"{item} or list" for item in kinds(arguments[0]))
    elif origin is dict:
        yield "keys with rich text"
    elif origin is Literal:
        yield from (f"`{each}`" for each in arguments)
    elif annotation is not NoneType:
        yield KINDS[annotation]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
