"""Warnings about texts that are printed although they are no values: placeholders, and dates that do not exist."""

from collections.abc import Iterator

from ucap_reports.check.yaml_misreadings import written_texts
from ucap_reports.plan.dates import names_no_day
from ucap_reports.plan.fields import Field, FieldType, Required
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.placeholder_words import is_placeholder
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import Loc, Tree

_DATED = frozenset({FieldType.LINE, FieldType.LINES, FieldType.DATE})
"""The types of fields in which numbers with the form of a date are one; a telephone number may look like a date."""


def questionable_values(_: Plan, tree: Tree) -> Iterator[Problem]:
    """Yield a warning for each text of the file that is a placeholder, or a date that does not exist."""
    for text in written_texts(tree):
        field = BUILT_IN.at(text.loc)
        if is_placeholder(text.value):
            form = _form(text.loc, field)
            yield problem("text-placeholder", tree.location(text.loc), form=form, text=text.value.strip())
        elif field is not None and field.type in _DATED and names_no_day(text.value):
            yield problem("date-impossible", tree.location(text.loc), text=text.value.strip())


def _form(loc: Loc, field: Field | None) -> str:
    """Return the form of the hint: of a field that may not be empty, of an item of a list, or of another field."""
    if field is not None and field.required is Required.ERROR:
        return "required"
    return "item" if isinstance(loc[-1], int) else "field"
