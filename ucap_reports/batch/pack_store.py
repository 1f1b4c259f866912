"""The packs of a build: each opened once, when it is needed; their digests known without opening where possible."""

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ucap_reports.problems import Problem, ProblemsFound
from ucap_reports.storage.atomic_files import disk_problem
from ucap_reports.storage.project_folder import TEMPLATES, Project
from ucap_reports.storage.user_cache import cached_artifact

if TYPE_CHECKING:  # not imported at run time: a build in which nothing changed opens no pack
    from ucap_reports.batch.project_settings import PackChanges
    from ucap_reports.template.pack import Pack
    from ucap_reports.template.pack_opening import PackFolder

MOST_READ = 64 * 1024 * 1024
"""Bytes of files of packs that are read to find changes: as much as a pack may have."""


class PackStore:
    """The packs of a project and the shipped ones, with the `changes` in the settings of the project."""

    def __init__(self, project: Project, changes: "PackChanges | None" = None) -> None:
        self._project = project
        self._changes = changes
        self._opened: dict[str, Pack | tuple[Problem, ...]] = {}
        self._files = self._digest_of_files()
        self._digests: dict[str, str] = {}

    def open(self, name: str) -> "Pack":
        """The pack of that name. Raises ProblemsFound with all its errors, each time it is called."""
        from ucap_reports.template.pack_opening import open_pack  # noqa: PLC0415 - see above

        if name not in self._opened:
            try:
                self._opened[name] = open_pack(name, pack_folders(self._project), self._changes)
            except ProblemsFound as found:
                self._opened[name] = found.problems
            except OSError as error:
                shown = self._project.shown(Path(error.filename)) if error.filename else None
                self._opened[name] = (disk_problem(error, shown),)
        pack = self._opened[name]
        if isinstance(pack, tuple):
            raise ProblemsFound(pack)
        return pack

    def open_all(self) -> None:
        """Open every pack, so that other processes, to which this object is sent, need no files."""
        from ucap_reports.template.pack_opening import pack_names  # noqa: PLC0415 - see above

        for name in pack_names(pack_folders(self._project)):
            with suppress(ProblemsFound):
                self.open(name)

    def digest(self, name: str) -> str:
        """The digest of the pack; empty when it cannot be opened. It is opened only if files of packs have changed."""
        if name not in self._digests:
            self._digests[name] = ""
            with suppress(ProblemsFound):
                digest, files = cached_artifact(
                    "digest",
                    (name, self._files),
                    tuple[str, str],
                    lambda: (self.open(name).digest, self._digest_of_files()),
                )
                # The files may have changed while the pack was opened.
                self._digests[name] = digest if files == self._files else self.open(name).digest
        return self._digests[name]

    def _digest_of_files(self) -> str:
        return templates_digest(self._project, repr(self._changes.value) if self._changes else "")


def pack_folders(project: Project | None) -> "Sequence[PackFolder]":
    """The folders of packs in order of precedence: a project's own, then that of the shipped ones."""
    from ucap_reports.template.pack_opening import PackFolder, shipped_packs  # noqa: PLC0415 - see above

    return [PackFolder(folder, TEMPLATES) for folder in project.pack_folders] if project else [shipped_packs()]


def templates_digest(project: Project, changes: str = "") -> str:
    """The SHA-256 of all files of packs and of the project's changes: while it is the same, so are the packs.

    Of files beyond `MOST_READ`, which are too many or too large for packs, it has the sizes and dates, and nothing of
    files that cannot be read, such as the lock file of a template that is open in Word.
    """
    digest, left = sha256(changes.encode()), MOST_READ
    for folder in project.pack_folders:
        digest.update(b"\1")
        for path in sorted([*folder.glob("*/*"), *folder.glob("*/*/*")]):  # packs have no deeper files
            if path.is_file():
                name, found = path.relative_to(folder).as_posix().encode(), path.stat()
                is_read = found.st_size <= left
                left -= found.st_size if is_read else 0
                content = _content_digest(path) if is_read else f"{found.st_size} {found.st_mtime_ns}".encode()
                digest.update(b"\0" + name + b"\0" + content)
    return digest.hexdigest()


def _content_digest(path: Path) -> bytes:
    with suppress(OSError):  # reported by the pack that needs the file
        return sha256(path.read_bytes()).digest()
    return b""
