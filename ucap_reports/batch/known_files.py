"""Documents that people have edited, and whose changes are in their plan."""

from pathlib import Path

from msgspec.structs import replace

from ucap_reports.batch.output_folder import output_folder
from ucap_reports.batch.records import Records
from ucap_reports.storage.atomic_files import regular_digest
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
            records.put(name, replace(record, documents={**record.documents, format_: known}))
            records.save()
