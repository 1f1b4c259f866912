"""Characters of Chinese and Japanese, which are written without spaces between words."""

from unicodedata import east_asian_width, name


def has_space_between(before: str, after: str) -> bool:
    """Return whether the line end between two texts is a space when they are joined: not between Chinese or Japanese
    characters. Korean is wide too, but written with spaces.
    """
    return not (_is_written_without_spaces(before[-1:]) and _is_written_without_spaces(after[:1]))


def _is_written_without_spaces(character: str) -> bool:
    if not character or character.isascii() or east_asian_width(character) not in "WF":
        return False
    return "HANGUL" not in name(character, "")
