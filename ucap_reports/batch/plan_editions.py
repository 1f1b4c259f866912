"""Editions of plans that are compared: which folder, plan file or git revision a name means, and its plans."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.storage.atomic_files import disk_refusals
from ucap_reports.storage.decoding import Source, decode_source, read_source, too_large
from ucap_reports.storage.git_revisions import files_at
from ucap_reports.storage.project_folder import PLAN_ENDING, PLANS, Project
from ucap_reports.storage.safe_folder import FileKind, SafeFolder, is_file, is_folder


class Edition(Struct, frozen=True):
    """Functions that read the plan files of an edition, by id; `is_single` is whether one plan was named."""

    sources: Mapping[str, Callable[[], Source]]
    is_single: bool = False

    def only(self, plan: str) -> "Edition":
        """Return the edition with one plan."""
        return Edition({plan: self.sources[plan]} if plan in self.sources else {})


def find_edition(project: Project, name: str, folder: Path) -> Edition:
    """Return the plans that a name means: those of a folder, or else that of a file, of an id, or those of a git
    revision.

    Paths are relative to `folder`. Raises NoRevisionError if the name is none of these.
    """
    path = folder / name
    if name and is_folder(path):
        return _edition_of_folder(project, project.path(str(path)))
    for file in (path, project.plans / f"{name}{PLAN_ENDING}"):
        if is_file(file):
            return replace(edition_of_paths(project, [file]), is_single=True)
    return _edition_of_revision(project, name)


def edition_of_paths(project: Project, paths: Sequence[Path], within: SafeFolder | None = None) -> Edition:
    """Return the plans in files, which are opened without following links below `within`, by default as typed paths."""
    sources: dict[str, Callable[[], Source]] = {}
    for path in paths:
        safe_folder = within or project.safe_folder_of(path)
        sources[path.stem] = partial(read_source, path, project.shown(path), safe_folder)
    return Edition(sources)


def _edition_of_folder(project: Project, folder: Path) -> Edition:
    """Return the plans in a folder that a person named, or in its folder `plans`."""
    safe_folder = project.safe_output(folder)
    if safe_folder.kind(folder / PLANS) in (FileKind.FOLDER, FileKind.LINK):
        folder /= PLANS
    with disk_refusals(project.shown(folder)):
        names = [entry.name for entry in safe_folder.entries(folder) if entry.name.endswith(PLAN_ENDING)]
    return edition_of_paths(project, [folder / name for name in names], safe_folder)


def _edition_of_revision(project: Project, revision: str) -> Edition:
    """Return the plans of a project at a git revision. Raises NoRevisionError."""
    sources: dict[str, Callable[[], Source]] = {}
    for plan_file, content in files_at(project.root, revision, PLANS).items():
        if plan_file.endswith(PLAN_ENDING):
            shown = f"{revision}:{PLANS}/{plan_file}"
            sources[plan_file.removesuffix(PLAN_ENDING)] = partial(_revision_source, content, shown)
    return Edition(sources)


def _revision_source(content: bytes | None, shown: str) -> Source:
    """Return the text of a file at a revision. Raises ProblemsFound as `read_source` does."""
    if content is None:
        raise too_large(shown)
    return decode_source(content, shown)
