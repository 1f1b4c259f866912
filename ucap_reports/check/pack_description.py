"""Descriptions of packs: the names, rows, styles, colours, fonts and files that their templates may use."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct, toml
from msgspec.structs import asdict

from ucap_reports.plan.plan_model import BUILT_IN, load_plan
from ucap_reports.problems import shortened
from ucap_reports.storage.project_folder import PLANS, shipped_folder
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.summary.summary import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import FontFamily
from ucap_reports.text.rich_text import RichText
from ucap_reports.text.template_values import FactsByName

_EXAMPLE = "tianjin-rome.yaml"
"""The shipped plan."""


def pack_record(pack: Pack) -> dict[str, Any]:
    """Return the pack as plain data for JSON, with example values from the shipped plan."""
    settings = pack.settings
    summary = compose_summary(load_plan(shipped_folder() / PLANS / _EXAMPLE), pack)
    return {
        "name": pack.name,
        "title": settings.title,
        "extends": settings.extends,
        "plan": summary.id,
        "names": [asdict(name) for name in template_names(summary)],
        "rows": [
            {
                "field": rule.field,
                "label": pack.label(rule.field).text,
                "when_unknown": "omit" if pack.omits(rule) else "show",
            }
            for rule in settings.rows
        ],
        "label_languages": ["", *settings.labels],
        "programme_label": {language: label.model_dump() for language, label in settings.programme_label.items()},
        "styles": list(settings.theme.styles),
        "colours": dict(settings.theme.colours),
        "fonts": {name: _font(family) for name, family in settings.theme.fonts.items()},
        "files": {name: pack.files[name].path for name in sorted(pack.files)},
    }


def pack_text(record: Mapping[str, Any]) -> str:
    """Return the data of `pack_record` as text with headings."""
    return "\n".join(_lines(record)) + "\n"


class _Name(Struct, frozen=True):
    """A name, its description, and its value in a certain summary as one line."""

    name: str
    about: str
    example: str


def template_names(summary: Summary) -> Iterator[_Name]:
    """Yield all names with their values in the summary; those of rows, labels and versions are the first one's."""
    owners: dict[str, object] = {
        "summary": summary,
        "summary.contact": summary.contact,
        "summary.logo": summary.logo,
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
        text = " ".join(_value_text(getattr(owners[owner], attribute, "")).split())
        yield _Name(name, about, shortened(text))
    for prefix, facts in _custom_facts(summary):
        for name, fact in facts.items():
            yield _Name(f"{prefix}.{name}", f"the custom field {fact.label.rstrip(':')}", shortened(fact.text))


@cache
def described_names() -> Mapping[str, str]:
    """Return the descriptions by name: those of the file, with the names of fields where it has `.*`."""
    names: dict[str, str] = {}
    for name, about in toml.decode(
        Path(__file__).with_name("template_names.toml").read_bytes(), type=dict[str, str]
    ).items():
        owner, _, attribute = name.rpartition(".")
        if attribute == "*":
            names |= {f"{owner}.{known}": text for known, text in _names_of_fields(owner)}
        else:
            names[name] = about
    return names


def _font(family: FontFamily) -> dict[str, str]:
    own = family.pdf or (family.files.regular if family.files else "")
    return {"word": family.word, "word_east_asian": family.word_east_asian, "pdf": own}


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    extends = f", extends {record['extends']}" if record["extends"] else ""
    yield f"{record['name']}: {record['title']}{extends}"
    names = ((name["name"], name["example"] or f"({name['about']})") for name in record["names"])
    yield from _table(f"names, with their values in {record['plan']}", names)
    rows = ((row["field"], f"{row['label']} (when unknown: {row['when_unknown']})") for row in record["rows"])
    yield from _table("rows", rows)
    labels = record["programme_label"].items()
    yield from _table("programme label", ((language, label["text"]) for language, label in labels))
    fonts = record["fonts"].items()
    yield from _table("fonts", ((name, f"Word: {font['word']}, PDF: {font['pdf']}") for name, font in fonts))
    yield from _table("colours", record["colours"].items())
    yield f"\nstyles (in Word, with U-CAP before the name):\n  {', '.join(record['styles'])}"
    languages = ", ".join(language or "the pack's own" for language in record["label_languages"])
    yield f"\nlanguages of row labels:\n  {languages}"
    yield from _table("files", record["files"].items())


def _table(heading: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    lines = list(rows)
    width = max((len(name) for name, _ in lines), default=0)
    yield f"\n{heading}:"
    yield from (f"  {name:{width}}  {text}" for name, text in lines)


def _custom_facts(summary: Summary) -> Iterator[tuple[str, FactsByName]]:
    """Yield the custom fields of the plan and of its first city, with the names of these in templates."""
    yield "summary.custom", summary.custom
    for city in summary.cities[:1]:
        yield "city.custom", city.custom


def _value_text(value: object) -> str:
    match value:
        case RichText():
            return value.text
        case bool():
            return str(value).lower()
        case tuple() if all(isinstance(text, str | RichText) for text in value):
            return " | ".join(_value_text(text) for text in value)
        case tuple():
            return f"{len(value)} items"
        case str() | int() | float() | date():
            return str(value)
        case _:
            return ""


def _names_of_fields(owner: str) -> Iterator[tuple[str, str]]:
    """Yield the attributes of a value in templates that are fields of plans, with their descriptions."""
    path = next((field.path for field in BUILT_IN.inside() if field.template_item == owner), "")
    for field in BUILT_IN.inside(path):
        yield from field.template_names.items()
