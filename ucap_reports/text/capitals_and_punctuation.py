"""How languages write: capitals, punctuation between parts of a text, words that no line breaks, and plain letters for
sorting and searching.
"""
# ruff: noqa: RUF001 - letters of many alphabets

import re
import unicodedata
from functools import cache

from ucap_reports.patterns.lazy_pattern import LazyPattern
from ucap_reports.text.language_tags import is_right_to_left, is_traditional_chinese, primary

# Capitals and plain letters
_DOTTED = str.maketrans({"i": "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"})
_DIAERESIS, _IOTA_BELOW = "\N{COMBINING DIAERESIS}", "\N{COMBINING GREEK YPOGEGRAMMENI}"
_GREEK_ACCENTS = "\u0300\u0301\u0342"
"""Grave, acute and circumflex."""
_GREEK_ACCENTED = re.compile(
    r"""
    (?P<or> (?<![\w\u0300-\u036f]) [\u0397\u03b7]\u0301 (?![\w\u0300-\u036f]) )     # the word for "or"
    | (?P<letter> [\u0391-\u03c9] )
      (?P<marks> [\u0300-\u036f]+ )
      (?P<second> [\u0399\u03a5\u03b9\u03c5] (?![\u0300-\u036f]) )?                 # an iota or upsilon without marks
    """,
    re.VERBOSE,
)
"""The Greek word for "or", which keeps its accent, or a letter with its marks, and an iota or upsilon after it."""
PLAIN_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
"""Letters that Unicode does not decompose."""


def capitals(text: str, language: str) -> str:
    """Return the text in capitals: in Turkish and Azerbaijani with the dot on I, Greek letters
    without accents in Greek (Unicode SpecialCasing; CLDR, el-Upper).
    """
    match primary(language):
        case "tr" | "az":
            return text.translate(_DOTTED).upper()
        case "el":
            letters = _GREEK_ACCENTED.sub(_without_greek_accents, unicodedata.normalize("NFD", text))
            return unicodedata.normalize("NFC", letters).upper()
        case _:
            return text.upper()


def with_capital(text: str, language: str) -> str:
    """Return the text with a capital at its start: in Dutch, ij is one letter; Georgian has no capitals there."""
    match primary(language):
        case "nl" if text.startswith("ij"):
            return f"IJ{text[2:]}"
        case "tr" | "az" if text.startswith("i"):
            return f"\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}{text[1:]}"
        case _:
            return f"{text[:1].title()}{text[1:]}"


def _without_greek_accents(accented: re.Match[str]) -> str:
    """Return a Greek letter with no other mark than a diaeresis. An iota or upsilon after an accented vowel gets one,
    because without the accent both would be read as one sound: "Μάιος" is "ΜΑΪΟΣ".
    """
    if accented["or"]:
        return accented["or"]
    letter = accented["letter"]
    marks = accented["marks"]
    second = accented["second"] or ""
    if _DIAERESIS in marks:
        letter += _DIAERESIS
    elif second and not set(_GREEK_ACCENTS).isdisjoint(marks):
        second += _DIAERESIS
    if _IOTA_BELOW in marks:
        letter += "\N{GREEK SMALL LETTER IOTA}"
    return letter + second


def unaccented(text: str) -> str:
    """Return the text in Unicode's form NFKD without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join([letter for letter in decomposed if not unicodedata.combining(letter)])


def searchable(text: str) -> str:
    """Return the text in lower case and in plain letters."""
    return "".join([PLAIN_LETTERS.get(letter, letter) for letter in unaccented(text.casefold())])


# The letters and the signs around words
MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c2\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e"
    "\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
"""What is in words beside letters and digits, for sets of regular expressions: accents that are characters of their
own, vowels of Hebrew, Arabic and the scripts of South and Southeast Asia, and joiners.
"""
_QUOTATION_MARKS = "\"'\u00ab\u00bb\u2039\u203a\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f"
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
AROUND_WORDS = f" .,:;!?\u00a1\u00bf\u2026()[]{_QUOTATION_MARKS}"
"""Spaces, quotation marks, brackets and other punctuation at the beginning and the end of words, to strip them."""


# The signs between parts of a text, which are printed where the product itself joins texts
_IDEOGRAPHIC = frozenset({"zh", "yue", "ja"})
_HEBREW = frozenset({"he", "iw", "ji", "yi"})
"""Languages from right to left that have the comma of languages from left to right."""
_COLON_END = ":\N{FULLWIDTH COLON} \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_COLONS = {**dict.fromkeys(_IDEOGRAPHIC, "\N{FULLWIDTH COLON}"), "fr": "\N{NO-BREAK SPACE}: "}
_SEMICOLONS = {
    **dict.fromkeys(_IDEOGRAPHIC, "\N{FULLWIDTH SEMICOLON}"),
    "fr": "\N{NARROW NO-BREAK SPACE}; ",
    "el": "\N{MIDDLE DOT} ",
}
"""In Greek, the sign of a question looks like the semicolon of other languages."""
COMMA = LazyPattern(r", |\u3001|\u060c ")
"""A comma between two texts in any language."""


def comma(language: str) -> str:
    """Return the sign between the parts of a list, with the spaces around it."""
    spoken = primary(language)
    if spoken in _IDEOGRAPHIC:
        return "\N{IDEOGRAPHIC COMMA}"
    is_arabic = is_right_to_left(language) and spoken not in _HEBREW
    return "\N{ARABIC COMMA} " if is_arabic else ", "


def semicolon(language: str) -> str:
    """Return the sign between groups of parts with commas between them, with the spaces around it."""
    spoken = primary(language)
    if spoken in _SEMICOLONS:
        return _SEMICOLONS[spoken]
    is_arabic = is_right_to_left(language) and spoken not in _HEBREW
    return "\N{ARABIC SEMICOLON} " if is_arabic else "; "


def without_colon(label: str) -> str:
    """Return a label without the colon at its end, and without the space that French has before it."""
    return label.rstrip(_COLON_END)


def colon(language: str) -> str:
    """Return the sign after a label or a heading on the same line, with the spaces around it."""
    return _COLONS.get(primary(language), ": ")


# Words that no line breaks, although a line may begin in them by the general rules (UAX #14): names with a hyphen of
# their own, such as U-CAP, and Japanese words in Katakana, such as プログラム, whose letters have breaks between them
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe"
"""The letters, the long vowel and the iteration marks, without the middle dot, at which a line may end."""
# and numbers with their unit
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


def is_word(text: str) -> bool:
    """Return whether a text is a word: letters with their marks, and joiners between them."""
    if text.isalpha():  # as most
        return True
    if text.isascii():
        return False
    kinds = {unicodedata.category(character)[0] for character in text if character not in _JOINERS}
    return "L" in kinds and kinds <= {"L", "M"}


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


def sort_key(text: str, language: str) -> str:
    """Return what sorts texts of a document in that language: plain letters, those that its alphabet has after others,
    and after them Chinese characters.

    Chinese characters of frequent use are in the order of dictionaries, which is that of the first level of national
    character sets: by their reading in Chinese (GB 2312) and Japanese (JIS X 0208), and by their strokes in traditional
    Chinese (Big5). Others follow, by their code points.
    """
    written_language = "zh-hant" if is_traditional_chinese(language) else primary(language)
    encoding = _DICTIONARY_ORDER.get(written_language)
    letters = searchable(_with_own_letters(text, written_language))
    if encoding is None:
        return letters
    return "".join([_dictionary_letter(letter, encoding) for letter in letters])


def _with_own_letters(text: str, language: str) -> str:
    """Return the text with what sorts the letters that the alphabet of a language has after others."""
    places = _own_letters(language)
    if not places:
        return text
    if language == "tr":
        text = text.translate(_UNDOTTED)
    letters = unicodedata.normalize("NFC", text.casefold())
    sorting = ""
    offset = 0
    while offset < len(letters):
        letter = letters[offset]
        for length in _LENGTHS_OF_LETTERS:
            if letters[offset : offset + length] in places:
                letter = letters[offset : offset + length]
                break
        sorting += places.get(letter, letter)
        offset += len(letter)
    return sorting


@cache
def _own_letters(language: str) -> dict[str, str]:
    """Return the places of these letters: after all words with the letter before them."""
    places = {}
    for group in _ALPHABETS.get(language, "").split():
        before, *letters = group.split(">")
        for rank, same in enumerate(letters, 1):
            for letter in same.split("/"):
                places[letter] = f"{before}{_AFTER_ALL}{rank}"
    return places


_ALPHABETS = {
    **dict.fromkeys(("sv", "fi"), "z>å>ä/æ>ö/ø"),
    **dict.fromkeys(("da", "nb", "nn", "no"), "z>æ/ä>ø/ö>å/aa"),
    "et": "s>š>z>ž w>õ>ä>ö>ü",
    "is": "a>á d>ð e>é i>í o>ó u>ú y>ý z>þ>æ>ö",
    **dict.fromkeys(("es", "gl"), "n>ñ"),
    "pl": "a>ą c>ć e>ę l>ł n>ń o>ó s>ś z>ź>ż",
    "cs": "c>č h>ch r>ř s>š z>ž",
    "sk": "a>ä c>č h>ch o>ô s>š z>ž",
    "sl": "c>č s>š z>ž",
    **dict.fromkeys(("hr", "bs"), "c>č>ć d>dž>đ l>lj n>nj s>š z>ž"),
    "hu": "c>cs d>dz>dzs g>gy l>ly n>ny o>ö/ő s>sz t>ty u>ü/ű z>zs",
    "ro": "a>ă>â i>î s>ș/ş t>ț/ţ",
    "tr": "c>ç g>ğ h>ı o>ö s>ş u>ü",
    "lt": "c>č s>š z>ž",
    "lv": "c>č g>ģ k>ķ l>ļ n>ņ s>š z>ž",
    "vi": "d>đ",
    **dict.fromkeys(("bg", "ru"), "и>й"),
    "uk": "г>ґ е>є и>і>ї>й",
}
"""Letters that have a place of their own in alphabets, after others: in Spanish, ñ is after n. Those with a slash
between them are one (CLDR, collation).
"""
_LENGTHS_OF_LETTERS = (3, 2, 1)
"""Hungarian has the letter dzs."""
_AFTER_ALL = "\U0010ffff"
_UNDOTTED = str.maketrans({"I": "ı", "İ": "i"})


@cache
def _dictionary_letter(letter: str, encoding: str) -> str:
    """Return a letter, or for an ideograph what sorts it: its place in the first level of a character set."""
    if not "\u3400" <= letter <= "\U0003ffff" or "\uac00" <= letter <= "\uffff":
        return letter
    try:
        code = letter.encode(encoding)
    except UnicodeEncodeError:
        return f"{_AFTER_LETTERS}{_LAST}{letter}"
    if code > _LAST_FREQUENT[encoding]:
        return f"{_AFTER_LETTERS}{_LAST}{letter}"
    return f"{_AFTER_LETTERS}{code.hex()}"


_DICTIONARY_ORDER = {"zh": "gb2312", "zh-hant": "big5", "ja": "euc_jp"}
_LAST_FREQUENT = {"gb2312": b"\xd7\xf9", "big5": b"\xc6\x7e", "euc_jp": b"\xcf\xd3"}
"""The last characters of the first levels."""
_AFTER_LETTERS, _LAST = "\u3400", "\u4e00"
"""What ideographs begin with, and those without a place after that, in the order of code points."""
