"""Fonts: families from pip packages or from a pack, prepared for PDF once and kept in the user's cache folder."""

from ucap_reports.fonts.faces import Face, load_face, open_face
from ucap_reports.fonts.families import (
    FAMILIES,
    Family,
    can_shape,
    coverage_hint,
    face_name,
    families_covering,
    family_source,
    install_hint,
    language_families,
    missing_families,
    shaped_families,
)
from ucap_reports.fonts.index import FIRST_SHAPE, Metrics
from ucap_reports.fonts.source import BOLD, REGULAR, FontSource, FontUnusable

__all__ = [
    "BOLD",
    "FAMILIES",
    "FIRST_SHAPE",
    "REGULAR",
    "Face",
    "Family",
    "FontSource",
    "FontUnusable",
    "Metrics",
    "can_shape",
    "coverage_hint",
    "face_name",
    "families_covering",
    "family_source",
    "install_hint",
    "language_families",
    "load_face",
    "missing_families",
    "open_face",
    "shaped_families",
]
