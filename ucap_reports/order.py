"""What is asked for of a plan, and what is left of it for lists."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from ucap_reports.document import Format
from ucap_reports.summary import UNDATED


class Order(Struct, frozen=True):
    """What is asked for: `template` takes the place of the plan's own, `language` is that of the row labels."""

    formats: tuple[Format, ...] = tuple(Format)
    template: str | None = None
    language: str | None = None
    undated: date = UNDATED
    """The date of documents whose plan has none."""


class Card(Struct, frozen=True):
    """What lists need of a plan."""

    id: str
    title: str
    cities: tuple[str, ...]
    countries: tuple[str, ...]
    """ISO 3166 codes, each once."""
    themes: tuple[str, ...]
    sdgs: tuple[Annotated[int, Meta(ge=1, le=17)], ...]
    language: str = "en"
    """That of title and themes (BCP 47)."""
    updated: date | None = None
