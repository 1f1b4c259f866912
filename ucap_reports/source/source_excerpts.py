"""The lines of files that problems are about."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.storage.project_folder import SHIPPED, shipped_folder
from ucap_reports.storage.safe_folder import SafeFolder


class SourceExcerpts(Struct, frozen=True):
    """Reads lines of files by the paths that problems show.

    The files are in one of the folders, without links, or a person typed their paths. No other file is opened, so that
    no path in a file of a stranger makes a line of a file of the user appear in a message.
    """

    folders: Sequence[Path] = ()
    typed: Sequence[Path] = ()
    """The absolute paths of files and folders that were typed."""
    current: Path | None = None
    """The folder that paths in problems about typed files are relative to."""

    def line(self, location: Location) -> str | None:
        """Return the line that the location is about; None without one, or if the file cannot be read."""
        if location.path is None or location.line is None:
            return None
        from ucap_reports.storage.decoding import read_source, source_line  # noqa: PLC0415 - only problems with lines need it

        for path, safe_folder in self._candidates(location.path):
            if safe_folder.contains(path):
                with suppress(ProblemsFound):  # there is no such file, or the problem is about its characters
                    return source_line(read_source(path, within=safe_folder), location.line)
        return None

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
