"""Warnings about pictures with few pixels for their size, or with many bytes: those of plans, and those of packs."""

from collections.abc import Iterator
from math import ceil

from ucap_reports.problems import Location, Problem, problem

_LEAST_PRINT_RESOLUTION = 150
"""The minimum number of pixels per inch in print, for pictures of plans."""
_LEAST_SCREEN_RESOLUTION = 72
"""Pixels per inch below which a picture looks coarse, even on a screen, for pictures of packs."""
_MAX_PICTURE_BYTES = 2_000_000
"""More than a photograph needs on a page."""
_POINTS_PER_INCH = 72
_MILLIMETRES_PER_INCH = 25.4


def print_warnings(pixels: int, points: float, location: Location) -> Iterator[Problem]:
    """Yield a warning for a picture of a plan with few pixels for its printed width in points."""
    inches = points / _POINTS_PER_INCH
    needed = ceil(inches * _LEAST_PRINT_RESOLUTION)
    if needed > pixels:
        width = f"{inches * _MILLIMETRES_PER_INCH:.0f}"
        resolution = f"{pixels / inches:.0f}"
        yield problem("picture-resolution-low", location, resolution=resolution, width=width, pixels=needed)


def quality_warnings(
    name: str, pixels: float | None, points: float, size: int, location: Location
) -> Iterator[Problem]:
    """Yield a warning for a picture with few pixels for its width in points, or with many bytes.

    `pixels` is its width in pixels; None for a drawing.
    """
    if pixels is not None:
        resolution = pixels / (points / _POINTS_PER_INCH)
        if resolution < _LEAST_SCREEN_RESOLUTION:
            yield problem("image-resolution-low", location, name=name, resolution=f"{resolution:.0f}")
    if size > _MAX_PICTURE_BYTES:
        yield problem("image-heavy", location, name=name, megabytes=f"{size / 1_000_000:.1f}")
