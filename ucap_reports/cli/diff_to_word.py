"""Word files with the changes between two editions of plans tracked."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.manifest import Records
from ucap_reports.batch.opened_project_and_settings_file import OpenedProject, opened_project
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.batch.plan_pictures import PICTURES, PictureFile, named_pictures, picture_names
from ucap_reports.batch.plan_translations import PlanFiles
from ucap_reports.check.printed_content import PIXEL
from ucap_reports.cli.command_line import UsageError
from ucap_reports.cli.command_output_and_exit_codes import Session
from ucap_reports.importers.word_review import with_revisions
from ucap_reports.plan.plan_changes import PlanDifference
from ucap_reports.problems import Location, ProblemsFound, problem, raise_found, reported
from ucap_reports.source.yaml_tree import Tree
from ucap_reports.storage.atomic_files import NewFile
from ucap_reports.storage.project_folder import OUT, Project, typed_path
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.word.file.zip_package import is_own_package
from ucap_reports.word.joined_documents import join_documents
from ucap_reports.word.track_changes import track_changes

_ENDING = ".docx"


def write_tracked(
    differences: Iterable[PlanDifference],
    trees: tuple[Mapping[str, Tree], Mapping[str, Tree]],
    project: Project,
    target: Path,
    session: Session,
) -> None:
    """Write the plans that both editions have with their changes tracked; errors of plans are reported.

    A target that ends in `.docx` is one Word file with all of them; otherwise it is a folder with a file for each. A
    file that another program has written or changed is not replaced.
    """
    is_file = target.suffix.lower() == _ENDING
    folder = target.parent if is_file else target
    differences = list(differences)
    names = [target.stem] if is_file else [difference.plan for difference in differences]
    if _has_documents(folder, names, project):
        raise UsageError([problem("usage-invalid", form="docx-folder", folder=f"{folder.as_posix()}/")])
    documents = session.json["documents"]
    plans: list[str] = []
    contents: list[bytes] = []
    for plan, content in _tracked(differences, trees, project, session):
        if is_file:
            plans.append(plan)
            contents.append(content)
        else:
            file = _file(project, f"{target.as_posix()}/{plan}{_ENDING}", content)
            with reported(session.report):
                documents.append({"plan": plan, **save_word(file, session)})
    if contents:
        file = _file(project, target.as_posix(), join_documents(contents))
        documents.append({"plans": plans, **save_word(file, session)})


def _has_documents(folder: Path, names: Iterable[str], project: Project) -> bool:
    """Return whether a folder is the usual one for documents, or has documents of these names from a build."""
    path = project.path(str(typed_path(folder)))
    if path.resolve() == project.path(OUT).resolve():
        return True
    records = Records(path, project.shown(path), project.safe_output(path))
    return any(records.get(name) is not None for name in names)


def save_word(file: NewFile, session: Session) -> dict[str, str]:
    """Write a Word file that only the product changes, and report it; returns its record in the JSON report.

    Raises ProblemsFound if it would replace a file that another program has written or changed.
    """

    def refuse(content: bytes) -> None:
        if not is_own_package(content):
            raise ProblemsFound([problem("export-edited", Location(file.shown), form="word")])

    return session.save(file, refuse)


def _tracked(
    differences: Iterable[PlanDifference],
    trees: tuple[Mapping[str, Tree], Mapping[str, Tree]],
    project: Project,
    session: Session,
) -> Iterator[tuple[str, bytes]]:
    """Yield the plans that both editions have, with their Word files."""
    old = {tree.source.path: tree for tree in trees[0].values()}
    new = {tree.source.path: tree for tree in trees[1].values()}
    opened = opened_project(project)
    word = partial(_word, opened, opened.settings.options((Format.DOCX,)))
    for difference in differences:
        if not difference.old or not difference.new:
            continue
        with reported(session.report):
            before, _ = word(old[difference.old])
            after, office = word(new[difference.new])
            yield difference.plan, with_revisions(track_changes(before, after, office))


def _file(project: Project, shown: str, content: bytes) -> NewFile:
    path = project.path(str(typed_path(shown)))
    return NewFile(path, content, shown, project.safe_output(path.parent))


def _pictures(project: Project, tree: Tree) -> Iterator[PictureFile]:
    """Yield the pictures of an edition as they are now; a grey one for each that the project does not have any more."""
    for file in named_pictures(picture_names(tree.value), project.plans / PICTURES, project.safe_folder):
        if file.problem is None:
            yield file
        else:
            yield PictureFile(file.name, PIXEL.content)


def _word(opened: OpenedProject, options: BuildOptions, tree: Tree) -> tuple[bytes, str]:
    """Return the Word file of an edition, and the office that it names. Raises ProblemsFound with its errors."""
    pictures = tuple(_pictures(opened.project, tree))
    produced = produce(tree.source, opened.packs.open, options, files=PlanFiles(pictures=pictures))
    raise_found(produced.errors)
    (document,) = produced.documents
    office = "" if produced.summary is None else produced.summary.metadata.author
    return document.content, office
