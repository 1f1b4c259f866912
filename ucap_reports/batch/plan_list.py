"""The plans of a project with the facts by which they are listed and selected."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from ucap_reports.batch.pack_store import PackStore
from ucap_reports.batch.project_settings import ProjectSettings
from ucap_reports.batch.variants import version_languages
from ucap_reports.check.completeness import completeness
from ucap_reports.plan.plan_model import Plan, read_plan, read_valid_part
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.source.tree import Tree
from ucap_reports.source.yaml_parsing import parse_tolerantly
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import Project

LANGUAGES = {"language", "languages"}
"""The fields that name languages of documents."""
Facts = Mapping[str, tuple[str, ...]]
"""The values of each field of conditions, such as `city` or `updated`."""


class ListedPlan(Struct, frozen=True):
    """A plan file: the facts in its valid fields, and its errors. Without valid cities there are no facts."""

    path: Path
    facts: Facts = {}
    errors: tuple[Problem, ...] = ()

    def first(self, field: str) -> str | None:
        """The first value of the field, or None."""
        return next(iter(self.facts.get(field, ())), None)


def list_plans(project: Project, paths: Iterable[Path], settings: ProjectSettings) -> Iterator[ListedPlan]:
    """The plans in these files."""
    packs = PackStore(project, settings.pack)
    for path in paths:
        try:
            tree = parse_tolerantly(read_source(path, project.shown(path)))
        except ProblemsFound as found:
            yield ListedPlan(path, errors=found.problems)
        else:
            yield _listed(path, tree, settings, packs)


def list_editions(project: Project, trees: Mapping[str, Tree], settings: ProjectSettings) -> Iterator[ListedPlan]:
    """The plans in these trees, by id."""
    packs = PackStore(project, settings.pack)
    return (_listed(Path(plan), tree, settings, packs) for plan, tree in trees.items())


def _listed(path: Path, tree: Tree, settings: ProjectSettings, packs: PackStore) -> ListedPlan:
    try:
        return ListedPlan(path, _facts(read_plan(tree), settings, packs))
    except ProblemsFound as found:
        plan = read_valid_part(tree)
        return ListedPlan(path, _facts(plan, settings, packs) if plan else {}, found.problems)


def _facts(plan: Plan, settings: ProjectSettings, packs: PackStore) -> Facts:
    template = plan.template or settings.template
    return {
        "id": (plan.id,),
        "city": tuple(name for city in plan.cities for name in city.name),
        "region": tuple(name for city in plan.cities for name in city.region),
        "country": tuple(dict.fromkeys(country.code for city in plan.cities for country in city.country)),
        "language": (plan.language, *version_languages(plan.model_dump(include=LANGUAGES), settings.languages)),
        "template": (template,),
        "theme": plan.themes,
        "sdg": tuple(str(goal.number) for goal in plan.sdgs),
        "status": (plan.status,),
        "updated": (plan.updated.isoformat(),) if plan.updated else (),
        "completeness": _percentage(plan, packs, template),
    }


def _percentage(plan: Plan, packs: PackStore, template: str) -> tuple[str, ...]:
    """How much of the plan is known, in percent; empty if its pack has errors."""
    try:
        return (str(completeness(plan, packs.open(template))),)
    except ProblemsFound:
        return ()
