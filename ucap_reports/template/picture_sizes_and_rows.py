"""The width and the height of the pictures of plans, and how many are beside each other: the same in all formats."""

from collections.abc import Sequence
from math import ceil, inf

from ucap_reports.pictures.picture_preparation import PictureFacts
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Theme

PHOTO, CAPTION = "photo", "caption"
"""The styles of a picture and of its caption and credit."""
USUAL_WIDTH = Length.mm(80)
"""The width of pictures to which neither the template nor the theme gives one."""
PICTURES_IN_ROW = 3
"""The most pictures beside each other in a row of `summary.picture_rows`."""


def picture_box(theme: Theme) -> tuple[float, float]:
    """Return the width and the height that the theme sets for pictures; 0 if it sets none."""
    style = theme.styles.get(PHOTO)
    if style is None:
        return 0.0, 0.0
    return float(style.width or 0), float(style.height or 0)


def usual_width(theme: Theme) -> Length:
    """Return the width of pictures to which a template gives no width."""
    width, _ = picture_box(theme)
    return Length(width or USUAL_WIDTH)


def printed_size(picture: PictureFacts, box: tuple[float, float], available: float = inf) -> tuple[Length, Length]:
    """Return the width and height of a picture in points.

    It is as wide as the template says, or else as the `box` of the theme or 80 mm, and never wider than `available`;
    a picture that would be higher than the box is smaller.
    """
    image = picture.image
    box_width, box_height = box
    width = min(picture.width or box_width or USUAL_WIDTH, available)
    max_height = box_height or inf
    scale = min(width / image.width, max_height / image.height)
    return Length(image.width * scale), Length(image.height * scale)


def rows_of_pictures(pictures: Sequence[PictureFacts]) -> tuple[tuple[PictureFacts, ...], ...]:
    """Return the pictures in rows of up to three of nearly the same length, the longer ones first."""
    row_count = ceil(len(pictures) / PICTURES_IN_ROW)
    rows = []
    start = 0
    for index in range(row_count):
        length = len(pictures) // row_count
        if index < len(pictures) % row_count:
            length += 1
        rows.append(tuple(pictures[start : start + length]))
        start += length
    return tuple(rows)
