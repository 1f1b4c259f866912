"""When a build may replace an edited Word file in its output folder: if the plan has everything that is in the file.

A review finds such files. Their content is recorded in the manifest (`count_as_known`), so that they do not count as
edited any more. `ucap review --apply` does it at once; the editor does it before a build (`count_accepted_as_known`),
since what was accepted there may be undone until then.
"""

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.document_names import plan_of
from ucap_reports.batch.manifest import Records
from ucap_reports.batch.output_folder_locking_and_ownership import has_manifest, output_folder
from ucap_reports.batch.replies import (
    AppliedReplies,
    Comparison,
    Reply,
    ReplyFile,
    ReplyOptions,
    apply_replies,
    compare_replies,
)
from ucap_reports.importers.word_review import ReviewChange
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.atomic_files import regular_digest
from ucap_reports.storage.decoding import decode_source
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats_and_pdf_standards import Format


def replaceable_replies(comparison: Comparison, applied: AppliedReplies) -> Iterator[Reply]:
    """Yield the edited files of which the plans and translations have everything after the changes were applied."""
    texts = {file.path: decode_source(file.content, file.path).text for file in applied.files}
    for reply in comparison.replies:
        changes = [change for change in applied.changes if change.file == reply.name]
        if _has_all_of(reply, changes, texts.get(reply.target, reply.text)):
            yield reply


def _has_all_of(reply: Reply, changes: Collection[ReviewChange], text: str) -> bool:
    """Return whether a document built from the text can replace the edited file: all its changes are applied, it has no
    comments, no revisions of authors who do not count, and no objects that the document does not have.

    False for a file without changes, which is not an edited one.
    """
    document = reply.document
    if not changes or not all(change.applied for change in changes) or reply.comments:
        return False
    try:
        built, _ = reply.built_document(text)
    except ProblemsFound:  # with the changes of files in another pack
        return False
    authors = {revision.author for revision in document.revisions}
    is_of_authors = not reply.authors or authors <= set(reply.authors)
    return is_of_authors and document.objects <= built.objects


def count_as_known(project: Project, path: Path, content: bytes) -> None:
    """Record that an edited document may be overwritten by the next build into its folder, if it has this content.

    A file without a record in the manifest of its folder is not the document of a build. Raises ProblemsFound if the
    folder cannot be used, for example because a build is running.
    """
    folder = path.parent
    name = path.stem
    ending = path.suffix.removeprefix(".")
    safe_folder = project.safe_output(folder)
    if ending not in set(Format) or not has_manifest(project, folder):
        return
    with output_folder(project, folder):
        records = Records(folder, project.shown(folder), safe_folder)
        record = records.get(name)
        format_ = Format(ending)
        if record is None or format_ not in record.documents:
            return
        digest = regular_digest(path, safe_folder)
        if digest != sha256(content).hexdigest():
            return
        known = replace(record.documents[format_], sha256=digest, replaces=None)
        records.put(name, record.with_documents({format_: known}))
        records.save()


def count_accepted_as_known(project: Project, out: Path, files: Sequence[ReplyFile]) -> set[str]:
    """Record that the next build into the folder `out` may overwrite those of the edited files in it whose changes the
    plans still have, and return their names.

    `files` are replies whose changes were all accepted, and that had nothing else (`replaceable_replies`). Raises
    ProblemsFound if the folder cannot be used.
    """
    known: set[str] = set()
    if not files:
        return known
    comparison = compare_replies(project, files, ReplyOptions())
    applied = apply_replies(comparison)
    still_to_apply = {file.path for file in applied.files}
    not_applied = {change.file for change in applied.changes if not change.applied}
    for reply in comparison.replies:
        if reply.target in still_to_apply or reply.name in not_applied:
            continue
        for path in documents_with_content(project, out, reply):
            count_as_known(project, path, reply.file.content)
        known.add(reply.name)
    return known


def documents_with_content(project: Project, out: Path, reply: Reply) -> list[Path]:
    """Return the Word files of the plan of a reply in the folder `out` that are the reply."""
    safe_folder = project.safe_output(out)
    digest = sha256(reply.file.content).hexdigest()
    paths = []
    for name in Records(out, project.shown(out), safe_folder):
        path = out / f"{name}.{Format.DOCX.value}"
        if plan_of(name) == reply.id and regular_digest(path, safe_folder) == digest:
            paths.append(path)
    return paths
