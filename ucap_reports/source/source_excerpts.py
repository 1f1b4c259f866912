"""The lines of files that problems are about."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.storage.project_folder import SHIPPED, shipped_folder
from ucap_reports.storage.safe_folder import SafeFolder

if TYPE_CHECKING:  # only problems with lines need it
    from ucap_reports.storage.decoding import Source


class SourceExcerpts(Struct):
    """Reads lines of files by the paths that problems show.

    The files are in one of the folders, without links, or a person typed their paths. No other file is opened, so that
    no path in a file of a stranger makes a line of a file of the user appear in a message.
    """

    folders: Sequence[Path] = ()
    typed: Sequence[Path] = ()
    """The absolute paths of files and folders that were typed."""
    current: Path | None = None
    """The folder that paths in problems about typed files are relative to."""
    last: "_ReadFile | None" = None
    """The file that was read last: a file may have thousands of problems."""

    def line(self, location: Location) -> str | None:
        """Return the line that the location is about; None without one, or if the file cannot be read."""
        if location.path is None or location.line is None:
            return None
        from ucap_reports.storage.decoding import source_line  # noqa: PLC0415 - only problems with lines need it

        for path, safe_folder in self._candidates(location.path):
            if safe_folder.contains(path):
                with suppress(ProblemsFound):  # there is no such file, or the problem is about its characters
                    return source_line(self._source(path, safe_folder), location.line)
        return None

    def _source(self, path: Path, safe_folder: SafeFolder) -> "Source":
        """Return the text of a file as it is now. Raises ProblemsFound."""
        from ucap_reports.storage.decoding import read_source  # noqa: PLC0415 - as above

        edition = _edition(path, safe_folder)
        last = self.last
        if edition is not None and last is not None and last.edition == edition:
            return last.source
        source = read_source(path, within=safe_folder)
        if edition is not None:
            self.last = _ReadFile(edition, source)
        return source

    def _candidates(self, name: str) -> Iterator[tuple[Path, SafeFolder]]:
        """Yield the paths that the name may mean, with the folders that they must be in."""
        for folder in self.folders:
            yield folder / name, SafeFolder(folder)
        if name.startswith(f"{SHIPPED}/"):
            shipped = shipped_folder()
            yield shipped / name.removeprefix(f"{SHIPPED}/"), SafeFolder(shipped)
        if self.current is not None:
            path = self.current / name
            for typed in self.typed:
                if path == typed:
                    yield path, SafeFolder(path.parent, typed=True)
                else:
                    yield path, SafeFolder(typed)


class _ReadFile(Struct, frozen=True):
    """A file that was read: its edition, and its text."""

    edition: tuple[Path, int, int, int]
    source: "Source"


def _edition(path: Path, safe_folder: SafeFolder) -> tuple[Path, int, int, int] | None:
    """Return what tells whether a file is another one than before, or was written since; None if it cannot be read."""
    try:
        status = safe_folder.status(path)
    except OSError:
        return None
    if status is None:
        return None
    return path, status.st_ino, status.st_size, status.st_mtime_ns
