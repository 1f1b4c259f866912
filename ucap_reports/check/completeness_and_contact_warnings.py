"""How complete a plan is: how many percent of its facts are known, and which ones it lacks; warnings about contacts:
one that is missing, ignored, or that of another office, as a pack inherits it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ucap_reports.plan.field_descriptions import CITIES, Field, FieldType, KnownFields, Required
from ucap_reports.plan.plan_model import BUILT_IN, Plan
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree, field_name, value_or_none
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import RequiredPart

if TYPE_CHECKING:  # not imported at run time: builds take packs from the cache and open none
    from ucap_reports.template.pack_opening import OpenedPack

_UPDATED = BUILT_IN.of_type(FieldType.DAY)
_CONTACT = BUILT_IN.of_type(FieldType.CONTACT)


def completeness(plan: Plan, pack: Pack) -> int:
    """Return how much of the plan is known, in percent of its date and of the facts that its pack prints
    for any plan.
    """
    facts = [plan.updated is not None]
    """Whether each fact is known."""
    for rule in pack.settings.rows:
        fields = [field for field in pack.fields.printed_by(rule.field) if field.required is not Required.NO]
        if not fields:
            continue
        owners = plan.cities if fields[0].is_of_city else [plan]
        for owner in owners:
            facts.append(any(owner.value(field) for field in fields))
    return 100 * facts.count(True) // len(facts)


def missing_facts(plan: Plan, tree: Tree, pack: Pack, fields: KnownFields = BUILT_IN) -> Iterator[Problem]:
    """Yield infos and warnings about the facts that a plan does not have: about the plan as a whole, and its fields."""
    if plan.updated is None and not _is_written(tree, (_UPDATED.name,)):
        yield problem("updated-missing", _place_of_field(tree, _UPDATED))
    needs_contact = RequiredPart.CONTACT not in pack.settings.leaves_out and not pack.settings.contact.named
    if needs_contact and plan.contact is not None and not plan.contact.named:
        yield problem("contact-missing", tree.location((_CONTACT.name,), key=True), form="unnamed")
    elif needs_contact and plan.contact is None and not _is_written(tree, (_CONTACT.name,)):
        yield problem("contact-missing", _place_of_field(tree, _CONTACT), form="plan")
    yield from _empty_sections(plan, tree, pack)
    yield from _empty_entries(plan, tree)
    yield from _missing_facts_of_cities(plan, tree, pack)
    yield from _required_values(plan, tree, fields)


def _empty_sections(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield printed rows without content: an info for each field that is empty, and one for all that are absent."""
    absent: list[Field] = []
    for fields in _expected_sections(pack):
        if any(plan.value(field) or _is_written(tree, (field.name,)) for field in fields):
            continue
        empty = [field for field in fields if _is_in_file(tree, field)]
        if empty:
            yield _section_empty(fields, _place_of_field(tree, empty[0]))
        else:
            absent += fields
    if absent:
        yield _section_empty(absent, _place_of_field(tree, absent[0]))


def _section_empty(fields: Sequence[Field], where: Location) -> Problem:
    names = [field.name for field in fields]
    return problem("section-empty", where, form="fields", fields=", ".join(names))


@lru_cache(maxsize=64)
def _expected_sections(pack: Pack) -> tuple[tuple[Field, ...], ...]:
    """Return the fields of each row that every plan is expected to have, without those of cities."""
    sections = []
    for key in _expected_rows(pack):
        fields = [field for field in pack.fields.printed_by(key) if not field.is_of_city and _is_expected(field)]
        if fields:
            sections.append(tuple(fields))
    return tuple(sections)


@lru_cache(maxsize=64)
def _expected_facts(pack: Pack) -> tuple[Field, ...]:
    """Return the fields of cities with a row that every plan is expected to have."""
    facts: list[Field] = []
    for key in _expected_rows(pack):
        row = pack.fields.rows.get(key)
        if row is not None and row.is_of_city and not row.parts and _is_expected(row):
            facts.append(row)
    return tuple(facts)


def _expected_rows(pack: Pack) -> Iterator[str]:
    """Yield the fields of the rows that every plan is expected to have: the others have `when_unknown: omit` of their
    own.
    """
    for rule in pack.settings.rows:
        if rule.when_unknown != "omit":
            yield rule.field


def _is_expected(field: Field) -> bool:
    """Return whether an info reports that the field is missing: a custom one may be reported otherwise,
    or not at all.
    """
    return not field.is_custom or field.required is Required.INFO


def _empty_entries(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Yield entries of which only the theme or the date is printed."""
    for field, texts in _texts_of_entries().items():
        entries = getattr(plan, field)
        if not isinstance(entries, tuple):  # a rich text instead of entries
            continue
        for index, entry in enumerate(entries):
            entry_loc: Loc = (field, index)
            text_loc = (*entry_loc, texts[0])
            has_text = any(getattr(entry, name) for name in texts)
            if not has_text and not _is_written(tree, text_loc):
                where = tree.location(text_loc, key=True)
                yield problem("section-empty", where, form="entry", entry=BUILT_IN.spoken_name(field_name(entry_loc)))


@cache
def _texts_of_entries() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the rich texts of an entry, by the name of the field that is a list of such entries."""
    texts_by_field = {}
    for field in BUILT_IN.inside():
        texts = tuple(inner.name for inner in BUILT_IN.inside(field.path) if inner.is_rich)
        if field.is_rich and texts:
            texts_by_field[field.name] = texts
    return texts_by_field


def _missing_facts_of_cities(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield an info for each column with missing facts."""
    fields = _expected_facts(pack)
    for index, city in enumerate(plan.cities):
        loc: Loc = (CITIES, index)
        missing = []
        for field in fields:
            if not city.value(field) and not _is_written(tree, (*loc, field.name)):
                missing.append(field.name)
        if missing:
            yield problem("facts-missing", tree.location(loc), city=", ".join(city.name), fields=", ".join(missing))


def _required_values(plan: Plan, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield a warning about each custom field without a value whose declaration asks for it."""
    for field in fields.custom:
        if field.required is not Required.WARNING:
            continue
        if not field.is_of_city:
            if not plan.value(field) and not _is_written(tree, (field.name,)):
                yield problem("value-missing", _place_of_field(tree, field), name=field.name)
            continue
        for index, city in enumerate(plan.cities):
            city_loc: Loc = (CITIES, index)
            loc = (*city_loc, field.name)
            if not city.value(field) and not _is_written(tree, loc):
                where = replace(tree.location(city_loc), field=field_name(loc))
                yield problem("value-missing", where, name=field.name)


def _is_written(tree: Tree, loc: Loc) -> bool:
    """Return whether the file has a value there, valid or not, N/A and a dash included."""
    value = value_or_none(tree.value, loc)
    if isinstance(value, list | dict):
        return bool(value)
    return value is not None and bool(str(value).strip())


def _is_in_file(tree: Tree, field: Field) -> bool:
    """Return whether the file has a field of the plan, with a value or without one."""
    return isinstance(tree.value, dict) and field.name in tree.value


def _place_of_field(tree: Tree, field: Field) -> Location:
    """Return the place of a field of the plan; the file alone if the field is absent."""
    if _is_in_file(tree, field):
        return tree.location((field.name,), key=True)
    return Location(tree.source.path, field=field.name)


# Contacts


def contact_of_pack_missing(opened: "OpenedPack") -> Iterator[Problem]:
    """Yield a warning if a pack has no contact for the plans without one."""
    if not opened.pack.settings.contact.named:
        yield problem("contact-missing", opened.tree.location(("contact",), key=True), form="pack")


def ignored_contact(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield a warning if the contact of the pack is printed because that of the plan has no office or email address."""
    if pack.settings.contact.named and plan.contact is not None and not plan.contact.named:
        yield problem("contact-ignored", tree.location((_CONTACT.name,), key=True))


def contact_of_other_office(plan: Plan, pack: Pack) -> Iterator[Problem]:
    """Yield a warning if a plan without a contact of its own prints that of the office whose pack is extended."""
    has_own = plan.contact is not None and plan.contact.named
    if pack.shipped_contact and not has_own:
        office = pack.shipped_contact
        yield problem("contact-of-other-office", Location(pack.settings_path), pack=pack.name, office=office)
