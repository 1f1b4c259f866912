"""The output folder: who may write to it, and which of the documents in it are those of a project.

It is checked for links and for a manifest of another program, created, and locked while a build writes to it
(`output_folder`).

Several projects may have the same folder. The record of each document has the mark of its project (`project_mark`), and
a project owns those with one of its `own_marks`, also after it was moved. It removes and replaces no other documents
(`rebuild_reasons.taken_name`).
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from ucap_reports.batch.document_names_and_thumbnails import INDEX, THUMBNAILS, plan_of
from ucap_reports.batch.manifest import JOURNAL, MANIFEST, SEARCHED, Records, is_manifest
from ucap_reports.problems import Location, ProblemsFound, problem, raise_found
from ucap_reports.storage.atomic_files import HELD, clear_parts, disk_refusals, make_folder, take
from ucap_reports.storage.decoding import read_content
from ucap_reports.storage.project_folder import PLANS, Project
from ucap_reports.storage.safe_folder import APPEND, FileKind, SafeFolder

LOCK = ".lock"
"""The file that is locked, by the operating system, which unlocks it when a build is killed.

It is never removed: then two builds could lock two files of that name.
"""


@contextmanager
def output_folder(project: Project, out: Path) -> Iterator[SafeFolder]:
    """Create the folder and lock it, and yield the folder below which its files are used without following links. It
    stays open: a build uses it several times for each document.

    Raises ProblemsFound if another build uses it, or it cannot be used.
    """
    check_output_folder(project, out)
    shown = project.shown(out)
    safe_folder = project.safe_output(out)
    make_folder(out, shown, safe_folder)
    with ExitStack() as held:
        with disk_refusals(shown):
            lock = held.enter_context(os.fdopen(safe_folder.open_file(out / LOCK, APPEND), "ab"))
            _lock(lock.fileno(), shown)
            kept_open = held.enter_context(safe_folder.keeping_open(out))
        clear_parts(out, within=safe_folder)
        clear_parts(out / THUMBNAILS, within=safe_folder)
        yield kept_open


def check_output_folder(project: Project, out: Path) -> None:
    """Raise ProblemsFound if a link or a pipe would lead a build out of its folder (`output-unsafe`), or if the folder
    has a manifest of another program (`manifest-foreign`).

    A folder outside the project may itself be a link.
    """
    safe_folder = project.safe_output(out)
    # From the outermost folder inwards: nothing is looked for below an unsafe one.
    for folder in reversed((out, *out.parents)):
        if folder != safe_folder.base and safe_folder.contains(folder):
            _refuse_unsafe(project, safe_folder, [folder])
    own_files = [out / name for name in (THUMBNAILS, MANIFEST, JOURNAL, INDEX, LOCK)]
    _refuse_unsafe(project, safe_folder, own_files)
    if _has_foreign_manifest(project, out):
        raise ProblemsFound([problem("manifest-foreign", Location(project.shown(out / MANIFEST)))])


def _refuse_unsafe(project: Project, safe_folder: SafeFolder, paths: Iterable[Path]) -> None:
    unsafe = []
    for path in paths:
        shown = project.shown(path)
        with disk_refusals(shown):
            kind = safe_folder.kind(path)
        if kind in (FileKind.LINK, FileKind.OTHER):
            unsafe.append(problem("output-unsafe", Location(shown), form="folder"))
    raise_found(unsafe)


def _has_foreign_manifest(project: Project, out: Path) -> bool:
    """Return whether a folder has a `manifest.json` that something else wrote, such as that of a web app."""
    path = out / MANIFEST
    safe_folder = project.safe_output(out)
    if safe_folder.kind(path) is not FileKind.FILE:
        return False
    was_locked_by_a_build = safe_folder.kind(out / LOCK) is not FileKind.MISSING
    if was_locked_by_a_build:  # then the file is that of this product, though it may be damaged
        return False
    with disk_refusals(project.shown(path)):
        content = safe_folder.read_file(path, SEARCHED)
    # After a power failure, a file may have nothing but zeros: it has no content to lose.
    is_empty = content.strip(b" \t\r\n\0") in (b"", b"{}", b"[]")
    return not is_empty and not is_manifest(content)


def _lock(file: int, shown: str) -> None:
    try:
        take(file)
    except HELD:
        raise ProblemsFound([problem("build-running", Location(shown))]) from None


def has_manifest(project: Project, folder: Path) -> bool:
    """Return whether a folder has the manifest of a build."""
    is_file = project.safe_output(folder).kind(folder / MANIFEST) is FileKind.FILE
    return is_file and not _has_foreign_manifest(project, folder)


# Which documents are those of a project


def project_mark(project: Project, out: Path) -> str:
    """Return the mark by which the records in a folder tell the documents of several projects apart.

    It is empty for the project that the folder is in. For others it is a digest of the relative path from the folder to
    the project: a digest, since the manifest may be published; relative, since both may be moved together.
    """
    folder = os.path.realpath(out)
    root = os.path.realpath(project.root)
    if Path(folder).is_relative_to(root):
        return ""
    try:
        path_to_root = os.path.relpath(root, folder)
    except ValueError:  # on another drive of Windows
        path_to_root = root
    return sha256(os.fsencode(Path(path_to_root).as_posix())).hexdigest()


def own_marks(project: Project, out: Path, records: Records) -> frozenset[str]:
    """Return the marks of the records that are the project's own: its `project_mark`, and those that it had before it
    was moved, or checked out in another place.

    A mark is one of these if the project has more than half of the plans that were built with it. If it has fewer, such
    as the example of all new projects, they may be the documents of another project.
    """
    mark = project_mark(project, out)
    if not mark:
        return frozenset([mark])
    return frozenset([mark, *marks_with_own_plans(project, records)])


def marks_with_own_plans(project: Project, records: Records) -> frozenset[str]:
    """Return the marks of which the project has more than half of the plans."""
    plan_ids: set[str] = set()
    with suppress(ProblemsFound):  # a plan can be built even if the folder of the others cannot be listed
        plan_ids = {path.stem for path in project.plan_paths()}
    built: Counter[str] = Counter()
    existing: Counter[str] = Counter()
    for plan, project_of_record in _plans_with_marks(records):
        built[project_of_record] += 1
        if plan in plan_ids:
            existing[project_of_record] += 1
    return frozenset(known for known in built if 2 * existing[known] > built[known])


def unchanged_marks(project: Project, records: Records) -> frozenset[str]:
    """Return the marks of the records of which a plan has the recorded content in this project: it was moved then, and
    is not another one with plans of the same names.
    """
    marks: set[str] = set()
    for name in records:
        record = records.get(name)
        if record is None or record.is_book or record.project in marks:
            continue
        path = project.path(record.source)
        with suppress(ProblemsFound):
            content = read_content(path, record.source, within=project.safe_folder_of(path))
            if sha256(content).hexdigest() == record.inputs.plan:
                marks.add(record.project)
    return frozenset(marks)


def _plans_with_marks(records: Records) -> set[tuple[str, str]]:
    """Return the ids of the plans in the records of a folder, each with the marks of its records."""
    plans: set[tuple[str, str]] = set()
    for name in records:
        record = records.get(name)
        if record is not None and record.source != PLANS:  # not a book of all plans
            plans.add((plan_of(name), record.project))
    return plans
