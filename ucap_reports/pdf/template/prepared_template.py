"""A page template that was prepared, and the marks by which its author knows what was filled in: the number of each
start tag, the kind of each tag.
"""

from typing import NamedTuple

from msgspec import Struct

from ucap_reports.problems import Location
from ucap_reports.template.jinja.compiled_template import CompiledTemplate

MARK = "start-tag"
"""The attribute that holds the number of an element's start tag in the template, from 0."""
TEXT_KIND = "text"
"""The kind of a tag that prints into the text of an element."""
NO_KIND = "nowhere"
"""The kind of a tag that stands in a comment."""
KINDS = (TEXT_KIND, NO_KIND)


class Position(NamedTuple):
    """A place in the template as its author sees it, from 1."""

    line: int
    column: int


class TemplateLines(Struct, frozen=True):
    """Where the lines of a marked template stand in the template itself."""

    path: str
    lines: tuple[Position, ...]

    def locate(self, line: int) -> Location:
        """The place of that line, from 1."""
        return Location(self.path, *self.lines[min(line, len(self.lines)) - 1])


class PreparedTemplate(Struct, frozen=True):
    """A page template, ready to be filled; `start_tags` tells where it has the start tag of each mark."""

    compiled: CompiledTemplate
    start_tags: tuple[Position, ...]
