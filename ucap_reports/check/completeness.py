"""How complete a plan is: how many percent of its facts are known, and which ones it lacks."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec.structs import replace

from ucap_reports.plan.field_descriptions import CITIES, RICH, Field, FieldType, KnownFields, Required
from ucap_reports.plan.plan_model import BUILT_IN, Plan, spoken_name
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree, field_name, value_or_none
from ucap_reports.template.pack import Pack, RequiredPart

_UPDATED = BUILT_IN.of_type(FieldType.DAY)
_CONTACT = BUILT_IN.of_type(FieldType.CONTACT)


def completeness(plan: Plan, pack: Pack) -> int:
    """Return how much of the plan is known, in percent of its date and of the facts that its pack prints
    for any plan.
    """
    known = [plan.updated is not None]
    for rule in pack.settings.rows:
        fields = [field for field in pack.fields.printed_by(rule.field) if field.required is not Required.NO]
        if not fields:
            continue
        owners = plan.cities if fields[0].is_of_city else [plan]
        for owner in owners:
            known.append(any(owner.value(field) for field in fields))
    return 100 * sum(known) // len(known)


def missing_facts(plan: Plan, tree: Tree, pack: Pack, fields: KnownFields = BUILT_IN) -> Iterator[Problem]:
    """Yield infos and warnings about the facts that a plan does not have: about the plan as a whole, and its fields."""
    if plan.updated is None and not _is_written(tree, (_UPDATED.name,)):
        yield problem("updated-missing", _place_of_field(tree, _UPDATED))
    contact = pack.settings.contact
    has_contact = bool(contact.office or contact.email)
    is_due = RequiredPart.CONTACT not in pack.settings.leaves_out and not has_contact
    if is_due and plan.contact is None and not _is_written(tree, (_CONTACT.name,)):
        yield problem("contact-missing", _place_of_field(tree, _CONTACT), form="plan")
    yield from _empty_sections(plan, tree, pack)
    yield from _empty_entries(plan, tree)
    yield from _missing_facts_of_cities(plan, tree, pack)
    yield from _required_values(plan, tree, fields)


def _empty_sections(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield printed rows without content: an info for each field that is empty, and one for all that are absent."""
    absent: list[Field] = []
    for key in _expected_rows(pack):
        fields = [field for field in pack.fields.printed_by(key) if not field.is_of_city and _is_expected(field)]
        if not fields or any(plan.value(field) or _is_written(tree, (field.name,)) for field in fields):
            continue
        given = [field for field in fields if isinstance(tree.value, dict) and field.name in tree.value]
        if given:
            yield _section_empty(fields, _place_of_field(tree, given[0]))
        else:
            absent += fields
    if absent:
        yield _section_empty(absent, _place_of_field(tree, absent[0]))


def _section_empty(fields: Sequence[Field], where: Location) -> Problem:
    return problem("section-empty", where, form="fields", fields=", ".join(field.name for field in fields))


@lru_cache(maxsize=64)
def _expected_rows(pack: Pack) -> tuple[str, ...]:
    """Return the fields of the rows that every plan is expected to have: the others have `when_unknown: omit` of their
    own.
    """
    return tuple(rule.field for rule in pack.settings.rows if rule.when_unknown != "omit")


def _is_expected(field: Field) -> bool:
    """Return whether an info reports that the field is missing: a custom one may be reported otherwise,
    or not at all.
    """
    return not field.is_custom or field.required is Required.INFO


def _empty_entries(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Yield entries of which only the theme or the date is printed."""
    for field in BUILT_IN.inside():
        value = getattr(plan, field.name)
        if field.type not in RICH or not isinstance(value, tuple):
            continue
        texts = [inner.name for inner in BUILT_IN.inside(field.path) if inner.is_rich]
        for index, entry in enumerate(value):
            loc: Loc = (field.name, index, texts[0])
            if not any(getattr(entry, name) for name in texts) and not _is_written(tree, loc):
                where = tree.location(loc, key=True)
                yield problem("section-empty", where, form="entry", entry=spoken_name(field_name(loc[:-1])))


def _missing_facts_of_cities(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield an info for each column with missing facts."""
    rows = [pack.fields.rows.get(key) for key in _expected_rows(pack)]
    fields = [row for row in rows if row is not None and row.is_of_city and not row.parts and _is_expected(row)]
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
        if not field.is_of_city and not plan.value(field) and not _is_written(tree, (field.name,)):
            yield problem("value-missing", _place_of_field(tree, field), name=field.name)
        for index, city in enumerate(plan.cities if field.is_of_city else ()):
            loc: Loc = (CITIES, index, field.name)
            if not city.value(field) and not _is_written(tree, loc):
                where = replace(tree.location(loc[:-1]), field=field_name(loc))
                yield problem("value-missing", where, name=field.name)


def _is_written(tree: Tree, loc: Loc) -> bool:
    """Return whether the file has a value there, valid or not, N/A and a dash included."""
    value = value_or_none(tree.value, loc)
    return bool(value) if isinstance(value, list | dict) else value is not None and bool(str(value).strip())


def _place_of_field(tree: Tree, field: Field) -> Location:
    """Return the place of a field of the plan; the file alone if the field is absent."""
    if isinstance(tree.value, dict) and field.name in tree.value:
        return tree.location((field.name,), key=True)
    return Location(tree.source.path, field=field.name)
