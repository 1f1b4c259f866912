"""The least leading, the distance of the lines of running text, that the script of a language and a screen need.

Characters of East Asia fill their squares, and other scripts have marks above and below their letters.
"""

from msgspec.structs import replace

from ucap_reports.template.lengths_and_colours import Length
from ucap_reports.template.theme import RUNNING_TEXT, Theme
from ucap_reports.text.language_tags import primary

LEAST_ON_SCREENS = 1.4
"""The least leading of text on a screen, relative to its size."""
_LEAST_LEADING = {
    **dict.fromkeys(("zh", "yue", "ja", "ko"), 1.5),
    **dict.fromkeys(("ar", "fa", "ps", "ckb"), 1.4),
    **dict.fromkeys(("hi", "mr", "ne", "sa", "bn", "as", "pa", "gu", "or", "ta", "te", "kn", "ml", "si"), 1.5),
    **dict.fromkeys(("th", "lo"), 1.5),
    **dict.fromkeys(("km", "my", "bo", "dz"), 1.7),
    "ur": 1.8,
}
"""The least leading by language, relative to the size of the text."""


def least_leading(language: str) -> float | None:
    """Return the least leading in a language, relative to the size of the text; None for that of the theme."""
    return _LEAST_LEADING.get(primary(language))


def with_least_leading(theme: Theme, ratio: float) -> Theme:
    """Return the theme whose styles of running text have at least that leading, relative to their size."""
    body_size = theme.styles["body"].size
    smallest_factor, largest_factor = RUNNING_TEXT
    styles = {}
    for name, style in theme.styles.items():
        is_running_text = body_size * smallest_factor <= style.size <= body_size * largest_factor
        leading = Length(style.size * ratio)
        if is_running_text and style.leading < leading:
            style = replace(style, leading=leading)  # noqa: PLW2901 - the same style
        styles[name] = style
    return replace(theme, styles=styles)
