"""The width and the height of the pictures of plans, which are the same in all formats."""

from math import inf

from ucap_reports.pictures.picture_preparation import PictureFacts
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Theme

PHOTO, CAPTION = "photo", "caption"
"""The styles of a picture and of its caption and credit."""
USUAL_WIDTH = Length.mm(80)
"""The width of pictures to which neither the template nor the theme gives one."""


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
