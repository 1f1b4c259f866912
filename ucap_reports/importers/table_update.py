"""Updates of plans by a table of an office's own, such as a CSV file with the latest populations: only the facts of its
columns change, and nothing where cells are empty.

First which plans a row is about (`_PlansOfCities`), then the facts in it (`_facts`), and which of them are changes
(`_change`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from msgspec.structs import replace

from ucap_reports.importers.answers_as_values import form_text, form_value, has_markup
from ucap_reports.importers.draft_and_kept_comments import VALUE_IS_KEPT, Imported, ImportedPlan
from ucap_reports.importers.import_updates import (
    CurrentPlan,
    FieldChange,
    MergedChange,
    PlansUpdate,
    UnreadPlans,
    UpdatedPlan,
    applied_changes,
)
from ucap_reports.importers.workbook_sheets_and_cells import scalar_text
from ucap_reports.plan.field_descriptions import CITIES, FIGURES, NAME, RICH, Field, FieldType
from ucap_reports.plan.plan_changes import shown_value
from ucap_reports.plan.plan_ids import better_id, free_id, is_id_of_names
from ucap_reports.plan.writing.value_edits import (
    ABSENT,
    ValueChange,
    as_list,
    as_written,
    json_value,
    value_at,
)
from ucap_reports.problems import Hint, Location, Problem, problem, shortened
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.source.yaml_tree import Loc, WrittenDecimal, WrittenInteger, field_name
from ucap_reports.storage.decoding import Source
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS
from ucap_reports.text.capitals_punctuation_and_plain_letters import searchable

_AS_IN_FORMS = RICH | {FieldType.FOCUS, FieldType.ACTIVITIES, FieldType.GOALS}
"""The types of values that cells show in another way than plans: they are read like the answers in forms, so that what
is still the same stays as it is in the plan.
"""
_MOVE_COMMENT = "move it to the right field"
"""The advice for a comment in a new plan."""


def table_update(imported: Imported, path: str, plans: Mapping[str, CurrentPlan], unread: UnreadPlans) -> PlansUpdate:
    """Return what the plans of another table change: only the facts of its columns, and nothing where cells are empty.

    A plan is the one with its id, or else the only one with the same cities; others are new. Cities are matched by
    their names. An id that was made of names of which it has only some, such as "rome" of "天津" and "Rome", says
    nothing about the plan. Where there are only facts of cities, such as in a list of populations, each plan with one
    of the cities gets them.

    No plan is created for cities that a file with errors may be about: the errors of that file are reported.
    """
    problems = [_not_kept(reported) for reported in imported.problems]
    update = _TableUpdate(path, plans, unread, problems)
    for plan in imported.plans:
        update.add(plan)
    return update.result()


def cities_of_plans(plans: Mapping[str, CurrentPlan]) -> Mapping[str, tuple[Any, ...]]:
    """Return the names of the cities of each plan; none of a plan in which a city has no name."""
    cities_by_plan: dict[str, tuple[Any, ...]] = {}
    for plan in plans.values():
        cities: list[Any] = []
        for city in as_list(value_at(plan.tree.value, (CITIES,))):
            names = [str(scalar_text(name)) for name in as_list(value_at(city, (NAME,)))]
            if not names or "" in names:
                cities.clear()
                break
            if len(names) == 1:
                cities.append(names[0])
            else:
                cities.append(names)
        cities_by_plan[plan.id] = tuple(cities)
    return cities_by_plan


class _TableUpdate:
    """What the rows of a table change, one after the other."""

    def __init__(
        self, path: str, plans: Mapping[str, CurrentPlan], unread: UnreadPlans, problems: list[Problem]
    ) -> None:
        self._path = path
        self._plans = plans
        self._unread = unread
        self._errors_of_files = [*chain.from_iterable(unread.values()), *_yaml_errors(plans)]
        self._plans_of_cities = _PlansOfCities(plans)
        self._latest = dict(plans)
        """The plans with the changes of the rows above: several rows may be about one plan."""
        self._updated: dict[str, UpdatedPlan] = {}
        self._changes: list[FieldChange] = []
        self._created: list[str] = []
        self._problems = problems
        self._facts_of_rows = _FactsOfRows(Location(path))

    def add(self, plan: ImportedPlan) -> None:
        """Change the plans that a row is about, or create its plan."""
        values = parse_tolerantly(Source(f"{plan.id}{PLAN_ENDING}", plan.text)).value
        has_id_of_its_own = not _is_named_by_cities(plan.id, values)
        if has_id_of_its_own and plan.id in self._unread:  # it has the id of a file with errors
            self._problems += self._unread[plan.id]
            return
        ids = self._plans_of_cities.changed_by(plan.id, values)
        if ids:
            self._change(plan, values, ids)
        elif has_id_of_its_own or not self._errors_of_files:
            self._create(plan, _written_names(values))
        else:  # one of the files with errors may be the plan of these cities
            self._problems += self._errors_of_files

    def _create(self, plan: ImportedPlan, names: Sequence[str]) -> None:
        new_id = free_id(plan.id, {*self._plans, *self._updated}, names)
        self._problems += plan.problems
        if new_id != plan.id:
            self._problems.append(problem("import-duplicate", Location(self._path), id=plan.id, other=new_id))
        self._created.append(new_id)
        plan_file = Source(f"{PLANS}/{new_id}{PLAN_ENDING}", plan.text)
        self._updated[new_id] = UpdatedPlan(new_id, None, plan_file)

    def _change(self, plan: ImportedPlan, values: Any, ids: Sequence[str]) -> None:
        """Change the plans with these ids by the facts of a row."""
        for reported in plan.problems:
            is_about_new_id = reported.code == "import-duplicate"
            keeps_id = plan.id not in ids
            if not is_about_new_id or not keeps_id:
                self._problems.append(_not_kept(reported))
        for plan_id in ids:
            current = self._latest[plan_id]
            facts = list(_facts(values, current, Location(self._path), self._problems))
            self._facts_of_rows.add(facts, current)
            wanted = _changes(facts, current, Location(self._path))
            source, made, refused = applied_changes(current, wanted)
            self._problems += refused
            self._changes += made
            if made:
                before = self._plans[plan_id].tree.source
                self._latest[plan_id] = replace(current, tree=parse_tolerantly(source))
                self._updated[plan_id] = UpdatedPlan(plan_id, before, source)

    def result(self) -> PlansUpdate:
        """Return the update of all rows."""
        different: list[UpdatedPlan] = []
        for updated in self._updated.values():
            # A later row may have undone the changes of an earlier one.
            if updated.before is None or updated.before.text != updated.after.text:
                different.append(updated)
        problems = [*self._problems, *self._facts_of_rows.problems]
        return PlansUpdate(
            tuple(different),
            tuple(self._changes),
            created=tuple(self._created),
            problems=tuple(dict.fromkeys(problems)),
        )


class _Fact(NamedTuple):
    """A value of a table, and its place in a plan."""

    loc: Loc
    value: Any


class _FactsOfRows:
    """The facts in all rows by their plans, and warnings about rows that differ, also if one has the plan's value."""

    def __init__(self, where: Location) -> None:
        self._where = where
        self._first_values: dict[tuple[str, Loc], Any] = {}
        self.problems: list[Problem] = []

    def add(self, facts: Iterable[_Fact], current: CurrentPlan) -> None:
        """Add facts about a plan."""
        for fact in facts:
            first_value = self._first_values.setdefault((current.id, fact.loc), fact.value)
            if not _is_same(current.known.at(fact.loc), first_value, fact.value):
                self.problems.append(self._warning(fact, first_value, current))

    def _warning(self, fact: _Fact, first_value: Any, current: CurrentPlan) -> Problem:
        return problem(
            "import-guessed",
            self._where,
            form="rows",
            plan=current.id,
            field=field_name(fact.loc),
            first=shortened(shown_value(json_value(first_value))),
            last=shortened(shown_value(json_value(fact.value))),
        )


def _yaml_errors(plans: Mapping[str, CurrentPlan]) -> Iterator[Problem]:
    """Yield the errors of the plans that are no valid YAML, of whose cities some may not be read."""
    for plan in plans.values():
        if not plan.tree.is_valid_yaml:
            yield from plan.tree.problems


def _not_kept(reported: Problem) -> Problem:
    """Return a warning with the hint for a plan that exists: it keeps no words as comments, as a new one does."""
    if reported.hint is None:
        return reported
    if reported.hint.startswith(VALUE_IS_KEPT):
        hint = f"the value is not imported{reported.hint.removeprefix(VALUE_IS_KEPT)}"
        return reported.with_hint(Hint(hint, reported.suggestions))
    if "comment" in reported.hint:  # its words have no field
        _, _, advice = reported.hint.partition("; ")
        if advice in ("", _MOVE_COMMENT):
            advice = "name its field in a map for --columns"
        return reported.with_hint(f"it is not imported; {advice}")
    return reported


class _PlansOfCities:
    """The plans by the names of their cities."""

    def __init__(self, plans: Mapping[str, CurrentPlan]) -> None:
        self._names: dict[str, list[str]] = {}
        """The sorted names of the cities of each plan."""
        self._ids: dict[str, list[str]] = {}
        """The ids of the plans with each city."""
        for plan in plans.values():
            names = sorted(_city_names(plan.tree.value))
            self._names[plan.id] = names
            for name in dict.fromkeys(names):
                self._ids.setdefault(name, []).append(plan.id)

    def changed_by(self, plan_id: str, values: Any) -> Sequence[str]:
        """Return the ids of the plans that a plan of a table changes; none for a new one."""
        is_named_by_cities = _is_named_by_cities(plan_id, values)
        is_named_completely = all(map(better_id, _written_names(values)))
        if plan_id in self._names and (is_named_completely or not is_named_by_cities):
            return [plan_id]
        names = sorted(_city_names(values))
        with_first = self._ids.get(names[0], []) if names else []
        same_cities = [known for known in with_first if self._names[known] == names]
        if len(same_cities) == 1:
            return same_cities
        has_other_facts = set(values) != {CITIES}
        if has_other_facts or not is_named_by_cities:
            return []
        return [known for known in with_first if set(names) <= set(self._names[known])]


def _is_named_by_cities(plan_id: str, values: Any) -> bool:
    """Return whether an id is made of the names of the cities of its plan, so that it may be another plan's, too."""
    return is_id_of_names(plan_id, _written_names(values))


def _written_names(values: Any) -> list[str]:
    """Return the names of the cities of a plan as they are written."""
    names: list[str] = []
    for city in as_list(value_at(values, (CITIES,))):
        names += map(str, as_list(value_at(city, (NAME,))))
    return names


def _city_names(values: Any) -> list[str]:
    """Return the names of the cities of a plan, each in a form in which spellings are compared."""
    cities = value_at(values, (CITIES,))
    return [_city_name(city) for city in as_list(cities)]


def _city_name(city: Any) -> str:
    names = as_list(value_at(city, (NAME,)))
    return searchable(" ".join(str(name) for name in names))


def _facts(values: Any, current: CurrentPlan, where: Location, problems: list[Problem]) -> Iterator[_Fact]:
    """Yield the facts of a table about a plan; those of a city that has several rows are repeated."""
    for name, value in values.items():
        if name == CITIES:
            for city in as_list(value):
                yield from _city_facts(city, current, where, problems)
        elif isinstance(value, dict):
            for key, fact in value.items():
                yield _Fact((name, key), fact)
        else:
            yield _Fact((name,), value)


def _city_facts(
    city: Mapping[str, Any], current: CurrentPlan, where: Location, problems: list[Problem]
) -> Iterator[_Fact]:
    """Yield the facts of a city; report one that the plan does not have, or has twice."""
    names_in_plan = _city_names(current.tree.value)
    name = _city_name(city)
    if names_in_plan.count(name) != 1:
        written = ", ".join(str(part) for part in as_list(city.get(NAME)))
        problems.append(problem("import-city-unknown", where, plan=current.id, name=shortened(written)))
        return
    index = names_in_plan.index(name)
    for key, value in city.items():
        if key != NAME:
            yield _Fact((CITIES, index, key), value)


def _changes(facts: Iterable[_Fact], current: CurrentPlan, where: Location) -> list[MergedChange]:
    """Return the changes that facts make in a plan. Of several values of one fact, that of the last row counts."""
    last_values = {fact.loc: fact.value for fact in facts}
    changes = []
    for loc, value in last_values.items():
        change = _change(loc, value, current, where)
        if change is not None:
            changes.append(change)
    return changes


def _change(loc: Loc, value: Any, current: CurrentPlan, where: Location) -> MergedChange | None:
    """Return the change of one fact; None if the plan has it already."""
    old = value_at(current.tree.value, loc)
    old = None if old is ABSENT else old
    field = current.known.at(loc)
    if field is not None and _same_fact(field, old, value):
        return None
    if field is not None and old is not None and field.type in _AS_IN_FORMS and not has_markup(value):
        value = form_value(field, form_text(field, value), old, current.known)
        if json_value(value) == json_value(old):
            return None
    if isinstance(value, list) and isinstance(old, list):
        value = [_as_in_list(item, old) for item in value]
    if isinstance(old, WrittenInteger | WrittenDecimal):
        value = as_written(field, value)  # documents print a number with the marks of thousands of their language
    record = FieldChange(current.id, field_name(loc), json_value(old), json_value(value), where)
    return MergedChange(ValueChange("set", loc, value), record)


def _as_in_list(item: Any, old: Sequence[Any]) -> Any:
    """Return the item of a list that is equal, as the plan file has it; else the new item."""
    return old[old.index(item)] if item in old else item


def _is_same(field: Field | None, first: Any, second: Any) -> bool:
    """Return whether two rows say the same about a field."""
    if field is None:
        return bool(json_value(first) == json_value(second))
    return _same_fact(field, first, second)


def _same_fact(field: Field, old: Any, new: Any) -> bool:
    """Return whether two values are the same fact; figures are, too, if only spaces and marks of thousands differ."""
    return _fact_text(field, old) == _fact_text(field, new)


_MARK_OF_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9])|[0-9]{2},)")
"""A comma in `1,234,567`, and in `12,34,567` as in India, but not in `1,5`."""


def _fact_text(field: Field, value: Any) -> str:
    text = "\n".join(str(scalar_text(item)) for item in as_list(value))
    if field.type not in FIGURES:
        return text
    return _MARK_OF_THOUSANDS.sub("", re.sub(r"\s", "", text))
