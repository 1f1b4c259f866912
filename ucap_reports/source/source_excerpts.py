"""The lines of files that problems are about."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, ProblemsFound


class SourceExcerpts(Struct, frozen=True):
    """Reads lines of files by the paths that problems show, from the first of the folders that has the file."""

    folders: Sequence[Path] = ()

    def line(self, location: Location) -> str | None:
        """The line that the location is about; None without one, or if the file cannot be read."""
        if location.path is None or location.line is None:
            return None
        for folder in self.folders:
            if (path := folder / location.path).is_file():
                return _line_of(path, location.line)
        return None


def _line_of(path: Path, number: int) -> str | None:
    from ucap_reports.storage.decoding import Source, read_source, source_line  # noqa: PLC0415 - only problems with lines need it

    try:
        return source_line(read_source(path), number)
    except ProblemsFound:  # the problem may be about the characters of this line
        try:
            return source_line(Source("", path.read_bytes().decode("utf-8", "replace")), number)
        except OSError:
            return None
