"""Warnings about numbers that are printed in another format than that of the document."""

from collections.abc import Iterator

from ucap_reports.plan.fields import CITIES, QUANTITIES, FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.summary.label_languages import PackWords


def number_format_warnings(plan: Plan, tree: Tree, words: PackWords) -> Iterator[Problem]:
    """A warning about each population or area whose number cannot be rewritten in the format of the document."""
    fields = [field for field in BUILT_IN.inside(CITIES) if field.type in QUANTITIES]
    for index, city in enumerate(plan.cities):
        for field in fields:
            quantity, of_people = city.value(field), field.type is FieldType.POPULATION
            if quantity is not None and words.formats.is_foreign(quantity, of_people=of_people):
                where = tree.location((CITIES, index, field.name))
                yield problem("number-format", where, text=quantity.text, language=words.wanted)
