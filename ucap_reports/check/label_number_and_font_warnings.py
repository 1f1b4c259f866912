"""What a document prints otherwise than its language needs: labels, texts and numbers in the language of the pack or
the plan, and letters for which no font is installed.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from ucap_reports.fonts.font_faces import Family, families_covering, install_hint, missing_families
from ucap_reports.plan.custom_field_values import ChoiceKey, TableRows
from ucap_reports.plan.field_descriptions import CITIES, QUANTITIES, Field, FieldType
from ucap_reports.plan.plan_model import BUILT_IN, Plan
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.summary.pack_and_book_words import PackWords, words_of
from ucap_reports.summary.summary_model import Summary
from ucap_reports.template.pack import Pack
from ucap_reports.template.pack_settings_and_number_format import RequiredPart, Wording
from ucap_reports.text.language_tags import is_readable_as, lookup, primary

_MAX_LABELS = 3
"""The maximum number of labels that a hint repeats."""
_MAX_TEXTS = 40
"""The maximum number of texts that a message lists; the tables of a pack can have thousands of choices."""
_TEXTS = ("title", "lead", "continued", "as_of", "draft", "total")
"""The texts of a pack that are not labels, in the order of messages."""


def label_warnings(plan: Plan, pack: Pack, language: str | None) -> Iterator[Problem]:
    """Yield a warning if the pack has no row labels in the language of the document, or none that are confirmed.

    `language` is the one that is asked for, by default that of the plan. The warning does not depend on what the plan
    has, so that it is reported once for each pack and language.
    """
    words = words_of(pack, plan.language, language)
    is_own = _is_own_language(pack, words.wanted)
    is_language_of_plan = primary(words.wanted) == primary(plan.language)
    if not is_own and (words.spoken is not None or is_language_of_plan):
        yield from _untranslated_warning(pack, words)
    location = Location(pack.settings_path)
    if words.spoken is not None:
        wording = pack.settings.wording.get(words.spoken)
        if wording is None or not wording.confirmed:
            yield problem("labels-unconfirmed", location, pack=pack.name, language=words.spoken, home=pack.home)
    elif not is_own and not is_language_of_plan:
        known = ", ".join(sorted({pack.settings.language, *pack.settings.labels}))
        yield problem("labels-missing", location, pack=pack.name, language=words.wanted, known=known, home=pack.home)


def _untranslated_warning(pack: Pack, words: PackWords) -> Iterator[Problem]:
    """Yield the warning about the texts that the pack does not have in the requested language, if there are any."""
    untranslated = _untranslated_texts(pack, words.spoken)
    declared = list(_untranslated_declarations(pack, words))
    texts = [*untranslated, *declared]
    if not texts:
        return
    relabelled = {rule.field for rule in pack.settings.rows if rule.field in pack.project_labels}
    of_project = [text for text in untranslated if text in relabelled]
    if words.spoken is None:
        form = "all"
    elif of_project:
        form = "project"
    elif declared:
        form = "declared"
    else:
        form = "some"
    listed = ", ".join(texts[:_MAX_TEXTS])
    if len(texts) > _MAX_TEXTS:
        listed = f"{listed} and {len(texts) - _MAX_TEXTS:,} more"
    details = {"pack": pack.name, "language": words.wanted, "texts": listed, "home": pack.home}
    yield problem("label-untranslated", Location(pack.settings_path), form=form, rows=", ".join(of_project), **details)


def untranslated_labels(plan: Plan, pack: Pack, language: str | None) -> Iterator[Problem]:
    """Yield a warning for each printed label of a custom field, and of a choice, in another language than asked for;
    not for those that `label_warnings` reports with the other texts of the pack.
    """
    words = words_of(pack, plan.language, language)
    printed = {rule.field for rule in pack.settings.rows}
    is_own = _is_own_language(pack, words.wanted)
    for field in pack.fields.custom:
        if not is_own and _is_declared_by_pack(field, pack):
            continue
        owners = plan.cities if field.is_of_city else [plan]
        values = [owner.value(field) for owner in owners]
        if field.key not in printed or not any(values):
            continue
        path = f"{CITIES}[0].{field.name}" if field.is_of_city else field.name
        where = Location(field=path)
        if not _has_label(field, words):
            yield _label_warning(where, field, words, "label", labels=field.labels)
        yield from _choice_warnings(where, field, values, words)
        for column in field.columns:
            rows = values[0] if isinstance(values[0], TableRows) else ()
            if not _is_labelled(column.labels, words):
                yield _label_warning(where, field, words, "column", labels=column.labels, part=column.name)
            yield from _choice_warnings(where, column, [row.get(column.name) for row in rows], words)


def number_format_warnings(plan: Plan, tree: Tree, words: PackWords) -> Iterator[Problem]:
    """Yield a warning about each population or area whose number cannot be rewritten in the format of the document."""
    fields = [field for field in BUILT_IN.inside(CITIES) if field.type in QUANTITIES]
    for index, city in enumerate(plan.cities):
        for field in fields:
            quantity = city.value(field)
            of_people = field.type is FieldType.POPULATION
            if quantity is not None and words.formats.is_foreign(quantity, of_people=of_people):
                where = tree.location((CITIES, index, field.name))
                yield problem("number-format", where, text=quantity.text, language=words.wanted)


def _untranslated_texts(pack: Pack, language: str | None) -> tuple[str, ...]:
    """Return the names of the texts that the pack does not have in one of its other languages; None is a language in
    which it has nothing. Labels of rows are named by their fields, the other texts as in `wording`.
    """
    settings = pack.settings
    wording = settings.wording.get(language or "", Wording())
    labels = pack.labels.get(language, {}) if language else {}
    printed = {
        "title": settings.title,
        "continued": settings.continued,
        "as_of": settings.as_of,
        "draft": settings.draft,
    }
    if RequiredPart.CONTACT not in settings.leaves_out:
        printed["lead"] = settings.contact.lead
    if any(field.totals for field in pack.fields.custom):
        printed["total"] = settings.total
    missing = [name for name in _TEXTS if printed.get(name) and getattr(wording, name) is None]
    custom = {field.key for field in pack.fields.custom}  # `_untranslated_declarations` has their labels
    for rule in settings.rows:
        if rule.label and rule.field not in custom and rule.field not in labels:
            missing.append(rule.field)
    return tuple(missing)


def _untranslated_declarations(pack: Pack, words: PackWords) -> Iterator[str]:
    """Yield the names of the custom fields, columns and choices that the pack declares without a label in the requested
    language, if the table has a row for the field.
    """
    printed = {rule.field for rule in pack.settings.rows}
    for field in pack.fields.custom:
        if field.key not in printed or not _is_declared_by_pack(field, pack):
            continue
        if not _has_label(field, words):
            yield field.key
        yield from _untranslated_choices(field, words)
        for column in field.columns:
            if not _is_labelled(column.labels, words):
                yield column.key
            yield from _untranslated_choices(column, words)


def _untranslated_choices(field: Field, words: PackWords) -> Iterator[str]:
    for choice, labels in field.choices.items():
        if not _is_labelled(labels, words):
            yield f"{field.key}.{choice}"


def _is_own_language(pack: Pack, wanted: str) -> bool:
    """Return whether a language is the one in which the pack has all its texts."""
    return lookup(wanted, {pack.settings.language}) is not None


def _is_declared_by_pack(field: Field, pack: Pack) -> bool:
    """Return whether packs alone declare a field, and not the project, whose declaration can have all its labels."""
    return field.path not in pack.project_fields


def _has_label(field: Field, words: PackWords) -> bool:
    """Return whether the row of a custom field has a label in the requested language."""
    _, language = words.label_with_language(field.key)
    return is_readable_as(language, words.wanted)


def _is_labelled(labels: Mapping[str, str], words: PackWords) -> bool:
    """Return whether the labels of a column or a choice have one in the requested language."""
    _, language = words.choice_with_language(labels)
    return is_readable_as(language, words.wanted)


def _choice_warnings(where: Location, field: Field, values: Iterable[Any], words: PackWords) -> Iterator[Problem]:
    """Yield a warning for each printed choice without a label in the language of the document."""
    choices = [value for value in values if isinstance(value, ChoiceKey)]
    for choice in dict.fromkeys(choices):
        labels = field.choices.get(choice, {})
        if not _is_labelled(labels, words):
            yield _label_warning(where, field, words, "choice", labels=labels, part=choice)


def _label_warning(
    where: Location, field: Field, words: PackWords, form: str, *, labels: Mapping[str, str], part: str = ""
) -> Problem:
    """Return the warning about labels without the language of the document; its hint keeps those that there are."""
    from ucap_reports.plan.writing.plan_file import scalar_on_one_line  # noqa: PLC0415 - most plans have no such label

    own = words.pack.settings.language
    known: dict[str, str] = {}
    for language, text in labels.items():
        known[language or own] = scalar_on_one_line(text, flow=True)
    entries = [f"{language}: {text}" for language, text in islice(known.items(), _MAX_LABELS)]
    if len(known) > _MAX_LABELS:
        entries.append("…")
    entries.append(f"{words.wanted}: …")
    mapping = ", ".join(entries)
    details = {"field": field.key, "language": words.wanted, "part": part, "texts": f"{{{mapping}}}"}
    return problem("label-untranslated", where, form=form, **details)


# Fonts


def font_warnings(summary: Summary, path: str) -> Iterator[Problem]:
    """Yield a warning for each language without its font; `path` is the plan's."""
    reported: set[str] = set()
    missing = cache(missing_families)
    for language, text in _printed_texts(summary):
        if text.isascii():
            continue
        for family in missing(language):
            if family.name not in reported and _is_printed_in_other_forms(text, family):
                reported.add(family.name)
                hint = install_hint(family)
                yield problem("language-font-missing", Location(path), language=language, hint=hint)


def _printed_texts(summary: Summary) -> Iterator[tuple[str, str]]:
    """Yield all printed texts, each after its language."""
    contact = summary.contact
    for text in (summary.title, contact.office, contact.address):
        yield summary.language, text
    for name in summary.columns:
        yield summary.column_language, name
    yield summary.label_language, contact.lead
    rich_texts = [summary.column_label]
    rich_texts += [row.label for row in summary.rows]
    for row in summary.rows:
        rich_texts += row.cells
    for rich in rich_texts:
        for run in rich.runs():
            yield run.language or summary.language, run.text
    for label in summary.programme_label:
        yield label.language, label.text


def _is_printed_in_other_forms(text: str, family: Family) -> bool:
    """Return whether other fonts have a character of the family's scripts; one that no font has is an
    error of its own.
    """
    for letter in text:
        if unicodedata.name(letter, "").startswith(family.scripts):
            return bool(families_covering(letter))
    return False
