"""The sizes of a document's text. This module needs no other, because builds in which nothing changed load it."""

from enum import StrEnum


class Scale(StrEnum):
    """The size of a document's text."""

    COMPACT = "compact"
    GENEROUS = "generous"
    TIGHT = "tight"
    """For documents whose last page would be nearly empty in the compact scale."""


BY_SIZE = (Scale.GENEROUS, Scale.COMPACT, Scale.TIGHT)
"""The scales, the largest text first."""
