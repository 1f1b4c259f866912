"""Documents that were changed after they were built: signed, or edited and reviewed."""

from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.build_records import Records
from ucap_reports.batch.manifest import MANIFEST
from ucap_reports.batch.output_folder import output_folder
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.atomic_files import NewFile, regular_digest, write_files
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Format


def count_as_known(project: Project, out: Path, path: Path) -> None:
    """Record that an edited document in the folder `out` may be overwritten by the next build.

    Raises ProblemsFound if the folder cannot be used, for example because a build is running.
    """
    name, _, ending = path.name.rpartition(".")
    if path.parent != out or ending not in set(Format):
        return
    with output_folder(project, out):
        records = Records(out, project.shown(out))
        record, digest, format_ = records.get(name), regular_digest(path), Format(ending)
        if record is not None and digest and format_ in record.documents:
            known = replace(record.documents[format_], sha256=digest, replaces=None)
            records.put(name, record.with_documents({format_: known}))
            records.save()


def write_signed(project: Project | None, path: Path, shown: str, content: bytes) -> None:
    """Replace a PDF with its signed content, after recording the content in the manifest of its folder.

    Raises ProblemsFound if the file cannot be written, or if a build is running.
    """
    file = NewFile(path, content, shown)
    if project is None or not (path.parent / MANIFEST).is_file():
        write_files([file])
        return
    with output_folder(project, path.parent):
        records, name = Records(path.parent, project.shown(path.parent)), path.stem
        record, old, new = records.get(name), regular_digest(path), sha256(content).hexdigest()
        document = record.documents.get(Format.PDF) if record else None
        if record is None or document is None or old != document.sha256:
            write_files([file])
            return
        made = replace(document, sha256=new, replaces=old, unsigned=document.unsigned or old)
        pictured = new if record.is_pictured else record.pictured
        changed = replace(record.with_documents({Format.PDF: made}), pictured=pictured)
        write_files([file], before=lambda: records.put(name, changed))
        records.settle(name, changed, {Format.PDF})
        records.save()


def edited_document(project: Project, path: Path) -> Problem | None:
    """The problem of a PDF that is not what `ucap` last wrote, as recorded in the manifest of its folder; else None."""
    if not (path.parent / MANIFEST).is_file():
        return None
    record = Records(path.parent, project.shown(path.parent)).get(path.stem)
    document = record.documents.get(Format.PDF) if record else None
    if document is None or regular_digest(path) in (document.sha256, document.replaces):
        return None
    shown = project.shown(path)
    return problem("document-edited", Location(shown), form="other", path=shown)
