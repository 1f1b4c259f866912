"""A project, opened once: its settings, its packs and its translations as one value.

The settings are in `ucap.yaml` beside the plans; `settings_file` reads it. Each pack is opened once, when it is needed;
their digests are known without opening where possible.
"""

import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from ucap_reports.batch.options_settings_and_source_date import PackChanges, ProjectSettings, pack_name
from ucap_reports.batch.plan_pictures_and_translations import PlanFiles, TranslationFiles
from ucap_reports.problems import Location, Problem, ProblemsFound, problem
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.storage.atomic_files import disk_problem, disk_refusals
from ucap_reports.storage.decoding import Source, read_source
from ucap_reports.storage.project_folder import SETTINGS_FILE, TEMPLATES, Project
from ucap_reports.storage.safe_folder import FileKind, OpenFolder, SafeFolder

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed opens no pack and parses no plan
    from ucap_reports.plan.field_descriptions import KnownFields
    from ucap_reports.source.yaml_tree import Tree
    from ucap_reports.template.pack import Pack
    from ucap_reports.template.pack_opening import PackFolder

_MAX_READ = 64 * 1024 * 1024
"""Bytes of files of packs that are read to find changes: as many as a pack may have."""


class PackStore:
    """The packs of a project, if there is one, and the shipped ones, with the `changes` in the project's settings."""

    def __init__(self, project: Project | None, changes: "PackChanges | None" = None) -> None:
        self._project = project
        self._changes = changes
        self._opened: dict[str, Pack | tuple[Problem, ...]] = {}
        self._pickled: dict[str, bytes] = {}
        """Packs that other processes need (`pickle_all`)."""
        self._digests: dict[str, str] = {}

    def open(self, name: str) -> "Pack":
        """Return the pack of that name. Raises ProblemsFound with all its errors, each time it is called."""
        if name not in self._opened:
            try:
                self._opened[name] = self._kept_pack(name)
            except ProblemsFound as errors:
                self._opened[name] = errors.problems
            except OSError as error:
                shown = None
                if error.filename and self._project is not None:
                    shown = self._project.shown(Path(error.filename))
                self._opened[name] = (disk_problem(error, shown),)
        pack = self._opened[name]
        if isinstance(pack, tuple):
            raise ProblemsFound(pack)
        return pack

    def _kept_pack(self, name: str) -> "Pack":
        """Return the pack of that name: unpickled if there is a project, so that it can be from the user's cache."""
        if self._project is None:
            return self._read_pack(name)
        content = self._pickled.get(name) or self._pickled_pack(name)
        pack: Pack = pickle.loads(content)  # noqa: S301 - nobody else can write to the cache, which has bytecode as well
        return pack

    def _pickled_pack(self, name: str) -> bytes:
        """Return a pack, pickled, from the user's cache if it was opened before with the same files."""

        def opened() -> tuple[bytes, str]:
            return pickle.dumps(self._read_pack(name)), self._digest_of_files()

        content, digest_after = cached_artifact("pack", (name, self.files_digest), tuple[bytes, str], opened)
        if digest_after != self.files_digest:  # the files changed while the pack was opened
            return pickle.dumps(self._read_pack(name))
        return content

    def _read_pack(self, name: str) -> "Pack":
        from ucap_reports.template.pack_opening import open_pack  # noqa: PLC0415 - see above

        return open_pack(name, pack_folders(self._project), self._changes)

    def fields(self, plan: Any, default: str) -> "KnownFields | None":
        """Return the fields that a plan may have, given as parsed YAML; None if its pack cannot be opened."""
        return plan_fields(plan, self.open, default)

    @cached_property
    def files_digest(self) -> str:
        """The digest of the files of all packs and of the project's changes of them, when it was first needed."""
        return self._digest_of_files()

    def pickle_all(self) -> None:
        """Pickle every pack, so that other processes, to which this object is sent, need no files.

        Packs have thousands of small objects. This process makes none of them if the packs are in the user's cache, and
        the others only those of the packs that their plans name.
        """
        for name in self._names():
            if name not in self._opened:
                try:
                    self._pickled[name] = self._pickled_pack(name)
                except (ProblemsFound, OSError):
                    with suppress(ProblemsFound):
                        self.open(name)  # which keeps the errors

    def _names(self) -> tuple[str, ...]:
        """Return the names of all packs."""

        def listed() -> tuple[str, ...]:
            from ucap_reports.template.pack_opening import pack_names  # noqa: PLC0415 - see above

            return pack_names(pack_folders(self._project))

        return cached_artifact("packs", (self.files_digest,), tuple[str, ...], listed)

    def digest(self, name: str) -> str:
        """Return the digest of the pack; empty when it cannot be opened. It is opened only if files of packs have
        changed.
        """
        if name not in self._digests:
            self._digests[name] = ""
            with suppress(ProblemsFound):
                self._digests[name] = self._digest(name)
        return self._digests[name]

    def _digest(self, name: str) -> str:
        if name in self._opened:  # perhaps before its files changed
            return self.open(name).digest

        def opened() -> tuple[str, str]:
            return self.open(name).digest, self._digest_of_files()

        digest, digest_after = cached_artifact("digest", (name, self.files_digest), tuple[str, str], opened)
        if digest_after != self.files_digest:  # the files changed while the pack was opened
            return self.open(name).digest
        return digest

    def _digest_of_files(self) -> str:
        """Return the digest of the files as they are now; empty without a project."""
        if self._project is None:
            return ""
        changes = repr(self._changes.value) if self._changes else ""
        return templates_digest(self._project, changes)


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


# Settings: `ucap.yaml` beside the plans


MISNAMED = ("ucap.yml", "ucap.yaml.txt", "ucap.yml.txt", "ucap.yaml.yaml", "ucap.txt")
"""Names that people and text editors give to the file of settings."""


def project_settings(project: Project) -> ProjectSettings:
    """Return the settings of a project. Raises ProblemsFound with all errors in its `ucap.yaml`."""
    safe_folder = project.safe_folder
    if safe_folder.kind(project.settings) is FileKind.MISSING:
        others = [project.root / name for name in MISNAMED]
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
    from ucap_reports.batch.settings_file import read_settings  # noqa: PLC0415 - takes 0.2 s to import

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
    from ucap_reports.batch.settings_file import read_valid_settings  # noqa: PLC0415 - as above

    try:
        source = read_source(project.settings, SETTINGS_FILE, project.safe_folder)
        return read_valid_settings(source, pack_folders(project))
    except ProblemsFound:
        return ProjectSettings()


# Packs: each opened once, when it is needed; their digests known without opening where possible


def pack_of_plan(tree: "Tree", open_named_pack: "Callable[[str], Pack]", default: str) -> "Pack":
    """Return the pack that a plan names, or else the default one.

    Raises ProblemsFound; an error about a pack that the plan names is at the place where it is named.
    """
    try:
        return open_named_pack(pack_name(tree.value, default))
    except ProblemsFound as error:
        problems = []
        for fault in error.problems:
            problems.append(fault if fault.location.path else fault.at(tree.location(("template",))))
        raise ProblemsFound(problems) from error


def plan_fields(
    plan: Any, open_named_pack: "Callable[[str], Pack]", default: str, template: str | None = None
) -> "KnownFields | None":
    """Return the fields that a plan may have, given as parsed YAML, which may be invalid.

    They are those of the pack that it names, or else of the default one, whatever pack prints it; if there is no such
    pack, those of `template`. None if these packs cannot be opened.
    """
    for name in (pack_name(plan, default), template):
        if name is not None:
            with suppress(ProblemsFound):
                return open_named_pack(name).fields
    return None


def pack_folders(project: Project | None) -> "Sequence[PackFolder]":
    """Return the folders of packs in order of precedence: a project's own, then that of the shipped ones."""
    from ucap_reports.template.pack_opening import PackFolder, shipped_packs  # noqa: PLC0415 - see above

    if project is None:
        return [shipped_packs()]
    return [PackFolder(folder, TEMPLATES, project.safe_output(folder)) for folder in project.pack_folders]


def templates_digest(project: Project, changes: str = "") -> str:
    """Return the SHA-256 of all files of packs and of the project's changes: while it is the same, so are the packs.

    After `_MAX_READ` bytes, which no valid pack exceeds, the sizes and dates of further files stand for their content.
    The content of a file that cannot be read, such as the lock file of a template that is open in Word, is left out.
    """
    files = _FilesDigest(changes)
    for folder in project.pack_folders:
        with disk_refusals(project.shown(folder)):
            files.add_packs(folder, project.safe_output(folder))
    return files.hexdigest


class _FilesDigest:
    """The SHA-256 of the files of packs and of their names."""

    def __init__(self, changes: str) -> None:
        self._digest = sha256(changes.encode())
        self._remaining = _MAX_READ

    @property
    def hexdigest(self) -> str:
        """The digest in hex."""
        return self._digest.hexdigest()

    def add_packs(self, folder: Path, safe_folder: SafeFolder) -> None:
        """Add the files of the packs in a folder: those in the folder of a pack, and in folders in that."""
        self._digest.update(b"\1")
        with suppress(FileNotFoundError, NotADirectoryError), safe_folder.open_folder(folder, readable=True) as opened:
            for pack in sorted(opened.entries()):
                if pack.kind is FileKind.LINK:
                    self._add(pack.name, b"link")
                elif pack.kind is FileKind.FOLDER:
                    self._add_folder(opened, pack.name, pack.name)

    def _add_folder(self, parent: OpenFolder, name: str, path: str) -> None:
        """Add the files in the folder of a pack, or in a folder in that, with their paths."""
        with suppress(OSError), parent.open_folder(name) as opened:  # errors are reported by the pack
            for entry in sorted(opened.entries()):
                entry_path = f"{path}/{entry.name}"
                if entry.kind is FileKind.LINK:
                    self._add(entry_path, b"link")
                elif entry.kind is FileKind.FILE:
                    self._add(entry_path, self._content(opened, entry.name))
                elif entry.kind is FileKind.FOLDER and path == name:
                    self._add_folder(opened, entry.name, entry_path)

    def _content(self, opened: OpenFolder, name: str) -> bytes:
        """Return the digest of a file, or its size and date if it is beyond the limit."""
        status = opened.status(name)
        if status is None:
            return b""
        if status.st_size > self._remaining:
            return f"{status.st_size} {status.st_mtime_ns}".encode()
        self._remaining -= status.st_size
        with suppress(OSError):  # reported by the pack that needs the file
            return sha256(opened.read_file(name, status.st_size)).digest()
        return b""

    def _add(self, path: str, content: bytes) -> None:
        self._digest.update(b"\0" + path.encode(errors="surrogateescape") + b"\0" + content)
