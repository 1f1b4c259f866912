"""The file `ucap.yaml` beside the plans: the names that it may not have, when it may be empty, what its errors cause.

Its fields and their checks are in `settings_fields_and_schema`, which is imported only if the settings are not in the
user's cache.
"""

from functools import partial

from msgspec.structs import replace

from ucap_reports.batch.options_settings_and_source_date import ProjectSettings
from ucap_reports.batch.pack_store import pack_folders, templates_digest
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.storage.project_folder import SETTINGS_FILE, Project
from ucap_reports.storage.safe_folder import FileKind

_MISNAMED = ("ucap.yml", "ucap.yaml.txt", "ucap.yml.txt", "ucap.yaml.yaml", "ucap.txt")
"""Names that people and text editors give to the file of settings."""


def project_settings(project: Project) -> ProjectSettings:
    """Return the settings of a project. Raises ProblemsFound with all errors in its `ucap.yaml`."""
    safe_folder = project.safe_folder
    if safe_folder.kind(project.settings) is FileKind.MISSING:
        others = [project.root / name for name in _MISNAMED]
        misnamed = [other for other in others if safe_folder.kind(other) in (FileKind.FILE, FileKind.LINK)]
        problems = [problem("settings-misnamed", Location(file.name)) for file in misnamed]
        return ProjectSettings(problems=tuple(problems))
    try:
        source = read_source(project.settings, SETTINGS_FILE, safe_folder)
        key = (source.text, templates_digest(project))  # the warnings depend on the files of packs
        return cached_artifact("settings", key, ProjectSettings, partial(_parsed_settings, source, project))
    except ProblemsFound as error:
        codes = [fault.code for fault in error.problems]
        if codes == ["file-empty"]:  # such as one of comments alone
            return ProjectSettings()
        raise


def _parsed_settings(source: Source, project: Project) -> ProjectSettings:
    from ucap_reports.batch.settings_fields_and_schema import read_settings  # noqa: PLC0415 - takes 0.2 s to import

    return read_settings(source, pack_folders(project))


def settings_despite_errors(project: Project) -> ProjectSettings:
    """Return the settings of a project; if its `ucap.yaml` has errors, those that are valid in spite of them, with the
    errors as problems.
    """
    try:
        return project_settings(project)
    except ProblemsFound as error:
        return replace(_valid_settings(project), problems=error.problems, have_errors=True)


def _valid_settings(project: Project) -> ProjectSettings:
    """Return the settings that are valid, in a file with errors: the defaults if it cannot be read."""
    from ucap_reports.batch.settings_fields_and_schema import read_valid_settings  # noqa: PLC0415 - as above

    try:
        source = read_source(project.settings, SETTINGS_FILE, project.safe_folder)
        return read_valid_settings(source, pack_folders(project))
    except ProblemsFound:
        return ProjectSettings()
