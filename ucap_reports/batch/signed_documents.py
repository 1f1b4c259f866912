"""Documents that were signed after they were built: the next build keeps them as long as their content is the same."""

from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.build_records import Records
from ucap_reports.batch.manifest import MANIFEST, DocumentRecord, PlanRecord
from ucap_reports.batch.output_folder import output_folder
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.atomic_files import NewFile, regular_digest, write_files
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import Format


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
        pictured = new if record.pictured == old else record.pictured
        changed = replace(record, documents={**record.documents, Format.PDF: made}, pictured=pictured)
        write_files([file], before=lambda: records.put(name, changed))
        records.settle(name, changed, {Format.PDF})
        records.save()


def is_still_signed(known: DocumentRecord | None, found: str | None, new: str) -> bool:
    """Whether a file is the signed form of a document with the digest `new`."""
    return known is not None and known.unsigned == new and found == known.sha256


def removed_signature(known: DocumentRecord | None, shown: str) -> list[Problem]:
    """A warning if a new document replaces a signed one."""
    return [problem("signature-removed", Location(shown), path=shown)] if known and known.unsigned else []


def edited_document(project: Project, path: Path) -> Problem | None:
    """The problem of a PDF that is not what `ucap` last wrote, as recorded in the manifest of its folder; else None."""
    if not (path.parent / MANIFEST).is_file():
        return None
    record: PlanRecord | None = Records(path.parent, project.shown(path.parent)).get(path.stem)
    document = record.documents.get(Format.PDF) if record else None
    if document is None or regular_digest(path) in (document.sha256, document.replaces):
        return None
    shown = project.shown(path)
    return problem("document-edited", Location(shown), form="other", path=shown)
