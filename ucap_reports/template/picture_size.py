"""The size of the pictures of plans, and the styles in which they and their captions are printed."""

from math import inf

from ucap_reports.pictures.picture_preparation import PictureFacts
from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import Theme

PHOTO, CAPTION = "photo", "caption"
"""The styles of a picture and of its caption and credit."""
USUAL_WIDTH = Length.mm(80)


def picture_box(theme: Theme) -> tuple[float, float]:
    """Return the width and the height that the theme sets for pictures; 0 if it sets none."""
    style = theme.styles.get(PHOTO)
    return (float(style.width or 0), float(style.height or 0)) if style else (0.0, 0.0)


def usual_width(theme: Theme) -> Length:
    """Return the width of pictures to which a template gives no width."""
    return Length(picture_box(theme)[0] or USUAL_WIDTH)


def printed_size(picture: PictureFacts, box: tuple[float, float], available: float = inf) -> tuple[Length, Length]:
    """Return the width and height of a picture in points.

    It is as wide as the template says, or else as the `box` of the theme or 80 mm, and never wider than `available`;
    a picture that would be higher than the box is smaller.
    """
    width, height = picture.width or box[0] or USUAL_WIDTH, box[1] or inf
    scale = min(min(width, available) / picture.image.width, height / picture.image.height)
    return Length(picture.image.width * scale), Length(picture.image.height * scale)
