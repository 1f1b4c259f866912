"""The packs of a project, each opened once, when it is needed; and their digests, known without opening where possible.

An opened pack is in the user's cache until a file of a pack or the project's changes of packs are others.
"""

import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucap_reports.batch.options_settings_and_source_date import PackChanges, pack_name
from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.artifact_cache import cached_artifact
from ucap_reports.storage.atomic_files import disk_problem, disk_refusals
from ucap_reports.storage.project_folder import TEMPLATES, Project
from ucap_reports.storage.reading_limits import MAX_PACK_BYTES
from ucap_reports.storage.safe_folder import FileKind, OpenFolder, SafeFolder

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed opens no pack and parses no plan
    from ucap_reports.plan.field_descriptions import KnownFields
    from ucap_reports.source.yaml_tree import Tree
    from ucap_reports.template.pack import Pack
    from ucap_reports.template.pack_opening import PackFolder


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
        return _unpickled(self._pickled.get(name) or self._pickled_pack(name))

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


@lru_cache(maxsize=16)
def _unpickled(content: bytes) -> "Pack":
    """Return a pickled pack. This process opens a project again and again if it is the server of the editor, and twice
    to read its labels; what is computed for an equal pack is computed once.
    """
    pack: Pack = pickle.loads(content)  # noqa: S301 - nobody else can write to the cache, which has bytecode as well
    return pack


def pack_of_plan(tree: "Tree", open_named_pack: "Callable[[str], Pack]", default: str) -> "Pack":
    """Return the pack that a plan names, or else the default one.

    Raises ProblemsFound; an error about a pack that the plan names is at the place where it is named.
    """
    try:
        return open_named_pack(pack_name(tree.value, default))
    except ProblemsFound as error:
        problems = []
        for fault in error.problems:
            has_place = bool(fault.location.path)
            problems.append(fault if has_place else fault.at(tree.location(("template",))))
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

    After `MAX_PACK_BYTES`, which no valid pack exceeds, the sizes and dates of further files stand for their content.
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
        self._remaining = MAX_PACK_BYTES

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
