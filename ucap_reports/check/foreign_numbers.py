"""Warnings about numbers that are printed in another format than that of the document."""

from collections.abc import Iterator

from ucap_reports.plan.plan_model import Plan
from ucap_reports.problems import Problem, problem
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.summary.label_languages import PackWords


def number_format_warnings(plan: Plan, tree: Tree, words: PackWords) -> Iterator[Problem]:
    """A warning about each population or area whose number cannot be rewritten in the format of the document."""
    for place, city in enumerate(plan.cities):
        for field, quantity in (("population", city.population), ("area_km2", city.area_km2)):
            if quantity is not None and words.formats.is_foreign(quantity, of_people=field == "population"):
                where = tree.location(("cities", place, field))
                yield problem("number-format", where, text=quantity.text, language=words.wanted)
