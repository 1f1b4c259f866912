"""The names that a template may use, each with its description and its value in a summary."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct, toml

from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.problems import shortened
from ucap_reports.summary.summary import Summary
from ucap_reports.text.named_facts import FactsByName
from ucap_reports.text.rich_text import RichText


class Name(Struct, frozen=True):
    """A name, its description, and its value in a certain summary as one line."""

    name: str
    about: str
    example: str


@cache
def described_names() -> Mapping[str, str]:
    """The descriptions by name: those of the file, with the names of fields where it has `.*`."""
    names: dict[str, str] = {}
    for name, about in toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=dict[str, str]).items():
        owner, _, attribute = name.rpartition(".")
        if attribute == "*":
            names |= {f"{owner}.{known}": text for known, text in _names_of_fields(owner)}
        else:
            names[name] = about
    return names


def _names_of_fields(owner: str) -> Iterator[tuple[str, str]]:
    """The attributes of a value in templates that are fields of plans, with their descriptions."""
    path = next((field.path for field in BUILT_IN.inside() if field.template_item == owner), "")
    for field in BUILT_IN.inside(path):
        yield from field.template_names.items()


def template_names(summary: Summary) -> Iterator[Name]:
    """All names with their values in the summary; those of rows, labels and versions are the first one's."""
    owners: dict[str, object] = {
        "summary": summary,
        "summary.contact": summary.contact,
        "summary.metadata": summary.metadata,
        "row": next(iter(summary.rows), None),
        "city": next(iter(summary.cities), None),
        "goal": next(iter(summary.goals), None),
        "picture": next(iter(summary.all_pictures), None),
        "label": next(iter(summary.programme_label), None),
        "version": next(iter(summary.versions), None),
        "fact": next(iter(summary.custom.values()), None),
    }
    for name, about in described_names().items():
        owner, _, attribute = name.rpartition(".")
        text = " ".join(_text(getattr(owners[owner], attribute, "")).split())
        yield Name(name, about, shortened(text))
    for prefix, facts in _custom_facts(summary):
        for name, fact in facts.items():
            yield Name(f"{prefix}.{name}", f"the custom field {fact.label.rstrip(':')}", shortened(fact.text))


def _custom_facts(summary: Summary) -> Iterator[tuple[str, FactsByName]]:
    """The custom fields of the plan and of its first city, with the names of these in templates."""
    yield "summary.custom", summary.custom
    for city in summary.cities[:1]:
        yield "city.custom", city.custom


def _text(value: object) -> str:
    match value:
        case RichText():
            return value.text
        case bool():
            return str(value).lower()
        case tuple() if all(isinstance(each, str | RichText) for each in value):
            return " | ".join(_text(each) for each in value)
        case tuple():
            return f"{len(value)} items"
        case str() | int() | float() | date():
            return str(value)
        case _:
            return ""
