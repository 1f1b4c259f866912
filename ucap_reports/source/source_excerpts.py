"""The lines of files that problems are about."""

from collections.abc import Sequence
from contextlib import suppress
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
        from ucap_reports.storage.decoding import read_source, source_line  # noqa: PLC0415 - only problems with lines need it

        found = (path for folder in self.folders if (path := folder / location.path).is_file())
        with suppress(ProblemsFound, StopIteration):  # the problem may be about the characters of the file
            return source_line(read_source(next(found)), location.line)
        return None
