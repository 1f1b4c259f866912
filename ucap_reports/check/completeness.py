"""Infos about facts that a plan does not have, and warnings about content that its pack does not print."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ucap_reports.plan.field_descriptions import CITIES, RICH, Field, FieldType, KnownFields, Required
from ucap_reports.plan.plan_model import BUILT_IN, Plan, spoken_name
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree, field_name, value_at
from ucap_reports.template.pack import Pack, RequiredPart
from ucap_reports.template.programme_label import funding_statement, is_unconfirmed
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE, primary

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


def completeness_warnings(plan: Plan, tree: Tree, pack: Pack, fields: KnownFields = BUILT_IN) -> Iterator[Problem]:
    """Yield infos and warnings about the plan as a whole and about each field."""
    if plan.updated is None and not _is_written(tree, (_UPDATED.name,)):
        yield problem("updated-missing", _place(tree, _UPDATED))
    contact, omitted = pack.settings.contact, pack.settings.leaves_out
    has_contact = bool(contact.office or contact.email)
    is_due = RequiredPart.CONTACT not in omitted and not has_contact
    if is_due and plan.contact is None and not _is_written(tree, (_CONTACT.name,)):
        yield problem("contact-missing", _place(tree, _CONTACT), form="plan")
    if has_contact and plan.contact is not None and not plan.contact.named:
        yield problem("contact-ignored", _place(tree, _CONTACT))
    yield from _empty_sections(plan, tree, pack)
    yield from _empty_entries(plan, tree)
    yield from _missing_facts(plan, tree, pack)
    yield from _required_values(plan, tree, fields)
    yield from _not_printed(plan, tree, pack, fields)
    if RequiredPart.PROGRAMME_LABEL not in omitted:
        yield from _unconfirmed_labels(plan, pack)
        yield from _unconfirmed_statements(plan, pack)


def _empty_sections(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield printed rows without content: an info for each field that is empty, and one for all that are absent."""
    absent: list[Field] = []
    for key in _shown(pack):
        fields = [field for field in pack.fields.printed_by(key) if not field.is_of_city and _is_expected(field)]
        if not fields or any(plan.value(field) or _is_written(tree, (field.name,)) for field in fields):
            continue
        given = [field for field in fields if isinstance(tree.value, dict) and field.name in tree.value]
        if given:
            yield _empty(fields, _place(tree, given[0]))
        else:
            absent += fields
    if absent:
        yield _empty(absent, _place(tree, absent[0]))


def _is_expected(field: Field) -> bool:
    """Return whether an info reports that the field is missing: a custom one may be reported otherwise,
    or not at all.
    """
    return not field.is_custom or field.required is Required.INFO


def _required_values(plan: Plan, tree: Tree, fields: KnownFields) -> Iterator[Problem]:
    """Yield a warning about each custom field without a value whose declaration asks for it."""
    for field in fields.custom:
        if field.required is not Required.WARNING:
            continue
        if not field.is_of_city and not plan.value(field) and not _is_written(tree, (field.name,)):
            yield problem("value-missing", _place(tree, field), name=field.name)
        for index, city in enumerate(plan.cities if field.is_of_city else ()):
            loc: Loc = (CITIES, index, field.name)
            if not city.value(field) and not _is_written(tree, loc):
                where = replace(tree.location(loc[:-1]), field=field_name(loc))
                yield problem("value-missing", where, name=field.name)


def _empty(fields: Sequence[Field], where: Location) -> Problem:
    return problem("section-empty", where, form="fields", fields=", ".join(field.name for field in fields))


def _empty_entries(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Yield entries of which only the theme or the date is printed."""
    for field in BUILT_IN.inside():
        texts = [inner.name for inner in BUILT_IN.inside(field.path) if inner.is_rich]
        value = getattr(plan, field.name)
        if field.type not in RICH or not isinstance(value, tuple):
            continue
        for index, entry in enumerate(value):
            loc: Loc = (field.name, index, texts[0])
            if not any(getattr(entry, name) for name in texts) and not _is_written(tree, loc):
                where = tree.location(loc, key=True)
                yield problem("section-empty", where, form="entry", entry=spoken_name(field_name(loc[:-1])))


def _missing_facts(plan: Plan, tree: Tree, pack: Pack) -> Iterator[Problem]:
    """Yield an info for each column with missing facts."""
    rows = [pack.fields.rows.get(key) for key in _shown(pack)]
    fields = [row for row in rows if row is not None and row.is_of_city and not row.parts and _is_expected(row)]
    for index, city in enumerate(plan.cities):
        loc: Loc = (CITIES, index)
        missing = []
        for field in fields:
            if not city.value(field) and not _is_written(tree, (*loc, field.name)):
                missing.append(field.name)
        if missing:
            yield problem("facts-missing", tree.location(loc), city=", ".join(city.name), fields=", ".join(missing))


def _not_printed(plan: Plan, tree: Tree, pack: Pack, fields: KnownFields) -> Iterator[Problem]:
    """Warn about fields with content but without a row, except private ones, such as the sources, and custom fields,
    which the project hides or a template places.
    """
    printed = {rule.field for rule in pack.settings.rows}
    printed |= {field.key for field in pack.fields.custom}
    printed |= {field.key for field in fields.rows.values() if field.is_private}
    for rule in pack.settings.rows:
        printed |= {field.key for field in pack.fields.printed_by(rule.field)}
    for key, loc in _with_content(plan, fields):
        if key not in printed:
            yield problem("field-not-printed", tree.location(loc, key=True), field=key, pack=pack.name)


def _with_content(plan: Plan, known: KnownFields) -> Iterator[tuple[str, Loc]]:
    """Yield the key and the place of each field with content that can have a row."""
    fields = [row for row in known.rows.values() if not row.parts]
    for field in fields:
        if not field.is_of_city and plan.value(field):
            yield field.key, (field.name,)
    for index, city in enumerate(plan.cities):
        for field in fields:
            if field.is_of_city and city.value(field):
                yield field.key, (CITIES, index, field.name)


def _unconfirmed_labels(plan: Plan, pack: Pack) -> Iterator[Problem]:
    """Report that the programme label is printed in a wording that the programme has not confirmed.

    The problem is the same for all plans of the pack, so that it is reported once.
    """
    labels = pack.settings.programme_label
    printed = set()
    for tag in plan.label_languages or pack.label_languages(plan.language, plan.country_codes):
        printed.add(tag if tag in labels else primary(tag))
    unconfirmed = pack.unconfirmed_label_languages
    if printed.intersection(unconfirmed):
        where = Location(pack.settings_path)
        yield problem("label-unconfirmed", where, languages=", ".join(unconfirmed), pack=pack.name, home=pack.home)


def _unconfirmed_statements(plan: Plan, pack: Pack) -> Iterator[Problem]:
    """Report languages of the label in which the statement about the funding is not printed."""
    funding = pack.settings.funding
    if funding is None:
        return
    tags = plan.label_languages or pack.label_languages(plan.language, plan.country_codes)
    missing = [tag for tag in tags if is_unconfirmed(funding, tag)]
    if missing:
        english = funding_statement(funding, DEFAULT_LANGUAGE)
        yield problem("funding-unconfirmed", Location(pack.settings_path), text=english, languages=", ".join(missing))


def _shown(pack: Pack) -> tuple[str, ...]:
    """Return the fields of the rows that every plan is expected to have: the others have `when_unknown: omit` of their
    own.
    """
    return tuple(rule.field for rule in pack.settings.rows if rule.when_unknown != "omit")


def _is_written(tree: Tree, loc: Loc) -> bool:
    """Return whether the file has a value there, valid or not, N/A and a dash included."""
    value = value_at(tree.value, loc)
    return bool(value) if isinstance(value, list | dict) else value is not None and bool(str(value).strip())


def _place(tree: Tree, field: Field) -> Location:
    """Return the place of a field of the plan; the file alone if the field is absent."""
    if isinstance(tree.value, dict) and field.name in tree.value:
        return tree.location((field.name,), key=True)
    return Location(tree.source.path, field=field.name)
