"""The fields of the form of a plan in the editor: their descriptions, and the values that it proposes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_despite_errors
from ucap_reports.batch.pack_store import pack_folders
from ucap_reports.batch.where_conditions_and_plan_facts import list_plans
from ucap_reports.plan.countries_goals_and_partnerships import GOAL_COLOURS, GOALS, PARTNERSHIPS, country_names
from ucap_reports.plan.field_descriptions import LISTS, RICH, Field, KnownFields
from ucap_reports.plan.plan_model import BUILT_IN
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.pack_and_book_words import words_of
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_opening import pack_names

MAX_PROPOSED = 300
"""Themes of other plans that are proposed."""
_UNKNOWN = "N/A"
"""What is written for unknown values, and printed unless the pack has other words."""


def form_fields(project: Project, plan: str | None = None) -> dict[str, Any]:
    """Return the descriptions of the fields of a plan, in the order of the form, and the values to propose.

    The fields, their labels and the contact are those of the pack that the plan is published with.
    """
    opened = opened_despite_errors(project)
    listed = list(list_plans(opened, project.plan_paths()))
    pack_name = opened.settings.template
    language = opened.settings.language
    themes: set[str] = set()
    for listed_plan in listed:
        themes.update(listed_plan.facts.get("theme", ()))
        if listed_plan.path.stem == plan:
            pack_name = listed_plan.first("template") or pack_name
            language = listed_plan.first("language") or language
    pack = _pack_or_none(opened, pack_name)
    known = BUILT_IN if pack is None else pack.fields
    goals = []
    for number, title in GOALS.items():
        goals.append({"number": number, "title": title, "colour": f"#{GOAL_COLOURS[number]}"})
    return {
        "fields": list(_field_records(known, "", pack)),
        "countries": sorted(names[0] for names in country_names().values()),
        "goals": goals,
        "agenda": list(PARTNERSHIPS),
        "themes": sorted(themes)[:MAX_PROPOSED],
        "packs": list(pack_names(pack_folders(project))),
        "pack": pack.name if pack else None,
        "contact": _contact_lines(pack),
        "unknown": _UNKNOWN if pack is None else words_of(pack, language, None).unknown.text,
    }


def _field_records(known: KnownFields, owner: str, pack: Pack | None) -> Iterator[dict[str, Any]]:
    for field in known.inside(owner):
        yield {
            "path": field.path,
            "name": field.name,
            "scope": "city" if field.is_of_city else "plan",
            "type": field.type.value,
            "label": _field_label(field, pack),
            "hint": field.hint,
            "examples": list(field.examples),
            "required": field.required.value,
            "custom": field.is_custom,
            "unit": field.unit,
            "minimum": field.minimum,
            "maximum": field.maximum,
            "choices": [[key, _in_language(texts, pack)] for key, texts in field.choices.items()],
            "list": field.type in LISTS,
            "rich": field.type in RICH,
            "fields": list(_field_records(known, field.path, pack)),
        }


def _field_label(field: Field, pack: Pack | None) -> str:
    """Return the label of a field in the language of the pack."""
    if pack is not None:
        return words_of(pack, pack.settings.language, None).field_label(field)
    return field.name.replace("_", " ").capitalize()


def _in_language(texts: Mapping[str, str], pack: Pack | None) -> str:
    """Return a declared text in the language of the pack, in that of the project, or in any."""
    language = pack.settings.language if pack is not None else ""
    return texts.get(language) or texts.get("") or next(iter(texts.values()))


def _pack_or_none(opened: OpenedProject, name: str) -> Pack | None:
    try:
        return opened.packs.open(name)
    except ProblemsFound:
        return None


def _contact_lines(pack: Pack | None) -> Sequence[str]:
    """Return the lines of the contact that is printed if the plan names none."""
    if pack is None:
        return ()
    contact = pack.settings.contact
    lines = (contact.office, contact.email, contact.phone, contact.website, contact.address)
    return [line for line in lines if line]
