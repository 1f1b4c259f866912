"""The files of a new project, plan or template pack."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ucap_reports.batch.project_settings import ProjectSettings
from ucap_reports.batch.settings_schema import settings_schema_content
from ucap_reports.plan.known_fields import BUILT_IN, KnownFields
from ucap_reports.plan.writing.new_plan import new_plan_text
from ucap_reports.plan.writing.yaml_writing import entry_lines, plain_entry
from ucap_reports.storage.atomic_files import NewFile
from ucap_reports.storage.project_folder import (
    PLANS,
    SCHEMA,
    SETTINGS_FILE,
    SETTINGS_SCHEMA,
    TEMPLATES,
    Project,
    shipped_folder,
)
from ucap_reports.storage.safe_folder import SafeFolder
from ucap_reports.template.pack import BOOK_TEMPLATE, PAGE_TEMPLATE, STYLE_SHEET, WORD_TEMPLATE, Pack
from ucap_reports.template.pack_opening import SETTINGS, PackFolder, pack_names

STARTERS = Path(__file__).parent / "starters"
EXAMPLE_PLAN = f"{PLANS}/tianjin-rome.yaml"
EXAMPLE_PACK = "plain"
"""The shipped pack that is meant to be copied."""
CONTACT_COMMENT = "The contact of plans that have none:"
EXTENDED = "EXTENDED"
"""The placeholder in the starter for the name of the extended pack."""


def project_files(project: Project) -> Iterator[NewFile]:
    """The files of a new project: without the example plan or pack where the project has plans or packs of its own."""
    if not project.plan_paths():
        shipped = shipped_folder()
        yield _file(project, EXAMPLE_PLAN, SafeFolder(shipped).read_file(shipped / EXAMPLE_PLAN))
    yield schema_file(project, ProjectSettings())
    if not pack_names([PackFolder(project.root / TEMPLATES, TEMPLATES, project.safe_folder)]):
        yield _file(project, f"{TEMPLATES}/iuc-asia/{SETTINGS}", _starter("pack.yaml"))
    yield _file(project, ".gitignore", _starter("gitignore"))


def settings_files(project: Project, language: str | None, contact: Mapping[str, str]) -> Iterator[NewFile]:
    """The settings of a new project with a language and a contact, and their JSON Schema."""
    chosen = {"language": (language, "The language of plans that set none:"), "contact": (contact, CONTACT_COMMENT)}
    lines: list[str] = []
    for name, (value, comment) in chosen.items():
        if value:
            lines += [f"# {comment}", *entry_lines(plain_entry(name, value), ""), ""]
    text = _starter(SETTINGS_FILE).decode().replace("SETTINGS\n", "".join(f"{line}\n" for line in lines))
    yield _file(project, SETTINGS_FILE, text.encode())
    yield _file(project, f"{PLANS}/{SETTINGS_SCHEMA}", settings_schema_content())


def plan_file(project: Project, plan_id: str, fields: KnownFields) -> NewFile:
    """A plan to fill in, with these fields."""
    return _file(project, f"{PLANS}/{plan_id}.yaml", starter_plan(fields).encode())


def starter_plan(fields: KnownFields = BUILT_IN) -> str:
    """Return the text of a plan to fill in."""
    return new_plan_text(_starter("plan.yaml").decode(), fields)


def schema_file(project: Project, settings: ProjectSettings) -> NewFile:
    """The JSON Schema of plan files, at the path that their first line names."""
    return _file(project, f"{PLANS}/{SCHEMA}", settings.plan_schema(project))


def pack_files(project: Project, name: str, source: Pack | Mapping[str, bytes], *, copied: bool) -> Iterator[NewFile]:
    """The files of a new pack: copies of all files of another one, or settings that extend a pack, and its templates if
    they are `copied`.
    """
    folder = f"{TEMPLATES}/{name}"
    if isinstance(source, Pack):
        settings = _starter("extending-pack.yaml").replace(EXTENDED.encode(), source.name.encode())
        names = (WORD_TEMPLATE, PAGE_TEMPLATE, BOOK_TEMPLATE, STYLE_SHEET) if copied else ()
        files = {SETTINGS: settings}
        files |= {file: source.files[file].content for file in names if file in source.files}
    else:
        files = dict(source)
    for file, content in files.items():
        yield _file(project, f"{folder}/{file}", content)


def _starter(name: str) -> bytes:
    return (STARTERS / name).read_bytes()


def _file(project: Project, name: str, content: bytes) -> NewFile:
    return NewFile(project.root / name, content, name, project.safe_folder)
