"""`diff`: what has changed between two editions of plans."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.opened_project import opened_project
from ucap_reports.batch.plan_conditions import plans_where
from ucap_reports.batch.plan_list import list_editions
from ucap_reports.cli.command_line import Arguments, UsageError, usage_errors
from ucap_reports.cli.command_output import Session, counted
from ucap_reports.cli.diff_display import difference_page, difference_record, difference_text
from ucap_reports.cli.selected_plans import open_project
from ucap_reports.plan.plan_changes import edition_differences
from ucap_reports.problems import problem, reported
from ucap_reports.source.yaml_parsing import parse
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.decoding import Source, decode_source, read_source, too_large
from ucap_reports.storage.git_revisions import NoRevisionError, files_at
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS, Project
from ucap_reports.storage.safe_folder import FileKind, SafeFolder, is_file, is_folder


class Edition(Struct, frozen=True):
    """Functions that read the plan files of an edition, by id; `is_single` is whether one plan was named."""

    sources: Mapping[str, Callable[[], Source]]
    is_single: bool = False

    def only(self, plan: str) -> "Edition":
        """Return the edition with one plan."""
        return Edition({plan: self.sources[plan]} if plan in self.sources else {})


def run_diff(arguments: Arguments, session: Session) -> None:
    """Print the differences between two editions of plans."""
    session.json["plans"] = []
    project = open_project(arguments, session)
    old, new = _editions(project, arguments)
    trees = [_trees(edition, session) for edition in (old, new)]
    if arguments.where:
        trees = _selected(project, trees, arguments.where)
    differences = list(edition_differences(*trees))
    session.json["plans"] = [difference_record(difference) for difference in differences]
    if arguments.html:
        session.data(difference_page(differences))
    else:
        for difference in differences:
            session.painted(difference_text(difference, colour=session.colour(sys.stdout)))
    if arguments.docx is not None:
        from ucap_reports.cli.diff_documents import write_tracked  # noqa: PLC0415 - other differences need no documents

        write_tracked(differences, (trees[0], trees[1]), project, arguments.docx, session)
    session.conclude(f"{counted(len(differences), 'plan')} changed; {session.problem_counts()}.")


def _selected(project: Project, trees: Sequence[Mapping[str, Tree]], where: Sequence[str]) -> list[Mapping[str, Tree]]:
    """Return the plans that fulfil the conditions in their new edition, or in the old one if they were deleted."""
    old, new = trees
    with usage_errors():
        opened = opened_project(project)
        selected = plans_where(where, list_editions(opened, {**old, **new}), opened)
    kept = {plan.path.name for plan in selected}
    return [{plan: tree for plan, tree in edition.items() if plan in kept} for edition in trees]


def _editions(project: Project, arguments: Arguments) -> tuple[Edition, Edition]:
    """Return the two editions; without a second name, the plans of the project. Raises UsageError."""
    old = _edition(project, arguments.old)
    new = _edition(project, arguments.new) if arguments.new else _of_paths(project, project.plan_paths())
    if old.is_single and new.is_single:
        return Edition(dict(zip(new.sources, old.sources.values(), strict=True))), new
    if old.is_single or new.is_single:
        (plan,) = (old if old.is_single else new).sources
        return old.only(plan), new.only(plan)
    return old, new


def _edition(project: Project, name: str) -> Edition:
    """Return the plans of a file, of a folder, of an id, or of a git revision. Raises UsageError for anything else."""
    path = Path.cwd() / name
    if name and is_folder(path):
        return _of_folder(project, project.path(str(path)))
    for file in (path, project.plans / f"{name}{PLAN_ENDING}"):
        if is_file(file):
            return replace(_of_paths(project, [file]), is_single=True)
    try:
        files = files_at(project.root, name, PLANS)
    except NoRevisionError as error:
        raise UsageError([problem("diff-unknown", form=error.form, name=name)]) from None
    sources: dict[str, Callable[[], Source]] = {}
    for plan_file, content in files.items():
        if plan_file.endswith(PLAN_ENDING):
            shown = f"{name}:{PLANS}/{plan_file}"
            sources[plan_file.removesuffix(PLAN_ENDING)] = partial(_revision_source, content, shown)
    return Edition(sources)


def _revision_source(content: bytes | None, shown: str) -> Source:
    """Return the text of a file at a revision. Raises ProblemsFound as `read_source` does."""
    if content is None:
        raise too_large(shown)
    return decode_source(content, shown)


def _of_folder(project: Project, folder: Path) -> Edition:
    """Return the plans in a folder that a person named, or in its folder `plans`."""
    safe_folder = project.safe_output(folder)
    if safe_folder.kind(folder / PLANS) in (FileKind.FOLDER, FileKind.LINK):
        folder /= PLANS
    with disk_refusals(project.shown(folder)):
        names = [entry.name for entry in safe_folder.entries(folder) if entry.name.endswith(PLAN_ENDING)]
    return _of_paths(project, [folder / name for name in names], safe_folder)


def _of_paths(project: Project, paths: Sequence[Path], within: SafeFolder | None = None) -> Edition:
    """Return the plans in files, which are opened without following links below `within`, by default as typed paths."""
    sources: dict[str, Callable[[], Source]] = {}
    for path in paths:
        safe_folder = within or project.safe_folder_of(path)
        sources[path.stem] = partial(read_source, path, project.shown(path), safe_folder)
    return Edition(sources)


def _trees(edition: Edition, session: Session) -> Mapping[str, Tree]:
    """Return the plans that are valid YAML; errors of the others are reported."""
    trees: dict[str, Tree] = {}
    for plan, read in edition.sources.items():
        with reported(session.report):
            trees[plan] = parse(read())
    return trees
