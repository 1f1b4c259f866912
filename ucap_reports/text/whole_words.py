"""Words that no line breaks, although a line may begin in them by the general rules (UAX #14): names with a hyphen of
their own, such as U-CAP, and Japanese words in Katakana, such as プログラム, whose letters have breaks between them.
"""

import re

_KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe"
"""The letters, the long vowel and the iteration marks, without the middle dot, at which a line may end."""
_NAME = r"\b[A-Z]{hyphen}[A-Z]{{2,20}}\b"
WHOLE_WORD = re.compile(rf"{_NAME.format(hyphen='-')}|[{_KATAKANA}]{{2,16}}(?![{_KATAKANA}])")
"""A whole word in running text; longer words in Katakana may be wider than a narrow screen."""
IN_KATAKANA = re.compile(rf"(?<=[{_KATAKANA}])(?=[{_KATAKANA}])")
"""A place in a word in Katakana."""
UNBREAKABLE_HYPHEN = "\u2011"
"""The hyphen of other programs at which no line ends; here the hyphen of a name is an ordinary one."""
_NAME_WITH_HYPHEN = re.compile(_NAME.format(hyphen="-"))
_NAME_OF_OTHERS = re.compile(_NAME.format(hyphen=UNBREAKABLE_HYPHEN))


def hyphen_offsets(text: str) -> list[int]:
    """Return the offsets of hyphens in names, at which no line ends."""
    return [match.start() + 1 for match in _NAME_WITH_HYPHEN.finditer(text)] if "-" in text else []


def with_ordinary_hyphens(text: str) -> str:
    """Return a text of another program with ordinary hyphens in names."""
    if UNBREAKABLE_HYPHEN not in text:
        return text
    return _NAME_OF_OTHERS.sub(lambda match: match[0].replace(UNBREAKABLE_HYPHEN, "-"), text)
