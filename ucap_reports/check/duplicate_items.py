"""Items of lists that stand there twice, and goals whose wording is another's."""

from collections.abc import Iterable, Iterator

from ucap_reports.plan.field_values import AgendaTopic, Goal
from ucap_reports.plan.plan_model import Plan
from ucap_reports.plan.vocabulary import GOALS, goal_named, is_near_spelling, shares_words
from ucap_reports.problems import Problem
from ucap_reports.source.tree import Tree


def list_warnings(plan: Plan, tree: Tree) -> Iterator[Problem]:
    """Warnings about themes, goals and partnerships."""
    yield from _twice("themes", ((theme.casefold(), f'the theme "{theme}"') for theme in plan.themes), tree)
    yield from _twice("sdgs", ((str(goal.number), f"SDG {goal.number}") for goal in plan.sdgs), tree)
    topics = ((topic.partnership, f'the partnership "{topic.partnership}"') for topic in plan.urban_agenda)
    yield from _twice("urban_agenda", topics, tree)
    for place, goal in enumerate(plan.sdgs):
        yield from _wording(goal, place, tree)
    for place, topic in enumerate(plan.urban_agenda):
        yield from _spelling(topic, place, tree)


def _twice(field: str, items: Iterable[tuple[str, str]], tree: Tree) -> Iterator[Problem]:
    """One warning for each item whose key an earlier one has."""
    first: dict[str, int] = {}
    for place, (key, shown) in enumerate(items):
        if key in first:
            line = tree.location((field, first[key])).line
            hint = f"item {first[key] + 1} of the list (line {line}) is the same; remove one of the two"
            yield Problem.warning("listed-twice", f"{shown} is listed twice", hint, tree.location((field, place)))
        first.setdefault(key, place)


def _spelling(topic: AgendaTopic, place: int, tree: Tree) -> Iterator[Problem]:
    """A partnership whose name is one slip of the pen away, and is printed with it."""
    if is_near_spelling(topic.wording):
        message = f'"{topic.wording}" is printed as it is written; the partnership is called {topic.partnership}'
        hint = "correct the spelling"
        yield Problem.warning("urban-agenda-spelling", message, hint, tree.location(("urban_agenda", place)))


def _wording(goal: Goal, place: int, tree: Tree) -> Iterator[Problem]:
    """A wording that has nothing of its own goal's title, and is all in another's."""
    other = goal_named(goal.wording or "")
    if other is None or other == goal.number or shares_words(goal.wording or "", goal.number):
        return
    message = f'"{goal.wording}" is the wording of SDG {other}, not {goal.number}'
    hint = f"SDG {goal.number} is {GOALS[goal.number]}, SDG {other} is {GOALS[other]}"
    yield Problem.warning("sdg-wording", message, hint, tree.location(("sdgs", place)))
