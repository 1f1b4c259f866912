"""Fonts: families from pip packages or from a pack, prepared for PDF once and kept in the user's cache folder."""

from ucap_reports.fonts.cache import Cache, user_cache
from ucap_reports.fonts.faces import Face, load_face, open_face
from ucap_reports.fonts.families import (
    BOLD,
    FAMILIES,
    REGULAR,
    Family,
    coverage_hint,
    face_name,
    families_covering,
    family_source,
)
from ucap_reports.fonts.index import Metrics
from ucap_reports.fonts.source import FontSource, FontUnusable

__all__ = [
    "BOLD",
    "FAMILIES",
    "REGULAR",
    "Cache",
    "Face",
    "Family",
    "FontSource",
    "FontUnusable",
    "Metrics",
    "coverage_hint",
    "face_name",
    "families_covering",
    "family_source",
    "load_face",
    "open_face",
    "user_cache",
]
