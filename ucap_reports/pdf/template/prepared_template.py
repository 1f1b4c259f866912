"""A prepared page template, and the marks that connect its output to its source: the number of each start tag, and the
kind of each Jinja tag.
"""

from typing import NamedTuple

from msgspec import Struct

from ucap_reports.problems import Location
from ucap_reports.template.jinja.compiled_template import CompiledTemplate

MARK = "start-tag"
"""The attribute with the number of an element's start tag in the template, from 0."""
TEXT_KIND = "text"
"""The kind of a tag that prints into the text of an element."""
NO_KIND = "nowhere"
"""The kind of a tag in a comment."""
KINDS = (TEXT_KIND, NO_KIND)


class Position(NamedTuple):
    """A place in the template, from 1."""

    line: int
    column: int


class TemplateLines(Struct, frozen=True):
    """The places of a marked template's lines in the template itself."""

    path: str
    lines: tuple[Position, ...]

    def locate(self, line: int) -> Location:
        """The place of that line, from 1."""
        return Location(self.path, *self.lines[min(line, len(self.lines)) - 1])


class PreparedTemplate(Struct, frozen=True):
    """A page template, ready to be filled; `start_tags` has the place of each mark's start tag."""

    compiled: CompiledTemplate
    start_tags: tuple[Position, ...]
