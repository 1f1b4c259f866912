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
from ucap_reports.template.pack import Pack, RequiredPart, Wording
from ucap_reports.text.language_tags import is_readable_as, lookup, primary

_MAX_LABELS = 3
"""The maximum number of labels that a hint repeats."""


def label_warnings(plan: Plan, pack: Pack, language: str | None) -> Iterator[Problem]:
    """Yield a warning if the pack has no row labels in the language of the document, or none that are confirmed.

    `language` is the one that is asked for, by default that of the plan.
    """
    settings, wanted = pack.settings, language or plan.language
    location = Location(pack.settings_path)
    spoken = pack.spoken_language(wanted)
    is_own = lookup(wanted, {settings.language}) is not None
    untranslated = () if is_own else _untranslated_texts(pack, spoken)
    if untranslated and (spoken is not None or language is None or primary(wanted) == primary(plan.language)):
        form = "all" if spoken is None else "some"
        details = {"pack": pack.name, "language": wanted, "texts": ", ".join(untranslated), "home": pack.home}
        yield problem("label-untranslated", location, form=form, **details)
    if spoken is not None:
        wording = settings.wording.get(spoken)
        if wording is None or not wording.confirmed:
            yield problem("labels-unconfirmed", location, pack=pack.name, language=spoken, home=pack.home)
        return
    if not is_own and language is not None and primary(wanted) != primary(plan.language):
        known = ", ".join(sorted({settings.language, *settings.labels}))
        yield problem("labels-missing", location, pack=pack.name, language=wanted, known=known, home=pack.home)


def untranslated_labels(plan: Plan, pack: Pack, language: str | None) -> Iterator[Problem]:
    """Yield a warning for each printed label of a custom field, and of a choice, in another language than asked for."""
    words = words_of(pack, plan.language, language)
    printed = {rule.field for rule in pack.settings.rows}
    for field in pack.fields.custom:
        owners = plan.cities if field.is_of_city else [plan]
        values = [owner.value(field) for owner in owners]
        if field.key not in printed or not any(values):
            continue
        where = Location(field=f"{CITIES}[0].{field.name}" if field.is_of_city else field.name)
        used = words.label_with_language(field.key)[1]
        if not is_readable_as(used, words.wanted):
            yield _label_warning(where, field, words, "label", labels=field.labels)
        yield from _choice_warnings(where, field, values, words)
        for column in field.columns:
            rows = values[0] if isinstance(values[0], TableRows) else ()
            used = words.choice_with_language(column.labels)[1]
            if not is_readable_as(used, words.wanted):
                yield _label_warning(where, field, words, "column", labels=column.labels, part=column.name)
            yield from _choice_warnings(where, column, [row.get(column.name) for row in rows], words)


def number_format_warnings(plan: Plan, tree: Tree, words: PackWords) -> Iterator[Problem]:
    """Yield a warning about each population or area whose number cannot be rewritten in the format of the document."""
    fields = [field for field in BUILT_IN.inside(CITIES) if field.type in QUANTITIES]
    for index, city in enumerate(plan.cities):
        for field in fields:
            quantity, of_people = city.value(field), field.type is FieldType.POPULATION
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
    own = {
        "title": settings.title,
        "lead": "" if RequiredPart.CONTACT in settings.leaves_out else settings.contact.lead,
        "continued": settings.continued,
        "as_of": settings.as_of,
        "draft": settings.draft,
    }
    if any(field.totals for field in pack.fields.custom):
        own["total"] = settings.total
    missing = [name for name, text in own.items() if text and getattr(wording, name) is None]
    custom = {field.key for field in pack.fields.custom}  # their labels are reported with their declarations
    others = (rule for rule in settings.rows if rule.field not in custom)
    missing += [rule.field for rule in others if rule.label and rule.field not in labels]
    return tuple(missing)


def _choice_warnings(where: Location, field: Field, values: Iterable[Any], words: PackWords) -> Iterator[Problem]:
    """Yield a warning for each printed choice without a label in the language of the document."""
    choices = [value for value in values if isinstance(value, ChoiceKey)]
    for choice in dict.fromkeys(choices):
        labels = field.choices.get(choice, {})
        _, language = words.choice_with_language(labels)
        if not is_readable_as(language, words.wanted):
            yield _label_warning(where, field, words, "choice", labels=labels, part=choice)


def _label_warning(
    where: Location, field: Field, words: PackWords, form: str, *, labels: Mapping[str, str], part: str = ""
) -> Problem:
    """Return the warning about labels without the language of the document; its hint keeps those that there are."""
    from ucap_reports.plan.writing.plan_file import scalar_on_one_line  # noqa: PLC0415 - most plans have no such label

    own = words.pack.settings.language
    known = {language or own: scalar_on_one_line(text, flow=True) for language, text in labels.items()}
    written = [f"{language}: {text}" for language, text in islice(known.items(), _MAX_LABELS)]
    written += ["…"] if len(known) > _MAX_LABELS else []
    texts = f"{{{', '.join([*written, f'{words.wanted}: …'])}}}"
    details = {"field": field.key, "language": words.wanted, "part": part, "texts": texts}
    return problem("label-untranslated", where, form=form, **details)


# Fonts


def font_warnings(summary: Summary, path: str) -> Iterator[Problem]:
    """Return a warning for each language without its font; `path` is the plan's."""
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
    letters = (letter for letter in text if unicodedata.name(letter, "").startswith(family.scripts))
    first = next(letters, None)
    return first is not None and bool(families_covering(first))
