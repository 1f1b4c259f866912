"""The settings of a project, which are in `ucap.yaml` beside its plans."""

from collections.abc import Collection
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from ucap_reports.batch.build_options import DEFAULT_PACK, BuildOptions
from ucap_reports.problems import Location, Problem, problem
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document import DEFAULT_FORMATS, Format, PdfStandard, parse_standard

if TYPE_CHECKING:  # not imported at run time: projects without the file need no validation of it
    from ucap_reports.plan.validation import Located


class ProjectSettings(Struct, frozen=True):
    """The settings in `ucap.yaml`, with the defaults of a project without the file."""

    template: str = DEFAULT_PACK
    """The pack of plans that name none."""
    formats: tuple[Format, ...] = DEFAULT_FORMATS
    languages: tuple[str, ...] = ()
    pdf_standard: PdfStandard = PdfStandard.UA_1
    index_title: str | None = None
    index_drafts: bool = False
    """Whether the index lists drafts."""
    pack: "Located | None" = None
    """The `contact`, `label_languages` and `rows` that replace those of packs."""
    problems: tuple[Problem, ...] = ()
    """Warnings about the file."""

    def options(
        self,
        formats: Collection[Format] = (),
        template: str | None = None,
        language: str | None = None,
        pdf_standard: str | None = None,
    ) -> BuildOptions:
        """The options of a build in which these are requested. Raises ProblemsFound for an unknown standard."""
        wanted = tuple(each for each in Format if each in (formats or self.formats))
        changes = sha256(repr(self.pack.value).encode()).hexdigest() if self.pack else ""
        standard = parse_standard(pdf_standard) if pdf_standard else self.pdf_standard
        return BuildOptions(
            wanted,
            template,
            language,
            default_pack=self.template,
            pack_changes=changes,
            pdf_standard=standard,
        )


def project_settings(project: Project) -> ProjectSettings:
    """The settings of a project. Raises ProblemsFound with all errors in its `ucap.yaml`."""
    if not project.settings.is_file():
        other = project.settings.with_suffix(".yml")
        found = [problem("settings-misnamed", Location(other.name))] if other.is_file() else []
        return ProjectSettings(problems=tuple(found))
    from ucap_reports.batch.settings_file import read_settings  # noqa: PLC0415 - see above

    return read_settings(project)
