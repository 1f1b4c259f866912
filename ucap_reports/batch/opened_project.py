"""A project, opened once: its settings, its packs and its translations as one value."""

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ucap_reports.batch.options_settings_and_source_date import ProjectSettings
from ucap_reports.batch.pack_store import PackStore, pack_folders
from ucap_reports.batch.plan_translations import PlanFiles, TranslationFiles
from ucap_reports.batch.settings_file import project_settings, settings_despite_errors
from ucap_reports.problems import ProblemsFound
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.storage.project_folder import Project

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
