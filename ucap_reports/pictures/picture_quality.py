"""Warnings about pictures of a template that have too few pixels for their size, or too many bytes."""

from collections.abc import Iterator

from ucap_reports.problems import Location, Problem, problem

LEAST_RESOLUTION = 72
"""Pixels to the inch below which a picture looks coarse, even on a screen."""
MOST_PICTURE_BYTES = 2_000_000
"""More than a photograph needs on a page."""


def quality_warnings(
    name: str, pixels: float | None, points: float, size: int, location: Location
) -> Iterator[Problem]:
    """Yield a warning for a picture with few pixels for its width in points, or with many bytes.

    `pixels` is its width in pixels; None for a drawing.
    """
    if pixels is not None and (resolution := pixels / (points / 72)) < LEAST_RESOLUTION:
        yield problem("image-resolution-low", location, name=name, resolution=f"{resolution:.0f}")
    if size > MOST_PICTURE_BYTES:
        yield problem("image-heavy", location, name=name, megabytes=f"{size / 1_000_000:.1f}")
