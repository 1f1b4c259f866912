"""The JSON Schema beside the plans of a project, kept up to date."""

from hashlib import sha256

from ucap_reports.batch.manifest import Made
from ucap_reports.storage.atomic_files import NewFile, clear_dead_parts, regular_digest, write_files
from ucap_reports.storage.project_folder import Project


def renew_schema(project: Project, known: Made | None, tools: str) -> Made | None:
    """Rewrite the project's schema if it has one that this version did not write; returns its new record.

    `known` is the record of the last build. Raises ProblemsFound when the disk refuses.
    """
    path = project.schema
    if not path.is_file():
        return None
    if known == Made(regular_digest(path) or "", tools):
        return known
    from ucap_reports.plan.json_schema import schema_content  # noqa: PLC0415 - the schema takes 200 ms to build

    clear_dead_parts(path)
    content = schema_content()
    write_files([NewFile(path, content, project.shown(path))])
    return Made(sha256(content).hexdigest(), tools)
