"""A project, opened once: its settings, its packs and its translations as one value; the file `ucap.yaml` beside the
plans: the names that it may not have, when it may be empty, what its errors cause.

The fields of this file and their checks are in `settings_fields_and_schema`, which is imported only if the settings are
not in the user's cache.
"""

from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.options_settings_and_source_date import ProjectSettings
from ucap_reports.batch.pack_store import PackStore, pack_folders, templates_digest
from ucap_reports.batch.plan_translations import PlanFiles, TranslationFiles
from ucap_reports.problems import Location, ProblemsFound, problem
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.storage.project_folder import SETTINGS_FILE, Project
from ucap_reports.storage.safe_folder import FileKind

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed opens no pack and parses no plan
    from ucap_reports.plan.field_descriptions import KnownFields
    from ucap_reports.source.yaml_tree import Tree


class OpenedProject(Struct, frozen=True, dict=True):
    """A project with its settings. Packs and the folders of translations are read once, when they are first needed."""

    project: Project
    settings: ProjectSettings

    @cached_property
    def packs(self) -> PackStore:
        """The packs of the project, with the changes in its settings, and the shipped ones."""
        return PackStore(self.project, self.settings.pack)

    @cached_property
    def translations(self) -> TranslationFiles:
        """The PO files of the project. Raises ProblemsFound if their folder cannot be read."""
        return TranslationFiles(self.project, self.settings.languages)

    @property
    def fields(self) -> "KnownFields":
        """The fields of plans that name no pack; without custom ones if the default pack cannot be opened."""
        return self.fields_of({})

    def fields_of(self, values: Any) -> "KnownFields":
        """Return the fields that a plan may have, given as parsed YAML; the built-in ones if its pack has errors."""
        from ucap_reports.plan.plan_model import BUILT_IN  # noqa: PLC0415 - most builds need no descriptions

        return self.packs.fields(values, self.settings.template) or BUILT_IN

    def read_tree(self, path: Path) -> "Tree":
        """Return the tree of a plan file, which may have errors. Raises ProblemsFound if it cannot be read."""
        from ucap_reports.source.yaml_parsing import parse_tolerantly  # noqa: PLC0415 - most builds parse no plan

        return parse_tolerantly(read_source(path, self.project.shown(path), self.project.safe_folder_of(path)))

    def files_of(self, path: Path, source: Source) -> PlanFiles:
        """Return the translations and pictures of the plan in a file with this text."""
        return self.translations.with_pictures(path, source)

    @property
    def plan_schema(self) -> bytes:
        """The JSON Schema of the plans of the project, with the fields of its default pack and of all others."""
        from ucap_reports.plan.json_schema import schema_content  # noqa: PLC0415 - the schema takes 200 ms to build
        from ucap_reports.template.pack_opening import pack_names  # noqa: PLC0415 - most builds open no pack

        others = {}
        for name in pack_names(pack_folders(self.project)):
            with suppress(ProblemsFound):
                others[name] = self.packs.open(name).fields
        return schema_content(self.fields, others)


def opened_project(project: Project) -> OpenedProject:
    """Return a project with its settings. Raises ProblemsFound with all errors in its `ucap.yaml`."""
    return OpenedProject(project, project_settings(project))


def opened_despite_errors(project: Project) -> OpenedProject:
    """Return a project with its settings; if its `ucap.yaml` has errors, with the defaults and these as problems."""
    return OpenedProject(project, settings_despite_errors(project))


# The file of settings

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
