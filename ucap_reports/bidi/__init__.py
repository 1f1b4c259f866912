"""Text that runs from the right, or both ways: the Unicode Bidirectional Algorithm (UAX #9)."""

from ucap_reports.bidi.levels import levels, paragraph_level, parts_by_level, runs_from_the_right, visual_order
from ucap_reports.bidi.neutrals import MIRRORED

__all__ = ["MIRRORED", "levels", "paragraph_level", "parts_by_level", "runs_from_the_right", "visual_order"]
