"""Words that no line breaks.

They are names with a hyphen of their own, such as U-CAP, Japanese words in Katakana, such as プログラム, whose letters
have breaks between them by the general rules (UAX #14), numbers with their unit, and short addresses.
"""

import re

from ucap_reports.patterns.lazy_pattern import LazyPattern

_KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe"
"""The letters, the long vowel and the iteration marks, without the middle dot, at which a line may end."""
_UNIT = r"""
    (?: [%\u2030\u20ac$\u00a3\u00a5\u20b9]
    | \u00b0[CF]?
    | [kcm]?m[\u00b2\u00b323]? | ha
    | kg | t
    | [kMGT]?Wh?
    | EUR | USD
    | Mio | Mrd | [Mm]illion(?:s|en)? | [Bb]illion(?:s|en)?
    ) (?! [^\W_] )
"""
_UNIT_WORD = re.compile(rf"{_UNIT} \S*\s*", re.VERBOSE)
_RUNNING_TEXT = 20
"""The least length of a text that may have several lines."""
_SPACE_BEFORE_UNIT = re.compile(rf"[ ] (?<=\d[ ]) (?= {_UNIT} )", re.VERBOSE)
"""The space comes first, because Python finds a character much faster than a digit."""
_FIXED_SPACE_BEFORE_UNIT = LazyPattern(rf"(?<=\d) \u00a0 (?= {_UNIT} )", re.VERBOSE)
WHOLE_WORD = LazyPattern(
    rf"""
    (?<!\S) [^\s<>&]{{1,16}} [ ]\u2013 (?=[ ])              # a short word with the dash after it
    | \b[A-Z]-[A-Z]{{2,20}}\b                               # a name with a hyphen
    | [{_KATAKANA}]{{2,16}} (?![{_KATAKANA}])               # longer ones may be wider than a narrow screen
    | \d[ ]{_UNIT}
    """,
    re.VERBOSE,
)
"""What no line divides, in running text as HTML."""
IN_KATAKANA = re.compile(rf"(?<=[{_KATAKANA}])(?=[{_KATAKANA}])")
"""A place in a word in Katakana."""
FIXED_SPACE = "\u00a0"
UNBREAKABLE_HYPHEN = "\u2011"
"""The hyphen of other programs at which no line ends; here the hyphen of a name is an ordinary one."""
_HYPHEN_OF_NAME = re.compile(r"-(?<=\b[A-Z]-)(?=[A-Z]{2,20}\b)")
"""The hyphen of a name. It comes first, because Python finds a character much faster than a word."""
SHORT_ADDRESS = LazyPattern(
    r"""
    [(<“"']?
    (?: [\w.%+'-]+ @ [\w-]+ (?: \.[\w-]+ )+
    | (?:https?://)? (?: [\w-]+\. )+ [a-z]{2,} /?
    )
    [.,;:!?)>”"']* [ ]*
    """,
    re.ASCII | re.VERBOSE,
)
"""An email address, or a web address without a path, with punctuation and spaces after it: a hyphen in it would look
like that of a break.
"""
_WORD = LazyPattern(r"[^\s\u206a-\u206f]+")
"""A word, without the signs that mark values in recorded documents."""
_DASH = " \u2013 "
_KATAKANA_LETTER = LazyPattern(f"[{_KATAKANA}]")
_NAME_OF_OTHERS = LazyPattern(rf"\b[A-Z]{UNBREAKABLE_HYPHEN}[A-Z]{{2,20}}\b")


def hyphen_offsets(text: str) -> list[int]:
    """Return the offsets of hyphens in names and short addresses, at which no line ends, in their order."""
    offsets = _hyphens_of_addresses(text) if "." in text else []
    if _HYPHEN_OF_NAME.search(text) is None:  # as in most texts
        return offsets
    offsets_in_names = [hyphen.start() for hyphen in _HYPHEN_OF_NAME.finditer(text)]
    return sorted({*offsets, *offsets_in_names})


def _hyphens_of_addresses(text: str) -> list[int]:
    """Return the offsets of hyphens in short addresses."""
    offsets: list[int] = []
    end = 0
    hyphen = text.find("-")
    while hyphen >= 0:
        start = text.rfind(" ", end, hyphen) + 1 or end
        end = text.find(" ", hyphen)
        if end < 0:
            end = len(text)
        if "." in text[start : end - 1]:  # few words with a hyphen have one before their last character
            for word in _WORD.finditer(text, start, end):
                if "-" in word[0] and SHORT_ADDRESS.fullmatch(word[0]):
                    for offset, character in enumerate(word[0], word.start()):
                        if character == "-":
                            offsets.append(offset)
        hyphen = text.find("-", end)
    return offsets


def may_have_whole_words(text: str) -> bool:
    """Return whether a text may have whole words, as few texts have; much faster than a search for them."""
    if "-" in text and _HYPHEN_OF_NAME.search(text):
        return True
    if _SPACE_BEFORE_UNIT.search(text):
        return True
    return not text.isascii() and (_DASH in text or _KATAKANA_LETTER.search(text) is not None)


def with_fixed_spaces(text: str) -> str:
    """Return running text with no-break spaces between numbers and their units. A short text, such as the population of
    a city, needs none.
    """
    if len(text) < _RUNNING_TEXT:
        return text
    return _SPACE_BEFORE_UNIT.sub(FIXED_SPACE, text)


def is_unit(word: str) -> bool:
    """Return whether a word, with or without spaces after it, is a unit, which stays on the line of its number."""
    return _UNIT_WORD.fullmatch(word) is not None


def has_unbreakable_signs(text: str) -> bool:
    """Return whether a text has signs that `with_ordinary_signs` may replace."""
    return UNBREAKABLE_HYPHEN in text or FIXED_SPACE in text


def with_ordinary_signs(text: str) -> str:
    """Return the text of a Word file with ordinary hyphens in names and short addresses and ordinary spaces before
    units.

    It has the same length.
    """
    if UNBREAKABLE_HYPHEN in text:
        characters = list(text)
        for offset in _hyphens_of_addresses(text.replace(UNBREAKABLE_HYPHEN, "-")):
            characters[offset] = "-"
        text = "".join(characters)
        text = _NAME_OF_OTHERS.sub(lambda match: match[0].replace(UNBREAKABLE_HYPHEN, "-"), text)
    if FIXED_SPACE in text:
        text = _FIXED_SPACE_BEFORE_UNIT.sub(" ", text)
    return text
