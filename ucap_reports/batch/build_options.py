"""The options that documents are built with: formats, template, language, and the date of undated documents."""

from datetime import date

from msgspec import Struct

from ucap_reports.summary.document import Format
from ucap_reports.summary.summary import UNDATED


class BuildOptions(Struct, frozen=True):
    """What is asked for: `template` takes the place of the plan's own, `language` is that of the row labels."""

    formats: tuple[Format, ...] = tuple(Format)
    template: str | None = None
    language: str | None = None
    undated: date = UNDATED
    """The date of documents whose plan has none."""
