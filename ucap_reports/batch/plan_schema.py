"""The schema beside a project's plans, kept current."""

from hashlib import sha256

from ucap_reports.batch.manifest import Made
from ucap_reports.storage.atomic_files import NewFile, clear_dead_parts, regular_digest, write_files
from ucap_reports.storage.project_folder import Project


def renew_schema(project: Project, known: Made | None, tools: str) -> Made | None:
    """Write the schema that editors use anew, where the project has it and it is not what these tools write.

    `known` is what was written last. Raises ProblemsFound when the disk refuses.
    """
    path = project.schema
    if not path.is_file():
        return None
    if known == Made(regular_digest(path) or "", tools):
        return known
    from ucap_reports.plan.json_schema import schema_content  # noqa: PLC0415 - making it takes a fifth of a second

    clear_dead_parts(path)
    content = schema_content()
    write_files([NewFile(path, content, project.shown(path))])
    return Made(sha256(content).hexdigest(), tools)
