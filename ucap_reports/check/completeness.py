"""Infos about facts that a plan does not have, and warnings about content that its pack does not print."""

from collections.abc import Iterator, Sequence
from typing import Any

from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree, field_name, value_at
from ucap_reports.template.pack import COLUMN_FIELDS, SHARED_FIELDS, LeftOut, Pack
from ucap_reports.text.rich_text import RichText

JOINT = {"topics": ("sdgs", "urban_agenda"), "place": ("region", "country")}
"""The rows that print several fields."""
CITY_FACTS = tuple(field for field in COLUMN_FIELDS if field not in JOINT)
SHARED_FACTS = tuple(field for field in SHARED_FIELDS if field not in JOINT)
OPTIONAL = frozenset({"signed", "visits", "mayor"})
"""Fields that a complete plan may lack."""


def completeness(plan: Plan, pack: Pack) -> int:
    """How much of the plan is known, in percent of its date and of the facts that its pack prints for any plan."""
    known = [plan.updated is not None]
    for rule in pack.settings.rows:
        fields = [field for field in JOINT.get(rule.field, (rule.field,)) if field not in OPTIONAL]
        if shared := [field for field in fields if field in SHARED_FACTS]:
            known.append(any(getattr(plan, field) for field in shared))
        if facts := [field for field in fields if field in CITY_FACTS]:
            known += [any(getattr(city, field) for field in facts) for city in plan.cities]
    return 100 * sum(known) // len(known)


def completeness_warnings(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Infos and warnings about the plan as a whole and about each field."""
    if plan.updated is None and not _is_written(tree, ("updated",)):
        yield problem("updated-missing", _field(tree, "updated"))
    contact, omitted = pack.settings.contact, pack.settings.leaves_out
    has_contact = bool(contact.office or contact.email)
    is_due = LeftOut.CONTACT not in omitted and not has_contact
    if is_due and plan.contact is None and not _is_written(tree, ("contact",)):
        yield problem("contact-missing", _field(tree, "contact"), form="plan")
    if has_contact and plan.contact is not None and not plan.contact.named:
        yield problem("contact-ignored", _field(tree, "contact"))
    yield from _empty_sections(plan, tree, pack)
    yield from _empty_entries(plan, tree)
    yield from _missing_facts(plan, tree, pack)
    yield from _not_printed(plan, tree, pack)
    if LeftOut.PROGRAMME_LABEL not in omitted:
        yield from _unconfirmed_labels(plan, tree, pack)


def _empty_sections(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Printed rows without content: an info for each field that is empty, and one for all that are absent."""
    absent: list[str] = []
    for row in _shown(pack):
        fields = [field for field in JOINT.get(row, (row,)) if field in SHARED_FACTS]
        if not fields or any(getattr(plan, field) or _is_written(tree, (field,)) for field in fields):
            continue
        given = [field for field in fields if isinstance(tree.value, dict) and field in tree.value]
        if given:
            yield _empty(fields, _field(tree, given[0]))
        else:
            absent += fields
    if absent:
        yield _empty(absent, _field(tree, absent[0]))


def _empty(fields: Sequence[str], where: Location) -> Problem:
    return problem("section-empty", where, form="fields", fields=", ".join(fields))


def _empty_entries(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Entries of which only the theme or the date is printed."""
    focus = () if isinstance(plan.focus, RichText) else plan.focus
    activities = () if isinstance(plan.activities, RichText) else plan.activities
    entries: dict[Loc, Any] = {("focus", place): each.text for place, each in enumerate(focus)}
    entries |= {("activities", place): each.text or each.details for place, each in enumerate(activities)}
    for loc, content in entries.items():
        if not content and not _is_written(tree, (*loc, "text")):
            where = tree.location((*loc, "text"), key=True)
            yield problem("section-empty", where, form="entry", entry=field_name(loc))


def _missing_facts(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """An info for each column with missing facts."""
    fields = [field for field in _shown(pack) if field in CITY_FACTS]
    for place, city in enumerate(plan.cities):
        loc: Loc = ("cities", place)
        missing = [field for field in fields if not getattr(city, field) and not _is_written(tree, (*loc, field))]
        if missing:
            yield problem("facts-missing", tree.location(loc), city=", ".join(city.name), fields=", ".join(missing))


def _not_printed(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Fields with content but without a row."""
    rows = {field for rule in pack.settings.rows for field in (rule.field, *JOINT.get(rule.field, ()))}
    places: list[tuple[str, Loc]] = [(field, (field,)) for field in SHARED_FACTS if getattr(plan, field)]
    for place, city in enumerate(plan.cities):
        places += [(field, ("cities", place, field)) for field in CITY_FACTS if getattr(city, field)]
    places += [(f"extra.{key}", ("extra", key)) for key, text in plan.extra.items() if text]
    for field, loc in places:
        if field not in rows:
            yield problem("field-not-printed", tree.location(loc, key=True), field=field, pack=pack.name)


def _unconfirmed_labels(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Programme labels whose wording is not confirmed."""
    labels = pack.settings.programme_label
    for tag in plan.label_languages or pack.settings.label_languages:
        label = labels.get(tag, labels.get(tag.partition("-")[0]))
        if label is not None and not label.confirmed:
            yield problem("label-unconfirmed", _field(tree, "label_languages"), text=label.text, file=pack.home)


def _shown(pack: Pack) -> tuple[str, ...]:
    """The fields of the rows that every plan is expected to have: the others have `when_unknown: omit` of their own."""
    return tuple(rule.field for rule in pack.settings.rows if rule.when_unknown != "omit")


def _is_written(tree: Tree, loc: Loc) -> bool:
    """Whether the file has a value there, valid or not, N/A and a dash included."""
    value = value_at(tree.value, loc)
    return bool(value) if isinstance(value, list | dict) else value is not None and bool(str(value).strip())


def _field(tree: Tree, name: str) -> Location:
    """The place of a field of the plan; the file alone if the field is absent."""
    if isinstance(tree.value, dict) and name in tree.value:
        return tree.location((name,), key=True)
    return Location(tree.source.path, field=name)
