"""The lines of files that problems are about."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from ucap_reports.problems import Location, ProblemsFound
from ucap_reports.storage.project_folder import SHIPPED, shipped_folder


class SourceExcerpts(Struct, frozen=True):
    """Reads lines of files by the paths that problems show, from the first of the folders that has the file."""

    folders: Sequence[Path] = ()

    def line(self, location: Location) -> str | None:
        """The line that the location is about; None without one, or if the file cannot be read."""
        if location.path is None or location.line is None:
            return None
        from ucap_reports.storage.decoding import read_source, source_line  # noqa: PLC0415 - only problems with lines need it

        paths = [folder / location.path for folder in self.folders]
        if location.path.startswith(f"{SHIPPED}/"):
            paths.append(shipped_folder() / location.path.removeprefix(f"{SHIPPED}/"))
        for path in paths:
            if path.is_file():
                with suppress(ProblemsFound):  # the problem may be about the characters of the file
                    return source_line(read_source(path), location.line)
                return None
        return None
