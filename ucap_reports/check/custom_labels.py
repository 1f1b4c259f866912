"""Warnings about labels of custom fields that are not in the language of the document."""

from collections.abc import Iterable, Iterator
from typing import Any

from ucap_reports.plan.custom_values import ChoiceKey, TableRows
from ucap_reports.plan.fields import CITIES, Field
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.summary.label_languages import PackWords, words_of
from ucap_reports.template.pack import Pack
from ucap_reports.text.language_tags import is_readable_as


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
            yield _warning(where, field, words.wanted, "label")
        yield from _choice_warnings(where, field, values, words)
        for column in field.columns:
            rows = values[0] if isinstance(values[0], TableRows) else ()
            used = words.choice_with_language(column.labels)[1]
            if not is_readable_as(used, words.wanted):
                details = {"field": field.key, "language": words.wanted, "part": column.name}
                yield problem("label-untranslated", where, form="column", **details)
            yield from _choice_warnings(where, column, [row.get(column.name) for row in rows], words)


def _choice_warnings(where: Location, field: Field, values: Iterable[Any], words: PackWords) -> Iterator[Problem]:
    """Yield a warning for each printed choice without a label in the language of the document."""
    for value in dict.fromkeys(value for value in values if isinstance(value, ChoiceKey)):
        used = words.choice_with_language(field.choices.get(value, {}))[1]
        if not is_readable_as(used, words.wanted):
            yield _warning(where, field, words.wanted, value)


def _warning(where: Location, field: Field, language: str, part: str) -> Problem:
    details = {"field": field.key, "language": language, "part": part}
    form = "label" if part == "label" else "choice"
    return problem("label-untranslated", where, form=form, **details)
