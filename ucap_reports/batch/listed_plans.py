"""The plans of a project with their facts, which lists show, and which conditions select plans by."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from ucap_reports.batch.document_options import further_languages
from ucap_reports.batch.opened_project import OpenedProject, PackStore, pack_folders
from ucap_reports.check.completeness import completeness
from ucap_reports.plan.amounts_and_dates import Money
from ucap_reports.plan.custom_values import Number, PartialDate, TableRows
from ucap_reports.plan.field_descriptions import Field, FieldType, KnownFields
from ucap_reports.plan.field_types import Country, Goal
from ucap_reports.plan.plan_model import BUILT_IN, City, Plan, read_plan, read_valid_part
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.template.pack_opening import pack_names
from ucap_reports.text.rich_text import RichText

COMPLETENESS = "completeness"
_LANGUAGE = BUILT_IN.of_type(FieldType.LANGUAGE).condition
_PACK = BUILT_IN.of_type(FieldType.PACK).condition
Facts = Mapping[str, tuple[str, ...]]
"""The values of each field of conditions, such as `city` or `updated`."""


class ListedPlan(Struct, frozen=True):
    """A plan file: the facts in its valid fields, and its errors. Without any there are no facts."""

    path: Path
    facts: Facts = {}
    errors: tuple[Problem, ...] = ()
    columns: tuple[str, ...] = ()
    """The names in each column of the fact table: of a city, or of the cities of a group."""

    def first(self, field: str) -> str | None:
        """Return the first value of the field, or None."""
        return next(iter(self.facts.get(field, ())), None)


def list_plans(opened: OpenedProject, paths: Iterable[Path]) -> Iterator[ListedPlan]:
    """Yield the plans in these files."""
    for path in paths:
        try:
            tree = opened.read_tree(path)
        except ProblemsFound as error:
            yield ListedPlan(path, errors=error.problems)
        else:
            yield _listed(path, tree, opened)


def list_editions(opened: OpenedProject, trees: Mapping[str, Tree]) -> Iterator[ListedPlan]:
    """Yield the plans in these trees, which are by id."""
    return (_listed(Path(plan), tree, opened) for plan, tree in trees.items())


def custom_fields(opened: OpenedProject) -> list[Field]:
    """Return the custom fields of all packs of a project; of several with one name, those of the default pack."""
    fields: dict[str, Field] = {}
    for name in dict.fromkeys([opened.settings.template, *pack_names(pack_folders(opened.project))]):
        with suppress(ProblemsFound):
            for field in opened.packs.open(name).fields.custom:
                for known in (field, *field.columns):
                    fields.setdefault(known.key, known)
    return list(fields.values())


def _listed(path: Path, tree: Tree, opened: OpenedProject) -> ListedPlan:
    fields, settings = opened.fields_of(tree.value), opened.settings
    try:
        plan: Plan | None = read_plan(tree, fields, settings.language)
        errors: tuple[Problem, ...] = ()
    except ProblemsFound as error:
        plan = read_valid_part(tree, fields, settings.language)
        errors = error.problems
    if plan is None:
        return ListedPlan(path, errors=errors)
    columns = tuple(", ".join(city.name) for city in plan.cities)
    return ListedPlan(path, _facts(plan, fields, opened), errors, columns)


def _facts(plan: Plan, fields: KnownFields, opened: OpenedProject) -> Facts:
    template = plan.template or opened.settings.template
    facts: dict[str, tuple[str, ...]] = {}
    for field in fields.all:
        if not field.condition:
            continue
        if field.is_column:
            texts = list(_column_texts(plan, field))
        else:
            owners = plan.cities if field.is_of_city else [plan]
            texts = []
            for owner in owners:
                texts += _texts(owner, field)
        facts[field.condition] = tuple(texts if field.type is FieldType.NAMES else dict.fromkeys(texts))
    facts[_LANGUAGE] += further_languages(plan.language, plan.languages or opened.settings.languages)
    facts[_PACK] = (template,)
    facts[COMPLETENESS] = _percentage(plan, opened.packs, template)
    return facts


def _texts(owner: Plan | City, field: Field) -> Iterator[str]:
    """Yield the values of a field as conditions compare them."""
    value = getattr(owner, field.name) if field.type is FieldType.ID else owner.value(field)
    if isinstance(value, TableRows):
        for row in value:
            for cell in row.values():
                yield from _compared(cell)
        return
    yield from _compared(*(value if isinstance(value, tuple) else (value,)))


def _column_texts(plan: Plan, column: Field) -> Iterator[str]:
    """Yield the values of a column of a table."""
    table = plan.custom.get(column.owner)
    if isinstance(table, TableRows):  # a plan of another pack may have another field of that name
        yield from _compared(*(row.get(column.name) for row in table))


def _compared(*values: Any) -> Iterator[str]:
    """Yield the values, each once, as conditions compare them."""
    for item in dict.fromkeys(values):
        match item:
            case None:
                pass
            case Country():
                if item.code:
                    yield item.code
            case Goal():
                yield str(item.number)
            case date() | PartialDate():
                yield item.isoformat()
            case Number() | Money():
                yield "" if item.value is None else str(item.value)
            case RichText():
                yield item.text
            case _:
                yield str(item)


def _percentage(plan: Plan, packs: PackStore, template: str) -> tuple[str, ...]:
    """Return how much of the plan is known, in percent; empty if its pack has errors."""
    with suppress(ProblemsFound):
        return (str(completeness(plan, packs.open(template))),)
    return ()
