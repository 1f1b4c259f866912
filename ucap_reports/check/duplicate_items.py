"""Warnings about duplicate items of lists, misspelt partnerships, and goals with the wording of another one."""

from collections.abc import Iterable, Iterator

from ucap_reports.plan.field_values import Goal
from ucap_reports.plan.fields import FieldType
from ucap_reports.plan.known_fields import BUILT_IN
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.vocabulary import GOALS, goal_named, is_near_spelling, shares_words
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.source.yaml_tree import Tree

THEMES = BUILT_IN.of_type(FieldType.THEMES).name
GOAL_FIELD = BUILT_IN.of_type(FieldType.GOALS).name
AGENDA = BUILT_IN.of_type(FieldType.AGENDA).name


def list_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Warnings about themes, goals and partnerships."""
    yield from _duplicates(THEMES, ((theme.casefold(), f'theme "{theme}"') for theme in plan.themes), tree)
    yield from _duplicates(GOAL_FIELD, ((str(goal.number), f"SDG {goal.number}") for goal in plan.sdgs), tree)
    topics = ((topic.partnership, f'partnership "{topic.partnership}"') for topic in plan.urban_agenda)
    yield from _duplicates(AGENDA, topics, tree)
    for index, goal in enumerate(plan.sdgs):
        yield from _wording(goal, tree.location((GOAL_FIELD, index)))
    for index, topic in enumerate(plan.urban_agenda):
        if is_near_spelling(topic.wording):  # the typing error would be printed
            where = tree.location((AGENDA, index))
            yield problem("urban-agenda-spelling", where, name=topic.wording, known=topic.partnership)


def _duplicates(field: str, items: Iterable[tuple[str, str]], tree: Tree) -> Iterator[Problem]:
    """A warning for each item with the same key as an earlier one."""
    first: dict[str, int] = {}
    for place, (key, item) in enumerate(items):
        if key in first:
            line = tree.location((field, first[key])).line
            yield problem("item-duplicate", tree.location((field, place)), item=item, first=first[key] + 1, line=line)
        first.setdefault(key, place)


def _wording(goal: Goal, where: Location) -> Iterator[Problem]:
    """A warning about a wording that shares no word with the title of its goal, but all with that of another."""
    wording = goal.wording or ""
    other = goal_named(wording)
    if other is not None and other != goal.number and not shares_words(wording, goal.number):
        titles = {"title": GOALS[goal.number], "other_title": GOALS[other]}
        yield problem("sdg-wording", where, wording=wording, number=goal.number, other=other, **titles)
