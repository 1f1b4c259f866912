"""The facts of a plan that lists of documents need."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

DRAFT = "draft"
"""The status of drafts."""


class PlanCard(Struct, frozen=True):
    """The facts of a plan that lists of documents need."""

    id: str
    title: str
    cities: tuple[str, ...]
    countries: tuple[str, ...] = ()
    """ISO 3166 codes, each once."""
    themes: tuple[str, ...] = ()
    sdgs: tuple[Annotated[int, Meta(ge=1, le=17)], ...] = ()
    language: str = "en"
    """The language of title and themes (BCP 47)."""
    updated: date | None = None
    status: str = "final"
    languages: tuple[str, ...] | None = None
    """The languages of further versions, if the plan names some."""
