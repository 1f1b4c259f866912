"""Descriptions of packs: the names, rows, styles, colours, fonts and files that their templates may use."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import asdict

from ucap_reports.check.template_names import template_names
from ucap_reports.plan.plan_model import load_plan
from ucap_reports.storage.project_folder import PLANS, shipped_folder
from ucap_reports.summary.compose_summary import compose_summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.theme import FontFamily

EXAMPLE = "tianjin-rome.yaml"
"""The shipped plan."""


def pack_record(pack: Pack) -> dict[str, Any]:
    """The pack as plain data for JSON, with example values from the shipped plan."""
    settings = pack.settings
    summary = compose_summary(load_plan(shipped_folder() / PLANS / EXAMPLE), pack)
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
    """The data of `pack_record` as text with headings."""
    return "\n".join(_lines(record)) + "\n"


def _font(family: FontFamily) -> dict[str, str]:
    own = family.pdf or (family.files.regular if family.files else "")
    return {"word": family.word, "word_east_asian": family.word_east_asian, "pdf": own}


def _lines(record: Mapping[str, Any]) -> Iterator[str]:
    extends = f", extends {record['extends']}" if record["extends"] else ""
    yield f"{record['name']}: {record['title']}{extends}"
    names = ((each["name"], each["example"] or f"({each['about']})") for each in record["names"])
    yield from _table(f"names, with their values in {record['plan']}", names)
    rows = ((each["field"], f"{each['label']} (when unknown: {each['when_unknown']})") for each in record["rows"])
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
