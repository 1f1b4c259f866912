"""The settings of a project, which are in `ucap.yaml` beside its plans."""

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.build_options import DEFAULT_PACK, BuildOptions
from ucap_reports.batch.pack_store import pack_folders, templates_digest
from ucap_reports.batch.source_date import source_date
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.storage.project_folder import PLANS, SETTINGS_FILE, Project
from ucap_reports.storage.safe_folder import FileKind
from ucap_reports.storage.user_cache import cached_artifact
from ucap_reports.summary.document import DEFAULT_FORMATS, DEFAULT_STANDARD, DRAFT, Format, PdfStandard, parse_standard
from ucap_reports.text.language_tags import DEFAULT_LANGUAGE

if TYPE_CHECKING:  # not imported at run time: most builds need no place in the file
    from ucap_reports.source.yaml_tree import Loc, Tree


class PackChanges(Struct, frozen=True, dict=True):
    """The settings in `ucap.yaml` that replace those of packs, as plain data."""

    value: dict[str, Any]
    source: Source

    def location(self, loc: "Loc", *, key: bool = False) -> Location:
        """Return the place in the file of the value at `loc`, or of its key."""
        return self._tree.location(loc, key=key)

    @cached_property
    def _tree(self) -> "Tree":
        from ucap_reports.source.yaml_parsing import parse_tolerantly  # noqa: PLC0415 - most builds need no place

        return parse_tolerantly(self.source)


class ProjectSettings(Struct, frozen=True):
    """The settings in `ucap.yaml`, with the defaults of a project without the file."""

    template: str = DEFAULT_PACK
    """The pack of plans that name none."""
    formats: tuple[Format, ...] = DEFAULT_FORMATS
    language: str = DEFAULT_LANGUAGE
    """The language of plans that name none."""
    languages: tuple[str, ...] = ()
    pdf_standard: PdfStandard = DEFAULT_STANDARD
    index_title: str | None = None
    index_drafts: bool = False
    """Whether the index lists drafts."""
    pack: PackChanges | None = None
    """The `contact`, `label_languages`, `funding`, `rows` and `fields` that replace those of packs, or are added to
    them.
    """
    problems: tuple[Problem, ...] = ()
    """Warnings about the file, or its errors."""
    have_errors: bool = False
    """Whether the file has errors, so that these settings are only those that are valid in spite of them."""

    def options(
        self,
        formats: Collection[Format] | None = None,
        template: str | None = None,
        language: str | None = None,
        pdf_standard: str | None = None,
    ) -> BuildOptions:
        """Return the options of a build in which these are requested.

        Raises ProblemsFound for an unknown standard, or an invalid date in the environment.
        """
        wanted = tuple(format_ for format_ in Format if format_ in (formats or self.formats))
        standard = parse_standard(pdf_standard) if pdf_standard else self.pdf_standard
        return BuildOptions(
            formats=wanted,
            template=template,
            language=language,
            undated=source_date(),
            default_pack=self.template,
            pdf_standard=standard,
            default_language=self.language,
            knows_all_fields=not self.have_errors,
        )

    def lists(self, source: str, status: str) -> bool:
        """Return whether the index lists a plan: drafts, and plans that are not in `plans/`, only if it
        lists drafts.
        """
        return self.index_drafts or (status != DRAFT and source.rpartition("/")[0] == PLANS)

    @property
    def declared(self) -> PackChanges | None:
        """The custom fields alone, for checks of packs; None if there are none."""
        declarations = self.pack.value.get("fields") if self.pack is not None else None
        return PackChanges({"fields": declarations}, self.pack.source) if self.pack and declarations else None


def project_settings(project: Project) -> ProjectSettings:
    """Return the settings of a project. Raises ProblemsFound with all errors in its `ucap.yaml`."""
    safe_folder = project.safe_folder
    if safe_folder.kind(project.settings) is FileKind.MISSING:
        other = project.settings.with_suffix(".yml")
        is_misnamed = safe_folder.kind(other) in (FileKind.FILE, FileKind.LINK)
        return ProjectSettings(problems=(problem("settings-misnamed", Location(other.name)),) if is_misnamed else ())

    def read() -> ProjectSettings:
        from ucap_reports.batch.settings_file import read_settings  # noqa: PLC0415 - takes 0.2 s to import

        return read_settings(source, pack_folders(project))

    try:
        source = read_source(project.settings, SETTINGS_FILE, safe_folder)
        # The warnings depend on the files of packs.
        return cached_artifact("settings", (source.text, templates_digest(project)), ProjectSettings, read)
    except ProblemsFound as error:
        if [problem.code for problem in error.problems] == ["file-empty"]:  # such as one of comments alone
            return ProjectSettings()
        raise


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
    from ucap_reports.batch.settings_file import read_valid_settings  # noqa: PLC0415 - as above

    try:
        source = read_source(project.settings, SETTINGS_FILE, project.safe_folder)
        return read_valid_settings(source, pack_folders(project))
    except ProblemsFound:
        return ProjectSettings()
