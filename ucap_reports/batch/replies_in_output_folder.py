"""When a build may replace an edited Word file in its output folder: as long as the plan has everything that is in it.

A review finds the files of which the plan got everything (`merged_replies`), and `ucap review --apply` and the editor
record them in the manifest (`record_reply`, `record_reply_in`). Whether the plan still has their changes is decided by
each build (`has_changes_of`): they may be undone at any time, also with git or by hand.
"""

from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.document_names_and_thumbnails import plan_of
from ucap_reports.batch.manifest import MergedReply, Records
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
from ucap_reports.batch.undo_history import UndoHistory
from ucap_reports.importers.word_review import CONFLICT, ReviewChange
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.atomic_files import disk_refusals, regular_digest
from ucap_reports.storage.decoding import decode_source, read_content
from ucap_reports.storage.project_folder import Project
from ucap_reports.storage.reading_limits import MAX_IMPORT_BYTES
from ucap_reports.summary.document_formats_and_pdf_standards import Format

# Which replies a plan has got


def merged_replies(comparison: Comparison, applied: AppliedReplies) -> Iterator[Reply]:
    """Yield the edited files of which the plans and translations have everything after the changes were applied."""
    texts = {file.path: decode_source(file.content, file.path).text for file in applied.files}
    for reply in comparison.replies:
        changes = [change for change in applied.changes if change.file == reply.name]
        if _has_all_of(reply, changes, texts.get(reply.target, reply.text)):
            yield reply


def _has_all_of(reply: Reply, changes: Collection[ReviewChange], text: str) -> bool:
    """Return whether a document built from the text can replace the edited file: all its changes are applied, it has no
    comments, no changes of authors who do not count, and no objects that the document does not have.

    False for a file without changes, which is not an edited one.
    """
    document = reply.document
    if not changes or not all(change.applied for change in changes):
        return False
    if reply.comments or reply.has_other_changes:
        return False
    try:
        built = reply.built(text).document
    except ProblemsFound:  # with the changes of files in another pack
        return False
    return document.objects <= built.objects


def merged_reply(reply: Reply, content: bytes) -> MergedReply:
    """Return what the manifest has of a reply, given the content of the plan or translation with its changes."""
    return MergedReply(
        sha256=sha256(reply.file.content).hexdigest(),
        merged=sha256(content).hexdigest(),
        plan=reply.id,
        template=reply.options.template,
        language=reply.options.language,
    )


# The replies that are recorded in a manifest


def record_reply(project: Project, path: Path, reply: MergedReply) -> None:
    """Record that a build into its folder may replace an edited document, if it is the reply, and as long as the plan
    has its changes.

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
        if regular_digest(path, safe_folder) != reply.sha256:
            return
        document = replace(record.documents[format_], reply=reply)
        with disk_refusals(project.shown(folder), is_writing=True):
            records.put(name, record.with_documents({format_: document}))
        records.save()


def record_reply_in(project: Project, out: Path, reply: MergedReply) -> None:
    """Do the same for each document in the folder `out` that is the reply. Raises ProblemsFound."""
    safe_folder = project.safe_output(out)
    for name in Records(out, project.shown(out), safe_folder):
        path = out / f"{name}.{Format.DOCX.value}"
        if plan_of(name) == reply.plan and regular_digest(path, safe_folder) == reply.sha256:
            record_reply(project, path, reply)


# Whether a build may replace them


def has_changes_of(project: Project, reply: MergedReply, path: Path) -> bool:
    """Return whether the plan, or its translation, still has the changes of a recorded reply, which is the file at
    `path`. A change is also there if it was merged, not undone, and other words were written in its place since.
    """
    shown = project.shown(path)
    try:
        content = read_content(path, shown, MAX_IMPORT_BYTES, project.safe_output(path.parent))
    except ProblemsFound:
        return False
    options = ReplyOptions(reply.plan, reply.template, reply.language)
    comparison = compare_replies(project, [ReplyFile(shown, content)], options)
    if len(comparison.replies) != 1:
        return False
    [edited] = comparison.replies
    if sha256(edited.content).hexdigest() == reply.merged:
        return True
    # Applied once more, the reply shows what has become of its changes: those that the plan has need no other text, and
    # those that it has not any more give it one.
    applied = apply_replies(comparison)
    open_changes = [change for change in applied.changes if not change.applied]
    if not applied.files and not open_changes:
        return True
    if not UndoHistory(project).has_made(edited.target, reply.merged):
        return False
    if edited.document.sent is None:  # it does not say what was sent, so that newer words look like its changes
        return True
    return not applied.files and all(change.reason == CONFLICT for change in open_changes)
